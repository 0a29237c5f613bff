package link

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"afterpress/functions/intake/file"
	"afterpress/shared/app"
	"afterpress/shared/app/casework"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/setup"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/page"
)

// sayComplaint takes in what the customer says about their complaint. A second click finds what the first did, and an
// old page does nothing.
func (p Pages) sayComplaint(r *http.Request, l casework.Linked) (httpapi.Answer, error) {
	in, err := httpapi.DecodeForm[casework.SayComplaint](r)
	if fault.KindOf(err) == fault.Invalid && in.Say == complaint.SayMessage {
		return p.complaintPage(r, l, fault.Blamed(err))
	}
	if err != nil {
		return httpapi.Answer{}, err
	}
	if in.Say == complaint.SayMessage {
		return p.tellComplaint(r, l, in)
	}
	err = p.Casework.AnswerComplaint(r.Context(), l, in)
	if errors.Is(err, casework.Unsure) {
		return httpapi.SeeOther(p.complaintPath(r, l, "") + "&ask=withdraw#ask"), nil
	}
	switch fault.KindOf(err) {
	case fault.Refused, fault.Conflict, fault.Forbidden: // the page shows the complaint as it stands
		return httpapi.SeeOther(p.complaintPath(r, l, standsChanged)), nil
	}
	return httpapi.SeeOther(p.complaintPath(r, l, in.Say)), err
}

// tellComplaint keeps a message once, however often it is posted from the same page.
func (p Pages) tellComplaint(r *http.Request, l casework.Linked, in casework.SayComplaint) (httpapi.Answer, error) {
	kept := httpapi.SeeOther(p.complaintPath(r, l, standsMessage))
	once := func(ctx context.Context, content string) context.Context {
		return httpapi.AnsweringAlike(r.WithContext(ctx), content, remembered, func(any) httpapi.Answer { return kept })
	}
	err := p.Casework.TellComplaint(r.Context(), l, in, once)
	if fault.KindOf(err) == fault.Refused {
		return httpapi.SeeOther(p.complaintPath(r, l, standsChanged)), nil
	}
	if errors.Is(err, casework.Unsaid) {
		return httpapi.SeeOther(p.complaintPath(r, l, standsMissing) + "#text"), nil
	}
	switch fault.KindOf(err) {
	case fault.Invalid:
		return p.complaintPage(r, l, fault.Blamed(err))
	case fault.TooMany:
		return p.complaintFlooded(r, l, err)
	}
	return kept, err
}

// complaintFlooded draws the page with the message that was not taken, and by which phone to call instead.
func (p Pages) complaintFlooded(r *http.Request, l casework.Linked, err error) (httpapi.Answer, error) {
	phone := page.PhoneWritten(l.Shop.Sign(l.Branch).Phone)
	answer, failed := p.complaintPage(r, l, []fault.Field{{Pointer: "/text",
		Text: words.Text{Zh: caseWordsZh.Flooded(phone), En: caseWordsEn.Flooded(phone)}}})
	answer.Status = http.StatusTooManyRequests
	var refused *fault.Error
	if errors.As(err, &refused) {
		answer = answer.With("Retry-After", strconv.Itoa(int(refused.RetryAfter.Seconds())))
	}
	return answer, failed
}

// complaintPath is the address of the linked complaint's page.
func (p Pages) complaintPath(r *http.Request, l casework.Linked, stands string) string {
	return p.casePath(r, l.To(l.About, ""), stands)
}

// complaintView is the page of a complaint.
type complaintView struct {
	page.Frame
	Own            *caseWords
	Reference, Job string
	Notice         page.Notice
	Stale          bool // nothing was done of what was said
	Stage          string
	Tone           string // how the stage is coloured: wait, done or open
	Owner          string
	Promise, Ends  *page.Moment // when the customer hears of us; until when they are waited for
	Late           bool         // the promise is over
	Waits          string       // what the customer is waited for
	Asked          []string
	Offered        string // above the offer: it is made, or agreed
	Offer          []offerLine
	Promised       *page.Moment // when the goods are with the customer
	Question       string
	Buttons        []sayButton
	Hint           string // under the buttons
	Withdraw, Ask  bool   // they may withdraw; they are asked once more
	Joined         string // the complaint is handled with another one
	Other          string // where that is, if it is the same contact's
	Again          string // where a new complaint is opened
	Said           []saidLine
	Older          bool // there is more than is shown
	Message        *page.Field
	Faults         []page.Fault
	Files          *file.View
	Action         string
	Turn, Seen     string
}

// offerLine is one remedy of the offer.
type offerLine struct {
	Name, Quantity, Worth, Pays string
	By                          *page.Moment
}

// saidLine is one word of the conversation.
type saidLine struct {
	Who  string
	His  bool // the customer's own
	At   page.Moment
	Text string
}

// sayButton is one answer.
type sayButton struct {
	Say, Label string
	Quiet      bool // it is not what most people choose
}

// complaintPage draws a complaint as it stands, with the faults of a message that could not be taken.
func (p Pages) complaintPage(r *http.Request, l casework.Linked, faults []fault.Field) (httpapi.Answer, error) {
	c, err := p.Casework.CustomerComplaint(r.Context(), l)
	if err != nil {
		return httpapi.Answer{}, err
	}
	at := page.Clock{Zone: c.Zone, Now: p.Casework.Now(), Lang: httpapi.PageLang(r, words.En)}
	v := p.newComplaintView(r, l, c, at)
	v.allow(c.May)
	v.converse(c, at)
	v.blame(r.PostForm.Get("text"), faults)
	v.Files = p.complaintFiles(at.Lang, c.Files)
	if v.Files == nil {
		return page.Private(page.Drawn(r, v.Status(), v.Lang, complaintBody(v)))
	}
	v.Scripts = []page.Asset{file.Script}
	answer, err := page.Drawn(r, v.Status(), v.Lang, complaintBody(v))
	return p.Files.Scripted(answer), err
}

