// Package complaint has the rules for quality complaints, from the first report until the correction has helped.
package complaint

import (
	"time"

	"afterpress/shared/crm/complaint/approval"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/complaint/proposal"
	"afterpress/shared/crm/complaint/remedy"
	"afterpress/shared/crm/complaint/verdict"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/money"
	"afterpress/shared/kernel/words"
)

// States of a complaint. Offered and verifying wait for the customer, the others before closed for the shop.
// The last four are ends.
const (
	StateNew           = "new"
	StateTriaged       = "triaged"
	StateInvestigating = "investigating"
	StateJudged        = "judged"
	StateProposed      = "proposed"
	StateAwaiting      = "awaiting-approval"
	StateOffered       = "offered"
	StateAgreed        = "agreed"
	StateCarryingOut   = "carrying-out"
	StateVerifying     = "verifying"
	StateCorrecting    = "correcting"
	StateClosed        = "closed"
	StateWithdrawn     = "withdrawn"
	StateUnanswered    = "no-answer"
	StateJoined        = "joined"
)

// States lists the states in the order of the board.
var States = []string{
	StateNew, StateTriaged, StateInvestigating, StateJudged, StateProposed, StateAwaiting, StateOffered, StateAgreed,
	StateCarryingOut, StateVerifying, StateCorrecting, StateClosed, StateWithdrawn, StateUnanswered, StateJoined,
}

// OpenStates are the states in which something is left to do. Each has times in the policy.
var OpenStates = States[:11]

// Channels lists the ways by which a complaint comes in.
var Channels = []string{"phone", "counter", "mail", "link", "hook", "survey"}

// Sourced is a value that was typed in, with its source.
type Sourced[T any] struct {
	Value  T      `json:"value"`
	Source string `json:"source" validate:"required,one=figure-source" of:"figure-source"`
}

// Job is what is known of the job. Until jobs are records of their own, each figure is typed in with its source.
type Job struct {
	// the customer's or the shop's number of the job or order
	Ref         string                `json:"ref,omitempty" validate:"max=64,oneline"`
	Lead        string                `json:"lead,omitempty" validate:"omitempty,id=lead"`
	Class       defect.ProductClass   `json:"class,omitempty" validate:"max=32"`
	Value       *Sourced[money.Money] `json:"value,omitempty"` // price the customer pays
	Ordered     *Sourced[int64]       `json:"ordered,omitempty"`
	Delivered   *Sourced[int64]       `json:"delivered,omitempty"`
	PromisedAt  *Sourced[time.Time]   `json:"promised_at,omitempty"`
	DeliveredAt *Sourced[time.Time]   `json:"delivered_at,omitempty"`
	// the agreed limit, in place of the catalogue's for that measure
	Tolerance *Sourced[*defect.Tolerance] `json:"tolerance,omitempty"`
	Press     string                      `json:"press,omitempty" validate:"max=64,oneline"`
	Operator  string                      `json:"operator,omitempty" validate:"max=64,oneline"` // of the press
	Paper     string                      `json:"paper,omitempty" validate:"max=64,oneline"`
}

