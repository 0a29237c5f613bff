package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/artwork"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/approval"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/complaint/remedy"
	"afterpress/shared/crm/complaint/verdict"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/hold"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/outage"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/money"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store"
	"afterpress/shared/store/centre"
	"afterpress/shared/store/enquiries"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"
)

func TestWritersOfEnquiriesMeet(t *testing.T) {
	t.Parallel()
	meets(t, storetest.New(t), enquiryMeetings)
}

func TestWritersOfComplaintsAndQuestionsMeet(t *testing.T) {
	t.Parallel()
	meets(t, storetest.New(t), serviceMeetings)
}

func TestWritersOfFilesMeet(t *testing.T) {
	t.Parallel()
	meets(t, storetest.NewWithFiles(t), fileMeetings)
}

// onLead is a change of a lead.
func onLead(h *house, id string, rule enquiries.LeadRule) act {
	return func(s *store.Store) error {
		_, err := s.ChangeLead(h.t.Context(), id, rule)
		return err
	}
}

// assigned is a lead of a sales person.
func (h *house) assigned() lead.Lead {
	h.t.Helper()
	l := h.lead()
	h.must(assigns(h, l.ID, 3)(h.Store))
	return l
}

func assigns(h *house, id string, to int) act {
	return onLead(h, id, func(l lead.Lead) (lead.Lead, event.Event, error) {
		return l.Assign(h.by(2), storetest.Person(h.t, h.Bench, to), h.terms().Lead(), h.Clock.Now())
	})
}

// restarts is a lead whose time begins anew, after an outage that made its reminders late.
func restarts(h *house, l lead.Lead) act {
	o := ladder.Outage{From: l.ClockFrom, To: l.ClockFrom.AddDate(0, 0, 21)}
	return onLead(h, l.ID, func(l lead.Lead) (lead.Lead, event.Event, error) {
		return outage.Leads.Restart(l, l.Round, o, func(string) bool { return false }, h.terms(), o.To)
	})
}

func loses(h *house, id string) act {
	return onLead(h, id, func(l lead.Lead) (lead.Lead, event.Event, error) {
		return l.Lose(h.by(2), lead.Loss{Reason: "price"}, h.terms().Lead(), h.Clock.Now())
	})
}

func speaks(h *house, id string) act {
	return onLead(h, id, func(l lead.Lead) (lead.Lead, event.Event, error) {
		return l.Speak(h.by(3), lead.Conversation{Channel: "call", Outcome: customer.OutcomeInterested},
			h.Clock.Now().AddDate(0, 0, 1), h.terms().Lead(), h.Clock.Now())
	})
}

// pooled is a lead that anybody may claim.
func (h *house) pooled() string {
	h.t.Helper()
	id := h.assigned().ID
	h.must(onLead(h, id, func(l lead.Lead) (lead.Lead, event.Event, error) {
		return l.Recycle(h.by(2), "absent", h.terms().Lead(), h.Clock.Now())
	})(h.Store))
	return id
}

func takes(h *house, id string, n int, most int) act {
	return func(s *store.Store) error {
		ends := storetest.Began.Add(14 * time.Hour)
		_, err := s.ClaimLead(h.t.Context(), id, enquiries.Quota{Staff: h.id(seed.StaffID(n)), Limit: most, Ends: ends},
			func(l lead.Lead) (lead.Lead, event.Event, error) {
				return l.Claim(h.by(n), h.terms().Lead(), h.Clock.Now())
			})
		return err
	}
}

func replies(h *house, id string) act {
	return func(s *store.Store) error {
		return s.Reply(h.t.Context(), id, message.Reporter("mail"),
			customer.Touch{Channel: "email", Kind: message.MailPerson, Text: "好"})
	}
}

// leadSays says what stands of a lead, and of its customer's card.
func (h *house) leadSays(id string) string {
	h.t.Helper()
	l, err := h.Lead(h.t.Context(), id)
	h.must(err)
	page, err := h.Touches(h.t.Context(), centre.TouchQuery{Customer: l.Customer, Reader: h.by(1),
		Paging: table.Paging{Limit: 9}})
	h.must(err)
	c, err := h.Customer(h.t.Context(), l.Customer)
	h.must(err)
	return lines(l.Version, l.State, l.Owner[max(0, len(l.Owner)-1):], len(page.Items), len(c.LastTouches))
}

