package api_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"afterpress/infra/local/seed"
	"afterpress/shared/app"
	"afterpress/shared/app/frontdesk"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/lead"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// rounds is how often TestParallelCreatesAreOneCustomer plays; `make check` has 200.
var rounds = flag.Int("rounds", 3, "rounds of 64 parallel creates of one customer")

var customerTrials = map[string]trial{
	"GET /customers":      {},
	"POST /customers":     {body: newCompany},
	"GET /customers/{id}": {record: had(anyCustomer)},
	"PATCH /customers/{id}": {record: had(company), body: fields{"industry": "publishing"},
		header: []string{"If-Match", quoted(1), "Content-Type", mergePatch}},
	"DELETE /customers/{id}": {record: had(company), shared: http.StatusForbidden,
		header: []string{"If-Match", quoted(1)}},
	"GET /customers/{id}/timeline": {record: had(anyCustomer)},
}

func anyCustomer(b *bench, owner staff.Staff) string { return b.lead(lead.StateNew, owner).Customer }

// had makes the owner of the record have its customer.
func had(record func(*bench, staff.Staff) string) func(*bench, staff.Staff) string {
	return func(b *bench, owner staff.Staff) string {
		b.t.Helper()
		ids := record(b, owner)
		cust, _, _ := strings.Cut(ids, " ")
		if strings.HasPrefix(cust, "con_") {
			c, err := b.Contact(b.t.Context(), cust)
			if err != nil {
				b.t.Fatal(err)
			}
			cust = c.Customer
		}
		b.say(cust, "owner", &types.AttributeValueMemberS{Value: owner.ID})
		return ids
	}
}

// say writes one value into a customer's record, past every rule: somebody may have had the customer before a change
// of role.
func (b *bench) say(c, name string, value types.AttributeValue) {
	b.t.Helper()
	if _, err := b.DB.UpdateItem(b.t.Context(), &dynamodb.UpdateItemInput{
		TableName: aws.String(b.Tables.Records), UpdateExpression: aws.String("SET #n = :v"),
		Key: map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: "CUSTOMER#" +
			c}, "sk": &types.AttributeValueMemberS{Value: "RECORD"}},
		ExpressionAttributeNames:  map[string]string{"#n": name},
		ExpressionAttributeValues: map[string]types.AttributeValue{":v": value},
	}); err != nil {
		b.t.Fatal(err)
	}
}

// newCompany is a company whom nobody knows yet, with somebody to speak with.
func newCompany() fields {
	n := another()
	return fields{"kind": "company", "name": fmt.Sprintf("重庆长城印务%d有限公司", n), "lang": "zh", "source": "walk-in",
		"contact": fields{"name": "王芳", "phones": []fields{{"value": fmt.Sprintf("1391390%04d", n)}}}}
}

func company(b *bench, _ staff.Staff) string {
	b.t.Helper()
	return b.made(newCompany()).ID
}

// made is the customer that a manager in Shanghai makes of the fields.
func (b *bench) made(f fields) customer.Customer {
	b.t.Helper()
	return into[customer.Customer](b.call("manager", "POST /customers", f).want(http.StatusCreated))
}

func with(f fields, more fields) fields {
	out := maps.Clone(f)
	maps.Copy(out, more)
	return out
}

func (b *bench) patch(who string, c customer.Customer, patch any) response {
	b.t.Helper()
	return b.call(who, "PATCH /customers/"+c.ID, patch, "If-Match", quoted(c.Version), "Content-Type", mergePatch)
}

// patched is the customer after a patch.
func (b *bench) patched(who string, c customer.Customer, patch fields) customer.Customer {
	b.t.Helper()
	return into[customer.Customer](b.patch(who, c, patch).want(http.StatusOK))
}

