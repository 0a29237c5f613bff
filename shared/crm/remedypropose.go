package crm

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Standing of a customer: how much the account matters.
const (
	StandingNew     = "new"
	StandingRegular = "regular"
	StandingKey     = "key"
)

// RemedyCost is what putting it right would cost us. All are in the job's currency; a zero Money is "not known".
type RemedyCost struct {
	Setup   Money `json:"setup,omitzero"`   // plates and make-ready of a reprint
	Run     Money `json:"run,omitzero"`     // paper, press and finishing of the whole ordered quantity; not known: the job's price
	Mend    Money `json:"mend,omitzero"`    // sorting or mending everything delivered; not known: neither is proposed
	Freight Money `json:"freight,omitzero"` // there and back, and disposal less salvage
}

// RemedyCase is everything that proposals depend on. The first two come from the verdict that stands.
type RemedyCase struct {
	Liability Liability  `json:"liability"`
	OurShare  int        `json:"our_share"`
	Job       RemedyJob  `json:"job"`
	Defect    DefectKind `json:"defect"`
	Severity  int        `json:"severity"` // 1 to 4
	Affected  int64      `json:"affected"`
	LateHours int64      `json:"late_hours,omitempty"`
	Usable    bool       `json:"usable,omitempty"`   // the customer can use the bad pieces as they are
	Sortable  bool       `json:"sortable,omitempty"` // bad pieces lie among good ones and can be told apart
	Mendable  bool       `json:"mendable,omitempty"` // bad pieces can be made good: label over, trim again, varnish
	Standing  string     `json:"standing,omitempty"`
	Wanted    RemedyKind `json:"wanted,omitempty"` // what the customer asks for
	NeededBy  time.Time  `json:"needed_by,omitzero"`
	ReprintAt time.Time  `json:"reprint_at,omitzero"` // when new goods can be there; zero: not known
	MendAt    time.Time  `json:"mend_at,omitzero"`    // when sorted or mended goods can be there
	Cost      RemedyCost `json:"cost"`
}

// Check says what is wrong with the case. Nothing is proposed for a faulty one.
func (c RemedyCase) Check() []Field {
	faults := c.Job.Check()
	add := func(pointer, zh, en string) { faults = append(faults, Field{pointer, Text{zh, en}}) }
	if _, known := Liabilities[c.Liability]; !known || c.OurShare < 0 || c.OurShare > 100 {
		add("/our_share", "责任方或本厂比例有误。", "The liability or our share is wrong.")
	}
	if _, known := DefectOf(c.Defect); !known {
		add("/defect", "缺陷种类不在目录中。", "The catalogue does not have this defect.")
	}
	if c.Severity < 1 || c.Severity > 4 {
		add("/severity", "严重程度应为 1 至 4。", "The severity must be 1 to 4.")
	}
	if c.Affected < 0 || c.Affected > c.Job.Delivered {
		add("/affected", "不良数量应在 0 与交货数量之间。", "The affected quantity must be between 0 and the delivered one.")
	}
	if c.Job.Ordered == 0 {
		add("/job/ordered", "请填写订货数量。", "Enter the ordered quantity.")
	}
	if c.LateHours < 0 || c.LateHours > 24*3650 {
		add("/late_hours", "逾期时间有误。", "The lateness is wrong.")
	}
	if !slices.Contains([]string{"", StandingNew, StandingRegular, StandingKey}, c.Standing) {
		add("/standing", "没有这种客户等级。", "There is no such standing.")
	}
	for _, m := range []Money{c.Cost.Setup, c.Cost.Run, c.Cost.Mend, c.Cost.Freight} {
		if m != (Money{}) && (m.Currency != c.Job.Value.Currency || m.Minor < 0) {
			add("/cost", "成本不能为负，货币必须与订单相同。", "A cost cannot be negative, and its currency must be the job's.")
			break
		}
	}
	return faults
}