// handedIn is a submission in quarantine.
func (h *house) handedIn() form.Submission {
	return form.Submission{ID: storetest.NewID("sub"), Version: 1, CreatedAt: h.Clock.Now(), UpdatedAt: h.Clock.Now(),
		Form: seed.Quote, Branch: seed.Shanghai, Lang: words.Zh, Type: "application/json", Body: "{}"}.
		Quarantine(form.SuspectHaste)
}

func discards(h *house, id, reason string) act {
	return func(s *store.Store) error {
		sub, err := s.Submission(h.t.Context(), id)
		if err != nil {
			return err
		}
		next, e, err := sub.Discard(h.by(2), reason, h.Clock.Now())
		if err != nil {
			return err
		}
		return s.SaveSubmission(h.t.Context(), next, e)
	}
}

func releases(h *house, id string) act {
	return func(s *store.Store) error {
		sub, err := s.Submission(h.t.Context(), id)
		if err != nil {
			return err
		}
		if sub, err = sub.Release(h.by(2), h.Clock.Now()); err != nil {
			return err
		}
		said := storetest.Li(h.n)
		said.Phone = "+86" + said.Phone
		_, err = s.Capture(h.t.Context(), lead.Capture{Enquiry: said, Source: form.SourceWeb, Form: sub.Form,
			Submission: sub.ID, Terms: h.terms().Lead(), By: h.by(2)}, &sub)
		return err
	}
}

func (h *house) submission(id string) string {
	h.t.Helper()
	sub, err := h.Submission(h.t.Context(), id)
	h.must(err)
	reason := ""
	if sub.Decision != nil {
		reason = sub.Decision.Reason
	}
	return lines(sub.Version, sub.Outcome, sub.Lead != "", reason)
}

