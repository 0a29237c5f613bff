package api

import (
	"net/http"
	"time"

	"afterpress/shared/crm/setup"
	"afterpress/shared/crm/task"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store/work"
)

// taskCommand gives one command to a task on the terms of its branch.
type taskCommand func(t task.Task, terms setup.Terms) (task.Task, event.Event, error)

// taskRule is a command as the store applies it: a task that the caller does not see, and a version that he did not
// see, come before what the command itself refuses.
func taskRule(r *http.Request, shop setup.Shop, command taskCommand) work.TaskRule {
	return func(t task.Task) (task.Task, event.Event, error) {
		if !t.SeenBy(httpapi.Actor(r)) {
			return t, event.Event{}, missingTask
		}
		if err := current(r, t.Version, t); err != nil {
			return t, event.Event{}, err
		}
		terms, err := shop.Terms(t.Branch)
		if err != nil {
			return t, event.Event{}, err
		}
		return command(t, terms)
	}
}

// commandTask changes the task in the path, with the note that goes under it, and answers with what became of it.
func (s *Server) commandTask(r *http.Request, note *task.Note, command taskCommand) (httpapi.Answer, error) {
	shop, err := s.Store.Shop(r.Context())
	if err != nil {
		return httpapi.Answer{}, err
	}
	id, err := recordID(r, missingTask)
	if err != nil {
		return httpapi.Answer{}, err
	}
	ctx, rule := httpapi.Answering(r, shownTask(r)), taskRule(r, shop, command)
	var t task.Task
	if note == nil {
		t, err = s.Store.ChangeTask(ctx, id, rule)
	} else {
		note.By = httpapi.Actor(r).ID
		t, err = s.Store.NoteTask(ctx, id, *note, rule)
	}
	if err != nil {
		return httpapi.Answer{}, err
	}
	return shownTask(r)(t), nil
}

func (s *Server) changeTask(r *http.Request) (httpapi.Answer, error) {
	if _, err := httpapi.MustVersion(r); err != nil {
		return httpapi.Answer{}, err
	}
	tsk, err := s.task(r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	if err := current(r, tsk.Version, tsk); err != nil {
		return httpapi.Answer{}, err
	}
	in, err := httpapi.Patch(r, definitionOfTask(tsk))
	if err != nil {
		return httpapi.Answer{}, err
	}
	if in.Priority == "" {
		in.Priority = "normal"
	}
	return s.commandTask(r, nil, func(t task.Task, terms setup.Terms) (task.Task, event.Event, error) {
		return t.Change(httpapi.Actor(r),
			task.Change{Title: in.Title, Text: in.Text, Priority: in.Priority, Due: in.DueAt, Checklist: in.Checklist},
			terms.Task(), s.Now())
	})
}

// HandOnTask names who gets the task, and why.
type HandOnTask struct {
	Owner  string `json:"owner" validate:"required,id=stf"`
	Reason string `json:"reason" validate:"required,max=2000,text,shown"`
}

func (s *Server) handOnTask(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Decode[HandOnTask](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	shop, err := s.Store.Shop(r.Context())
	if err != nil {
		return httpapi.Answer{}, err
	}
	to, _ := shop.Person(in.Owner) // nobody works in no branch, so the rule refuses him
	note := task.Note{Kind: task.NoteHandOn, Text: in.Reason, To: in.Owner}
	return s.commandTask(r, &note, func(t task.Task, terms setup.Terms) (task.Task, event.Event, error) {
		return t.HandOn(httpapi.Actor(r), to, terms.Task(), s.Now())
	})
}

// CommentTask is a comment. Whoever is mentioned is told, and keeps seeing the task.
type CommentTask struct {
	Text     string   `json:"text" validate:"required,max=4000,text,shown"`
	Mentions []string `json:"mentions,omitempty" validate:"max=10,unique,dive,id=stf" description:"Staff ids of colleagues who see the branch · 可查看该网点的同事编号"`
}

func (s *Server) commentTask(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Decode[CommentTask](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	shop, err := s.Store.Shop(r.Context())
	if err != nil {
		return httpapi.Answer{}, err
	}
	var named []staff.Staff
	for _, id := range in.Mentions {
		p, _ := shop.Person(id) // nobody sees no branch, so the rule refuses him
		named = append(named, p)
	}
	note := task.Note{Kind: task.NoteComment, Text: in.Text, Mentions: in.Mentions}
	return s.commandTask(r, &note, func(t task.Task, _ setup.Terms) (task.Task, event.Event, error) {
		return t.Comment(httpapi.Actor(r), named, s.Now())
	})
}

// CheckTask marks one item of the checklist.
type CheckTask struct {
	Item int   `json:"item" validate:"required,min=1,max=1000000" description:"The item's id · 清单项的编号"`
	Done *bool `json:"done" validate:"required" description:"false takes the mark back · false 为取消勾选"`
}

func (s *Server) checkTask(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Decode[CheckTask](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	return s.commandTask(r, nil, func(t task.Task, _ setup.Terms) (task.Task, event.Event, error) {
		return t.Check(httpapi.Actor(r), in.Item, *in.Done, s.Now())
	})
}

// CompleteTask closes the task.
type CompleteTask struct {
	Force bool `json:"force,omitempty" description:"Open items of the checklist stay open · 允许清单中有未完成的项目"`
}

func (s *Server) completeTask(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Decode[CompleteTask](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	return s.commandTask(r, nil, func(t task.Task, _ setup.Terms) (task.Task, event.Event, error) {
		return t.Complete(httpapi.Actor(r), in.Force, s.Now())
	})
}

// CancelTask says why the task is not to be done.
type CancelTask struct {
	Reason string `json:"reason" validate:"required,max=2000,text,shown"`
}

func (s *Server) cancelTask(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Decode[CancelTask](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	note := task.Note{Kind: task.NoteCancel, Text: in.Reason}
	return s.commandTask(r, &note, func(t task.Task, _ setup.Terms) (task.Task, event.Event, error) {
		return t.Cancel(httpapi.Actor(r), s.Now())
	})
}

// ReopenTask says why the task is not done after all.
type ReopenTask struct {
	Reason string     `json:"reason" validate:"required,max=2000,text,shown"`
	Owner  string     `json:"owner,omitempty" validate:"omitempty,id=stf" description:"Absent: who had it · 不填则为原负责人"`
	DueAt  *time.Time `json:"due_at,omitempty" description:"Absent: after the working time that the policy gives · 不填则按规则的工作时间推算"`
}

func (s *Server) reopenTask(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Decode[ReopenTask](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	shop, err := s.Store.Shop(r.Context())
	if err != nil {
		return httpapi.Answer{}, err
	}
	note := task.Note{Kind: task.NoteReopen, Text: in.Reason}
	return s.commandTask(r, &note, func(t task.Task, terms setup.Terms) (task.Task, event.Event, error) {
		owner := t.Owner
		if in.Owner != "" {
			owner = in.Owner
		}
		to, _ := shop.Person(owner) // nobody works in no branch, so the rule refuses him
		return t.Reopen(httpapi.Actor(r), to, in.DueAt, terms.Task(), s.Now())
	})
}