// RemedyPolicy holds what a shop may set. Percentages are of the job's value or of the affected part of it.
type RemedyPolicy struct {
	Waste      int64            `json:"waste"`        // percent of paper and press time lost in a reprint
	FullFrom   int64            `json:"full_from"`    // percent bad from which all of it is reprinted
	PriceCut   map[int]int64    `json:"price_cut"`    // percent by severity; a severity without an entry has none
	LatePerDay int64            `json:"late_per_day"` // thousandths of a percent for each day begun
	LateMost   int64            `json:"late_most"`    // percent
	Goodwill   map[string]int64 `json:"goodwill"`     // percent by standing
}

// StandardRemedyPolicy: 10 % waste (smarttang, 印刷成本: 5 to 10 %), reductions of 5 and 25 % (GPO, Board decisions), 0.5 % for
// each day late (fudaoke, 印刷购销合同). The reduction of 10 %, the half from which all is reprinted, the most for lateness and the goodwill of 5 and 10 % are
// the shop's defaults.
func StandardRemedyPolicy() RemedyPolicy {
	return RemedyPolicy{Waste: 10, FullFrom: 50, PriceCut: map[int]int64{2: 25, 3: 10, 4: 5}, LatePerDay: 500, LateMost: 30,
		Goodwill: map[string]int64{StandingRegular: 5, StandingKey: 10}}
}

func (p RemedyPolicy) check(f *FaultList, place string) {
	for _, severity := range slices.Sorted(maps.Keys(p.PriceCut)) {
		at := fmt.Sprintf("%s/price_cut/%d", place, severity)
		if severity < 2 || severity > 4 {
			f.add(at, "只能为 2、3、4 级设置。", "Set it for the severities 2, 3 and 4 alone.")
		}
		f.within(at, p.PriceCut[severity], 0, 100)
	}
	for _, standing := range slices.Sorted(maps.Keys(p.Goodwill)) {
		f.within(place+"/goodwill/"+standing, p.Goodwill[standing], 0, 100)
	}
	f.within(place+"/waste", p.Waste, 0, 100)
	f.within(place+"/full_from", p.FullFrom, 0, 100)
	f.within(place+"/late_most", p.LateMost, 0, 100)
	f.within(place+"/late_per_day", p.LatePerDay, 0, 100_000)
}

// RemedyRule names the rule below. It changes whenever the same case would get other proposals.
const RemedyRule = "remedy/1"

// ProposalBasis is what proposals followed from.
type ProposalBasis struct {
	Rule     string       `json:"rule"`
	Policy   string       `json:"policy"` // standard@3
	Settings RemedyPolicy `json:"settings"`
	Inputs   RemedyCase   `json:"inputs"`
}

// Proposal is one way to settle a case: remedies that are done together, and why.
type Proposal struct {
	Remedies   []Remedy `json:"remedies"`
	Why        Text     `json:"why"`
	MeetsDate  bool     `json:"meets_date"`  // the customer has usable goods, or his money, by the day that he needs them
	NeedsOwner bool     `json:"needs_owner"` // cost or value passes what the job was worth
}

// ProposeRemedies lists what could be done, best first: in time before late, within the job's price before above it, for a severe defect good goods before money,
// and then the cheapest for us, a refund last. What a key customer asks for comes first among what is in time. Nothing is proposed while the verdict is unclear or the case or policy is faulty. Staff choose.
func ProposeRemedies(c RemedyCase, p RemedyPolicy) []Proposal {
	if c.Liability == Unclear || len(c.Check()) > 0 || !sound(p) {
		return nil
	}
	r := remedying{c: c, p: p}
	switch {
	case c.OurShare == 0:
		r.withoutLiability()
		return r.out // already in order
	case c.Defect == DefectShort:
		r.short()
	case c.Defect == DefectOver:
		r.over()
	case c.Defect == DefectLate:
		r.late()
	default:
		r.bad()
	}
	slices.SortStableFunc(r.out, r.order)
	return r.out
}

