package lead

import (
	"time"

	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/words"
)

// Promise is the time by which the person is told to expect a contact: the deadline of the first contact.
// Where that is past, because the message was held up, it is the present owner's deadline. Where that is past
// too, it is now plus the policy's working time for a first contact.
func (l Lead) Promise(terms Terms, now time.Time) (time.Time, error) {
	for _, at := range []time.Time{l.FirstContactDue, l.Due} {
		if at.After(now) {
			return at, nil
		}
	}
	return terms.Calendar.Add(now, calendar.Seconds(terms.Policy.FirstContact))
}

// Title is the name of a lead in a list: the person or the lead's reference, and the product where the person
// named one.
func Title(name, product, id string) words.Text {
	who := name
	if who == "" {
		who = words.Reference(id)
	}
	if product == "" {
		return words.Text{Zh: "线索：" + who, En: "Lead: " + who}
	}
	return words.Text{Zh: "线索：" + who + "，" + product, En: "Lead: " + who + ", " + product}
}