var enquiryMeetings = []meeting{
	{"a lead is lost and given to somebody", [2]string{"ChangeLead", "ChangeLead"}, func(h *house) pair {
		id := h.assigned().ID
		return pair{assigns(h, id, 4), loses(h, id), func() string { return h.leadSays(id) }}
	}, [2]string{"refused: 3, lost, 3, 0, 0", "4, lost, 4, 0, 0"}},
	{"a lead is spoken with while it is handed on", [2]string{"ChangeLead", "ChangeLead"}, func(h *house) pair {
		id := h.assigned().ID
		return pair{speaks(h, id), assigns(h, id, 4), func() string { return h.leadSays(id) }}
	}, [2]string{"forbidden: 3, assigned, 4, 0, 0", "4, contacted, 4, 0, 1"}},
	{"a lead is spoken with while its time begins anew", [2]string{"ChangeLead", "ChangeLead"}, func(h *house) pair {
		l := h.assigned()
		return pair{restarts(h, l), speaks(h, l.ID), func() string { return h.leadSays(l.ID) }}
	}, [2]string{"3, contacted, 3, 0, 1", "4, contacted, 3, 0, 1"}},
	{"a word with a lead and a touch of its customer", [2]string{"ChangeLead", "RecordTouch"}, func(h *house) pair {
		l := h.assigned()
		return pair{speaks(h, l.ID), touches(h, l.Customer), func() string { return h.leadSays(l.ID) }}
	}, [2]string{"3, contacted, 3, 1, 2", "3, contacted, 3, 1, 2"}},
	{"an answer by mail to a lead that is lost", [2]string{"Reply", "ChangeLead"}, func(h *house) pair {
		id := h.assigned().ID
		return pair{replies(h, id), loses(h, id), func() string { return h.leadSays(id) }}
	}, [2]string{"4, lost, 3, 1, 1", "4, lost, 3, 1, 1"}},
	{"two colleagues claim one lead", [2]string{"ClaimLead", "ClaimLead"}, func(h *house) pair {
		id := h.pooled()
		return pair{takes(h, id, 3, 9), takes(h, id, 4, 9), func() string { return h.leadSays(id) }}
	}, [2]string{"refused: 4, assigned, 4, 0, 0", "refused: 4, assigned, 3, 0, 0"}},
	{"one colleague claims two leads with one claim left", [2]string{"ClaimLead", "ClaimLead"}, func(h *house) pair {
		one := h.pooled()
		h.n += 500
		two := h.pooled()
		h.n -= 500
		return pair{takes(h, one, 4, 1), takes(h, two, 4, 1),
			func() string { return lines(h.leadSays(one), h.leadSays(two)) }}
	}, [2]string{
		"too-many: 3, pooled, -, 0, 0, 4, assigned, 4, 0, 0",
		"too-many: 4, assigned, 4, 0, 0, 3, pooled, -, 0, 0"}},
	{"two turns of the rotation", [2]string{"Rotate", "Rotate"}, func(h *house) pair {
		var turns [2]int64
		turn := func(i int) act {
			return func(s *store.Store) (err error) {
				turns[i], err = s.Rotate(h.t.Context(), h.id("branch"))
				return err
			}
		}
		return pair{turn(0), turn(1), func() string { return lines(turns[0], turns[1]) }}
	}, [2]string{"2, 1", "1, 2"}},
	{"one submission is stored twice", [2]string{"Quarantine", "QuarantineAsking"}, func(h *house) pair {
		sub := h.handedIn()
		return pair{func(s *store.Store) error { return s.Quarantine(h.t.Context(), sub) }, func(s *store.Store) error {
			t, e, err := task.New(staff.Process("hook"), task.Draft{ID: "tsk" + sub.ID[3:], Title: "看一看"},
				storetest.Person(h.t, h.Bench, 2), h.terms().Task(), h.Clock.Now())
			if err != nil {
				return err
			}
			return s.QuarantineAsking(h.t.Context(), sub, t, e)
		}, func() string {
			_, err := h.Task(h.t.Context(), "tsk"+sub.ID[3:])
			return lines(h.submission(sub.ID), err == nil)
		}}
	}, [2]string{"conflict: 1, quarantined, false, -, true", "conflict: 1, quarantined, false, -, false"}},
	{"two colleagues discard a submission", [2]string{"SaveSubmission", "SaveSubmission"}, func(h *house) pair {
		sub := h.handedIn()
		h.must(h.Quarantine(h.t.Context(), sub))
		return pair{discards(h, sub.ID, "spam"), discards(h, sub.ID, "test"),
			func() string { return h.submission(sub.ID) }}
	}, [2]string{"conflict: 2, discarded, false, test", "conflict: 2, discarded, false, spam"}},
	{"a submission is discarded and released", [2]string{"SaveSubmission", "Capture"}, func(h *house) pair {
		sub := h.handedIn()
		h.must(h.Quarantine(h.t.Context(), sub))
		return pair{discards(h, sub.ID, "spam"), releases(h, sub.ID), func() string { return h.submission(sub.ID) }}
	}, [2]string{"conflict: 2, created, true, -", "conflict: 2, discarded, false, spam"}},
}

// complaining makes a complaint that its writer opens.
func (h *house) complaining(l lead.Lead, job string) (complaint.Complaint, event.Event) {
	h.t.Helper()
	c, e, err := complaint.Open(complaint.Opening{Channel: "phone", Defects: []defect.Kind{defect.ColourDeviation},
		Words: "画册颜色偏红", Affected: 300, Job: complaint.Job{Ref: job, Class: defect.ClassGeneral,
			Value:     &complaint.Sourced[money.Money]{Value: money.Money{Minor: 800_000, Currency: "CNY"}, Source: "order"},
			Ordered:   &complaint.Sourced[int64]{Value: 2000, Source: "order"},
			Delivered: &complaint.Sourced[int64]{Value: 2000, Source: "delivery-note"},
			DeliveredAt: &complaint.Sourced[time.Time]{Value: h.Clock.Now().Add(-24 * time.Hour),
				Source: "delivery-note"}}},
		complaint.Opener{ID: h.NewComplaintID(), Customer: l.Customer, Contact: l.ContactID, By: staff.Visitor,
			Terms: h.terms().Complaint()}, h.Clock.Now())
	h.must(err)
	return c, e
}

