package defect

import (
	"afterpress/shared/kernel/words"
)

// Measure names a property that is measured. Measures has the entry of each.
type Measure string

// MeasureEntry says what a measure is. A computed measure follows from quantities and times and is never typed in.
type MeasureEntry struct {
	Name     words.Text `json:"name"`
	Unit     string     `json:"unit"`
	AtLeast  bool       `json:"at_least,omitempty"` // more is better: the limit is a minimum
	Computed bool       `json:"computed,omitempty"`
}

// Measures of the catalogue.
const (
	MeasureDefective    Measure = "defective"
	MeasureShort        Measure = "short"
	MeasureOver         Measure = "over"
	MeasureLate         Measure = "late"
	MeasureDE00CMY      Measure = "de00-cmy"
	MeasureDE00CM       Measure = "de00-cm"
	MeasureDE00Y        Measure = "de00-y"
	MeasureDE00K        Measure = "de00-k"
	MeasureDE00Spot     Measure = "de00-spot"
	MeasureDECMC        Measure = "de-cmc"
	MeasureDELight      Measure = "de-second-light"
	MeasureShade        Measure = "shade"
	MeasureDensityCM    Measure = "density-cm"
	MeasureDensityY     Measure = "density-y"
	MeasureDensityK     Measure = "density-k"
	MeasureTVI          Measure = "tvi"
	MeasureTVISpread    Measure = "tvi-spread"
	MeasureRegister     Measure = "register"
	MeasureBackup       Measure = "backup-register"
	MeasureSkew         Measure = "skew"
	MeasureSpotArea     Measure = "spot-area"
	MeasureSpotCount    Measure = "spot-count"
	MeasureScratch      Measure = "scratch-length"
	MeasureScratchCount Measure = "scratch-count"
	MeasureResolution   Measure = "resolution"
	MeasureBarcode      Measure = "barcode-grade"
	MeasureRub          Measure = "rub-loss"
	MeasureSolvent      Measure = "solvent"
	MeasureTrim         Measure = "trim"
	MeasureTrimSkew     Measure = "trim-skew"
	MeasureFold         Measure = "fold"
	MeasureFolioWeb     Measure = "folio-web"
	MeasureFolioBook    Measure = "folio-book"
	MeasureDieCut       Measure = "die-cut"
	MeasureBubble       Measure = "bubble"
	MeasureFoil         Measure = "foil"
	MeasurePull         Measure = "page-pull"
	MeasureSpine10      Measure = "spine-to-10"
	MeasureSpine20      Measure = "spine-to-20"
	MeasureSpine30      Measure = "spine-to-30"
	MeasureSpineThick   Measure = "spine-over-30"
	MeasureWhite        Measure = "cover-white"
	MeasureWarp         Measure = "warp"
	MeasureGrammage     Measure = "grammage"
	MeasureCaliper      Measure = "caliper"
)

