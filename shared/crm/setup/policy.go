package setup

import (
	"fmt"
	"time"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/hold"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/ladder"
)

// Policy is a versioned document of durations, limits, ladders and texts. A record names the version under
// which its deadline was computed. A new version replans the open records. A record whose times stay the same
// keeps the name of the version that computed them, and so its texts.
type Policy struct {
	ID        string              `json:"id"`
	Version   int64               `json:"version"`
	CreatedAt time.Time           `json:"created_at"`
	UpdatedAt time.Time           `json:"updated_at"`
	Lead      lead.Policy         `json:"lead"`
	Task      task.Policy         `json:"task"`
	Complaint complaint.Policy    `json:"complaint,omitzero"`
	Hold      hold.Policy         `json:"hold,omitzero"`
	SMS       message.SMSPolicy   `json:"sms"`
	Life      customer.LifePolicy `json:"life"`

	Preference customer.PreferencePolicy `json:"preference,omitzero"`
	Texts      PolicyTexts               `json:"texts,omitzero"`
}

// Ref is how a record names the policy that it obeys, such as "standard@3".
func (p Policy) Ref() string { return fmt.Sprintf("%s@%d", p.ID, p.Version) }

// StandardPolicy is what a new shop starts with. The first contact is due within 30 working minutes, with
// reminders at half time and when it is due. Half an hour later the lead goes to the next owner, and after
// three owners to the pool. A task without a date has two working days.
func StandardPolicy() Policy {
	const minute, hour = 60, 3600
	return Policy{ID: "standard", Version: 1, Complaint: complaint.StandardPolicy(), Hold: hold.StandardPolicy(),
		SMS:  message.SMSPolicy{Number: message.StandardSMSNumber, Company: message.StandardSMSCompany},
		Life: customer.StandardLife(), Lead: lead.Policy{
			FirstContact: 30 * minute, Pool: 16 * hour, NextStep: 40 * hour, MaxOwners: 3, ClaimsPerDay: 10,
			Ladder: []ladder.Rule{
				{State: lead.StateNew, Name: "acknowledge", Do: ladder.DoAcknowledge},
				{State: lead.StateNew, Name: "assign", Do: ladder.DoAssign},
				{State: lead.StateAssigned, Name: "acknowledge", Do: ladder.DoAcknowledge},
				{State: lead.StateAssigned, Name: "tell", Do: ladder.DoTell},
				{State: lead.StateAssigned, Name: "half", Do: ladder.DoRemind, Percent: 50},
				{State: lead.StateAssigned, Name: "due", Do: ladder.DoRemind, Percent: 100},
				{State: lead.StateAssigned, Name: "overdue", Do: ladder.DoReassign, Percent: 100, Plus: 30 * minute},
				{State: lead.StatePooled, Name: "acknowledge", Do: ladder.DoAcknowledge},
				{State: lead.StatePooled, Name: "pooled", Do: ladder.DoTellManager},
				{State: lead.StatePooled, Name: "stale", Do: ladder.DoTellManager, Percent: 100},
			},
		}, Task: task.StandardPolicy()}
}
