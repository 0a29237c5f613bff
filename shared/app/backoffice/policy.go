package backoffice

import (
	"context"
	"strconv"

	"afterpress/shared/app"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/erase"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/hold"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/letter"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/retention"
	"afterpress/shared/crm/setup"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/store/table"
)

// PolicyDetails is what an owner says of a policy. Each part is the policy's own.
type PolicyDetails struct {
	Lead      lead.Policy          `json:"lead" validate:"required" description:"How leads are followed up · 线索跟进"`
	Task      task.Policy          `json:"task,omitzero" description:"When tasks are due · 任务期限"`
	Complaint complaint.Policy     `json:"complaint,omitzero" description:"How complaints are worked on; absent: the standard · 投诉处理，不填则按标准"`
	Hold      hold.Policy          `json:"hold,omitzero" description:"How long a question about a running job may wait; absent: the standard · 生产中询问的期限，不填则按标准"`
	SMS       message.SMSPolicy    `json:"sms,omitzero" description:"Where SMS may go, and how many · 短信范围与数量"`
	Letters   message.LetterPolicy `json:"letters,omitzero" description:"Automatic letters a day · 自动回复邮件每天的限额"`
	Quiet     message.QuietPolicy  `json:"quiet,omitzero" description:"No automatic messages · 不发自动消息的时段"`
	Life      customer.LifePolicy  `json:"life,omitzero" description:"When silence makes a customer lapse, and how often key customers are spoken with and reviewed · 客户流失规则与重点客户的联系、回顾周期"`

	Erase      erase.Policy              `json:"erase,omitzero" description:"Erasing a contact · 删除联系人信息"`
	Preference customer.PreferencePolicy `json:"preference,omitzero" description:"How long preferences hold · 偏好的有效期"`
	Letter     letter.Policy             `json:"mail,omitzero" description:"Letters that wait for a person · 待处理来信"`
	Retention  retention.Policy          `json:"retention,omitzero" description:"Days that records stay · 保留天数"`
	Texts      setup.PolicyTexts         `json:"texts,omitzero" description:"The shop's own words in mails to customers; a slot that is absent says nothing · 客户邮件中本店自己的话，不填则没有"`
	Sources    form.Sources              `json:"sources,omitempty" validate:"max=50,dive" description:"Lead sources · 来源"`
}

// OpenPolicy is a new policy under an id that records name.
type OpenPolicy struct {
	ID string `json:"id" validate:"required,min=2,max=40,slug" pattern:"^[a-z][a-z0-9-]*$" description:"Small letters, digits, hyphens · 小写字母、数字、连字符"`
	PolicyDetails
}

// Policy is the policy as the rules know it, without id and version.
func (d PolicyDetails) Policy() setup.Policy {
	return setup.Policy{Lead: d.Lead, Task: d.Task, SMS: d.SMS, Letters: d.Letters, Quiet: d.Quiet, Life: d.Life,
		Complaint: d.Complaint, Hold: d.Hold, Erase: d.Erase, Preference: d.Preference, Letter: d.Letter, Texts: d.Texts,
		Sources: d.Sources, Retention: d.Retention}
}

// policyDetails is a policy as its details say it, for an edit.
func policyDetails(p setup.Policy) PolicyDetails {
	return PolicyDetails{Lead: p.Lead, Task: p.Task, SMS: p.SMS, Letters: p.Letters, Quiet: p.Quiet, Life: p.Life,
		Complaint: p.Complaint, Hold: p.Hold, Erase: p.Erase, Preference: p.Preference, Letter: p.Letter, Texts: p.Texts,
		Sources: p.Sources, Retention: p.Retention}
}

func policyIn(shop setup.Shop, id string) (setup.Policy, error) {
	p, found := shop.Policy(id)
	if !found {
		return p, fault.Missing("规则", "policy")
	}
	return p, nil
}

// Policies lists the policies of the shop as they hold now.
func (d Desk) Policies(ctx context.Context, by app.Caller) (table.Page[setup.Policy], error) {
	shop, err := d.cached(ctx, by, permission.ReadPolicies)
	return table.Page[setup.Policy]{Items: shop.Policies}, err
}

// Policy reads one policy as it holds now.
func (d Desk) Policy(ctx context.Context, by app.Caller, at app.Record) (setup.Policy, error) {
	shop, _, err := d.latest(ctx, by, permission.ReadPolicies)
	if err != nil {
		return setup.Policy{}, err
	}
	return policyIn(shop, at.ID)
}

// OpenPolicy makes a policy.
func (d Desk) OpenPolicy(ctx context.Context, by app.Caller, in OpenPolicy) (setup.Policy, error) {
	shop, by, err := d.latest(ctx, by, permission.ChangePolicies)
	if err != nil {
		return setup.Policy{}, err
	}
	before := setup.Policy{ID: in.ID}
	next, event, err := before.Reshape(in.Policy(), by.Actor, shop, d.Now())
	if err != nil {
		return setup.Policy{}, err
	}
	return next, d.Store.SavePolicy(ctx, before, next, event)
}

// ChangePolicy changes a policy. Open records get their deadlines anew, and what it said before can still be read.
func (d Desk) ChangePolicy(ctx context.Context, by app.Caller, at app.Record,
	edit app.Edit[PolicyDetails]) (setup.Policy, error) {
	shop, by, err := d.latest(ctx, by, permission.ChangePolicies)
	if err != nil {
		return setup.Policy{}, err
	}
	p, err := policyIn(shop, at.ID)
	if err == nil {
		err = at.Named(p.Version, p)
	}
	if err != nil {
		return setup.Policy{}, err
	}
	in, err := edit(policyDetails(p))
	if err != nil {
		return setup.Policy{}, err
	}
	next, event, err := p.Reshape(in.Policy(), by.Actor, shop, d.Now())
	if err != nil {
		return setup.Policy{}, err
	}
	return next, d.Store.SavePolicy(ctx, p, next, event)
}

// PolicyVersions lists the versions of a policy, newest first.
func (d Desk) PolicyVersions(ctx context.Context, by app.Caller, at app.Record,
	q app.Paging) (table.Page[setup.Policy], error) {
	if err := permission.Permit(by.Actor, permission.ReadPolicies); err != nil {
		return table.Page[setup.Policy]{}, err
	}
	return d.Store.PolicyVersions(ctx, at.ID, q.For(by))
}

// PolicyVersion reads what a policy said in a version, which is the record's part. A number has one spelling.
func (d Desk) PolicyVersion(ctx context.Context, by app.Caller, at app.Record) (setup.Policy, error) {
	if err := permission.Permit(by.Actor, permission.ReadPolicies); err != nil {
		return setup.Policy{}, err
	}
	version, err := strconv.ParseInt(at.Part, 10, 32)
	if err != nil || version < 1 || strconv.FormatInt(version, 10) != at.Part {
		return setup.Policy{}, fault.Missing("规则版本", "version of the policy")
	}
	return d.Store.PolicyVersion(ctx, at.ID, version)
}
