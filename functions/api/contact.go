package api

import (
	"errors"
	"net/http"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/setup"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/centre"
	"afterpress/shared/store/table"
)

func (s *Server) contactRoutes() []httpapi.Route {
	return []httpapi.Route{
		on("GET /customers/{id}/contacts", permission.ReadContacts, s.listContacts,
			httpapi.Doc{Summary: "List the people at a customer, oldest first, those who have left as well · 客户的联系人",
				Answer: table.Page[customer.Contact]{}}),
		on("POST /customers/{id}/contacts", permission.ChangeContacts, s.addContact,
			httpapi.Doc{Summary: "Add a person at a customer · 新增联系人", Body: ContactDefinition{}, Answer: customer.Contact{},
				Status: created}),
		on("GET /contacts/{id}", permission.ReadContacts, s.readContact,
			httpapi.Doc{Summary: "Read a contact · 查看联系人", Answer: customer.Contact{}}),
		on("PATCH /contacts/{id}", permission.ChangeContacts, s.changeContact,
			httpapi.Doc{Summary: "Change a contact by a merge patch (RFC 7396) · 修改联系人", Body: ContactDefinition{},
				Answer: customer.Contact{}, Changes: true}),
		on("DELETE /contacts/{id}", permission.ChangeContacts, s.contactLeft,
			httpapi.Doc{Summary: "Note that a contact has left: nobody writes to him, and his phones and e-mails are free; his record stays · 联系人已离开", Status: http.StatusNoContent, Changes: true}),
	}
}

// ContactDefinition is what staff say of a person at a customer. A name, a phone or an e-mail is needed.
type ContactDefinition struct {
	Name      string         `json:"name,omitempty" validate:"max=100,oneline,shown"`
	LatinName string         `json:"latin_name,omitempty" validate:"max=100,oneline,shown" description:"Where the name is Chinese · 中文姓名的拉丁字母写法"`
	Title     string         `json:"title,omitempty" validate:"max=100,oneline,shown"`
	Roles     []string       `json:"roles,omitempty" validate:"max=5,unique,dive,oneof=decides buys proofs receives pays"`
	Phones    []ContactReach `json:"phones,omitempty" validate:"max=5,dive" description:"Without a country code: read as of the branch's country · 不带国家代码的按网点所在国家识别"`
	Emails    []ContactReach `json:"emails,omitempty" validate:"max=5,dive"`
	Lang      string         `json:"lang,omitempty" validate:"omitempty,lang" description:"In which he is written to; absent: the customer's · 联系所用的语言，不填则与客户相同"`
	Zone      string         `json:"zone,omitempty" validate:"omitempty,max=64,timezone" description:"For colleagues to read, no message waits for it; absent: that of the branch · 时区，仅供同事参考，不填则与网点相同"`
}

// ContactReach is a phone or an e-mail address. One that is not shared belongs to this contact alone, in the whole
// company.
type ContactReach struct {
	Value  string `json:"value" validate:"required,max=254,oneline"`
	Shared bool   `json:"shared,omitempty" description:"A switchboard or a shared mailbox; what others share already is shared here as well · 总机或公共邮箱；他人已共用的，这里同样视为共用"`
}

// contact is what the definition says, or a refusal of it.
func (d ContactDefinition) contact(shop setup.Shop, cust customer.Customer) (customer.Contact, error) {
	c, faults := d.read(shop, cust)
	if len(faults) > 0 {
		return c, fault.Faulty(faults...)
	}
	return c, nil
}

// read reads what the definition says by the branch of the customer.
func (d ContactDefinition) read(shop setup.Shop, cust customer.Customer) (customer.Contact, []fault.Field) {
	branch, _ := shop.Branch(cust.Branch) // one without a region reads whole numbers only
	c := customer.Contact{Name: d.Name, LatinName: d.LatinName, Title: d.Title, Roles: d.Roles, Lang: words.Lang(d.Lang),
		Zone: d.Zone}
	for _, r := range d.Phones {
		c.Phones = append(c.Phones, customer.Reach(r))
	}
	for _, r := range d.Emails {
		c.Emails = append(c.Emails, customer.Reach(r))
	}
	return c.Read(branch.Region())
}

// contactDefinitionOf is a contact as its definition says it, for a patch to change.
func contactDefinitionOf(c customer.Contact) ContactDefinition {
	d := ContactDefinition{Name: c.Name, LatinName: c.LatinName, Title: c.Title, Roles: c.Roles, Lang: string(c.Lang),
		Zone: c.Zone}
	for _, r := range c.Phones {
		d.Phones = append(d.Phones, ContactReach(r))
	}
	for _, r := range c.Emails {
		d.Emails = append(d.Emails, ContactReach(r))
	}
	return d
}

