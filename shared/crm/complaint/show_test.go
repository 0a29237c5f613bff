package complaint_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/proposal"
	"afterpress/shared/crm/complaint/remedy"
	"afterpress/shared/crm/complaint/why"
	"afterpress/shared/crm/crmtest"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/kerneltest"
	"afterpress/shared/kernel/money"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// grownComplaint is one of which there is something of everything.
func grownComplaint(t *testing.T) complaint.Complaint {
	t.Helper()
	c := crmtest.ComplaintIn(t, complaint.StateCarryingOut)
	c.Withdrawal = &complaint.Withdrawal{By: "stf_case", Reason: "they called", At: crmtest.Tuesday}
	c.Decision = &complaint.Decision{Say: complaint.SayAgree, No: 1, At: crmtest.Tuesday}
	c.Account, c.Samples, c.NeededBy, c.ReportedAt = "stf_sales", 5, crmtest.Tuesday.AddDate(0, 0, 5),
		crmtest.Tuesday.Add(-time.Hour)
	c.Remedies = append(c.Remedies,
		remedy.Remedy{Kind: remedy.PartReprint, Quantity: 300, Amount: money.Money{Minor: 1, Currency: "CNY"},
			Value: money.Money{Minor: 1, Currency: "CNY"}, CustomerPays: money.Money{Minor: 1, Currency: "CNY"},
			PromisedAt: crmtest.Tuesday})
	c.Cost = &money.Money{Minor: 5, Currency: "CNY"}
	job, _ := c.RemedyJob()
	rc := c.RemedyCase(complaint.RemedyFacts{Usable: true}, job)
	c.ProposedFrom = &proposal.Basis{Rule: proposal.Rule, Policy: "standard@1",
		Settings: proposal.StandardPolicy(),
		Inputs:   rc}
	c.Proposals = proposal.Propose(rc, proposal.StandardPolicy())
	c.Cause = &complaint.Cause{Factor: "machine", Text: "ink keys drifted", By: "stf_production", At: crmtest.Tuesday}
	failed := complaint.Correction{Action: "calibrate weekly", Owner: "stf_production", Due: crmtest.Tuesday,
		By: "stf_case", At: crmtest.Tuesday, CheckAt: crmtest.Tuesday, CheckedBy: "stf_case", CheckedAt: crmtest.Tuesday}
	c.Correction, c.Corrections = &failed, []complaint.Correction{failed}
	c.Earlier = []complaint.Earlier{{Round: 1, Severity: 3, Outcome: complaint.OutcomeSettled, Open: true,
		Remedies: c.Remedies, Cause: c.Cause, Correction: c.Correction,
		Corrections: c.Corrections, ResolvedAt: crmtest.Tuesday, ClosedAt: crmtest.Tuesday}}
	return c
}

// TestWhichFieldsOfAComplaintEachRoleSees lists them role by role, with those of the answer that says why; who
// reads no complaints gets none.
func TestWhichFieldsOfAComplaintEachRoleSees(t *testing.T) {
	c, shop := grownComplaint(t), crmtest.Shop()
	var out strings.Builder
	for _, role := range staff.Roles {
		by := staff.Actor{ID: "stf_z", Roles: []staff.Role{role}, Branches: []string{"shanghai"}}
		fmt.Fprintf(&out, "%s\n", role)
		if permission.Permit(by, permission.ReadComplaints) != nil {
			continue
		}
		fields := map[string]bool{}
		for name, v := range map[string]any{"": c.For(by), "card": c.Card().For(by),
			"why": why.Of(c, by, shop.Roster, crmtest.Terms(t).Complaint(), words.En, crmtest.Tuesday)} {
			raw, err := json.Marshal(v)
			if err != nil {
				t.Fatal(err)
			}
			var answer any
			if err := json.Unmarshal(raw, &answer); err != nil {
				t.Fatal(err)
			}
			for path := range maps.Keys(shownPaths(name, answer)) {
				fields[path] = true
			}
		}
		for _, field := range slices.Sorted(maps.Keys(fields)) {
			fmt.Fprintf(&out, "  %s\n", field)
		}
	}
	kerneltest.Golden(t, "complaint-fields.txt", out.String())
}

// shownPaths are the fields that say something.
func shownPaths(prefix string, v any) map[string]bool {
	out := map[string]bool{}
	crmtest.Paths(prefix, dropEmpty(v), out)
	return out
}

func dropEmpty(v any) any {
	object, ok := v.(map[string]any)
	if !ok {
		return v
	}
	kept := map[string]any{}
	for name, field := range object {
		if field != "" && field != nil {
			kept[name] = dropEmpty(field)
		}
	}
	return kept
}

// TestTheComplaintThatIsShownLeavesTheRecordAlone: leaving fields out changes nothing of what was read.
func TestTheComplaintThatIsShownLeavesTheRecordAlone(t *testing.T) {
	c := grownComplaint(t)
	before, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	c.For(staff.Actor{ID: "stf_p", Roles: []staff.Role{staff.Production}, Branches: []string{"shanghai"}})
	if after, err := json.Marshal(c); err != nil || string(after) != string(before) {
		t.Error("the record was changed")
	}
}

// TestDeadlinesAddUp: the steps of each deadline end where it is due, and its parts are the working time between.
func TestDeadlinesAddUp(t *testing.T) {
	terms := crmtest.Terms(t)
	for _, row := range crmtest.ComplaintRows(t) {
		for _, lang := range []words.Lang{words.Zh, words.En} {
			for _, d := range why.Deadlines(row.C, terms.Complaint(), lang, crmtest.Tuesday) {
				if d.Name == "" || d.Due.IsZero() {
					t.Errorf("%s: %+v", row.Name, d)
				}
				if len(d.Steps) == 0 {
					continue
				}
				if got := terms.Calendar.Between(d.From, d.Due); got != calendar.Seconds(d.Working+d.Stopped) {
					t.Errorf("%s %s: %v of working time, not %d + %d s", row.Name, d.Kind, got, d.Working, d.Stopped)
				}
			}
		}
		if row.C.Closed() != (len(why.Deadlines(row.C, terms.Complaint(), words.Zh, crmtest.Tuesday)) == 0) {
			t.Errorf("%s: something is due once it has ended, or nothing before", row.Name)
		}
	}
	c := crmtest.ComplaintIn(t, "investigating, paused")
	c, _, err := c.Resume(staff.ActorOf(crmtest.CaseOwner), terms.Complaint(), crmtest.Tuesday.Add(2*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(why.Deadlines(c, terms.Complaint(), words.En, crmtest.Tuesday),
		func(d why.Deadline) bool { return d.Kind == "state" })
	if d := why.Deadlines(c, terms.Complaint(), words.En, crmtest.Tuesday)[i]; d.Stopped != 2*3600 ||
		d.Working != terms.Policy.Complaint.Time[complaint.StateInvestigating][c.Severity-1] {
		t.Errorf("%+v", d)
	}
}