func complains(h *house, l lead.Lead, id *string) act {
	return func(s *store.Store) error {
		c, e := h.complaining(l, "J-1")
		*id = c.ID
		_, err := s.OpenComplaint(h.t.Context(), c, e)
		return err
	}
}

// complainsAs is complains of somebody who was read.
func complainsAs(h *house, who centre.Complainant, l lead.Lead, id *string) act {
	return func(s *store.Store) error {
		c, e := h.complaining(l, "J-1")
		*id = c.ID
		_, err := s.OpenComplaintOf(h.t.Context(), who, c, e)
		return err
	}
}

// complaint opens one.
func (h *house) complaint(l lead.Lead) string {
	h.t.Helper()
	var id string
	h.must(complains(h, l, &id)(h.Store))
	return id
}

func onComplaint(h *house, id string, rule func(complaint.Complaint) (complaint.Complaint, event.Event, error)) act {
	return func(s *store.Store) error {
		_, err := s.ChangeComplaint(h.t.Context(), id, rule)
		return err
	}
}

func grants(h *house, id string,
	rule func(complaint.Complaint, approval.Granted) (complaint.Complaint, event.Event, error)) act {
	return func(s *store.Store) error {
		_, err := s.GrantComplaint(h.t.Context(), id, rule)
		return err
	}
}

func withdrawn(h *house, id string) act {
	return grants(h, id, func(c complaint.Complaint, _ approval.Granted) (complaint.Complaint, event.Event, error) {
		return c.Withdraw(h.by(1), "客户来电撤回", h.terms().Complaint(), h.Clock.Now())
	})
}

func triages(h *house, id string, severity int) act {
	return onComplaint(h, id, func(c complaint.Complaint) (complaint.Complaint, event.Event, error) {
		return c.Triage(h.by(1), complaint.Triage{Severity: severity}, storetest.Person(h.t, h.Bench, 6),
			h.terms().Complaint(), h.Clock.Now())
	})
}

// judged is a complaint about which we have decided that it is our fault.
func (h *house) judged(l lead.Lead) string {
	h.t.Helper()
	id := h.complaint(l)
	h.must(triages(h, id, 2)(h.Store))
	h.must(onComplaint(h, id, func(c complaint.Complaint) (complaint.Complaint, event.Event, error) {
		return c.Measure(h.by(1), defect.Measurement{Measure: defect.MeasureDE00CMY, Value: 9000, Unit: "ΔE00", Samples: 5},
			h.terms().Complaint(), h.Clock.Now())
	})(h.Store))
	h.must(onComplaint(h, id, func(c complaint.Complaint) (complaint.Complaint, event.Event, error) {
		return c.Decide(h.by(1), complaint.Facts{Defect: defect.ColourDeviation, Seen: verdict.SeenVisible,
			Sample: verdict.SampleWorse, Proof: verdict.ProofDeviates, File: verdict.FileCorrect,
			Cause: verdict.CauseOurs}, h.terms().Complaint(), h.Clock.Now())
	})(h.Store))
	return id
}

// proposes is a credit note that somebody offers.
func proposes(h *house, id string, by int, yuan int64) act {
	return grants(h, id, func(c complaint.Complaint, before approval.Granted) (complaint.Complaint, event.Event, error) {
		worth := money.Money{Minor: yuan * 100, Currency: "CNY"}
		return c.Propose(h.by(by), complaint.RemedyChoice{
			Remedies: []remedy.Remedy{{Kind: remedy.CreditNote, Amount: worth, Value: worth}}, Before: before},
			h.terms().Complaint(), h.Clock.Now())
	})
}

// approves is the answer of the shop's owner to the question that stands when it is asked.
func approves(h *house, id string) act {
	return grants(h, id, func(c complaint.Complaint, before approval.Granted) (complaint.Complaint, event.Event, error) {
		return c.Approve(h.by(1), 1, money.Money{Minor: 600_000, Currency: "CNY"}, before, h.terms().Complaint(),
			h.Clock.Now())
	})
}

func notes(h *house, id string) act {
	return func(s *store.Store) error {
		_, _, err := s.NoteComplaint(h.t.Context(), id,
			func(c complaint.Complaint, note string) (complaint.Complaint, complaint.Note, event.Event, error) {
				return c.Note(h.by(1), note, "看过", h.terms().Complaint(), h.Clock.Now())
			})
		return err
	}
}

