// Package proposal proposes remedies for a verdict.
package proposal

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/complaint/remedy"
	"afterpress/shared/crm/complaint/verdict"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/money"
	"afterpress/shared/kernel/words"
)

// Standing of a customer: how much the account matters.
const (
	StandingNew     = "new"
	StandingRegular = "regular"
	StandingKey     = "key"
)

// Standings lists how much a customer counts.
var Standings = []string{StandingNew, StandingRegular, StandingKey}

// Cost is what a remedy would cost us, in the job's currency. A zero Money means "not known".
type Cost struct {
	Setup money.Money `json:"setup,omitzero"` // plates and make-ready of a reprint
	// paper, press and finishing of the whole ordered quantity; not known: the job's price
	Run money.Money `json:"run,omitzero"`
	// sorting or mending all that was delivered; not known: neither is proposed
	Mend    money.Money `json:"mend,omitzero"`
	Freight money.Money `json:"freight,omitzero"` // there and back, and disposal less salvage
}

// Case has everything that proposals depend on. Liability and OurShare come from the verdict that stands.
type Case struct {
	Liability verdict.Liability `json:"liability"`
	OurShare  int               `json:"our_share"`
	Job       remedy.Job        `json:"job"`
	Defect    defect.Kind       `json:"defect"`
	Severity  int               `json:"severity"` // 1 to 4
	Affected  int64             `json:"affected"`
	LateHours int64             `json:"late_hours,omitempty"`
	Usable    bool              `json:"usable,omitempty"`   // the customer can use the bad pieces as they are
	Sortable  bool              `json:"sortable,omitempty"` // bad pieces can be told from good ones
	// bad pieces can be made good: label over, trim again, varnish
	Mendable  bool        `json:"mendable,omitempty"`
	Standing  string      `json:"standing,omitempty"`
	Wanted    remedy.Kind `json:"wanted,omitempty"` // the remedy that the customer asks for
	NeededBy  time.Time   `json:"needed_by,omitzero"`
	ReprintAt time.Time   `json:"reprint_at,omitzero"` // arrival of new goods; zero: not known
	MendAt    time.Time   `json:"mend_at,omitzero"`    // arrival of sorted or mended goods
	Cost      Cost        `json:"cost"`
}

