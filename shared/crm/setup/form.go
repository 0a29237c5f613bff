package setup

import (
	"time"

	"afterpress/shared/crm/form"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
)

// ReshapeForm is the next version of the form and its event. A form of version 0 is a new one. The error is Invalid
// for a form that the shop cannot use, or of a branch that the actor does not see. One can always be closed. Without a
// change the form comes back as it is, without an event.
func ReshapeForm(f, next form.Form, by staff.Actor, shop Shop, now time.Time) (form.Form, event.Event, error) {
	if next.Closed { // takes nothing more, whatever has become of its branch and owner
		next, e := f.Reshape(next, by, now)
		return next, e, nil
	}
	faults := fault.List(next.Check(shop.Roster))
	f.Draw.Change(next.Draw, &faults, now)
	if _, found := shop.Branch(next.Branch); !found || !by.Sees(next.Branch) {
		faults.Add("/branch", "请填写您所在的一个网点。", "Enter one of your branches.")
	} else if terms, err := shop.Terms(next.Branch); err == nil && next.Source != f.Source {
		terms.Policy.Sources.OfForm(&faults, next.Source)
	}
	if err := faults.Invalid(); err != nil {
		return form.Form{}, event.Event{}, err
	}
	next, e := f.Reshape(next, by, now)
	return next, e, nil
}
