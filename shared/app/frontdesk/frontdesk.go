// Package frontdesk is where people come in and are known. It has enquiries and leads, customers and contacts, what
// they allow and like, and what was said.
package frontdesk

import (
	"log/slog"

	"afterpress/shared/app"
	"afterpress/shared/crm/form"
	"afterpress/shared/kernel/token"
)

// Desk has one method for each thing that people do at the front desk.
type Desk struct {
	app.Office
	// Read reads the body of a stored submission as it would be read if it came in now. It is posted.Read.
	Read func(sub form.Submission) (Handed, error)
	// Log gets a line for each enquiry that goes into quarantine, without a word of what was sent.
	Log *slog.Logger
	// Enquiries, Letters and Senders take the place of the store for what comes in from outside; nil is the store itself.
	Enquiries Enquiries
	Letters   Letters
	Senders   Senders
	// Replies reads the addresses to which customers answer, and Cases takes in answers about complaints and questions
	// from production. Both are for mail only.
	Replies token.ReplyAddresses
	Cases   Cases
	// ReplyDomain is the domain of those addresses, whose hosts check who sent a letter. It is empty where mail comes in
	// through Amazon SES alone.
	ReplyDomain string
	// MailHosts are the shop's own hosts or domains that check letters before they come here, lower case.
	MailHosts []string
}
