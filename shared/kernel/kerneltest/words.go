package kerneltest

import (
	"afterpress/shared/kernel/calendar"
)

// WordsCalendar is a calendar in Shanghai: Monday to Friday with a break at noon, Saturday in the morning.
var WordsCalendar = calendar.Calendar{ID: "c", Zone: "Asia/Shanghai", Week: map[string][]calendar.Window{
	"mon": {{From: "08:30", To: "12:00"}, {From: "13:00", To: "17:30"}},
	"tue": {{From: "08:30", To: "12:00"}, {From: "13:00", To: "17:30"}},
	"wed": {{From: "08:30", To: "12:00"}, {From: "13:00", To: "17:30"}},
	"thu": {{From: "08:30", To: "12:00"}, {From: "13:00", To: "17:30"}},
	"fri": {{From: "08:30", To: "12:00"}, {From: "13:00", To: "17:30"}}, "sat": {{From: "09:00", To: "12:00"}},
}}
