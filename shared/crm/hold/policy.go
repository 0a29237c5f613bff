package hold

import (
	"fmt"
	"time"

	"afterpress/shared/crm/firm"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/ladder"
)

// Policy says how long a question may wait, in seconds of working time. A policy that sets nothing is
// StandardPolicy.
type Policy struct {
	Answer   int64         `json:"answer_s" validate:"min=0,max=4320000" description:"Until the question is escalated · 多久无答复则升级"`
	Escalate int64         `json:"escalate_s" validate:"min=0,max=4320000" description:"What the manager has · 经理的处理时间"`
	Ladder   []ladder.Rule `json:"ladder" validate:"max=50,dive" description:"Who is asked and told when · 提醒与升级"`
}

// steps are what a question's process can do.
var steps = []string{ladder.DoAskCustomer, ladder.DoRemindCustomer, ladder.DoTell, ladder.DoRemind, ladder.DoEscalate,
	ladder.DoTellManager, ladder.DoTellOwner}

// StandardPolicy is the shop's default. A press costs money while it stands, so every step is fast. The
// customer is asked at once and again after half an hour. The question's owner is reminded after an hour to
// call. After two hours the question escalates to the manager, who decides with the customer. After two more
// hours an owner of the shop is told.
func StandardPolicy() Policy {
	const hour = 3600
	return Policy{Answer: 2 * hour, Escalate: 2 * hour, Ladder: []ladder.Rule{
		{State: StateAsked, Name: "ask", Do: ladder.DoAskCustomer},
		{State: StateAsked, Name: "tell", Do: ladder.DoTell},
		{State: StateAsked, Name: "again", Do: ladder.DoRemindCustomer, Percent: 25},
		{State: StateAsked, Name: "call", Do: ladder.DoRemind, Percent: 50},
		{State: StateAsked, Name: "escalate", Do: ladder.DoEscalate, Percent: 100},
		{State: StateEscalated, Name: "manager", Do: ladder.DoTellManager},
		{State: StateEscalated, Name: "owner", Do: ladder.DoTellOwner, Percent: 100},
	}}
}

func (p Policy) orStandard() Policy {
	if p.Answer == 0 && p.Escalate == 0 && len(p.Ladder) == 0 {
		return StandardPolicy()
	}
	return p
}

// Check adds to f what is wrong with the policy. Each time is from one second to calendar.WorkingReach. A
// ladder must escalate an unanswered question, and only in StateAsked.
func (p Policy) Check(f *fault.List) {
	p = p.orStandard()
	f.Within("/hold/answer_s", p.Answer, 1, calendar.WorkingReach)
	f.Within("/hold/escalate_s", p.Escalate, 1, calendar.WorkingReach)
	ladder.Check(f, "/hold/ladder", p.Ladder, []string{StateAsked, StateEscalated}, steps)
	escalates := false
	for i, r := range p.Ladder {
		if r.Do == ladder.DoEscalate && r.State != StateAsked {
			f.Add(fmt.Sprintf("/hold/ladder/%d/do", i), "已升级的问题不再升级。请换一个步骤。",
				"What was escalated is not escalated again. Choose another step.")
		}
		escalates = escalates || r.Do == ladder.DoEscalate
	}
	if !escalates {
		f.Add("/hold/ladder", "无人答复的问题必须升级。请加入步骤 escalate。",
			"A question that nobody answers must be escalated. Add the step escalate.")
	}
}

// Longest is the most working time that the policy asks for at once.
func (p Policy) Longest() time.Duration {
	p = p.orStandard()
	most := max(p.Answer, p.Escalate)
	for _, r := range p.Ladder {
		most = max(most, max(p.Answer, p.Escalate)*r.Percent/100+r.Plus)
	}
	return calendar.Seconds(most)
}

// Terms are the rules for the questions from production of one branch at one moment.
type Terms struct {
	firm.Terms
	Policy Policy
}
