package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/directory"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store"
	"afterpress/shared/store/centre"
	"afterpress/shared/store/finder"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"
)

func TestWritersOfCustomersMeet(t *testing.T) {
	t.Parallel()
	meets(t, storetest.New(t), customerMeetings)
}

// onCustomer is a change of a customer.
func onCustomer(h *house, id string, edit func(*customer.Customer)) act {
	return func(s *store.Store) error {
		_, err := s.ChangeCustomer(h.t.Context(), id, h.by(2),
			func(c customer.Customer) (customer.Customer, []event.Event, error) {
				to := c
				edit(&to)
				return c.Edit(to, h.by(2), h.Clock.Now())
			})
		return err
	}
}

func archives(h *house, id string) act {
	return func(s *store.Store) error {
		_, err := s.ChangeCustomer(h.t.Context(), id, h.by(2),
			func(c customer.Customer) (customer.Customer, []event.Event, error) {
				return c.Archive(h.by(2), h.Clock.Now())
			})
		return err
	}
}

// adds adds a contact with a phone.
func adds(h *house, cust, phone string, shared bool) act {
	return func(s *store.Store) error {
		_, err := s.AddContact(h.t.Context(), cust,
			func(none customer.Contact, c customer.Customer) (customer.Contact, event.Event, error) {
				next := none
				next.Name, next.Phones = "王芳", []customer.Reach{{Value: phone, Shared: shared}}
				return none.Reshape(next, c, h.by(2), h.Clock.Now())
			})
		return err
	}
}

// onContact is a change of a contact.
func onContact(h *house, id string, edit func(*customer.Contact)) act {
	return func(s *store.Store) error {
		_, err := s.ChangeContact(h.t.Context(), id,
			func(before customer.Contact, c customer.Customer) (customer.Contact, event.Event, error) {
				next := before
				edit(&next)
				return before.Reshape(next, c, h.by(2), h.Clock.Now())
			})
		return err
	}
}

func leaves(h *house, id string) act {
	return func(s *store.Store) error {
		_, err := s.ChangeContact(h.t.Context(), id,
			func(before customer.Contact, c customer.Customer) (customer.Contact, event.Event, error) {
				return before.Leave(c, h.by(2), h.Clock.Now())
			})
		return err
	}
}

// touches writes down that somebody spoke with the customer.
func touches(h *house, cust string) act {
	return func(s *store.Store) error {
		said := customer.Touch{Channel: "call", Direction: customer.TouchOut, At: h.Clock.Now(),
			Outcome: customer.OutcomeInterested}
		_, err := s.RecordTouch(h.t.Context(), cust, said,
			func(c customer.Customer, t customer.Touch) (customer.Customer, customer.Touch, event.Event, error) {
				return c.Touched(h.by(3), t, h.Shop.Roster, h.Clock.Now())
			})
		return err
	}
}

// tends has the daily step open a task for a customer.
func tends(h *house, cust, title string) act {
	return func(s *store.Store) error {
		_, err := s.TendCustomer(h.t.Context(), cust, staff.Process("age"),
			func(c customer.Customer, _ customer.Dealings) (customer.Tended, error) {
				id := task.ID(storetest.Began, cust)
				t, e, err := task.New(staff.Process("age"), task.Draft{ID: id, Title: title, Customer: cust},
					storetest.Person(h.t, h.Bench, 3), h.terms().Task(), h.Clock.Now())
				c.Seq++
				return customer.Tended{Customer: c, Changed: true, Opened: []customer.Opening{{Task: t, Event: e}}}, err
			})
		return err
	}
}

// file says what stands of a customer: name, whether archived, contacts, preferences, touches, open tasks.
func (h *house) file(id string) string {
	h.t.Helper()
	f, err := h.WholeFile(h.t.Context(), id, func(customer.Customer) error { return nil })
	h.must(err)
	page, err := h.Touches(h.t.Context(), centre.TouchQuery{Customer: id, Reader: h.by(1),
		Paging: table.Paging{Limit: 9}})
	h.must(err)
	var open []string
	for _, item := range f.Open {
		if item.Kind == "task" {
			open = append(open, item.Title)
		}
	}
	archived := ""
	if f.Customer.ArchivedAt != nil {
		archived = "archived"
	}
	return lines(f.Customer.Name, f.Customer.Relationship, archived, len(f.Contacts), len(f.Preferences),
		len(page.Items), open)
}

// opened makes a customer by staff.
func opens(h *house, tax, phone string, into *string) act {
	return func(s *store.Store) error {
		var contact *customer.Contact
		if phone != "" {
			contact = &customer.Contact{Name: "王芳", Lang: words.Zh, Phones: []customer.Reach{{Value: phone}}}
		}
		c, err := s.OpenCustomer(h.t.Context(), customer.Customer{Kind: customer.Company, Name: "海河出版社", Lang: words.Zh,
			Branch: seed.Shanghai, Source: "walk-in", TaxNumber: tax}, contact, h.by(2))
		if err == nil {
			*into = c.ID
		}
		return err
	}
}

