package casework_test

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/app"
	"afterpress/shared/app/apptest"
	"afterpress/shared/app/casework"
	"afterpress/shared/crm/caselink"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/customer"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/kerneltest"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/storetest"
)

// give is a command with its input.
type give func(ctx context.Context, by app.Caller, at app.Record) (casework.Complaint, error)

func saying[In any](use func(context.Context, app.Caller, app.Record, In) (casework.Complaint, error), in In) give {
	return func(ctx context.Context, by app.Caller, at app.Record) (casework.Complaint, error) {
		return use(ctx, by, at, in)
	}
}

// order is one step of a complaint: who gives which command, and the state that it leads to.
type order struct {
	what, who string
	give      give
	state     string
}

// play gives the orders one after another.
func (b *bench) play(id string, orders []order) (c casework.Complaint) {
	b.t.Helper()
	for _, o := range orders {
		stored, err := b.Store.Complaint(b.t.Context(), id)
		if err != nil {
			b.t.Fatal(err)
		}
		c, err = o.give(b.t.Context(), b.Caller(o.who), app.At(id, "", stored.Version))
		if err != nil {
			b.t.Fatal(o.what, err, kerneltest.FaultsIn(err))
		}
		if c.State != o.state || c.Version != stored.Version+1 || len(c.Actions) == 0 {
			b.t.Errorf("%s: %s in version %d after %d, %d actions", o.what, c.State, c.Version, stored.Version,
				len(c.Actions))
		}
	}
	return c
}

// found brings a new complaint to its verdict.
func (b *bench) found() []order {
	d := b.desk
	return []order{
		{"triage", "service", saying(d.TriageComplaint, casework.TriageComplaint{Severity: 2}), complaint.StateTriaged},
		{"measure", "production", saying(d.MeasureComplaint, casework.MeasureComplaint{Measure: "de00-cmy", Value: 9000,
			Unit: "ΔE00", Samples: 5}), complaint.StateInvestigating},
		{"decide", "service", saying(d.DecideComplaint, casework.DecideComplaint{ComplaintFacts: casework.ComplaintFacts{
			Defect: "colour-deviation", Seen: "visible", Sample: "worse", Proof: "deviates", File: "correct",
			Cause: "ours"}}), complaint.StateJudged},
	}
}

