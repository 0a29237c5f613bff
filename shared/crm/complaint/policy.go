package complaint

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"afterpress/shared/crm/complaint/approval"
	"afterpress/shared/crm/complaint/proposal"
	"afterpress/shared/crm/complaint/verdict"
	"afterpress/shared/crm/firm"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/ladder"
)

// steps are what a policy may plan for a complaint.
var steps = []string{ladder.DoAcknowledge, ladder.DoAssign, ladder.DoRemind, ladder.DoTellManager, ladder.DoTellOwner,
	ladder.DoAskApprover, ladder.DoAskCustomer, ladder.DoRemindCustomer, ladder.DoCloseUnanswered}

// MostReopenDays is how many days after its end a policy may let a complaint be reopened, at most.
const MostReopenDays = 3650

// Policy says how fast a complaint is handled, and who is told when it is not. Durations are seconds of
// working time. A list of four is by severity, 1 first. A policy that sets nothing is the standard one:
// policies from before there were complaints have none.
type Policy struct {
	Acknowledge int64           `json:"acknowledge_s" validate:"min=0,max=4320000" description:"From the opening to our answer · 从受理到首次答复"`
	Time        Times           `json:"time_s" description:"Of each state, by severity 1 to 4 · 各状态的期限，按 1 至 4 级"`
	Resolve     [4]int64        `json:"resolve_s" description:"From the opening until the customer has confirmed, by severity; the customer's own time is added · 从受理到客户确认，按级别，客户自己的时间另加"`
	Pause       int64           `json:"pause_s" validate:"min=0,max=4320000" description:"How long the clock may stand still in a round, in all · 每轮最多暂停多久"`
	Promise     int64           `json:"promise_percent" validate:"min=0,max=1000" description:"Share of a state's time, in percent, by which the customer is promised a reply · 承诺客户答复的时间，占期限的百分比"`
	PromiseLead int64           `json:"promise_lead_s" validate:"min=0,max=4320000" description:"How long before it would be broken a promise is corrected · 承诺将失约时提前多久更正"`
	ReopenDays  int             `json:"reopen_days" validate:"min=0,max=3650" description:"Calendar days after the end · 关闭后几天内可重新打开"`
	EffectDays  int             `json:"effect_days" validate:"min=0,max=365" description:"Calendar days from when the correction is due to the look at its effect · 纠正措施到期多少天后检查效果"`
	CorrectTo   int             `json:"correct_to" validate:"min=0,max=4" description:"Up to this severity a complaint closes only with cause and correction · 几级以内须有原因和纠正措施才能关闭"`
	Ladder      []ladder.Rule   `json:"ladder" validate:"max=100,dive" description:"Who is told when · 提醒与升级"`
	Verdict     verdict.Policy  `json:"verdict" description:"Claim windows and shares · 索赔期与责任比例"`
	Remedy      proposal.Policy `json:"remedy" description:"What is proposed · 补救方案"`
	Approval    approval.Policy `json:"approval" description:"Who may give how much away · 审批额度"`
}

// Times is the time of each state, in seconds of working time, by severity.
type Times map[string][4]int64

func (p Policy) time(state string, severity int) int64 { return p.Time[state][severity-1] }

// OrStandard is the policy, or the standard one where nothing is set.
func (p Policy) OrStandard() Policy {
	if p.Acknowledge == 0 && len(p.Time) == 0 && len(p.Ladder) == 0 {
		return StandardPolicy()
	}
	return p
}

