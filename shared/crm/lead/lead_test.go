package lead_test

import (
	"errors"
	"fmt"
	"slices"
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
	"afterpress/shared/kernel/kerneltest"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"

	"pgregory.net/rapid"
)

// inState brings a lead into a state by the rules.
func inState(t testing.TB, state string) lead.Lead {
	l, terms, a := crmtest.Lead(t), crmtest.Terms(t), crmtest.Actor(t, "stf_a")
	must := func(next lead.Lead, _ event.Event, err error) {
		if err != nil {
			t.Fatal(err)
		}
		l = next
	}
	if state == lead.StateNew {
		return l
	}
	p, _ := crmtest.Shop().Person("stf_a")
	must(l.Assign(staff.Process("lead"), p, terms.Lead(), crmtest.Tuesday))
	switch state {
	case lead.StatePooled:
		must(l.Recycle(a, "absent", terms.Lead(), crmtest.Tuesday))
	case lead.StateContacted, lead.StateQualified, lead.StateWon:
		must(l.Speak(a, lead.Conversation{Channel: "call", Outcome: customer.OutcomeQuote}, time.Time{}, terms.Lead(),
			crmtest.Tuesday))
		if state != lead.StateContacted {
			must(l.Qualify(a, lead.Qualification{Need: "5000 catalogues"}, terms.Lead(), crmtest.Tuesday))
		}
		if state == lead.StateWon {
			must(l.Won(a, lead.Win{Order: "J-118"}, terms.Lead(), crmtest.Tuesday))
		}
	case lead.StateLost:
		must(l.Lose(a, lead.Loss{Reason: "price"}, terms.Lead(), crmtest.Tuesday))
	}
	return l
}

// command gives one command by its name, as its most permitted actor would.
func command(l lead.Lead, c permission.Action, by staff.Actor, terms setup.Terms,
	now time.Time) (lead.Lead, event.Event, error) {
	to := staff.Staff{ID: "stf_b", Roles: []staff.Role{staff.Sales}, Branches: []string{"shanghai"}}
	switch c {
	case permission.AssignLead:
		return l.Assign(by, to, terms.Lead(), now)
	case permission.ContactLead:
		return l.Speak(by, lead.Conversation{Channel: "call", Outcome: customer.OutcomeInterested}, time.Time{},
			terms.Lead(), now)
	case permission.QualifyLead:
		return l.Qualify(by, lead.Qualification{Need: "labels"}, terms.Lead(), now)
	case permission.WinLead:
		return l.Won(by, lead.Win{}, terms.Lead(), now)
	case permission.LoseLead:
		return l.Lose(by, lead.Loss{Reason: "price"}, terms.Lead(), now)
	case permission.RecycleLead:
		return l.Recycle(by, "absent", terms.Lead(), now)
	default:
		return l.Claim(by, terms.Lead(), now)
	}
}

func TestLeadStateMachine(t *testing.T) {
	var table strings.Builder
	fmt.Fprintf(&table, "%-10s", "")
	for _, c := range lead.Commands {
		fmt.Fprintf(&table, " %-14s", c)
	}
	for _, state := range lead.States {
		fmt.Fprintf(&table, "\n%-10s", state)
		for _, c := range lead.Commands {
			before := inState(t, state)
			next, e, err := command(before, c, crmtest.Actor(t, "stf_m"), crmtest.Terms(t), crmtest.Tuesday.Add(time.Minute))
			cell := "-"
			switch {
			case err == nil:
				cell = next.State
				if next.Version != before.Version+1 || e.Seq != next.Version {
					t.Errorf("%s %s: version %d after %d, event %d", state, c, next.Version, before.Version, e.Seq)
				}
			case fault.KindOf(err) != fault.Refused:
				t.Errorf("%s %s: %v", state, c, err)
			}
			fmt.Fprintf(&table, " %-14s", cell)
		}
	}
	kerneltest.Golden(t, "lead-states.txt", table.String()+"\n")
}

