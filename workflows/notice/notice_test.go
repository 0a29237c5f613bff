package notice

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/crmtest"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/proof"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/kernel/kerneltest"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/token"
	"afterpress/shared/kernel/words"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/testsuite"
)

// office is a shop in memory, and the messages that it sends.
type office struct {
	shop     setup.Shop
	code     proof.Code
	contact  customer.Contact
	now      time.Time
	asked    proof.VisitorCode
	of       customer.Customer
	found    bool // somebody alone has the value
	busy     int  // so often the store does not answer
	waits    int  // so often a message has to wait
	sent     []string
	keys     []string
	messages []message.Message
	values   []map[string]string
	handed   Handed
}

func (o *office) ShopWith(_ context.Context, has func(setup.Shop) bool) (setup.Shop, error) {
	if o.busy--; o.busy >= 0 || !has(o.shop) {
		return setup.Shop{}, errors.New("the store is busy")
	}
	return o.shop, nil
}

func (o *office) Code(context.Context, string, identity.ClaimKind) (proof.Code, error) {
	return o.code, nil
}

func (o *office) Contact(context.Context, string) (customer.Contact, error) { return o.contact, nil }

func (o *office) VisitorCode(context.Context, string) (proof.VisitorCode, error) { return o.asked, nil }

func (o *office) Claimant(context.Context, identity.Claim) (customer.Customer, customer.Contact, bool, error) {
	return o.of, o.contact, o.found, nil
}

func (o *office) Send(_ context.Context, m message.Message, to Reader,
	values map[string]string) (time.Duration, error) {
	if o.waits--; o.waits >= 0 {
		return 5 * time.Second, errors.New("the mail server is away")
	}
	o.sent = append(o.sent, fmt.Sprintf("%s %s %s%s %s", m.Person, m.Channel, to.Email, to.Phone, m.Lang))
	o.messages = append(o.messages, m)
	o.keys, o.values = append(o.keys, m.Key()), append(o.values, values)
	return 0, nil
}

// tells runs the process of an event to its end.
func (o *office) tells(t *testing.T, e event.Event) {
	t.Helper()
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestWorkflowEnvironment()
	env.SetTestTimeout(time.Minute)
	work := &Work{Store: o, Post: o, Handed: o.handed, Tokens: token.NewTokens(kerneltest.Ring("one")),
		Site: "https://shop.example",
		Now:  func() time.Time { return o.now }}
	env.RegisterActivityWithOptions(work.Tell, activity.RegisterOptions{Name: StepName})
	id, in, ok := Begins(e)
	if !ok || id != "notice/"+e.ID {
		t.Fatalf("%q, %t", id, ok)
	}
	env.ExecuteWorkflow(Send, in)
	if !env.IsWorkflowCompleted() || env.GetWorkflowError() != nil {
		t.Fatalf("ended %t, %v", env.IsWorkflowCompleted(), env.GetWorkflowError())
	}
}

func newOffice() *office {
	shop := crmtest.Shop()
	shop.Staff = []staff.Staff{
		{ID: "stf_b", Name: "Emily", Email: "emily@shop.example", Lang: words.En, Roles: []staff.Role{staff.Owner},
			Branches: []string{"shanghai"}},
		{ID: "stf_a", Name: "王强", Email: "wang@shop.example", Lang: words.Zh, Roles: []staff.Role{staff.Owner},
			Branches: []string{"shanghai"}},
		{ID: "stf_s", Version: 3, Name: "李娜", Email: "li@shop.example", Lang: words.Zh, Roles: []staff.Role{staff.Sales},
			Branches: []string{"shanghai"}},
	}
	return &office{shop: shop, now: crmtest.Tuesday}
}

func accountEvent(changed string) event.Event {
	return event.Event{ID: "evt_1", Type: event.StaffChanged, V: event.Layout, Customer: "staff/stf_s", Record: "stf_s",
		Seq: 3, At: crmtest.Tuesday, Branch: "shanghai", Cause: "stf_a", Data: map[string]string{"changed": changed}}
}

