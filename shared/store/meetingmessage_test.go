package store_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"
)

func TestWritersOfGatesMeet(t *testing.T) {
	t.Parallel()
	meets(t, storetest.New(t), gateMeetings)
}

func TestWritersOfMessagesMeet(t *testing.T) {
	t.Parallel()
	meets(t, storetest.New(t), messageMeetings)
}

var (
	byMail = gate.Choice{Purpose: message.PurposeMarketing, Channel: message.ChannelEmail}
	bySMS  = gate.Choice{Purpose: message.PurposeMarketing, Channel: message.ChannelSMS}
)

func (h *house) person(l lead.Lead) customer.Contact {
	return customer.Contact{ID: l.ContactID, Customer: l.Customer}
}

// records enters an answer of a contact, as it was given on paper.
func records(h *house, l lead.Lead, choice gate.Choice, yes bool) act {
	return func(s *store.Store) error {
		_, err := s.RecordConsent(h.t.Context(), h.person(l), choice,
			gate.Consent{Yes: yes, At: h.Clock.Now(), Text: "同意", Proof: "paper", Source: "paper"}, seed.Shanghai, h.by(2))
		return err
	}
}

func withdraws(h *house, l lead.Lead) act {
	return func(s *store.Store) error {
		return s.WithdrawConsent(h.t.Context(), h.person(l), message.ChannelEmail, "link", seed.Shanghai, staff.Visitor)
	}
}

// ticks is the page of choices, as an SMS leads to it, sent with everything ticked, as it was drawn now.
func ticks(h *house, l lead.Lead) act {
	g, err := h.ReadGate(h.t.Context(), l.Customer, l.ContactID)
	h.must(err)
	return func(s *store.Store) error {
		_, err := s.Choose(h.t.Context(), h.person(l), seed.Shanghai,
			gate.Chosen{Channel: message.ChannelSMS, Seen: g.Version,
				Yes: map[string]string{byMail.Key(): "同意", bySMS.Key(): "同意"}})
		return err
	}
}

// agreeing is the enquiry of somebody who agrees to marketing.
func (h *house) agreeing(n int) lead.Lead {
	h.t.Helper()
	return storetest.Agreeing(h.t, h.Bench, storetest.Li(n))
}

// gate says what a contact agreed to, how many answers the log has, and what is suppressed at the addresses.
func (h *house) gate(l lead.Lead) string {
	h.t.Helper()
	contact, err := h.Contact(h.t.Context(), l.ContactID)
	h.must(err)
	st, err := h.ReadGateState(h.t.Context(), contact)
	h.must(err)
	var yes, no []string
	for _, choice := range gate.Choices {
		if st.Gate.Consents[choice.Key()].Yes {
			yes = append(yes, choice.Channel)
		}
	}
	for address, s := range st.Found() {
		if len(s.Noes) > 0 {
			no = append(no, strings.TrimRight(strings.TrimSuffix(address.Value, "@example.com"), "0123456789"))
		}
		if s.Block != "" {
			no = append(no, s.Block)
		}
		if s.Failed != "" {
			no = append(no, "failed "+s.Failed)
		}
	}
	slices.Sort(no)
	return lines("yes", yes, "no", no)
}

