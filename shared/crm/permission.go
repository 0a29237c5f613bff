package crm

import "slices"

// Action names one thing that can be asked of the staff API. Every route carries one.
type Action string

const (
	ReadLeads          Action = "lead.read"
	OpenLead           Action = "lead.open"
	AssignLead         Action = "lead.assign"
	ContactLead        Action = "lead.contact"
	QualifyLead        Action = "lead.qualify"
	LoseLead           Action = "lead.lose"
	RecycleLead        Action = "lead.recycle"
	ClaimLead          Action = "lead.claim"
	ReadSubmissions    Action = "submission.read"
	ReleaseSubmission  Action = "submission.release"
	DiscardSubmission  Action = "submission.discard"
	ReadForms          Action = "form.read"
	OpenForm           Action = "form.open"
	ChangeForm         Action = "form.change"
	CloseForm          Action = "form.close"
	ReadCustomers      Action = "customer.read"
	OpenCustomer       Action = "customer.open"
	ChangeCustomer     Action = "customer.change"
	ArchiveCustomer    Action = "customer.archive"
	ReadContacts       Action = "contact.read"
	ChangeContacts     Action = "contact.change"
	ReadConsents       Action = "consent.read"
	RecordConsent      Action = "consent.record"
	RecordTouch        Action = "touch.record"
	ReadPreferences    Action = "preference.read"
	ChangePreferences  Action = "preference.change"
	ReadCategories     Action = "category.read"
	ChangeCategories   Action = "category.change"
	ReadStaff          Action = "staff.read"
	ChangeStaff        Action = "staff.change"
	ReadBranches       Action = "branch.read"
	ChangeBranches     Action = "branch.change"
	ReadCalendars      Action = "calendar.read"
	ChangeCalendars    Action = "calendar.change"
	ReadPolicies       Action = "policy.read"
	ChangePolicies     Action = "policy.change"
	ReadTasks          Action = "task.read"
	OpenTask           Action = "task.open"
	ChangeTask         Action = "task.change"
	ReadLoad           Action = "task.load"
	ReadDesk           Action = "desk.read"
	ReadMe             Action = "me.read"
	ExplainCalendar    Action = "calendar.explain"
	SettleMessage      Action = "message.settle"
	ReadDefects        Action = "defect.read"
	ReadComplaints     Action = "complaint.read"
	OpenComplaints     Action = "complaint.open"
	AssignComplaint    Action = "complaint.assign"
	TriageComplaint    Action = "complaint.triage"
	RequestEvidence    Action = "complaint.request-evidence"
	MeasureComplaint   Action = "complaint.measure"
	PauseComplaint     Action = "complaint.pause"
	ResumeComplaint    Action = "complaint.resume"
	DecideComplaint    Action = "complaint.decide"
	OverruleComplaint  Action = "complaint.overrule"
	ProposeComplaint   Action = "complaint.propose"
	ApproveComplaint   Action = "complaint.approve"
	RejectComplaint    Action = "complaint.reject"
	AgreeComplaint     Action = "complaint.agree"
	DeclineComplaint   Action = "complaint.decline"
	CarryOutComplaint  Action = "complaint.carry-out"
	CompleteComplaint  Action = "complaint.complete"
	VerifyComplaint    Action = "complaint.verify"
	FindCauseComplaint Action = "complaint.find-cause"
	CorrectComplaint   Action = "complaint.correct"
	CloseComplaint     Action = "complaint.close"
	ReopenComplaint    Action = "complaint.reopen"
	WithdrawComplaint  Action = "complaint.withdraw"
	CommentComplaint   Action = "complaint.comment"
	JoinComplaint      Action = "complaint.join"
	ReadHolds          Action = "hold.read"
	OpenHold           Action = "hold.open"
	AnswerHold         Action = "hold.answer"
	WithdrawHold       Action = "hold.withdraw"
	ReadReports        Action = "report.read"
	// Public is the action of routes that ask for no sign-in: documents and health.
	Public Action = "public"
)

