package store_test

import (
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/artwork"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/retention"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/store"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"
)

func TestWritersOfTheNightMeet(t *testing.T) {
	t.Parallel()
	meets(t, storetest.New(t), endMeetings)
}

// briefly is a policy by which nothing stays longer than a day.
var briefly = retention.Policy{Submissions: 1, Spam: 1, Leads: 1, Files: 1, Complaints: 1, Holds: 1, Tasks: 1}

// ends has the nightly step look at a record.
func ends(h *house, kind, id string) act {
	return func(s *store.Store) error {
		_, err := s.EndRecord(h.t.Context(), kind, id, briefly)
		return err
	}
}

// gone is the state of a record, or says that it is not there.
func gone(state string, err error) string {
	if fault.KindOf(err) == fault.NotFound {
		return "gone"
	}
	return state
}

func (h *house) leadState(id string) string {
	l, err := h.Lead(h.t.Context(), id)
	return gone(l.State, err)
}

func (h *house) complaintState(id string) string {
	c, err := h.Complaint(h.t.Context(), id)
	return gone(c.State, err)
}

// lost is a lead that was lost so long ago that it may end.
func (h *house) lost() lead.Lead {
	h.t.Helper()
	l := h.lead()
	h.must(loses(h, l.ID)(h.Store))
	h.Clock.Advance(48 * time.Hour)
	return l
}

func (h *house) closed() string {
	h.t.Helper()
	id := h.complaint(h.lead())
	h.must(withdrawn(h, id)(h.Store))
	h.Clock.Advance(48 * time.Hour)
	return id
}

var endMeetings = []meeting{
	{"a person answers on a lead that ends", [2]string{"EndRecord", "Reply"}, func(h *house) pair {
		l := h.lost()
		return pair{ends(h, "lead", l.ID), replies(h, l.ID), func() string { return h.leadState(l.ID) }}
	}, [2]string{"lost", "not-found: gone"}},
	{"two nights end a lead", [2]string{"EndRecord", "EndRecord"}, func(h *house) pair {
		l := h.lost()
		return pair{ends(h, "lead", l.ID), ends(h, "lead", l.ID), func() string { return h.leadState(l.ID) }}
	}, [2]string{"gone", "gone"}},
	{"a note on a complaint that ends", [2]string{"EndRecord", "NoteComplaint"}, func(h *house) pair {
		id := h.closed()
		return pair{ends(h, "complaint", id), notes(h, id), func() string { return h.complaintState(id) }}
	}, [2]string{"withdrawn", "not-found: gone"}},
}

// filed sends a file to the submission of a lead.
func (h *house) filed(l lead.Lead) artwork.Place {
	h.t.Helper()
	p := h.place(artwork.StandardPolicy())
	p.Of, p.Log = l.Submission, l.Customer
	h.must(decides(h, p, h.sent(p))(h.Store))
	return p
}

// lies reports whether a file of a folder lies in the bucket.
func (h *house) lies(of, id string) bool {
	h.t.Helper()
	_, missing, err := h.Bucket.Look(h.t.Context(), "attached/"+of+"/"+id, 1)
	h.must(err)
	return !missing
}

// ended counts the rows below a key that have a TTL, and all of them.
func (h *house) ended(prefix string) (ended, all int) {
	h.t.Helper()
	for _, line := range h.Items(h.t) {
		if !strings.HasPrefix(line, h.Tables.Records+" ") || !strings.Contains(line, `"pk":{"Value":"`+prefix) {
			continue
		}
		all++
		if strings.Contains(line, `"ttl":{"Value":`) {
			ended++
		}
	}
	return ended, all
}

