package console

import (
	"net/http"
	"net/url"

	"afterpress/functions/console/screen"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/words"
)

// fromElsewhere is what the person reads whose browser was made to send a form.
var fromElsewhere = words.Text{Zh: "这个操作不是从本系统的页面发出的，没有执行。请打开工作台重新操作。",
	En: "This did not come from a page of ours, and nothing was done. Open the console and do it there."}

// ours refuses a form that another site sends: by what the browser says of where the form stood. A browser that says
// nothing of it is refused as well.
func (s *Server) ours(r *http.Request) error {
	if r.Method != http.MethodPost {
		return nil
	}
	foreign := fault.Fail(fault.Forbidden, fromElsewhere.Zh, fromElsewhere.En)
	if r.Header.Get("Origin") == "" && r.Header.Get("Sec-Fetch-Site") == "" {
		return foreign
	}
	guard := http.NewCrossOriginProtection()
	if err := guard.AddTrustedOrigin(s.site(r)); err != nil {
		return err
	}
	if err := guard.Check(r); err != nil {
		return foreign.Because(err)
	}
	return nil
}

// speak gives the request the language that its reader chose: by the address once, then by a cookie. Without a choice
// it is the browser's.
func (s *Server) speak(w http.ResponseWriter, r *http.Request, site string) *http.Request {
	query := r.URL.Query()
	chosen := words.Lang(query.Get("lang"))
	if query.Has("lang") {
		query.Del("lang")
		address := *r.URL
		address.RawQuery = query.Encode()
		r = r.Clone(r.Context())
		r.URL, r.RequestURI = &address, address.RequestURI()
	}
	if chosen == words.Zh || chosen == words.En {
		http.SetCookie(w, baked(site, langCookie, string(chosen), langLife))
	} else if kept, err := r.Cookie(cookieName(site, langCookie)); err == nil {
		chosen = words.Lang(kept.Value)
	}
	if chosen == words.Zh || chosen == words.En {
		r.Header.Set("Accept-Language", string(chosen))
	}
	return r
}

// problems draws what went wrong. Somebody who has not signed in is led to the sign-in and back; a refused form is
// drawn again with what was typed.
func (s *Server) problems() func(*http.Request, httpapi.Problem) httpapi.Answer {
	lines := map[string]screen.Route{}
	for _, line := range s.Table() {
		lines[line.Pattern] = line
	}
	return func(r *http.Request, p httpapi.Problem) httpapi.Answer {
		if s.ours(r) != nil { // what another site filled in is not offered to be sent again
			p.Status, p.Detail, p.Errors = http.StatusForbidden, fromElsewhere.In(httpapi.Lang(r)), nil
			answer := s.Screens.Problem(r, p)
			answer.Status = p.Status
			return answer
		}
		if p.Status == http.StatusUnauthorized && r.Method != http.MethodPost {
			to := (&url.URL{Path: r.URL.Path, RawQuery: r.URL.RawQuery}).String()
			return httpapi.SeeOther(screen.SignInFor(local(to)))
		}
		if again, ok := screen.Redrawn(r, lines[r.Pattern], p); ok {
			return again
		}
		return s.Screens.Problem(r, p)
	}
}
