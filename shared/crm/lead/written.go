package lead

import (
	"time"

	"afterpress/shared/crm/customer"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/staff"
)

// Reader is how a letter of a colleague about the lead reaches a contact of its customer. The person who asks is
// reached by what they typed. Of anybody else, what is known to be theirs counts.
func (l Lead) Reader(who customer.Addressee) customer.Contact {
	if who.ID != l.ContactID {
		return who.Written()
	}
	person := l.Person.Contact()
	person.ID, person.Name, person.LeftAt = who.ID, who.Name, who.LeftAt
	return person
}

// Written records that a colleague writes to the person: a contact, after which the next step is due.
func (l Lead) Written(by staff.Actor, t customer.Touch, terms Terms, now time.Time) (Lead, event.Event, error) {
	return l.Speak(by, Conversation{Channel: t.Channel, Outcome: customer.OutcomeWritten}, time.Time{}, terms, now)
}
