package notice

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/proof"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/kerneltest"
	"afterpress/shared/kernel/token"
	"afterpress/shared/kernel/words"
)

// TestAVisitorsCodeIsSent: the code goes to the contact who alone has the value and whose it is known to be, from the
// automatic budget. It goes to nobody else, and the event says nothing of the value.
func TestAVisitorsCodeIsSent(t *testing.T) {
	t.Parallel()
	const mail, mobile = "li@example.com", "+8613900001234"
	staffs := func(c customer.Contact, now time.Time) customer.Contact { return c.Stated(customer.SaidStaff, "", now) }
	visitors := func(c customer.Contact, now time.Time) customer.Contact {
		return c.Stated(customer.SaidVisitor, "lead_1", now)
	}
	both := customer.Contact{Emails: customer.Reaches(mail, false), Phones: customer.Reaches(mobile, false)}
	for about, c := range map[string]struct {
		value   string
		contact customer.Contact
		stated  func(customer.Contact, time.Time) customer.Contact
		unknown bool
		late    time.Duration
		want    string
	}{
		"a mailbox on file": {value: mail, contact: both, stated: staffs, want: "con_1 email li@example.com zh"},
		"a mobile on file":  {value: mobile, contact: both, stated: staffs, want: "con_1 sms +8613900001234 zh"},
		"the one value on file": {value: mail, contact: customer.Contact{Emails: customer.Reaches(mail, false)},
			stated: visitors, want: "con_1 email li@example.com zh"},
		"typed beside another": {value: mail, contact: both, stated: visitors},
		"of nobody":            {value: mail, contact: both, stated: staffs, unknown: true},
		"shared":               {value: mail, contact: customer.Contact{Emails: customer.Reaches(mail, true)}, stated: staffs},
		"of somebody who left": {value: mail, contact: both,
			stated: func(c customer.Contact, now time.Time) customer.Contact { c.LeftAt = &now; return staffs(c, now) }},
		"moved meanwhile": {value: "old@example.com", contact: both, stated: staffs},
		"over":            {value: mail, contact: both, stated: staffs, late: proof.Life},
	} {
		t.Run(about, func(t *testing.T) {
			t.Parallel()
			o := newOffice()
			c.contact.ID, c.contact.Customer, c.contact.Name, c.contact.Lang = "con_1", "cus_1", "李娜", words.Zh
			o.contact, o.found = c.stated(c.contact, o.now), !c.unknown
			o.of = customer.Customer{ID: "cus_1", Branch: "shanghai", Owner: "stf_s"}
			var e event.Event
			o.asked, e = proof.VisitorAsks("cod_1", c.value, "n-hash", "shanghai", o.now)
			e.ID = "evt_9"
			o.now = o.now.Add(c.late)
			if said := fmt.Sprint(e); strings.Contains(said, c.value) || !e.Wakes {
				t.Errorf("the event says %s", said)
			}
			o.tells(t, e)
			if got := strings.Join(o.sent, " "); got != c.want {
				t.Fatalf("%q, want %q", got, c.want)
			}
			if c.want == "" {
				return
			}
			m, digits := o.messages[0], token.NewTokens(kerneltest.Ring("one")).Passcode("cod_1")
			if m.Template != message.TemplateComplaintCode || m.Replies != c.value || m.Address != c.value ||
				!m.Asked.Equal(o.asked.CreatedAt) || m.Network != "n-hash" || m.Customer != "cus_1" || m.Owner != "stf_s" ||
				m.Branch != "shanghai" || o.values[0]["code"] != digits {
				t.Errorf("%+v %v", m, o.values)
			}
			if m.Channel == message.ChannelSMS && (m.Number != c.value || m.SMSClass() != message.SMSAutomatic) {
				t.Errorf("%+v", m)
			}
		})
	}
}

// A branch that sends no SMS to such numbers sends no code there either.
func TestACodeGoesWhereTheBranchWrites(t *testing.T) {
	t.Parallel()
	o := newOffice()
	o.asked, _ = proof.VisitorAsks("cod_1", "+442079460958", "", "shanghai", o.now)
	o.found, o.of = true, customer.Customer{ID: "cus_1", Branch: "shanghai"}
	o.contact = customer.Contact{ID: "con_1", Phones: customer.Reaches("+442079460958", false)}.Stated(customer.SaidStaff,
		"", o.now)
	if told, err := (&Work{Store: o, Post: o, Now: func() time.Time { return o.now }}).Tell(t.Context(),
		Step{Event: event.Event{ID: "evt_9", Type: event.VisitorCodeAsked, Record: "cod_1"}}); err != nil || !told.Over ||
		len(o.sent) > 0 {
		t.Errorf("%+v, %v, %v", told, err, o.sent)
	}
}
