package api

import (
	"net/http"
	"strconv"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/hold"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/setup"
	"afterpress/shared/crm/task"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/store/table"
)

func (s *Server) policyRoutes() []httpapi.Route {
	return []httpapi.Route{
		on("GET /policies", permission.ReadPolicies, s.listPolicies,
			httpapi.Doc{Summary: "List the policies as they hold now · 规则列表", Answer: table.Page[setup.Policy]{}}),
		on("POST /policies", permission.ChangePolicies, s.openPolicy,
			httpapi.Doc{Summary: "Make a policy; all times are seconds of working time · 新建规则（时间单位：工作秒）", Body: OpenPolicy{},
				Answer: setup.Policy{}, Status: created}),
		on("GET /policies/{id}", permission.ReadPolicies, s.readPolicy,
			httpapi.Doc{Summary: "Read a policy as it holds now · 查看规则", Answer: setup.Policy{}}),
		on("PATCH /policies/{id}", permission.ChangePolicies, s.changePolicy,
			httpapi.Doc{Summary: "Change a policy by a merge patch (RFC 7396); open records get their deadlines anew · 修改规则，未结记录的期限会重算", Body: PolicyDetails{}, Answer: setup.Policy{}, Changes: true}),
		on("GET /policies/{id}/versions", permission.ReadPolicies, s.listPolicyVersions,
			httpapi.Doc{Summary: "List the versions of a policy, newest first · 规则的各个版本", Query: httpapi.Paging{},
				Answer: table.Page[setup.Policy]{}}),
		on("GET /policies/{id}/versions/{version}", permission.ReadPolicies, s.readPolicyVersion,
			httpapi.Doc{Summary: "Read what a policy said in a version: standard@3 is version 3 of standard · 查看规则的某个版本",
				Answer: setup.Policy{}}),
	}
}

// PolicyDetails is what an owner says of a policy. Each part is the policy's own.
type PolicyDetails struct {
	Lead      lead.Policy         `json:"lead" validate:"required" description:"How leads are followed up · 线索跟进"`
	Task      task.Policy         `json:"task,omitzero" description:"When tasks are due · 任务期限"`
	Complaint complaint.Policy    `json:"complaint,omitzero" description:"How complaints are worked on; absent: the standard · 投诉处理，不填则按标准"`
	Hold      hold.Policy         `json:"hold,omitzero" description:"How long a question about a running job may wait; absent: the standard · 生产中询问的期限，不填则按标准"`
	SMS       message.SMSPolicy   `json:"sms,omitzero" description:"Where SMS may go, and how many · 短信范围与数量"`
	Life      customer.LifePolicy `json:"life,omitzero" description:"When silence makes a customer lapse, and how often key customers are spoken with and reviewed · 客户流失规则与重点客户的联系、回顾周期"`

	Preference customer.PreferencePolicy `json:"preference,omitzero" description:"How long preferences hold · 偏好的有效期"`
	Texts      setup.PolicyTexts         `json:"texts,omitzero" description:"The shop's own words in mails to customers; a slot that is absent says nothing · 客户邮件中本店自己的话，不填则没有"`
}

// OpenPolicy is a new policy under an id that records name.
type OpenPolicy struct {
	ID string `json:"id" validate:"required,min=2,max=40,slug" pattern:"^[a-z][a-z0-9-]*$" description:"Small letters, digits, hyphens · 小写字母、数字、连字符"`
	PolicyDetails
}

// Policy is the policy as the rules know it, without id and version.
func (d PolicyDetails) Policy() setup.Policy {
	return setup.Policy{Lead: d.Lead, Task: d.Task, SMS: d.SMS, Life: d.Life, Complaint: d.Complaint, Hold: d.Hold,
		Preference: d.Preference, Texts: d.Texts}
}

// policyDetails is a policy as its details say it, for a patch to change.
func policyDetails(p setup.Policy) PolicyDetails {
	return PolicyDetails{Lead: p.Lead, Task: p.Task, SMS: p.SMS, Life: p.Life, Complaint: p.Complaint, Hold: p.Hold,
		Preference: p.Preference, Texts: p.Texts}
}

func policyOf(r *http.Request, shop setup.Shop) (setup.Policy, error) {
	p, found := shop.Policy(r.PathValue("id"))
	if !found {
		return p, fault.Missing("规则", "policy")
	}
	return p, nil
}

func (s *Server) listPolicies(r *http.Request) (httpapi.Answer, error) {
	shop, err := s.Store.Shop(r.Context())
	if err != nil {
		return httpapi.Answer{}, err
	}
	return httpapi.OK(table.Page[setup.Policy]{Items: shop.Policies}), nil
}

func (s *Server) readPolicy(r *http.Request) (httpapi.Answer, error) {
	shop, _, err := s.shopFor(r, permission.ReadPolicies)
	if err != nil {
		return httpapi.Answer{}, err
	}
	p, err := policyOf(r, shop)
	if err != nil {
		return httpapi.Answer{}, err
	}
	return httpapi.OK(p), nil
}

func (s *Server) openPolicy(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Decode[OpenPolicy](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	shop, by, err := s.shopFor(r, permission.ChangePolicies)
	if err != nil {
		return httpapi.Answer{}, err
	}
	before := setup.Policy{ID: in.ID}
	next, event, err := before.Reshape(in.Policy(), by, shop, s.Now())
	if err != nil {
		return httpapi.Answer{}, err
	}
	opened := func(result any) httpapi.Answer { return httpapi.Created("/policies/"+in.ID, result) }
	if err := s.Store.SavePolicy(httpapi.Answering(r, opened), before, next, event); err != nil {
		return httpapi.Answer{}, err
	}
	return opened(next), nil
}

func (s *Server) changePolicy(r *http.Request) (httpapi.Answer, error) {
	if _, err := httpapi.MustVersion(r); err != nil {
		return httpapi.Answer{}, err
	}
	shop, by, err := s.shopFor(r, permission.ChangePolicies)
	if err != nil {
		return httpapi.Answer{}, err
	}
	p, err := policyOf(r, shop)
	if err == nil {
		err = current(r, p.Version, p)
	}
	if err != nil {
		return httpapi.Answer{}, err
	}
	in, err := httpapi.Patch(r, policyDetails(p))
	if err != nil {
		return httpapi.Answer{}, err
	}
	next, event, err := p.Reshape(in.Policy(), by, shop, s.Now())
	if err == nil {
		err = s.Store.SavePolicy(r.Context(), p, next, event)
	}
	if err != nil {
		return httpapi.Answer{}, err
	}
	return httpapi.OK(next), nil
}

func (s *Server) listPolicyVersions(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Query[httpapi.Paging](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	id, err := recordID(r, fault.Missing("规则", "policy"))
	if err != nil {
		return httpapi.Answer{}, err
	}
	page, err := s.Store.PolicyVersions(r.Context(), id, paging(r, in))
	if err != nil {
		return httpapi.Answer{}, err
	}
	return httpapi.OK(page), nil
}

func (s *Server) readPolicyVersion(r *http.Request) (httpapi.Answer, error) {
	missing := fault.Missing("规则版本", "version of the policy")
	id, err := recordID(r, missing)
	if err != nil {
		return httpapi.Answer{}, err
	}
	version, err := strconv.ParseInt(r.PathValue("version"), 10, 32)
	if err != nil || version < 1 || strconv.FormatInt(version, 10) != r.PathValue("version") {
		return httpapi.Answer{}, missing
	}
	p, err := s.Store.PolicyVersion(r.Context(), id, version)
	if err != nil {
		return httpapi.Answer{}, err
	}
	return httpapi.OK(p), nil
}
