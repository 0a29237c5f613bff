package gate

import (
	"maps"
	"slices"
	"strings"
	"time"

	"afterpress/shared/crm/caselink"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/token"
	"afterpress/shared/kernel/words"
)

// Wording is what a form asks for. ConsentKey is the key under which the gate keeps the answer.
var (
	Wording    = Choice{message.PurposeMarketing, message.ChannelEmail}
	ConsentKey = Wording.Key()
)

// ConsentEntry is one line of the log of a contact's answers. Lines are added and never changed.
type ConsentEntry struct {
	ID        string    `json:"id"`         // cst_…, in the order of time
	CreatedAt time.Time `json:"created_at"` // when it was recorded
	Contact   string    `json:"contact"`
	Purpose   string    `json:"purpose" of:"consent-purpose"`
	Channel   string    `json:"channel" of:"consent-channel"`
	By        string    `json:"by"` // id of the actor who recorded it
	// Counts is true when it was the contact's newest answer. An older one is kept and changes nothing.
	Counts bool `json:"counts"`
	Consent
}

// ConsentsBegin is the earliest time of an answer that staff may record.
var ConsentsBegin = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// ConfirmLife is how long a link that confirms a yes works: 30 days. The message and the page say so.
const ConfirmLife = 30 * 24 * time.Hour

// Confirmation is the content of a confirmation link: the lead whose enquiry held the yes, when the link ends, and to
// whom it was given.
type Confirmation struct {
	Lead  string
	Ends  time.Time
	Right caselink.Right
}

// SignConfirmation makes the token of a confirmation link.
func SignConfirmation(t token.Tokens, c Confirmation) string {
	of := c.Lead
	if right := c.Right.Text(); right != "" {
		of += "/" + right
	}
	return t.SignUntil(token.UseConfirm, of, c.Ends)
}

// OpenConfirmation reads the token of a confirmation link. The bool is false for a token that is not valid.
func OpenConfirmation(t token.Tokens, tok string) (Confirmation, bool) {
	of, ends, ok := t.OpenUntil(token.UseConfirm, tok)
	lead, text, _ := strings.Cut(of, "/")
	right, readable := caselink.ReadRight(text)
	return Confirmation{lead, ends, right}, ok && readable
}

// Offer takes a form's yes to marketing by e-mail. It counts where the address is known to be the contact's (proven).
// It does not count after the contact said no, or where a no was said at one of the contact's addresses. found holds
// what is suppressed at those addresses. A yes that does not count waits for its confirmation, and the gate stays as it
// is.
func (g Gate) Offer(c Consent, proven bool, found map[message.Address]Suppression,
	now time.Time) (next Gate, counts bool) {
	if earlier, answered := g.Consents[ConsentKey]; answered || !proven {
		return g, earlier.Yes
	}
	for address, s := range found {
		if _, no := s.Noes[Wording.Purpose]; no && address.Channel == Wording.Channel {
			return g, false
		}
	}
	return g.Answer(Wording, c, staff.Visitor, now), true
}

// Withdraw takes the contact's no to a purpose by a channel. It counts at once. A repeated no makes no event.
// Its time still moves, so that a yes given in between no longer waits for its confirmation.
func (g Gate) Withdraw(purpose, channel, source, branch string, by staff.Actor, now time.Time) (Gate, []event.Event) {
	choice := Choice{purpose, channel}
	earlier, answered := g.Consents[choice.Key()]
	next := g.refuse(choice, Consent{At: now, Source: source}, by, now)
	if answered && !earlier.Yes {
		return next, nil
	}
	return next, []event.Event{next.NewEvent(event.ConsentWithdrawn, branch, by, now, choice.Data())}
}

// Record takes an answer that staff say the contact gave, at the time at which the contact gave it. A yes
// needs the words that the contact saw, and a proof. An answer older than the newest is kept and changes
// nothing, so a yes from before a no never counts. Of a yes and a no at the same moment, the no counts. The
// error is Invalid for a faulty answer, and Refused for a yes of a contact who has left.
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
	return next, []event.Event{next.NewEvent(kind, branch, by, now, choice.Data())}, nil
}

// check says what is wrong with an answer that staff enter.
func (c Consent) check(now time.Time) []fault.Field {
	var faults []fault.Field
	flt := func(pointer, zh, en string) {
		faults = append(faults, fault.Field{Pointer: pointer, Text: words.Text{Zh: zh, En: en}})
	}
	if c.At.After(now) || c.At.Before(ConsentsBegin) {
		flt("/at", "请填写客户作出表示的时间：2000 年以后，不晚于现在。", "Enter when the person said it: after 1999, and not later than now.")
	}
	if c.Yes && c.Text == "" {
		flt("/text", "客户同意的，请填写客户当时看到的原文。", "For a yes, give the very words that the person saw.")
	}
	if c.Yes && c.Proof == "" {
		flt("/proof", "客户同意的，请填写凭据，例如签字表单的存放处。", "For a yes, say what proves it, such as where the signed form is.")
	}
	return faults
}

// refuse is the gate with a no that counts, whatever was said at which time. Where clocks differ, the no is
// taken as the later answer. A repeated no makes no new line in the log.
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

// Answer is the gate with one more answer of the contact. It counts when it is the newest; at the same moment
// only a no counts. The log gets a line in any case.
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

// MomentAfter is now, or one millisecond after an earlier answer that is not before now. The clock that wrote
// that answer may be ahead, and the answer given now must be the newest.
func MomentAfter(now, earlier time.Time) time.Time {
	if now.After(earlier) {
		return now
	}
	return earlier.Add(time.Millisecond)
}

// NewEvent is the event of a change of the gate in this version. It stands in the customer's log.
func (g Gate) NewEvent(kind event.Type, branch string, by staff.Actor, now time.Time,
	data map[string]string) event.Event {
	return event.New(kind, by, g.Customer, g.Person, g.Version, branch, now, data)
}
