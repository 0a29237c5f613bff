package gate

import (
	"maps"
	"slices"
	"time"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/token"
	"afterpress/shared/kernel/words"
)

// Wording is what a form asks for, and consentKey is where the gate keeps the answer.
var (
	Wording    = Choice{message.PurposeMarketing, message.ChannelEmail}
	ConsentKey = Wording.Key()
)

// ConsentEntry is one line of the log of a contact's answers. Lines are added and never changed.
type ConsentEntry struct {
	ID        string    `json:"id"`         // cst_… by time
	CreatedAt time.Time `json:"created_at"` // when it was recorded
	Contact   string    `json:"contact"`
	Purpose   string    `json:"purpose"`
	Channel   string    `json:"channel"`
	By        string    `json:"by"`     // who recorded it
	Counts    bool      `json:"counts"` // it was the person's newest word; an older one is kept and changes nothing
	Consent
}

// ConsentsBegin is before the first answer that anybody can show.
var ConsentsBegin = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// ConfirmLife is how long a link that confirms a yes works; message and page say so.
const ConfirmLife = 30 * 24 * time.Hour

// Confirmation is what a confirmation link says: whose enquiry held the yes, and when the link ends.
type Confirmation struct {
	Lead string
	Ends time.Time
}

// SignConfirmation makes the token of a confirmation link.
func SignConfirmation(t token.Tokens, c Confirmation) string {
	return t.SignUntil(token.UseConfirm, c.Lead, c.Ends)
}

// OpenConfirmation reads the token of a confirmation link.
func OpenConfirmation(t token.Tokens, tok string) (Confirmation, bool) {
	lead, ends, ok := t.OpenUntil(token.UseConfirm, tok)
	return Confirmation{lead, ends}, ok
}

// Offer takes a form's yes to marketing by e-mail. It counts unless the person said no before, or somebody did at
// an address of his (found): then it waits for his confirmation, and the gate stays as it is.
func (g Gate) Offer(c Consent, found map[message.Address]Suppression, now time.Time) (next Gate, counts bool) {
	if earlier, answered := g.Consents[ConsentKey]; answered {
		return g, earlier.Yes
	}
	for address, s := range found {
		if _, no := s.Noes[Wording.Purpose]; no && address.Channel == Wording.Channel {
			return g, false
		}
	}
	return g.Answer(Wording, c, staff.Visitor, now), true
}

// Withdraw takes the person's no to a purpose by a channel. It counts at once. A no that is said again tells
// nothing new, but a yes that came between the two and waits for its confirmation is over: so the time moves,
// without an event.
func (g Gate) Withdraw(purpose, channel, source, branch string, by staff.Actor, now time.Time) (Gate, []event.Event) {
	choice := Choice{purpose, channel}
	earlier, answered := g.Consents[choice.Key()]
	next := g.refuse(choice, Consent{At: now, Source: source}, by, now)
	if answered && !earlier.Yes {
		return next, nil
	}
	return next, []event.Event{next.Told(event.ConsentWithdrawn, branch, by, now, choice.Data())}
}

// Record takes an answer that staff say the person gave, at the time at which he gave it. A yes needs the words
// that he saw and its proof. What is older than his newest answer is kept and changes nothing: a yes of before a no
// never counts, and of two at one moment the no does. Somebody who has left is not asked any more.
func (g Gate) Record(choice Choice, c Consent, branch string, by staff.Actor,
	now time.Time) (Gate, []event.Event, error) {
	if faults := c.check(now); len(faults) > 0 {
		return g, nil, fault.Faulty(faults...)
	}
	if g.LeftAt != nil && c.Yes {
		return g, nil, customer.HasLeft()
	}
	next := g.Answer(choice, c, by, now)
	entry := next.said[len(next.said)-1]
	kind := event.ConsentRecorded
	switch {
	case entry.Counts && c.Yes:
		kind = event.ConsentConfirmed
	case entry.Counts:
		kind = event.ConsentWithdrawn
	}
	return next, []event.Event{next.Told(kind, branch, by, now, choice.Data())}, nil
}

// check says what is wrong with an answer that somebody enters.
func (c Consent) check(now time.Time) []fault.Field {
	var faults []fault.Field
	flt := func(pointer, zh, en string) {
		faults = append(faults, fault.Field{Pointer: pointer, Text: words.Text{Zh: zh, En: en}})
	}
	if c.At.After(now) || c.At.Before(ConsentsBegin) {
		flt("/at", "请填写客户作出表示的时间：2000 年以后，不晚于现在。", "Enter when the person said it: after 1999, and not later than now.")
	}
	if c.Yes && c.Text == "" {
		flt("/text", "客户同意的，请填写他当时看到的原文。", "For a yes, give the very words that the person saw.")
	}
	if c.Yes && c.Proof == "" {
		flt("/proof", "客户同意的，请填写凭据，例如签字表单的存放处。", "For a yes, say what proves it, such as where the signed form is.")
	}
	return faults
}

// refuse is the gate with a no that counts whatever was said when: where clocks differ, the no is the later word.
// One that is said again is no new line.
func (g Gate) refuse(choice Choice, c Consent, by staff.Actor, now time.Time) Gate {
	earlier, answered := g.Consents[choice.Key()]
	if answered && earlier.At.After(c.At) {
		c.At = earlier.At
	}
	next := g.Answer(choice, c, by, now)
	if answered && !earlier.Yes {
		next.said = g.said
	}
	return next
}

// Answer is the gate with one answer of the person, which counts when it is his newest.
func (g Gate) Answer(choice Choice, c Consent, by staff.Actor, now time.Time) Gate {
	next := g.turn(now)
	earlier, answered := g.Consents[choice.Key()]
	counts := !answered || c.At.After(earlier.At) || !c.Yes && c.At.Equal(earlier.At)
	if counts {
		next.Consents = maps.Clone(g.Consents)
		if next.Consents == nil {
			next.Consents = map[string]Consent{}
		}
		next.Consents[choice.Key()] = c
	}
	entry := ConsentEntry{CreatedAt: now, Contact: g.Person, Purpose: choice.Purpose, Channel: choice.Channel, By: by.ID,
		Counts: counts, Consent: c}
	next.said = append(slices.Clip(g.said), entry)
	return next
}

// MomentAfter is now, or the moment after an answer whose writer's clock is ahead: what a person says to us is his
// newest word.
func MomentAfter(now, earlier time.Time) time.Time {
	if now.After(earlier) {
		return now
	}
	return earlier.Add(time.Millisecond)
}

func (g Gate) Told(kind event.Type, branch string, by staff.Actor, now time.Time, data map[string]string) event.Event {
	return event.News(kind, by, g.Customer, g.Person, g.Version, branch, now, data)
}