// TestLeadRefusals prints what each refusal by state says: which step comes first, and who may take it.
func TestLeadRefusals(t *testing.T) {
	var table strings.Builder
	for _, state := range lead.States {
		for _, c := range lead.Commands {
			var refused *fault.Error
			_, _, err := command(inState(t, state), c, crmtest.Actor(t, "stf_m"), crmtest.Terms(t),
				crmtest.Tuesday.Add(time.Minute))
			if errors.As(err, &refused) {
				fmt.Fprintf(&table, "%-10s %-12s %s\n%-23s %s\n", state, c, refused.Text.En, "", refused.Text.Zh)
			}
		}
	}
	kerneltest.Golden(t, "lead-refusals.txt", table.String())
}

// TestLeadStepsLeadOn carries out each step that a refusal names: it takes what was wanted, or is nearer to it.
func TestLeadStepsLeadOn(t *testing.T) {
	ways, later, boss := crmtest.Ways{}, crmtest.Tuesday.Add(time.Minute), crmtest.Actor(t, "stf_m")
	takes := map[permission.Action][]string{}
	for _, state := range lead.States {
		for _, c := range lead.Commands {
			if next, _, err := command(inState(t, state), c, boss, crmtest.Terms(t), later); err == nil {
				ways.Add(state, next.State)
				takes[c] = append(takes[c], state)
			}
		}
	}
	steps := 0
	for _, state := range lead.States {
		for _, wanted := range lead.Commands {
			var refused *fault.Error
			_, _, err := command(inState(t, state), wanted, boss, crmtest.Terms(t), later)
			if !errors.As(err, &refused) {
				continue
			}
			_, first, _ := strings.Cut(refused.Text.En, "First ")
			distance := ways.Distances(takes[wanted])
			for step, named := range lead.Machine.Named {
				if !strings.Contains(first, named.En) {
					continue
				}
				steps++
				next, _, err := command(inState(t, state), step, boss, crmtest.Terms(t), later)
				if d, leads := distance[next.State]; err != nil || !leads || d >= distance[state] {
					t.Errorf("%s: %s is said to come first for %s, and does not lead there: %v", state, step, wanted, err)
				}
			}
		}
	}
	if steps < 8 {
		t.Errorf("only %d steps were found in the texts", steps)
	}
}

// TestLeadStepsNameWhoMayTakeThem holds the people whom a refusal names to those whom the rule lets pass.
func TestLeadStepsNameWhoMayTakeThem(t *testing.T) {
	for _, state := range lead.States {
		l := inState(t, state)
		for _, role := range staff.Roles {
			for _, p := range lead.Actions(staff.ActorOf(crmtest.Colleague("stf_other", role)), l) {
				who := l.Who(permission.Action(p.Name))
				if p.Text == (words.Text{}) && !p.Allowed {
					t.Errorf("%s: no words for %s", state, p.Name)
				}
				person := strings.Contains(p.Text.En, "colleague's") || strings.Contains(p.Text.En, "no owner")
				if (p.Allowed || person) && p.Allowed != strings.Contains(who.En, staff.RoleWords[role].En) {
					t.Errorf("%s: %s may %s is %v, and the refusal says %+v", state, role, p.Name, p.Allowed, who)
				}
			}
		}
	}
}

// TestAClaimedLeadIsAskedFor: a lead that a colleague has is not to be thrown back into the pool.
func TestAClaimedLeadIsAskedFor(t *testing.T) {
	for _, tt := range []struct{ by, says string }{
		{"stf_a", "It is yours already"}, {"stf_b", "ask a manager to assign it to you"},
	} {
		_, _, err := inState(t, lead.StateContacted).Claim(crmtest.Actor(t, tt.by), crmtest.Terms(t).Lead(), crmtest.Tuesday)
		if err == nil || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: %v", tt.by, err)
		}
	}
}

