package customer

import (
	"fmt"
	"time"

	"afterpress/shared/crm/firm"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
)

// Stages of a customer's life. Whoever has bought is judged by his orders alone: talk does not keep a buyer, and
// one who lapsed is won back by an order. Whoever has not is judged by the last word between him and the shop.
// Nothing takes in orders yet, so nobody is in the stages that come with them.
const (
	LifeLead       = "lead"        // asked
	LifeProspect   = "prospect"    // worth a quotation
	LifeFirstOrder = "first-order" // ordered once
	LifeActive     = "active"      // orders
	LifeAtRisk     = "at-risk"     // has been without an order for longer than he should be
	LifeLapsed     = "lapsed"      // silent for so long that he counts as gone
	LifeWonBack    = "won-back"    // ordered again after he had lapsed
	LifeExit       = "exit"        // his file was archived
)

// LifeStages lists the stages in the order of a life.
var LifeStages = []string{LifeLead, LifeProspect, LifeFirstOrder, LifeActive, LifeAtRisk, LifeLapsed, LifeWonBack,
	LifeExit}

// LifePolicy says how long a silence means what, in whole days of 24 hours. A field that is zero has the value of
// StandardLife, so that a policy of before there was a life cycle holds.
type LifePolicy struct {
	Quiet        int64 `json:"quiet_days,omitempty" validate:"min=0,max=3650" description:"Who never ordered lapses so long after the last word; 0: 180 · 从未下单者沉默多少天后流失"`
	AtRisk       int64 `json:"at_risk_days,omitempty" validate:"min=0,max=3650" description:"A buyer is at risk so long after his last order; 0: 180 · 距上次下单多少天为有流失风险"`
	Lapsed       int64 `json:"lapsed_days,omitempty" validate:"min=0,max=3650" description:"And has lapsed so long after it; 0: 365 · 距上次下单多少天为流失"`
	RhythmAtRisk int64 `json:"rhythm_at_risk_percent,omitempty" validate:"min=0,max=3650" description:"The same two for work that comes back, in percent of its rhythm; 0: 150 · 周期性客户：周期的百分比"`
	RhythmLapsed int64 `json:"rhythm_lapsed_percent,omitempty" validate:"min=0,max=3650" description:"0: 300"`

	Cadence []CadenceRule `json:"cadence,omitempty" validate:"max=20,dive" description:"Whom somebody speaks with and reviews how often; absent: nobody · 哪些客户多久必须联系、回顾一次，不填则无"`

	tree CategoryTree // of the shop whose terms these are; nil: categories are taken by their names alone
}

// StandardLife is what a new shop starts with.
func StandardLife() LifePolicy {
	return LifePolicy{Quiet: 180, AtRisk: 180, Lapsed: 365, RhythmAtRisk: 150, RhythmLapsed: 300,
		Cadence: standardCadence()}
}

// Among is the policy for a shop whose categories are these.
func (p LifePolicy) Among(tree CategoryTree) LifePolicy {
	p.tree = tree
	return p
}

// longestSilence bounds what a policy may wait for: ten years.
const longestSilence = 3650

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

// whole is the policy with the standard's values where it has none.
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

const wholeDay = 24 * time.Hour

// rhythms are the lengths of Customer.Periodical. A customer of any other word has no rhythm.
var rhythms = map[string]time.Duration{
	"weekly": 7 * wholeDay, "fortnightly": 14 * wholeDay, "monthly": 30 * wholeDay, "bimonthly": 61 * wholeDay,
	"quarterly": 91 * wholeDay, "half-yearly": 182 * wholeDay, "yearly": 365 * wholeDay,
}

// patience is how long after his last order a buyer is at risk, and has lapsed.
func (p LifePolicy) patience(periodical string) (risk, lapse time.Duration) {
	if rhythm, ok := rhythms[periodical]; ok {
		// in this order, or it overflows
		return rhythm / 100 * time.Duration(p.RhythmAtRisk), rhythm / 100 * time.Duration(p.RhythmLapsed)
	}
	return time.Duration(p.AtRisk) * wholeDay, time.Duration(p.Lapsed) * wholeDay
}

