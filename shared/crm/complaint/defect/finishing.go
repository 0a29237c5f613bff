package defect

import (
	"afterpress/shared/crm/complaint/remedy"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// Kinds of defect that arise after the press and on the way to the customer.
const (
	Trim       Kind = "trim-size"
	TrimSkew   Kind = "trim-skew"
	Fold       Kind = "fold-error"
	DieCut     Kind = "die-cut-offset"
	Crack      Kind = "crease-crack"
	Bubble     Kind = "lamination-bubble"
	Foil       Kind = "foil-offset"
	Glue       Kind = "glue-failure"
	LoosePage  Kind = "loose-page"
	Pages      Kind = "missing-page"
	Spine      Kind = "spine-shift"
	CoverWhite Kind = "cover-white"
	Warp       Kind = "warp-curl"
	Short      Kind = "short-count"
	Over       Kind = "over-count"
	Transit    Kind = "transit-damage"
	Packing    Kind = "packing"
	Late       Kind = "late-delivery"
	Other      Kind = "other"
)

func finishingDefects() []Defect {
	return []Defect{
		{Kind: Trim, Name: words.Text{Zh: "裁切尺寸偏差", En: "trim size off"}, Group: Finishing, Severity: 3,
			Tolerances: []Tolerance{
				read(ClassAny, MeasureTrim, 1_000, sourceSGP), readUnder(ClassPaperback, MeasureTrim, 2_000, sourceCYT),
				readUnder(ClassHardback, MeasureTrim, 1_500, sourceCYT),
				// The source gives a range for each grade (0.5–0.6, 0.8–1, 1–1.5). The wider end is taken.
				read(ClassSheetA, MeasureTrim, 600, sourceDB), read(ClassSheetB, MeasureTrim, 1_000, sourceDB),
				read(ClassSheetC, MeasureTrim, 1_500, sourceDB)},
			Evidence: []Evidence{EvidencePhoto, EvidenceSamples}, Looks: staff.Production,
			Causes: []Cause{caused(causeMan, "设定尺寸错误", "set to a wrong size"),
				caused(CauseMachine, "刀钝或压纸不足", "a blunt knife, or too little clamping")},
			Remedies: []remedy.Kind{remedy.Rework, remedy.PriceCut}},
		{Kind: TrimSkew, Name: words.Text{Zh: "裁切歪斜", En: "trim skewed"}, Group: Finishing, Severity: 3,
			Tolerances: []Tolerance{read(ClassAny, MeasureTrimSkew, 1_500, sourceCYT)},
			Evidence:   []Evidence{EvidencePhoto, EvidenceSamples}, Looks: staff.Production,
			Causes:   []Cause{caused(CauseMachine, "压纸器不平", "an uneven clamp")},
			Remedies: []remedy.Kind{remedy.Rework, remedy.PriceCut}},
		{Kind: Fold, Name: words.Text{Zh: "折页不准", En: "fold off"}, Group: Finishing, Severity: 3,
			Tolerances: []Tolerance{
				shopDefault(ClassAny, MeasureFold, 1_000), read(ClassLeaflet, MeasureFold, 1_000, sourceSAAL),
				read(ClassPaperback, MeasureFolioWeb, 7_000, sourceCYT).by("web"),
				read(ClassPaperback, MeasureFolioBook, 8_000, sourceCYT).by("book"),
				read(ClassHardback, MeasureFolioWeb, 7_000, sourceCYT).by("web"),
				read(ClassHardback, MeasureFolioBook, 8_000, sourceCYT).by("book")},
			Evidence: []Evidence{EvidencePhoto, EvidenceSamples}, Looks: staff.Production,
			Causes: []Cause{caused(CauseMachine, "折页机规矩不准", "the folder's stops are off"),
				caused(causeMaterial, "丝缕方向不对", "wrong grain")},
			Remedies: []remedy.Kind{remedy.Rework}},
		{Kind: DieCut, Name: words.Text{Zh: "模切偏位", En: "die-cut offset"}, Group: Finishing, Severity: 2,
			Tolerances: []Tolerance{shopDefault(ClassAny, MeasureDieCut, 500)},
			Evidence:   []Evidence{EvidencePhoto, EvidenceSamples}, Looks: staff.Production,
			Causes: []Cause{caused(CauseMachine, "刀版定位不准", "the die is out of place"),
				caused(causeMaterial, "纸张伸缩", "the paper stretched")},
			Remedies: []remedy.Kind{remedy.FullReprint, remedy.PriceCut}},
		{Kind: Crack, Name: words.Text{Zh: "爆线", En: "cracked crease"}, Group: Finishing, Severity: 3, CauseNeeded: true,
			Evidence: []Evidence{EvidenceSamples, EvidenceComparison, EvidenceUse}, Looks: staff.Production,
			Causes: []Cause{caused(causeMaterial, "丝缕方向不对", "wrong grain"),
				caused(causeMethod, "压痕线选择不当", "the wrong creasing rule"),
				caused(causeEnvironment, "空气干燥", "dry air")},
			Remedies: []remedy.Kind{remedy.PriceCut, remedy.FullReprint}},
		{Kind: Bubble, Name: words.Text{Zh: "覆膜起泡", En: "lamination bubbles"}, Group: Finishing, Severity: 3,
			Tolerances: []Tolerance{readUnder(ClassAny, MeasureBubble, 500, sourceSGP),
				read(ClassFilm, MeasureBubble, 1_000, sourceFILM)},
			Evidence: []Evidence{EvidencePhoto, EvidenceCount}, Looks: staff.Production,
			Causes: []Cause{caused(causeMethod, "温度或压力不当", "heat or pressure"),
				caused(causeMaterial, "喷粉残留", "powder left on the sheet")},
			Remedies: []remedy.Kind{remedy.Rework, remedy.FullReprint}},
		{Kind: Foil, Name: words.Text{Zh: "烫金、UV 偏位", En: "foil or spot varnish off"}, Group: Finishing, Severity: 3,
			Tolerances: []Tolerance{read(ClassAny, MeasureFoil, 500, sourceSGP)},
			Evidence:   []Evidence{EvidencePhoto, EvidenceSamples}, Looks: staff.Production,
			Causes: []Cause{caused(CauseMachine, "烫版定位不准", "the foil die is out of place"),
				caused(causeMaterial, "纸张伸缩", "the paper stretched")},
			Remedies: []remedy.Kind{remedy.PriceCut, remedy.FullReprint}},
		{Kind: Glue, Name: words.Text{Zh: "糊盒开胶", En: "glue fails"}, Group: Finishing, Severity: 2, Hidden: true,
			CauseNeeded: true,
			Tolerances:  []Tolerance{read(ClassAny, MeasureDefective, 1_000, sourceBOX)},
			Evidence:    []Evidence{EvidenceSamples, EvidenceCount, EvidenceLabel, EvidenceUse}, Looks: staff.Production,
			Causes: []Cause{caused(causeMaterial, "胶水不合适", "unsuitable glue"),
				caused(causeMethod, "糊口位有光油", "varnish under the glue")},
			Remedies: []remedy.Kind{remedy.Rework, remedy.FullReprint}},
		{Kind: LoosePage, Name: words.Text{Zh: "装订掉页", En: "pages come loose"}, Group: Finishing, Severity: 2, Hidden: true,
			Tolerances: []Tolerance{shopDefault(ClassAny, MeasurePull, 4_500)},
			Evidence:   []Evidence{EvidenceSamples, EvidenceCount, EvidenceLabel, EvidenceUse}, Looks: staff.Production,
			Causes: []Cause{caused(causeMaterial, "胶水或铜版纸不合适", "glue, or coated stock"),
				caused(causeMethod, "铣背太浅", "the spine was milled too little"),
				caused(causeEnvironment, "低温", "cold")},
			Remedies: []remedy.Kind{remedy.Rework, remedy.PartReprint}},
		{Kind: Pages, Name: words.Text{Zh: "装订缺页、倒页、重页", En: "pages missing, upside down or twice"}, Group: Finishing,
			Severity: 1, Hidden: true, Tolerances: none(),
			Evidence: []Evidence{EvidencePhoto, EvidenceCount, EvidenceLabel}, Looks: staff.Production,
			Causes: []Cause{caused(causeMan, "配页出错", "a slip in gathering"),
				caused(CauseMachine, "没有配页相机", "no camera on the gatherer")},
			Remedies: []remedy.Kind{remedy.PartReprint, remedy.Rework}},
		{Kind: Spine, Name: words.Text{Zh: "书背字偏移", En: "spine title off"}, Group: Finishing, Severity: 3,
			Tolerances: []Tolerance{read(ClassAny, MeasureSpine10, 1_000, sourceCYT).by("to-10"),
				read(ClassAny, MeasureSpine20, 2_000, sourceCYT).by("to-20"),
				read(ClassAny, MeasureSpine30, 2_500, sourceCYT).by("to-30"),
				read(ClassAny, MeasureSpineThick, 3_000, sourceCYT).by("over-30")},
			Evidence: []Evidence{EvidencePhoto, EvidenceSamples, EvidenceCount}, Looks: staff.Production,
			Causes:   []Cause{caused(CauseMachine, "封面输送偏移", "the cover feeder drifts")},
			Remedies: []remedy.Kind{remedy.PriceCut, remedy.Rework}},
		{Kind: CoverWhite, Name: words.Text{Zh: "封面露白", En: "white edge on the cover"}, Group: Finishing, Severity: 4,
			Preflight:  true,
			Tolerances: []Tolerance{read(ClassAny, MeasureWhite, 1_000, sourceCYT)},
			Evidence:   []Evidence{EvidencePhoto, EvidenceSamples}, Looks: staff.Production,
			Causes: []Cause{caused(CauseMachine, "裁切跑位", "the cut drifts"),
				caused(causeMan, "出血不足未发现", "too little bleed, and nobody saw it")},
			Remedies: []remedy.Kind{remedy.PriceCut}},
		{Kind: Warp, Name: words.Text{Zh: "翘曲", En: "warp or curl"}, Group: Finishing, Severity: 3, CauseNeeded: true,
			Tolerances: []Tolerance{read(ClassAny, MeasureWarp, 5_000, sourcePKG)},
			Evidence:   []Evidence{EvidencePhoto, EvidenceSamples, EvidenceUse}, Looks: staff.Production,
			Causes: []Cause{caused(causeEnvironment, "湿度变化", "humidity changed"),
				caused(causeMaterial, "单面覆膜", "film on one side only")},
			Remedies: []remedy.Kind{remedy.Rework, remedy.PriceCut}},

		{Kind: Short, Name: words.Text{Zh: "数量短缺", En: "count short"}, Group: Delivery, Severity: 3,
			Tolerances: []Tolerance{read(ClassAny, MeasureShort, 10_000, sourceSTAR),
				read(ClassPaperback, MeasureShort, 3_000, sourceACU),
				read(ClassHardback, MeasureShort, 10_000, sourceACU), read(ClassCard, MeasureShort, 3_000, sourceCARD),
				read(ClassGangRun, MeasureShort, 10_000, sourceWSY)},
			Evidence: []Evidence{EvidenceDeliveryNote, EvidenceCount}, Looks: staff.Service,
			Causes: []Cause{caused(causeMan, "清点出错", "a slip in counting"),
				caused(causeMethod, "没有加放", "no overs were planned")},
			Remedies: []remedy.Kind{remedy.MakeUp, remedy.CreditNote}},
		{Kind: Over, Name: words.Text{Zh: "数量超出", En: "count over"}, Group: Delivery, Severity: 4,
			Tolerances: []Tolerance{read(ClassAny, MeasureOver, 10_000, sourceSTAR),
				read(ClassPaperback, MeasureOver, 3_000, sourceACU), read(ClassHardback, MeasureOver, 10_000, sourceACU)},
			Evidence: []Evidence{EvidenceDeliveryNote, EvidenceCount}, Looks: staff.Service,
			Causes: []Cause{caused(causeMethod, "加放过多", "too many overs were run"),
				caused(causeMan, "清点出错", "a slip in counting")},
			Remedies: []remedy.Kind{remedy.CreditNote}},
		{Kind: Transit, Name: words.Text{Zh: "运输损坏", En: "damaged in transit"}, Group: Delivery, Severity: 3,
			CauseNeeded: true, Tolerances: none(),
			Evidence: []Evidence{EvidencePhoto, EvidenceDeliveryNote, EvidenceCount}, Looks: staff.Service,
			Causes: []Cause{caused(causeEnvironment, "运输中受压或受潮", "crushed or wet on the way"),
				caused(causeMethod, "包装不够结实", "packing too weak")},
			Remedies: []remedy.Kind{remedy.PartReprint}},
		{Kind: Packing, Name: words.Text{Zh: "包装不当", En: "packing wrong"}, Group: Delivery, Severity: 4, Tolerances: none(),
			Evidence: []Evidence{EvidencePhoto, EvidenceLabel, EvidenceCount}, Looks: staff.Service,
			Causes: []Cause{caused(causeMan, "没有按要求包装", "not packed as asked"),
				caused(causeMaterial, "纸箱强度不够", "weak cartons")},
			Remedies: []remedy.Kind{remedy.Rework, remedy.PriceCut}},
		{Kind: Late, Name: words.Text{Zh: "延误", En: "late delivery"}, Group: Delivery, Severity: 3,
			Tolerances: []Tolerance{shopDefault(ClassAny, MeasureLate, 0)},
			Evidence:   []Evidence{EvidenceDeliveryNote, EvidenceTimes}, Looks: staff.Manager,
			Causes:   []Cause{caused(causeMethod, "排产不当", "planning"), caused(CauseMachine, "设备故障", "a machine stood still")},
			Remedies: []remedy.Kind{remedy.CreditNote}},
		{Kind: Other, Name: words.Text{Zh: "其他", En: "something else"}, Group: Delivery, Severity: 3, CauseNeeded: true,
			Evidence: []Evidence{EvidencePhoto, EvidenceSamples, EvidenceCount, EvidenceComparison}, Looks: staff.Service,
			Causes:   []Cause{caused(causeMethod, "待查", "to be found out")},
			Remedies: []remedy.Kind{remedy.PriceCut}},
	}
}