func TestLeadLadder(t *testing.T) {
	var table strings.Builder
	terms := crmtest.Terms(t)
	zone, err := time.LoadLocation(terms.Calendar.Zone)
	if err != nil {
		t.Fatal(err)
	}
	for _, state := range lead.States {
		l := inState(t, state)
		fmt.Fprintf(&table, "%s, captured Tuesday 10:00; due %s\n", state, l.Due.In(zone).Format("Mon 15:04"))
		for _, r := range l.Rungs {
			fmt.Fprintf(&table, "  %s  %-12s %s\n", r.At.In(zone).Format("Mon 15:04"), r.Do, r.Name)
		}
	}
	kerneltest.Golden(t, "lead-ladder.txt", table.String())
}

func TestWhoMayDoWhatWithALead(t *testing.T) {
	for _, tc := range []struct {
		name  string
		by    staff.Actor
		state string
		do    permission.Action
		want  fault.Kind
	}{
		{"the owner contacts", crmtest.Actor(t, "stf_a"), lead.StateAssigned, permission.ContactLead, ""},
		{"a colleague may not", crmtest.Actor(t, "stf_b"), lead.StateAssigned, permission.ContactLead, fault.Forbidden},
		{"the manager may", crmtest.Actor(t, "stf_m"), lead.StateAssigned, permission.ContactLead, ""},
		{"another branch does not see it",
			staff.Actor{ID: "stf_x", Roles: []staff.Role{staff.Manager}, Branches: []string{"hangzhou"}}, lead.StateAssigned,
			permission.ContactLead, fault.NotFound},
		{"head office does", staff.Actor{ID: "stf_o", Roles: []staff.Role{staff.Owner}, HeadOffice: true},
			lead.StateAssigned, permission.ContactLead, ""},
		{"anybody in sales claims from the pool", crmtest.Actor(t, "stf_c"), lead.StatePooled, permission.ClaimLead, ""},
		{"a colleague who speaks with the person of an ownerless lead may say so", crmtest.Actor(t, "stf_c"), lead.StateNew,
			permission.ContactLead, ""},
		{"but may not give it up", crmtest.Actor(t, "stf_c"), lead.StateNew, permission.LoseLead, fault.Forbidden},
		{"nobody claims what has an owner", crmtest.Actor(t, "stf_c"), lead.StateAssigned, permission.ClaimLead,
			fault.Refused},
	} {
		before := inState(t, tc.state)
		next, _, err := command(before, tc.do, tc.by, crmtest.Terms(t), crmtest.Tuesday)
		if got := fault.KindOf(err); err != nil && got != tc.want || err == nil && tc.want != "" {
			t.Errorf("%s: %v", tc.name, err)
		}
		if err != nil && next.Version != before.Version {
			t.Errorf("%s: a refusal changed the lead", tc.name)
		}
		allowed := slices.ContainsFunc(lead.Actions(tc.by, before),
			func(p permission.Permitted) bool { return p.Name == string(tc.do) && p.Allowed })
		if allowed != (err == nil) {
			t.Errorf("%s: the list of actions says %v", tc.name, allowed)
		}
	}
}

func TestARefusedCommandNamesTheStateAndWhatIsAllowed(t *testing.T) {
	_, _, err := inState(t, lead.StateLost).Qualify(crmtest.Actor(t, "stf_m"), lead.Qualification{},
		crmtest.Terms(t).Lead(), crmtest.Tuesday)
	var e *fault.Error
	if !asError(err, &e) || e.State != lead.StateLost || len(e.Allowed) != 0 {
		t.Errorf("%+v", err)
	}
	_, _, err = inState(t, lead.StatePooled).Speak(crmtest.Actor(t, "stf_m"), lead.Conversation{}, time.Time{},
		crmtest.Terms(t).Lead(), crmtest.Tuesday)
	if !asError(err, &e) || fmt.Sprint(e.Allowed) != "[lead.assign lead.lose lead.claim]" {
		t.Errorf("%+v", err)
	}
}

