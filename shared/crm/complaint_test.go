package crm

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// complaintStaff are one person for each role; the owner of the complaint is another one of service.
func complaintStaff(id string, roles ...Role) Staff {
	return Staff{ID: id, Name: id, Roles: roles, Branches: []string{"shanghai"}}
}

var (
	complaintOwner = complaintStaff("stf_case", Service)
	complaintClerk = complaintStaff("stf_clerk", Service) // asks and overrules where another person is needed
	complaintBoss  = complaintStaff("stf_boss", Owner)
)

// complaintActors are the columns of the table.
func complaintActors() []Actor {
	out := []Actor{ActorOf(complaintOwner)}
	for _, r := range Roles {
		out = append(out, ActorOf(complaintStaff("stf_"+string(r), r)))
	}
	elsewhere := Actor{ID: "stf_elsewhere", Roles: []Role{Manager}, Branches: []string{"hangzhou"}}
	return append(out, elsewhere, Visitor, Process("complaint"))
}

func complaintOpening() ComplaintOpening {
	return ComplaintOpening{
		Channel: "phone", Defects: []DefectKind{DefectColourDeviation}, Words: "画册颜色偏红", Affected: 300, Wanted: RemedyPartReprint,
		Job: ComplaintJob{Ref: "J-1", Class: ClassGeneral, Value: &Sourced[Money]{Money{800_000, "CNY"}, "order"}, Ordered: &Sourced[int64]{2000, "order"},
			Delivered: &Sourced[int64]{2000, "delivery-note"}, DeliveredAt: &Sourced[time.Time]{tuesday.Add(-24 * time.Hour), "delivery-note"}},
	}
}

// colourFacts make the verdict ours.
var colourFacts = ComplaintFacts{Defect: DefectColourDeviation, Seen: SeenVisible, Sample: SampleWorse, Proof: ProofDeviates, File: FileCorrect, Cause: CauseOurs}

