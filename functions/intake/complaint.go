package intake

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"afterpress/shared/crm/artwork"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/setup"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/table"
)

// sayMessage is a word to the shop; whatever else a customer says is one of crm's answers.
const sayMessage = "message"

// SayComplaint is what the page of a complaint sends. Turn and seen are the complaint as it was drawn.
type SayComplaint struct {
	Say  string `json:"say" validate:"required,one=customer-say" description:"What he says · 客户的答复"`
	Turn int    `json:"turn" validate:"min=0" description:"As the page gave it: an answer to an older page changes nothing · 页面给出的序号"`
	Seen int64  `json:"seen" validate:"min=0" description:"As the page gave it: a second click is the first · 页面给出的版本"`
	Text string `json:"text" validate:"max=4000,text" description:"Of a message · 留言内容"`
	Sure bool   `json:"sure" description:"Of withdraw: he was asked once more · 已再次确认撤回"`
}

// How what was said stands, as the address of the page says it, beside the answers themselves.
const (
	standsOpened  = "opened"
	standsMessage = "message"
	standsChanged = "changed"
	standsMissing = "unsaid"
)

// sayComplaint takes in what the customer says about his complaint. A second click finds what the first did, and an
// old page does nothing.
func (s *Server) sayComplaint(r *http.Request, c complaint.Complaint) (httpapi.Answer, error) {
	in, err := httpapi.DecodeForm[SayComplaint](r)
	in.Text = strings.TrimSpace(in.Text)
	if fault.KindOf(err) == fault.Invalid && in.Say == sayMessage {
		return s.complaintPage(r, c, faultsOf(err))
	}
	if err != nil {
		return httpapi.Answer{}, err
	}
	link := complaint.CaseLink{About: c.ID}
	switch {
	case in.Say == sayMessage && in.Text == "":
		return httpapi.SeeOther(s.casePath(r, link, standsMissing) + "#text"), nil
	case in.Say == sayMessage:
		if err = s.keepMessage(r, c, in); fault.KindOf(err) == fault.Invalid {
			return s.complaintPage(r, c, faultsOf(err))
		}
		return httpapi.SeeOther(s.casePath(r, link, standsMessage)), err
	case in.Say == complaint.SayWithdraw && !in.Sure:
		return httpapi.SeeOther(s.casePath(r, link, "") + "&ask=withdraw#ask"), nil
	}
	return s.keepAnswer(r, c, complaint.Answer{Say: in.Say, Turn: in.Turn})
}

// keepMessage keeps a message once, however often it is posted from the same page.
func (s *Server) keepMessage(r *http.Request, c complaint.Complaint, in SayComplaint) error {
	terms, err := s.terms(r.Context(), c.Branch)
	if err != nil {
		return err
	}
	again := httpapi.SeeOther(s.casePath(r, complaint.CaseLink{About: c.ID}, standsMessage))
	once := httpapi.AnsweringAlike(r, fmt.Sprintf("%d %q", in.Seen, in.Text), saidMemory,
		func(any) httpapi.Answer { return again })
	_, _, err = s.Complaints.ReplyComplaint(once, c.ID,
		func(c complaint.Complaint, id string) (complaint.Complaint, complaint.Reply, event.Event, error) {
			return c.Reply(staff.Visitor, id, words.PublicText(in.Text), terms.Complaint(), s.Now())
		})
	return err
}

// keepAnswer gives the answer to the rules. One that they refuse is shown the complaint as it stands.
func (s *Server) keepAnswer(r *http.Request, c complaint.Complaint, a complaint.Answer) (httpapi.Answer, error) {
	terms, err := s.terms(r.Context(), c.Branch)
	if err != nil {
		return httpapi.Answer{}, err
	}
	stands := a.Say
	_, err = s.Complaints.ChangeComplaint(r.Context(), c.ID,
		func(now complaint.Complaint) (complaint.Complaint, event.Event, error) {
			if now.Answered(a) {
				return now, event.Event{}, nil
			}
			return now.Answer(a, terms.Complaint(), s.Now())
		})
	switch fault.KindOf(err) {
	case fault.Refused, fault.Conflict, fault.Forbidden:
		stands, err = standsChanged, nil
	}
	return httpapi.SeeOther(s.casePath(r, complaint.CaseLink{About: c.ID}, stands)), err
}