func asError(err error, into **fault.Error) bool {
	e, ok := err.(*fault.Error)
	*into = e
	return ok
}

func TestAttemptKeepsTheClock(t *testing.T) {
	l := inState(t, lead.StateAssigned)
	next, e, err := l.Speak(crmtest.Actor(t, "stf_a"),
		lead.Conversation{Channel: "call", Outcome: customer.OutcomeUnreachable}, time.Time{}, crmtest.Terms(t).Lead(),
		crmtest.Tuesday.Add(time.Minute))
	if err != nil || next.State != lead.StateAssigned || !next.Due.Equal(l.Due) || next.Attempts != 1 || e.Pending {
		t.Errorf("%+v %+v %v", next, e, err)
	}
}

func TestWhatWasAgreedHoldsForTheNextOwner(t *testing.T) {
	terms, agreed := crmtest.Terms(t), crmtest.Tuesday.AddDate(0, 0, 9)
	l, _, err := inState(t, lead.StateAssigned).Speak(crmtest.Actor(t, "stf_a"),
		lead.Conversation{Outcome: customer.OutcomeCallBack}, agreed, terms.Lead(), crmtest.Tuesday)
	if err != nil {
		t.Fatal(err)
	}
	to, _ := crmtest.Shop().Person("stf_b")
	next, e, err := l.Assign(crmtest.Actor(t, "stf_m"), to, terms.Lead(), crmtest.Tuesday.Add(time.Hour))
	if err != nil || next.Owner != "stf_b" || next.State != lead.StateContacted || !next.Due.Equal(agreed) ||
		!e.Progress.Due.Equal(agreed) || !next.Agreed {
		t.Errorf("%+v %+v %v", next, e, err)
	}
}

func TestNobodysLeadIsNoColleagues(t *testing.T) {
	for _, state := range []string{lead.StateNew, lead.StatePooled} {
		_, _, err := inState(t, state).Lose(crmtest.Actor(t, "stf_a"), lead.Loss{Reason: "price"}, crmtest.Terms(t).Lead(),
			crmtest.Tuesday)
		if fault.KindOf(err) != fault.Forbidden || !strings.Contains(err.Error(), "has no owner") {
			t.Errorf("%s: %v", state, err)
		}
	}
}

func TestWhoAnswersForABranch(t *testing.T) {
	gone := crmtest.Tuesday.Add(-time.Hour)
	for _, tc := range []struct {
		name   string
		change func(*setup.Shop)
		want   string
	}{
		{"its manager", func(*setup.Shop) {}, "stf_m"},
		{"who has left does not", func(s *setup.Shop) { s.Staff[3].LeavesAt = &gone }, "stf_o"},
		{"nor an owner who does not see it",
			func(s *setup.Shop) { s.Staff[3].LeavesAt, s.Staff[5].HeadOffice = &gone, false }, ""},
		{"nor one who has left", func(s *setup.Shop) { s.Staff[3].LeavesAt, s.Staff[5].LeavesAt = &gone, &gone }, ""},
	} {
		shop := crmtest.Shop()
		shop.Staff = append(shop.Staff, staff.Staff{ID: "stf_o", Roles: []staff.Role{staff.Owner}, HeadOffice: true})
		tc.change(&shop)
		if got, ok := shop.Manager(shop.Branches[0], crmtest.Tuesday); got.ID != tc.want || ok != (tc.want != "") {
			t.Errorf("%s: %q %v", tc.name, got.ID, ok)
		}
	}
}