func testComplaint(t complaintTB) Complaint {
	in := complaintOpening()
	c, _, err := OpenComplaint(in, ComplaintOpener{ID: "cmp_2", Customer: "cus_1", Contact: "con_1", By: Visitor, Terms: complaintTerms(t).Complaint()}, tuesday)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func complaintTerms(t complaintTB) Terms {
	terms, err := testShop().Terms("shanghai")
	if err != nil {
		t.Fatal(err)
	}
	return terms
}

// complaintTB is what testing.T and rapid.T share.
type complaintTB interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

func credit(minor int64) []Remedy {
	m := Money{minor, "CNY"}
	return []Remedy{{Kind: RemedyCreditNote, Amount: m, Value: m}}
}

// complaintDo gives one command by its name with input that holds.
func complaintDo(t complaintTB, c Complaint, command Action, by Actor, now time.Time) (Complaint, Event, error) {
	t.Helper()
	return complaintGive(t, c, command, by, complaintTerms(t), now)
}

func complaintGive(t complaintTB, c Complaint, command Action, by Actor, terms Terms, now time.Time) (Complaint, Event, error) {
	older := testComplaint(t)
	older.ID, older.CreatedAt = "cmp_1", tuesday.Add(-time.Hour)
	switch command {
	case AssignComplaint:
		return c.Assign(by, complaintClerk, terms.Complaint(), now)
	case TriageComplaint:
		return c.Triage(by, ComplaintTriage{Severity: 3}, complaintOwner, terms.Complaint(), now)
	case RequestEvidence:
		return c.RequestEvidence(by, []Evidence{EvidencePhoto}, terms.Complaint(), now)
	case MeasureComplaint:
		return c.Measure(by, complaintFarOff(DefectColourDeviation), terms.Complaint(), now)
	case PauseComplaint:
		return c.StopClock(by, PauseSample, terms.Complaint(), now)
	case ResumeComplaint:
		return c.Resume(by, terms.Complaint(), now)
	case DecideComplaint:
		return c.Decide(by, colourFacts, terms.Complaint(), now)
	case OverruleComplaint:
		return c.Overrule(by, colourFacts, Overrule{Liability: LiableShared, OurShare: 50, Reason: "the proof was pale too"}, terms.Complaint(), now)
	case ProposeComplaint:
		return c.Propose(by, RemedyChoice{Remedies: credit(100_000)}, terms.Complaint(), now)
	case ApproveComplaint:
		return c.Approve(by, c.Approvals, c.asked(), Granted{}, terms.Complaint(), now)
	case RejectComplaint:
		return c.Reject(by, c.Approvals, "too much", terms.Complaint(), now)
	case AgreeComplaint:
		return c.Agree(by, c.Turn, terms.Complaint(), now)
	case DeclineComplaint:
		return c.Decline(by, terms.Complaint(), now)
	case CarryOutComplaint:
		return c.CarryOutRemedies(by, CarryOutPlan{}, terms.Complaint(), now)
	case CompleteComplaint:
		return c.Complete(by, terms.Complaint(), now)
	case VerifyComplaint:
		return c.Verify(by, true, terms.Complaint(), now)
	case FindCauseComplaint:
		return c.FindCause(by, ComplaintCause{Factor: "machine", Text: "ink keys drifted"}, terms.Complaint(), now)
	case CorrectComplaint:
		return c.Correct(by, Correction{Action: "calibrate weekly", Owner: "stf_production", Due: now.Add(72 * time.Hour)}, terms.Complaint(), now)
	case CloseComplaint:
		return c.Close(by, terms.Complaint(), now)
	case ReopenComplaint:
		return c.Reopen(by, terms.Complaint(), now)
	case WithdrawComplaint:
		return c.Withdraw(by, "客户来电撤回", terms.Complaint(), now)
	case CommentComplaint:
		next, _, event, err := c.Reply(by, fmt.Sprintf("cmt_%d", c.Version), "we are looking at it", terms.Complaint(), now)
		return next, event, err
	case JoinComplaint:
		next, _, events, err := c.Join(by, older, terms.Complaint(), now)
		return next, events[0], err
	}
	t.Fatalf("no input for %s", command)
	return Complaint{}, Event{}, nil
}

// complaintFarOff is a measurement far beyond the defect's limit.
func complaintFarOff(kind DefectKind) Measurement {
	tol := TolerancesFor(kind, ClassGeneral, nil)[0]
	return Measurement{Measure: tol.Measure, Value: tol.Limit * 3, Unit: tol.Unit, Samples: 5}
}

// complaintRow is one state of the table, with what lies over it.
type complaintRow struct {
	name string
	c    Complaint
}

// complaintRows brings a complaint into every state by the rules.
func complaintRows(t testing.TB) []complaintRow {
	terms, boss, own := testTerms(t), ActorOf(complaintBoss), ActorOf(complaintOwner)
	c := testComplaint(t)
	var rows []complaintRow
	keep := func(name string) { rows = append(rows, complaintRow{name, c}) }
	do := func(by Actor, command Action) {
		t.Helper()
		next, _, err := complaintDo(t, c, command, by, tuesday)
		if err != nil {
			t.Fatalf("%s in %s: %v %+v", command, c.State, err, faultsIn(err))
		}
		c = next
	}
	aside := func(name string, by Actor, commands ...Action) {
		t.Helper()
		before := c
		for _, command := range commands {
			do(by, command)
		}
		keep(name)
		c = before
	}
	keep(ComplaintNew)
	do(boss, TriageComplaint)
	keep(ComplaintTriaged)
	do(own, RequestEvidence)
	do(own, MeasureComplaint)
	keep(ComplaintInvestigating)
	aside("investigating, paused", own, PauseComplaint)
	do(own, DecideComplaint)
	keep(ComplaintJudged)
	aside("judged, overruling asked", boss, OverruleComplaint)
	next, _, err := c.Propose(own, RemedyChoice{Remedies: credit(100_000), Draft: true}, terms.Complaint(), tuesday)
	if err != nil {
		t.Fatal(err, faultsIn(err))
	}
	c = next
	keep(ComplaintProposed)
	do(own, ProposeComplaint)
	keep(ComplaintAwaiting)
	do(boss, ApproveComplaint)
	keep(ComplaintOffered)
	do(Visitor, AgreeComplaint)
	keep(ComplaintAgreed)
	do(own, CarryOutComplaint)
	c, _, err = c.CarryOutRemedies(boss, CarryOutPlan{CreditNumber: "CN-7"}, terms.Complaint(), tuesday)
	if err != nil {
		t.Fatal(err, faultsIn(err))
	}
	keep(ComplaintCarryingOut)
	do(own, CompleteComplaint)
	keep(ComplaintVerifying)
	do(Visitor, VerifyComplaint)
	do(own, FindCauseComplaint)
	keep(ComplaintCorrecting)
	do(own, CloseComplaint)
	keep(ComplaintClosed)
	c = rows[2].c
	do(own, WithdrawComplaint)
	keep(ComplaintWithdrawn)
	for _, r := range rows {
		if r.name == ComplaintOffered {
			if c, _, err = r.c.FallSilent(terms.Complaint(), r.c.Due); err != nil {
				t.Fatal(err)
			}
		}
	}
	keep(ComplaintNoAnswer)
	c = rows[2].c
	do(own, JoinComplaint)
	keep(ComplaintJoined)
	return rows
}

func faultsIn(err error) []Field {
	var e *Error
	if errors.As(err, &e) {
		return e.Fields
	}
	return nil
}

func TestComplaintStateMachine(t *testing.T) {
	actors := complaintActors()
	var table strings.Builder
	cells, refused := 0, 0
	seen := map[string]bool{}
	for _, row := range complaintRows(t) {
		seen[row.c.State] = true
		fmt.Fprintf(&table, "%s\n", row.name)
		for _, command := range ComplaintCommands {
			var who []string
			to := "-"
			for _, by := range actors {
				before := row.c
				next, event, err := complaintDo(t, row.c, command, by, tuesday)
				cells++
				if !reflect.DeepEqual(before, row.c) {
					t.Fatalf("%s %s by %s: the record that was asked changed", row.name, command, by.ID)
				}
				listed := slices.ContainsFunc(ComplaintActions(by, row.c, tuesday), func(p Permitted) bool { return p.Name == string(command) && p.Allowed })
				if err == nil {
					to, who = next.State, append(who, strings.TrimPrefix(by.ID, "stf_"))
					if next.Version != before.Version+1 || event.Seq != next.Version || event.Progress == nil || event.Type == "" || !listed {
						t.Errorf("%s %s by %s: version %d after %d, event %+v, listed %v", row.name, command, by.ID, next.Version, before.Version, event, listed)
					}
					continue
				}
				refused++
				complaintRefused(t, row.name+" "+string(command)+" by "+by.ID, before, next, event, err, listed)
			}
			if len(who) > 0 {
				fmt.Fprintf(&table, "  %-28s -> %-18s %s\n", command, to, strings.Join(who, " "))
			}
		}
	}
	for _, state := range ComplaintStates {
		if !seen[state] {
			t.Errorf("no row for %s", state)
		}
	}
	t.Logf("%d cells, %d refused\n%s", cells, refused, table.String())
	golden(t, "complaint-states.txt", table.String())
}

// complaintRefused checks a refusal: nothing changed, and it says what to do.
func complaintRefused(t *testing.T, cell string, before, next Complaint, event Event, err error, listed bool) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("%s: %v", cell, err)
	}
	if !reflect.DeepEqual(next, before) || !reflect.DeepEqual(event, Event{}) {
		t.Errorf("%s: a refusal changed the complaint or made an event", cell)
	}
	if e.Text.Zh == "" || e.Text.En == "" {
		t.Errorf("%s: no words", cell)
	}
	switch e.Kind {
	case Refused:
		if !strings.HasPrefix(e.State, before.State) || len(e.Allowed) == 0 {
			t.Errorf("%s: refused without state and what is allowed: %q %v", cell, e.State, e.Allowed)
		}
	case Forbidden, NotFound:
		if listed {
			t.Errorf("%s: listed as allowed, and forbidden: %v", cell, err)
		}
	default:
		t.Errorf("%s: %v %+v", cell, err, e.Fields)
	}
}