func TestAComplaintToTheEnd(t *testing.T) {
	t.Parallel()
	b := start(t, storetest.New)
	d, id := b.desk, b.opened().ID
	yes := true
	asked := casework.Amount{Minor: 60_000, Currency: "CNY"}
	b.play(id, b.found())
	offered := b.play(id, []order{
		{"pause", "service", saying(d.PauseComplaint, casework.PauseComplaint{Reason: "waiting-sample"}),
			complaint.StateJudged},
		{"resume", "service", saying(d.ResumeComplaint, casework.ResumeComplaint{}), complaint.StateJudged},
		{"propose", "service", saying(d.ProposeRemedies, casework.ProposeRemedies{Remedies: credit(60_000)}),
			complaint.StateAwaiting},
		{"approve", "finance", saying(d.ApproveComplaint, casework.ApproveComplaint{No: 1, Amount: &asked}),
			complaint.StateOffered},
	})
	b.play(id, []order{
		{"agree", "sales", saying(d.AgreeComplaint, casework.AgreeComplaint{Turn: offered.Turn}), complaint.StateAgreed},
		{"carry out", "finance", saying(d.CarryOutComplaint, casework.CarryOutComplaint{CreditNumber: "CN-7"}),
			complaint.StateCarryingOut},
		{"complete", "service", saying(d.CompleteComplaint, casework.CompleteComplaint{}), complaint.StateVerifying},
		{"verify", "sales", saying(d.VerifyComplaint, casework.VerifyComplaint{Satisfied: &yes}),
			complaint.StateCorrecting},
		{"find the cause", "production", saying(d.FindCause, casework.FindCause{Factor: "machine", Text: "墨键漂移"}),
			complaint.StateCorrecting},
	})
	correction := casework.CorrectComplaint{Action: "每周校准", Owner: seed.StaffID(11),
		DueAt: b.Clock.Now().Add(72 * time.Hour)}
	b.deny(blaming("/owner", func() error { // works in Hangzhou
		_, err := d.CorrectComplaint(t.Context(), b.Caller("service"), app.At(id, "", 0), correction)
		return err
	}))
	b.leaves(9)
	correction.Owner = seed.StaffID(9)
	b.deny(blaming("/owner", func() error { // worked in Shanghai
		_, err := d.CorrectComplaint(t.Context(), b.Caller("service"), app.At(id, "", 0), correction)
		return err
	}))
	correction.Owner = seed.StaffID(8)
	b.play(id, []order{{"correct", "service", saying(d.CorrectComplaint, correction), complaint.StateCorrecting}})
	b.Clock.Advance(40 * 24 * time.Hour)
	closed := b.play(id, []order{
		{"check", "service", saying(d.CheckEffect, casework.CheckEffect{Effective: &yes}), complaint.StateCorrecting},
		{"close", "service", saying(d.CloseComplaint, casework.CloseComplaint{}), complaint.StateClosed},
	})
	if closed.Cost == nil || closed.Cost.Minor != 60_000 {
		t.Errorf("it cost %+v", closed.Cost)
	}
	file, err := d.Complaint(t.Context(), b.Caller("manager"), app.At(id, "", 0))
	if err != nil || len(file.Done) != 1 || file.Done[0].CreditNumber != "CN-7" {
		t.Errorf("%+v, %v", file.Done, err)
	}
	if again := b.play(id, []order{{"reopen", "sales", saying(d.ReopenComplaint, stillWrong),
		complaint.StateNew}}); again.Round != 2 {
		t.Errorf("round %d", again.Round)
	}
}

func TestAComplaintOnOtherWays(t *testing.T) {
	t.Parallel()
	b := start(t, storetest.New)
	d, older, id := b.desk, b.opened().ID, b.opened().ID
	b.play(id, b.found())
	b.play(id, []order{
		{"overrule", "service", saying(d.OverruleComplaint, casework.OverruleComplaint{Liability: "shared", OurShare: 50,
			Reason: "签样也偏淡"}), complaint.StateJudged},
		{"reject", "manager", saying(d.RejectComplaint, casework.RejectComplaint{No: 1, Reason: "签样相符"}),
			complaint.StateJudged},
		{"propose", "service", saying(d.ProposeRemedies, casework.ProposeRemedies{Remedies: credit(10_000)}),
			complaint.StateOffered},
		{"decline", "sales", saying(d.DeclineComplaint, casework.DeclineComplaint{}), complaint.StateJudged},
		{"assign", "manager", saying(d.AssignComplaint, casework.AssignComplaint{Owner: seed.StaffID(4)}),
			complaint.StateJudged},
		{"comment", "finance", saying(d.CommentComplaint, casework.CommentComplaint{Internal: "已核对"}),
			complaint.StateJudged},
	})
	b.play(older, []order{
		{"triage", "service", saying(d.TriageComplaint, casework.TriageComplaint{Severity: 3}), complaint.StateTriaged},
		{"ask for evidence", "service", saying(d.RequestEvidence, casework.RequestEvidence{Evidence: []string{"photo"}}),
			complaint.StateInvestigating},
	})
	b.play(id, []order{
		{"join", "manager", saying(d.JoinComplaint, casework.JoinComplaint{Into: older}), complaint.StateJoined}})
	b.play(older, []order{{"withdraw", "service",
		saying(d.WithdrawComplaint, casework.WithdrawComplaint{Reason: "客户来电撤回"}), complaint.StateWithdrawn}})
}

