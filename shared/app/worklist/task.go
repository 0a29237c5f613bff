package worklist

import (
	"cmp"
	"context"
	"time"

	"afterpress/shared/app"
	"afterpress/shared/crm/setup"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/table"
	"afterpress/shared/store/work"
)

// Task is a task as the API shows it: with what the reader may do with it, and why not the rest.
type Task struct {
	task.Task
	Actions []permission.Permitted `json:"actions"`
}

// shownTask gives a task the words and permissions of its reader.
func shownTask(by app.Caller) func(task.Task) Task {
	return func(t task.Task) Task { return Task{t, app.Worded(task.Actions(by.Actor, t), by.Lang)} }
}

// ListTasks is the query of the list of tasks.
type ListTasks struct {
	app.Numbered
	State    string `json:"state" validate:"omitempty,one=task-state" description:"Absent: open · 不填则为未完成的"`
	Owner    string `json:"owner" validate:"max=64" description:"A staff id, or me · 员工编号，或 me"`
	Branch   string `json:"branch" validate:"max=64" description:"Absent: all that you see · 不填则为您可查看的全部网点"`
	Customer string `json:"customer" validate:"max=64"`
	About    string `json:"about" validate:"max=64" description:"The record that the tasks belong to · 任务所属的记录"`
	Watching bool   `json:"watching" description:"Those that you watch, and nothing else of this query · 您关注的任务，不与其他条件同用"`
	Month    string `json:"month" validate:"omitempty,datetime=2006-01" pattern:"^[0-9]{4}-[0-9]{2}$" description:"Of closed tasks, UTC; absent: this month · 已关闭任务的月份，不填则为本月"`
	app.Paging
}

// query is the question to the store.
func (q ListTasks) query(by app.Caller, shop setup.Shop, now time.Time) (work.TaskQuery, error) {
	out := work.TaskQuery{Paging: q.Paging.For(by), State: q.State, Customer: q.Customer, About: q.About,
		Month: q.Month}
	var err error
	if out.Owner, err = app.Colleague(q.Owner, by, shop); err != nil {
		return out, err
	}
	closed := q.State != "" && q.State != task.StateOpen
	if out.Month != "" && !closed {
		return out, fault.Faulty(fault.Field{Pointer: "?month", Text: words.Text{
			Zh: "月份只用于已关闭的任务。请同时给出 state=done 或 state=cancelled。",
			En: "A month is for closed tasks. Give state=done or state=cancelled with it."}})
	}
	if closed && out.Month == "" {
		out.Month = now.UTC().Format("2006-01")
	}
	out.Own = out.Owner == by.ID && q.Branch == "" && !closed
	out.Branches, err = app.Branches(by, shop, q.Branch)
	return out, err
}

// TaskCard is a task in a list, as its reader sees it.
type TaskCard struct {
	task.Card
	app.Names
}

// Tasks lists tasks, most urgent first; closed ones by month, newest first.
func (d Desk) Tasks(ctx context.Context, by app.Caller, q ListTasks) (table.Page[TaskCard], error) {
	if err := permission.Permit(by.Actor, permission.ReadTasks); err != nil {
		return table.Page[TaskCard]{}, err
	}
	page, err := d.listTasks(ctx, by, q)
	return app.Joined(ctx, d.Office, by, page, err,
		func(c task.Card) (owner, cust string) { return c.Owner, c.Customer },
		func(c task.Card, n app.Names) TaskCard { return TaskCard{c, n} })
}

func (d Desk) listTasks(ctx context.Context, by app.Caller, q ListTasks) (table.Page[task.Card], error) {
	if q.Q != "" {
		return app.Found(ctx, d.Office, by, app.Finding{Q: q.Q, Paging: q.Paging, With: []app.Given{
			{Name: "state", Is: q.State != ""}, {Name: "owner", Is: q.Owner != ""},
			{Name: "branch", Is: q.Branch != ""}, {Name: "customer", Is: q.Customer != ""},
			{Name: "about", Is: q.About != ""}, {Name: "watching", Is: q.Watching},
			{Name: "month", Is: q.Month != ""}}}, d.Store.NamedTasks)
	}
	if q.Watching {
		return d.watchedTasks(ctx, by, q)
	}
	return app.Listed(ctx, d.Office, by, q.query, d.Store.Tasks)
}

func (d Desk) watchedTasks(ctx context.Context, by app.Caller, q ListTasks) (table.Page[task.Card], error) {
	if q.State+q.Owner+q.Branch+q.Customer+q.About+q.Month != "" {
		return table.Page[task.Card]{}, fault.Faulty(fault.Field{Pointer: "?watching", Text: words.Text{
			Zh: "关注列表列出您关注的全部未完成任务。请去掉其他条件。",
			En: "This lists all open tasks that you watch. Leave the other conditions out."}})
	}
	return d.Store.WatchedTasks(ctx, by.ID, q.Paging.For(by))
}

// task reads a task. One that the caller does not see is missing like one that is not there.
func (d Desk) task(ctx context.Context, by app.Caller, action permission.Action, at app.Record) (task.Task, error) {
	if err := permission.Permit(by.Actor, action); err != nil {
		return task.Task{}, err
	}
	t, err := d.Store.Task(ctx, at.ID)
	if err == nil && !t.SeenBy(by.Actor) {
		return task.Task{}, app.MissingTask
	}
	return t, err
}