// contact reads the contact in the path with his customer; one of a customer whom the caller does not see is
// missing like one that is not there.
func (s *Server) contact(r *http.Request) (customer.Contact, customer.Customer, error) {
	missing := fault.Missing("联系人", "contact")
	id, err := recordID(r, missing)
	if err != nil {
		return customer.Contact{}, customer.Customer{}, err
	}
	contact, err := s.Store.Contact(r.Context(), id)
	if err != nil {
		return contact, customer.Customer{}, err
	}
	c, err := s.Store.Customer(r.Context(), contact.Customer)
	if err == nil && !c.SeenBy(httpapi.Actor(r)) {
		return customer.Contact{}, customer.Customer{}, missing
	}
	return contact, c, err
}

// contactToChange is contact in the version that the caller has seen; he must name one.
func (s *Server) contactToChange(r *http.Request) (customer.Contact, customer.Customer, error) {
	if _, err := httpapi.MustVersion(r); err != nil {
		return customer.Contact{}, customer.Customer{}, err
	}
	contact, c, err := s.contact(r)
	if err != nil {
		return contact, c, err
	}
	return contact, c, current(r, contact.Version, contact)
}

func (s *Server) listContacts(r *http.Request) (httpapi.Answer, error) {
	c, err := s.customer(r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	contacts, err := s.Store.Contacts(r.Context(), c.ID)
	if err != nil {
		return httpapi.Answer{}, err
	}
	return httpapi.OK(table.Page[customer.Contact]{Items: append([]customer.Contact{}, contacts...)}), nil
}

func (s *Server) readContact(r *http.Request) (httpapi.Answer, error) {
	contact, _, err := s.contact(r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	return httpapi.OK(contact), nil
}

func (s *Server) addContact(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Decode[ContactDefinition](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	c, err := s.customer(r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	shop, err := s.Store.Shop(r.Context())
	if err != nil {
		return httpapi.Answer{}, err
	}
	said, err := in.contact(shop, c)
	if err != nil {
		return httpapi.Answer{}, err
	}
	added := func(result any) httpapi.Answer {
		return httpapi.Created("/contacts/"+result.(customer.Contact).ID, result)
	}
	contact, err := s.Store.AddContact(httpapi.Answering(r, added), c.ID, s.reshaping(r, said))
	if err != nil {
		return httpapi.Answer{}, s.named(r, err)
	}
	return added(contact), nil
}

// reshaping makes the contact what was said of him, as the store applies it.
func (s *Server) reshaping(r *http.Request, said customer.Contact) centre.ContactRule {
	return func(c customer.Contact, in customer.Customer) (customer.Contact, event.Event, error) {
		if c.Version > 0 {
			if err := current(r, c.Version, c); err != nil {
				return c, event.Event{}, err
			}
		}
		return c.Reshape(said, in, httpapi.Actor(r), s.Now())
	}
}

func (s *Server) changeContact(r *http.Request) (httpapi.Answer, error) {
	contact, c, err := s.contactToChange(r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	definition, err := httpapi.Patch(r, contactDefinitionOf(contact))
	if err != nil {
		return httpapi.Answer{}, err
	}
	shop, err := s.Store.Shop(r.Context())
	if err != nil {
		return httpapi.Answer{}, err
	}
	said, err := definition.contact(shop, c)
	if err != nil {
		return httpapi.Answer{}, err
	}
	contact, err = s.Store.ChangeContact(r.Context(), contact.ID, s.reshaping(r, said))
	if err != nil {
		return httpapi.Answer{}, s.named(r, err)
	}
	return httpapi.OK(contact), nil
}

func (s *Server) contactLeft(r *http.Request) (httpapi.Answer, error) {
	contact, _, err := s.contactToChange(r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	if _, err := s.Store.ChangeContact(r.Context(), contact.ID,
		func(c customer.Contact, in customer.Customer) (customer.Contact, event.Event, error) {
			if err := current(r, c.Version, c); err != nil {
				return c, event.Event{}, err
			}
			return c.Leave(in, httpapi.Actor(r), s.Now())
		}); err != nil {
		return httpapi.Answer{}, err
	}
	return httpapi.NoContent(), nil
}

// named says in a refusal who holds the value that the caller wants, where he may see him.
func (s *Server) named(r *http.Request, err error) error {
	var taken *customer.Taken
	var refusal *fault.Error
	if !errors.As(err, &taken) || !errors.As(err, &refusal) || taken.Holder.Contact == "" {
		return err
	}
	other, found := s.Store.Contact(r.Context(), taken.Holder.Contact)
	if found != nil {
		return err
	}
	of, found := s.Store.Customer(r.Context(), other.Customer)
	if found != nil || !of.SeenBy(httpapi.Actor(r)) {
		return err
	}
	return taken.Named(refusal, other, of)
}
