package customer_test

import (
	"errors"
	"fmt"
	"testing"

	"afterpress/shared/crm/crmtest"
	"afterpress/shared/crm/customer"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

func TestContactIsReadByTheRegion(t *testing.T) {
	c, faults := customer.Contact{Phones: []customer.Reach{{"138 0013 8000", false}, {"+852 5123 4567", true}},
		Emails: []customer.Reach{{" ＬＩ@Example.com", false}}}.Read(identity.Place{Region: "CN"})
	if faults != nil || fmt.Sprint(c.Phones,
		c.Emails) != "[{+8613800138000 false} {+85251234567 true}] [{li@example.com false}]" {
		t.Errorf("%v %v %v", c.Phones, c.Emails, faults)
	}
	for _, tc := range []struct {
		in      customer.Contact
		region  string
		pointer string
	}{
		{customer.Contact{}, "CN", "/name"}, {customer.Contact{Title: "采购", Roles: []string{"buys"}}, "CN", "/name"},
		{customer.Contact{Phones: []customer.Reach{{"13800138000", false}}}, "", "/phones/0/value"},
		{customer.Contact{Phones: []customer.Reach{{"13800138000", false}, {"+8613800138000", true}}}, "CN",
			"/phones/1/value"},
		{customer.Contact{Emails: []customer.Reach{{"a@b.cn", false}, {"nobody", false}}}, "CN", "/emails/1/value"},
	} {
		if _, faults := tc.in.Read(identity.Place{Region: tc.region}); len(faults) != 1 || faults[0].Pointer != tc.pointer {
			t.Errorf("%+v: %+v", tc.in, faults)
		}
	}
}

func TestHowAValueIsSomebodys(t *testing.T) {
	own, shared := identity.Claim{Kind: identity.ClaimPhone, Value: "+8613800138000"},
		identity.Claim{Kind: identity.ClaimEmail, Value: "info@example.com"}
	c := customer.Contact{Phones: []customer.Reach{{own.Value, false}}, Emails: []customer.Reach{{shared.Value, true}}}
	if v := c.Values(); len(v) != 2 || v[own] != customer.OwnershipOwn || v[shared] != customer.OwnershipShared ||
		v[identity.Claim{Kind: identity.ClaimPhone, Value: "x"}] != customer.OwnershipNone {
		t.Errorf("%v", v)
	}
	left := c
	left.LeftAt = &crmtest.Tuesday
	if v := left.Values(); len(v) != 0 {
		t.Errorf("somebody who has left holds %v", v)
	}
	everything := func(identity.Claim) bool { return true }
	if got := c.Sharing(customer.Contact{}, everything); !got.Phones[0].Shared || c.Phones[0].Shared {
		t.Errorf("new to the contact and shared by others: %+v", got.Phones)
	}
	if got := c.Sharing(c, everything); got.Phones[0].Shared {
		t.Errorf("what the contact had already stays as said: %+v", got.Phones)
	}
}

func TestAContactsLife(t *testing.T) {
	by, home := staff.Actor{ID: "stf_1"}, customer.Customer{ID: "cus_1", Branch: "shanghai", Lang: words.Zh}
	added, e, err := customer.Contact{ID: "con_1"}.Reshape(customer.Contact{ID: "con_9", Customer: "cus_9", Version: 7,
		LeftAt: &crmtest.Tuesday, Name: "王芳"}, home, by, crmtest.Tuesday)
	if err != nil || added.ID != "con_1" || added.Customer != "cus_1" || added.Version != 1 || added.LeftAt != nil ||
		added.Lang != words.Zh || e.Type != event.ContactAdded || !e.Pending || e.Record != "con_1" {
		t.Fatalf("%+v %+v %v", added, e, err)
	}
	changed, e, err := added.Reshape(customer.Contact{Name: "Fang", Lang: words.En}, home, by, crmtest.Tuesday)
	if err != nil || changed.Version != 2 || changed.Lang != words.En || e.Type != event.ContactChanged ||
		!changed.CreatedAt.Equal(added.CreatedAt) {
		t.Fatalf("%+v %+v %v", changed, e, err)
	}
	left, e, err := changed.Leave(home, by, crmtest.Tuesday)
	if err != nil || left.Version != 3 || left.LeftAt == nil || e.Type != event.ContactLeft || left.Name != "Fang" {
		t.Fatalf("%+v %+v %v", left, e, err)
	}
	if _, _, err := left.Leave(home, by, crmtest.Tuesday); fault.KindOf(err) != fault.Refused {
		t.Errorf("left twice: %v", err)
	}
	if _, _, err := left.Reshape(added, home, by, crmtest.Tuesday); fault.KindOf(err) != fault.Refused {
		t.Errorf("changed after leaving: %v", err)
	}
	home.ArchivedAt = &crmtest.Tuesday
	if _, _, err := changed.Reshape(added, home, by, crmtest.Tuesday); fault.KindOf(err) != fault.Refused {
		t.Errorf("changed in an archived file: %v", err)
	}
}

func TestWhoHasAValueIsNamedToWhomMaySeeHim(t *testing.T) {
	c := customer.Contact{Phones: []customer.Reach{{"+8613800138000", false}},
		Emails: []customer.Reach{{"a@b.cn", false}, {"c@d.cn", false}}}
	taken := &customer.Taken{identity.Claim{Kind: identity.ClaimEmail, Value: "c@d.cn"},
		customer.Holder{Customer: "cus_1", Contact: "con_1"}}
	err := taken.Refuse(c)
	var refusal *fault.Error
	if !errors.As(err, &refusal) || refusal.Kind != fault.Taken || refusal.Fields[0].Pointer != "/emails/1/value" ||
		refusal.Record != nil {
		t.Fatalf("%+v", err)
	}
	named := taken.Named(refusal, customer.Contact{ID: "con_1", Name: "王芳"}, customer.Customer{Name: "蓝海"})
	if named.Record == nil || named.Fields[0].Text != named.Text || refusal.Record != nil ||
		refusal.Fields[0].Text == named.Text {
		t.Errorf("%+v", named)
	}
	shared := &customer.Taken{identity.Claim{Kind: identity.ClaimPhone, Value: "+8613800138000"},
		customer.Holder{Shared: true}}
	if err := shared.Refuse(c); !errors.As(err, &refusal) || refusal.Text == taken.Refuse(c).(*fault.Error).Text {
		t.Errorf("%v", err)
	}
}
