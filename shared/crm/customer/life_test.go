package customer_test

import (
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/crmtest"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"

	"pgregory.net/rapid"
)

// lifeFacts are what can happen to a customer.
var lifeFacts = map[string]func(customer.Customer, customer.LifePolicy, time.Time) customer.Customer{
	"asked": func(c customer.Customer, p customer.LifePolicy, at time.Time) customer.Customer {
		c, _ = c.Asked(p, at)
		return c
	},
	"reached":   customer.Customer.Reached,
	"qualified": customer.Customer.Qualified,
	"touched":   customer.Customer.Heard,
	"ordered":   customer.Customer.Ordered,
	"nothing":   customer.Customer.Aged,
	"archived": func(c customer.Customer, p customer.LifePolicy, at time.Time) customer.Customer {
		c.ArchivedAt = &at
		return c.Aged(p, at)
	},
}

// newborn is a customer whom an enquiry brought.
func newborn() customer.Customer {
	c, _ := customer.Customer{ID: "cus_1", CreatedAt: crmtest.Tuesday, Branch: "shanghai"}.Asked(customer.StandardLife(),
		crmtest.Tuesday)
	return c
}

// live takes a customer through facts, each so many days after the one before.
func live(c customer.Customer, at time.Time, facts ...any) (customer.Customer, time.Time) {
	for i := 0; i < len(facts); i += 2 {
		at = at.Add(time.Duration(facts[i].(int)) * customer.WholeDay)
		c = lifeFacts[facts[i+1].(string)](c, customer.StandardLife(), at)
	}
	return c, at
}

func TestEveryEdgeOfALife(t *testing.T) {
	began := map[string][]any{
		"lead":                 {},
		"prospect":             {1, "qualified"},
		"lapsed, never bought": {180, "nothing"},
		"first-order":          {1, "ordered"},
		"active":               {1, "ordered", 30, "ordered"},
		"at-risk":              {1, "ordered", 180, "nothing"},
		"lapsed":               {1, "ordered", 365, "nothing"},
		"won-back":             {1, "ordered", 365, "ordered"},
		"exit":                 {1, "archived"},
	}
	for from, to := range map[string]string{
		//                      asked     reached   qualified ordered     archived after 179, 180, 365 days of silence
		"lead":                 "lead      lead      prospect  first-order exit     lead        lapsed  lapsed",
		"prospect":             "prospect  prospect  prospect  first-order exit     prospect    lapsed  lapsed",
		"lapsed, never bought": "lead      lead      prospect  first-order exit     lapsed      lapsed  lapsed",
		"first-order":          "first-order first-order first-order active exit    first-order at-risk lapsed",
		"active":               "active    active    active    active      exit     active      at-risk lapsed",
		"at-risk":              "at-risk   at-risk   at-risk   active      exit     at-risk     at-risk lapsed",
		"lapsed":               "lapsed    lapsed    lapsed    won-back    exit     lapsed      lapsed  lapsed",
		"won-back":             "won-back  won-back  won-back  active      exit     won-back    at-risk lapsed",
		"exit":                 "lead      exit      exit      exit        exit     exit        exit    exit",
	} {
		c, at := live(newborn(), crmtest.Tuesday, began[from]...)
		if stage, _, _ := strings.Cut(from, ","); c.LifeCycle != stage {
			t.Fatalf("%s is %s at first", from, c.LifeCycle)
		}
		last := at // of what silence counts from
		if from == "at-risk" {
			last = *c.History.LastOrderAt
		}
		want := strings.Fields(to)
		for i, fact := range []string{"asked", "reached", "qualified", "ordered", "archived"} {
			when := at.Add(2 * time.Hour)
			next := lifeFacts[fact](c, customer.StandardLife(), when)
			if next.LifeCycle != want[i] {
				t.Errorf("%s, %s: %s, want %s", from, fact, next.LifeCycle, want[i])
			}
			since := when
			if next.LifeCycle == c.LifeCycle {
				since = c.LifeSince
			}
			if !next.LifeSince.Equal(since) {
				t.Errorf("%s, %s: since %s, want %s", from, fact, next.LifeSince, since)
			}
		}
		for i, days := range []int{179, 180, 365} {
			if from == "at-risk" && days == 179 {
				continue // the customer has that behind them
			}
			if next := c.Aged(customer.StandardLife(),
				last.Add(time.Duration(days)*customer.WholeDay)); next.LifeCycle != want[5+i] {
				t.Errorf("%s, %d days of silence: %s, want %s", from, days, next.LifeCycle, want[5+i])
			}
		}
	}
}

