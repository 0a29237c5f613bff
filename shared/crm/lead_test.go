package crm

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares text with a file that a person reads.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; if the change is meant, run: go test ./shared/crm -update\n%s", file, got)
	}
}

// tuesday is 10:00 in Shanghai, in opening hours.
var tuesday = time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC)

func testShop() Shop {
	day := []Window{{From: "08:30", To: "12:00"}, {From: "13:00", To: "18:00"}}
	person := func(id string, roles ...Role) Staff {
		return Staff{ID: id, Subject: id, Name: id, Roles: roles, Branches: []string{"shanghai"}}
	}
	return Shop{
		Roster: Roster{
			Staff:     []Staff{person("stf_a", Sales), person("stf_b", Sales), person("stf_c", Sales), person("stf_m", Manager), person("stf_v", Service)},
			Branches:  []Branch{{ID: "shanghai", Calendar: "week", Policy: "standard", Manager: "stf_m"}},
			Calendars: []Calendar{{ID: "week", Zone: "Asia/Shanghai", Week: map[string][]Window{"mon": day, "tue": day, "wed": day, "thu": day, "fri": day}}},
		},
		Policies: []Policy{StandardPolicy()},
	}
}

func testTerms(t testing.TB) Terms {
	terms, err := testShop().Terms("shanghai")
	if err != nil {
		t.Fatal(err)
	}
	return terms
}

func testLead(t testing.TB) Lead {
	done, err := Capture{
		Enquiry: Enquiry{Name: "李娜", Phone: "+8613800138000", Email: "lina@example.com", Lang: Zh}, Source: SourceWeb, Form: "quote",
		Terms: testTerms(t).Lead(), Life: testTerms(t).Policy.Life, LeadID: "lead_1", CustomerID: "cus_1", By: Visitor,
	}.Capture(tuesday)
	if err != nil {
		t.Fatal(err)
	}
	return done.Lead
}

func actor(t testing.TB, id string) Actor {
	p, ok := testShop().Person(id)
	if !ok {
		t.Fatal("no such person")
	}
	return ActorOf(p)
}

// inState brings a lead into a state by the rules.
func inState(t testing.TB, state string) Lead {
	l, terms, a := testLead(t), testTerms(t), actor(t, "stf_a")
	must := func(next Lead, _ Event, err error) {
		if err != nil {
			t.Fatal(err)
		}
		l = next
	}
	if state == LeadNew {
		return l
	}
	p, _ := testShop().Person("stf_a")
	must(l.Assign(Process("lead"), p, terms.Lead(), tuesday))
	switch state {
	case LeadPooled:
		must(l.Recycle(a, "absent", terms.Lead(), tuesday))
	case LeadContacted, LeadQualified:
		must(l.Speak(a, Conversation{Channel: "call", Outcome: OutcomeQuote}, time.Time{}, terms.Lead(), tuesday))
		if state == LeadQualified {
			must(l.Qualify(a, Qualification{Need: "5000 catalogues"}, terms.Lead(), tuesday))
		}
	case LeadLost:
		must(l.Lose(a, Loss{Reason: "price"}, terms.Lead(), tuesday))
	}
	return l
}

// command gives one command by its name, as its most permitted actor would.
func command(l Lead, c Action, by Actor, terms Terms, now time.Time) (Lead, Event, error) {
	to := Staff{ID: "stf_b", Roles: []Role{Sales}, Branches: []string{"shanghai"}}
	switch c {
	case AssignLead:
		return l.Assign(by, to, terms.Lead(), now)
	case ContactLead:
		return l.Speak(by, Conversation{Channel: "call", Outcome: OutcomeInterested}, time.Time{}, terms.Lead(), now)
	case QualifyLead:
		return l.Qualify(by, Qualification{Need: "labels"}, terms.Lead(), now)
	case LoseLead:
		return l.Lose(by, Loss{Reason: "price"}, terms.Lead(), now)
	case RecycleLead:
		return l.Recycle(by, "absent", terms.Lead(), now)
	default:
		return l.Claim(by, terms.Lead(), now)
	}
}

