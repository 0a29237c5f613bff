package complaint_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/complaint/verdict"
	"afterpress/shared/crm/crmtest"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/kerneltest"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// TestComplaintRefusals prints what each refusal by state says.
func TestComplaintRefusals(t *testing.T) {
	var table strings.Builder
	for _, row := range refusalRows(t) {
		fmt.Fprintf(&table, "%s\n", row.Name)
		var said []words.Text
		about := map[words.Text][]string{}
		for _, command := range refused(row.C) {
			text := row.C.Forbidden(command).Text
			_, name, _ := strings.Cut(string(command), ".")
			if about[text] = append(about[text], name); len(about[text]) == 1 {
				said = append(said, text)
			}
		}
		for _, text := range said {
			fmt.Fprintf(&table, "  %s\n    %s\n    %s\n", strings.Join(about[text], " "), text.En, text.Zh)
		}
	}
	kerneltest.Golden(t, "complaint-refusals.txt", table.String())
}

// refusalRows are the rows of all states, a pause in a late state, and an overruling of what the rule cannot judge.
func refusalRows(t *testing.T) []crmtest.ComplaintRow {
	t.Helper()
	own := staff.ActorOf(crmtest.CaseOwner)
	late, _, err := crmtest.ComplaintDo(t, crmtest.ComplaintIn(t, complaint.StateAgreed), permission.PauseComplaint, own,
		crmtest.Tuesday)
	if err != nil {
		t.Fatal(err)
	}
	unclear, _, err := crmtest.ComplaintDo(t, crmtest.ComplaintIn(t, complaint.StateTriaged), permission.RequestEvidence,
		own, crmtest.Tuesday)
	if err == nil {
		unclear, _, err = unclear.Overrule(own, complaint.Facts{Defect: defect.ColourDeviation},
			verdict.Overrule{Liability: verdict.LiableShared, OurShare: 50, Reason: "the proof was pale too"},
			crmtest.Terms(t).Complaint(), crmtest.Tuesday)
	}
	if err != nil {
		t.Fatal(err)
	}
	return append(crmtest.ComplaintRows(t), crmtest.ComplaintRow{Name: "agreed, paused", C: late},
		crmtest.ComplaintRow{Name: "judged, overruling asked of what is unclear", C: unclear})
}

func refused(c complaint.Complaint) []permission.Action {
	allowed := c.Allowed()
	return slices.DeleteFunc(slices.Clone(complaint.Commands),
		func(a permission.Action) bool { return slices.Contains(allowed, a) })
}

// outcomes carries the command out with the rules, in every outcome that it can have.
func outcomes(t *testing.T, c complaint.Complaint, command permission.Action) []complaint.Complaint {
	t.Helper()
	var out []complaint.Complaint
	keep := func(next complaint.Complaint, _ event.Event, err error) {
		if err == nil {
			out = append(out, next)
		}
	}
	terms, now := crmtest.Terms(t).Complaint(), crmtest.Tuesday.Add(time.Minute)
	if now.Before(c.ClosedAt) {
		now = c.ClosedAt
	}
	for _, by := range append(crmtest.Actors(), staff.ActorOf(crmtest.Boss)) {
		keep(crmtest.ComplaintDo(t, c, command, by, now))
		switch command {
		case permission.ProposeComplaint:
			keep(c.Propose(by, complaint.RemedyChoice{Remedies: crmtest.Credit(100_000), Draft: true}, terms, now))
		case permission.VerifyComplaint:
			keep(c.Verify(by, false, terms, now))
		}
	}
	return out
}