// What the nightly step does with each kind of record, under the role of the worker: on the day before its time, and
// on the day on which that is over. What is won, open, or in quarantine stays.
func TestRecordsEndByTheirKind(t *testing.T) {
	t.Parallel()
	const week = 7
	for _, c := range []struct {
		name, kind string
		days       int // 0: it never ends
		make       func(h *house) string
		read       func(h *house, id string) error
	}{
		{"a lost lead", "lead", 730, func(h *house) string {
			l := h.lead()
			h.must(loses(h, l.ID)(h.Store))
			return l.ID
		}, readsLead},
		{"a won lead", "lead", 0, func(h *house) string {
			l := h.assigned()
			h.must(speaks(h, l.ID)(h.Store))
			h.must(onLead(h, l.ID, func(l lead.Lead) (lead.Lead, event.Event, error) {
				return l.Won(h.by(3), lead.Win{Order: "J-1"}, h.terms().Lead(), h.Clock.Now())
			})(h.Store))
			return l.ID
		}, readsLead},
		{"an open lead", "lead", 0, func(h *house) string { return h.assigned().ID }, readsLead},
		{"a closed complaint", "complaint", 1095, func(h *house) string {
			id := h.complaint(h.lead())
			h.must(notes(h, id)(h.Store))
			h.must(withdrawn(h, id)(h.Store))
			return id
		}, readsComplaint},
		{"an open complaint", "complaint", 0, func(h *house) string { return h.complaint(h.lead()) }, readsComplaint},
		{"a complaint that was joined to an open one", "complaint", 0, func(h *house) string {
			l := h.lead()
			older, younger := h.complaint(l), h.complaint(l)
			h.must(joins(h, younger, older)(h.Store))
			return younger
		}, readsComplaint},
		{"a complaint that was joined to a closed one", "complaint", 1095, func(h *house) string {
			l := h.lead()
			older, younger := h.complaint(l), h.complaint(l)
			h.must(joins(h, younger, older)(h.Store))
			h.must(withdrawn(h, older)(h.Store))
			return younger
		}, readsComplaint},
		{"a task that is done", "task", 365, func(h *house) string {
			tsk := storetest.OpenTask(h.t, h.Bench, 3, task.Draft{})
			h.must(onTask(h, tsk.ID, func(tsk task.Task) (task.Task, event.Event, error) {
				return tsk.Cancel(h.by(2), h.Clock.Now())
			})(h.Store))
			return tsk.ID
		}, func(h *house, id string) error { _, err := h.Task(h.t.Context(), id); return err }},
		{"an open task", "task", 0, func(h *house) string {
			return storetest.OpenTask(h.t, h.Bench, 3, task.Draft{}).ID
		}, func(h *house, id string) error { _, err := h.Task(h.t.Context(), id); return err }},
		{"a discarded submission", "submission", 30, func(h *house) string {
			sub := h.handedIn()
			h.must(h.Quarantine(h.t.Context(), sub))
			h.must(discards(h, sub.ID, "spam")(h.Store))
			return sub.ID
		}, readsSubmission},
		{"a submission in quarantine", "submission", 0, func(h *house) string {
			sub := h.handedIn()
			h.must(h.Quarantine(h.t.Context(), sub))
			return sub.ID
		}, readsSubmission},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := &house{Bench: storetest.NewWithFiles(t), t: t, n: 1}
			worker, id := h.OpenAs(t, "worker"), c.make(h)
			begun := h.Clock.Now()
			for _, at := range []struct {
				days  int
				lasts bool
			}{{c.days - 1, true}, {c.days + 1, c.days == 0}, {4000, c.days == 0}} {
				h.Clock.Set(begun.AddDate(0, 0, at.days))
				if _, err := worker.EndRecord(t.Context(), c.kind, id, retention.Policy{}); err != nil {
					t.Fatalf("day %d: %v", at.days, err)
				}
				if err := c.read(h, id); (err == nil) != at.lasts || err != nil && fault.KindOf(err) != fault.NotFound {
					t.Errorf("day %d: %v", at.days, err)
				}
			}
			ended, all := h.ended(strings.ToUpper(c.kind) + "#" + id)
			if all == 0 || c.days == 0 && ended > 0 || c.days > 0 && ended != all {
				t.Errorf("%d of %d rows have their end", ended, all)
			}
			for _, branch := range []string{h.terms().Branch.ID} {
				ids, _, err := worker.OnClosed(t.Context(), c.kind, branch, "", "", h.Clock.Now(), week)
				if err != nil || c.days > 0 && len(ids) > 0 && ids[0] == id {
					t.Errorf("the list still has it: %v, %v", ids, err)
				}
			}
		})
	}
}