// Complaint is one customer's complaint about one job, and what the shop did about it.
type Complaint struct {
	ID        string    `json:"id"` // cmp_…
	Version   int64     `json:"version"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
	Branch    string    `json:"branch"`
	Customer  string    `json:"customer"`
	Contact   string    `json:"contact"`
	Account   string    `json:"account,omitempty"` // staff id of the customer's owner
	OpenedBy  string    `json:"opened_by"`
	Channel   string    `json:"channel" of:"complaint-channel"` // one of Channels

	Job      Job           `json:"job"`
	Defects  []defect.Kind `json:"defects"`
	Words    string        `json:"words"` // the customer's own
	Affected int64         `json:"affected"`
	Samples  int           `json:"samples,omitempty"` // pieces that the customer sent back
	Wanted   remedy.Kind   `json:"wanted,omitempty"`
	NeededBy time.Time     `json:"needed_by,omitzero"` // when the customer needs the goods
	// When the customer reported it, if before it was entered. The claim window is held against it.
	ReportedAt time.Time `json:"reported_at,omitzero"`

	State    string    `json:"state" of:"complaint-state"`
	Severity int       `json:"severity"` // 1 worst, to 4
	Round    int       `json:"round"`    // from 1; a reopening adds one
	Turn     int       `json:"turn"`     // counts stays in a state; a rung is climbed once per stay
	Owner    string    `json:"owner,omitempty"`
	Owners   []string  `json:"owners,omitempty"`  // of this round, in order
	OwnerAt  time.Time `json:"owner_at,omitzero"` // when another actor assigned it; zero when taken
	Policy   string    `json:"policy"`

	Zone       string        `json:"zone"`               // of the branch's calendar
	RoundAt    time.Time     `json:"round_at"`           // when this round began
	Reached    Timely        `json:"reached,omitempty"`  // states of this round
	AckDue     time.Time     `json:"acknowledge_due"`    // when our first answer is due
	ResolveDue time.Time     `json:"resolve_due"`        // for the customer to confirm; their waits are added
	Pressing   bool          `json:"pressing,omitempty"` // NeededBy is before the policy's date
	ClockFrom  time.Time     `json:"clock_from"`         // start of the time of this state
	Due        time.Time     `json:"due_at"`             // of this state; while paused, the pause's end
	Promised   time.Time     `json:"promised,omitzero"`  // when the customer hears from us next
	Promises   int           `json:"promises_corrected,omitempty"`
	PromisedAt time.Time     `json:"promise_corrected_at,omitzero"`
	Rungs      []ladder.Rung `json:"rungs,omitempty"`
	Pause      *Pause        `json:"pause,omitempty"`
	Pauses     int           `json:"pauses,omitempty"` // of all rounds
	Stops      []Stop        `json:"stops,omitempty"`  // of this round

	Replies      int                  `json:"replies,omitempty"` // of the customer after the opening, files too
	RepliedAt    time.Time            `json:"replied_at,omitzero"`
	RepliedFiles bool                 `json:"replied_files,omitempty"` // the last message was added files
	Decision     *Decision            `json:"decision,omitempty"`      // the customer's own, last of this round
	Said         []Said               `json:"said,omitempty"`          // may not have reached the customer yet
	Run          int                  `json:"run,omitempty"`           // of this round: messages after its end
	Asked        []defect.Evidence    `json:"asked,omitempty"`         // requested from the customer
	Requests     int                  `json:"requests,omitempty"`
	AskedAt      time.Time            `json:"asked_at,omitzero"`
	Measurements []defect.Measurement `json:"measurements,omitempty"`
	Case         *verdict.Case        `json:"case,omitempty"`
	Verdict      *verdict.Verdict     `json:"verdict,omitempty"` // holds the overruling too
	Proposals    []proposal.Proposal  `json:"proposals,omitempty"`
	ProposedFrom *proposal.Basis      `json:"proposed_from,omitempty"`
	Remedies     []remedy.Remedy      `json:"remedies,omitempty"` // chosen
	ProposedBy   string               `json:"proposed_by,omitempty"`
	Approval     *approval.Approval   `json:"approval,omitempty"`
	// Questions to approvers in all, about remedies and overrulings. The last one has this number.
	Approvals    int               `json:"approvals,omitempty"`
	Refused      []Refusal         `json:"refused,omitempty"`   // by approvers, of all rounds
	OfferedAt    time.Time         `json:"offered_at,omitzero"` // the last offer of the round
	YesBy        time.Time         `json:"yes_by,omitzero"`     // production needs the yes by then to keep the day
	Agreement    *Agreement        `json:"agreement,omitempty"`
	CarryOut     *CarryOut         `json:"carry_out,omitempty"`
	Verification *Verification     `json:"verification,omitempty"`
	Withdrawal   *Withdrawal       `json:"withdrawal,omitempty"`
	Cause        *Cause            `json:"cause,omitempty"`
	Correction   *Correction       `json:"correction,omitempty"`
	Corrections  []Correction      `json:"corrections,omitempty"` // earlier ones of this round, oldest first
	JoinedInto   string            `json:"joined_into,omitempty"`
	Joined       []JoinedComplaint `json:"joined,omitempty"`
	Outcome      string            `json:"outcome,omitempty" of:"complaint-outcome"` // settled, or the end state
	Cost         *money.Money      `json:"cost,omitempty"`                           // carried out so far, in all rounds
	ResolvedAt   time.Time         `json:"resolved_at,omitzero"`
	ClosedAt     time.Time         `json:"closed_at,omitzero"`
	Reopened     *Reopening        `json:"reopened,omitempty"` // how this round began, from the second on
	Earlier      []Earlier         `json:"earlier,omitempty"`  // earlier rounds
}

// maxMeasurements and maxDefects are how many one complaint takes; tags of Opening and Triage repeat maxDefects.
const (
	maxMeasurements = 50
	maxDefects      = 10
)

// Timely has, by state, the working seconds of the round until the state was first entered.
type Timely map[string]int64

// Pause is a stopped SLA clock.
type Pause struct {
	Reason string    `json:"reason" of:"pause-reason"` // one of Pauses
	Since  time.Time `json:"since"`
	Until  time.Time `json:"until"` // budget used up; the clock resumes
}

// Reasons for a stopped clock. The last one is for an offer, or the question whether all is well, that the
// customer has to answer. It takes nothing from the pause budget.
const (
	PauseCustomer = "waiting-customer"
	PauseSample   = "waiting-sample"
	PauseSupplier = "waiting-supplier"
	StopDecides   = "customer-decides"
)

// Pauses lists the reasons that staff may give.
var Pauses = []string{PauseCustomer, PauseSample, PauseSupplier}

// Stop is a time in [From, To) that does not count.
type Stop struct {
	Reason string    `json:"reason"`
	From   time.Time `json:"from"`
	To     time.Time `json:"to"`
}

// Said names a message of staff to the customer, with its round. The message belongs to that round for good.
type Said struct {
	Reply string    `json:"reply"` // cmt_…
	Round int       `json:"round"`
	At    time.Time `json:"at"`
}

// Decision is what the customer said with a button at the link. What staff enter is none, since the shop knows it.
type Decision struct {
	Say string    `json:"say"` // SayAgree or one of its like
	No  int       `json:"no"`  // in its round, from 1
	At  time.Time `json:"at"`
}

// Agreement is the customer's yes. By is a staff id where the customer gave it by phone or at the counter.
type Agreement struct {
	By string    `json:"by"`
	At time.Time `json:"at"`
}

// CarryOut is how the remedies are carried out.
type CarryOut struct {
	Since        time.Time `json:"since"`
	PromisedAt   time.Time `json:"promised_at,omitzero"`    // delivery day told to the customer
	CreditNumber string    `json:"credit_number,omitempty"` // of credit note, reduction or refund
	DoneAt       time.Time `json:"done_at,omitzero"`
}

// Verification is what the customer says after the remedy.
type Verification struct {
	Satisfied bool      `json:"satisfied"`
	By        string    `json:"by"`
	At        time.Time `json:"at"`
}

// Withdrawal is a complaint taken back by the customer, or by staff, who say why. The customer is then told.
type Withdrawal struct {
	By     string             `json:"by"`
	At     time.Time          `json:"at"`
	Reason words.InternalText `json:"internal_reason,omitempty"`
}

// Reopening is why a complaint was opened again: in the customer's own words, or the reason of staff.
type Reopening struct {
	By     string             `json:"by"`
	At     time.Time          `json:"at"`
	Words  words.PublicText   `json:"public_text,omitempty"`
	Reason words.InternalText `json:"internal_reason,omitempty"`
}

// Cause is the root cause, by one of defect.CauseFactors (人机料法环).
type Cause struct {
	Factor string             `json:"factor" validate:"required,one=cause-factor"`
	Text   words.InternalText `json:"internal_text" validate:"required,max=2000,shown,text"`
	By     string             `json:"by"`
	At     time.Time          `json:"at"`
}

// Correction is the corrective action, and whether it helped.
type Correction struct {
	Action    words.InternalText `json:"internal_action" validate:"required,max=2000,shown,text"`
	Owner     string             `json:"owner" validate:"required"`
	Due       time.Time          `json:"due_at"`
	By        string             `json:"by"`
	At        time.Time          `json:"at"`
	CheckAt   time.Time          `json:"check_at"` // when its effect is checked
	CheckedBy string             `json:"checked_by,omitempty"`
	CheckedAt time.Time          `json:"checked_at,omitzero"`
	Effective bool               `json:"effective,omitempty"`
}

// JoinedComplaint names what a younger complaint brought. Its evidence stays with it and is read there.
type JoinedComplaint struct {
	Complaint    string               `json:"complaint"`
	Defects      []defect.Kind        `json:"defects"`
	Added        []defect.Kind        `json:"added,omitempty"`           // those that were new to the older one
	Before       int64                `json:"affected_before,omitempty"` // bad pieces of the older one until then
	Measurements []defect.Measurement `json:"measurements,omitempty"`
	At           time.Time            `json:"at"`
}

// Earlier is the result of a round before the complaint was reopened.
type Earlier struct {
	Round    int    `json:"round"`
	Severity int    `json:"severity"`
	Outcome  string `json:"outcome" of:"complaint-outcome"`
	// staff had not closed it: cause, correction or effect check was still open
	Open        bool             `json:"open,omitempty"`
	Verdict     *verdict.Verdict `json:"verdict,omitempty"`
	Remedies    []remedy.Remedy  `json:"remedies,omitempty"`
	Cause       *Cause           `json:"cause,omitempty"`
	Correction  *Correction      `json:"correction,omitempty"`
	Corrections []Correction     `json:"corrections,omitempty"`
	Withdrawal  *Withdrawal      `json:"withdrawal,omitempty"`
	Reopened    *Reopening       `json:"reopened,omitempty"`
	ResolvedAt  time.Time        `json:"resolved_at,omitzero"`
	ClosedAt    time.Time        `json:"closed_at,omitzero"` // zero where it was open
}

// ETagVersion is the version for If-Match.
func (c Complaint) ETagVersion() int64 { return c.Version }

// Closed reports whether the complaint has ended.
func (c Complaint) Closed() bool {
	switch c.State {
	case StateClosed, StateWithdrawn, StateUnanswered, StateJoined:
		return true
	}
	return false
}

// Theirs reports whether the customer is to answer. The shop's clock is stopped meanwhile.
func (c Complaint) Theirs() bool { return c.State == StateOffered || c.State == StateVerifying }

// Wrote reports whether the customer wrote or added files while awaited. A letter counts as well as the link.
func (c Complaint) Wrote() bool {
	return c.Theirs() && !c.RepliedAt.IsZero() && !c.RepliedAt.Before(c.ClockFrom)
}

// Freezes reports whether the complaint stops marketing: at severity 1 to 3, until the customer says it is settled.
func (c Complaint) Freezes() bool {
	return c.State != "" && !c.Closed() && c.ResolvedAt.IsZero() && c.Severity <= 3
}

// InTime reports whether the customer confirmed the solution by ResolveDue. It is false while they have not.
func (c Complaint) InTime() bool { return !c.ResolvedAt.IsZero() && !c.ResolvedAt.After(c.ResolveDue) }

// Progress is the state of the complaint's process.
func (c Complaint) Progress() ladder.Progress {
	return ladder.Progress{Kind: "complaint", ID: c.ID, Seq: c.Version, Round: c.Round, Run: c.Run, Turn: c.Turn,
		State: c.State, Closed: c.Closed(), Owner: c.Owner,
		Due: c.Due, Rungs: c.Rungs, Policy: c.Policy}
}

// Card is what a board or a desk shows of a complaint.
type Card struct {
	ID        string        `json:"id"`
	State     string        `json:"state" of:"complaint-state"`
	Branch    string        `json:"branch"`
	Customer  string        `json:"customer"`
	Owner     string        `json:"owner,omitempty"`
	Severity  int           `json:"severity"`
	Due       time.Time     `json:"due_at"`
	Resolve   time.Time     `json:"resolve_due"`
	Paused    string        `json:"paused,omitempty"` // the reason
	Round     int           `json:"round"`
	Job       string        `json:"job,omitempty"`
	Defects   []defect.Kind `json:"defects"`
	CreatedAt time.Time     `json:"created_at"`
}

// cardDefects is how many kinds of defects a card has, so that the whole of it stays within 700 bytes.
const cardDefects = 4

// Card returns the complaint's card.
func (c Complaint) Card() Card {
	out := Card{ID: c.ID, State: c.State, Branch: c.Branch, Customer: c.Customer, Owner: c.Owner, Severity: c.Severity,
		Due: c.Due, Resolve: c.ResolveDue, Round: c.Round, Job: c.Job.Ref,
		Defects: c.Defects[:min(len(c.Defects), cardDefects)], CreatedAt: c.CreatedAt}
	if c.Pause != nil {
		out.Paused = c.Pause.Reason
	}
	return out
}
