package api

import (
	"net/http"
	"strings"
	"time"

	"afterpress/shared/app"
	"afterpress/shared/crm/setup"
	"afterpress/shared/crm/task"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/table"
	"afterpress/shared/store/work"
)

func (s *Server) taskRoutes() []httpapi.Route {
	return []httpapi.Route{
		on("GET /tasks", permission.ReadTasks, s.listTasks,
			httpapi.Doc{Summary: "List tasks, most urgent first; closed ones by month, newest first · 任务列表",
				Query: ListTasks{}, Answer: table.Page[task.Card]{}}),
		on("POST /tasks", permission.OpenTask, s.openTask,
			httpapi.Doc{Summary: "Open a task · 新建任务", Body: OpenTask{}, Answer: Task{}, Status: created}),
		on("GET /tasks/load", permission.ReadLoad, s.readLoad,
			httpapi.Doc{Summary: "Read what each colleague has to do and did in 30 days · 工作负荷与按时率", Query: ReadLoad{},
				Answer: table.Page[Load]{}}),
		on("GET /tasks/{id}", permission.ReadTasks, s.readTask,
			httpapi.Doc{Summary: "Read a task and what you may do with it · 查看任务", Answer: Task{}}),
		on("PATCH /tasks/{id}", permission.ChangeTask, s.changeTask,
			httpapi.Doc{Summary: "Change a task by a merge patch (RFC 7396) · 修改任务", Body: TaskDefinition{}, Answer: Task{},
				Changes: true}),
		on("POST /tasks/{id}/hand-on", permission.ChangeTask, s.handOnTask,
			httpapi.Doc{Summary: "Give a task to a colleague; you keep seeing it · 转交任务", Body: HandOnTask{}, Answer: Task{},
				Versioned: true}),
		on("POST /tasks/{id}/comment", permission.ChangeTask, s.commentTask,
			httpapi.Doc{Summary: "Comment on a task; whom you mention is told · 评论任务", Body: CommentTask{}, Answer: Task{},
				Versioned: true}),
		on("POST /tasks/{id}/check", permission.ChangeTask, s.checkTask,
			httpapi.Doc{Summary: "Check an item of the checklist, or take the mark back · 勾选清单项", Body: CheckTask{},
				Answer: Task{}, Versioned: true}),
		on("POST /tasks/{id}/complete", permission.ChangeTask, s.completeTask,
			httpapi.Doc{Summary: "Close a task as done · 完成任务", Body: CompleteTask{}, Answer: Task{}, Versioned: true}),
		on("POST /tasks/{id}/cancel", permission.ChangeTask, s.cancelTask,
			httpapi.Doc{Summary: "Close a task as not to be done · 取消任务", Body: CancelTask{}, Answer: Task{}, Versioned: true}),
		on("POST /tasks/{id}/reopen", permission.ChangeTask, s.reopenTask,
			httpapi.Doc{Summary: "Reopen a closed task with a new deadline · 重新打开任务", Body: ReopenTask{}, Answer: Task{},
				Versioned: true}),
		on("GET /tasks/{id}/comments", permission.ReadTasks, s.listTaskNotes,
			httpapi.Doc{Summary: "List what was written under a task, newest first · 任务的评论", Query: httpapi.Paging{},
				Answer: table.Page[task.Note]{}}),
	}
}

// Task is a task as the API shows it: with what the reader may do with it, and why not the rest.
type Task struct {
	task.Task
	Actions []permission.Permitted `json:"actions"`
}

// shownTask gives a task the words and permissions of the reader. It renders what a commit returns, which is always
// a task.
func shownTask(r *http.Request) func(any) httpapi.Answer {
	return func(result any) httpapi.Answer {
		t := result.(task.Task)
		return httpapi.OK(Task{t, worded(r, task.Actions(httpapi.Actor(r), t))})
	}
}

var missingTask = fault.Missing("任务", "task")

