// Package console is the door of staff in a browser: signed in by a cookie, HTML. What may be seen and done there, by
// whom and which use case answers stands in one table, Screens. It has no rule of its own: its use cases are those of
// the staff API.
package console

import (
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"afterpress/functions/console/centre"
	"afterpress/functions/console/enquiry"
	"afterpress/functions/console/screen"
	"afterpress/functions/console/work"
	"afterpress/shared/app"
	"afterpress/shared/app/backoffice"
	"afterpress/shared/app/casework"
	"afterpress/shared/app/frontdesk"
	"afterpress/shared/app/worklist"
	"afterpress/shared/httpapi"
	"afterpress/shared/httpapi/posted"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/token"
)

// maxBody is above the longest form with every field full.
const maxBody = 64 << 10

// Server answers the pages and commands of the console.
type Server struct {
	app.Office
	People People // who stands behind a session
	Issuer *Issuer
	Ring   *token.Ring
	Log    *slog.Logger

	Screens screen.Office
}

// New is a server whose screens ask the same office.
func New(office app.Office, people People, issuer *Issuer, ring *token.Ring, log *slog.Logger) *Server {
	s := &Server{Office: office, People: people, Issuer: issuer, Ring: ring, Log: log}
	s.Screens = screen.Office{Backoffice: s.backoffice(), Frontdesk: s.frontdesk(), Now: office.Now}
	return s
}

func (s *Server) backoffice() backoffice.Desk { return backoffice.Desk{Office: s.Office} }

func (s *Server) frontdesk() frontdesk.Desk {
	return frontdesk.Desk{Office: s.Office, Read: posted.Read, Log: s.Log}
}

func (s *Server) cookies() cookies { return newCookies(s.Ring, s.Now) }

// Table is the whole of the console: each page and each command with its permission and its use case.
func (s *Server) Table() []screen.Route {
	return slices.Concat(
		s.signInRoutes(),
		work.Pages{Office: s.Screens}.Routes(worklist.Desk{Office: s.Office}, casework.Desk{Office: s.Office}),
		enquiry.Pages{Office: s.Screens}.Routes(s.frontdesk()),
		centre.Pages{Office: s.Screens}.Routes(s.frontdesk()),
	)
}

// signInRoutes are about the session itself.
func (s *Server) signInRoutes() []screen.Route {
	return []screen.Route{
		screen.Public("GET "+signInPath, s.startSignIn),
		screen.Public("GET "+callbackPath, s.callback),
		screen.Public("GET "+signedOutPath, s.signedOut),
		screen.Public("POST /console/sign-out", s.signOut),
		screen.Own("POST /console/sign-out-everywhere", permission.EndSessions, s.signOutEverywhere),
		screen.Public("GET /console/assets/{file}", screen.Assets()),
	}
}

// Routes is the table as a door knows it. A form of another site is refused before its handler reads it.
func (s *Server) Routes() []httpapi.Route {
	var out []httpapi.Route
	for _, line := range s.Table() {
		handle := line.Handle
		line.Handle = func(r *http.Request) (httpapi.Answer, error) {
			if err := s.ours(r); err != nil {
				return httpapi.Answer{}, err
			}
			return handle(r)
		}
		line.Doc.Pages = true
		out = append(out, line.Route)
	}
	return out
}

// Handler is the door.
func (s *Server) Handler() http.Handler {
	door := httpapi.Door{Name: "console", Routes: s.Routes(), Who: knows{s.People}, Receipts: s.Store, Log: s.Log,
		Now: s.Now, MaxBody: maxBody, Valid: app.Forms, ErrorPage: s.problems()}.Handler()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		site := s.site(r)
		r = s.speak(w, r, site)
		r = s.cookies().keep(w, r, site)
		screen.Unwrap(r, maxBody)
		door.ServeHTTP(w, r)
	})
}

// site is the address under which the browser knows us.
func (s *Server) site(r *http.Request) string {
	if s.PublicURL != "" {
		return strings.TrimSuffix(s.PublicURL, "/")
	}
	return "https://" + r.Host
}

// langLife is how long a browser keeps the language that its reader chose.
const langLife = 365 * 24 * time.Hour
