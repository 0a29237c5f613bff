package crm

// Where limits come from. What was read is often a copy on the web, so the name of the copy stands beside the name of the norm. A figure that was not
// read in a source is the shop's default: the shop may keep, change or replace it. GB/T 7705 and 7706 were not verified; their figures are the shop's default.
var (
	sourceShop     = Text{"本厂默认值", "shop's default"}
	sourceContract = Text{"合同约定", "the contract"}

	sourceRIT  = Text{"ISO 12647-2（据 TAGA 2015《Tolerances》转引）", "ISO 12647-2, as quoted in TAGA 2015, Tolerances (RIT)"}
	sourcePKG  = Text{"《包装印刷品质量标准》（wenke99 网络副本）", "Packaging print quality standard (web copy, wenke99)"}
	sourceBAR  = Text{"ISO 15416（据 BarcodeFYI 转引）", "ISO 15416, as quoted by BarcodeFYI"}
	sourceCYT  = Text{"CY/T 4-91、7.9-91、14-95、15-95、28-99（网络副本）", "CY/T 4-91, 7.9-91, 14-95, 15-95, 28-99 (web copies)"}
	sourceNEWS = Text{"报纸印刷国家标准（网络副本）", "GB/T on newspaper printing (web copy)"}
	sourceFILM = Text{"《塑料包装印刷标准》（cnzhixiang 网络副本）", "Plastic packaging print standard (web copy, cnzhixiang)"}
	sourceOFF  = Text{"公文印装要求（网络副本）", "Rules for printing official papers (web copy)"}
	sourceDB   = Text{"德邦《检验标准》（网络副本）", "Debang, inspection standard (web copy)"}
	sourceSGP  = Text{"SG Printz 条款", "SG Printz, Terms"}
	sourceSAAL = Text{"SAAL《裁切公差》", "SAAL, Cutting tolerances"}
	sourceBOX  = Text{"《彩盒外观检验》AQL 主要缺陷（doczj 网络副本）", "Box appearance inspection, AQL major (web copy, doczj)"}
	sourceSTAR = Text{"行业惯例，Starline 条款", "trade custom, Starline, Terms"}
	sourceACU  = Text{"行业惯例，Acutrack 溢数说明", "trade custom, Acutrack, Overruns"}
	sourceCARD = Text{"行业惯例，名片备注（2008qq123）", "trade custom, notes on cards (2008qq123)"}
	sourceWSY  = Text{"行业惯例，网上印退货规则", "trade custom, Wangshangyin, Returns"}
	sourceTOM  = Text{"行业惯例，tomato118 退换规则", "trade custom, tomato118, Returns"}
)

func read(class ProductClass, measure Measure, limit int64, source Text) Tolerance {
	return Tolerance{Class: class, Measure: measure, Limit: limit, Unit: Measures[measure].Unit, Source: source, Verified: true}
}

func readUnder(class ProductClass, measure Measure, limit int64, source Text) Tolerance {
	t := read(class, measure, limit, source)
	t.Under = true
	return t
}

func shopDefault(class ProductClass, measure Measure, limit int64) Tolerance {
	return Tolerance{Class: class, Measure: measure, Limit: limit, Unit: Measures[measure].Unit, Source: sourceShop}
}

// by puts the limit among those of one way to measure.
func (t Tolerance) by(way string) Tolerance {
	t.Way = way
	return t
}

// none accepts not a single bad piece.
func none() []Tolerance { return []Tolerance{shopDefault(ClassAny, MeasureDefective, 0)} }

func caused(factor, zh, en string) DefectCause { return DefectCause{factor, Text{zh, en}} }
