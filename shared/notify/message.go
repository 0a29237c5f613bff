// Package notify words messages and carries them outside. Render makes the words from files in a closed placeholder
// language; a Sender carries one message to one address, once. It never tries again: whether a message may be sent
// a second time is the ledger's decision, and the Kind of an error is what the ledger decides by.
package notify

import (
	"context"
	"errors"
	"fmt"

	"afterpress/shared/kernel/words"
)

// Message is one message to one address.
type Message struct {
	// the ledger row's key: what makes this message itself. Only its hash leaves the house, but for SES's tag
	Key     string
	To      Address
	From    Address
	ReplyTo string // an e-mail address, or empty
	Subject string
	Text    string
	HTML    string // empty for a message of plain text
	Lang    words.Lang
	// https address of the person's choices, which takes one click (RFC 8058); empty for what nobody can switch off
	Unsubscribe string
	Marketing   bool // the person must be able to switch it off: without Unsubscribe it is Rejected
	// it answers what the person wrote just now, such as an acknowledgement; other mail systems then do not answer back
	Answers bool
}

// Address is a mailbox; Name may be empty.
type Address struct {
	Name  string
	Email string
}

// Sender is one channel. Send returns the id under which the provider knows the message, or an *Error.
type Sender interface {
	Send(ctx context.Context, m Message) (providerID string, err error)
}

// Kind says what is known about a message after Send failed.
type Kind string

const (
	Rejected Kind = "rejected" // refused for good: the same message would be refused again
	NotSent  Kind = "not-sent" // surely not accepted: it may be tried again
	Unknown  Kind = "unknown"  // it may have been accepted: no program may send it again
)

// Error is the failure of one Send. Its text holds no word of the provider, since those may quote addresses. The
// cause does and is for errors.Is and errors.As only: do not log it, and do not return the error from an activity,
// whose history would keep the whole chain.
type Error struct {
	Kind Kind
	// the server's reply ("550", "isv.MOBILE_NUMBER_ILLEGAL"), "timeout", "cancelled", "connection", "session",
	// "private-address", or the field refused ("to")
	Code  string
	cause error
}

func (e *Error) Error() string { return fmt.Sprintf("message %s: %s", e.Kind, e.Code) }

func (e *Error) Unwrap() error { return e.cause }

// KindOf is the kind of an error of Send; of an error that no channel classified nothing is known, so it is Unknown.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Unknown
}
