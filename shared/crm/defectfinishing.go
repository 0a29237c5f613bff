package crm

// Kinds of what goes wrong after the press and on the way.
const (
	DefectTrim       DefectKind = "trim-size"
	DefectTrimSkew   DefectKind = "trim-skew"
	DefectFold       DefectKind = "fold-error"
	DefectDieCut     DefectKind = "die-cut-offset"
	DefectCrack      DefectKind = "crease-crack"
	DefectBubble     DefectKind = "lamination-bubble"
	DefectFoil       DefectKind = "foil-offset"
	DefectGlue       DefectKind = "glue-failure"
	DefectLoosePage  DefectKind = "loose-page"
	DefectPages      DefectKind = "missing-page"
	DefectSpine      DefectKind = "spine-shift"
	DefectCoverWhite DefectKind = "cover-white"
	DefectWarp       DefectKind = "warp-curl"
	DefectShort      DefectKind = "short-count"
	DefectOver       DefectKind = "over-count"
	DefectTransit    DefectKind = "transit-damage"
	DefectPacking    DefectKind = "packing"
	DefectLate       DefectKind = "late-delivery"
	DefectOther      DefectKind = "other"
)

func finishingDefects() []Defect {
	return []Defect{
		{Kind: DefectTrim, Name: Text{"裁切尺寸偏差", "trim size off"}, Group: DefectFinishing, Severity: 3,
			Tolerances: []Tolerance{
				read(ClassAny, MeasureTrim, 1_000, sourceSGP), readUnder(ClassPaperback, MeasureTrim, 2_000, sourceCYT), readUnder(ClassHardback, MeasureTrim, 1_500, sourceCYT),
				// The source gives a range for each grade (0.5–0.6, 0.8–1, 1–1.5); its wider end is taken.
				read(ClassSheetA, MeasureTrim, 600, sourceDB), read(ClassSheetB, MeasureTrim, 1_000, sourceDB), read(ClassSheetC, MeasureTrim, 1_500, sourceDB)},
			Evidence: []Evidence{EvidencePhoto, EvidenceSamples}, Looks: Production,
			Causes:   []DefectCause{caused(causeMan, "设定尺寸错误", "set to a wrong size"), caused(causeMachine, "刀钝或压纸不足", "a blunt knife, or too little clamping")},
			Remedies: []RemedyKind{RemedyRework, RemedyPriceCut}},
		{Kind: DefectTrimSkew, Name: Text{"裁切歪斜", "trim skewed"}, Group: DefectFinishing, Severity: 3,
			Tolerances: []Tolerance{read(ClassAny, MeasureTrimSkew, 1_500, sourceCYT)},
			Evidence:   []Evidence{EvidencePhoto, EvidenceSamples}, Looks: Production,
			Causes:   []DefectCause{caused(causeMachine, "压纸器不平", "an uneven clamp")},
			Remedies: []RemedyKind{RemedyRework, RemedyPriceCut}},
		{Kind: DefectFold, Name: Text{"折页不准", "fold off"}, Group: DefectFinishing, Severity: 3,
			Tolerances: []Tolerance{
				shopDefault(ClassAny, MeasureFold, 1_000), read(ClassLeaflet, MeasureFold, 1_000, sourceSAAL),
				read(ClassPaperback, MeasureFolioWeb, 7_000, sourceCYT).by("web"), read(ClassPaperback, MeasureFolioBook, 8_000, sourceCYT).by("book"),
				read(ClassHardback, MeasureFolioWeb, 7_000, sourceCYT).by("web"), read(ClassHardback, MeasureFolioBook, 8_000, sourceCYT).by("book")},
			Evidence: []Evidence{EvidencePhoto, EvidenceSamples}, Looks: Production,
			Causes:   []DefectCause{caused(causeMachine, "折页机规矩不准", "the folder's stops are off"), caused(causeMaterial, "丝缕方向不对", "wrong grain")},
			Remedies: []RemedyKind{RemedyRework}},
		{Kind: DefectDieCut, Name: Text{"模切偏位", "die-cut offset"}, Group: DefectFinishing, Severity: 2,
			Tolerances: []Tolerance{shopDefault(ClassAny, MeasureDieCut, 500)},
			Evidence:   []Evidence{EvidencePhoto, EvidenceSamples}, Looks: Production,
			Causes:   []DefectCause{caused(causeMachine, "刀版定位不准", "the die is out of place"), caused(causeMaterial, "纸张伸缩", "the paper stretched")},
			Remedies: []RemedyKind{RemedyFullReprint, RemedyPriceCut}},
		{Kind: DefectCrack, Name: Text{"爆线", "cracked crease"}, Group: DefectFinishing, Severity: 3, CauseNeeded: true,
			Evidence: []Evidence{EvidenceSamples, EvidenceComparison, EvidenceUse}, Looks: Production,
			Causes: []DefectCause{caused(causeMaterial, "丝缕方向不对", "wrong grain"), caused(causeMethod, "压痕线选择不当", "the wrong creasing rule"),
				caused(causeEnvironment, "空气干燥", "dry air")},
			Remedies: []RemedyKind{RemedyPriceCut, RemedyFullReprint}},
		{Kind: DefectBubble, Name: Text{"覆膜起泡", "lamination bubbles"}, Group: DefectFinishing, Severity: 3,
			Tolerances: []Tolerance{readUnder(ClassAny, MeasureBubble, 500, sourceSGP), read(ClassFilm, MeasureBubble, 1_000, sourceFILM)},
			Evidence:   []Evidence{EvidencePhoto, EvidenceCount}, Looks: Production,
			Causes:   []DefectCause{caused(causeMethod, "温度或压力不当", "heat or pressure"), caused(causeMaterial, "喷粉残留", "powder left on the sheet")},
			Remedies: []RemedyKind{RemedyRework, RemedyFullReprint}},
		{Kind: DefectFoil, Name: Text{"烫金、UV 偏位", "foil or spot varnish off"}, Group: DefectFinishing, Severity: 3,
			Tolerances: []Tolerance{read(ClassAny, MeasureFoil, 500, sourceSGP)},
			Evidence:   []Evidence{EvidencePhoto, EvidenceSamples}, Looks: Production,
			Causes:   []DefectCause{caused(causeMachine, "烫版定位不准", "the foil die is out of place"), caused(causeMaterial, "纸张伸缩", "the paper stretched")},
			Remedies: []RemedyKind{RemedyPriceCut, RemedyFullReprint}},
		{Kind: DefectGlue, Name: Text{"糊盒开胶", "glue fails"}, Group: DefectFinishing, Severity: 2, Hidden: true, CauseNeeded: true,
			Tolerances: []Tolerance{read(ClassAny, MeasureDefective, 1_000, sourceBOX)},
			Evidence:   []Evidence{EvidenceSamples, EvidenceCount, EvidenceLabel, EvidenceUse}, Looks: Production,
			Causes:   []DefectCause{caused(causeMaterial, "胶水不合适", "unsuitable glue"), caused(causeMethod, "糊口位有光油", "varnish under the glue")},
			Remedies: []RemedyKind{RemedyRework, RemedyFullReprint}},
		{Kind: DefectLoosePage, Name: Text{"装订掉页", "pages come loose"}, Group: DefectFinishing, Severity: 2, Hidden: true,
			Tolerances: []Tolerance{shopDefault(ClassAny, MeasurePull, 4_500)},
			Evidence:   []Evidence{EvidenceSamples, EvidenceCount, EvidenceLabel, EvidenceUse}, Looks: Production,
			Causes: []DefectCause{caused(causeMaterial, "胶水或铜版纸不合适", "glue, or coated stock"), caused(causeMethod, "铣背太浅", "the spine was milled too little"),
				caused(causeEnvironment, "低温", "cold")},
			Remedies: []RemedyKind{RemedyRework, RemedyPartReprint}},
		{Kind: DefectPages, Name: Text{"装订缺页、倒页、重页", "pages missing, upside down or twice"}, Group: DefectFinishing, Severity: 1, Hidden: true, Tolerances: none(),
			Evidence: []Evidence{EvidencePhoto, EvidenceCount, EvidenceLabel}, Looks: Production,
			Causes:   []DefectCause{caused(causeMan, "配页出错", "a slip in gathering"), caused(causeMachine, "没有配页相机", "no camera on the gatherer")},
			Remedies: []RemedyKind{RemedyPartReprint, RemedyRework}},
		{Kind: DefectSpine, Name: Text{"书背字偏移", "spine title off"}, Group: DefectFinishing, Severity: 3,
			Tolerances: []Tolerance{read(ClassAny, MeasureSpine10, 1_000, sourceCYT).by("to-10"), read(ClassAny, MeasureSpine20, 2_000, sourceCYT).by("to-20"),
				read(ClassAny, MeasureSpine30, 2_500, sourceCYT).by("to-30"), read(ClassAny, MeasureSpineThick, 3_000, sourceCYT).by("over-30")},
			Evidence: []Evidence{EvidencePhoto, EvidenceSamples, EvidenceCount}, Looks: Production,
			Causes:   []DefectCause{caused(causeMachine, "封面输送偏移", "the cover feeder drifts")},
			Remedies: []RemedyKind{RemedyPriceCut, RemedyRework}},
		{Kind: DefectCoverWhite, Name: Text{"封面露白", "white edge on the cover"}, Group: DefectFinishing, Severity: 4, Preflight: true,
			Tolerances: []Tolerance{read(ClassAny, MeasureWhite, 1_000, sourceCYT)},
			Evidence:   []Evidence{EvidencePhoto, EvidenceSamples}, Looks: Production,
			Causes:   []DefectCause{caused(causeMachine, "裁切跑位", "the cut drifts"), caused(causeMan, "出血不足未发现", "too little bleed, and nobody saw it")},
			Remedies: []RemedyKind{RemedyPriceCut}},
		{Kind: DefectWarp, Name: Text{"翘曲", "warp or curl"}, Group: DefectFinishing, Severity: 3, CauseNeeded: true,
			Tolerances: []Tolerance{read(ClassAny, MeasureWarp, 5_000, sourcePKG)},
			Evidence:   []Evidence{EvidencePhoto, EvidenceSamples, EvidenceUse}, Looks: Production,
			Causes:   []DefectCause{caused(causeEnvironment, "湿度变化", "humidity changed"), caused(causeMaterial, "单面覆膜", "film on one side only")},
			Remedies: []RemedyKind{RemedyRework, RemedyPriceCut}},

		{Kind: DefectShort, Name: Text{"数量短缺", "count short"}, Group: DefectDelivery, Severity: 3,
			Tolerances: []Tolerance{read(ClassAny, MeasureShort, 10_000, sourceSTAR), read(ClassPaperback, MeasureShort, 3_000, sourceACU),
				read(ClassHardback, MeasureShort, 10_000, sourceACU), read(ClassCard, MeasureShort, 3_000, sourceCARD), read(ClassGangRun, MeasureShort, 10_000, sourceWSY)},
			Evidence: []Evidence{EvidenceDeliveryNote, EvidenceCount}, Looks: Service,
			Causes:   []DefectCause{caused(causeMan, "清点出错", "a slip in counting"), caused(causeMethod, "没有加放", "no overs were planned")},
			Remedies: []RemedyKind{RemedyMakeUp, RemedyCreditNote}},
		{Kind: DefectOver, Name: Text{"数量超出", "count over"}, Group: DefectDelivery, Severity: 4,
			Tolerances: []Tolerance{read(ClassAny, MeasureOver, 10_000, sourceSTAR), read(ClassPaperback, MeasureOver, 3_000, sourceACU), read(ClassHardback, MeasureOver, 10_000, sourceACU)},
			Evidence:   []Evidence{EvidenceDeliveryNote, EvidenceCount}, Looks: Service,
			Causes:   []DefectCause{caused(causeMethod, "加放过多", "too many overs were run"), caused(causeMan, "清点出错", "a slip in counting")},
			Remedies: []RemedyKind{RemedyCreditNote}},
		{Kind: DefectTransit, Name: Text{"运输损坏", "damaged in transit"}, Group: DefectDelivery, Severity: 3, CauseNeeded: true, Tolerances: none(),
			Evidence: []Evidence{EvidencePhoto, EvidenceDeliveryNote, EvidenceCount}, Looks: Service,
			Causes:   []DefectCause{caused(causeEnvironment, "运输中受压或受潮", "crushed or wet on the way"), caused(causeMethod, "包装不够结实", "packing too weak")},
			Remedies: []RemedyKind{RemedyPartReprint}},
		{Kind: DefectPacking, Name: Text{"包装不当", "packing wrong"}, Group: DefectDelivery, Severity: 4, Tolerances: none(),
			Evidence: []Evidence{EvidencePhoto, EvidenceLabel, EvidenceCount}, Looks: Service,
			Causes:   []DefectCause{caused(causeMan, "没有按要求包装", "not packed as asked"), caused(causeMaterial, "纸箱强度不够", "weak cartons")},
			Remedies: []RemedyKind{RemedyRework, RemedyPriceCut}},
		{Kind: DefectLate, Name: Text{"延误", "late delivery"}, Group: DefectDelivery, Severity: 3,
			Tolerances: []Tolerance{shopDefault(ClassAny, MeasureLate, 0)},
			Evidence:   []Evidence{EvidenceDeliveryNote, EvidenceTimes}, Looks: Manager,
			Causes:   []DefectCause{caused(causeMethod, "排产不当", "planning"), caused(causeMachine, "设备故障", "a machine stood still")},
			Remedies: []RemedyKind{RemedyCreditNote}},
		{Kind: DefectOther, Name: Text{"其他", "something else"}, Group: DefectDelivery, Severity: 3, CauseNeeded: true,
			Evidence: []Evidence{EvidencePhoto, EvidenceSamples, EvidenceCount, EvidenceComparison}, Looks: Service,
			Causes:   []DefectCause{caused(causeMethod, "待查", "to be found out")},
			Remedies: []RemedyKind{RemedyPriceCut}},
	}
}
