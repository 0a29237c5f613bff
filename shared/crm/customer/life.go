package customer

import (
	"fmt"
	"time"

	"afterpress/shared/crm/firm"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
)

// Stages of a customer's life. A customer who has bought is judged by orders alone. Talk does not keep a
// buyer, and a lapsed buyer is won back by an order. A customer who never bought is judged by the last word
// with the shop. No orders are taken in yet, so no customer is in the stages that follow from orders.
const (
	LifeLead       = "lead"        // has enquired
	LifeProspect   = "prospect"    // has a need worth a quotation
	LifeFirstOrder = "first-order" // ordered once
	LifeActive     = "active"      // ordered more than once, the last time recently enough
	LifeAtRisk     = "at-risk"     // without an order for too long
	LifeLapsed     = "lapsed"      // silent, or without an order, for so long as to count as gone
	LifeWonBack    = "won-back"    // ordered again after a lapse
	LifeExit       = "exit"        // the file is archived
)

// LifeStages lists the stages in the order of a life.
var LifeStages = []string{LifeLead, LifeProspect, LifeFirstOrder, LifeActive, LifeAtRisk, LifeLapsed, LifeWonBack,
	LifeExit}

// LifePolicy says after how much silence a customer changes stage, in whole days of 24 hours or percent of a
// rhythm. A figure that is zero takes the value of StandardLife. Policies from before the life cycle
// therefore still hold. An empty Cadence stays empty.
type LifePolicy struct {
	Quiet        int64 `json:"quiet_days,omitempty" validate:"min=0,max=3650" description:"Who never ordered lapses so long after the last word; 0: 180 · 从未下单者沉默多少天后流失"`
	AtRisk       int64 `json:"at_risk_days,omitempty" validate:"min=0,max=3650" description:"A buyer is at risk so long after the last order; 0: 180 · 距上次下单多少天为有流失风险"`
	Lapsed       int64 `json:"lapsed_days,omitempty" validate:"min=0,max=3650" description:"And has lapsed so long after it; 0: 365 · 距上次下单多少天为流失"`
	RhythmAtRisk int64 `json:"rhythm_at_risk_percent,omitempty" validate:"min=0,max=3650" description:"The same two for work that comes back, in percent of its rhythm; 0: 150 · 周期性客户：周期的百分比"`
	RhythmLapsed int64 `json:"rhythm_lapsed_percent,omitempty" validate:"min=0,max=3650" description:"0: 300"`

	Cadence []CadenceRule `json:"cadence,omitempty" validate:"max=20,dive" description:"Whom somebody speaks with and reviews how often; absent: nobody · 哪些客户多久必须联系、回顾一次，不填则无"`

	// tree is the shop's, set by Among. With nil a category rule matches only its own name.
	tree CategoryTree
}

// StandardLife is the life policy of a new shop, with standardCadence.
func StandardLife() LifePolicy {
	return LifePolicy{Quiet: 180, AtRisk: 180, Lapsed: 365, RhythmAtRisk: 150, RhythmLapsed: 300,
		Cadence: standardCadence()}
}

// Among is the policy with the shop's categories. Without them a cadence rule for a category does not apply
// to the categories below it.
func (p LifePolicy) Among(tree CategoryTree) LifePolicy {
	p.tree = tree
	return p
}

// longestSilence bounds each figure of a policy: 3650 days, which is ten years, or 3650 percent.
const longestSilence = 3650

// Check adds to f what is wrong with the policy. Each at-risk figure must be below its lapsed figure, also
// after zero figures took their standard values.
func (p LifePolicy) Check(f *fault.List) {
	for _, figure := range []struct {
		name string
		n    int64
	}{
		{"quiet_days", p.Quiet}, {"at_risk_days", p.AtRisk}, {"lapsed_days", p.Lapsed},
		{"rhythm_at_risk_percent", p.RhythmAtRisk},
		{"rhythm_lapsed_percent", p.RhythmLapsed},
	} {
		if figure.n < 0 || figure.n > longestSilence {
			f.Add("/life/"+figure.name, "请填写 1 至 3650，或 0 采用标准值。", "Enter 1 to 3650, or 0 for the standard value.")
		}
	}
	if p = p.whole(); p.AtRisk >= p.Lapsed {
		f.Add("/life/at_risk_days", "须早于 lapsed_days。", "This must come before lapsed_days.")
	}
	if p.RhythmAtRisk >= p.RhythmLapsed {
		f.Add("/life/rhythm_at_risk_percent", "须早于 rhythm_lapsed_percent。", "This must come before rhythm_lapsed_percent.")
	}
	for i, rule := range p.Cadence {
		rule.check(f, fmt.Sprintf("/life/cadence/%d", i))
	}
}

