package api_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/overview"
)

var overviewTrials = map[string]trial{"GET /customers/{id}/360": {record: had(anyCustomer)}}

// full makes a customer of whom there is something of everything.
func (b *bench) full() lead.Lead {
	b.t.Helper()
	l := b.lead(lead.StateAssigned, b.staff("sales"))
	b.met("service", l.Customer, fields{"channel": "call", "direction": "in", "summary": "asks for a quotation",
		"next_step": fields{"title": "Quote", "due_at": b.Clock.Now().Add(24 * time.Hour), "owner": b.staff("sales-2").ID}})
	b.prefers(l.Customer, fields{})
	m := message.Message{Person: l.ContactID, Customer: l.Customer, About: l.Progress().WorkflowID(),
		Step: "acknowledge", Channel: message.ChannelEmail}
	if err := b.SuppressMessage(b.t.Context(), m, message.ReasonNoAddress); err != nil {
		b.t.Fatal(err)
	}
	return l
}

// TestAnOverviewTakesThreeReads counts the calls of the tables for one request; the set-up is in memory.
func TestAnOverviewTakesThreeReads(t *testing.T) {
	t.Parallel()
	b := start(t)
	l := b.full()
	calls := b.counted()
	o := into[overview.Overview](b.call("sales", "GET /customers/"+l.Customer+"/360", nil).want(http.StatusOK))
	if n := calls.Load(); n != 4 { // the stamp of the set-up is one
		t.Errorf("%d calls", n)
	}
	if len(o.Contacts) != 1 || len(o.Preferences) != 1 || len(o.Open) != 2 || len(o.LastTouches) != 1 ||
		o.LastTouches[0].ByName != "沈静" {
		t.Errorf("%+v", o)
	}
	calls.Store(0)
	b.call("sales-hangzhou", "GET /customers/"+l.Customer+"/360", nil).want(http.StatusNotFound)
	b.call("sales", "GET /customers/cus_none/360", nil).want(http.StatusNotFound)
	if n := calls.Load(); n != 4 {
		t.Errorf("two refusals took %d calls", n)
	}
}

// TestWhatEachRoleSeesOfAnOverview is the list of what stands in the answer, role by role.
func TestWhatEachRoleSeesOfAnOverview(t *testing.T) {
	t.Parallel()
	b := start(t)
	l := b.full()
	for who, want := range map[string][]string{
		"owner":     {"contacts 1", "may 5", "preferences 1", "open lead", "open task", "touches 1"},
		"manager":   {"contacts 1", "may 5", "preferences 1", "open lead", "open task", "touches 1"},
		"sales":     {"contacts 1", "may 5", "preferences 1", "open lead", "open task", "touches 1"},
		"service":   {"contacts 1", "may 5", "preferences 1", "open lead", "open task", "touches 1"},
		"marketing": {"contacts 1", "may 5", "preferences 1", "open lead", "open task", "touches 1"},
		"finance":   {"contacts 1", "may 1", "preferences 1", "open task", "touches 1"},
	} {
		o := into[overview.Overview](b.call(who, "GET /customers/"+l.Customer+"/360", nil).want(http.StatusOK))
		var got []string
		count := func(name string, n int) {
			if n > 0 {
				got = append(got, name+" "+string(rune('0'+n)))
			}
		}
		count("contacts", len(o.Contacts))
		count("may", len(o.Contacts[0].May))
		count("preferences", len(o.Preferences))
		var kinds []string
		for _, item := range o.Open {
			kinds = append(kinds, "open "+item.Kind)
		}
		slices.Sort(kinds)
		got = append(got, kinds...)
		count("touches", len(o.LastTouches))
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q", who, got)
		}
	}
}

func TestAnOverviewSaysWhatIsLate(t *testing.T) {
	t.Parallel()
	b := start(t)
	l := b.full()
	b.Clock.Advance(48 * time.Hour)
	b.handler = b.door()
	o := into[overview.Overview](b.call("manager", "GET /customers/"+l.Customer+"/360", nil, "Accept-Language",
		"en").want(http.StatusOK))
	var codes []string
	for _, w := range o.Warnings {
		codes = append(codes, w.Code)
	}
	if !slices.Contains(codes, "overdue") || !slices.Contains(codes, "no-owner") || !o.Open[0].Overdue ||
		o.Open[0].HeldBy == nil || !o.Open[0].Due.Before(o.Open[1].Due) {
		t.Errorf("%v %+v", codes, o.Open)
	}
}
