package api

import (
	"cmp"
	"net/http"

	"afterpress/shared/crm/customer"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/table"
)

func (s *Server) customerRoutes() []httpapi.Route {
	return []httpapi.Route{
		on("GET /customers", permission.ReadCustomers, s.listCustomers,
			httpapi.Doc{Summary: "Find customers, or list them, by name · 查找客户", Query: ListCustomers{},
				Answer: table.Page[customer.Card]{}}),
		on("POST /customers", permission.OpenCustomer, s.openCustomer,
			httpapi.Doc{Summary: "Make a customer, with a first contact if you like · 新建客户", Body: OpenCustomer{},
				Answer: customer.Customer{}, Status: created}),
		on("GET /customers/{id}", permission.ReadCustomers, s.readCustomer,
			httpapi.Doc{Summary: "Read a customer; what your role does not see is left out · 查看客户",
				Answer: customer.Customer{}}),
		on("PATCH /customers/{id}", permission.ChangeCustomer, s.changeCustomer,
			httpapi.Doc{Summary: "Change a customer by a merge patch (RFC 7396) · 修改客户", Body: CustomerEntry{},
				Answer: customer.Customer{}, Changes: true}),
		on("DELETE /customers/{id}", permission.ArchiveCustomer, s.archiveCustomer,
			httpapi.Doc{Summary: "Archive a customer; money and history stay, and his next enquiry brings him back · 归档客户",
				Status: http.StatusNoContent, Changes: true}),
	}
}

// customer reads the customer in the path; one whom the caller does not see is missing like one that is not there.
func (s *Server) customer(r *http.Request) (customer.Customer, error) {
	missing := fault.Missing("客户", "customer")
	id, err := recordID(r, missing)
	if err != nil {
		return customer.Customer{}, err
	}
	c, err := s.Store.Customer(r.Context(), id)
	if err == nil && !c.SeenBy(httpapi.Actor(r)) {
		return customer.Customer{}, missing
	}
	return c, err
}

// namedCustomer is the customer whom a body names; the caller must see him.
func (s *Server) namedCustomer(r *http.Request, id string) (customer.Customer, error) {
	c, err := s.Store.Customer(r.Context(), id)
	if err == nil && !c.SeenBy(httpapi.Actor(r)) {
		err = fault.Missing("客户", "customer")
	}
	return c, unseen(err, "/customer")
}

