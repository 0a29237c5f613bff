// Package frontdesk is where people come in and are known: enquiries and leads, customers and contacts, what they
// allow, what they like, and what was said.
package frontdesk

import (
	"afterpress/shared/app"
	"afterpress/shared/crm/form"
)

// Desk has one method for each thing that people do at the front desk.
type Desk struct {
	app.Office
	// Read reads the body of a stored submission as it would be read if it came in now. It is posted.Read.
	Read func(sub form.Submission) (Handed, error)
}
