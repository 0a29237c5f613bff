package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/staff"
)

var calendarTrials = map[string]trial{
	"GET /calendars":      {},
	"POST /calendars":     {body: mornings},
	"GET /calendars/{id}": {record: shanghaiHours, ownerless: true, customerless: true, elsewhere: http.StatusOK},
	"PATCH /calendars/{id}": {record: shanghaiHours, ownerless: true, customerless: true,
		body: fields{"zone": "Asia/Taipei"}, header: patching(1), elsewhere: http.StatusForbidden},
	"POST /calendars/{id}/official-year": {record: shanghaiHours, ownerless: true, customerless: true,
		body: fields{"year": 2027}, elsewhere: http.StatusForbidden},
	"POST /calendars/{id}/explain": {record: func(*bench, staff.Staff) string { return seed.Shanghai }, ownerless: true,
		customerless: true,
		body:         fields{"start": "2026-11-24T10:00:00+08:00", "working_minutes": 30}, elsewhere: http.StatusOK},
}

// mornings is a calendar under an id of its own each time it is asked for.
func mornings() fields {
	day := []fields{{"from": "08:00", "to": "12:00"}}
	return fields{"id": fmt.Sprint("mornings-", another()), "name": fields{"zh": "上午", "en": "Mornings"},
		"zone": "Asia/Shanghai", "week": fields{"mon": day, "fri": day}}
}

// shanghaiHours makes a calendar that somebody in Shanghai works by.
func shanghaiHours(b *bench, _ staff.Staff) string {
	in := mornings()
	b.call("owner", "POST /calendars", in).want(http.StatusCreated)
	id := in["id"].(string)
	b.hire(staff.Staff{Roles: []staff.Role{staff.Production}, Branches: []string{seed.Shanghai}, Calendar: id})
	return id
}

func TestACalendarGetsNextYearsHolidays(t *testing.T) {
	t.Parallel()
	b := start(t)
	in := mornings()
	w := b.call("manager", "POST /calendars", in).want(http.StatusCreated)
	place := w.Header().Get("Location")
	if place != fmt.Sprint("/calendars/", in["id"]) || w.Header().Get("ETag") != quoted(1) {
		t.Fatalf("%v", w.Header())
	}
	b.call("manager", "POST /calendars", in).want(http.StatusUnprocessableEntity) // the id is taken
	due := func() string {
		explained := into[calendar.Explanation](b.call("manager", "POST "+place+"/explain",
			fields{"start": "2027-02-05T08:00:00+08:00", "working_minutes": 60},
			"If-Match", "no version, and not read").want(http.StatusOK))
		return explained.Due.UTC().Format(time.RFC3339)
	}
	if got := due(); got != "2027-02-05T01:00:00Z" {
		t.Errorf("due %s", got)
	}
	year := fields{"holidays": []fields{{"from": "2027-02-05", "to": "2027-02-11",
		"name": fields{"zh": "春节", "en": "Spring Festival"}}},
		"makeup_days": []fields{{"date": "2027-02-13", "as": "fri"}}, "week": fields{"mon": nil}}
	got := into[calendar.Calendar](b.patchSetup("manager", place, 1, year).want(http.StatusOK))
	if got.Version != 2 || len(got.Week) != 1 || got.Zone != "Asia/Shanghai" || len(got.Holidays) != 1 {
		t.Errorf("%+v", got)
	}
	if got := due(); got != "2027-02-12T01:00:00Z" {
		t.Errorf("due %s", got)
	}
	b.patchSetup("manager", place, 1, year).want(http.StatusPreconditionFailed)
	b.call("manager", "PATCH "+place, year, "Content-Type", mergePatch).want(http.StatusPreconditionRequired)
	events := b.Events(t, fmt.Sprint("calendar/", in["id"]))
	if len(events) != 2 || events[1].Type != event.CalendarChanged || !events[1].Pending ||
		events[1].Data["changed"] != "holidays makeup_days week" || events[1].Seq != 2 {
		t.Errorf("%+v", events)
	}
}

// TestACalendarOfOthersIsTheirs: a change moves the deadlines of all who work by it, so a manager changes what no
// other branch works by.
func TestACalendarOfOthersIsTheirs(t *testing.T) {
	t.Parallel()
	b := start(t)
	zone := fields{"zone": "Asia/Taipei"}
	b.patchSetup("manager", "/calendars/"+seed.Hangzhou, 1, zone).want(http.StatusForbidden)
	b.patchSetup("manager-hangzhou", "/calendars/"+seed.Hangzhou, 1, zone).want(http.StatusOK)
	b.patchSetup("owner", "/branches/"+seed.Hangzhou, 1, fields{"calendar": seed.Shanghai}).want(http.StatusOK)
	b.patchSetup("manager", "/calendars/"+seed.Shanghai, 1, zone).want(http.StatusForbidden)
	b.patchSetup("owner", "/calendars/"+seed.Shanghai, 1, zone).want(http.StatusOK)
	b.patchSetup("manager", "/calendars/"+seed.Hangzhou, 2, zone).want(http.StatusOK) // nobody works by it any more
}

