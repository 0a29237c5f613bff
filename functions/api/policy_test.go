package api_test

import (
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"afterpress/shared/app/backoffice"
	"afterpress/shared/crm/retention"
	"afterpress/shared/crm/setup"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store/table"
)

var policyTrials = map[string]trial{
	"GET /policies":  {},
	"POST /policies": {body: strict},
	"GET /policies/{id}": {record: policy, ownerless: true, customerless: true,
		elsewhere: http.StatusOK},
	"PATCH /policies/{id}": {record: policy, ownerless: true, customerless: true,
		body: fields{"sms": fields{"countries": []string{"CN", "HK"}}}, header: patching(1),
		elsewhere: http.StatusForbidden},
	"GET /policies/{id}/versions": {record: policy, ownerless: true, customerless: true,
		elsewhere: http.StatusOK},
	"GET /policies/{id}/versions/{version}": {record: policy, ownerless: true, customerless: true,
		elsewhere: http.StatusOK},
}

// strict is a policy under an id of its own each time it is asked for.
func strict() fields {
	return fields{"id": fmt.Sprint("strict-", another()), "sms": fields{"countries": []string{"CN"}}, "lead": fields{
		"first_contact_s": 600, "pool_s": 3600, "next_step_s": 7200, "max_owners": 2, "claims_per_day": 5,
		"ladder": []fields{{"state": "assigned", "name": "half", "do": "remind", "percent": 50, "plus_s": 0}},
	}}
}

// policy makes a policy that no branch works by.
func policy(b *bench, _ staff.Staff) string {
	p := strict()
	b.call("owner", "POST /policies", p).want(http.StatusCreated)
	return p["id"].(string)
}

func TestEachVersionOfAPolicyIsKept(t *testing.T) {
	t.Parallel()
	b := start(t)
	const place = "/policies/standard"
	first := into[setup.Policy](b.call("sales", "GET "+place, nil).want(http.StatusOK))
	b.call("owner", "PATCH "+place, fields{}, "Content-Type", mergePatch).want(http.StatusPreconditionRequired)
	for version := int64(1); version <= 4; version++ {
		body := fields{"lead": fields{"first_contact_s": 100 * version}}
		got := into[setup.Policy](b.patchSetup("owner", place, version, body).want(http.StatusOK))
		if got.Version != version+1 || got.Lead.FirstContact != 100*version || got.Lead.Pool != first.Lead.Pool ||
			len(got.Lead.Ladder) != len(first.Lead.Ladder) {
			t.Fatalf("%+v", got)
		}
		b.patchSetup("owner", place, version, body).want(http.StatusPreconditionFailed)
	}
	for version := int64(1); version <= 5; version++ {
		got := into[setup.Policy](b.call("sales", fmt.Sprintf("GET %s/versions/%d", place, version),
			nil).want(http.StatusOK))
		want := 100 * (version - 1)
		if version == 1 {
			want = first.Lead.FirstContact
		}
		if got.Version != version || got.Lead.FirstContact != want || got.Ref() != fmt.Sprint("standard@", version) {
			t.Errorf("version %d: %+v", version, got)
		}
	}
	if got := into[setup.Policy](b.call("sales", "GET "+place+"/versions/1", nil)); !reflect.DeepEqual(got, first) {
		t.Errorf("the first version says %+v, at first %+v", got, first)
	}
	for _, none := range []string{"0", "6", "-1", "01", "+1", "1e0", "x", "١", "4294967297", "standard"} {
		b.call("sales", "GET "+place+"/versions/"+none, nil).want(http.StatusNotFound)
	}
	b.call("sales", "GET /policies/nowhere/versions/1", nil).want(http.StatusNotFound)
	b.call("sales", "GET /policies/nowhere/versions", nil).want(http.StatusNotFound)
	var read []int64
	for cursor := ""; ; {
		page := into[table.Page[setup.Policy]](b.call("sales", "GET "+place+"/versions?limit=2"+cursor,
			nil).want(http.StatusOK))
		for _, p := range page.Items {
			read = append(read, p.Version)
		}
		if page.Next == nil {
			break
		}
		// another's cursor
		b.call("manager", "GET "+place+"/versions?limit=2&cursor="+*page.Next, nil).want(http.StatusBadRequest)
		cursor = "&cursor=" + *page.Next
	}
	if fmt.Sprint(read) != "[5 4 3 2 1]" {
		t.Errorf("read %v", read)
	}
	events := slices.DeleteFunc(b.Events(t, "policy/standard"),
		func(e event.Event) bool { return e.Type != event.PolicyChanged })
	if len(events) != 4 || events[2].Data["from"] != "standard@3" || events[2].Data["to"] != "standard@4" ||
		events[2].Data["changed"] != "lead" ||
		!events[2].Pending || events[2].Seq != 4 || events[2].Record != "standard" {
		t.Errorf("%+v", events)
	}
}

