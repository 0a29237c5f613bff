package worker

import (
	"log/slog"
	"slices"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/setup"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/notify"
	"afterpress/shared/store/storetest"
	"afterpress/workflows"
)

// A report comes for a message that has no row, since the tables were restored, say. The message is not sent again,
// and what the report means for the reader's addresses is written under the worker's role.
func TestAReportThatCameFirstIsHeededAtTheClaim(t *testing.T) {
	b := storetest.New(t)
	l := enquire(t, b, seed.Shanghai, "gone@customer.example")
	m := message.Message{Person: l.ContactID, Customer: l.Customer, About: "lead/" + l.ID + "/1", Step: "acknowledge",
		Channel: message.ChannelEmail, Template: message.TemplateLeadAcknowledged, Lang: words.En, Branch: seed.Shanghai,
		Owner: seed.StaffID(3)}
	report := message.Report{Fate: message.FateBounced, Source: "ses", Proof: "1", SentAt: b.Clock.Now(),
		At: b.Clock.Now()}
	b.Clock.Advance(time.Hour)
	if err := b.OpenAs(t, "intake").Report(t.Context(), m.Tag(), report); err != nil {
		t.Fatal(err)
	}
	got, err := b.OpenAs(t, "worker").ClaimMessage(t.Context(), m, message.PurposeService)
	if err != nil || got.State != message.StateSent || got.Fate != message.FateBounced {
		t.Errorf("%+v, %v", got, err)
	}
	known, err := b.ReadGate(t.Context(), l.Customer, l.ContactID)
	if err != nil || known.Failed[message.ChannelEmail] == "" {
		t.Errorf("%+v, %v", known, err)
	}
	if n := b.Count(t, b.Tables.Messages, "SUPPRESSED#"); n != 1 {
		t.Errorf("%d addresses are suppressed, want one", n)
	}
}

// Whom we reach by mail and by SMS has the thanks by the way that their customer prefers, which the worker reads.
func TestThanksGoTheWayThatTheCustomerPrefers(t *testing.T) {
	b := storetest.New(t)
	facts, mails, sms := b.OpenAs(t, "worker"), &outbox{}, &texts{}
	mail := &Mail{Sender: mails, From: notify.Address{Email: "shop@shop.example"}, Texts: sms,
		Log: slog.New(slog.DiscardHandler), Policies: facts}
	work := &workflows.LeadWork{Leads: facts, Ledger: facts, Mail: mail, SMS: true, Now: b.Clock.Now}
	for n, prefers := range []string{"", "sms"} {
		l, err := storetest.Enquire(t, b, storetest.Li(n))
		if err != nil {
			t.Fatal(err)
		}
		by := staff.ActorOf(storetest.Person(t, b, 2))
		if _, err := b.ChangeCustomer(t.Context(), l.Customer, by,
			func(c customer.Customer) (customer.Customer, []event.Event, error) {
				entered := c
				entered.PreferredChannel = prefers
				return c.Edit(entered, by, b.Clock.Now())
			}); err != nil {
			t.Fatal(err)
		}
		p := l.Progress()
		i := slices.IndexFunc(p.Rungs, func(r ladder.Rung) bool { return r.Do == ladder.DoAcknowledge })
		if _, err := work.Climb(t.Context(),
			workflows.Climb{ID: l.ID, Round: 1, Key: p.Key(p.Rungs[i]), Rung: p.Rungs[i]}); err != nil {
			t.Fatal(err)
		}
		if len(mails.sent) != 1 || len(sms.sent) != n {
			t.Errorf("preferred %q: %d mails and %d SMS so far", prefers, len(mails.sent), len(sms.sent))
		}
	}
}

