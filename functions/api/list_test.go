package api_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/functions/api"
	"afterpress/infra/local/seed"
	"afterpress/shared/app"
	"afterpress/shared/app/backoffice"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/store/history"
	"afterpress/shared/store/table"
)

type page struct {
	Items []fields `json:"items"`
	Next  *string  `json:"next"`
}

// ids reads a list to its end, page by page.
func (b *bench) ids(who, path, key string, limit int) []string {
	b.t.Helper()
	var out []string
	mark, cursor := "?", ""
	if strings.Contains(path, "?") {
		mark = "&"
	}
	for {
		p := into[page](b.call(who, fmt.Sprintf("GET %s%slimit=%d%s", path, mark, limit, cursor), nil).want(http.StatusOK))
		for _, item := range p.Items {
			out = append(out, item[key].(string))
		}
		if p.Next == nil {
			return out
		}
		if len(p.Items) != limit {
			b.t.Errorf("%s: a page of %d before the last", path, len(p.Items))
		}
		cursor = "&cursor=" + url.QueryEscape(*p.Next)
	}
}

func TestEveryListIsReadOncePageByPage(t *testing.T) {
	t.Parallel()
	b := start(t)
	sales := b.staff("sales")
	var mine, submissions []string
	for range 7 {
		mine = append(mine, b.lead(lead.StateAssigned, sales).ID)
		submissions = append(submissions, submission(b, sales))
	}
	last := b.lead(lead.StateLost, sales)
	for _, c := range []struct {
		who, path, key string
		want           []string
	}{
		{"manager", "/leads", "id", mine},
		{"sales", "/leads?owner=me", "id", mine},
		{"manager", "/leads?owner=" + sales.ID + "&branch=shanghai", "id", mine},
		{"owner", "/leads?state=assigned", "id", mine},
		{"sales", "/desk", "id", mine},
		{"owner", "/submissions", "id", submissions},
		{"sales-hangzhou", "/leads", "id", nil},
		{"manager-hangzhou", "/submissions", "id", nil},
		{"sales-2", "/desk", "id", nil},
		{"sales", "/leads?state=lost", "id", []string{last.ID}},
		{"sales", "/leads?state=lost&month=2026-11", "id", []string{last.ID}},
		{"sales", "/leads?state=lost&month=2026-10", "id", nil},
		{"sales", "/customers/" + last.Customer + "/timeline", "kind",
			[]string{"lead.captured", "lead.assigned", "lead.lost"}},
	} {
		for _, limit := range []int{1, 3, 7, 100} {
			got := b.ids(c.who, c.path, c.key, limit)
			if c.key == "kind" {
				slices.Reverse(got)
			} else {
				slices.Sort(got)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%s %s by %d: %v, want %v", c.who, c.path, limit, got, c.want)
			}
		}
	}
}

func TestListsBeginWithWhatIsMostUrgent(t *testing.T) {
	t.Parallel()
	b := start(t)
	sales := b.staff("sales")
	var want []string
	for range 3 {
		want = append(want, b.lead(lead.StateAssigned, sales).ID)
		b.Clock.Advance(time.Minute)
	}
	for _, path := range []string{"/leads", "/desk"} {
		if got := b.ids("sales", path, "id", 2); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", path, got, want)
		}
	}
}

// TestACursorOpensOnlyItsOwnList offers a cursor to other lists, to other people, changed, and a day later.
func TestACursorOpensOnlyItsOwnList(t *testing.T) {
	t.Parallel()
	b := start(t)
	sales := b.staff("sales")
	var l lead.Lead
	for range 3 {
		l = b.lead(lead.StateAssigned, sales)
	}
	cursors := map[string]string{}
	lists := []string{"/leads", "/leads?state=assigned", "/leads?owner=me", "/leads?owner=me&state=assigned", "/desk",
		"/customers/" + l.Customer + "/timeline"}
	at := func(path, cursor string) string {
		mark := "?"
		if strings.Contains(path, "?") {
			mark = "&"
		}
		return "GET " + path + mark + "limit=1" + cursor
	}
	for _, path := range lists {
		p := into[page](b.call("sales", at(path, ""), nil).want(http.StatusOK))
		if p.Next == nil {
			t.Fatalf("%s has one page", path)
		}
		cursors[path] = "&cursor=" + url.QueryEscape(*p.Next)
	}
	for _, path := range lists {
		for from, cursor := range cursors {
			status := http.StatusBadRequest
			if from == path {
				status = http.StatusOK
			}
			b.call("sales", at(path, cursor), nil).want(status)
		}
		b.call("manager", at(path, cursors[path]), nil).want(http.StatusBadRequest)
		for i := len("&cursor="); i < len(cursors[path]); i += 7 {
			changed := []byte(cursors[path])
			changed[i] ^= 1
			if c := changed[i]; c != '-' && c != '_' && !strings.ContainsRune("0123456789", rune(c)) &&
				(c|32 < 'a' || c|32 > 'z') {
				continue // no letter of a cursor
			}
			b.call("sales", at(path, string(changed)), nil).want(http.StatusBadRequest)
		}
		b.call("sales", at(path, "&cursor=e30"), nil).want(http.StatusBadRequest)
	}
	b.Clock.Advance(25 * time.Hour)
	b.call("sales", at(lists[0], cursors[lists[0]]), nil).want(http.StatusBadRequest)
}

