package api_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/app/casework"
	"afterpress/shared/app/worklist"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/approval"
	"afterpress/shared/crm/complaint/proposal"
	"afterpress/shared/crm/complaint/tally"
	"afterpress/shared/crm/complaint/verdict"
	"afterpress/shared/crm/overview"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/store/table"
)

// openedComplaint enters the complaint of the trial's customer.
func (b *bench) openedComplaint(more fields) casework.OpenedComplaint {
	b.t.Helper()
	complainant(b, b.staff("sales"))
	return into[casework.OpenedComplaint](b.call("service", "POST /complaints", complained(more)).want(http.StatusCreated))
}

// One complaint from the phone to the end, as the people who have to do with it see it.
func TestAComplaintGoesItsWay(t *testing.T) {
	t.Parallel()
	b := start(t)
	first := b.openedComplaint(nil)
	if first.Account != seed.StaffID(3) || first.State != complaint.StateNew || len(first.Similar) != 0 ||
		first.OpenedBy != seed.StaffID(6) {
		t.Fatalf("%+v", first)
	}
	if again := b.openedComplaint(fields{"words": "又打来电话"}); !slices.Equal(again.Similar, []string{first.ID}) {
		t.Errorf("similar %v", again.Similar)
	}
	path := "POST /complaints/" + first.ID
	do := func(who, command string, body fields) casework.Complaint {
		t.Helper()
		return into[casework.Complaint](b.call(who, path+"/"+command, body).want(http.StatusOK))
	}
	do("service", "triage", fields{"severity": 2, "job": fields{"operator": "高建国"}})
	do("service", "comment", fields{"public_text": "我们正在检查"})
	do("production", "comment", fields{"internal_text": "墨键漂移"})
	do("production", "measure", fields{"measure": "de00-cmy", "value": 9000, "unit": "ΔE00", "samples": 5})
	do("service", "decide", fields{"defect": "colour-deviation", "seen": "visible", "sample": "worse",
		"proof": "deviates", "file": "correct", "cause": "ours"})
	proposed := do("service", "propose", fields{"facts": fields{"usable": true, "sortable": true, "standing": "regular"}})
	if proposed.State != complaint.StateProposed || len(proposed.Proposals) == 0 || proposed.ProposedFrom == nil ||
		proposed.ProposedFrom.Rule != proposal.Rule {
		t.Fatalf("%+v", proposed.Complaint)
	}
	asked := do("service", "propose", fields{"remedies": creditOf(60_000)})
	if asked.State != complaint.StateAwaiting || asked.Approval.Amount != yuan(600) ||
		asked.Approval.Policy != "standard@1" {
		t.Fatalf("%s %+v", asked.State, asked.Approval)
	}
	amount := fields{"minor": 60_000, "currency": "CNY"}
	b.call("finance", path+"/approve",
		fields{"no": 1, "amount": fields{"minor": 1, "currency": "CNY"}}).want(http.StatusConflict)
	o := do("finance", "approve", fields{"no": 1, "amount": amount})
	do("sales", "agree", fields{"turn": o.Turn})
	do("finance", "carry-out", fields{"credit_number": "CN-7"})
	do("service", "complete", fields{})
	do("sales", "verify", fields{"satisfied": true})
	b.call("service", path+"/close", fields{}).want(http.StatusConflict) // severity 2 asks for a cause first
	do("production", "find-cause", fields{"factor": "machine", "internal_text": "墨键漂移"})
	do("service", "correct", fields{"internal_action": "每周校准", "owner": seed.StaffID(8),
		"due_at": b.Clock.Now().Add(72 * time.Hour)})
	b.call("service", path+"/check-effect", fields{"effective": true}).want(http.StatusConflict)
	b.Clock.Advance(40 * 24 * time.Hour)
	b.handler = b.door()
	do("service", "check-effect", fields{"effective": true})
	if closed := do("service", "close", fields{}); closed.State != complaint.StateClosed ||
		closed.Outcome != complaint.OutcomeSettled || *closed.Cost != yuan(600) {
		t.Errorf("%+v", closed.Complaint)
	}
	file := into[casework.ComplaintFile](b.call("manager", "GET /complaints/"+first.ID, nil).want(http.StatusOK))
	if len(file.Done) != 1 || file.Done[0].CreditNumber != "CN-7" || len(file.Deadlines) != 0 ||
		file.ETagVersion() != file.Version {
		t.Errorf("%+v", file)
	}
	if got := do("sales", "reopen", fields{"internal_reason": "客户来电：重印的也擦花"}); got.Round != 2 {
		t.Errorf("round %d", got.Round)
	}
}

