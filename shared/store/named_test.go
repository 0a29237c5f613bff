package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/hold"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store"
	"afterpress/shared/store/finder"
	"afterpress/shared/store/naming"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// names brings the rows of a record in line, as functions/stream and make reindex do.
func names(h *house, id string) act {
	return func(s *store.Store) error { return finder.Directory{Finder: s.Finder}.Name(h.t.Context(), id) }
}

// rejobs corrects the number of a complaint's job.
func rejobs(h *house, id, job string) act {
	return func(s *store.Store) error {
		_, err := s.ChangeComplaint(h.t.Context(), id,
			func(c complaint.Complaint) (complaint.Complaint, event.Event, error) {
				return c.Triage(h.by(2), complaint.Triage{Severity: 2, Job: complaint.Job{Ref: job}},
					storetest.Person(h.t, h.Bench, 3), h.terms().Complaint(), h.Clock.Now())
			})
		return err
	}
}

// asks asks a question about a job.
func (h *house) asks(cust, job string) hold.Hold {
	h.t.Helper()
	in := hold.Question{Job: job, Question: "纸张偏黄，继续吗？", Choices: []string{"继续", "换纸"}}
	asked, e, err := hold.Ask(in, h.NewHoldID(), cust, "con_1", seed.StaffID(3), h.by(8), h.terms().Hold(), h.Clock.Now())
	if err == nil {
		asked, err = h.OpenHold(h.t.Context(), asked, e)
	}
	h.must(err)
	return asked
}

// called are the ids of what people call so, over all kinds, of these branches.
func (h *house) called(asked string, branches ...string) (ids []string) {
	h.t.Helper()
	if branches == nil {
		branches = []string{seed.Shanghai}
	}
	n := naming.Query{Branches: branches, Limit: 50, Job: identity.JobNumber(asked)}
	if reference, ok := identity.Reference(asked); ok {
		n.Reference = reference
	}
	ctx := h.t.Context()
	leads, err := h.NamedLeads(ctx, n)
	h.must(err)
	for _, c := range leads.Items {
		ids = append(ids, c.ID)
	}
	subs, err := h.NamedSubmissions(ctx, n)
	h.must(err)
	for _, c := range subs.Items {
		ids = append(ids, c.ID)
	}
	tasks, err := h.NamedTasks(ctx, n)
	h.must(err)
	for _, c := range tasks.Items {
		ids = append(ids, c.ID)
	}
	complaints, err := h.NamedComplaints(ctx, n)
	h.must(err)
	for _, c := range complaints.Items {
		ids = append(ids, c.ID)
	}
	holds, err := h.NamedHolds(ctx, n)
	h.must(err)
	for _, c := range holds.Items {
		ids = append(ids, c.ID)
	}
	slices.Sort(ids)
	return ids
}

// finds holds what is called so against the ids.
func (h *house) finds(asked string, want ...string) {
	h.t.Helper()
	slices.Sort(want)
	if got := h.called(asked); !slices.Equal(got, want) {
		h.t.Errorf("%q finds %v, want %v", asked, got, want)
	}
}

// TestAReferenceFindsItsRecord: each kind of record is found by its whole id at once, and by what people see of it once
// its event was heard. It is found in any state, and by nobody of another branch.
func TestAReferenceFindsItsRecord(t *testing.T) {
	t.Parallel()
	h := &house{Bench: storetest.New(t), t: t, n: 1}
	l := h.lead()
	c := storetest.OpenComplaint(t, h.Bench, l.Customer)
	asked := h.asks(l.Customer, "J-2026-118")
	todo := storetest.OpenTask(t, h.Bench, 3, task.Draft{Customer: l.Customer})
	quarantined := form.Submission{ID: h.NewSubmissionID(), Version: 1, CreatedAt: h.Clock.Now(),
		UpdatedAt: h.Clock.Now(), Form: seed.Quote, Branch: seed.Shanghai, Outcome: form.OutcomeQuarantined}
	h.must(h.OpenAs(t, "intake").Quarantine(t.Context(), quarantined))
	h.finds(words.Reference(quarantined.ID), quarantined.ID)
	whole := map[string][]string{l.ID: {l.ID, l.Submission}, c.ID: {c.ID}, asked.ID: {asked.ID}, todo.ID: {todo.ID}}
	for id, want := range whole {
		h.finds(words.Reference(id))
		_, signs, _ := strings.Cut(id, "_")
		h.finds(signs, want...)
	}
	h.Index(t)
	check := func() {
		t.Helper()
		for id, want := range whole {
			signs, _ := identity.ReferenceOf(id)
			for _, typed := range []string{words.Reference(id), strings.ToLower(words.Reference(id)), signs[16:], signs} {
				h.finds(typed, want...)
			}
			other := "0" // a sign that the reference does not begin with
			if signs[24] == '0' {
				other = "1"
			}
			h.finds(other + signs[25:])
			if got := h.called(words.Reference(id), seed.Hangzhou); len(got) > 0 {
				t.Errorf("another branch is shown %v", got)
			}
		}
	}
	check()
	h.must(loses(h, l.ID)(h.Store))
	h.must(withdrawn(h, c.ID)(h.Store))
	h.must(onTask(h, todo.ID, func(k task.Task) (task.Task, event.Event, error) {
		return k.Complete(h.by(3), false, h.Clock.Now())
	})(h.Store))
	check()
	before := h.State()
	h.Index(t)
	if h.State() == before {
		t.Error("the rows were not written anew")
	}
	check()
}