func TestComplaintLadder(t *testing.T) {
	terms := testTerms(t)
	zone, err := time.LoadLocation(terms.Calendar.Zone)
	if err != nil {
		t.Fatal(err)
	}
	var table strings.Builder
	at := func(m time.Time) string { return m.In(zone).Format("Mon 02 Jan 15:04") }
	for _, row := range complaintRows(t) {
		c := row.c
		fmt.Fprintf(&table, "%s, severity %d, entered %s; due %s, to be settled by %s", row.name, c.Severity, at(c.ClockFrom), at(c.Due), at(c.ResolveDue))
		if !c.Promised.IsZero() {
			fmt.Fprintf(&table, "; the customer hears by %s", at(c.Promised))
		}
		table.WriteString("\n")
		rungs := slices.Clone(c.Rungs)
		slices.SortStableFunc(rungs, func(a, b Rung) int { return a.At.Compare(b.At) })
		complaintTimes(t, c, terms)
		keys := map[string]bool{}
		for _, r := range rungs {
			fmt.Fprintf(&table, "  %s  %-18s %s\n", at(r.At), r.Do, r.Name)
			if key := c.Progress().Key(r); keys[key] {
				t.Errorf("%s: two rungs are %s", row.name, key)
			} else {
				keys[key] = true
			}
		}
	}
	golden(t, "complaint-ladder.txt", table.String())
}

