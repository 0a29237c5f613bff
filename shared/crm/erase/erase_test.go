package erase_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/crmtest"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/erase"
	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/staff"
)

const day = 24 * time.Hour

var (
	mo   = staff.Actor{ID: "stf_m", Roles: []staff.Role{staff.Manager}, Branches: []string{"shanghai"}}
	boss = staff.Actor{ID: "stf_o", Roles: []staff.Role{staff.Owner}, Branches: []string{"shanghai"}}

	fang = customer.Contact{ID: "con_1", Version: 3, Customer: "cus_1", Name: "王芳"}
	home = customer.Customer{ID: "cus_1", Version: 1, Branch: "shanghai", Kind: customer.Person}
)

func asked(t *testing.T) erase.Erase {
	t.Helper()
	e, told, err := erase.Erase{}.Ask(mo, fang, "shanghai", erase.ReasonRequest, crmtest.Terms(t).Erase(),
		crmtest.Tuesday)
	if err != nil || told.Type != event.EraseAsked || !told.Wakes || told.Customer != "cus_1" {
		t.Fatalf("%+v, %v", told, err)
	}
	return e
}

// rows are an erasure in each state, in the order of erase.States.
func rows(t *testing.T) []erase.Erase {
	t.Helper()
	terms := crmtest.Terms(t).Erase()
	first := asked(t)
	confirmed, err := first.Confirm(boss, fang, home, terms, crmtest.Tuesday.Add(day))
	if err != nil {
		t.Fatal(err)
	}
	begun, _, err := confirmed.Erase.Begin(terms, confirmed.Erase.TakeBackUntil)
	if err != nil {
		t.Fatal(err)
	}
	done, _, err := begun.Finish(terms, begun.ClockFrom.Add(time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	back, err := first.TakeBack(mo, fang, home, terms, crmtest.Tuesday)
	if err != nil {
		t.Fatal(err)
	}
	return []erase.Erase{first, confirmed.Erase, begun, done, back.Erase}
}

// Each command by each state: where it leads, or how it is refused.
func TestWhatLeadsWhere(t *testing.T) {
	terms, later := crmtest.Terms(t).Erase(), crmtest.Tuesday.Add(300*day)
	commands := []struct {
		name string
		give func(erase.Erase) (string, error)
	}{
		{"ask", func(e erase.Erase) (string, error) {
			next, _, err := e.Ask(mo, fang, "shanghai", erase.ReasonRequest, terms, later)
			return next.State, err
		}},
		{"confirm", func(e erase.Erase) (string, error) {
			next, err := e.Confirm(boss, fang, home, terms, later)
			return next.Erase.State, err
		}},
		{"confirm oneself", func(e erase.Erase) (string, error) {
			next, err := e.Confirm(mo, fang, home, terms, later)
			return next.Erase.State, err
		}},
		{"take back", func(e erase.Erase) (string, error) {
			next, err := e.TakeBack(mo, fang, home, terms, later)
			return next.Erase.State, err
		}},
		{"begin", func(e erase.Erase) (string, error) { next, _, err := e.Begin(terms, later); return next.State, err }},
		{"finish", func(e erase.Erase) (string, error) { next, _, err := e.Finish(terms, later); return next.State, err }},
	}
	want := map[string][]string{ // by erase.States
		"ask":             {"refused", "refused", "refused", "refused", "asked"},
		"confirm":         {"waiting", "refused", "refused", "refused", "refused"},
		"confirm oneself": {"forbidden", "refused", "refused", "refused", "refused"},
		"take back":       {"taken-back", "taken-back", "refused", "refused", "refused"},
		"begin":           {"refused", "erasing", "refused", "refused", "refused"},
		"finish":          {"refused", "refused", "done", "refused", "refused"},
	}
	for i, e := range rows(t) {
		if e.State != erase.States[i] {
			t.Fatalf("row %d is %s", i, e.State)
		}
		for _, c := range commands {
			got, err := c.give(e)
			if err != nil {
				got = string(fault.KindOf(err))
				var refused *fault.Error
				if errors.As(err, &refused) && (refused.Text.Zh == "" || refused.Text.En == "") {
					t.Errorf("%s of %s says nothing", c.name, e.State)
				}
			}
			if got != want[c.name][i] {
				t.Errorf("%s of %s: %s, want %s", c.name, e.State, got, want[c.name][i])
			}
		}
	}
}

// The days of the standard policy, and what becomes of them where the second person comes late.
func TestDaysOfAnErasure(t *testing.T) {
	terms := crmtest.Terms(t).Erase()
	first := asked(t)
	if !first.Due.Equal(crmtest.Tuesday.Add(18*day)) || !first.DoneBy.Equal(crmtest.Tuesday.Add(25*day)) {
		t.Errorf("to be confirmed by %s, done by %s", first.Due, first.DoneBy)
	}
	for _, c := range []struct{ confirmed, until time.Duration }{
		{0, 7 * day}, {18 * day, 25 * day}, {20 * day, 25 * day}, {30 * day, 30 * day},
	} {
		got, err := first.Confirm(boss, fang, home, terms, crmtest.Tuesday.Add(c.confirmed))
		if until := got.Erase.TakeBackUntil.Sub(crmtest.Tuesday); err != nil || until != c.until {
			t.Errorf("confirmed after %s: until %s, want %s, %v", c.confirmed, until, c.until, err)
		}
	}
	early := rows(t)[1]
	if _, _, err := early.Begin(terms, early.TakeBackUntil.Add(-time.Millisecond)); fault.KindOf(err) != fault.Refused {
		t.Errorf("it begins before its time: %v", err)
	}
	done := rows(t)[3]
	if over := done.BackupsOver(); !over.Equal(done.DoneAt.AddDate(0, 0, 35)) || !early.BackupsOver().IsZero() {
		t.Errorf("backups are over at %s, and %s", over, early.BackupsOver())
	}
}

// The confirmation parts a contact, and taking it back brings back those alone whom it parted.
func TestTheContactOfAnErasure(t *testing.T) {
	terms, left := crmtest.Terms(t).Erase(), crmtest.Tuesday.Add(-day)
	for name, was := range map[string]*time.Time{"there": nil, "left before": &left} {
		who := fang
		who.LeftAt = was
		got, err := asked(t).Confirm(boss, who, home, terms, crmtest.Tuesday)
		if err != nil || got.Contact.LeftAt == nil || got.Contact.Erasing == nil || got.Contact.Version != 4 ||
			!got.ContactEvent.Pending || got.Erase.Parted != (was == nil) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
		back, err := got.Erase.TakeBack(mo, got.Contact, home, terms, crmtest.Tuesday)
		if err != nil || (back.Contact.LeftAt == nil) != (was == nil) || back.Contact.Erasing != nil ||
			back.Contact.Version != 5 || !back.ContactEvent.Pending {
			t.Errorf("%s, taken back: %+v, %v", name, back, err)
		}
	}
	unasked, err := asked(t).TakeBack(mo, fang, home, terms, crmtest.Tuesday)
	if err != nil || unasked.Contact.Version != fang.Version {
		t.Errorf("a contact whom nobody parted: %+v, %v", unasked, err)
	}
}

// Who is asked by a rung: never who asked for it while it has to be confirmed.
func TestWhoIsAsked(t *testing.T) {
	shop, terms := crmtest.Shop(), crmtest.Terms(t)
	head := staff.Staff{ID: "stf_o", Roles: []staff.Role{staff.Owner}, Branches: []string{"shanghai"}, Lang: "en"}
	both := shop.Roster
	both.Staff = append(slices.Clone(both.Staff), head)
	for _, c := range []struct {
		name, do, by string
		roster       firm.Roster
		want         string
	}{
		{"the manager asked", ladder.DoAskApprover, "stf_m", both, "stf_o"},
		{"an owner asked", ladder.DoAskApprover, "stf_o", both, "stf_m"},
		{"the head is called", ladder.DoTellOwner, "stf_x", both, "stf_o"},
		{"nobody else is there", ladder.DoAskApprover, "stf_m", shop.Roster, ""},
	} {
		e := asked(t)
		e.AskedBy = c.by
		r := ladder.Rung{Name: "ask", Do: c.do, At: e.ClockFrom}
		k, told, ok, err := e.Asks(r, c.roster, terms.Task(), crmtest.Tuesday)
		if err != nil || ok != (c.want != "") || k.Owner != c.want {
			t.Errorf("%s: %s, %v, %v", c.name, k.Owner, ok, err)
		}
		if ok && (k.ID != e.TaskID(r) || told.Type != event.TaskOpened || k.Customer != "" ||
			!strings.Contains(k.Text, "/contacts/con_1/erase")) {
			t.Errorf("%s: %+v", c.name, k)
		}
	}
	late := rows(t)[2]
	k, _, ok, err := late.Asks(late.Rungs[0], both, terms.Task(), late.DoneBy.Add(day))
	if err != nil || !ok || k.Owner != "stf_m" || !k.Due.Equal(late.DoneBy.Add(2*day)) {
		t.Errorf("one that is late: %+v, %v", k, err)
	}
}

func TestErasePolicy(t *testing.T) {
	for want, spoil := range map[string]func(*erase.Policy){
		"/erase/take_back_days": func(p *erase.Policy) { p.TakeBack = 15 },
		"/erase/done_days":      func(p *erase.Policy) { p.Done = 7 },
		"/erase/ladder/0/do":    func(p *erase.Policy) { p.Ladder[0].Do = ladder.DoErase },
		"/erase/ladder/1/name":  func(p *erase.Policy) { p.Ladder[1].Name = "erase" },
		"/erase/ladder/2/state": func(p *erase.Policy) { p.Ladder[2].State = erase.StateDone },
	} {
		p := setup.StandardPolicy()
		p.Erase = erase.StandardPolicy()
		if faults := p.Check(); len(faults) > 0 {
			t.Fatalf("the standard: %v", fault.Listed(faults))
		}
		spoil(&p.Erase)
		if faults := p.Check(); !strings.Contains(fault.Listed(faults), want) {
			t.Errorf("%s: %v", want, fault.Listed(faults))
		}
	}
}
