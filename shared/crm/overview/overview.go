// Package overview puts the file of a customer together for one reader.
package overview

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/setup"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// File is what the store knows of a customer at one moment: the customer, contacts and preferences. For an
// overview it also has the open items, most urgent first, the gates by the ids of the contacts, and the
// marketing freeze.
type File struct {
	Customer    customer.Customer
	Contacts    []customer.Contact
	Preferences []customer.Preference
	Open        []OpenItem
	Gates       map[string]gate.Gate
	Freeze      gate.Freeze
}

// OpenItem is open work for a customer.
type OpenItem struct {
	Kind    string    `json:"kind" of:"open-kind"`
	ID      string    `json:"id"`
	Title   string    `json:"title,omitempty"`
	Product string    `json:"product,omitempty"`
	State   string    `json:"state"`
	Branch  string    `json:"branch"`
	Owner   string    `json:"owner,omitempty"`
	Due     time.Time `json:"due_at"`
	Asked   string    `json:"asked,omitempty"` // of a task: what the customer waits to have answered

	Severity int           `json:"severity,omitempty"` // of a complaint: 1 is worst, 4 least
	Job      string        `json:"job,omitempty"`
	Defects  []defect.Kind `json:"defects,omitempty"`
}

// Overview is all that a colleague needs when a customer is at the counter or on the phone, in the
// colleague's language. One reading answers it. What the colleague's role does not see is left out.
type Overview struct {
	Customer    customer.Customer `json:"customer"`
	Owner       *NamedStaff       `json:"owner,omitempty"`
	Contacts    []Contact         `json:"contacts"`
	Preferences []Liking          `json:"preferences"`
	Open        []Open            `json:"open"`
	LastTouches []Touch           `json:"last_touches"`
	Warnings    []Warning         `json:"warnings"`
}

// ETagVersion is the version of the customer, which an If-Match on the customer names.
func (o Overview) ETagVersion() int64 { return o.Customer.Version }

// Permission is what the reader may see beside the customer's own fields.
type Permission struct{ Contacts, Consents, Preferences, Leads, Tasks, Complaints, Holds bool }

// NamedStaff is a colleague by id and name. Away says why the colleague is not there; empty for one who is.
type NamedStaff struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Away string `json:"away,omitempty"` // left or absent
}

// Contact is a contact of the customer. May lists the channels and purposes, and whether each is allowed.
type Contact struct {
	customer.Contact
	May []Reachable `json:"may,omitempty"`
}

// Reachable says whether a contact may be written to or called for a purpose, and why not.
type Reachable struct {
	Channel string `json:"channel"`
	Purpose string `json:"purpose" of:"purpose"`
	Allowed bool   `json:"allowed"`
	Reason  string `json:"reason,omitempty"`
	Text    string `json:"text,omitempty"` // why not
}

// Liking is a preference or requirement, and whether it is stale.
type Liking struct {
	customer.Preference
	KindText string `json:"kind_text"`
	Stale    bool   `json:"stale"`
}

// Open is an open item with its owner, and whether it is late.
type Open struct {
	OpenItem
	HeldBy  *NamedStaff `json:"held_by,omitempty"`
	Why     string      `json:"why,omitempty" description:"Why a customer waits for an answer · 客户等待答复的原因"`
	Overdue bool        `json:"overdue"`
}

// Touch is one of the last touches, with the name of the colleague who had it.
type Touch struct {
	customer.TouchLine
	ByName      string `json:"by_name,omitempty"`
	ChannelText string `json:"channel_text"`
}

// Warning is what the reader should know before speaking with the customer. About has the ids of the records
// that it is about.
type Warning struct {
	Code  string   `json:"code"`
	Text  string   `json:"text"`
	About []string `json:"about,omitempty"`
}

// reachPurposes are the purposes that an overview tells of, each for every one of reachChannels.
var (
	reachPurposes = []string{message.PurposeService, message.PurposeMarketing}
	reachChannels = []string{message.ChannelEmail, message.ChannelSMS}
)

// channelCall is the channel of a phone call. A call is no message, so no gate is asked.
const channelCall = "call"

