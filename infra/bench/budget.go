package main

import (
	"context"
	"fmt"
	"time"

	"afterpress/infra/demo/people"
	"afterpress/infra/demo/premises"
	"afterpress/infra/local/seed"
	"afterpress/infra/local/stack"
	"afterpress/shared/boot"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/lead"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/table"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/client"
)

// What a lead of a company may cost in write units. The door's: submission, lead, customer and contact, the claims on
// phone and e-mail, and the event, at two units each in one transaction (14). Their entries in lists are 6. The counter
// of the network address is 1, and each process takes places of the form once an hour (1 at most). Beyond the door: two
// steps of the lead, each with its event and its lists (16); the lead's row is under 1 KB where the person wrote a few
// sentences. Whose turn it is, who did it, and the customer's card (5); three messages with ledger, gate and turn (15),
// and the limits of automatic letters (2); the queue's marks (5); the rows by which the customer is found, with their
// manifest (21). A person's lead has no company's name, for which three rows go.
const (
	doorUnits   = 22
	leadUnits   = 86
	personUnits = 82
)

// askUnits is what a request of staff may cost in read units before it reads what it is about: the stamp of the
// set-up. A consistent read of up to 4 kB is one unit. A stamp of half a unit would be one that may be out of date.
const askUnits = 1

// leadBudget reads what a lead costs that is contacted in time: write units in the door and until the end, and
// Temporal's actions. The meter stands between functions, worker and engine; the stream is off until the door's
// part has been read.
func leadBudget(ctx context.Context, b *bench) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	m := newMeter()
	defer m.Close()
	p, err := premises.Open(ctx, stack.Options{
		SkipStream: true, Env: map[string]string{"AWS_ENDPOINT_URL_DYNAMODB": m.URL},
		Seed: func(ctx context.Context, s *stack.Stack) error {
			if err := m.stand(s.Tables); err != nil {
				return err
			}
			return awake(ctx, s.Addresses.DynamoDB)
		},
	})
	if err != nil {
		return err
	}
	defer p.Close()
	leads, n := b.size.leads, float64(b.size.leads)
	if _, err := drive(ctx, driving{Clients: 1, Posts: leads, Limit: limit}, post(p.API, enquiry)); err != nil {
		return err
	}
	door, _ := m.reading()
	m.bill.print(b.out, "writes of a company's lead in the door", n)
	asked, err := staffReads(ctx, p, m)
	if err != nil {
		return err
	}
	if err := p.Stack.StartStream(ctx); err != nil {
		return err
	}
	actions, err := followAll(ctx, p, 0, leads)
	if err != nil {
		return err
	}
	whole, refused := m.reading()
	m.bill.print(b.out, "writes of a company's lead beyond the door", n)
	if _, err := drive(ctx, driving{Clients: 1, Posts: leads, From: leads, Limit: limit},
		post(p.API, private)); err != nil {
		return err
	}
	if _, err := followAll(ctx, p, leads, leads); err != nil {
		return err
	}
	both, _ := m.reading()
	m.bill.print(b.out, "writes of a person's lead", n)
	b.atMost("write units of a lead in the door", door/n, "", doorUnits)
	b.atMost("write units of a lead until it is contacted", whole/n, "", leadUnits)
	b.atMost("write units of a person's lead until it is contacted", (both-whole)/n, "", personUnits)
	b.atMost("read units of a request of staff for the set-up", asked, "", askUnits)
	b.note("writes whose condition failed, billed and not in these units", float64(refused), "")
	b.atMost("Temporal actions of a lead until it is contacted", float64(actions)/n, "", 4)
	return claims(ctx, b, m)
}

// awake sets the seeded shop up with branches that are open round the clock. A lead finds its owner at once then, at
// whatever hour it is measured.
func awake(ctx context.Context, engine string) error {
	s, err := premises.OpenStore(engine)
	if err != nil {
		return err
	}
	shop := seed.Shop(boot.Now())
	for i := range shop.Calendars {
		c := &shop.Calendars[i]
		c.Holidays, c.MakeupDays, c.Week = nil, nil, map[string][]calendar.Window{}
		for _, day := range []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"} {
			c.Week[day] = []calendar.Window{{From: "00:00", To: "24:00"}}
		}
	}
	return s.Establish(ctx, shop)
}

