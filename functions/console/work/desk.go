// Package work has the pages about a colleague's own work: the desk, which is where the console begins.
package work

import (
	"cmp"
	"net/http"
	"net/url"
	"time"

	"afterpress/functions/console/screen"
	"afterpress/shared/app"
	"afterpress/shared/app/casework"
	"afterpress/shared/app/worklist"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/page"
)

// Pages draws the pages of this area.
type Pages struct{ screen.Office }

// Routes are the lines of this area.
func (p Pages) Routes(d worklist.Desk, cases casework.Desk) []screen.Route {
	return []screen.Route{
		screen.List("GET /console", permission.ReadDesk, d.ReadDesk, p.desk(cases)),
	}
}

// line is one thing on a desk.
type line struct {
	Title, Kind, Why, Branch string
	To                       string // its page; empty where the console has none yet
	Due                      page.Moment
	Late                     bool
	Left                     string
}

// group is a part of the desk.
type group struct {
	Name, Mood string
	Lines      []line
}

// deskView is the desk as it is drawn. Top says why its first line comes first.
type deskView struct {
	screen.Frame
	W      *wording
	Top    string
	Groups []group
	More   string
}

// The parts of a desk, in order.
const (
	overdue = iota
	today
	week
	later
	nobodys
	approvals
)

var moods = []string{overdue: "late", today: "soon", week: "open", later: "idle", nobodys: "wait", approvals: "wait"}

// desk draws what the colleague has to do. What is late comes first, and no page hides it: the use case gives the most
// urgent first.
func (p Pages) desk(cases casework.Desk) func(*http.Request, worklist.ReadDesk,
	app.Page[worklist.DeskLine]) (httpapi.Answer, error) {
	return func(r *http.Request, _ worklist.ReadDesk, got app.Page[worklist.DeskLine]) (httpapi.Answer, error) {
		f, err := p.Frame(r, screen.Desk, screen.WordsFor(r).Areas[screen.Desk])
		if err != nil {
			return httpapi.Answer{}, err
		}
		shop, err := p.Shop(r)
		if err != nil {
			return httpapi.Answer{}, err
		}
		v := deskView{Frame: f, W: wordsIn(f.Lang)}
		v.sort(got.Items, shop, home(r, shop), p.Now())
		if err := v.approve(r, cases, shop, p.Now()); err != nil {
			return httpapi.Answer{}, err
		}
		if got.Next != nil {
			v.More = screen.Desk + "?" + url.Values{"cursor": {*got.Next}}.Encode()
		}
		return page.Drawn(r, http.StatusOK, f.Lang, deskBody(v))
	}
}

// mostApprovals is how many approvals that wait are listed.
const mostApprovals = 25

// approve adds the complaints whose remedy waits for approval, for those who approve. They stand on the desks of their
// owners, and would be seen by nobody who can do something about them.
func (v *deskView) approve(r *http.Request, cases casework.Desk, shop screen.Shop, now time.Time) error {
	if !v.May(permission.ApproveComplaint) {
		return nil
	}
	by := screen.Caller(r)
	waiting, err := cases.Complaints(r.Context(), by, casework.ListComplaints{State: complaint.StateAwaiting,
		Paging: app.Paging{Limit: mostApprovals}})
	if err != nil || len(waiting.Items) == 0 {
		return err
	}
	part := group{Name: v.W.Groups[approvals], Mood: moods[approvals]}
	for _, c := range waiting.Items {
		clock := page.Clock{Zone: shop.Hours(c.Branch).Zone, Now: now, Lang: v.Lang}
		one := line{Title: complaint.Title(c.Defects, c.Job, c.ID).In(v.Lang), Kind: v.W.Kinds["complaint"],
			Why: v.W.Why["complaint."+c.State], Branch: shop.Branch(c.Branch), Due: clock.At(c.Due), Late: c.Due.Before(now)}
		if one.Late {
			one.Left = v.Own.Over(now.Sub(c.Due))
		}
		part.Lines = append(part.Lines, one)
	}
	v.Groups = append(v.Groups, part)
	return nil
}

// home is the calendar of the first branch in which the colleague works: by it, today begins and ends.
func home(r *http.Request, shop screen.Shop) calendar.Calendar {
	branches := httpapi.Actor(r).Branches
	if len(branches) == 0 {
		return calendar.Calendar{}
	}
	return shop.Hours(branches[0])
}

// sort puts each line into its part of the desk.
func (v *deskView) sort(lines []worklist.DeskLine, shop screen.Shop, here calendar.Calendar, now time.Time) {
	parts := make([]group, len(moods))
	for i := range parts {
		parts[i] = group{Name: v.W.Groups[i], Mood: moods[i]}
	}
	clock := page.Clock{Zone: here.Zone, Now: now, Lang: v.Lang}
	for _, l := range lines {
		due, err := time.Parse(time.RFC3339, l.Due)
		if err != nil {
			due = now
		}
		at := part(l, due, now, here)
		one := v.line(l, shop, due, now, clock)
		if v.Top == "" && at <= today {
			v.Top = v.W.TopBecause(one.Title, one.Left)
		}
		parts[at].Lines = append(parts[at].Lines, one)
	}
	for _, g := range parts {
		if len(g.Lines) > 0 {
			v.Groups = append(v.Groups, g)
		}
	}
}

// part says where on the desk a line stands.
func part(l worklist.DeskLine, due, now time.Time, here calendar.Calendar) int {
	switch {
	case l.AnswersFor != "":
		return nobodys
	case l.Overdue:
		return overdue
	case here.Date(due) == here.Date(now):
		return today
	case due.Before(now.Add(7 * 24 * time.Hour)):
		return week
	}
	return later
}

func (v *deskView) line(l worklist.DeskLine, shop screen.Shop, due, now time.Time, clock page.Clock) line {
	one := line{Title: l.Title, Kind: v.W.Kinds[l.Kind], Due: clock.At(due), Late: l.Overdue}
	state, _ := l.Card["state"].(string)
	one.Why = cmp.Or(l.Why, v.W.Why[l.Kind+"."+state])
	if l.AnswersFor != "" {
		one.Branch = shop.Branch(l.AnswersFor)
	}
	if l.Kind == "lead" {
		one.To = screen.Leads + "/" + l.ID
	}
	if l.Overdue {
		one.Left = v.Own.Over(now.Sub(due))
	} else if due.Sub(now) < 24*time.Hour {
		one.Left = v.Own.Left(due.Sub(now))
	}
	return one
}
