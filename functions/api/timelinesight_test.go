package api_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
)

// sharedCustomer is a customer of Shanghai whom all branches share, with something of everything of Shanghai's.
func (b *bench) sharedCustomer() (cust string, l lead.Lead) {
	b.t.Helper()
	complaint := b.openedComplaint(nil)
	c, err := b.Customer(b.t.Context(), complaint.Customer)
	if err != nil {
		b.t.Fatal(err)
	}
	b.patched("manager", c, fields{"shared": true})
	l = into[lead.Lead](b.call("sales", "POST /leads",
		fields{"source": "phone", "name": "李娜", "email": "lina@example.com", "lang": "zh"}).want(http.StatusCreated))
	if l.Customer != c.ID {
		b.t.Fatalf("the lead is of %s", l.Customer)
	}
	b.met("service", c.ID, fields{"channel": "call", "direction": "in", "summary": "asks for a quotation",
		"next_step": fields{"title": "Quote", "due_at": b.Clock.Now().Add(24 * time.Hour), "owner": b.staff("sales-2").ID}})
	b.prefers(c.ID, fields{})
	for _, about := range []string{l.Progress().About(), complaint.Progress().About()} {
		m := message.Message{Person: l.ContactID, Customer: c.ID, About: about, Step: "acknowledge",
			Channel: message.ChannelSMS, Branch: l.Branch}
		if err := b.SuppressMessage(b.t.Context(), m, message.ReasonNoMobile); err != nil {
			b.t.Fatal(err)
		}
	}
	mail := customer.Touch{Channel: customer.TouchMail, Kind: message.MailPerson, Summary: "mail about the lead"}
	if err := b.Reply(b.t.Context(), l.ID, message.Reporter("mail"), mail); err != nil {
		b.t.Fatal(err)
	}
	return c.ID, l
}

// TestWhatEachRoleAndBranchSeesOfATimeline is the list of what stands in it, page by page: as much as the overview
// and the records themselves show.
func TestWhatEachRoleAndBranchSeesOfATimeline(t *testing.T) {
	b := start(t)
	c, _ := b.sharedCustomer()
	everything := []string{"complaint.opened", "customer.changed", "customer.opened", "customer.touched",
		"lead.captured", "lead.replied", "message", "message", "preference.set", "task.opened"}
	elsewhere := []string{"customer.changed", "customer.opened", "customer.touched", "preference.set"}
	for who, want := range map[string][]string{
		"owner": everything, "manager": everything, "sales": everything, "service": everything,
		"manager-hangzhou": elsewhere, "sales-hangzhou": elsewhere,
		"marketing": {"customer.changed", "customer.opened", "customer.touched", "lead.captured", "lead.replied", "message",
			"preference.set", "task.opened"},
		"finance": {"complaint.opened", "customer.changed", "customer.opened", "customer.touched", "message",
			"preference.set", "task.opened"},
	} {
		for _, limit := range []int{1, 2, 100} {
			got := slices.DeleteFunc(b.ids(who, "/customers/"+c+"/timeline", "kind", limit),
				func(kind string) bool { return kind == "contact.added" })
			if slices.Sort(got); !slices.Equal(got, want) {
				t.Errorf("%s by %d: %q", who, limit, got)
			}
		}
		sees := func(kind string) bool { return slices.Contains(want, kind) }
		for kind, event := range map[string]string{"lead": "lead.captured", "complaint": "complaint.opened",
			"task": "task.opened"} {
			if got := b.ids(who, "/customers/"+c+"/timeline?kind="+kind, "kind", 2); (len(got) > 0) != sees(event) {
				t.Errorf("%s, kind %s: %q", who, kind, got)
			}
		}
		touches := b.ids(who, "/customers/"+c+"/activities", "summary", 1)
		if slices.Contains(touches, "mail about the lead") != sees("lead.replied") ||
			!slices.Contains(touches, "asks for a quotation") {
			t.Errorf("%s: activities %q", who, touches)
		}
	}
}

// TestAPageOfALongTimelineOfWhichLittleIsSeen has hundreds of lines of another branch's between those that the reader
// sees: the pages are full all the same.
func TestAPageOfALongTimelineOfWhichLittleIsSeen(t *testing.T) {
	b := start(t)
	c, l := b.sharedCustomer()
	want := len(b.ids("sales-hangzhou", "/customers/"+c+"/timeline", "id", 100))
	for i := range 240 {
		m := message.Message{Person: l.ContactID, Customer: c, About: fmt.Sprintf("lead/lead_%d/1", i), Step: "x",
			Channel: message.ChannelEmail, Branch: l.Branch}
		if i%40 == 0 {
			m.About, m.Branch = fmt.Sprintf("lead/lead_%d/1", i), b.staff("sales-hangzhou").Branches[0]
			want++
		}
		if err := b.SuppressMessage(t.Context(), m, message.ReasonNoAddress); err != nil {
			t.Fatal(err)
		}
		if i%2 == 0 {
			b.Clock.Advance(time.Hour) // so many letters an hour, and a day, are taken
			if err := b.Reply(t.Context(), l.ID, message.Reporter("mail"),
				customer.Touch{Channel: customer.TouchMail, Kind: message.MailPerson, Summary: "mail"}); err != nil {
				t.Fatal(err)
			}
		}
		if i%40 == 20 {
			b.met("sales-hangzhou", c, fields{"channel": "call", "direction": "in", "summary": "Hangzhou",
				"outcome": customer.OutcomeAnswered})
			want++
		}
	}
	for _, limit := range []int{1, 5, 100} {
		got := b.ids("sales-hangzhou", "/customers/"+c+"/timeline", "id", limit)
		if all := len(got); all != want || len(slices.Compact(slices.Sorted(slices.Values(got)))) != all {
			t.Errorf("by %d: %d lines, want %d", limit, all, want)
		}
		if got := b.ids("sales-hangzhou", "/customers/"+c+"/activities", "summary", limit); len(got) != 7 {
			t.Errorf("by %d: %d touches", limit, len(got))
		}
	}
}
