package intake

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"afterpress/functions/intake/file"
	"afterpress/functions/intake/form"
	"afterpress/functions/intake/hook"
	"afterpress/functions/intake/link"
	"afterpress/shared/app"
	"afterpress/shared/app/casework"
	"afterpress/shared/app/frontdesk"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/page"
)

// maxBody is above the largest enquiry that a form can ask for: a message of 2,000 Chinese characters and answers of
// 6,000 take 72 kB in a form.
const maxBody = 96 << 10

// Server is what the parts of the door need.
type Server struct {
	Office    app.Office
	Enquiries frontdesk.Enquiries // takes the place of the store for what comes through forms; nil is the store itself
	Receipts  httpapi.Receipts
	Log       *slog.Logger
	Hook      hook.Server // signed calls of other systems
	Front     httpapi.Front

	UploadOrigin string // of the bucket that takes files: https://….s3.….amazonaws.com
}

// forms are the forms of the shop, links the pages behind the links of customers, and files those of files.
func (s *Server) forms() form.Pages {
	return form.Pages{Frontdesk: s.frontdesk(), Files: s.files(), Front: s.Front}
}

func (s *Server) links() link.Pages {
	return link.Pages{Frontdesk: s.frontdesk(), Casework: casework.Desk{Office: s.Office}, Files: s.files(),
		Front: s.Front}
}

func (s *Server) files() file.Pages {
	return file.Pages{Office: s.Office, Front: s.Front, Origin: s.UploadOrigin}
}

func (s *Server) frontdesk() frontdesk.Desk {
	return frontdesk.Desk{Office: s.Office, Log: s.Log, Enquiries: s.Enquiries}
}

// Routes is everything that the door answers.
func (s *Server) Routes() []httpapi.Route {
	forms, links := s.forms(), s.links()
	routes := slices.Concat(forms.Routes(), s.Hook.Routes(), forms.EmbedRoutes(), forms.FrontRoutes(), links.Routes(),
		s.files().Routes(), links.CaseRoutes(), links.VisitorRoutes(), []httpapi.Route{
			{Pattern: "GET /assets/{file}", Action: permission.Public, Handle: page.Assets(form.Look, file.Script),
				Doc: httpapi.Doc{Summary: "A style sheet, picture or script of the pages · 网页样式、图标与脚本", Type: "text/css",
					Types: []string{"image/svg+xml", "text/javascript"}}},
		})
	for i := range routes {
		routes[i].Doc.Pages = true
	}
	return routes
}

// Handler is the door.
func (s *Server) Handler() http.Handler {
	return s.forms().Shared(httpapi.Door{
		Name: "intake", Routes: s.Routes(), Receipts: s.Receipts, Log: s.Log, Now: s.Office.Now, MaxBody: maxBody,
		Valid: app.Forms, ErrorPage: s.errorPage, Front: s.Front,
	}.Handler())
}

// errorPage draws a problem for a browser. The page in the other language keeps what its address says of an enquiry or
// of a file.
func (s *Server) errorPage(r *http.Request, p httpapi.Problem) httpapi.Answer {
	return page.Problem(r, p, s.whom(r, p.Status), "ref", "receipt", "artwork", "sent")
}

// glance is how long a page waits to learn whom a person may call. Mostly the door has just read that.
const glance = time.Second

// whom is the branch that a person may call who is turned away because of us or of too many requests: the form's, else
// the first. A page of another problem, or of a shop that cannot be read now, has none.
func (s *Server) whom(r *http.Request, status int) page.Sign {
	if status != http.StatusTooManyRequests && status != http.StatusServiceUnavailable {
		return page.Sign{}
	}
	ctx, cancel := context.WithTimeout(r.Context(), glance)
	defer cancel()
	over, err := s.frontdesk().Whom(ctx, r.PathValue("form"))
	if err != nil {
		return page.Sign{}
	}
	return page.Sign(over)
}