// Task reads one task, and what the caller may do with it.
func (d Desk) Task(ctx context.Context, by app.Caller, at app.Record) (Task, error) {
	t, err := d.task(ctx, by, permission.ReadTasks, at)
	if err != nil {
		return Task{}, err
	}
	return shownTask(by)(t), nil
}

// TaskNotes lists what was written under a task, newest first.
func (d Desk) TaskNotes(ctx context.Context, by app.Caller, at app.Record,
	q app.Paging) (table.Page[task.Note], error) {
	t, err := d.task(ctx, by, permission.ReadTasks, at)
	if err != nil {
		return table.Page[task.Note]{}, err
	}
	return d.Store.TaskNotes(ctx, t.ID, q.For(by))
}

// TaskDefinition is what people say of a task.
type TaskDefinition struct {
	Title     string     `json:"title" validate:"required,max=150,oneline,shown"`
	Text      string     `json:"text,omitempty" validate:"max=4000,text"`
	Priority  string     `json:"priority,omitempty" validate:"omitempty,one=priority" description:"Absent: normal · 不填则为 normal"`
	DueAt     *time.Time `json:"due_at,omitempty" description:"Absent: after the working time that the policy gives · 不填则按规则的工作时间推算"`
	Checklist []string   `json:"checklist,omitempty" validate:"max=50,unique,dive,required,max=200,oneline,shown" description:"An item whose words stay keeps its mark · 文字不变的项目保留勾选"`
}

// taskDefinition is a task as its definition says it, for an edit.
func taskDefinition(t task.Task) TaskDefinition {
	d := TaskDefinition{Title: t.Title, Text: t.Text, Priority: t.Priority}
	if !t.ByPolicy {
		d.DueAt = &t.Due
	}
	for _, item := range t.Checklist {
		d.Checklist = append(d.Checklist, item.Text)
	}
	return d
}

// OpenTask is a new task.
type OpenTask struct {
	TaskDefinition
	Branch   string `json:"branch,omitempty" validate:"max=64" description:"Absent: your only one · 不填则为您所在的网点"`
	Customer string `json:"customer,omitempty" validate:"omitempty,id=cus"`
	About    string `json:"about,omitempty" validate:"omitempty,id" description:"The lead, task or complaint that it belongs to · 所属的线索、任务或投诉"`
	Owner    string `json:"owner,omitempty" validate:"omitempty,id=stf" description:"Absent: yourself · 不填则为本人"`
}

// OpenTask opens a task. It is the caller's own where the input names no owner.
func (d Desk) OpenTask(ctx context.Context, by app.Caller, in OpenTask) (Task, error) {
	if err := permission.Permit(by.Actor, permission.OpenTask); err != nil {
		return Task{}, err
	}
	t, e, err := d.newTask(ctx, by, in)
	if err != nil {
		return Task{}, err
	}
	show := shownTask(by)
	if t, err = d.Store.OpenTask(app.Showing(ctx, show), t, e); err != nil {
		return Task{}, err
	}
	return show(t), nil
}

// newTask finds what the input names, and opens the task by the rule.
func (d Desk) newTask(ctx context.Context, by app.Caller, in OpenTask) (task.Task, event.Event, error) {
	shop, err := d.Store.Shop(ctx)
	if err != nil {
		return task.Task{}, event.Event{}, err
	}
	terms, err := app.OpensAt(by, shop, in.Branch)
	if err != nil {
		return task.Task{}, event.Event{}, err
	}
	customer, err := d.concerned(ctx, by, in)
	if err != nil {
		return task.Task{}, event.Event{}, err
	}
	owner, _ := shop.Person(cmp.Or(in.Owner, by.ID)) // a person who is not there works in no branch, so the rule refuses
	return task.New(by.Actor, task.Draft{ID: d.Store.NewTaskID(), Customer: customer, About: in.About, Title: in.Title,
		Text: in.Text, Priority: in.Priority, Due: in.DueAt, Checklist: in.Checklist}, owner, terms.Task(), d.Now())
}

// concerned is the customer of a new task: the one that is named, or the one of the record that it belongs to. The
// caller must see both.
func (d Desk) concerned(ctx context.Context, by app.Caller, in OpenTask) (string, error) {
	if in.About != "" {
		of, err := app.CustomerOf(ctx, d.Office, by, in.About)
		if err != nil {
			return "", app.Unseen(err, "/about")
		}
		if in.Customer != "" && of != "" && of != in.Customer {
			return "", fault.Faulty(fault.Field{Pointer: "/customer", Text: words.Text{
				Zh: "该记录属于另一位客户。请去掉此项，或核对 about。",
				En: "The record is another customer's. Leave this out, or check about."}})
		}
		if in.Customer == "" {
			return of, nil
		}
	}
	if in.Customer == "" {
		return "", nil
	}
	_, err := app.NamedCustomer(ctx, d.Office, by, in.Customer)
	return in.Customer, err
}