// remedying collects the proposals of one case. An amount that cannot be computed drops its proposal.
type remedying struct {
	c   RemedyCase
	p   RemedyPolicy
	out []Proposal
}

func (r *remedying) propose(why Text, remedies ...Remedy) {
	needsOwner, faults := CheckRemedies(remedies, r.c.Job)
	if len(faults) > 0 {
		return
	}
	meets := true
	for _, m := range remedies {
		meets = meets && (!m.Kind.makes() || r.intime(m.PromisedAt))
	}
	r.out = append(r.out, Proposal{Remedies: remedies, Why: why, MeetsDate: meets, NeedsOwner: needsOwner})
}

func (r *remedying) intime(at time.Time) bool {
	return r.c.NeededBy.IsZero() || !at.IsZero() && !at.After(r.c.NeededBy)
}

// order puts the better proposal first.
func (r *remedying) order(a, b Proposal) int {
	last := func(isA, isB bool) int {
		switch {
		case isA == isB:
			return 0
		case isA:
			return 1
		}
		return -1
	}
	has := func(p Proposal, kind RemedyKind) bool {
		return slices.ContainsFunc(p.Remedies, func(m Remedy) bool { return m.Kind == kind })
	}
	// Goods that are put right, not merely sorted and the rest paid back.
	completes := func(p Proposal) bool {
		return has(p, RemedyFullReprint) || has(p, RemedyPartReprint) || has(p, RemedyMakeUp) || has(p, RemedyRework) && !has(p, RemedyCreditNote)
	}
	wanted := last(!has(a, r.c.Wanted), !has(b, r.c.Wanted))
	var asked, goods int
	if r.c.Standing == StandingKey {
		asked = wanted
	}
	if r.c.Severity <= 2 {
		goods = last(!completes(a), !completes(b))
	}
	return cmp.Or(last(!a.MeetsDate, !b.MeetsDate), asked, last(a.NeedsOwner, b.NeedsOwner), goods, last(has(a, RemedyRefund), has(b, RemedyRefund)),
		cmp.Compare(r.cost(a), r.cost(b)), wanted)
}

func (r *remedying) cost(p Proposal) int64 {
	cost, _, err := sumRemedies(p.Remedies, r.c.Job)
	if err != nil {
		return 0 // propose has checked the sum
	}
	return cost.Minor
}

// short is for a shortfall beyond custom: send the rest, or do not bill it.
func (r *remedying) short() {
	gap := r.c.Job.Ordered - r.c.Job.Delivered
	if gap <= 0 {
		return
	}
	if m, ok := r.reprint(RemedyMakeUp, gap); ok {
		r.propose(Text{"补足短少的数量。", "Deliver what is short."}, m)
	}
	if m, ok := r.money(RemedyCreditNote, gap, r.c.Job.Ordered, 100); ok {
		r.propose(Text{"短少部分不收费。", "What is short is not billed."}, m)
	}
}

func (r *remedying) over() {
	surplus := r.c.Job.Delivered - r.c.Job.Ordered
	if surplus <= 0 {
		return
	}
	if m, ok := r.money(RemedyCreditNote, surplus, r.c.Job.Delivered, 100); ok {
		r.propose(Text{"超出部分不收费。", "The surplus is not billed."}, m)
	}
}

// late is for goods that came late: a part of the price for each day begun, or all of it back when they are of no use any more.
func (r *remedying) late() {
	if !r.c.Usable {
		if m, ok := r.money(RemedyRefund, 1, 1, 100); ok {
			r.propose(Text{"逾期后货物已无用，退款。", "The goods came too late to be of use; the money goes back."}, m)
		}
		return
	}
	days := (r.c.LateHours + 23) / 24
	rate := min(days*r.p.LatePerDay, r.p.LateMost*1000)
	if m, ok := r.money(RemedyCreditNote, rate, 100_000, 100); ok && m.Amount.Minor > 0 {
		r.propose(Text{fmt.Sprintf("逾期 %d 天，按天减收。", days), fmt.Sprintf("%d days late, each begun day counted; the price is lowered by the day.", days)}, m)
	}
	if m, ok := r.goodwill(); ok {
		r.propose(Text{"逾期影响不大时，道歉并表示心意。", "Where the delay did little harm: an apology and a gift."}, r.apology(), m)
	}
}