func TestWhoSeesWhatIsNobodys(t *testing.T) {
	gone := crmtest.Tuesday.Add(-time.Hour)
	second := staff.Staff{ID: "stf_m2", Roles: []staff.Role{staff.Manager}, Branches: []string{"shanghai"}}
	boss := staff.Staff{ID: "stf_o", Roles: []staff.Role{staff.Owner}, HeadOffice: true}
	for _, tc := range []struct {
		name   string
		change func(*setup.Shop)
		want   []string
	}{
		{"every manager of the branch", func(*setup.Shop) {}, []string{"stf_m", "stf_m2"}},
		{"who has left does not", func(s *setup.Shop) { s.Staff[3].LeavesAt = &gone }, []string{"stf_m2"}},
		{"nor a manager of another branch in the head office",
			func(s *setup.Shop) { s.Staff[6].Branches, s.Staff[6].HeadOffice = []string{"hangzhou"}, true }, []string{"stf_m"}},
		{"who is named its manager and is no manager any more does not",
			func(s *setup.Shop) { s.Staff[3].Roles = []staff.Role{staff.Sales} }, []string{"stf_m2"}},
		{"an owner who is named its manager does", func(s *setup.Shop) { s.Staff[3].Roles = []staff.Role{staff.Owner} },
			[]string{"stf_m", "stf_m2"}},
		{"without a manager an owner does", func(s *setup.Shop) { s.Staff[3].LeavesAt, s.Staff[6].LeavesAt = &gone, &gone },
			[]string{"stf_o"}},
		{"while no manager is here an owner does as well", func(s *setup.Shop) {
			away := []staff.Absence{{From: crmtest.Tuesday.Add(-time.Hour), To: crmtest.Tuesday.Add(30 * 24 * time.Hour)}}
			s.Staff[3].Absences, s.Staff[6].Absences = away, away
		}, []string{"stf_m", "stf_o", "stf_m2"}},
		{"but not while one is here", func(s *setup.Shop) {
			s.Staff[3].Absences = []staff.Absence{{From: crmtest.Tuesday.Add(-time.Hour), To: crmtest.Tuesday.Add(time.Hour)}}
		}, []string{"stf_m", "stf_m2"}},
		{"but not of a branch out of sight", func(s *setup.Shop) {
			s.Staff[3].LeavesAt, s.Staff[6].LeavesAt, s.Staff[5].HeadOffice = &gone, &gone, false
		}, nil},
	} {
		shop := crmtest.Shop()
		shop.Staff = append(shop.Staff, boss, second)
		tc.change(&shop)
		var got []string
		for _, p := range shop.Staff {
			if slices.Contains(shop.AnswersFor(p, crmtest.Tuesday), shop.Branches[0].ID) {
				got = append(got, p.ID)
			}
		}
		if !slices.Equal(got, tc.want) {
			t.Errorf("%s: %v, want %v", tc.name, got, tc.want)
		}
	}
}

