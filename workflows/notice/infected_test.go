package notice

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/artwork"
	"afterpress/shared/crm/crmtest"
	"afterpress/shared/crm/customer"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/words"
)

// tray has one folder of files and the contact with whose record they came.
type tray struct {
	folder artwork.Folder
	sender customer.Addressee
}

func (t tray) ArtworkFolder(context.Context, string) (artwork.Folder, error) { return t.folder, nil }

func (t tray) ArtworkSender(context.Context, string) (customer.Addressee, error) {
	return t.sender, nil
}

// The sender of a file with malware is told once, in their language, by the channel that reaches them, and without the
// file's name. Nobody is told of a file that was erased, and no address that nobody knows.
func TestTheSenderOfMalwareIsTold(t *testing.T) {
	t.Parallel()
	who := func(lang words.Lang, emails ...string) customer.Addressee {
		c := customer.Contact{ID: "con_1", Customer: "cus_1", Name: "Li Na", Lang: lang}
		for _, e := range emails {
			c.Emails = append(c.Emails, customer.Reaches(e, false)...)
		}
		return c.Addressee(customer.Customer{})
	}
	for name, c := range map[string]struct {
		who     customer.Addressee
		sender  string
		erased  bool
		waits   int
		reached []string
	}{
		"a customer": {who: who(words.En, "li@example.com"), reached: []string{"con_1 email li@example.com en"}},
		"in Chinese": {who: who(words.Zh, "li@example.com"), waits: 2,
			reached: []string{"con_1 email li@example.com zh"}},
		"without address":   {who: who(words.Zh), reached: []string{"con_1 email  zh"}}, // the ledger says why
		"nobody":            {},
		"a colleague":       {sender: "stf_s", reached: []string{"stf_s email li@shop.example zh"}},
		"a colleague gone":  {sender: "stf_none"},
		"a file erased now": {who: who(words.En, "li@example.com"), erased: true},
	} {
		o := newOffice()
		o.waits = c.waits
		folder := artwork.Folder{Of: "cmp_1", Files: []artwork.Artwork{{ID: "art_1", Name: "evil.example.pdf",
			State: artwork.Infected, OfferedAt: crmtest.Tuesday, Scan: &artwork.Scan{Sender: c.sender}}}}
		if c.erased {
			folder.Files = nil
		}
		o.handed = tray{folder, c.who}
		o.tells(t, event.Event{ID: "evt_1", Type: event.ArtworkInfected, V: event.Layout, Customer: "cus_1",
			Record: "cmp_1", At: crmtest.Tuesday.Add(time.Minute), Branch: "shanghai",
			Data: map[string]string{"of": "cmp_1", "artwork": "art_1"}})
		if !slices.Equal(o.sent, c.reached) {
			t.Errorf("%s: %q, want %q", name, o.sent, c.reached)
		}
		for i, v := range o.values {
			if o.keys[i] != "complaint/cmp_1/art_1/infected/email" || v["moment"] == "" {
				t.Errorf("%s: %s %v", name, o.keys[i], v)
			}
			for _, said := range v {
				if strings.Contains(said, "evil") {
					t.Errorf("%s: it says what a stranger typed: %s", name, said)
				}
			}
		}
	}
}
