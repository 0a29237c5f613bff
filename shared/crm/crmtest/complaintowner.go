package crmtest

import (
	"time"

	"afterpress/shared/kernel/staff"
)

// Absent is the person on sick leave, from an hour before Tuesday to 48 hours after it.
func Absent(p staff.Staff) staff.Staff {
	p.Absences = []staff.Absence{{From: Tuesday.Add(-time.Hour), To: Tuesday.Add(48 * time.Hour), Reason: "sick"}}
	return p
}
