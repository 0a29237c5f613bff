package event

import (
	"time"

	"afterpress/shared/kernel/ladder"
)

// Outage is the cause that an event names where a deadline began anew, since no worker ran when something was due.
const Outage = "outage"

// AfterOutage is the data of such an event: its cause, from when to when no worker ran, and which deadline it replaces.
func AfterOutage(o ladder.Outage, due time.Time) map[string]string {
	return map[string]string{"cause": Outage, "since": o.From.UTC().Format(time.RFC3339),
		"until": o.To.UTC().Format(time.RFC3339), "from": due.UTC().Format(time.RFC3339)}
}
