package crm

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// What a complaint's process does beside the steps of a lead's. From expire-approval on they are planned by the record itself, by no policy.
const (
	DoTellOwner        = "tell-owner"        // tell an owner of the shop
	DoAskApprover      = "ask-approver"      // ask those who may approve
	DoRemindCustomer   = "remind-customer"   // ask the customer once more
	DoCloseSilent      = "close-silent"      // the customer said nothing: close
	DoExpire           = "expire-approval"   // nobody decided in time
	DoResume           = "resume"            // the pause has used up its budget
	DoCorrectPromise   = "correct-promise"   // tell the customer of a later day, before the promised one
	DoTellCorrection   = "tell-correction"   // tell who has the corrective action that it is his
	DoRemindCorrection = "remind-correction" // the corrective action is due
	DoCheckEffect      = "check-effect"      // ask whether the correction helped
	DoAskEvidence      = "ask-evidence"      // tell the customer which evidence we need
	DoTellSaid         = "tell-said"         // bring the customer a word of staff
	DoTellProgress     = "tell-progress"     // tell the customer what is being done, and by when
	DoTellPromise      = "tell-promise"      // tell the customer the new moment of a promise
	DoTellJoined       = "tell-joined"       // tell the customer that it is handled with another one
	DoTellUnanswered   = "tell-unanswered"   // tell the customer that it is closed since he did not answer
	DoTellTakenBack    = "tell-taken-back"   // tell the customer that a colleague closed it as withdrawn
	DoTellDecided      = "tell-decided"      // tell the owner what the customer decided himself
	DoTellRefused      = "tell-refused"      // tell who asked an approver that the answer is no, or that none came
)

// complaintSteps are what a policy may plan for a complaint.
var complaintSteps = []string{DoAcknowledge, DoAssign, DoRemind, DoTellManager, DoTellOwner, DoAskApprover, DoAskCustomer, DoRemindCustomer, DoCloseSilent}