func TestCustomerIsMadeChangedAndArchived(t *testing.T) {
	t.Parallel()
	b := start(t)
	w := b.call("sales", "POST /customers",
		with(newCompany(), fields{"owner": b.staff("sales").ID, "tax_number": "９1310000-ma1fl0000N",
			"addresses": []fields{{"use": "delivery", "lines": "漕宝路 1 号", "country": "CN"}}})).want(http.StatusCreated)
	c := into[customer.Customer](w)
	if w.Header().Get("Location") != "/customers/"+c.ID || w.Header().Get("ETag") != quoted(1) {
		t.Errorf("%v", w.Header())
	}
	if c.TaxNumber != "91310000MA1FL0000N" || c.LifeCycle != customer.LifeLead || c.Branch != seed.Shanghai ||
		c.Owner != b.staff("sales").ID {
		t.Errorf("%+v", c)
	}
	people, err := b.Contacts(t.Context(), c.ID)
	if err != nil || len(people) != 1 || people[0].Name != "王芳" || people[0].Lang != words.Zh ||
		!strings.HasPrefix(people[0].Phones[0].Value, "+86139") {
		t.Errorf("%+v, %v", people, err)
	}
	b.patch("sales", c, fields{"industry": "magazine", "periodical": "monthly", "addresses": nil}).want(http.StatusOK)
	b.patch("sales", c, fields{"industry": "food"}).want(http.StatusPreconditionFailed)
	c = into[customer.Customer](b.call("sales", "GET /customers/"+c.ID, nil).want(http.StatusOK))
	if c.Version != 2 || c.Periodical != "monthly" || len(c.Addresses) != 0 {
		t.Errorf("%+v", c)
	}
	same := b.State()
	if unchanged := b.patched("sales", c, fields{"industry": "magazine"}); unchanged.Version != 2 || b.State() != same {
		t.Error("a patch that changes nothing changed something")
	}
	c = b.patched("manager", c, fields{"category": "agent"})
	c = b.patched("manager", c, fields{"category": "dealer", "scope": "channel"})
	b.call("manager", "DELETE /customers/"+c.ID, nil).want(http.StatusPreconditionRequired)
	b.call("manager", "DELETE /customers/"+c.ID, nil, "If-Match", quoted(c.Version)).want(http.StatusNoContent)
	c = into[customer.Customer](b.call("manager", "GET /customers/"+c.ID, nil).want(http.StatusOK))
	b.patch("manager", c, fields{"industry": "food"}).want(http.StatusConflict)
	if want := []string{"customer.aged", "customer.archived", "customer.changed", "customer.moved", "customer.moved",
		"customer.changed", "customer.opened"}; c.ArchivedAt == nil ||
		!slices.Equal(b.ids("manager", "/customers/"+c.ID+"/timeline", "kind", 10), want) {
		t.Errorf("%+v %v", c, b.ids("manager", "/customers/"+c.ID+"/timeline", "kind", 10))
	}
	// The customer is recognised, and comes back with an enquiry.
	l := into[lead.Lead](b.call("sales", "POST /leads",
		with(b.walkIn(), fields{"phone": people[0].Phones[0].Value})).want(http.StatusCreated))
	if back := into[customer.Customer](b.call("sales", "GET /customers/"+c.ID,
		nil).want(http.StatusOK)); l.Customer != c.ID || back.ArchivedAt != nil {
		t.Errorf("%s, %+v", l.Customer, back)
	}
}

