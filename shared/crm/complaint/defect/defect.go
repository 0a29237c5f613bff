// Package defect is the catalogue of print defects. It has their measures and tolerances, each with its source.
package defect

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"afterpress/shared/crm/complaint/remedy"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"

	"github.com/samber/lo"
)

// Kind names a kind of defect. Of finds its entry in the catalogue.
type Kind string

// Defect is one entry of the catalogue. Severities, evidence, causes and usual remedies are trade knowledge
// and the shop's default. Limits carry their own source.
type Defect struct {
	Kind  Kind       `json:"kind"`
	Name  words.Text `json:"name"`
	Group string     `json:"group"`
	// 1 unusable or unlawful, 2 hardly usable, 3 usable with a flaw, 4 cosmetic
	Severity   int           `json:"severity"`
	Tolerances []Tolerance   `json:"tolerances,omitempty"`
	ByContract []Measure     `json:"by_contract,omitempty"` // measured too; only a contract sets a limit
	Evidence   []Evidence    `json:"evidence"`              // what the customer or the shop is asked for
	Causes     []Cause       `json:"causes"`
	Looks      staff.Role    `json:"looks"` // the role that looks first
	Remedies   []remedy.Kind `json:"remedies"`

	// not seen at receipt: the long claim window holds (Civil Code 621, 622)
	Hidden bool `json:"hidden,omitempty"`
	// The proof shows the defect too, so a signature on the proof accepts it.
	InProof     bool `json:"in_proof,omitempty"`
	Preflight   bool `json:"preflight,omitempty"`    // preflight of the customer's file finds it
	CauseNeeded bool `json:"cause_needed,omitempty"` // storage, use or transport may cause it too
}

// Groups of defects, in the order of the catalogue.
const (
	Content   = "content"
	Colour    = "colour"
	Press     = "press"
	Finishing = "finishing"
	Delivery  = "delivery"
)

// ProductClass says which limits hold for a product. For the empty class the limits of any product hold.
type ProductClass string

// Classes of product.
const (
	ClassAny           ProductClass = ""
	ClassFine          ProductClass = "fine"
	ClassGeneral       ProductClass = "general"
	ClassPaperback     ProductClass = "paperback"
	ClassHardback      ProductClass = "hardback"
	ClassNewspaper     ProductClass = "newspaper"
	ClassOfficial      ProductClass = "official"
	ClassCarton        ProductClass = "carton"
	ClassCigarettePack ProductClass = "cigarette-pack"
	ClassFilm          ProductClass = "film"
	ClassLabel         ProductClass = "label"
	ClassLeaflet       ProductClass = "leaflet"
	ClassCard          ProductClass = "card"
	ClassGangRun       ProductClass = "gang-run"
	ClassSheetA        ProductClass = "sheet-a"
	ClassSheetB        ProductClass = "sheet-b"
	ClassSheetC        ProductClass = "sheet-c"
)

// ProductClasses has the names of the classes, without ClassAny.
var ProductClasses = map[ProductClass]words.Text{
	ClassFine: {Zh: "精细印刷品", En: "fine commercial print"}, ClassGeneral: {Zh: "一般印刷品", En: "general commercial print"},
	ClassPaperback: {Zh: "平装书刊", En: "paperback"},
	ClassHardback:  {Zh: "精装书", En: "hardback"}, ClassNewspaper: {Zh: "报纸", En: "newspaper"},
	ClassOfficial: {Zh: "公文", En: "official papers"},
	ClassCarton:   {Zh: "纸盒与包装", En: "cartons and packaging"}, ClassCigarettePack: {Zh: "烟包", En: "cigarette packs"},
	ClassFilm:  {Zh: "塑料软包装", En: "film packaging"},
	ClassLabel: {Zh: "标签", En: "labels"}, ClassLeaflet: {Zh: "折页与说明书", En: "folded leaflets"},
	ClassCard:    {Zh: "名片与卡片", En: "cards"},
	ClassGangRun: {Zh: "拼版印刷品", En: "gang-run print"}, ClassSheetA: {Zh: "单张甲级", En: "sheets, grade A"},
	ClassSheetB: {Zh: "单张乙级", En: "sheets, grade B"},
	ClassSheetC: {Zh: "单张丙级", En: "sheets, grade C"},
}