func (s *Server) readCustomer(r *http.Request) (httpapi.Answer, error) {
	c, err := s.customer(r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	return httpapi.OK(c.For(httpapi.Actor(r))), nil
}

// CustomerEntry is what people enter of a customer; everything else of him follows from what happens.
type CustomerEntry struct {
	Kind             string         `json:"kind" validate:"required,oneof=company person"`
	Name             string         `json:"name" validate:"required,max=150,oneline,shown" description:"As the customer writes it · 客户自己的写法"`
	LatinName        string         `json:"latin_name,omitempty" validate:"max=150,oneline,shown" description:"Where the name is Chinese · 中文名称的拉丁写法"`
	Lang             string         `json:"lang" validate:"required,lang" description:"In which he is written to · 联系所用的语言"`
	Branch           string         `json:"branch,omitempty" validate:"max=64" description:"Absent: your only one · 不填则为您所在的网点"`
	Shared           bool           `json:"shared,omitempty" description:"Every branch sees him; a manager decides · 各网点共享，由经理决定"`
	Owner            string         `json:"owner,omitempty" validate:"omitempty,id=stf" description:"Who has him; a manager decides, sales may take one whom nobody has · 负责人，由经理指定；销售可认领无负责人的客户"`
	Source           string         `json:"source" validate:"required,oneof=web-form walk-in phone fax exhibition survey"`
	Industry         string         `json:"industry,omitempty" validate:"omitempty,oneof=publishing magazine catalogue advertising manufacturing electronics food pharma cosmetics retail hospitality education health finance government culture trade printing other"`
	Periodical       string         `json:"periodical,omitempty" validate:"omitempty,oneof=weekly fortnightly monthly bimonthly quarterly half-yearly yearly" description:"Rhythm of work that comes back; absent: none · 周期性业务的节奏，没有则不填"`
	Category         string         `json:"category,omitempty" validate:"omitempty,max=40,slug" description:"An open leaf of the tree of GET /categories · 末级类别"`
	Scope            string         `json:"scope,omitempty" validate:"omitempty,oneof=consumer b2b channel internal"`
	ValueOrientation string         `json:"value_orientation,omitempty" validate:"omitempty,oneof=added-value partnership product"`
	PurchasePurpose  string         `json:"purchase_purpose,omitempty" validate:"omitempty,oneof=investment collection practical promotion gift resale"`
	Relationship     string         `json:"relationship,omitempty" validate:"omitempty,oneof=one-off repeat contract key-account partner"`
	Competitor       string         `json:"competitor,omitempty" validate:"max=150,oneline,shown" description:"Who else prints for him · 还有谁为其印刷"`
	TaxNumber        string         `json:"tax_number,omitempty" validate:"max=40,oneline" description:"One customer's alone · 不可与其他客户重复"`
	Addresses        []AddressEntry `json:"addresses,omitempty" validate:"max=10,dive"`
	PreferredChannel string         `json:"preferred_channel,omitempty" validate:"omitempty,oneof=call sms e-mail wechat fax visit counter" description:"sms: thanks for an enquiry and questions about a job go to his mobile number although he has an e-mail address; letters about complaints go by e-mail first. Any other value is for colleagues to read · sms：询价回信和订单问题优先发短信，投诉信件仍先发邮件；其他值仅供同事参考"`
	PreferredHours   string         `json:"preferred_hours,omitempty" validate:"max=11" pattern:"^([0-2][0-9]:[0-5][0-9]-[0-2][0-9]:[0-5][0-9])?$" description:"Such as 09:00-11:30, where he is; for colleagues to read, no message waits for it · 客户当地时间，例如 09:00-11:30；仅供同事参考，自动消息不按此时间发送"`
}

// AddressEntry is where a customer is, or wants something sent.
type AddressEntry struct {
	Use     string `json:"use" validate:"required,oneof=billing delivery visit"`
	Lines   string `json:"lines" validate:"required,max=500,text,shown"`
	City    string `json:"city,omitempty" validate:"max=100,oneline,shown"`
	Postal  string `json:"postal_code,omitempty" validate:"max=20,oneline"`
	Country string `json:"country,omitempty" validate:"omitempty,region" description:"ISO 3166"`
}

// OpenCustomer is a new customer.
type OpenCustomer struct {
	CustomerEntry
	Contact *ContactDefinition `json:"contact,omitempty" validate:"omitempty" description:"Whom to speak with · 联系人"`
}

func (e CustomerEntry) customer() customer.Customer {
	c := customer.Customer{Kind: e.Kind, Name: e.Name, LatinName: e.LatinName, Lang: words.Lang(e.Lang),
		Branch: e.Branch, Shared: e.Shared, Owner: e.Owner,
		Source: e.Source, Industry: e.Industry, Periodical: e.Periodical, Category: e.Category, Scope: e.Scope,
		ValueOrientation: e.ValueOrientation,
		PurchasePurpose:  e.PurchasePurpose, Relationship: e.Relationship, Competitor: e.Competitor, TaxNumber: e.TaxNumber,
		PreferredChannel: e.PreferredChannel, PreferredHours: e.PreferredHours}
	for _, a := range e.Addresses {
		c.Addresses = append(c.Addresses, customer.Address(a))
	}
	return c.Normalise()
}

// entryOf is a customer as people entered him, for a patch to change.
func entryOf(c customer.Customer) CustomerEntry {
	e := CustomerEntry{Kind: c.Kind, Name: c.Name, LatinName: c.LatinName, Lang: string(c.Lang), Branch: c.Branch,
		Shared: c.Shared, Owner: c.Owner,
		Source: c.Source, Industry: c.Industry, Periodical: c.Periodical, Category: c.Category, Scope: c.Scope,
		ValueOrientation: c.ValueOrientation,
		PurchasePurpose:  c.PurchasePurpose, Relationship: c.Relationship, Competitor: c.Competitor, TaxNumber: c.TaxNumber,
		PreferredChannel: c.PreferredChannel, PreferredHours: c.PreferredHours}
	for _, a := range c.Addresses {
		e.Addresses = append(e.Addresses, AddressEntry(a))
	}
	return e
}

func (s *Server) openCustomer(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Decode[OpenCustomer](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	entered, contact, err := s.entered(r, in)
	if err != nil {
		return httpapi.Answer{}, err
	}
	opened := func(result any) httpapi.Answer {
		c := result.(customer.Customer)
		return httpapi.Created("/customers/"+c.ID, c.For(httpapi.Actor(r)))
	}
	cust, err := s.Store.OpenCustomer(httpapi.Answering(r, opened), entered, contact, httpapi.Actor(r))
	if err != nil {
		return httpapi.Answer{}, err
	}
	return opened(cust), nil
}

// entered is a new customer and his first contact, checked.
func (s *Server) entered(r *http.Request, in OpenCustomer) (customer.Customer, *customer.Contact, error) {
	by := httpapi.Actor(r)
	if in.Branch == "" && len(by.Branches) == 1 {
		in.Branch = by.Branches[0]
	}
	entered := in.customer()
	if err := s.checkedCustomer(r, customer.Customer{Branch: "?"}, entered); err != nil {
		return entered, nil, err
	}
	if in.Contact == nil {
		return entered, nil, nil
	}
	shop, err := s.Store.Shop(r.Context())
	if err != nil {
		return entered, nil, err
	}
	contact, faults := in.Contact.read(shop, entered)
	if len(faults) > 0 {
		for i := range faults {
			faults[i].Pointer = "/contact" + faults[i].Pointer
		}
		return entered, nil, fault.Faulty(faults...)
	}
	contact.Lang = cmp.Or(contact.Lang, entered.Lang)
	return entered, &contact, nil
}

// checkedCustomer refuses what the caller may not enter, and what the shop cannot use.
func (s *Server) checkedCustomer(r *http.Request, before, entered customer.Customer) error {
	by := httpapi.Actor(r)
	shop, err := s.Store.ShopWithCategory(r.Context(), entered.Category)
	if err != nil {
		return err
	}
	if err := before.MayBecome(before.Enter(entered), by); err != nil {
		return err
	}
	if faults := entered.Check(before, shop.Roster, shop.Categories, by, s.Now()); len(faults) > 0 {
		return fault.Faulty(faults...)
	}
	return nil
}

func (s *Server) changeCustomer(r *http.Request) (httpapi.Answer, error) {
	before, err := s.customerToChange(r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	entry, err := httpapi.Patch(r, entryOf(before))
	if err != nil {
		return httpapi.Answer{}, err
	}
	entered, by := entry.customer(), httpapi.Actor(r)
	if err := s.checkedCustomer(r, before, entered); err != nil {
		return httpapi.Answer{}, err
	}
	next, err := s.Store.ChangeCustomer(r.Context(), before.ID, by,
		func(c customer.Customer) (customer.Customer, []event.Event, error) {
			if err := current(r, c.Version, c.For(by)); err != nil {
				return c, nil, err
			}
			return c.Edit(entered, by, s.Now())
		})
	if err != nil {
		return httpapi.Answer{}, err
	}
	return httpapi.OK(next.For(by)), nil
}

// customerToChange is customer in the version that the caller has seen; he must name one.
func (s *Server) customerToChange(r *http.Request) (customer.Customer, error) {
	if _, err := httpapi.MustVersion(r); err != nil {
		return customer.Customer{}, err
	}
	c, err := s.customer(r)
	if err != nil {
		return c, err
	}
	return c, current(r, c.Version, c.For(httpapi.Actor(r)))
}

func (s *Server) archiveCustomer(r *http.Request) (httpapi.Answer, error) {
	before, err := s.customerToChange(r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	by := httpapi.Actor(r)
	_, err = s.Store.ChangeCustomer(r.Context(), before.ID, by,
		func(c customer.Customer) (customer.Customer, []event.Event, error) {
			if err := current(r, c.Version, c.For(by)); err != nil {
				return c, nil, err
			}
			return c.Archive(by, s.Now())
		})
	if err != nil {
		return httpapi.Answer{}, err
	}
	return httpapi.NoContent(), nil
}
