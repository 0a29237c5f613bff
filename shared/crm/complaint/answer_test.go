package complaint_test

import (
	"testing"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
)

func TestFirstNames(t *testing.T) {
	for name, want := range map[string]string{"沈静": "沈静", "顾婉清": "婉清", "欧阳文静": "文静", "Emily Zhou": "Emily", "MIS": "MIS",
		"": "", "阿迪力·买买提": "阿迪力·买买提", "李 静": "李"} {
		if got := (staff.Staff{Name: name}).FirstName(); got != want {
			t.Errorf("%q: %q", name, got)
		}
	}
}

func TestAnAnswerNamesItsStay(t *testing.T) {
	for _, say := range []string{complaint.SayAgree, complaint.SayDecline, complaint.SaySettled, complaint.SayUnsettled,
		complaint.SayReopen, complaint.SayWithdraw} {
		c := complaint.Complaint{State: complaint.StateOffered, Turn: 4}
		for _, turn := range []int{0, 3, 5} {
			if next, _, err := c.Answer(complaint.Answer{Say: say, Turn: turn}, setup.Terms{}.Complaint(),
				c.UpdatedAt); fault.KindOf(err) != fault.Refused || next.Version != c.Version {
				t.Errorf("%s to turn %d: %v", say, turn, err)
			}
		}
	}
	c := complaint.Complaint{State: complaint.StateAgreed, Turn: 5}
	for a, want := range map[complaint.Answer]bool{{Say: complaint.SayAgree, Turn: 4}: true,
		{Say: complaint.SayAgree, Turn: 3}: false, {Say: complaint.SayDecline, Turn: 4}: false,
		{Say: complaint.SayAgree, Turn: 5}: false} {
		if got := c.Answered(a); got != want {
			t.Errorf("%+v: %v", a, got)
		}
	}
	if !c.StandsAs(complaint.SayAgree) || c.StandsAs(complaint.SayDecline) || c.StandsAs("approve") {
		t.Error("an answer stands where it does not, or does not where it does")
	}
	if _, _, err := c.Answer(complaint.Answer{Say: "approve", Turn: 5}, setup.Terms{}.Complaint(),
		c.UpdatedAt); fault.KindOf(err) != fault.Invalid {
		t.Errorf("%v", err)
	}
}