// complaintTimes checks that a complaint in its state has the policy's time for each severity.
func complaintTimes(t *testing.T, c Complaint, terms Terms) {
	t.Helper()
	for severity := 1; severity <= 4 && !c.Closed() && c.Pause == nil; severity++ {
		c.Severity = severity
		planned, err := c.plan(terms.Complaint())
		if err != nil {
			t.Fatal(err)
		}
		want := seconds(terms.Policy.Complaint.Time[c.State][severity-1])
		if got := terms.Calendar.Between(c.ClockFrom, planned.Due); got != want {
			t.Errorf("%s, severity %d: %v, not %v", c.State, severity, got, want)
		}
		due := slices.IndexFunc(planned.Rungs, func(r Rung) bool { return r.Do == DoTellManager || r.Do == DoCloseSilent })
		if due < 0 || !planned.Rungs[due].At.Equal(planned.Due) {
			t.Errorf("%s, severity %d: nobody hears when it is due", c.State, severity)
		}
	}
}

func TestComplaintOpeningIsChecked(t *testing.T) {
	for _, tc := range []struct {
		name, pointer string
		spoil         func(*ComplaintOpening)
	}{
		{"a defect that is none", "/defects/0", func(o *ComplaintOpening) { o.Defects = []DefectKind{"ugly"} }},
		{"no defect", "/defects", func(o *ComplaintOpening) { o.Defects = nil }},
		{"more bad than delivered", "/affected", func(o *ComplaintOpening) { o.Affected = 2001 }},
		{"less than none", "/affected", func(o *ComplaintOpening) { o.Affected = -1 }},
		{"a negative value", "/job/value/value/minor", func(o *ComplaintOpening) { o.Job.Value = &Sourced[Money]{Money{-1, "CNY"}, "order"} }},
		{"a huge value", "/job/value/value/minor", func(o *ComplaintOpening) { o.Job.Value = &Sourced[Money]{Money{1 << 60, "CNY"}, "order"} }},
		{"a currency that is none", "/job/value/value/currency", func(o *ComplaintOpening) { o.Job.Value = &Sourced[Money]{Money{1, "RMB"}, "order"} }},
		{"a figure without source", "/job/ordered/source", func(o *ComplaintOpening) { o.Job.Ordered = &Sourced[int64]{Value: 5} }},
		{"delivered tomorrow", "/job/delivered_at/value", func(o *ComplaintOpening) { o.Job.DeliveredAt.Value = tuesday.Add(48 * time.Hour) }},
		{"reported tomorrow", "/reported_at", func(o *ComplaintOpening) { o.ReportedAt = tuesday.Add(time.Minute) }},
		{"reported long ago", "/reported_at", func(o *ComplaintOpening) { o.ReportedAt = tuesday.AddDate(0, 0, -401) }},
		{"no words", "/words", func(o *ComplaintOpening) { o.Words = "  " }},
		{"a channel that is none", "/channel", func(o *ComplaintOpening) { o.Channel = "fax" }},
		{"a remedy that is none", "/wanted", func(o *ComplaintOpening) { o.Wanted = "everything" }},
		{"a limit in another unit", "/job/tolerance/value", func(o *ComplaintOpening) {
			o.Job.Tolerance = &Sourced[*Tolerance]{&Tolerance{Measure: MeasureRegister, Limit: 100, Unit: "cm"}, "contract"}
		}},
	} {
		in := complaintOpening()
		tc.spoil(&in)
		c, event, err := OpenComplaint(in, ComplaintOpener{ID: "cmp_1", By: Visitor, Terms: testTerms(t).Complaint()}, tuesday)
		if KindOf(err) != Invalid || !slices.ContainsFunc(faultsIn(err), func(f Field) bool { return f.Pointer == tc.pointer && f.Text.Zh != "" && f.Text.En != "" }) {
			t.Errorf("%s: %v %+v", tc.name, err, faultsIn(err))
		}
		if c.ID != "" || event.Type != "" {
			t.Errorf("%s: something was made", tc.name)
		}
	}
}

