package crm

// Kinds of what goes wrong before and on the press.
const (
	DefectWrongContent    DefectKind = "wrong-content"
	DefectMissingElement  DefectKind = "missing-element"
	DefectLegalMark       DefectKind = "legal-mark-error"
	DefectBarcode         DefectKind = "barcode-fail"
	DefectLowResolution   DefectKind = "low-resolution"
	DefectColourDeviation DefectKind = "colour-deviation"
	DefectColourVariation DefectKind = "colour-variation"
	DefectSpotColour      DefectKind = "spot-colour-mismatch"
	DefectMetamerism      DefectKind = "metamerism"
	DefectDotGain         DefectKind = "dot-gain"
	DefectMisregister     DefectKind = "misregister"
	DefectBackup          DefectKind = "backup-misregister"
	DefectSkew            DefectKind = "print-skew"
	DefectHickey          DefectKind = "hickey"
	DefectScratch         DefectKind = "scratch"
	DefectSetOff          DefectKind = "set-off"
	DefectGhosting        DefectKind = "ghosting"
	DefectScumming        DefectKind = "scumming"
	DefectStreaks         DefectKind = "streaks"
	DefectSlur            DefectKind = "slur-doubling"
	DefectPicking         DefectKind = "picking"
	DefectMottle          DefectKind = "mottle"
	DefectBanding         DefectKind = "banding"
	DefectInkRub          DefectKind = "ink-rub"
	DefectOdour           DefectKind = "odour-residue"
	DefectWrongStock      DefectKind = "wrong-stock"
	DefectLightStock      DefectKind = "light-stock"
	DefectMixedLot        DefectKind = "mixed-lot"
	DefectWrinkle         DefectKind = "wrinkle"
)