// TestTwoWritersOfThePolicy: of many who change the same version at once, one does. None of them says what the
// policy says already: that would change nothing, and be answered with the policy as it stands.
func TestTwoWritersOfThePolicy(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.Crowd(t)
	doors := []http.Handler{b.door(), b.door()}
	statuses := make([]int, 8)
	var all sync.WaitGroup
	for i := range statuses {
		mine := &bench{Bench: b.Bench, t: t, handler: doors[i%2]}
		all.Go(func() {
			statuses[i] = mine.patchSetup("owner", "/policies/standard", 1, fields{"lead": fields{"max_owners": i + 11}}).Code
		})
	}
	all.Wait()
	won := 0
	for i, status := range statuses {
		if status == http.StatusOK {
			won = i + 11
		} else if status != http.StatusConflict && status != http.StatusPreconditionFailed {
			t.Errorf("%d", status)
		}
	}
	got := into[setup.Policy](b.call("owner", "GET /policies/standard", nil))
	if got.Version != 2 || got.Lead.MaxOwners != won || len(b.Events(t, "policy/standard")) != 1 {
		t.Errorf("%v left %+v", statuses, got)
	}
}

func TestPoliciesThatCannotBe(t *testing.T) {
	t.Parallel()
	b := start(t)
	rung := func(change fields) fields {
		r := fields{"state": "assigned", "name": "half", "do": "remind", "percent": 50, "plus_s": 0}
		for name, value := range change {
			r[name] = value
		}
		return fields{"lead": fields{"ladder": []fields{r}}}
	}
	cadence := func(change fields) fields {
		rule := fields{"relationship": "key-account", "touch_days": 35}
		for name, value := range change {
			rule[name] = value
		}
		return fields{"life": fields{"cadence": []fields{rule}}}
	}
	before := b.State()
	for _, c := range []struct {
		patch   fields
		pointer string
	}{
		{fields{"lead": fields{"first_contact_s": 0}}, "/lead/first_contact_s"},
		{fields{"lead": fields{"pool_s": -1}}, "/lead/pool_s"},
		{fields{"lead": fields{"next_step_s": 1 << 31}}, "/lead/next_step_s"},
		{fields{"lead": fields{"max_owners": 101}}, "/lead/max_owners"},
		{fields{"lead": fields{"claims_per_day": "١٢"}}, "/lead/claims_per_day"},
		{fields{"lead": fields{"pool_s": 10_000_000}}, "/lead"},
		{fields{"lead": fields{"pool_s": 1.5}}, "/lead/pool_s"}, {fields{"lead": nil}, "/lead"},
		{fields{"lead": fields{"Pool_s": 5}}, "/lead/Pool_s"},
		{rung(fields{"state": "asleep"}), "/lead/ladder/0/state"}, {rung(fields{"do": "shout"}), "/lead/ladder/0/do"},
		{rung(fields{"name": "Half time"}), "/lead/ladder/0/name"},
		{rung(fields{"percent": -1}), "/lead/ladder/0/percent"}, {rung(fields{"plus_s": -1}), "/lead/ladder/0/plus_s"},
		{rung(fields{"extra": 1}), "/lead/ladder/0/extra"},
		{fields{"sms": fields{"countries": []string{"China"}}}, "/sms/countries/0"},
		{fields{"sms": fields{"countries": []string{"CN", "AQ"}}}, "/sms/countries/1"},
		{cadence(fields{"relationship": "gold"}), "/life/cadence/0/relationship"},
		{cadence(fields{"relationship": nil}), "/life/cadence/0"},
		{cadence(fields{"category": "nowhere"}), "/life/cadence/0/category"},
		{cadence(fields{"touch_days": 0}), "/life/cadence/0/touch_days"},
		{cadence(fields{"review_days": 3651}), "/life/cadence/0/review_days"},
		{cadence(fields{"often": true}), "/life/cadence/0/often"},
		{fields{"version": 7}, "/version"}, {fields{"id": "other"}, "/id"},
		{says("signature", "好", ""), "/texts/signature/en"}, {says("signature", "好", nil), "/texts/signature/en"},
		{says("lead_acknowledge", "好", "x\x00"), "/texts/lead_acknowledge/en"},
		{says("hold_ask", "\u202e好", "x"), "/texts/hold_ask/zh"},
		{says("complaint_evidence", strings.Repeat("\n", 6)+"好", "x\n1\n2\n3\n4\n5\n6"), "/texts/complaint_evidence/en"},
		{says("complaint_acknowledge", strings.Repeat("好", 501), "x"), "/texts/complaint_acknowledge/zh"},
		{says("greeting", "好", "x"), "/texts/greeting"},
		{fields{"quiet": fields{"from": "25:00", "to": "08:00"}}, "/quiet/from"},
		{fields{"quiet": fields{"from": "21:00", "to": "8 am"}}, "/quiet/to"},
		{fields{"quiet": fields{"from": "２１:00", "to": "08:00"}}, "/quiet/from"},
		{fields{"quiet": fields{"until": "08:00"}}, "/quiet/until"},
		{fields{"retention": fields{"complaints_days": 1094}}, "/retention/complaints_days"},
		{fields{"retention": fields{"files_days": 731}}, "/retention/files_days"},
		{fields{"retention": fields{"tasks_days": "365"}}, "/retention/tasks_days"},
		{fields{"texts": "x"}, "/texts"}, {fields{"texts": fields{"signature": "x"}}, "/texts/signature"},
	} {
		w := b.patchSetup("owner", "/policies/standard", 1, c.patch)
		p := into[httpapi.Problem](w)
		if w.Code != http.StatusUnprocessableEntity && w.Code != http.StatusBadRequest || len(p.Errors) == 0 ||
			p.Errors[0].Pointer != c.pointer {
			t.Errorf("%v: %d %+v", c.patch, w.Code, p.Errors)
		}
	}
	taken := strict()
	taken["id"] = "standard"
	p := into[httpapi.Problem](b.call("owner", "POST /policies", taken).want(http.StatusUnprocessableEntity))
	if len(p.Errors) != 1 || p.Errors[0].Pointer != "/id" {
		t.Errorf("%+v", p.Errors)
	}
	if b.State() != before {
		t.Error("a refused change changed the tables")
	}
}

