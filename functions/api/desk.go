package api

import (
	"net/http"
	"slices"
	"time"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/table"
	"afterpress/shared/store/work"
)

func (s *Server) deskRoutes() []httpapi.Route {
	return []httpapi.Route{
		on("GET /desk", permission.ReadDesk, s.readDesk,
			httpapi.Doc{Summary: "List what you, or somebody of your branch, have to do, most urgent first · 待办列表",
				Query: ReadDesk{}, Answer: table.Page[DeskLine]{}}),
	}
}

// ReadDesk is the query of a desk. What is nobody's yet, such as a new lead or one in the pool, stands on the desk
// of each who manages its branch.
type ReadDesk struct {
	Staff string `json:"staff" validate:"max=64" description:"A colleague of your branches, for managers; absent: yourself · 经理可查看本网点同事，不填则为本人"`
	httpapi.Paging
}

// DeskLine is one open thing on a desk, in the reader's words.
type DeskLine struct {
	work.DeskLine
	Title   string `json:"title"`
	Overdue bool   `json:"overdue"`
	Link    string `json:"link"` // where this API shows it; a message in doubt is settled there
}

func (s *Server) readDesk(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Query[ReadDesk](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	desk, err := s.deskOf(r, in.Staff)
	if err != nil {
		return httpapi.Answer{}, err
	}
	desk.Paging = paging(r, in.Paging)
	page, err := s.Store.Desk(r.Context(), desk)
	if err != nil {
		return httpapi.Answer{}, err
	}
	out := table.Page[DeskLine]{Items: []DeskLine{}, Next: page.Next}
	for _, l := range page.Items {
		out.Items = append(out.Items, deskLine(l, httpapi.Lang(r), s.Now()))
	}
	return httpapi.OK(out), nil
}

// deskOf says whose desk is asked for, and of which branches. One's own desk has whatever is one's own; a
// colleague's is for those who manage him, and shows them what is of their branches.
func (s *Server) deskOf(r *http.Request, asked string) (work.DeskQuery, error) {
	by := httpapi.Actor(r)
	own := asked == "" || asked == "me" || asked == by.ID
	if !own {
		if err := permission.Permit(by, permission.ReadLoad); err != nil {
			return work.DeskQuery{}, err
		}
	}
	shop, err := s.Store.Shop(r.Context())
	if err != nil {
		return work.DeskQuery{}, err
	}
	if own {
		me, _ := shop.Person(by.ID)
		return work.DeskQuery{Staff: by.ID, AnswersFor: shop.AnswersFor(me, s.Now())}, nil
	}
	seen, err := branches(by, shop, "")
	if err != nil {
		return work.DeskQuery{}, err
	}
	colleague, found := shop.Person(asked)
	if !found || !worksInAny(colleague, seen) {
		return work.DeskQuery{}, fault.Missing("员工", "staff member")
	}
	theirs := func(branch string) bool { return !slices.Contains(seen, branch) }
	return work.DeskQuery{Staff: colleague.ID,
		AnswersFor: slices.DeleteFunc(shop.AnswersFor(colleague, s.Now()), theirs), Branches: seen}, nil
}

func worksInAny(p staff.Staff, branches []string) bool {
	for _, b := range branches {
		if p.WorksIn(b) {
			return true
		}
	}
	return false
}

// deskLine words a line for its reader.
func deskLine(l work.DeskLine, lang words.Lang, now time.Time) DeskLine {
	due, err := time.Parse(time.RFC3339, l.Due)
	said := func(name string) string {
		s, _ := l.Card[name].(string)
		return s
	}
	out := DeskLine{DeskLine: l, Overdue: err == nil && due.Before(now), Link: "/" + l.Kind + "s/" + l.ID}
	switch l.Kind {
	case "lead":
		out.Title = lead.Title(said("name"), said("product"), l.ID).In(lang)
	case "complaint":
		out.Title = complaintTitle(l).In(lang)
	case "message":
		out.Link += "/settle"
		out.Title = message.Message{State: said("state")}.Words().In(lang)
	default:
		out.Title = said("title")
	}
	return out
}

// complaintTitle is how a complaint is called on a desk.
func complaintTitle(l work.DeskLine) words.Text {
	var defects []defect.Kind
	known, _ := l.Card["defects"].([]any)
	for _, d := range known {
		kind, _ := d.(string)
		defects = append(defects, defect.Kind(kind))
	}
	job, _ := l.Card["job"].(string)
	return complaint.Title(defects, job, l.ID)
}
