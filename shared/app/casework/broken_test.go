package casework_test

import (
	"context"
	"errors"
	"testing"

	"afterpress/shared/app/apptest"
	"afterpress/shared/app/casework"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/kernel/receipt"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store/storetest"
)

// TestWhatACustomerSaysIsDoneOrNot breaks off at each write what customers say by their links and by mail, and what
// another system says for them.
func TestWhatACustomerSaysIsDoneOrNot(t *testing.T) {
	t.Parallel()
	b := start(t, storetest.New)
	d := b.desk
	once := func(do func(context.Context) error) func() error {
		ctx, _ := apptest.Receipt(t)
		return func() error {
			var replay *receipt.Replay
			if err := do(ctx); !errors.As(err, &replay) {
				return err
			}
			return nil
		}
	}
	opened := func() casework.Linked {
		return linkedTo(t, d, storetest.OpenComplaintOf(t, b.Bench.Bench, b.customer.ID, b.contact.ID).ID, "")
	}
	// the first answer of a contact is noted in a write of its own, and once: TestAnsweredContact
	if err := d.Store.AnsweredContact(t.Context(), b.contact.ID, b.contact.Emails[0].Value, staff.Visitor); err != nil {
		t.Fatal(err)
	}
	vouched(t, b.Bench, b.contact.Emails[0].Value, b.contact.ID)
	for name, c := range map[string]apptest.Command{
		"a complaint by link": {Ready: func() func() error {
			b.Clock.Advance(24 * 60 * 60 * 1e9) // a day takes few
			l := linkedTo(t, d, b.contact.ID, "J-7")
			in := casework.Complain{Defects: []string{"scratch"}, Words: "封面有划痕"}
			return once(func(ctx context.Context) error { _, err := d.Complain(ctx, l, in); return err })
		}},
		"a word about a complaint": {Ready: func() func() error {
			l := opened()
			return once(func(ctx context.Context) error {
				return d.TellComplaint(ctx, l, casework.SayComplaint{Say: "message", Text: "还是偏红"}, nil)
			})
		}},
		"a complaint is withdrawn by link": {Ready: func() func() error {
			l := opened()
			return func() error {
				return d.AnswerComplaint(t.Context(), l, casework.SayComplaint{Say: complaint.SayWithdraw, Sure: true,
					Turn: l.Complaint.Turn})
			}
		}},
		"an answer to a question": {Ready: func() func() error {
			l := linkedTo(t, d, questionTo(t, b.Bench, b.customer.ID, b.contact.ID).ID, "")
			return func() error { return d.AnswerQuestion(t.Context(), l, casework.AnswerQuestion{Choice: 1}) }
		}},
		"a complaint by another system": {Ready: func() func() error {
			return once(func(ctx context.Context) error {
				return d.HandComplaint(ctx, handedCall, scratched(b.contact.Emails[0].Value))
			})
		}},
		"a mail about a complaint": {Ready: func() func() error {
			id := opened().Complaint.ID
			return once(func(ctx context.Context) error { return d.HearComplaint(ctx, id, mail("好", false)) })
		}},
		"a mail about a question": {Ready: func() func() error {
			id := questionTo(t, b.Bench, b.customer.ID, b.contact.ID).ID
			return once(func(ctx context.Context) error { return d.HearHold(ctx, id, mail("好", false)) })
		}},
	} {
		t.Run(name, func(t *testing.T) { apptest.AllOrNothing(t, b.Bench.Bench, c) })
	}
}
