package api_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"afterpress/functions/api"
	"afterpress/infra/local/seed"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/tally"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/hold"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/stuck"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/storetest"
)

// premises is a branch with something of everything that a list can have.
type premises struct {
	branch, manager, sales, owner string // owner is the sales person's id
	customer, contact, lead, name string
	ids                           []string // of all that is this branch's alone
}

// filters are what is asked of each list. A function gives the values of a branch.
var filters = map[string]func(premises) []string{
	"branch":     func(p premises) []string { return []string{p.branch} },
	"owner":      func(p premises) []string { return []string{p.owner, "me"} },
	"staff":      func(p premises) []string { return []string{p.owner, "me"} },
	"customer":   func(p premises) []string { return []string{p.customer} },
	"about":      func(p premises) []string { return []string{p.lead} },
	"q":          func(p premises) []string { return []string{p.name} },
	"month":      fixedly("2026-11"),
	"due_before": fixedly("2027-12-01T00:00:00Z"),
	"from":       fixedly("2026-11-01"),
	"to":         fixedly("2026-12-01"),
	"severity":   fixedly("2"),
	"watching":   fixedly("true"),
	"archived":   fixedly("true"),
	"category":   fixedly("channel"),
	"life_cycle": fixedly(customer.LifeLead, customer.LifeExit),
	"outcome":    fixedly(form.SubmissionOutcomes...),
	"by":         fixedly(tally.Dimensions...),
	"role":       fixedly("sales"),
	"what":       fixedly(stuck.KindStep, stuck.KindMessage),

	"GET /leads q":       idsOf("lead"),
	"GET /tasks q":       idsOf("tsk"),
	"GET /holds q":       idsOf("hld"),
	"GET /complaints q":  idsOf("cmp"),
	"GET /submissions q": idsOf("sub"),

	"GET /leads state":      fixedly(lead.StateAssigned, lead.StateLost, lead.StateNew),
	"GET /tasks state":      fixedly(task.StateOpen, task.StateClosed, task.StateDropped),
	"GET /holds state":      fixedly(hold.StateAsked, hold.StateWithdrawn),
	"GET /complaints state": fixedly(complaint.StateNew, complaint.StateTriaged, complaint.StateWithdrawn),
}

func fixedly(values ...string) func(premises) []string {
	return func(premises) []string { return values }
}

// idsOf are the references of all that a branch has of a kind.
func idsOf(prefix string) func(premises) []string {
	return func(p premises) (out []string) {
		for _, id := range p.ids {
			if strings.HasPrefix(id, prefix+"_") {
				out = append(out, words.Reference(id))
			}
		}
		return out
	}
}

// TestNoListShowsAnotherBranch asks every list for every filter, and for every two filters, with the values of both
// branches. What is another branch's is never in the answer. What is one's own is, by each list and each filter.
func TestNoListShowsAnotherBranch(t *testing.T) {
	t.Parallel()
	b := start(t)
	here := b.premises(premises{branch: seed.Shanghai, manager: "manager", sales: "sales", name: "沪上书局"})
	there := b.premises(premises{branch: seed.Hangzhou, manager: "manager-hangzhou", sales: "sales-hangzhou",
		name: "西湖书社"})
	b.Index(t)
	b.AddUp(t)
	for _, route := range (&api.Server{}).Routes() {
		if route.Doc.Query == nil || strings.Contains(route.Pattern, "{") {
			continue
		}
		t.Run(route.Pattern, func(t *testing.T) {
			shown := map[string]bool{}
			asked := queries(t, route.Pattern, reflect.TypeOf(route.Doc.Query), here, there)
			_, pages := members(reflect.TypeOf(route.Doc.Query))["limit"]
			for _, q := range asked {
				if pages {
					q.Set("limit", "100")
				}
				for _, as := range []struct{ mine, theirs premises }{{here, there}, {there, here}} {
					for _, who := range []string{as.mine.manager, as.mine.sales} {
						got := b.call(who, route.Pattern+"?"+q.Encode(), nil)
						if got.Code == http.StatusForbidden && who == as.mine.sales {
							continue
						}
						b.shows(t, got, who, q, as.mine.ids, as.theirs.ids, shown)
					}
				}
			}
			for name := range filtersOf(reflect.TypeOf(route.Doc.Query)) {
				if !shown[name] {
					t.Errorf("nothing of one's own is shown by %s", name)
				}
			}
		})
	}
}

