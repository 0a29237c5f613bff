package casework

import (
	"context"
	"fmt"
	"strings"

	"afterpress/shared/crm/hold"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// AnswerQuestion is what the page of a question from production sends: one of its choices, or 0 and words.
type AnswerQuestion struct {
	Choice int    `json:"choice" validate:"min=0,max=6" description:"1 is the first; 0: as written · 选项序号，0 表示按文字说明"`
	Text   string `json:"text" validate:"max=2000,text" description:"What else is to be done · 文字说明"`
}

// CustomerHold is a question from production as its customer reads it.
type CustomerHold struct {
	hold.Hold
	Zone     string   // in which its times are read
	Pictures []string // addresses that work for five minutes
}

// CustomerHold reads the linked question with the photos that a page can show.
func (d Desk) CustomerHold(ctx context.Context, l Linked) (CustomerHold, error) {
	out := CustomerHold{Hold: *l.Hold}
	terms, err := l.terms()
	if err != nil {
		return out, err
	}
	out.Zone = terms.Calendar.Zone
	folder, err := d.Store.ArtworkFolder(ctx, out.ID)
	if err != nil {
		return out, err
	}
	for _, a := range folder.Attached() {
		address, picture, err := d.Store.ShowArtwork(ctx, out.ID, a)
		if err != nil {
			return out, fmt.Errorf("a picture of a question: %w", err)
		}
		if picture {
			out.Pictures = append(out.Pictures, address)
		}
	}
	return out, nil
}

// AnswerQuestion takes in the customer's answer. The same answer a second time changes nothing; another one is refused.
func (d Desk) AnswerQuestion(ctx context.Context, l Linked, in AnswerQuestion) error {
	terms, err := l.terms()
	if err != nil {
		return err
	}
	said := hold.Answer{Choice: in.Choice, Text: words.PublicText(strings.TrimSpace(in.Text)), Channel: "link"}
	_, err = d.Store.ChangeHold(ctx, l.Hold.ID, func(now hold.Hold) (hold.Hold, event.Event, error) {
		if now.Said(said) {
			return now, event.Event{}, nil
		}
		return now.Reply(staff.Visitor, said, terms.Hold(), d.Now())
	})
	return err
}
