package crm

import (
	"maps"
	"slices"
	"time"
)

// asked is what a form asks for, and consentKey is where the gate keeps the answer.
var (
	asked      = Choice{PurposeMarketing, ChannelEmail}
	consentKey = asked.Key()
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
func (t Tokens) SignConfirmation(c Confirmation) string {
	return t.signUntil(UseConfirm, c.Lead, c.Ends)
}

// OpenConfirmation reads the token of a confirmation link.
func (t Tokens) OpenConfirmation(token string) (Confirmation, bool) {
	lead, ends, ok := t.openUntil(UseConfirm, token)
	return Confirmation{lead, ends}, ok
}

// AwaitsConfirmation reports whether the lead holds a yes that waits for its confirmation, and the mailbox that it would count for is the one that was
// typed: nobody confirms for another.
func (l Lead) AwaitsConfirmation() bool {
	return l.Consent == ConsentAwaiting && l.Person.Email != "" && !slices.Contains(l.Unverified, "email")
}

// Where a yes that waits for its confirmation stands.
const (
	ConfirmOpen = "open" // it waits
	ConfirmDone = "done" // it counts
	ConfirmKept = "kept" // the person said no after it, or at the same moment, and that stands
)

// Confirming says where the yes that came with the submission stands.
func (g Gate) Confirming(sub Submission) string {
	answer, answered := g.Consents[consentKey]
	switch {
	case answer.Yes:
		return ConfirmDone
	case answered && !answer.At.Before(sub.CreatedAt):
		return ConfirmKept
	}
	return ConfirmOpen
}

// Confirm makes the yes that came with the submission count, with the words that the person saw and the link by which he confirmed it. A no that came
// after that yes stands.
func (g Gate) Confirm(l Lead, sub Submission, now time.Time) (Gate, Event, error) {
	if g.Confirming(sub) != ConfirmOpen || !l.AwaitsConfirmation() || l.Submission != sub.ID {
		return g, Event{}, Fail(Refused, "这个链接不再有效：您之后作出了其他选择。", "This link no longer works: you made another choice after it.")
	}
	next := g.answer(asked, Consent{Yes: true, At: after(now, g.Consents[consentKey].At), Text: sub.ConsentText, Source: sub.ID,
		Proof: "confirmed by the link mailed for " + l.ID}, Visitor, now)
	data := asked.data()
	data["lead"] = l.ID
	return next, next.told(ConsentConfirmed, l.Branch, Visitor, now, data), nil
}

// Offer takes a form's yes to marketing by e-mail. It counts unless the person said no before, or somebody did at an address of his (found): then it waits
// for his confirmation, and the gate stays as it is.
func (g Gate) Offer(c Consent, found map[Address]Suppression, now time.Time) (next Gate, counts bool) {
	if earlier, answered := g.Consents[consentKey]; answered {
		return g, earlier.Yes
	}
	for address, s := range found {
		if _, no := s.Noes[asked.Purpose]; no && address.Channel == asked.Channel {
			return g, false
		}
	}
	return g.answer(asked, c, Visitor, now), true
}

// Withdraw takes the person's no to a purpose by a channel. It counts at once. A no that is said again tells nothing new, but a yes that
// came between the two and waits for its confirmation is over: so the time moves, without an event.
func (g Gate) Withdraw(purpose, channel, source, branch string, by Actor, now time.Time) (Gate, []Event) {
	choice := Choice{purpose, channel}
	earlier, answered := g.Consents[choice.Key()]
	next := g.refuse(choice, Consent{At: now, Source: source}, by, now)
	if answered && !earlier.Yes {
		return next, nil
	}
	return next, []Event{next.told(ConsentWithdrawn, branch, by, now, choice.data())}
}

// Record takes an answer that staff say the person gave, at the time at which he gave it. A yes needs the words that he saw and its proof. What is older than his newest answer is
// kept and changes nothing: a yes of before a no never counts, and of two at one moment the no does. Somebody who has left is not asked any more.
func (g Gate) Record(choice Choice, c Consent, branch string, by Actor, now time.Time) (Gate, []Event, error) {
	if faults := c.check(now); len(faults) > 0 {
		return g, nil, Faulty(faults...)
	}
	if g.LeftAt != nil && c.Yes {
		return g, nil, hasLeft()
	}
	next := g.answer(choice, c, by, now)
	entry := next.said[len(next.said)-1]
	kind := ConsentRecorded
	switch {
	case entry.Counts && c.Yes:
		kind = ConsentConfirmed
	case entry.Counts:
		kind = ConsentWithdrawn
	}
	return next, []Event{next.told(kind, branch, by, now, choice.data())}, nil
}

// check says what is wrong with an answer that somebody enters.
func (c Consent) check(now time.Time) []Field {
	var faults []Field
	fault := func(pointer, zh, en string) {
		faults = append(faults, Field{Pointer: pointer, Text: Text{Zh: zh, En: en}})
	}
	if c.At.After(now) || c.At.Before(ConsentsBegin) {
		fault("/at", "请填写客户作出表示的时间：2000 年以后，不晚于现在。", "Enter when the person said it: after 1999, and not later than now.")
	}
	if c.Yes && c.Text == "" {
		fault("/text", "客户同意的，请填写他当时看到的原文。", "For a yes, give the very words that the person saw.")
	}
	if c.Yes && c.Proof == "" {
		fault("/proof", "客户同意的，请填写凭据，例如签字表单的存放处。", "For a yes, say what proves it, such as where the signed form is.")
	}
	return faults
}

// refuse is the gate with a no that counts whatever was said when: where clocks differ, the no is the later word. One that is said again is no new line.
func (g Gate) refuse(choice Choice, c Consent, by Actor, now time.Time) Gate {
	earlier, answered := g.Consents[choice.Key()]
	if answered && earlier.At.After(c.At) {
		c.At = earlier.At
	}
	next := g.answer(choice, c, by, now)
	if answered && !earlier.Yes {
		next.said = g.said
	}
	return next
}

// answer is the gate with one answer of the person, which counts when it is his newest.
func (g Gate) answer(choice Choice, c Consent, by Actor, now time.Time) Gate {
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
	entry := ConsentEntry{CreatedAt: now, Contact: g.Person, Purpose: choice.Purpose, Channel: choice.Channel, By: by.ID, Counts: counts, Consent: c}
	next.said = append(slices.Clip(g.said), entry)
	return next
}

// after is now, or the moment after an answer whose writer's clock is ahead: what a person says to us is his newest word.
func after(now, earlier time.Time) time.Time {
	if now.After(earlier) {
		return now
	}
	return earlier.Add(time.Millisecond)
}

func (g Gate) told(kind EventType, branch string, by Actor, now time.Time, data map[string]string) Event {
	return news(kind, by, g.Customer, g.Person, g.Version, branch, now, data)
}
