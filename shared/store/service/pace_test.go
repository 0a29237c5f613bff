package service_test

import (
	"errors"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store"
	"afterpress/shared/store/storetest"
)

// says writes a word about a complaint.
func says(t *testing.T, b *storetest.Bench, s *store.Store, id string, by staff.Actor) error {
	t.Helper()
	terms := storetest.Terms(t, b, seed.Shanghai).Complaint()
	_, _, err := s.ReplyComplaint(t.Context(), id,
		func(c complaint.Complaint, reply string) (complaint.Complaint, complaint.Reply, event.Event, error) {
			return c.Reply(by, reply, "还没有收到", terms, b.Clock.Now())
		})
	return err
}

// flooded is how long the side has to wait, by the error; 0 for no error.
func flooded(t *testing.T, err error) time.Duration {
	t.Helper()
	var flood *message.Flood
	if err != nil && !errors.As(err, &flood) {
		t.Fatal(err)
	}
	if flood == nil {
		return 0
	}
	return flood.Wait.Round(time.Minute)
}

// A customer writes twenty times an hour about one complaint, and a hundred times a day. Beyond it nothing changes, and
// neither colleagues nor other complaints are held up.
func TestACustomerWritesSoOftenAboutAComplaint(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	intake, id := b.OpenAs(t, "intake"), storetest.OpenComplaint(t, b, "cus_1").ID
	began := b.Clock.Now().Truncate(time.Hour)
	for hour := range 5 {
		b.Clock.Set(began.Add(time.Duration(hour)*time.Hour + time.Minute))
		for n := range message.PerHour {
			if err := says(t, b, intake, id, staff.Visitor); err != nil {
				t.Fatalf("word %d of hour %d: %v", n+1, hour, err)
			}
		}
		before := b.State()
		if wait := flooded(t, says(t, b, intake, id, staff.Visitor)); hour < 4 && wait != 59*time.Minute {
			t.Errorf("beyond hour %d: %s", hour, wait)
		}
		if b.State() != before {
			t.Error("a word too many changed something")
		}
	}
	b.Clock.Set(began.Add(5*time.Hour + time.Minute))
	midnight := began.Truncate(24 * time.Hour).Add(24 * time.Hour)
	if wait := flooded(t, says(t, b, intake, id, staff.Visitor)); wait !=
		midnight.Sub(b.Clock.Now()).Round(time.Minute) {
		t.Errorf("beyond the day: %s", wait)
	}
	if err := says(t, b, b.Store, id, complaintBy(t, b, 1)); err != nil {
		t.Errorf("a colleague: %v", err)
	}
	if err := says(t, b, intake, storetest.OpenComplaint(t, b, "cus_1").ID, staff.Visitor); err != nil {
		t.Errorf("another complaint: %v", err)
	}
	b.Clock.Set(midnight)
	if err := says(t, b, intake, id, staff.Visitor); err != nil {
		t.Errorf("the next day: %v", err)
	}
	if c, err := b.Complaint(t.Context(), id); err != nil || c.Replies != message.PerDay+1 {
		t.Errorf("%d words, %v", c.Replies, err)
	}
}

// Letters about a question from production count alike. Those of a stranger take none of the customer's, and a
// machine's wake nobody.
func TestLettersAboutAQuestionAreBounded(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	intake := b.OpenAs(t, "intake")
	hear := func(kind message.MailKind, doubt string) time.Duration {
		return flooded(t, intake.Hear(t.Context(), customer.Touch{Customer: "cus_1", Contact: "con_1",
			Branch: seed.Shanghai, About: "hld_1", Channel: customer.TouchMail, Kind: kind, Sender: doubt, Text: "换纸"}))
	}
	for _, doubt := range []string{customer.SenderFailed, ""} {
		for n := range message.PerHour {
			if wait := hear(message.MailPerson, doubt); wait != 0 {
				t.Fatalf("letter %d, doubt %q: %s", n+1, doubt, wait)
			}
		}
		if wait := hear(message.MailPerson, doubt); wait == 0 {
			t.Errorf("a letter too many, doubt %q", doubt)
		}
	}
	if wait := hear(message.MailAutomatic, ""); wait != 0 {
		t.Errorf("a machine's: %s", wait)
	}
}

// The customer's last word is found behind what colleagues wrote after it, and behind nothing else.
func TestTheLastWordOfACustomer(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	id := storetest.OpenComplaint(t, b, "cus_1").ID
	worker := b.OpenAs(t, "worker")
	last := func() string {
		t.Helper()
		said, err := worker.LastReply(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		return said
	}
	if said := last(); said != "" {
		t.Errorf("before any word: %q", said)
	}
	for _, by := range []staff.Actor{staff.Visitor, staff.ActorOf(storetest.Person(t, b, 6))} {
		if err := says(t, b, b.Store, id, by); err != nil {
			t.Fatal(err)
		}
		b.Clock.Advance(time.Minute)
	}
	if said := last(); said != "还没有收到" {
		t.Errorf("%q", said)
	}
}
