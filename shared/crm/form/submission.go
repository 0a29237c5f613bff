package form

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"afterpress/shared/crm/artwork"
	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// ArtworkPlace is where the files of the submission stand. ok is false where its form takes none. What looks like a
// program's takes no file until a colleague has released it, and what was discarded takes none any more.
func (s Submission) ArtworkPlace(f Form) (p artwork.Place, ok bool) {
	policy, ok := f.ArtworkPolicy()
	return artwork.Place{Of: s.ID, Branch: s.Branch, Lead: s.Lead, Log: cmp.Or(s.Customer, s.ID), Policy: policy,
		Over: s.Outcome == OutcomeDiscarded, Shut: s.Outcome == OutcomeQuarantined && Mechanical(s.Difficulty),
		Quota: artwork.Quota{Source: f.ID, Bytes: f.Limits().DayUpload()}}, ok
}

// Outcomes of a submission. OutcomeCreated and OutcomeAttached speak of the person: an attached enquiry makes
// a lead as well.
const (
	OutcomeCreated  = "created"  // a new person
	OutcomeAttached = "attached" // a person whom the shop knew
	// accepted, but no rule could read it or it looks like a program's; a colleague looks at it
	OutcomeQuarantined = "quarantined"
	OutcomeDiscarded   = "discarded" // a colleague looked, and nothing comes of it
)

// SubmissionOutcomes lists every outcome of a submission.
var SubmissionOutcomes = []string{OutcomeCreated, OutcomeAttached, OutcomeQuarantined, OutcomeDiscarded}

// Submission is what came through a form, as it came. It is stored with its outcome before the visitor gets
// an answer.
type Submission struct {
	ID          string     `json:"id"`
	Version     int64      `json:"version"`
	CreatedAt   time.Time  `json:"created_at"`
	UpdatedAt   time.Time  `json:"updated_at"`
	Form        string     `json:"form"`
	Branch      string     `json:"branch"`
	Lang        words.Lang `json:"lang"`
	Outcome     string     `json:"outcome" of:"submission-outcome"`
	Type        string     `json:"content_type"`
	Body        string     `json:"body"`             // the raw bytes that were posted
	Via         string     `json:"via,omitempty"`    // by which hook it came, and under which key
	Letter      *Letter    `json:"letter,omitempty"` // of a mail: what it says
	ConsentText string     `json:"consent_text,omitempty"`
	Privacy     string     `json:"privacy,omitempty"` // version of the policy with the notice that stood under the form
	Lead        string     `json:"lead,omitempty"`
	Customer    string     `json:"customer,omitempty"`
	Difficulty  string     `json:"difficulty,omitempty"` // why it was quarantined, for the colleague who looks at it
	Task        string     `json:"task,omitempty"`       // by which a colleague hears of it
	Decision    *Decision  `json:"decision,omitempty"`   // of the colleague who looked
}

// Decision is what a colleague decided about a quarantined submission.
type Decision struct {
	By     string    `json:"by"`
	At     time.Time `json:"at"`
	Reason string    `json:"reason,omitempty"`
}

// ETagVersion is the version that an If-Match names.
func (s Submission) ETagVersion() int64 { return s.Version }

// HookComplaints and HookMail are hooks. Their calls are kept as submissions though they came through no
// form.
const (
	HookComplaints = "complaints"
	HookMail       = "mail"
)

// formless is the hook by which the submission came, where no form stands behind it. Else it is empty.
func (s Submission) formless() string {
	if source, _, _ := strings.Cut(s.Via, "/"); source == HookComplaints || source == HookMail {
		return source
	}
	return ""
}

// Why says why the submission lies in quarantine, and what to do about it.
func (s Submission) Why() words.Text {
	switch {
	case s.formless() == HookMail:
		return s.whyLetter()
	case s.formless() != HookComplaints:
		return QuarantineWords(s.Difficulty)
	case s.Difficulty == Unplaced:
		return words.Text{Zh: "这是一条投诉，但不知道是哪位客户的；内容没有丢失。请查找或新建客户，用 POST /complaints 登记投诉，再将此条丢弃。",
			En: "This is a complaint, and it is not known whose; nothing is lost. Find or enter the customer, open the complaint with POST /complaints, then discard this."}
	}
	_, field, _ := strings.Cut(s.Difficulty, " ")
	return words.Text{Zh: "这是一条投诉，但 " + field + " 的内容不合规则；内容没有丢失。请核实后用 POST /complaints 登记投诉，再将此条丢弃。",
		En: "This is a complaint, and what " + field +
			" says cannot be; nothing is lost. Find out what is meant, open the complaint with POST /complaints, then discard this."}
}

