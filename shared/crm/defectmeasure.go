package crm

// Measure names what is measured.
type Measure string

// MeasureEntry says what a measure is. Computed ones follow from quantities and times; nobody types them in.
type MeasureEntry struct {
	Name     Text   `json:"name"`
	Unit     string `json:"unit"`
	AtLeast  bool   `json:"at_least,omitempty"` // more is better: the limit is a minimum
	Computed bool   `json:"computed,omitempty"`
}

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

// Measures lists every measure.
var Measures = map[Measure]MeasureEntry{
	MeasureDefective: {Name: Text{"不良率", "share of bad pieces"}, Unit: "%", Computed: true},
	MeasureShort:     {Name: Text{"短少率", "shortfall"}, Unit: "%", Computed: true},
	MeasureOver:      {Name: Text{"超出率", "overrun"}, Unit: "%", Computed: true},
	MeasureLate:      {Name: Text{"逾期", "lateness"}, Unit: "h", Computed: true},

	MeasureDE00CMY:   {Name: Text{"青品黄色差", "colour difference of C, M, Y"}, Unit: "ΔE00"},
	MeasureDE00CM:    {Name: Text{"青品色差", "colour difference of C, M"}, Unit: "ΔE00"},
	MeasureDE00Y:     {Name: Text{"黄色差", "colour difference of Y"}, Unit: "ΔE00"},
	MeasureDE00K:     {Name: Text{"黑色差", "colour difference of K"}, Unit: "ΔE00"},
	MeasureDE00Spot:  {Name: Text{"专色色差", "colour difference of the spot colour"}, Unit: "ΔE00"},
	MeasureDECMC:     {Name: Text{"色差（CMC）", "colour difference (CMC)"}, Unit: "ΔECMC"},
	MeasureDELight:   {Name: Text{"第二光源下的色差", "colour difference in a second light"}, Unit: "ΔE00"},
	MeasureShade:     {Name: Text{"墨色偏差", "shade against the file"}, Unit: "%"},
	MeasureDensityCM: {Name: Text{"青品密度差", "density of C, M"}, Unit: "D"},
	MeasureDensityY:  {Name: Text{"黄密度差", "density of Y"}, Unit: "D"},
	MeasureDensityK:  {Name: Text{"黑密度差", "density of K"}, Unit: "D"},
	MeasureTVI:       {Name: Text{"网点增大偏差", "tone value increase against the aim"}, Unit: "%"},
	MeasureTVISpread: {Name: Text{"各色网点增大之差", "spread of tone value increase"}, Unit: "%"},

	MeasureRegister:     {Name: Text{"套印误差", "misregister"}, Unit: "mm"},
	MeasureBackup:       {Name: Text{"正反套印误差", "front-to-back misregister"}, Unit: "mm"},
	MeasureSkew:         {Name: Text{"歪斜", "skew"}, Unit: "mm"},
	MeasureSpotArea:     {Name: Text{"脏点面积", "area of a spot"}, Unit: "mm²"},
	MeasureSpotCount:    {Name: Text{"脏点个数", "spots on a piece"}, Unit: "n"},
	MeasureScratch:      {Name: Text{"擦痕长度", "length of a scratch"}, Unit: "mm"},
	MeasureScratchCount: {Name: Text{"擦痕条数", "scratches on a piece"}, Unit: "n"},
	MeasureResolution:   {Name: Text{"分辨率", "resolution"}, Unit: "dpi", AtLeast: true},
	MeasureBarcode:      {Name: Text{"条码等级", "bar code grade"}, Unit: "ISO 15416", AtLeast: true},
	MeasureRub:          {Name: Text{"掉墨率", "ink loss"}, Unit: "%"},
	MeasureSolvent:      {Name: Text{"溶剂残留总量", "solvent residue in all"}, Unit: "mg/m²"},

	MeasureTrim:       {Name: Text{"裁切尺寸误差", "trim size against the order"}, Unit: "mm"},
	MeasureTrimSkew:   {Name: Text{"裁切歪斜", "trim skew"}, Unit: "mm"},
	MeasureFold:       {Name: Text{"折线偏差", "fold position"}, Unit: "mm"},
	MeasureFolioWeb:   {Name: Text{"轮转折页页码位移", "folio shift, web-folded"}, Unit: "mm"},
	MeasureFolioBook:  {Name: Text{"全书页码位移", "folio shift in the whole book"}, Unit: "mm"},
	MeasureDieCut:     {Name: Text{"模切偏位", "die-cut offset"}, Unit: "mm"},
	MeasureBubble:     {Name: Text{"气泡大小", "bubble size"}, Unit: "mm"},
	MeasureFoil:       {Name: Text{"烫印偏位", "foil or spot varnish offset"}, Unit: "mm"},
	MeasurePull:       {Name: Text{"拉页强度", "page pull strength"}, Unit: "N/cm", AtLeast: true},
	MeasureSpine10:    {Name: Text{"书背字偏移（书厚 10 mm 以内）", "spine title shift (spine to 10 mm)"}, Unit: "mm"},
	MeasureSpine20:    {Name: Text{"书背字偏移（书厚 10–20 mm）", "spine title shift (spine 10–20 mm)"}, Unit: "mm"},
	MeasureSpine30:    {Name: Text{"书背字偏移（书厚 20–30 mm）", "spine title shift (spine 20–30 mm)"}, Unit: "mm"},
	MeasureSpineThick: {Name: Text{"书背字偏移（书厚 30 mm 以上）", "spine title shift (spine over 30 mm)"}, Unit: "mm"},
	MeasureWhite:      {Name: Text{"露白宽度", "width of the white edge"}, Unit: "mm"},
	MeasureWarp:       {Name: Text{"翘曲高度", "height of the curl"}, Unit: "mm"},
	MeasureGrammage:   {Name: Text{"克重偏差", "grammage against the order"}, Unit: "%"},
	MeasureCaliper:    {Name: Text{"厚度偏差", "caliper against the order"}, Unit: "%"},
}