// Every command asks for the permission first, then looks whose complaint it is, then at its version.
func TestComplaintCommandsAreRefused(t *testing.T) {
	t.Parallel()
	b := start(t, storetest.New)
	d, id, yes := b.desk, b.opened().ID, true
	var all []denied
	for what, give := range map[string]give{
		"assign":    saying(d.AssignComplaint, casework.AssignComplaint{Owner: seed.StaffID(4)}),
		"triage":    saying(d.TriageComplaint, casework.TriageComplaint{Severity: 2}),
		"evidence":  saying(d.RequestEvidence, casework.RequestEvidence{Evidence: []string{"photo"}}),
		"measure":   saying(d.MeasureComplaint, casework.MeasureComplaint{Measure: "de00-cmy"}),
		"pause":     saying(d.PauseComplaint, casework.PauseComplaint{Reason: "waiting-sample"}),
		"resume":    saying(d.ResumeComplaint, casework.ResumeComplaint{}),
		"decide":    saying(d.DecideComplaint, casework.DecideComplaint{}),
		"overrule":  saying(d.OverruleComplaint, casework.OverruleComplaint{}),
		"propose":   saying(d.ProposeRemedies, casework.ProposeRemedies{}),
		"approve":   saying(d.ApproveComplaint, casework.ApproveComplaint{No: 1}),
		"reject":    saying(d.RejectComplaint, casework.RejectComplaint{No: 1}),
		"agree":     saying(d.AgreeComplaint, casework.AgreeComplaint{Turn: 1}),
		"decline":   saying(d.DeclineComplaint, casework.DeclineComplaint{}),
		"carry out": saying(d.CarryOutComplaint, casework.CarryOutComplaint{}),
		"complete":  saying(d.CompleteComplaint, casework.CompleteComplaint{}),
		"verify":    saying(d.VerifyComplaint, casework.VerifyComplaint{Satisfied: &yes}),
		"cause":     saying(d.FindCause, casework.FindCause{}),
		"correct":   saying(d.CorrectComplaint, casework.CorrectComplaint{}),
		"effect":    saying(d.CheckEffect, casework.CheckEffect{Effective: &yes}),
		"close":     saying(d.CloseComplaint, casework.CloseComplaint{}),
		"reopen":    saying(d.ReopenComplaint, stillWrong),
		"withdraw":  saying(d.WithdrawComplaint, casework.WithdrawComplaint{}),
		"note":      saying(d.CommentComplaint, casework.CommentComplaint{Internal: "x"}),
		"reply":     saying(d.CommentComplaint, casework.CommentComplaint{Public: "x"}),
		"join":      saying(d.JoinComplaint, casework.JoinComplaint{Into: b.opened().ID}),
	} {
		try := func(by app.Caller) error {
			_, err := give(t.Context(), by, app.At(id, "", 99))
			return err
		}
		all = append(append(all, b.barring(what, try)...), denied{what + " of a version that is over", "", fault.Stale,
			func() error { return try(b.Caller("manager")) }})
	}
	b.deny(all...)
}

// The triage gives a complaint to the colleague who is named, else leaves it, else its giver takes it.
func TestWhoTakesAComplaint(t *testing.T) {
	t.Parallel()
	b := start(t, storetest.New)
	id := b.opened().ID
	lead, _ := b.stranger()
	for _, step := range []struct{ who, named, want string }{
		{"service", "", seed.StaffID(6)}, {"manager", "", seed.StaffID(6)}, {"manager", seed.StaffID(4), seed.StaffID(4)},
	} {
		c, err := b.desk.TriageComplaint(t.Context(), b.Caller(step.who), app.At(id, "", 0),
			casework.TriageComplaint{Severity: 2, Owner: step.named})
		if err != nil || c.Owner != step.want {
			t.Errorf("%+v: %s has it, %v", step, c.Owner, err)
		}
	}
	limit := casework.ContractLimit{Measure: "beauty"}
	var all []denied
	for pointer, in := range map[string]casework.TriageComplaint{
		"/owner":    {Severity: 2, Owner: seed.StaffID(99)},
		"/job/lead": {Severity: 2, Job: casework.ComplaintJobEntry{Lead: lead}},
		"/job/tolerance/value/measure": {Severity: 2, Job: casework.ComplaintJobEntry{
			Tolerance: &casework.Known[casework.ContractLimit]{Value: &limit, Source: "contract"}}},
	} {
		all = append(all, blaming(pointer, func() error {
			_, err := b.desk.TriageComplaint(t.Context(), b.Caller("manager"), app.At(id, "", 0), in)
			return err
		}))
	}
	b.deny(all...)
}

