package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"afterpress/infra/demo/people"
	"afterpress/infra/demo/premises"
	"afterpress/infra/local/seed"
	"afterpress/infra/local/stack"
	"afterpress/shared/boot"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/complaint/remedy"
	"afterpress/shared/crm/complaint/verdict"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/overview"
	"afterpress/shared/kernel/words"
)

// What a complaint may cost in write units. Its opening: record, event and freeze, the record's three lists, and the
// place of its event in the queue (12). Beyond it: twelve steps, each the record, its event and the two lists in which
// its deadline moves (117); the parts of the record that seldom change, and what its customer was given (18); the marks
// of nine events in the queue (27); three sums, each in the one counter of all its values (12); messages with gate,
// ledger and turns (40); freeze, work done and rotation (5); and the rows by which its customer, who is new, is found
// (15). The chat's turns vary by three.
const (
	openingUnits   = 12
	complaintUnits = 251
)

// complaintBudget reads what a complaint costs that is settled in time after one approval: write units of its
// opening and until its end, and Temporal's actions. Between two commands the one before has been told to everybody
// whom it concerns, as it would be in a working day.
func complaintBudget(ctx context.Context, b *bench) error {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Minute)
	defer cancel()
	m := newMeter()
	defer m.Close()
	p, err := premises.Open(ctx, stack.Options{
		SkipStream: true, Env: map[string]string{"AWS_ENDPOINT_URL_DYNAMODB": m.URL},
		Seed: func(_ context.Context, s *stack.Stack) error { return m.stand(s.Tables) },
	})
	if err != nil {
		return err
	}
	defer p.Close()
	c := settling{Premises: p}
	if err := c.begin(ctx); err != nil {
		return err
	}
	before, _ := m.reading()
	m.bill.print(io.Discard, "", 1)
	if err := c.open(ctx); err != nil {
		return err
	}
	opened, _ := m.reading()
	m.bill.print(b.out, "writes of a complaint's opening", 1)
	if err := p.Stack.StartStream(ctx); err != nil {
		return err
	}
	if err := c.settle(ctx); err != nil {
		return err
	}
	process := c.is.Progress().WorkflowID()
	if err := p.Temporal.GetWorkflow(ctx, process, "").Get(ctx, nil); err != nil {
		return err
	}
	actions, err := spent(ctx, p.Temporal, process)
	if err != nil {
		return err
	}
	if err := people.Await(ctx, "empty outbox", handedOver(ctx, p)); err != nil {
		return err
	}
	whole, refused := m.reading()
	m.bill.print(b.out, "writes of a complaint beyond its opening", 1)
	b.atMost("write units of a complaint's opening", opened-before, "", openingUnits)
	b.atMost("write units of a complaint with one approval, to its end", whole-before, "", complaintUnits)
	b.note("writes whose condition failed, billed and not in these units", float64(refused), "")
	b.atMost("Temporal actions of a complaint with one approval", float64(actions), "", 18)
	return nil
}

// settling is one complaint on its way to its end.
type settling struct {
	*premises.Premises
	service, finance people.Colleague
	customer, email  string
	is               complaint.Complaint
}

func (c *settling) begin(ctx context.Context) (err error) {
	if c.service, err = c.Colleague(seed.Subject("service"), words.Zh); err != nil {
		return err
	}
	if c.finance, err = c.Colleague(seed.Subject("finance"), words.Zh); err != nil {
		return err
	}
	var made customer.Customer
	c.email = "fang@customer.example"
	err = c.service.Make(ctx, "/customers",
		map[string]any{"kind": "company", "name": "方记家居有限公司", "lang": "zh", "source": "walk-in",
			"contact": map[string]any{"name": "方岚", "emails": []map[string]any{{"value": c.email}}}}, &made)
	c.customer = made.ID
	return err
}

func (c *settling) open(ctx context.Context) error {
	var card overview.Overview
	if err := c.service.Read(ctx, "/customers/"+c.customer+"/360", &card); err != nil {
		return err
	}
	said := complained(0)
	said["customer"], said["contact"] = c.customer, card.Contacts[0].ID
	return c.service.Make(ctx, "/complaints", said, &c.is)
}

// settle takes it to its end, a command at a time.
func (c *settling) settle(ctx context.Context) error {
	cny := func(minor int64) map[string]any { return map[string]any{"minor": minor, "currency": "CNY"} }
	day := boot.Now().Add(72 * time.Hour).Format(time.RFC3339)
	staff := func(role string) string { return role + "@lanyin.example" }
	if err := c.heard(ctx, c.email, 1); err != nil {
		return err
	}
	if err := c.heard(ctx, staff("service"), 1); err != nil {
		return err
	}
	for _, step := range []struct {
		by    people.Colleague
		name  string
		in    func() map[string]any
		tells string
		n     int // of the mails to people who are told
	}{
		{by: c.service, name: "triage", in: func() map[string]any { return map[string]any{"severity": 3} }},
		{by: c.service, name: "measure", in: func() map[string]any {
			return map[string]any{"measure": defect.MeasureDE00CMY, "value": 5200, "unit": "ΔE00", "samples": 5}
		}},
		{by: c.service, name: "decide", in: func() map[string]any {
			return map[string]any{"defect": defect.ColourDeviation, "proof": verdict.ProofDeviates, "cause": verdict.CauseOurs}
		}},
		{c.service, "propose", func() map[string]any {
			return map[string]any{"remedies": []any{map[string]any{"kind": remedy.PartReprint, "quantity": 600,
				"amount": cny(128000), "value": cny(153600), "promised_at": day}}}
		}, staff("finance"), 1},
		{c.finance, "approve", func() map[string]any {
			return map[string]any{"no": c.is.Approvals,
				"amount": c.is.Approval.Amount}
		}, c.email, 2},
		{by: c.service, name: "agree", in: func() map[string]any { return map[string]any{"turn": c.is.Turn} }},
		{c.service, "carry-out", func() map[string]any { return map[string]any{"promised_at": day} }, c.email, 3},
		{c.service, "complete", func() map[string]any { return map[string]any{} }, c.email, 4},
		{by: c.service, name: "verify", in: func() map[string]any { return map[string]any{"satisfied": true} }},
		{by: c.service, name: "find-cause", in: func() map[string]any {
			return map[string]any{"factor": "machine", "internal_text": "墨键 7 号偏移。"}
		}},
		{by: c.service, name: "close", in: func() map[string]any { return map[string]any{} }},
	} {
		var next complaint.Complaint
		if err := step.by.Command(ctx, "/complaints/"+c.is.ID+"/"+step.name, step.in(), &next); err != nil {
			return err
		}
		c.is = next
		if step.tells == "" {
			continue
		}
		if err := c.heard(ctx, step.tells, step.n); err != nil {
			return fmt.Errorf("after %s: %w", step.name, err)
		}
	}
	return nil
}

// heard waits for the nth mail about the complaint to somebody.
func (c *settling) heard(ctx context.Context, to string, n int) error {
	return people.Await(ctx, fmt.Sprintf("mail no. %d about the complaint to %s", n, to), func() (bool, error) {
		mails, err := c.Mails(ctx, to)
		about := 0
		for _, m := range mails {
			if strings.Contains(m.Subject, words.Reference(c.is.ID)) {
				about++
			}
		}
		return about >= n, err
	})
}
