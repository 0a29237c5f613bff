// Package verdict judges who is liable for a defect.
package verdict

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/complaint/remedy"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/valid"
	"afterpress/shared/kernel/words"
)

// Words puts the overruling to an approver, as part of a sentence in the language lang.
func (o Overrule) Words(lang words.Lang) string {
	verdict := Liabilities[o.Liability].In(lang)
	if o.Liability == LiableShared {
		verdict += fmt.Sprintf(words.Text{Zh: "，我方 %d%%", En: ", %d %% ours"}.In(lang), o.OurShare)
	}
	return fmt.Sprintf(words.Text{Zh: "改判为“%s”", En: "to judge “%s” instead of the rule's verdict"}.In(lang), verdict)
}

// Rule names the rule of Judge. It changes whenever the same case would be judged differently.
const Rule = "verdict/2"

// Liability says who answers for a defect.
type Liability string

// Liabilities that a verdict can have.
const (
	LiableUs        Liability = "ours"
	LiableCustomer  Liability = "customer"
	LiableSupplier  Liability = "supplier" // the customer claims from us, we from the supplier
	LiableCarrier   Liability = "carrier"
	LiableShared    Liability = "shared"
	WithinTolerance Liability = "within-tolerance"
	OutOfWindow     Liability = "out-of-window"
	Unclear         Liability = "unclear" // Verdict.Missing says what is needed
)

// Decisions lists the liabilities that a person may decide for.
var Decisions = []Liability{LiableUs, LiableCustomer, LiableSupplier, LiableCarrier, LiableShared, WithinTolerance,
	OutOfWindow}

// Lists are the words that facts and overrulings take, by the names that tags call them.
var Lists = valid.Lists{
	"liability":     valid.Of(Decisions...),
	"seen":          {SeenVisible, SeenHidden},
	"sample":        {SampleLike, SampleWorse},
	"proof":         {ProofNone, ProofMatches, ProofDeviates},
	"customer-file": {FileCorrect, FileReported, FileUnreported},
	"cause-side": {CauseOurs, CauseSupplier, CauseCustomer, CauseCustomerMaterial, CauseOurCarrier,
		CauseTheirCarrier},
	"delivery-note": {NoteClean, NoteRemark},
}

// checker checks what an overruling is made of.
var checker = valid.New(Lists)

// Liabilities has the words of each liability.
var Liabilities = map[Liability]words.Text{
	LiableUs: {Zh: "本厂责任", En: "ours"}, LiableCustomer: {Zh: "客户责任", En: "the customer's"},
	LiableSupplier: {Zh: "供应商责任", En: "the supplier's"},
	LiableCarrier:  {Zh: "承运方责任", En: "the carrier's"}, LiableShared: {Zh: "共同责任", En: "shared"},
	WithinTolerance: {Zh: "在允许误差内", En: "within tolerance"},
	OutOfWindow:     {Zh: "超过异议期", En: "after the claim window"}, Unclear: {Zh: "尚不能判定", En: "not clear yet"},
}

// Values for what the signed proof shows.
const (
	ProofUnknown  = ""
	ProofNone     = "none"     // nothing was signed
	ProofMatches  = "matches"  // the proof shows the same as the goods
	ProofDeviates = "deviates" // the goods differ from the signed proof
)

// Values for the part of the customer's file in the defect.
const (
	FileUnknown    = ""
	FileCorrect    = "correct"
	FileReported   = "reported"   // at fault; we said so before printing, the customer went on
	FileUnreported = "unreported" // at fault, and the customer was not told
)

// Values for the side of the cause. Ours is prepress, press, finishing and packing. The customer's is storage, use and
// a late approval.
const (
	CauseUnknown          = ""
	CauseOurs             = "ours"
	CauseSupplier         = "supplier"
	CauseCustomer         = "customer"
	CauseCustomerMaterial = "customer-material"
	CauseOurCarrier       = "our-carrier"
	CauseTheirCarrier     = "customer-carrier"
)

// Values for the delivery note.
const (
	NoteUnknown = ""
	NoteClean   = "clean" // signed without remark
	NoteRemark  = "noted" // shortage or damage is noted
)

// How the goods compare with the signed sample, side by side.
const (
	SampleUnknown = ""
	SampleLike    = "like"
	SampleWorse   = "worse"
)

// When a defect can be seen. The empty value leaves it to the catalogue.
const (
	SeenByCatalogue = ""
	SeenVisible     = "visible"
	SeenHidden      = "hidden"
)

