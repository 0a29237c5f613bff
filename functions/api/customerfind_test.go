package api_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/directory"
	"afterpress/shared/crm/lead"
	"afterpress/shared/httpapi"
	"afterpress/shared/store/table"
)

func TestCustomersAreFound(t *testing.T) {
	t.Parallel()
	b := start(t)
	sales := b.staff("sales")
	phone, mail, tax := "13800138000", "li.na@lanhai.example", "91310000MA1FL0009J"
	wall := b.made(fields{"kind": "company", "name": "重庆长城印务有限公司", "latin_name": "Great Wall Printing", "lang": "zh",
		"source": "phone", "owner": sales.ID,
		"category": "direct-key-account", "tax_number": tax,
		"contact": fields{"name": "李娜", "phones": []fields{{"value": phone}}, "emails": []fields{{"value": mail}}}})
	// At once, by whole values.
	for _, q := range []string{phone, "+86 138 0013 8000", "LI.NA@lanhai.example", tax} {
		if got := b.ids("sales", "/customers?q="+strings.NewReplacer("+", "%2B", " ", "%20").Replace(q), "id",
			5); !slices.Equal(got, []string{wall.ID}) {
			t.Errorf("%s finds %v", q, got)
		}
	}
	b.Index(t)
	for _, q := range []string{"长城", "印务", "重庆长城印务有限公司", "有限公司", "chongqing", "changcheng", "cqcc", "ccyw",
		"Chong%20Qing", "great", "wall", "WALL%20print", "李娜",
		"lina", "ln", "8000", "1380013", "01380013", "%2B86138", "li.na@", "lanhai.example", "ｇｒｅａｔ"} {
		if got := b.ids("sales-3", "/customers?q="+q, "id", 5); !slices.Equal(got, []string{wall.ID}) {
			t.Errorf("%s finds %v", q, got)
		}
	}
	for line, want := range map[string][]string{
		"sales /customers?q=zzzz":                          nil,
		"sales /customers?q=changcheng&owner=me":           {wall.ID},
		"sales-2 /customers?q=changcheng&owner=me":         nil,
		"sales /customers?q=cqcc&category=end-user":        {wall.ID},
		"sales /customers?q=cqcc&category=channel":         nil,
		"sales /customers?q=cqcc&archived=true":            nil,
		"sales /customers?owner=me":                        {wall.ID},
		"sales /customers?category=order":                  {wall.ID},
		"sales /customers?life_cycle=lead":                 {wall.ID},
		"sales /customers?life_cycle=active":               nil,
		"sales /customers?branch=shanghai":                 {wall.ID},
		"owner /customers":                                 {wall.ID},
		"sales-hangzhou /customers":                        nil,
		"sales-hangzhou /customers?q=changcheng":           nil,
		"sales-hangzhou /customers?q=" + phone:             nil,
		"marketing /customers?q=" + tax:                    nil,
		"sales-hangzhou /customers?owner=" + sales.ID:      nil,
		"sales-hangzhou /customers?category=end-user":      nil,
		"manager-hangzhou /customers?life_cycle=lead&q=cq": nil,
	} {
		who, path, _ := strings.Cut(line, " ")
		if got := b.ids(who, path, "id", 5); !slices.Equal(got, want) {
			t.Errorf("%s: %v", line, got)
		}
	}
	for line, pointer := range map[string]string{"q=x": "?q", "q=%20-%20": "?q", "owner=someone": "?owner",
		"category=nowhere": "?category", "life_cycle=dead": "?life_cycle"} {
		p := into[httpapi.Problem](b.call("sales", "GET /customers?"+line, nil).want(http.StatusUnprocessableEntity))
		if len(p.Errors) != 1 || p.Errors[0].Pointer != pointer {
			t.Errorf("%s: %+v", line, p)
		}
	}
	b.call("sales", "GET /customers?branch=hangzhou", nil).want(http.StatusNotFound)
	wall = b.patched("manager", wall, fields{"name": "天津海河纸业", "shared": true})
	b.Index(t)
	for line, want := range map[string][]string{
		"sales-hangzhou /customers?q=haihe":         {wall.ID},
		"sales-hangzhou /customers?q=" + phone:      {wall.ID},
		"sales-hangzhou /customers":                 {wall.ID},
		"sales-hangzhou /customers?life_cycle=lead": {wall.ID},
		"owner /customers?branch=shanghai":          {wall.ID},
		"owner /customers?branch=hangzhou":          nil,
		"sales /customers?q=changcheng":             nil,
	} {
		who, path, _ := strings.Cut(line, " ")
		if got := b.ids(who, path, "id", 5); !slices.Equal(got, want) {
			t.Errorf("%s: %v", line, got)
		}
	}
	b.call("manager", "DELETE /customers/"+wall.ID, nil, "If-Match", quoted(wall.Version)).want(http.StatusNoContent)
	b.Index(t)
	if got := append(b.ids("sales", "/customers?q=haihe", "id", 5),
		b.ids("sales", "/customers?q=haihe&archived=true", "id", 5)...); !slices.Equal(got, []string{wall.ID}) {
		t.Errorf("archived: %v", got)
	}
	for _, query := range []string{"life_cycle=exit", "life_cycle=exit&archived=true", "life_cycle=exit&q=haihe"} {
		if got := b.ids("sales", "/customers?"+query, "id", 5); !slices.Equal(got, []string{wall.ID}) {
			t.Errorf("%s: %v", query, got)
		}
	}
}