func TestAValueHasOneCustomer(t *testing.T) {
	t.Parallel()
	b := start(t)
	taken := newCompany()
	taken["tax_number"] = "91310000MA1FL0001R"
	taken["contact"].(fields)["emails"] = []fields{{"value": "Fang@Example.com"}}
	phone := taken["contact"].(fields)["phones"].([]fields)[0]["value"]
	first := b.made(taken)
	for name, f := range map[string]fields{
		"phone":      {"contact": fields{"phones": []fields{{"value": phone}}}},
		"e-mail":     {"contact": fields{"emails": []fields{{"value": "fang@example.com"}}}},
		"tax number": {"tax_number": "91310000ma1fl0001r"},
	} {
		before := b.State()
		p := into[httpapi.Problem](b.call("sales", "POST /customers", with(newCompany(), f)).want(http.StatusConflict))
		card, _ := p.Record.(map[string]any)
		if card["id"] != first.ID || !strings.Contains(p.Detail, name) || !strings.Contains(p.Detail, first.Name) ||
			p.Title != "Already belongs to somebody else" || b.State() != before {
			t.Errorf("%s: %+v", name, p)
		}
		p = into[httpapi.Problem](b.call("manager-hangzhou", "POST /customers", with(newCompany(), f),
			"Accept-Language", "zh").want(http.StatusConflict))
		if p.Record != nil || strings.Contains(p.Detail, first.Name) || p.Title != "已属于他人" {
			t.Errorf("%s: another branch is shown %+v", name, p)
		}
	}
	shared := with(newCompany(), fields{"contact": fields{"phones": []fields{{"value": "021-50801100", "shared": true}}}})
	b.made(shared)
	b.made(with(shared, fields{"name": "another"}))

	other := b.made(newCompany())
	b.patch("manager", other, fields{"tax_number": first.TaxNumber}).want(http.StatusConflict)
	first = b.patched("manager", first, fields{"tax_number": "91310000MA1FL0002W"})
	other = b.patched("manager", other, fields{"tax_number": "91310000MA1FL0001R"})
	b.patched("manager", other, fields{"tax_number": nil})
	b.patched("manager", first, fields{"tax_number": "91310000MA1FL0001R"})
	if n := b.Count(t, b.Tables.Records, "CLAIM#tax#"); n != 1 {
		t.Errorf("%d tax numbers are claimed", n)
	}
}

func TestParallelCreatesAreOneCustomer(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.Crowd(t)
	for range *rounds {
		body, ids := newCompany(), make([]string, 64)
		made := 0
		var mu sync.Mutex
		var all sync.WaitGroup
		for i := range ids {
			all.Go(func() {
				got := b.patient("sales", "POST /customers", body)
				var answer struct {
					ID     string
					Record struct{ ID string }
				}
				if err := json.Unmarshal(got.Body.Bytes(), &answer); err != nil {
					t.Error(err)
				}
				ids[i] = answer.ID + answer.Record.ID
				mu.Lock()
				defer mu.Unlock()
				if got.Code == http.StatusCreated {
					made++
				} else if got.Code != http.StatusConflict {
					t.Errorf("%d %s", got.Code, got.Body)
				}
			})
		}
		all.Wait()
		if slices.Sort(ids); made != 1 || ids[0] == "" || ids[0] != ids[63] {
			t.Fatalf("%d were made; ids %v", made, slices.Compact(ids))
		}
	}
	if n := b.CountRecords(t, "CUSTOMER"); n != *rounds {
		t.Errorf("%d customers after %d rounds", n, *rounds)
	}
	// colleagues claim their sign-in accounts
	if n := b.Count(t, b.Tables.Records, "CLAIM#") - b.Count(t, b.Tables.Records, "CLAIM#subject#"); n != *rounds {
		t.Errorf("%d claims after %d rounds", n, *rounds)
	}
}

func TestARepeatedCreateIsAnsweredAlike(t *testing.T) {
	t.Parallel()
	b := start(t)
	body := newCompany()
	first := b.call("sales", "POST /customers", body, "Idempotency-Key", "k").want(http.StatusCreated)
	after := b.State()
	again := b.call("sales", "POST /customers", body, "Idempotency-Key", "k").want(http.StatusCreated)
	if again.Body.String() != first.Body.String() || b.State() != after {
		t.Errorf("%s\n%s", first.Body, again.Body)
	}
}

