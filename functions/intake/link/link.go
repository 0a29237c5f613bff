// Package link is the pages behind the links that customers get. They are about a yes to confirm, the choices of what
// is sent, complaints, and questions from production. A page of this package says nothing of who the customer is.
package link

import (
	"errors"
	"net/http"
	"net/url"

	"afterpress/functions/intake/file"
	"afterpress/shared/app/casework"
	"afterpress/shared/app/frontdesk"
	"afterpress/shared/crm/caselink"
	"afterpress/shared/crm/setup"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/words"
	"afterpress/shared/page"
)

// Pages are the pages behind the links of customers.
type Pages struct {
	Frontdesk frontdesk.Desk
	Casework  casework.Desk
	Files     file.Pages
	Front     httpapi.Front
}

// Routes is what the door answers to the links by which a person says what we may send them.
func (p Pages) Routes() []httpapi.Route {
	return []httpapi.Route{
		{Pattern: "GET /confirm/{token}", Action: permission.Public, Handle: p.showConfirm,
			Doc: httpapi.Doc{Summary: "The page behind a confirmation link; it changes nothing · 确认订阅的页面", Type: page.HTML}},
		{Pattern: "POST /confirm/{token}", Action: permission.Public, Handle: p.confirm,
			Doc: httpapi.Doc{Summary: "Confirm a yes to marketing · 确认订阅", Status: http.StatusSeeOther}},
		{Pattern: "GET /u/{token}", Action: permission.Public, Handle: p.showChoices,
			Doc: httpapi.Doc{Summary: "What a person wants to be sent, as a page; it changes nothing · 接收信息的选择（网页）",
				Type: page.HTML}},
		{Pattern: "POST /u/{token}", Action: permission.Public, Handle: p.choose,
			Doc: httpapi.Doc{Summary: "Unsubscribe by one click (RFC 8058: 200), or save the choices of the page · 一键退订或保存选择",
				Status: http.StatusSeeOther}},
	}
}

// frame is that of a page about a record of the branch.
func frame(r *http.Request, shop setup.Shop, branch string) page.Frame {
	return page.NewFrame(r, page.Sign(shop.Sign(branch)), words.En)
}

// casePath is the address of a record's page; stands says there what became of what was just said.
func (p Pages) casePath(r *http.Request, to caselink.Link, stands string) string {
	path := caselink.Path(p.Casework.Tokens, to, httpapi.PageLang(r, words.En))
	if stands != "" {
		path += "&stands=" + url.QueryEscape(stands)
	}
	return path
}

// gone draws the page of a link that leads nowhere, or nowhere any more. It says what to do and nothing of the record.
// An error other than NotFound stays one.
func (p Pages) gone(r *http.Request, err error, says func(words.Lang) page.Notice) (httpapi.Answer, error) {
	if fault.KindOf(err) != fault.NotFound {
		return httpapi.Answer{}, err
	}
	shop, failed := p.Casework.Shop(r.Context())
	if failed != nil {
		return httpapi.Answer{}, failed
	}
	var over caselink.Over
	if errors.As(err, &over) {
		says = func(lang words.Lang) page.Notice { return wordsIn(lang).Over[over] }
	}
	return page.Gone(r, page.Sign(shop.House()), says)
}