func answersThem(h *house, id string) act {
	return func(s *store.Store) error {
		_, _, err := s.ReplyComplaint(h.t.Context(), id,
			func(c complaint.Complaint, reply string) (complaint.Complaint, complaint.Reply, event.Event, error) {
				return c.Reply(h.by(1), reply, "我们正在检查", h.terms().Complaint(), h.Clock.Now())
			})
		return err
	}
}

// says tells what stands of complaints of one customer: each with its state and words, what was given, and for how
// many there is no marketing.
func (h *house) says(ids ...string) string {
	h.t.Helper()
	var out []any
	var of string
	for _, id := range ids {
		c, err := h.Complaint(h.t.Context(), id)
		h.must(err)
		notes, err := h.ComplaintNotes(h.t.Context(), id, table.Paging{Limit: 9})
		h.must(err)
		said, err := h.ComplaintReplies(h.t.Context(), id, table.Paging{Limit: 9})
		h.must(err)
		of = c.Customer
		out = append(out, fmt.Sprintf("%s %d+%d", c.State, len(notes.Items), len(said.Items)))
	}
	given, err := h.Grants(h.t.Context(), of)
	h.must(err)
	freeze, err := h.Freeze(h.t.Context(), of)
	h.must(err)
	for _, line := range given.Lines {
		out = append(out, line.Amount.Minor)
	}
	return lines(append(out, fmt.Sprintf("%d frozen", len(freeze.Complaints)))...)
}

