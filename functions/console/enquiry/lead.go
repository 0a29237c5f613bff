package enquiry

import (
	"crypto/rand"
	"net/http"
	"strconv"
	"strings"
	"time"

	"afterpress/functions/console/screen"
	"afterpress/shared/app"
	"afterpress/shared/app/frontdesk"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/lead"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/words"
	"afterpress/shared/page"
)

// fact is a line of what is known of a lead.
type fact struct {
	Label, Text, To string
	Reach           bool // the person is reached by it: it stands above the form as well
}

// clock is a deadline as the page explains it.
type clock struct {
	Label, Left string
	At          page.Moment
	Late        bool
}

// leadFile is a file that came with the lead. Why says why it cannot be opened; then To is empty.
type leadFile struct{ Name, Size, To, Why string }

// heard is what the person wrote back.
type heard struct {
	At            page.Moment
	Subject, Text string
}

// leadView is the page of a lead as it is drawn.
type leadView struct {
	screen.Frame
	W       *wording
	Lead    frontdesk.Lead
	Now     time.Time
	State   string
	Mood    string
	Owner   string
	Done    page.Notice // what was just done
	No      page.Notice // what was just refused
	Faults  []page.Fault
	Thanks  string
	Facts   []fact
	Message string
	Clocks  []clock
	Actions []action
	Files   []leadFile
	Heard   []heard
	Last    string
}

// lead draws the page of a lead: who asks and for what, until when, and what may be done.
func (p Pages) lead(d frontdesk.Desk) screen.Drawing[frontdesk.Lead] {
	return func(r *http.Request, l frontdesk.Lead, no *screen.Refused) (httpapi.Answer, error) {
		title := lead.Title(l.Card().Called(), l.Product, l.ID).In(httpapi.Lang(r))
		f, err := p.Frame(r, screen.Leads, title)
		if err != nil {
			return httpapi.Answer{}, err
		}
		shop, err := p.Shop(r)
		if err != nil {
			return httpapi.Answer{}, err
		}
		v := leadView{Frame: f, W: wordsIn(f.Lang), Lead: l, Now: p.Now()}
		v.tell(l, shop, p.Now())
		v.offer(shop, no)
		v.report(r, no)
		if err := v.gather(r, d, shop, p.Now()); err != nil {
			return httpapi.Answer{}, err
		}
		return page.Drawn(r, http.StatusOK, f.Lang, leadBody(v))
	}
}

// tell says who asks and for what, who has the lead, and until when.
func (v *leadView) tell(l frontdesk.Lead, shop screen.Shop, now time.Time) {
	v.State, v.Mood, v.Owner = v.W.States[l.State], stateMoods[l.State], v.W.owner(l.State, l.Owner, shop)
	hours := shop.Hours(l.Branch)
	at := page.Clock{Zone: hours.Zone, Now: now, Lang: v.Lang}
	add := func(name, text, to string) {
		if text != "" {
			v.Facts = append(v.Facts, fact{v.W.Facts[name], text, to, name == "phone" || name == "email"})
		}
	}
	add("name", l.Person.Name, "")
	add("company", l.Person.Company, "")
	add("phone", phoneFact(l.Person.Phone, v.Lang), phoneLink(l.Person.Phone))
	add("phone_typed", l.Person.PhoneTyped, "")
	if l.Person.Email != "" {
		add("email", l.Person.Email, "mailto:"+l.Person.Email)
	}
	add("product", l.Product, "")
	add("quantity", quantityFact(l.Quantity, l.QuantityTyped), "")
	add("needed_by", l.NeededBy, "")
	add("heard_from", l.HeardFrom, "")
	for _, a := range l.Answers {
		v.Facts = append(v.Facts, fact{Label: a.Label.In(v.Lang), Text: a.Said(v.Lang)})
	}
	add("branch", shop.Branch(l.Branch), "")
	add("since", at.At(l.CreatedAt).Words, "")
	add("customer", words.Reference(l.Customer), screen.Customers+"/"+l.Customer)
	v.Message = l.Message
	if l.Acknowledgement != nil {
		v.Thanks = v.W.Thanks + l.Acknowledgement.Text
	}
	v.clocks(l.Lead, hours.Between, at)
	if c := l.LastContact; c != nil {
		v.Last = v.W.LastContact(at.At(c.At).Words, shop.Name(c.By), customer.ChannelWords(c.Channel).In(v.Lang),
			v.W.Lists["outcome"][c.Outcome])
	}
}

