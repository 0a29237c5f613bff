package lead

import (
	"time"

	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/words"
)

// Promise is the time that a person is told we will have contacted him by: when the first contact is due. Where
// that is over, because the message was held up, it is when the present owner is due, and after that a first
// contact's time from now.
func (l Lead) Promise(terms Terms, now time.Time) (time.Time, error) {
	for _, at := range []time.Time{l.FirstContactDue, l.Due} {
		if at.After(now) {
			return at, nil
		}
	}
	return terms.Calendar.Add(now, calendar.Seconds(terms.Policy.FirstContact))
}

// Title is how a lead is called in a list: who asks and for what, as far as he said.
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
