package message

import (
	"cmp"
	"fmt"
	"slices"

	"afterpress/shared/kernel/fault"

	"github.com/nyaruka/phonenumbers"
)

// SMSPolicy says where SMS may go and how many. Each is paid for, numbers of other countries cost many times
// more, and strangers type them into forms.
type SMSPolicy struct {
	Countries []string `json:"countries,omitempty" validate:"max=50,unique,dive,region" description:"ISO 3166; empty: China alone · 允许发送短信的国家，不填则仅限中国"`
	Number    int64    `json:"number_day,omitempty" validate:"min=0,max=1000" description:"To one number a day; 0: 3 · 每个号码每天最多几条，0 为 3 条"`
	Company   int64    `json:"company_day,omitempty" validate:"min=0,max=10000000" description:"Of all branches a day (UTC), automatic replies a fifth of it; 0: 500 · 全公司每天最多几条，其中自动回复最多占五分之一，0 为 500 条"`
}

// Daily limits of one number and the company where the policy names no figure.
const (
	standardSMSNumber  = 3
	standardSMSCompany = 500
)

// StandardSMS is what a new shop starts with: to China alone, so many a day.
func StandardSMS() SMSPolicy {
	return SMSPolicy{Number: standardSMSNumber, Company: standardSMSCompany}
}

// Check adds to f what is wrong with the policy: a country that does not exist, or a negative cap.
func (p SMSPolicy) Check(f *fault.List) {
	for i, country := range p.Countries {
		if phonenumbers.GetCountryCodeForRegion(country) == 0 {
			f.Add(fmt.Sprintf("/sms/countries/%d", i), "没有这个国家代码。请填写两个大写字母，例如 CN。",
				"There is no such country. Enter its two capital letters, such as CN.")
		}
	}
	if p.Number < 0 {
		f.Add("/sms/number_day", fault.NotNegative.Zh, fault.NotNegative.En)
	}
	if p.Company < 0 {
		f.Add("/sms/company_day", fault.NotNegative.Zh, fault.NotNegative.En)
	}
}

// Classes of SMS. Each process reserves slices of the company's cap for each class apart.
const (
	SMSAutomatic = "automatic" // automatic replies: strangers type addresses into forms
	SMSService   = "service"
	SMSMarketing = "marketing" // and every other purpose that needs a yes
)

// SMSClass is the class of an SMS.
func (m Message) SMSClass() string {
	switch {
	case m.Replies != "":
		return SMSAutomatic
	case m.Purpose == "" || m.Purpose == PurposeService:
		return SMSService
	}
	return SMSMarketing
}

// automaticShare is the part of the company's cap that automatic replies may take: a flood of enquiries leaves the
// rest to customers.
const automaticShare = 5

// ClassCap is how many SMS of a class the company may send a day: automatic ones a fifth of its cap, and at least one.
func (p SMSPolicy) ClassCap(class string) int64 {
	_, company := p.Caps()
	if class == SMSAutomatic {
		return max(1, company/automaticShare)
	}
	return company
}

// DayCap is the company's budget of SMS of a class of a day.
func (p SMSPolicy) DayCap(class string) DayCap {
	_, company := p.Caps()
	return DayCap{Class: class, Own: p.ClassCap(class), All: company}
}

// Caps are how many SMS may go to one number a day, and out of the company a day.
func (p SMSPolicy) Caps() (number, company int64) {
	return cmp.Or(p.Number, standardSMSNumber), cmp.Or(p.Company, standardSMSCompany)
}

// Permits reports whether an SMS may go to a number (E.164). None goes to one with an extension: that
// is a telephone on a desk. reason is why not: ReasonNoMobile or ReasonCountry.
func (p SMSPolicy) Permits(phone string) (reason string, ok bool) {
	number, err := phonenumbers.Parse(phone, "")
	if err != nil || !phonenumbers.IsValidNumber(number) || number.GetExtension() != "" {
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
