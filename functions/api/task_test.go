package api_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/app/worklist"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/task"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store/table"
)

var taskTrials = map[string]trial{
	"GET /tasks":               {},
	"POST /tasks":              {body: fields{"title": "寄纸样", "owner": seed.StaffID(1)}},
	"GET /tasks/load":          {},
	"GET /tasks/{id}":          {record: taskIn(task.StateOpen)},
	"GET /tasks/{id}/comments": {record: taskIn(task.StateOpen)},
	"PATCH /tasks/{id}": {record: taskIn(task.StateOpen), whose: itsOwners, body: fields{"title": "寄样书"},
		header: []string{"If-Match", quoted(1), "Content-Type", "application/merge-patch+json"}},
	"POST /tasks/{id}/hand-on": {record: taskIn(task.StateOpen), whose: itsOwners,
		body: fields{"owner": seed.StaffID(5), "reason": "出差"}},
	"POST /tasks/{id}/comment": {record: taskIn(task.StateOpen),
		body: fields{"text": "请看", "mentions": []string{seed.StaffID(5)}}},
	"POST /tasks/{id}/check": {record: taskIn(task.StateOpen), whose: itsOwners,
		body: fields{"item": 1, "done": true}},
	"POST /tasks/{id}/complete": {record: taskIn(task.StateOpen), whose: itsOwners, body: fields{"force": true}},
	"POST /tasks/{id}/cancel":   {record: taskIn(task.StateOpen), whose: itsManagers, body: fields{"reason": "客户取消"}},
	"POST /tasks/{id}/reopen":   {record: taskIn(task.StateClosed), whose: itsOwners, body: fields{"reason": "没收到"}},
}

// taskIn makes a task of the caller, who then owns it; where nobody of Shanghai asks, a sales person's. taskIn makes a
// task that a colleague gave its owner, about a customer of the branch.
func taskIn(state string) func(*bench, staff.Staff) string {
	return func(b *bench, owner staff.Staff) string {
		return b.taskAbout(complainant(b, b.staff("sales")), state, b.staff("sales-2"), formerly(owner, staff.Sales)).ID
	}
}

// task opens a task and brings it into a state.
func (b *bench) task(state string, creator, owner staff.Staff) task.Task {
	b.t.Helper()
	return b.taskAbout("", state, creator, owner)
}

func (b *bench) taskAbout(customer, state string, creator, owner staff.Staff) task.Task {
	b.t.Helper()
	terms, err := b.Shop.Terms(seed.Shanghai)
	if err != nil {
		b.t.Fatal(err)
	}
	tsk, e, err := task.New(staff.ActorOf(creator),
		task.Draft{ID: b.NewTaskID(), Customer: customer, Title: "寄纸样", Checklist: []string{"选纸"}}, owner, terms.Task(),
		b.Clock.Now())
	if err == nil {
		tsk, err = b.OpenTask(b.t.Context(), tsk, e)
	}
	if err == nil && state == task.StateClosed {
		tsk, err = b.ChangeTask(b.t.Context(), tsk.ID, func(t task.Task) (task.Task, event.Event, error) {
			return t.Complete(staff.ActorOf(owner), true, b.Clock.Now())
		})
	}
	if err != nil {
		b.t.Fatal(err)
	}
	return tsk
}