// captures takes in an enquiry.
func captures(h *house, n int, into *lead.Lead) act {
	return func(s *store.Store) (err error) {
		bench := *h.Bench
		bench.Store = s
		l, err := storetest.Enquire(h.t, &bench, storetest.Li(n))
		if err == nil {
			*into = l
		}
		return err
	}
}

func prefers(h *house, cust, value string) act {
	return func(s *store.Store) error {
		_, err := s.AddPreference(h.t.Context(), cust,
			customer.Preference{Kind: "paper", Value: value, Source: customer.SourceStaff},
			func(c customer.Customer, p customer.Preference, had int) (customer.Customer, customer.Preference, event.Event,
				error) {
				return c.Prefer(h.by(2), p, had, h.Shop.Roster, h.Clock.Now())
			})
		return err
	}
}

// preferring is a customer with one preference.
func preferring(h *house) (cust, id string) {
	cust = h.lead().Customer
	h.must(prefers(h, cust, "matt")(h.Store))
	f, err := h.CustomerFile(h.t.Context(), cust)
	h.must(err)
	return cust, f.Preferences[0].ID
}

func onPreference(h *house, cust, id, value string) act {
	return func(s *store.Store) error {
		c, p, err := s.Preference(h.t.Context(), cust, id)
		if err != nil {
			return err
		}
		to := p
		to.Value = value
		next, e, err := p.Change(h.by(2), to, h.Shop.Roster, c, h.Clock.Now())
		if err != nil {
			return err
		}
		return s.SavePreference(h.t.Context(), next, e)
	}
}

func removes(h *house, cust, id string) act {
	return func(s *store.Store) error {
		_, p, err := s.Preference(h.t.Context(), cust, id)
		if err != nil {
			return err
		}
		return s.RemovePreference(h.t.Context(), p, p.Removed(h.by(2), seed.Shanghai, h.Clock.Now()))
	}
}

// prefer says what preferences a customer has.
func (h *house) prefer(cust string) string {
	h.t.Helper()
	f, err := h.CustomerFile(h.t.Context(), cust)
	h.must(err)
	out := []string{}
	for _, p := range f.Preferences {
		out = append(out, p.Value)
	}
	slices.Sort(out)
	return fmt.Sprint(out)
}

// found says by which of the words a customer is found.
func (h *house) found(id string, typed ...string) string {
	h.t.Helper()
	var out []string
	for _, word := range typed {
		question, _ := directory.Question(word)
		page, err := h.Customers(h.t.Context(), finder.CustomerQuery{Question: question, Everywhere: true,
			Branches: []string{seed.Shanghai}, Paging: table.Paging{Limit: 9}})
		h.must(err)
		if slices.ContainsFunc(page.Items, func(c customer.Card) bool { return c.ID == id }) {
			out = append(out, word)
		}
	}
	return fmt.Sprint(out)
}

