package api_test

import (
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/functions/api"
	"afterpress/infra/local/seed"
	"afterpress/shared/crm"
	"afterpress/shared/httpapi"
	"afterpress/shared/store/storetest"
)

// trial is how a route is tried: the record that its path names, made for the person who asks, and a body that is right.
type trial struct {
	record func(b *bench, owner crm.Staff) string
	body   any
	header []string
	// elsewhere is how the people of another branch are answered whose role allows the route; zero means that the record is missing to them.
	elsewhere int
}

var inPath = regexp.MustCompile(`\{[a-z]+\}`)

// placed is a pattern with its ids, which stand with spaces between them.
func placed(pattern, ids string) string {
	rest := strings.Fields(ids)
	return inPath.ReplaceAllStringFunc(pattern, func(wildcard string) string {
		if len(rest) == 0 {
			return wildcard
		}
		id := rest[0]
		rest = rest[1:]
		return id
	})
}

// sent is the body of one request; a function makes a new one each time.
func (t trial) sent() any {
	if fresh, ok := t.body.(func() fields); ok {
		return fresh()
	}
	return t.body
}

// everybodys are the actions about records that belong to no branch.
var everybodys = []crm.Action{crm.ReadCategories, crm.ChangeCategories}

// trials has a line for every route that asks for a sign-in; each entity's stand in its test file, or here.
var trials = joined(leadTrials, submissionTrials, formTrials, complaintTrials, customerTrials, categoryTrials, contactTrials, consentTrials, taskTrials, holdTrials, artworkTrials,
	touchTrials, preferenceTrials, overviewTrials, timelineTrials, staffTrials, branchTrials, calendarTrials, policyTrials, ownTrials)

func joined(tables ...map[string]trial) map[string]trial {
	out := map[string]trial{}
	for _, table := range tables {
		maps.Copy(out, table)
	}
	return out
}

var leadTrials = map[string]trial{
	"GET /leads":                        {},
	"POST /leads":                       {body: fields{"source": "phone", "name": "王芳", "phone": "021-50801199", "lang": "zh"}},
	"GET /leads/{id}":                   {record: leadIn(crm.LeadNew)},
	"GET /leads/{id}/artwork":           {record: leadIn(crm.LeadNew)},
	"GET /leads/{id}/artwork/{artwork}": {record: leadWithArtwork},
	"GET /leads/{id}/touches":           {record: leadIn(crm.LeadNew)},
	"POST /leads/{id}/assign":           {record: leadIn(crm.LeadNew), body: fields{"owner": seed.StaffID(3)}},
	"POST /leads/{id}/contact":          {record: leadIn(crm.LeadAssigned), body: fields{"channel": "call", "outcome": "interested"}},
	"POST /leads/{id}/qualify":          {record: leadIn(crm.LeadContacted), body: fields{"need": "500 cards", "estimate": fields{"minor": 128000, "currency": "CNY"}}},
	"POST /leads/{id}/lose":             {record: leadIn(crm.LeadAssigned), body: fields{"reason": "price"}},
	"POST /leads/{id}/recycle":          {record: leadIn(crm.LeadAssigned), body: fields{"reason": "no-capacity"}},
	"POST /leads/{id}/claim":            {record: leadIn(crm.LeadPooled), body: fields{}},
}

var submissionTrials = map[string]trial{
	"GET /submissions":               {},
	"GET /submissions/{id}":          {record: submission},
	"POST /submissions/{id}/release": {record: submission, body: fields{}},
	"POST /submissions/{id}/discard": {record: unplaced, body: fields{"reason": "spam"}},
}

var formTrials = map[string]trial{
	"GET /forms":                    {},
	"POST /forms":                   {body: leaflets},
	"GET /forms/{id}/definition":    {record: form},
	"PATCH /forms/{id}/definition":  {record: form, body: fields{"region": "DE"}, header: []string{"If-Match", quoted(1), "Content-Type", "application/merge-patch+json"}},
	"DELETE /forms/{id}/definition": {record: form, header: []string{"If-Match", quoted(1)}},
}