// whole is the policy with the standard values for figures that are zero.
func (p LifePolicy) whole() LifePolicy {
	standard := StandardLife()
	for _, f := range []struct{ own, usual *int64 }{
		{&p.Quiet, &standard.Quiet}, {&p.AtRisk, &standard.AtRisk}, {&p.Lapsed, &standard.Lapsed},
		{&p.RhythmAtRisk, &standard.RhythmAtRisk}, {&p.RhythmLapsed, &standard.RhythmLapsed},
	} {
		if *f.own == 0 {
			*f.own = *f.usual
		}
	}
	return p
}

// wholeDay is the day of a policy: 24 hours, whatever the calendar says.
const wholeDay = 24 * time.Hour

// rhythms are the lengths of the values of Customer.Periodical. Any other value has no rhythm.
var rhythms = map[string]time.Duration{
	"weekly": 7 * wholeDay, "fortnightly": 14 * wholeDay, "monthly": 30 * wholeDay, "bimonthly": 61 * wholeDay,
	"quarterly": 91 * wholeDay, "half-yearly": 182 * wholeDay, "yearly": 365 * wholeDay,
}

// patience is how long after the last order a buyer is at risk, and how long after it the buyer has lapsed.
func (p LifePolicy) patience(periodical string) (risk, lapse time.Duration) {
	if rhythm, ok := rhythms[periodical]; ok {
		// dividing first keeps the product from overflowing
		return rhythm / 100 * time.Duration(p.RhythmAtRisk), rhythm / 100 * time.Duration(p.RhythmLapsed)
	}
	return time.Duration(p.AtRisk) * wholeDay, time.Duration(p.Lapsed) * wholeDay
}

// life is the customer's stage, derived from what happened and from how long nothing did. since is when a
// customer who enters the stage now entered it. due is when silence alone ends the stage; zero means never.
func (c Customer) life(p LifePolicy, now time.Time) (stage string, since, due time.Time) {
	p, h := p.whole(), c.History
	if c.ArchivedAt != nil {
		return LifeExit, *c.ArchivedAt, time.Time{}
	}
	if h.Orders == 0 {
		word := c.lastWord()
		quiet := word.Add(time.Duration(p.Quiet) * wholeDay)
		switch {
		case !now.Before(quiet):
			return LifeLapsed, quiet, time.Time{}
		case h.QualifiedAt != nil:
			return LifeProspect, word, quiet
		}
		return LifeLead, word, quiet
	}
	last := Latest(h.LastOrderAt)
	risk, lapse := p.patience(c.Periodical)
	switch atRisk, lapsed := last.Add(risk), last.Add(lapse); {
	case !now.Before(lapsed):
		return LifeLapsed, lapsed, time.Time{}
	case !now.Before(atRisk):
		return LifeAtRisk, atRisk, lapsed
	case h.WonBackAt != nil && h.WonBackAt.Equal(last):
		return LifeWonBack, last, atRisk
	case h.Orders == 1:
		return LifeFirstOrder, last, atRisk
	default:
		return LifeActive, last, atRisk
	}
}

// lastWord is when the shop and the customer last had contact.
func (c Customer) lastWord() time.Time {
	h := c.History
	return Latest(&c.CreatedAt, h.FirstLeadAt, h.ReachedAt, h.QualifiedAt, h.LastTouchAt)
}

// Latest is the last of the times that are not nil; zero when there is none.
func Latest(times ...*time.Time) time.Time {
	var last time.Time
	for _, t := range times {
		if t != nil && t.After(last) {
			last = *t
		}
	}
	return last
}

// Aged is the customer in the stage that the rule gives now, with the times at which the cadence is due. A
// stage changes only here; Open alone sets the first one, LifeLead. Aging a customer again changes nothing.
func (c Customer) Aged(p LifePolicy, now time.Time) Customer {
	stage, since, due := c.life(p, now)
	if stage != c.LifeCycle {
		c.LifeCycle, c.LifeSince = stage, since
	}
	c.LifeDue = nil
	if !due.IsZero() {
		c.LifeDue = &due
	}
	c.Cadence = c.paced(p)
	return c
}

