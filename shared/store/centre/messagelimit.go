package centre

import (
	"context"
	"errors"
	"maps"
	"strings"
	"time"

	"afterpress/shared/crm/mailbox"
	"afterpress/shared/crm/message"
	"afterpress/shared/store/daycap"
	"afterpress/shared/store/table"
)

// barred is the reason why a claim's transaction was refused. The message's row then carries that reason.
type barred string

// Error names the reason, one of the message's Reason constants.
func (b barred) Error() string { return "centre: the message is barred: " + string(b) }

// bars gives the error of a failed condition that bars a message.
func bars(reason string) func(table.Item) error {
	return func(table.Item) error { return barred(reason) }
}

// replyKey is the place of the automatic replies to the mailbox of the address that the message answers: the last one,
// how many there were, and when the last enquiry came.
func (s *Centre) replyKey(m message.Message) table.Item {
	return table.CounterKey("reply", s.table.Hashed(mailbox.Of(m.Replies)))
}

// replied is what stands there, where it still counts, and whether it holds the message back.
func (s *Centre) replied(it table.Item, m message.Message) (counts table.Item, held bool) {
	ends, _ := table.DecodeValue[int64](it[table.TTLAttr]) // the store wrote it
	if ends <= s.table.Now().Unix() {
		return nil, false
	}
	if strings.HasPrefix(table.StringOf(it["message"]), m.Person+"/"+m.Follows()) {
		return it, false
	}
	before := table.Figure(it, "asked")
	return it, m.Asked.IsZero() || before == 0 || table.Figure(it, "n") >= message.MostReplies ||
		m.Asked.UnixMilli() < before+message.ReplyGap.Milliseconds()
}

// mayReply says why an automatic message is not sent: its mailbox, domain or network, or the company, had its share of
// the day. Only the first claim counts, as in countSMS. Any other message passes.
func (s *Centre) mayReply(ctx context.Context, m message.Message, pass gates,
	share *daycap.Share) (reason string, err error) {
	if m.Replies == "" || m.Attempt > 0 {
		return "", nil
	}
	if pass.replied {
		return message.ReasonAnswered, nil
	}
	_, terms, err := s.company.Terms(ctx, m.Branch)
	if err != nil {
		return "", err
	}
	return s.letters.Take(ctx, share, m, terms.Policy.Letters)
}

// replyHeld adds to a transaction that the mailbox gets an automatic reply now, after those that were read. It fails
// when another message replied meanwhile. Messages that this one follows do not hold it back.
func (s *Centre) replyHeld(b *table.Batch, m message.Message, read table.Item) {
	now := s.table.Now()
	it := s.replyKey(m)
	n, asked := table.Figure(read, "n")+1, max(table.Figure(read, "asked"), m.Asked.UnixMilli())
	cond := table.Lapsed(now)
	if read != nil {
		if strings.HasPrefix(table.StringOf(read["message"]), m.Person+"/"+m.Follows()) {
			n--
		}
		cond.Expr += " OR begins_with(#m, :told) OR #m = :last"
		cond.Names["#m"], cond.Values[":told"] = "message", table.Text(m.Person+"/"+m.Follows())
		cond.Values[":last"] = read["message"]
	}
	it["message"], it[table.TTLAttr] = table.Text(m.Person+"/"+m.Key()), table.Number(now.Add(message.ReplyPause).Unix())
	it["n"] = table.Number(n)
	if !m.Asked.IsZero() {
		it["asked"] = table.Number(asked)
	} else if read["asked"] != nil {
		it["asked"] = read["asked"]
	}
	b.Put(s.table.Messages, it, cond, bars(message.ReasonAnswered))
}

// noteAsked keeps when an enquiry came that gets no reply, so that a flood has no end that looks like a second enquiry.
// Where another one is noted meanwhile, that does.
func (s *Centre) noteAsked(ctx context.Context, m message.Message, pass gates) error {
	if !pass.replied || m.Asked.UnixMilli() <= table.Figure(pass.reply, "asked") {
		return nil
	}
	it := maps.Clone(pass.reply)
	it["asked"] = table.Number(m.Asked.UnixMilli())
	_, err := s.table.PutOne(ctx, s.table.Messages, it, table.Condition{Expr: "#m = :last",
		Names: map[string]string{"#m": "message"}, Values: table.Item{":last": pass.reply["message"]}})
	return err
}

// asksBlame reports whether the message may be barred by a report of anybody at its address. Mail to staff is not.
// The claim holds the gate of its person, and only reads what others at the address reported: a report that comes
// between reading and writing is as late as one that comes once the message is on its way.
func asksBlame(m message.Message) bool {
	return m.To != "" && (!m.ToStaff() || m.Channel == message.ChannelSMS)
}

// countSMS counts an SMS against the caps of its number and of the company: the number's counter joins the claim, and
// the company's SMS comes out of a slice. undo puts that back where the claim was surely not written. Only the first
// claim counts: a later one is of the same message, which surely was not sent. A number's day is the branch's
// day. The company's day is UTC, since its branches may lie in several time zones.
func (s *Centre) countSMS(ctx context.Context, b *table.Batch, m message.Message) (undo func(), err error) {
	undo = func() {}
	if m.Channel != message.ChannelSMS || m.Attempt > 0 {
		return undo, nil
	}
	_, terms, err := s.company.Terms(ctx, m.Branch)
	if err != nil {
		return undo, err
	}
	now := s.table.Now()
	ends, err := terms.DayEnds(now)
	if err != nil {
		return undo, err
	}
	perNumber, _ := terms.Policy.SMS.Caps()
	s.table.CountOne(b, table.CounterKey("sms", s.table.Hashed(m.Number), table.At(ends)), perNumber, ends,
		bars(message.ReasonNumberCap))
	taken, ok, err := s.sms.Take(ctx, terms.Policy.SMS.DayCap(m.SMSClass()))
	if err == nil && !ok {
		err = barred(message.ReasonSMSCap)
	}
	if err != nil {
		return undo, err
	}
	return func() { s.sms.Undo(taken) }, nil
}

// SMSToday is how many SMS the company has claimed today (UTC), and how many it may by the policy of the branch. What
// other processes have reserved counts as claimed.
func (s *Centre) SMSToday(ctx context.Context, branch string) (used, most int64, err error) {
	_, terms, err := s.company.Terms(ctx, branch)
	if err != nil {
		return 0, 0, err
	}
	_, most = terms.Policy.SMS.Caps()
	used, err = s.sms.Claimed(ctx)
	return used, most, err
}

// ReturnReserved gives back the SMS and automatic letters that this process has reserved for today and not used, so
// that others may send them. A worker calls it now and then, and when it stops.
func (s *Centre) ReturnReserved(ctx context.Context) error {
	return errors.Join(s.sms.Return(ctx), s.letters.Return(ctx))
}

// TakeTurn takes the one turn that the name has in the current window of this length. wait is 0 when the caller
// got the turn. Otherwise it is the time left in the window.
func (s *Centre) TakeTurn(ctx context.Context, name string, window time.Duration) (wait time.Duration, err error) {
	now := s.table.Now()
	begin := now.Truncate(window)
	_, err = s.table.Count(ctx, table.CounterKey("turn", name, table.At(begin)), 1, 1, begin.Add(window))
	if errors.Is(err, table.ErrFull) {
		return begin.Add(window).Sub(now), nil
	}
	return 0, err
}
