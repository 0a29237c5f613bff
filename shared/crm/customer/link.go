package customer

import (
	"time"

	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
)

// EndLinks ends every link that the contact got so far. Links that are made afterwards open. Owners and managers may do
// it, and the colleague who looks after the customer; for others the error is Forbidden. It is Refused when the contact
// has left, whose links are over, or the customer is archived.
func (c Contact) EndLinks(in Customer, by staff.Actor, now time.Time) (Contact, event.Event, error) {
	switch {
	case !by.Has(staff.Owner) && !by.Has(staff.Manager) && in.Owner != by.ID:
		return c, event.Event{}, fault.Fail(fault.Forbidden, "此客户由其他同事负责。请联系负责人，或请经理停用链接。",
			"Another colleague looks after this customer. Ask them, or let a manager end the links.")
	case c.LeftAt != nil:
		return c, event.Event{}, HasLeft()
	case in.ArchivedAt != nil:
		return c, event.Event{}, archivedContacts()
	}
	c.Version, c.UpdatedAt, c.LinkEnds = c.Version+1, now, c.LinkEnds+1
	return c, event.New(event.ContactLinksEnded, by, in.ID, c.ID, c.Version, in.Branch, now, nil), nil
}
