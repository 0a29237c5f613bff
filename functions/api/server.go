// Package api is the door of staff and integrations: signed in, JSON. What may be asked, by whom and which use case
// answers stands in one table, Routes. Whether a record takes a command is for the use cases below shared/app and the
// rules below shared/crm.
package api

import (
	"log/slog"
	"slices"

	"afterpress/shared/app"
	"afterpress/shared/app/backoffice"
	"afterpress/shared/app/casework"
	"afterpress/shared/app/frontdesk"
	"afterpress/shared/app/worklist"
	"afterpress/shared/httpapi"
	"afterpress/shared/httpapi/posted"
	"afterpress/shared/kernel/permission"
)

// Server answers the routes of the staff API.
type Server struct {
	app.Office
	Log     *slog.Logger
	Version string // of the build, for /health
}

// Door is the server behind httpapi's conventions.
func (s *Server) Door() httpapi.Door {
	return httpapi.Door{Name: "api", Routes: s.Routes(), Who: s.Store, Receipts: s.Store, Log: s.Log, Now: s.Now,
		Valid: app.Forms}
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
	front, cases := frontdesk.Desk{Office: s.Office, Read: posted.Read}, casework.Desk{Office: s.Office}
	office, work := backoffice.Desk{Office: s.Office}, worklist.Desk{Office: s.Office}
	return slices.Concat(
		leadRoutes(front),
		caseFileRoutes(cases),
		submissionRoutes(front),
		formRoutes(office),
		customerRoutes(front),
		contactRoutes(front),
		[]route{complaintLinkRoute(cases)},
		consentRoutes(front),
		eraseRoutes(front),
		categoryRoutes(office),
		historyRoutes(front),
		taskRoutes(work),
		holdRoutes(cases),
		deskRoutes(work),
		complaintRoutes(cases),
		staffRoutes(office),
		branchRoutes(office),
		calendarRoutes(office),
		policyRoutes(office),
		messageRoutes(work),
		stuckRoutes(work),
		s.ownRoutes(),
	)
}

// ownRoutes are about the API itself: HTTP is their matter, and no use case answers them.
func (s *Server) ownRoutes() []route {
	own := func(pattern string, handle httpapi.Handler, doc httpapi.Doc) route {
		return route{Route: httpapi.Route{Pattern: pattern, Action: permission.Public, Handle: handle, Doc: doc}}
	}
	return []route{
		own("GET /openapi.json", s.readDescription,
			httpapi.Doc{Summary: "Read this description · 接口说明（OpenAPI）", Type: "application/json"}),
		own("GET /docs", s.readDocs,
			httpapi.Doc{Summary: "Read this description as a page · 接口说明（网页）", Type: "text/html"}),
		own("GET /docs/style.css", s.readDocsStyle,
			httpapi.Doc{Summary: "The style of that page · 网页样式", Type: "text/css"}),
		own("GET /health", s.readHealth,
			httpapi.Doc{Summary: "Whether this process answers; the tables are not asked · 健康检查", Answer: Health{}}),
	}
}