var ownTrials = map[string]trial{
	"GET /desk":                  {},
	"GET /me":                    {},
	"POST /messages/{id}/settle": {record: doubtful, body: fields{"outcome": "sent"}},
}

func leadIn(state string) func(*bench, crm.Staff) string {
	return func(b *bench, owner crm.Staff) string { return b.lead(state, owner).ID }
}

// leadWithArtwork is a lead with a file that was sent through its form.
func leadWithArtwork(b *bench, _ crm.Staff) string {
	b.t.Helper()
	lead, file := b.leadWithFile("盒子.exe")
	return lead.ID + " " + file.ID
}

// unplaced is a complaint of nobody's, which came by the hook.
func unplaced(b *bench, _ crm.Staff) string { return b.handed(crm.Unplaced).ID }

func submission(b *bench, _ crm.Staff) string {
	sub := crm.Submission{ID: storetest.NewID("sub"), Version: 1, CreatedAt: b.Clock.Now(), UpdatedAt: b.Clock.Now(), Form: seed.Quote, Branch: seed.Shanghai,
		Lang: crm.Zh, Type: "application/json", Body: `{"name":"李娜","phone":"13813800001","product":"cards"}`}
	if err := b.Quarantine(b.t.Context(), sub.Quarantine("internal")); err != nil {
		b.t.Fatal(err)
	}
	return sub.ID
}

// form makes a form in Shanghai.
func form(b *bench, _ crm.Staff) string {
	b.t.Helper()
	f, found := b.Shop.Form(seed.Contact)
	if !found {
		b.t.Fatal("no form to copy")
	}
	f, event := crm.Form{ID: fmt.Sprint("form-", b.people.Add(1))}.Reshape(f, crm.Visitor, b.Clock.Now())
	if err := b.PutForm(b.t.Context(), f, event); err != nil {
		b.t.Fatal(err)
	}
	return f.ID
}

// doubtful makes a message of which nobody knows whether it was sent.
func doubtful(b *bench, owner crm.Staff) string {
	b.t.Helper()
	lead := b.lead(crm.LeadAssigned, owner)
	m := crm.Message{Person: lead.ContactID, Customer: lead.Customer, About: lead.Progress().WorkflowID(), Step: "acknowledge", Channel: crm.ChannelEmail,
		Template: "acknowledgement", Lang: crm.Zh, Branch: lead.Branch, Owner: owner.ID}
	claimed, err := b.ClaimMessage(b.t.Context(), m, crm.PurposeService)
	if err == nil {
		err = b.SettleMessage(b.t.Context(), claimed, crm.MessageUnknown, "", "")
	}
	if err != nil {
		b.t.Fatal(err)
	}
	return claimed.ID
}

// ownerFor is the person himself where he can have leads of Shanghai.
func (b *bench) ownerFor(who string) crm.Staff {
	if slices.Contains([]string{"owner", "manager", "sales"}, who) {
		return b.staff(who)
	}
	return b.staff("sales")
}

// TestEveryRouteByEveryRole tries each route as each role, as nobody, as somebody unknown and from another branch. What is refused changes
// nothing in any table, and neither does a GET.
func TestEveryRouteByEveryRole(t *testing.T) {
	t.Parallel()
	for _, route := range (&api.Server{}).Routes() {
		if route.Action == crm.Public {
			continue
		}
		t.Run(route.Pattern, func(t *testing.T) {
			t.Parallel()
			try, known := trials[route.Pattern]
			if !known {
				t.Fatal("this route is not tried")
			}
			b := start(t)
			reads := strings.HasPrefix(route.Pattern, "GET ") || strings.HasSuffix(route.Pattern, "/explain") || strings.HasSuffix(route.Pattern, complaintLink)
			var calls []trialCall
			for _, v := range b.verdicts(route, try) {
				calls = append(calls, b.prepare(route, try, v))
			}
			quiet := func(c trialCall) bool { return reads || c.status >= 300 }
			before := b.Hash(t)
			for _, c := range calls {
				if quiet(c) {
					b.try(t, c, try)
				}
			}
			if b.Hash(t) != before {
				t.Error("what was refused, or only read, changed something")
			}
			for _, c := range slices.DeleteFunc(calls, quiet) {
				before := b.Hash(t)
				if b.try(t, c, try); b.Hash(t) == before {
					t.Errorf("%s as %q changed nothing", c.line, c.who)
				}
			}
		})
	}
}