var gateMeetings = []meeting{
	{"two answers on paper", [2]string{"RecordConsent", "RecordConsent"}, func(h *house) pair {
		l := h.lead()
		return pair{records(h, l, byMail, true), records(h, l, bySMS, true), func() string { return h.gate(l) }}
	}, [2]string{"yes, [email sms], no, []", "yes, [email sms], no, []"}},
	{"a yes on paper and a no by the link", [2]string{"RecordConsent", "WithdrawConsent"}, func(h *house) pair {
		l := h.lead()
		return pair{records(h, l, byMail, true), withdraws(h, l), func() string { return h.gate(l) }}
	}, [2]string{"yes, [], no, [lina]", "yes, [], no, [lina]"}},
	{"a page of choices and a no by the link", [2]string{"Choose", "WithdrawConsent"}, func(h *house) pair {
		l := h.lead()
		return pair{ticks(h, l), withdraws(h, l), func() string { return h.gate(l) }}
	}, [2]string{"yes, [], no, [+ lina]", "yes, [sms], no, [+ lina]"}},
	{"a confirmation and a no by the link", [2]string{"ConfirmConsent", "WithdrawConsent"}, func(h *house) pair {
		l := h.lead()
		h.must(withdraws(h, l)(h.Store))
		said := storetest.Li(h.n)
		said.Consent = true
		again, err := storetest.Enquire(h.t, h.Bench, said)
		h.must(err)
		h.Clock.Advance(time.Minute)
		return pair{func(s *store.Store) error { return s.ConfirmConsent(h.t.Context(), again.ID) }, withdraws(h, l),
			func() string { return h.gate(l) }}
	}, [2]string{"refused: yes, [], no, [lina]", "yes, [], no, [lina]"}},
	{"a yes with an enquiry and a no by the link", [2]string{"Capture", "WithdrawConsent"}, func(h *house) pair {
		l, again := h.lead(), lead.Lead{}
		_, err := h.ChangeContact(h.t.Context(), l.ContactID, // a colleague spoke with them
			func(c customer.Contact, in customer.Customer) (customer.Contact, event.Event, error) {
				return c.Vouch(c.Emails[0].Value, in, h.by(2), h.Clock.Now())
			})
		h.must(err)
		return pair{func(s *store.Store) (err error) {
			bench := *h.Bench
			bench.Store = s
			said := storetest.Li(h.n)
			said.Consent = true
			again, err = storetest.Enquire(h.t, &bench, said)
			return err
		}, withdraws(h, l), func() string { return lines(h.gate(l), again.Consent) }}
	}, [2]string{"yes, [], no, [lina], awaiting-confirmation", "yes, [], no, [lina], given"}},
	{"another address and a no", [2]string{"ChangeContact", "WithdrawConsent"}, func(h *house) pair {
		l := h.lead()
		return pair{onContact(h, l.ContactID, func(c *customer.Contact) {
			c.Emails = []customer.Reach{{Value: fmt.Sprintf("new%d@example.com", h.n)}}
		}), withdraws(h, l), func() string { return h.gate(l) }}
	}, [2]string{"yes, [], no, [new]", "yes, [], no, [new]"}},
	{"a contact leaves and says yes", [2]string{"ChangeContact", "RecordConsent"}, func(h *house) pair {
		l := h.lead()
		return pair{leaves(h, l.ContactID), records(h, l, byMail, true), func() string { return h.gate(l) }}
	}, [2]string{"yes, [email], no, []", "refused: yes, [], no, []"}},
	{"at one address a no and a report of spam", [2]string{"ChangeGate", "Report"}, func(h *house) pair {
		shared := []customer.Reach{{Value: fmt.Sprintf("office%d@example.com", h.n), Shared: true}}
		var of [2]lead.Lead
		for i := range of {
			said, err := storetest.Enquire(h.t, h.Bench, form.Enquiry{Name: "李娜", Product: "cards", Lang: words.Zh,
				Phone: fmt.Sprintf("13900%d0%04d", i, h.n)})
			h.must(err)
			h.must(onContact(h, said.ContactID, func(c *customer.Contact) { c.Emails = shared })(h.Store))
			of[i] = said
		}
		m, err := h.ClaimMessage(h.t.Context(), letter(of[1], "acknowledge", message.ChannelEmail),
			message.PurposeService)
		h.must(err)
		return pair{func(s *store.Store) error {
			return s.ChangeGate(h.t.Context(), h.person(of[0]), nil, func(g gate.Gate) (gate.Gate, []event.Event, error) {
				next, events := g.Withdraw(message.PurposeMarketing, message.ChannelEmail, "link", seed.Shanghai, staff.Visitor,
					h.Clock.Now())
				return next, events, nil
			})
		}, reports(h, m, message.FateComplained), func() string { return h.gate(of[0]) }}
	}, [2]string{"yes, [], no, [complained office]", "yes, [], no, [complained office]"}},
	{"a channel is opened, and a second message comes back", [2]string{"OpenChannel", "Report"}, func(h *house) pair {
		l := h.lead()
		h.must(h.ChangeGate(h.t.Context(), h.person(l), nil, func(g gate.Gate) (gate.Gate, []event.Event, error) {
			next, _ := g.Heed(message.Report{Fate: message.FateBounced, Day: "2026-11-01", At: h.Clock.Now()},
				message.ChannelEmail)
			return next, nil, nil
		}))
		m, err := h.ClaimMessage(h.t.Context(), letter(l, "acknowledge", message.ChannelEmail), message.PurposeService)
		h.must(err)
		return pair{func(s *store.Store) error {
			return s.OpenChannel(h.t.Context(), h.person(l), message.ChannelEmail, gate.OpenSpoken, seed.Shanghai, h.by(2), "ok")
		}, func(s *store.Store) error {
			return s.Report(h.t.Context(), m.Tag(), message.Report{Fate: message.FateBounced, Source: "ses",
				Day: "2026-11-02", At: h.Clock.Now()})
		}, func() string { return h.gate(l) }}
	}, [2]string{"yes, [], no, []", "yes, [], no, [failed 2026-11-02]"}},
}

