// Package casework is where complaints and questions from production are worked on, until the customer is content.
package casework

import "afterpress/shared/app"

// Desk has one method for each thing that people do with a complaint or a question.
type Desk struct {
	app.Office
	// Handed takes the place of the store for complaints that other systems hand over; nil is the store itself.
	Handed Handed
}
