package crm

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// lifeFacts are what can happen to a customer.
var lifeFacts = map[string]func(Customer, LifePolicy, time.Time) Customer{
	"asked":     func(c Customer, p LifePolicy, at time.Time) Customer { c, _ = c.Asked(p, at); return c },
	"reached":   Customer.Reached,
	"qualified": Customer.Qualified,
	"touched":   Customer.Heard,
	"ordered":   Customer.Ordered,
	"nothing":   Customer.Aged,
	"archived": func(c Customer, p LifePolicy, at time.Time) Customer {
		c.ArchivedAt = &at
		return c.Aged(p, at)
	},
}

// newborn is a customer whom an enquiry brought.
func newborn() Customer {
	c, _ := Customer{ID: "cus_1", CreatedAt: tuesday, Branch: "shanghai"}.Asked(StandardLife(), tuesday)
	return c
}

// live takes a customer through facts, each so many days after the one before.
func live(c Customer, at time.Time, facts ...any) (Customer, time.Time) {
	for i := 0; i < len(facts); i += 2 {
		at = at.Add(time.Duration(facts[i].(int)) * wholeDay)
		c = lifeFacts[facts[i+1].(string)](c, StandardLife(), at)
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
		c, at := live(newborn(), tuesday, began[from]...)
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
			next := lifeFacts[fact](c, StandardLife(), when)
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
				continue // he has that behind him
			}
			if next := c.Aged(StandardLife(), last.Add(time.Duration(days)*wholeDay)); next.LifeCycle != want[5+i] {
				t.Errorf("%s, %d days of silence: %s, want %s", from, days, next.LifeCycle, want[5+i])
			}
		}
	}
}

func TestARhythmHasItsOwnPatience(t *testing.T) {
	for periodical, c := range map[string]struct{ risk, lapse time.Duration }{
		"":          {180 * wholeDay, 365 * wholeDay},
		"no word":   {180 * wholeDay, 365 * wholeDay},
		"weekly":    {252 * time.Hour, 21 * wholeDay},
		"monthly":   {45 * wholeDay, 90 * wholeDay},
		"quarterly": {3276 * time.Hour, 273 * wholeDay},
		"yearly":    {13140 * time.Hour, 1095 * wholeDay},
	} {
		buyer := newborn()
		buyer.Periodical = periodical
		buyer = buyer.Ordered(LifePolicy{}, tuesday) // a policy of before there was a life cycle
		if got := buyer.LifeDue.Sub(tuesday); got != c.risk {
			t.Errorf("%q: at risk after %s, want %s", periodical, got, c.risk)
		}
		buyer = buyer.Aged(LifePolicy{}, *buyer.LifeDue)
		if got := buyer.LifeDue.Sub(tuesday); got != c.lapse || buyer.LifeCycle != LifeAtRisk {
			t.Errorf("%q: %s, lapsed after %s, want %s", periodical, buyer.LifeCycle, got, c.lapse)
		}
	}
}

func TestAnOrderThatBecomesKnownLate(t *testing.T) {
	c, at := live(newborn(), tuesday, 10, "ordered", 10, "nothing")
	c = c.Ordered(StandardLife(), tuesday.Add(wholeDay))
	if h := c.History; c.LifeCycle != LifeActive || !h.LastOrderAt.Equal(at.Add(-10*wholeDay)) || !h.FirstOrderAt.Equal(tuesday.Add(wholeDay)) || h.Orders != 2 {
		t.Errorf("%s, %+v", c.LifeCycle, h)
	}
}

func TestLifePolicyCheck(t *testing.T) {
	for _, p := range []LifePolicy{{}, StandardLife(), {Quiet: 1}, {Lapsed: 181}, {AtRisk: 30, Lapsed: 60, RhythmAtRisk: 110, RhythmLapsed: 200}} {
		if faults := (Policy{Life: p, Lead: StandardPolicy().Lead}).Check(); len(faults) > 0 {
			t.Errorf("%+v: %v", p, Listed(faults))
		}
	}
	for _, p := range []LifePolicy{{Quiet: -1}, {Quiet: longestSilence + 1}, {AtRisk: 365}, {Lapsed: 180}, {RhythmAtRisk: 300}, {RhythmLapsed: 1 << 40}} {
		if faults := (Policy{Life: p, Lead: StandardPolicy().Lead}).Check(); !strings.Contains(Listed(faults), "/life/") {
			t.Errorf("%+v: %v", p, Listed(faults))
		}
	}
}

