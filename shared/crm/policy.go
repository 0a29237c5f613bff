package crm

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/nyaruka/phonenumbers"
)

// Policy is a versioned document of durations, limits, ladders and texts. A record names the version under which its deadline was computed: a new version plans the
// open records anew, and a record whose times that leaves as they were keeps the name of the version that computed them, and so its texts.
type Policy struct {
	ID        string          `json:"id"`
	Version   int64           `json:"version"`
	CreatedAt time.Time       `json:"created_at"`
	UpdatedAt time.Time       `json:"updated_at"`
	Lead      LeadPolicy      `json:"lead"`
	Task      TaskPolicy      `json:"task"`
	Complaint ComplaintPolicy `json:"complaint,omitzero"`
	Hold      HoldPolicy      `json:"hold,omitzero"`
	SMS       SMSPolicy       `json:"sms"`
	Life      LifePolicy      `json:"life"`

	Preference PreferencePolicy `json:"preference,omitzero"`
	Texts      PolicyTexts      `json:"texts,omitzero"`
}

// Ref is how a record names the policy that it obeys: "standard@3".
func (p Policy) Ref() string { return fmt.Sprintf("%s@%d", p.ID, p.Version) }

// LeadPolicy says how fast a lead is followed up and by whom. All durations are seconds of working time.
type LeadPolicy struct {
	FirstContact int64      `json:"first_contact_s" validate:"min=1,max=10000000" description:"From capture to the first contact · 从收到询价到首次联系"`
	Pool         int64      `json:"pool_s" validate:"min=1,max=10000000" description:"How long a lead may lie in the pool · 线索可在公海停留多久"`
	NextStep     int64      `json:"next_step_s" validate:"min=1,max=10000000" description:"After a contact, when no date was agreed · 联系之后未约定日期时的下一步期限"`
	MaxOwners    int        `json:"max_owners" validate:"min=1,max=100" description:"After so many owners without a contact it goes to the pool · 多少位负责人未联系后退回公海"`
	ClaimsPerDay int        `json:"claims_per_day" validate:"min=1,max=10000" description:"Per sales person and calendar day of the branch · 每位销售每天最多领取"`
	Ladder       []RungRule `json:"ladder" validate:"max=50,dive" description:"What is done while a lead waits, and when · 等待期间的提醒与升级"`
}

// SMSPolicy says where SMS may go and how many: each is paid for, numbers of other countries cost many times more, and strangers type them into forms.
type SMSPolicy struct {
	Countries []string `json:"countries,omitempty" validate:"max=50,unique,dive,region" description:"ISO 3166; empty: China alone · 允许发送短信的国家，不填则仅限中国"`
	Number    int64    `json:"number_day,omitempty" validate:"min=0,max=1000" description:"To one number a day; 0: 3 · 每个号码每天最多几条，0 为 3 条"`
	Company   int64    `json:"company_day,omitempty" validate:"min=0,max=10000000" description:"Of all branches a day (UTC); 0: 500 · 全公司每天最多几条，0 为 500 条"`
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
	State   string `json:"state" validate:"required,max=20"`
	Name    string `json:"name" validate:"required,max=40,slug"`
	Do      string `json:"do" validate:"required,max=20"`
	Percent int64  `json:"percent" validate:"min=0,max=1000"`
	Plus    int64  `json:"plus_s" validate:"min=0,max=10000000"`
}

// StandardPolicy is what a new shop starts with: the first contact within 30 working minutes, reminders at half time and when it is due,
// the next person half an hour later, and after three people the pool; a task that nobody gave a date has two working days.
func StandardPolicy() Policy {
	const minute, hour = 60, 3600
	return Policy{ID: "standard", Version: 1, Complaint: StandardComplaintPolicy(), Hold: StandardHoldPolicy(), SMS: SMSPolicy{Number: standardSMSNumber, Company: standardSMSCompany}, Life: StandardLife(), Lead: LeadPolicy{
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
	}, Task: standardTaskPolicy()}
}