// Tolerance is the limit of one measure for one class. Figures are in thousandths of the measure's unit.
type Tolerance struct {
	Class   ProductClass `json:"class,omitempty"`
	Measure Measure      `json:"measure"`
	Limit   int64        `json:"limit"` // thousandths
	Unit    string       `json:"unit"`
	Under   bool         `json:"under,omitempty"` // the limit itself fails ("less than 1.5 mm")
	Source  words.Text   `json:"source"`
	// The figure was read in the source. Otherwise it is the shop's default.
	Verified bool `json:"verified"`
	// Way names one of several ways to measure the same property. Where a list has limits of several ways,
	// the limits of one way are enough to show that the goods are good.
	Way string `json:"way,omitempty"`
}

// Within reports whether a value, in thousandths, keeps the tolerance. A deviation counts by its size in
// either direction.
func (t Tolerance) Within(value int64) bool {
	if Measures[t.Measure].AtLeast {
		return value > t.Limit || value == t.Limit && !t.Under
	}
	size := max(value, -value)
	return size >= 0 && (size < t.Limit || size == t.Limit && !t.Under) // the smallest int64 has no positive size
}

// Worse orders two values of the tolerance's measure. The worse one comes last: the larger deviation, or the
// lower value where the limit is a minimum.
func (t Tolerance) Worse(a, b int64) int {
	if Measures[t.Measure].AtLeast {
		return cmp.Compare(b, a)
	}
	return cmp.Compare(max(a, -a), max(b, -b))
}

// Words gives the limit for a reader: "≤ 3.5 ΔE00", "< 1.5 mm", "≥ 300 dpi".
func (t Tolerance) Words() string {
	sign := "≤ "
	switch atLeast := Measures[t.Measure].AtLeast; {
	case atLeast && t.Under:
		sign = "> "
	case atLeast:
		sign = "≥ "
	case t.Under:
		sign = "< "
	}
	return sign + Thousandths(t.Limit) + " " + t.Unit
}

// Thousandths writes a figure in thousandths as a decimal: 3500 is "3.5".
func Thousandths(n int64) string {
	sign, digits := "", strconv.FormatInt(n, 10)
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	digits = strings.Repeat("0", max(0, 4-len(digits))) + digits
	whole, part := digits[:len(digits)-3], strings.TrimRight(digits[len(digits)-3:], "0")
	if part == "" {
		return sign + whole
	}
	return sign + whole + "." + part
}

// MaxFigure is the largest figure, in thousandths, and the largest money amount, in minor units. A larger one
// is a typing error. Up to it no product in the rules passes 64 bits.
const (
	MaxFigure = 1_000_000_000_000
)

// Measurement is the worst value of one measure over a number of pieces.
type Measurement struct {
	Measure Measure `json:"measure"`
	Value   int64   `json:"value"` // thousandths of the unit
	Unit    string  `json:"unit"`
	Samples int     `json:"samples"` // pieces measured
	Device  string  `json:"device,omitempty"`
}

// Cause is one probable cause, by one of the five factors of the trade.
type Cause struct {
	Factor string     `json:"factor"` // man, machine, material, method, environment
	Words  words.Text `json:"words"`
}

// Factors of a cause (人机料法环).
const (
	causeMan         = "man"
	CauseMachine     = "machine"
	causeMaterial    = "material"
	causeMethod      = "method"
	causeEnvironment = "environment"
)

// Factors lists the factors in the order of their name.
var Factors = []string{causeMan, CauseMachine, causeMaterial, causeMethod, causeEnvironment}

// CauseFactors has the names of the five factors, 人机料法环.
var CauseFactors = map[string]words.Text{
	causeMan: {Zh: "人", En: "man"}, CauseMachine: {Zh: "机", En: "machine"}, causeMaterial: {Zh: "料", En: "material"},
	causeMethod:      {Zh: "法", En: "method"},
	causeEnvironment: {Zh: "环", En: "environment"},
}

// Evidence is one thing that proves or refutes a defect.
type Evidence string

// Kinds of evidence.
const (
	EvidencePhoto        Evidence = "photo"
	EvidenceSamples      Evidence = "samples"
	EvidenceCount        Evidence = "count"
	EvidenceLabel        Evidence = "label"
	EvidenceDeliveryNote Evidence = "delivery-note"
	EvidenceProof        Evidence = "proof"
	EvidenceMeter        Evidence = "meter"
	EvidenceUse          Evidence = "use"
	EvidenceFile         Evidence = "file"
	EvidenceLab          Evidence = "lab"
	EvidenceComparison   Evidence = "comparison"
	EvidenceQuantities   Evidence = "quantities"
	EvidenceTimes        Evidence = "times"
	EvidenceCause        Evidence = "cause"
)

