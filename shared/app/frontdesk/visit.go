package frontdesk

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"

	"afterpress/shared/app"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/setup"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/receipt"
	"afterpress/shared/kernel/staff"
)

// Enquiries finds forms and keeps what comes through them. It is implemented by *store.Store.
type Enquiries interface {
	Form(ctx context.Context, id string) (form.Form, setup.Shop, error)
	// Admit counts an arrival against the form's limits. It says why the arrival looks like abuse, or refuses it with
	// TooMany.
	Admit(ctx context.Context, f form.Form, a form.Arrival) (suspicion string, err error)
	// Capture makes a lead. Beyond the form's limit for a person it is form.ErrPersonLimit.
	Capture(ctx context.Context, capture lead.Capture, sub *form.Submission) (lead.Lead, error)
	// Answered is the answer that the same enquiry got before (a *receipt.Replay), or nil.
	Answered(ctx context.Context, phone, email string) error
	Quarantine(ctx context.Context, sub form.Submission) error
	// QuarantineLetter is Quarantine with the task by which a colleague hears of the letter.
	QuarantineLetter(ctx context.Context, sub form.Submission, sender string) error
	// QuarantineAsking is Quarantine with the task that brings it to a colleague, unless that task is there.
	QuarantineAsking(ctx context.Context, sub form.Submission, t task.Task, e event.Event) error
	Task(ctx context.Context, id string) (task.Task, error)
}

// Visit is an enquiry on its way into the store.
type Visit struct {
	Form       form.Form
	Shop       setup.Shop
	Enquiry    form.Enquiry    // as it was sent, in the terms of the rules
	Arrival    form.Arrival    // counted against the form's limits, except for a signed call
	Submission form.Submission // new, with what was sent as it came
	Source     string          // where the form is only what it was put into; empty: the form's own
	Once       app.Once        // lays the receipt, once the enquiry is admitted; nil: it is laid already, or there is none
}

// once is ctx for the commit. A repeat of the enquiry is known by what the person said, in one spelling. An enquiry
// that no rule can read is known by what was sent.
func (v Visit) once(ctx context.Context) context.Context {
	return v.Once.Before(ctx, fmt.Sprintf("%#v", v.Enquiry))
}

// Visit stores an enquiry whose form was right. It becomes a lead. What looks like abuse, and what the rules can make
// no lead of, is stored as it came. The visitor is answered alike. Its errors are the faults of the input, a flood, and
// a store that does not answer. An enquiry that was answered before is a *receipt.Replay.
func (d Desk) Visit(ctx context.Context, v Visit) error {
	err := guarded(func() error { return d.capture(ctx, &v) })
	var before *receipt.Replay
	kind := fault.KindOf(err)
	if err == nil || errors.As(err, &before) || kind == fault.Unavailable || kind == fault.TooMany ||
		len(fault.Blamed(err)) > 0 {
		return err
	}
	line := []any{slog.String("submission", v.Submission.ID), slog.String("kind", string(kind))}
	var fallen *panicked
	if errors.As(err, &fallen) {
		line = append(line, slog.String("stack", string(fallen.stack)))
	}
	d.Log.ErrorContext(ctx, "quarantined", line...)
	return d.hold(v.once(ctx), v.Form, v.Shop, v.Submission.Quarantine(string(kind)))
}

// capture reads the enquiry by the rules and stores it as a lead, or as it came when it looks like abuse. What was read
// takes the place of what was sent.
func (d Desk) capture(ctx context.Context, v *Visit) error {
	enquiry, err := ReadEnquiry(v.Enquiry, v.Form, d.Now())
	if err != nil {
		return err
	}
	v.Enquiry = enquiry
	var counting *form.Counting
	if v.Submission.Via == "" { // a signed call is no visitor's
		suspicion, err := d.enquiries().Admit(ctx, v.Form, v.Arrival)
		if err != nil {
			return err
		}
		if suspicion != "" {
			return d.suspect(ctx, v, suspicion)
		}
		counting = new(v.Form.Counting(v.Arrival))
	}
	terms, err := v.Shop.Terms(v.Form.Branch)
	if err != nil {
		return err
	}
	_, err = d.enquiries().Capture(v.once(ctx), lead.Capture{
		Enquiry: enquiry, Source: cmp.Or(v.Source, v.Form.Source), Form: v.Form.ID, Submission: v.Submission.ID,
		Network: v.Arrival.Network(), ConsentText: v.Submission.ConsentText,
		Terms: terms.Lead(), Life: terms.Policy.Life, Preferred: v.Form.Owner, By: staff.Visitor,
		Counting: counting, Draw: v.Form.Draw.At(v.Submission.CreatedAt),
	}, &v.Submission)
	if errors.Is(err, form.ErrPersonLimit) {
		return d.suspect(ctx, v, form.SuspectPerson)
	}
	return err
}

// suspect quarantines what looks like abuse. A repeat of what became a lead finds its answer first.
func (d Desk) suspect(ctx context.Context, v *Visit, suspicion string) error {
	if err := d.enquiries().Answered(v.once(ctx), v.Enquiry.Phone, v.Enquiry.Email); err != nil {
		return err
	}
	d.Log.InfoContext(ctx, "quarantined", slog.String("submission", v.Submission.ID), slog.String("kind", suspicion))
	return d.hold(v.once(ctx), v.Form, v.Shop, v.Submission.Quarantine(suspicion))
}

// hold puts a submission aside. The first of its form and day opens a task, so that a colleague looks within the time
// that the shop gives to tasks; once that is done, the next opens another one. Where no task can be made, the
// submission is kept all the same.
func (d Desk) hold(ctx context.Context, f form.Form, shop setup.Shop, sub form.Submission) error {
	var t task.Task
	var e event.Event
	asks := false
	err := guarded(func() (err error) {
		t, e, asks, err = d.heldTask(ctx, f, shop, sub)
		return err
	})
	if err != nil || !asks {
		return d.enquiries().Quarantine(ctx, sub)
	}
	return d.enquiries().QuarantineAsking(ctx, sub, t, e)
}

// heldTask is the task that the submission opens. asks is false where one of the day waits already.
func (d Desk) heldTask(ctx context.Context, f form.Form, shop setup.Shop,
	sub form.Submission) (t task.Task, e event.Event, asks bool, err error) {
	terms, err := shop.Terms(f.Branch)
	if err != nil {
		return t, e, false, err
	}
	ends, err := terms.DayEnds(sub.CreatedAt)
	if err != nil {
		return t, e, false, err
	}
	for n := range form.MostHeldTasks {
		id := form.HeldTask(f.ID, ends, n)
		switch before, err := d.enquiries().Task(ctx, id); {
		case fault.KindOf(err) == fault.NotFound:
			t, e, asks = sub.Held(id, f, shop.Roster, terms.Task(), sub.CreatedAt)
			return t, e, asks, nil
		case err != nil || !before.Closed():
			return t, e, false, err
		}
	}
	return t, e, false, nil
}

// enquiries are those of the office, unless the desk has others.
func (d Desk) enquiries() Enquiries {
	if d.Enquiries != nil {
		return d.Enquiries
	}
	return d.Store
}

// panicked is a rule that fell over. What it fell over with may quote the enquiry, so only the place is kept.
type panicked struct{ stack []byte }

func (*panicked) Error() string { return "frontdesk: a rule panicked" }

func guarded(step func() error) (err error) {
	defer func() {
		if recover() != nil {
			err = &panicked{debug.Stack()}
		}
	}()
	return step()
}