// TestASharedCustomerStaysWithTheBranch has the people of another branch, who see the customer, try to take over.
func TestASharedCustomerStaysWithTheBranch(t *testing.T) {
	b := start(t)
	c := b.made(with(newCompany(), fields{"shared": true, "owner": b.staff("sales").ID}))
	theirs := b.staff("sales-hangzhou").ID
	for name, patch := range map[string]fields{
		"/branch": {"branch": seed.Hangzhou, "shared": false, "owner": theirs}, "/shared": {"shared": false},
		"/owner": {"owner": nil},
	} {
		before := b.State()
		p := into[httpapi.Problem](b.patch("manager-hangzhou", c, patch).want(http.StatusForbidden))
		if p.Errors[0].Pointer != name || !strings.Contains(p.Detail, "head office") || b.State() != before {
			t.Errorf("%s: %+v", name, p)
		}
	}
	before := b.State()
	b.call("manager-hangzhou", "DELETE /customers/"+c.ID, nil, "If-Match", quoted(c.Version)).want(http.StatusForbidden)
	if b.State() != before {
		t.Error("a refused archiving changed something")
	}
	c = b.patched("sales-hangzhou", c, fields{"industry": "food"})
	c = b.patched("manager", c, fields{"shared": false})
	b.patch("manager-hangzhou", c, fields{"industry": "trade"}).want(http.StatusNotFound)
	c = b.patched("owner", c, fields{"branch": seed.Hangzhou, "owner": theirs})
	b.call("manager-hangzhou", "DELETE /customers/"+c.ID, nil, "If-Match", quoted(c.Version)).want(http.StatusNoContent)
}

