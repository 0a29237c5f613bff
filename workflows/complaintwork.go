package workflows

import (
	"context"
	"time"

	"afterpress/shared/crm"
)

// ComplaintWork does what the rungs of a complaint's ladder say. It has no state of its own and serves any number of
// attempts at a time.
type ComplaintWork struct {
	Complaints Complaints
	Ledger     Ledger
	Mail       Mail
	SMS        bool             // whether Mail can send SMS
	Now        func() time.Time // UTC
	URL        string           // where a complaint is looked at, without its id: https://…/complaints/
	Site       string           // where customers reach the doors: https://…
	Tokens     crm.Tokens       // signs links to customers
}

// Complaints is implemented by *store.Store.
type Complaints interface {
	// Terms is the shop with the calendar and policy of a branch.
	Terms(ctx context.Context, branch string) (crm.Shop, crm.Terms, error)
	Complaint(ctx context.Context, id string) (crm.Complaint, error)
	// ChangeComplaint applies the rule to the complaint as it is, again when somebody was faster, and returns the rule's
	// own error as it is.
	ChangeComplaint(ctx context.Context, id string,
		rule func(crm.Complaint) (crm.Complaint, crm.Event, error)) (crm.Complaint, error)
	ComplaintReply(ctx context.Context, complaint, id string) (crm.ComplaintReply, error)
	Contact(ctx context.Context, id string) (crm.Contact, error)
	Rotate(ctx context.Context, branch string) (int64, error)
}

// Climb does one rung: it changes the complaint, or writes to one person, who may be the customer.
func (w *ComplaintWork) Climb(ctx context.Context, c Climb) (Climbed, error) {
	return w.climber().Climb(ctx, c)
}

// Look says where the complaint stands.
func (w *ComplaintWork) Look(ctx context.Context, l Look) (crm.Progress, error) {
	return w.climber().Look(ctx, l)
}

func (w *ComplaintWork) climber() climber[crm.Complaint] {
	return climber[crm.Complaint]{
		read: w.Complaints.Complaint, change: w.Complaints.ChangeComplaint, rotate: w.Complaints.Rotate,
		terms: w.Complaints.Terms, now: w.Now,
		branch: func(c crm.Complaint) string { return c.Branch },
		rules:  w.rules(), write: w.write,
	}
}

type complaintFile = file[crm.Complaint]

// rules are the rungs that change the complaint.
func (w *ComplaintWork) rules() map[string]rule[crm.Complaint] {
	return map[string]rule[crm.Complaint]{
		crm.DoAssign:         {apply: giveComplaint, rotates: true, follows: crm.DoTell},
		crm.DoExpire:         {apply: byTerms(crm.Complaint.Expire), follows: crm.DoTellRefused},
		crm.DoCorrectPromise: {apply: byTerms(crm.Complaint.CorrectPromise), follows: crm.DoTellPromise},
		crm.DoResume: {apply: byTerms(func(c crm.Complaint, terms crm.ComplaintTerms, now time.Time) (crm.Complaint, crm.Event, error) {
			return c.Resume(crm.Process("complaint"), terms, now)
		})},
		// Nobody is silent who was not asked. That complaint stands, and the manager is told: a colleague takes the answer
		// in, or makes the offer anew.
		crm.DoCloseSilent: {apply: byTerms(crm.Complaint.FallSilent), unless: w.unasked, follows: crm.DoTellUnanswered},
	}
}

// byTerms is a rule that looks at nothing but the complaint and its terms.
func byTerms(change func(crm.Complaint, crm.ComplaintTerms, time.Time) (crm.Complaint, crm.Event, error)) func(complaintFile,
	crm.Complaint, time.Time) (crm.Complaint, crm.Event, error) {
	return func(f complaintFile, c crm.Complaint, now time.Time) (crm.Complaint, crm.Event, error) {
		return change(c, f.terms.Complaint(), now)
	}
}

func giveComplaint(f complaintFile, c crm.Complaint, now time.Time) (crm.Complaint, crm.Event, error) {
	owner, ok := crm.NextComplaintOwner(f.shop.Roster, f.terms.Complaint(), c, f.turn, now)
	if !ok {
		return c, crm.Event{}, errNobody
	}
	return c.Assign(crm.Process("complaint"), owner, f.terms.Complaint(), now)
}
