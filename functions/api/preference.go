package api

import (
	"net/http"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/overview"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store/centre"
	"afterpress/shared/store/table"
)

func (s *Server) preferenceRoutes() []httpapi.Route {
	return []httpapi.Route{
		on("GET /customers/{id}/preferences", permission.ReadPreferences, s.listPreferences,
			httpapi.Doc{Summary: "List what a customer must have and what he likes, requirements first · 客户偏好与特殊要求",
				Answer: table.Page[Preference]{}}),
		on("POST /customers/{id}/preferences", permission.ChangePreferences, s.addPreference,
			httpapi.Doc{Summary: "Add a preference or requirement · 登记偏好或要求", Body: PreferenceEntry{}, Answer: Preference{},
				Status: created}),
		on("GET /customers/{id}/preferences/{preference}", permission.ReadPreferences, s.readPreference,
			httpapi.Doc{Summary: "Read a preference or requirement · 查看偏好或要求", Answer: Preference{}}),
		on("PATCH /customers/{id}/preferences/{preference}", permission.ChangePreferences, s.changePreference,
			httpapi.Doc{Summary: "Change a preference by a merge patch (RFC 7396); another value confirms it · 修改偏好或要求，内容变更即视为确认", Body: PreferenceEntry{}, Answer: Preference{}, Changes: true}),
		on("DELETE /customers/{id}/preferences/{preference}", permission.ChangePreferences, s.removePreference,
			httpapi.Doc{Summary: "Remove a preference that no longer holds · 移除偏好或要求", Status: http.StatusNoContent,
				Changes: true}),
		on("POST /customers/{id}/preferences/{preference}/confirm", permission.ChangePreferences, s.confirmPreference,
			httpapi.Doc{Summary: "Confirm that a preference still holds · 确认偏好或要求仍然有效", Body: ConfirmPreference{},
				Answer: Preference{}}),
	}
}

// PreferenceEntry is what a colleague says a customer likes or must have.
type PreferenceEntry struct {
	Kind        string   `json:"kind" validate:"required,oneof=paper ink colour-standard trim binding finishing packing delivery-window paperwork proof other"`
	Value       string   `json:"value" validate:"required,max=500,text,shown"`
	Requirement bool     `json:"requirement,omitempty" description:"true: must have; false: likes · true：必须满足；false：偏好"`
	Products    []string `json:"products,omitempty" validate:"max=20,unique,dive,required,max=100,oneline,shown" description:"To which it applies; absent: all · 适用的产品，不填则为全部"`
	Source      string   `json:"source" validate:"required,oneof=contact staff job" description:"Who says so · 来源：联系人、员工或订单"`
	SourceID    string   `json:"source_id,omitempty" validate:"max=64,oneline" description:"His id or the job's; absent for staff: you · 其编号；来源为员工时不填则为您本人"`
}

// ConfirmPreference says who confirmed that a preference still holds.
type ConfirmPreference struct {
	Source   string `json:"source" validate:"required,oneof=contact staff job"`
	SourceID string `json:"source_id,omitempty" validate:"max=64,oneline"`
}

// Preference is a preference as the API shows it: in the reader's words, and whether it is stale.
type Preference struct {
	customer.Preference
	KindText string `json:"kind_text"`
	Stale    bool   `json:"stale"`
}

func (in PreferenceEntry) preference() customer.Preference {
	return customer.Preference{Kind: in.Kind, Value: in.Value, Requirement: in.Requirement, Products: in.Products,
		Source: in.Source, SourceID: in.SourceID}
}

// preferenceEntryOf is a preference as its entry says it, for a patch to change.
func preferenceEntryOf(p customer.Preference) PreferenceEntry {
	return PreferenceEntry{Kind: p.Kind, Value: p.Value, Requirement: p.Requirement, Products: p.Products,
		Source: p.Source, SourceID: p.SourceID}
}

// freshPreference shows a preference that was confirmed just now. It renders what a commit returns, which is always
// a preference.
func freshPreference(r *http.Request) func(any) httpapi.Answer {
	return func(result any) httpapi.Answer {
		p := result.(customer.Preference)
		return httpapi.OK(Preference{p, p.Words().In(httpapi.Lang(r)), false})
	}
}

// preference reads the preference in the path, as the caller sees it: its customer must be his to see, and its
// version the one that he names.
func (s *Server) preference(r *http.Request) (customer.Customer, customer.Preference, error) {
	missing := fault.Missing("客户", "customer")
	id, err := recordID(r, missing)
	if err != nil {
		return customer.Customer{}, customer.Preference{}, err
	}
	which := r.PathValue("preference")
	if len(which) > 64 {
		which = "none"
	}
	c, p, err := s.Store.Preference(r.Context(), id, which)
	switch {
	case c.ID != "" && !c.SeenBy(httpapi.Actor(r)):
		return customer.Customer{}, customer.Preference{}, missing
	case err != nil:
		return c, p, err
	}
	return c, p, current(r, p.Version, p)
}