func TestTheTimelineSpeaksTheReadersLanguage(t *testing.T) {
	t.Parallel()
	b := start(t)
	sales := b.staff("sales")
	m, err := b.Message(t.Context(), doubtful(b, sales))
	if err != nil {
		t.Fatal(err)
	}
	b.call("sales", "POST /messages/"+m.ID+"/settle", fields{"outcome": "failed"}).want(http.StatusOK)
	for lang, want := range map[string][]string{
		"zh": {"收到询价", "线索已分配", "一条消息是否送达不明", "消息被对方服务器拒收", "已确认消息结果"},
		"en": {"Enquiry received", "Lead assigned", "A message may or may not have been sent",
			"Message refused by the receiving server", "The outcome of a message was confirmed"},
	} {
		p := into[table.Page[history.TimelineEntry]](b.call("service", "GET /customers/"+m.Customer+"/timeline", nil,
			"Accept-Language", lang).want(http.StatusOK))
		var got []string
		for _, e := range p.Items {
			got = append(got, e.Text)
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v", lang, got)
		}
	}
}

func TestASettledMessageLeavesTheDesk(t *testing.T) {
	t.Parallel()
	b := start(t)
	id := doubtful(b, b.staff("sales"))
	on := func() bool { return slices.Contains(b.ids("sales", "/desk", "id", 25), id) }
	if !on() {
		t.Fatal("a doubtful message is on its owner's desk")
	}
	settled := into[message.Message](b.call("service", "POST /messages/"+id+"/settle",
		fields{"outcome": "sent"}).want(http.StatusOK))
	if settled.State != message.StateSent || on() {
		t.Errorf("settled %+v", settled)
	}
	b.call("service", "POST /messages/"+id+"/settle", fields{"outcome": "failed"}).want(http.StatusConflict)
}

func TestMe(t *testing.T) {
	t.Parallel()
	b := start(t)
	me := into[backoffice.Me](b.call("finance", "GET /me", nil).want(http.StatusOK))
	if me.ID != b.staff("finance").ID || me.Name != "许文" || fmt.Sprint(me.Branches, me.Roles) != "[shanghai] [finance]" {
		t.Errorf("%+v", me.Staff)
	}
	if fmt.Sprint(me.Actions) != "[branch.read calendar.explain calendar.read category.read complaint.approve complaint.carry-out complaint.comment complaint.complete complaint.read complaint.reject contact.read customer.read defect.read desk.read me.end-sessions me.read policy.read preference.read report.read staff.read task.change task.open task.read touch.record]" {
		t.Errorf("may do %v", me.Actions)
	}
}

func TestADeadlineIsExplained(t *testing.T) {
	t.Parallel()
	b := start(t)
	body := fields{"start": "2026-11-27T17:50:00+08:00", "working_minutes": 30}
	for lang, want := range map[string]string{
		"zh": "从2026年11月27日（周五）17:50起，需要工作时间 30 分钟",
		"en": "From Fri 27 Nov 2026 17:50: 30 min of working time",
	} {
		got := into[calendar.Explanation](b.call("production", "POST /calendars/"+seed.Shanghai+"/explain", body,
			"Accept-Language", lang).want(http.StatusOK))
		if !got.Due.Equal(time.Date(2026, 11, 28, 1, 20, 0, 0, time.UTC)) || got.Steps[0] != want {
			t.Errorf("%+v", got)
		}
	}
	b.call("production", "POST /calendars/nowhere/explain", body).want(http.StatusNotFound)
}

func TestTheLogTellsWhoReadHowManyAndWhom(t *testing.T) {
	t.Parallel()
	b := start(t)
	mine := b.lead(lead.StateAssigned, b.staff("sales"))
	var log bytes.Buffer
	b.handler = (&api.Server{Log: slog.New(slog.NewJSONHandler(&log, nil)), Version: "test",
		Office: app.Office{Store: b.OpenAs(t, "api"), Now: b.Clock.Now}}).Door().Handler()
	for path, want := range map[string]string{"/leads": `"hits":1`, "/leads/" + mine.ID: `"record":"` + mine.ID + `"`} {
		log.Reset()
		b.call("sales", "GET "+path, nil).want(http.StatusOK)
		if line := log.String(); !strings.Contains(line, want) ||
			!strings.Contains(line, `"actor":"`+b.staff("sales").ID+`"`) {
			t.Errorf("GET %s wrote %s, without %s", path, line, want)
		}
	}
}