func TestWhatWakesTheProcess(t *testing.T) {
	terms, a := crmtest.Terms(t), crmtest.Actor(t, "stf_a")
	to, _ := crmtest.Shop().Person("stf_b")
	for _, tc := range []struct {
		name string
		give func() (event.Event, error)
		want bool
	}{
		{"a capture", func() (event.Event, error) {
			done, err := lead.Capture{Terms: terms.Lead(), Life: terms.Policy.Life, By: staff.Visitor,
				Source: form.SourceWeb}.Capture(crmtest.Tuesday)
			return done.Event, err
		}, true},
		{"a capture that was spoken to", func() (event.Event, error) {
			done, err := lead.Capture{Terms: terms.Lead(), Life: terms.Policy.Life, By: a, Source: form.SourceWalkIn,
				Spoken: &lead.Conversation{}}.Capture(crmtest.Tuesday)
			return done.Event, err
		}, true},
		{"a person's assignment", func() (event.Event, error) {
			_, e, err := inState(t, lead.StateNew).Assign(crmtest.Actor(t, "stf_m"), to, terms.Lead(), crmtest.Tuesday)
			return e, err
		}, true},
		{"the process's own assignment", func() (event.Event, error) {
			_, e, err := inState(t, lead.StateNew).Assign(staff.Process("lead"), to, terms.Lead(), crmtest.Tuesday)
			return e, err
		}, false},
		{"a contact puts off what is next: the process looks by itself", func() (event.Event, error) {
			_, e, err := inState(t, lead.StateAssigned).Speak(a, lead.Conversation{Outcome: customer.OutcomeQuote},
				time.Time{}, terms.Lead(), crmtest.Tuesday)
			return e, err
		}, false},
		{"a next step before the reminder", func() (event.Event, error) {
			_, e, err := inState(t, lead.StateAssigned).Speak(a, lead.Conversation{Outcome: customer.OutcomeQuote},
				crmtest.Tuesday.Add(time.Minute), terms.Lead(), crmtest.Tuesday)
			return e, err
		}, true},
		{"a qualified lead asks for a quotation", func() (event.Event, error) {
			_, e, err := inState(t, lead.StateContacted).Qualify(a, lead.Qualification{}, terms.Lead(), crmtest.Tuesday)
			return e, err
		}, true},
		{"an order ends it", func() (event.Event, error) {
			_, e, err := inState(t, lead.StateQualified).Won(a, lead.Win{}, terms.Lead(), crmtest.Tuesday)
			return e, err
		}, true},
		{"back to the pool begins a round", func() (event.Event, error) {
			_, e, err := inState(t, lead.StateContacted).Recycle(a, "absent", terms.Lead(), crmtest.Tuesday)
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
	terms := crmtest.Terms(t)
	absent := func(id string) setup.Shop {
		shop := crmtest.Shop()
		for i := range shop.Staff {
			if id == "" || shop.Staff[i].ID == id {
				if shop.Staff[i].Has(staff.Sales) {
					shop.Staff[i].Absences = []staff.Absence{{From: crmtest.Tuesday.Add(-time.Hour),
						To: crmtest.Tuesday.Add(48 * time.Hour)}}
				}
			}
		}
		return shop
	}
	for _, tc := range []struct {
		name      string
		shop      setup.Shop
		preferred string
		had       []string
		turn      int64
		want      string
	}{
		{"first in turn", crmtest.Shop(), "", nil, 0, "stf_a"},
		{"second in turn", crmtest.Shop(), "", nil, 1, "stf_b"},
		{"round again", crmtest.Shop(), "", nil, 3, "stf_a"},
		{"the customer's own person first", crmtest.Shop(), "stf_c", nil, 0, "stf_c"},
		{"the owner is away", absent("stf_c"), "stf_c", nil, 0, "stf_a"},
		{"who had it is left out", crmtest.Shop(), "", []string{"stf_a"}, 0, "stf_b"},
		{"nobody there: the manager", absent(""), "", nil, 0, "stf_m"},
		{"everybody had it", absent(""), "", []string{"stf_m"}, 0, ""},
		{"three owners: the pool", crmtest.Shop(), "", []string{"stf_a", "stf_b", "stf_m"}, 0, ""},
	} {
		l := crmtest.Lead(t)
		l.Preferred, l.Owners = tc.preferred, tc.had
		got, ok := lead.NextOwner(tc.shop.Roster, terms.Lead(), l, tc.turn, crmtest.Tuesday)
		if got.ID != tc.want && ok || ok != (tc.want != "") {
			t.Errorf("%s: %q %v", tc.name, got.ID, ok)
		}
	}
}

// Whatever people and timers do, in any order: an open lead has a deadline, its owner works here, and it never has an
// owner in the pool.
func TestLeadAlwaysHasOneDeadline(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		l, terms, shop, now := crmtest.Lead(t), crmtest.Terms(t), crmtest.Shop(), crmtest.Tuesday
		actors := []staff.Actor{crmtest.Actor(t, "stf_a"), crmtest.Actor(t, "stf_b"), crmtest.Actor(t, "stf_m"),
			staff.Process("lead")}
		for range rapid.IntRange(1, 30).Draw(rt, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(1, 5000).Draw(rt, "seconds")) * time.Second)
			by := rapid.SampledFrom(actors).Draw(rt, "actor")
			before := l
			var err error
			if rapid.Bool().Draw(rt, "timer") {
				l, _, err = l.HandOn(shop.Roster, terms.Lead(), rapid.Int64Range(0, 5).Draw(rt, "turn"), now)
			} else {
				l, _, err = command(l, rapid.SampledFrom(lead.Commands).Draw(rt, "command"), by, terms, now)
			}
			if err != nil && l.Version != before.Version {
				rt.Fatal("a refusal changed the lead")
			}
			switch {
			case l.Due.IsZero():
				rt.Fatalf("%s without a deadline", l.State)
			case l.State == lead.StateAssigned && l.Owner == "", l.State == lead.StatePooled && l.Owner != "":
				rt.Fatalf("%s with owner %q", l.State, l.Owner)
			case before.Closed() && err == nil:
				rt.Fatalf("a closed lead became %s", l.State)
			case l.Round < before.Round:
				rt.Fatal("the round went back")
			}
		}
	})
}