func readsLead(h *house, id string) error {
	_, err := h.Lead(h.t.Context(), id)
	return err
}

func readsComplaint(h *house, id string) error {
	_, err := h.Complaint(h.t.Context(), id)
	return err
}

func readsSubmission(h *house, id string) error {
	_, err := h.Submission(h.t.Context(), id)
	return err
}

// What was posted ends before its lead, and so do the files of a lost lead. The nightly step finds both by its lists.
func TestWhatWasPostedEndsBeforeItsLead(t *testing.T) {
	t.Parallel()
	h := &house{Bench: storetest.NewWithFiles(t), t: t, n: 1}
	worker, l := h.OpenAs(t, "worker"), h.lead()
	p := h.filed(l)
	f, err := h.ArtworkFolder(t.Context(), p.Of)
	h.must(err)
	begun, files := h.Clock.Now(), 0
	night := func(days int) (files int) {
		h.Clock.Set(begun.AddDate(0, 0, days))
		until := h.Clock.Now().AddDate(0, 0, -90)
		subs, _, err := worker.OnSubmissions(t.Context(), "created", l.Branch, "", until, 9)
		h.must(err)
		leads, _, err := worker.OnClosed(t.Context(), "lead", l.Branch, "lost", "", until, 9)
		h.must(err)
		for kind, ids := range map[string][]string{"submission": subs, "lead": leads} {
			for _, id := range ids {
				_, err := worker.EndRecord(t.Context(), kind, id, retention.Policy{})
				h.must(err)
			}
		}
		if h.lies(p.Of, f.Files[0].ID) {
			files++
		}
		return files
	}
	body := func() string {
		sub, err := h.Submission(t.Context(), l.Submission)
		return gone(sub.Body, err)
	}
	if files = night(89); files != 1 || body() == "" {
		t.Errorf("before its time: %d files, %q", files, body())
	}
	if files = night(91); files != 1 || body() != "" || h.leadState(l.ID) != lead.StateNew {
		t.Errorf("of an open lead: %d files, %q, %s", files, body(), h.leadState(l.ID))
	}
	h.must(loses(h, l.ID)(h.Store))
	begun = h.Clock.Now()
	if files = night(89); files != 1 {
		t.Error("the files of a lost lead went too early")
	}
	if files = night(91); files != 0 || h.leadState(l.ID) != lead.StateLost {
		t.Errorf("of a lost lead: %d files, %s", files, h.leadState(l.ID))
	}
	if night(731); h.leadState(l.ID) != "gone" || body() != "gone" {
		t.Errorf("%s, %q", h.leadState(l.ID), body())
	}
	if ended, all := h.ended("SUBMISSION#" + l.Submission); ended != all || all != 2 {
		t.Errorf("%d of %d rows of the submission have their end", ended, all)
	}
}

// Files that come to a lead that was lost long ago, as with a letter, have a time of their own.
func TestFilesThatComeToALostLead(t *testing.T) {
	t.Parallel()
	h := &house{Bench: storetest.NewWithFiles(t), t: t, n: 1}
	worker, l, begun := h.OpenAs(t, "worker"), h.lead(), h.Clock.Now()
	h.must(loses(h, l.ID)(h.Store))
	h.Clock.Set(begun.AddDate(0, 0, 89))
	p := h.filed(l)
	f, err := h.ArtworkFolder(t.Context(), p.Of)
	h.must(err)
	for _, at := range []struct {
		days  int
		stays bool
	}{{91, true}, {178, true}, {180, false}} {
		h.Clock.Set(begun.AddDate(0, 0, at.days))
		_, err := worker.EndRecord(t.Context(), "lead", l.ID, retention.Policy{})
		h.must(err)
		if h.lies(p.Of, f.Files[0].ID) != at.stays {
			t.Errorf("day %d: the file stays %t", at.days, !at.stays)
		}
	}
}

