package frontdesk_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/shared/app"
	"afterpress/shared/app/frontdesk"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/proof"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/kernel/staff"
)

// TestACodeProvesTheOtherValue has a code sent to a contact's e-mail, of which nobody knows whose it is, and takes it
// from the contact. A colleague who types anything else has five tries.
func TestACodeProvesTheOtherValue(t *testing.T) {
	t.Parallel()
	b, d := reception(t)
	cust, typed := b.Customer()
	number, mail, sales := typed.Phones[0].Value, typed.Emails[0].Value, b.Caller("sales")
	ask := does(d.AskCode, frontdesk.AskCode{Value: mail})
	refuse(t, b, at(typed.ID), trial{"a code", ask, "finance", "sales-hangzhou", ""},
		trial{"a word that was sent", does(d.ProveContact, frontdesk.ProveContact{Value: mail, Code: "123456"}), "finance",
			"sales-hangzhou", ""})
	b.Refuses(fault.Invalid, "a code to a value that nobody said", func() error {
		_, err := d.AskCode(t.Context(), sales, at(typed.ID), frontdesk.AskCode{Value: "x@example.com"})
		return err
	})
	prove := func(by app.Caller, value, code string) (customer.Contact, error) {
		return d.ProveContact(t.Context(), by, at(typed.ID), frontdesk.ProveContact{Value: value, Code: code})
	}
	b.Refuses(fault.Refused, "a code that nobody asked for", func() error {
		_, err := prove(sales, mail, "000000")
		return err
	})

	got := done[frontdesk.AskedCode](t, ask, sales, at(typed.ID))
	if got.Contact != typed.ID || got.Value != mail ||
		b.Clock.Now().Add(15*time.Minute).Sub(got.Until).Abs() > time.Second {
		t.Errorf("%+v", got)
	}
	code, err := b.Code(t.Context(), typed.ID, identity.ClaimEmail)
	if err != nil {
		t.Fatal(err)
	}
	digits := d.Tokens.Passcode(code.ID)
	if kept := strings.Join(b.Items(t), "\n"); strings.Contains(kept, `"`+digits+`"`) {
		t.Error("the digits stand in the tables")
	}
	asked := b.Events(t, cust.ID)
	last := asked[len(asked)-1]
	if last.Type != event.ContactCodeAsked || !last.Pending || last.Data[proof.CodeData] != code.ID ||
		strings.Contains(fmt.Sprint(last), "example.com") {
		t.Errorf("%+v", last)
	}

	b.Refuses(fault.Refused, "the code for the other value", func() error {
		_, err := prove(sales, number, digits)
		return err
	})
	for _, typed := range []string{"12345x", "1234567", "", "=cmd"} {
		b.Refuses(fault.Invalid, "what is no code, and counts as no try", func() error {
			_, err := prove(sales, mail, typed)
			return err
		})
	}
	for left := 4; left > 0; left-- {
		_, err := prove(sales, mail, other(digits))
		var wrong *fault.Error
		if !errors.As(err, &wrong) || wrong.Kind != fault.Invalid || wrong.Fields[0].Pointer != "/code" ||
			!strings.Contains(wrong.Fields[0].Text.En, fmt.Sprintf("tries left: %d.", left)) {
			t.Errorf("%v", err)
		}
	}
	proven, err := prove(sales, mail, digits[:3]+" "+digits[3:])
	if err != nil || proven.Trust(mail, cust) != customer.TrustProven ||
		proven.Trust(number, cust) == customer.TrustProven {
		t.Fatalf("%+v, %v", proven, err)
	}
	i := slices.IndexFunc(proven.Statements, func(s customer.Statement) bool { return s.Value == mail })
	if s := proven.Statements[i]; s.CodeAt == nil || s.SpokenBy != sales.ID {
		t.Errorf("%+v", s)
	}
	told := b.Events(t, cust.ID)
	if last := told[len(told)-1]; last.Type != event.ContactProven || last.Data["which"] != string(identity.ClaimEmail) {
		t.Errorf("%+v", last)
	}
	b.Refuses(fault.Refused, "a code for what is known", func() error {
		_, err := d.AskCode(t.Context(), sales, at(typed.ID), frontdesk.AskCode{Value: mail})
		return err
	})
	before := b.State()
	if again, err := prove(sales, mail, other(digits)); err != nil || again.Version != proven.Version ||
		b.State() != before {
		t.Errorf("%+v, %v", again, err)
	}
}

// other is another code than this one.
func other(code string) string {
	if code == "123456" {
		return "654321"
	}
	return "123456"
}

// A code ends with its quarter of an hour, with its tries, and with the next one. A value has three a day, whichever
// contact they are about.
func TestACodeEnds(t *testing.T) {
	t.Parallel()
	b, d := reception(t)
	_, typed := b.Customer()
	mail, sales := typed.Emails[0].Value, b.Caller("sales")
	b.Clock.Set(time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC))
	ask := func() (digits string, err error) {
		if _, err := d.AskCode(t.Context(), sales, at(typed.ID), frontdesk.AskCode{Value: mail}); err != nil {
			return "", err
		}
		code, err := b.Code(t.Context(), typed.ID, identity.ClaimEmail)
		return d.Tokens.Passcode(code.ID), err
	}
	prove := func(code string) error {
		_, err := d.ProveContact(t.Context(), sales, at(typed.ID), frontdesk.ProveContact{Value: mail, Code: code})
		return err
	}
	first, err := ask()
	if err != nil {
		t.Fatal(err)
	}
	b.Clock.Advance(proof.Life)
	b.Refuses(fault.Refused, "a code that is over", func() error { return prove(first) })
	second, err := ask()
	if err != nil {
		t.Fatal(err)
	}
	if err := prove(first); fault.KindOf(err) != fault.Invalid {
		t.Errorf("the code before: %v", err)
	}
	for range proof.MostTries - 1 {
		if err := prove(other(second)); fault.KindOf(err) != fault.Invalid {
			t.Errorf("a guess: %v", err)
		}
	}
	b.Refuses(fault.Refused, "the right code after five tries", func() error { return prove(second) })
	if _, err = ask(); err != nil {
		t.Fatal(err)
	}
	b.Refuses(fault.TooMany, "a fourth code of the day", func() error {
		_, err := ask()
		return err
	})
	b.Clock.Set(time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC))
	last, err := ask()
	if err != nil {
		t.Fatal(err)
	}
	b.Clock.Advance(proof.Life - time.Second)
	if err := prove(last); err != nil {
		t.Error(err)
	}
}

// A number that takes no SMS gets no code, and staff are told what to do instead.
func TestACodeGoesToMobilesAlone(t *testing.T) {
	t.Parallel()
	b, d := reception(t)
	_, typed := b.Customer()
	for number, want := range map[string]fault.Kind{"+862162345678": fault.Invalid, "+14155550123": fault.Invalid,
		"+8613900001234": ""} {
		if _, err := b.ChangeContact(t.Context(), typed.ID,
			func(c customer.Contact, in customer.Customer) (customer.Contact, event.Event, error) {
				next, e := c.Hear("lead_1", []string{number}, in, staff.Visitor, b.Clock.Now())
				return next, e, nil
			}); err != nil {
			t.Fatal(err)
		}
		_, err := d.AskCode(t.Context(), b.Caller("sales"), at(typed.ID), frontdesk.AskCode{Value: number})
		if (err == nil) != (want == "") || err != nil && fault.KindOf(err) != want {
			t.Errorf("%s: %v, want %q", number, err, want)
		}
	}
}