// bad is for pieces that are not as ordered.
func (r *remedying) bad() {
	c := r.c
	if c.Affected == 0 {
		return
	}
	most := c.Affected*100 >= c.Job.Delivered*r.p.FullFrom || c.Affected == c.Job.Delivered
	part, partly := r.reprint(RemedyPartReprint, c.Affected)
	sort, sorts := r.mend(c.Job.Delivered)
	cut, cuts := r.money(RemedyPriceCut, c.Affected, c.Job.Delivered, r.p.PriceCut[c.Severity])
	cuts = cuts && c.Usable && r.p.PriceCut[c.Severity] > 0
	if most {
		if m, ok := r.reprint(RemedyFullReprint, max(c.Job.Ordered, 1)); ok {
			r.propose(Text{"不良比例高，全部重印。", "Most of it is bad: reprint it all."}, m)
		}
	}
	switch {
	case !partly || c.Affected == c.Job.Delivered:
	case c.Sortable && sorts:
		if r.intime(c.MendAt) && !r.intime(c.ReprintAt) && r.p.PriceCut[c.Severity] > 0 {
			r.propose(Text{"先挑出良品按时交货，不良数量随后补印并折让。", "Deliver the good pieces in time, reprint the bad ones after that, and lower their price."}, sort, part, cut)
		} else {
			r.propose(Text{"挑出不良品，重印不良数量。", "Sort out the bad pieces and reprint that many."}, sort, part)
		}
		if credit, ok := r.money(RemedyCreditNote, c.Affected, c.Job.Delivered, 100); ok {
			r.propose(Text{"挑出不良品，不良数量不收费。", "Sort out the bad pieces and do not bill them."}, sort, credit)
		}
	default:
		r.propose(Text{"只重印不良数量。", "Reprint the bad pieces alone."}, part)
	}
	if mend, ok := r.mend(c.Affected); ok && c.Mendable {
		r.propose(Text{"不良品可以修好：返工。", "The bad pieces can be mended: rework them."}, mend)
	}
	if cuts {
		r.propose(Text{"货物可用：客户留用，降低价格。", "The goods can be used: the customer keeps them for less."}, cut)
	}
	if m, ok := r.money(RemedyRefund, c.Affected, c.Job.Delivered, 100); ok && !c.Usable {
		r.propose(Text{"货物不能用：退回不良部分的货款。", "The goods cannot be used: the price of the bad part goes back."}, m)
	}
}

// withoutLiability is for a claim that fails: an explanation always, new goods at his own cost when he needs them, and goodwill where the account matters.
func (r *remedying) withoutLiability() {
	c := r.c
	gap := c.Job.Ordered - c.Job.Delivered
	if c.Liability == WithinTolerance && c.Defect == DefectShort && gap > 0 {
		if m, ok := r.credit(RemedyCreditNote, gap, c.Job.Ordered); ok {
			r.propose(Text{"短少在惯例之内：按实际交货数量结算。", "The shortfall is within custom: it is billed as delivered."}, m)
		}
	}
	paid := (c.Liability == LiableCustomer || c.Liability == LiableCarrier) && c.Affected > 0
	kind := RemedyPartReprint
	if c.Affected == c.Job.Delivered {
		kind = RemedyFullReprint
	}
	if m, ok := r.reprint(kind, c.Affected); ok && paid {
		r.propose(Text{"不是本厂责任：按成本为客户重印，费用由客户承担。", "Not our fault: reprint it at cost, which the customer pays."}, m)
	}
	gift, gives := r.goodwill()
	given := Text{"索赔不成立，但重视这位客户：说明原因并表示心意。", "The claim fails, but the account matters: explain, and give a gift."}
	if gives && c.Standing == StandingKey {
		r.propose(given, r.apology(), gift)
	}
	r.propose(Text{"索赔不成立：道歉并说明原因。", "The claim fails: apologise and explain why."}, r.apology())
	if gives && c.Standing != StandingKey {
		r.propose(given, r.apology(), gift)
	}
}

