package workflows

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/staff"
	"afterpress/workflows/notice"
	"afterpress/workflows/watch"
)

// Ledger is implemented by *store.Store.
type Ledger interface {
	// ClaimMessage takes the right to send, once; any state but claimed means that there is nothing to do. While
	// somebody else holds the claim the error is TooMany with the time to wait.
	ClaimMessage(ctx context.Context, m message.Message, purpose string) (message.Message, error)
	SettleMessage(ctx context.Context, m message.Message, state, provider, reason string) error
	SuppressMessage(ctx context.Context, m message.Message, reason string) error
	watch.Ledger
	// Messages reads the rows of these messages: those that there are, in no order.
	Messages(ctx context.Context, of []message.Message) ([]message.Message, error)
}

// Mail is implemented by *worker.Mail over shared/notify. Send words the message in its language and sends it by
// its channel, once, within less than message.Lease.
type Mail interface {
	Send(ctx context.Context, m message.Message, to Recipient, values map[string]string) Delivery
}

// Post sends the messages of processes that stand in packages of their own.
type Post struct {
	Ledger Ledger
	Mail   Mail
}

// Send is send for the reader.
func (p Post) Send(ctx context.Context, m message.Message, to notice.Reader,
	values map[string]string) (time.Duration, error) {
	return send(ctx, p.Ledger, p.Mail, m, Recipient{Name: to.Name, Email: to.Email, Phone: to.Phone}, values)
}

// Recipient is whom a message reaches, by the one address that its channel has. Name may be empty.
type Recipient struct {
	Name  string
	Email string
	Phone string // E.164; with Robot: whom it calls
	Robot string // the name of a branch's robot
}

func (r Recipient) address() string { return cmp.Or(r.Email, r.Phone, r.Robot) }

// Delivery is how sending ended, in the ledger's words.
type Delivery struct {
	// message.StateSent, StateFailed (refused for good), StateQueued (surely not sent) or StateUnknown
	State    string
	Provider string // its id for the message
	Reason   string // a code, never the provider's text
}

// recording bounds writing down what was sent, also while the worker is being stopped.
const recording = 5 * time.Second

// tellStaff writes to a member of staff, and into the chat of the branch where it has one. Somebody who is no
// longer there has no address. m comes with the reader as its person.
func tellStaff(ctx context.Context, ledger Ledger, mail Mail, m message.Message, reader staff.Staff,
	robot *firm.Robot, now time.Time, values map[string]string) (time.Duration, error) {
	if !reader.Employed(now) {
		reader.ID, reader.Email = "", ""
	}
	m.Lang = reader.Lang
	again, err := send(ctx, ledger, mail, m, Recipient{Name: reader.Name, Email: reader.Email}, values)
	held := isAway(err)
	if err != nil && !held || robot == nil || reader.ID == "" {
		return again, err
	}
	m.Channel = robot.Kind
	later, posted := send(ctx, ledger, mail, m, Recipient{Name: reader.Name, Phone: reader.Phone, Robot: robot.Name},
		values)
	if held && (posted == nil || isAway(posted)) {
		return again, err
	}
	return max(again, later), posted
}

// channelAway says that a channel takes no message at all now, and that this one was surely not sent. again is when to
// try it where nobody watches the channel.
type channelAway struct {
	channel string
	again   time.Duration
}

func (e *channelAway) Error() string { return "workflows: " + e.channel + " takes no message now" }

func isAway(err error) bool {
	var away *channelAway
	return errors.As(err, &away)
}

// awayReasons are the codes of a server that does not answer, that hangs up, or that takes nothing at present (RFC
// 5321, section 3.8). Any other code is about one message.
var awayReasons = []string{"connection", "timeout", "session", "421"}

// send claims the message, sends it once and records how that ended. again is the time after which to try again:
// the message was surely not sent, or somebody else is sending it. A crash after the claim leaves the claim, which
// becomes unknown.
func send(ctx context.Context, ledger Ledger, mail Mail, m message.Message, to Recipient,
	values map[string]string) (again time.Duration, err error) {
	_, again, err = deliver(ctx, ledger, mail, m, to, values)
	return again, err
}

// deliver is send for who has to know what became of the message: ended is its row as this attempt leaves it,
// whichever attempt decided that. Where the whole channel is away the error is a channelAway.
func deliver(ctx context.Context, ledger Ledger, mail Mail, m message.Message, to Recipient,
	values map[string]string) (ended message.Message, again time.Duration, err error) {
	if to.address() == "" {
		ended = m
		ended.State, ended.Reason = message.StateSuppressed, message.ReasonNoAddress
		return ended, 0, ledger.SuppressMessage(ctx, m, message.ReasonNoAddress)
	}
	claim, err := ledger.ClaimMessage(ctx, m, message.PurposeService)
	var busy *fault.Error
	if errors.As(err, &busy) && busy.Kind == fault.TooMany {
		return claim, max(busy.RetryAfter, time.Second), nil
	}
	if err != nil {
		return claim, 0, err
	}
	if claim.State != message.StateClaimed {
		watch.Message(ctx, ledger, claim)
		return claim, 0, nil
	}
	sent := mail.Send(ctx, claim, to, values)
	record, cancel := context.WithTimeout(context.WithoutCancel(ctx), recording)
	defer cancel()
	if err := ledger.SettleMessage(record, claim, sent.State, sent.Provider, sent.Reason); err != nil {
		return claim, 0, err
	}
	ended = claim
	ended.State, ended.Reason = sent.State, sent.Reason
	watch.Message(record, ledger, ended)
	again = backoff(claim.Attempt)
	switch {
	case ended.State != message.StateQueued:
		return ended, 0, nil
	case slices.Contains(awayReasons, ended.Reason):
		return ended, 0, &channelAway{m.Channel, again}
	}
	return ended, again, nil
}

// reached reports whether the person may have a message that one of these steps of the ladder sends, by the ledger.
func reached(ctx context.Context, ledger Ledger, person string, p ladder.Progress, do ...string) (bool, error) {
	var of []message.Message
	for _, r := range p.Rungs {
		m := message.Message{Person: person, About: p.About(), Step: p.Key(r), Channel: message.ChannelEmail}
		if slices.Contains(do, r.Do) {
			of = append(of, m)
			m.Channel = message.ChannelSMS
			of = append(of, m)
		}
	}
	rows, err := ledger.Messages(ctx, of)
	return slices.ContainsFunc(rows, message.Message.Reached), err
}

// backoff is the wait after the attempt: 5 s, doubled each time, at most 10 minutes.
func backoff(attempt int) time.Duration {
	return min(5*time.Second<<min(max(attempt-1, 0), 7), 10*time.Minute)
}