func TestLeadStateMachine(t *testing.T) {
	var table strings.Builder
	fmt.Fprintf(&table, "%-10s", "")
	for _, c := range LeadCommands {
		fmt.Fprintf(&table, " %-14s", c)
	}
	for _, state := range LeadStates {
		fmt.Fprintf(&table, "\n%-10s", state)
		for _, c := range LeadCommands {
			before := inState(t, state)
			next, event, err := command(before, c, actor(t, "stf_m"), testTerms(t), tuesday.Add(time.Minute))
			cell := "-"
			switch {
			case err == nil:
				cell = next.State
				if next.Version != before.Version+1 || event.Seq != next.Version {
					t.Errorf("%s %s: version %d after %d, event %d", state, c, next.Version, before.Version, event.Seq)
				}
			case KindOf(err) != Refused:
				t.Errorf("%s %s: %v", state, c, err)
			}
			fmt.Fprintf(&table, " %-14s", cell)
		}
	}
	golden(t, "lead-states.txt", table.String()+"\n")
}

func TestLeadLadder(t *testing.T) {
	var table strings.Builder
	terms := testTerms(t)
	zone, err := time.LoadLocation(terms.Calendar.Zone)
	if err != nil {
		t.Fatal(err)
	}
	for _, state := range LeadStates {
		l := inState(t, state)
		fmt.Fprintf(&table, "%s, captured Tuesday 10:00; due %s\n", state, l.Due.In(zone).Format("Mon 15:04"))
		for _, r := range l.Rungs {
			fmt.Fprintf(&table, "  %s  %-12s %s\n", r.At.In(zone).Format("Mon 15:04"), r.Do, r.Name)
		}
	}
	golden(t, "lead-ladder.txt", table.String())
}

func TestWhoMayDoWhatWithALead(t *testing.T) {
	for _, tc := range []struct {
		name  string
		by    Actor
		state string
		do    Action
		want  Kind
	}{
		{"the owner contacts", actor(t, "stf_a"), LeadAssigned, ContactLead, ""},
		{"a colleague may not", actor(t, "stf_b"), LeadAssigned, ContactLead, Forbidden},
		{"the manager may", actor(t, "stf_m"), LeadAssigned, ContactLead, ""},
		{"another branch does not see it", Actor{ID: "stf_x", Roles: []Role{Manager}, Branches: []string{"hangzhou"}}, LeadAssigned, ContactLead, NotFound},
		{"head office does", Actor{ID: "stf_o", Roles: []Role{Owner}, HeadOffice: true}, LeadAssigned, ContactLead, ""},
		{"anybody in sales claims from the pool", actor(t, "stf_c"), LeadPooled, ClaimLead, ""},
		{"whoever speaks with the person of an ownerless lead may say so", actor(t, "stf_c"), LeadNew, ContactLead, ""},
		{"but he may not give it up", actor(t, "stf_c"), LeadNew, LoseLead, Forbidden},
		{"nobody claims what has an owner", actor(t, "stf_c"), LeadAssigned, ClaimLead, Refused},
	} {
		before := inState(t, tc.state)
		next, _, err := command(before, tc.do, tc.by, testTerms(t), tuesday)
		if got := KindOf(err); err != nil && got != tc.want || err == nil && tc.want != "" {
			t.Errorf("%s: %v", tc.name, err)
		}
		if err != nil && next.Version != before.Version {
			t.Errorf("%s: a refusal changed the lead", tc.name)
		}
		allowed := slices.ContainsFunc(LeadActions(tc.by, before), func(p Permitted) bool { return p.Name == string(tc.do) && p.Allowed })
		if allowed != (err == nil) {
			t.Errorf("%s: the list of actions says %v", tc.name, allowed)
		}
	}
}