// says is a patch of one of the texts.
func says(slot string, zh, en any) fields {
	return fields{"texts": fields{slot: fields{"zh": zh, "en": en}}}
}

// TestTextsOfAPolicy: an owner says, mends and takes away the shop's own words; each time it is a version, and what
// a version said can be read.
func TestTextsOfAPolicy(t *testing.T) {
	t.Parallel()
	b := start(t)
	const place = "/policies/standard"
	hours := setup.PolicyText{Zh: "澜印印刷\n周一至周六 <08:30–18:00>", En: "Lanyin Print\n{{link}} & more"}
	said := func(version int64, patch fields) setup.PolicyTexts {
		t.Helper()
		return into[setup.Policy](b.patchSetup("owner", place, version, patch).want(http.StatusOK)).Texts
	}
	if got := said(1, says("signature", hours.Zh+" \n", "\n"+hours.En)); *got.Signature != hours ||
		got.LeadAcknowledge != nil {
		t.Errorf("%+v", got)
	}
	if got := said(2, says("lead_acknowledge", "一天内报价。", "Quotes within a day.")); *got.Signature != hours ||
		got.LeadAcknowledge.En != "Quotes within a day." {
		t.Errorf("a slot more: %+v", got)
	}
	if got := said(3, fields{"texts": fields{"signature": fields{"en": "Lanyin"}}}); *got.Signature != (setup.PolicyText{Zh: hours.Zh, En: "Lanyin"}) {
		t.Errorf("one language mended: %+v", got.Signature)
	}
	if got := said(4, fields{"texts": fields{"signature": nil}}); got.Signature != nil || got.LeadAcknowledge == nil {
		t.Errorf("a slot less: %+v", got)
	}
	if got := said(5, fields{"texts": nil}); got != (setup.PolicyTexts{}) {
		t.Errorf("none: %+v", got)
	}
	if got := into[setup.Policy](b.call("sales", "GET "+place+"/versions/4",
		nil).want(http.StatusOK)); got.Texts.Signature.En != "Lanyin" {
		t.Errorf("the version said %+v", got.Texts)
	}
	events := b.Events(t, "policy/standard")
	for _, e := range events {
		if e.Type != event.PolicyChanged || e.Data["changed"] != "texts" || e.Pending || e.Wakes {
			t.Errorf("%+v", e)
		}
	}
	if len(events) != 5 {
		t.Errorf("%d events", len(events))
	}
}