// EvidenceWords has the request for each kind of evidence. Some are put to the customer, others to staff.
var EvidenceWords = map[Evidence]words.Text{
	EvidencePhoto:   {Zh: "请拍照，照片中放一把直尺。", En: "Take photos with a ruler in them."},
	EvidenceSamples: {Zh: "请寄回 5 张不良品和 1 张良品。", En: "Send back 5 bad pieces and 1 good one."},
	EvidenceCount: {Zh: "请提供清点记录：抽查多少、不良多少、何人何时清点。",
		En: "Give a count: how many were checked, how many are bad, who counted and when."},
	EvidenceLabel:        {Zh: "请提供批号或箱贴。", En: "Give the batch number or the carton label."},
	EvidenceDeliveryNote: {Zh: "请提供签收的送货单。", En: "Give the signed delivery note."},
	EvidenceProof:        {Zh: "请提供签样。", En: "Give the signed proof."},
	EvidenceMeter: {Zh: "请用仪器测量，并记下仪器、测量条件与垫衬。",
		En: "Measure with an instrument; note the device, its mode and the backing."},
	EvidenceUse:  {Zh: "请说明货物如何存放和使用。", En: "Say how the goods were stored and used."},
	EvidenceFile: {Zh: "请核对客户原文件。", En: "Check the customer's file."},
	EvidenceLab:  {Zh: "请提供检测报告。", En: "Give a laboratory's report."},
	EvidenceComparison: {Zh: "请与签样并排比较，并写明是否更差。",
		En: "Compare with the signed sample side by side, and say whether it is worse."},
	EvidenceQuantities: {Zh: "请填写订货、交货和不良数量。", En: "Enter the ordered, delivered and affected quantities."},
	EvidenceTimes:      {Zh: "请填写约定、交货和投诉时间。", En: "Enter when it was promised, delivered and reported."},
	EvidenceCause:      {Zh: "请查明原因出在哪一方。", En: "Find out whose side the cause is on."},
}

// catalogue is built on first use. A program that judges nothing then neither links nor builds it.
var catalogue struct {
	once   sync.Once
	all    []Defect
	byKind map[Kind]Defect
}

func loadCatalogue() {
	catalogue.once.Do(func() {
		catalogue.all, catalogue.byKind = slices.Concat(pressDefects(), finishingDefects()), map[Kind]Defect{}
		for _, d := range catalogue.all {
			catalogue.byKind[d.Kind] = d
		}
	})
}

// Defects lists the catalogue in its order: content, colour, press, finishing, delivery.
func Defects() []Defect {
	loadCatalogue()
	return slices.Clone(catalogue.all)
}

// Of finds a kind in the catalogue. It reports false for a kind that is not there.
func Of(kind Kind) (Defect, bool) {
	loadCatalogue()
	d, ok := catalogue.byKind[kind]
	return d, ok
}

// TolerancesFor lists the limits for a kind and a class, each of another measure. They are the limits of the class,
// or of any class where it has none. A contract's limit comes first and replaces the limit of the same measure. It
// is left out where its measure says nothing about the defect. An empty list means that the signed sample decides.
func TolerancesFor(kind Kind, class ProductClass, contract *Tolerance) []Tolerance {
	defect, _ := Of(kind)
	var own, common []Tolerance
	for _, t := range defect.Tolerances {
		switch t.Class {
		case ClassAny:
			common = append(common, t)
		case class:
			own = append(own, t)
		}
	}
	if len(own) == 0 {
		own = common
	}
	if contract == nil || !defect.MeasuredBy(contract.Measure) {
		return own
	}
	agreed := *contract
	replaced, _ := lo.Find(own, func(t Tolerance) bool { return t.Measure == agreed.Measure })
	agreed.Source, agreed.Verified, agreed.Way = SourceContract, true, replaced.Way
	return append([]Tolerance{agreed},
		slices.DeleteFunc(own, func(t Tolerance) bool { return t.Measure == agreed.Measure })...)
}

// MeasuredBy reports whether the measure says something about the defect, in any class of product.
func (d Defect) MeasuredBy(m Measure) bool {
	return slices.Contains(d.ByContract, m) ||
		slices.ContainsFunc(d.Tolerances, func(t Tolerance) bool { return t.Measure == m })
}

// Agreed returns the limit that a contract sets for a measure. limit is in thousandths of the measure's unit.
// With under the limit itself fails.
func Agreed(m Measure, limit int64, under bool) *Tolerance {
	return &Tolerance{Measure: m, Limit: limit, Unit: Measures[m].Unit, Under: under, Source: SourceContract,
		Verified: true}
}
