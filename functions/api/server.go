// Package api is the door of staff and integrations: signed in, JSON. What may be asked, by whom and which use case
// answers stands in one table, Routes. Whether a record takes a command is for the use cases below shared/app and the
// rules below shared/crm.
package api

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"afterpress/shared/app"
	"afterpress/shared/app/backoffice"
	"afterpress/shared/app/worklist"
	"afterpress/shared/crm/setup"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/table"
)

// Server answers the routes of the staff API.
type Server struct {
	app.Office
	Log     *slog.Logger
	Version string // of the build, for /health
}

// Door is the server behind httpapi's conventions.
func (s *Server) Door() httpapi.Door {
	return httpapi.Door{Name: "api", Routes: s.Routes(), Who: s.Store, Receipts: s.Store, Log: s.Log, Now: s.Now}
}

// Routes is the whole of the staff API: pattern, permission, handler, description.
func (s *Server) Routes() []httpapi.Route {
	routes := s.table()
	out := make([]httpapi.Route, len(routes))
	for i, r := range routes {
		out[i] = r.Route
	}
	return out
}

// table has a line for each route; those of an entity stand in its file.
func (s *Server) table() []route {
	office, work := backoffice.Desk{Office: s.Office}, worklist.Desk{Office: s.Office}
	return slices.Concat(
		handled(s.leadRoutes()),
		handled(s.artworkRoutes()),
		handled(s.submissionRoutes()),
		formRoutes(office),
		handled(s.customerRoutes()),
		handled(s.contactRoutes()),
		handled(s.consentRoutes()),
		categoryRoutes(office),
		handled(s.touchRoutes()),
		handled(s.preferenceRoutes()),
		handled(s.overviewRoutes()),
		handled(s.timelineRoutes()),
		taskRoutes(work),
		handled(s.holdRoutes()),
		deskRoutes(work),
		handled(s.complaintRoutes()),
		handled(s.defectRoutes()),
		handled(s.reportRoutes()),
		staffRoutes(office),
		branchRoutes(office),
		calendarRoutes(office),
		policyRoutes(office),
		messageRoutes(work),
		handled(s.ownRoutes()),
	)
}

// handled are routes with handlers of their own, which no adapter made of a use case.
func handled(routes []httpapi.Route) []route {
	out := make([]route, len(routes))
	for i, r := range routes {
		out[i] = route{Route: r}
	}
	return out
}

// on is one line of the table.
func on(pattern string, action permission.Action, handle httpapi.Handler, doc httpapi.Doc) httpapi.Route {
	return httpapi.Route{Pattern: pattern, Action: action, Handle: handle, Doc: doc}
}

// created is the status of a record that was made.
const created = http.StatusCreated

// ownRoutes are about the API itself.
func (s *Server) ownRoutes() []httpapi.Route {
	return []httpapi.Route{
		on("GET /openapi.json", permission.Public, s.readDescription,
			httpapi.Doc{Summary: "Read this description · 接口说明（OpenAPI）", Type: "application/json"}),
		on("GET /docs", permission.Public, s.readDocs,
			httpapi.Doc{Summary: "Read this description as a page · 接口说明（网页）", Type: "text/html"}),
		on("GET /docs/style.css", permission.Public, s.readDocsStyle,
			httpapi.Doc{Summary: "The style of that page · 网页样式", Type: "text/css"}),
		on("GET /health", permission.Public, s.readHealth,
			httpapi.Doc{Summary: "Whether this process answers; the tables are not asked · 健康检查", Answer: Health{}}),
	}
}

// branches are those whose records the caller may list: the one that he asks for, or all that he sees. Another one
// is missing to him.
func branches(by staff.Actor, shop setup.Shop, asked string) ([]string, error) {
	var seen []string
	for _, b := range shop.Branches {
		if by.Sees(b.ID) && (asked == "" || asked == b.ID) {
			seen = append(seen, b.ID)
		}
	}
	if asked != "" && seen == nil {
		return nil, fault.Missing("网点", "branch")
	}
	return seen, nil
}

// asked is the id of the colleague whose records a list is asked for: his own, or me; empty stays empty.
func asked(owner string, by staff.Actor, shop setup.Shop) (string, error) {
	if owner == "me" {
		owner = by.ID
	}
	if _, found := shop.Person(owner); owner != "" && !found {
		return owner, fault.Faulty(fault.Field{Pointer: "?owner",
			Text: words.Text{Zh: "请填写 me 或一位同事的编号。", En: "Enter me, or the id of a colleague."}})
	}
	return owner, nil
}

// listed answers a list: query makes the store's question of what the caller may see, list answers it.
func listed[Q, T any](s *Server, r *http.Request, query func(staff.Actor, setup.Shop, time.Time) (Q, error),
	list func(context.Context, Q) (table.Page[T], error)) (
	page table.Page[T], err error) {
	shop, err := s.Store.Shop(r.Context())
	if err != nil {
		return page, err
	}
	q, err := query(httpapi.Actor(r), shop, s.Now())
	if err != nil {
		return page, err
	}
	return list(r.Context(), q)
}

// opensAt is where the caller opens a record, with calendar and policy: at the branch that is named, or at his only
// one.
func opensAt(by staff.Actor, shop setup.Shop, branch string) (setup.Terms, error) {
	if branch == "" && len(by.Branches) == 1 {
		branch = by.Branches[0]
	}
	if _, found := shop.Branch(branch); !found || !by.Sees(branch) {
		return setup.Terms{}, fault.Faulty(fault.Field{Pointer: "/branch",
			Text: words.Text{Zh: "请填写您所在的一个网点。", En: "Enter one of your branches."}})
	}
	return shop.Terms(branch)
}

// pageFor binds a page to the caller who asks for it.
func pageFor(by staff.Actor, p httpapi.Paging) table.Paging {
	return table.Paging{Limit: p.Limit, Cursor: p.Cursor, Caller: by.ID}
}

// paging binds a page to the caller who asks for it.
func paging(r *http.Request, p httpapi.Paging) table.Paging {
	return pageFor(httpapi.Actor(r), p)
}

// current refuses a command that names another version of the record than the current one.
func current(r *http.Request, version int64, record any) error {
	wanted, named, err := httpapi.Version(r)
	if err != nil || !named || wanted == version {
		return err
	}
	stale := fault.Fail(fault.Stale, "这条记录在您读取之后有了改动。请查看最新内容再决定。",
		"The record has changed since you read it. Look at it as it is now, then decide.")
	stale.Record = record
	return stale
}

// recordID is the id in the path. What cannot be an id finds nothing, as an id of nothing does.
func recordID(r *http.Request, missing error) (string, error) {
	id := r.PathValue("id")
	if len(id) > 64 {
		return "", missing
	}
	return id, nil
}

// customerOf is CustomerOf of the office, for handlers.
func (s *Server) customerOf(r *http.Request, record string) (string, error) {
	return s.CustomerOf(r.Context(), caller(r), record)
}

// unseen is app.Unseen, for handlers.
func unseen(err error, pointer string) error { return app.Unseen(err, pointer) }