func TestComplaintFaultsHaveTheirPlace(t *testing.T) {
	t.Parallel()
	b := start(t, storetest.New)
	d, id := b.desk, b.opened().ID
	b.play(id, b.found())
	dollars := &casework.Amount{Minor: 1, Currency: "USD"}
	var all []denied
	for _, c := range []struct {
		pointer string
		give    give
	}{
		{"/facts/cost", saying(d.ProposeRemedies, casework.ProposeRemedies{
			Facts: &casework.RemedyFacts{Cost: casework.RemedyCosts{Setup: dollars}}})},
		{"/defect", saying(d.OverruleComplaint, casework.OverruleComplaint{
			ComplaintFacts: casework.ComplaintFacts{Defect: "ugly"}, Liability: "ours", OurShare: 100, Reason: "x"})},
		{"/public_text", saying(d.CommentComplaint, casework.CommentComplaint{Public: "a", Internal: "b"})},
		{"/public_text", saying(d.CommentComplaint, casework.CommentComplaint{})},
		{"/owner", saying(d.AssignComplaint, casework.AssignComplaint{Owner: seed.StaffID(99)})},
		{"/into", saying(d.JoinComplaint, casework.JoinComplaint{Into: id})},
	} {
		all = append(all, blaming(c.pointer, func() error {
			_, err := c.give(t.Context(), b.Caller("manager"), app.At(id, "", 0))
			return err
		}))
	}
	b.deny(all...)
}

// Production sees neither customers nor money: not in answers, and not in refusals.
func TestAComplaintIsVeiled(t *testing.T) {
	t.Parallel()
	b := start(t, storetest.New)
	d, id, production := b.desk, b.opened().ID, b.Caller("production")
	seen := func(what string, shown any) {
		t.Helper()
		text, err := json.Marshal(shown)
		if err != nil {
			t.Fatal(err)
		}
		for _, hidden := range []string{b.customer.ID, b.contact.ID, "800000"} {
			if strings.Contains(string(text), hidden) {
				t.Errorf("%s shows %s: %s", what, hidden, text)
			}
		}
	}
	refused := func(kind fault.Kind, version int64) {
		t.Helper()
		_, err := d.CompleteComplaint(t.Context(), production, app.At(id, "", version), casework.CompleteComplaint{})
		var e *fault.Error
		if !errors.As(err, &e) || e.Kind != kind || e.Record == nil {
			t.Fatalf("%v, want %s with the complaint", err, kind)
		}
		seen(string(kind), e.Record)
	}
	refused(fault.Refused, 0)
	refused(fault.Stale, 99)
	file, err := d.Complaint(t.Context(), production, app.At(id, "", 0))
	if err != nil {
		t.Fatal(err)
	}
	seen("the file", file)
	done, err := d.CommentComplaint(t.Context(), production, app.At(id, "", 0), casework.CommentComplaint{Internal: "x"})
	if err != nil {
		t.Fatal(err)
	}
	seen("the answer", done)
	reasons, err := d.ComplaintWhy(t.Context(), production, app.At(id, "", 0))
	if err != nil {
		t.Fatal(err)
	}
	seen("why", reasons)
	page, err := d.Complaints(t.Context(), production, casework.ListComplaints{Paging: app.Paging{Limit: 9}})
	if err != nil || len(page.Items) != 1 {
		t.Fatal(page, err)
	}
	seen("the list", page)
}