// Case has everything that a verdict depends on. A zero value means "not known".
type Case struct {
	Defect       defect.Kind         `json:"defect"`
	Class        defect.ProductClass `json:"class,omitempty"`
	Ordered      int64               `json:"ordered"`
	Delivered    int64               `json:"delivered"`
	Affected     int64               `json:"affected"`
	PromisedAt   time.Time           `json:"promised_at,omitzero"`
	DeliveredAt  time.Time           `json:"delivered_at,omitzero"`
	ReportedAt   time.Time           `json:"reported_at,omitzero"`
	Zone         string              `json:"zone,omitempty"`          // days are counted in it; empty is UTC
	ContractDays int                 `json:"contract_days,omitempty"` // agreed claim window; 0: the policy's
	Seen         string              `json:"seen,omitempty"`
	// We knew of the defect and delivered, so no claim window holds (Civil Code 621).
	KnownToUs    bool                 `json:"known_to_us,omitempty"`
	Measurements []defect.Measurement `json:"measurements,omitempty"`
	Contract     *defect.Tolerance    `json:"contract,omitempty"` // the agreed limit
	Sample       string               `json:"sample,omitempty"`
	Proof        string               `json:"proof,omitempty"`
	File         string               `json:"file,omitempty"`
	Cause        string               `json:"cause,omitempty"`
	// We warned of the customer's material, and the customer told us in writing to go on.
	Warned  bool   `json:"warned,omitempty"`
	Note    string `json:"note,omitempty"`
	Counted bool   `json:"counted,omitempty"` // a count protocol exists
}

// Policy has the figures that a shop may set. Days are calendar days. The day of receipt is not counted; the
// last day counts in full.
type Policy struct {
	VisibleDays     int `json:"visible_days"`
	TransitDays     int `json:"transit_days"`
	HiddenDays      int `json:"hidden_days"`
	Samples         int `json:"samples"`          // pieces to measure, or all bad ones if fewer
	SignedShare     int `json:"signed_share"`     // our percent, customer signed our error
	UnreportedShare int `json:"unreported_share"` // our percent, file at fault and not reported
	// our percent of damage by our carrier that the delivery note does not show
	UnnotedShare int `json:"unnoted_share"`
}

// StandardPolicy is the shop's default. Visible defects have 7 days (fudaoke, 印刷购销合同), transit damage 3 days
// (Brandex, Terms), hidden defects 2 years (Civil Code 621). 5 samples are the shop's default. Our share is
// half where both are at fault (Pham Khoi, Returns). It is half for a file that we should have refused, after
// Civil Code 775; the figure is the shop's default. It is half for damage that is not on the delivery note,
// the shop's default.
func StandardPolicy() Policy {
	return Policy{VisibleDays: 7, TransitDays: 3, HiddenDays: 730, Samples: 5, SignedShare: 50, UnreportedShare: 50,
		UnnotedShare: 50}
}

// Check adds the policy's faults to f, with place before each pointer. Windows are 1 to 3650 days, samples 0
// to 1000, shares 1 to 99 percent.
func (p Policy) Check(f *fault.List, place string) {
	for _, figure := range []struct {
		name      string
		n         int
		low, high int64
	}{
		{"visible_days", p.VisibleDays, 1, 3650}, {"transit_days", p.TransitDays, 1, 3650},
		{"hidden_days", p.HiddenDays, 1, 3650}, {"samples", p.Samples, 0, 1000},
		{"signed_share", p.SignedShare, 1, 99}, {"unreported_share", p.UnreportedShare, 1, 99},
		{"unnoted_share", p.UnnotedShare, 1, 99},
	} {
		f.Within(place+"/"+figure.name, int64(figure.n), figure.low, figure.high)
	}
}

// Verdict says who is liable for a defect and why. It keeps the rule, the policy and the inputs that it came from.
type Verdict struct {
	Liability Liability `json:"liability"`
	// Percent of the remedy that the customer may claim from us, 0 to 100.
	OurShare  int               `json:"our_share"`
	Reasons   []Reason          `json:"reasons"` // the last one decided
	Missing   []MissingProof    `json:"missing,omitempty"`
	Tolerance *defect.Tolerance `json:"tolerance,omitempty"` // the limit that decided
	// Last day of the claim window, yyyy-mm-dd in the case's zone.
	LastDay   string    `json:"last_day,omitempty"`
	Rule      string    `json:"rule"`
	Inputs    Case      `json:"inputs"`
	Policy    Policy    `json:"policy"`
	Overruled *Overrule `json:"overruled,omitempty"`
	// An approved overruling, while another one waits. It stands until the new one is approved, and also if
	// that one is rejected or expires.
	Stood *Overrule `json:"stood,omitempty"`
}

// Reason is one step of the way to a verdict. Code is for programs and tests, Text for people.
type Reason struct {
	Code string     `json:"code"`
	Text words.Text `json:"text"`
}

// MissingProof is evidence that is needed before a case can be judged.
type MissingProof struct {
	Evidence defect.Evidence `json:"evidence"`
	Text     words.Text      `json:"text"`
}