// shows holds an answer against what may be in it, and notes by which filters it shows something.
func (b *bench) shows(t *testing.T, got response, who string, q url.Values, mine, theirs []string,
	shown map[string]bool) {
	t.Helper()
	body := got.Body.String()
	if got.Code >= http.StatusInternalServerError {
		t.Errorf("%s asks for %v: %d %s", who, q, got.Code, body)
	}
	for _, id := range theirs {
		if strings.Contains(body, id) {
			t.Errorf("%s asks for %v and is shown %s", who, q, id)
		}
	}
	if got.Code == http.StatusOK && slices.ContainsFunc(mine, func(id string) bool { return strings.Contains(body, id) }) {
		for name := range q {
			shown[name] = true
		}
	}
}

// filtersOf are the names that a query may have, without those of paging.
func filtersOf(query reflect.Type) map[string]bool {
	out := map[string]bool{}
	for name := range members(query) {
		if name != "limit" && name != "cursor" {
			out[name] = true
		}
	}
	return out
}

// queries are all that is asked of a list: nothing, each filter by itself, and each two of them.
func queries(t *testing.T, pattern string, query reflect.Type, both ...premises) []url.Values {
	t.Helper()
	type choice struct{ name, value string }
	var choices []choice
	for _, name := range slices.Sorted(maps.Keys(filtersOf(query))) {
		values, known := filters[pattern+" "+name]
		if !known {
			values, known = filters[name]
		}
		if !known {
			t.Fatalf("%s may be asked for %s: say with which values", pattern, name)
		}
		tried := map[string]bool{}
		for _, p := range both {
			for _, value := range values(p) {
				if !tried[value] {
					tried[value] = true
					choices = append(choices, choice{name, value})
				}
			}
		}
	}
	out := []url.Values{{}}
	for i, one := range choices {
		out = append(out, url.Values{one.name: {one.value}})
		for _, two := range choices[i+1:] {
			if one.name != two.name {
				out = append(out, url.Values{one.name: {one.value}, two.name: {two.value}})
			}
		}
	}
	return out
}

// premises fills a branch.
func (b *bench) premises(p premises) premises {
	b.t.Helper()
	sales := b.staff(p.sales)
	p.owner = sales.ID
	c := into[customer.Customer](b.call(p.manager, "POST /customers", fields{"kind": "company", "name": p.name,
		"lang": "zh", "branch": p.branch, "owner": sales.ID, "source": "walk-in", "category": "agent",
		"contact": fields{"name": "王芳", "phones": []fields{{"value": fmt.Sprintf("+8613911110%03d", another())}}}}).
		want(http.StatusCreated))
	p.customer = c.ID
	people, err := b.Contacts(b.t.Context(), c.ID)
	b.must(err)
	p.contact = people[0].ID
	p.ids = append(p.ids, p.customer, p.contact, p.name, p.owner)
	gone := into[customer.Customer](b.call(p.manager, "POST /customers", fields{"kind": "company", "name": p.name + "旧",
		"lang": "zh", "branch": p.branch, "owner": sales.ID, "source": "walk-in"}).want(http.StatusCreated))
	b.call(p.manager, "DELETE /customers/"+gone.ID, nil, "If-Match", quoted(1)).want(http.StatusNoContent)
	p.ids = append(p.ids, gone.ID)
	p.leads(b, people[0].Phones[0].Value)
	p.tasks(b, sales)
	p.cases(b)
	p.letters(b)
	return p
}

func (b *bench) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