// TestComplaintReportedBeforeItWasEntered: a mail of the seventh day keeps the claim window, whenever somebody enters it.
func TestComplaintReportedBeforeItWasEntered(t *testing.T) {
	terms, own := testTerms(t), ActorOf(complaintOwner)
	in := complaintOpening()
	in.Job.DeliveredAt.Value = tuesday.AddDate(0, 0, -9)
	for _, tc := range []struct {
		reported time.Time
		want     Liability
	}{{time.Time{}, OutOfWindow}, {tuesday.AddDate(0, 0, -2), LiableUs}, {tuesday.AddDate(0, 0, -1), OutOfWindow}} {
		in.ReportedAt = tc.reported
		c, _, err := OpenComplaint(in, ComplaintOpener{ID: "cmp_2", Customer: "cus_1", Contact: "con_1", By: Visitor, Terms: terms.Complaint()}, tuesday)
		if err != nil || !c.ReportedAt.Equal(tc.reported) || !c.CreatedAt.Equal(tuesday) || !c.RoundAt.Equal(tuesday) {
			t.Fatalf("%+v %v", c, err)
		}
		step := func(next Complaint, _ Event, err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err, faultsIn(err))
			}
			c = next
		}
		step(c.Triage(own, ComplaintTriage{Severity: 3}, complaintOwner, terms.Complaint(), tuesday))
		step(c.Measure(own, complaintFarOff(DefectColourDeviation), terms.Complaint(), tuesday))
		step(c.Decide(own, colourFacts, terms.Complaint(), tuesday))
		if c.Verdict.Liability != tc.want {
			t.Errorf("reported at %v: %s", tc.reported, c.Verdict.Liability)
		}
		if _, _, err := c.Triage(own, ComplaintTriage{Severity: 3, ReportedAt: tuesday.Add(time.Hour)}, complaintOwner, terms.Complaint(), tuesday.Add(2*time.Hour)); KindOf(err) != Invalid {
			t.Errorf("he told us after it was entered: %v", err)
		}
		step(c.Triage(own, ComplaintTriage{Severity: 3, ReportedAt: tuesday.AddDate(0, 0, -3)}, complaintOwner, terms.Complaint(), tuesday))
		if c.State != ComplaintInvestigating || !c.reported().Equal(tuesday.AddDate(0, 0, -3)) {
			t.Errorf("corrected: in %s, %v", c.State, c.reported())
		}
	}
}

// TestComplaintPublicShowsNoInternalWord looks through the type of what the customer sees: no text of staff for staff, and no cost, can be in it.
func TestComplaintPublicShowsNoInternalWord(t *testing.T) {
	internal, remedy := reflect.TypeFor[InternalText](), reflect.TypeFor[Remedy]()
	var look func(typ reflect.Type, path string)
	look = func(typ reflect.Type, path string) {
		if typ == internal || typ == remedy {
			t.Errorf("%s is a %s", path, typ)
		}
		switch typ.Kind() {
		case reflect.Struct:
			if typ == reflect.TypeFor[time.Time]() {
				return
			}
			for i := range typ.NumField() {
				look(typ.Field(i).Type, path+"."+typ.Field(i).Name)
			}
		case reflect.Slice, reflect.Pointer:
			look(typ.Elem(), path)
		}
	}
	look(reflect.TypeFor[ComplaintPublic](), "ComplaintPublic")
	look(reflect.TypeFor[ComplaintReply](), "ComplaintReply")
	for _, row := range complaintRows(t) {
		p := row.c.Public()
		if p.Stage.Zh == "" || p.Stage.En == "" {
			t.Errorf("%s: no words for the customer", row.name)
		}
		if row.c.State == ComplaintOffered && (len(p.Offer) != 1 || !slices.Contains(p.Answer, AgreeComplaint)) {
			t.Errorf("offered: %+v", p)
		}
	}
}

func TestComplaintWordsAreForStaffOrForTheCustomer(t *testing.T) {
	terms := testTerms(t)
	c := complaintRows(t)[2].c
	if _, _, _, err := c.Note(Visitor, "cmt_1", "x", terms.Complaint(), tuesday); KindOf(err) != Forbidden {
		t.Errorf("the customer wrote a note of staff: %v", err)
	}
	if _, _, _, err := c.Reply(ActorOf(complaintOwner), "cmt_1", " ", terms.Complaint(), tuesday); KindOf(err) != Invalid {
		t.Errorf("an empty reply: %v", err)
	}
	paused, _, err := c.StopClock(ActorOf(complaintOwner), PauseCustomer, terms.Complaint(), tuesday)
	if err != nil {
		t.Fatal(err)
	}
	next, reply, event, err := paused.Reply(Visitor, "cmt_2", "这里是照片", terms.Complaint(), tuesday.Add(2*time.Hour))
	if err != nil || next.Pause != nil || reply.Text == "" || event.Type != ComplaintRepliedEvent {
		t.Fatalf("%+v %+v %v", next.Pause, reply, err)
	}
	if !slices.ContainsFunc(next.Rungs, func(r Rung) bool { return r.Do == DoTellReply }) {
		t.Error("the owner does not hear of the customer's word")
	}
	if len(next.Stops) != 1 || next.Due.Sub(c.Due) <= 0 {
		t.Errorf("the pause was not added: %v %v", next.Stops, next.Due.Sub(c.Due))
	}
}
