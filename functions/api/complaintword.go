package api

import (
	"context"
	"net/http"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/canned"
	"afterpress/shared/crm/setup"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/table"
)

// CommentComplaint is a word to the customer or one among staff, never both: what goes out and what stays inside
// cannot be mixed up.
type CommentComplaint struct {
	Public   string `json:"public_text,omitempty" validate:"max=4000,shown,text" description:"Goes to the customer · 发给客户"`
	Internal string `json:"internal_text,omitempty" validate:"max=4000,shown,text" description:"For staff alone · 仅供内部查看"`
}

// check refuses a comment that is for both, or for nobody.
func (in CommentComplaint) check() error {
	if (in.Public == "") != (in.Internal == "") {
		return nil
	}
	text := words.Text{Zh: "请只填写一项：public_text 发给客户，internal_text 仅供内部。",
		En: "Fill in one of the two: public_text goes to the customer, internal_text is for staff alone."}
	return fault.Faulty(fault.Field{Pointer: "/public_text", Text: text},
		fault.Field{Pointer: "/internal_text", Text: text})
}

func (s *Server) commentComplaint(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Decode[CommentComplaint](r)
	if err == nil {
		err = in.check()
	}
	if err != nil {
		return httpapi.Answer{}, err
	}
	return s.atComplaint(r, func(ctx context.Context, id string, shop setup.Shop) (complaint.Complaint, error) {
		if in.Internal != "" {
			c, _, err := s.Store.NoteComplaint(ctx, id, noted(s, r, shop, words.InternalText(in.Internal)))
			return c, err
		}
		c, _, err := s.Store.ReplyComplaint(ctx, id, replied(s, r, shop, words.PublicText(in.Public)))
		return c, err
	})
}

func noted(s *Server, r *http.Request, shop setup.Shop,
	text words.InternalText) func(complaint.Complaint, string) (complaint.Complaint, complaint.Note, event.Event, error) {
	return func(c complaint.Complaint, id string) (complaint.Complaint, complaint.Note, event.Event, error) {
		terms, err := complaintStands(r, shop, c)
		if err != nil {
			return c, complaint.Note{}, event.Event{}, err
		}
		return c.Note(httpapi.Actor(r), id, text, terms.Complaint(), s.Now())
	}
}

func replied(s *Server, r *http.Request, shop setup.Shop,
	text words.PublicText) func(complaint.Complaint, string) (complaint.Complaint, complaint.Reply, event.Event, error) {
	return func(c complaint.Complaint, id string) (complaint.Complaint, complaint.Reply, event.Event, error) {
		terms, err := complaintStands(r, shop, c)
		if err != nil {
			return c, complaint.Reply{}, event.Event{}, err
		}
		return c.Reply(httpapi.Actor(r), id, text, terms.Complaint(), s.Now())
	}
}

func (s *Server) listComplaintReplies(r *http.Request) (httpapi.Answer, error) {
	return listWords(s, r, s.Store.ComplaintReplies)
}

func (s *Server) listComplaintNotes(r *http.Request) (httpapi.Answer, error) {
	return listWords(s, r, s.Store.ComplaintNotes)
}

// listWords is a page of one of the two lists of the complaint in the path.
func listWords[T any](s *Server, r *http.Request,
	list func(context.Context, string, table.Paging) (table.Page[T], error)) (httpapi.Answer, error) {
	in, err := httpapi.Query[httpapi.Paging](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	c, err := s.complaint(r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	page, err := list(r.Context(), c.ID, paging(r, in))
	if err != nil {
		return httpapi.Answer{}, err
	}
	return httpapi.OK(page), nil
}

func (s *Server) listCannedReplies(r *http.Request) (httpapi.Answer, error) {
	c, shop, terms, err := s.complaintTerms(r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	shown := c.For(httpapi.Actor(r)) // no reply tells what the reader may not see
	return httpapi.OK(table.Page[canned.Reply]{Items: canned.Replies(shown, shop.Roster, terms.Complaint(),
		httpapi.Lang(r), s.Now())}), nil
}
