package crm

import (
	"errors"
	"fmt"
	"testing"
)

func TestContactIsReadByTheRegion(t *testing.T) {
	c, faults := Contact{Phones: []Reach{{"138 0013 8000", false}, {"+852 5123 4567", true}}, Emails: []Reach{{" ＬＩ@Example.com", false}}}.Read("CN")
	if faults != nil || fmt.Sprint(c.Phones, c.Emails) != "[{+8613800138000 false} {+85251234567 true}] [{li@example.com false}]" {
		t.Errorf("%v %v %v", c.Phones, c.Emails, faults)
	}
	for _, tc := range []struct {
		in      Contact
		region  string
		pointer string
	}{
		{Contact{}, "CN", "/name"}, {Contact{Title: "采购", Roles: []string{"buys"}}, "CN", "/name"},
		{Contact{Phones: []Reach{{"13800138000", false}}}, "", "/phones/0/value"}, {Contact{Phones: []Reach{{"13800138000", false}, {"+8613800138000", true}}}, "CN", "/phones/1/value"},
		{Contact{Emails: []Reach{{"a@b.cn", false}, {"nobody", false}}}, "CN", "/emails/1/value"},
	} {
		if _, faults := tc.in.Read(tc.region); len(faults) != 1 || faults[0].Pointer != tc.pointer {
			t.Errorf("%+v: %+v", tc.in, faults)
		}
	}
}

func TestHowAValueIsSomebodys(t *testing.T) {
	own, shared := Claim{ClaimPhone, "+8613800138000"}, Claim{ClaimEmail, "info@example.com"}
	c := Contact{Phones: []Reach{{own.Value, false}}, Emails: []Reach{{shared.Value, true}}}
	if v := c.Values(); len(v) != 2 || v[own] != StandingOwn || v[shared] != StandingShared || v[Claim{ClaimPhone, "x"}] != StandingNone {
		t.Errorf("%v", v)
	}
	left := c
	left.LeftAt = &tuesday
	if v := left.Values(); len(v) != 0 {
		t.Errorf("somebody who has left holds %v", v)
	}
	everything := func(Claim) bool { return true }
	if got := c.Sharing(Contact{}, everything); !got.Phones[0].Shared || c.Phones[0].Shared {
		t.Errorf("new to him and shared by others: %+v", got.Phones)
	}
	if got := c.Sharing(c, everything); got.Phones[0].Shared {
		t.Errorf("what he had already stays as he says: %+v", got.Phones)
	}
}

func TestAContactsLife(t *testing.T) {
	by, home := Actor{ID: "stf_1"}, Customer{ID: "cus_1", Branch: "shanghai", Lang: Zh}
	added, event, err := Contact{ID: "con_1"}.Reshape(Contact{ID: "con_9", Customer: "cus_9", Version: 7, LeftAt: &tuesday, Name: "王芳"}, home, by, tuesday)
	if err != nil || added.ID != "con_1" || added.Customer != "cus_1" || added.Version != 1 || added.LeftAt != nil || added.Lang != Zh || event.Type != ContactAdded || !event.Pending || event.Record != "con_1" {
		t.Fatalf("%+v %+v %v", added, event, err)
	}
	changed, event, err := added.Reshape(Contact{Name: "Fang", Lang: En}, home, by, tuesday)
	if err != nil || changed.Version != 2 || changed.Lang != En || event.Type != ContactChanged || !changed.CreatedAt.Equal(added.CreatedAt) {
		t.Fatalf("%+v %+v %v", changed, event, err)
	}
	left, event, err := changed.Leave(home, by, tuesday)
	if err != nil || left.Version != 3 || left.LeftAt == nil || event.Type != ContactLeft || left.Name != "Fang" {
		t.Fatalf("%+v %+v %v", left, event, err)
	}
	if _, _, err := left.Leave(home, by, tuesday); KindOf(err) != Refused {
		t.Errorf("left twice: %v", err)
	}
	if _, _, err := left.Reshape(added, home, by, tuesday); KindOf(err) != Refused {
		t.Errorf("changed after he left: %v", err)
	}
	home.ArchivedAt = &tuesday
	if _, _, err := changed.Reshape(added, home, by, tuesday); KindOf(err) != Refused {
		t.Errorf("changed in an archived file: %v", err)
	}
}

func TestWhoHasAValueIsNamedToWhomMaySeeHim(t *testing.T) {
	c := Contact{Phones: []Reach{{"+8613800138000", false}}, Emails: []Reach{{"a@b.cn", false}, {"c@d.cn", false}}}
	taken := &Taken{Claim{ClaimEmail, "c@d.cn"}, Holder{Customer: "cus_1", Contact: "con_1"}}
	err := taken.Refuse(c)
	var refusal *Error
	if !errors.As(err, &refusal) || refusal.Kind != Refused || refusal.Fields[0].Pointer != "/emails/1/value" || refusal.Record != nil {
		t.Fatalf("%+v", err)
	}
	named := taken.Named(refusal, Contact{ID: "con_1", Name: "王芳"}, Customer{Name: "蓝海"})
	if named.Record == nil || named.Fields[0].Text != named.Text || refusal.Record != nil || refusal.Fields[0].Text == named.Text {
		t.Errorf("%+v", named)
	}
	shared := &Taken{Claim{ClaimPhone, "+8613800138000"}, Holder{Shared: true}}
	if err := shared.Refuse(c); !errors.As(err, &refusal) || refusal.Text == taken.Refuse(c).(*Error).Text {
		t.Errorf("%v", err)
	}
}