func (s *Server) terms(ctx context.Context, branch string) (setup.Terms, error) {
	shop, err := s.Consents.Shop(ctx)
	if err != nil {
		return setup.Terms{}, err
	}
	return shop.Terms(branch)
}

// complaintView is the page of a complaint. It says nothing of who the customer is.
type complaintView struct {
	frame
	Reference, Job string
	Notice         notice
	Stale          bool // nothing was done of what was said
	Stage          string
	Tone           string // how the stage is coloured: wait, done or open
	Owner          string
	Promise, Ends  *moment // when he hears of us; until when he is waited for
	Late           bool    // the promise is over
	Waits          string  // what he is waited for
	Asked          []string
	Offered        string // above the offer: it is made, or agreed
	Offer          []offerLine
	Promised       *moment // when the goods are with him
	Question       string
	Buttons        []sayButton
	Hint           string // under the buttons
	Withdraw, Ask  bool   // he may withdraw; he is asked once more
	Other          string // where the complaint is handled with which this one was joined
	Again          string // where a new complaint is opened
	Said           []saidLine
	Older          bool // there is more than is shown
	Message        *fieldView
	Faults         []faultView
	Files          *artworkView
	Action         string
	Turn, Seen     string
}

// offerLine is one remedy of the offer.
type offerLine struct {
	Name, Quantity, Worth, Pays string
	By                          *moment
}

// saidLine is one word of the conversation.
type saidLine struct {
	Who  string
	His  bool
	At   moment
	Text string
}

// sayButton is one answer.
type sayButton struct {
	Say, Label string
	Quiet      bool // it is not what most people choose
}

// complaintPage draws a complaint as it stands, with the faults of a message that could not be taken.
func (s *Server) complaintPage(r *http.Request, c complaint.Complaint, faults []fault.Field) (httpapi.Answer, error) {
	shop, err := s.Consents.Shop(r.Context())
	if err != nil {
		return httpapi.Answer{}, err
	}
	terms, err := shop.Terms(c.Branch)
	if err != nil {
		return httpapi.Answer{}, err
	}
	replies, err := s.Complaints.ComplaintReplies(r.Context(), c.ID, table.Paging{Limit: 100, Caller: "case"})
	if err != nil {
		return httpapi.Answer{}, err
	}
	v := s.newComplaintView(r, shop, c)
	v.allow(c.CustomerMay(terms.Complaint(), s.Now()))
	v.converse(c, replies, s.clock(r, c))
	v.blame(r.PostForm.Get("text"), faults)
	if v.Files, err = s.complaintFiles(r, c); err != nil {
		return httpapi.Answer{}, err
	}
	return s.withFiles(r, v.Status(), v)
}

// withFiles draws the page with the script that sends its files.
func (s *Server) withFiles(r *http.Request, status int, v complaintView) (httpapi.Answer, error) {
	v.Uploads = v.Files != nil
	page, err := private(drawn(r, status, v.Lang, complaintBody(v)))
	if v.Uploads {
		page = s.scripted(page)
	}
	return page, err
}

// Status is that of the answer: a message that could not be taken is no success.
func (v complaintView) Status() int {
	if len(v.Faults) > 0 {
		return http.StatusUnprocessableEntity
	}
	return http.StatusOK
}

func (s *Server) clock(r *http.Request, c complaint.Complaint) clock {
	return clock{c.Zone, s.Now(), httpapi.PageLang(r, words.En)}
}

