package frontdesk_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/app/apptest"
	"afterpress/shared/app/frontdesk"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/storetest"
)

// broken is the store with rules that fall over when they make a lead.
type broken struct {
	frontdesk.Enquiries
	capture func(said string) error
}

func (b broken) Capture(_ context.Context, c lead.Capture, _ *form.Submission) (lead.Lead, error) {
	return lead.Lead{}, b.capture(c.Enquiry.Name)
}

// visit is an enquiry that Tom has just sent through the seeded form.
func visit(t *testing.T, b *apptest.Bench, said form.Enquiry) frontdesk.Visit {
	t.Helper()
	f, shop, err := b.Form(t.Context(), seed.Quote)
	if err != nil {
		t.Fatal(err)
	}
	now := b.Clock.Now()
	said.Name, said.Product, said.Lang = "Tom Baker", "book", words.En
	return frontdesk.Visit{Form: f, Shop: shop, Enquiry: said,
		Arrival: form.Arrival{Address: "192.0.2.1", Opened: now.Add(-time.Minute), At: now},
		Submission: form.Submission{ID: storetest.NewID("sub"), Version: 1, CreatedAt: now, UpdatedAt: now, Form: f.ID,
			Branch: f.Branch, Lang: words.En, Type: "application/json", Body: "{}"}}
}