// A visitor types the phone of somebody we know and a mailbox of their own. What becomes of the thanks there changes
// nothing for the contact. It closes that mailbox alone, and what becomes of thanks to the contact's own is theirs.
func TestThanksToAnAddressThatIsNotTheContacts(t *testing.T) {
	const mail, other = message.ChannelEmail, "other@stranger.example"
	for n, c := range []struct {
		fate   string
		own    bool
		closed string // why the contact's channel is closed or narrowed
		next   string // why the next thanks there are not sent
	}{
		{message.FateBounced, false, "", ""},
		{message.FateComplained, false, "", message.ReasonBlocked},
		{message.FateBounced, true, "2026-11-24", ""},
		{message.FateComplained, true, message.FateComplained, message.ReasonBlocked},
	} {
		b := storetest.New(t)
		facts := b.OpenAs(t, "worker")
		work := &workflows.LeadWork{Leads: facts, Ledger: facts, Now: b.Clock.Now, Mail: &Mail{Sender: &outbox{},
			From: notify.Address{Email: "shop@shop.example"}, Log: slog.New(slog.DiscardHandler), Policies: facts}}
		e := storetest.Li(n)
		own := e.Email
		first, err := storetest.Enquire(t, b, e)
		if err != nil {
			t.Fatal(err)
		}
		if !c.own {
			e.Email = other
		}
		l, err := storetest.Enquire(t, b, e)
		if err != nil || l.ContactID != first.ContactID {
			t.Fatalf("%+v, %v", l, err)
		}
		p := l.Progress()
		i := slices.IndexFunc(p.Rungs, func(r ladder.Rung) bool { return r.Do == ladder.DoAcknowledge })
		m := message.Message{Person: l.ContactID, Customer: l.Customer, About: p.WorkflowID(), Step: p.Key(p.Rungs[i]),
			Channel: mail, Branch: l.Branch, Owner: seed.StaffID(3)}
		_, err = work.Climb(t.Context(), workflows.Climb{ID: l.ID, Round: 1, Key: m.Step, Rung: p.Rungs[i]})
		if err == nil {
			err = b.OpenAs(t, "intake").Report(t.Context(), m.Tag(), message.Report{Fate: c.fate, Source: "ses", Proof: "f",
				Day: "2026-11-24", At: b.Clock.Now()})
		}
		if err != nil {
			t.Fatal(err)
		}
		g, err := b.ReadGate(t.Context(), l.Customer, l.ContactID)
		if got := g.Suppressed[mail] + g.Failed[mail]; err != nil || got != c.closed {
			t.Errorf("%s, own %t: the contact's channel is %q, want %q; %v", c.fate, c.own, got, c.closed, err)
		}
		if count := b.Count(t, b.Tables.Messages, "SUPPRESSED#"); count == 0 {
			t.Errorf("%s, own %t: the mailbox is as it was", c.fate, c.own)
		}
		for address, why := range map[string]string{e.Email: c.next, own: ""} {
			m.Address, m.Step = address, "next/"+address
			claim, err := facts.ClaimMessage(t.Context(), m, message.PurposeService)
			if c.own {
				why = c.next
			}
			if err != nil || claim.Reason != why {
				t.Errorf("%s, own %t: the next to %s is %q, want %q; %v", c.fate, c.own, address, claim.Reason, why, err)
			}
		}
	}
}

// A changed policy moves an open task that nobody gave a date, under the worker's role.
func TestAChangedPolicyMovesATask(t *testing.T) {
	b := storetest.New(t)
	tsk := storetest.OpenTask(t, b, 3, task.Draft{})
	policy := setup.StandardPolicy()
	policy.Version, policy.Task = 2, task.StandardPolicy()
	policy.Task.Due *= 2
	amend(t, b, "POLICY#standard", policy)
	shop := &workflows.ShopWork{Records: b.OpenAs(t, "worker"), Now: b.Clock.Now}
	if _, err := shop.Replan(t.Context(),
		workflows.ReplanPage{Change: setup.Change{What: setup.ReplanPolicy, ID: "standard", Version: 2}}); err != nil {
		t.Fatal(err)
	}
	if after, err := b.Task(t.Context(), tsk.ID); err != nil || !after.Due.After(tsk.Due) || after.Policy != "standard@2" {
		t.Errorf("due %v by %s, before %v; %v", after.Due, after.Policy, tsk.Due, err)
	}
}

// Workers post as the same robots: one has the turn, and the other waits.
func TestWorkersTakeTurns(t *testing.T) {
	b := storetest.New(t)
	for n := range 2 {
		wait, err := b.OpenAs(t, "worker").TakeTurn(t.Context(), "wecom/pudong", time.Hour)
		if err != nil || (wait > 0) != (n > 0) {
			t.Errorf("worker %d waits %v, %v", n+1, wait, err)
		}
	}
}