// TestAJobFindsWhatIsAboutIt: several complaints and questions are about a job. Its whole number finds them, and so do
// eight signs of it. Fewer signs find a job that has no more.
func TestAJobFindsWhatIsAboutIt(t *testing.T) {
	t.Parallel()
	h := &house{Bench: storetest.New(t), t: t, n: 1}
	l := h.lead()
	a, b := storetest.OpenComplaint(t, h.Bench, l.Customer), storetest.OpenComplaint(t, h.Bench, l.Customer)
	first, second := h.asks(l.Customer, "J-2026-118"), h.asks(l.Customer, "j 2026 1189")
	third := h.asks(l.Customer, "J2026")
	h.Index(t)
	h.finds("j1", a.ID, b.ID)
	h.finds("J-2026-118", first.ID, second.ID)
	h.finds("Ｊ20261189", second.ID)
	h.finds("J-2026", third.ID)
	h.finds("J-2026-11")
	h.must(rejobs(h, a.ID, "J-2026-118")(h.Store))
	h.finds("J-1", b.ID)
	h.finds("J-2026-118", a.ID, first.ID, second.ID)
	h.must(rejobs(h, a.ID, "J-1")(h.Store))
	h.finds("J-1", a.ID, b.ID)
	h.finds("J-2026-118", first.ID, second.ID)
	page, err := h.NamedHolds(t.Context(), naming.Query{Job: "J2026118", Branches: []string{seed.Shanghai}, Limit: 1})
	if err != nil || len(page.Items) != 1 || page.Next != nil {
		t.Errorf("%+v, %v", page, err)
	}
}

// TestARowThatIsOlderThanItsRecord: a row names a complaint that is about another job by now. Others name a record of
// which nothing is left. The record decides.
func TestARowThatIsOlderThanItsRecord(t *testing.T) {
	t.Parallel()
	h := &house{Bench: storetest.New(t), t: t, n: 1}
	c := storetest.OpenComplaint(t, h.Bench, h.lead().Customer)
	signs, _ := identity.ReferenceOf(c.ID)
	nothing := "0123456789ABCDEF01234567" + signs[24:]
	for _, key := range []table.Item{table.JobKey("complaint", "J2026118", c.ID),
		table.JobKey("complaint", "J2026118", "cmp_1"), table.ReferenceKey(nothing)} {
		if _, err := h.DB.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String(h.Tables.Records),
			Item: key}); err != nil {
			t.Fatal(err)
		}
	}
	h.finds("J-2026-118")
	h.finds(words.Reference(c.ID))
	h.Index(t)
	h.finds(words.Reference(c.ID), c.ID)
}

// rowsOfNames are the rows by which records are found that count.
func (h *house) rowsOfNames() (out []string) {
	h.t.Helper()
	for _, line := range h.Items(h.t) {
		name := strings.Contains(line, `"pk":{"Value":"REFERENCE#`) || strings.Contains(line, `"pk":{"Value":"JOB#`)
		if name && !strings.Contains(line, `"ttl"`) {
			out = append(out, line)
		}
	}
	return out
}

// TestNamesMeetTheirRecord: the rows of a record are written while another writer changes the record, in both orders.
func TestNamesMeetTheirRecord(t *testing.T) {
	t.Parallel()
	meets(t, storetest.New(t), nameMeetings)
}