var serviceMeetings = []meeting{
	{"two complaints of one customer", [2]string{"OpenComplaint", "OpenComplaint"}, func(h *house) pair {
		var a, b string
		l := h.lead()
		return pair{complains(h, l, &a), complains(h, l, &b), func() string { return h.says(a, b) }}
	}, [2]string{"new 0+0, new 0+0, 2 frozen", "new 0+0, new 0+0, 2 frozen"}},
	{"two complaints of one customer, who was read before", [2]string{"OpenComplaintOf", "OpenComplaintOf"},
		func(h *house) pair {
			var a, b string
			l := h.lead()
			who, err := h.Complainant(h.t.Context(), l.Customer, l.ContactID)
			h.must(err)
			return pair{complainsAs(h, who, l, &a), complainsAs(h, who, l, &b), func() string { return h.says(a, b) }}
		}, [2]string{"new 0+0, new 0+0, 2 frozen", "new 0+0, new 0+0, 2 frozen"}},
	{"one complaint opens and another ends", [2]string{"OpenComplaint", "GrantComplaint"}, func(h *house) pair {
		var a string
		l := h.lead()
		b := h.complaint(l)
		return pair{complains(h, l, &a), withdrawn(h, b), func() string { return h.says(a, b) }}
	}, [2]string{"new 0+0, withdrawn 0+0, 1 frozen", "new 0+0, withdrawn 0+0, 1 frozen"}},
	{"two complaints by one link at its last place", [2]string{"LodgeComplaint", "LodgeComplaint"},
		func(h *house) pair {
			l := h.lead()
			lodges := func(c complaint.Complaint, e event.Event) act {
				return func(s *store.Store) error {
					_, err := s.LodgeComplaint(h.t.Context(), c, e, 1, storetest.Began.Add(14*time.Hour))
					return err
				}
			}
			return pair{lodges(h.complaining(l, "J-1")), lodges(h.complaining(l, "J-2")), func() string {
				freeze, err := h.Freeze(h.t.Context(), l.Customer)
				h.must(err)
				return lines(len(freeze.Complaints))
			}}
		}, [2]string{"too-many: 1", "too-many: 1"}},
	{"a triage of a complaint that is withdrawn", [2]string{"ChangeComplaint", "GrantComplaint"}, func(h *house) pair {
		id := h.complaint(h.lead())
		return pair{triages(h, id, 2), withdrawn(h, id), func() string { return h.says(id) }}
	}, [2]string{"refused: withdrawn 0+0, 0 frozen", "withdrawn 0+0, 0 frozen"}},
	{"a note and a reply", [2]string{"NoteComplaint", "ReplyComplaint"}, func(h *house) pair {
		id := h.complaint(h.lead())
		return pair{notes(h, id), answersThem(h, id), func() string { return h.says(id) }}
	}, [2]string{"new 1+1, 1 frozen", "new 1+1, 1 frozen"}},
	{"two offers to one customer, together above the limit", [2]string{"GrantComplaint", "GrantComplaint"},
		func(h *house) pair {
			l := h.lead()
			a, b := h.judged(l), h.judged(l)
			return pair{proposes(h, a, 2, 3000), proposes(h, b, 2, 3000), func() string { return h.says(a, b) }}
		}, [2]string{
			"awaiting-approval 0+0, offered 0+0, 300000, 2 frozen",
			"offered 0+0, awaiting-approval 0+0, 300000, 2 frozen"}},
	{"an approval of what is proposed anew", [2]string{"GrantComplaint", "GrantComplaint"}, func(h *house) pair {
		id := h.judged(h.lead())
		h.must(proposes(h, id, 2, 6000)(h.Store))
		return pair{approves(h, id), proposes(h, id, 2, 7000), func() string { return h.says(id) }}
	}, [2]string{"refused: awaiting-approval 0+0, 1 frozen", "awaiting-approval 0+0, 1 frozen"}},
	{"a complaint joins one that is withdrawn", [2]string{"JoinComplaints", "GrantComplaint"}, func(h *house) pair {
		l := h.lead()
		older, younger := h.complaint(l), h.complaint(l)
		return pair{joins(h, younger, older), withdrawn(h, older), func() string { return h.says(older, younger) }}
	}, [2]string{"invalid: withdrawn 0+0, new 0+0, 1 frozen", "withdrawn 0+0, joined 0+0, 0 frozen"}},
	{"one question is asked twice", [2]string{"OpenHold", "OpenHold"}, func(h *house) pair {
		id, l := h.NewHoldID(), h.lead()
		return pair{asks(h, id, l, "a"), asks(h, id, l, "b"), func() string { return h.question(id) }}
	}, [2]string{"conflict: 1, b, asked, false", "conflict: 1, a, asked, false"}},
	{"a question is answered and withdrawn", [2]string{"ChangeHold", "ChangeHold"}, func(h *house) pair {
		id := h.NewHoldID()
		h.must(asks(h, id, h.lead(), "a")(h.Store))
		on := func(rule func(hold.Hold) (hold.Hold, event.Event, error)) act {
			return func(s *store.Store) error {
				_, err := s.ChangeHold(h.t.Context(), id, rule)
				return err
			}
		}
		return pair{on(func(q hold.Hold) (hold.Hold, event.Event, error) {
			return q.Reply(h.by(3), hold.Answer{Choice: 1, Channel: "phone"}, h.terms().Hold(), h.Clock.Now())
		}), on(func(q hold.Hold) (hold.Hold, event.Event, error) {
			return q.Withdraw(h.by(8), h.terms().Hold(), h.Clock.Now())
		}), func() string { return h.question(id) }}
	}, [2]string{"refused: 2, a, withdrawn, false", "refused: 2, a, answered, true"}},
	{"a mail is kept and the customer archived", [2]string{"Hear", "ChangeCustomer"}, func(h *house) pair {
		l := h.lead()
		return pair{func(s *store.Store) error {
			return s.Hear(h.t.Context(), customer.Touch{Customer: l.Customer, Contact: l.ContactID, Branch: seed.Shanghai,
				Channel: "email", Kind: message.MailPerson, Text: "好"})
		}, archives(h, l.Customer), func() string { return h.file(l.Customer) }}
	}, [2]string{"李娜, -, archived, 1, 0, 1, []", "李娜, -, archived, 1, 0, 1, []"}},
}

func asks(h *house, id string, l lead.Lead, text string) act {
	return func(s *store.Store) error {
		q, e, err := hold.Ask(hold.Question{Job: "J-1", Question: words.PublicText(text), Choices: []string{"继续", "换纸"}},
			id, l.Customer, l.ContactID, seed.StaffID(3), h.by(8), h.terms().Hold(), h.Clock.Now())
		if err != nil {
			return err
		}
		_, err = s.OpenHold(h.t.Context(), q, e)
		return err
	}
}

