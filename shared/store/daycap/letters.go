package daycap

import (
	"context"
	"errors"
	"time"

	"afterpress/shared/crm/mailbox"
	"afterpress/shared/crm/message"
	"afterpress/shared/store/table"

	"golang.org/x/net/publicsuffix"
)

// Letters keeps what the shop sends by itself to what a network, a domain and the company may have a day (UTC). No
// counter joins the transaction of a claim: many claims share each of them. So a claim that is not written after all
// may have used up a place of its network and its domain.
type Letters struct {
	table  *table.Table
	slices *Slices
}

// NewLetters makes the letters of this process, of which it has reserved none.
func NewLetters(t *table.Table) *Letters { return &Letters{table: t, slices: New(t, "letters")} }

// Share is what one message has taken of the day. It is asked for once, however often the message's claim is tried.
type Share struct {
	asked  bool
	reason string
	undo   func()
}

// Undo puts back what was taken of the company's budget by a message that was surely not claimed.
func (s *Share) Undo() {
	if s.undo != nil {
		s.undo()
		s.undo = nil
	}
}

// Take takes the place of an automatic message. reason is why there is none: message.ReasonNetworkCap, ReasonDomainCap
// or ReasonLetterCap. SMS have a budget of their own, so of them only the network counts.
func (l *Letters) Take(ctx context.Context, got *Share, m message.Message,
	p message.LetterPolicy) (reason string, err error) {
	if got.asked {
		return got.reason, nil
	}
	full, err := l.spend(ctx, m, p)
	if err != nil {
		return "", err
	}
	if full == "" && m.Channel == message.ChannelEmail {
		taken, ok, err := l.slices.Take(ctx, p.DayCap())
		if err != nil {
			return "", err
		}
		if got.undo = func() { l.slices.Undo(taken) }; !ok {
			got.undo, full = nil, message.ReasonLetterCap
		}
	}
	got.asked, got.reason = true, full
	return full, nil
}

// spend counts the message against its network and its domain. full is the limit that one of them has reached.
func (l *Letters) spend(ctx context.Context, m message.Message, p message.LetterPolicy) (full string, err error) {
	perDomain, perNetwork, _ := p.Caps()
	ends := l.table.Now().UTC().Truncate(24 * time.Hour).Add(24 * time.Hour)
	domain := ""
	if of := mailbox.Domain(m.Replies); m.Channel == message.ChannelEmail && !mailbox.Public(of) {
		domain = l.table.Hashed(Registered(of))
	}
	for _, c := range []struct {
		of, id, reason string
		most           int64
	}{
		{"network", m.Network, message.ReasonNetworkCap, perNetwork},
		{"domain", domain, message.ReasonDomainCap, perDomain},
	} {
		if c.id == "" {
			continue
		}
		_, err := l.table.Count(ctx, table.CounterKey("letters", c.of, c.id, table.At(ends)), 1, c.most, ends)
		if errors.Is(err, table.ErrFull) {
			return c.reason, nil
		}
		if err != nil {
			return "", err
		}
	}
	return "", nil
}

// Registered is the registered domain, such as print.com.cn of mail.print.com.cn. Who has that one has every name below
// it. What is a suffix itself, or no name at all, comes back as it is.
func Registered(domain string) string {
	registered, err := publicsuffix.EffectiveTLDPlusOne(domain)
	if err != nil {
		return domain
	}
	return registered
}

// Return gives back what this process has reserved for today and not used.
func (l *Letters) Return(ctx context.Context) error { return l.slices.Return(ctx) }
