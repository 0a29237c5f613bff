package api_test

import (
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
)

// TestComplaintOffer holds the constants that trials name against what the rules make.
func TestComplaintOffer(t *testing.T) {
	t.Parallel()
	b := start(t)
	rows := b.complaintRows(b.staff("service"), true, b.Clock.Now())
	if rows[complaint.StateOffered].Turn != plotOffer || rows[complaint.StateAwaiting].Approvals != plotQuestion {
		t.Errorf("turn %d, question %d", rows[complaint.StateOffered].Turn, rows[complaint.StateAwaiting].Approvals)
	}
}

// stateTable reads the golden table of the rules: by row and command, who is let through.
func stateTable(t *testing.T) map[string]map[string][]string {
	t.Helper()
	raw, err := os.ReadFile("../../shared/crm/complaint/testdata/complaint-states.txt")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]map[string][]string{}
	row := ""
	for line := range strings.Lines(string(raw)) {
		command, rest, _ := strings.Cut(strings.TrimSpace(line), "->")
		if !strings.HasPrefix(line, " ") {
			row = strings.TrimSpace(line)
			out[row] = map[string][]string{}
			continue
		}
		out[row][strings.TrimSpace(command)] = strings.Fields(rest)[1:]
	}
	return out
}

// order is a command as it is sent to a complaint: a body that holds for it.
func order(command permission.Action, c complaint.Complaint, older string) (route string, body fields) {
	_, name, _ := strings.Cut(string(command), ".")
	body = map[permission.Action]fields{
		permission.AssignComplaint:  {"owner": seed.StaffID(4)},
		permission.TriageComplaint:  {"severity": 3, "owner": seed.StaffID(6)},
		permission.RequestEvidence:  {"evidence": []string{"photo"}},
		permission.MeasureComplaint: {"measure": "de00-cmy", "value": 9000, "unit": "ΔE00", "samples": 5},
		permission.PauseComplaint:   {"reason": "waiting-sample"},
		permission.DecideComplaint: {"defect": "colour-deviation", "seen": "visible", "sample": "worse",
			"proof": "deviates", "file": "correct", "cause": "ours"},
		permission.OverruleComplaint: {"defect": "colour-deviation", "liability": "shared", "our_share": 50,
			"reason": "签样也偏淡"},
		permission.ProposeComplaint:   {"remedies": creditOf(100_000)},
		permission.RejectComplaint:    {"no": max(1, c.Approvals), "internal_reason": "太多"},
		permission.AgreeComplaint:     {"turn": c.Turn},
		permission.VerifyComplaint:    {"satisfied": true},
		permission.FindCauseComplaint: {"factor": "machine", "internal_text": "墨键漂移"},
		permission.CorrectComplaint: {"internal_action": "每周校准", "owner": seed.StaffID(8),
			"due_at": "2026-12-01T02:00:00Z"},
		permission.WithdrawComplaint: {"internal_reason": "客户来电撤回"},
		permission.ReopenComplaint:   {"internal_reason": "客户来电：又擦花了"},
		permission.CommentComplaint:  {"public_text": "我们正在检查"}, permission.JoinComplaint: {"into": older},
	}[command]
	if command == permission.ApproveComplaint {
		body = fields{"no": max(1, c.Approvals)}
		if c.State == complaint.StateAwaiting {
			body["amount"] = c.Approval.Amount
		}
	}
	if body == nil {
		body = fields{}
	}
	return name, body
}

// TestEveryCellOfTheStateTable sends every command to a complaint in every state, as every role and as its owner. It
// compares with the table of the rules. What is refused changes nothing in any table; a 409 names the state and what
// it allows.
func TestEveryCellOfTheStateTable(t *testing.T) {
	t.Parallel()
	b := start(t)
	joined := b.Shop
	own := b.staff("service")
	own.ID, own.Subject, own.Name = seed.StaffID(77), seed.Subject("case"), "周敏"
	joined.Staff = append(slices.Clone(joined.Staff), own)
	if err := b.Establish(t.Context(), joined); err != nil {
		t.Fatal(err)
	}
	b.handler = b.door()
	b.Shop = joined
	people := []string{"case", "manager-hangzhou"}
	for _, r := range staff.Roles {
		people = append(people, string(r))
	}
	rows, table := b.complaintRows(own, false, b.Clock.Now()), stateTable(t)
	cells, refused := 0, 0
	for row, may := range table {
		model, there := rows[row]
		if !there {
			t.Fatalf("no complaint in %s", row)
		}
		c := b.keepComplaint(model)
		before := b.State()
		for _, command := range complaint.Commands {
			for _, who := range people {
				if cells++; slices.Contains(may[string(command)], who) {
					continue
				}
				refused++
				name, body := order(command, c, trialOlder)
				b.refusedCell(t, row, who, b.call(who, "POST /complaints/"+c.ID+"/"+name, body))
			}
		}
		if b.State() != before {
			t.Errorf("%s: what was refused changed something", row)
		}
	}
	t.Logf("%d cells, %d refused", cells, refused)
	for row, may := range table { // after the refusals: their hash reads every row that these make
		for _, command := range complaint.Commands {
			for _, who := range people {
				if slices.Contains(may[string(command)], who) {
					b.takenCell(t, rows, row, command, who)
				}
			}
		}
	}
}

// takenCell gives one command that the table allows.
func (b *bench) takenCell(t *testing.T, rows map[string]complaint.Complaint, row string, command permission.Action,
	who string) {
	t.Helper()
	c, into := b.keepComplaint(rows[row]), ""
	if command == permission.JoinComplaint {
		older := rows[complaint.StateTriaged]
		older.ID, older.Customer, older.CreatedAt = b.NewComplaintID(), c.Customer, c.CreatedAt.AddDate(0, 0, -1)
		into = b.keepComplaint(older).ID
	}
	name, body := order(command, c, into)
	if w := b.call(who, "POST /complaints/"+c.ID+"/"+name, body); w.Code != http.StatusOK {
		t.Errorf("%s: %s by %s: %d %s", row, command, who, w.Code, w.Body)
	}
}

// refusedCell looks at one refusal.
func (b *bench) refusedCell(t *testing.T, row, who string, w response) {
	t.Helper()
	p := into[httpapi.Problem](w)
	switch w.Code {
	case http.StatusForbidden, http.StatusNotFound:
	case http.StatusConflict:
		state, _, _ := strings.Cut(row, ",")
		if !strings.HasPrefix(p.State, state) || len(p.Allowed) == 0 {
			t.Errorf("%s by %s: 409 names %q and %v", row, who, p.State, p.Allowed)
		}
	default:
		t.Errorf("%s by %s: %d %s", row, who, w.Code, w.Body)
	}
}