// One task from hand to hand, as the people who have to do with it see it.
func TestATaskGoesFromHandToHand(t *testing.T) {
	t.Parallel()
	b := start(t)
	l := b.lead(lead.StateAssigned, b.staff("sales"))
	created := b.call("sales", "POST /tasks",
		fields{"title": "寄纸样", "about": l.ID, "owner": seed.StaffID(4),
			"checklist": []string{"选纸", "打包"}}).want(http.StatusCreated)
	tsk := into[worklist.Task](created)
	if tsk.Customer != l.Customer || tsk.Creator != seed.StaffID(3) || tsk.Owner != seed.StaffID(4) || !tsk.ByPolicy ||
		tsk.Due.IsZero() ||
		created.Header().Get("Location") != "/tasks/"+tsk.ID || created.Header().Get("ETag") != quoted(1) {
		t.Fatalf("%+v %v", tsk, created.Header())
	}
	path := "/tasks/" + tsk.ID
	b.call("sales-2", "POST "+path+"/comment",
		fields{"text": "用哪种纸？", "mentions": []string{seed.StaffID(8)}}).want(http.StatusOK)
	b.call("production", "POST "+path+"/comment", fields{"text": "铜版纸"}).want(http.StatusOK)
	b.call("sales-2", "POST "+path+"/check", fields{"item": 1, "done": true}).want(http.StatusOK)
	b.call("sales-2", "POST "+path+"/hand-on", fields{"owner": seed.StaffID(6), "reason": "明天休假"}).want(http.StatusOK)
	b.call("sales-2", "POST "+path+"/complete", fields{"force": true}).want(http.StatusForbidden)

	refused := into[httpapi.Problem](b.call("service", "POST "+path+"/complete", fields{}, "Accept-Language",
		"en").want(http.StatusConflict))
	if len(refused.Errors) != 1 || refused.Errors[0].Pointer != "/checklist/1" || refused.State != task.StateOpen {
		t.Errorf("%+v", refused)
	}
	done := into[worklist.Task](b.call("service", "POST "+path+"/complete", fields{"force": true}).want(http.StatusOK))
	if done.State != task.StateClosed || !done.InTime || done.HandOns != 1 || done.Comments != 2 || done.Version != 6 {
		t.Errorf("%+v", done)
	}
	late := into[httpapi.Problem](b.call("service", "POST "+path+"/complete", fields{}).want(http.StatusConflict))
	if fmt.Sprint(late.Allowed) != "[task.reopen]" {
		t.Errorf("allowed %v", late.Allowed)
	}
	for who, watches := range map[string]bool{"sales": true, "sales-2": true, "production": true, "service": false} {
		if tsk.Watches(b.staff(who).ID) {
			continue
		}
		stored, err := b.Task(t.Context(), tsk.ID)
		if err != nil || stored.Watches(b.staff(who).ID) != watches {
			t.Errorf("%s watches: %v", who, !watches)
		}
	}
	b.call("sales", "POST "+path+"/reopen", fields{"reason": "客户没收到"}).want(http.StatusOK)
	for who, want := range map[string]int{"sales": 1, "sales-2": 1, "production": 1, "service": 0} {
		if got := b.ids(who, "/tasks?watching=true", "id", 10); len(got) != want {
			t.Errorf("%s watches %v", who, got)
		}
	}
	notes := into[table.Page[task.Note]](b.call("manager", "GET "+path+"/comments", nil).want(http.StatusOK))
	var kinds []string
	for _, n := range notes.Items {
		kinds = append(kinds, n.Kind)
	}
	if fmt.Sprint(kinds) != "[reopen hand-on comment comment]" || notes.Items[1].Text != "明天休假" ||
		notes.Items[1].To != seed.StaffID(6) {
		t.Errorf("%+v", notes.Items)
	}
}

// A colleague who was named keeps seeing the task from another branch; nobody else there does.
func TestATaskOfOnesOwnIsSeenFromElsewhere(t *testing.T) {
	t.Parallel()
	b := start(t)
	far := b.staff("sales-hangzhou")
	moved := far
	moved.Branches = []string{seed.Shanghai}
	tsk := b.task(task.StateOpen, b.staff("sales"), moved)
	b.call("sales-hangzhou", "GET /tasks/"+tsk.ID, nil).want(http.StatusOK)
	b.call("manager-hangzhou", "GET /tasks/"+tsk.ID, nil).want(http.StatusNotFound)
	if got := b.ids("sales-hangzhou", "/tasks?owner=me", "id", 5); !slices.Equal(got, []string{tsk.ID}) {
		t.Errorf("own tasks: %v", got)
	}
	if got := b.ids("manager-hangzhou", "/tasks?owner="+far.ID, "id", 5); len(got) != 0 {
		t.Errorf("another branch's task is listed: %v", got)
	}
	if got := b.ids("manager-hangzhou", "/desk?staff="+far.ID, "id", 5); len(got) != 0 {
		t.Errorf("another branch's task is on the desk that the manager sees: %v", got)
	}
}

