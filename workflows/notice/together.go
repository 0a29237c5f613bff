package notice

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/told"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/words"
)

// Together are complaints of one contact that get a new time within the same hour. One letter tells of all of them.
type Together struct{ Cases []complaint.Complaint }

// settling is how long a new time waits for those of the contact's other complaints, and how soon they must be due.
const settling = 2 * time.Minute

// NewTimes gathers what the contact of a complaint is told with its new time. all has the contact's open complaints,
// the complaint among them. wait is how long to hold the letter back, since another new time is about to come.
func NewTimes(c complaint.Complaint, all []complaint.Complaint, now time.Time) (t Together, wait time.Duration) {
	hour, settled := c.PromisedAt.Truncate(time.Hour), c.PromisedAt.Add(settling)
	for _, other := range all {
		if other.Contact != c.Contact || other.Closed() {
			continue
		}
		moved := slices.ContainsFunc(other.Rungs, func(r ladder.Rung) bool {
			return r.Do == ladder.DoTellPromise && r.At.Truncate(time.Hour).Equal(hour)
		})
		if moved && other.Promised.After(now) {
			t.Cases = append(t.Cases, other)
			continue
		}
		comes := slices.ContainsFunc(other.Rungs, func(r ladder.Rung) bool {
			return r.Do == ladder.DoCorrectPromise && !r.At.After(settled)
		})
		if comes && now.Before(settled) {
			wait = settled.Sub(now)
		}
	}
	slices.SortFunc(t.Cases, func(a, b complaint.Complaint) int { return cmp.Compare(a.ID, b.ID) })
	return t, wait
}

// One reports whether the letter tells of one complaint alone. It is then a letter of that complaint's.
func (t Together) One() bool { return len(t.Cases) < 2 }

// Letter is the message of all: each of their processes claims the same one. An answer comes back to the complaint that
// is named first.
func (t Together) Letter(m message.Message) message.Message {
	first := t.Cases[0]
	m.Template, m.About = message.TemplateComplaintPromises, first.Progress().About()
	m.Step = "promises-" + first.PromisedAt.UTC().Truncate(time.Hour).Format("2006010215")
	for _, c := range t.Cases {
		m.Says = strings.TrimSpace(m.Says + " " + saying(c))
	}
	return m
}

// Tells reports whether a letter that was claimed before tells of the complaint's present time.
func Tells(m message.Message, c complaint.Complaint) bool {
	return slices.Contains(strings.Fields(m.Says), saying(c))
}

// saying names a complaint and its new time.
func saying(c complaint.Complaint) string { return fmt.Sprintf("%s@%d", c.ID, c.Promised.Unix()) }

// Words are the complaints for the letter, one below the other: reference, where it stands, the new time, its link.
func (t Together) Words(moment func(time.Time) string, link func(c complaint.Complaint) string,
	lang words.Lang) string {
	var out []string
	for _, c := range t.Cases {
		out = append(out, fmt.Sprintf(words.Text{Zh: "投诉%s：%s。%s之前完成，或再次给您答复。\n%s",
			En: "Complaint %s: %s. By %s it will be done, or you will hear from us again.\n%s"}.In(lang),
			words.Reference(c.ID), told.Stage(c, lang), moment(c.Promised), link(c)))
	}
	return strings.Join(out, "\n\n")
}