// preferenceToChange is preference in the version that the caller has seen; he must name one.
func (s *Server) preferenceToChange(r *http.Request) (customer.Customer, customer.Preference, error) {
	if _, err := httpapi.MustVersion(r); err != nil {
		return customer.Customer{}, customer.Preference{}, err
	}
	return s.preference(r)
}

func (s *Server) listPreferences(r *http.Request) (httpapi.Answer, error) {
	missing := fault.Missing("客户", "customer")
	id, err := recordID(r, missing)
	if err != nil {
		return httpapi.Answer{}, err
	}
	shop, err := s.Store.Shop(r.Context())
	if err != nil {
		return httpapi.Answer{}, err
	}
	file, err := s.Store.CustomerFile(r.Context(), id)
	if err == nil && !file.Customer.SeenBy(httpapi.Actor(r)) {
		err = missing
	}
	if err != nil {
		return httpapi.Answer{}, err
	}
	out := table.Page[Preference]{Items: []Preference{}}
	for _, p := range file.Preferences {
		out.Items = append(out.Items,
			Preference{p, p.Words().In(httpapi.Lang(r)), p.Stale(file.Policy(shop).Preference, s.Now())})
	}
	return httpapi.OK(out), nil
}

func (s *Server) readPreference(r *http.Request) (httpapi.Answer, error) {
	c, p, err := s.preference(r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	shop, err := s.Store.Shop(r.Context())
	if err != nil {
		return httpapi.Answer{}, err
	}
	policy := overview.File{Customer: c}.Policy(shop).Preference
	return httpapi.OK(Preference{p, p.Words().In(httpapi.Lang(r)), p.Stale(policy, s.Now())}), nil
}

func (s *Server) addPreference(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Decode[PreferenceEntry](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	missing := fault.Missing("客户", "customer")
	id, err := recordID(r, missing)
	if err != nil {
		return httpapi.Answer{}, err
	}
	shop, err := s.Store.Shop(r.Context())
	if err != nil {
		return httpapi.Answer{}, err
	}
	added := func(result any) httpapi.Answer {
		return httpapi.Created("/customers/"+id+"/preferences/"+result.(customer.Preference).ID,
			freshPreference(r)(result).Body)
	}
	by := httpapi.Actor(r)
	p, err := s.Store.AddPreference(httpapi.Answering(r, added), id, in.preference(),
		s.prefers(by, shop.Roster, missing))
	if err != nil {
		return httpapi.Answer{}, err
	}
	return added(p), nil
}

// prefers is the rule by which a customer gets a preference.
func (s *Server) prefers(by staff.Actor, shop firm.Roster, missing error) centre.PreferRule {
	return func(c customer.Customer, p customer.Preference, had int) (customer.Customer, customer.Preference, event.Event,
		error) {
		if !c.SeenBy(by) {
			return c, p, event.Event{}, missing
		}
		return c.Prefer(by, p, had, shop, s.Now())
	}
}

func (s *Server) changePreference(r *http.Request) (httpapi.Answer, error) {
	c, p, err := s.preferenceToChange(r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	entry, err := httpapi.Patch(r, preferenceEntryOf(p))
	if err != nil {
		return httpapi.Answer{}, err
	}
	shop, err := s.Store.Shop(r.Context())
	if err != nil {
		return httpapi.Answer{}, err
	}
	next, e, err := p.Change(httpapi.Actor(r), entry.preference(), shop.Roster, c, s.Now())
	if err == nil {
		err = s.Store.SavePreference(r.Context(), next, e)
	}
	if err != nil {
		return httpapi.Answer{}, err
	}
	return freshPreference(r)(next), nil
}

func (s *Server) confirmPreference(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Decode[ConfirmPreference](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	c, p, err := s.preference(r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	shop, err := s.Store.Shop(r.Context())
	if err != nil {
		return httpapi.Answer{}, err
	}
	next, e, err := p.Confirm(httpapi.Actor(r), in.Source, in.SourceID, shop.Roster, c, s.Now())
	if err == nil {
		err = s.Store.SavePreference(httpapi.Answering(r, freshPreference(r)), next, e)
	}
	if err != nil {
		return httpapi.Answer{}, err
	}
	return freshPreference(r)(next), nil
}

func (s *Server) removePreference(r *http.Request) (httpapi.Answer, error) {
	c, p, err := s.preferenceToChange(r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	if err := s.Store.RemovePreference(r.Context(), p, p.Removed(httpapi.Actor(r), c.Branch, s.Now())); err != nil {
		return httpapi.Answer{}, err
	}
	return httpapi.NoContent(), nil
}