func TestARefusedCommandNamesTheStateAndWhatIsAllowed(t *testing.T) {
	_, _, err := inState(t, LeadLost).Qualify(actor(t, "stf_m"), Qualification{}, testTerms(t).Lead(), tuesday)
	var e *Error
	if !asError(err, &e) || e.State != LeadLost || len(e.Allowed) != 0 {
		t.Errorf("%+v", err)
	}
	_, _, err = inState(t, LeadPooled).Speak(actor(t, "stf_m"), Conversation{}, time.Time{}, testTerms(t).Lead(), tuesday)
	if !asError(err, &e) || fmt.Sprint(e.Allowed) != "[lead.assign lead.lose lead.claim]" {
		t.Errorf("%+v", err)
	}
}

func asError(err error, into **Error) bool {
	e, ok := err.(*Error)
	*into = e
	return ok
}

func TestAttemptKeepsTheClock(t *testing.T) {
	l := inState(t, LeadAssigned)
	next, event, err := l.Speak(actor(t, "stf_a"), Conversation{Channel: "call", Outcome: OutcomeUnreachable}, time.Time{}, testTerms(t).Lead(), tuesday.Add(time.Minute))
	if err != nil || next.State != LeadAssigned || !next.Due.Equal(l.Due) || next.Attempts != 1 || event.Pending {
		t.Errorf("%+v %+v %v", next, event, err)
	}
}

func TestWhatWasAgreedHoldsForTheNextOwner(t *testing.T) {
	terms, agreed := testTerms(t), tuesday.AddDate(0, 0, 9)
	l, _, err := inState(t, LeadAssigned).Speak(actor(t, "stf_a"), Conversation{Outcome: OutcomeCallBack}, agreed, terms.Lead(), tuesday)
	if err != nil {
		t.Fatal(err)
	}
	to, _ := testShop().Person("stf_b")
	next, event, err := l.Assign(actor(t, "stf_m"), to, terms.Lead(), tuesday.Add(time.Hour))
	if err != nil || next.Owner != "stf_b" || next.State != LeadContacted || !next.Due.Equal(agreed) || !event.Progress.Due.Equal(agreed) {
		t.Errorf("%+v %+v %v", next, event, err)
	}
}

func TestNobodysLeadIsNoColleagues(t *testing.T) {
	for _, state := range []string{LeadNew, LeadPooled} {
		_, _, err := inState(t, state).Lose(actor(t, "stf_a"), Loss{Reason: "price"}, testTerms(t).Lead(), tuesday)
		if KindOf(err) != Forbidden || !strings.Contains(err.Error(), "nobody's") {
			t.Errorf("%s: %v", state, err)
		}
	}
}

func TestWhoAnswersForABranch(t *testing.T) {
	gone := tuesday.Add(-time.Hour)
	for _, tc := range []struct {
		name   string
		change func(*Shop)
		want   string
	}{
		{"its manager", func(*Shop) {}, "stf_m"},
		{"who has left does not", func(s *Shop) { s.Staff[3].LeavesAt = &gone }, "stf_o"},
		{"nor an owner who does not see it", func(s *Shop) { s.Staff[3].LeavesAt, s.Staff[5].HeadOffice = &gone, false }, ""},
		{"nor one who has left", func(s *Shop) { s.Staff[3].LeavesAt, s.Staff[5].LeavesAt = &gone, &gone }, ""},
	} {
		shop := testShop()
		shop.Staff = append(shop.Staff, Staff{ID: "stf_o", Roles: []Role{Owner}, HeadOffice: true})
		tc.change(&shop)
		if got, ok := shop.Manager(shop.Branches[0], tuesday); got.ID != tc.want || ok != (tc.want != "") {
			t.Errorf("%s: %q %v", tc.name, got.ID, ok)
		}
	}
}