// asking are the titles of the tasks by which colleagues hear of what came through no form.
var asking = map[string]words.Text{
	HookComplaints: {Zh: "收到一条投诉，无法自动登记（提交 %s）：请查看",
		En: "A complaint came that could not be opened by itself (submission %s): look at it"},
	HookComplaints + Unplaced: {Zh: "收到一条投诉，不知道是哪位客户的（提交 %s）：请查看",
		En: "A complaint came from somebody unknown (submission %s): look at it"},
	HookMail: {Zh: "收到一封需要人工判断的来信（提交 %s）：请查看并处理",
		En: "A letter came that needs a decision (submission %s): read it"},
}

// Asks is the task to look at a complaint or a letter from a hook of which nothing followed by itself. Without the task
// nobody would look into the quarantine. id is the id of the task. The task goes to the branch's manager, or to an
// owner of the shop where the manager is away until it is due. ok is false for a submission that came through a form,
// and where nobody can take the task.
func (s Submission) Asks(id string, shop firm.Roster, terms task.Terms, due,
	now time.Time) (t task.Task, e event.Event, ok bool) {
	source := s.formless()
	if source == "" {
		return task.Task{}, event.Event{}, false
	}
	manager, _ := shop.Manager(terms.Branch, now)
	head, _ := shop.Head(terms.Branch, now)
	title, known := asking[source+s.Difficulty]
	if !known {
		title = asking[source]
	}
	owner, found := task.FirstTaker(terms.Branch.ID, due, now, manager, head)
	if !found {
		return task.Task{}, event.Event{}, false
	}
	draft := task.Draft{ID: id, About: s.ID, Title: fmt.Sprintf(title.In(owner.Lang), words.Reference(s.ID)),
		Text: s.Why().In(owner.Lang) + "\nGET /submissions/" + s.ID, Due: &due,
		Letters: []string{s.ID}}
	t, e, err := task.New(staff.Process("submission"), draft, owner, terms, now)
	return t, e, err == nil
}

// releasable refuses to make a lead of what came through no form.
func (s Submission) releasable() *fault.Error {
	switch s.formless() {
	case HookComplaints:
		return fault.Fail(fault.Refused, "这是投诉，不能放行为线索。请用 POST /complaints 登记投诉，再将此条丢弃。",
			"This is a complaint and makes no lead: open the complaint with POST /complaints, then discard this.")
	case HookMail:
		return s.unanswerable()
	}
	return nil
}

// Quarantine keeps a submission that did not become a lead. difficulty is why.
func (s Submission) Quarantine(difficulty string) Submission {
	s.Outcome, s.Lead, s.Customer = OutcomeQuarantined, "", ""
	s.Difficulty = difficulty
	return s
}

// submissionMoves says in which outcomes each command may be given. What was discarded by mistake can still
// be released.
var submissionMoves = map[permission.Action][]string{
	permission.ReleaseSubmission: {OutcomeQuarantined, OutcomeDiscarded},
	permission.DiscardSubmission: {OutcomeQuarantined},
}

// SubmissionCommands lists the commands of a submission in the order in which they are offered.
var SubmissionCommands = []permission.Action{permission.ReleaseSubmission, permission.DiscardSubmission}

// SubmissionActions lists what the actor may do with the submission now. A command that the state forbids is
// listed with the reason. Commands that the actor's roles do not have are left out.
func SubmissionActions(by staff.Actor, s Submission) []permission.Permitted {
	var out []permission.Permitted
	for _, command := range SubmissionCommands {
		if s.decides(by, command) != nil {
			continue
		}
		p := permission.Permitted{Name: string(command), Allowed: true}
		if err := s.may(by, command); err != nil {
			p.Allowed, p.Text = false, err.Text
		}
		out = append(out, p)
	}
	return out
}