// Every owner is told once and in their language, the one who made the change too. A store that is busy and a mail
// server that is away hold it up and lose nobody.
func TestOwnersAreTold(t *testing.T) {
	t.Parallel()
	o := newOffice()
	o.busy, o.waits = 2, 3
	o.tells(t, accountEvent("roles subject updated_at"))
	if want := []string{"stf_a email wang@shop.example zh", "stf_b email emily@shop.example en"}; !slices.Equal(o.sent,
		want) {
		t.Errorf("%v, want %v", o.sent, want)
	}
	if !slices.Equal(o.keys, []string{"notice/evt_1/tell/email", "notice/evt_1/tell/email"}) {
		t.Errorf("%v", o.keys)
	}
	zh, en := o.values[0], o.values[1]
	if zh["changes"] != "登录账号、角色" || en["changes"] != "sign-in account, roles" || en["author"] != "王强" ||
		en["colleague"] != "李娜" || zh["staff"] != "王强" || en["link"] != "https://shop.example/staff/stf_s" ||
		!strings.Contains(en["moment"], "today") {
		t.Errorf("%v\n%v", zh, en)
	}
}

func TestACalendarThatCannotBeReadHoldsNothingUp(t *testing.T) {
	t.Parallel()
	o := newOffice()
	o.shop.Calendars = nil
	o.tells(t, accountEvent("email"))
	if len(o.sent) != 2 || o.values[0]["moment"] != crmtest.Tuesday.UTC().Format("2006-01-02 15:04 UTC") {
		t.Errorf("%v %v", o.sent, o.values)
	}
}

// A code goes to the value in doubt, by SMS or by mail. One that is over, or that a newer one replaced, goes nowhere.
func TestACodeIsSent(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		about string
		kind  identity.ClaimKind
		value string
		id    string
		late  time.Duration
		want  string
	}{
		{"a mobile", identity.ClaimPhone, "+8613900001234", "cod_1", 0, "con_1 sms +8613900001234 zh"},
		{"a mailbox", identity.ClaimEmail, "li@example.com", "cod_1", 0, "con_1 email li@example.com zh"},
		{"a newer one", identity.ClaimEmail, "li@example.com", "cod_2", 0, ""},
		{"one that is over", identity.ClaimEmail, "li@example.com", "cod_1", proof.Life, ""},
	} {
		t.Run(c.about, func(t *testing.T) {
			t.Parallel()
			o := newOffice()
			o.contact = customer.Contact{ID: "con_1", Name: "李娜", Lang: words.Zh}
			o.code = proof.Code{ID: c.id, Contact: "con_1", Kind: c.kind, Value: c.value, Until: o.now.Add(proof.Life)}
			o.now = o.now.Add(c.late)
			o.tells(t, event.Event{ID: "evt_2", Type: event.ContactCodeAsked, V: event.Layout, Customer: "cus_1",
				Record: "con_1", Branch: "shanghai", Cause: "stf_s",
				Data: map[string]string{"which": string(c.kind), proof.CodeData: "cod_1"}})
			if got := strings.Join(o.sent, " "); got != c.want {
				t.Fatalf("%q, want %q", got, c.want)
			}
			if c.want != "" && (len(o.values[0]["code"]) != 6 || !strings.HasPrefix(o.keys[0], "contact/con_1/cod_1/code/")) {
				t.Errorf("%v %v", o.values, o.keys)
			}
		})
	}
}

// An event of a later release is kept for it.
func TestAnUnknownEventWaits(t *testing.T) {
	t.Parallel()
	o := newOffice()
	if told, err := (&Work{Store: o, Post: o}).Tell(t.Context(), Step{Event: event.Event{ID: "evt_3",
		Type: "staff.promoted"}}); err == nil || told.Over {
		t.Errorf("%+v, %v", told, err)
	}
}
