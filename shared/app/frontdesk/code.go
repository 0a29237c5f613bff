package frontdesk

import (
	"context"
	"regexp"
	"strings"
	"time"

	"afterpress/shared/app"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/proof"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/words"
)

// AskCode names the phone or e-mail of which it is in doubt whose it is.
type AskCode struct {
	Value string `json:"value" validate:"required,max=254,oneline" description:"As the record has it · 待核实的，写法与记录一致"`
}

// AskedCode is a code that is on its way.
type AskedCode struct {
	Contact string    `json:"contact"`
	Kind    string    `json:"kind"`
	Value   string    `json:"value"`
	Until   time.Time `json:"until"` // it can be entered before then
}

// ProveContact is the code that the contact said.
type ProveContact struct {
	Value string `json:"value" validate:"required,max=254,oneline" description:"It was sent there · 收到验证码的电话或邮箱"`
	Code  string `json:"code" validate:"required,max=20,oneline" description:"As the contact says it · 联系人说出的六位数字"`
}

// AskCode has a code of six digits sent to a phone or an e-mail in doubt. The contact tells it by another way, in which
// the shop knows them: so it shows that both are theirs.
func (d Desk) AskCode(ctx context.Context, by app.Caller, at app.Record, in AskCode) (AskedCode, error) {
	asks, err := d.doubted(ctx, by, at, in.Value)
	if err == nil {
		err = asks.reachable()
	}
	if err != nil {
		return AskedCode{}, err
	}
	value := asks.value
	code, err := d.Store.AskCode(app.Showing(ctx, asked), at.ID, identity.KindOf(value),
		func(id string, before proof.Code, of customer.Contact, in customer.Customer) (proof.Code, event.Event, error) {
			return before.Ask(id, value, of, in, by.Actor, d.Now())
		})
	return asked(code), err
}

func asked(c proof.Code) AskedCode {
	return AskedCode{Contact: c.Contact, Kind: string(c.Kind), Value: identity.EmailShown(c.Value), Until: c.Until}
}

// doubt is a value of which somebody asks whose it is.
type doubt struct {
	value   string // as the contact has it
	contact customer.Contact
	of      customer.Customer
	shop    setup.Shop
}

func (d Desk) doubted(ctx context.Context, by app.Caller, at app.Record, typed string) (out doubt, err error) {
	if out.contact, out.of, err = d.contact(ctx, by, permission.VouchContacts, at); err != nil {
		return out, err
	}
	if out.shop, err = d.Store.Shop(ctx); err != nil {
		return out, err
	}
	branch, _ := out.shop.Branch(out.of.Branch) // one without a region reads whole numbers only
	out.value = VouchContact{Value: typed}.stored(branch.Place())
	return out, nil
}

// reachable refuses a number to which the shop sends no SMS.
func (asks doubt) reachable() error {
	if identity.KindOf(asks.value) == identity.ClaimEmail {
		return nil
	}
	terms, err := asks.shop.Terms(asks.of.Branch)
	if err != nil {
		return err
	}
	if _, takes := terms.Policy.SMS.Permits(asks.value); !takes {
		return fault.Faulty(fault.Field{Pointer: "/value", Text: words.Text{
			Zh: "这个号码收不到我们的短信。请向联系人的邮箱发送验证码，或通话核实后登记（POST /contacts/{id}/vouch）。",
			En: "This number takes no SMS from us. Send the code to an e-mail, or speak with the contact and note it " +
				"(POST /contacts/{id}/vouch)."}})
	}
	return nil
}

// ProveContact takes the code that the contact said. The right one shows that the value is theirs, as a colleague's
// word does: links about the contact's affairs go there. Each code counts as a try, right or wrong. For a value that is
// known to be theirs already nothing is left to show: it comes back as it stands.
func (d Desk) ProveContact(ctx context.Context, by app.Caller, at app.Record,
	in ProveContact) (customer.Contact, error) {
	asks, err := d.doubted(ctx, by, at, in.Value)
	if err == nil {
		in.Code, err = digits(in.Code)
	}
	if err != nil {
		return customer.Contact{}, err
	}
	if asks.contact.Trust(asks.value, asks.of) == customer.TrustProven {
		return asks.contact.Shown(), nil
	}
	if err := asks.contact.Doubtful(asks.value, asks.of); err != nil {
		return customer.Contact{}, err
	}
	code, err := d.Store.TryCode(ctx, at.ID, asks.value)
	if err != nil {
		return customer.Contact{}, err
	}
	if !d.Tokens.IsPasscode(code.ID, in.Code) {
		return customer.Contact{}, code.Wrong()
	}
	contact, err := d.settleContact(app.Showing(ctx, customer.Contact.Shown), at,
		func(c customer.Contact, of customer.Customer) (customer.Contact, event.Event, error) {
			return c.Prove(asks.value, of, by.Actor, d.Now())
		})
	if err != nil {
		return customer.Contact{}, d.named(ctx, by, err)
	}
	return contact.Shown(), nil
}

var sixDigits = regexp.MustCompile(`^[0-9]{6}$`)

// digits is a code as it was typed, without spaces and dashes between groups. What is no code counts as no try.
func digits(typed string) (string, error) {
	code := strings.NewReplacer(" ", "", "-", "", "\u3000", "").Replace(typed)
	if !sixDigits.MatchString(code) {
		return "", fault.Faulty(fault.Field{Pointer: "/code", Text: words.Text{Zh: "请输入六位数字的验证码。",
			En: "Enter the six digits of the code."}})
	}
	return code, nil
}
