package form

import (
	"net/http"

	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/words"
	"afterpress/shared/page"
)

// FrontRoutes is what the door answers to people and programs that come without an address.
func (p Pages) FrontRoutes() []httpapi.Route {
	return []httpapi.Route{
		{Pattern: "GET /{$}", Action: permission.Public, Handle: p.front,
			Doc: httpapi.Doc{Summary: "The front page, with the forms to fill in · 首页", Type: page.HTML}},
		{Pattern: "GET /favicon.ico", Action: permission.Public, Handle: page.Icon,
			Doc: httpapi.Doc{Summary: "The picture in a browser's tab · 网站图标", Type: "image/x-icon"}},
		{Pattern: "GET /robots.txt", Action: permission.Public, Handle: robots,
			Doc: httpapi.Doc{Summary: "What search engines may read · 搜索引擎可收录的范围", Type: "text/plain"}},
	}
}

// frontView is the front page.
type frontView struct {
	page.Frame
	Own   *wording
	Forms []frontForm
}

// frontForm is a form as the front page names it: in each language, with the way there.
type frontForm struct {
	Title, Intro string
	Ways         []frontWay
}

// frontWay leads to a form in one language.
type frontWay struct{ Lang, Name, Path string }

// front draws the front page in the language of the browser, or in that of the first form.
func (p Pages) front(r *http.Request) (httpapi.Answer, error) {
	forms, shop, err := p.Frontdesk.FrontPage(r.Context())
	if err != nil {
		return httpapi.Answer{}, err
	}
	house, over := words.En, shop.House()
	if len(forms) > 0 {
		house, over = forms[0].Lang(), shop.Sign(forms[0].Branch)
	}
	v := frontView{Frame: page.NewFrame(r, page.Sign(over), house)}
	v.Own = wordsIn(v.Lang)
	v.Title = v.Own.Front
	for _, f := range forms {
		shown := frontForm{Title: f.Title.In(v.Lang), Intro: f.Intro.In(v.Lang)}
		for _, lang := range []words.Lang{v.Lang, v.W.OtherLang} {
			shown.Ways = append(shown.Ways, frontWay{page.HTMLLang(lang), wordsIn(lang).Open, formPath(f.ID, lang)})
		}
		v.Forms = append(v.Forms, shown)
	}
	return page.Drawn(r, http.StatusOK, v.Lang, frontBody(v))
}

// robotsText lets search engines read what is for everybody. The links of customers are for nobody else.
const robotsText = `User-agent: *
Allow: /$
Allow: /assets/
Allow: /c/complain$
Allow: /docs
Allow: /favicon.ico
Allow: /forms/
Disallow: /
`

func robots(*http.Request) (httpapi.Answer, error) {
	return httpapi.Page(http.StatusOK, "text/plain; charset=utf-8", []byte(robotsText)).With("Cache-Control",
		"public, max-age=86400"), nil
}
