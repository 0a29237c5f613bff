package centre

import (
	"context"
	"errors"
	"slices"
	"time"

	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store/daycap"
	"afterpress/shared/store/table"
)

// messageLife is how long ledger rows are kept: longer than a year, so that a yearly message still finds its
// row.
const messageLife = 400 * 24 * time.Hour

// doubtDue is how much working time the owner has to find out what became of an unknown message.
const doubtDue = time.Hour

// ClaimMessage takes the right to send a message. It writes the person's gate in the same transaction, and nothing
// that other people share. The state of the result says what to do. message.StateClaimed
// means that this caller may send, once. Any other state means that there is nothing left to do. While another
// writer holds the claim (a lease), the error is TooMany with the time to wait. It is the same while marketing is not
// released, and then nothing is decided or written. A claim whose lease ran out becomes unknown, with a line on the
// owner's desk.
func (s *Centre) ClaimMessage(ctx context.Context, m message.Message, purpose string) (message.Message, error) {
	var share daycap.Share
	next, err := table.Retry(ctx, table.Many, func(int) (message.Message, error) {
		row, pass, told, err := s.ledger(ctx, m, purpose)
		if err != nil {
			return m, err
		}
		if told != nil { // the message was sent, though its row is lost
			return s.heed(ctx, row, *told)
		}
		switch row.State {
		case "", message.StateQueued:
		case message.StateClaimed:
			return s.lapse(ctx, row)
		default:
			return row, nil
		}
		return s.tryClaim(ctx, row, pass, purpose, &share)
	})
	if err == nil && next.State != message.StateClaimed || err != nil && fault.KindOf(err) != fault.Unavailable {
		share.Undo()
	}
	return next, err
}

// gates are what a message must pass: the person's gate, the release of all marketing, and the reports of everybody
// who has the address.
type gates struct {
	person  gate.Gate
	read    table.Item // of the person's gate; nil: there is none
	release gate.Release
	reply   table.Item // the mailbox's automatic replies; nil: there is none that counts
	replied bool       // they hold the message back
	blamed  bool       // somebody at the address reported a message as unwanted
}

// ledger reads the message's row, or makes the row that it would have, and the gates it must pass. told is the
// report on a message that has no row.
func (s *Centre) ledger(ctx context.Context, m message.Message,
	purpose string) (_ message.Message, pass gates, told *message.Report, err error) {
	pass.person.Person, pass.person.Customer = m.Person, m.Customer
	if m.To = ""; m.Address != "" {
		m.To = s.table.Hashed(m.Address)
	}
	keys := []table.Item{table.MessageKey(m.Person, m.Key()), table.GateKey(m.Person), table.ReportKey(m.Tag())}
	if purpose != message.PurposeService {
		keys = append(keys, table.MarketingKey())
	}
	if m.Replies != "" {
		keys = append(keys, s.replyKey(m))
	}
	if asksBlame(m) {
		keys = append(keys, table.SuppressionKey(m.Channel, m.To))
	}
	found, err := s.table.GetAll(ctx, s.table.Messages, keys)
	if err != nil {
		return m, pass, nil, err
	}
	m.ID, m.State, m.Version, m.CreatedAt = s.table.NewID("msg"), "", 0, s.table.Now()
	for _, it := range found {
		switch table.StringOf(it["sk"]) {
		case "GATE":
			pass.read = it
			pass.person, err = gateOf(it, m.Customer)
		case "MARKETING":
			pass.release, err = table.Decode[gate.Release](it)
		case "SUPPRESSED":
			var at gate.Suppression
			at, err = table.Decode[gate.Suppression](it)
			pass.blamed = at.Block == message.FateComplained
		case "REPORT":
			told = new(message.Report)
			*told, err = table.Decode[message.Report](it)
		case "COUNTER":
			pass.reply, pass.replied = s.replied(it, m)
		default:
			asked := m
			m, err = table.Decode[message.Message](it)
			m.Replies, m.Asked, m.Network, m.Number, m.To = asked.Replies, asked.Asked, asked.Network, asked.Number, asked.To
		}
		if err != nil {
			return m, pass, nil, err
		}
	}
	if m.Version > 0 {
		told = nil
	}
	return m, pass, told, nil
}

