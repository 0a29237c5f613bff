// Package fault is the one type of error that leaves the rules: a kind, and a text that says what to do next.
package fault

import (
	"errors"
	"fmt"
	"time"

	"afterpress/shared/kernel/words"
)

// Kind says what went wrong in the terms of the caller. httpapi maps each kind to one status. Activities
// decide by it whether to try again.
type Kind string

// Kinds of errors.
const (
	Unreadable      Kind = "unreadable"      // the body is not what the route reads
	Unauthenticated Kind = "unauthenticated" // the token belongs to no staff member
	Unsigned        Kind = "unsigned"        // a system's call that is not signed as agreed
	Forbidden       Kind = "forbidden"       // the role or the branch does not allow it
	NotFound        Kind = "not-found"
	Refused         Kind = "refused"     // the record's state forbids it; State and Allowed say what holds
	Conflict        Kind = "conflict"    // another writer changed it at the same time
	Taken           Kind = "taken"       // a phone, an e-mail or a tax number belongs to another record
	Stale           Kind = "stale"       // the version named in If-Match is no longer the current one
	Unversioned     Kind = "unversioned" // a change in place that names no version
	TooLarge        Kind = "too-large"
	Unsupported     Kind = "unsupported" // the media type
	Invalid         Kind = "invalid"     // readable, but Fields say what is wrong
	TooMany         Kind = "too-many"    // a limit; RetryAfter says when it ends
	Unavailable     Kind = "unavailable" // the store does not answer; the same request may succeed later
	Impossible      Kind = "impossible"  // the store can never take it as it is; somebody has to mend something
	Internal        Kind = "internal"    // nobody classified it, such as a row that cannot be read
)

// Error is the one error that crosses a package border. Text is safe to show and says what to do next. The
// cause stays in the process.
type Error struct {
	Kind       Kind
	Text       words.Text
	Fields     []Field
	State      string        // Refused: the record's state
	Allowed    []string      // Refused: the commands that this state allows
	Record     any           // Conflict, Refused: the record as it stands, when the caller may see it
	RetryAfter time.Duration // TooMany, Unavailable
	cause      error
}

// Field is one fault of the input. Pointer is a JSON pointer (RFC 6901) into the body, or "?name" for a query
// parameter.
type Field struct {
	Pointer string     `json:"pointer"`
	Text    words.Text `json:"-"`
}

// Error is kind, English text and cause on one line. It is meant for the log: the cause is not safe to show.
func (e *Error) Error() string {
	if e.cause != nil {
		return fmt.Sprintf("%s: %s: %v", e.Kind, e.Text.En, e.cause)
	}
	return fmt.Sprintf("%s: %s", e.Kind, e.Text.En)
}

// Unwrap is the cause, or nil.
func (e *Error) Unwrap() error { return e.cause }

// Because returns a copy of e that keeps cause for the log.
func (e *Error) Because(cause error) *Error {
	out := *e
	out.cause = cause
	return &out
}

// Fail makes an error of kind with the text to show, in Chinese and English.
func Fail(kind Kind, zh, en string) *Error {
	return &Error{Kind: kind, Text: words.Text{Zh: zh, En: en}}
}

// Faulty makes an Invalid error about fields.
func Faulty(fields ...Field) *Error {
	e := Fail(Invalid, "有些内容需要修改，请看各项说明。", "Some fields need a change; see each of them.")
	e.Fields = fields
	return e
}

// KindOf is the kind of err. An error that is no Error, and wraps none, is Internal.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// Blamed are the fields that err is about; none for an error about something else.
func Blamed(err error) []Field {
	var e *Error
	if !errors.As(err, &e) {
		return nil
	}
	return e.Fields
}

// Missing is the NotFound error for a record that is not there, or that the caller may not know of. zh and en
// name the kind of record.
func Missing(zh, en string) *Error {
	return Fail(NotFound, zh+"不存在，或您无权查看。请核对编号。", "There is no such "+en+", or you may not see it. Check its id.")
}
