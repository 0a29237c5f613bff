package link

import (
	"context"
	"net/http"
	"time"

	"afterpress/shared/app/frontdesk"
	"afterpress/shared/crm/caselink"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/proof"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/words"
	"afterpress/shared/page"
)

// VisitorRoutes is what the door answers to people who want to complain and have no link.
func (p Pages) VisitorRoutes() []httpapi.Route {
	return []httpapi.Route{
		{Pattern: "GET /c/complain", Action: permission.Public, Handle: p.showDoor,
			Doc: httpapi.Doc{Summary: "The page for people who complain without a link; it changes nothing · 没有链接时提交投诉的页面",
				Type: page.HTML}},
		{Pattern: "POST /c/complain", Action: permission.Public, Handle: p.askCode,
			Doc: httpapi.Doc{Summary: "Have a code sent to the phone or e-mail on file; the answer never tells whether it is known" +
				" · 向留存的手机号或邮箱发送验证码", Status: http.StatusSeeOther}},
		{Pattern: "GET /c/complain/code/{ticket}", Action: permission.Public, Handle: p.showCode,
			Doc: httpapi.Doc{Summary: "The page on which the code is entered; it changes nothing · 输入验证码的页面", Type: page.HTML}},
		{Pattern: "POST /c/complain/code/{ticket}", Action: permission.Public, Handle: p.enterCode,
			Doc: httpapi.Doc{Summary: "Enter the code, and go on to the form for the complaint · 输入验证码", Status: http.StatusSeeOther}},
	}
}

// sameCode is how long the same wish for a code counts as one: a double click, or a reload.
const sameCode = time.Minute

// visitorView is a page for people without a link.
type visitorView struct {
	page.Form
	Own    *visitorWords
	Opened string // proves when the page was drawn; empty on the page for the code
	Button string
	Again  string // leads from the page for the code to the one before; empty there
	Hint   string // below the button
}

// switched reports whether the post came from the button of the other language. It sends nothing: the page is drawn
// again, with what was typed.
func switched(r *http.Request) bool { return r.PostForm.Has(page.SwitchName) }

func (p Pages) showDoor(r *http.Request) (httpapi.Answer, error) { return p.doorPage(r, nil) }

// askCode takes a visitor's wish for a code. Whatever comes of it, a page with the same words follows.
func (p Pages) askCode(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.DecodeForm[frontdesk.AskVisitorCode](r)
	if switched(r) {
		return p.doorPage(r, nil)
	}
	if err != nil && fault.KindOf(err) != fault.Invalid {
		return httpapi.Answer{}, err
	}
	lang := httpapi.PageLang(r, words.En)
	on := func(ticket string) httpapi.Answer { return httpapi.SeeOther(caselink.CodePath(ticket, lang)) }
	once := func(ctx context.Context, content string) context.Context {
		return httpapi.AnsweringAlike(r.WithContext(ctx), content, sameCode, func(c any) httpapi.Answer {
			return on(p.Frontdesk.VisitorTicket(c.(proof.VisitorCode), in.Job))
		})
	}
	ticket, err := p.Frontdesk.AskVisitorCode(r.Context(), in, p.Front.Source(r), once, fault.Blamed(err)...)
	if fault.KindOf(err) == fault.Invalid && err != nil {
		return p.doorPage(r, fault.Blamed(err))
	}
	return on(ticket), err
}

// doorPage draws the page that asks for the phone or the e-mail, with what was typed and what is wrong with it.
func (p Pages) doorPage(r *http.Request, faults []fault.Field) (httpapi.Answer, error) {
	v, err := p.visitorPage(r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	v.Title, v.Intro, v.Action, v.Button, v.Hint = v.Own.Title, v.Own.Intro, caselink.DoorPath(v.Lang), v.Own.Ask, v.Own.Daily
	v.Opened = r.PostForm.Get(form.FieldOpened)
	for _, f := range faults {
		if f.Pointer == "/"+form.FieldOpened {
			v.Opened = "" // it counts no more, or not yet
		}
	}
	if v.Opened == "" {
		v.Opened = p.Frontdesk.ComplaintStamp()
	}
	v.Fields = []page.Field{
		{Input: page.Input{Type: "text", Fill: "off", Max: 254}, Name: "reach", Label: v.Own.Reach, Hint: v.Own.ReachHint,
			Required: true, Value: r.PostForm.Get("reach")},
		{Input: page.Input{Type: "text", Fill: "off", Max: 64}, Name: "job", Label: v.Own.Job, Hint: v.Own.JobHint,
			Optional: true, Value: r.PostForm.Get("job")},
	}
	return v.drawn(r, faults)
}

// showCode shows the page on which the code is entered.
func (p Pages) showCode(r *http.Request) (httpapi.Answer, error) { return p.codePage(r, nil) }

// enterCode takes the code, and leads to the contact's own form.
func (p Pages) enterCode(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.DecodeForm[frontdesk.EnterVisitorCode](r)
	if switched(r) {
		return p.codePage(r, nil)
	}
	var to caselink.Link
	if err == nil {
		to, err = p.Frontdesk.EnterVisitorCode(r.Context(), r.PathValue("ticket"), in)
	}
	switch {
	case err == nil:
		return page.Private(httpapi.SeeOther(p.casePath(r, to, "")), nil)
	case fault.KindOf(err) == fault.Invalid:
		return p.codePage(r, fault.Blamed(err))
	}
	return p.gone(r, err, func(lang words.Lang) page.Notice { return visitorWordsIn(lang).Gone })
}

// codePage draws the page on which the code is entered. It knows nothing but that the ticket is ours.
func (p Pages) codePage(r *http.Request, faults []fault.Field) (httpapi.Answer, error) {
	if !p.Frontdesk.Ticketed(r.PathValue("ticket")) {
		return p.gone(r, fault.Missing("链接", "link"), func(lang words.Lang) page.Notice { return visitorWordsIn(lang).Gone })
	}
	v, err := p.visitorPage(r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	v.Title, v.Intro, v.Action, v.Button = v.Own.CodeTitle, v.Own.CodeIntro,
		caselink.CodePath(r.PathValue("ticket"), v.Lang), v.Own.Enter
	v.Again, v.Hint = caselink.DoorPath(v.Lang), v.Own.CodeDaily
	v.Fields = []page.Field{{Input: page.Input{Type: "text", Mode: "numeric", Fill: "one-time-code", Max: 20}, Name: "code",
		Label: v.Own.Code, Hint: v.Own.CodeHint, Required: true, Value: r.PostForm.Get("code")}}
	return v.drawn(r, faults)
}

// visitorPage is the frame of both pages. They are about no branch: the head office's number stands below.
func (p Pages) visitorPage(r *http.Request) (visitorView, error) {
	shop, err := p.Frontdesk.Store.Shop(r.Context())
	if err != nil {
		return visitorView{}, err
	}
	home, _ := shop.HeadOffice()
	house := words.En
	if home.Region() == "CN" {
		house = words.Zh
	}
	v := visitorView{Form: page.Form{Frame: page.NewFrame(r, page.Sign(shop.House()), house)}}
	v.Own, v.Keeps = visitorWordsIn(v.Lang), "asking"
	return v, nil
}

// drawn is the page with its faults.
func (v visitorView) drawn(r *http.Request, faults []fault.Field) (httpapi.Answer, error) {
	v.Blame(faults)
	status := http.StatusOK
	if len(faults) > 0 {
		status, v.Mood = http.StatusUnprocessableEntity, v.W.FaultMark
	}
	return page.Private(page.Drawn(r, status, v.Lang, visitorBody(v)))
}