// What goes to the customer and what stays inside are read in two lists, and neither shows the other's words.
func TestWordsStayInTheirLists(t *testing.T) {
	t.Parallel()
	b := start(t)
	c := b.keepComplaint(b.plotted(complaint.StateTriaged, true, b.Clock.Now()))
	path := "/complaints/" + c.ID
	b.call("service", "POST "+path+"/comment", fields{"public_text": "OUTSIDE"}).want(http.StatusOK)
	b.call("service", "POST "+path+"/comment", fields{"internal_text": "INSIDE"}).want(http.StatusOK)
	replies, notes := b.call("sales", "GET "+path+"/replies", nil).want(http.StatusOK).Body.String(),
		b.call("sales", "GET "+path+"/notes", nil).want(http.StatusOK).Body.String()
	if !strings.Contains(replies, `"public_text":"OUTSIDE"`) || strings.Contains(replies, "INSIDE") ||
		!strings.Contains(notes, `"internal_text":"INSIDE"`) || strings.Contains(notes, "OUTSIDE") {
		t.Errorf("%s\n%s", replies, notes)
	}
	for _, body := range []fields{{}, {"public_text": "a", "internal_text": "b"}} {
		p := into[httpapi.Problem](b.call("service", "POST "+path+"/comment", body).want(http.StatusUnprocessableEntity))
		if len(p.Errors) != 2 {
			t.Errorf("%+v", p.Errors)
		}
	}
}

// Who makes the goods sees neither whom to speak with nor what they are sold for: not in answers, and not in refusals.
func TestWhatProductionSeesOfAComplaint(t *testing.T) {
	t.Parallel()
	b := start(t)
	c := b.keepComplaint(b.plotted(complaint.StateAwaiting, true, b.Clock.Now()))
	path := "/complaints/" + c.ID
	for _, w := range []response{
		b.call("production", "GET "+path, nil), b.call("production", "GET "+path+"/why", nil),
		b.call("production", "GET /complaints", nil),
		b.call("production", "GET "+path+"/canned-replies", nil),
		b.call("production", "POST "+path+"/comment", fields{"internal_text": "x"}),
		b.call("production", "POST "+path+"/complete", fields{}),
		b.call("production", "POST "+path+"/complete", fields{}, "If-Match", quoted(1)),
	} {
		for _, hidden := range []string{c.Customer, c.Contact, "800000", "100000"} {
			if strings.Contains(w.Body.String(), hidden) {
				t.Errorf("%d shows %s: %s", w.Code, hidden, w.Body)
			}
		}
	}
	if seen := b.call("finance", "GET "+path+"/why", nil).want(http.StatusOK).Body.String(); !strings.Contains(seen,
		"100000") || !strings.Contains(seen, `"rule":"verdict/2"`) {
		t.Error(seen)
	}
}

// A request that is sent again opens no second complaint, writes no second word and gives nothing twice.
func TestAComplaintIsRepeatedSafely(t *testing.T) {
	t.Parallel()
	b := start(t)
	complainant(b, b.staff("sales"))
	key := []string{"Idempotency-Key", "one"}
	first := into[casework.OpenedComplaint](b.call("service", "POST /complaints", complained(nil),
		key...).want(http.StatusCreated))
	again := into[casework.OpenedComplaint](b.call("service", "POST /complaints", complained(nil),
		key...).want(http.StatusCreated))
	if again.ID != first.ID || b.CountRecords(t, "COMPLAINT") != 1 {
		t.Errorf("%s and %s", first.ID, again.ID)
	}
	c := b.keepComplaint(b.plotted(complaint.StateJudged, false, b.Clock.Now()))
	for range 2 {
		b.call("sales-2", "POST /complaints/"+c.ID+"/comment", fields{"public_text": "好"}, key...).want(http.StatusOK)
		b.call("sales-2", "POST /complaints/"+c.ID+"/propose", fields{"remedies": creditOf(10_000)},
			key...).want(http.StatusOK)
	}
	grants, err := b.Grants(t.Context(), c.Customer)
	if words := b.ids("sales", "/complaints/"+c.ID+"/replies", "id", 5); len(words) != 1 || err != nil ||
		len(grants.Lines) != 1 {
		t.Errorf("%v %+v %v", words, grants, err)
	}
}