// complaintFiles is the part for photos; nil where none are taken any more.
func (p Pages) complaintFiles(lang words.Lang, files *app.Files) *file.View {
	if files == nil || p.Files.Origin == "" {
		return nil
	}
	area := p.Files.Area(lang, *files)
	area.Title = caseWordsIn(lang).Photos
	return &area
}

// Status is that of the answer: a message that could not be taken is no success.
func (v complaintView) Status() int {
	if len(v.Faults) > 0 {
		return http.StatusUnprocessableEntity
	}
	return http.StatusOK
}

// newComplaintView draws what does not depend on what was said.
func (p Pages) newComplaintView(r *http.Request, l casework.Linked, c casework.CustomerComplaint,
	at page.Clock) complaintView {
	v := complaintView{Frame: frame(r, l.Shop, c.Branch), Own: caseWordsIn(at.Lang), Reference: words.Reference(c.ID),
		Job: c.Job.Ref, Tone: caseTones[c.State],
		Turn: strconv.Itoa(c.Turn), Seen: strconv.FormatInt(c.Version, 10),
		Action: p.complaintPath(r, l, "")}
	v.Title = v.Own.Title
	stands := r.URL.Query().Get("stands")
	v.Stale = stands == standsChanged || stands == standsMissing
	// an address is opened again, days later
	if v.Stale || stands == standsMessage || stands == standsOpened && c.Turn == 1 || c.StandsAs(stands) {
		v.Notice = v.Own.Stands[stands]
	}
	if v.Notice.Title != "" {
		v.Mood = v.Notice.Title + v.W.Says
	}
	v.Ask = r.URL.Query().Get("ask") == complaint.SayWithdraw
	v.stand(c.Complaint, l.Shop, at)
	v.offered(c.Complaint, at)
	switch {
	case c.Into != "":
		v.Joined, v.Other = v.Own.Joined, p.casePath(r, l.To(c.Into, ""), "")
	case c.JoinedInto != "":
		v.Joined = v.Own.JoinedTold
	case c.Closed():
		v.Again = p.casePath(r, l.To(c.Contact, c.Job.Ref), "")
	}
	return v
}

// stand draws where the complaint stands, who sees to it, and who waits for whom until when.
func (v *complaintView) stand(c complaint.Complaint, shop setup.Shop, at page.Clock) {
	public, w := c.Public(), v.Own
	v.Stage = public.Stage.In(at.Lang)
	if owner, ok := shop.Person(c.Owner); ok && !c.Closed() {
		v.Owner = owner.FirstName()
	}
	if due, waits := c.AnswerDue(); waits {
		v.Ends = new(at.At(due))
		if c.Pause != nil {
			v.Waits = w.Waits[c.Pause.Reason]
		}
	}
	if v.Ends == nil && !public.Promised.IsZero() {
		v.Promise, v.Late = new(at.At(public.Promised)), public.Promised.Before(at.Now)
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

// offered draws the offer: what each remedy is worth to the customer, and what they pay themselves.
func (v *complaintView) offered(c complaint.Complaint, at page.Clock) {
	v.Offered = v.Own.Offer
	if c.State != complaint.StateOffered {
		v.Offered = v.Own.Agreed
	}
	for _, o := range c.Public().Offer {
		line := offerLine{Name: upperFirst(o.Name.In(at.Lang))}
		if o.Quantity > 0 {
			line.Quantity = v.Own.Pieces(o.Quantity)
		}
		if o.Value.Minor > 0 {
			line.Worth = o.Value.Words(at.Lang)
		}
		if o.CustomerPays.Minor > 0 {
			line.Pays = o.CustomerPays.Words(at.Lang)
		}
		if !o.PromisedAt.IsZero() && c.CarryOut == nil {
			line.By = new(at.At(o.PromisedAt))
		}
		v.Offer = append(v.Offer, line)
	}
	if c.CarryOut != nil && !c.CarryOut.PromisedAt.IsZero() && c.State == complaint.StateCarryingOut {
		v.Promised = new(at.At(c.CarryOut.PromisedAt))
	}
}

// allow draws what the customer may say now.
func (v *complaintView) allow(may []permission.Action) {
	w := v.Own
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
		v.Message = &page.Field{Input: page.Input{Type: "area", Fill: "off", Max: 4000}, Name: "text", Label: w.MessageLabel,
			Hint: w.MessageHint}
	}
}

// converse draws the conversation, newest last: what the customer complained of first.
func (v *complaintView) converse(c casework.CustomerComplaint, at page.Clock) {
	v.Older = c.Older
	v.Said = []saidLine{{Who: v.Own.You, His: true, At: at.At(c.CreatedAt), Text: v.opening(c.Complaint)}}
	for _, reply := range slices.Backward(c.Replies) {
		line := saidLine{Who: v.Shop, At: at.At(reply.At), Text: string(reply.Text)}
		if reply.By == staff.Visitor.ID {
			line.Who, line.His = v.Own.You, true
		}
		v.Said = append(v.Said, line)
	}
}

// opening is the complaint as its customer made it.
func (v *complaintView) opening(c complaint.Complaint) string {
	var lines []string
	for _, kind := range c.Defects {
		lines = append(lines, v.Own.Defects[kind])
	}
	if c.Affected > 0 {
		lines = append(lines, v.Own.Affected+v.W.Says+v.Own.Pieces(c.Affected))
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
	v.Faults = []page.Fault{{Field: v.Message.Name, Text: v.W.About(v.Message.Label, v.Message.Error)}}
}

// upperFirst begins a line with a capital letter.
func upperFirst(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}
