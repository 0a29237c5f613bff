package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"afterpress/infra/demo/people"
	"afterpress/infra/demo/premises"
	"afterpress/infra/local/seed"
	"afterpress/infra/local/stack"
	"afterpress/shared/boot"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/overview"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/words"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// triage is how long a complaint of the scene may lie, in seconds; its manager hears then, the owner of the shop
// half of it later.
const triage = 4

// caseFault is a point at which the worker is killed while it is at one complaint. It says what must become of the
// message that it is held with; without a state it is at the record.
type caseFault struct {
	point
	state string
	mails int
}

// assigns reports whether the call gives a complaint to somebody.
func assigns(c call) bool {
	return c.operation == "TransactWriteItems" && c.has(string(event.ComplaintAssigned))
}

// caseFaults are the points around a complaint's activities.
var caseFaults = []caseFault{
	{claimed, message.StateUnknown, 0},
	{mailed, message.StateUnknown, 1},
	{point{name: "worker: the complaint has its owner, and the worker has not heard of it", after: true, is: assigns},
		"", 0},
	{point{name: "worker: the message is not claimed yet", is: claimed.is}, message.StateSent, 1},
	{recorded, message.StateSent, 1},
	{point{name: "worker: the complaint has no owner yet", is: assigns}, "", 0},
}

// cases kills the worker at each point while complaints of different customers run, takes each complaint to its
// end, and counts.
func cases(ctx context.Context, c *chaos) error {
	s, err := openCases(ctx, c)
	if err != nil {
		return err
	}
	defer s.Close()
	for _, f := range caseFaults[:c.size.cases] {
		c.say("%s", f.name)
		if err := s.play(ctx, f); err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
	}
	c.say("waiting until managers and the owner of the shop have heard of each")
	for _, is := range s.all {
		if err := s.escalated(ctx, is); err != nil {
			return err
		}
	}
	c.say("each is settled now")
	for i := range s.all {
		if err := s.settle(ctx, &s.all[i]); err != nil {
			return err
		}
	}
	figures, err := s.count(ctx)
	c.figures = append(c.figures, figures...)
	return err
}

// caseScene is the rig with its complaints.
type caseScene struct {
	*rig
	service, finance people.Colleague
	all              []complaint.Complaint
}

// openCases opens a shop that is never closed, where nobody triages a complaint in time.
func openCases(ctx context.Context, c *chaos) (*caseScene, error) {
	r := &rig{proxies: map[string]*proxy{worker: newProxy(newLedger())}, size: c.size,
		proof: proof{kills: map[string][]span{}, fates: map[string]fate{}}}
	r.ledger = r.proxies[worker].ledger
	var err error
	r.Premises, err = c.open(ctx, "cases",
		stack.Options{EnvOf: map[string]map[string]string{worker: {"AWS_ENDPOINT_URL_DYNAMODB": r.proxies[worker].URL}},
			Seed: func(ctx context.Context, s *stack.Stack) error {
				if err := r.proxies[worker].stand(s.Tables); err != nil {
					return err
				}
				tables, err := premises.OpenStore(s.Addresses.DynamoDB)
				if err != nil {
					return err
				}
				return tables.Establish(ctx, sleepless())
			}})
	if err != nil {
		return nil, err
	}
	s := &caseScene{rig: r}
	if s.service, err = s.Colleague(seed.Subject("service"), words.Zh); err != nil {
		return nil, err
	}
	s.finance, err = s.Colleague(seed.Subject("finance"), words.Zh)
	return s, err
}

// sleepless is the seeded shop with short times and no chat: what a robot's turn delays is not looked at here.
func sleepless() setup.Shop {
	shop := seed.Shop(boot.Now())
	for i := range shop.Calendars {
		shop.Calendars[i].Holidays, shop.Calendars[i].MakeupDays, shop.Calendars[i].Week = nil, nil,
			map[string][]calendar.Window{}
		for _, day := range []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"} {
			shop.Calendars[i].Week[day] = []calendar.Window{{From: "00:00", To: "24:00"}}
		}
	}
	for i := range shop.Branches {
		shop.Branches[i].Robot = nil
	}
	for i := range shop.Policies {
		shop.Policies[i].Complaint.Time[complaint.StateNew] = [4]int64{triage, triage, triage, triage}
	}
	return shop
}

// play opens a complaint of a new customer and kills the worker once it is at the point with this one. It notes what
// must become of it.
func (s *caseScene) play(ctx context.Context, f caseFault) error {
	n := len(s.all)
	var cust customer.Customer
	in := map[string]any{"kind": "company", "name": fmt.Sprintf("方记家居 %d 店", n), "lang": "zh", "source": "walk-in",
		"contact": map[string]any{
			"name": "方岚", "emails": []map[string]any{{"value": fmt.Sprintf("fang.%d@customer.example", n)}}}}
	if err := s.service.Make(ctx, "/customers", in, &cust); err != nil {
		return err
	}
	var card overview.Overview
	if err := s.service.Read(ctx, "/customers/"+cust.ID+"/360", &card); err != nil {
		return err
	}
	at := f.point
	at.is = func(c call) bool { return f.is(c) && c.has(cust.ID) }
	held := s.proxies[worker].arm(at)
	var made complaint.Complaint
	said := map[string]any{"customer": cust.ID, "contact": card.Contacts[0].ID, "channel": "phone", "words": "封面的红色偏暗。",
		"affected": 600,
		"defects":  []string{string(defect.ColourDeviation)}}
	if err := s.service.Make(ctx, "/complaints", said, &made); err != nil {
		return err
	}
	s.all = append(s.all, made)
	return s.killAt(ctx, f, held)
}