func TestVisit(t *testing.T) {
	t.Parallel()
	b := apptest.New(t, storetest.New)
	var log bytes.Buffer
	line := slog.New(slog.NewJSONHandler(&log, nil))
	reached := form.Enquiry{Email: "TOM@example.com"}
	for _, c := range []struct {
		what       string
		change     func(*frontdesk.Visit)
		capture    func(string) error // nil: the store's own
		difficulty string             // empty: it became a lead
	}{
		{"an enquiry", func(*frontdesk.Visit) {}, nil, ""},
		{"a program's", func(v *frontdesk.Visit) { v.Arrival.Trap = "https://x.example" }, nil, form.SuspectTrap},
		{"a machine's, which no trap is for", func(v *frontdesk.Visit) {
			v.Arrival.Trap, v.Submission.Via, v.Source = "x", "leads/1", "ad-platform"
		}, nil, ""},
		{"one over which a rule panics", func(*frontdesk.Visit) {}, func(said string) error { panic(said) }, "internal"},
		{"one over which a rule fails", func(*frontdesk.Visit) {}, errors.New, "internal"},
		{"one of a form without a branch", func(v *frontdesk.Visit) { v.Form.Branch = "none" }, nil, "not-found"},
	} {
		log.Reset()
		d := frontdesk.Desk{Office: b.Office, Log: line}
		if c.capture != nil {
			d.Enquiries = broken{b.Store, c.capture}
		}
		v := visit(t, b, reached)
		c.change(&v)
		if err := d.Visit(t.Context(), v); err != nil {
			t.Errorf("%s: %v", c.what, err)
		}
		sub, err := b.Submission(t.Context(), v.Submission.ID)
		if err != nil || sub.Difficulty != c.difficulty || (sub.Lead == "") != (c.difficulty != "") {
			t.Errorf("%s: %+v, %v", c.what, sub, err)
		}
		if lines := strings.Count(log.String(), "\n"); (lines == 1) != (c.difficulty != "") ||
			strings.Contains(log.String(), "Tom") {
			t.Errorf("%s: logged %s", c.what, log.String())
		}
		if l, err := b.Lead(t.Context(), sub.Lead); sub.Lead != "" && (err != nil || l.Person.Email != "tom@example.com" ||
			v.Source != "" && l.Source != v.Source) {
			t.Errorf("%s: %+v, %v", c.what, l, err)
		}
	}
	ends, err := storetest.Terms(t, b.Bench, seed.Shanghai).DayEnds(b.Clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	tsk, err := b.Task(t.Context(), form.HeldTask(seed.Quote, ends, 0))
	if err != nil || tsk.Owner != b.Caller("manager").ID {
		t.Errorf("the task of what is held: %+v, %v", tsk, err)
	}
	if n := b.CountRecords(t, "TASK"); n != 1 {
		t.Errorf("%d tasks", n)
	}
}

// marked is the store, which counts without a receipt and keeps with one.
type marked struct {
	frontdesk.Enquiries
	laid func(context.Context) bool
	t    *testing.T
}

func (m marked) Admit(ctx context.Context, f form.Form, a form.Arrival) (string, error) {
	if m.laid(ctx) {
		m.t.Error("the receipt is laid before the enquiry is admitted")
	}
	return m.Enquiries.Admit(ctx, f, a)
}

func (m marked) Capture(ctx context.Context, c lead.Capture, sub *form.Submission) (lead.Lead, error) {
	if !m.laid(ctx) {
		m.t.Error("the enquiry is kept without its receipt")
	}
	return m.Enquiries.Capture(ctx, c, sub)
}

func (m marked) Quarantine(ctx context.Context, sub form.Submission) error {
	if !m.laid(ctx) {
		m.t.Error("the enquiry is put aside without its receipt")
	}
	return m.Enquiries.Quarantine(ctx, sub)
}

func (m marked) QuarantineAsking(ctx context.Context, sub form.Submission, t task.Task, e event.Event) error {
	if !m.laid(ctx) {
		m.t.Error("the enquiry is put aside without its receipt")
	}
	return m.Enquiries.QuarantineAsking(ctx, sub, t, e)
}

func TestVisitRefuses(t *testing.T) {
	t.Parallel()
	b := apptest.New(t, storetest.New)
	d := frontdesk.Desk{Office: b.Office, Log: slog.New(slog.DiscardHandler)}
	b.Refuses(fault.Invalid, "an enquiry of somebody who cannot be reached", func() error {
		return d.Visit(t.Context(), visit(t, b, form.Enquiry{Phone: "12"}))
	})
	v := visit(t, b, form.Enquiry{Email: "tom@example.com"})
	unasked := v
	unasked.Enquiry.Consent, unasked.Form.Fields = true, nil
	b.Refuses(fault.Invalid, "a consent that the form does not ask for", func() error {
		return d.Visit(t.Context(), unasked)
	})
	away := fault.Fail(fault.Unavailable, "请稍候", "Wait")
	d.Enquiries = admitting{broken{b.Store, func(string) error { return away }}}
	b.Refuses(fault.Unavailable, "an enquiry while the store is away", func() error { return d.Visit(t.Context(), v) })
}

// admitting counts nothing.
type admitting struct{ broken }

func (admitting) Admit(context.Context, form.Form, form.Arrival) (string, error) {
	return "", nil
}

// What a repeat is known by is asked for right before the commit, and not at all where the enquiry is refused.
func TestVisitContent(t *testing.T) {
	t.Parallel()
	b := apptest.New(t, storetest.New)
	d := frontdesk.Desk{Office: b.Office, Log: slog.New(slog.DiscardHandler)}
	type mark struct{}
	branch := seed.Shanghai
	content := func(phone string) (known string) {
		v := visit(t, b, form.Enquiry{Phone: phone})
		v.Form.Branch = branch
		v.Once = func(ctx context.Context, content string) context.Context {
			known += content
			return context.WithValue(ctx, mark{}, true)
		}
		d.Enquiries = marked{b.Store, func(ctx context.Context) bool { return ctx.Value(mark{}) != nil }, t}
		if err := d.Visit(t.Context(), v); (err == nil) != (phone != "12") {
			t.Error(phone, err)
		}
		return known
	}
	if known := content("12"); known != "" {
		t.Errorf("an enquiry that is refused is remembered as %s", known)
	}
	if one, other := content("13800138000"), content("+86 138 0013 8000"); one != other {
		t.Errorf("%s is not %s", one, other)
	}
	if one, other := content("13800138000"), content("13800138001"); one == other {
		t.Errorf("two people are %s", one)
	}
	branch = "nowhere" // no lead can be made: the enquiry is put aside
	if known := content("13800138002"); known == "" {
		t.Error("an enquiry that is put aside is not remembered")
	}
}