// life is the customer's stage by what happened and by how long nothing did: since when, were he to enter it now,
// and when silence alone ends it (zero: never).
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

// lastWord is when the shop and the customer last had to do with one another.
func (c Customer) lastWord() time.Time {
	h := c.History
	return Latest(&c.CreatedAt, h.FirstLeadAt, h.ReachedAt, h.QualifiedAt, h.LastTouchAt)
}

// Latest is the last of the times; zero of none.
func Latest(times ...*time.Time) time.Time {
	var last time.Time
	for _, t := range times {
		if t != nil && t.After(last) {
			last = *t
		}
	}
	return last
}

// Aged is the customer in the stage that the rule gives him now, with the days on which his cadence is due. It is
// the only way into a stage. Doing it again changes nothing.
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

// Age is Aged as a change to be written: what a changed policy does, and the daily step with Tend. changed is false
// when there is nothing to write.
func (c Customer) Age(p LifePolicy, now time.Time) (next Customer, changed bool) {
	next = c.Aged(p, now)
	if next.LifeCycle == c.LifeCycle && Latest(next.LifeDue).Equal(Latest(c.LifeDue)) &&
		next.Cadence.sameDays(c.Cadence) {
		return c, false
	}
	next.Seq++
	return next, true
}

// AgedFrom is the event of a change that took the customer to another stage; ok is false when he is where he was,
// or is new.
func (c Customer) AgedFrom(before Customer, by staff.Actor, now time.Time) (told event.Event, ok bool) {
	if before.LifeCycle == "" || before.LifeCycle == c.LifeCycle {
		return event.Event{}, false
	}
	return event.News(event.CustomerAged, by, c.ID, c.ID, c.Seq, c.Branch, now,
		map[string]string{"from": before.LifeCycle, "to": c.LifeCycle}), true
}

// lived takes in a fact of the time: the silence before it counts first, so that it does not matter whether the
// daily step came by meanwhile.
func (c Customer) lived(p LifePolicy, at time.Time, fact func(*History)) Customer {
	c = c.Aged(p, at)
	fact(&c.History)
	return c.Aged(p, at)
}

// noteFirst notes when something first happened.
func noteFirst(t **time.Time, at time.Time) {
	if *t == nil || at.Before(**t) {
		*t = &at
	}
}

// noteLast notes when something last happened.
func noteLast(t **time.Time, at time.Time) {
	if *t == nil || at.After(**t) {
		*t = &at
	}
}

// AskedAgain is how long after one enquiry another is worth a note: many that come at once would only stand in one
// another's way.
const AskedAgain = time.Hour

// Asked notes an enquiry: it ends a silence, and brings back a customer who was archived.
func (c Customer) Asked(p LifePolicy, now time.Time) (next Customer, changed bool) {
	if c.ArchivedAt == nil && c.History.LastTouchAt != nil && now.Before(c.History.LastTouchAt.Add(AskedAgain)) {
		return c, false
	}
	archived := c.ArchivedAt != nil
	c.ArchivedAt = nil
	c = c.lived(p, now, func(h *History) { noteFirst(&h.FirstLeadAt, now); noteLast(&h.LastTouchAt, now) })
	if archived { // his life goes on from now
		c.LifeSince = now
	}
	c.Seq++
	return c, true
}

// Reached notes that somebody of the shop spoke with him.
func (c Customer) Reached(p LifePolicy, at time.Time) Customer {
	return c.lived(p, at, func(h *History) { noteFirst(&h.ReachedAt, at); noteLast(&h.LastTouchAt, at) })
}

// Qualified notes that he wants something worth a quotation.
func (c Customer) Qualified(p LifePolicy, at time.Time) Customer {
	return c.lived(p, at, func(h *History) { noteFirst(&h.QualifiedAt, at); noteLast(&h.LastTouchAt, at) })
}

// Heard notes any other word between him and the shop.
func (c Customer) Heard(p LifePolicy, at time.Time) Customer {
	return c.lived(p, at, func(h *History) { noteLast(&h.LastTouchAt, at) })
}

// Ordered notes an order, which may become known late. Jobs will call it.
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

// Terms are the rules that hold for the customers of one branch at one moment.
type Terms struct {
	firm.Terms
	Policy LifePolicy
}