// killAt kills the worker that is held, and starts another one.
func (s *caseScene) killAt(ctx context.Context, f caseFault, held <-chan call) error {
	var c call
	soonest, cancel := context.WithTimeout(ctx, soon)
	defer cancel()
	select {
	case c = <-held:
	case <-soonest.Done():
		return fmt.Errorf("the worker does not come there within %v", soon)
	}
	if tag, _ := tagOf(c); f.state != "" {
		s.proof.fates[tag] = fate{point: f.name, state: f.state, mails: f.mails}
	}
	began := time.Now()
	if err := s.Stack.Pause(worker); err != nil {
		return err
	}
	s.proof.killed(worker, began)
	s.ledger.doubt()
	return s.Stack.Resume(worker)
}

// escalated waits until manager and owner of the shop have heard of the complaint.
func (s *caseScene) escalated(ctx context.Context, is complaint.Complaint) error {
	ctx, cancel := context.WithTimeout(ctx, 3*message.Lease)
	defer cancel()
	for _, role := range []string{"manager", "owner"} {
		if _, err := s.AwaitMail(ctx, role+"@lanyin.example", words.Reference(is.ID), "已逾期"); err != nil {
			return err
		}
	}
	return nil
}

// settle takes a complaint to its end.
func (s *caseScene) settle(ctx context.Context, is *complaint.Complaint) error {
	h := people.Handling{Service: s.service, Finance: s.finance, Is: *is}
	err := h.Do(ctx, people.ToSettled...)
	*is = h.Is
	return err
}

// count waits until every process has ended and every message is settled, and holds what is there against what must
// be.
func (s *caseScene) count(ctx context.Context) ([]figure, error) {
	ended, cancel := context.WithTimeout(ctx, 3*message.Lease)
	defer cancel()
	for _, is := range s.all {
		if err := s.Temporal.GetWorkflow(ended, is.Progress().WorkflowID(), "").Get(ended, nil); err != nil {
			return nil, fmt.Errorf("the process of %s: %w", is.ID, err)
		}
	}
	f := facts{proof: s.proof, doubtful: s.ledger.doubtful()}
	var early []string
	escalations := 0
	steps := map[string]int{}
	if err := scan(ctx, s.Premises, "Messages", func(it map[string]types.AttributeValue) {
		key, m := strings.CutPrefix(word(it, "sk"), "MESSAGE#")
		if !m {
			return
		}
		f.messages = append(f.messages, readMessage(it, key))
		steps[word(it, "about")+" "+word(it, "step")+" "+word(it, "channel")]++
		if of, ok := s.escalation(word(it, "about"), word(it, "template")); ok {
			escalations++
			at, err := time.Parse(time.RFC3339Nano, word(it, "created_at"))
			if err != nil || at.Before(of.CreatedAt.Add(triage*time.Second)) {
				early = append(early, key)
			}
		}
	}); err != nil {
		return nil, err
	}
	mails, err := s.Mails(ctx, "")
	if err != nil {
		return nil, err
	}
	f.mails = byTag(mails)
	var twice, owners, ledger []string
	for step, n := range steps {
		if n > 1 {
			twice = append(twice, step)
		}
	}
	for _, is := range s.all {
		done, err := s.Store.RemedyEntries(ctx, is.ID)
		if err != nil {
			return nil, err
		}
		given, err := s.Store.Grants(ctx, is.Customer)
		if err != nil {
			return nil, err
		}
		if len(done) != 1 || len(given.Lines) != 1 {
			ledger = append(ledger, fmt.Sprintf("%s: %d entries, %d grants", is.ID, len(done), len(given.Lines)))
		}
		if len(is.Owners) != 1 {
			owners = append(owners, is.ID+": "+strings.Join(is.Owners, ", "))
		}
	}
	const rows, record = "logs/worker.log and the rows of Messages", "logs/worker.log and the table Records"
	out := []figure{
		exactly("complaints, each with a kill of the worker", len(s.proof.kills[worker]), len(s.all), "the scene"),
		none("complaints whose remedy does not have one entry and one grant", ledger, record),
		none("complaints that were given to more than one person, or to nobody", owners, record),
		none("rungs of a complaint with two messages", twice, rows),
		exactly("escalations, to manager and owner of the shop", escalations, 2*len(s.all), rows),
		none("escalations before their time", early, rows),
	}
	return append(out, slices.DeleteFunc(f.messageFigures(),
		func(x figure) bool { return strings.Contains(x.name, "people who") })...), nil
}

// escalation is the complaint of which a message says that its time is up.
func (s *caseScene) escalation(about, template string) (of complaint.Complaint, ok bool) {
	i := slices.IndexFunc(s.all, func(c complaint.Complaint) bool { return c.Progress().About() == about })
	if i < 0 || template != message.TemplateComplaintOverdue {
		return of, false
	}
	return s.all[i], true
}
