package hook_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"afterpress/functions/intake/hook"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/words"
)

// Beyond twenty letters an hour about one record a letter is kept for a colleague to look at. All of them are one task,
// and the record's process hears nothing.
func TestALetterTooManyIsKeptWithoutAnEvent(t *testing.T) {
	d := hooked(t)
	l, _, toLead := written(t, d)
	c, _, toComplaint, from := mailed(t, d)
	h := d.question(t, c.Customer, c.Contact)
	for record, head := range map[string][]string{
		l.ID: {"From: lina@example.com", "To: " + toLead}, c.ID: {from, "To: " + toComplaint},
		h.ID: {from, "To: " + d.Server.Frontdesk.Replies.For(h.ID, "reply.shop.example")},
	} {
		send := func(n int) {
			t.Helper()
			taken(t, d.called(t, hook.SourceMail, fmt.Sprint(record, n), letter(fmt.Sprint("word ", n), head...)))
		}
		for n := range message.PerHour {
			send(n)
		}
		customer := c.Customer
		if record == l.ID {
			customer = l.Customer
		}
		events, tasks := d.Count(t, d.Tables.Events, "CUSTOMER#"+customer), d.CountRecords(t, "TASK")
		for n := range 3 {
			send(message.PerHour + n)
			send(message.PerHour + n) // a repeat is kept once
		}
		n, opened := d.Count(t, d.Tables.Events, "CUSTOMER#"+customer), d.CountRecords(t, "TASK")
		if n != events || opened != tasks+1 && opened != tasks { // a sender has one task a day, whatever it is about
			t.Errorf("%s: %d events and %d tasks more", record, n-events, opened-tasks)
		}
		kept := 0
		page, err := d.Submissions(t.Context(), form.OutcomeQuarantined, everywhere, storePage)
		if err != nil {
			t.Fatal(err)
		}
		for _, card := range page.Items {
			if card.Difficulty != form.BeyondPace(record) {
				continue
			}
			kept++
			sub, err := d.Submission(t.Context(), card.ID)
			if why := sub.Why(); err != nil || !strings.Contains(sub.Body, "word 2") ||
				!strings.Contains(why.En, words.Reference(record)) || !strings.Contains(why.Zh, words.Reference(record)) {
				t.Errorf("%+v %v, %v", sub, why, err)
			}
		}
		if kept != 3 {
			t.Errorf("%s: %d letters are kept", record, kept)
		}
	}
	d.Clock.Advance(time.Hour)
	before := len(d.replies(t, c.ID))
	taken(t, d.called(t, hook.SourceMail, "later", letter("later", from, "To: "+toComplaint)))
	if n := len(d.replies(t, c.ID)); n != before+1 || before != message.PerHour {
		t.Errorf("%d words, then %d", before, n)
	}
}
