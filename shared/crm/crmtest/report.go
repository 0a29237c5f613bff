package crmtest

import (
	"time"
)

// Told is the time of the reports and replies in tests, the same moment as Tuesday.
var Told = time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC)
