package hook_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/setup"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/kernel/receipt"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store/storetest"
)

// memory keeps what machines hand over for as long as the test runs. Every address is a customer's, and one message
// is ours.
type memory struct {
	shop    setup.Shop
	kept    map[string]form.Submission
	opened  []complaint.Complaint
	touches []customer.Touch
	leads   []string // to which the touches belong
	reports []string // tags
	// answered are the addresses from which people answered
	answered []string
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

func (m *memory) FindContact(_ context.Context,
	claims []identity.Claim) (customer.Customer, customer.Contact, bool, error) {
	return customer.Customer{ID: "cus_1", Branch: seed.Shanghai}, customer.Contact{ID: "con_1"}, len(claims) > 0, nil
}

func (m *memory) AnsweredContact(context.Context, string, string, staff.Actor) error { return nil }

func (m *memory) HearLetter(_ context.Context, _ string, _ staff.Actor, t customer.Touch) error {
	m.touches = append(m.touches, t)
	return nil
}

func (m *memory) OpenLead(context.Context, string, string) (string, error) { return "", nil }

func (m *memory) OpenComplaint(_ context.Context, c complaint.Complaint,
	_ event.Event) (complaint.Complaint, error) {
	m.opened = append(m.opened, c)
	return c, nil
}

const ourLead = "lead_019b0000-1234-7abc-8def-0123456789ab"

var (
	ourMessage = message.Message{ID: "msg_1", Person: "cus_1", Customer: "cus_1", About: "lead/" + ourLead + "/1",
		Step: "acknowledge", Channel: message.ChannelEmail}
	ourTag = ourMessage.Tag()
)

func (m *memory) Tagged(_ context.Context, tag string) (message.Message, error) {
	if tag != ourTag {
		return message.Message{}, fault.Missing("消息", "message")
	}
	return ourMessage, nil
}

func (m *memory) Reply(_ context.Context, id string, _ staff.Actor, t customer.Touch) error {
	m.touches, m.leads = append(m.touches, t), append(m.leads, id)
	return nil
}

func (m *memory) Lead(_ context.Context, id string) (lead.Lead, error) { return lead.Lead{ID: id}, nil }

func (m *memory) LeadSender(context.Context, string, string) (string, error) { return "", nil }
func (m *memory) AnsweredLead(_ context.Context, _, from string, _ staff.Actor) error {
	m.answered = append(m.answered, from)
	return nil
}

func (m *memory) Report(_ context.Context, tag string, _ message.Report) error {
	m.reports = append(m.reports, tag)
	return nil
}

func (m *memory) Shop(context.Context) (setup.Shop, error) { return m.shop, nil }

func (m *memory) Find(context.Context, string) (*receipt.Replay, error) { return nil, nil }

func (m *memory) Save(context.Context, receipt.Receipt, receipt.SavedAnswer) error { return nil }

func mark(place string) string { return "canary-" + place + "-zq3x" }

// besieged is a door in memory with a log that can be read.
type besieged struct {
	*door
	memory *memory
	log    *bytes.Buffer
}

func besiege(t *testing.T) besieged {
	t.Helper()
	bench := &storetest.Bench{Clock: new(storetest.Clock)}
	bench.Clock.Set(storetest.Began)
	m := &memory{shop: seed.Shop(storetest.Began), kept: map[string]form.Submission{}}
	b := besieged{hang(bench, storetest.Idle(bench.Clock)), m, new(bytes.Buffer)}
	b.Frontdesk.Enquiries, b.Frontdesk.Letters, b.Frontdesk.Senders, b.Casework.Handed = m, m, m, m
	b.listen(m, slog.New(slog.NewJSONHandler(b.log, nil)))
	return b
}

// logged fails unless exactly one line was logged since the last time, with nothing in it of what was sent.
func (b besieged) logged(t *testing.T, what string) {
	t.Helper()
	line := strings.TrimSuffix(b.log.String(), "\n")
	b.log.Reset()
	var entry map[string]any
	if err := json.Unmarshal([]byte(line), &entry); err != nil || strings.Contains(line, "\n") ||
		entry["msg"] != "request" || entry["status"] == nil {
		t.Errorf("%s: logged %q, %v", what, line, err)
	}
	if strings.Contains(line, "canary-") || strings.Contains(line, "-zq3x") {
		t.Errorf("%s: the log says %s", what, line)
	}
}