// tryClaim writes the claim, or the reason why the message is not sent. Staff have no gate. Any other person's
// gate must be as it was read, and names the message from then on.
func (s *Centre) tryClaim(ctx context.Context, m message.Message, pass gates, purpose string,
	share *daycap.Share) (message.Message, error) {
	m.Purpose = purpose
	if !pass.release.Permits(purpose, s.table.Names()) {
		return m, unreleased()
	}
	b := table.NewBatch()
	g, reason, err := s.judge(ctx, b, pass.person, m)
	if err == nil && reason == "" {
		reason, err = s.mayReply(ctx, m, pass, share)
	}
	if err != nil {
		return m, err
	}
	if reason == "" && pass.blamed {
		reason = message.ReasonBlocked
	}
	if reason != "" {
		if err := s.noteAsked(ctx, m, pass); err != nil {
			return m, err
		}
		return s.suppress(ctx, m, reason)
	}
	next, err := m.Claim(s.table.Now())
	if err != nil {
		return m, err
	}
	person := m.ToStaff()
	if person && m.Channel != message.ChannelSMS {
		return next, s.putMessage(ctx, next, m.Version)
	}
	it, err := messageRow(next)
	if err != nil {
		return m, err
	}
	if !person {
		if err := s.putGate(b, g.Sending(m.Key(), next.UpdatedAt), pass.read); err != nil {
			return m, err
		}
	}
	b.Put(s.table.Messages, it, table.Seen(m.Version), func(table.Item) error { return table.ErrChanged })
	if m.Replies != "" {
		s.replyHeld(b, m, pass.reply)
	}
	undo, err := s.countSMS(ctx, b, m)
	if err == nil {
		err = s.table.Commit(ctx, b, nil)
		if err != nil && fault.KindOf(err) != fault.Unavailable { // else nobody knows whether it was written
			undo()
		}
	}
	var held barred
	if errors.As(err, &held) {
		return s.suppress(ctx, m, string(held))
	}
	return next, err
}

// judge says why the message may not be sent to the person with this gate; empty: it may. A gate that does not know
// the freeze of its customer's marketing takes it, in the claim's transaction. It comes back as it is then.
func (s *Centre) judge(ctx context.Context, b *table.Batch, g gate.Gate,
	m message.Message) (_ gate.Gate, reason string, err error) {
	reason, ok := g.Permits(m.Purpose, m.Channel)
	if g.AsksFreeze(m.Purpose) && (ok || reason == message.ReasonComplaint) {
		if g, err = s.takeFreeze(ctx, b, g); err != nil {
			return g, "", err
		}
		reason, ok = g.Permits(m.Purpose, m.Channel)
	}
	if ok && m.Channel == message.ChannelSMS && m.Number == "" { // it would count against no number
		return g, message.ReasonNoAddress, nil
	}
	return g, reason, nil
}

// suppress writes why the message is not sent.
func (s *Centre) suppress(ctx context.Context, m message.Message, reason string) (message.Message, error) {
	next, err := m.Suppress(reason, s.table.Now())
	if err != nil {
		return m, err
	}
	return next, s.putMessage(ctx, next, m.Version)
}

// messageRow is the item of a message with its place in the list of what was sent to its customer. Messages to
// staff stand in no list.
func messageRow(m message.Message) (table.Item, error) {
	it, err := table.Encode(m, table.MessageKey(m.Person, m.Key()))
	if err != nil {
		return nil, err
	}
	it[table.TTLAttr] = table.Number(m.CreatedAt.Add(messageLife).Unix())
	if m.Channel == message.ChannelEmail || m.Channel == message.ChannelSMS { // a chat reports nothing
		it[table.TagAttr] = table.Text(m.Tag())
	}
	if m.Customer != "" && !m.ToStaff() {
		it["sent_pk"], it["sent_sk"] = table.Text(table.SentTo(m.Customer)), table.Text(table.When(m.CreatedAt, m.ID))
	}
	return it, nil
}

// putMessage writes a ledger row on condition that it is as it was read; ErrChanged when it is not.
func (s *Centre) putMessage(ctx context.Context, m message.Message, version int64) error {
	it, err := messageRow(m)
	if err != nil {
		return err
	}
	held, err := s.table.PutOne(ctx, s.table.Messages, it, table.Seen(version))
	if err == nil && !held {
		return table.ErrChanged
	}
	return err
}

// Messages reads the rows of these messages by person, record, step and channel. It returns the rows that exist,
// in no order.
func (s *Centre) Messages(ctx context.Context, of []message.Message) ([]message.Message, error) {
	var out []message.Message
	for part := range slices.Chunk(of, 100) { // as many as one request takes
		keys := make([]table.Item, len(part))
		for i, m := range part {
			keys[i] = table.MessageKey(m.Person, m.Key())
		}
		found, err := s.table.GetAll(ctx, s.table.Messages, keys)
		if err != nil {
			return nil, err
		}
		for _, it := range found {
			m, err := table.Decode[message.Message](it)
			if err != nil {
				return nil, err
			}
			out = append(out, m)
		}
	}
	return out, nil
}

// SuppressMessage records that a message is not sent, and why. A row that exists already stays.
func (s *Centre) SuppressMessage(ctx context.Context, m message.Message, reason string) error {
	m.ID, m.State, m.Version, m.CreatedAt = s.table.NewID("msg"), "", 0, s.table.Now()
	next, err := m.Suppress(reason, m.CreatedAt)
	if err != nil {
		return err
	}
	if err := s.putMessage(ctx, next, 0); !errors.Is(err, table.ErrChanged) {
		return err
	}
	return nil
}