func TestWhoSeesWhatIsNobodys(t *testing.T) {
	gone := tuesday.Add(-time.Hour)
	second := Staff{ID: "stf_m2", Roles: []Role{Manager}, Branches: []string{"shanghai"}}
	boss := Staff{ID: "stf_o", Roles: []Role{Owner}, HeadOffice: true}
	for _, tc := range []struct {
		name   string
		change func(*Shop)
		want   []string
	}{
		{"every manager of the branch", func(*Shop) {}, []string{"stf_m", "stf_m2"}},
		{"who has left does not", func(s *Shop) { s.Staff[3].LeavesAt = &gone }, []string{"stf_m2"}},
		{"nor a manager of another branch, though he is head office", func(s *Shop) { s.Staff[6].Branches, s.Staff[6].HeadOffice = []string{"hangzhou"}, true }, []string{"stf_m"}},
		{"who is named its manager and is no manager any more does not", func(s *Shop) { s.Staff[3].Roles = []Role{Sales} }, []string{"stf_m2"}},
		{"an owner who is named its manager does", func(s *Shop) { s.Staff[3].Roles = []Role{Owner} }, []string{"stf_m", "stf_m2"}},
		{"without a manager an owner does", func(s *Shop) { s.Staff[3].LeavesAt, s.Staff[6].LeavesAt = &gone, &gone }, []string{"stf_o"}},
		{"while no manager is here an owner does as well", func(s *Shop) {
			away := []Absence{{From: tuesday.Add(-time.Hour), To: tuesday.Add(30 * 24 * time.Hour)}}
			s.Staff[3].Absences, s.Staff[6].Absences = away, away
		}, []string{"stf_m", "stf_o", "stf_m2"}},
		{"but not while one is here", func(s *Shop) {
			s.Staff[3].Absences = []Absence{{From: tuesday.Add(-time.Hour), To: tuesday.Add(time.Hour)}}
		}, []string{"stf_m", "stf_m2"}},
		{"but not of a branch that he does not see", func(s *Shop) { s.Staff[3].LeavesAt, s.Staff[6].LeavesAt, s.Staff[5].HeadOffice = &gone, &gone, false }, nil},
	} {
		shop := testShop()
		shop.Staff = append(shop.Staff, boss, second)
		tc.change(&shop)
		var got []string
		for _, p := range shop.Staff {
			if slices.Contains(shop.AnswersFor(p, tuesday), shop.Branches[0].ID) {
				got = append(got, p.ID)
			}
		}
		if !slices.Equal(got, tc.want) {
			t.Errorf("%s: %v, want %v", tc.name, got, tc.want)
		}
	}
}

func TestWhatWakesTheProcess(t *testing.T) {
	terms, a := testTerms(t), actor(t, "stf_a")
	to, _ := testShop().Person("stf_b")
	for _, tc := range []struct {
		name string
		give func() (Event, error)
		want bool
	}{
		{"a capture", func() (Event, error) {
			done, err := Capture{Terms: terms.Lead(), Life: terms.Policy.Life, By: Visitor, Source: SourceWeb}.Capture(tuesday)
			return done.Event, err
		}, true},
		{"a capture that was spoken to", func() (Event, error) {
			done, err := Capture{Terms: terms.Lead(), Life: terms.Policy.Life, By: a, Source: SourceWalkIn, Spoken: &Conversation{}}.Capture(tuesday)
			return done.Event, err
		}, false},
		{"a person's assignment", func() (Event, error) {
			_, e, err := inState(t, LeadNew).Assign(actor(t, "stf_m"), to, terms.Lead(), tuesday)
			return e, err
		}, true},
		{"the process's own assignment", func() (Event, error) {
			_, e, err := inState(t, LeadNew).Assign(Process("lead"), to, terms.Lead(), tuesday)
			return e, err
		}, false},
		{"a contact ends the wait", func() (Event, error) {
			_, e, err := inState(t, LeadAssigned).Speak(a, Conversation{Outcome: OutcomeQuote}, time.Time{}, terms.Lead(), tuesday)
			return e, err
		}, true},
		{"after the contact nothing waits", func() (Event, error) {
			_, e, err := inState(t, LeadContacted).Qualify(a, Qualification{}, terms.Lead(), tuesday)
			return e, err
		}, false},
		{"back to the pool begins a round", func() (Event, error) {
			_, e, err := inState(t, LeadContacted).Recycle(a, "absent", terms.Lead(), tuesday)
			return e, err
		}, true},
	} {
		e, err := tc.give()
		if err != nil || e.Wakes != tc.want {
			t.Errorf("%s: wakes %v, %v", tc.name, e.Wakes, err)
		}
	}
}

