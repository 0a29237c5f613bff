package crm

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/nyaruka/phonenumbers"
)

// Policy is a versioned document of durations, limits and ladders. A record names the version under which its deadline was computed.
type Policy struct {
	ID        string          `json:"id"`
	Version   int64           `json:"version"`
	CreatedAt time.Time       `json:"created_at"`
	UpdatedAt time.Time       `json:"updated_at"`
	Lead      LeadPolicy      `json:"lead"`
	SMS       SMSPolicy       `json:"sms"`
	Complaint ComplaintPolicy `json:"complaint"`
	Hold      HoldPolicy      `json:"hold"`
}

// Ref is how a record names the policy that it obeys: "standard@3".
func (p Policy) Ref() string { return fmt.Sprintf("%s@%d", p.ID, p.Version) }

// Check says what is wrong with the policy, naming the field.
func (p Policy) Check() error {
	for i, country := range p.SMS.Countries {
		if phonenumbers.GetCountryCodeForRegion(country) == 0 {
			return fmt.Errorf("sms.countries[%d]: no such country", i)
		}
	}
	if p.SMS.Number < 0 || p.SMS.Company < 0 {
		return errors.New("sms: number_day and company_day cannot be negative")
	}
	if err := p.Complaint.Check(); err != nil {
		return err
	}
	if err := p.Hold.Check(); err != nil {
		return err
	}
	return p.Lead.Check()
}

// LeadPolicy says how fast a lead is followed up and by whom. All durations are seconds of working time.
type LeadPolicy struct {
	FirstContact int64      `json:"first_contact_s"` // from capture to the first contact
	Pool         int64      `json:"pool_s"`          // how long a lead may lie in the pool
	NextStep     int64      `json:"next_step_s"`     // after a contact, when no date was agreed
	MaxOwners    int        `json:"max_owners"`      // after so many owners without a contact: the pool
	ClaimsPerDay int        `json:"claims_per_day"`  // per sales person, by the branch's calendar day
	Ladder       []RungRule `json:"ladder"`
}

// SMSPolicy says where SMS may go and how many: each is paid for, numbers of other countries cost many times more, and strangers type them into forms.
type SMSPolicy struct {
	Countries []string `json:"countries,omitempty"`   // ISO 3166; empty: China alone
	Number    int64    `json:"number_day,omitempty"`  // to one number a day, whatever they say and whoever it is; 0: the standard
	Company   int64    `json:"company_day,omitempty"` // of all branches a day (UTC); 0: the standard
}

// What one number and the company may be sent a day where the policy does not say.
const (
	standardSMSNumber  = 3
	standardSMSCompany = 500
)

// Caps are how many SMS a day may go to one number, and out of the company.
func (p SMSPolicy) Caps() (number, company int64) {
	return cmp.Or(p.Number, standardSMSNumber), cmp.Or(p.Company, standardSMSCompany)
}

// Permits says whether an SMS may go to a number (E.164); reason is why not.
func (p SMSPolicy) Permits(phone string) (reason string, ok bool) {
	number, err := phonenumbers.Parse(phone, "")
	if err != nil || !phonenumbers.IsValidNumber(number) {
		return ReasonNoMobile, false
	}
	countries := p.Countries
	if len(countries) == 0 {
		countries = []string{"CN"}
	}
	if !slices.Contains(countries, phonenumbers.GetRegionCodeForNumber(number)) {
		return ReasonCountry, false
	}
	switch phonenumbers.GetNumberType(number) {
	case phonenumbers.MOBILE, phonenumbers.FIXED_LINE_OR_MOBILE:
		return "", true
	}
	return ReasonNoMobile, false
}

// RungRule is one step of a ladder, as data: in State, at Percent of the state's budget plus Plus working seconds, Do something. Name is
// unique in the ladder, but for the acknowledgement, which every state may have and which is climbed once.
type RungRule struct {
	State   string `json:"state"`
	Name    string `json:"name"`
	Do      string `json:"do"`
	Percent int64  `json:"percent"`
	Plus    int64  `json:"plus_s"`
}

// Check says what is wrong with the policy, naming the field.
func (p LeadPolicy) Check() error {
	if p.FirstContact <= 0 || p.Pool <= 0 || p.NextStep <= 0 || p.MaxOwners <= 0 || p.ClaimsPerDay <= 0 {
		return errors.New("lead: durations, max_owners and claims_per_day must be positive")
	}
	seen := map[string]bool{passedOn: true}
	for i, r := range p.Ladder {
		switch {
		case !slices.Contains(LeadStates, r.State):
			return fmt.Errorf("lead.ladder[%d].state: no such state", i)
		case !slices.Contains(leadSteps, r.Do):
			return fmt.Errorf("lead.ladder[%d].do: no such step", i)
		case r.Percent < 0 || r.Plus < 0:
			return fmt.Errorf("lead.ladder[%d]: a rung cannot come before its state", i)
		case r.Name == "" || r.Do != DoAcknowledge && seen[r.Name]:
			return fmt.Errorf("lead.ladder[%d].name: empty, or another rung has it", i)
		}
		seen[r.Name] = true
	}
	return nil
}

// StandardPolicy is what a new shop starts with: the first contact within 30 working minutes, reminders at half time and when it is due,
// the next person half an hour later, and after three people the pool.
func StandardPolicy() Policy {
	const minute, hour = 60, 3600
	return Policy{ID: "standard", Version: 1, Complaint: StandardComplaintPolicy(), Hold: StandardHoldPolicy(), SMS: SMSPolicy{Number: standardSMSNumber, Company: standardSMSCompany}, Lead: LeadPolicy{
		FirstContact: 30 * minute, Pool: 16 * hour, NextStep: 40 * hour, MaxOwners: 3, ClaimsPerDay: 10,
		Ladder: []RungRule{
			{State: LeadNew, Name: "acknowledge", Do: DoAcknowledge},
			{State: LeadNew, Name: "assign", Do: DoAssign},
			{State: LeadAssigned, Name: "acknowledge", Do: DoAcknowledge},
			{State: LeadAssigned, Name: "tell", Do: DoTell},
			{State: LeadAssigned, Name: "half", Do: DoRemind, Percent: 50},
			{State: LeadAssigned, Name: "due", Do: DoRemind, Percent: 100},
			{State: LeadAssigned, Name: "overdue", Do: DoReassign, Percent: 100, Plus: 30 * minute},
			{State: LeadPooled, Name: "acknowledge", Do: DoAcknowledge},
			{State: LeadPooled, Name: "pooled", Do: DoTellManager},
			{State: LeadPooled, Name: "stale", Do: DoTellManager, Percent: 100},
		},
	}}
}
