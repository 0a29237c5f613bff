package complaint

import (
	"slices"
	"strings"

	"afterpress/shared/crm/complaint/verdict"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/words"
)

// machine says which command comes first where the state refuses one. Withdrawing and joining lead nowhere on. What a
// triage corrects and what an edit asks anew are no steps forward: an edit of what was asked makes a draft again.
var machine = permission.Machine{
	States: States, Commands: Commands, Allows: moves,
	Leads: map[permission.Action]permission.Ways{
		permission.TriageComplaint:   {StateNew: {StateTriaged}},
		permission.RequestEvidence:   {StateTriaged: {StateInvestigating}},
		permission.MeasureComplaint:  {StateTriaged: {StateInvestigating}},
		permission.DecideComplaint:   {StateTriaged: {StateJudged}, StateInvestigating: {StateJudged}},
		permission.OverruleComplaint: {StateInvestigating: {StateJudged}},
		permission.ProposeComplaint: {StateJudged: {StateProposed, StateAwaiting, StateOffered},
			StateProposed: {StateAwaiting, StateOffered}, StateAwaiting: {StateProposed}, StateOffered: {StateProposed}},
		permission.ApproveComplaint:  {StateAwaiting: {StateOffered}},
		permission.RejectComplaint:   {StateJudged: {StateInvestigating}, StateAwaiting: {StateProposed}},
		permission.AgreeComplaint:    {StateOffered: {StateAgreed}},
		permission.DeclineComplaint:  {StateOffered: {StateJudged}},
		permission.CarryOutComplaint: {StateAgreed: {StateCarryingOut}},
		permission.CompleteComplaint: {StateCarryingOut: {StateVerifying}},
		permission.VerifyComplaint:   {StateVerifying: {StateInvestigating, StateCorrecting}},
		permission.CloseComplaint:    {StateCorrecting: {StateClosed}},
		permission.ReopenComplaint: {StateCorrecting: {StateNew}, StateClosed: {StateNew}, StateWithdrawn: {StateNew},
			StateUnanswered: {StateNew}},
	},
	Awaits: map[string][]permission.Action{
		StateAwaiting:   {permission.ApproveComplaint, permission.RejectComplaint},
		StateOffered:    {permission.AgreeComplaint, permission.DeclineComplaint},
		StateCorrecting: {permission.FindCauseComplaint, permission.CorrectComplaint, permission.CloseComplaint},
	},
	NamedIn: map[string]map[permission.Action]words.Text{
		StateProposed: {permission.ProposeComplaint: {Zh: "提交补救方案", En: "submit the remedies"}},
		StateAwaiting: {permission.ProposeComplaint: draftAgain},
		StateOffered:  {permission.ProposeComplaint: draftAgain},
	},
	Named: map[permission.Action]words.Text{
		permission.TriageComplaint:    {Zh: "受理投诉", En: "triage the complaint"},
		permission.RequestEvidence:    {Zh: "向客户索取证据", En: "ask the customer for evidence"},
		permission.MeasureComplaint:   {Zh: "登记测量结果", En: "record a measurement"},
		permission.ResumeComplaint:    {Zh: "恢复计时", En: "restart the clock"},
		permission.DecideComplaint:    {Zh: "判定责任", En: "let the rule judge"},
		permission.OverruleComplaint:  {Zh: "提出改判", En: "ask for another verdict"},
		permission.ProposeComplaint:   {Zh: "选择补救办法", En: "choose remedies"},
		permission.ApproveComplaint:   {Zh: "批准", En: "approve what was asked"},
		permission.RejectComplaint:    {Zh: "驳回", En: "refuse what was asked"},
		permission.AgreeComplaint:     {Zh: "登记客户接受方案", En: "record the customer's yes"},
		permission.DeclineComplaint:   {Zh: "登记客户拒绝方案", En: "record the customer's no"},
		permission.CarryOutComplaint:  {Zh: "开始执行补救", En: "begin what was agreed"},
		permission.CompleteComplaint:  {Zh: "登记补救已完成", En: "record that the remedies are done"},
		permission.VerifyComplaint:    {Zh: "登记客户是否满意", En: "record whether the customer is satisfied"},
		permission.FindCauseComplaint: {Zh: "登记根本原因", En: "record the root cause"},
		permission.CorrectComplaint:   {Zh: "登记纠正措施", En: "record a corrective action"},
		permission.CloseComplaint:     {Zh: "关闭投诉", En: "close the complaint"},
		permission.ReopenComplaint:    {Zh: "重新打开投诉", En: "reopen the complaint"},
	},
}

