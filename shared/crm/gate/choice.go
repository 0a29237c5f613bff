package gate

import (
	"strings"
	"time"

	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/token"
)

// Choice is a purpose by a channel to which a person may say yes or no.
type Choice struct{ Purpose, Channel string }

// Purposes lists those that need the person's yes, in the order in which he is asked. Service messages are not
// among them: they answer what he started.
var Purposes = []string{message.PurposeMarketing, message.PurposeSurvey, message.PurposeReferral}

// ChoiceChannels lists the channels by which a person may say yes or no.
var ChoiceChannels = []string{message.ChannelEmail, message.ChannelSMS}

// Choices are all that a person may switch.
var Choices = func() (out []Choice) {
	for _, purpose := range Purposes {
		for _, channel := range ChoiceChannels {
			out = append(out, Choice{purpose, channel})
		}
	}
	return out
}()

// Key names the choice in a gate and in a form.
func (c Choice) Key() string { return c.Purpose + "/" + c.Channel }

// Data names the choice in an event.
func (c Choice) Data() map[string]string {
	return map[string]string{"purpose": c.Purpose, "channel": c.Channel}
}

// Unsubscribing is what a link to a person's choices says: whose they are, and which channel carried it.
type Unsubscribing struct{ Person, Channel string }

// SignUnsubscribing makes the token of a link to a person's choices. It has no end: old mail must let him go as well.
func SignUnsubscribing(t token.Tokens, u Unsubscribing) string {
	return t.Sign(token.UseChoices, u.Person+" "+u.Channel)
}

// OpenUnsubscribing reads the token of a link to a person's choices.
func OpenUnsubscribing(t token.Tokens, tok string) (Unsubscribing, bool) {
	payload, ok := t.Open(token.UseChoices, tok)
	person, channel, _ := strings.Cut(payload, " ")
	return Unsubscribing{person, channel}, ok
}

// SourceChoices is where a person answered who used the page of his choices.
const SourceChoices = "u-page"

// Chosen is what a person sent from the page of his choices.
type Chosen struct {
	Seen int64             // version of the gate that the page showed
	Yes  map[string]string // what he ticked, by a choice's key: the very words beside the box
}

// Choose takes a person's choices: what is ticked is yes, all else is no. A tick makes a yes out of a no only on a
// page that showed that no, so a page that was left open, or a post that comes late, takes nothing back; stale says
// that such a tick did not count. Every no counts.
func (g Gate) Choose(c Chosen, branch string, now time.Time) (next Gate, events []event.Event, stale bool) {
	next = g
	for _, choice := range Choices {
		text, yes := c.Yes[choice.Key()]
		switch {
		case !yes:
			var told []event.Event
			next, told = next.Withdraw(choice.Purpose, choice.Channel, SourceChoices, branch, staff.Visitor, now)
			events = append(events, told...)
		case g.Consents[choice.Key()].Yes:
		case c.Seen != g.Version:
			stale = true
		default:
			next = next.Answer(choice,
				Consent{Yes: true, At: MomentAfter(now, g.Consents[choice.Key()].At), Text: text, Source: SourceChoices},
				staff.Visitor, now)
			events = append(events, next.Told(event.ConsentConfirmed, branch, staff.Visitor, now, choice.Data()))
		}
	}
	return next, events, stale
}