// TestComplaintLeads holds the machine to the rules, both ways: it names every way, and none that does not exist.
func TestComplaintLeads(t *testing.T) {
	found := map[permission.Action]crmtest.Ways{}
	asked := []string{complaint.StateAwaiting, complaint.StateOffered}
	for _, row := range refusalRows(t) {
		for _, command := range row.C.Allowed() {
			for _, next := range outcomes(t, row.C, command) {
				from, to := row.C.State, next.State
				if found[command] == nil {
					found[command] = crmtest.Ways{}
				}
				found[command].Add(from, to)
				edit := command == permission.ProposeComplaint && slices.Contains(asked, from) && slices.Contains(asked, to)
				end := command == permission.WithdrawComplaint || command == permission.JoinComplaint
				if to != from && !edit && !end && !slices.Contains(complaint.Machine.Leads[command][from], to) {
					t.Errorf("%s leads from %s to %s, and refusals do not know it", command, from, to)
				}
			}
		}
	}
	for command, ways := range complaint.Machine.Leads {
		for from, nexts := range ways {
			for _, to := range nexts {
				if !found[command][from][to] {
					t.Errorf("refusals take %s for a way from %s to %s, and it is none", command, from, to)
				}
			}
		}
	}
}

// TestComplaintStepsLeadOn carries out each step that a refusal names. One outcome at least takes what was wanted, or
// is nearer to it.
func TestComplaintStepsLeadOn(t *testing.T) {
	ways, rows := crmtest.Ways{}, refusalRows(t)
	ends := []permission.Action{permission.WithdrawComplaint, permission.JoinComplaint}
	for _, row := range rows {
		for _, command := range row.C.Allowed() {
			for _, next := range outcomes(t, row.C, command) {
				if !slices.Contains(ends, command) {
					ways.Add(row.C.State, next.State)
				}
			}
		}
	}
	steps := 0
	for _, row := range rows {
		for _, wanted := range refused(row.C) {
			distance := ways.Distances(complaint.Machine.Allows[wanted])
			for _, step := range firstSteps(row.C, wanted) {
				steps++
				if !slices.ContainsFunc(outcomes(t, row.C, step), func(next complaint.Complaint) bool {
					d, leads := distance[next.State]
					return slices.Contains(next.Allowed(), wanted) ||
						leads && (d < distance[row.C.State] || d == distance[row.C.State] && held(row.C) && !held(next))
				}) {
					t.Errorf("%s: %s is said to come first for %s, and does not lead there", row.Name, step, wanted)
				}
			}
		}
	}
	if steps < 100 {
		t.Errorf("only %d steps were found in the texts", steps)
	}
}

func held(c complaint.Complaint) bool { return c.Pause != nil || c.Overruling() }

// firstSteps reads in the refusal which steps come first.
func firstSteps(c complaint.Complaint, wanted permission.Action) []permission.Action {
	_, first, _ := strings.Cut(c.Forbidden(wanted).Text.En, "First ")
	return slices.DeleteFunc(slices.Clone(complaint.Commands), func(a permission.Action) bool {
		named, own := complaint.Machine.NamedIn[c.State][a]
		if !own {
			named = complaint.Machine.Named[a]
		}
		return named.En == "" || !strings.Contains(first, named.En)
	})
}

// TestComplaintStepsNameWhoMayTakeThem holds the people whom a refusal names to those whom the rule lets pass.
func TestComplaintStepsNameWhoMayTakeThem(t *testing.T) {
	for _, row := range crmtest.ComplaintRows(t) {
		for _, command := range row.C.Allowed() {
			who := row.C.Who(command)
			for _, role := range staff.Roles {
				by := staff.ActorOf(crmtest.Colleague("stf_other", role))
				may := slices.ContainsFunc(complaint.Actions(by, row.C, crmtest.Tuesday),
					func(p permission.Permitted) bool { return p.Name == string(command) && p.Allowed })
				name := staff.RoleWords[role]
				if may != strings.Contains(who.En, name.En) || may != strings.Contains(who.Zh, name.Zh) {
					t.Errorf("%s: %s may %s is %v, and the refusal says %+v", row.Name, role, command, may, who)
				}
			}
			if own := staff.ActorOf(crmtest.CaseOwner); who == permission.Own && permission.Permit(own, command) == nil &&
				!slices.ContainsFunc(complaint.Actions(own, row.C, crmtest.Tuesday),
					func(p permission.Permitted) bool { return p.Name == string(command) && p.Allowed }) {
				t.Errorf("%s: its owner may not %s, and the refusal says so", row.Name, command)
			}
		}
	}
}
