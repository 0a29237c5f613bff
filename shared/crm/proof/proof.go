// Package proof has the rules of the codes by which a contact shows that a phone or an e-mail is theirs. Staff have a
// code sent to the value in doubt, and hear it from the contact by another way.
package proof

import (
	"fmt"
	"time"

	"afterpress/shared/crm/customer"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

const (
	// Life is how long a code may be entered. NIST SP 800-63B, 5.1.3.2, lets a code that goes by another channel live for
	// ten minutes. Ours is read out on the telephone, and a mail may be five minutes on its way.
	Life = 15 * time.Minute
	// MostTries is how often a code may be entered: who guesses hits one in 200,000.
	MostTries = 5
	// MostADay is how many codes go to one phone or e-mail a day (UTC), for all who ask: it may be a stranger's.
	MostADay = 3
)

// Code is a code that was sent to a phone or an e-mail of a contact. A contact has one for phones and one for e-mails,
// of which the newest counts. Its digits follow from its id (token.Tokens.Passcode).
type Code struct {
	ID        string             `json:"id"` // cod_…
	Version   int64              `json:"version"`
	CreatedAt time.Time          `json:"created_at"`
	UpdatedAt time.Time          `json:"updated_at"`
	Contact   string             `json:"contact"`
	Kind      identity.ClaimKind `json:"kind"`
	Value     string             `json:"value"`
	By        string             `json:"by"` // staff id of who asked for it
	Until     time.Time          `json:"until"`
	Tries     int                `json:"tries"` // how often it was entered
}

// Ask is the code that follows c, zero where there was none, with its event. The error is Refused where the contact
// has left, the customer is archived, or the value is known to be the contact's. It is Invalid for a value that nobody
// said of the contact.
func (c Code) Ask(id, value string, of customer.Contact, in customer.Customer, by staff.Actor,
	now time.Time) (Code, event.Event, error) {
	if err := of.Doubtful(value, in); err != nil {
		return c, event.Event{}, err
	}
	next := Code{ID: id, Version: c.Version + 1, CreatedAt: now, UpdatedAt: now, Contact: of.ID, Kind: identity.KindOf(value),
		Value: value, By: by.ID, Until: now.Add(Life)}
	return next, event.New(event.ContactCodeAsked, by, in.ID, of.ID, of.Version, in.Branch, now,
		map[string]string{"which": string(next.Kind), CodeData: id}), nil
}

// CodeData names the id of the code in the data of event.ContactCodeAsked.
const CodeData = "code"

// Try counts that a code is entered for the value. It is counted before anybody looks whether it is right. The error is
// Refused where no code was sent to the value, its time is over or it was entered MostTries times.
func (c Code) Try(value string, now time.Time) (Code, error) {
	if c.ID == "" || c.Value != value || c.Tries >= MostTries || !now.Before(c.Until) {
		return c, fault.Fail(fault.Refused, "没有可用的验证码：尚未发送、已过期或输错次数过多。请重新发送（POST /contacts/{id}/channels/code）。",
			"No code can be entered: none was sent there, its time is over, or it was entered too often. "+
				"Send a new one (POST /contacts/{id}/channels/code).")
	}
	c.Version, c.UpdatedAt, c.Tries = c.Version+1, now, c.Tries+1
	return c, nil
}

// Wrong is the error of a code that was entered and is not the one that was sent.
func (c Code) Wrong() error {
	left := MostTries - c.Tries
	if left <= 0 {
		return fault.Faulty(fault.Field{Pointer: "/code", Text: words.Text{
			Zh: "验证码不对，已不能再输入。请重新发送（POST /contacts/{id}/channels/code）。",
			En: "This is not the code, and it can be entered no more. Send a new one (POST /contacts/{id}/channels/code)."}})
	}
	return fault.Faulty(fault.Field{Pointer: "/code", Text: words.Text{
		Zh: fmt.Sprintf("验证码不对。请再问一次联系人；还可输入 %d 次。", left),
		En: fmt.Sprintf("This is not the code. Ask the contact again; tries left: %d.", left)}})
}

// TooMany is the error for a value that has had MostADay codes today.
func TooMany() error {
	e := fault.Fail(fault.TooMany, fmt.Sprintf("今天已向此电话或邮箱发送 %d 次验证码。请改为通话核实，或明天再试。", MostADay),
		fmt.Sprintf("This phone or e-mail had %d codes today. Speak with the contact instead, or try again tomorrow.",
			MostADay))
	e.RetryAfter = time.Hour
	return e
}