var reachWords = map[string]words.Text{
	message.ReasonNoAddress: {Zh: "没有可用的邮箱或电话", En: "no e-mail address or phone is known"},
	message.ReasonBlocked:   {Zh: "该地址已停用", En: "the address is blocked"},
	message.ReasonNoConsent: {Zh: "客户未同意接收", En: "the person did not agree to it"},
	message.ReasonNoMobile:  {Zh: "没有能收短信的手机号", En: "no number of the contact takes an SMS"},
	message.ReasonCountry:   {Zh: "不向该国家或地区发短信", En: "no SMS goes to that country"},
	message.ReasonComplaint: {Zh: "客户有未结的投诉", En: "a complaint of the customer is open"},
	message.ReasonLeft:      {Zh: "已离开该客户", En: "the person has left this customer"},
}

// DealingsOf are the shop's dealings with a customer who has these open items. word is
// customer.Dealings.Word.
func DealingsOf(open []OpenItem, word time.Time) customer.Dealings {
	has := customer.Dealings{Word: word}
	for _, item := range open {
		has.Tasks = append(has.Tasks, item.ID)
		has.Complains = has.Complains || item.Kind == "complaint"
	}
	return has
}

// MayRead says what the actor may see in an overview.
func MayRead(a staff.Actor) Permission {
	may := func(action permission.Action) bool { return permission.Permit(a, action) == nil }
	return Permission{Contacts: may(permission.ReadContacts), Consents: may(permission.ReadConsents),
		Preferences: may(permission.ReadPreferences), Leads: may(permission.ReadLeads), Tasks: may(permission.ReadTasks),
		Complaints: may(permission.ReadComplaints), Holds: may(permission.ReadHolds)}
}

// Overview puts the file together for a reader, in the reader's language. Lists that the reader may not see
// are empty.
func (f File) Overview(by staff.Actor, shop setup.Shop, lang words.Lang, now time.Time) Overview {
	v := overview{f, by, MayRead(by), shop, f.Policy(shop), lang, now}
	o := Overview{Customer: f.Customer.For(by), Contacts: []Contact{}, Preferences: []Liking{}, Open: []Open{},
		LastTouches: []Touch{},
		Warnings:    []Warning{}, Owner: v.named(f.Customer.Owner)}
	o.Customer.LastTouches = nil // they stand in o.LastTouches, with names
	if v.may.Contacts {
		for _, c := range f.Contacts {
			o.Contacts = append(o.Contacts, Contact{c, v.reach(c)})
		}
	}
	if v.may.Preferences {
		for _, p := range f.Preferences {
			o.Preferences = append(o.Preferences, Liking{p, p.Words().In(lang), p.Stale(v.policy.Preference, now)})
		}
	}
	for _, item := range f.Open {
		if v.sees(item) {
			if item.Kind == "complaint" {
				item.Title = complaint.Title(item.Defects, item.Job, item.ID).In(lang)
			}
			o.Open = append(o.Open, Open{item, v.named(item.Owner), task.Why(item.Asked).In(lang), item.Due.Before(now)})
		}
	}
	for _, t := range f.Customer.LastTouches {
		o.LastTouches = append(o.LastTouches, Touch{t, shop.Who(t.By, lang), customer.ChannelWords(t.Channel).In(lang)})
	}
	o.Warnings = append(o.Warnings, v.warnings(o)...)
	return o
}

// Policy is the policy of the customer's branch. A branch without one has setup.StandardPolicy.
func (f File) Policy(shop setup.Shop) setup.Policy {
	terms, err := shop.Terms(f.Customer.Branch)
	if err != nil {
		return setup.StandardPolicy()
	}
	return terms.Policy
}

// overview is what the parts of an Overview are made from.
type overview struct {
	file   File
	by     staff.Actor
	may    Permission
	shop   setup.Shop
	policy setup.Policy
	lang   words.Lang
	now    time.Time
}

// sees reports whether the reader may see an open item. The item must be of the reader's branch or the
// reader's own, and of a kind that the reader's role reads.
func (v overview) sees(item OpenItem) bool {
	if item.Kind == "lead" && !v.may.Leads || item.Kind == "task" && !v.may.Tasks || item.Kind == "complaint" &&
		!v.may.Complaints ||
		item.Kind == "hold" && !v.may.Holds {
		return false
	}
	return v.by.Sees(item.Branch) || item.Owner == v.by.ID
}