// newComplaintView draws what does not depend on what was said.
func (s *Server) newComplaintView(r *http.Request, shop setup.Shop, c complaint.Complaint) complaintView {
	at := s.clock(r, c)
	v := complaintView{frame: newFrame(r, shop, c.Branch, words.En), Reference: words.Reference(c.ID), Job: c.Job.Ref,
		Tone: caseTones[c.State],
		Turn: strconv.Itoa(c.Turn), Seen: strconv.FormatInt(c.Version, 10),
		Action: s.casePath(r, complaint.CaseLink{About: c.ID}, "")}
	v.Title = v.W.Case.Title
	stands := r.URL.Query().Get("stands")
	v.Stale = stands == standsChanged || stands == standsMissing
	// an address is opened again, days later
	if v.Stale || stands == standsMessage || stands == standsOpened && c.Turn == 1 || c.StandsAs(stands) {
		v.Notice = v.W.Case.Stands[stands]
	}
	if v.Notice.Title != "" {
		v.Mood = v.Notice.Title + v.W.Says
	}
	v.Ask = r.URL.Query().Get("ask") == complaint.SayWithdraw
	v.stand(c, shop, at)
	v.offered(c, at)
	switch {
	case c.JoinedInto != "":
		v.Other = s.casePath(r, complaint.CaseLink{About: c.JoinedInto}, "")
	case c.Closed():
		v.Again = s.casePath(r, complaint.CaseLink{About: c.Contact, Job: c.Job.Ref}, "")
	}
	return v
}

// stand draws where the complaint stands, who sees to it, and who waits for whom until when.
func (v *complaintView) stand(c complaint.Complaint, shop setup.Shop, at clock) {
	public, w := c.Public(), v.W.Case
	v.Stage = public.Stage.In(at.lang)
	if owner, ok := shop.Person(c.Owner); ok && !c.Closed() {
		v.Owner = owner.FirstName()
	}
	if due, waits := c.AnswerDue(); waits {
		v.Ends = new(at.at(due))
		if c.Pause != nil {
			v.Waits = w.Waits[c.Pause.Reason]
		}
	}
	if v.Ends == nil && !public.Promised.IsZero() {
		v.Promise, v.Late = new(at.at(public.Promised)), public.Promised.Before(at.now)
	}
	if c.State == complaint.StateInvestigating {
		for _, e := range c.Asked {
			v.Asked = append(v.Asked, w.Evidence[e])
		}
	}
}

// caseTones are how each stage looks: wait where the customer is to answer, done where all is settled, open else.
var caseTones = map[string]string{complaint.StateOffered: "wait", complaint.StateVerifying: "wait",
	complaint.StateCorrecting: "done", complaint.StateClosed: "done"}

// offered draws the offer: what each remedy is worth to the customer, and what he pays himself.
func (v *complaintView) offered(c complaint.Complaint, at clock) {
	v.Offered = v.W.Case.Offer
	if c.State != complaint.StateOffered {
		v.Offered = v.W.Case.Agreed
	}
	for _, o := range c.Public().Offer {
		line := offerLine{Name: upperFirst(o.Name.In(at.lang))}
		if o.Quantity > 0 {
			line.Quantity = v.W.Case.Pieces(o.Quantity)
		}
		if o.Value.Minor > 0 {
			line.Worth = o.Value.Words(at.lang)
		}
		if o.CustomerPays.Minor > 0 {
			line.Pays = o.CustomerPays.Words(at.lang)
		}
		if !o.PromisedAt.IsZero() && c.CarryOut == nil {
			line.By = new(at.at(o.PromisedAt))
		}
		v.Offer = append(v.Offer, line)
	}
	if c.CarryOut != nil && !c.CarryOut.PromisedAt.IsZero() && c.State == complaint.StateCarryingOut {
		v.Promised = new(at.at(c.CarryOut.PromisedAt))
	}
}