// reprint makes goods: set-up, run with waste, and freight. The customer pays what is not our share.
func (r *remedying) reprint(kind RemedyKind, quantity int64) (Remedy, bool) {
	c := r.c
	if quantity <= 0 {
		return Remedy{}, false
	}
	run := c.Cost.Run
	if run == (Money{}) {
		run = c.Job.Value
	}
	cost, err := run.Share(quantity*(100+r.p.Waste), c.Job.Ordered*100)
	for _, once := range []Money{c.Cost.Setup, c.Cost.Freight} {
		if err == nil && once != (Money{}) {
			cost, err = cost.Add(once)
		}
	}
	if err != nil {
		return Remedy{}, false
	}
	return r.split(kind, quantity, cost, c.ReprintAt)
}

// mend sorts or mends; its cost is that of the whole delivery, by the piece.
func (r *remedying) mend(quantity int64) (Remedy, bool) {
	if r.c.Cost.Mend == (Money{}) || r.c.Job.Delivered == 0 || quantity <= 0 {
		return Remedy{}, false
	}
	cost, err := r.c.Cost.Mend.Share(quantity, r.c.Job.Delivered)
	if err != nil {
		return Remedy{}, false
	}
	return r.split(RemedyRework, quantity, cost, r.c.MendAt)
}

// split shares a cost between us and the customer. What he gets is worth the price of the pieces that are put right, less what he pays for it; sorting puts none right.
func (r *remedying) split(kind RemedyKind, quantity int64, cost Money, at time.Time) (Remedy, bool) {
	ours, err := cost.Percent(int64(r.c.OurShare))
	if err != nil {
		return Remedy{}, false
	}
	his, err := cost.Sub(ours)
	if err != nil {
		return Remedy{}, false
	}
	whole := r.c.Job.Ordered
	worth, err := r.c.Job.Value.Share(min(quantity, whole), whole)
	if err != nil {
		return Remedy{}, false
	}
	if kind == RemedyRework && quantity == r.c.Job.Delivered && r.c.Affected < quantity {
		worth = Money{0, cost.Currency}
	}
	value, err := worth.Sub(his)
	if err != nil {
		return Remedy{}, false
	}
	value.Minor = max(0, value.Minor)
	out := Remedy{Kind: kind, Quantity: quantity, Amount: ours, Value: value, PromisedAt: at}
	if his.Minor > 0 {
		out.CustomerPays = his
	}
	return out, true
}

// money gives back percent of the price of part of whole pieces, by our share.
func (r *remedying) money(kind RemedyKind, part, whole, percent int64) (Remedy, bool) {
	if part <= 0 || whole <= 0 {
		return Remedy{}, false
	}
	price, err := r.c.Job.Value.Share(part*percent*int64(r.c.OurShare), whole*100*100)
	return Remedy{Kind: kind, Amount: price, Value: price}, err == nil
}

// credit gives back part of whole of the job's price, whoever is liable.
func (r *remedying) credit(kind RemedyKind, part, whole int64) (Remedy, bool) {
	price, err := r.c.Job.Value.Share(part, whole)
	return Remedy{Kind: kind, Amount: price, Value: price}, err == nil
}

func (r *remedying) goodwill() (Remedy, bool) {
	percent := r.p.Goodwill[r.c.Standing]
	m, ok := r.credit(RemedyGift, percent, 100)
	return m, ok && percent > 0
}

func (r *remedying) apology() Remedy {
	nothing := Money{0, r.c.Job.Value.Currency}
	return Remedy{Kind: RemedyApology, Amount: nothing, Value: nothing}
}