// A repeat is answered with what the first request returned.
func TestARepeatedComplaintIsAnsweredAlike(t *testing.T) {
	t.Parallel()
	b := start(t, storetest.New)
	older := b.opened().ID
	ctx, kept := apptest.Receipt(t)
	opened, err := b.desk.OpenComplaint(ctx, b.Caller("service"), b.complained())
	if first, ok := kept().(casework.OpenedComplaint); err != nil || !ok || first.ID != opened.ID ||
		!slices.Equal(first.Similar, []string{older}) || !reflect.DeepEqual(first.Actions, opened.Actions) {
		t.Errorf("%+v after %+v, %v", kept(), opened, err)
	}
	ctx, kept = apptest.Receipt(t)
	triaged, err := b.desk.TriageComplaint(ctx, b.Caller("service"), app.At(opened.ID, "", 0),
		casework.TriageComplaint{Severity: 2})
	if first, ok := kept().(casework.Complaint); err != nil || !ok || !reflect.DeepEqual(first, triaged) {
		t.Errorf("%+v after %+v, %v", kept(), triaged, err)
	}
}

func TestAComplaintIsRead(t *testing.T) {
	t.Parallel()
	b := start(t, storetest.New)
	d, older := b.desk, b.opened().ID
	at := app.At(b.opened().ID, "", 0)
	var all []denied
	for what, try := range map[string]func(by app.Caller) error{
		"the complaint": func(by app.Caller) error { _, err := d.Complaint(t.Context(), by, at); return err },
		"why":           func(by app.Caller) error { _, err := d.ComplaintWhy(t.Context(), by, at); return err },
		"canned":        func(by app.Caller) error { _, err := d.CannedReplies(t.Context(), by, at); return err },
		"replies": func(by app.Caller) error {
			_, err := d.ComplaintReplies(t.Context(), by, at, app.Paging{Limit: 9})
			return err
		},
		"notes": func(by app.Caller) error {
			_, err := d.ComplaintNotes(t.Context(), by, at, app.Paging{Limit: 9})
			return err
		},
	} {
		all = append(all, b.barring(what, try)...)
	}
	b.deny(all...)
	file, err := d.Complaint(t.Context(), b.Caller("sales"), at)
	if err != nil || !slices.Equal(file.Similar, []string{older}) || len(file.Deadlines) == 0 || file.Files == nil ||
		file.Preferences == nil {
		t.Errorf("%+v, %v", file, err)
	}
	for _, action := range file.Actions {
		if !action.Allowed && action.Refusal != action.Text.En {
			t.Errorf("%+v is not worded in English", action)
		}
	}
	reasons, err := d.ComplaintWhy(t.Context(), b.Caller("sales"), at)
	if err != nil || len(reasons.Deadlines) == 0 {
		t.Errorf("%+v, %v", reasons, err)
	}
	if replies, err := d.CannedReplies(t.Context(), b.Caller("sales"), at); err != nil || len(replies.Items) == 0 {
		t.Errorf("%+v, %v", replies, err)
	}
}

// What goes to the customer and what stays inside stand in two lists.
func TestWordsAboutAComplaint(t *testing.T) {
	t.Parallel()
	b := start(t, storetest.New)
	d, service, at := b.desk, b.Caller("service"), app.At(b.opened().ID, "", 0)
	for _, in := range []casework.CommentComplaint{{Public: "我们正在检查"}, {Internal: "墨键漂移"}} {
		if _, err := d.CommentComplaint(t.Context(), service, at, in); err != nil {
			t.Fatal(err)
		}
	}
	replies, err := d.ComplaintReplies(t.Context(), service, at, app.Paging{Limit: 9})
	if err != nil || len(replies.Items) != 1 || replies.Items[0].Text != "我们正在检查" {
		t.Errorf("%+v, %v", replies, err)
	}
	notes, err := d.ComplaintNotes(t.Context(), service, at, app.Paging{Limit: 9})
	if err != nil || len(notes.Items) != 1 || notes.Items[0].Text != "墨键漂移" {
		t.Errorf("%+v, %v", notes, err)
	}
}