// Check returns the faults of the case. Nothing is proposed for a faulty one.
func (c Case) Check() []fault.Field {
	faults := c.Job.Check()
	add := func(pointer, zh, en string) {
		faults = append(faults, fault.Field{Pointer: pointer, Text: words.Text{Zh: zh, En: en}})
	}
	if _, known := verdict.Liabilities[c.Liability]; !known || c.OurShare < 0 || c.OurShare > 100 {
		add("/our_share", "责任方或本厂比例有误。", "The liability or our share is wrong.")
	}
	if _, known := defect.Of(c.Defect); !known {
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
	for _, m := range []money.Money{c.Cost.Setup, c.Cost.Run, c.Cost.Mend, c.Cost.Freight} {
		if m != (money.Money{}) && (m.Currency != c.Job.Value.Currency || m.Minor < 0) {
			add("/cost", "成本不能为负，货币必须与订单相同。", "A cost cannot be negative, and its currency must be the job's.")
			break
		}
	}
	return faults
}

// Policy has the figures that a shop may set. Percentages are of the job's value or of the affected part of it.
type Policy struct {
	Waste      int64            `json:"waste"`        // percent of paper and press time lost in a reprint
	FullFrom   int64            `json:"full_from"`    // percent bad, from which all is reprinted
	PriceCut   map[int]int64    `json:"price_cut"`    // percent by severity; none without an entry
	LatePerDay int64            `json:"late_per_day"` // thousandths of a percent per day begun
	LateMost   int64            `json:"late_most"`    // percent
	Goodwill   map[string]int64 `json:"goodwill"`     // percent by standing
}

// StandardPolicy is the shop's default. Waste of 10 % is after smarttang, 印刷成本 (5 to 10 %). Price cuts of 5
// and 25 % are after GPO, Board decisions. 0.5 % for each day late is after fudaoke, 印刷购销合同. The rest are the
// shop's defaults: the 10 % cut, the full reprint from 50 %, the most for lateness, goodwill of 5 and 10 %.
func StandardPolicy() Policy {
	return Policy{Waste: 10, FullFrom: 50, PriceCut: map[int]int64{2: 25, 3: 10, 4: 5}, LatePerDay: 500, LateMost: 30,
		Goodwill: map[string]int64{StandingRegular: 5, StandingKey: 10}}
}

// Check adds the policy's faults to f, with place before each pointer. Price cuts are for severities 2 to 4.
// Percentages are 0 to 100, the cut for each late day 0 to 100,000 thousandths of a percent.
func (p Policy) Check(f *fault.List, place string) {
	for _, severity := range slices.Sorted(maps.Keys(p.PriceCut)) {
		at := fmt.Sprintf("%s/price_cut/%d", place, severity)
		if severity < 2 || severity > 4 {
			f.Add(at, "只能为 2、3、4 级设置。", "Set it for the severities 2, 3 and 4 alone.")
		}
		f.Within(at, p.PriceCut[severity], 0, 100)
	}
	for _, standing := range slices.Sorted(maps.Keys(p.Goodwill)) {
		f.Within(place+"/goodwill/"+standing, p.Goodwill[standing], 0, 100)
	}
	f.Within(place+"/waste", p.Waste, 0, 100)
	f.Within(place+"/full_from", p.FullFrom, 0, 100)
	f.Within(place+"/late_most", p.LateMost, 0, 100)
	f.Within(place+"/late_per_day", p.LatePerDay, 0, 100_000)
}

// Rule names the rule of Propose. It changes whenever the same case would get other proposals.
const Rule = "remedy/1"

// Basis is what proposals followed from: the rule, the policy with its settings, and the inputs.
type Basis struct {
	Rule     string `json:"rule"`
	Policy   string `json:"policy"` // standard@3
	Settings Policy `json:"settings"`
	Inputs   Case   `json:"inputs"`
	// when the inputs were given; zero in records of before December 2026
	At time.Time `json:"at,omitzero"`
}

// Proposal is one way to settle a case. Its remedies are done together.
type Proposal struct {
	Remedies []remedy.Remedy `json:"remedies"`
	Why      words.Text      `json:"why"`
	// The customer has usable goods, or the money, by the day of need.
	MeetsDate  bool `json:"meets_date"`
	NeedsOwner bool `json:"needs_owner"` // cost or value is above the job's price
}

// Propose lists what could be done, best first, for staff to choose from. In time comes before late. For a
// key customer the remedy that they ask for is next. Then the order is: within the job's price; for severity
// 1 and 2, goods before money; refunds last; the cheapest for us; the remedy asked for. Where our share is 0
// the order is fixed. Nothing is proposed for an Unclear verdict or a faulty case or policy.
func Propose(c Case, p Policy) []Proposal {
	if c.Liability == verdict.Unclear || len(c.Check()) > 0 || !fault.Sound(p) {
		return nil
	}
	r := remedying{c: c, p: p}
	switch {
	case c.OurShare == 0:
		r.withoutLiability()
		return r.out // already in order
	case c.Defect == defect.Short:
		r.short()
	case c.Defect == defect.Over:
		r.over()
	case c.Defect == defect.Late:
		r.late()
	default:
		r.bad()
	}
	slices.SortStableFunc(r.out, r.order)
	return r.out
}

// remedying collects the proposals of one case. A proposal is dropped when its amount cannot be computed.
type remedying struct {
	c   Case
	p   Policy
	out []Proposal
}

func (r *remedying) propose(why words.Text, remedies ...remedy.Remedy) {
	needsOwner, faults := remedy.Check(remedies, r.c.Job)
	if len(faults) > 0 {
		return
	}
	meets := true
	for _, m := range remedies {
		meets = meets && (!m.Kind.Makes() || r.intime(m.PromisedAt))
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
	has := func(p Proposal, kind remedy.Kind) bool {
		return slices.ContainsFunc(p.Remedies, func(m remedy.Remedy) bool { return m.Kind == kind })
	}
	// Sorting with a credit note for the rest does not put the goods right.
	completes := func(p Proposal) bool {
		return has(p, remedy.FullReprint) || has(p, remedy.PartReprint) || has(p, remedy.MakeUp) || has(p, remedy.Rework) &&
			!has(p, remedy.CreditNote)
	}
	wanted := last(!has(a, r.c.Wanted), !has(b, r.c.Wanted))
	var asked, goods int
	if r.c.Standing == StandingKey {
		asked = wanted
	}
	if r.c.Severity <= 2 {
		goods = last(!completes(a), !completes(b))
	}
	return cmp.Or(last(!a.MeetsDate, !b.MeetsDate), asked, last(a.NeedsOwner, b.NeedsOwner), goods,
		last(has(a, remedy.Refund), has(b, remedy.Refund)),
		cmp.Compare(r.cost(a), r.cost(b)), wanted)
}

func (r *remedying) cost(p Proposal) int64 {
	cost, _, err := remedy.Sum(p.Remedies, r.c.Job)
	if err != nil {
		return 0 // propose has checked the sum
	}
	return cost.Minor
}

// short proposes for a shortfall beyond custom: deliver the rest, or do not bill it.
func (r *remedying) short() {
	gap := r.c.Job.Ordered - r.c.Job.Delivered
	if gap <= 0 {
		return
	}
	if m, ok := r.reprint(remedy.MakeUp, gap); ok {
		r.propose(words.Text{Zh: "补足短少的数量。", En: "Deliver what is short."}, m)
	}
	if m, ok := r.money(remedy.CreditNote, gap, r.c.Job.Ordered, 100); ok {
		r.propose(words.Text{Zh: "短少部分不收费。", En: "What is short is not billed."}, m)
	}
}

func (r *remedying) over() {
	surplus := r.c.Job.Delivered - r.c.Job.Ordered
	if surplus <= 0 {
		return
	}
	if m, ok := r.money(remedy.CreditNote, surplus, r.c.Job.Delivered, 100); ok {
		r.propose(words.Text{Zh: "超出部分不收费。", En: "The surplus is not billed."}, m)
	}
}

// late proposes for late goods. For goods of use: a part of the price for each day begun, or an apology and a
// gift. For goods of no more use: a refund.
func (r *remedying) late() {
	if !r.c.Usable {
		if m, ok := r.money(remedy.Refund, 1, 1, 100); ok {
			r.propose(words.Text{Zh: "逾期后货物已无用，退款。", En: "The goods came too late to be of use; the money goes back."}, m)
		}
		return
	}
	days := (r.c.LateHours + 23) / 24
	rate := min(days*r.p.LatePerDay, r.p.LateMost*1000)
	if m, ok := r.money(remedy.CreditNote, rate, 100_000, 100); ok && m.Amount.Minor > 0 {
		r.propose(words.Text{Zh: fmt.Sprintf("逾期 %d 天，按天减收。", days),
			En: fmt.Sprintf("%d days late, each begun day counted; the price is lowered by the day.", days)}, m)
	}
	if m, ok := r.goodwill(); ok {
		r.propose(words.Text{Zh: "逾期影响不大时，道歉并赠送小礼品。", En: "Where the delay did little harm: an apology and a gift."},
			r.apology(), m)
	}
}

// bad proposes for pieces that are not as ordered.
func (r *remedying) bad() {
	c := r.c
	if c.Affected == 0 {
		return
	}
	most := c.Affected*100 >= c.Job.Delivered*r.p.FullFrom || c.Affected == c.Job.Delivered
	part, partly := r.reprint(remedy.PartReprint, c.Affected)
	sort, sorts := r.mend(c.Job.Delivered)
	cut, cuts := r.money(remedy.PriceCut, c.Affected, c.Job.Delivered, r.p.PriceCut[c.Severity])
	cuts = cuts && c.Usable && r.p.PriceCut[c.Severity] > 0
	if most {
		if m, ok := r.reprint(remedy.FullReprint, max(c.Job.Ordered, 1)); ok {
			r.propose(words.Text{Zh: "不良比例高，全部重印。", En: "Most of it is bad: reprint it all."}, m)
		}
	}
	switch {
	case !partly || c.Affected == c.Job.Delivered:
	case c.Sortable && sorts:
		if r.intime(c.MendAt) && !r.intime(c.ReprintAt) && r.p.PriceCut[c.Severity] > 0 {
			r.propose(words.Text{Zh: "先挑出良品按时交货，不良数量随后补印并降价。",
				En: "Deliver the good pieces in time, reprint the bad ones after that, and lower their price."}, sort, part, cut)
		} else {
			r.propose(words.Text{Zh: "挑出不良品，重印不良数量。", En: "Sort out the bad pieces and reprint that many."}, sort, part)
		}
		if credit, ok := r.money(remedy.CreditNote, c.Affected, c.Job.Delivered, 100); ok {
			r.propose(words.Text{Zh: "挑出不良品，不良数量不收费。", En: "Sort out the bad pieces and do not bill them."}, sort, credit)
		}
	default:
		r.propose(words.Text{Zh: "只重印不良数量。", En: "Reprint the bad pieces alone."}, part)
	}
	if mend, ok := r.mend(c.Affected); ok && c.Mendable {
		r.propose(words.Text{Zh: "不良品可以修好：返工。", En: "The bad pieces can be mended: rework them."}, mend)
	}
	if cuts {
		r.propose(words.Text{Zh: "货物可用：客户留用，降低价格。", En: "The goods can be used: the customer keeps them for less."}, cut)
	}
	if m, ok := r.money(remedy.Refund, c.Affected, c.Job.Delivered, 100); ok && !c.Usable {
		r.propose(words.Text{Zh: "货物不能用：退回不良部分的货款。", En: "The goods cannot be used: the price of the bad part goes back."},
			m)
	}
}

// withoutLiability proposes for a claim that fails. There is always an explanation. New goods at the customer's own
// cost are proposed where the customer or a carrier is liable. Goodwill is for accounts that matter.
func (r *remedying) withoutLiability() {
	c := r.c
	gap := c.Job.Ordered - c.Job.Delivered
	if c.Liability == verdict.WithinTolerance && c.Defect == defect.Short && gap > 0 {
		if m, ok := r.credit(remedy.CreditNote, gap, c.Job.Ordered); ok {
			r.propose(words.Text{Zh: "短少在惯例之内：按实际交货数量结算。", En: "The shortfall is within custom: it is billed as delivered."}, m)
		}
	}
	paid := (c.Liability == verdict.LiableCustomer || c.Liability == verdict.LiableCarrier) && c.Affected > 0
	kind := remedy.PartReprint
	if c.Affected == c.Job.Delivered {
		kind = remedy.FullReprint
	}
	if m, ok := r.reprint(kind, c.Affected); ok && paid {
		r.propose(words.Text{Zh: "不是本厂责任：按成本为客户重印，费用由客户承担。",
			En: "Not our fault: reprint it at cost, which the customer pays."}, m)
	}
	gift, gives := r.goodwill()
	given := words.Text{Zh: "索赔不成立，但重视这位客户：说明原因并赠送小礼品。",
		En: "The claim fails, but the account matters: explain, and give a gift."}
	if gives && c.Standing == StandingKey {
		r.propose(given, r.apology(), gift)
	}
	r.propose(words.Text{Zh: "索赔不成立：道歉并说明原因。", En: "The claim fails: apologise and explain why."}, r.apology())
	if gives && c.Standing != StandingKey {
		r.propose(given, r.apology(), gift)
	}
}

// reprint costs set-up, run with waste, and freight. The customer pays the part that is not our share.
func (r *remedying) reprint(kind remedy.Kind, quantity int64) (remedy.Remedy, bool) {
	c := r.c
	if quantity <= 0 {
		return remedy.Remedy{}, false
	}
	run := c.Cost.Run
	if run == (money.Money{}) {
		run = c.Job.Value
	}
	cost, err := run.Share(quantity*(100+r.p.Waste), c.Job.Ordered*100)
	for _, once := range []money.Money{c.Cost.Setup, c.Cost.Freight} {
		if err == nil && once != (money.Money{}) {
			cost, err = cost.Add(once)
		}
	}
	if err != nil {
		return remedy.Remedy{}, false
	}
	return r.split(kind, quantity, cost, c.ReprintAt)
}

// mend sorts or mends. The cost is the pieces' share of the cost for the whole delivery.
func (r *remedying) mend(quantity int64) (remedy.Remedy, bool) {
	if r.c.Cost.Mend == (money.Money{}) || r.c.Job.Delivered == 0 || quantity <= 0 {
		return remedy.Remedy{}, false
	}
	cost, err := r.c.Cost.Mend.Share(quantity, r.c.Job.Delivered)
	if err != nil {
		return remedy.Remedy{}, false
	}
	return r.split(remedy.Rework, quantity, cost, r.c.MendAt)
}

// split shares a cost between us and the customer. The value is the price of the pieces put right, less what
// the customer pays. Sorting puts none right, so it has no value.
func (r *remedying) split(kind remedy.Kind, quantity int64, cost money.Money, at time.Time) (remedy.Remedy, bool) {
	ours, err := cost.Percent(int64(r.c.OurShare))
	if err != nil {
		return remedy.Remedy{}, false
	}
	his, err := cost.Sub(ours)
	if err != nil {
		return remedy.Remedy{}, false
	}
	whole := r.c.Job.Ordered
	worth, err := r.c.Job.Value.Share(min(quantity, whole), whole)
	if err != nil {
		return remedy.Remedy{}, false
	}
	if kind == remedy.Rework && quantity == r.c.Job.Delivered && r.c.Affected < quantity {
		worth = money.Money{Minor: 0, Currency: cost.Currency}
	}
	value, err := worth.Sub(his)
	if err != nil {
		return remedy.Remedy{}, false
	}
	value.Minor = max(0, value.Minor)
	out := remedy.Remedy{Kind: kind, Quantity: quantity, Amount: ours, Value: value, PromisedAt: at}
	if his.Minor > 0 {
		out.CustomerPays = his
	}
	return out, true
}

// money gives back percent of the price of part of whole pieces, by our share.
func (r *remedying) money(kind remedy.Kind, part, whole, percent int64) (remedy.Remedy, bool) {
	if part <= 0 || whole <= 0 {
		return remedy.Remedy{}, false
	}
	price, err := r.c.Job.Value.Share(part*percent*int64(r.c.OurShare), whole*100*100)
	return remedy.Remedy{Kind: kind, Amount: price, Value: price}, err == nil
}

// credit gives back part of whole of the job's price, whatever our share is.
func (r *remedying) credit(kind remedy.Kind, part, whole int64) (remedy.Remedy, bool) {
	price, err := r.c.Job.Value.Share(part, whole)
	return remedy.Remedy{Kind: kind, Amount: price, Value: price}, err == nil
}

func (r *remedying) goodwill() (remedy.Remedy, bool) {
	percent := r.p.Goodwill[r.c.Standing]
	m, ok := r.credit(remedy.Gift, percent, 100)
	return m, ok && percent > 0
}

func (r *remedying) apology() remedy.Remedy {
	nothing := money.Money{Minor: 0, Currency: r.c.Job.Value.Currency}
	return remedy.Remedy{Kind: remedy.Apology, Amount: nothing, Value: nothing}
}