func TestTasksThatAreRefused(t *testing.T) {
	t.Parallel()
	b := start(t)
	hidden := b.lead(lead.StateNew, b.staff("sales"))
	b.Clock.Advance(time.Second)
	other := b.lead(lead.StateNew, b.staff("sales"))
	tsk := b.task(task.StateOpen, b.staff("manager"), b.staff("sales"))
	path, later := "/tasks/"+tsk.ID, b.Clock.Now().Add(48*time.Hour).Format(time.RFC3339)
	patch := []string{"Content-Type", "application/merge-patch+json", "If-Match", quoted(1)}
	before := b.State()
	for _, c := range []struct {
		who, line string
		body      any
		header    []string
		status    int
		pointer   string
	}{
		{"sales", "POST /tasks", fields{}, nil, 422, "/title"},
		{"sales", "POST /tasks", fields{"title": " "}, nil, 422, "/title"},
		{"sales", "POST /tasks", fields{"title": strings.Repeat("长", 151)}, nil, 422, "/title"},
		{"sales", "POST /tasks", fields{"title": "a\nb"}, nil, 422, "/title"},
		{"sales", "POST /tasks", fields{"title": "a", "owner": "me"}, nil, 422, "/owner"},
		{"sales", "POST /tasks", fields{"title": "a", "owner": b.staff("sales-hangzhou").ID}, nil, 422, "/owner"},
		{"sales", "POST /tasks", fields{"title": "a", "branch": seed.Hangzhou}, nil, 422, "/branch"},
		{"sales", "POST /tasks", fields{"title": "a", "due_at": "2020-01-01T00:00:00Z"}, nil, 422, "/due_at"},
		{"sales", "POST /tasks", fields{"title": "a", "due_at": "9999-01-01T00:00:00Z"}, nil, 422, "/due_at"},
		{"sales", "POST /tasks", fields{"title": "a", "due_at": "tomorrow"}, nil, 422, "/due_at"},
		{"sales", "POST /tasks", fields{"title": "a", "priority": "very"}, nil, 422, "/priority"},
		{"sales", "POST /tasks", fields{"title": "a", "checklist": []string{"x", "x"}}, nil, 422, "/checklist"},
		{"sales", "POST /tasks", fields{"title": "a", "checklist": []string{"x", ""}}, nil, 422, "/checklist/1"},
		{"sales", "POST /tasks", fields{"title": "a", "customer": "cus_019b0000-0000-7000-8000-000000000000"}, nil, 422,
			"/customer"},
		{"sales", "POST /tasks", fields{"title": "a", "customer": hidden.Customer, "about": other.ID}, nil, 422,
			"/customer"},
		{"sales-hangzhou", "POST /tasks", fields{"title": "a", "customer": hidden.Customer}, nil, 422, "/customer"},
		{"sales-hangzhou", "POST /tasks", fields{"title": "a", "about": hidden.ID}, nil, 422, "/about"},
		{"sales-hangzhou", "POST /tasks", fields{"title": "a", "about": tsk.ID}, nil, 422, "/about"},
		{"sales", "POST /tasks", fields{"title": "a", "about": "msg_019b0000-0000-7000-8000-000000000000"}, nil, 422,
			"/about"},
		{"integration", "POST /tasks", fields{"title": "a"}, nil, 422, "/owner"},
		{"sales", "POST /tasks", fields{"title": "a", "creator": "stf"}, nil, 400, ""},
		{"sales", "POST /tasks", fields{"title": "a", "version": 9}, nil, 400, ""},
		{"sales", "POST /tasks", fields{"Title": "a"}, nil, 400, ""},
		{"sales", "POST /tasks", `{"title":"a","title":"b"}`, nil, 400, ""},
		{"sales", "GET /tasks?state=new", nil, nil, 422, "?state"},
		{"sales", "GET /tasks?month=2026-11", nil, nil, 422, "?month"},
		{"sales", "GET /tasks?watching=yes", nil, nil, 422, "?watching"},
		{"sales", "GET /tasks?watching=true&owner=me", nil, nil, 422, "?watching"},
		{"sales", "GET /tasks?owner=nobody", nil, nil, 422, "?owner"},
		{"sales", "GET /tasks?branch=hangzhou", nil, nil, 404, ""},
		{"sales", "GET /tasks?limit=101", nil, nil, 422, "?limit"},
		{"sales", "GET /desk?staff=" + seed.StaffID(4), nil, nil, 403, ""},
		{"manager", "GET /desk?staff=" + seed.StaffID(12), nil, nil, 404, ""},
		{"manager", "GET /desk?staff=nobody", nil, nil, 404, ""},
		{"manager", "GET /tasks/load?branch=hangzhou", nil, nil, 404, ""},
		{"sales", "PATCH " + path, fields{"title": "b"}, patch[:2], 428, ""},
		{"sales", "PATCH " + path, fields{"title": "b"}, []string{patch[0], patch[1], "If-Match", quoted(2)}, 412, ""},
		{"sales", "PATCH " + path, fields{"owner": "x"}, patch, 400, ""},
		{"sales", "PATCH " + path, fields{"title": nil}, patch, 422, "/title"},
		{"sales", "PATCH " + path, fields{"due_at": later}, patch, 403, ""},
		{"sales", "POST " + path + "/cancel", fields{"reason": "x"}, nil, 403, ""},
		{"sales", "POST " + path + "/hand-on", fields{"owner": seed.StaffID(3), "reason": "x"}, nil, 422, "/owner"},
		{"sales", "POST " + path + "/hand-on", fields{"owner": seed.StaffID(12), "reason": "x"}, nil, 422, "/owner"},
		{"sales", "POST " + path + "/hand-on", fields{"owner": seed.StaffID(4)}, nil, 422, "/reason"},
		{"sales", "POST " + path + "/comment", fields{"text": "x", "mentions": []string{seed.StaffID(12)}}, nil, 422,
			"/mentions/0"},
		{"sales", "POST " + path + "/comment", fields{"text": "x", "mentions": []string{seed.StaffID(4), seed.StaffID(4)}},
			nil, 422, "/mentions"},
		{"sales", "POST " + path + "/comment", fields{"text": ""}, nil, 422, "/text"},
		{"sales", "POST " + path + "/check", fields{"item": 7, "done": true}, nil, 422, "/item"},
		{"sales", "POST " + path + "/check", fields{"item": -1, "done": true}, nil, 422, "/item"},
		{"sales", "POST " + path + "/check", fields{"item": 1}, nil, 422, "/done"},
		{"sales", "POST " + path + "/reopen", fields{"reason": "x"}, nil, 409, ""},
		{"sales", "POST " + path + "/complete", fields{}, []string{"If-Match", quoted(7)}, 412, ""},
		{"sales-2", "POST " + path + "/complete", fields{"force": true}, nil, 403, ""},
		{"sales", "POST /tasks/" + strings.Repeat("x", 70) + "/complete", fields{}, nil, 404, ""},
	} {
		got := b.call(c.who, c.line, c.body, c.header...)
		problem := into[httpapi.Problem](got)
		if got.Code != c.status || c.pointer != "" && (len(problem.Errors) != 1 || problem.Errors[0].Pointer != c.pointer) {
			t.Errorf("%s %s %v: %d %+v", c.who, c.line, c.body, got.Code, problem)
		}
	}
	if b.State() != before {
		t.Error("something was changed")
	}
}