// allow draws what the customer may say now.
func (v *complaintView) allow(may []permission.Action) {
	w := v.W.Case
	can := func(a permission.Action) bool { return slices.Contains(may, a) }
	button := func(say string, quiet bool) {
		v.Buttons = append(v.Buttons, sayButton{say, w.Say[say], quiet})
	}
	switch {
	case can(permission.AgreeComplaint):
		v.Question, v.Hint = w.OfferQuestion, w.OfferHint
		button(complaint.SayAgree, false)
		button(complaint.SayDecline, true)
	case can(permission.VerifyComplaint):
		v.Question, v.Hint = w.SettledQuestion, w.SettledHint
		button(complaint.SaySettled, false)
		button(complaint.SayUnsettled, true)
	case can(permission.ReopenComplaint):
		v.Question, v.Again = w.ReopenQuestion, ""
		button(complaint.SayReopen, true)
	}
	v.Withdraw = can(permission.WithdrawComplaint)
	v.Ask = v.Ask && v.Withdraw
	if can(permission.CommentComplaint) {
		v.Message = &fieldView{input: input{Type: "area", Fill: "off", Max: 4000}, Name: "text", Label: w.MessageLabel,
			Hint: w.MessageHint}
	}
}

// converse draws the conversation, newest last: what he complained of first.
func (v *complaintView) converse(c complaint.Complaint, replies table.Page[complaint.Reply], at clock) {
	v.Older = replies.Next != nil
	v.Said = []saidLine{{Who: v.W.Case.You, His: true, At: at.at(c.CreatedAt), Text: v.opening(c)}}
	for _, reply := range slices.Backward(replies.Items) {
		line := saidLine{Who: v.Shop, At: at.at(reply.At), Text: string(reply.Text)}
		if reply.By == staff.Visitor.ID {
			line.Who, line.His = v.W.Case.You, true
		}
		v.Said = append(v.Said, line)
	}
}

// opening is the complaint as its customer made it.
func (v *complaintView) opening(c complaint.Complaint) string {
	var lines []string
	for _, kind := range c.Defects {
		lines = append(lines, v.W.Case.Defects[kind])
	}
	if c.Affected > 0 {
		lines = append(lines, v.W.Case.Affected+v.W.Says+v.W.Case.Pieces(c.Affected))
	}
	return strings.Join(append(lines, c.Words), "\n")
}

// blame puts what is wrong with a message beside it.
func (v *complaintView) blame(typed string, faults []fault.Field) {
	if len(faults) == 0 || v.Message == nil {
		return
	}
	v.Mood = v.W.FaultMark
	v.Message.Value, v.Message.Error = typed, faults[0].Text.In(v.Lang)
	v.Faults = []faultView{{Field: v.Message.Name, Text: v.W.about(v.Message.Label, v.Message.Error)}}
}

// complaintFiles is the part for photos; nil where none are taken any more. Each drawing of the page lets them be
// handed in for a day.
func (s *Server) complaintFiles(r *http.Request, c complaint.Complaint) (*artworkView, error) {
	place := c.ArtworkPlace()
	if place.Over || s.UploadOrigin == "" {
		return nil, nil
	}
	token := artwork.SignArtwork(s.Tokens, artwork.Invitation{Of: c.ID, Ends: s.Now().Add(artwork.Invited)})
	area, err := s.artworkArea(r, place, token)
	area.Title = area.W.Case.Photos
	return &area, err
}

// caseOf is the page to which files belong, for those that came with a complaint or a question; empty for others.
func (s *Server) caseOf(r *http.Request, of string) string {
	if !strings.HasPrefix(of, "cmp_") && !strings.HasPrefix(of, "hld_") {
		return ""
	}
	return "/c/" + url.PathEscape(complaint.SignCase(s.Tokens, complaint.CaseLink{About: of})) + "?lang=" +
		string(httpapi.PageLang(r, words.En))
}

// upperFirst begins a line with a capital letter.
func upperFirst(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}
