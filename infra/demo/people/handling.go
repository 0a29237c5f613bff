package people

import (
	"context"
	"fmt"
	"time"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/complaint/remedy"
	"afterpress/shared/crm/complaint/verdict"
)

// Handling is a complaint in the hands of staff.
type Handling struct {
	Service, Finance Colleague
	Is               complaint.Complaint // as it was read last
}

// ToSettled are the commands that take a new complaint of severity 3 to its end: a credit of ¥100, which the
// service desk may give by itself.
var ToSettled = []string{"triage", "measure", "decide", "propose", "agree", "carry-out", "complete", "verify", "close"}

// Do gives commands one after the other, each with what its form asks for. "propose-more" offers ¥1,000, which
// somebody else has to approve.
func (h *Handling) Do(ctx context.Context, commands ...string) error {
	for _, name := range commands {
		by, in := h.Service, h.form(name)
		if name == "carry-out" {
			by = h.Finance
		}
		if name == "propose-more" {
			name = "propose"
		}
		var next complaint.Complaint
		if err := by.Command(ctx, "/complaints/"+h.Is.ID+"/"+name, in, &next); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		h.Is = next
	}
	return nil
}

// form is what a command is given.
func (h *Handling) form(command string) map[string]any {
	known := func(value any) map[string]any { return map[string]any{"value": value, "source": "order"} }
	cny := func(yuan int64) map[string]any { return map[string]any{"minor": yuan * 100, "currency": "CNY"} }
	credit := func(yuan int64) map[string]any {
		return map[string]any{"remedies": []any{map[string]any{"kind": remedy.CreditNote, "amount": cny(yuan),
			"value": cny(yuan)}}}
	}
	switch command {
	case "triage":
		return map[string]any{"severity": 3,
			"job": map[string]any{"value": known(cny(12_800)), "ordered": known(5000), "delivered": known(5000),
				"delivered_at": known(time.Now().Add(-48 * time.Hour).UTC().Format(time.RFC3339))}}
	case "measure":
		return map[string]any{"measure": defect.MeasureDE00CMY, "value": 5200, "unit": "ΔE00", "samples": 5}
	case "decide":
		return map[string]any{"defect": defect.ColourDeviation, "proof": verdict.ProofDeviates, "cause": verdict.CauseOurs}
	case "propose":
		return credit(100)
	case "propose-more":
		return credit(1000)
	case "agree":
		return map[string]any{"turn": h.Is.Turn}
	case "carry-out":
		return map[string]any{"credit_number": "CN-1"}
	case "verify":
		return map[string]any{"satisfied": true}
	case "find-cause":
		return map[string]any{"factor": "machine", "internal_text": "墨键 7 号偏移。"}
	case "correct":
		return map[string]any{"internal_action": "校准墨键。", "owner": h.Is.Owner,
			"due_at": time.Now().Add(24 * time.Hour).UTC().Format(time.RFC3339)}
	case "pause":
		return map[string]any{"reason": complaint.PauseSupplier}
	}
	return map[string]any{}
}