// named finds a colleague; nil of an empty id.
func (v overview) named(id string) *NamedStaff {
	if id == "" {
		return nil
	}
	p, found := v.shop.Person(id)
	n := NamedStaff{ID: id, Name: cmp.Or(p.Name, id)}
	switch {
	case !found || !p.Employed(v.now):
		n.Away = "left"
	case !p.Present(v.now):
		n.Away = "absent"
	}
	return &n
}

// reach says how the contact may be reached: by a call, and for each purpose by each channel. A reader who
// sees no consents is told of calls alone.
func (v overview) reach(c customer.Contact) []Reachable {
	call := Reachable{Channel: channelCall, Purpose: message.PurposeService, Allowed: true}
	switch {
	case c.LeftAt != nil:
		call.Allowed, call.Reason = false, message.ReasonLeft
	case len(c.Phones) == 0:
		call.Allowed, call.Reason = false, message.ReasonNoAddress
	}
	out := []Reachable{call}
	if v.may.Consents {
		for _, channel := range reachChannels {
			for _, purpose := range reachPurposes {
				r := Reachable{Channel: channel, Purpose: purpose}
				r.Reason, r.Allowed = v.permits(c, purpose, channel)
				out = append(out, r)
			}
		}
	}
	for i, r := range out {
		text, known := reachWords[r.Reason]
		if !known {
			text = message.ReasonWords[r.Reason]
		}
		out[i].Text = text.In(v.lang)
	}
	return out
}

// permits asks what a claim of a message asks. The contact must be there and have an address, and gate and
// freeze must permit the message.
func (v overview) permits(c customer.Contact, purpose, channel string) (reason string, ok bool) {
	if c.LeftAt != nil {
		return message.ReasonLeft, false
	}
	if channel == message.ChannelEmail && len(c.Emails) == 0 || channel == message.ChannelSMS && len(c.Phones) == 0 {
		return message.ReasonNoAddress, false
	}
	if channel == message.ChannelSMS {
		why := message.ReasonNoMobile
		takes := slices.ContainsFunc(c.Phones, func(p customer.Reach) bool {
			reason, ok := v.policy.SMS.Permits(p.Value)
			why = cmp.Or(reason, why)
			return ok
		})
		if !takes {
			return why, false
		}
	}
	if reason, ok := v.file.Gates[c.ID].Permits(purpose, channel); !ok {
		return reason, false
	}
	return v.file.Freeze.Permits(purpose)
}

// warnings lists what the reader should know first, gravest first.
func (v overview) warnings(o Overview) []Warning {
	c := v.file.Customer
	var out []Warning
	warn := func(holds bool, code string, about []string, zh, en string) {
		if holds {
			out = append(out, Warning{Code: code, Text: words.Text{Zh: zh, En: en}.In(v.lang), About: about})
		}
	}
	late, idle, away := v.trouble(o.Open)
	warn(c.ArchivedAt != nil, "archived", nil, "客户档案已归档。", "The customer's file is archived.")
	complaints, worst := complaintsOf(o.Open)
	warn(len(complaints) > 0, "complaint-open", complaints,
		fmt.Sprintf("客户有 %d 起未结投诉，最严重为 %d 级。请先了解情况再联系。", len(complaints), worst),
		fmt.Sprintf("Open complaints of the customer: %d, the gravest of severity %d. "+
			"Read them before you speak with the customer.",
			len(complaints), worst))
	warn(len(late) > 0, "overdue", late, fmt.Sprintf("%d 项待办已超期。请先处理。", len(late)),
		fmt.Sprintf("Overdue open items: %d. Deal with them first.", len(late)))
	warn(len(idle) > 0, "item-without-owner", idle, fmt.Sprintf("%d 项待办没有负责人。请领取或分配。", len(idle)),
		fmt.Sprintf("Open items without an owner: %d. Claim or assign them.", len(idle)))
	warn(len(away) > 0, "item-owner-away", away, fmt.Sprintf("%d 项待办的负责人已离职或不在岗。请转交。", len(away)),
		fmt.Sprintf("Open items whose owner has left or is absent: %d. Hand them on.", len(away)))
	warn(o.Owner == nil, "no-owner", nil, "客户没有负责人。请指定一位。", "The customer has no owner. Name one.")
	if o.Owner != nil {
		warn(o.Owner.Away == "left", "owner-left", []string{o.Owner.ID}, o.Owner.Name+" 已离职。请为客户指定新的负责人。", o.Owner.Name+
			", the owner of this customer, has left. Name a new owner.")
		warn(o.Owner.Away == "absent", "owner-absent", []string{o.Owner.ID}, o.Owner.Name+" 目前不在岗。", o.Owner.Name+
			", the owner of this customer, is absent.")
	}
	warn(c.LifeCycle == customer.LifeAtRisk, "at-risk", nil, "客户有流失风险：很久没有联系或下单。请主动联系。",
		"The customer is at risk: silent for long. Get in touch.")
	warn(c.LifeCycle == customer.LifeLapsed, "lapsed", nil, "客户已流失：很久没有下单。",
		"The customer has lapsed: no order for long.")
	return append(append(out, v.unreachable(o)...), v.unconfirmed(o)...)
}