// Small gifts, each within the limit of who gives them: the one that passes it together with those before asks
// another person.
func TestASplitUnderTheLimitIsSeen(t *testing.T) {
	t.Parallel()
	b := start(t)
	customer := ""
	for i, want := range []string{complaint.StateOffered, complaint.StateOffered, complaint.StateAwaiting} {
		c := b.plotted(complaint.StateJudged, false, b.Clock.Now())
		if customer != "" {
			c.Customer = customer
		}
		c = b.keepComplaint(c)
		customer = c.Customer
		got := into[casework.Complaint](b.call("sales-2", "POST /complaints/"+c.ID+"/propose",
			fields{"remedies": creditOf(20_000)}).want(http.StatusOK))
		if got.State != want {
			t.Errorf("gift %d: %s, want %s", i+1, got.State, want)
		}
		if want == complaint.StateAwaiting && got.Approval.Before.Customer != 40_000 {
			t.Errorf("the approver is shown %+v", got.Approval)
		}
	}
}

// Approve, reject, expire and edit in one second: one of them is what happened, and everything that is written says
// the same.
func TestOneQuestionHasOneOutcome(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.Crowd(t)
	terms, err := b.Shop.Terms(seed.Shanghai)
	if err != nil {
		t.Fatal(err)
	}
	ends := map[string]int{}
	for round := range 30 {
		c := b.plotted(complaint.StateAwaiting, false, b.Clock.Now())
		c.Approval = new(*c.Approval)
		c.Approval.Expires = b.Clock.Now().Add(time.Duration(5*round) * time.Millisecond) // it ends in the midst of it
		c = b.keepComplaint(c)
		path := "POST /complaints/" + c.ID
		var all sync.WaitGroup
		codes := make([]int, 4)
		expire := func() int {
			if _, err := b.ChangeComplaint(t.Context(), c.ID,
				func(c complaint.Complaint) (complaint.Complaint, event.Event, error) {
					return c.Expire(terms.Complaint(), b.Clock.Now())
				}); err != nil {
				return http.StatusConflict
			}
			return http.StatusOK
		}
		all.Go(func() {
			codes[0] = b.call("finance", path+"/approve", fields{"no": 1, "amount": c.Approval.Amount}).Code
		})
		all.Go(func() {
			codes[1] = b.call("manager", path+"/reject", fields{"no": 1, "internal_reason": "太多"}).Code
		})
		all.Go(func() {
			// an edit is allowed before and after any decision, so without one the others must have their outcome
			if round%3 > 0 {
				return
			}
			codes[2] = b.call("sales-2", path+"/propose", fields{"remedies": creditOf(90_000)}).Code
		})
		all.Go(func() {
			b.Clock.Advance(10 * time.Millisecond)
			codes[3] = expire()
		})
		all.Wait()
		if !slices.Contains(codes, http.StatusOK) { // its end came after the process looked and before the others did
			b.Clock.Advance(time.Second)
			codes[3] = expire()
		}
		b.oneOutcome(t, c, codes, ends)
	}
	t.Log(ends)
}

// oneOutcome compares the answers with the record, the ledger and the log.
func (b *bench) oneOutcome(t *testing.T, before complaint.Complaint, codes []int, ends map[string]int) {
	t.Helper()
	c, err := b.Complaint(t.Context(), before.ID)
	if err != nil {
		t.Fatal(err)
	}
	decided := 0
	for _, i := range []int{0, 1, 3} {
		if codes[i] == http.StatusOK {
			decided++
		}
	}
	grants, err := b.Grants(t.Context(), c.Customer)
	if err != nil || decided > 1 || decided == 1 && codes[2] != http.StatusOK && c.Approvals != 1 {
		t.Errorf("%v: %s, question %d, %v", codes, c.State, c.Approvals, err)
	}
	given := int64(0)
	for _, l := range grants.Lines {
		given += l.Amount.Minor
	}
	switch {
	case codes[2] == http.StatusOK && c.Approvals == 2: // the edit came last, or voided the question: the new one is open, and the first gives nothing
		if c.State != complaint.StateAwaiting || c.Approval.No != 2 || c.Approval.State != approval.StateRequested ||
			given != 0 {
			t.Errorf("edited: %s %+v, given %d", c.State, c.Approval, given)
		}
		ends["edited"]++
	case codes[0] == http.StatusOK:
		if c.State != complaint.StateOffered || c.Approval.State != approval.StateApproved || given != 100_000 {
			t.Errorf("approved: %s %+v, given %d", c.State, c.Approval, given)
		}
		ends["approved"]++
	default:
		if c.State != complaint.StateProposed || given != 0 || decided != 1 {
			t.Errorf("%v: %s %+v, given %d", codes, c.State, c.Approval, given)
		}
		ends[c.Approval.State]++
	}
}