func TestOpenComplaint(t *testing.T) {
	t.Parallel()
	b := start(t, storetest.New)
	lead, contact := b.stranger()
	open := func(who string, change func(*casework.OpenComplaint)) error {
		in := b.complained()
		change(&in)
		_, err := b.desk.OpenComplaint(t.Context(), b.Caller(who), in)
		return err
	}
	same := func(*casework.OpenComplaint) {}
	all := []denied{{"a complaint by production", "", fault.Forbidden, func() error { return open("production", same) }}}
	limit := casework.ContractLimit{Measure: "beauty"}
	for _, c := range []struct {
		who, pointer string
		change       func(*casework.OpenComplaint)
	}{
		{"sales", "/branch", func(in *casework.OpenComplaint) { in.Branch = seed.Hangzhou }},
		{"sales", "/customer", func(in *casework.OpenComplaint) { in.Customer = storetest.NewID("cus") }},
		{"sales-hangzhou", "/customer", same},
		{"sales", "/contact", func(in *casework.OpenComplaint) { in.Contact = contact }},
		{"sales", "/contact", func(in *casework.OpenComplaint) { in.Contact = storetest.NewID("con") }},
		{"sales", "/job/lead", func(in *casework.OpenComplaint) { in.Job.Lead = lead }},
		{"sales", "/job/tolerance/value/measure", func(in *casework.OpenComplaint) {
			in.Job.Tolerance = &casework.Known[casework.ContractLimit]{Value: &limit, Source: "contract"}
		}},
		{"sales", "/defects/0", func(in *casework.OpenComplaint) { in.Defects = []string{"ugly"} }},
	} {
		all = append(all, blaming(c.pointer, func() error { return open(c.who, c.change) }))
	}
	b.deny(all...)
	c := b.opened()
	if c.Branch != seed.Shanghai || c.OpenedBy != seed.StaffID(6) || c.Account != b.customer.Owner ||
		c.State != complaint.StateNew || c.Job.Value.Value.Minor != 800_000 || c.Similar == nil {
		t.Errorf("%+v", c)
	}
	b.left()
	b.deny(blaming("/contact", func() error { return open("sales", same) }))
}

func TestComplaints(t *testing.T) {
	t.Parallel()
	b := start(t, storetest.New)
	d, due, bad := b.desk, "2027-01-01T00:00:00Z", "tomorrow"
	open, ended := b.opened().ID, b.opened().ID
	if _, err := d.WithdrawComplaint(t.Context(), b.Caller("manager"), app.At(ended, "", 0),
		casework.WithdrawComplaint{Reason: "客户来电撤回"}); err != nil {
		t.Fatal(err)
	}
	found := func(who string, q casework.ListComplaints) ([]string, error) {
		q.Limit = 9
		page, err := d.Complaints(t.Context(), b.Caller(who), q)
		var ids []string
		for _, card := range page.Items {
			ids = append(ids, card.ID)
		}
		return ids, err
	}
	for _, c := range []struct {
		who  string
		q    casework.ListComplaints
		want []string
	}{
		{"sales", casework.ListComplaints{}, []string{open}},
		{"owner", casework.ListComplaints{Branch: seed.Shanghai, Due: &due, Customer: b.customer.ID}, []string{open}},
		{"sales", casework.ListComplaints{Owner: "me"}, nil},
		{"sales", casework.ListComplaints{State: complaint.StateWithdrawn}, []string{ended}}, // of this month
		{"sales", casework.ListComplaints{State: complaint.StateWithdrawn, Month: "2026-10"}, nil},
		{"manager-hangzhou", casework.ListComplaints{}, nil},
	} {
		if got, err := found(c.who, c.q); err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s %+v: %v, want %v, %v", c.who, c.q, got, c.want, err)
		}
	}
	var all []denied
	for _, c := range []struct {
		pointer string
		q       casework.ListComplaints
	}{
		{"?month", casework.ListComplaints{Month: "2026-11"}},
		{"?owner", casework.ListComplaints{Owner: "nobody"}},
		{"?due_before", casework.ListComplaints{State: complaint.StateClosed, Due: &due}},
		{"?due_before", casework.ListComplaints{Due: &bad}},
	} {
		all = append(all, blaming(c.pointer, func() error { _, err := found("sales", c.q); return err }))
	}
	for who, kind := range map[string]fault.Kind{"marketing": fault.Forbidden, "sales": fault.NotFound} {
		all = append(all, denied{"Hangzhou's by " + who, "", kind, func() error {
			_, err := found(who, casework.ListComplaints{Branch: seed.Hangzhou})
			return err
		}})
	}
	b.deny(all...)
}

