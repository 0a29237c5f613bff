package customer

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
)

// unnamed is what a private customer is called of whose people none has a name.
const unnamed = "未具名 · unnamed"

// Without is the customer once a contact is erased beside whom others stay. A private customer is called as a person
// is. Where none of those who stay is called so, the customer takes the name of the main contact. That is the one who
// decides, else the one who has been there longest. Without a change there is no event.
func (c Customer) Without(gone string, people []Contact, by staff.Actor, now time.Time) (Customer, []event.Event) {
	var stay []Contact
	for _, p := range people {
		if p.ID != gone && p.LeftAt == nil && p.Erasing == nil && p.Erased == nil {
			stay = append(stay, p)
		}
	}
	if c.Kind != Person || len(stay) == 0 ||
		slices.ContainsFunc(stay, func(p Contact) bool { return p.Name == c.Name }) {
		return c, nil
	}
	main := slices.MinFunc(stay, func(a, b Contact) int {
		return cmp.Or(cmp.Compare(undecided(a), undecided(b)), a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID))
	})
	next := c
	next.Name, next.LatinName = cmp.Or(main.Name, unnamed), main.LatinName
	changed := fault.Differing(c, next)
	if len(changed) == 0 {
		return c, nil
	}
	next = next.edited(now)
	return next, []event.Event{next.newEvent(event.CustomerChanged, by, now,
		map[string]string{"fields": strings.Join(changed, " ")})}
}

// undecided sorts those who decide before those who do not.
func undecided(c Contact) int {
	if slices.Contains(c.Roles, ContactRoles[0]) {
		return 0
	}
	return 1
}