// TestQuietHoursAndRetentionOfAPolicy: an owner changes how long records stay and when nobody is woken. Both hold from
// the next message and the next night on, so no process is planned anew.
func TestQuietHoursAndRetentionOfAPolicy(t *testing.T) {
	t.Parallel()
	b := start(t)
	const place = "/policies/standard"
	got := into[setup.Policy](b.patchSetup("owner", place, 1, fields{"quiet": fields{"from": "22:30", "to": "07:00"}}).
		want(http.StatusOK))
	if got.Quiet.From != "22:30" || got.Quiet.To != "07:00" || got.Version != 2 {
		t.Errorf("%+v", got.Quiet)
	}
	got = into[setup.Policy](b.patchSetup("owner", place, 2, fields{"retention": fields{"tasks_days": 400}}).
		want(http.StatusOK))
	if got.Retention.OrStandard().Tasks != 400 || got.Quiet.From != "22:30" ||
		got.Retention.OrStandard().Leads != retention.StandardPolicy().Leads {
		t.Errorf("%+v", got.Retention)
	}
	var changed []string
	for _, e := range b.Events(t, "policy/standard") {
		if changed = append(changed, e.Data["changed"]); e.Wakes {
			t.Errorf("%+v wakes a process", e)
		}
	}
	if fmt.Sprint(changed) != "[quiet retention]" {
		t.Errorf("%v", changed)
	}
}

// TestASourceOfTheShopsOwn: an owner adds a source to the list. Leads, customers and forms may have it from then on.
// What has a source that left the list keeps it.
func TestASourceOfTheShopsOwn(t *testing.T) {
	t.Parallel()
	b := start(t)
	entered, made, asked := b.walkIn(), newCompany(), leaflets()
	for route, body := range map[string]fields{"POST /leads": entered, "POST /customers": made, "POST /forms": asked} {
		body["source"] = "douyin"
		by := "manager"
		if route == "POST /forms" {
			by = "marketing"
		}
		before := b.State()
		p := into[httpapi.Problem](b.call(by, route, body).want(http.StatusUnprocessableEntity))
		if len(p.Errors) != 1 || p.Errors[0].Pointer != "/source" || b.State() != before {
			t.Errorf("%s: %+v", route, p)
		}
	}
	list := func(ids ...string) fields {
		var out []fields
		for _, id := range ids {
			out = append(out, fields{"id": id, "name": fields{"zh": "来源", "en": "Source"}, "forms": true, "desk": true})
		}
		return fields{"sources": out}
	}
	b.patchSetup("owner", "/policies/standard", 1, list("douyin", "douyin")).want(http.StatusUnprocessableEntity)
	b.patchSetup("owner", "/policies/standard", 1, list("douyin")).want(http.StatusOK)
	if got := b.Events(t, "policy/standard"); len(got) != 1 || got[0].Data["changed"] != "sources" || got[0].Wakes {
		t.Errorf("%+v", got)
	}
	b.call("manager", "POST /leads", entered).want(http.StatusCreated)
	customer := b.call("manager", "POST /customers", made).want(http.StatusCreated).Header().Get("Location")
	place := b.call("marketing", "POST /forms", asked).want(http.StatusCreated).Header().Get("Location")
	b.call("manager", "POST /leads", b.walkIn()).want(http.StatusUnprocessableEntity) // walk-in has left the list
	b.patchSetup("owner", "/policies/standard", 2, list("kuaishou")).want(http.StatusOK)
	b.patient("manager", "PATCH "+customer, fields{"name": "长城印务"}, patching(1)...).want(http.StatusOK)
	b.patient("manager", "PATCH "+customer, fields{"source": "walk-in"},
		patching(2)...).want(http.StatusUnprocessableEntity)
	b.patchSetup("marketing", place, 1, fields{"region": "DE"}).want(http.StatusOK)
	b.patchSetup("marketing", place, 2, fields{"source": "walk-in"}).want(http.StatusUnprocessableEntity)
}

// TestPolicyDetailsSayAllOfAPolicy: what a policy says and its details do not would be lost with the first change.
func TestPolicyDetailsSayAllOfAPolicy(t *testing.T) {
	t.Parallel()
	names := func(of reflect.Type) string {
		var out []string
		for i := range of.NumField() {
			if name, _, _ := strings.Cut(of.Field(i).Tag.Get("json"),
				","); !slices.Contains([]string{"id", "version", "created_at", "updated_at"}, name) {
				out = append(out, name)
			}
		}
		return fmt.Sprint(out)
	}
	if policy, details := names(reflect.TypeFor[setup.Policy]()),
		names(reflect.TypeFor[backoffice.PolicyDetails]()); policy != details {
		t.Errorf("a policy says %s, its details %s", policy, details)
	}
}
