package crm_test

import (
	"testing"

	"afterpress/shared/crm"
)

func TestFirstNames(t *testing.T) {
	for name, want := range map[string]string{"沈静": "沈静", "顾婉清": "婉清", "欧阳文静": "文静", "Emily Zhou": "Emily", "MIS": "MIS", "": "", "阿迪力·买买提": "阿迪力·买买提", "李 静": "李"} {
		if got := (crm.Staff{Name: name}).FirstName(); got != want {
			t.Errorf("%q: %q", name, got)
		}
	}
}

func TestAnAnswerNamesItsStay(t *testing.T) {
	for _, say := range []string{crm.SayAgree, crm.SayDecline, crm.SaySettled, crm.SayUnsettled, crm.SayReopen, crm.SayWithdraw} {
		c := crm.Complaint{State: crm.ComplaintOffered, Turn: 4}
		for _, turn := range []int{0, 3, 5} {
			if next, _, err := c.Answer(crm.ComplaintAnswer{Say: say, Turn: turn}, crm.Terms{}.Complaint(), c.UpdatedAt); crm.KindOf(err) != crm.Refused || next.Version != c.Version {
				t.Errorf("%s to turn %d: %v", say, turn, err)
			}
		}
	}
	c := crm.Complaint{State: crm.ComplaintAgreed, Turn: 5}
	for a, want := range map[crm.ComplaintAnswer]bool{{Say: crm.SayAgree, Turn: 4}: true, {Say: crm.SayAgree, Turn: 3}: false, {Say: crm.SayDecline, Turn: 4}: false, {Say: crm.SayAgree, Turn: 5}: false} {
		if got := c.Answered(a); got != want {
			t.Errorf("%+v: %v", a, got)
		}
	}
	if !c.StandsAs(crm.SayAgree) || c.StandsAs(crm.SayDecline) || c.StandsAs("approve") {
		t.Error("an answer stands where it does not, or does not where it does")
	}
	if _, _, err := c.Answer(crm.ComplaintAnswer{Say: "approve", Turn: 5}, crm.Terms{}.Complaint(), c.UpdatedAt); crm.KindOf(err) != crm.Invalid {
		t.Errorf("%v", err)
	}
}
