package gate

import (
	"slices"
	"strings"
	"time"

	"afterpress/shared/crm/caselink"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/token"
)

// Choice is a purpose by a channel, to which a contact may say yes or no.
type Choice struct{ Purpose, Channel string }

// Purposes lists the purposes that need the contact's yes, in the order in which they are asked. Service
// messages are not among them: they answer what the contact started.
var Purposes = []string{message.PurposeMarketing, message.PurposeSurvey, message.PurposeReferral}

// ChoiceChannels lists the channels by which a contact may say yes or no.
var ChoiceChannels = []string{message.ChannelEmail, message.ChannelSMS}

// Choices are all that a contact may switch: each of Purposes by each of ChoiceChannels.
var Choices = func() (out []Choice) {
	for _, purpose := range Purposes {
		for _, channel := range ChoiceChannels {
			out = append(out, Choice{purpose, channel})
		}
	}
	return out
}()

// Key names the choice in a gate and in a form, such as "marketing/email".
func (c Choice) Key() string { return c.Purpose + "/" + c.Channel }

// Data names the choice in the data of an event.
func (c Choice) Data() map[string]string {
	return map[string]string{"purpose": c.Purpose, "channel": c.Channel}
}

// Unsubscribing is the content of a link to a contact's choices: the contact, the channel that carried the link, and
// to whom it was given.
type Unsubscribing struct {
	Person, Channel string
	Right           caselink.Right
}

// SignUnsubscribing makes the token of a link to a contact's choices. It has no end of its own, because old mail
// must let the contact unsubscribe as well. It opens while its seal key stays (token.KeyStays).
func SignUnsubscribing(t token.Tokens, u Unsubscribing) string {
	payload := u.Person + " " + u.Channel
	if right := u.Right.Text(); right != "" {
		payload += " " + right
	}
	return t.Sign(token.UseChoices, payload)
}

// OpenUnsubscribing reads the token of a link to a contact's choices. The bool is false for a token that is
// not valid.
func OpenUnsubscribing(t token.Tokens, tok string) (Unsubscribing, bool) {
	payload, ok := t.Open(token.UseChoices, tok)
	person, rest, _ := strings.Cut(payload, " ")
	channel, text, _ := strings.Cut(rest, " ")
	right, readable := caselink.ReadRight(text)
	return Unsubscribing{person, channel, right}, ok && readable
}

// SourceChoices is the source of an answer that was given on the page of choices.
const SourceChoices = "u-page"

// Chosen is what a contact sent from the page of choices.
type Chosen struct {
	Channel string            // that carried the link to the page: the page is about no other
	Stop    []string          // channels by which nothing is to come any more; then the ticks do not count
	Seen    int64             // version of the gate that the page showed
	Yes     map[string]string // what is ticked, by Choice.Key: the very words beside the box
}

// ChoicesOf are the choices of one channel.
func ChoicesOf(channel string) []Choice {
	return slices.DeleteFunc(slices.Clone(Choices), func(c Choice) bool { return c.Channel != channel })
}

// stop takes the contact's no to everything that needs a yes, by these channels.
func (g Gate) stop(channels []string, branch string, now time.Time) (next Gate, events []event.Event) {
	next = g
	for _, choice := range Choices {
		if slices.Contains(channels, choice.Channel) {
			var told []event.Event
			next, told = next.Withdraw(choice.Purpose, choice.Channel, SourceChoices, branch, staff.Visitor, now)
			events = append(events, told...)
		}
	}
	return next, events
}

// Choose takes a contact's choices of the channel: what is ticked is yes, all else is no. Nothing changes of another
// channel, since the link may be read by somebody else than the contact there. A tick turns a no into a yes only
// on a page that showed that no. A page that was left open, or a post that arrives late, therefore takes no
// answer back. stale is true when such a tick did not count. Every no counts.
func (g Gate) Choose(c Chosen, branch string, now time.Time) (next Gate, events []event.Event, stale bool) {
	if len(c.Stop) > 0 {
		next, events = g.stop(c.Stop, branch, now)
		return next, events, false
	}
	next = g
	for _, choice := range ChoicesOf(c.Channel) {
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
			events = append(events, next.NewEvent(event.ConsentConfirmed, branch, staff.Visitor, now, choice.Data()))
		}
	}
	return next, events, stale
}