func TestATaskIsPatched(t *testing.T) {
	t.Parallel()
	b := start(t)
	tsk := b.task(task.StateOpen, b.staff("manager"), b.staff("sales"))
	path, later := "PATCH /tasks/"+tsk.ID, b.Clock.Now().Add(48*time.Hour).UTC().Truncate(time.Second)
	patch := func(who string, version int64, body fields) worklist.Task {
		t.Helper()
		return into[worklist.Task](b.call(who, path, body, "Content-Type", "application/merge-patch+json", "If-Match",
			quoted(version)).want(http.StatusOK))
	}
	got := patch("sales", 1, fields{"text": "用铜版纸", "checklist": []string{"选纸", "打包"}})
	if got.Version != 2 || got.Text != "用铜版纸" || got.Title != tsk.Title || !got.Due.Equal(tsk.Due) ||
		len(got.Checklist) != 2 || got.Priority != "normal" {
		t.Errorf("%+v", got)
	}
	if got = patch("sales", 2, fields{}); got.Version != 2 {
		t.Errorf("nothing was changed, and there is a version %d", got.Version)
	}
	if got = patch("manager", 2, fields{"due_at": later.Format(time.RFC3339), "priority": nil}); !got.Due.Equal(later) ||
		got.ByPolicy {
		t.Errorf("%+v", got)
	}
	if got = patch("sales", 3, fields{"text": nil}); got.Text != "" || !got.Due.Equal(later) {
		t.Errorf("%+v", got)
	}
	if got = patch("manager", 4, fields{"due_at": nil}); !got.ByPolicy {
		t.Errorf("%+v", got)
	}
}

// A repeated request opens no second task and writes no second comment.
func TestATaskIsOpenedOnce(t *testing.T) {
	t.Parallel()
	b := start(t)
	key := []string{"Idempotency-Key", "one"}
	body := fields{"title": "寄纸样"}
	first := into[worklist.Task](b.call("sales", "POST /tasks", body, key...).want(http.StatusCreated))
	again := into[worklist.Task](b.call("sales", "POST /tasks", body, key...).want(http.StatusCreated))
	for range 2 {
		b.call("sales", "POST /tasks/"+first.ID+"/comment", fields{"text": "好"}, key...).want(http.StatusOK)
	}
	stored, err := b.Task(t.Context(), first.ID)
	if err != nil || again.ID != first.ID || b.CountRecords(t, "TASK") != 1 || stored.Comments != 1 {
		t.Errorf("%s and %s, %d comments, %v", first.ID, again.ID, stored.Comments, err)
	}
}