func TestARhythmHasItsOwnPatience(t *testing.T) {
	for periodical, c := range map[string]struct{ risk, lapse time.Duration }{
		"":          {180 * customer.WholeDay, 365 * customer.WholeDay},
		"no word":   {180 * customer.WholeDay, 365 * customer.WholeDay},
		"weekly":    {252 * time.Hour, 21 * customer.WholeDay},
		"monthly":   {45 * customer.WholeDay, 90 * customer.WholeDay},
		"quarterly": {3276 * time.Hour, 273 * customer.WholeDay},
		"yearly":    {13140 * time.Hour, 1095 * customer.WholeDay},
	} {
		buyer := newborn()
		buyer.Periodical = periodical
		buyer = buyer.Ordered(customer.LifePolicy{}, crmtest.Tuesday) // a policy of before there was a life cycle
		if got := buyer.LifeDue.Sub(crmtest.Tuesday); got != c.risk {
			t.Errorf("%q: at risk after %s, want %s", periodical, got, c.risk)
		}
		buyer = buyer.Aged(customer.LifePolicy{}, *buyer.LifeDue)
		if got := buyer.LifeDue.Sub(crmtest.Tuesday); got != c.lapse || buyer.LifeCycle != customer.LifeAtRisk {
			t.Errorf("%q: %s, lapsed after %s, want %s", periodical, buyer.LifeCycle, got, c.lapse)
		}
	}
}

func TestAnOrderThatBecomesKnownLate(t *testing.T) {
	c, at := live(newborn(), crmtest.Tuesday, 10, "ordered", 10, "nothing")
	c = c.Ordered(customer.StandardLife(), crmtest.Tuesday.Add(customer.WholeDay))
	if h := c.History; c.LifeCycle != customer.LifeActive || !h.LastOrderAt.Equal(at.Add(-10*customer.WholeDay)) ||
		!h.FirstOrderAt.Equal(crmtest.Tuesday.Add(customer.WholeDay)) || h.Orders != 2 {
		t.Errorf("%s, %+v", c.LifeCycle, h)
	}
}

func TestLifePolicyCheck(t *testing.T) {
	for _, p := range []customer.LifePolicy{{}, customer.StandardLife(), {Quiet: 1}, {Lapsed: 181},
		{AtRisk: 30, Lapsed: 60, RhythmAtRisk: 110, RhythmLapsed: 200}} {
		if faults := (setup.Policy{Life: p, Lead: setup.StandardPolicy().Lead}).Check(); len(faults) > 0 {
			t.Errorf("%+v: %v", p, fault.Listed(faults))
		}
	}
	for _, p := range []customer.LifePolicy{{Quiet: -1}, {Quiet: customer.LongestSilence + 1}, {AtRisk: 365},
		{Lapsed: 180}, {RhythmAtRisk: 300}, {RhythmLapsed: 1 << 40}} {
		if faults := (setup.Policy{Life: p,
			Lead: setup.StandardPolicy().Lead}).Check(); !strings.Contains(fault.Listed(faults), "/life/") {
			t.Errorf("%+v: %v", p, fault.Listed(faults))
		}
	}
}

// Whatever happens, and whenever the daily step comes by: the stage is one of the list, doing it again changes
// nothing, and the due time is honest. Silence leads only downwards, and the next fact makes up for a step that was
// missed.
func TestALifeIsDerived(t *testing.T) {
	names := []string{"asked", "reached", "qualified", "touched", "ordered", "nothing"}
	rank := map[string]int{customer.LifeLead: 0, customer.LifeProspect: 0, customer.LifeFirstOrder: 0,
		customer.LifeActive: 0, customer.LifeWonBack: 0, customer.LifeAtRisk: 1, customer.LifeLapsed: 2}
	rapid.Check(t, func(rt *rapid.T) {
		p := customer.LifePolicy{Quiet: rapid.Int64Range(0, 400).Draw(rt, "quiet"),
			AtRisk: rapid.Int64Range(1, 200).Draw(rt, "risk"), Lapsed: rapid.Int64Range(201, 700).Draw(rt, "lapsed")}
		c, at := newborn(), crmtest.Tuesday
		c.Periodical = rapid.SampledFrom([]string{"", "weekly", "monthly", "yearly"}).Draw(rt, "rhythm")
		c = c.Aged(p, at)
		missed := c // the same customer, whom no daily step ever meets
		for range rapid.IntRange(1, 20).Draw(rt, "steps") {
			at = at.Add(time.Duration(rapid.Int64Range(0, 300*int64(customer.WholeDay)).Draw(rt, "passes")))
			if rapid.Bool().Draw(rt, "daily") {
				before := c
				c = c.Aged(p, at)
				if rank[c.LifeCycle] < rank[before.LifeCycle] || c.LifeSince.Before(before.LifeSince) || c.LifeSince.After(at) {
					rt.Fatalf("silence led from %s since %s to %s since %s", before.LifeCycle, before.LifeSince, c.LifeCycle,
						c.LifeSince)
				}
			}
			fact := rapid.SampledFrom(names).Draw(rt, "fact")
			c, missed = lifeFacts[fact](c, p, at), lifeFacts[fact](missed, p, at)
			honest(rt, c, p, at)
		}
		late := at.Add(customer.WholeDay)
		if a, b := c.Aged(p, late), missed.Aged(p, late); a.LifeCycle != b.LifeCycle || !a.LifeSince.Equal(b.LifeSince) ||
			!customer.Latest(a.LifeDue).Equal(customer.Latest(b.LifeDue)) {
			rt.Fatalf("with daily steps %s since %s, without %s since %s", a.LifeCycle, a.LifeSince, b.LifeCycle, b.LifeSince)
		}
	})
}

