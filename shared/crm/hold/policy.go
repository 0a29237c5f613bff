package hold

import (
	"fmt"
	"time"

	"afterpress/shared/crm/firm"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/ladder"
)

// Policy says how long a question may wait, in seconds of working time. One that sets nothing is the standard one.
type Policy struct {
	Answer   int64         `json:"answer_s" validate:"min=0,max=4320000" description:"Until the question is escalated · 多久无答复则升级"`
	Escalate int64         `json:"escalate_s" validate:"min=0,max=4320000" description:"What the manager has · 经理的处理时间"`
	Ladder   []ladder.Rule `json:"ladder" validate:"max=50,dive" description:"Who is asked and told when · 提醒与升级"`
}

var steps = []string{ladder.DoAskCustomer, ladder.DoRemindCustomer, ladder.DoTell, ladder.DoRemind, ladder.DoEscalate,
	ladder.DoTellManager, ladder.DoTellOwner}

// StandardPolicy is the shop's default: a press costs money while it stands, so the customer is asked at once and
// again after half an hour, his person is told to call after an hour, and after two the manager decides with him;
// an owner of the shop hears after two more.
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

// Terms are the rules that hold for the questions during production of one branch at one moment.
type Terms struct {
	firm.Terms
	Policy Policy
}