// Measures has the entry of every measure: name, unit, and whether it is a minimum or computed.
var Measures = map[Measure]MeasureEntry{
	MeasureDefective: {Name: words.Text{Zh: "不良率", En: "share of bad pieces"}, Unit: "%", Computed: true},
	MeasureShort:     {Name: words.Text{Zh: "短少率", En: "shortfall"}, Unit: "%", Computed: true},
	MeasureOver:      {Name: words.Text{Zh: "超出率", En: "overrun"}, Unit: "%", Computed: true},
	MeasureLate:      {Name: words.Text{Zh: "逾期", En: "lateness"}, Unit: "h", Computed: true},

	MeasureDE00CMY:   {Name: words.Text{Zh: "青品黄色差", En: "colour difference of C, M, Y"}, Unit: "ΔE00"},
	MeasureDE00CM:    {Name: words.Text{Zh: "青品色差", En: "colour difference of C, M"}, Unit: "ΔE00"},
	MeasureDE00Y:     {Name: words.Text{Zh: "黄色差", En: "colour difference of Y"}, Unit: "ΔE00"},
	MeasureDE00K:     {Name: words.Text{Zh: "黑色差", En: "colour difference of K"}, Unit: "ΔE00"},
	MeasureDE00Spot:  {Name: words.Text{Zh: "专色色差", En: "colour difference of the spot colour"}, Unit: "ΔE00"},
	MeasureDECMC:     {Name: words.Text{Zh: "色差（CMC）", En: "colour difference (CMC)"}, Unit: "ΔECMC"},
	MeasureDELight:   {Name: words.Text{Zh: "第二光源下的色差", En: "colour difference in a second light"}, Unit: "ΔE00"},
	MeasureShade:     {Name: words.Text{Zh: "墨色偏差", En: "shade against the file"}, Unit: "%"},
	MeasureDensityCM: {Name: words.Text{Zh: "青品密度差", En: "density of C, M"}, Unit: "D"},
	MeasureDensityY:  {Name: words.Text{Zh: "黄密度差", En: "density of Y"}, Unit: "D"},
	MeasureDensityK:  {Name: words.Text{Zh: "黑密度差", En: "density of K"}, Unit: "D"},
	MeasureTVI:       {Name: words.Text{Zh: "网点增大偏差", En: "tone value increase against the aim"}, Unit: "%"},
	MeasureTVISpread: {Name: words.Text{Zh: "各色网点增大之差", En: "spread of tone value increase"}, Unit: "%"},

	MeasureRegister:     {Name: words.Text{Zh: "套印误差", En: "misregister"}, Unit: "mm"},
	MeasureBackup:       {Name: words.Text{Zh: "正反套印误差", En: "front-to-back misregister"}, Unit: "mm"},
	MeasureSkew:         {Name: words.Text{Zh: "歪斜", En: "skew"}, Unit: "mm"},
	MeasureSpotArea:     {Name: words.Text{Zh: "脏点面积", En: "area of a spot"}, Unit: "mm²"},
	MeasureSpotCount:    {Name: words.Text{Zh: "脏点个数", En: "spots on a piece"}, Unit: "n"},
	MeasureScratch:      {Name: words.Text{Zh: "擦痕长度", En: "length of a scratch"}, Unit: "mm"},
	MeasureScratchCount: {Name: words.Text{Zh: "擦痕条数", En: "scratches on a piece"}, Unit: "n"},
	MeasureResolution:   {Name: words.Text{Zh: "分辨率", En: "resolution"}, Unit: "dpi", AtLeast: true},
	MeasureBarcode:      {Name: words.Text{Zh: "条码等级", En: "bar code grade"}, Unit: "ISO 15416", AtLeast: true},
	MeasureRub:          {Name: words.Text{Zh: "掉墨率", En: "ink loss"}, Unit: "%"},
	MeasureSolvent:      {Name: words.Text{Zh: "溶剂残留总量", En: "solvent residue in all"}, Unit: "mg/m²"},

	MeasureTrim:      {Name: words.Text{Zh: "裁切尺寸误差", En: "trim size against the order"}, Unit: "mm"},
	MeasureTrimSkew:  {Name: words.Text{Zh: "裁切歪斜", En: "trim skew"}, Unit: "mm"},
	MeasureFold:      {Name: words.Text{Zh: "折线偏差", En: "fold position"}, Unit: "mm"},
	MeasureFolioWeb:  {Name: words.Text{Zh: "轮转折页页码位移", En: "folio shift, web-folded"}, Unit: "mm"},
	MeasureFolioBook: {Name: words.Text{Zh: "全书页码位移", En: "folio shift in the whole book"}, Unit: "mm"},
	MeasureDieCut:    {Name: words.Text{Zh: "模切偏位", En: "die-cut offset"}, Unit: "mm"},
	MeasureBubble:    {Name: words.Text{Zh: "气泡大小", En: "bubble size"}, Unit: "mm"},
	MeasureFoil:      {Name: words.Text{Zh: "烫印偏位", En: "foil or spot varnish offset"}, Unit: "mm"},
	MeasurePull:      {Name: words.Text{Zh: "拉页强度", En: "page pull strength"}, Unit: "N/cm", AtLeast: true},
	MeasureSpine10:   {Name: words.Text{Zh: "书背字偏移（书厚 10 mm 以内）", En: "spine title shift (spine to 10 mm)"}, Unit: "mm"},
	MeasureSpine20:   {Name: words.Text{Zh: "书背字偏移（书厚 10–20 mm）", En: "spine title shift (spine 10–20 mm)"}, Unit: "mm"},
	MeasureSpine30:   {Name: words.Text{Zh: "书背字偏移（书厚 20–30 mm）", En: "spine title shift (spine 20–30 mm)"}, Unit: "mm"},
	MeasureSpineThick: {Name: words.Text{Zh: "书背字偏移（书厚 30 mm 以上）", En: "spine title shift (spine over 30 mm)"},
		Unit: "mm"},
	MeasureWhite:    {Name: words.Text{Zh: "露白宽度", En: "width of the white edge"}, Unit: "mm"},
	MeasureWarp:     {Name: words.Text{Zh: "翘曲高度", En: "height of the curl"}, Unit: "mm"},
	MeasureGrammage: {Name: words.Text{Zh: "克重偏差", En: "grammage against the order"}, Unit: "%"},
	MeasureCaliper:  {Name: words.Text{Zh: "厚度偏差", En: "caliper against the order"}, Unit: "%"},
}
