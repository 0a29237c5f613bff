package main

import (
	"context"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"afterpress/infra/demo/people"
	"afterpress/infra/demo/premises"
	"afterpress/infra/local/seed"
	"afterpress/shared/crm/lead"
	"afterpress/shared/kernel/words"

	"golang.org/x/net/html"
)

// colleague is a browser without scripts, in which a colleague follows links and fills in forms.
type colleague struct {
	t   *testing.T
	ctx context.Context
	*http.Client
}

func (c colleague) open(method, to string, form url.Values) (at *url.URL, page *html.Node) {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.ctx, method, to, strings.NewReader(form.Encode()))
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Accept", "text/html")
	r.Header.Set("Accept-Language", "zh-CN")
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", r.URL.Scheme+"://"+r.URL.Host)
	}
	answer, err := c.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	page, err = html.Parse(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		c.t.Fatalf("%s %s: %s, %v", method, answer.Request.URL, answer.Status, err)
	}
	return answer.Request.URL, page
}

// formTo is where the form of the page goes whose address ends so, and the fields that nobody sees.
func formTo(page *html.Node, end string) (to string, hidden url.Values) {
	of := func(n *html.Node, name string) string {
		for _, a := range n.Attr {
			if a.Key == name {
				return a.Val
			}
		}
		return ""
	}
	for n := range page.Descendants() {
		if n.Data != "form" || !strings.HasSuffix(of(n, "action"), end) {
			continue
		}
		hidden = url.Values{}
		for field := range n.Descendants() {
			if of(field, "type") == "hidden" {
				hidden.Set(of(field, "name"), of(field, "value"))
			}
		}
		return of(n, "action"), hidden
	}
	return "", nil
}

func reads(page *html.Node, what string) bool {
	for n := range page.Descendants() {
		if n.Type == html.TextNode && strings.Contains(n.Data, what) {
			return true
		}
	}
	return false
}

var consoleLink = regexp.MustCompile(`https?://\S+/console/leads/[\w-]+`)

// inTheConsole is a lead from the enquiry to the contact, in the pages of the console and without scripts. The
// colleague follows the link of the letter, through the sign-in and back.
func inTheConsole(t *testing.T, p *premises.Premises) {
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	form, err := p.House.Open(ctx, seed.Quote, words.Zh)
	if err != nil {
		t.Fatal(err)
	}
	sent, err := p.Send(ctx, form,
		map[string]string{"name": "林小满", "email": "console@visitor.example", "product": "cards"})
	if err != nil {
		t.Fatal(err)
	}
	id := "lead" + strings.TrimPrefix(sent, "sub")
	var led lead.Lead
	if err := people.Await(ctx, "lead with an owner", func() (bool, error) {
		led, err = p.Store.Lead(ctx, id)
		return err == nil && led.State == lead.StateAssigned, err
	}); err != nil {
		t.Fatal(err)
	}
	shop, err := p.Store.ShopNow(ctx)
	if err != nil {
		t.Fatal(err)
	}
	owner, _ := shop.Person(led.Owner)
	link := p.API + "/console/leads/" + id
	if err := people.Await(ctx, "letter to the owner", func() (bool, error) {
		mails, err := p.Mails(ctx, owner.Email)
		return slices.ContainsFunc(mails, func(m people.Mail) bool {
			return consoleLink.FindString(m.Text) == link
		}), err
	}); err != nil {
		t.Fatal(err)
	}

	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := colleague{t, ctx, &http.Client{Jar: jar}}
	at, _ := c.open(http.MethodGet, link, nil) // the issuer asks who it is
	if at.Path != "/authorize" {
		t.Fatalf("nobody asked who it is, at %s", at)
	}
	at, page := c.open(http.MethodPost, at.String(), url.Values{"subject": {owner.Subject}})
	if at.String() != link || !reads(page, "林小满") {
		t.Fatalf("the sign-in leads to %s", at)
	}
	to, typed := formTo(page, "/contact")
	typed.Set("contact.channel", "call")
	typed.Set("contact.outcome", "interested")
	typed.Set("contact.note", "要 500 张")
	at, page = c.open(http.MethodPost, p.API+to, typed)
	if at.Path != "/console/leads/"+id || !reads(page, "已记录联系") || !reads(page, "已联系") {
		t.Errorf("after the contact the browser is at %s", at)
	}
	if led, err = p.Store.Lead(ctx, id); err != nil || led.State != lead.StateContacted || led.LastContact.Note !=
		"要 500 张" {
		t.Errorf("%+v, %v", led, err)
	}
	if _, page = c.open(http.MethodGet, p.API+"/console", nil); !reads(page, "等待下一步跟进") {
		t.Error("the desk does not say what comes next")
	}
	to, typed = formTo(page, "/sign-out")
	if at, _ = c.open(http.MethodPost, p.API+to, typed); at.Path != "/console/signed-out" {
		t.Errorf("signing out leads to %s", at)
	}
}
