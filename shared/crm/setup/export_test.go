package setup

import "afterpress/shared/kernel/staff"

// ReplacedStaff is a list of people with the next version of one of them.
func ReplacedStaff(list []staff.Staff, next staff.Staff, match func(staff.Staff) bool) []staff.Staff {
	return replaced(list, next, match)
}

// Slot is a place for words of the shop's own.
type Slot struct {
	Name string
	Text **PolicyText
}

func (t *PolicyTexts) Slots() []Slot {
	var out []Slot
	for _, s := range t.slots() {
		out = append(out, Slot{s.name, s.text})
	}
	return out
}
