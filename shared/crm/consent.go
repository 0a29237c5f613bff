package crm

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// consentKey is where the gate keeps the answer to a form's question.
const consentKey = PurposeMarketing + "/" + ChannelEmail

// ConfirmLife is how long a link that confirms a yes works; message and page say so.
const ConfirmLife = 30 * 24 * time.Hour

// Confirmation is what a confirmation link says: whose enquiry held the yes, and when the link ends.
type Confirmation struct {
	Lead string
	Ends time.Time
}

// SignConfirmation makes the token of a confirmation link.
func (t Tokens) SignConfirmation(c Confirmation) string {
	return t.Sign(UseConfirm, c.Lead+" "+strconv.FormatInt(c.Ends.Unix(), 36))
}

// OpenConfirmation reads the token of a confirmation link.
func (t Tokens) OpenConfirmation(token string) (Confirmation, bool) {
	payload, ok := t.Open(UseConfirm, token)
	lead, ends, _ := strings.Cut(payload, " ")
	unix, err := strconv.ParseInt(ends, 36, 64)
	return Confirmation{lead, time.Unix(unix, 0).UTC()}, ok && err == nil
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
	next := g.answer(consentKey, Consent{Yes: true, At: now, Text: sub.ConsentText, Source: sub.ID, Proof: "confirmed by the link mailed for " + l.ID})
	return next, next.told(ConsentConfirmed, l.Branch, Visitor, now, map[string]string{"purpose": PurposeMarketing, "channel": ChannelEmail, "lead": l.ID}), nil
}

// Withdraw takes the person's no to a purpose by a channel. It counts at once. A no that is said again tells nothing new, but a yes that
// came between the two and waits for its confirmation is over: so the time moves, without an event.
func (g Gate) Withdraw(purpose, channel, source, branch string, by Actor, now time.Time) (Gate, []Event) {
	earlier, answered := g.Consents[purpose+"/"+channel]
	next := g.answer(purpose+"/"+channel, Consent{At: now, Source: source})
	if answered && !earlier.Yes {
		return next, nil
	}
	return next, []Event{next.told(ConsentWithdrawn, branch, by, now, map[string]string{"purpose": purpose, "channel": channel})}
}

// answer is the gate with one answer of the person.
func (g Gate) answer(key string, c Consent) Gate {
	next := g
	next.Consents = map[string]Consent{}
	for k, v := range g.Consents {
		next.Consents[k] = v
	}
	next.Consents[key] = c
	if g.Version == 0 {
		next.CreatedAt = c.At
	}
	next.Version, next.UpdatedAt = g.Version+1, c.At
	return next
}

func (g Gate) told(kind EventType, branch string, by Actor, now time.Time, data map[string]string) Event {
	return news(kind, by, g.Customer, g.Person, g.Version, branch, now, data)
}