// letter is a message to the person of a lead.
func letter(l lead.Lead, step, channel string) message.Message {
	return message.Message{Person: l.ContactID, Customer: l.Customer, About: "lead/" + l.ID + "/1", Step: step,
		Channel: channel, Template: "lead-acknowledged", Lang: words.Zh, Branch: seed.Shanghai, Owner: seed.StaffID(3)}
}

// claims claims a message and says what its state is then.
func claims(h *house, m message.Message, purpose string, state *string) act {
	return func(s *store.Store) error {
		got, err := s.ClaimMessage(h.t.Context(), m, purpose)
		if err == nil {
			*state = got.State + " " + got.Reason
		}
		return err
	}
}

// lastOfDomain leaves one automatic letter of the day to a domain.
func (h *house) lastOfDomain(domain string) {
	engine, err := table.New(table.Config{DB: h.DB, Tables: h.Tables, Ring: storetest.Ring, NewID: storetest.NewID,
		Now: h.Clock.Now})
	h.must(err)
	most, _, _ := h.terms().Policy.Letters.Caps()
	ends := h.Clock.Now().Truncate(24 * time.Hour).Add(24 * time.Hour)
	_, err = engine.Count(h.t.Context(), table.CounterKey("letters", "domain", engine.Hashed(domain), table.At(ends)),
		most-1, most, ends)
	h.must(err)
}

// sending is a claimed message.
func sending(h *house) message.Message {
	m, err := h.ClaimMessage(h.t.Context(), letter(h.lead(), "acknowledge", message.ChannelEmail),
		message.PurposeService)
	h.must(err)
	return m
}

// inDoubt is a message of which nobody knows whether it was sent.
func inDoubt(h *house) message.Message {
	m := sending(h)
	h.must(h.SettleMessage(h.t.Context(), m, message.StateUnknown, "", ""))
	return m
}

func settles(h *house, m message.Message, state string) act {
	return func(s *store.Store) error { return s.SettleMessage(h.t.Context(), m, state, "p-1", "") }
}

func reports(h *house, m message.Message, fate string) act {
	return func(s *store.Store) error {
		return s.Report(h.t.Context(), m.Tag(), message.Report{Fate: fate, Source: "ses", At: h.Clock.Now()})
	}
}

func confirms(h *house, m message.Message, sent bool) act {
	return func(s *store.Store) error {
		_, err := s.ChangeMessage(h.t.Context(), m.ID, func(m message.Message) (message.Message, event.Event, error) {
			return m.Confirm(h.by(2), sent, h.Clock.Now())
		})
		return err
	}
}

// row says what the ledger has of a message, and whether it lies on the owner's desk.
func (h *house) row(m message.Message) string {
	h.t.Helper()
	rows, err := h.Messages(h.t.Context(), []message.Message{m})
	h.must(err)
	if len(rows) != 1 {
		return "no row"
	}
	on := ""
	if line, err := h.Message(h.t.Context(), rows[0].ID); err == nil && line.State == message.StateUnknown {
		on = "on the desk"
	}
	return lines(rows[0].State, rows[0].Reason, rows[0].Fate, rows[0].Attempt, on)
}