// TestANameIsFoundAsPeopleWriteIt asks for names in signs, letters, readings and extensions other than those that stand
// there.
func TestANameIsFoundAsPeopleWriteIt(t *testing.T) {
	t.Parallel()
	b := start(t)
	for name, questions := range map[string][]string{
		"龍華印務": {"龙华", "龍華"}, "臺灣彩印": {"台湾", "臺灣"}, "⻩河⻰门": {"黄河", "龙门", "龍門"}, "Łódź Druk": {"lodz", "ŁÓDŹ"},
		"单于静": {"chanyujing"}, "万俟明": {"moqiming"}, "吕布": {"lyubu", "lvbu", "lübu", "lb"},
	} {
		made := b.made(fields{"kind": "company", "name": name, "lang": "zh", "source": "phone"})
		b.Index(t)
		for _, q := range questions {
			if got := b.ids("sales", "/customers?q="+url.QueryEscape(q), "id", 5); !slices.Equal(got, []string{made.ID}) {
				t.Errorf("%s finds %v", q, got)
			}
		}
	}
	who := b.made(fields{"kind": "company", "name": "海河", "lang": "zh", "source": "phone",
		"contact": fields{"name": "李娜", "phones": []fields{{"value": "0571-88886666转8001"}}}})
	b.Index(t)
	for _, q := range []string{"0571-88886666-8001", "0571 88886666", "057188886666", "6666", "88886666"} {
		if got := b.ids("sales", "/customers?q="+url.QueryEscape(q), "id", 5); !slices.Equal(got, []string{who.ID}) {
			t.Errorf("%s finds %v", q, got)
		}
	}
}

// TestHostileNamesComeBackAsTheyWere makes customers of names that break other systems, and finds them again.
func TestHostileNamesComeBackAsTheyWere(t *testing.T) {
	t.Parallel()
	b := start(t)
	for _, name := range []string{"<script>alert(1)</script>", "=cmd|'/c calc'!A1", "O'Brien; DROP TABLE--", "😀😀", "#",
		"a#b#c", strings.Repeat("长", 150), "Ünïcödé ﬁrm", "\u0627\u0644\u0639\u0631\u0628\u064a\u0629",
		"がぎぐ", "한국인쇄"} {
		c := b.made(with(newCompany(), fields{"name": name}))
		b.Index(t)
		if c.Name != name {
			t.Errorf("%q came back as %q", name, c.Name)
		}
		if folded, ok := directory.Question(name); ok {
			page := into[table.Page[customer.Card]](b.call("sales", "GET /customers?q="+url.QueryEscape(name),
				nil).want(http.StatusOK))
			if len(page.Items) != 1 || page.Items[0].ID != c.ID {
				t.Errorf("%q (%q) finds %v", name, folded, page.Items)
			}
		}
	}
	for _, name := range []string{"a\x00b", "line\nbreak", "\u202eevil", strings.Repeat("长", 151), " \u3000",
		"\U0010ffff", ""} {
		b.call("manager", "POST /customers", with(newCompany(), fields{"name": name})).want(http.StatusUnprocessableEntity)
	}
}

func TestACursorOfCustomersOpensOnlyItsOwnQuestion(t *testing.T) {
	t.Parallel()
	b := start(t)
	for range 3 {
		b.made(newCompany())
	}
	b.Index(t)
	first := into[page](b.call("sales", "GET /customers?q=cqcc&limit=1", nil).want(http.StatusOK))
	cursor := "&limit=1&cursor=" + url.QueryEscape(*first.Next)
	b.call("sales", "GET /customers?q=cqcc"+cursor, nil).want(http.StatusOK)
	for line, who := range map[string]string{"q=cqcc": "sales-2", "q=cqc": "sales", "q=cqcc&owner=me": "sales",
		"q=cqcc&archived=true": "sales", "life_cycle=lead": "sales"} {
		b.call(who, "GET /customers?"+line+cursor, nil).want(http.StatusBadRequest)
	}
}

// TestAColleagueHasAReachedCustomerInTheList has a contact make the customer somebody's own.
func TestAColleagueHasAReachedCustomerInTheList(t *testing.T) {
	t.Parallel()
	b := start(t)
	l := b.lead(lead.StateContacted, b.staff("sales"))
	b.Index(t)
	if got := b.ids("sales", "/customers?owner=me", "id", 5); !slices.Equal(got, []string{l.Customer}) {
		t.Errorf("the list has %v", got)
	}
}
