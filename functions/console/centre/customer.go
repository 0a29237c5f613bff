// Package centre has the pages about customers: finding them, and all that matters of one on a single page.
package centre

import (
	"net/http"
	"net/url"

	"afterpress/functions/console/screen"
	"afterpress/shared/app"
	"afterpress/shared/app/frontdesk"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/overview"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/page"
)

// Pages draws the pages of this area.
type Pages struct{ screen.Office }

// Routes are the lines of this area.
func (p Pages) Routes(d frontdesk.Desk) []screen.Route {
	return []screen.Route{
		screen.List("GET /console/customers", permission.ReadCustomers, d.Customers, p.customers),
		screen.Record("GET /console/customers/{id}", permission.ReadCustomers,
			screen.Reads[overview.Overview]{Use: d.Overview, Draw: p.overview, Area: screen.Customers}),
	}
}

// found is a customer in the list.
type found struct{ Name, Also, Stage, Owner, Branch, To string }

// listView is the list of customers as it is drawn.
type listView struct {
	screen.Frame
	W     *wording
	Field page.Field
	Found []found
	More  string
}

// customers draws the search and what it found.
func (p Pages) customers(r *http.Request, q frontdesk.ListCustomers,
	got app.Page[customer.Card]) (httpapi.Answer, error) {
	f, err := p.Frame(r, screen.Customers, screen.WordsFor(r).Areas[screen.Customers])
	if err != nil {
		return httpapi.Answer{}, err
	}
	shop, err := p.Shop(r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	v := listView{Frame: f, W: wordsIn(f.Lang)}
	v.Field = page.Field{Input: page.Input{Type: "search", Fill: "off", Max: 254}, Name: "q", Label: v.W.Search,
		Hint: v.W.SearchHint, Value: q.Q}
	for _, c := range got.Items {
		one := found{Name: c.Name, Also: c.LatinName, Stage: v.W.Stages[c.LifeCycle], Branch: shop.Branch(c.Branch),
			To: screen.Customers + "/" + c.ID}
		if c.Owner != "" {
			one.Owner = shop.Name(c.Owner)
		}
		v.Found = append(v.Found, one)
	}
	if got.Next != nil {
		v.More = screen.Customers + "?" + url.Values{"q": {q.Q}, "cursor": {*got.Next}}.Encode()
	}
	return page.Drawn(r, http.StatusOK, f.Lang, listBody(v))
}

// reach is one way to reach a contact.
type reach struct{ Text, To string }

// person is a contact as the page shows them.
type person struct {
	Name    string
	Roles   []string
	Left    bool
	Reaches []reach
	No      []string // what they may not be sent, and why
}

// item is open work for the customer.
type item struct {
	Title, Kind, Owner, To string
	Due                    page.Moment
	Late                   bool
}

// touch is one of the last conversations.
type touch struct {
	At                page.Moment
	Who, How, Outcome string
}

// fileView is a customer's page as it is drawn.
type fileView struct {
	screen.Frame
	W        *wording
	Stage    string
	Owner    string
	Away     string
	Branch   string
	Warnings []string
	People   []person
	Open     []item
	Likes    []string
	Touches  []touch
}

// overview draws all that matters of a customer.
func (p Pages) overview(r *http.Request, o overview.Overview, _ *screen.Refused) (httpapi.Answer, error) {
	f, err := p.Frame(r, screen.Customers, o.Customer.Name)
	if err != nil {
		return httpapi.Answer{}, err
	}
	shop, err := p.Shop(r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	v := fileView{Frame: f, W: wordsIn(f.Lang), Branch: shop.Branch(o.Customer.Branch)}
	v.Stage, v.Owner = v.W.Stages[o.Customer.LifeCycle], v.Own.Nobody
	if o.Owner != nil {
		v.Owner, v.Away = o.Owner.Name, v.W.Away[o.Owner.Away]
	}
	for _, w := range o.Warnings {
		v.Warnings = append(v.Warnings, w.Text)
	}
	for _, l := range o.Preferences {
		v.Likes = append(v.Likes, v.W.Liking(l.KindText, l.Value, l.Requirement, l.Stale))
	}
	v.meet(o.Contacts)
	v.list(o, page.Clock{Zone: shop.Hours(o.Customer.Branch).Zone, Now: p.Now(), Lang: f.Lang})
	return page.Drawn(r, http.StatusOK, f.Lang, fileBody(v))
}

// meet draws the contacts, and how they may be reached.
func (v *fileView) meet(contacts []overview.Contact) {
	for _, c := range contacts {
		one := person{Name: c.Name, Left: c.LeftAt != nil}
		for _, role := range c.Roles {
			one.Roles = append(one.Roles, v.W.Roles[role])
		}
		for _, phone := range c.Phones {
			one.Reaches = append(one.Reaches, reach{identity.PhoneWritten(phone.Value, v.Lang), "tel:" + phone.Value})
		}
		for _, email := range c.Emails {
			one.Reaches = append(one.Reaches, reach{identity.EmailShown(email.Value), "mailto:" + email.Value})
		}
		for _, m := range c.May {
			if !m.Allowed && m.Text != "" {
				one.No = append(one.No, v.W.MayNot(v.W.Channels[m.Channel], v.W.Purposes[m.Purpose], m.Text))
			}
		}
		v.People = append(v.People, one)
	}
}

// list draws the open items and the last conversations.
func (v *fileView) list(o overview.Overview, clock page.Clock) {
	for _, one := range o.Open {
		line := item{Title: one.Title, Kind: v.W.Kinds[one.Kind], Due: clock.At(one.Due), Late: one.Overdue,
			Owner: v.Own.Nobody}
		if line.Title == "" {
			line.Title = one.Product
		}
		if one.HeldBy != nil {
			line.Owner = one.HeldBy.Name
		}
		if one.Kind == "lead" {
			line.To = screen.Leads + "/" + one.ID
		}
		v.Open = append(v.Open, line)
	}
	for _, t := range o.LastTouches {
		v.Touches = append(v.Touches, touch{clock.At(t.At), t.ByName, t.ChannelText, v.W.Outcomes[t.Outcome]})
	}
}