var customerMeetings = []meeting{
	{"name and relationship of a customer", [2]string{"ChangeCustomer", "ChangeCustomer"}, func(h *house) pair {
		id := h.lead().Customer
		return pair{onCustomer(h, id, func(c *customer.Customer) { c.Name = "海河" }),
			onCustomer(h, id, func(c *customer.Customer) { c.Relationship = "key-account" }),
			func() string { return h.file(id) }}
	}, [2]string{"海河, key-account, -, 1, 0, 0, []", "海河, key-account, -, 1, 0, 0, []"}},
	{"a change of a customer who is archived", [2]string{"ChangeCustomer", "ChangeCustomer"}, func(h *house) pair {
		id := h.lead().Customer
		return pair{onCustomer(h, id, func(c *customer.Customer) { c.Name = "海河" }), archives(h, id),
			func() string { return h.file(id) }}
	}, [2]string{"refused: 李娜, -, archived, 1, 0, 0, []", "海河, -, archived, 1, 0, 0, []"}},
	{"a touch with a customer who is archived", [2]string{"RecordTouch", "ChangeCustomer"}, func(h *house) pair {
		id := h.lead().Customer
		return pair{touches(h, id), archives(h, id), func() string { return h.file(id) }}
	}, [2]string{"refused: 李娜, -, archived, 1, 0, 0, []", "李娜, -, archived, 1, 0, 1, []"}},
	{"two touches", [2]string{"RecordTouch", "RecordTouch"}, func(h *house) pair {
		id := h.lead().Customer
		return pair{touches(h, id), touches(h, id), func() string { return h.file(id) }}
	}, [2]string{"李娜, -, -, 1, 0, 2, []", "李娜, -, -, 1, 0, 2, []"}},
	{"the daily step and a touch", [2]string{"TendCustomer", "RecordTouch"}, func(h *house) pair {
		id := h.lead().Customer
		return pair{tends(h, id, "a"), touches(h, id), func() string { return h.file(id) }}
	}, [2]string{"李娜, -, -, 1, 0, 1, [a]", "李娜, -, -, 1, 0, 1, [a]"}},
	{"two daily steps", [2]string{"TendCustomer", "TendCustomer"}, func(h *house) pair {
		id := h.lead().Customer
		return pair{tends(h, id, "a"), tends(h, id, "b"), func() string { return h.file(id) }}
	}, [2]string{"李娜, -, -, 1, 0, 0, [b]", "李娜, -, -, 1, 0, 0, [a]"}},
	{"two customers with one tax number", [2]string{"OpenCustomer", "OpenCustomer"}, func(h *house) pair {
		var a, b string
		tax := fmt.Sprintf("91310000MA1FL%05d", h.n)
		return pair{opens(h, tax, "", &a), opens(h, tax, "", &b), func() string { return lines(a != "", b != "") }}
	}, [2]string{"taken: false, true", "taken: true, false"}},
	{"a customer is opened while they enquire", [2]string{"OpenCustomer", "Capture"}, func(h *house) pair {
		var id string
		var l lead.Lead
		phone := "+86" + storetest.Li(h.n).Phone
		return pair{opens(h, "", phone, &id), captures(h, h.n, &l),
			func() string { return lines(id != "", l.ID != "", id == l.Customer) }}
	}, [2]string{"taken: false, true, false", "true, true, true"}},
	{"two contacts of one customer", [2]string{"AddContact", "AddContact"}, func(h *house) pair {
		id := h.lead().Customer
		return pair{adds(h, id, fmt.Sprintf("+86139000%05d", h.n), false),
			adds(h, id, fmt.Sprintf("+86138000%05d", h.n), false), func() string { return h.file(id) }}
	}, [2]string{"李娜, -, -, 3, 0, 0, []", "李娜, -, -, 3, 0, 0, []"}},
	{"one phone for two contacts", [2]string{"AddContact", "AddContact"}, func(h *house) pair {
		one := h.lead().Customer
		h.n += 500
		two := h.lead().Customer
		h.n -= 500
		phone := fmt.Sprintf("+86137000%05d", h.n)
		return pair{adds(h, one, phone, false), adds(h, two, phone, false), func() string {
			return lines(h.file(one), h.file(two))
		}}
	}, [2]string{
		"taken: 李娜, -, -, 1, 0, 0, [], 李娜, -, -, 2, 0, 0, []",
		"taken: 李娜, -, -, 2, 0, 0, [], 李娜, -, -, 1, 0, 0, []"}},
	{"one switchboard for two contacts", [2]string{"AddContact", "AddContact"}, func(h *house) pair {
		one := h.lead().Customer
		h.n += 500
		two := h.lead().Customer
		h.n -= 500
		phone := fmt.Sprintf("+86136000%05d", h.n)
		return pair{adds(h, one, phone, true), adds(h, two, phone, true), func() string {
			known, err := h.ReadKnown(h.t.Context(), []identity.Claim{{Kind: identity.ClaimPhone, Value: phone}})
			h.must(err)
			return lines(h.file(one), h.file(two), known.ByPhone)
		}}
	}, [2]string{
		"李娜, -, -, 2, 0, 0, [], 李娜, -, -, 2, 0, 0, [], {  true}",
		"李娜, -, -, 2, 0, 0, [], 李娜, -, -, 2, 0, 0, [], {  true}"}},
	{"a contact of a customer who is archived", [2]string{"AddContact", "ChangeCustomer"}, func(h *house) pair {
		id := h.lead().Customer
		return pair{adds(h, id, fmt.Sprintf("+86135000%05d", h.n), false), archives(h, id),
			func() string { return h.file(id) }}
	}, [2]string{"refused: 李娜, -, archived, 1, 0, 0, []", "李娜, -, archived, 2, 0, 0, []"}},
	{"a change of a contact whose customer is archived", [2]string{"ChangeContact", "ChangeCustomer"},
		func(h *house) pair {
			l := h.lead()
			return pair{onContact(h, l.ContactID, func(c *customer.Contact) { c.Name = "新" }), archives(h, l.Customer),
				func() string { return lines(h.file(l.Customer), h.contact(l.ContactID)) }}
		}, [2]string{
			"refused: 李娜, -, archived, 1, 0, 0, [], 李娜, 1, false, emailtrue phonetrue",
			"李娜, -, archived, 1, 0, 0, [], 新, 1, false, emailtrue phonetrue"}},
	{"name and phone of a contact", [2]string{"ChangeContact", "ChangeContact"}, func(h *house) pair {
		l := h.lead()
		return pair{onContact(h, l.ContactID, func(c *customer.Contact) { c.Name = "新" }),
			onContact(h, l.ContactID, func(c *customer.Contact) { c.Phones = nil }),
			func() string { return h.contact(l.ContactID) }}
	}, [2]string{"新, 0, false, emailtrue", "新, 0, false, emailtrue"}},
	{"a contact's new phone and an enquiry from it", [2]string{"ChangeContact", "Capture"}, func(h *house) pair {
		l := h.lead()
		phone, said := "+86"+storetest.Li(h.n+500).Phone, lead.Lead{}
		return pair{onContact(h, l.ContactID, func(c *customer.Contact) {
			c.Phones = []customer.Reach{{Value: phone}}
		}), captures(h, h.n+500, &said), func() string {
			return lines(h.contact(l.ContactID), said.Customer == l.Customer)
		}}
	}, [2]string{
		"taken: 李娜, 1, false, emailtrue phonetrue, false",
		"李娜, 1, false, emailtrue phonetrue, true"}},
	{"two enquiries of somebody new", [2]string{"Capture", "Capture"}, func(h *house) pair {
		var a, b lead.Lead
		return pair{captures(h, h.n, &a), captures(h, h.n, &b),
			func() string { return lines(a.ID != b.ID, a.Customer == b.Customer) }}
	}, [2]string{"true, true", "true, true"}},
	{"an enquiry of a customer who is archived", [2]string{"Capture", "ChangeCustomer"}, func(h *house) pair {
		l, again := h.lead(), lead.Lead{}
		return pair{captures(h, h.n, &again), archives(h, l.Customer),
			func() string { return lines(h.file(l.Customer), again.Customer == l.Customer) }}
	}, [2]string{"李娜, -, archived, 1, 0, 0, [], true", "李娜, -, archived, 1, 0, 0, [], true"}},
	{"two preferences", [2]string{"AddPreference", "AddPreference"}, func(h *house) pair {
		id := h.lead().Customer
		return pair{prefers(h, id, "a"), prefers(h, id, "b"), func() string { return h.prefer(id) }}
	}, [2]string{"[a b]", "[a b]"}},
	{"a preference of a customer who is archived", [2]string{"AddPreference", "ChangeCustomer"}, func(h *house) pair {
		id := h.lead().Customer
		return pair{prefers(h, id, "a"), archives(h, id), func() string { return lines(h.prefer(id), h.file(id)) }}
	}, [2]string{"refused: [], 李娜, -, archived, 1, 0, 0, []", "[a], 李娜, -, archived, 1, 1, 0, []"}},
	{"two words on a preference", [2]string{"SavePreference", "SavePreference"}, func(h *house) pair {
		cust, id := preferring(h)
		return pair{onPreference(h, cust, id, "a"), onPreference(h, cust, id, "b"),
			func() string { return h.prefer(cust) }}
	}, [2]string{"conflict: [b]", "conflict: [a]"}},
	{"a word on a preference that is removed", [2]string{"SavePreference", "RemovePreference"}, func(h *house) pair {
		cust, id := preferring(h)
		return pair{onPreference(h, cust, id, "a"), removes(h, cust, id), func() string { return h.prefer(cust) }}
	}, [2]string{"conflict: []", "conflict: [a]"}},
	{"search rows while a customer is renamed", [2]string{"Index", "ChangeCustomer"}, func(h *house) pair {
		id := h.lead().Customer
		rename := func(name string) act { return onCustomer(h, id, func(c *customer.Customer) { c.Name = name }) }
		index := func(s *store.Store) error {
			return finder.Directory{Finder: s.Finder, Read: h.Directory(h.t).Read}.Index(h.t.Context(), id)
		}
		h.must(rename("甲乙丙丁")(h.Store))
		return pair{index, func(s *store.Store) error {
			if err := rename("子丑寅卯")(s); err != nil {
				return err
			}
			return index(s)
		}, func() string { return h.found(id, "甲乙", "子丑") }}
	}, [2]string{"[子丑]", "[子丑]"}},
}

// contact says what stands of a contact: names, phones, and who is known by these.
func (h *house) contact(id string) string {
	h.t.Helper()
	c, err := h.Contact(h.t.Context(), id)
	h.must(err)
	var held []string
	for claim := range c.Values() {
		who, _, err := h.FindClaimed(h.t.Context(), []identity.Claim{claim})
		h.must(err)
		held = append(held, fmt.Sprint(claim.Kind, who.ID == c.Customer))
	}
	slices.Sort(held)
	return lines(c.Name, len(c.Phones), c.LeftAt != nil, strings.Join(held, " "))
}