// Whatever happens, and whenever the daily step comes by: the stage is one of the list, doing it again changes nothing, the due time is honest, silence
// leads only downwards, and a step that was missed is made up for by the next fact.
func TestALifeIsDerived(t *testing.T) {
	names := []string{"asked", "reached", "qualified", "touched", "ordered", "nothing"}
	rank := map[string]int{LifeLead: 0, LifeProspect: 0, LifeFirstOrder: 0, LifeActive: 0, LifeWonBack: 0, LifeAtRisk: 1, LifeLapsed: 2}
	rapid.Check(t, func(rt *rapid.T) {
		p := LifePolicy{Quiet: rapid.Int64Range(0, 400).Draw(rt, "quiet"), AtRisk: rapid.Int64Range(1, 200).Draw(rt, "risk"), Lapsed: rapid.Int64Range(201, 700).Draw(rt, "lapsed")}
		c, at := newborn(), tuesday
		c.Periodical = rapid.SampledFrom([]string{"", "weekly", "monthly", "yearly"}).Draw(rt, "rhythm")
		c = c.Aged(p, at)
		missed := c // the same customer, whom no daily step ever meets
		for range rapid.IntRange(1, 20).Draw(rt, "steps") {
			at = at.Add(time.Duration(rapid.Int64Range(0, 300*int64(wholeDay)).Draw(rt, "passes")))
			if rapid.Bool().Draw(rt, "daily") {
				before := c
				c = c.Aged(p, at)
				if rank[c.LifeCycle] < rank[before.LifeCycle] || c.LifeSince.Before(before.LifeSince) || c.LifeSince.After(at) {
					rt.Fatalf("silence led from %s since %s to %s since %s", before.LifeCycle, before.LifeSince, c.LifeCycle, c.LifeSince)
				}
			}
			fact := rapid.SampledFrom(names).Draw(rt, "fact")
			c, missed = lifeFacts[fact](c, p, at), lifeFacts[fact](missed, p, at)
			honest(rt, c, p, at)
		}
		late := at.Add(wholeDay)
		if a, b := c.Aged(p, late), missed.Aged(p, late); a.LifeCycle != b.LifeCycle || !a.LifeSince.Equal(b.LifeSince) || !latestOf(a.LifeDue).Equal(latestOf(b.LifeDue)) {
			rt.Fatalf("with daily steps %s since %s, without %s since %s", a.LifeCycle, a.LifeSince, b.LifeCycle, b.LifeSince)
		}
	})
}

func honest(t *rapid.T, c Customer, p LifePolicy, now time.Time) {
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
	if then, changed := c.Age(p, *c.LifeDue); !changed || then.LifeCycle == c.LifeCycle || then.Seq != c.Seq+1 || then.Version != c.Version {
		t.Fatalf("%s is still %s when it is due", c.LifeCycle, then.LifeCycle)
	}
}

// What the news of a lead makes of its customer, and when it is worth a write.
func TestFollow(t *testing.T) {
	shop := testShop()
	l := testLead(t)
	l.Owner = "stf_a"
	for _, c := range []struct {
		name  string
		kind  EventType
		after time.Duration
		write bool
		stage string
		owner string
	}{
		{"reached at once", LeadReached, time.Minute, true, LifeLead, "stf_a"},
		{"qualified at once", LeadWon, time.Minute, true, LifeProspect, ""},
		{"wrote back at once", LeadReplied, time.Minute, false, LifeLead, ""},
		{"wrote back later", LeadReplied, 2 * time.Hour, true, LifeLead, ""},
		{"was assigned", LeadTaken, 2 * time.Hour, false, LifeLead, ""},
		{"wrote back after a year", LeadReplied, 366 * wholeDay, true, LifeLead, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := newborn()
			now := tuesday.Add(c.after)
			next, changed := FollowLead(before, c.kind, l, shop.Roster, StandardLife(), now)
			if changed != c.write || next.LifeCycle != c.stage || next.Owner != c.owner {
				t.Fatalf("%+v, %v", next, changed)
			}
			if changed && (next.Seq != before.Seq+1 || !next.History.LastTouchAt.Equal(now)) {
				t.Errorf("seq %d after %d, last touch %s", next.Seq, before.Seq, next.History.LastTouchAt)
			}
			event, aged := next.AgedFrom(before, actor(t, "stf_a"), now)
			if aged != (c.stage == LifeProspect) || aged && (event.Data["to"] != LifeProspect || event.Wakes || !event.Pending) {
				t.Errorf("event %+v", event)
			}
			if again, changed := FollowLead(next, c.kind, l, shop.Roster, StandardLife(), now.Add(time.Minute)); changed {
				t.Errorf("the same again is written: %+v", again)
			}
		})
	}
}

func TestAKnownCustomerAsksAfterASilence(t *testing.T) {
	known, _ := live(newborn(), tuesday, 180, "nothing")
	now := tuesday.Add(200 * wholeDay)
	done, err := Capture{Enquiry: Enquiry{Phone: "+8613800138000"}, Terms: testTerms(t).Lead(), LeadID: "lead_2", Customer: &known, Contact: &Contact{ID: "con_1"}, By: Visitor}.Capture(now)
	if err != nil || done.Customer == nil || done.Customer.LifeCycle != LifeLead || done.Customer.Seq != known.Seq+1 {
		t.Fatalf("%+v, %v", done.Customer, err)
	}
	if done.Aged == nil || done.Aged.Data["from"] != LifeLapsed || done.Aged.Data["to"] != LifeLead {
		t.Errorf("event %+v", done.Aged)
	}
	spoken := Conversation{Channel: "call", Outcome: OutcomeQuote}
	done, err = Capture{Enquiry: Enquiry{Phone: "+8613800138000"}, Terms: testTerms(t).Lead(), LeadID: "lead_3", Customer: done.Customer, Contact: &Contact{ID: "con_1"},
		Spoken: &spoken, By: actor(t, "stf_a")}.Capture(now.Add(time.Minute))
	if err != nil || done.Customer == nil || done.Customer.History.ReachedAt == nil || done.Customer.Seq != known.Seq+2 || done.Aged != nil {
		t.Errorf("spoken with at the counter: %+v, %+v, %v", done.Customer, done.Aged, err)
	}
}