func (s Submission) may(by staff.Actor, command permission.Action) *fault.Error {
	if !by.Sees(s.Branch) {
		return fault.Missing("提交记录", "submission")
	}
	if err := s.decides(by, command); err != nil {
		return err
	}
	if s.takes(command) {
		return nil
	}
	e := s.releasable()
	if command != permission.ReleaseSubmission || e == nil {
		e = s.settled()
	}
	e.State, e.Record = s.Outcome, s
	for _, c := range SubmissionCommands {
		if s.takes(c) && s.decides(by, c) == nil {
			e.Allowed = append(e.Allowed, string(c))
		}
	}
	return e
}

// settled refuses what comes too late, with what may still be done and by which roles.
func (s Submission) settled() *fault.Error {
	if s.Outcome != OutcomeDiscarded {
		return fault.Fail(fault.Refused, "这份提交已成为线索。请在该线索上继续处理。",
			"This submission became a lead. Go on with that lead.")
	}
	who := permission.RolesOf(permission.ReleaseSubmission)
	return fault.Fail(fault.Refused, "这份提交已经丢弃。如系误操作，请放行（"+who.Zh+"）。",
		"This submission was discarded. If that was a mistake, release it ("+who.En+").")
}

// decides refuses a role that may not decide about the submission. What came through a form is discarded only
// by those who may release it. Roles that may only discard do so with what cannot be released.
func (s Submission) decides(by staff.Actor, command permission.Action) *fault.Error {
	if command == permission.DiscardSubmission && s.formless() == "" {
		command = permission.ReleaseSubmission
	}
	if err := permission.Permit(by, command); err != nil {
		return err.(*fault.Error)
	}
	return nil
}

// takes reports whether the command fits what the submission is and what became of it so far.
func (s Submission) takes(command permission.Action) bool {
	return slices.Contains(submissionMoves[command], s.Outcome) &&
		(command != permission.ReleaseSubmission || s.releasable() == nil)
}

// decide is the next version of the submission after a colleague decided about it.
func (s Submission) decide(by staff.Actor, command permission.Action, reason string,
	now time.Time) (Submission, error) {
	if err := s.may(by, command); err != nil {
		return s, err
	}
	s.Version, s.UpdatedAt = s.Version+1, now
	s.Decision = &Decision{By: by.ID, At: now, Reason: reason}
	return s, nil
}

// Release lets the submission become a lead. It becomes one when its enquiry is captured. The task of one that was
// discarded heard of that decision already.
func (s Submission) Release(by staff.Actor, now time.Time) (Submission, error) {
	if s.Outcome == OutcomeDiscarded {
		s.Task = ""
	}
	return s.decide(by, permission.ReleaseSubmission, "", now)
}

// Discard records that nothing comes of the submission, and why.
func (s Submission) Discard(by staff.Actor, reason string, now time.Time) (Submission, event.Event, error) {
	next, err := s.decide(by, permission.DiscardSubmission, reason, now)
	if err != nil {
		return s, event.Event{}, err
	}
	next.Outcome = OutcomeDiscarded
	return next, next.Event(event.SubmissionDiscarded, s.ID, map[string]string{"reason": reason}), nil
}

// DiscardedBy reports whether the actor discarded the submission, for the reason.
func (s Submission) DiscardedBy(by staff.Actor, reason string) bool {
	return s.Outcome == OutcomeDiscarded && s.Decision != nil && s.Decision.By == by.ID && s.Decision.Reason == reason
}

// Event tells of a decision in a log: the customer's, or the submission's own where no customer is known. It
// needs a Decision.
func (s Submission) Event(kind event.Type, log string, data map[string]string) event.Event {
	return event.New(kind, staff.Actor{ID: s.Decision.By}, log, s.ID, s.Version, s.Branch, s.UpdatedAt, data)
}

// SubmissionCard is what a list shows of a submission.
type SubmissionCard struct {
	ID         string    `json:"id"`
	Form       string    `json:"form"`
	Branch     string    `json:"branch"`
	Outcome    string    `json:"outcome" of:"submission-outcome"`
	Difficulty string    `json:"difficulty,omitempty"`
	Lead       string    `json:"lead,omitempty"`
	CreatedAt  time.Time `json:"created_at"`
}

// Card is what a list shows of the submission.
func (s Submission) Card() SubmissionCard {
	return SubmissionCard{ID: s.ID, Form: s.Form, Branch: s.Branch, Outcome: s.Outcome, Difficulty: s.Difficulty,
		Lead: s.Lead, CreatedAt: s.CreatedAt}
}
