package erase

import (
	"time"

	"afterpress/shared/crm/firm"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/valid"
)

// Lists are the words that fields of erasures take, by the names that tags call them.
var Lists = valid.Lists{"erase-reason": Reasons, "erase-state": States}

// Policy says how many days an erasure may be taken back, by when it is done, and who is asked when. Its days and the
// seconds of its ladder pass on Sundays and at night as well: the law counts them so. A policy that sets nothing is
// StandardPolicy.
type Policy struct {
	TakeBack int           `json:"take_back_days" validate:"min=0,max=14" description:"From the confirmation · 确认后可撤回的天数"`
	Done     int           `json:"done_days" validate:"min=0,max=30" description:"From the request · 自申请起完成的天数"`
	Ladder   []ladder.Rule `json:"ladder" validate:"max=50,dive" description:"Who is asked when · 何时由谁处理"`
}

// steps are what a policy can have the process do: open a task for a second person, for the manager, or for an owner of
// the shop. Each task reminds and escalates by itself.
var steps = []string{ladder.DoAskApprover, ladder.DoTellManager, ladder.DoTellOwner}

// StandardPolicy gives seven days to take an erasure back and has it done on day 25: the month of GDPR, article 12(3),
// less five days in which people can mend what stands in the way. A second person is asked at once. Where nobody
// confirms it, the manager is asked when half of the time is gone. An owner of the shop is asked when all of it is.
func StandardPolicy() Policy {
	return Policy{TakeBack: 7, Done: 25, Ladder: []ladder.Rule{
		{State: StateAsked, Name: "ask", Do: ladder.DoAskApprover},
		{State: StateAsked, Name: "again", Do: ladder.DoTellManager, Percent: 50},
		{State: StateAsked, Name: "overdue", Do: ladder.DoTellOwner, Percent: 100},
		{State: StateErasing, Name: "late", Do: ladder.DoTellManager, Plus: 24 * 3600},
		{State: StateErasing, Name: "last", Do: ladder.DoTellOwner, Plus: 3 * 24 * 3600},
	}}
}

func (p Policy) orStandard() Policy {
	if p.TakeBack == 0 && p.Done == 0 && len(p.Ladder) == 0 {
		return StandardPolicy()
	}
	return p
}

// names of the rungs that no policy plans: they are the erasure itself.
const (
	rungBegin = "begin"
	rungErase = "erase"
)

// Check adds to f what is wrong with the policy.
func (p Policy) Check(f *fault.List) {
	p = p.orStandard()
	f.Within("/erase/take_back_days", int64(p.TakeBack), 1, 14)
	f.Within("/erase/done_days", int64(p.Done), 1, 30)
	if p.Done <= p.TakeBack {
		f.Add("/erase/done_days", "完成期限须晚于可撤回的天数。请填写更大的数。",
			"It has to be done after the days to take it back. Enter a larger number.")
	}
	ladder.Check(f, "/erase/ladder", p.Ladder, OpenStates, steps, rungBegin, rungErase)
}

// plan are the rungs of the state in which the erasure is.
func (p Policy) plan(e Erase) []ladder.Rung {
	var out []ladder.Rung
	budget := e.Due.Sub(e.ClockFrom)
	for _, r := range p.Ladder {
		if r.State == e.State {
			wait := budget*time.Duration(r.Percent)/100 + time.Duration(r.Plus)*time.Second
			out = append(out, ladder.Rung{Name: r.Name, Do: r.Do, At: e.ClockFrom.Add(wait)})
		}
	}
	switch e.State {
	case StateWaiting:
		out = append(out, ladder.Rung{Name: rungBegin, Do: ladder.DoBeginErase, At: e.TakeBackUntil})
	case StateErasing:
		out = append(out, ladder.Rung{Name: rungErase, Do: ladder.DoErase, At: e.ClockFrom})
	}
	return out
}

// Terms are the rules for the erasures of one branch at one moment.
type Terms struct {
	firm.Terms
	Policy Policy
}
