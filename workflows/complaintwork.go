package workflows

import (
	"context"
	"time"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/outage"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/token"
)

// ComplaintWork does what the rungs of a complaint's ladder say. It has no state of its own and serves any number of
// attempts at a time.
type ComplaintWork struct {
	Complaints Complaints
	Ledger     Ledger
	Mail       Mail
	Channels   Channels         // who watches a channel that is away; nil: nobody
	SMS        bool             // whether Mail can send SMS
	Now        func() time.Time // UTC
	URL        string           // where a complaint is looked at, without its id: https://…/complaints/
	Site       string           // where customers reach the doors: https://…
	Tokens     token.Tokens     // signs links to customers
}

// Complaints is implemented by *store.Store.
type Complaints interface {
	Obstacles
	// Terms is the shop with the calendar and policy of a branch.
	Terms(ctx context.Context, branch string) (setup.Shop, setup.Terms, error)
	Complaint(ctx context.Context, id string) (complaint.Complaint, error)
	// ChangeComplaint applies the rule to the complaint as it is, again when somebody was faster, and returns the rule's
	// own error as it is.
	ChangeComplaint(ctx context.Context, id string,
		rule func(complaint.Complaint) (complaint.Complaint, event.Event, error)) (complaint.Complaint, error)
	ComplaintReply(ctx context.Context, c, id string) (complaint.Reply, error)
	LastReply(ctx context.Context, complaint string) (string, error)
	OpenComplaintsOf(ctx context.Context, cust, contact string) ([]complaint.Complaint, error)
	addressees
	Rotate(ctx context.Context, branch string) (int64, error)
}

// Climb does one rung: it changes the complaint, or writes to one person, who may be the customer.
func (w *ComplaintWork) Climb(ctx context.Context, c Climb) (Climbed, error) {
	return w.climber().Climb(ctx, c)
}

// Look says where the complaint stands.
func (w *ComplaintWork) Look(ctx context.Context, l Look) (ladder.Progress, error) {
	return w.climber().Look(ctx, l)
}

func (w *ComplaintWork) climber() climber[complaint.Complaint] {
	return climber[complaint.Complaint]{
		kind: "complaint", Obstacles: w.Complaints, channels: w.Channels,
		customer: func(c complaint.Complaint) string { return c.Customer },
		read:     w.Complaints.Complaint, change: w.Complaints.ChangeComplaint, rotate: w.Complaints.Rotate,
		terms: w.Complaints.Terms, now: w.Now,
		branch: func(c complaint.Complaint) string { return c.Branch },
		rules:  w.rules(), write: w.write, late: outage.Complaints,
	}
}

type complaintFile = file[complaint.Complaint]

// rules are the rungs that change the complaint.
func (w *ComplaintWork) rules() map[string]rule[complaint.Complaint] {
	return map[string]rule[complaint.Complaint]{
		ladder.DoAssign:         {apply: giveComplaint, rotates: true, follows: ladder.DoTell},
		ladder.DoExpire:         {apply: byTerms(complaint.Complaint.Expire), follows: ladder.DoTellRefused},
		ladder.DoCorrectPromise: {apply: byTerms(complaint.Complaint.CorrectPromise), follows: ladder.DoTellPromise},
		ladder.DoResume: {apply: byTerms(func(c complaint.Complaint, terms complaint.Terms,
			now time.Time) (complaint.Complaint, event.Event, error) {
			return c.Resume(staff.Process("complaint"), terms, now)
		})},
		// Nobody is silent who was not asked. That complaint stands, and the manager is told: a colleague takes the answer
		// in, or makes the offer anew.
		ladder.DoCloseUnanswered: {apply: byTerms(complaint.Complaint.CloseUnanswered), unless: w.unasked,
			follows: ladder.DoTellUnanswered},
	}
}

// byTerms is a rule that looks at nothing but the complaint and its terms.
func byTerms(change func(complaint.Complaint, complaint.Terms, time.Time) (complaint.Complaint, event.Event,
	error)) func(complaintFile,
	complaint.Complaint, time.Time) (complaint.Complaint, event.Event, error) {
	return func(f complaintFile, c complaint.Complaint, now time.Time) (complaint.Complaint, event.Event, error) {
		return change(c, f.terms.Complaint(), now)
	}
}

func giveComplaint(f complaintFile, c complaint.Complaint, now time.Time) (complaint.Complaint, event.Event, error) {
	owner, ok := complaint.NextOwner(f.shop.Roster, f.terms.Complaint(), c, f.turn, now)
	if !ok {
		return c, event.Event{}, errNobody
	}
	return c.Assign(staff.Process("complaint"), owner, f.terms.Complaint(), now)
}
