package complaint

import (
	"slices"
	"strings"

	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/words"
)

// machine says which command comes first where the state refuses one. Withdrawing and joining lead nowhere on.
var machine = permission.Machine{States: States, Commands: Commands, Allows: moves, Leads: map[permission.Action][]string{
	permission.TriageComplaint:   {StateTriaged},
	permission.RequestEvidence:   {StateInvestigating},
	permission.MeasureComplaint:  {StateInvestigating},
	permission.DecideComplaint:   {StateJudged},
	permission.OverruleComplaint: {StateJudged},
	permission.ProposeComplaint:  {StateProposed, StateAwaiting, StateOffered},
	permission.ApproveComplaint:  {StateOffered},
	permission.RejectComplaint:   {StateInvestigating, StateProposed},
	permission.AgreeComplaint:    {StateAgreed},
	permission.DeclineComplaint:  {StateJudged},
	permission.CarryOutComplaint: {StateCarryingOut},
	permission.CompleteComplaint: {StateVerifying},
	permission.VerifyComplaint:   {StateInvestigating, StateCorrecting},
	permission.CloseComplaint:    {StateClosed},
	permission.ReopenComplaint:   {StateNew},
}, Named: map[permission.Action]words.Text{
	permission.TriageComplaint:    {Zh: "受理投诉", En: "triage the complaint"},
	permission.RequestEvidence:    {Zh: "请客户提供证据", En: "ask the customer for evidence"},
	permission.MeasureComplaint:   {Zh: "登记测量结果", En: "record a measurement"},
	permission.ResumeComplaint:    {Zh: "恢复计时", En: "let the clock go on"},
	permission.DecideComplaint:    {Zh: "判定责任", En: "let the rule judge"},
	permission.OverruleComplaint:  {Zh: "提出改判", En: "ask for another verdict"},
	permission.ProposeComplaint:   {Zh: "选择补救办法", En: "choose remedies"},
	permission.ApproveComplaint:   {Zh: "批准", En: "approve what was asked"},
	permission.RejectComplaint:    {Zh: "驳回", En: "refuse what was asked"},
	permission.AgreeComplaint:     {Zh: "登记客户接受方案", En: "record the customer's yes"},
	permission.DeclineComplaint:   {Zh: "登记客户拒绝方案", En: "record the customer's no"},
	permission.CarryOutComplaint:  {Zh: "开始执行补救", En: "begin what was agreed"},
	permission.CompleteComplaint:  {Zh: "登记补救已完成", En: "record that all of it is done"},
	permission.VerifyComplaint:    {Zh: "登记客户是否满意", En: "record whether the customer is content"},
	permission.FindCauseComplaint: {Zh: "登记根本原因", En: "record the root cause"},
	permission.CorrectComplaint:   {Zh: "登记纠正措施", En: "record a corrective action"},
	permission.CloseComplaint:     {Zh: "关闭投诉", En: "close the complaint"},
	permission.ReopenComplaint:    {Zh: "重新打开投诉", En: "reopen the complaint"},
}}

// stateWords are the states as staff read them.
var stateWords = map[string]words.Text{
	StateNew:           {Zh: "投诉尚未受理。", En: "The complaint is new."},
	StateTriaged:       {Zh: "投诉已受理。", En: "The complaint is triaged."},
	StateInvestigating: {Zh: "投诉正在调查。", En: "The complaint is being investigated."},
	StateJudged:        {Zh: "投诉已判定责任。", En: "The complaint is judged."},
	StateProposed:      {Zh: "补救方案尚未提交。", En: "Remedies are being chosen."},
	StateAwaiting:      {Zh: "方案正在等待审批。", En: "The solution waits for approval."},
	StateOffered:       {Zh: "方案正在等待客户答复。", En: "The offer is with the customer."},
	StateAgreed:        {Zh: "客户已接受方案。", En: "The customer has agreed to the solution."},
	StateCarryingOut:   {Zh: "补救正在执行。", En: "The remedies are being carried out."},
	StateVerifying:     {Zh: "正在确认客户是否满意。", En: "The customer is asked whether all is settled."},
	StateCorrecting:    {Zh: "对客户而言投诉已解决，正在纠正原因。", En: "The customer is content, and the cause is being corrected."},
	StateClosed:        {Zh: "投诉已关闭。", En: "The complaint is closed."},
	StateWithdrawn:     {Zh: "投诉已撤回。", En: "The complaint was withdrawn."},
	StateUnanswered:    {Zh: "投诉因客户没有答复而关闭。", En: "The complaint was closed, since the customer did not answer."},
	StateJoined:        {Zh: "投诉已并入另一起投诉，请在那里处理。", En: "The complaint was joined with another one: go on with that one."},
}

