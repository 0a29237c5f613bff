package crmtest

import (
	"time"
)

var Told = time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC)
