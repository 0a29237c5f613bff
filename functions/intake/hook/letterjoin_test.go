package hook_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"afterpress/functions/intake/hook"
)

// The answer to a letter names the record that it joined: a lead, a complaint, or a question from production. So does
// that to a letter whose sender is in doubt. A repeat gets the same answer.
func TestTheAnswerNamesWhatALetterJoined(t *testing.T) {
	t.Parallel()
	d := hooked(t)
	c, _, ofCase, from := mailed(t, d)
	l := d.enquired(t, "tom@example.com")
	h := d.question(t, c.Customer, c.Contact)
	ofLead, ofHold := d.Server.Frontdesk.Replies.For(l.ID, "reply.shop.example"),
		d.Server.Frontdesk.Replies.For(h.ID, "reply.shop.example")
	for i, row := range []struct{ name, from, to, want string }{
		{"a lead", "From: tom@example.com", ofLead, l.ID},
		{"a lead, from a stranger", "From: mallory@x.example", ofLead, l.ID},
		{"a lead, by its sender alone", "From: tom@example.com", "hello@shop.example", l.ID},
		{"a complaint", from, ofCase, c.ID},
		{"a complaint, from elsewhere", "From: mallory@x.example", ofCase, c.ID},
		{"a question", from, ofHold, h.ID},
	} {
		for range 2 {
			w := d.called(t, hook.SourceMail, fmt.Sprint("mail_", i), letter("好的 "+row.name, row.from,
				"To: "+row.to, "Content-Type: text/plain; charset=utf-8"))
			taken(t, w)
			var got hook.HookReceived
			err := json.Unmarshal(w.Body.Bytes(), &got)
			state := "new" // the record's own
			switch {
			case strings.Contains(row.from, "mallory"):
				state = "doubted"
			case row.want == h.ID:
				state = "joined"
			}
			if err != nil || got.ID != row.want || got.Status != "received" || got.State != state {
				t.Errorf("%s: %s, want %s, %v", row.name, w.Body, row.want, err)
			}
		}
	}
}
