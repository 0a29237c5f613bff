package page

import (
	"net/http"
	"net/url"

	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/words"
)

// Notice is what a page says instead of what was asked for, or of what was just done.
type Notice struct{ Title, Text string }

// Note is a notice, for tables of words.
func Note(title, text string) Notice { return Notice{title, text} }

// Gone draws the page of an address that leads nowhere. Its address may have been as good as a signature, so no other
// site may learn it. keep is that of NewFrame.
func Gone(r *http.Request, over Sign, says func(words.Lang) Notice, keep ...string) (httpapi.Answer, error) {
	f := NewFrame(r, over, words.En, keep...)
	n := says(f.Lang)
	f.Title = n.Title
	return Private(Drawn(r, http.StatusNotFound, f.Lang, goneBody(f, n)))
}

// Problem draws a problem for a browser. After a form that could not be taken because of us, it holds what was typed
// and a button to try again. A second try ends on our own page, since this page's policy sends nobody elsewhere. over
// has the number to call, where one is known. keep is that of NewFrame.
func Problem(r *http.Request, p httpapi.Problem, over Sign, keep ...string) httpapi.Answer {
	f := NewFrame(r, over, words.En, keep...)
	n := f.W.Unreadable
	switch {
	case p.Status == http.StatusNotFound:
		n = f.W.Missing
	case p.Status == http.StatusTooManyRequests:
		n = f.W.Flooded
	case p.Status == http.StatusServiceUnavailable:
		n = f.W.Busy
	case p.Status >= http.StatusInternalServerError:
		n = f.W.Broken
	}
	f.Title = n.Title
	var typed url.Values
	if p.Status >= http.StatusInternalServerError || p.Status == http.StatusTooManyRequests {
		typed = r.PostForm
	}
	again := r.URL.Query()
	again.Del("next")
	answer, err := Drawn(r, p.Status, f.Lang, problemBody(f, n, typed, "?"+again.Encode(), httpapi.RequestID(r)))
	if err != nil { // a page that cannot be drawn must not hide the problem
		return httpapi.Page(p.Status, "text/plain; charset=utf-8", []byte(n.Title+"\n"+n.Text))
	}
	return answer
}