func TestCalendarsThatCannotBe(t *testing.T) {
	t.Parallel()
	b := start(t)
	window := func(from, to string) []fields { return []fields{{"from": from, "to": to}} }
	festival := fields{"zh": "假", "en": "Off"}
	before := b.State()
	for _, c := range []struct {
		patch   fields
		pointer string
	}{
		{fields{"zone": "Local"}, "/zone"}, {fields{"zone": "../../etc/passwd"}, "/zone"}, {fields{"zone": nil}, "/zone"},
		{fields{"week": nil}, "/week"},
		{fields{"week": fields{"mon": window("8:30", "12:00")}}, "/week/mon/0/from"},
		{fields{"week": fields{"mon": window("08:30", "12:00x")}}, "/week/mon/0/to"},
		{fields{"week": fields{"mon": window("12:00", "08:30")}}, "/week/mon/0/to"},
		{fields{"week": fields{"Mon": window("08:00", "12:00")}}, "/week/Mon"},
		{fields{"week": fields{"mon": append(window("08:00", "12:00"), window("11:00", "13:00")...)}}, "/week/mon/1/from"},
		{fields{"week": fields{"mon": nil, "tue": nil, "wed": nil, "thu": nil, "fri": nil, "sat": window("08:00", "08:01")},
			"makeup_days": nil}, "/week"},
		{fields{"holidays": []fields{{"from": "2027-02-30", "to": "2027-03-01", "name": festival}}}, "/holidays/0/from"},
		{fields{"holidays": []fields{{"from": "2027-03-02", "to": "2027-03-01", "name": festival}}}, "/holidays/0/to"},
		{fields{"holidays": []fields{{"from": "2027-03-01", "to": "2027-03-01"}}}, "/holidays/0/name"},
		{fields{"makeup_days": []fields{{"date": "2026-10-10", "as": "sun"}}}, "/makeup_days/0/as"},
		{fields{"makeup_days": []fields{{"date": "2026-10-03", "as": "fri"}}}, "/makeup_days/0/date"},
		{fields{"Zone": "UTC"}, "/Zone"}, {fields{"version": 4}, "/version"},
	} {
		w := b.patchSetup("owner", "/calendars/"+seed.Shanghai, 1, c.patch)
		p := into[httpapi.Problem](w)
		if w.Code != http.StatusUnprocessableEntity && w.Code != http.StatusBadRequest || len(p.Errors) == 0 ||
			p.Errors[0].Pointer != c.pointer {
			t.Errorf("%v: %d %+v", c.patch, w.Code, p.Errors)
		}
	}
	b.patchSetup("owner", "/calendars/nowhere", 1, fields{"zone": "UTC"}).want(http.StatusNotFound)
	if b.State() != before {
		t.Error("a refused change changed the tables")
	}
}

// TestOneHolidayMoreDropsNoOther sends one holiday as a merge patch, which replaces the list, then as a JSON patch,
// which adds to it.
func TestOneHolidayMoreDropsNoOther(t *testing.T) {
	t.Parallel()
	b := start(t)
	in := mornings()
	place := b.call("manager", "POST /calendars", in).want(http.StatusCreated).Header().Get("Location")
	taken := into[calendar.Calendar](b.call("manager", "POST "+place+"/official-year",
		fields{"year": 2027}).want(http.StatusOK))
	list, _ := calendar.Official("CN", 2027)
	if len(taken.Holidays) != len(list.Holidays) || len(taken.MakeupDays) != len(list.Workdays) || taken.Version != 2 {
		t.Errorf("%+v", taken)
	}
	again := into[calendar.Calendar](b.call("manager", "POST "+place+"/official-year",
		fields{"year": 2027}).want(http.StatusOK))
	if again.Version != 2 {
		t.Errorf("the same list made version %d", again.Version)
	}
	own := fields{"from": "2027-12-24", "to": "2027-12-26", "name": fields{"zh": "盘点", "en": "Stock-taking"}}
	refused := b.patchSetup("manager", place, 2, fields{"holidays": []fields{own}}).want(http.StatusUnprocessableEntity)
	if said := refused.Body.String(); !strings.Contains(said, "/holidays") || !strings.Contains(said, "2027-02-05–") {
		t.Errorf("%s", said)
	}
	b.call("manager", "PATCH "+place, []fields{{"op": "add", "path": "/holidays/-", "value": own}},
		"Content-Type", "application/json-patch+json", "If-Match", quoted(2)).want(http.StatusOK)
	got := into[calendar.Calendar](b.call("manager", "GET "+place, nil).want(http.StatusOK))
	if len(got.Holidays) != len(list.Holidays)+1 || got.Version != 3 {
		t.Errorf("%+v", got)
	}
	last := fmt.Sprint("/holidays/", len(list.Holidays))
	dropping := []fields{{"op": "test", "path": last + "/from", "value": "2027-12-24"}, {"op": "remove", "path": last}}
	b.call("manager", "PATCH "+place, dropping, "Content-Type", "application/json-patch+json",
		"If-Match", quoted(3)).want(http.StatusUnprocessableEntity)
	b.call("manager", "PATCH "+place, append(dropping, fields{"op": "add", "path": "/drop_days", "value": true}),
		"Content-Type", "application/json-patch+json", "If-Match", quoted(3)).want(http.StatusOK)
	got = into[calendar.Calendar](b.call("manager", "GET "+place, nil).want(http.StatusOK))
	if len(got.Holidays) != len(list.Holidays) || len(got.MakeupDays) != len(list.Workdays) {
		t.Errorf("%+v", got)
	}
	for _, faulty := range []fields{{"year": 2050}, {}, {"year": 2027, "as": "sun"}, {"year": 2027, "country": "FR"},
		{"year": 2027, "as": "someday"}} {
		b.call("manager", "POST "+place+"/official-year", faulty).want(http.StatusUnprocessableEntity)
	}
	if events := b.Events(t, fmt.Sprint("calendar/", in["id"])); len(events) != 4 {
		t.Errorf("%+v", events)
	}
}
