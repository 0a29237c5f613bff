package defect

import (
	"afterpress/shared/kernel/words"
)

// Sources of the limits. Often a copy on the web was read, so the name of the copy stands beside the name of
// the norm. A figure that was not read in a source is the shop's default. The shop may keep, change or
// replace it. GB/T 7705 and 7706 were not verified; their figures are the shop's default.
var (
	sourceShop = words.Text{Zh: "本厂默认值", En: "shop's default"}
	// SourceContract is the source of a limit that a contract sets.
	SourceContract = words.Text{Zh: "合同约定", En: "the contract"}

	sourceRIT = words.Text{Zh: "ISO 12647-2（据 TAGA 2015《Tolerances》转引）",
		En: "ISO 12647-2, as quoted in TAGA 2015, Tolerances (RIT)"}
	sourcePKG = words.Text{Zh: "《包装印刷品质量标准》（wenke99 网络副本）", En: "Packaging print quality standard (web copy, wenke99)"}
	sourceBAR = words.Text{Zh: "ISO 15416（据 BarcodeFYI 转引）", En: "ISO 15416, as quoted by BarcodeFYI"}
	sourceCYT = words.Text{Zh: "CY/T 4-91、7.9-91、14-95、15-95、28-99（网络副本）",
		En: "CY/T 4-91, 7.9-91, 14-95, 15-95, 28-99 (web copies)"}
	sourceNEWS = words.Text{Zh: "报纸印刷国家标准（网络副本）", En: "GB/T on newspaper printing (web copy)"}
	sourceFILM = words.Text{Zh: "《塑料包装印刷标准》（cnzhixiang 网络副本）",
		En: "Plastic packaging print standard (web copy, cnzhixiang)"}
	sourceOFF  = words.Text{Zh: "公文印装要求（网络副本）", En: "Rules for printing official papers (web copy)"}
	sourceDB   = words.Text{Zh: "德邦《检验标准》（网络副本）", En: "Debang, inspection standard (web copy)"}
	sourceSGP  = words.Text{Zh: "SG Printz 条款", En: "SG Printz, Terms"}
	sourceSAAL = words.Text{Zh: "SAAL《裁切公差》", En: "SAAL, Cutting tolerances"}
	sourceBOX  = words.Text{Zh: "《彩盒外观检验》AQL 主要缺陷（doczj 网络副本）",
		En: "Box appearance inspection, AQL major (web copy, doczj)"}
	sourceSTAR = words.Text{Zh: "行业惯例，Starline 条款", En: "trade custom, Starline, Terms"}
	sourceACU  = words.Text{Zh: "行业惯例，Acutrack 溢数说明", En: "trade custom, Acutrack, Overruns"}
	sourceCARD = words.Text{Zh: "行业惯例，名片备注（2008qq123）", En: "trade custom, notes on cards (2008qq123)"}
	sourceWSY  = words.Text{Zh: "行业惯例，网上印退货规则", En: "trade custom, Wangshangyin, Returns"}
	sourceTOM  = words.Text{Zh: "行业惯例，tomato118 退换规则", En: "trade custom, tomato118, Returns"}
)

func read(class ProductClass, measure Measure, limit int64, source words.Text) Tolerance {
	return Tolerance{Class: class, Measure: measure, Limit: limit, Unit: Measures[measure].Unit, Source: source,
		Verified: true}
}

func readUnder(class ProductClass, measure Measure, limit int64, source words.Text) Tolerance {
	t := read(class, measure, limit, source)
	t.Under = true
	return t
}

func shopDefault(class ProductClass, measure Measure, limit int64) Tolerance {
	return Tolerance{Class: class, Measure: measure, Limit: limit, Unit: Measures[measure].Unit, Source: sourceShop}
}

// by marks the limit as one of the named way to measure.
func (t Tolerance) by(way string) Tolerance {
	t.Way = way
	return t
}

// none allows not one bad piece.
func none() []Tolerance { return []Tolerance{shopDefault(ClassAny, MeasureDefective, 0)} }

func caused(factor, zh, en string) Cause { return Cause{factor, words.Text{Zh: zh, En: en}} }
