package complaint

import (
	"time"

	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// Reply is a message to the customer, Note one among staff. Each has its own list and is never changed.
type (
	Reply struct {
		ID        string           `json:"id"` // cmt_…
		Complaint string           `json:"complaint"`
		By        string           `json:"by"`
		At        time.Time        `json:"at"`
		Text      words.PublicText `json:"public_text" validate:"required,max=20000,shown,text"`
		Letter    string           `json:"letter,omitempty"` // id of the letter that it came as
	}
	Note struct {
		ID        string             `json:"id"` // cmt_…
		Complaint string             `json:"complaint"`
		By        string             `json:"by"`
		At        time.Time          `json:"at"`
		Text      words.InternalText `json:"internal_text" validate:"required,max=4000,shown,text"`
	}
)

// ReplyText is how many characters of a mail stand in a Reply. What is typed has shorter limits where it is typed.
const ReplyText = 20_000

// Reply writes to the customer, or records what the customer wrote. The customer's message ends a pause that
// waits for the customer or samples.
func (c Complaint) Reply(by staff.Actor, id string, text words.PublicText, terms Terms,
	now time.Time) (Complaint, Reply, event.Event, error) {
	r := Reply{ID: id, Complaint: c.ID, By: by.ID, At: now, Text: text}
	next, e, err := c.comment(by, event.ComplaintReplied, checker.Faults(r), id, terms, now)
	return next, r, e, err
}

// filesTogether is how long more files of the customer are awaited, so that files added together are told together.
const filesTogether = 2 * time.Minute

// Show records that the customer added the file, as a message. One that comes while others wait changes nothing.
func (c Complaint) Show(file string, terms Terms, now time.Time) (Complaint, event.Event, error) {
	if err := c.may(staff.Visitor, permission.CommentComplaint, now); err != nil {
		return c, event.Event{}, err
	}
	if c.RepliedFiles && now.Before(c.RepliedAt.Add(filesTogether)) && !c.waits() {
		return c, event.Event{}, nil
	}
	next, err := c.word(true, terms, now)
	if err != nil {
		return c, event.Event{}, err
	}
	return next, c.newEvent(event.ComplaintReplied, staff.Visitor, next, now, map[string]string{"artwork": file}), nil
}

// waits reports whether the clock is stopped for the customer or their samples.
func (c Complaint) waits() bool { return c.Pause != nil && c.Pause.Reason != PauseSupplier }

// word counts a message of the customer, text or files, and resumes a clock that was stopped for it.
func (c Complaint) word(files bool, terms Terms, now time.Time) (Complaint, error) {
	next := c
	next.Version, next.UpdatedAt, next.Replies, next.RepliedAt, next.RepliedFiles = c.Version+1, now, c.Replies+1, now,
		files
	if c.waits() {
		next.resume(now)
	}
	return next.heard(terms)
}

// Note records something for staff alone. For the customer it returns fault.Forbidden.
func (c Complaint) Note(by staff.Actor, id string, text words.InternalText, terms Terms,
	now time.Time) (Complaint, Note, event.Event, error) {
	n := Note{ID: id, Complaint: c.ID, By: by.ID, At: now, Text: text}
	if by.ID == staff.Visitor.ID {
		return c, n, event.Event{},
			fault.Fail(fault.Forbidden, "此操作须由员工完成。请联系本厂。", "A member of staff has to do this. Ask the shop.")
	}
	next, e, err := c.comment(by, event.ComplaintNoted, checker.Faults(n), id, terms, now)
	return next, n, e, err
}

// saidLife is how long a message of staff waits while the mail server is away; mostSaid is how many may wait.
const (
	saidLife = 72 * time.Hour
	mostSaid = 20
)

// waiting are the messages of staff that may not have reached the customer yet.
func (c Complaint) waiting(now time.Time) []Said {
	var out []Said
	for _, s := range c.Said {
		if now.Before(s.At.Add(saidLife)) {
			out = append(out, s)
		}
	}
	return out[max(0, len(out)-mostSaid+1):]
}

// comment leaves state and clock alone, except for a pause that the customer's message ends. Its reader hears
// of it, also after the end.
func (c Complaint) comment(by staff.Actor, kind event.Type, faults []fault.Field, id string, terms Terms,
	now time.Time) (Complaint, event.Event, error) {
	if err := c.may(by, permission.CommentComplaint, now); err != nil {
		return c, event.Event{}, err
	}
	if len(faults) > 0 {
		return c, event.Event{}, fault.Faulty(faults...)
	}
	next := c
	next.Version, next.UpdatedAt = c.Version+1, now
	var err error
	switch {
	case kind == event.ComplaintReplied && by.ID == staff.Visitor.ID:
		next, err = c.word(false, terms, now)
	case kind == event.ComplaintReplied:
		next.Said = append(c.waiting(now), Said{Reply: id, Round: c.Round, At: now})
		next, err = next.heard(terms)
	}
	if err != nil {
		return c, event.Event{}, err
	}
	return next, c.newEvent(kind, by, next, now, map[string]string{"comment": id}), nil
}

// heard plans again after a message. After the end a message has a run of its own, since the process is over.
func (c Complaint) heard(terms Terms) (Complaint, error) {
	if !c.Closed() {
		return c.plan(terms)
	}
	c.Run++
	c.Rungs = c.lastRungs()
	return c, nil
}
