package intake_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/setup"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/receipt"
	"afterpress/shared/store/storetest"

	"golang.org/x/net/html"
)

// memory keeps enquiries for as long as the test runs.
type memory struct {
	shop setup.Shop
	kept map[string]form.Submission
}

func (m *memory) Form(_ context.Context, id string) (form.Form, setup.Shop, error) {
	f, ok := m.shop.Form(id)
	if !ok {
		return f, m.shop, fault.Missing("表单", "form")
	}
	return f, m.shop, nil
}

func (m *memory) Capture(_ context.Context, c lead.Capture, sub *form.Submission) (lead.Lead, error) {
	done, err := c.Capture(storetest.Began)
	if err == nil {
		m.kept[sub.ID] = *sub
	}
	return done.Lead, err
}

func (m *memory) Quarantine(_ context.Context, sub form.Submission) error {
	m.kept[sub.ID] = sub
	return nil
}

func (m *memory) Answered(context.Context, string, string) error { return nil }

func (m *memory) QuarantineLetter(ctx context.Context, sub form.Submission, _ string) error {
	return m.Quarantine(ctx, sub)
}

func (m *memory) QuarantineAsking(ctx context.Context, sub form.Submission, _ task.Task, _ event.Event) error {
	return m.Quarantine(ctx, sub)
}

func (m *memory) Task(context.Context, string) (task.Task, error) {
	return task.Task{}, fault.Missing("任务", "task")
}

func (m *memory) Admit(context.Context, form.Form, form.Arrival) (string, error) {
	return "", nil
}

func (m *memory) Find(context.Context, string) (*receipt.Replay, error) { return nil, nil }

func (m *memory) Save(context.Context, receipt.Receipt, receipt.SavedAnswer) error { return nil }

// Whatever is posted, the door answers with a page that holds no element of the sender's making, or it keeps the
// enquiry as it came.
func FuzzForm(f *testing.F) {
	f.Add(formType, lina().Encode())
	f.Add(jsonType, `{"name":"Tom","email":"tom@example.com","product":"book","quantity":5}`)
	f.Add(jsonType, `{"name":"\u0000","quantity":-1e3}`)
	f.Add(formType, "name=%FF&phone=%00&quantity=9223372036854775808")
	f.Add(formType+"; charset=utf-8", "marketing_consent=on&marketing_consent=on&=&%")
	f.Add("multipart/form-data", "--x")
	for _, text := range hostile {
		f.Add(formType, "name="+text+"&message="+text)
	}
	bench := &storetest.Bench{Clock: new(storetest.Clock)}
	bench.Store = storetest.Idle(bench.Clock)
	f.Fuzz(func(t *testing.T, contentType, body string) {
		if strings.ContainsAny(contentType, "\r\n\x00") {
			return // no header can hold it
		}
		bench.Clock.Set(storetest.Began)
		m := &memory{seed.Shop(storetest.Began), map[string]form.Submission{}}
		d := hang(bench, bench.Store, m)
		d.Receipts = m
		d.Handler = d.Server.Handler()
		w := d.ask("POST", "/forms/quote?lang=en", body, "Content-Type", contentType)
		accepted := w.Code == 303 || w.Code == 202
		if !accepted && !slices.Contains([]int{400, 413, 415, 422}, w.Code) {
			t.Fatalf("status %d: %s", w.Code, w.Body)
		}
		if accepted != (len(m.kept) == 1) {
			t.Fatalf("status %d, %d kept", w.Code, len(m.kept))
		}
		for _, sub := range m.kept {
			if sub.Body != body || sub.Outcome == form.OutcomeQuarantined {
				t.Fatalf("kept %+v", sub)
			}
		}
		if w.Code == 422 && strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
			page := parse(t, w)
			if made := find(page, func(n *html.Node) bool {
				return foreignScript(n) || n.Data == "svg" ||
					n.Data == "base"
			}); len(made) > 0 {
				t.Fatalf("an element was made: %s", w.Body)
			}
		}
	})
}
