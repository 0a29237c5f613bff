// Package screen is what every page of the staff console has in common: the frame with its areas, the forms of
// commands and what became of them, and the pages for what went wrong. The pages of an area are in packages of their
// own, which import this one.
package screen

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"time"

	"afterpress/shared/app"
	"afterpress/shared/app/backoffice"
	"afterpress/shared/app/frontdesk"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/page"
)

// Areas of the console, in the order of its header.
const (
	Desk      = "/console"
	Leads     = "/console/leads"
	Customers = "/console/customers"
)

// areas are what each needs. Colleagues see the areas that they may read.
var areas = []struct {
	path  string
	needs permission.Action
}{{Desk, permission.ReadDesk}, {Leads, permission.ReadLeads}, {Customers, permission.ReadCustomers}}

// Office is what every screen asks of the shop.
type Office struct {
	Backoffice backoffice.Desk
	Frontdesk  frontdesk.Desk
	Now        func() time.Time
}

// Area is one entry of the header.
type Area struct {
	Path, Name string
	Here       bool
}

// Frame is what every page has around its own part. Me is empty on a page for nobody in particular.
type Frame struct {
	page.Frame
	Own   *Words
	Areas []Area
	Me    string
	may   []permission.Action
}

// May reports whether the reader's roles have a part in an action.
func (f Frame) May(one permission.Action) bool { return slices.Contains(f.may, one) }

// Caller is who asks, and the language in which they read.
func Caller(r *http.Request) app.Caller {
	return app.Caller{Actor: httpapi.Actor(r), Lang: httpapi.Lang(r)}
}

// Frame is the frame of a page of an area, for the colleague who asks. Every page has a title.
func (o Office) Frame(r *http.Request, area, title string) (Frame, error) {
	f, err := o.bare(r, title)
	if err != nil {
		return f, err
	}
	me, err := o.Backoffice.Me(r.Context(), Caller(r))
	if err != nil {
		return f, err
	}
	f.Me, f.may = me.Name, me.Actions
	for _, a := range areas {
		if f.May(a.needs) {
			f.Areas = append(f.Areas, Area{Path: a.path, Name: f.Own.Areas[a.path], Here: a.path == area})
		}
	}
	return f, nil
}

// bare is the frame of a page for nobody in particular.
func (o Office) bare(r *http.Request, title string) (Frame, error) {
	over, err := o.Frontdesk.Whom(r.Context(), "")
	if err != nil {
		return Frame{}, err
	}
	return blank(r, page.Sign{Shop: over.Shop}, title), nil
}

// blank is a frame that asks nothing of the shop.
func blank(r *http.Request, over page.Sign, title string) Frame {
	f := Frame{Frame: page.NewFrame(r, over, httpapi.Lang(r)), Own: WordsFor(r)}
	f.Title = title
	f.Other = other(r, string(f.W.OtherLang))
	return f
}

// placeKey is under which a request to a command's address knows the page that the form stands on.
type placeKey struct{}

// onPage is a request whose page stands at another address than the request itself: a form was posted.
func onPage(r *http.Request, place string) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), placeKey{}, place))
}

// here is the address at which the page can be read again.
func here(r *http.Request) string {
	if place, ok := r.Context().Value(placeKey{}).(string); ok {
		return place
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return Desk
	}
	return r.URL.RequestURI()
}

// other is the same page in the other language.
func other(r *http.Request, lang string) string {
	u, err := url.Parse(here(r))
	if err != nil {
		u = &url.URL{Path: Desk}
	}
	query := u.Query()
	query.Set("lang", lang)
	return (&url.URL{Path: u.Path, RawQuery: query.Encode()}).String()
}

// WordsFor are the words of the request's language.
func WordsFor(r *http.Request) *Words { return WordsIn(httpapi.Lang(r)) }

// Shop is the set-up as pages need it: names of colleagues and branches, and when branches are open.
type Shop struct {
	Staff     []staff.Staff
	names     map[string]string
	branches  map[string]string
	calendars map[string]calendar.Calendar // by branch
}

// Shop reads the set-up, as far as the caller may know it.
func (o Office) Shop(r *http.Request) (Shop, error) {
	by, ctx := Caller(r), r.Context()
	out := Shop{names: map[string]string{}, branches: map[string]string{}, calendars: map[string]calendar.Calendar{}}
	people, err := o.Backoffice.Staff(ctx, by, backoffice.StaffQuery{})
	if err != nil {
		return out, err
	}
	out.Staff = people.Items
	for _, p := range people.Items {
		out.names[p.ID] = p.Name
	}
	branches, err := o.Backoffice.Branches(ctx, by)
	if err != nil {
		return out, err
	}
	calendars, err := o.Backoffice.Calendars(ctx, by)
	if err != nil {
		return out, err
	}
	byID := map[string]calendar.Calendar{}
	for _, c := range calendars.Items {
		byID[c.ID] = c
	}
	for _, b := range branches.Items {
		out.branches[b.ID], out.calendars[b.ID] = b.Name.In(by.Lang), byID[b.Calendar]
	}
	return out, nil
}

// Name is what a colleague is called; their id where the reader may not know them.
func (s Shop) Name(id string) string {
	if name, known := s.names[id]; known {
		return name
	}
	return id
}

// Branch is what a branch is called.
func (s Shop) Branch(id string) string {
	if name, known := s.branches[id]; known {
		return name
	}
	return id
}

// Hours are the opening hours of a branch.
func (s Shop) Hours(branch string) calendar.Calendar { return s.calendars[branch] }