func honest(t *rapid.T, c customer.Customer, p customer.LifePolicy, now time.Time) {
	if c = c.Aged(p, now); c.LifeCycle == "" {
		t.Fatal("no stage")
	}
	if _, changed := c.Age(p, now); changed {
		t.Fatalf("%s is another the second time", c.LifeCycle)
	}
	if c.LifeDue == nil {
		return
	}
	if !c.LifeDue.After(now) {
		t.Fatalf("%s is due at %s, which is over", c.LifeCycle, c.LifeDue)
	}
	if early, changed := c.Age(p, c.LifeDue.Add(-time.Millisecond)); changed {
		t.Fatalf("%s became %s a millisecond too early", c.LifeCycle, early.LifeCycle)
	}
	if then, changed := c.Age(p, *c.LifeDue); !changed || then.LifeCycle == c.LifeCycle || then.Seq != c.Seq+1 ||
		then.Version != c.Version {
		t.Fatalf("%s is still %s when it is due", c.LifeCycle, then.LifeCycle)
	}
}

// What the news of a lead makes of its customer, and when it is worth a write.
func TestFollow(t *testing.T) {
	shop := crmtest.Shop()
	l := crmtest.Lead(t)
	l.Owner = "stf_a"
	for _, c := range []struct {
		name  string
		kind  event.Type
		after time.Duration
		write bool
		stage string
		owner string
	}{
		{"reached at once", event.LeadContacted, time.Minute, true, customer.LifeLead, "stf_a"},
		{"qualified at once", event.LeadQualified, time.Minute, true, customer.LifeProspect, ""},
		{"wrote back at once", event.LeadReplied, time.Minute, false, customer.LifeLead, ""},
		{"wrote back later", event.LeadReplied, 2 * time.Hour, true, customer.LifeLead, ""},
		{"was assigned", event.LeadAssigned, 2 * time.Hour, false, customer.LifeLead, ""},
		{"wrote back after a year", event.LeadReplied, 366 * customer.WholeDay, true, customer.LifeLead, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := newborn()
			now := crmtest.Tuesday.Add(c.after)
			next, changed := lead.Follow(before, c.kind, l, shop.Roster, customer.StandardLife(), now)
			if changed != c.write || next.LifeCycle != c.stage || next.Owner != c.owner {
				t.Fatalf("%+v, %v", next, changed)
			}
			if changed && (next.Seq != before.Seq+1 || !next.History.LastTouchAt.Equal(now)) {
				t.Errorf("seq %d after %d, last touch %s", next.Seq, before.Seq, next.History.LastTouchAt)
			}
			e, aged := next.AgedFrom(before, crmtest.Actor(t, "stf_a"), now)
			if aged != (c.stage == customer.LifeProspect) || aged &&
				(e.Data["to"] != customer.LifeProspect || e.Wakes || !e.Pending) {
				t.Errorf("event %+v", e)
			}
			if again, changed := lead.Follow(next, c.kind, l, shop.Roster, customer.StandardLife(),
				now.Add(time.Minute)); changed {
				t.Errorf("the same again is written: %+v", again)
			}
		})
	}
}

func TestAKnownCustomerAsksAfterASilence(t *testing.T) {
	known, _ := live(newborn(), crmtest.Tuesday, 180, "nothing")
	now := crmtest.Tuesday.Add(200 * customer.WholeDay)
	done, err := lead.Capture{Enquiry: form.Enquiry{Phone: "+8613800138000"}, Terms: crmtest.Terms(t).Lead(),
		LeadID: "lead_2", Customer: &known, Contact: &customer.Contact{ID: "con_1"}, By: staff.Visitor}.Capture(now)
	if err != nil || done.Customer == nil || done.Customer.LifeCycle != customer.LifeLead ||
		done.Customer.Seq != known.Seq+1 {
		t.Fatalf("%+v, %v", done.Customer, err)
	}
	if done.Aged == nil || done.Aged.Data["from"] != customer.LifeLapsed || done.Aged.Data["to"] != customer.LifeLead {
		t.Errorf("event %+v", done.Aged)
	}
	spoken := lead.Conversation{Channel: "call", Outcome: customer.OutcomeQuote}
	done, err = lead.Capture{Enquiry: form.Enquiry{Phone: "+8613800138000"}, Terms: crmtest.Terms(t).Lead(),
		LeadID: "lead_3", Customer: done.Customer, Contact: &customer.Contact{ID: "con_1"},
		Spoken: &spoken, By: crmtest.Actor(t, "stf_a")}.Capture(now.Add(time.Minute))
	if err != nil || done.Customer == nil || done.Customer.History.ReachedAt == nil || done.Customer.Seq != known.Seq+
		2 || done.Aged != nil {
		t.Errorf("spoken with at the counter: %+v, %+v, %v", done.Customer, done.Aged, err)
	}
}