// Age is Aged as a change to be written. A changed policy applies it, and so does the daily step in Tend.
// changed is false when there is nothing to write.
func (c Customer) Age(p LifePolicy, now time.Time) (next Customer, changed bool) {
	next = c.Aged(p, now)
	if next.LifeCycle == c.LifeCycle && Latest(next.LifeDue).Equal(Latest(c.LifeDue)) &&
		next.Cadence.sameDays(c.Cadence) {
		return c, false
	}
	next.Seq++
	return next, true
}

// AgedFrom is the event of a change that took the customer to another stage. ok is false when the stage is
// the same, or the customer is new.
func (c Customer) AgedFrom(before Customer, by staff.Actor, now time.Time) (told event.Event, ok bool) {
	if before.LifeCycle == "" || before.LifeCycle == c.LifeCycle {
		return event.Event{}, false
	}
	return event.New(event.CustomerAged, by, c.ID, c.ID, c.Seq, c.Branch, now,
		map[string]string{"from": before.LifeCycle, "to": c.LifeCycle}), true
}

// lived records a fact at its time. The silence before it counts first, so that it makes no difference
// whether the daily step ran in between.
func (c Customer) lived(p LifePolicy, at time.Time, fact func(*History)) Customer {
	c = c.Aged(p, at)
	fact(&c.History)
	return c.Aged(p, at)
}

// noteFirst keeps the earliest time at which something happened.
func noteFirst(t **time.Time, at time.Time) {
	if *t == nil || at.Before(**t) {
		*t = &at
	}
}

// noteLast keeps the latest time at which something happened.
func noteLast(t **time.Time, at time.Time) {
	if *t == nil || at.After(**t) {
		*t = &at
	}
}

// AskedAgain is how long after a contact another enquiry is worth a note. Many enquiries at once would only
// make their writes conflict.
const AskedAgain = time.Hour

// Asked notes an enquiry. It ends a silence and brings an archived customer back. changed is false, and
// nothing is noted, within AskedAgain of the last contact of a customer who is not archived.
func (c Customer) Asked(p LifePolicy, now time.Time) (next Customer, changed bool) {
	if c.ArchivedAt == nil && c.History.LastTouchAt != nil && now.Before(c.History.LastTouchAt.Add(AskedAgain)) {
		return c, false
	}
	archived := c.ArchivedAt != nil
	c.ArchivedAt = nil
	c = c.lived(p, now, func(h *History) { noteFirst(&h.FirstLeadAt, now); noteLast(&h.LastTouchAt, now) })
	// the life of a customer who comes back goes on from now
	if archived {
		c.LifeSince = now
	}
	c.Seq++
	return c, true
}

// Reached notes that a colleague spoke with the customer.
func (c Customer) Reached(p LifePolicy, at time.Time) Customer {
	return c.lived(p, at, func(h *History) { noteFirst(&h.ReachedAt, at); noteLast(&h.LastTouchAt, at) })
}

// Qualified notes that the customer wants something worth a quotation.
func (c Customer) Qualified(p LifePolicy, at time.Time) Customer {
	return c.lived(p, at, func(h *History) { noteFirst(&h.QualifiedAt, at); noteLast(&h.LastTouchAt, at) })
}

// Heard notes any other word between the customer and the shop.
func (c Customer) Heard(p LifePolicy, at time.Time) Customer {
	return c.lived(p, at, func(h *History) { noteLast(&h.LastTouchAt, at) })
}

// Ordered notes an order. It may become known late, so at is the time of the order. No job calls it yet.
func (c Customer) Ordered(p LifePolicy, at time.Time) Customer {
	return c.lived(p, at, func(h *History) {
		if stage, _, _ := c.life(p, at); stage == LifeLapsed && h.Orders > 0 {
			h.WonBackAt = &at
		}
		h.Orders++
		noteFirst(&h.FirstOrderAt, at)
		noteLast(&h.LastOrderAt, at)
	})
}

// Terms are the rules for the customers of one branch at one moment.
type Terms struct {
	firm.Terms
	Policy LifePolicy
}