// nothingTo says of commands that belong to certain moments why this is none of them.
func (c Complaint) nothingTo(command permission.Action) words.Text {
	switch {
	case c.Closed():
	case command == permission.ApproveComplaint || command == permission.RejectComplaint:
		return words.Text{Zh: "现在没有等待审批的内容。", En: "Nothing waits for approval."}
	case command == permission.ResumeComplaint:
		return words.Text{Zh: "计时没有暂停，无需恢复。", En: "The clock runs, so there is nothing to resume."}
	case command == permission.ReopenComplaint:
		return words.Text{Zh: "投诉没有结束，无需重新打开。", En: "The complaint is open, so there is nothing to reopen."}
	case command == permission.PauseComplaint && c.Theirs():
		return words.Text{Zh: "现在等待的是客户，无需暂停。", En: "The customer is waited for already, so no pause is needed."}
	}
	return words.Text{}
}

// before lists the commands that come first. What is approved has to be asked for, and a complaint is triaged once: later
// on the same command corrects what is known.
func (c Complaint) before(command permission.Action, allowed []permission.Action) []permission.Action {
	if c.State != StateNew {
		allowed = slices.DeleteFunc(slices.Clone(allowed),
			func(a permission.Action) bool { return a == permission.TriageComplaint })
	}
	if command != permission.ApproveComplaint && command != permission.RejectComplaint {
		return machine.Before(c.State, command, allowed)
	}
	asking := []permission.Action{permission.ProposeComplaint, permission.OverruleComplaint}
	asks := slices.DeleteFunc(slices.Clone(asking), func(a permission.Action) bool { return !slices.Contains(allowed, a) })
	if len(asks) > 0 {
		return asks
	}
	return machine.Before(c.State, permission.ProposeComplaint, allowed)
}

// forbidden refuses a command that state or pause does not allow. It says which step comes first and who may take it.
func (c Complaint) forbidden(command permission.Action) *fault.Error {
	switch {
	case c.Pause != nil:
		return c.first("投诉已暂停计时。", "The complaint's clock stands still.", permission.ResumeComplaint)
	case command == permission.TriageComplaint && (c.State == StateAwaiting || c.State == StateOffered):
		who := permission.RolesOf(permission.ProposeComplaint)
		return c.refuse("方案正等待审批或客户答复。请先把方案改回草稿（"+who.Zh+"），再更正资料。",
			"An approver or the customer has the solution. First make it a draft again ("+who.En+"), then correct what is known.")
	case c.Overruling() && command != permission.ReopenComplaint && command != permission.ResumeComplaint:
		return c.first("改判正在等待审批。", "The other verdict waits for approval.",
			permission.ApproveComplaint, permission.RejectComplaint, permission.DecideComplaint)
	}
	why, allowed := c.nothingTo(command), c.Allowed()
	if why != (words.Text{}) && command != permission.ApproveComplaint && command != permission.RejectComplaint {
		return c.refuse(why.Zh, why.En)
	}
	if why == (words.Text{}) {
		why = stateWords[c.State]
	}
	if steps := c.before(command, allowed); len(steps) > 0 {
		return c.first(why.Zh, why.En, steps...)
	}
	next := machine.Next(c.State, allowed)
	if c.Closed() && slices.Contains(allowed, permission.ReopenComplaint) {
		next = machine.First([]permission.Action{permission.ReopenComplaint})
	}
	return c.refuse(why.Zh+next.Zh, strings.TrimSpace(why.En+" "+next.En))
}

// first refuses with the steps that come first, and who may take them.
func (c Complaint) first(zh, en string, steps ...permission.Action) *fault.Error {
	how := machine.First(steps)
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
