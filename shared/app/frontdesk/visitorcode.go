package frontdesk

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"afterpress/shared/app"
	"afterpress/shared/crm/caselink"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/proof"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/token"
	"afterpress/shared/kernel/words"
)

// AskVisitorCode is what a visitor types who wants to complain and has no link.
type AskVisitorCode struct {
	Reach    string `json:"reach" validate:"max=254,oneline" description:"Phone or e-mail that the shop has on file · 在本厂留过的手机号或邮箱"`
	Job      string `json:"job" validate:"max=64,oneline" description:"Number of the job or order · 订单号"`
	Homepage string `json:"homepage" validate:"max=2000" description:"Leave it empty: a program that fills in every field is told by it · 请留空，用于识别自动提交"`
	Opened   string `json:"opened" validate:"max=200" description:"As the page gave it · 页面给出的时间签名"`
}

// EnterVisitorCode is the code that the visitor read.
type EnterVisitorCode struct {
	Code string `json:"code" validate:"max=20,oneline" description:"Six digits · 六位数字"`
}

// complaintDoor is how the page for complaints counts what comes: as a form does, under a name that no form can have.
// What comes from one network beyond its limit is refused, since nobody would look at it in quarantine.
func complaintDoor() form.Form {
	return form.Form{ID: "c/complain", Policy: &form.Policy{Name: "complaint-code", MinFill: 2, Window: 3600, Address: 20,
		Refuse: 20, Person: proof.MostADay, Form: 1000}}
}

// ComplaintStamp signs the moment at which the page for complaints is drawn.
func (d Desk) ComplaintStamp() string { return d.Stamp(complaintDoor()) }

// AskVisitorCode has a code sent to the phone or the e-mail, if a contact has it. It looks nobody up: what it answers
// does not depend on who is known, nor on how many codes the value had today. ticket leads to the page on which the
// code is entered. The faults are those of the form alone; found are those that the door found. once lays the receipt,
// by what was asked for.
func (d Desk) AskVisitorCode(ctx context.Context, in AskVisitorCode, address string, once app.Once,
	found ...fault.Field) (ticket string, err error) {
	shop, err := d.Store.Shop(ctx)
	if err != nil {
		return "", err
	}
	home, _ := shop.HeadOffice()
	value, wrong := in.value(shop, home)
	if faults := append(found, wrong...); len(faults) > 0 {
		return "", fault.Faulty(faults...)
	}
	now, door := d.Now(), complaintDoor()
	arrival := form.Arrival{Address: address, Opened: opened(d.Tokens, door.ID, in.Opened), Trap: in.Homepage, At: now}
	suspicion, err := d.enquiries().Admit(ctx, door, arrival)
	switch {
	case err != nil:
		return "", err
	case suspicion == form.SuspectTrap: // a program, which is answered like a person
		return d.ticket("cod"+strings.TrimPrefix(d.Store.NewSubmissionID(), "sub"), in.Job), nil
	case suspicion == form.SuspectForm:
		return "", tooManyVisitors()
	case suspicion != "":
		return "", fault.Faulty(fault.Field{Pointer: "/opened", Text: words.Text{
			Zh: "页面打开太久，或提交得太快。请再点一次“获取验证码”。",
			En: "The page was open for too long, or this was sent too fast. Press “Send me a code” once more."}})
	}
	code, err := d.Store.AskVisitorCode(once.Before(ctx, value+" "+in.Job),
		func(id string) (proof.VisitorCode, event.Event) {
			return proof.VisitorAsks(id, value, arrival.Network(), home.ID, now)
		})
	if err != nil && fault.KindOf(err) != fault.TooMany {
		return "", err
	}
	return d.ticket(code.ID, in.Job), nil
}

// VisitorTicket is the ticket of a code that was written, with the job that was typed beside it.
func (d Desk) VisitorTicket(code proof.VisitorCode, job string) string { return d.ticket(code.ID, job) }

func (d Desk) ticket(code, job string) string {
	return d.Tokens.Sign(token.UseComplain, strings.TrimSpace(code+" "+strings.TrimSpace(job)))
}

// tooManyVisitors is the error of a page that all visitors together asked for too many codes.
func tooManyVisitors() error {
	return fault.Fail(fault.TooMany, "现在申请验证码的人过多。请稍后再试，急事请致电。",
		"Too many codes are being asked for just now. Try again later, or call us if it is urgent.")
}