func TestWhoEntersWhat(t *testing.T) {
	t.Parallel()
	b := start(t)
	sales, sales2 := b.staff("sales").ID, b.staff("sales-2").ID
	for _, c := range []struct {
		who     string
		had     string // owner before
		patch   fields
		status  int
		pointer string
	}{
		{"sales", "", fields{"owner": sales}, http.StatusOK, ""},
		{"sales", "", fields{"owner": sales2}, http.StatusForbidden, "/owner"},
		{"sales", sales2, fields{"owner": sales}, http.StatusForbidden, "/owner"},
		{"sales", sales, fields{"owner": nil}, http.StatusForbidden, "/owner"},
		{"service", "", fields{"owner": sales}, http.StatusForbidden, "/owner"},
		{"manager", sales, fields{"owner": sales2}, http.StatusOK, ""},
		{"manager", sales, fields{"owner": nil}, http.StatusOK, ""},
		{"manager", "", fields{"owner": seed.StaffID(6)}, http.StatusUnprocessableEntity, "/owner"},
		{"manager", "", fields{"owner": seed.StaffID(12)}, http.StatusUnprocessableEntity, "/owner"},
		{"manager", "", fields{"owner": "me"}, http.StatusUnprocessableEntity, "/owner"},
		{"sales", "", fields{"shared": true}, http.StatusForbidden, "/shared"},
		{"manager", "", fields{"shared": true}, http.StatusOK, ""},
		{"sales", "", fields{"branch": seed.Hangzhou}, http.StatusForbidden, "/branch"},
		{"manager", "", fields{"branch": seed.Hangzhou}, http.StatusUnprocessableEntity, "/branch"},
		{"owner", "", fields{"branch": seed.Hangzhou}, http.StatusOK, ""},
		{"owner", sales, fields{"branch": seed.Hangzhou}, http.StatusUnprocessableEntity, "/owner"},
		{"service", "", fields{"tax_number": "91310000MA1FL0001R"}, http.StatusForbidden, "/tax_number"},
		{"service", "", fields{"competitor": "同城快印"}, http.StatusForbidden, "/competitor"},
		{"service", "", fields{"preferred_channel": "wechat"}, http.StatusOK, ""},
		{"sales", "", fields{"category": "order"}, http.StatusUnprocessableEntity, "/category"},
		{"sales", "", fields{"category": "nowhere"}, http.StatusUnprocessableEntity, "/category"},
		{"sales", "", fields{"category": "person"}, http.StatusOK, ""},
		{"sales", "", fields{"industry": "ink"}, http.StatusUnprocessableEntity, "/industry"},
		{"sales", "", fields{"tax_number": "1"}, http.StatusUnprocessableEntity, "/tax_number"},
		{"sales", "", fields{"tax_number": "91310000MA1FL00O1R"}, http.StatusUnprocessableEntity, "/tax_number"},
		{"sales", "", fields{"tax_number": "91310000MA1FL0001R"}, http.StatusOK, ""},
		{"sales", "", fields{"preferred_hours": "18:00-09:00"}, http.StatusUnprocessableEntity, "/preferred_hours"},
		{"sales", "", fields{"preferred_hours": "09:00-11:30"}, http.StatusOK, ""},
		{"sales", "", fields{"name": nil}, http.StatusUnprocessableEntity, "/name"},
		{"sales", "", fields{"addresses": []fields{{"use": "home", "lines": "x"}}}, http.StatusUnprocessableEntity,
			"/addresses/0/use"},
		{"sales", "", fields{"id": "cus_1"}, http.StatusBadRequest, "/id"},
		{"sales", "", fields{"version": 9}, http.StatusBadRequest, "/version"},
		{"sales", "", fields{"seq": 9}, http.StatusBadRequest, "/seq"},
		{"sales", "", fields{"life_cycle": "active"}, http.StatusBadRequest, "/life_cycle"},
		{"sales", "", fields{"history": fields{"orders": 3}}, http.StatusBadRequest, "/history"},
		{"sales", "", fields{"archived_at": "2026-11-24T00:00:00Z"}, http.StatusBadRequest, "/archived_at"},
		{"sales", "", fields{"Name": "x"}, http.StatusBadRequest, "/Name"},
		{"sales", "", fields{"pk": "x"}, http.StatusBadRequest, "/pk"},
	} {
		f := newCompany()
		if c.had != "" {
			f["owner"] = c.had
		}
		made := b.made(f)
		before := b.State()
		got := b.patch(c.who, made, c.patch)
		p := into[httpapi.Problem](got)
		if got.Code != c.status || c.pointer != "" && (len(p.Errors) != 1 || p.Errors[0].Pointer != c.pointer) ||
			(b.State() != before) != (c.status == http.StatusOK) {
			t.Errorf("%s %v: %d %s", c.who, c.patch, got.Code, got.Body)
		}
	}
	for pointer, f := range map[string]fields{
		"/contact/phones/0/value": {"contact": fields{"phones": []fields{{"value": "12"}}}},
		"/contact/phones/1/value": {"contact": fields{"phones": []fields{{"value": "13800138001"},
			{"value": "+86 138 0013 8001"}}}},
		"/contact/emails/0/value": {"contact": fields{"emails": []fields{{"value": "a@b@c"}}}},
		"/contact/roles/0":        {"contact": fields{"name": "x", "roles": []string{"boss"}}},
		"/contact/name":           {"contact": fields{"title": "x"}},
		"/branch":                 {"branch": "nowhere"},
	} {
		before := b.State()
		p := into[httpapi.Problem](b.call("manager", "POST /customers",
			with(newCompany(), f)).want(http.StatusUnprocessableEntity))
		if len(p.Errors) != 1 || p.Errors[0].Pointer != pointer || b.State() != before {
			t.Errorf("%s: %+v", pointer, p)
		}
	}
}

// TestHiddenFieldsSurviveAPatch has a role that does not see a field change another.
func TestHiddenFieldsSurviveAPatch(t *testing.T) {
	t.Parallel()
	b := start(t)
	c := b.made(with(newCompany(), fields{"tax_number": "91310000MA1FL0001R", "competitor": "同城快印"}))
	if seen := b.patched("service", c, fields{"preferred_channel": "call"}); seen.TaxNumber != "" ||
		seen.Competitor != "" {
		t.Errorf("service sees %+v", seen)
	}
	if now, err := b.Customer(t.Context(), c.ID); err != nil || now.TaxNumber != c.TaxNumber ||
		now.Competitor != c.Competitor {
		t.Errorf("%+v, %v", now, err)
	}
}