// Judge decides who is liable for a defect. It checks the input, the claim window, the limit and the cause,
// in this order. The first step that decides gives the verdict. Every input gets an answer. A case that
// cannot be judged is Unclear, with the reason and, where evidence would help, what is missing.
func Judge(c Case, p Policy) Verdict {
	c.Measurements = slices.Clone(c.Measurements)
	if c.Contract != nil {
		agreed := *c.Contract
		c.Contract = &agreed
	}
	j := judging{c: c, p: p, out: Verdict{Liability: Unclear, Rule: Rule, Inputs: c, Policy: p}}
	for _, step := range []func() bool{j.readable, j.inTime, j.beyondLimit} {
		if !step() {
			return j.out
		}
	}
	j.attribute()
	return j.out
}

// judging is one case on its way to a verdict. A step that returns false has decided the case.
type judging struct {
	c      Case
	p      Policy
	defect defect.Defect
	out    Verdict
}

func (j *judging) because(code, zh, en string) {
	j.out.Reasons = append(j.out.Reasons, Reason{code, words.Text{Zh: zh, En: en}})
}

// lacks leaves the case unclear until the evidence is there.
func (j *judging) lacks(evidence defect.Evidence, code, zh, en string) bool {
	j.because(code, zh, en)
	j.out.Missing = append(j.out.Missing, MissingProof{evidence, defect.EvidenceWords[evidence]})
	return false
}

func (j *judging) decide(liability Liability, share int, code, zh, en string) bool {
	j.out.Liability, j.out.OurShare = liability, share
	j.because(code, zh, en)
	return false
}

func (j *judging) share(percent int, code, zh, en string) bool {
	return j.decide(LiableShared, percent, code, zh, en)
}

// readable refuses values that are on no list and facts that contradict each other.
func (j *judging) readable() bool {
	c := j.c
	var known bool
	j.defect, known = defect.Of(c.Defect)
	_, classed := defect.ProductClasses[c.Class]
	switch {
	case !fault.Sound(j.p):
		j.because("policy-faulty", "判定规则的设置有误，请老板或经理修改。",
			"The policy for verdicts has a fault; the owner or a manager must mend it.")
		return false
	case !known:
		j.because("defect-unknown", "缺陷种类不在目录中，请从目录中选择。", "The catalogue does not have this defect; choose one that it has.")
		return false
	case !classed && c.Class != defect.ClassAny:
		j.because("class-unknown", "产品类别不在目录中，请从目录中选择。", "There is no such product class; choose one from the list.")
		return false
	case !j.wordsKnown():
		j.because("word-unknown", "有一项选择不在列表中，请重新选择。", "One of the choices is not on its list; choose again.")
		return false
	case !j.contractHolds():
		j.because("contract-faulty", "合同限值的项目、单位或数值有误，请核对合同。",
			"The contract's limit has a wrong measure, unit or figure; check the contract.")
		return false
	}
	return j.quantitiesHold() && j.timesHold() && j.measurementsHold()
}

func (j *judging) wordsKnown() bool {
	for _, w := range []struct {
		word string
		list []string
	}{
		{j.c.Seen, []string{SeenByCatalogue, SeenVisible, SeenHidden}},
		{j.c.Sample, []string{SampleUnknown, SampleLike, SampleWorse}},
		{j.c.Proof, []string{ProofUnknown, ProofNone, ProofMatches, ProofDeviates}},
		{j.c.File, []string{FileUnknown, FileCorrect, FileReported, FileUnreported}},
		{j.c.Cause, []string{CauseUnknown, CauseOurs, CauseSupplier, CauseCustomer, CauseCustomerMaterial, CauseOurCarrier,
			CauseTheirCarrier}},
		{j.c.Note, []string{NoteUnknown, NoteClean, NoteRemark}},
	} {
		if !slices.Contains(w.list, w.word) {
			return false
		}
	}
	return true
}

func (j *judging) contractHolds() bool {
	t := j.c.Contract
	if t == nil {
		return true
	}
	entry, known := defect.Measures[t.Measure]
	return known && t.Unit == entry.Unit && t.Limit >= 0 && t.Limit <= defect.MaxFigure
}

