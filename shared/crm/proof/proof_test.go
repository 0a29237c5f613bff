package proof_test

import (
	"errors"
	"testing"
	"time"

	"afterpress/shared/crm/crmtest"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/proof"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/kernel/staff"
)

const phone, mail, heard = "+8613800138000", "lina@example.com", "li@example.com"

var anna = staff.ActorOf(staff.Staff{ID: "stf_anna", Roles: []staff.Role{staff.Sales}})

// typed is a contact whose values a visitor typed, and who is said to have another mailbox.
func typed() customer.Contact {
	now := crmtest.Tuesday
	c := customer.Contact{ID: "con_1", Version: 4, CreatedAt: now, Phones: []customer.Reach{{Value: phone}},
		Emails: []customer.Reach{{Value: mail}}}.Stated(customer.SaidVisitor, "lead_1", now)
	c.Statements = append(c.Statements, customer.Statement{Value: heard, Said: customer.SaidVisitor, At: now})
	return c
}

func TestForWhichValuesACodeIsAsked(t *testing.T) {
	now := crmtest.Tuesday
	for _, c := range []struct {
		about, value string
		change       func(*customer.Contact, *customer.Customer)
		want         fault.Kind
		kind         identity.ClaimKind
	}{
		{"a phone that was typed", phone, nil, "", identity.ClaimPhone},
		{"a mailbox that was typed", mail, nil, "", identity.ClaimEmail},
		{"one that a later enquiry said", heard, nil, "", identity.ClaimEmail},
		{"one that is read, beside others", mail,
			func(c *customer.Contact, _ *customer.Customer) { c.Statements[1].ReadAt = &now }, "", identity.ClaimEmail},
		{"one that nobody said", "x@example.com", nil, fault.Invalid, ""},
		{"one that staff brought", mail,
			func(c *customer.Contact, _ *customer.Customer) { c.Statements[1].Said = customer.SaidStaff }, fault.Refused, ""},
		{"one that a colleague heard of", phone,
			func(c *customer.Contact, _ *customer.Customer) { c.Statements[0].SpokenAt = &now }, fault.Refused, ""},
		{"of somebody who left", phone, func(c *customer.Contact, _ *customer.Customer) { c.LeftAt = &now },
			fault.Refused, ""},
		{"of an archived customer", phone, func(_ *customer.Contact, in *customer.Customer) { in.ArchivedAt = &now },
			fault.Refused, ""},
	} {
		t.Run(c.about, func(t *testing.T) {
			of, in := typed(), customer.Customer{ID: "cus_1", Branch: "shanghai", CreatedAt: now}
			if c.change != nil {
				c.change(&of, &in)
			}
			before := proof.Code{ID: "cod_0", Version: 7, Tries: 5}
			code, e, err := before.Ask("cod_1", c.value, of, in, anna, now)
			if c.want != "" {
				if fault.KindOf(err) != c.want || e.Type != "" || code != before {
					t.Errorf("%+v, %v", code, err)
				}
				return
			}
			want := proof.Code{ID: "cod_1", Version: 8, CreatedAt: now, UpdatedAt: now, Contact: "con_1", Kind: c.kind,
				Value: c.value, By: "stf_anna", Until: now.Add(15 * time.Minute)}
			if err != nil || code != want {
				t.Errorf("%+v, want %+v, %v", code, want, err)
			}
			if e.Type != event.ContactCodeAsked || e.Customer != "cus_1" || e.Record != "con_1" || !e.Wakes ||
				e.Data["which"] != string(c.kind) || e.Data[proof.CodeData] != "cod_1" || len(e.Data) != 2 {
				t.Errorf("%+v", e)
			}
		})
	}
}

func TestHowOftenACodeIsEntered(t *testing.T) {
	now := crmtest.Tuesday
	sent := proof.Code{ID: "cod_1", Version: 1, Value: mail, Until: now.Add(proof.Life)}
	for _, c := range []struct {
		about string
		code  proof.Code
		value string
		late  time.Duration
		ok    bool
	}{
		{"at once", sent, mail, 0, true},
		{"in its last moment", sent, mail, proof.Life - time.Nanosecond, true},
		{"when it is over", sent, mail, proof.Life, false},
		{"for another value", sent, heard, 0, false},
		{"where none was sent", proof.Code{}, mail, 0, false},
		{"where none was sent, for nothing", proof.Code{Until: now.Add(time.Hour)}, "", 0, false},
		{"the fifth time", proof.Code{ID: "cod_1", Value: mail, Until: sent.Until, Tries: 4}, mail, 0, true},
		{"the sixth time", proof.Code{ID: "cod_1", Value: mail, Until: sent.Until, Tries: 5}, mail, 0, false},
	} {
		next, err := c.code.Try(c.value, now.Add(c.late))
		switch {
		case !c.ok && (fault.KindOf(err) != fault.Refused || next != c.code):
			t.Errorf("%s: %+v, %v", c.about, next, err)
		case c.ok && (err != nil || next.Tries != c.code.Tries+1 || next.Version != c.code.Version+1):
			t.Errorf("%s: %+v, %v", c.about, next, err)
		}
	}
	var wrong *fault.Error
	if err := (proof.Code{Tries: 2}).Wrong(); !errors.As(err, &wrong) || wrong.Kind != fault.Invalid ||
		wrong.Fields[0].Text.Zh != "验证码不对。请再问一次联系人；还可输入 3 次。" {
		t.Errorf("%v", err)
	}
	if err := proof.TooMany(); fault.KindOf(err) != fault.TooMany {
		t.Error(err)
	}
}