// job is the complaint of a new customer, and what its rows say of the jobs J-1 and J-2.
func (h *house) job() (id string, stands func() string) {
	h.t.Helper()
	id = h.complaint(h.lead())
	return id, func() string {
		var out []string
		for _, asked := range []string{"J-1", "J-2", words.Reference(id)} {
			if slices.Contains(h.called(asked), id) {
				out = append(out, asked)
			}
		}
		rows := 0
		for _, row := range h.rowsOfNames() {
			signs, _ := identity.ReferenceOf(id)
			if strings.Contains(row, id) || strings.Contains(row, signs) {
				rows++
			}
		}
		return strings.ReplaceAll(fmt.Sprint(out, rows), words.Reference(id), "reference")
	}
}

var nameMeetings = []meeting{
	{"a job is corrected while its rows are written", [2]string{"Name", "ChangeComplaint"}, func(h *house) pair {
		id, stands := h.job()
		return pair{names(h, id), rejobs(h, id, "J-2"), stands}
	}, [2]string{"[J-2 reference] 2", "[J-2 reference] 2"}},
	{"reindex and the stream", [2]string{"Name", "Name"}, func(h *house) pair {
		id, stands := h.job()
		return pair{names(h, id), names(h, id), stands}
	}, [2]string{"[J-1 reference] 2", "[J-1 reference] 2"}},
	{"a complaint ends while its rows are written", [2]string{"Name", "EndRecord"}, func(h *house) pair {
		id := h.closed()
		return pair{names(h, id), ends(h, "complaint", id), func() string {
			signs, _ := identity.ReferenceOf(id)
			for _, row := range h.rowsOfNames() {
				if strings.Contains(row, id) || strings.Contains(row, signs) {
					return row
				}
			}
			return h.complaintState(id)
		}}
	}, [2]string{"gone", "gone"}},
}

// TestNamesThatBrokeOff ends the writing of a record's rows after each of its writes. The next attempt mends them.
func TestNamesThatBrokeOff(t *testing.T) {
	t.Parallel()
	h := &house{Bench: storetest.New(t), t: t, n: 1}
	l := h.lead()
	for writes := range 3 {
		c := storetest.OpenComplaint(t, h.Bench, l.Customer)
		err := names(h, c.ID)(h.OpenBreaking(t, writes))
		if (err == nil) != (writes == 2) {
			t.Errorf("after %d writes: %v", writes, err)
		}
		h.must(names(h, c.ID)(h.Store))
		h.finds(words.Reference(c.ID), c.ID)
	}
}

// TestNamesEndWithTheirRecord: the nightly step ends the rows of a record with it, before the record's own row. What is
// erased keeps its reference, since people may still ask for it, and is found by no job.
func TestNamesEndWithTheirRecord(t *testing.T) {
	t.Parallel()
	h := &house{Bench: storetest.NewWithFiles(t), t: t, n: 1}
	worker := h.OpenAs(t, "worker")
	l := h.lead()
	c := storetest.OpenComplaintOf(t, h.Bench, l.Customer, l.ContactID)
	h.Index(t)
	if rows := h.rowsOfNames(); len(rows) != 3 {
		t.Fatalf("%d rows: %v", len(rows), rows)
	}
	h.forgetsAll(worker, l)
	h.finds("J-1")
	rows := h.rowsOfNames()
	if len(rows) != 2 || strings.Contains(strings.Join(rows, ""), "J1") {
		t.Errorf("%v are left", rows)
	}
	h.Clock.Advance(48 * time.Hour)
	for kind, id := range map[string]string{"complaint": c.ID, "lead": l.ID} {
		_, err := worker.EndRecord(t.Context(), kind, id, briefly)
		h.must(err)
	}
	if rows := h.rowsOfNames(); len(rows) > 0 {
		t.Errorf("%v are left", rows)
	}
	h.must(names(h, c.ID)(h.Store)) // an event that comes late
	if rows := h.rowsOfNames(); len(rows) > 0 {
		t.Errorf("%v came late", rows)
	}
}

// A record that no event tells of, such as a message in doubt, has no reference.
func TestWhatHasNoReferenceHasNoRows(t *testing.T) {
	t.Parallel()
	h := &house{Bench: storetest.New(t), t: t, n: 1}
	before := h.State()
	h.must(names(h, "message_1")(h.Store))
	h.must(names(h, "")(h.Store))
	if h.State() != before {
		t.Error("rows were written")
	}
}