func pressDefects() []Defect {
	return []Defect{
		{Kind: DefectWrongContent, Name: Text{"内容错误", "wrong content"}, Group: DefectContent, Severity: 1, InProof: true,
			Tolerances: none(), Evidence: []Evidence{EvidencePhoto, EvidenceProof, EvidenceFile}, Looks: Production,
			Causes:   []DefectCause{caused(causeMan, "用了旧版文件", "an old version was used"), caused(causeMethod, "印前没有终检", "no final check before plates")},
			Remedies: []RemedyKind{RemedyFullReprint, RemedyRework}},
		{Kind: DefectMissingElement, Name: Text{"漏印", "missing print"}, Group: DefectContent, Severity: 1, InProof: true, Preflight: true,
			Tolerances: none(), Evidence: []Evidence{EvidencePhoto, EvidenceProof, EvidenceCount, EvidenceFile}, Looks: Production,
			Causes: []DefectCause{caused(causeMethod, "字体或叠印在 RIP 时丢失", "a font or an overprint was lost at the RIP"),
				caused(causeMachine, "印版损坏", "a damaged plate")},
			Remedies: []RemedyKind{RemedyFullReprint, RemedyPartReprint}},
		{Kind: DefectLegalMark, Name: Text{"法定标识错误", "legal mark wrong"}, Group: DefectContent, Severity: 1, InProof: true,
			Tolerances: none(), Evidence: []Evidence{EvidencePhoto, EvidenceProof, EvidenceFile}, Looks: Manager,
			Causes: []DefectCause{caused(causeMan, "录入或改稿出错", "a slip in typing or correcting"),
				caused(causeMethod, "没有核对法规清单", "the list of legal marks was not checked")},
			Remedies: []RemedyKind{RemedyFullReprint, RemedyRework}},
		{Kind: DefectBarcode, Name: Text{"条码不良", "bar code fails"}, Group: DefectContent, Severity: 1, Hidden: true, Preflight: true,
			// Grade C begins at 1.5 on the numeric scale of ISO 15416.
			Tolerances: []Tolerance{read(ClassAny, MeasureBarcode, 1500, sourceBAR)},
			Evidence:   []Evidence{EvidenceSamples, EvidenceMeter, EvidenceLabel, EvidenceFile}, Looks: Production,
			Causes: []DefectCause{caused(causeMethod, "尺寸或颜色不合适", "its size or colour does not suit"),
				caused(causeMachine, "网点增大", "dot gain")},
			Remedies: []RemedyKind{RemedyRework, RemedyFullReprint}},
		{Kind: DefectLowResolution, Name: Text{"图像模糊", "image too coarse"}, Group: DefectContent, Severity: 3, InProof: true, Preflight: true,
			Tolerances: []Tolerance{shopDefault(ClassAny, MeasureResolution, 300_000)},
			Evidence:   []Evidence{EvidenceProof, EvidenceFile}, Looks: Production,
			Causes: []DefectCause{caused(causeMaterial, "客户文件分辨率低", "the customer's file is coarse"),
				caused(causeMethod, "印前没有检查文件", "the file was not checked")},
			Remedies: []RemedyKind{RemedyApology, RemedyPriceCut}},

		{Kind: DefectColourDeviation, Name: Text{"色差", "colour deviation"}, Group: DefectColour, Severity: 3,
			Tolerances: []Tolerance{
				read(ClassAny, MeasureDE00CMY, 3_500, sourceRIT), read(ClassAny, MeasureDE00K, 5_000, sourceRIT),
				read(ClassCigarettePack, MeasureDECMC, 2_000, sourcePKG), read(ClassCarton, MeasureDECMC, 2_500, sourcePKG),
				read(ClassGangRun, MeasureShade, 15_000, sourceTOM), // the source does not say of what; other shops say 8 or 10 to 20 %
			},
			Evidence: []Evidence{EvidenceProof, EvidenceMeter, EvidenceSamples}, Looks: Production,
			Causes: []DefectCause{caused(causeMachine, "墨键失准", "ink keys off"), caused(causeMaterial, "纸张不同", "another stock"),
				caused(causeMethod, "没有签付印样", "no signed OK sheet"), caused(causeEnvironment, "看样光源不是 D50", "viewed in a light other than D50")},
			Remedies: []RemedyKind{RemedyPriceCut, RemedyFullReprint}},
		{Kind: DefectColourVariation, Name: Text{"同批墨色不一", "colour varies within the run"}, Group: DefectColour, Severity: 3,
			Tolerances: []Tolerance{
				shopDefault(ClassAny, MeasureDE00CM, 2_800).by("colour"), shopDefault(ClassAny, MeasureDE00Y, 3_500).by("colour"), shopDefault(ClassAny, MeasureDE00K, 4_000).by("colour"),
				shopDefault(ClassAny, MeasureDensityCM, 150).by("density"), shopDefault(ClassAny, MeasureDensityK, 200).by("density"), shopDefault(ClassAny, MeasureDensityY, 100).by("density")},
			Evidence: []Evidence{EvidenceSamples, EvidenceMeter, EvidenceCount}, Looks: Production,
			Causes:   []DefectCause{caused(causeMachine, "水墨不平衡", "ink and water out of balance"), caused(causeMan, "抽样太少", "too few pulls")},
			Remedies: []RemedyKind{RemedyRework, RemedyPriceCut}},
		{Kind: DefectSpotColour, Name: Text{"专色不准", "spot colour off"}, Group: DefectColour, Severity: 2,
			Tolerances: []Tolerance{shopDefault(ClassAny, MeasureDE00Spot, 3_000)}, // 2 to 3 in the trade, the wider taken
			ByContract: []Measure{MeasureDECMC},                                    // brand colours are often agreed so
			Evidence:   []Evidence{EvidenceProof, EvidenceMeter, EvidenceSamples}, Looks: Production,
			Causes:   []DefectCause{caused(causeMaterial, "调墨或纸张不对", "ink mix or stock")},
			Remedies: []RemedyKind{RemedyFullReprint, RemedyPriceCut}},
		{Kind: DefectMetamerism, Name: Text{"同色异谱", "metamerism"}, Group: DefectColour, Severity: 3, Hidden: true,
			ByContract: []Measure{MeasureDELight},
			Evidence:   []Evidence{EvidenceMeter, EvidenceSamples, EvidenceComparison}, Looks: Production,
			Causes:   []DefectCause{caused(causeMaterial, "颜料不同", "another pigment")},
			Remedies: []RemedyKind{RemedyPriceCut}},
		{Kind: DefectDotGain, Name: Text{"网点增大", "dot gain"}, Group: DefectColour, Severity: 4,
			Tolerances: []Tolerance{shopDefault(ClassAny, MeasureTVI, 4_000), shopDefault(ClassAny, MeasureTVISpread, 5_000)},
			Evidence:   []Evidence{EvidenceMeter, EvidenceProof}, Looks: Production,
			Causes:   []DefectCause{caused(causeMachine, "压力过大或橡皮布老化", "pressure, or a worn blanket")},
			Remedies: []RemedyKind{RemedyPriceCut}},

		{Kind: DefectMisregister, Name: Text{"套印不准", "misregister"}, Group: DefectPress, Severity: 3,
			Tolerances: []Tolerance{shopDefault(ClassAny, MeasureRegister, 200), shopDefault(ClassFine, MeasureRegister, 100),
				read(ClassNewspaper, MeasureRegister, 500, sourceNEWS), read(ClassFilm, MeasureRegister, 300, sourceFILM)},
			Evidence: []Evidence{EvidencePhoto, EvidenceSamples}, Looks: Production,
			Causes: []DefectCause{caused(causeMachine, "叼纸牙松动", "loose grippers"), caused(causeMaterial, "纸张伸缩", "the paper stretched"),
				caused(causeEnvironment, "湿度变化", "humidity changed")},
			Remedies: []RemedyKind{RemedyPriceCut, RemedyFullReprint}},
		{Kind: DefectBackup, Name: Text{"正反套印偏差", "front-to-back misregister"}, Group: DefectPress, Severity: 3,
			Tolerances: []Tolerance{readUnder(ClassFine, MeasureBackup, 1_500, sourceCYT), readUnder(ClassAny, MeasureBackup, 2_500, sourceCYT), read(ClassNewspaper, MeasureBackup, 2_000, sourceNEWS)},
			Evidence:   []Evidence{EvidencePhoto, EvidenceSamples}, Looks: Production,
			Causes:   []DefectCause{caused(causeMachine, "规矩不准", "the lay is off")},
			Remedies: []RemedyKind{RemedyPriceCut}},
		{Kind: DefectSkew, Name: Text{"图文歪斜", "print skewed"}, Group: DefectPress, Severity: 3,
			Tolerances: []Tolerance{read(ClassOfficial, MeasureSkew, 1_000, sourceOFF), shopDefault(ClassAny, MeasureSkew, 1_000)},
			Evidence:   []Evidence{EvidencePhoto, EvidenceSamples}, Looks: Production,
			Causes:   []DefectCause{caused(causeMachine, "规矩不准", "the lay is off"), caused(causeMan, "装版不正", "the plate was mounted askew")},
			Remedies: []RemedyKind{RemedyRework, RemedyPriceCut}},
		{Kind: DefectHickey, Name: Text{"墨斑与墨皮", "hickeys"}, Group: DefectPress, Severity: 4,
			Tolerances: []Tolerance{
				read(ClassSheetA, MeasureSpotArea, 400, sourceDB), read(ClassSheetA, MeasureSpotCount, 1_000, sourceDB),
				read(ClassSheetB, MeasureSpotArea, 1_000, sourceDB), read(ClassSheetB, MeasureSpotCount, 2_000, sourceDB),
				read(ClassSheetC, MeasureSpotArea, 1_500, sourceDB), read(ClassSheetC, MeasureSpotCount, 4_000, sourceDB),
				shopDefault(ClassAny, MeasureSpotArea, 1_000), shopDefault(ClassAny, MeasureSpotCount, 2_000)}, // as grade B
			Evidence: []Evidence{EvidencePhoto, EvidenceCount}, Looks: Production,
			Causes:   []DefectCause{caused(causeMaterial, "墨皮", "ink skin"), caused(causeEnvironment, "灰尘", "dust")},
			Remedies: []RemedyKind{RemedyPriceCut}},
		{Kind: DefectScratch, Name: Text{"擦花", "scratch"}, Group: DefectPress, Severity: 3, CauseNeeded: true,
			Tolerances: []Tolerance{
				read(ClassSheetA, MeasureScratchCount, 0, sourceDB),
				read(ClassSheetB, MeasureScratch, 15_000, sourceDB), read(ClassSheetB, MeasureScratchCount, 2_000, sourceDB),
				read(ClassSheetC, MeasureScratch, 25_000, sourceDB), read(ClassSheetC, MeasureScratchCount, 3_000, sourceDB),
				shopDefault(ClassAny, MeasureScratch, 15_000), shopDefault(ClassAny, MeasureScratchCount, 2_000)}, // as grade B
			Evidence: []Evidence{EvidencePhoto, EvidenceCount, EvidenceUse}, Looks: Production,
			Causes:   []DefectCause{caused(causeMan, "搬运擦碰", "handling"), caused(causeMachine, "导纸部件刮擦", "sheet guides scratch")},
			Remedies: []RemedyKind{RemedyRework}},
		{Kind: DefectSetOff, Name: Text{"背面蹭脏", "set-off"}, Group: DefectPress, Severity: 3, Tolerances: none(),
			Evidence: []Evidence{EvidenceSamples, EvidenceCount}, Looks: Production,
			Causes: []DefectCause{caused(causeMethod, "纸堆太高、喷粉不足，或铜版纸总墨量超过 300 %（Media Standard Print）",
				"stack too high, too little powder, or an ink sum over 300 % on coated stock (Media Standard Print)"),
				caused(causeMaterial, "油墨干燥慢", "slow ink")},
			Remedies: []RemedyKind{RemedyRework, RemedyPartReprint}},
		{Kind: DefectGhosting, Name: Text{"鬼影", "ghosting"}, Group: DefectPress, Severity: 4,
			Evidence: []Evidence{EvidenceSamples, EvidencePhoto, EvidenceComparison}, Looks: Production,
			Causes:   []DefectCause{caused(causeMethod, "版面布局或干燥不当", "layout or drying")},
			Remedies: []RemedyKind{RemedyPriceCut}},
		{Kind: DefectScumming, Name: Text{"糊版、上脏", "scumming"}, Group: DefectPress, Severity: 3, Tolerances: none(),
			Evidence: []Evidence{EvidenceSamples, EvidencePhoto, EvidenceCount}, Looks: Production,
			Causes:   []DefectCause{caused(causeMachine, "润版不足", "too little damping"), caused(causeMaterial, "印版老化", "a worn plate")},
			Remedies: []RemedyKind{RemedyRework, RemedyPriceCut}},
		{Kind: DefectStreaks, Name: Text{"墨杠", "streaks"}, Group: DefectPress, Severity: 3,
			Tolerances: []Tolerance{read(ClassAny, MeasureDefective, 0, Text{sourceDB.Zh + "：不得有明显墨杠", sourceDB.En + ": no obvious streaks"})},
			Evidence:   []Evidence{EvidenceSamples, EvidencePhoto, EvidenceCount}, Looks: Production,
			Causes:   []DefectCause{caused(causeMachine, "墨辊调节不当", "rollers out of setting")},
			Remedies: []RemedyKind{RemedyPriceCut, RemedyFullReprint}},
		{Kind: DefectSlur, Name: Text{"重影", "slur or doubling"}, Group: DefectPress, Severity: 3, Tolerances: none(),
			Evidence: []Evidence{EvidenceSamples, EvidencePhoto, EvidenceCount}, Looks: Production,
			Causes:   []DefectCause{caused(causeMachine, "橡皮布松弛", "a loose blanket")},
			Remedies: []RemedyKind{RemedyPriceCut, RemedyFullReprint}},
		{Kind: DefectPicking, Name: Text{"拉毛掉粉", "picking"}, Group: DefectPress, Severity: 3,
			Tolerances: []Tolerance{shopDefault(ClassAny, MeasureSpotArea, 1_000), shopDefault(ClassAny, MeasureSpotCount, 2_000)},
			Evidence:   []Evidence{EvidenceSamples, EvidenceCount}, Looks: Production,
			Causes:   []DefectCause{caused(causeMaterial, "纸面强度低或油墨太粘", "weak paper surface, or ink too tacky")},
			Remedies: []RemedyKind{RemedyPriceCut}},
		{Kind: DefectMottle, Name: Text{"印面发花", "mottle"}, Group: DefectPress, Severity: 3,
			Evidence: []Evidence{EvidenceSamples, EvidencePhoto, EvidenceComparison}, Looks: Production, // ISO 24790 measures it and sets no limit
			Causes:   []DefectCause{caused(causeMaterial, "纸张吸墨不匀", "uneven stock")},
			Remedies: []RemedyKind{RemedyPriceCut, RemedyFullReprint}},
		{Kind: DefectBanding, Name: Text{"条带", "banding"}, Group: DefectPress, Severity: 4,
			Evidence: []Evidence{EvidenceSamples, EvidencePhoto, EvidenceComparison}, Looks: Production,
			Causes:   []DefectCause{caused(causeMachine, "喷头堵塞或未校准", "print heads blocked or out of line")},
			Remedies: []RemedyKind{RemedyPriceCut, RemedyFullReprint}},
		{Kind: DefectInkRub, Name: Text{"掉墨", "ink rubs off"}, Group: DefectPress, Severity: 2, Hidden: true, CauseNeeded: true,
			ByContract: []Measure{MeasureRub},
			Evidence:   []Evidence{EvidenceSamples, EvidenceUse, EvidenceComparison}, Looks: Production,
			Causes:   []DefectCause{caused(causeMaterial, "油墨附着力差", "ink with little adhesion"), caused(causeMethod, "干燥时间不足", "too little drying time")},
			Remedies: []RemedyKind{RemedyRework, RemedyFullReprint}},
		{Kind: DefectOdour, Name: Text{"溶剂残留、异味", "odour or solvent residue"}, Group: DefectPress, Severity: 1, Hidden: true,
			Tolerances: []Tolerance{shopDefault(ClassAny, MeasureSolvent, 5_000)},
			Evidence:   []Evidence{EvidenceSamples, EvidenceLabel, EvidenceLab}, Looks: Manager,
			Causes:   []DefectCause{caused(causeMaterial, "溶剂不合适", "an unsuitable solvent"), caused(causeMethod, "干燥不足", "too little drying")},
			Remedies: []RemedyKind{RemedyFullReprint}},
		{Kind: DefectWrongStock, Name: Text{"纸张错误", "wrong stock"}, Group: DefectPress, Severity: 2, Tolerances: none(),
			Evidence: []Evidence{EvidenceSamples, EvidenceLabel, EvidenceCount}, Looks: Production,
			Causes:   []DefectCause{caused(causeMan, "领错纸", "the wrong paper was fetched"), caused(causeMaterial, "来料标签错误", "the supplier's label was wrong")},
			Remedies: []RemedyKind{RemedyPriceCut, RemedyFullReprint}},
		{Kind: DefectLightStock, Name: Text{"克重或厚度不足", "stock too light or thin"}, Group: DefectPress, Severity: 2,
			Tolerances: []Tolerance{
				read(ClassAny, MeasureGrammage, 4_000, sourcePKG), read(ClassAny, MeasureCaliper, 5_000, sourcePKG), // coated paper
				read(ClassCarton, MeasureGrammage, 3_000, sourcePKG), read(ClassCarton, MeasureCaliper, 5_000, sourcePKG)}, // board
			Evidence: []Evidence{EvidenceSamples, EvidenceMeter, EvidenceLabel}, Looks: Production,
			Causes:   []DefectCause{caused(causeMaterial, "来料偏轻", "light paper from the mill"), caused(causeMan, "领错纸", "the wrong paper was fetched")},
			Remedies: []RemedyKind{RemedyPriceCut, RemedyFullReprint}},
		{Kind: DefectMixedLot, Name: Text{"混版混批", "lots mixed up"}, Group: DefectPress, Severity: 1, Hidden: true, Tolerances: none(),
			Evidence: []Evidence{EvidenceCount, EvidenceLabel}, Looks: Production,
			Causes:   []DefectCause{caused(causeMan, "换单清场不彻底", "the line was not cleared between jobs")},
			Remedies: []RemedyKind{RemedyRework, RemedyPartReprint}},
		{Kind: DefectWrinkle, Name: Text{"折皱", "creasing"}, Group: DefectPress, Severity: 3, Tolerances: none(),
			Evidence: []Evidence{EvidenceSamples, EvidencePhoto, EvidenceCount}, Looks: Production,
			Causes:   []DefectCause{caused(causeMaterial, "纸张含水不匀", "uneven moisture in the paper"), caused(causeMachine, "输纸不平稳", "unsteady feeding")},
			Remedies: []RemedyKind{RemedyRework, RemedyPartReprint}},
	}
}
