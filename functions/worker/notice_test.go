package worker

import (
	"context"
	"log/slog"
	"regexp"
	"strings"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/proof"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/token"
	"afterpress/shared/notify"
	"afterpress/shared/store/storetest"
	"afterpress/workflows"
	"afterpress/workflows/notice"
)

// On the real tables and the real server an owner is told of a colleague's account. A contact gets the code that shows
// whose the mailbox is.
func TestPeopleAreToldOfOneEvent(t *testing.T) {
	b := storetest.New(t)
	b.Clock.Set(time.Now()) // Temporal's clock is the machine's
	temporal := startTemporal(t)
	inbox := make(arrivals, 10)
	mail := &Mail{Sender: inbox, From: notify.Address{Email: "shop@shop.example"}, Log: slog.New(slog.DiscardHandler)}
	replies := token.NewReplyAddresses(storetest.Ring)
	mail.Reply = ReplyTo(replies, "reply.shop.example")
	facts, tokens := b.OpenAs(t, "worker"), token.NewTokens(storetest.Ring)
	work := workflows.Work{Lead: &workflows.LeadWork{}, Task: &workflows.TaskWork{},
		Shop: &workflows.ShopWork{Records: facts, Now: b.Clock.Now},
		Notice: &notice.Work{Store: facts, Wrote: facts, Post: workflows.Post{Ledger: facts, Mail: mail}, Tokens: tokens,
			Now: b.Clock.Now, Site: "https://shop.example"}}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- Run(ctx, temporal, work) }()
	client := workflows.NewClient(temporal) // whose runs of a replanning wait 40 s

	owner, _ := b.Shop.Person(seed.StaffID(1))
	sales, _ := b.Shop.Person(seed.StaffID(3))
	next := sales
	next.Subject = "moved"
	change, err := setup.ReshapeStaff(sales, next, staff.ActorOf(owner), b.Shop, b.Clock.Now())
	if err == nil {
		err = b.SaveStaff(t.Context(), change)
	}
	if err != nil {
		t.Fatal(err)
	}
	handOver(t, b, client)
	if m := inbox.next(t); m.To.Email != owner.Email || m.ReplyTo != "" || !strings.Contains(m.Text, sales.Name) ||
		!strings.Contains(m.Text, "https://shop.example/staff/"+sales.ID) || strings.Contains(m.Text, "moved") {
		t.Errorf("of the account %+v was told", m)
	}

	l, err := storetest.Enquire(t, b, storetest.Li(1))
	if err != nil {
		t.Fatal(err)
	}
	_, err = b.AskCode(t.Context(), l.ContactID, identity.ClaimEmail,
		func(id string, before proof.Code, c customer.Contact, in customer.Customer) (proof.Code, event.Event, error) {
			return before.Ask(id, c.Emails[0].Value, c, in, staff.ActorOf(sales), b.Clock.Now())
		})
	if err != nil {
		t.Fatal(err)
	}
	b.Settle(t)
	for _, e := range b.Events(t, l.Customer) { // that of the enquiry is left alone
		if e.Type == event.ContactCodeAsked {
			if err := client.Hand(t.Context(), e); err != nil {
				t.Fatal(err)
			}
		}
	}
	m := inbox.next(t)
	digits := regexp.MustCompile(`\d{6}`).FindString(m.Subject)
	code, err := b.Code(t.Context(), l.ContactID, identity.ClaimEmail)
	if err != nil || m.To.Email != l.Person.Email || m.ReplyTo != "" || !tokens.IsPasscode(code.ID, digits) ||
		!strings.Contains(m.Text, digits) {
		t.Errorf("the code came as %+v, %v", m, err)
	}

	wrote, err := b.WriteLead(t.Context(), l.ID, staff.ActorOf(sales), customer.Outgoing(message.Written{
		Channel: message.ChannelEmail, Subject: "Your cards", Text: "They are ready."}, l.ContactID), "alike",
		func(l lead.Lead) (lead.Lead, event.Event, error) {
			terms, err := b.Shop.Terms(l.Branch)
			if err != nil {
				return l, event.Event{}, err
			}
			return l.Written(staff.ActorOf(sales), customer.Touch{Channel: customer.TouchMail}, terms.Lead(), b.Clock.Now())
		})
	if err != nil {
		t.Fatal(err)
	}
	b.Settle(t)
	for _, e := range b.Events(t, l.Customer) {
		if e.Type == event.CustomerWritten {
			if err := client.Hand(t.Context(), e); err != nil {
				t.Fatal(err)
			}
		}
	}
	letter := inbox.next(t)
	if led, ours := replies.Lead(letter.ReplyTo); letter.To.Email != l.Person.Email || letter.Subject != "Your cards" ||
		!strings.Contains(letter.Text, "They are ready.") || !ours || led != l.ID {
		t.Errorf("the letter came as %+v", letter)
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("the worker ended with %v", err)
	}
	rows, err := b.Messages(t.Context(), []message.Message{{Person: l.ContactID, Step: "code",
		About: "contact/" + l.ContactID + "/" + code.ID, Channel: message.ChannelEmail}})
	if err != nil || len(rows) != 1 || rows[0].State != message.StateSent || rows[0].To == "" {
		t.Errorf("%+v, %v", rows, err)
	}
	rows, err = b.Messages(t.Context(), []message.Message{{Person: l.ContactID, Step: "written",
		About: "lead/" + l.ID + "/" + wrote.ID, Channel: message.ChannelEmail}})
	if err != nil || len(rows) != 1 || rows[0].State != message.StateSent || rows[0].Purpose != message.PurposeService {
		t.Errorf("%+v, %v", rows, err)
	}
}
