package frontdesk_test

import (
	"testing"

	"afterpress/shared/app"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/storetest"
)

func TestWriting(t *testing.T) {
	t.Parallel()
	b, d := reception(t)
	alone := storetest.Li(2)
	alone.Phone = "" // the one value that was said of somebody
	enquired, err := storetest.Enquire(t, b.Bench, alone)
	if err != nil {
		t.Fatal(err)
	}
	c, err := b.Store.Customer(t.Context(), enquired.Customer)
	if err != nil {
		t.Fatal(err)
	}
	contact, err := b.Store.Contact(t.Context(), enquired.ContactID)
	if err != nil {
		t.Fatal(err)
	}
	in := app.WriteMessage{Contact: contact.ID, Channel: "email", Subject: "Your cards", Text: "They are ready."}
	l, err := storetest.Enquire(t, b.Bench, storetest.Li(1))
	if err != nil {
		t.Fatal(err)
	}
	toLead := in
	toLead.Contact = ""
	refuse(t, b, at(c.ID),
		trial{"a letter to a customer", does(d.WriteCustomer, in), "marketing", "sales-hangzhou", ""})
	refuse(t, b, at(l.ID),
		trial{"a letter about a lead", does(d.WriteLead, toLead), "service", "sales-hangzhou", ""})
	b.Refuses(fault.Invalid, "a letter to a stranger", func() error {
		_, err := d.WriteLead(t.Context(), b.Caller("manager"), at(l.ID), in)
		return err
	})
	b.Refuses(fault.Invalid, "an address that a visitor typed beside another", func() error {
		_, err := d.WriteCustomer(t.Context(), b.Caller("sales"), at(l.Customer), toLead)
		return err
	})
	sales := b.Caller("sales")
	if got := done[customer.Touch](t, does(d.WriteCustomer, in), sales, at(c.ID)); got.Contact != contact.ID ||
		got.Text != in.Text || got.By != sales.ID || got.Lead != "" {
		t.Errorf("%+v", got)
	}
	manager := b.Caller("manager")
	if got := done[customer.Touch](t, does(d.WriteLead, toLead), manager, at(l.ID)); got.Contact != l.ContactID ||
		got.Lead != l.ID || got.Direction != customer.TouchOut {
		t.Errorf("%+v", got)
	}
	if next, err := b.Lead(t.Context(), l.ID); err != nil || next.State != lead.StateContacted ||
		next.Owner != manager.ID {
		t.Errorf("%+v, %v", next, err)
	}

	// The reader reports a letter as unwanted: the gate is shut, and the next one is refused before it counts.
	claimed, err := b.Store.ClaimMessage(t.Context(), message.Message{Person: contact.ID, Customer: c.ID,
		About: "customer/" + c.ID, Step: "written", Channel: message.ChannelEmail, Template: "contact-written",
		Lang: words.En, Branch: c.Branch, Address: contact.Emails[0].Value}, message.PurposeService)
	if err == nil {
		err = b.Store.Report(t.Context(), claimed.Tag(),
			message.Report{Fate: message.FateComplained, Source: "ses", Proof: "1", At: b.Clock.Now()})
	}
	if err != nil {
		t.Fatal(err)
	}
	b.Refuses(fault.Invalid, "an address whose reader reported us", func() error {
		_, err := d.WriteCustomer(t.Context(), sales, at(c.ID), in)
		return err
	})
}

// An answer to a letter of a colleague about a customer goes to their open lead, by the address that the letter had.
func TestAnAnswerToAColleaguesLetter(t *testing.T) {
	t.Parallel()
	b, d := postRoom(t)
	first, err := storetest.Enquire(t, b.Bench, storetest.Li(1))
	if err != nil {
		t.Fatal(err)
	}
	l := from(first.Person.Email, "Friday is fine")
	l.To = []string{d.Replies.For(first.Customer, "reply.shop.example")}
	if err := d.TakeLetter(t.Context(), l); err != nil {
		t.Fatal(err)
	}
	after, err := b.Lead(t.Context(), first.ID)
	if err != nil || after.Replies != 1 || len(leadsOf(t, b)) != 1 {
		t.Errorf("%+v, %v", after, err)
	}
}
