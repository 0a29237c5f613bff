package complaint

import (
	"cmp"
	"slices"
	"time"

	"afterpress/shared/crm/complaint/approval"
	"afterpress/shared/crm/complaint/remedy"
	"afterpress/shared/kernel/money"
)

// grantWindow is how long a remedy counts against the customer's limit.
const grantWindow = 30 * 24 * time.Hour

// Grant is what one offer of a complaint gives its customer, from the moment it is made. It goes with the
// offer. Once carried out it stays.
type Grant struct {
	Complaint string      `json:"complaint"`
	Job       string      `json:"job"` // the job's number, else the complaint's id
	Amount    money.Money `json:"amount"`
	At        time.Time   `json:"at"`
	Done      bool        `json:"done,omitempty"`
}

// Ends is when a grant that was carried out counts no more: no policy lets a complaint be reopened that late.
func (g Grant) Ends() time.Time { return g.At.AddDate(0, 0, MostReopenDays) }

func (g Grant) over(now time.Time) bool { return g.Done && !now.Before(g.Ends()) }

// Grants is all that a customer was given. An offer is written with its version in one transaction, on condition that
// no other offer was made since it was read.
type Grants struct {
	Customer  string    `json:"customer"`
	Version   int64     `json:"version"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
	Lines     []Grant   `json:"lines"`
}

// Given is what was given before the complaint's present offer: to the customer in the last 30 days, and for
// the job as long as a grant counts. Only the job's currency counts; others have limits of their own.
func (g Grants) Given(c Complaint, now time.Time) approval.Granted {
	var out approval.Granted
	if c.Job.Value == nil {
		return out
	}
	for _, line := range g.Lines {
		if line.Amount.Currency != c.Job.Value.Value.Currency || line.Complaint == c.ID && !line.Done || line.over(now) {
			continue
		}
		if line.At.After(now.Add(-grantWindow)) {
			out.Customer += line.Amount.Minor
		}
		if line.Job == c.grantJob() {
			out.Job += line.Amount.Minor
		}
	}
	return out
}

func (c Complaint) grantJob() string { return cmp.Or(c.Job.Ref, c.ID) }

// After is the ledger once a complaint went from before to next, without what counts no more. Without a change it
// keeps its version.
func (g Grants) After(before, next Complaint, now time.Time) Grants {
	lines := slices.DeleteFunc(slices.Clone(g.Lines), func(l Grant) bool {
		return l.Complaint == next.ID && !l.Done || l.over(now)
	})
	done := before.State == StateCarryingOut && next.State == StateVerifying
	switch next.State {
	case StateOffered, StateAgreed, StateCarryingOut:
		lines = append(lines, g.line(next, false, now))
	case StateVerifying:
		if done {
			lines = append(lines, g.line(next, true, now))
		}
	}
	if slices.Equal(lines, g.Lines) {
		return g
	}
	if g.Version == 0 {
		g.CreatedAt = now
	}
	g.Customer, g.Version, g.UpdatedAt, g.Lines = next.Customer, g.Version+1, now, lines
	return g
}

// line is the present offer. One of the same amount keeps its time.
func (g Grants) line(c Complaint, done bool, now time.Time) Grant {
	job, _ := c.remedyJob() // complete once remedies are chosen
	amount, err := givenAway(c.Remedies, job)
	if err != nil { // remedies were checked when chosen
		panic("complaint: remedies that do not add up were offered")
	}
	at := now.UTC().Truncate(time.Millisecond)
	for _, known := range g.Lines {
		if known.Complaint == c.ID && !known.Done && known.Amount == amount {
			at = known.At
		}
	}
	return Grant{Complaint: c.ID, Job: c.grantJob(), Amount: amount, At: at, Done: done}
}

func (c Complaint) gives() bool {
	return c.State == StateOffered || c.State == StateAgreed || c.State == StateCarryingOut
}

// Granting reports whether the ledger may change between before and next.
func Granting(before, next Complaint) bool { return before.gives() || next.gives() }

// RemedyEntry is a remedy that was carried out. It is one line of the complaint's ledger, written once.
type RemedyEntry struct {
	ID           string        `json:"id"` // turn when carried out, and place: 9-1
	Complaint    string        `json:"complaint"`
	Customer     string        `json:"customer"`
	Branch       string        `json:"branch"`
	Remedy       remedy.Remedy `json:"remedy"`
	CreditNumber string        `json:"credit_number,omitempty"`
	By           string        `json:"by"`
	At           time.Time     `json:"at"`
}