// A new customer lives by the policy of the branch that was asked, a known one by that of their own branch.
func TestWhosePolicyACustomerLivesBy(t *testing.T) {
	asked, own := customer.LifePolicy{Quiet: 100}, customer.LifePolicy{Quiet: 200}
	spoken := &lead.Conversation{Channel: "call", Outcome: customer.OutcomeQuote}
	for _, c := range []struct {
		name   string
		known  bool
		spoken *lead.Conversation
		days   int
	}{
		{"new", false, nil, 100}, {"new and spoken with", false, spoken, 100},
		{"known", true, nil, 200}, {"known and spoken with", true, spoken, 200},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := lead.Capture{Enquiry: form.Enquiry{Name: "李娜", Phone: "+8613800138000"}, Source: form.SourceWalkIn,
				Terms: crmtest.Terms(t).Lead(), Life: asked, KnownLife: own, LeadID: "lead_1", CustomerID: "cus_1",
				ContactID: "con_1", Spoken: c.spoken, By: crmtest.Actor(t, "stf_a")}
			if c.known {
				in.Customer = &customer.Customer{ID: "cus_1", LifeCycle: customer.LifeLead, CreatedAt: crmtest.Tuesday}
				in.Contact = &customer.Contact{ID: "con_1"}
			}
			done, err := in.Capture(crmtest.Tuesday)
			if err != nil || done.Customer == nil || done.Customer.LifeDue == nil {
				t.Fatalf("%+v, %v", done.Customer, err)
			}
			if want := crmtest.Tuesday.AddDate(0, 0, c.days); !done.Customer.LifeDue.Equal(want) {
				t.Errorf("the next stage is due %s, want %s", done.Customer.LifeDue, want)
			}
		})
	}
}

// The news of a lead keep the customer by the policy that the caller names: that of the customer's own branch.
func TestNewsOfALeadFollowThePolicyThatIsNamed(t *testing.T) {
	at := crmtest.Tuesday.AddDate(0, 0, 5)
	for _, kind := range []event.Type{event.LeadContacted, event.LeadQualified, event.LeadReplied} {
		c := customer.Customer{ID: "cus_1", LifeCycle: customer.LifeLead, CreatedAt: crmtest.Tuesday}
		next, changed := lead.Follow(c, kind, crmtest.Lead(t), crmtest.Shop().Roster, customer.LifePolicy{Quiet: 30}, at)
		if want := at.AddDate(0, 0, 30); !changed || next.LifeDue == nil || !next.LifeDue.Equal(want) {
			t.Errorf("%s: due %v, want %s", kind, next.LifeDue, want)
		}
	}
}