// The board, the desk, the timeline and the 360 know of complaints.
func TestWhereAComplaintShows(t *testing.T) {
	t.Parallel()
	b := start(t)
	c := b.openedComplaint(nil)
	b.call("service", "POST /complaints/"+c.ID+"/triage", fields{"severity": 2}).want(http.StatusOK)
	for _, query := range []string{"", "?severity=2", "?owner=me", "?state=triaged&branch=shanghai", "?customer=" +
		trialCustomer, "?due_before=2027-01-01T00:00:00%2B08:00"} {
		if got := b.ids("service", "/complaints"+query, "id", 2); !slices.Equal(got, []string{c.ID}) {
			t.Errorf("%s: %v", query, got)
		}
	}
	for _, query := range []string{"?severity=1", "?state=new", "?state=closed", "?due_before=2026-11-24T00:00:00Z",
		"?customer=cus_other", "?state=withdrawn&month=2026-10"} {
		if got := b.ids("service", "/complaints"+query, "id", 2); len(got) != 0 {
			t.Errorf("%s: %v", query, got)
		}
	}
	desk := into[table.Page[worklist.DeskLine]](b.call("service", "GET /desk", nil, "Accept-Language",
		"en").want(http.StatusOK))
	if len(desk.Items) != 1 || desk.Items[0].Title != "Complaint: colour deviation (J-1)" ||
		desk.Items[0].Link != "/complaints/"+c.ID {
		t.Errorf("%+v", desk.Items)
	}
	o := into[overview.Overview](b.call("sales", "GET /customers/"+trialCustomer+"/360", nil, "Accept-Language",
		"en").want(http.StatusOK))
	if len(o.Open) != 1 || o.Open[0].Title != "Complaint: colour deviation (J-1)" || o.Open[0].Severity != 2 ||
		o.Warnings[0].Code != "complaint-open" {
		t.Errorf("%+v %+v", o.Open, o.Warnings)
	}
	if got := b.ids("sales", "/customers/"+trialCustomer+"/timeline?kind=complaint", "kind", 5); !slices.Equal(got,
		[]string{"complaint.triaged", "complaint.opened"}) {
		t.Errorf("%v", got)
	}
	task := into[worklist.Task](b.call("service", "POST /tasks",
		fields{"title": "取样品", "about": c.ID}).want(http.StatusCreated))
	if task.Customer != trialCustomer {
		t.Errorf("%+v", task)
	}
	loads := into[table.Page[worklist.Load]](b.call("manager", "GET /tasks/load", nil).want(http.StatusOK))
	if i := slices.IndexFunc(loads.Items,
		func(l worklist.Load) bool { return l.Staff == seed.StaffID(6) }); loads.Items[i].Open["complaint"] != 1 {
		t.Errorf("%+v", loads.Items[i])
	}
}

// Reports come from the counters and are named in the reader's language.
func TestComplaintsAreReported(t *testing.T) {
	t.Parallel()
	b := start(t)
	c := b.openedComplaint(nil)
	b.openedComplaint(fields{"defects": []string{"colour-deviation", "late-delivery"}, "job": fields{"ref": "J-2"}})
	b.call("manager", "POST /complaints/"+c.ID+"/withdraw", fields{"internal_reason": "客户来电撤回"}).want(http.StatusOK)
	b.AddUp(t)
	for _, tc := range []struct {
		by, value, name string
		opened          int64
	}{
		{"all", "all", "all", 2}, {"defect", "colour-deviation", "colour deviation", 2},
		{"product", "general", "general commercial print", 1},
		{"press", "海德堡 2", "海德堡 2", 1}, {"customer", trialCustomer, "晨星出版社", 2},
	} {
		got := into[tally.Report](b.call("finance", "GET /reports/complaints?from=2026-11-24&to=2026-11-24&by="+tc.by, nil,
			"Accept-Language", "en").want(http.StatusOK))
		if len(got.Rows) == 0 || got.Rows[0].Value != tc.value || got.Rows[0].Name != tc.name ||
			got.Rows[0].Opened != tc.opened || got.Rows[0].Ended["withdrawn"] != 1 {
			t.Errorf("%s: %+v", tc.by, got)
		}
	}
	if got := into[tally.Report](b.call("owner", "GET /reports/complaints?branch=hangzhou",
		nil).want(http.StatusOK)); len(got.Rows) != 0 || got.To != "2026-11-24" {
		t.Errorf("%+v", got)
	}
	for query, pointer := range map[string]string{"by=mood": "?by", "from=2026-11-25&to=2026-11-24": "?from",
		"from=2025-10-20&to=2026-11-24": "?from", "to=2026-13-01": "?to"} {
		p := into[httpapi.Problem](b.call("owner", "GET /reports/complaints?"+query,
			nil).want(http.StatusUnprocessableEntity))
		if len(p.Errors) != 1 || p.Errors[0].Pointer != pointer {
			t.Errorf("%s: %+v", query, p.Errors)
		}
	}
	b.call("manager", "GET /reports/complaints?branch=hangzhou", nil).want(http.StatusNotFound)
	if fmt.Sprint(granted(permission.ReadReports)) != "[owner manager finance]" {
		t.Error("who reads reports")
	}
}

