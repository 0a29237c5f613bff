package task

import (
	"slices"
	"strconv"
	"time"

	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/staff"
)

// MaxLetters is how many letters wait under one task. The next one needs another task.
const MaxLetters = 50

// Joined puts one more letter under the task, by its id. A task that is closed or full takes none: ok is false.
func (t Task) Joined(by staff.Actor, letter string, now time.Time) (next Task, e event.Event, ok bool) {
	if t.Closed() || len(t.Letters) >= MaxLetters {
		return t, event.Event{}, false
	}
	return t.lettered(by, append(slices.Clone(t.Letters), letter), now)
}

// Decided takes off a letter about which the actor decided. The last one closes the task as done, and nobody is
// reminded of what is dealt with. Where the letter does not wait under an open task, ok is false.
func (t Task) Decided(by staff.Actor, letter string, now time.Time) (next Task, e event.Event, ok bool) {
	i := slices.Index(t.Letters, letter)
	if t.Closed() || i < 0 {
		return t, event.Event{}, false
	}
	if len(t.Letters) > 1 {
		return t.lettered(by, slices.Delete(slices.Clone(t.Letters), i, i+1), now)
	}
	next = t.closed(StateClosed, by, now)
	next.Letters, next.InTime = nil, !now.After(t.Due)
	data := map[string]string{"in_time": strconv.FormatBool(next.InTime)}
	return next, next.event(event.TaskDone, by, t, now, data), true
}

// lettered is the task with other letters under it.
func (t Task) lettered(by staff.Actor, letters []string, now time.Time) (next Task, e event.Event, ok bool) {
	next = t.next(now)
	next.Letters = letters
	return next, next.event(event.TaskChanged, by, t, now, map[string]string{"letters": strconv.Itoa(len(letters))}), true
}