// complaintsOf are the ids of the open complaints, with the severity of the gravest.
func complaintsOf(open []Open) (ids []string, worst int) {
	worst = 4
	for _, item := range open {
		if item.Kind == "complaint" {
			ids, worst = append(ids, item.ID), min(worst, item.Severity)
		}
	}
	return ids, worst
}

// trouble gives the ids of open items that are late, have no owner, or have an owner who is not there.
func (v overview) trouble(open []Open) (late, idle, away []string) {
	for _, item := range open {
		if item.Overdue {
			late = append(late, item.ID)
		}
		switch {
		case item.HeldBy == nil:
			idle = append(idle, item.ID)
		case item.HeldBy.Away != "":
			away = append(away, item.ID)
		}
	}
	return late, idle, away
}

// unreachable warns of contacts with a blocked channel. It also warns when no contact may be written to, and
// when none has agreed to marketing.
func (v overview) unreachable(o Overview) []Warning {
	if !v.may.Contacts || !v.may.Consents {
		return nil
	}
	var blocked []string
	written, agreed := false, false
	for _, c := range o.Contacts {
		for _, r := range c.May {
			written = written || r.Channel != channelCall && r.Purpose == message.PurposeService && r.Allowed
			// the yes stands, and waits until the complaint is closed
			agreed = agreed || r.Purpose == message.PurposeMarketing && (r.Allowed || r.Reason == message.ReasonComplaint)
			if r.Reason == message.ReasonBlocked && !slices.Contains(blocked, c.ID) {
				blocked = append(blocked, c.ID)
			}
		}
	}
	var out []Warning
	warn := func(holds bool, code string, about []string, text words.Text) {
		if holds {
			out = append(out, Warning{Code: code, Text: text.In(v.lang), About: about})
		}
	}
	warn(!written, "nobody-to-write-to", nil,
		words.Text{Zh: "没有可以写信或发短信的联系人。请补充联系方式。",
			En: "There is nobody to write to. Ask for an e-mail address or a mobile number."})
	warn(len(blocked) > 0, "suppressed", blocked,
		words.Text{Zh: "有联系人的地址已停用。请核对地址。", En: "Addresses of some contacts are blocked. Check them."})
	warn(written && !agreed, "no-consent", nil,
		words.Text{Zh: "没有联系人同意接收营销信息。", En: "No contact has agreed to marketing."})
	return out
}

// unconfirmed warns of requirements that were not confirmed for long.
func (v overview) unconfirmed(o Overview) []Warning {
	var stale []string
	for _, p := range o.Preferences {
		if p.Requirement && p.Stale {
			stale = append(stale, p.ID)
		}
	}
	if len(stale) == 0 {
		return nil
	}
	return []Warning{{Code: "stale-requirements", About: stale, Text: fmt.Sprintf(words.Text{
		Zh: "%d 项特殊要求很久没有确认。请在下次接触时确认。",
		En: "Special requirements that nobody confirmed for long: %d. Ask about them at the next touch."}.In(v.lang),
		len(stale))}}
}
