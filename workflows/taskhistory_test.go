package workflows

import (
	"context"
	"testing"
	"time"

	"afterpress/shared/kernel/event"
)

// taskReply is what a person does some time after the task's process began.
type taskReply struct {
	after time.Duration
	do    taskCommand
}

// taskHistories are short lives of a task of 5 s: it is reminded of after 4 s, and overdue 10 s after its end.
var taskHistories = map[string]struct {
	opener  string
	replies func(*house) []taskReply
}{
	"task-of-ones-own-done": {"bob",
		func(h *house) []taskReply { return []taskReply{{time.Second, completes(actor(h, "stf_bob"))}} }},
	"task-done-in-time": {"anna",
		func(h *house) []taskReply { return []taskReply{{time.Second, completes(actor(h, "stf_bob"))}} }},
	"task-reminded-and-done": {"anna", func(h *house) []taskReply {
		return []taskReply{{4500 * time.Millisecond, completes(actor(h, "stf_bob"))}}
	}},
	"task-mentioned-handed-and-done": {"bob", func(h *house) []taskReply {
		return []taskReply{
			{time.Second, mentions(actor(h, "stf_bob"), h.staff("anna"))},
			{time.Second, hands(actor(h, "stf_bob"), h.staff("cai"))},
			{time.Second, completes(actor(h, "stf_cai"))},
		}
	}},
}

// Running workflows are a public interface: what changes their steps breaks these.
func TestTaskHistories(t *testing.T) {
	for name := range taskHistories {
		t.Run(name, func(t *testing.T) {
			if *record != "" {
				recordHistory(t, name, playTask)
			}
			replay(t, name)
		})
	}
}

// playTask runs a worker while the story of one task is played.
func playTask(t *testing.T, ctx context.Context, name string, c *Client,
	start func(queue string, h *house)) event.Event {
	h := livelyHouse()
	policy := &h.shop.Policies[0].Task
	policy.Due = 5
	for i := range policy.Ladder {
		policy.Ladder[i].Plus /= 24 * 60
	}
	start("task", h)
	life := taskHistories[name]
	first := h.opens(t, actor(h, "stf_"+life.opener), "bob", nil)
	handTwice(t, ctx, c, first)
	for _, r := range life.replies(h) {
		<-time.After(r.after)
		handTwice(t, ctx, c, h.does(t, r.do))
	}
	return first
}