var messageMeetings = []meeting{
	{"two senders of one message", [2]string{"ClaimMessage", "ClaimMessage"}, func(h *house) pair {
		var a, b string
		m := letter(h.lead(), "acknowledge", message.ChannelEmail)
		return pair{claims(h, m, message.PurposeService, &a), claims(h, m, message.PurposeService, &b),
			func() string { return lines(a, b, h.row(m)) }}
	}, [2]string{
		"too-many: -, claimed , claimed, -, -, 1, -",
		"too-many: claimed , -, claimed, -, -, 1, -"}},
	{"marketing and a no", [2]string{"ClaimMessage", "WithdrawConsent"}, func(h *house) pair {
		var a string
		l := h.agreeing(h.n)
		return pair{claims(h, letter(l, "news", message.ChannelEmail), message.PurposeMarketing, &a), withdraws(h, l),
			func() string { return lines(a, h.gate(l)) }}
	}, [2]string{"suppressed no-consent, yes, [], no, [lina]", "claimed , yes, [], no, [lina]"}},
	{"marketing and a complaint", [2]string{"ClaimMessage", "OpenComplaint"}, func(h *house) pair {
		var a string
		l := h.agreeing(h.n)
		return pair{claims(h, letter(l, "news", message.ChannelEmail), message.PurposeMarketing, &a),
			complains(h, l, new(string)), func() string { return a }}
	}, [2]string{"suppressed complaint-open", "claimed "}},
	{"a message and the contact leaves", [2]string{"ClaimMessage", "ChangeContact"}, func(h *house) pair {
		var a string
		l := h.lead()
		return pair{claims(h, letter(l, "acknowledge", message.ChannelEmail), message.PurposeService, &a),
			leaves(h, l.ContactID), func() string { return a }}
	}, [2]string{"suppressed contact-left", "claimed "}},
	{"a message and a report that the last one was unwanted", [2]string{"ClaimMessage", "Report"}, func(h *house) pair {
		var a string
		m := sending(h)
		next := m
		next.Step = "remind"
		return pair{claims(h, next, message.PurposeService, &a), reports(h, m, message.FateComplained),
			func() string { return lines(a, h.row(m)) }}
	}, [2]string{
		"suppressed address-blocked, sent, -, complained, 1, -",
		"claimed , sent, -, complained, 1, -"}},
	{"two SMS at the last place of a number", [2]string{"ClaimMessage", "ClaimMessage"}, func(h *house) pair {
		var a, b string
		l := h.lead()
		perNumber, _ := h.terms().Policy.SMS.Caps()
		of := func(step int64) message.Message {
			m := letter(l, fmt.Sprint(step), message.ChannelSMS)
			m.Number = "+86" + storetest.Li(h.n).Phone
			return m
		}
		for i := range perNumber - 1 {
			h.must(claims(h, of(i), message.PurposeService, &a)(h.Store))
		}
		return pair{claims(h, of(10), message.PurposeService, &a), claims(h, of(11), message.PurposeService, &b),
			func() string { return lines(a, b) }}
	}, [2]string{"suppressed number-cap, claimed ", "claimed , suppressed number-cap"}},
	{"a process gives its SMS back while another one sends", [2]string{"ReturnReserved", "ClaimMessage"},
		func(h *house) pair {
			var a string
			l := h.lead()
			of := func(step string) message.Message {
				m := letter(l, step, message.ChannelSMS)
				m.Number = "+86" + storetest.Li(h.n).Phone
				return m
			}
			sends := func(step string) act { // out of a new slice, which leaves some of it
				return func(s *store.Store) error {
					return errors.Join(s.ReturnReserved(h.t.Context()), claims(h, of(step), message.PurposeService, &a)(s))
				}
			}
			h.must(sends("first")(h.Store))
			return pair{func(s *store.Store) error { return s.ReturnReserved(h.t.Context()) }, sends("second"),
				func() string { return a }}
		}, [2]string{"claimed ", "claimed "}},
	{"two automatic replies to one address", [2]string{"ClaimMessage", "ClaimMessage"}, func(h *house) pair {
		var said [2]string
		l := h.lead()
		of := func(i int) act {
			m := letter(l, fmt.Sprint(i), message.ChannelEmail)
			m.Replies = storetest.Li(h.n).Email
			return claims(h, m, message.PurposeService, &said[i])
		}
		return pair{of(0), of(1), func() string { return lines(said[0], said[1]) }}
	}, [2]string{"suppressed recently-answered, claimed ", "claimed , suppressed recently-answered"}},
	{"two replies at the last place of a domain", [2]string{"ClaimMessage", "ClaimMessage"}, func(h *house) pair {
		var said [2]string
		l := h.lead()
		h.lastOfDomain(fmt.Sprintf("last%d.example", h.n))
		of := func(i int) act {
			m := letter(l, fmt.Sprint(i), message.ChannelEmail)
			m.Replies = fmt.Sprintf("n%d@last%d.example", i, h.n)
			return claims(h, m, message.PurposeService, &said[i])
		}
		return pair{of(0), of(1), func() string { return lines(said[0], said[1]) }}
	}, [2]string{"suppressed domain-cap, claimed ", "claimed , suppressed domain-cap"}},
	{"a message is sent and held back", [2]string{"ClaimMessage", "SuppressMessage"}, func(h *house) pair {
		var a string
		m := letter(h.lead(), "acknowledge", message.ChannelEmail)
		return pair{claims(h, m, message.PurposeService, &a), func(s *store.Store) error {
			return s.SuppressMessage(h.t.Context(), m, message.ReasonNoAddress)
		}, func() string { return lines(a, h.row(m)) }}
	}, [2]string{
		"suppressed no-address, suppressed, no-address, -, 0, -",
		"claimed , claimed, -, -, 1, -"}},
	{"a sent message comes back", [2]string{"SettleMessage", "Report"}, func(h *house) pair {
		m := sending(h)
		return pair{settles(h, m, message.StateSent), reports(h, m, message.FateBounced),
			func() string { return h.row(m) }}
	}, [2]string{"sent, -, bounced, 1, -", "sent, -, bounced, 1, -"}},
	{"a message in doubt was delivered", [2]string{"SettleMessage", "Report"}, func(h *house) pair {
		m := sending(h)
		return pair{settles(h, m, message.StateUnknown), reports(h, m, message.FateDelivered),
			func() string { return h.row(m) }}
	}, [2]string{"conflict: sent, -, delivered, 1, -", "sent, -, delivered, 1, -"}},
	{"a message was sent, and its claim is taken for lapsed", [2]string{"SettleMessage", "ClaimMessage"},
		func(h *house) pair {
			m, state := sending(h), ""
			h.Clock.Advance(message.Lease)
			return pair{settles(h, m, message.StateSent), claims(h, m, message.PurposeService, &state),
				func() string { return h.row(m) }}
		}, [2]string{"sent, -, -, 1, -", "conflict: sent, -, -, 1, -"}},
	{"two colleagues settle a doubt", [2]string{"ChangeMessage", "ChangeMessage"}, func(h *house) pair {
		m := inDoubt(h)
		return pair{confirms(h, m, true), confirms(h, m, false), func() string { return h.row(m) }}
	}, [2]string{"conflict: failed, -, -, 1, -", "conflict: sent, -, -, 1, -"}},
	{"a colleague and a server settle a doubt", [2]string{"ChangeMessage", "Report"}, func(h *house) pair {
		m := inDoubt(h)
		return pair{confirms(h, m, false), reports(h, m, message.FateDelivered), func() string { return h.row(m) }}
	}, [2]string{"conflict: sent, -, delivered, 1, -", "failed, -, delivered, 1, -"}},
	{"two reports of one message", [2]string{"Report", "Report"}, func(h *house) pair {
		m := sending(h)
		return pair{reports(h, m, message.FateDelivered), reports(h, m, message.FateBounced),
			func() string { return h.row(m) }}
	}, [2]string{"sent, -, bounced, 1, -", "sent, -, bounced, 1, -"}},
	{"one turn", [2]string{"TakeTurn", "TakeTurn"}, func(h *house) pair {
		var waits [2]time.Duration
		takes := func(i int) act {
			return func(s *store.Store) (err error) {
				waits[i], err = s.TakeTurn(h.t.Context(), h.id("turn"), time.Hour)
				return err
			}
		}
		return pair{takes(0), takes(1), func() string { return lines(waits[0] > 0, waits[1] > 0) }}
	}, [2]string{"true, false", "false, true"}},
}