// staffReads is how many read units a request of staff costs that is about nothing but who asks, once each process
// has read the set-up.
func staffReads(ctx context.Context, p *premises.Premises, m *meter) (units float64, err error) {
	manager, err := p.Colleague(seed.Subject("manager"), words.En)
	if err != nil {
		return 0, err
	}
	const requests = 40
	var before float64
	for range 2 {
		before = m.reads()
		for range requests {
			if err := manager.Read(ctx, "/me", new(map[string]any)); err != nil {
				return 0, err
			}
		}
	}
	return (m.reads() - before) / requests, nil
}

// followAll sees so many leads, from person number from on, to their first contact. Their processes then wait for what
// the policy plans next. It counts the actions.
func followAll(ctx context.Context, p *premises.Premises, from, leads int) (actions int, err error) {
	manager, err := p.Colleague(seed.Subject("manager"), words.En)
	if err != nil {
		return 0, err
	}
	for n := range leads {
		if _, err := p.AwaitMail(ctx, address(from+n)); err != nil {
			return 0, err
		}
	}
	var page table.Page[lead.Card]
	err = people.Await(ctx, "owner of every lead", func() (bool, error) {
		err := manager.Read(ctx, "/leads?state=assigned&limit=100", &page)
		return len(page.Items) == leads, err
	})
	if err != nil {
		return 0, err
	}
	var followed []string
	for _, card := range page.Items {
		l, err := follow(ctx, p, card)
		if err != nil {
			return 0, err
		}
		followed = append(followed, l.Progress().WorkflowID())
	}
	if err := people.Await(ctx, "empty outbox", handedOver(ctx, p)); err != nil {
		return 0, err
	}
	for _, id := range followed {
		if err := people.Await(ctx, "rest of "+id, resting(ctx, p.Temporal, id)); err != nil {
			return 0, err
		}
		n, err := spent(ctx, p.Temporal, id)
		if err != nil {
			return 0, err
		}
		actions += n
	}
	return actions, nil
}

// follow has the owner of a lead contact the person once the owner is told.
func follow(ctx context.Context, p *premises.Premises, card lead.Card) (l lead.Lead, err error) {
	person, ok := seed.Shop(boot.Now()).Person(card.Owner)
	if !ok {
		return l, fmt.Errorf("%s has an owner who is not of the seeded shop: %s", card.ID, card.Owner)
	}
	if _, err := p.AwaitMail(ctx, person.Email, words.Reference(card.ID)); err != nil {
		return l, err
	}
	owner, err := p.Colleague(person.Subject, words.En)
	if err != nil {
		return l, err
	}
	call := map[string]string{"channel": "call", "outcome": customer.OutcomeQuote}
	err = owner.Command(ctx, "/leads/"+card.ID+"/contact", call, &l)
	return l, err
}

// resting reports whether a workflow has worked off what it was told, and waits for its next timer.
func resting(ctx context.Context, c client.Client, id string) func() (bool, error) {
	return func() (bool, error) {
		stands, err := c.DescribeWorkflowExecution(ctx, id, "")
		return stands.GetPendingWorkflowTask() == nil && len(stands.GetPendingActivities()) == 0, err
	}
}

// spent counts the actions of a workflow until now, as Temporal Cloud bills them.
func spent(ctx context.Context, c client.Client, id string) (actions int, err error) {
	events := c.GetWorkflowHistory(ctx, id, "", false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for events.HasNext() {
		e, err := events.Next()
		if err != nil {
			return 0, err
		}
		actions += billed(e)
	}
	return actions, nil
}

// billed is what one event of a history costs: a start, a signal, a timer and the scheduling of an activity are an
// action each, and so is each repeat of an activity. The first signal comes with the start and costs nothing more,
// so the start counts as none here.
func billed(e *history.HistoryEvent) int {
	switch e.EventType {
	case enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED, enumspb.EVENT_TYPE_TIMER_STARTED,
		enumspb.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
		return 1
	case enumspb.EVENT_TYPE_ACTIVITY_TASK_STARTED:
		return int(e.GetActivityTaskStartedEventAttributes().Attempt) - 1
	}
	return 0
}