func TestNextOwner(t *testing.T) {
	terms := testTerms(t)
	absent := func(id string) Shop {
		shop := testShop()
		for i := range shop.Staff {
			if id == "" || shop.Staff[i].ID == id {
				if shop.Staff[i].Has(Sales) {
					shop.Staff[i].Absences = []Absence{{From: tuesday.Add(-time.Hour), To: tuesday.Add(48 * time.Hour)}}
				}
			}
		}
		return shop
	}
	for _, tc := range []struct {
		name      string
		shop      Shop
		preferred string
		had       []string
		turn      int64
		want      string
	}{
		{"first in turn", testShop(), "", nil, 0, "stf_a"},
		{"second in turn", testShop(), "", nil, 1, "stf_b"},
		{"round again", testShop(), "", nil, 3, "stf_a"},
		{"the customer's own person first", testShop(), "stf_c", nil, 0, "stf_c"},
		{"his own person is away", absent("stf_c"), "stf_c", nil, 0, "stf_a"},
		{"who had it is left out", testShop(), "", []string{"stf_a"}, 0, "stf_b"},
		{"nobody there: the manager", absent(""), "", nil, 0, "stf_m"},
		{"everybody had it", absent(""), "", []string{"stf_m"}, 0, ""},
		{"three owners: the pool", testShop(), "", []string{"stf_a", "stf_b", "stf_m"}, 0, ""},
	} {
		l := testLead(t)
		l.Preferred, l.Owners = tc.preferred, tc.had
		got, ok := NextOwner(tc.shop.Roster, terms.Lead(), l, tc.turn, tuesday)
		if got.ID != tc.want && ok || ok != (tc.want != "") {
			t.Errorf("%s: %q %v", tc.name, got.ID, ok)
		}
	}
}

// Whatever people and timers do, in any order: an open lead has a deadline, whoever has it works here, and it never has an owner in the pool.
func TestLeadAlwaysHasOneDeadline(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		l, terms, shop, now := testLead(t), testTerms(t), testShop(), tuesday
		actors := []Actor{actor(t, "stf_a"), actor(t, "stf_b"), actor(t, "stf_m"), Process("lead")}
		for range rapid.IntRange(1, 30).Draw(rt, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(1, 5000).Draw(rt, "seconds")) * time.Second)
			by := rapid.SampledFrom(actors).Draw(rt, "actor")
			before := l
			var err error
			if rapid.Bool().Draw(rt, "timer") {
				l, _, err = l.HandOn(shop.Roster, terms.Lead(), rapid.Int64Range(0, 5).Draw(rt, "turn"), now)
			} else {
				l, _, err = command(l, rapid.SampledFrom(LeadCommands).Draw(rt, "command"), by, terms, now)
			}
			if err != nil && l.Version != before.Version {
				rt.Fatal("a refusal changed the lead")
			}
			switch {
			case l.Due.IsZero():
				rt.Fatalf("%s without a deadline", l.State)
			case l.State == LeadAssigned && l.Owner == "", l.State == LeadPooled && l.Owner != "":
				rt.Fatalf("%s with owner %q", l.State, l.Owner)
			case before.Closed() && err == nil:
				rt.Fatalf("a closed lead became %s", l.State)
			case l.Round < before.Round:
				rt.Fatal("the round went back")
			}
		}
	})
}