func TestTaskLists(t *testing.T) {
	t.Parallel()
	b := start(t)
	l := b.lead(lead.StateAssigned, b.staff("sales-2"))
	var mine, about, done []string
	for range 5 {
		mine = append(mine, b.task(task.StateOpen, b.staff("manager"), b.staff("sales")).ID)
		about = append(about, into[worklist.Task](b.call("sales-2", "POST /tasks",
			fields{"title": "a", "about": l.ID}).want(http.StatusCreated)).ID)
		done = append(done, b.task(task.StateClosed, b.staff("manager"), b.staff("sales")).ID)
	}
	every := slices.Sorted(slices.Values(slices.Concat(mine, about)))
	for path, want := range map[string][]string{
		"/tasks": every, "/tasks?state=open&branch=shanghai": every, "/tasks?owner=" + seed.StaffID(3): mine,
		"/tasks?about=" + l.ID:          about,
		"/tasks?customer=" + l.Customer: about, "/tasks?customer=" + l.Customer + "&owner=" + seed.StaffID(3): nil,
		"/tasks?state=done": done,
		"/tasks?state=done&month=2026-11&owner=" + seed.StaffID(3): done, "/tasks?state=done&month=2026-10": nil,
		"/tasks?state=cancelled": nil,
		"/tasks?watching=true":   mine, "/desk?staff=" + seed.StaffID(3): mine, "/desk?staff=" +
			seed.StaffID(4): append([]string{l.ID}, about...),
	} {
		for _, limit := range []int{2, 100} {
			got := slices.Sorted(slices.Values(b.ids("manager", path, "id", limit)))
			if !slices.Equal(got, want) {
				t.Errorf("%s by %d: %v, want %v", path, limit, got, want)
			}
		}
	}
	p := into[page](b.call("manager", "GET /tasks?customer="+l.Customer+"&limit=1", nil).want(http.StatusOK))
	b.call("manager", "GET /tasks?customer=cus_other&limit=1&cursor="+*p.Next, nil).want(http.StatusBadRequest)
}

// Each line of a desk says in words what it is, whether it is late, and where to look.
func TestTheDeskSpeaks(t *testing.T) {
	t.Parallel()
	b := start(t)
	sales := b.staff("sales")
	led := b.lead(lead.StateAssigned, sales)
	tsk := b.task(task.StateOpen, b.staff("manager"), sales)
	message := doubtful(b, sales)
	b.Clock.Advance(45 * time.Minute)
	got := map[string]worklist.DeskLine{}
	for _, l := range into[table.Page[worklist.DeskLine]](b.call("sales", "GET /desk", nil, "Accept-Language",
		"en").want(http.StatusOK)).Items {
		got[l.ID] = l
	}
	for id, want := range map[string][3]any{
		led.ID: {"Lead: 李娜, cards", true, "/leads/" + led.ID}, tsk.ID: {"寄纸样", false, "/tasks/" + tsk.ID},
		message: {"Message may or may not have been sent", false, "/messages/" + message + "/settle"},
	} {
		if l := got[id]; [3]any{l.Title, l.Overdue, l.Link} != want {
			t.Errorf("%+v, want %v", l, want)
		}
	}
	// the message came with a lead of its own
	if seen := b.ids("manager", "/desk?staff="+sales.ID, "id", 10); len(seen) != 4 {
		t.Errorf("the manager sees %v", seen)
	}
}

func TestWhoseLoadIsRead(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.task(task.StateOpen, b.staff("manager"), b.staff("sales"))
	b.task(task.StateClosed, b.staff("manager"), b.staff("sales"))
	for who, people := range map[string]int{"owner": 12, "manager": 9, "manager-hangzhou": 3} {
		loads := into[table.Page[worklist.Load]](b.call(who, "GET /tasks/load", nil).want(http.StatusOK))
		if len(loads.Items) != people {
			t.Errorf("%s reads the load of %d people, want %d", who, len(loads.Items), people)
		}
		for _, l := range loads.Items {
			if l.Staff == b.staff("sales").ID &&
				(l.Open["task"] != 1 || l.Done["task"] != 1 || *l.OnTime != 1 || l.Name != "陈立") {
				t.Errorf("%+v", l)
			}
		}
	}
}