// A job's value that nobody knew at first is entered when remedies need it; a quantity that was wrong takes its
// verdict with it.
func TestAComplaintIsCorrectedLate(t *testing.T) {
	b := start(t)
	job := complained(nil)["job"].(fields)
	delete(job, "value")
	path := "POST /complaints/" + b.openedComplaint(fields{"job": job}).ID
	do := func(command string, body fields) casework.Complaint {
		t.Helper()
		return into[casework.Complaint](b.call("service", path+"/"+command, body).want(http.StatusOK))
	}
	decide := fields{"defect": "colour-deviation", "seen": "visible", "sample": "worse", "proof": "deviates",
		"file": "correct", "cause": "ours"}
	do("triage", fields{"severity": 3})
	do("measure", fields{"measure": "de00-cmy", "value": 9000, "unit": "ΔE00", "samples": 5})
	do("decide", decide)
	b.call("service", path+"/propose", fields{"remedies": creditOf(10_000)}).want(http.StatusUnprocessableEntity)
	if c := do("triage", fields{"severity": 3,
		"job": fields{"value": fields{"value": fields{"minor": 800_000, "currency": "CNY"},
			"source": "order"}}}); c.State != complaint.StateJudged || c.Verdict == nil {
		t.Fatalf("%s %+v", c.State, c.Verdict)
	}
	if c := do("triage", fields{"severity": 2, "affected": 40}); c.State != complaint.StateInvestigating ||
		c.Verdict != nil {
		t.Fatalf("%s %+v", c.State, c.Verdict)
	}
	do("decide", decide)
	if c := do("propose", fields{"remedies": creditOf(10_000)}); c.State != complaint.StateOffered {
		t.Errorf("%s", c.State)
	}
	if p := into[httpapi.Problem](b.call("service", path+"/triage",
		fields{"severity": 2, "affected": 30}).want(http.StatusConflict)); !slices.Contains(p.Allowed, "propose") {
		t.Errorf("%+v", p)
	}
}

// A limit that was agreed is entered with the complaint, or later, and says nothing of a defect that it does not
// measure.
func TestAContractsLimitIsEntered(t *testing.T) {
	b := start(t)
	agreed := func(limit int) fields {
		return fields{"value": fields{"measure": "de00-cmy", "limit": limit}, "source": "contract"}
	}
	job := complained(nil)["job"].(fields)
	job["tolerance"] = agreed(4000)
	told := b.Clock.Now().AddDate(0, 0, -1).Truncate(time.Millisecond)
	c := b.openedComplaint(fields{"job": job, "defects": []string{"colour-deviation", "wrong-content"},
		"reported_at": told})
	if !c.ReportedAt.Equal(told) {
		t.Errorf("reported at %v", c.ReportedAt)
	}
	if limit := c.Job.Tolerance.Value; limit.Words() != "≤ 4 ΔE00" || limit.Source.Zh == "" {
		t.Fatalf("%+v", limit)
	}
	path := "POST /complaints/" + c.ID
	b.call("service", path+"/triage", fields{"severity": 2, "job": fields{"tolerance": agreed(3000)}}).want(http.StatusOK)
	b.call("service", path+"/measure",
		fields{"measure": "de00-cmy", "value": 2000, "unit": "ΔE00", "samples": 5}).want(http.StatusOK)
	judged := into[casework.Complaint](b.call("service", path+"/decide",
		fields{"defect": "wrong-content", "proof": "deviates"}).want(http.StatusOK))
	if judged.Verdict.Liability != verdict.LiableUs || judged.Case.Contract.Limit != 3000 {
		t.Errorf("%+v", judged.Verdict)
	}
}
