package crm

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// What a complaint's process does beside the steps of a lead's. The last six are planned by the record itself, by no policy.
const (
	DoTellOwner        = "tell-owner"        // tell an owner of the shop
	DoAskApprover      = "ask-approver"      // ask those who may approve
	DoRemindCustomer   = "remind-customer"   // ask the customer once more
	DoCloseSilent      = "close-silent"      // the customer said nothing: close
	DoExpire           = "expire-approval"   // nobody decided in time
	DoResume           = "resume"            // the pause has used up its budget
	DoCorrectPromise   = "correct-promise"   // tell the customer of a later day, before the promised one
	DoRemindCorrection = "remind-correction" // the corrective action is due
	DoCheckEffect      = "check-effect"      // ask whether the correction helped
)

// complaintSteps are what a policy may plan for a complaint.
var complaintSteps = []string{DoAcknowledge, DoAssign, DoRemind, DoTellManager, DoTellOwner, DoAskApprover, DoRemindCustomer, DoCloseSilent}

// ComplaintPolicy says how fast a complaint is worked on and who hears when it is not. Durations are seconds of working time; a list of four is by severity, 1
// first. A policy that sets nothing is the standard one: policies that were written before there were complaints have none.
type ComplaintPolicy struct {
	Acknowledge int64          `json:"acknowledge_s"` // from the opening to our answer
	Time        ComplaintTimes `json:"time_s"`
	Resolve     [4]int64       `json:"resolve_s"`       // from the opening until the customer has confirmed; his own time is added
	Pause       int64          `json:"pause_s"`         // how long the clock may stand still in a round, in all
	Promise     int64          `json:"promise_percent"` // of a state's time: by then the customer is told that he hears of us
	PromiseLead int64          `json:"promise_lead_s"`  // how long before it is broken a promise is corrected
	ReopenDays  int            `json:"reopen_days"`     // calendar days after the end
	EffectDays  int            `json:"effect_days"`     // calendar days from the correction to the look at its effect
	CorrectTo   int            `json:"correct_to"`      // up to this severity a complaint closes only with cause and correction
	Ladder      []RungRule     `json:"ladder"`
	Verdict     VerdictPolicy  `json:"verdict"`
	Remedy      RemedyPolicy   `json:"remedy"`
	Approval    ApprovalPolicy `json:"approval"`
}

// ComplaintTimes is the time of each state by severity.
type ComplaintTimes map[string][4]int64

func (p ComplaintPolicy) time(state string, severity int) int64 { return p.Time[state][severity-1] }

// orStandard is the policy, or the standard one where nothing is set.
func (p ComplaintPolicy) orStandard() ComplaintPolicy {
	if p.Acknowledge == 0 && len(p.Time) == 0 && len(p.Ladder) == 0 {
		return StandardComplaintPolicy()
	}
	return p
}

// StandardComplaintPolicy is the shop's default. The figures follow one table of reply, triage, verdict and done by severity: 1 h, 4 h, 1 day, 3 days for
// severity 1; 2 h, 8 h, 3 days, 7 days for 2; 4 h, 1 day, 5 days, 10 days for 3; 8 h, 2 days, 7 days, 15 days for 4; a day is 8 working hours. Why each:
//   - new: who stands with useless goods must know within the hour that a person has them.
//   - triaged and investigating: together what is left until the verdict; the samples and the measuring take most of it.
//   - judged, proposed, awaiting approval: desk work; an hour or two when the goods cannot be used, a day when the flaw is cosmetic.
//   - offered, verifying: the customer's time; five working days, as long as a buyer's own round of questions takes, and three where he cannot wait.
//   - agreed: ordering the paper or writing the credit note. carrying out: the rest of the time until done, unless a day was promised.
//   - correcting: two weeks to find the cause while it is fresh; four for what is cosmetic.
//
// The owner is reminded at half time and when it is due, the branch's manager hears when it is due, an owner of the shop half the time later.
func StandardComplaintPolicy() ComplaintPolicy {
	const minute, hour, day = 60, 3600, 8 * 3600
	p := ComplaintPolicy{
		Acknowledge: 5 * minute, Resolve: [4]int64{3 * day, 7 * day, 10 * day, 15 * day}, Pause: 10 * day, Promise: 150, PromiseLead: 4 * hour,
		ReopenDays: 30, EffectDays: 30, CorrectTo: 2,
		Time: ComplaintTimes{
			ComplaintNew:           {1 * hour, 2 * hour, 4 * hour, 8 * hour},
			ComplaintTriaged:       {3 * hour, 6 * hour, 4 * hour, 8 * hour},
			ComplaintInvestigating: {4 * hour, 16 * hour, 32 * hour, 40 * hour},
			ComplaintJudged:        {2 * hour, 4 * hour, 8 * hour, 8 * hour},
			ComplaintProposed:      {1 * hour, 2 * hour, 4 * hour, 8 * hour},
			ComplaintAwaiting:      {2 * hour, 4 * hour, 8 * hour, 8 * hour},
			ComplaintOffered:       {3 * day, 5 * day, 5 * day, 5 * day},
			ComplaintAgreed:        {1 * hour, 4 * hour, 8 * hour, 8 * hour},
			ComplaintCarryingOut:   {10 * hour, 18 * hour, 16 * hour, 40 * hour},
			ComplaintVerifying:     {3 * day, 5 * day, 5 * day, 5 * day},
			ComplaintCorrecting:    {10 * day, 10 * day, 20 * day, 20 * day},
		},
		Verdict: StandardVerdictPolicy(), Remedy: StandardRemedyPolicy(), Approval: StandardApprovalPolicy(),
	}
	for _, state := range complaintOpenStates {
		add := func(name, do string, percent int64) {
			p.Ladder = append(p.Ladder, RungRule{State: state, Name: state + "-" + name, Do: do, Percent: percent})
		}
		if slices.Contains([]string{ComplaintNew, ComplaintTriaged, ComplaintInvestigating}, state) {
			p.Ladder = append(p.Ladder, RungRule{State: state, Name: "acknowledge", Do: DoAcknowledge})
		}
		switch state {
		case ComplaintOffered, ComplaintVerifying:
			add("again", DoRemindCustomer, 40)
			add("last", DoRemindCustomer, 80)
			add("silent", DoCloseSilent, 100)
			continue
		case ComplaintNew:
			add("assign", DoAssign, 0)
			add("half", DoRemind, 50)
		case ComplaintAwaiting:
			add("ask", DoAskApprover, 0)
			add("half", DoAskApprover, 50)
		default:
			add("half", DoRemind, 50)
		}
		add("due", DoRemind, 100)
		add("manager", DoTellManager, 100)
		add("owner", DoTellOwner, 150)
	}
	return p
}