// ListTasks is the query of the list of tasks.
type ListTasks struct {
	State    string `json:"state" validate:"omitempty,oneof=open done cancelled" description:"Absent: open · 不填则为未完成的"`
	Owner    string `json:"owner" validate:"max=64" description:"A staff id, or me · 员工编号，或 me"`
	Branch   string `json:"branch" validate:"max=64" description:"Absent: all that you see · 不填则为您可查看的全部网点"`
	Customer string `json:"customer" validate:"max=64"`
	About    string `json:"about" validate:"max=64" description:"The record that the tasks belong to · 任务所属的记录"`
	Watching bool   `json:"watching" description:"Those that you watch, and nothing else of this query · 您关注的任务，不与其他条件同用"`
	Month    string `json:"month" validate:"omitempty,datetime=2006-01" pattern:"^[0-9]{4}-[0-9]{2}$" description:"Of closed tasks, UTC; absent: this month · 已关闭任务的月份，不填则为本月"`
	httpapi.Paging
}

// query is the question to the store.
func (q ListTasks) query(by staff.Actor, shop setup.Shop, now time.Time) (work.TaskQuery, error) {
	out := work.TaskQuery{Paging: pageFor(by, q.Paging), State: q.State, Customer: q.Customer, About: q.About,
		Month: q.Month}
	var err error
	if out.Owner, err = asked(q.Owner, by, shop); err != nil {
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
	out.Branches, err = branches(by, shop, q.Branch)
	return out, err
}

func (s *Server) listTasks(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Query[ListTasks](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	if in.Watching {
		return s.listWatched(r, in)
	}
	page, err := listed(s, r, in.query, s.Store.Tasks)
	if err != nil {
		return httpapi.Answer{}, err
	}
	return httpapi.OK(page), nil
}

func (s *Server) listWatched(r *http.Request, in ListTasks) (httpapi.Answer, error) {
	if in.State+in.Owner+in.Branch+in.Customer+in.About+in.Month != "" {
		return httpapi.Answer{}, fault.Faulty(fault.Field{Pointer: "?watching", Text: words.Text{
			Zh: "关注列表列出您关注的全部未完成任务。请去掉其他条件。", En: "This lists all open tasks that you watch. Leave the other conditions out."}})
	}
	page, err := s.Store.WatchedTasks(r.Context(), httpapi.Actor(r).ID, paging(r, in.Paging))
	if err != nil {
		return httpapi.Answer{}, err
	}
	return httpapi.OK(page), nil
}

// task reads the task in the path; one that the caller does not see is missing like one that is not there.
func (s *Server) task(r *http.Request) (task.Task, error) {
	id, err := recordID(r, missingTask)
	if err != nil {
		return task.Task{}, err
	}
	t, err := s.Store.Task(r.Context(), id)
	if err == nil && !t.SeenBy(httpapi.Actor(r)) {
		return task.Task{}, missingTask
	}
	return t, err
}

func (s *Server) readTask(r *http.Request) (httpapi.Answer, error) {
	t, err := s.task(r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	return shownTask(r)(t), nil
}

func (s *Server) listTaskNotes(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Query[httpapi.Paging](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	t, err := s.task(r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	page, err := s.Store.TaskNotes(r.Context(), t.ID, paging(r, in))
	if err != nil {
		return httpapi.Answer{}, err
	}
	return httpapi.OK(page), nil
}

// TaskDefinition is what people say of a task.
type TaskDefinition struct {
	Title     string     `json:"title" validate:"required,max=150,oneline,shown"`
	Text      string     `json:"text,omitempty" validate:"max=4000,text"`
	Priority  string     `json:"priority,omitempty" validate:"omitempty,oneof=low normal high" description:"Absent: normal · 不填则为 normal"`
	DueAt     *time.Time `json:"due_at,omitempty" description:"Absent: after the working time that the policy gives · 不填则按规则的工作时间推算"`
	Checklist []string   `json:"checklist,omitempty" validate:"max=50,unique,dive,required,max=200,oneline,shown" description:"An item whose words stay keeps its mark · 文字不变的项目保留勾选"`
}

// definitionOfTask is a task as its definition says it, for a patch to change.
func definitionOfTask(t task.Task) TaskDefinition {
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

func (s *Server) openTask(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Decode[OpenTask](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	t, e, err := s.newTask(r, in)
	if err != nil {
		return httpapi.Answer{}, err
	}
	opened := func(result any) httpapi.Answer {
		return httpapi.Created("/tasks/"+result.(task.Task).ID, shownTask(r)(result).Body)
	}
	if t, err = s.Store.OpenTask(httpapi.Answering(r, opened), t, e); err != nil {
		return httpapi.Answer{}, err
	}
	return opened(t), nil
}

// newTask finds what the body names, and opens the task by the rule.
func (s *Server) newTask(r *http.Request, in OpenTask) (task.Task, event.Event, error) {
	by, now := httpapi.Actor(r), s.Now()
	shop, err := s.Store.Shop(r.Context())
	if err != nil {
		return task.Task{}, event.Event{}, err
	}
	terms, err := opensAt(by, shop, in.Branch)
	if err != nil {
		return task.Task{}, event.Event{}, err
	}
	customer, err := s.concerned(r, in)
	if err != nil {
		return task.Task{}, event.Event{}, err
	}
	if in.Owner == "" {
		in.Owner = by.ID
	}
	owner, _ := shop.Person(in.Owner) // nobody works in no branch, so the rule refuses him
	return task.New(by, task.Draft{ID: s.Store.NewTaskID(), Customer: customer, About: in.About, Title: in.Title,
		Text: in.Text, Priority: in.Priority,
		Due: in.DueAt, Checklist: in.Checklist}, owner, terms.Task(), now)
}

// concerned is the customer of the task: the one that is named, or the one of the record that it belongs to. Both
// must be the caller's to see.
func (s *Server) concerned(r *http.Request, in OpenTask) (string, error) {
	customer := in.Customer
	if in.About != "" {
		of, err := s.customerOf(r, in.About)
		if err != nil {
			return "", unseen(err, "/about")
		}
		if customer != "" && of != "" && of != customer {
			return "", fault.Faulty(fault.Field{Pointer: "/customer", Text: words.Text{
				Zh: "该记录属于另一位客户。请去掉此项，或核对 about。", En: "The record is another customer's. Leave this out, or check about."}})
		}
		if customer == "" {
			return of, nil
		}
	}
	if customer == "" {
		return "", nil
	}
	_, err := s.namedCustomer(r, customer)
	return customer, err
}

// customerOf is the customer of a record that the caller sees.
func (s *Server) customerOf(r *http.Request, record string) (string, error) {
	by := httpapi.Actor(r)
	switch kind, _, _ := strings.Cut(record, "_"); kind {
	case "lead":
		lead, err := s.Store.Lead(r.Context(), record)
		if err == nil && !by.Sees(lead.Branch) {
			err = fault.Missing("线索", "lead")
		}
		return lead.Customer, err
	case "tsk":
		t, err := s.Store.Task(r.Context(), record)
		if err == nil && !t.SeenBy(by) {
			err = missingTask
		}
		return t.Customer, err
	case "cmp":
		c, err := s.Store.Complaint(r.Context(), record)
		if err == nil && !by.Sees(c.Branch) {
			err = app.MissingComplaint
		}
		return c.Customer, err
	}
	return "", fault.Missing("记录", "record")
}

// unseen is a record that a field names and the caller does not find: a fault of that field.
func unseen(err error, pointer string) error {
	if err == nil || fault.KindOf(err) != fault.NotFound {
		return err
	}
	return fault.Faulty(fault.Field{Pointer: pointer,
		Text: words.Text{Zh: "此记录不存在，或您无权查看。请核对编号。", En: "There is no such record, or you may not see it. Check its id."}})
}