var draftAgain = words.Text{Zh: "把方案改回草稿", En: "make it a draft again"}

// stateWords are the states as staff read them.
var stateWords = map[string]words.Text{
	StateNew:           {Zh: "投诉尚未受理。", En: "The complaint is not triaged yet."},
	StateTriaged:       {Zh: "投诉已受理。", En: "The complaint is triaged."},
	StateInvestigating: {Zh: "投诉正在调查。", En: "The complaint is being investigated."},
	StateJudged:        {Zh: "投诉已判定责任。", En: "The complaint is judged."},
	StateProposed:      {Zh: "补救方案尚未提交。", En: "The solution is not submitted yet."},
	StateAwaiting:      {Zh: "方案正在等待审批。", En: "The solution waits for approval."},
	StateOffered:       {Zh: "方案正在等待客户答复。", En: "The offer is with the customer."},
	StateAgreed:        {Zh: "客户已接受方案。", En: "The customer has agreed to the solution."},
	StateCarryingOut:   {Zh: "补救正在执行。", En: "The remedies are being carried out."},
	StateVerifying:     {Zh: "正在确认客户是否满意。", En: "The customer is asked whether all is settled."},
	StateCorrecting:    {Zh: "对客户而言投诉已解决，正在纠正原因。", En: "For the customer it is settled; the cause is being corrected."},
	StateClosed:        {Zh: "投诉已关闭。", En: "The complaint is closed."},
	StateWithdrawn:     {Zh: "投诉已撤回。", En: "The complaint was withdrawn."},
	StateUnanswered:    {Zh: "投诉因客户没有答复而关闭。", En: "The complaint was closed, since the customer did not answer."},
}

// who names those who may give the command now, as may has it.
func (c Complaint) who(command permission.Action) words.Text {
	switch own := slices.Contains(owners, command); {
	case own && c.Owner == "":
		return permission.RolesOf(permission.AssignComplaint)
	case own || command == permission.TriageComplaint && c.Owner != "":
		return permission.Own
	}
	return permission.RolesOf(command)
}

func (c Complaint) machine() permission.Machine {
	m := machine
	m.Who = c.who
	return m
}

// nothingTo says of commands that belong to certain moments why this is none of them. With over there is no more to
// say.
func (c Complaint) nothingTo(command permission.Action) (why words.Text, over bool) {
	switch {
	case c.Closed():
	case command == permission.ApproveComplaint || command == permission.RejectComplaint:
		return words.Text{Zh: "现在没有等待审批的内容。", En: "Nothing waits for approval."}, false
	case command == permission.ResumeComplaint:
		return words.Text{Zh: "计时没有暂停，无需恢复。", En: "The clock runs, so there is nothing to restart."}, true
	case command == permission.ReopenComplaint:
		return words.Text{Zh: "投诉没有结束，无需重新打开。", En: "The complaint is open, so there is nothing to reopen."}, true
	case command == permission.PauseComplaint && c.Pause != nil:
		return words.Text{Zh: "计时已经暂停，无需再次暂停。", En: "The clock is stopped already, so there is nothing to pause."}, true
	case command == permission.PauseComplaint && c.Theirs():
		return words.Text{Zh: "现在等待的是客户，无需暂停。",
			En: "It waits for the customer already, so no pause is needed."}, true
	}
	return words.Text{}, false
}

// newRound are the commands for which a settled complaint is reopened. The others find nothing to do there.
var newRound = []permission.Action{permission.TriageComplaint, permission.RequestEvidence, permission.MeasureComplaint,
	permission.DecideComplaint, permission.OverruleComplaint, permission.ProposeComplaint}

