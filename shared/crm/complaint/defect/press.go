package defect

import (
	"afterpress/shared/crm/complaint/remedy"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// Kinds of defect that arise before and on the press.
const (
	WrongContent    Kind = "wrong-content"
	MissingElement  Kind = "missing-element"
	LegalMark       Kind = "legal-mark-error"
	Barcode         Kind = "barcode-fail"
	LowResolution   Kind = "low-resolution"
	ColourDeviation Kind = "colour-deviation"
	ColourVariation Kind = "colour-variation"
	SpotColour      Kind = "spot-colour-mismatch"
	Metamerism      Kind = "metamerism"
	DotGain         Kind = "dot-gain"
	Misregister     Kind = "misregister"
	Backup          Kind = "backup-misregister"
	Skew            Kind = "print-skew"
	Hickey          Kind = "hickey"
	Scratch         Kind = "scratch"
	SetOff          Kind = "set-off"
	Ghosting        Kind = "ghosting"
	Scumming        Kind = "scumming"
	Streaks         Kind = "streaks"
	Slur            Kind = "slur-doubling"
	Picking         Kind = "picking"
	Mottle          Kind = "mottle"
	Banding         Kind = "banding"
	InkRub          Kind = "ink-rub"
	Odour           Kind = "odour-residue"
	WrongStock      Kind = "wrong-stock"
	LightStock      Kind = "light-stock"
	MixedLot        Kind = "mixed-lot"
	Wrinkle         Kind = "wrinkle"
)

func pressDefects() []Defect {
	return []Defect{
		{Kind: WrongContent, Name: words.Text{Zh: "内容错误", En: "wrong content"}, Group: Content, Severity: 1, InProof: true,
			Tolerances: none(), Evidence: []Evidence{EvidencePhoto, EvidenceProof, EvidenceFile}, Looks: staff.Production,
			Causes: []Cause{caused(causeMan, "用了旧版文件", "an old version was used"),
				caused(causeMethod, "印前没有终检", "no final check before plates")},
			Remedies: []remedy.Kind{remedy.FullReprint, remedy.Rework}},
		{Kind: MissingElement, Name: words.Text{Zh: "漏印", En: "missing print"}, Group: Content, Severity: 1, InProof: true,
			Preflight:  true,
			Tolerances: none(), Evidence: []Evidence{EvidencePhoto, EvidenceProof, EvidenceCount, EvidenceFile},
			Looks: staff.Production,
			Causes: []Cause{caused(causeMethod, "字体或叠印在 RIP 时丢失", "a font or an overprint was lost at the RIP"),
				caused(CauseMachine, "印版损坏", "a damaged plate")},
			Remedies: []remedy.Kind{remedy.FullReprint, remedy.PartReprint}},
		{Kind: LegalMark, Name: words.Text{Zh: "法定标识错误", En: "legal mark wrong"}, Group: Content, Severity: 1, InProof: true,
			Tolerances: none(), Evidence: []Evidence{EvidencePhoto, EvidenceProof, EvidenceFile}, Looks: staff.Manager,
			Causes: []Cause{caused(causeMan, "录入或改稿出错", "a slip in typing or correcting"),
				caused(causeMethod, "没有核对法规清单", "the list of legal marks was not checked")},
			Remedies: []remedy.Kind{remedy.FullReprint, remedy.Rework}},
		{Kind: Barcode, Name: words.Text{Zh: "条码不良", En: "bar code fails"}, Group: Content, Severity: 1, Hidden: true,
			Preflight: true,
			// Grade C begins at 1.5 on the numeric scale of ISO 15416.
			Tolerances: []Tolerance{read(ClassAny, MeasureBarcode, 1500, sourceBAR)},
			Evidence:   []Evidence{EvidenceSamples, EvidenceMeter, EvidenceLabel, EvidenceFile}, Looks: staff.Production,
			Causes: []Cause{caused(causeMethod, "尺寸或颜色不合适", "its size or colour does not suit"),
				caused(CauseMachine, "网点增大", "dot gain")},
			Remedies: []remedy.Kind{remedy.Rework, remedy.FullReprint}},
		{Kind: LowResolution, Name: words.Text{Zh: "图像模糊", En: "image too coarse"}, Group: Content, Severity: 3,
			InProof: true, Preflight: true,
			Tolerances: []Tolerance{shopDefault(ClassAny, MeasureResolution, 300_000)},
			Evidence:   []Evidence{EvidenceProof, EvidenceFile}, Looks: staff.Production,
			Causes: []Cause{caused(causeMaterial, "客户文件分辨率低", "the customer's file is coarse"),
				caused(causeMethod, "印前没有检查文件", "the file was not checked")},
			Remedies: []remedy.Kind{remedy.Apology, remedy.PriceCut}},

		{Kind: ColourDeviation, Name: words.Text{Zh: "色差", En: "colour deviation"}, Group: Colour, Severity: 3,
			Tolerances: []Tolerance{
				read(ClassAny, MeasureDE00CMY, 3_500, sourceRIT), read(ClassAny, MeasureDE00K, 5_000, sourceRIT),
				read(ClassCigarettePack, MeasureDECMC, 2_000, sourcePKG), read(ClassCarton, MeasureDECMC, 2_500, sourcePKG),
				// The source does not say what the percentage is of. Other shops say 8 or 10 to 20 %.
				read(ClassGangRun, MeasureShade, 15_000, sourceTOM),
			},
			Evidence: []Evidence{EvidenceProof, EvidenceMeter, EvidenceSamples}, Looks: staff.Production,
			Causes: []Cause{caused(CauseMachine, "墨键失准", "ink keys off"), caused(causeMaterial, "纸张不同", "another stock"),
				caused(causeMethod, "没有签付印样", "no signed OK sheet"),
				caused(causeEnvironment, "看样光源不是 D50", "viewed in a light other than D50")},
			Remedies: []remedy.Kind{remedy.PriceCut, remedy.FullReprint}},
		{Kind: ColourVariation, Name: words.Text{Zh: "同批墨色不一", En: "colour varies within the run"}, Group: Colour,
			Severity: 3,
			Tolerances: []Tolerance{
				shopDefault(ClassAny, MeasureDE00CM, 2_800).by("colour"), shopDefault(ClassAny, MeasureDE00Y, 3_500).by("colour"),
				shopDefault(ClassAny, MeasureDE00K, 4_000).by("colour"),
				shopDefault(ClassAny, MeasureDensityCM, 150).by("density"),
				shopDefault(ClassAny, MeasureDensityK, 200).by("density"),
				shopDefault(ClassAny, MeasureDensityY, 100).by("density")},
			Evidence: []Evidence{EvidenceSamples, EvidenceMeter, EvidenceCount}, Looks: staff.Production,
			Causes: []Cause{caused(CauseMachine, "水墨不平衡", "ink and water out of balance"),
				caused(causeMan, "抽样太少", "too few pulls")},
			Remedies: []remedy.Kind{remedy.Rework, remedy.PriceCut}},
		{Kind: SpotColour, Name: words.Text{Zh: "专色不准", En: "spot colour off"}, Group: Colour, Severity: 2,
			// The trade has 2 to 3. The wider figure is taken.
			Tolerances: []Tolerance{shopDefault(ClassAny, MeasureDE00Spot, 3_000)},
			ByContract: []Measure{MeasureDECMC}, // brand colours are often agreed so
			Evidence:   []Evidence{EvidenceProof, EvidenceMeter, EvidenceSamples}, Looks: staff.Production,
			Causes:   []Cause{caused(causeMaterial, "调墨或纸张不对", "ink mix or stock")},
			Remedies: []remedy.Kind{remedy.FullReprint, remedy.PriceCut}},
		{Kind: Metamerism, Name: words.Text{Zh: "同色异谱", En: "metamerism"}, Group: Colour, Severity: 3, Hidden: true,
			ByContract: []Measure{MeasureDELight},
			Evidence:   []Evidence{EvidenceMeter, EvidenceSamples, EvidenceComparison}, Looks: staff.Production,
			Causes:   []Cause{caused(causeMaterial, "颜料不同", "another pigment")},
			Remedies: []remedy.Kind{remedy.PriceCut}},
		{Kind: DotGain, Name: words.Text{Zh: "网点增大", En: "dot gain"}, Group: Colour, Severity: 4,
			Tolerances: []Tolerance{shopDefault(ClassAny, MeasureTVI, 4_000), shopDefault(ClassAny, MeasureTVISpread, 5_000)},
			Evidence:   []Evidence{EvidenceMeter, EvidenceProof}, Looks: staff.Production,
			Causes:   []Cause{caused(CauseMachine, "压力过大或橡皮布老化", "pressure, or a worn blanket")},
			Remedies: []remedy.Kind{remedy.PriceCut}},

		{Kind: Misregister, Name: words.Text{Zh: "套印不准", En: "misregister"}, Group: Press, Severity: 3,
			Tolerances: []Tolerance{shopDefault(ClassAny, MeasureRegister, 200), shopDefault(ClassFine, MeasureRegister, 100),
				read(ClassNewspaper, MeasureRegister, 500, sourceNEWS), read(ClassFilm, MeasureRegister, 300, sourceFILM)},
			Evidence: []Evidence{EvidencePhoto, EvidenceSamples}, Looks: staff.Production,
			Causes: []Cause{caused(CauseMachine, "叼纸牙松动", "loose grippers"),
				caused(causeMaterial, "纸张伸缩", "the paper stretched"),
				caused(causeEnvironment, "湿度变化", "humidity changed")},
			Remedies: []remedy.Kind{remedy.PriceCut, remedy.FullReprint}},
		{Kind: Backup, Name: words.Text{Zh: "正反套印偏差", En: "front-to-back misregister"}, Group: Press, Severity: 3,
			Tolerances: []Tolerance{readUnder(ClassFine, MeasureBackup, 1_500, sourceCYT),
				readUnder(ClassAny, MeasureBackup, 2_500, sourceCYT), read(ClassNewspaper, MeasureBackup, 2_000, sourceNEWS)},
			Evidence: []Evidence{EvidencePhoto, EvidenceSamples}, Looks: staff.Production,
			Causes:   []Cause{caused(CauseMachine, "规矩不准", "the lay is off")},
			Remedies: []remedy.Kind{remedy.PriceCut}},
		{Kind: Skew, Name: words.Text{Zh: "图文歪斜", En: "print skewed"}, Group: Press, Severity: 3,
			Tolerances: []Tolerance{read(ClassOfficial, MeasureSkew, 1_000, sourceOFF),
				shopDefault(ClassAny, MeasureSkew, 1_000)},
			Evidence: []Evidence{EvidencePhoto, EvidenceSamples}, Looks: staff.Production,
			Causes: []Cause{caused(CauseMachine, "规矩不准", "the lay is off"),
				caused(causeMan, "装版不正", "the plate was mounted askew")},
			Remedies: []remedy.Kind{remedy.Rework, remedy.PriceCut}},
		{Kind: Hickey, Name: words.Text{Zh: "墨斑与墨皮", En: "hickeys"}, Group: Press, Severity: 4,
			Tolerances: []Tolerance{
				read(ClassSheetA, MeasureSpotArea, 400, sourceDB), read(ClassSheetA, MeasureSpotCount, 1_000, sourceDB),
				read(ClassSheetB, MeasureSpotArea, 1_000, sourceDB), read(ClassSheetB, MeasureSpotCount, 2_000, sourceDB),
				read(ClassSheetC, MeasureSpotArea, 1_500, sourceDB), read(ClassSheetC, MeasureSpotCount, 4_000, sourceDB),
				// as grade B
				shopDefault(ClassAny, MeasureSpotArea, 1_000), shopDefault(ClassAny, MeasureSpotCount, 2_000)},
			Evidence: []Evidence{EvidencePhoto, EvidenceCount}, Looks: staff.Production,
			Causes:   []Cause{caused(causeMaterial, "墨皮", "ink skin"), caused(causeEnvironment, "灰尘", "dust")},
			Remedies: []remedy.Kind{remedy.PriceCut}},
		{Kind: Scratch, Name: words.Text{Zh: "擦花", En: "scratch"}, Group: Press, Severity: 3, CauseNeeded: true,
			Tolerances: []Tolerance{
				read(ClassSheetA, MeasureScratchCount, 0, sourceDB),
				read(ClassSheetB, MeasureScratch, 15_000, sourceDB), read(ClassSheetB, MeasureScratchCount, 2_000, sourceDB),
				read(ClassSheetC, MeasureScratch, 25_000, sourceDB), read(ClassSheetC, MeasureScratchCount, 3_000, sourceDB),
				// as grade B
				shopDefault(ClassAny, MeasureScratch, 15_000), shopDefault(ClassAny, MeasureScratchCount, 2_000)},
			Evidence: []Evidence{EvidencePhoto, EvidenceCount, EvidenceUse}, Looks: staff.Production,
			Causes:   []Cause{caused(causeMan, "搬运擦碰", "handling"), caused(CauseMachine, "导纸部件刮擦", "sheet guides scratch")},
			Remedies: []remedy.Kind{remedy.Rework}},
		{Kind: SetOff, Name: words.Text{Zh: "背面蹭脏", En: "set-off"}, Group: Press, Severity: 3, Tolerances: none(),
			Evidence: []Evidence{EvidenceSamples, EvidenceCount}, Looks: staff.Production,
			Causes: []Cause{caused(causeMethod, "纸堆太高、喷粉不足，或铜版纸总墨量超过 300 %（Media Standard Print）",
				"stack too high, too little powder, or an ink sum over 300 % on coated stock (Media Standard Print)"),
				caused(causeMaterial, "油墨干燥慢", "slow ink")},
			Remedies: []remedy.Kind{remedy.Rework, remedy.PartReprint}},
		{Kind: Ghosting, Name: words.Text{Zh: "鬼影", En: "ghosting"}, Group: Press, Severity: 4,
			Evidence: []Evidence{EvidenceSamples, EvidencePhoto, EvidenceComparison}, Looks: staff.Production,
			Causes:   []Cause{caused(causeMethod, "版面布局或干燥不当", "layout or drying")},
			Remedies: []remedy.Kind{remedy.PriceCut}},
		{Kind: Scumming, Name: words.Text{Zh: "糊版、上脏", En: "scumming"}, Group: Press, Severity: 3, Tolerances: none(),
			Evidence: []Evidence{EvidenceSamples, EvidencePhoto, EvidenceCount}, Looks: staff.Production,
			Causes: []Cause{caused(CauseMachine, "润版不足", "too little damping"),
				caused(causeMaterial, "印版老化", "a worn plate")},
			Remedies: []remedy.Kind{remedy.Rework, remedy.PriceCut}},
		{Kind: Streaks, Name: words.Text{Zh: "墨杠", En: "streaks"}, Group: Press, Severity: 3,
			Tolerances: []Tolerance{read(ClassAny, MeasureDefective, 0,
				words.Text{Zh: sourceDB.Zh + "：不得有明显墨杠", En: sourceDB.En + ": no obvious streaks"})},
			Evidence: []Evidence{EvidenceSamples, EvidencePhoto, EvidenceCount}, Looks: staff.Production,
			Causes:   []Cause{caused(CauseMachine, "墨辊调节不当", "rollers out of setting")},
			Remedies: []remedy.Kind{remedy.PriceCut, remedy.FullReprint}},
		{Kind: Slur, Name: words.Text{Zh: "重影", En: "slur or doubling"}, Group: Press, Severity: 3, Tolerances: none(),
			Evidence: []Evidence{EvidenceSamples, EvidencePhoto, EvidenceCount}, Looks: staff.Production,
			Causes:   []Cause{caused(CauseMachine, "橡皮布松弛", "a loose blanket")},
			Remedies: []remedy.Kind{remedy.PriceCut, remedy.FullReprint}},
		{Kind: Picking, Name: words.Text{Zh: "拉毛掉粉", En: "picking"}, Group: Press, Severity: 3,
			Tolerances: []Tolerance{shopDefault(ClassAny, MeasureSpotArea, 1_000),
				shopDefault(ClassAny, MeasureSpotCount, 2_000)},
			Evidence: []Evidence{EvidenceSamples, EvidenceCount}, Looks: staff.Production,
			Causes:   []Cause{caused(causeMaterial, "纸面强度低或油墨太粘", "weak paper surface, or ink too tacky")},
			Remedies: []remedy.Kind{remedy.PriceCut}},
		{Kind: Mottle, Name: words.Text{Zh: "印面发花", En: "mottle"}, Group: Press, Severity: 3,
			// ISO 24790 measures mottle and sets no limit.
			Evidence: []Evidence{EvidenceSamples, EvidencePhoto, EvidenceComparison}, Looks: staff.Production,
			Causes:   []Cause{caused(causeMaterial, "纸张吸墨不匀", "uneven stock")},
			Remedies: []remedy.Kind{remedy.PriceCut, remedy.FullReprint}},
		{Kind: Banding, Name: words.Text{Zh: "条带", En: "banding"}, Group: Press, Severity: 4,
			Evidence: []Evidence{EvidenceSamples, EvidencePhoto, EvidenceComparison}, Looks: staff.Production,
			Causes:   []Cause{caused(CauseMachine, "喷头堵塞或未校准", "print heads blocked or out of line")},
			Remedies: []remedy.Kind{remedy.PriceCut, remedy.FullReprint}},
		{Kind: InkRub, Name: words.Text{Zh: "掉墨", En: "ink rubs off"}, Group: Press, Severity: 2, Hidden: true,
			CauseNeeded: true,
			ByContract:  []Measure{MeasureRub},
			Evidence:    []Evidence{EvidenceSamples, EvidenceUse, EvidenceComparison}, Looks: staff.Production,
			Causes: []Cause{caused(causeMaterial, "油墨附着力差", "ink with little adhesion"),
				caused(causeMethod, "干燥时间不足", "too little drying time")},
			Remedies: []remedy.Kind{remedy.Rework, remedy.FullReprint}},
		{Kind: Odour, Name: words.Text{Zh: "溶剂残留、异味", En: "odour or solvent residue"}, Group: Press, Severity: 1,
			Hidden:     true,
			Tolerances: []Tolerance{shopDefault(ClassAny, MeasureSolvent, 5_000)},
			Evidence:   []Evidence{EvidenceSamples, EvidenceLabel, EvidenceLab}, Looks: staff.Manager,
			Causes: []Cause{caused(causeMaterial, "溶剂不合适", "an unsuitable solvent"),
				caused(causeMethod, "干燥不足", "too little drying")},
			Remedies: []remedy.Kind{remedy.FullReprint}},
		{Kind: WrongStock, Name: words.Text{Zh: "纸张错误", En: "wrong stock"}, Group: Press, Severity: 2, Tolerances: none(),
			Evidence: []Evidence{EvidenceSamples, EvidenceLabel, EvidenceCount}, Looks: staff.Production,
			Causes: []Cause{caused(causeMan, "领错纸", "the wrong paper was fetched"),
				caused(causeMaterial, "来料标签错误", "the supplier's label was wrong")},
			Remedies: []remedy.Kind{remedy.PriceCut, remedy.FullReprint}},
		{Kind: LightStock, Name: words.Text{Zh: "克重或厚度不足", En: "stock too light or thin"}, Group: Press, Severity: 2,
			Tolerances: []Tolerance{
				// coated paper
				read(ClassAny, MeasureGrammage, 4_000, sourcePKG), read(ClassAny, MeasureCaliper, 5_000, sourcePKG),
				// board
				read(ClassCarton, MeasureGrammage, 3_000, sourcePKG), read(ClassCarton, MeasureCaliper, 5_000, sourcePKG)},
			Evidence: []Evidence{EvidenceSamples, EvidenceMeter, EvidenceLabel}, Looks: staff.Production,
			Causes: []Cause{caused(causeMaterial, "来料偏轻", "light paper from the mill"),
				caused(causeMan, "领错纸", "the wrong paper was fetched")},
			Remedies: []remedy.Kind{remedy.PriceCut, remedy.FullReprint}},
		{Kind: MixedLot, Name: words.Text{Zh: "混版混批", En: "lots mixed up"}, Group: Press, Severity: 1, Hidden: true,
			Tolerances: none(),
			Evidence:   []Evidence{EvidenceCount, EvidenceLabel}, Looks: staff.Production,
			Causes:   []Cause{caused(causeMan, "换单清场不彻底", "the line was not cleared between jobs")},
			Remedies: []remedy.Kind{remedy.Rework, remedy.PartReprint}},
		{Kind: Wrinkle, Name: words.Text{Zh: "折皱", En: "creasing"}, Group: Press, Severity: 3, Tolerances: none(),
			Evidence: []Evidence{EvidenceSamples, EvidencePhoto, EvidenceCount}, Looks: staff.Production,
			Causes: []Cause{caused(causeMaterial, "纸张含水不匀", "uneven moisture in the paper"),
				caused(CauseMachine, "输纸不平稳", "unsteady feeding")},
			Remedies: []remedy.Kind{remedy.Rework, remedy.PartReprint}},
	}
}
