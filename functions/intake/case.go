package intake

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"afterpress/shared/crm/artwork"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/hold"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/enquiries"
	"afterpress/shared/store/table"
)

// Complaints finds complaints and takes in what their customers say. It is implemented by *store.Store.
type Complaints interface {
	Complaint(ctx context.Context, id string) (complaint.Complaint, error)
	ComplaintReplies(ctx context.Context, c string, p table.Paging) (table.Page[complaint.Reply], error)
	// LodgeComplaint stores a new complaint of a contact, or is TooMany when he opened that many until then.
	LodgeComplaint(ctx context.Context, c complaint.Complaint, e event.Event, most int64,
		until time.Time) (complaint.Complaint, error)
	ChangeComplaint(ctx context.Context, id string,
		rule func(complaint.Complaint) (complaint.Complaint, event.Event, error)) (complaint.Complaint, error)
	ReplyComplaint(ctx context.Context, cmp string,
		rule func(c complaint.Complaint, id string) (complaint.Complaint, complaint.Reply, event.Event,
			error)) (complaint.Complaint, complaint.Reply, error)
}

// Holds finds the questions of production with their pictures, and takes in their answers. It is implemented by
// *store.Store.
type Holds interface {
	Hold(ctx context.Context, id string) (hold.Hold, error)
	ChangeHold(ctx context.Context, id string, rule func(hold.Hold) (hold.Hold, event.Event, error)) (hold.Hold, error)
	// ShowArtwork is an address from which a kept picture can be shown for five minutes; ok is false for a file that
	// is no picture.
	ShowArtwork(ctx context.Context, of string, a artwork.Artwork) (address string, ok bool, err error)
}

// maxCase is in bytes: 4,000 Chinese characters take 36 kB in a form.
const maxCase = 64 << 10

// caseLinked is a customer's link with what it leads to; one of the three is there.
type caseLinked struct {
	complaint.CaseLink
	complaint *complaint.Complaint
	hold      *hold.Hold
	person    *enquiries.Preferences
}

// linked finds out what the link in the path is about. A link that we did not sign and one whose record is gone are
// the same: NotFound.
func (s *Server) linked(r *http.Request) (l caseLinked, err error) {
	link, ours := complaint.OpenCase(s.Tokens, r.PathValue("token"))
	l.CaseLink = link
	kind, _, _ := strings.Cut(link.About, "_")
	switch {
	case !ours:
	case kind == "cmp":
		c, err := s.Complaints.Complaint(r.Context(), link.About)
		l.complaint = &c
		return l, err
	case kind == "hld":
		h, err := s.Holds.Hold(r.Context(), link.About)
		l.hold = &h
		return l, err
	case kind == "con":
		p, err := s.Consents.Preferences(r.Context(), link.About)
		if err == nil && p.Contact.LeftAt != nil {
			break
		}
		l.person = &p
		return l, err
	}
	return l, fault.Missing("链接", "link")
}

// showCase shows what a customer's link is about. Scanners open links, so it changes nothing.
func (s *Server) showCase(r *http.Request) (httpapi.Answer, error) {
	l, err := s.linked(r)
	switch {
	case err != nil:
		return s.gone(r, err, func(w *wording) notice { return w.Case.Gone })
	case l.complaint != nil:
		return s.complaintPage(r, *l.complaint, nil)
	case l.hold != nil:
		return s.holdPage(r, *l.hold, nil)
	}
	return s.complainPage(r, l, nil)
}

// sayCase takes what a customer says at his link: he opens a complaint, says something about it, or answers a
// question.
func (s *Server) sayCase(r *http.Request) (httpapi.Answer, error) {
	l, err := s.linked(r)
	switch {
	case err != nil:
		return s.gone(r, err, func(w *wording) notice { return w.Case.Gone })
	case l.complaint != nil:
		return s.sayComplaint(r, *l.complaint)
	case l.hold != nil:
		return s.answerHold(r, *l.hold)
	}
	return s.complain(r, l)
}

// casePath is the address of a record's page; stands says there what became of what was just said.
func (s *Server) casePath(r *http.Request, link complaint.CaseLink, stands string) string {
	query := url.Values{"lang": {string(httpapi.PageLang(r, words.En))}}
	if stands != "" {
		query.Set("stands", stands)
	}
	return "/c/" + url.PathEscape(complaint.SignCase(s.Tokens, link)) + "?" + query.Encode()
}

// private keeps a page's address from other sites: it is as good as a signature.
func private(a httpapi.Answer, err error) (httpapi.Answer, error) {
	return a.With("Referrer-Policy", "no-referrer"), err
}

// gone draws the page of a link that leads nowhere; an error other than NotFound stays one.
func (s *Server) gone(r *http.Request, err error, says func(*wording) notice) (httpapi.Answer, error) {
	if fault.KindOf(err) != fault.NotFound {
		return httpapi.Answer{}, err
	}
	shop, err := s.Consents.Shop(r.Context())
	if err != nil {
		return httpapi.Answer{}, err
	}
	f := newFrame(r, shop, "", words.En)
	f.Title = says(f.W).Title
	return private(drawn(r, http.StatusNotFound, f.Lang, confirmBody(confirmView{frame: f, Notice: says(f.W)})))
}

// moment is a time of a page: how it reads, in the branch's zone, and how a program reads it.
type moment struct{ Words, Stamp string }

// clock puts times on a page.
type clock struct {
	zone string
	now  time.Time
	lang words.Lang
}

func (c clock) at(t time.Time) moment {
	return moment{calendar.Calendar{Zone: c.zone}.Moment(t, c.now, c.lang), t.UTC().Format(time.RFC3339)}
}

// grouped is a number as people read it: 12,800.
func grouped(n int64) string {
	text := strconv.FormatInt(n, 10)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