// ComplaintPolicy says how fast a complaint is worked on and who hears when it is not. Durations are seconds of working time; a list of four is by severity, 1
// first. A policy that sets nothing is the standard one: policies that were written before there were complaints have none.
type ComplaintPolicy struct {
	Acknowledge int64          `json:"acknowledge_s" validate:"min=0,max=4320000" description:"From the opening to our answer · 从受理到首次答复"`
	Time        ComplaintTimes `json:"time_s" description:"Of each state, by severity 1 to 4 · 各状态的期限，按 1 至 4 级"`
	Resolve     [4]int64       `json:"resolve_s" description:"From the opening until the customer has confirmed, by severity; his own time is added · 从受理到客户确认，按级别，客户自己的时间另加"`
	Pause       int64          `json:"pause_s" validate:"min=0,max=4320000" description:"How long the clock may stand still in a round, in all · 每轮最多暂停多久"`
	Promise     int64          `json:"promise_percent" validate:"min=0,max=1000" description:"Of a state's time: by then the customer is told that he hears of us · 承诺客户答复的时间，占期限的百分比"`
	PromiseLead int64          `json:"promise_lead_s" validate:"min=0,max=4320000" description:"How long before it is broken a promise is corrected · 承诺将失约时提前多久更正"`
	ReopenDays  int            `json:"reopen_days" validate:"min=0,max=3650" description:"Calendar days after the end · 关闭后几天内可重新打开"`
	EffectDays  int            `json:"effect_days" validate:"min=0,max=365" description:"Calendar days from when the correction is due to the look at its effect · 纠正措施到期多少天后检查效果"`
	CorrectTo   int            `json:"correct_to" validate:"min=0,max=4" description:"Up to this severity a complaint closes only with cause and correction · 几级以内须有原因和纠正措施才能关闭"`
	Ladder      []RungRule     `json:"ladder" validate:"max=100,dive" description:"Who is told when · 提醒与升级"`
	Verdict     VerdictPolicy  `json:"verdict" description:"Claim windows and shares · 索赔期与责任比例"`
	Remedy      RemedyPolicy   `json:"remedy" description:"What is proposed · 补救方案"`
	Approval    ApprovalPolicy `json:"approval" description:"Who may give how much away · 审批额度"`
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
			add("ask", DoAskCustomer, 0)
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

func (p ComplaintPolicy) check(f *FaultList) {
	p = p.orStandard()
	f.within("/complaint/acknowledge_s", p.Acknowledge, 1, workingReach)
	f.within("/complaint/pause_s", p.Pause, 1, workingReach)
	f.within("/complaint/promise_lead_s", p.PromiseLead, 1, workingReach)
	f.within("/complaint/promise_percent", p.Promise, 100, 1000)
	f.within("/complaint/reopen_days", int64(p.ReopenDays), 1, 3650)
	f.within("/complaint/effect_days", int64(p.EffectDays), 1, 365)
	f.within("/complaint/correct_to", int64(p.CorrectTo), 0, 4)
	bySeverity := func(place string, times [4]int64) {
		for i, s := range times {
			f.within(fmt.Sprintf("%s/%d", place, i), s, 1, workingReach)
		}
	}
	bySeverity("/complaint/resolve_s", p.Resolve)
	for _, state := range complaintOpenStates {
		bySeverity("/complaint/time_s/"+state, p.Time[state])
	}
	for _, state := range slices.Sorted(maps.Keys(p.Time)) {
		if !slices.Contains(complaintOpenStates, state) {
			f.add("/complaint/time_s/"+state, "没有这个状态，请删去。", "There is no such state; remove it.")
		}
	}
	p.checkLadder(f)
	p.Verdict.check(f, "/complaint/verdict")
	p.Remedy.check(f, "/complaint/remedy")
	p.Approval.check(f, "/complaint/approval")
}

// ownRungs begin the names of rungs that the record plans by itself; a shop's ladder has others.
var ownRungs = []string{"acknowledge-", "owner-", "reply-", "said-", "decided-", "overrule-", "expire-", "resume-", "pause-", "evidence-", "refused-", "promise-", "promised-", "progress",
	"correction-given", "correction-due", "check-effect", "joined", "unanswered", "withdrawn"}

// checkLadder adds to what holds for every ladder: who is silent was asked, was reminded twice, and had his time.
func (p ComplaintPolicy) checkLadder(f *FaultList) {
	const place = "/complaint/ladder"
	checkLadder(f, place, p.Ladder, complaintOpenStates, complaintSteps)
	asked, reminders := map[string]bool{}, map[string]int{}
	for i, r := range p.Ladder {
		if r.Do == DoCloseSilent && (!(Complaint{State: r.State}).theirs() || r.Percent < 100 || !asked[r.State] || reminders[r.State] < 2) {
			f.add(fmt.Sprintf("%s/%d", place, i), "客户无答复而关闭，只能在 offered 或 verifying 状态、期限已到、询问过一次（ask-customer）并提醒过两次之后。请调整。",
				"A silent customer's complaint closes in offered or verifying, when its time is over, and after he was asked (ask-customer) and reminded twice. Change it so.")
		}
		switch r.Do {
		case DoAskCustomer:
			asked[r.State] = true
		case DoRemindCustomer:
			reminders[r.State]++
		}
		if slices.ContainsFunc(ownRungs, func(own string) bool { return strings.HasPrefix(r.Name, own) }) {
			f.add(fmt.Sprintf("%s/%d/name", place, i), "这个名称的开头留给投诉自身的步骤。请换一个名称。", "Names that begin so are those of the complaint's own steps. Choose another one.")
		}
	}
}

// longest is the most working time that the policy asks for at once, without the customer's own.
func (p ComplaintPolicy) longest() time.Duration {
	p = p.orStandard()
	most := max(p.Acknowledge, p.Pause, slices.Max(p.Resolve[:]))
	for _, times := range p.Time {
		most = max(most, slices.Max(times[:])*p.Promise/100)
	}
	for _, r := range p.Ladder {
		times := p.Time[r.State]
		most = max(most, slices.Max(times[:])*r.Percent/100+r.Plus)
	}
	return seconds(most)
}

// ComplaintTerms are the rules that hold for the complaints of one branch at one moment.
type ComplaintTerms struct {
	FirmTerms
	Policy ComplaintPolicy
}
