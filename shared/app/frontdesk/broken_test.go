package frontdesk_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/app"
	"afterpress/shared/app/apptest"
	"afterpress/shared/app/frontdesk"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/receipt"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/storetest"
)

// answered takes the answer of an earlier request for one.
func answered(err error) error {
	var replay *receipt.Replay
	if errors.As(err, &replay) {
		return nil
	}
	return err
}

// TestWhatThePublicSendsIsDoneOrNot breaks off at each write what visitors, customers and other systems send.
func TestWhatThePublicSendsIsDoneOrNot(t *testing.T) {
	t.Parallel()
	b, d, _, _ := mailroom(t)
	d.Log = slog.New(slog.DiscardHandler)
	n := 1
	somebody := func() lead.Lead {
		n++
		l, err := storetest.Enquire(t, b.Bench, storetest.Li(n))
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	once := func(do func(context.Context) error) func() error {
		ctx, _ := apptest.Receipt(t)
		return func() error { return answered(do(ctx)) }
	}
	kept := func() int64 {
		return int64(b.Count(t, b.Tables.Records, "SUBMISSION#") + b.Count(t, b.Tables.Events, "CUSTOMER#"))
	}
	said := func() int64 { // a no that is repeated notes its time and nothing else
		return int64(b.Count(t, b.Tables.Records, "CONTACT#") + b.Count(t, b.Tables.Events, "CUSTOMER#"))
	}
	heard := func() int64 { // a letter that opens a task is counted against the day's first
		return int64(b.Count(t, b.Tables.Records, "CUSTOMER#") + b.Count(t, b.Tables.Records, "TASK#"))
	}
	choices := func(l lead.Lead) string {
		return gate.SignUnsubscribing(d.Tokens, gate.Unsubscribing{Person: l.ContactID, Channel: message.ChannelEmail})
	}
	for name, c := range map[string]apptest.Command{
		"an enquiry": {Made: kept, Ready: func() func() error {
			n++
			v := visit(t, b, form.Enquiry{Email: fmt.Sprintf("tom%d@example.com", n)})
			v.Arrival.Address = fmt.Sprint("192.0.2.", n)
			return once(func(ctx context.Context) error { return d.Visit(ctx, v) })
		}},
		"an enquiry by another system": {Ready: func() func() error {
			n++
			call := app.Call{Source: "leads", Via: fmt.Sprint("leads/", n), ID: fmt.Sprint("call_", n),
				Type: "application/json", Body: "{}"}
			return once(func(ctx context.Context) error {
				return d.HandEnquiry(ctx, call, frontdesk.Handed{Form: seed.Quote, Source: "ad-platform", Lang: words.En,
					Enquiry: frontdesk.Enquiry{Name: "Tom", Email: fmt.Sprintf("tom%d@example.com", n), Product: "book"}})
			})
		}},
		"choices": {Made: said, Ready: func() func() error {
			link := choices(somebody())
			return func() error {
				_, _, err := d.Choose(t.Context(), link,
					frontdesk.Choose{Yes: []string{byEmail}, Text: map[string]string{byEmail: "By e-mail."}})
				return err
			}
		}},
		"a no by one click": {Made: said, Ready: func() func() error {
			link := choices(somebody())
			return func() error {
				_, err := d.Unsubscribe(t.Context(), link)
				return err
			}
		}},
		"a confirmation": {Ready: func() func() error {
			l := somebody()
			if _, err := d.Unsubscribe(t.Context(), choices(l)); err != nil {
				t.Fatal(err)
			}
			said := storetest.Li(n)
			said.Consent = true
			again, err := storetest.Enquire(t, b.Bench, said)
			if err != nil {
				t.Fatal(err)
			}
			link := gate.SignConfirmation(d.Tokens, gate.Confirmation{Lead: again.ID, Ends: b.Clock.Now().Add(time.Hour)})
			return func() error { return d.Confirm(t.Context(), link) }
		}},
		"a report on a message": {Ready: func() func() error {
			l := somebody()
			m := sent(t, b, message.Message{Person: l.ContactID, Customer: l.Customer, About: l.Progress().WorkflowID()})
			report := message.Report{Fate: message.FateBounced, Source: "ses", At: b.Clock.Now()}
			return func() error { return d.TakeReport(t.Context(), m.Tag(), report) }
		}},
		"a letter that nobody can place": {Made: kept, Ready: func() func() error {
			n++
			mail := letter("好")
			mail.From = fmt.Sprintf("nobody%d@example.com", n)
			return once(func(ctx context.Context) error { return d.TakeLetter(ctx, mail) })
		}},
		"an answer by mail of a stranger": {Made: heard, Ready: func() func() error {
			l := somebody()
			m := sent(t, b, message.Message{Person: l.ContactID, Customer: l.Customer, About: l.Progress().WorkflowID()})
			mail := letter("好")
			mail.Tags = []string{m.Tag()}
			return once(func(ctx context.Context) error { return d.TakeLetter(ctx, mail) })
		}},
	} {
		t.Run(name, func(t *testing.T) { apptest.AllOrNothing(t, b.Bench, c) })
	}
}