func (h *house) question(id string) string {
	h.t.Helper()
	q, err := h.Hold(h.t.Context(), id)
	h.must(err)
	return lines(q.Version, q.Question, q.State, q.Answer != nil)
}

// offers says that a file may be sent to a record that takes some.
func offers(h *house, place artwork.Place, name string) act {
	return func(s *store.Store) error {
		_, err := s.OfferArtwork(h.t.Context(), place, artwork.Artwork{Name: name, Bytes: int64(len(storetest.Brochure))})
		return err
	}
}

// sent offers a file and sends it.
func (h *house) sent(place artwork.Place) string {
	h.t.Helper()
	a, err := h.OfferArtwork(h.t.Context(), place, artwork.Artwork{Name: "a.pdf", Bytes: int64(len(storetest.Brochure))})
	h.must(err)
	u, err := h.UploadArtwork(h.t.Context(), place, a, "")
	h.must(err)
	if status, said := storetest.Post(h.t, u, storetest.Brochure); status != 204 {
		h.t.Fatal(status, said)
	}
	return a.ID
}

func decides(h *house, place artwork.Place, id string) act {
	return func(s *store.Store) error {
		_, err := s.DecideArtwork(h.t.Context(), place, id)
		return err
	}
}

// folder says what stands in a folder, and how often its record was told.
func (h *house) folder(place artwork.Place) string {
	h.t.Helper()
	f, err := h.ArtworkFolder(h.t.Context(), place.Of)
	h.must(err)
	var out []string
	for _, a := range f.Files {
		out = append(out, a.State)
	}
	told := 0
	for _, e := range h.Events(h.t, place.Log) {
		if strings.HasPrefix(string(e.Type), "artwork.") {
			told++
		}
	}
	slices.Sort(out)
	return lines(f.Version, out, told)
}

var fileMeetings = []meeting{
	{"two files are offered", [2]string{"OfferArtwork", "OfferArtwork"}, func(h *house) pair {
		p := h.place(artwork.StandardPolicy())
		return pair{offers(h, p, "a.pdf"), offers(h, p, "b.pdf"), func() string { return h.folder(p) }}
	}, [2]string{"2, [offered offered], 0", "2, [offered offered], 0"}},
	{"two files are offered at the last place", [2]string{"OfferArtwork", "OfferArtwork"}, func(h *house) pair {
		policy := artwork.StandardPolicy()
		policy.Most = 1
		p := h.place(policy)
		return pair{offers(h, p, "a.pdf"), offers(h, p, "b.pdf"), func() string { return h.folder(p) }}
	}, [2]string{"refused: 1, [offered], 0", "refused: 1, [offered], 0"}},
	{"one file is decided about twice", [2]string{"DecideArtwork", "DecideArtwork"}, func(h *house) pair {
		p := h.place(artwork.StandardPolicy())
		id := h.sent(p)
		return pair{decides(h, p, id), decides(h, p, id), func() string { return h.folder(p) }}
	}, [2]string{"2, [attached], 1", "2, [attached], 1"}},
	{"a customer's file with a complaint that is withdrawn", [2]string{"DecideArtwork", "GrantComplaint"},
		func(h *house) pair {
			id := h.complaint(h.lead())
			c, err := h.Complaint(h.t.Context(), id)
			h.must(err)
			p := c.ArtworkPlace()
			file := h.sent(p)
			return pair{decides(h, p, file), withdrawn(h, id), func() string { return lines(h.folder(p), h.says(id)) }}
		}, [2]string{
			"2, [attached], 1, withdrawn 0+0, 0 frozen",
			"2, [attached], 1, withdrawn 0+0, 0 frozen"}},
	removeMeeting, dropMeeting, judgeMeeting, judgeReleaseMeeting, judgeDropMeeting, judgeWithdrawMeeting,
	decideHeldMeeting, heldTwiceMeeting,
}

func (h *house) place(policy artwork.Policy) artwork.Place {
	return artwork.Place{Of: storetest.NewID("sub"), Branch: seed.Shanghai, Log: h.id("cus"), Lead: "lead_1",
		Policy: policy}
}