// StandardPolicy is the shop's default. The figures follow one table of reply, triage, verdict and done by
// severity. A day is 8 working hours. Severity 1: 1 h, 4 h, 1 day, 3 days. Severity 2: 2 h, 8 h, 3 days,
// 7 days. Severity 3: 4 h, 1 day, 5 days, 10 days. Severity 4: 8 h, 2 days, 7 days, 15 days. Why each:
//   - new: a customer with useless goods must know within the hour that a person has the complaint.
//   - triaged, investigating: what is left until the verdict; samples and measuring take most of it.
//   - judged, proposed, awaiting approval: desk work; an hour or two for unusable goods, a day for a cosmetic flaw.
//   - offered, verifying: the customer's time; five working days, as a buyer's own round of questions takes, and
//     three where the customer cannot wait.
//   - agreed: ordering the paper or writing the credit note. carrying out: the rest until done, or a promised day.
//   - correcting: two weeks to find the cause while it is fresh; four for what is cosmetic.
//
// The owner is reminded at half time and when it is due. The branch's manager hears when it is due, an owner
// of the shop half the time later.
func StandardPolicy() Policy {
	const minute, hour, day = 60, 3600, 8 * 3600
	p := Policy{
		Acknowledge: 5 * minute, Resolve: [4]int64{3 * day, 7 * day, 10 * day, 15 * day}, Pause: 10 * day, Promise: 150,
		PromiseLead: 4 * hour,
		ReopenDays:  30, EffectDays: 30, CorrectTo: 2,
		Time: Times{
			StateNew:           {1 * hour, 2 * hour, 4 * hour, 8 * hour},
			StateTriaged:       {3 * hour, 6 * hour, 4 * hour, 8 * hour},
			StateInvestigating: {4 * hour, 16 * hour, 32 * hour, 40 * hour},
			StateJudged:        {2 * hour, 4 * hour, 8 * hour, 8 * hour},
			StateProposed:      {1 * hour, 2 * hour, 4 * hour, 8 * hour},
			StateAwaiting:      {2 * hour, 4 * hour, 8 * hour, 8 * hour},
			StateOffered:       {3 * day, 5 * day, 5 * day, 5 * day},
			StateAgreed:        {1 * hour, 4 * hour, 8 * hour, 8 * hour},
			StateCarryingOut:   {10 * hour, 18 * hour, 16 * hour, 40 * hour},
			StateVerifying:     {3 * day, 5 * day, 5 * day, 5 * day},
			StateCorrecting:    {10 * day, 10 * day, 20 * day, 20 * day},
		},
		Verdict: verdict.StandardPolicy(), Remedy: proposal.StandardPolicy(), Approval: approval.StandardPolicy(),
	}
	for _, state := range OpenStates {
		add := func(name, do string, percent int64) {
			p.Ladder = append(p.Ladder, ladder.Rule{State: state, Name: state + "-" + name, Do: do, Percent: percent})
		}
		if slices.Contains([]string{StateNew, StateTriaged, StateInvestigating}, state) {
			p.Ladder = append(p.Ladder, ladder.Rule{State: state, Name: "acknowledge", Do: ladder.DoAcknowledge})
		}
		switch state {
		case StateOffered, StateVerifying:
			add("ask", ladder.DoAskCustomer, 0)
			add("again", ladder.DoRemindCustomer, 40)
			add("last", ladder.DoRemindCustomer, 80)
			add("silent", ladder.DoCloseUnanswered, 100)
			continue
		case StateNew:
			add("assign", ladder.DoAssign, 0)
			add("half", ladder.DoRemind, 50)
		case StateAwaiting:
			add("ask", ladder.DoAskApprover, 0)
			add("half", ladder.DoAskApprover, 50)
		default:
			add("half", ladder.DoRemind, 50)
		}
		add("due", ladder.DoRemind, 100)
		add("manager", ladder.DoTellManager, 100)
		add("owner", ladder.DoTellOwner, 150)
	}
	return p
}