type verdict struct {
	who    string
	status int
}

// verdicts says how each person is answered, by the permission table and the branches.
func (b *bench) verdicts(route httpapi.Route, try trial) []verdict {
	out := []verdict{{"", http.StatusUnauthorized}, {"unknown", http.StatusUnauthorized}}
	done := max(route.Doc.Status, http.StatusOK)
	for _, role := range crm.Roles {
		status := http.StatusForbidden
		if slices.Contains(crm.Allowed(route.Action), role) {
			status = done
		}
		out = append(out, verdict{string(role), status})
	}
	for _, who := range []string{"manager-hangzhou", "sales-hangzhou"} {
		status := http.StatusForbidden
		if crm.Permit(crm.ActorOf(b.staff(who)), route.Action) == nil {
			status = done
			switch {
			case try.elsewhere != 0:
				status = try.elsewhere
			case try.record != nil && !slices.Contains(everybodys, route.Action):
				status = http.StatusNotFound
			}
		}
		out = append(out, verdict{who, status})
	}
	return out
}

// trialCall is a request of one person, to a record of his own.
type trialCall struct {
	verdict
	line string
}

// prepare makes the record that the person's request names.
func (b *bench) prepare(route httpapi.Route, try trial, v verdict) trialCall {
	b.t.Helper()
	c := trialCall{v, route.Pattern}
	b.asking = v.who
	if try.record != nil {
		c.line = strings.Replace(placed(c.line, try.record(b, b.ownerFor(v.who))), "{version}", "1", 1)
	}
	return c
}

// try sends one request.
func (b *bench) try(t *testing.T, c trialCall, try trial) {
	t.Helper()
	t.Logf("%-18s%d", c.who, c.status)
	if got := b.call(c.who, c.line, try.sent(), try.header...); got.Code != c.status {
		t.Errorf("%s as %q: %d, want %d: %s", c.line, c.who, got.Code, c.status, got.Body)
	}
}

// TestAnotherBranchIsLikeNothing holds the answer about another branch's record to be the one about a record that is not there, letter by letter.
func TestAnotherBranchIsLikeNothing(t *testing.T) {
	t.Parallel()
	b := start(t)
	for pattern, try := range trials {
		if try.record == nil || try.elsewhere != 0 || strings.Contains(pattern, " /categories") {
			continue
		}
		hidden := placed(pattern, try.record(b, b.staff("sales")))
		nothing := placed(pattern, "lead_019b0000-0000-7000-8000-000000000000 lead_019b0000-0000-7000-8000-000000000000")
		for _, header := range [][]string{nil, {"If-Match", `"99"`}} {
			a := into[httpapi.Problem](b.call("sales-hangzhou", hidden, try.sent(), header...))
			z := into[httpapi.Problem](b.call("sales-hangzhou", nothing, try.sent(), header...))
			a.Instance, z.Instance = "", ""
			if fmt.Sprint(a) != fmt.Sprint(z) {
				t.Errorf("%s tells them apart:\n%+v\n%+v", pattern, a, z)
			}
		}
	}
}

func TestWhoHasLeftIsNobody(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.call("sales", "GET /me", nil).want(http.StatusOK)
	left := b.Shop
	left.Staff = slices.Clone(left.Staff)
	for i := range left.Staff {
		if left.Staff[i].Subject == seed.Subject("sales") {
			gone := b.Clock.Now().Add(time.Hour)
			left.Staff[i].LeavesAt, left.Staff[i].ID, left.Staff[i].Subject = &gone, storetest.NewID("stf"), seed.Subject("leaving")
		}
	}
	if err := b.Establish(t.Context(), left); err != nil {
		t.Fatal(err)
	}
	b.handler = b.door()
	b.call("leaving", "GET /me", nil).want(http.StatusOK)
	b.Clock.Advance(time.Hour)
	b.call("leaving", "GET /me", nil).want(http.StatusUnauthorized)
}
