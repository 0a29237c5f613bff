package shopfile

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"afterpress/infra/local/seed"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/storetest"
)

const example = "7c1b6a52-0000-4000-8000-3f5a1d9e2b64" // the account of the example's owner

func exampleFile(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../shop.example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestTheExampleIsAShop(t *testing.T) {
	b := storetest.Empty(t)
	var said strings.Builder
	if err := Establish(t.Context(), b.Store, []byte(exampleFile(t)), b.Clock.Now(), &said); err != nil {
		t.Fatal(err)
	}
	if strings.Count(said.String(), "established\n") != 5+18 {
		t.Errorf("said %s", &said)
	}
	shop, err := b.Open(t).Shop(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	owner, err := b.Open(t).Actor(t.Context(), example)
	if err != nil || !owner.HeadOffice || permission.Permit(owner, permission.ChangeStaff) != nil ||
		shop.Branches[0].Manager != owner.ID {
		t.Errorf("%+v %v", owner, err)
	}
	if terms, err := shop.Terms("shanghai"); err != nil || terms.Calendar.Holidays[1].From != "2027-02-05" ||
		terms.Policy.Ref() != "standard@1" ||
		terms.Branch.Phone != "+862150801188" || shop.Name.En != "Lanyin Print" || shop.Staff[0].Phone != "+8613800138000" {
		t.Errorf("%+v %v", terms, err)
	}
	if texts := shop.Policies[0].Texts; len(texts.In(words.Zh)) != 3 ||
		texts.Signature.Zh != "澜印印刷 · 包装与画册\n周一至周五 08:30–18:00，周六 09:00–12:00 · 021 5080 1188" {
		t.Errorf("%+v", texts)
	}
	if f, found := shop.Form("contact"); !found || f.Branch != "shanghai" || f.Version != 1 || len(f.Fields) != 4 {
		t.Errorf("%+v", f)
	}
	before := b.State()
	said.Reset()
	if err := Establish(t.Context(), b.Open(t), []byte(exampleFile(t)), b.Clock.Now(), &said); err != nil ||
		b.State() != before {
		t.Errorf("a second run changed something: %v", err)
	}
	if strings.Count(said.String(), "was there") != 5+18 {
		t.Errorf("said %s", &said)
	}
}

// TestAnEstablishedShopGrows adds a branch of the file to a shop that runs, and leaves what is there.
func TestAnEstablishedShopGrows(t *testing.T) {
	b := storetest.New(t)
	text := strings.ReplaceAll(strings.NewReplacer("id: shanghai", "id: suzhou", "branches: [shanghai]",
		"branches: [suzhou]").Replace(exampleFile(t)), example, seed.Subject("manager"))
	if err := Establish(t.Context(), b.Store, []byte(text), b.Clock.Now(), t.Output()); err != nil {
		t.Fatal(err)
	}
	shop, err := b.Open(t).Shop(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	suzhou, found := shop.Branch("suzhou")
	manager, _ := shop.Subject(seed.Subject("manager"), b.Clock.Now())
	if !found || suzhou.Manager != manager.ID || manager.Has(staff.Owner) || len(shop.Staff) != len(b.Shop.Staff) ||
		shop.Name != b.Shop.Name {
		t.Errorf("%+v %+v", suzhou, manager)
	}
}

// A policy of the file may name a category of the file, and none that is nowhere.
func TestAPolicyNamesACategoryOfItsFile(t *testing.T) {
	// which are of the standard policy
	example := regexp.MustCompile(`(?m)^texts:\n(  .*\n)+`).ReplaceAllString(exampleFile(t), "")
	file := func(category string) []byte {
		return []byte(strings.Replace(example, "branches:\n  - id", `categories: [{id: binder, name: {zh: 装订厂, en: Binder}}]
policies:
  - id: standard
    lead: {first_contact_s: 1800, pool_s: 57600, next_step_s: 144000, max_owners: 3, claims_per_day: 10, ladder: []}
    life: {cadence: [{category: `+category+`, touch_days: 30}]}
branches:
  - id`, 1))
	}
	b := storetest.Empty(t)
	if err := Establish(t.Context(), b.Store, file("bindery"), b.Clock.Now(), t.Output()); err == nil ||
		!strings.Contains(err.Error(), "policy standard: /life/cadence/0/category") {
		t.Errorf("%v", err)
	}
	if err := Establish(t.Context(), b.Store, file("binder"), b.Clock.Now(), t.Output()); err != nil {
		t.Error(err)
	}
}

func TestFilesThatAreNoShop(t *testing.T) {
	b := storetest.Empty(t)
	before := b.State()
	for _, c := range []struct{ old, new, says string }{
		{"company:", "compny:", "compny"},
		{"    lang: zh", "    lang: zh\n    lang: en", `"lang" stands there twice`},
		{"    lang: zh", "    Lang: zh", "Lang"},
		{"    lang: zh", "    version: 3\n    lang: zh", "version"},
		{"roles: [owner,", "roles: [boss,", "/staff/0/roles/0"},
		{"roles: [owner,", "roles: [", "nobody is an owner"},
		{"head_office: true", "head_office: false", "nobody is an owner"},
		{"owner@print.example", "owner", "/email"},
		{"branches: [shanghai]", "branches: [nowhere]", "/branches/0"},
		{`{from: "08:30", to: "12:00"}, {from: "13:00", to: "18:00"}`, `{from: "13:00", to: "12:00"}`, "/week/mon/0/to"},
		{"2027-02-05", "2027-02-30", "/holidays/1/from"},
		{"phone: +86 21 5080 1188", "phone: 021 5080 1188", "/phone"},
		{"  signature:", "  greeting:", "greeting"},
		{"    en: Please keep all sheets", "    zh-TW: Please keep all sheets", "zh-TW"},
		{"    en: Please keep all sheets; do not throw them away or work on them.\n", "", "/texts/complaint_acknowledge/en"},
		{"    en: |\n", "    en: |\n      1\n      2\n      3\n      4\n      5\n", "/texts/signature/en"},
		{"\ntexts:", "\npolicies: [{id: standard, lead: {first_contact_s: 600, pool_s: 3600, next_step_s: 7200, max_owners: 2, claims_per_day: 5, ladder: []}}]\ntexts:", "/texts: "},
		{"    policy: standard", "    policy: strict", "/policy"},
		{"    manager: " + example, "    manager: somebody", `no person of the file has the account "somebody"`},
		{"    calendar: shanghai\n", "", "/branches/0/calendar"},
		{"zone: Asia/Shanghai", "zone: &z Asia/Shanghai\n    name: *z", "twice"},
		{"week:", "week: [*a]\n    x:", "unknown anchor"},
		{"branches:\n  - id", "categories: [{id: agents, parent: nobody, name: {zh: 代理, en: Agents}}]\nbranches:\n  - id",
			"category agents: /parent"},
		{"branches:\n  - id", "branches: []\nother:\n  - id", "other"},
		{"- {name: phone,", "- {name: fax,", "/forms/0/fields/1/name"},
		{"    source: web-form\n", "    source: web-form\n    owner: somebody\n", "/forms/0/owner: no person of the file"},
		{"    branch: shanghai\n", "    branch: nowhere\n", "form contact: /branch"},
	} {
		text := exampleFile(t)
		if !strings.Contains(text, c.old) {
			t.Fatalf("the example has no %q", c.old)
		}
		err := Establish(t.Context(), b.Store, []byte(strings.Replace(text, c.old, c.new, 1)), b.Clock.Now(), t.Output())
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%q: %v, want %q", c.new, err, c.says)
		}
	}
	for _, text := range []string{"", "[]", "shop", "{}", "company: [", "null"} {
		if err := Establish(t.Context(), b.Store, []byte(text), b.Clock.Now(), t.Output()); err == nil {
			t.Errorf("%q is a shop", text)
		}
	}
	if b.State() != before {
		t.Error("a refused file changed the tables")
	}
}

// TestAllMistakesAreSaidAtOnce has five mistakes in one file.
func TestAllMistakesAreSaidAtOnce(t *testing.T) {
	b := storetest.Empty(t)
	before := b.State()
	text := strings.NewReplacer("company:", "compny: {zh: 甲, en: A}\ncompany:", "roles: [owner,", "roles: [boss,",
		"    lang: zh", "    lang: zh\n    version: 3", "head_office: true", "head_office: sure",
		"    manager: "+example, "    manager: somebody", "phone: +86 21", "phone: 021").Replace(exampleFile(t))
	err := Establish(t.Context(), b.Store, []byte(text), b.Clock.Now(), t.Output())
	if err == nil {
		t.Fatal("the file was taken")
	}
	lines := strings.Split(err.Error(), "\n")
	for _, want := range []string{"the file was not taken", "  /compny: ", "  /staff/0/version: ",
		"  /staff/0/head_office: ",
		"  /staff/0/roles/0: ", "  /branches/0/manager: no person"} {
		rest := slices.DeleteFunc(slices.Clone(lines), func(line string) bool { return !strings.HasPrefix(line, want) })
		if n := len(rest); n != 1 {
			t.Errorf("%q stands there %d times:\n%v", want, n, err)
		}
	}
	if b.State() != before {
		t.Error("a refused file changed the tables")
	}
}