func (j *judging) quantitiesHold() bool {
	c := j.c
	switch {
	case min(c.Ordered, c.Delivered, c.Affected) < 0 || max(c.Ordered, c.Delivered, c.Affected) > remedy.MaxQuantity:
		return j.lacks(defect.EvidenceQuantities, "quantity-impossible", "数量为负或大得不合理，请核对。",
			"A quantity is negative or impossibly large; check it.")
	case c.Affected > c.Delivered && c.Defect != defect.Short && c.Defect != defect.Late:
		return j.lacks(defect.EvidenceQuantities, "more-bad-than-delivered", "不良数量大于交货数量，请核对。",
			"More pieces are bad than were delivered; check the quantities.")
	case c.Delivered == 0 && c.Defect != defect.Short && c.Defect != defect.Late:
		return j.lacks(defect.EvidenceQuantities, "delivered-missing", "缺少交货数量。", "The delivered quantity is missing.")
	case c.Ordered == 0 && (c.Defect == defect.Short || c.Defect == defect.Over):
		return j.lacks(defect.EvidenceQuantities, "ordered-missing", "缺少订货数量。", "The ordered quantity is missing.")
	}
	return true
}

func (j *judging) timesHold() bool {
	c := j.c
	late := c.Defect == defect.Late
	switch {
	case c.ReportedAt.IsZero() || c.DeliveredAt.IsZero() && !late || c.PromisedAt.IsZero() && late:
		return j.lacks(defect.EvidenceTimes, "time-missing", "缺少约定、交货或投诉时间。",
			"The time of promise, delivery or report is missing.")
	case c.ReportedAt.Before(c.DeliveredAt) && !late:
		return j.lacks(defect.EvidenceTimes, "reported-before-delivery", "投诉时间早于交货时间，请核对。",
			"It was reported before it was delivered; check the times.")
	case c.ContractDays < 0 || c.ContractDays > 3650:
		return j.lacks(defect.EvidenceTimes, "window-impossible", "合同异议期应为 1 至 3650 天，请核对合同。",
			"The contract's claim window must be 1 to 3650 days; check the contract.")
	}
	return true
}

func (j *judging) measurementsHold() bool {
	for _, m := range j.c.Measurements {
		entry, known := defect.Measures[m.Measure]
		faulty := !known || m.Unit != entry.Unit || entry.Computed || m.Samples < 0 || m.Value > defect.MaxFigure ||
			m.Value < -defect.MaxFigure
		if faulty || entry.AtLeast && m.Value < 0 {
			return j.lacks(defect.EvidenceMeter, "measurement-faulty", "测量项目、单位或数值有误，请重新测量并填写。",
				"A measurement's kind, unit or value is wrong; measure again and enter it.")
		}
	}
	return true
}

// Overrule is a person's decision against a verdict. It stands once another person has approved it. Without
// an approval by Expires it falls.
type Overrule struct {
	Liability  Liability `json:"liability" validate:"required,one=liability"`
	OurShare   int       `json:"our_share" validate:"min=0,max=100"`
	Reason     string    `json:"reason" validate:"required,shown,text,max=2000"`
	By         string    `json:"by" validate:"required"`
	At         time.Time `json:"at"`
	Expires    time.Time `json:"expires_at,omitzero"` // set when it is planned
	ApprovedBy string    `json:"approved_by,omitempty"`
	ApprovedAt time.Time `json:"approved_at,omitzero"`
}

// Check returns the faults of the overruling: its form, a share that does not suit the liability, or an
// approver who asked for it.
func (o Overrule) Check() []fault.Field {
	faults := checker.Faults(o)
	suits := o.OurShare == 0
	switch o.Liability {
	case LiableUs, LiableSupplier:
		suits = o.OurShare == 100
	case LiableCarrier:
		suits = o.OurShare == 0 || o.OurShare == 100
	case LiableShared:
		suits = o.OurShare > 0 && o.OurShare < 100
	}
	if !suits {
		faults = append(faults, fault.Field{Pointer: "/our_share",
			Text: words.Text{Zh: "本厂比例与责任方不符：本厂与供应商为 100，共同为 1 至 99，承运方为 0 或 100，其余为 0。",
				En: "Our share does not suit who is liable: 100 for us and the supplier, 1 to 99 when shared, 0 or 100 for the carrier, else 0."}})
	}
	if o.ApprovedBy != "" && o.ApprovedBy == o.By {
		faults = append(faults, fault.Field{Pointer: "/approved_by",
			Text: words.Text{Zh: "须由另一人批准。", En: "Another person must approve it."}})
	}
	return faults
}

// Stands returns the liability and our share in percent that hold now. They are the overruling's once another
// person has approved it, and otherwise the verdict's.
func (v Verdict) Stands() (Liability, int) {
	for _, o := range []*Overrule{v.Overruled, v.Stood} {
		if o != nil && o.ApprovedBy != "" && len(o.Check()) == 0 {
			return o.Liability, o.OurShare
		}
	}
	return v.Liability, v.OurShare
}

// zone is the time zone in which the case's days are counted. An unknown zone counts as UTC.
func (c Case) zone() *time.Location {
	zone, err := calendar.Zone(cmp.Or(c.Zone, "UTC"))
	if err != nil {
		return time.UTC
	}
	return zone
}