// phoneFact is a phone number as people write it.
func phoneFact(phone string, lang words.Lang) string {
	if phone == "" {
		return ""
	}
	return identity.PhoneWritten(phone, lang)
}

// phoneLink dials a number without its extension.
func phoneLink(phone string) string {
	number, _, _ := strings.Cut(phone, ";")
	return "tel:" + number
}

// quantityFact is how many pieces are asked for: as it was typed, where that is not plainly a number.
func quantityFact(pieces int64, typed string) string {
	if typed == "" && pieces > 0 {
		return page.Grouped(pieces)
	}
	return typed
}

// clocks are the deadlines of an open lead. Time is counted in opening hours.
func (v *leadView) clocks(l lead.Lead, between func(a, b time.Time) time.Duration, at page.Clock) {
	if l.Closed() {
		return
	}
	label := v.W.Clocks[l.State]
	if l.Agreed {
		label = v.W.Agreed
	}
	next := clock{Label: label + v.W.Before, At: at.At(l.Due)}
	next.Left, next.Late = v.W.countdown(between, l.Due, at.Now)
	v.Clocks = append(v.Clocks, next)
}

// offer draws the commands that the caller's roles have, each as a form or with the reason why not.
func (v *leadView) offer(shop screen.Shop, no *screen.Refused) {
	first := true
	for _, f := range forms {
		for _, p := range v.Lead.Actions {
			if permission.Action(p.Name) != f.command {
				continue
			}
			a := v.offered(f, p, shop, no, rand.Text())
			if p.Allowed && first {
				a.Open, first = true, false
			}
			v.Actions = append(v.Actions, a)
		}
	}
}

// report says what became of the last command.
func (v *leadView) report(r *http.Request, no *screen.Refused) {
	if done := v.W.Done[r.URL.Query().Get("done")]; done != "" && no == nil {
		v.Done = page.Note(done, v.W.NowStands(v.State))
	}
	if no == nil {
		return
	}
	v.Mood, v.Frame.Mood = stateMoods[v.Lead.State], v.Frame.W.FaultMark
	for _, a := range v.Actions {
		v.Faults = append(v.Faults, a.Faults...)
	}
	if len(v.Faults) == 0 {
		v.No = page.Note(v.Own.Titles[no.Problem.Status], no.Problem.Detail)
	}
}

// gather adds the files that came with the lead, and what the person wrote back.
func (v *leadView) gather(r *http.Request, d frontdesk.Desk, shop screen.Shop, now time.Time) error {
	by, at := screen.Caller(r), app.At(v.Lead.ID, "", 0)
	files, err := d.LeadFiles(r.Context(), by, at)
	if err != nil {
		return err
	}
	for _, file := range files.Items {
		to := screen.Leads + "/" + v.Lead.ID + "/artwork/" + file.ID
		if file.Why != "" {
			to = ""
		}
		v.Files = append(v.Files, leadFile{file.Name, words.FileSize(file.Bytes), to, file.Why})
	}
	touches, err := d.LeadTouches(r.Context(), by, at, app.Paging{Limit: 25})
	if err != nil {
		return err
	}
	zone := page.Clock{Zone: shop.Hours(v.Lead.Branch).Zone, Now: now, Lang: v.Lang}
	for _, t := range touches.Items {
		text := t.Text
		if text == "" {
			text = t.Summary
		}
		v.Heard = append(v.Heard, heard{zone.At(t.At), t.Subject, text})
	}
	return nil
}

// Attempts is how often nobody was reached.
func (v leadView) Attempts() string {
	if v.Lead.Lead.Attempts == 0 {
		return ""
	}
	return v.W.Attempts(strconv.Itoa(v.Lead.Lead.Attempts))
}