// Check adds the policy's faults to f. A policy that sets nothing is sound.
func (p Policy) Check(f *fault.List) {
	p = p.OrStandard()
	f.Within("/complaint/acknowledge_s", p.Acknowledge, 1, calendar.WorkingReach)
	f.Within("/complaint/pause_s", p.Pause, 1, calendar.WorkingReach)
	f.Within("/complaint/promise_lead_s", p.PromiseLead, 1, calendar.WorkingReach)
	f.Within("/complaint/promise_percent", p.Promise, 100, 1000)
	f.Within("/complaint/reopen_days", int64(p.ReopenDays), 1, MostReopenDays)
	f.Within("/complaint/effect_days", int64(p.EffectDays), 1, 365)
	f.Within("/complaint/correct_to", int64(p.CorrectTo), 0, 4)
	bySeverity := func(place string, times [4]int64) {
		for i, s := range times {
			f.Within(fmt.Sprintf("%s/%d", place, i), s, 1, calendar.WorkingReach)
		}
	}
	bySeverity("/complaint/resolve_s", p.Resolve)
	for _, state := range OpenStates {
		bySeverity("/complaint/time_s/"+state, p.Time[state])
	}
	for _, state := range slices.Sorted(maps.Keys(p.Time)) {
		if !slices.Contains(OpenStates, state) {
			f.Add("/complaint/time_s/"+state, "没有这个状态，请删去。", "There is no such state; remove it.")
		}
	}
	p.checkLadder(f)
	p.Verdict.Check(f, "/complaint/verdict")
	p.Remedy.Check(f, "/complaint/remedy")
	p.Approval.Check(f, "/complaint/approval")
}

// ownRungs begin the names of rungs that the record plans itself. The shop's ladder has other names.
var ownRungs = []string{"acknowledge-", "owner-", "reply-", "said-", "decided-", "overrule-", "expire-", "resume-",
	"pause-", "evidence-", "refused-", "promise-", "promised-", "progress",
	"correction-given", "correction-due", "check-effect", "needed", "joined", "unanswered", "withdrawn"}

// checkLadder adds to the rules for every ladder. A silent customer's complaint closes only after one
// question, two reminders and the full time.
func (p Policy) checkLadder(f *fault.List) {
	const place = "/complaint/ladder"
	ladder.Check(f, place, p.Ladder, OpenStates, steps)
	asked, reminders := map[string]bool{}, map[string]int{}
	for i, r := range p.Ladder {
		if r.Do == ladder.DoCloseUnanswered &&
			(!(Complaint{State: r.State}).Theirs() || r.Percent < 100 || !asked[r.State] || reminders[r.State] < 2) {
			f.Add(fmt.Sprintf("%s/%d", place, i), "客户无答复而关闭，只能在 offered 或 verifying 状态、期限已到、询问过一次（ask-customer）并提醒过两次之后。请调整。",
				"A silent customer's complaint closes only in offered or verifying, when its time is over. One question (ask-customer) and two reminders must come before. Please change it.")
		}
		switch r.Do {
		case ladder.DoAskCustomer:
			asked[r.State] = true
		case ladder.DoRemindCustomer:
			reminders[r.State]++
		}
		if slices.ContainsFunc(ownRungs, func(own string) bool { return strings.HasPrefix(r.Name, own) }) {
			f.Add(fmt.Sprintf("%s/%d/name", place, i), "这个名称的开头留给投诉自身的步骤。请换一个名称。",
				"Names that begin so are kept for the complaint's own steps. Choose another one.")
		}
	}
}

// Longest is the longest working time that the policy sets at once. Waits for the customer do not count.
func (p Policy) Longest() time.Duration {
	p = p.OrStandard()
	most := max(p.Acknowledge, p.Pause, slices.Max(p.Resolve[:]))
	for _, times := range p.Time {
		most = max(most, slices.Max(times[:])*p.Promise/100)
	}
	for _, r := range p.Ladder {
		times := p.Time[r.State]
		most = max(most, slices.Max(times[:])*r.Percent/100+r.Plus)
	}
	return calendar.Seconds(most)
}

// Terms are the rules for the complaints of one branch at one moment.
type Terms struct {
	firm.Terms
	Policy Policy
}
