// Package enquiry has the pages about leads: the list, and the page of one with what may be done about it.
package enquiry

import (
	"net/http"
	"net/url"
	"time"

	"afterpress/functions/console/screen"
	"afterpress/shared/app"
	"afterpress/shared/app/frontdesk"
	"afterpress/shared/crm/lead"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/page"
)

// Pages draws the pages of this area.
type Pages struct {
	screen.Office
}

// Routes are the lines of this area.
func (p Pages) Routes(d frontdesk.Desk) []screen.Route {
	one := screen.Reads[frontdesk.Lead]{Use: d.Lead, Draw: p.lead(d), Area: screen.Leads}
	return []screen.Route{
		screen.List("GET /console/leads", permission.ReadLeads, d.Leads, p.leads),
		screen.Record("GET /console/leads/{id}", permission.ReadLeads, one),
		screen.Onward("GET /console/leads/{id}/artwork/{part}", permission.ReadLeads, d.LeadFile,
			func(l app.ArtworkLink) string { return l.URL }),
		screen.Command("POST /console/leads/{id}/contact", permission.ContactLead, contactForm.entries(), d.ContactLead, one),
		screen.Command("POST /console/leads/{id}/claim", permission.ClaimLead, claimForm.entries(), d.ClaimLead, one),
		screen.Command("POST /console/leads/{id}/assign", permission.AssignLead, assignForm.entries(), d.AssignLead, one),
		screen.Command("POST /console/leads/{id}/qualify", permission.QualifyLead, qualifyForm.entries(), d.QualifyLead, one),
		screen.Command("POST /console/leads/{id}/win", permission.WinLead, winForm.entries(), d.WinLead, one),
		screen.Command("POST /console/leads/{id}/lose", permission.LoseLead, loseForm.entries(), d.LoseLead, one),
		screen.Command("POST /console/leads/{id}/recycle", permission.RecycleLead, recycleForm.entries(), d.RecycleLead, one),
	}
}

// card is a lead in the list.
type card struct {
	Title, State, Mood, Owner, Branch, To, Left string
	Late                                        bool
	Due                                         page.Moment
	Replies                                     int
	Facts                                       []fact // who asks, and for what
}

// listView is the list of leads as it is drawn.
type listView struct {
	screen.Frame
	W      *wording
	States []tab
	Cards  []card
	More   string
}

// tab leads to the leads of one state.
type tab struct {
	Name, To string
	Here     bool
}

// leads draws the list: the most urgent first, with how much working time is left.
func (p Pages) leads(r *http.Request, q frontdesk.ListLeads, got app.Page[frontdesk.LeadCard]) (httpapi.Answer, error) {
	f, err := p.Frame(r, screen.Leads, screen.WordsFor(r).Areas[screen.Leads])
	if err != nil {
		return httpapi.Answer{}, err
	}
	shop, err := p.Shop(r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	v := listView{Frame: f, W: wordsIn(f.Lang)}
	v.tabs(q)
	for _, c := range got.Items {
		v.Cards = append(v.Cards, v.card(c, shop, p.Now()))
	}
	if got.Next != nil {
		v.More = screen.Leads + "?" + url.Values{"state": {q.State}, "owner": {q.Owner}, "cursor": {*got.Next}}.Encode()
	}
	return page.Drawn(r, http.StatusOK, f.Lang, listBody(v))
}

// tabs are the lists among which the reader chooses: all that is open, the reader's own, and each state.
func (v *listView) tabs(q frontdesk.ListLeads) {
	add := func(name, state, owner string) {
		query := url.Values{}
		for key, value := range map[string]string{"state": state, "owner": owner} {
			if value != "" {
				query.Set(key, value)
			}
		}
		to := screen.Leads
		if len(query) > 0 {
			to += "?" + query.Encode()
		}
		v.States = append(v.States, tab{name, to, q.State == state && q.Owner == owner})
	}
	add(v.W.AllOpen, "", "")
	add(v.W.Mine, "", "me")
	for _, state := range lead.States {
		add(v.W.States[state], state, "")
	}
}

// stateMoods are the colours of the states. Each has its word as well.
var stateMoods = map[string]string{lead.StateNew: "wait", lead.StateAssigned: "open", lead.StatePooled: "wait",
	lead.StateContacted: "open", lead.StateQualified: "soon", lead.StateWon: "done", lead.StateLost: "idle"}

func (v *listView) card(c frontdesk.LeadCard, shop screen.Shop, now time.Time) card {
	hours := shop.Hours(c.Branch)
	out := card{Title: lead.Title(c.Called(), c.Product, c.ID).In(v.Lang), State: v.W.States[c.State],
		Mood: stateMoods[c.State], Owner: v.W.owner(c.State, c.Owner, shop), Branch: shop.Branch(c.Branch),
		To:      screen.Leads + "/" + c.ID,
		Replies: c.Unanswered, Facts: v.W.asked(c.Card)}
	if c.State == lead.StateWon || c.State == lead.StateLost {
		return out
	}
	out.Due = page.Clock{Zone: hours.Zone, Now: now, Lang: v.Lang}.At(c.Due)
	out.Left, out.Late = v.W.countdown(hours.Between, c.Due, now)
	return out
}

// asked says who asks and for what, beside what the title of the lead says.
func (w *wording) asked(c lead.Card) (out []fact) {
	add := func(name, text, to string) {
		if text != "" {
			out = append(out, fact{Label: w.Facts[name], Text: text, To: to})
		}
	}
	if c.Company != "" {
		add("name", c.Name, "")
	}
	add("phone", phoneFact(c.Phone, w.Lang), phoneLink(c.Phone))
	add("quantity", quantityFact(c.Quantity, c.QuantityTyped), "")
	add("needed_by", c.NeededBy, "")
	return out
}

// countdown is how much working time is left until a deadline, or how much has passed since.
func (w *wording) countdown(between func(a, b time.Time) time.Duration, due, now time.Time) (left string, late bool) {
	if due.Before(now) {
		return w.Over(screen.Span(between(due, now), w.Lang)), true
	}
	return w.Left(screen.Span(between(now, due), w.Lang)), false
}

// owner is who has a lead, or where it waits for somebody.
func (w *wording) owner(state, owner string, shop screen.Shop) string {
	switch {
	case owner != "":
		return shop.Name(owner)
	case state == lead.StatePooled:
		return w.InPool
	}
	return w.Unowned
}