// value is the phone or the e-mail as contacts have it. It is wrong where it cannot be read, or where the shop sends no
// SMS to such a number.
func (in AskVisitorCode) value(shop setup.Shop, home firm.Branch) (value string, wrong []fault.Field) {
	at := func(zh, en string) []fault.Field {
		return []fault.Field{{Pointer: "/reach", Text: words.Text{Zh: zh, En: en}}}
	}
	typed := strings.TrimSpace(in.Reach)
	switch {
	case typed == "":
		return "", at("请填写您在我们这里留过的手机号或邮箱。", "Enter the mobile number or the e-mail address that we have of you.")
	case strings.Contains(typed, "@"):
		value, err := identity.Email(typed)
		if err != nil {
			return "", at("邮箱写法有误，请检查，例如 name@example.com。", "This is not an e-mail address. Check it, such as name@example.com.")
		}
		return value, nil
	}
	value, err := home.Place().Phone(typed)
	if err != nil {
		text := identity.PhoneWords(err)
		return "", at(text.Zh, text.En)
	}
	reached := slices.ContainsFunc(shop.Branches, func(b firm.Branch) bool {
		terms, err := shop.Terms(b.ID)
		if err != nil {
			return false
		}
		_, takes := terms.Policy.SMS.Permits(value)
		return takes
	})
	if !reached {
		return "", at("这个号码收不到我们的短信。请填写手机号或邮箱，或致电我们。",
			"This number takes no text message from us. Enter a mobile number or an e-mail address, or call us.")
	}
	return value, nil
}

// Ticketed reports whether a ticket is one of ours.
func (d Desk) Ticketed(ticket string) bool {
	_, ours := d.Tokens.Open(token.UseComplain, ticket)
	return ours
}

// WrongCode is the error of a code that does not open. It is one for all reasons, so that it tells none of them: the
// code is not the one that was sent, nobody was sent one, its time is over, or it was entered too often.
func WrongCode() error {
	return fault.Faulty(fault.Field{Pointer: "/code", Text: words.Text{
		Zh: "验证码不对，或已失效。请核对最新收到的一条；也可以重新获取，或致电我们。",
		En: "This is not the code, or it is no longer valid. Check the newest one, ask for another one, or call us."}})
}

// EnterVisitorCode leads to the link at which the contact complains whose phone or e-mail got the code, about the job
// that was typed. The code shows what an answer shows: the value is read. Within its time the right code leads there
// again. Any other is WrongCode; what is no code at all is Invalid and counts as no try.
func (d Desk) EnterVisitorCode(ctx context.Context, ticket string, in EnterVisitorCode) (caselink.Link, error) {
	payload, ours := d.Tokens.Open(token.UseComplain, ticket)
	if !ours {
		return caselink.Link{}, fault.Missing("链接", "link")
	}
	typed, err := digits(in.Code)
	if err != nil {
		return caselink.Link{}, err
	}
	id, job, _ := strings.Cut(payload, " ")
	code, err := d.Store.TryVisitorCode(ctx, id)
	if err != nil {
		return caselink.Link{}, err
	}
	if right := d.Tokens.IsPasscode(cmp.Or(code.ID, id), typed); !right || code.ID == "" {
		return caselink.Link{}, WrongCode()
	}
	of, who, found, err := d.Store.Claimant(ctx, code.Claim())
	if err != nil {
		return caselink.Link{}, err
	}
	if !found || !who.TakesCode(code.Value, of) {
		return caselink.Link{}, WrongCode()
	}
	who, err = d.Store.ChangeContact(ctx, who.ID,
		func(c customer.Contact, of customer.Customer) (customer.Contact, event.Event, error) {
			if !c.TakesCode(code.Value, of) {
				return c, event.Event{}, WrongCode()
			}
			return c.Coded(code.Value, of, staff.Visitor, d.Now())
		})
	if fault.KindOf(err) == fault.NotFound && err != nil { // erased meanwhile
		err = WrongCode()
	}
	if err != nil {
		return caselink.Link{}, err
	}
	return caselink.Link{About: who.ID, Job: job, Right: caselink.GivenTo(d.Tokens, who, code.Value)}, nil
}
