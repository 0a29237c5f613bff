package link

import (
	"cmp"
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
	"afterpress/shared/crm/complaint/told"
	"afterpress/shared/crm/setup"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/page"
)

// sayComplaint takes in what the customer says about their complaint. A second click finds what the first did, and an
// old page does nothing.
func (p Pages) sayComplaint(r *http.Request, l casework.Linked) (httpapi.Answer, error) {
	in, err := httpapi.DecodeForm[casework.SayComplaint](r)
	if fault.KindOf(err) == fault.Invalid && (in.Say == complaint.SayMessage || in.Say == complaint.SayReopen) {
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
		return httpapi.SeeOther(p.complaintPath(r, l, "") + "&ask=" + in.Say + "#ask"), nil
	}
	switch fault.KindOf(err) {
	case fault.Invalid: // a reopening without a reason
		return p.complaintPage(r, l, fault.Blamed(err))
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
	phone := l.Shop.Sign(l.Branch).Phone
	answer, failed := p.complaintPage(r, l, []fault.Field{{Pointer: "/text",
		Text: words.Text{Zh: caseWordsZh.Flooded(identity.PhoneWritten(phone, words.Zh)),
			En: caseWordsEn.Flooded(identity.PhoneWritten(phone, words.En))}}})
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
	After          string       // what happens after that time
	Asked          []string
	Offered        string // above the offer: it is made, or agreed
	Offer          []offerLine
	Promised       *page.Moment // when the goods are with the customer
	Question       string
	Buttons        []sayButton
	Hint           string // under the buttons
	Withdraw       bool   // they may withdraw
	Ask            *askView
	History        []historyLine
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

// askView asks once more about an answer that binds.
type askView struct {
	Say   string
	Own   askWords
	Words *page.Field // why; nil where that is not asked
}

// historyLine is one thing that happened.
type historyLine struct {
	At   page.Moment
	Text string
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
	v.ask(cmp.Or(r.URL.Query().Get("ask"), r.PostForm.Get("say")))
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
	v.stand(c.Complaint, l.Shop, at)
	v.offered(c.Complaint, at)
	v.History = historyOf(c.Complaint, at)
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

// historyOf is what happened, as the page shows it.
func historyOf(c complaint.Complaint, at page.Clock) (out []historyLine) {
	for _, step := range told.History(c) {
		out = append(out, historyLine{at.At(step.At), step.Text.In(at.Lang)})
	}
	return out
}

// stand draws where the complaint stands, who sees to it, and who waits for whom until when.
func (v *complaintView) stand(c complaint.Complaint, shop setup.Shop, at page.Clock) {
	w := v.Own
	v.Stage = told.Stage(c, at.Lang)
	if owner, ok := shop.Person(c.Owner); ok && !c.Closed() {
		v.Owner = owner.FirstName()
	}
	if due, waits := told.AnswerDue(c); waits {
		v.Ends = new(at.At(due))
		switch {
		case c.Pause != nil:
			v.Waits = w.Waits[c.Pause.Reason]
		case c.ProductionWaits():
			v.After = told.LosesDay.In(at.Lang)
		}
	}
	if v.Ends == nil && !c.Promised.IsZero() {
		v.Promise, v.Late = new(at.At(c.Promised)), c.Promised.Before(at.Now)
	}
	if c.State == complaint.StateInvestigating {
		for _, text := range told.Asked(c) {
			v.Asked = append(v.Asked, text.In(at.Lang))
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
	for _, o := range told.Offer(c) {
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
	if can(permission.CommentComplaint) {
		v.Message = &page.Field{Input: page.Input{Type: "area", Fill: "off", Max: 4000}, Name: "text", Label: w.MessageLabel,
			Hint: w.MessageHint}
	}
}

// ask asks once more about the answer, if the customer may give it. It takes the place of the button.
func (v *complaintView) ask(say string) {
	offered := v.Withdraw && say == complaint.SayWithdraw ||
		slices.ContainsFunc(v.Buttons, func(b sayButton) bool { return b.Say == say })
	own, binds := v.Own.Ask[say]
	if !offered || !binds {
		return
	}
	v.Ask = &askView{Say: say, Own: own}
	switch say {
	case complaint.SayWithdraw:
		v.Withdraw = false
		return
	case complaint.SayReopen:
		v.Ask.Words = &page.Field{Input: page.Input{Type: "area", Fill: "off", Max: 2000}, Name: "text", Required: true,
			Label: v.Own.WhyLabel, Hint: v.Own.WhyHint}
		v.Message = nil // one field for words is enough
	}
	v.Buttons = nil
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
	for _, again := range reopenings(c.Complaint) {
		v.Said = append(v.Said, saidLine{Who: v.Own.You, His: true, At: at.At(again.At), Text: string(again.Words)})
	}
	slices.SortStableFunc(v.Said, func(a, b saidLine) int { return cmp.Compare(a.At.Stamp, b.At.Stamp) })
}

// reopenings are the customer's own, with their reasons.
func reopenings(c complaint.Complaint) (out []complaint.Reopening) {
	for _, e := range append(slices.Clone(c.Earlier), complaint.Earlier{Reopened: c.Reopened}) {
		if e.Reopened != nil && e.Reopened.Words != "" {
			out = append(out, *e.Reopened)
		}
	}
	return out
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
	field := v.Message
	if v.Ask != nil && v.Ask.Words != nil {
		field = v.Ask.Words
	}
	if len(faults) == 0 || field == nil {
		return
	}
	v.Mood = v.W.FaultMark
	field.Value, field.Error = typed, faults[0].Text.In(v.Lang)
	v.Faults = []page.Fault{{Field: field.Name, Text: v.W.About(field.Label, field.Error)}}
}

// upperFirst begins a line with a capital letter.
func upperFirst(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}