// TestTheFieldsOfEachRole compares what each role sees of a customer in whom every field is filled with a list that
// is read by people.
func TestTheFieldsOfEachRole(t *testing.T) {
	t.Parallel()
	b := start(t)
	full := func() fields {
		return with(newCompany(),
			fields{"latin_name": "Great Wall", "shared": true, "owner": b.staff("sales").ID, "industry": "publishing",
				"periodical": "monthly",
				"category":   "agent", "scope": "b2b", "value_orientation": "partnership", "purchase_purpose": "practical",
				"relationship": "repeat",
				"competitor":   "同城快印", "tax_number": fmt.Sprintf("9131000%08d", another()),
				"addresses":         []fields{{"use": "billing", "lines": "漕宝路 1 号"}},
				"preferred_channel": "call", "preferred_hours": "09:00-11:30"})
	}
	var out strings.Builder
	for _, role := range staff.Roles {
		who := string(role)
		c := b.made(full())
		b.Index(t)
		for _, line := range []string{"GET /customers?q=" + c.Name, "GET /customers/" + c.ID, "POST /customers",
			"PATCH /customers/" + c.ID} {
			var got response
			switch {
			case strings.HasPrefix(line, "POST"):
				body := full()
				for _, name := range []string{"owner", "shared"} {
					delete(body, name)
				}
				if !customer.SeesField(staff.ActorOf(b.staff(who)), "competitor") {
					delete(body, "competitor")
				}
				if !customer.SeesField(staff.ActorOf(b.staff(who)), "tax_number") {
					delete(body, "tax_number")
				}
				got = b.call(who, line, body)
			case strings.HasPrefix(line, "PATCH"):
				got = b.patch(who, c, fields{"industry": "food"})
			default:
				got = b.call(who, line, nil)
			}
			pattern, _, _ := strings.Cut(strings.Replace(line, c.ID, "{id}", 1), "?")
			fmt.Fprintf(&out, "%-12s%-24s%s\n", who, pattern, seenFields(got))
		}
	}
	golden := filepath.Join("testdata", "customer-fields.txt")
	if *update {
		if err := os.WriteFile(golden, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile(golden)
	if err != nil || string(kept) != out.String() {
		t.Errorf("%v; run with -update and read the difference:\n%s", err, out.String())
	}
}

func seenFields(got response) string {
	got.t.Helper()
	if got.Code >= 300 {
		return fmt.Sprint(got.Code)
	}
	record := into[map[string]any](got)
	if items, isList := record["items"].([]any); isList {
		if len(items) != 1 {
			return fmt.Sprintf("%d items", len(items))
		}
		record = items[0].(map[string]any)
	}
	return strings.Join(slices.Sorted(maps.Keys(record)), " ")
}

// TestClassesAreWhatTheDoorTakes holds the closed lists of the rules and of the door together.
func TestClassesAreWhatTheDoorTakes(t *testing.T) {
	t.Parallel()
	entry := reflect.TypeFor[frontdesk.CustomerEntry]()
	for i := range entry.NumField() {
		name, _, _ := strings.Cut(entry.Field(i).Tag.Get("json"), ",")
		classes, known := customer.Classes[name]
		if !known {
			continue
		}
		var want []string
		for _, c := range classes {
			want = append(want, c.Value)
			if c.Words.Zh == "" || c.Words.En == "" {
				t.Errorf("%s %s lacks words", name, c.Value)
			}
		}
		_, list, _ := strings.Cut(entry.Field(i).Tag.Get("validate"), "one=")
		if got := app.Forms.Lists()[list]; !slices.Equal(got, want) {
			t.Errorf("%s: the door takes %s; the rules have %v", name, got, want)
		}
	}
}