// grants is the whole of what roles may do; what is not here is refused. A grant is about the kind of thing: whether this record is
// his to touch (branch, ownership, state) is decided by the rule that reads it.
var grants = map[Action][]Role{
	ReadLeads:          {Owner, Manager, Sales, Service, Marketing},
	OpenLead:           {Owner, Manager, Sales, Service, Integration},
	AssignLead:         {Owner, Manager},
	ContactLead:        {Owner, Manager, Sales},
	QualifyLead:        {Owner, Manager, Sales},
	LoseLead:           {Owner, Manager, Sales},
	RecycleLead:        {Owner, Manager, Sales},
	ClaimLead:          {Sales},
	ReadSubmissions:    {Owner, Manager, Service, Marketing},
	ReleaseSubmission:  {Owner, Manager, Marketing},
	DiscardSubmission:  {Owner, Manager, Service, Marketing}, // service: what came through no form, such as a complaint of nobody's
	ReadForms:          {Owner, Manager, Marketing},
	OpenForm:           {Owner, Marketing},
	ChangeForm:         {Owner, Marketing},
	CloseForm:          {Owner, Marketing},
	ReadCustomers:      {Owner, Manager, Sales, Service, Marketing, Finance},
	OpenCustomer:       {Owner, Manager, Sales, Service, Integration},
	ChangeCustomer:     {Owner, Manager, Sales, Service},
	ArchiveCustomer:    {Owner, Manager},
	ReadContacts:       {Owner, Manager, Sales, Service, Marketing, Finance},
	ChangeContacts:     {Owner, Manager, Sales, Service},
	ReadConsents:       {Owner, Manager, Sales, Service, Marketing},
	RecordConsent:      {Owner, Manager, Sales, Service, Marketing},
	RecordTouch:        {Owner, Manager, Sales, Service, Finance},
	ReadPreferences:    {Owner, Manager, Sales, Service, Marketing, Production, Finance}, // who prints a job must know them
	ChangePreferences:  {Owner, Manager, Sales, Service, Production},
	ReadCategories:     {Owner, Manager, Sales, Service, Marketing, Production, Finance, Integration},
	ChangeCategories:   {Owner, Marketing},
	ReadStaff:          {Owner, Manager, Sales, Service, Marketing, Production, Finance},
	ChangeStaff:        {Owner, Manager},
	ReadBranches:       {Owner, Manager, Sales, Service, Marketing, Production, Finance, Integration},
	ChangeBranches:     {Owner},
	ReadCalendars:      {Owner, Manager, Sales, Service, Marketing, Production, Finance},
	ChangeCalendars:    {Owner, Manager},
	ReadPolicies:       {Owner, Manager, Sales, Service, Marketing, Production, Finance},
	ChangePolicies:     {Owner},
	ReadTasks:          {Owner, Manager, Sales, Service, Marketing, Production, Finance},
	OpenTask:           {Owner, Manager, Sales, Service, Marketing, Production, Finance, Integration},
	ChangeTask:         {Owner, Manager, Sales, Service, Marketing, Production, Finance},
	ReadLoad:           {Owner, Manager},
	ReadDesk:           {Owner, Manager, Sales, Service, Marketing, Production, Finance},
	ReadMe:             {Owner, Manager, Sales, Service, Marketing, Production, Finance, Integration},
	ExplainCalendar:    {Owner, Manager, Sales, Service, Marketing, Production, Finance},
	SettleMessage:      {Owner, Manager, Sales, Service},
	ReadDefects:        {Owner, Manager, Sales, Service, Production, Finance, Integration},
	ReadComplaints:     {Owner, Manager, Sales, Service, Production, Finance},
	OpenComplaints:     {Owner, Manager, Sales, Service, Integration},
	AssignComplaint:    {Owner, Manager},
	TriageComplaint:    {Owner, Manager, Service},
	RequestEvidence:    {Owner, Manager, Sales, Service},
	MeasureComplaint:   {Owner, Manager, Service, Production},
	PauseComplaint:     {Owner, Manager, Sales, Service},
	ResumeComplaint:    {Owner, Manager, Sales, Service},
	DecideComplaint:    {Owner, Manager, Service},
	OverruleComplaint:  {Owner, Manager, Service},
	ProposeComplaint:   {Owner, Manager, Sales, Service},
	ApproveComplaint:   {Owner, Manager, Finance},
	RejectComplaint:    {Owner, Manager, Finance},
	AgreeComplaint:     {Owner, Manager, Sales, Service},
	DeclineComplaint:   {Owner, Manager, Sales, Service},
	CarryOutComplaint:  {Owner, Manager, Service, Production, Finance},
	CompleteComplaint:  {Owner, Manager, Service, Production, Finance},
	VerifyComplaint:    {Owner, Manager, Sales, Service},
	FindCauseComplaint: {Owner, Manager, Service, Production},
	CorrectComplaint:   {Owner, Manager, Service, Production},
	CloseComplaint:     {Owner, Manager, Service},
	ReopenComplaint:    {Owner, Manager, Sales, Service},
	WithdrawComplaint:  {Owner, Manager, Sales, Service},
	CommentComplaint:   {Owner, Manager, Sales, Service, Production, Finance},
	JoinComplaint:      {Owner, Manager, Service},
	ReadHolds:          {Owner, Manager, Sales, Service, Production},
	OpenHold:           {Owner, Manager, Service, Production},
	AnswerHold:         {Owner, Manager, Sales, Service},
	WithdrawHold:       {Owner, Manager, Service, Production},
	ReadReports:        {Owner, Manager, Finance},
}

// PermissionActions lists every action that a role can be granted, sorted, for tables and tests.
func PermissionActions() []Action {
	var out []Action
	for a := range grants {
		out = append(out, a)
	}
	slices.Sort(out)
	return out
}

// Permit refuses the actor unless one of his roles is granted the action. It is asked before anything is read.
func Permit(actor Actor, action Action) error {
	if action == Public || actor.IsProcess() {
		return nil
	}
	for _, role := range grants[action] {
		if actor.Has(role) {
			return nil
		}
	}
	names := roleNames(grants[action])
	return Fail(Forbidden,
		"您的角色不能执行此操作。可以执行的角色："+names.Zh+"。请联系他们。",
		"Your role may not do this. Those who may: "+names.En+". Ask one of them.")
}

var roleWords = map[Role]Text{
	Owner:       {Zh: "老板", En: "owner"},
	Manager:     {Zh: "经理", En: "manager"},
	Sales:       {Zh: "销售", En: "sales"},
	Service:     {Zh: "客服", En: "service"},
	Marketing:   {Zh: "市场", En: "marketing"},
	Production:  {Zh: "生产", En: "production"},
	Finance:     {Zh: "财务", En: "finance"},
	Integration: {Zh: "系统接口", En: "integration"},
}

func roleNames(roles []Role) Text {
	var out Text
	for i, r := range roles {
		if i > 0 {
			out.Zh, out.En = out.Zh+"、", out.En+", "
		}
		out.Zh, out.En = out.Zh+roleWords[r].Zh, out.En+roleWords[r].En
	}
	return out
}
