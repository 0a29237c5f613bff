// Package permission is the one table of who may do what.
package permission

import (
	"slices"

	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// Permitted is one command of a record, with the reason where the actor may not give it.
type Permitted struct {
	Name    string     `json:"name"`
	Allowed bool       `json:"allowed"`
	Refusal string     `json:"refusal,omitempty"` // in the reader's language, filled by the door
	Text    words.Text `json:"-"`
}

// Action names one thing that the staff API can be asked for. Every route carries one.
type Action string

// Actions of the staff API.
const (
	ReadLeads          Action = "lead.read"
	OpenLead           Action = "lead.open"
	AssignLead         Action = "lead.assign"
	ContactLead        Action = "lead.contact"
	QualifyLead        Action = "lead.qualify"
	WinLead            Action = "lead.win"
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
	VouchContacts      Action = "contact.vouch"
	EndLinks           Action = "contact.end-links"
	OpenChannel        Action = "contact.open-channel"
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
	EndSessions        Action = "me.end-sessions"
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
	ReadStuck          Action = "stuck.read"
	RetryStuck         Action = "stuck.retry"
	SkipStuck          Action = "stuck.skip"
	ReadErasures       Action = "erase.read"
	AskErasure         Action = "erase.ask"
	ReleaseFile        Action = "artwork.release"
	DiscardFile        Action = "artwork.discard"
	ConfirmErasure     Action = "erase.confirm"
	TakeBackErasure    Action = "erase.take-back"
	// Public is the action of routes that need no sign-in: documents and health.
	Public Action = "public"
)

// grants is the whole of what roles may do: what is not here is refused. A grant is about the kind of thing.
// Whether the actor may touch this record (branch, ownership, state) is decided by the rule that reads it.
var grants = map[Action][]staff.Role{
	ReadLeads:         {staff.Owner, staff.Manager, staff.Sales, staff.Service, staff.Marketing},
	OpenLead:          {staff.Owner, staff.Manager, staff.Sales, staff.Service, staff.Integration},
	AssignLead:        {staff.Owner, staff.Manager},
	ContactLead:       {staff.Owner, staff.Manager, staff.Sales},
	QualifyLead:       {staff.Owner, staff.Manager, staff.Sales},
	WinLead:           {staff.Owner, staff.Manager, staff.Sales},
	LoseLead:          {staff.Owner, staff.Manager, staff.Sales},
	RecycleLead:       {staff.Owner, staff.Manager, staff.Sales},
	ClaimLead:         {staff.Sales},
	ReadSubmissions:   {staff.Owner, staff.Manager, staff.Service, staff.Marketing},
	ReleaseSubmission: {staff.Owner, staff.Manager, staff.Marketing},
	// service: what came through no form, such as a complaint of an unknown customer
	DiscardSubmission: {staff.Owner, staff.Manager, staff.Service, staff.Marketing},
	ReadForms:         {staff.Owner, staff.Manager, staff.Marketing},
	OpenForm:          {staff.Owner, staff.Marketing},
	ChangeForm:        {staff.Owner, staff.Marketing},
	CloseForm:         {staff.Owner, staff.Marketing},
	ReadCustomers:     {staff.Owner, staff.Manager, staff.Sales, staff.Service, staff.Marketing, staff.Finance},
	OpenCustomer:      {staff.Owner, staff.Manager, staff.Sales, staff.Service, staff.Integration},
	ChangeCustomer:    {staff.Owner, staff.Manager, staff.Sales, staff.Service},
	ArchiveCustomer:   {staff.Owner, staff.Manager},
	ReadContacts:      {staff.Owner, staff.Manager, staff.Sales, staff.Service, staff.Marketing, staff.Finance},
	ChangeContacts:    {staff.Owner, staff.Manager, staff.Sales, staff.Service},
	VouchContacts:     {staff.Owner, staff.Manager, staff.Sales, staff.Service},
	EndLinks:          {staff.Owner, staff.Manager, staff.Sales},
	OpenChannel:       {staff.Owner, staff.Manager, staff.Sales, staff.Service},
	ReadConsents:      {staff.Owner, staff.Manager, staff.Sales, staff.Service, staff.Marketing},
	RecordConsent:     {staff.Owner, staff.Manager, staff.Sales, staff.Service, staff.Marketing},
	RecordTouch:       {staff.Owner, staff.Manager, staff.Sales, staff.Service, staff.Finance},
	// production: a job is printed by them
	ReadPreferences: {staff.Owner, staff.Manager, staff.Sales, staff.Service, staff.Marketing, staff.Production,
		staff.Finance},
	ChangePreferences: {staff.Owner, staff.Manager, staff.Sales, staff.Service, staff.Production},
	ReadCategories: {staff.Owner, staff.Manager, staff.Sales, staff.Service, staff.Marketing, staff.Production,
		staff.Finance, staff.Integration},
	ChangeCategories: {staff.Owner, staff.Marketing},
	ReadStaff: {staff.Owner, staff.Manager, staff.Sales, staff.Service, staff.Marketing, staff.Production,
		staff.Finance},
	ChangeStaff: {staff.Owner, staff.Manager},
	ReadBranches: {staff.Owner, staff.Manager, staff.Sales, staff.Service, staff.Marketing, staff.Production,
		staff.Finance, staff.Integration},
	ChangeBranches: {staff.Owner},
	ReadCalendars: {staff.Owner, staff.Manager, staff.Sales, staff.Service, staff.Marketing, staff.Production,
		staff.Finance},
	ChangeCalendars: {staff.Owner, staff.Manager},
	ReadPolicies: {staff.Owner, staff.Manager, staff.Sales, staff.Service, staff.Marketing, staff.Production,
		staff.Finance},
	ChangePolicies: {staff.Owner},
	ReadTasks: {staff.Owner, staff.Manager, staff.Sales, staff.Service, staff.Marketing, staff.Production,
		staff.Finance},
	OpenTask: {staff.Owner, staff.Manager, staff.Sales, staff.Service, staff.Marketing, staff.Production,
		staff.Finance, staff.Integration},
	ChangeTask: {staff.Owner, staff.Manager, staff.Sales, staff.Service, staff.Marketing, staff.Production,
		staff.Finance},
	ReadLoad: {staff.Owner, staff.Manager},
	ReadDesk: {staff.Owner, staff.Manager, staff.Sales, staff.Service, staff.Marketing, staff.Production,
		staff.Finance},
	ReadMe: {staff.Owner, staff.Manager, staff.Sales, staff.Service, staff.Marketing, staff.Production,
		staff.Finance, staff.Integration},
	EndSessions: {staff.Owner, staff.Manager, staff.Sales, staff.Service, staff.Marketing, staff.Production,
		staff.Finance},
	ExplainCalendar: {staff.Owner, staff.Manager, staff.Sales, staff.Service, staff.Marketing, staff.Production,
		staff.Finance},
	SettleMessage: {staff.Owner, staff.Manager, staff.Sales, staff.Service},
	ReadDefects: {staff.Owner, staff.Manager, staff.Sales, staff.Service, staff.Production, staff.Finance,
		staff.Integration},
	ReadComplaints:     {staff.Owner, staff.Manager, staff.Sales, staff.Service, staff.Production, staff.Finance},
	OpenComplaints:     {staff.Owner, staff.Manager, staff.Sales, staff.Service, staff.Integration},
	AssignComplaint:    {staff.Owner, staff.Manager},
	TriageComplaint:    {staff.Owner, staff.Manager, staff.Service},
	RequestEvidence:    {staff.Owner, staff.Manager, staff.Sales, staff.Service},
	MeasureComplaint:   {staff.Owner, staff.Manager, staff.Service, staff.Production},
	PauseComplaint:     {staff.Owner, staff.Manager, staff.Sales, staff.Service},
	ResumeComplaint:    {staff.Owner, staff.Manager, staff.Sales, staff.Service},
	DecideComplaint:    {staff.Owner, staff.Manager, staff.Service},
	OverruleComplaint:  {staff.Owner, staff.Manager, staff.Service},
	ProposeComplaint:   {staff.Owner, staff.Manager, staff.Sales, staff.Service},
	ApproveComplaint:   {staff.Owner, staff.Manager, staff.Finance},
	RejectComplaint:    {staff.Owner, staff.Manager, staff.Finance},
	AgreeComplaint:     {staff.Owner, staff.Manager, staff.Sales, staff.Service},
	DeclineComplaint:   {staff.Owner, staff.Manager, staff.Sales, staff.Service},
	CarryOutComplaint:  {staff.Owner, staff.Manager, staff.Service, staff.Production, staff.Finance},
	CompleteComplaint:  {staff.Owner, staff.Manager, staff.Service, staff.Production, staff.Finance},
	VerifyComplaint:    {staff.Owner, staff.Manager, staff.Sales, staff.Service},
	FindCauseComplaint: {staff.Owner, staff.Manager, staff.Service, staff.Production},
	CorrectComplaint:   {staff.Owner, staff.Manager, staff.Service, staff.Production},
	CloseComplaint:     {staff.Owner, staff.Manager, staff.Service},
	ReopenComplaint:    {staff.Owner, staff.Manager, staff.Sales, staff.Service},
	WithdrawComplaint:  {staff.Owner, staff.Manager, staff.Sales, staff.Service},
	CommentComplaint:   {staff.Owner, staff.Manager, staff.Sales, staff.Service, staff.Production, staff.Finance},
	JoinComplaint:      {staff.Owner, staff.Manager, staff.Service},
	ReadHolds:          {staff.Owner, staff.Manager, staff.Sales, staff.Service, staff.Production},
	OpenHold:           {staff.Owner, staff.Manager, staff.Service, staff.Production},
	AnswerHold:         {staff.Owner, staff.Manager, staff.Sales, staff.Service},
	WithdrawHold:       {staff.Owner, staff.Manager, staff.Service, staff.Production},
	ReadReports:        {staff.Owner, staff.Manager, staff.Finance},
	ReadStuck:          {staff.Owner, staff.Manager},
	RetryStuck:         {staff.Owner, staff.Manager},
	SkipStuck:          {staff.Owner, staff.Manager},
	ReadErasures:       {staff.Owner, staff.Manager},
	AskErasure:         {staff.Owner, staff.Manager},
	// files that the scanner did not find clean
	ReleaseFile:     {staff.Owner, staff.Manager},
	DiscardFile:     {staff.Owner, staff.Manager},
	ConfirmErasure:  {staff.Owner, staff.Manager},
	TakeBackErasure: {staff.Owner, staff.Manager},
}

// Actions lists every action that a role can be granted, sorted, for tables and tests.
func Actions() []Action {
	var out []Action
	for a := range grants {
		out = append(out, a)
	}
	slices.Sort(out)
	return out
}

// Permit refuses with Forbidden an actor without a role that is granted the action. Public and processes
// pass. It is asked before anything is read.
func Permit(actor staff.Actor, action Action) error {
	if action == Public || actor.IsProcess() {
		return nil
	}
	for _, role := range grants[action] {
		if actor.Has(role) {
			return nil
		}
	}
	names := RolesOf(action)
	return fault.Fail(fault.Forbidden,
		"您的角色不能执行此操作。可以执行的角色："+names.Zh+"。请联系他们。",
		"Your role may not do this. Those who may: "+names.En+". Ask one of them.")
}