// leads are one that is open, one that is lost, and one without an owner.
func (p *premises) leads(b *bench, phone string) {
	b.t.Helper()
	for _, state := range []string{lead.StateNew, lead.StateAssigned, lead.StateLost} {
		l := into[lead.Lead](b.call(p.manager, "POST /leads", fields{"source": "walk-in", "name": "王芳", "phone": phone,
			"product": "cards", "lang": "zh", "branch": p.branch}).want(http.StatusCreated))
		p.lead = l.ID
		p.ids = append(p.ids, l.ID)
		if state == lead.StateNew {
			continue
		}
		b.call(p.manager, "POST /leads/"+l.ID+"/assign", fields{"owner": p.owner}).want(http.StatusOK)
		if state == lead.StateLost {
			b.call(p.sales, "POST /leads/"+l.ID+"/lose", fields{"reason": "price"}).want(http.StatusOK)
		}
	}
}

// tasks are one of each state, which the manager watches.
func (p *premises) tasks(b *bench, sales staff.Staff) {
	b.t.Helper()
	for end, body := range map[string]fields{"": nil, "/complete": {}, "/cancel": {"reason": "好"}} {
		t := into[task.Task](b.call(p.manager, "POST /tasks", fields{"title": "寄纸样", "owner": sales.ID,
			"customer": p.customer, "about": p.lead}).want(http.StatusCreated))
		p.ids = append(p.ids, t.ID)
		if end != "" {
			b.call(p.manager, "POST /tasks/"+t.ID+end, body).want(http.StatusOK)
		}
	}
}

// cases are a new complaint, one of the sales person and one that has ended, and two questions.
func (p *premises) cases(b *bench) {
	b.t.Helper()
	for _, state := range []string{complaint.StateNew, complaint.StateTriaged, complaint.StateWithdrawn} {
		said := complained(fields{"customer": p.customer, "contact": p.contact})
		said["job"].(fields)["press"] = p.name
		c := into[complaint.Complaint](b.call(p.manager, "POST /complaints", said).want(http.StatusCreated))
		p.ids = append(p.ids, c.ID)
		if state == complaint.StateNew {
			continue
		}
		b.call(p.manager, "POST /complaints/"+c.ID+"/triage", fields{"severity": 2, "owner": p.owner}).want(http.StatusOK)
		if state == complaint.StateWithdrawn {
			b.call(p.manager, "POST /complaints/"+c.ID+"/withdraw", fields{"internal_reason": "撤回"}).want(http.StatusOK)
		}
	}
	for _, end := range []string{"", "/withdraw"} {
		h := into[hold.Hold](b.call(p.manager, "POST /holds", fields{"job": "J-1", "customer": p.customer,
			"contact": p.contact, "public_question": "继续印吗？", "choices": []string{"继续", "换纸"}}).want(http.StatusCreated))
		p.ids = append(p.ids, h.ID)
		if end != "" {
			b.call(p.manager, "POST /holds/"+h.ID+end, fields{}).want(http.StatusOK)
		}
	}
}

// letters are submissions of each outcome, a message in doubt, and a step that fails.
func (p *premises) letters(b *bench) {
	b.t.Helper()
	for _, outcome := range form.SubmissionOutcomes {
		sub := form.Submission{ID: storetest.NewID("sub"), Version: 1, CreatedAt: b.Clock.Now(),
			UpdatedAt: b.Clock.Now(), Form: seed.Quote, Branch: p.branch, Lang: words.Zh, Type: "application/json",
			Body: "{}"}.Quarantine("internal")
		sub.Outcome = outcome
		b.must(b.Quarantine(b.t.Context(), sub))
		p.ids = append(p.ids, sub.ID)
	}
	m, err := b.ClaimMessage(b.t.Context(), message.Message{Person: p.contact, Customer: p.customer,
		About: "lead/" + p.lead + "/1", Step: "acknowledge", Channel: message.ChannelEmail, Template: "acknowledgement",
		Lang: words.Zh, Branch: p.branch, Owner: p.owner}, message.PurposeService)
	if err == nil {
		err = b.SettleMessage(b.t.Context(), m, message.StateUnknown, "", "")
	}
	b.must(err)
	failed := stuck.Stuck{What: stuck.KindStep, Record: p.lead, Step: "1/half", Process: "lead", Round: 1,
		Customer: p.customer, Branch: p.branch, Cause: string(fault.Internal)}
	_, err = b.NoteStuck(b.t.Context(), failed, false)
	b.must(err)
	p.ids = append(p.ids, m.ID, stuck.IDOf(failed))
}