// SettleMessage records how sending a claimed message ended. message.StateUnknown also puts a line on the
// owner's desk. When the claim has lapsed meanwhile, the late result settles the message that counts as unknown. Where
// a report or a colleague was faster, it changes nothing.
func (s *Centre) SettleMessage(ctx context.Context, m message.Message, state, provider, reason string) error {
	if state == message.StateUnknown {
		m.LeaseUntil = s.table.Now() // the writer gives up its own claim
		_, err := s.lapse(ctx, m)
		return err
	}
	next, err := m.Settle(state, provider, reason, s.table.Now())
	if err != nil {
		return err
	}
	if err := s.putMessage(ctx, next, m.Version); !errors.Is(err, table.ErrChanged) {
		return err
	}
	_, err = table.Retry(ctx, table.Few, func(int) (message.Message, error) {
		return m, s.settleLate(ctx, m, state, provider, reason)
	})
	return err
}

// settleLate settles an unknown message by what its writer knows after all. ErrChanged says that another writer was
// faster.
func (s *Centre) settleLate(ctx context.Context, claim message.Message, state, provider, reason string) error {
	it, found, err := s.table.Get(ctx, s.table.Messages, table.MessageKey(claim.Person, claim.Key()))
	if err != nil || !found {
		return err
	}
	row, err := table.Decode[message.Message](it)
	if err != nil {
		return err
	}
	next, e, err := row.SettleLate(claim, state, provider, reason, s.table.Now())
	if err != nil { // it was settled meanwhile, or is claimed anew
		return nil
	}
	b := table.NewBatch()
	if err := s.putDoubt(b, next, row.Version, row.Version); err != nil {
		return err
	}
	if err := s.table.PutEvent(b, e); err != nil {
		return err
	}
	return s.table.Commit(ctx, b, nil)
}

// lapse turns a claim whose lease ran out into an unknown message. The row, the line on the owner's desk and the
// event are one transaction.
func (s *Centre) lapse(ctx context.Context, m message.Message) (message.Message, error) {
	now := s.table.Now()
	due, err := s.workingDue(ctx, m.Branch, doubtDue)
	if err != nil {
		return m, err
	}
	next, err := m.Lapse(now, due)
	if err != nil {
		return m, err
	}
	b := table.NewBatch()
	if err := s.putDoubt(b, next, m.Version, 0); err != nil {
		return m, err
	}
	if err := s.table.PutEvent(b, next.Stuck(staff.Process("message"), now)); err != nil {
		return m, err
	}
	if err = s.table.Commit(ctx, b, nil); errors.Is(err, table.ErrChanged) {
		return m, table.Conflict()
	}
	return next, err
}

// putDoubt adds a ledger row and its desk line to a transaction. ledger and line are the versions that were
// read.
func (s *Centre) putDoubt(b *table.Batch, m message.Message, ledger, line int64) error {
	it, err := messageRow(m)
	if err != nil {
		return err
	}
	changed := func(table.Item) error { return table.ErrChanged }
	b.Put(s.table.Messages, it, table.Seen(ledger), changed)
	card, err := table.EncodeValue(map[string]string{"id": m.ID, "about": m.About, "step": m.Step, "channel": m.Channel,
		"state": m.State, "customer": m.Customer, "branch": m.Branch, "owner": m.Owner})
	if err != nil {
		return err
	}
	record, err := table.Encode(m, table.RecordKey("message", m.ID))
	if err != nil {
		return err
	}
	record["kind"], record["card"] = table.Text("message"), card
	if m.State == message.StateUnknown {
		place := table.Text(table.When(m.DueAt, m.ID))
		record["desk_pk"], record["desk_sk"] = table.Text(table.DeskFor(m.Owner, m.Branch)), place
		record["board_pk"], record["board_sk"] = table.Text(table.OpenBoard("message", m.Branch)), place
	}
	b.Put(s.table.Records, record, table.Seen(line), changed)
	return nil
}

func (s *Centre) workingDue(ctx context.Context, branch string, working time.Duration) (time.Time, error) {
	_, terms, err := s.company.Terms(ctx, branch)
	if err != nil {
		return time.Time{}, err
	}
	return terms.Calendar.Add(s.table.Now(), working)
}

// Message reads by its id a message that is unknown, or was once. Other messages are NotFound.
func (s *Centre) Message(ctx context.Context, id string) (message.Message, error) {
	return table.GetRecord[message.Message](ctx, s.table, "message", id, fault.Missing("消息", "message"))
}

// ChangeMessage applies a rule to an unknown message and takes it off the desk when it is settled. Row, line and
// event are one transaction. A message that changed meanwhile is a Conflict.
func (s *Centre) ChangeMessage(ctx context.Context, id string,
	rule func(message.Message) (message.Message, event.Event, error)) (message.Message, error) {
	m, err := s.Message(ctx, id)
	if err != nil {
		return m, err
	}
	next, e, err := rule(m)
	if err != nil {
		return m, err
	}
	b := table.NewBatch()
	if err := s.putDoubt(b, next, m.Version, m.Version); err != nil {
		return m, err
	}
	if err := s.table.PutEvent(b, e); err != nil {
		return m, err
	}
	if err = s.table.Commit(ctx, b, next); errors.Is(err, table.ErrChanged) {
		return m, table.Conflict()
	}
	return next, err
}