// before lists the commands that come first. What is approved has to be asked for.
func (c Complaint) before(command permission.Action) []permission.Action {
	allowed := c.Allowed()
	switch {
	case c.State == StateCorrecting && !slices.Contains(newRound, command):
		return nil
	case command != permission.ApproveComplaint && command != permission.RejectComplaint:
		return machine.Before(c.State, command, allowed)
	case c.State == StateOffered: // it was approved, or needed no approval
		return nil
	}
	asking := []permission.Action{permission.ProposeComplaint, permission.OverruleComplaint}
	asks := slices.DeleteFunc(asking, func(a permission.Action) bool { return !slices.Contains(allowed, a) })
	if len(asks) > 0 {
		return asks
	}
	return machine.Before(c.State, permission.ProposeComplaint, allowed)
}

// held is the complaint without a pause or an overruling that waits, with the steps that lift it on the way to the
// command.
func (c Complaint) held(command permission.Action) (free Complaint, why words.Text, lifts []permission.Action) {
	switch free = c; {
	case c.Pause != nil:
		free.Pause = nil
		return free, words.Text{Zh: "投诉已暂停计时。", En: "The complaint's clock is stopped."},
			[]permission.Action{permission.ResumeComplaint}
	case c.Overruling():
		free, lifts = c.settled(command)
		return free, words.Text{Zh: "改判正在等待审批。", En: "The other verdict waits for approval."}, lifts
	case c.State == StateJoined:
		into := words.Reference(c.JoinedInto)
		return free, words.Text{Zh: "投诉已并入投诉 " + into + "，请在那里处理。",
			En: "The complaint was joined with complaint " + into + ": go on with that one."}, nil
	}
	return free, stateWords[c.State], nil
}

// settled is held for an overruling. A refusal of the only verdict leads back to the investigation.
func (c Complaint) settled(command permission.Action) (free Complaint, by []permission.Action) {
	free, refused := c, c
	free.Verdict = &verdict.Verdict{}
	refused.State = refused.unrule(Refusal{})
	switch takes := refused.allows(command); {
	case takes && !free.allows(command):
		return refused, []permission.Action{permission.RejectComplaint}
	case refused.State != c.State && !takes:
		return free, []permission.Action{permission.ApproveComplaint, permission.DecideComplaint}
	}
	return free, []permission.Action{permission.ApproveComplaint, permission.RejectComplaint, permission.DecideComplaint}
}

// forbidden refuses a command that state or pause does not allow. It says which step comes first and who may take it.
func (c Complaint) forbidden(command permission.Action) *fault.Error {
	why, over := c.nothingTo(command)
	if over {
		return c.refuse(why.Zh, why.En)
	}
	free, held, lifts := c.held(command)
	if why == (words.Text{}) {
		why = held
	}
	steps := free.before(command)
	leads := len(steps) > 0 || free.allows(command)
	var how words.Text
	switch {
	case c.Closed() && c.allows(permission.ReopenComplaint):
		who := permission.RolesOf(permission.ReopenComplaint)
		how = words.Text{Zh: "在规定天数内可以重新打开，超过后请登记新的投诉（" + who.Zh + "）。",
			En: "Reopen it within the days of the policy; later, open a new complaint (" + who.En + ")."}
	case lifts != nil && leads:
		how = c.machine().First(c.State, lifts)
	case lifts != nil:
		how = c.machine().Then(c.State, lifts)
	case leads:
		how = c.machine().First(c.State, steps)
	default:
		how = c.machine().Next(c.State, c.Allowed())
	}
	return c.refuse(why.Zh+how.Zh, strings.TrimSpace(why.En+" "+how.En))
}

// first refuses with the steps that come first, and who may take them.
func (c Complaint) first(zh, en string, steps ...permission.Action) *fault.Error {
	how := c.machine().First(c.State, steps)
	return c.refuse(zh+how.Zh, en+" "+how.En)
}

// refuse returns fault.Refused with the record, its state and the commands that it allows.
func (c Complaint) refuse(zh, en string) *fault.Error {
	e := fault.Fail(fault.Refused, zh, en)
	e.State, e.Record = c.State, c
	if c.Pause != nil {
		e.State += ", paused: " + c.Pause.Reason
	}
	for _, a := range c.Allowed() {
		_, name, _ := strings.Cut(string(a), ".")
		e.Allowed = append(e.Allowed, name)
	}
	return e
}