// A complaint of another branch about the same job is known to those alone who see that branch.
func TestSimilarComplaintsOfAnotherBranch(t *testing.T) {
	t.Parallel()
	b := start(t, storetest.New)
	in := b.complained()
	in.Branch = seed.Hangzhou
	far, err := b.desk.OpenComplaint(t.Context(), b.Caller("owner"), in)
	if err != nil {
		t.Fatal(err)
	}
	near := b.opened()
	if len(near.Similar) != 0 {
		t.Errorf("service is told of %v", near.Similar)
	}
	for who, want := range map[string][]string{"service": nil, "owner": {far.ID}} {
		file, err := b.desk.Complaint(t.Context(), b.Caller(who), app.At(near.ID, "", 0))
		if err != nil || !slices.Equal(file.Similar, want) {
			t.Errorf("%s: %v, want %v, %v", who, file.Similar, want, err)
		}
	}
}

func TestMakeComplaintLink(t *testing.T) {
	t.Parallel()
	b := start(t, storetest.New)
	d, at := b.desk, app.At(b.contact.ID, "", 0)
	b.deny(b.barring("a link", func(by app.Caller) error {
		_, err := d.MakeComplaintLink(t.Context(), by, at, casework.MakeComplaintLink{})
		return err
	})...)
	before := b.State()
	for _, address := range []string{d.PublicURL, ""} {
		d.PublicURL = address
		made, err := d.MakeComplaintLink(t.Context(), b.Caller("service"), at, casework.MakeComplaintLink{Job: "J-7"})
		path, ours := strings.CutPrefix(made.URL, address+"/c/")
		signed, lang, _ := strings.Cut(path, "?lang=")
		link, known := caselink.Open(d.Tokens, signed)
		if err != nil || !ours || !known || lang != "zh" ||
			link != (caselink.Link{About: b.contact.ID, Job: "J-7"}) {
			t.Errorf("%s, %+v, %v", made.URL, link, err)
		}
	}
	if b.State() != before {
		t.Error("a link changed something")
	}
	if _, err := b.ChangeContact(t.Context(), b.contact.ID,
		func(c customer.Contact, in customer.Customer) (customer.Contact, event.Event, error) {
			english := c
			english.Lang = words.En
			return c.Reshape(english, in, b.Caller("manager").Actor, b.Clock.Now())
		}); err != nil {
		t.Fatal(err)
	}
	if made, err := d.MakeComplaintLink(t.Context(), b.Caller("service"), at, casework.MakeComplaintLink{}); err != nil ||
		!strings.HasSuffix(made.URL, "?lang=en") { // the contact's own language comes before the customer's
		t.Errorf("%s, %v", made.URL, err)
	}
	b.left()
	b.Refuses(fault.Refused, "the link of a contact who has left", func() error {
		_, err := d.MakeComplaintLink(t.Context(), b.Caller("service"), at, casework.MakeComplaintLink{})
		return err
	})
}

func TestDefects(t *testing.T) {
	t.Parallel()
	b := start(t, storetest.New)
	all, err := b.desk.Defects(t.Context(), b.Caller("production"))
	if err != nil || len(all.Defects) == 0 || len(all.Measures) == 0 || len(all.Remedies) == 0 {
		t.Errorf("%+v, %v", all, err)
	}
	b.Refuses(fault.Forbidden, "the catalogue", func() error {
		_, err := b.desk.Defects(t.Context(), app.Caller{Actor: staff.Visitor})
		return err
	})
}

// stillWrong is why a complaint is opened again.
var stillWrong = casework.ReopenComplaint{Reason: "客户来电：还有问题"}