// Check says what is wrong with the policy, naming the field.
func (p ComplaintPolicy) Check() error {
	p = p.orStandard()
	most := int64(CalendarReach/time.Second) / 8 // a calendar of a few hours a day still has so much working time
	for name, s := range map[string]int64{"acknowledge_s": p.Acknowledge, "pause_s": p.Pause, "promise_lead_s": p.PromiseLead} {
		if s <= 0 || s > most {
			return fmt.Errorf("complaint.%s: must be positive, and working time of at most 50 days", name)
		}
	}
	if p.Promise < 100 || p.Promise > 1000 {
		return errors.New("complaint.promise_percent: must be 100 to 1000")
	}
	if err := checkBySeverity("complaint.resolve_s", p.Resolve, most); err != nil {
		return err
	}
	for _, state := range complaintOpenStates {
		if err := checkBySeverity("complaint.time_s."+state, p.Time[state], most); err != nil {
			return err
		}
	}
	if len(p.Time) != len(complaintOpenStates) {
		return errors.New("complaint.time_s: a state that there is not")
	}
	if p.ReopenDays < 1 || p.ReopenDays > 3650 || p.EffectDays < 1 || p.EffectDays > 365 || p.CorrectTo < 0 || p.CorrectTo > 4 {
		return errors.New("complaint: reopen_days must be 1 to 3650, effect_days 1 to 365, correct_to 0 to 4")
	}
	for _, err := range []error{p.checkLadder(), p.Verdict.Check(), p.Remedy.Check(), p.Approval.Check()} {
		if err != nil {
			return fmt.Errorf("complaint.%w", err)
		}
	}
	return nil
}

func checkBySeverity(field string, times [4]int64, most int64) error {
	for i, s := range times {
		if s <= 0 || s > most {
			return fmt.Errorf("%s[%d]: must be positive, and working time of at most 50 days", field, i)
		}
	}
	return nil
}

func (p ComplaintPolicy) checkLadder() error {
	seen, reminders := map[string]bool{}, map[string]int{}
	for i, r := range p.Ladder {
		theirs := Complaint{State: r.State}.theirs()
		switch {
		case !slices.Contains(complaintOpenStates, r.State):
			return fmt.Errorf("ladder[%d].state: no such state", i)
		case !slices.Contains(complaintSteps, r.Do):
			return fmt.Errorf("ladder[%d].do: no such step", i)
		case r.Percent < 0 || r.Percent > 1000 || r.Plus < 0 || r.Plus > int64(CalendarReach/time.Second)/8:
			return fmt.Errorf("ladder[%d]: a rung cannot come before its state, nor later than ten times its time", i)
		case r.Name == "" || r.Do != DoAcknowledge && seen[r.Name]:
			return fmt.Errorf("ladder[%d].name: empty, or another rung has it", i)
		case r.Do == DoCloseSilent && (!theirs || r.Percent < 100 || reminders[r.State] < 2):
			return fmt.Errorf("ladder[%d]: a silent customer's complaint closes in offered or verifying, when its time is over, and after two reminders", i)
		}
		if r.Do == DoRemindCustomer {
			reminders[r.State]++
		}
		seen[r.Name] = true
	}
	return nil
}
