package worker

import (
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/form"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"
	"afterpress/shared/store/work"
)

// A stranger types somebody's phone with a mailbox of their own, before or after the person's own enquiry, and answers
// everything that comes. Neither of the two gets a link of the complaint of the person with that phone, since it is not
// known whose the mailboxes are. The acknowledgement comes, a colleague is to call until a time, and that call decides.
func TestAStrangerGetsNoLinkOfThePersonWhosePhoneTheyTyped(t *testing.T) {
	t.Parallel()
	const phone, own, strange = "+8613800138000", "wang@customer.example", "stranger@elsewhere.example"
	for _, order := range [][]string{{own, strange}, {strange, own}, {strange}} {
		b := complaintBenchAt(t, storetest.Began)
		var last lead.Lead
		for _, mail := range order {
			l, err := b.Capture(t.Context(), lead.Capture{Enquiry: form.Enquiry{Name: "Wang", Phone: phone, Email: mail,
				Lang: words.En}, Source: "web", Terms: b.terms.Lead(), Life: b.terms.Policy.Life, By: staff.Visitor}, nil)
			if err != nil || last.ContactID != "" && l.ContactID != last.ContactID {
				t.Fatal(l, err)
			}
			last = l
			for range 2 {
				if err := b.AnsweredLead(t.Context(), l.ID, mail, message.Reporter("mail")); err != nil {
					t.Fatal(err)
				}
			}
		}
		contact, err := b.Contact(t.Context(), last.ContactID)
		if err != nil || len(contact.Statements) != 1+len(order) {
			t.Errorf("%v: %+v, %v", order, contact.Statements, err) // each mailbox is visible
		}
		b.opens(last.Customer, last.ContactID)
		b.does(b.judge()...)
		b.passes(2 * time.Hour)
		acknowledged := 0
		for _, m := range b.out.sent {
			if strings.Contains(m.Text+m.HTML, "/c/") {
				t.Errorf("%v: %s gets a link: %s", order, m.To.Email, m.Text)
			}
			if m.To.Email == order[0] && strings.Contains(m.Text, words.Reference(b.id)) {
				acknowledged++
			}
		}
		if acknowledged != 1 {
			t.Errorf("%v: %d letters to %s", order, acknowledged, order[0])
		}
		tasks, err := b.Tasks(t.Context(), work.TaskQuery{Branches: []string{b.terms.Branch.ID}, About: b.id,
			Paging: table.Paging{Limit: 10}})
		if err != nil || len(tasks.Items) != 1 || !tasks.Items[0].Due.After(storetest.Began) {
			t.Errorf("%v: tasks to call %+v, %v", order, tasks.Items, err)
		}
	}
}
