package crmtest

import (
	"time"

	"afterpress/shared/kernel/staff"
)

func Absent(p staff.Staff) staff.Staff {
	p.Absences = []staff.Absence{{From: Tuesday.Add(-time.Hour), To: Tuesday.Add(48 * time.Hour), Reason: "sick"}}
	return p
}