// A place of a list lies behind until, where the policy keeps records for longer than when the page before was read.
func TestANightWhosePolicyKeepsMore(t *testing.T) {
	t.Parallel()
	h := &house{Bench: storetest.New(t), t: t, n: 1}
	worker, until := h.OpenAs(t, "worker"), h.Clock.Now()
	after := table.At(until.AddDate(0, 2, 0)) + "#lead_1"
	ids, next, err := worker.OnClosed(t.Context(), "lead", h.terms().Branch.ID, "lost", after, until, 9)
	if err != nil || len(ids) > 0 || next != "" {
		t.Errorf("%v, %q, %v", ids, next, err)
	}
	ids, next, err = worker.OnSubmissions(t.Context(), "created", h.terms().Branch.ID, after, until, 9)
	if err != nil || len(ids) > 0 || next != "" {
		t.Errorf("%v, %q, %v", ids, next, err)
	}
}

// A process that ends after any of its writes leaves a record that nobody sees and that the next night ends.
func TestAnEndGoesOnWhereItBroke(t *testing.T) {
	t.Parallel()
	for broke := range 8 {
		h := &house{Bench: storetest.New(t), t: t, n: 1}
		id := h.complaint(h.lead())
		h.must(notes(h, id)(h.Store))
		h.must(answersThem(h, id)(h.Store))
		h.must(withdrawn(h, id)(h.Store))
		h.Clock.Advance(48 * time.Hour)
		_, err := h.OpenBreaking(t, broke).EndRecord(t.Context(), "complaint", id, briefly)
		if stands := h.complaintState(id); (stands == "gone") != (broke > 0) {
			t.Errorf("after %d writes it is %s", broke, stands)
		}
		over := err == nil
		again, _, listed := h.OnClosed(t.Context(), "complaint", h.terms().Branch.ID, "", "",
			h.Clock.Now().AddDate(0, 1, 0), 9)
		if listed != nil || (len(again) == 0) != over {
			t.Errorf("after %d writes the next night finds %v, %v", broke, again, listed)
		}
		changed, err := h.OpenAs(t, "worker").EndRecord(t.Context(), "complaint", id, briefly)
		ended, all := h.ended("COMPLAINT#" + id)
		if err != nil || changed == false && !over || ended != all || all < 3 || h.complaintState(id) != "gone" {
			t.Errorf("after %d writes: %v, %v, %d of %d rows", broke, changed, err, ended, all)
		}
		before := h.State()
		if _, err := h.EndRecord(t.Context(), "complaint", id, briefly); err != nil || h.State() != before {
			t.Errorf("what has ended is written again: %v", err)
		}
	}
}

// A letter that answers an ended lead is refused by the lead, and its sender is still known.
func TestAnEndedLeadTakesNoAnswer(t *testing.T) {
	t.Parallel()
	h := &house{Bench: storetest.New(t), t: t, n: 1}
	l := h.lost()
	h.must(ends(h, "lead", l.ID)(h.Store))
	err := h.Reply(t.Context(), l.ID, message.Reporter("mail"),
		customer.Touch{Channel: "email", Kind: message.MailPerson, Text: "好"})
	if fault.KindOf(err) != fault.NotFound {
		t.Error(err)
	}
	if c, err := h.Customer(t.Context(), l.Customer); err != nil || c.ID != l.Customer {
		t.Error(c, err)
	}
}
