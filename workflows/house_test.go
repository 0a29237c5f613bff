package workflows

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/hold"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/setup"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/kerneltest"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/token"
	"afterpress/shared/kernel/words"

	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"
)

// Where an attempt can die. The fakes end it there: what was written stays written, and the attempt reports a store
// that is gone.
const (
	claimBefore     = "claim.before"
	sendBefore      = "send.before"       // claimed, nothing sent
	sendAfterAccept = "send.after_accept" // the inbox has it, the ledger does not know
	changeBefore    = "change.before"     // nothing was changed
	changeAfter     = "change.after"      // the record was changed, nobody was told
)

// house is a working shop in memory: records, ledger and inbox, by the rules of crm.
type house struct {
	erases *EraseWork // nil: nobody is to be erased
	obstacles
	reads   func() error // what the store says to a reading of the lead; nil: nothing
	mu      sync.Mutex
	now     func() time.Time
	shop    setup.Shop
	leads   map[string]lead.Lead
	tasks   map[string]task.Task
	cases   map[string]complaint.Complaint
	people  map[string]customer.Contact
	words   map[string]complaint.Reply
	holds   map[string]hold.Hold
	asked   customer.Contact // whom a question goes to
	turn    int64
	ledger  map[string]message.Message
	inbox   []string
	server  func(m message.Message) Delivery // nil: takes everything
	dies    func(point, step string) bool
	refuses func(m message.Message) error // what the ledger says to a claim; nil: nothing
	looks   int
	endless func()   // ends the play whose process looks at its record for ever
	changed []string // what processes did to complaints
	sms     bool
	bars    string // why the ledger lets no SMS through
	// why the ledger lets no automatic letter through
	barsReply string
	prefers   string // the channel that customers prefer
	hours     string // the hours that they prefer
	ownedBy   string // the colleague who looks after the customer
	// watchers watch channels that are away; nil: nobody
	watchers *watchers
}

const leadID = "lead_019e0000-0000-7000-8000-00009f3a09bc"

// monday is 09:00 in Shanghai.
var monday = time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)

func newHouse() *house {
	week := map[string][]calendar.Window{}
	for _, day := range []string{"mon", "tue", "wed", "thu", "fri"} {
		week[day] = []calendar.Window{{From: "08:30", To: "12:00"}, {From: "13:00", To: "17:30"}}
	}
	person := func(id, name string, role staff.Role) staff.Staff {
		return staff.Staff{ID: "stf_" + id, Name: name, Email: id + "@shop.example", Lang: words.Zh,
			Roles: []staff.Role{role}, Branches: []string{"bra_1"}}
	}
	return &house{
		now: func() time.Time { return monday }, leads: map[string]lead.Lead{}, tasks: map[string]task.Task{},
		ledger: map[string]message.Message{},
		holds:  map[string]hold.Hold{}, cases: map[string]complaint.Complaint{}, people: map[string]customer.Contact{},
		words: map[string]complaint.Reply{},
		shop: setup.Shop{
			Roster: firm.Roster{
				Staff: []staff.Staff{person("anna", "安娜", staff.Sales), person("bob", "鲍勃", staff.Sales),
					person("cai", "蔡", staff.Sales), person("mo", "莫", staff.Manager)},
				Branches: []firm.Branch{{ID: "bra_1", Name: words.Text{Zh: "浦东店", En: "Pudong"}, Phone: "021 6234 5678",
					Calendar: "cal_1", Policy: "standard",
					Manager: "stf_mo"}},
				Calendars: []calendar.Calendar{{ID: "cal_1", Zone: "Asia/Shanghai", Week: week}},
			},
			Name:     words.Text{Zh: "晨光印务", En: "Dawn Print"},
			Policies: []setup.Policy{setup.StandardPolicy()},
		},
	}
}

func (h *house) work() *LeadWork {
	tokens := token.NewTokens(kerneltest.Ring("tests"))
	work := &LeadWork{Tokens: tokens, Site: "https://shop.example", Leads: h, Ledger: h, Mail: h, SMS: h.sms,
		Now: func() time.Time { return h.now().UTC() }, URL: "https://shop.example/leads/"}
	if h.watchers != nil {
		work.Channels = h.watchers
	}
	return work
}

func (h *house) die(point, step string) error {
	if h.dies != nil && h.dies(point, step) {
		return fault.Fail(fault.Unavailable, "断电", "power cut")
	}
	return nil
}

// once dies at the point of the step, the first time.
func once(point, step string) func(string, string) bool {
	done := false
	return func(p, s string) bool {
		if done || p != point || s != step {
			return false
		}
		done = true
		return true
	}
}

func (h *house) terms() setup.Terms {
	terms, err := h.shop.Terms("bra_1")
	if err != nil {
		panic(err)
	}
	return terms
}

// capture takes an enquiry in and returns its event.
func (h *house) capture(t testing.TB, e form.Enquiry) event.Event {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	e.Lang = words.Zh
	out, err := lead.Capture{Enquiry: e, Source: "web", Terms: h.terms().Lead(), Life: h.terms().Policy.Life,
		LeadID: leadID, CustomerID: "cus_1", ContactID: "con_1", By: staff.Visitor}.Capture(h.now().UTC())
	if err != nil {
		t.Fatal(err)
	}
	h.leads[leadID] = out.Lead
	out.Event.ID = "evt_1"
	return out.Event
}

type command func(lead.Lead, setup.Terms, time.Time) (lead.Lead, event.Event, error)

// act is a person's command on the lead.
func (h *house) act(t testing.TB, do command) event.Event {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	next, e, err := do(h.leads[leadID], h.terms(), h.now().UTC())
	if err != nil {
		t.Error(err)
		return event.Event{}
	}
	h.leads[leadID] = next
	e.ID = fmt.Sprintf("evt_%d", next.Version)
	return e
}

func actor(h *house, id string) staff.Actor {
	p, _ := h.shop.Person(id)
	return staff.ActorOf(p)
}

func (h *house) lead() lead.Lead {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.leads[leadID]
}

func (h *house) Terms(_ context.Context, branch string) (setup.Shop, setup.Terms, error) {
	terms, err := h.shop.Terms(branch)
	return h.shop, terms, err
}

// mostLooks is how often a play may look at its record; the longest one looks fewer than two hundred times. What goes
// round without an end would go on for minutes, since time costs nothing here.
const mostLooks = 1000

// look counts a look at a record. Beyond mostLooks the play ends and the record cannot be read. The caller holds mu.
func (h *house) look() error {
	if h.looks++; h.looks <= mostLooks {
		return nil
	}
	if h.endless != nil {
		h.endless()
	}
	return fault.Fail(fault.Refused, "没有尽头", "the record was looked at without an end")
}

func (h *house) Lead(_ context.Context, id string) (lead.Lead, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.look(); err != nil {
		return lead.Lead{}, err
	}
	if h.reads != nil {
		if err := h.reads(); err != nil {
			return lead.Lead{}, err
		}
	}
	if l, ok := h.leads[id]; ok {
		return l, nil
	}
	return lead.Lead{}, fault.Missing("线索", "lead")
}

func (h *house) ChangeLead(_ context.Context, id string,
	rule func(lead.Lead) (lead.Lead, event.Event, error)) (lead.Lead, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	next, e, err := rule(h.leads[id])
	if err != nil {
		return next, err
	}
	if e.Pending != (next.Round > h.leads[id].Round) { // another round has a process of its own
		return next, fmt.Errorf("what a process wrote is handed back to it: %s, pending %v", e.Type, e.Pending)
	}
	h.leads[id] = next
	return next, h.die(changeAfter, next.State)
}

func (h *house) Rotate(context.Context, string) (int64, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.turn++
	return h.turn, nil
}

// Customer is everybody's customer, who prefers what this house says, and whose colleague it names.
func (h *house) Customer(_ context.Context, id string) (customer.Customer, error) {
	return customer.Customer{ID: id, PreferredChannel: h.prefers, Owner: h.ownedBy}, nil
}

func (h *house) LastAnswer(context.Context, string, string) (string, error) { return "收到", nil }

// AskForQuote keeps the first task of an id, as the store does.
func (h *house) AskForQuote(_ context.Context, l lead.Lead) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	t, _, ok := l.QuoteTask(h.shop.Roster, h.terms().Task(), h.now().UTC())
	if _, there := h.tasks[t.ID]; ok && !there {
		h.tasks[t.ID] = t
	}
	return nil
}

func (h *house) ClaimMessage(_ context.Context, m message.Message, _ string) (message.Message, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.refuses != nil {
		if err := h.refuses(m); err != nil {
			return message.Message{}, err
		}
	}
	if err := h.die(claimBefore, m.Step); err != nil {
		return m, err
	}
	now := h.now().UTC()
	if row, ok := h.ledger[m.Person+m.Key()]; ok {
		m = row
	}
	switch m.State {
	case "", message.StateQueued:
	case message.StateClaimed:
		lapsed, err := m.Lapse(now, now)
		if err == nil {
			h.ledger[m.Person+m.Key()] = lapsed
		}
		return lapsed, err
	default:
		return m, nil
	}
	before := m
	m, err := m.Claim(now)
	if m.Channel == message.ChannelSMS && h.bars != "" {
		m, err = message.Message.Suppress(before, h.bars, now)
	}
	if m.Replies != "" && m.Channel == message.ChannelEmail && h.barsReply != "" {
		m, err = message.Message.Suppress(before, h.barsReply, now)
	}
	if err != nil {
		return m, err
	}
	h.ledger[m.Person+m.Key()] = m
	return m, h.die(sendBefore, m.Step)
}

func (h *house) SMSToday(context.Context, string) (used, most int64, err error) { return 1, 500, nil }

func (h *house) SettleMessage(_ context.Context, m message.Message, state, provider, reason string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.die(sendAfterAccept, m.Step); err != nil {
		return err
	}
	settled, err := m.Settle(state, provider, reason, h.now().UTC())
	if err == nil {
		h.ledger[m.Person+m.Key()] = settled
	}
	return err
}

func (h *house) SuppressMessage(_ context.Context, m message.Message, reason string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, ok := h.ledger[m.Person+m.Key()]; ok {
		return nil
	}
	suppressed, err := m.Suppress(reason, h.now().UTC())
	h.ledger[m.Person+m.Key()] = suppressed
	return err
}

func (h *house) Send(_ context.Context, m message.Message, to Recipient, values map[string]string) Delivery {
	h.mu.Lock()
	defer h.mu.Unlock()
	for name, v := range values {
		if v == "" {
			return Delivery{State: message.StateFailed, Reason: name}
		}
	}
	if h.server != nil {
		if d := h.server(m); d.State != message.StateSent {
			return d
		}
	}
	shanghai := time.FixedZone("CST", 8*3600)
	h.inbox = append(h.inbox,
		fmt.Sprintf("%s %s %s", h.now().In(shanghai).Format("Mon 15:04"), cmp.Or(to.Robot, to.address()), m.Template))
	return Delivery{State: message.StateSent, Provider: "p1"}
}

func (h *house) Messages(_ context.Context, of []message.Message) ([]message.Message, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	var out []message.Message
	for _, m := range of {
		if row, ok := h.ledger[m.Person+m.Key()]; ok {
			out = append(out, row)
		}
	}
	return out, nil
}

// states lists the ledger: person, step and state of each message.
func (h *house) states() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	var out []string
	for _, m := range h.ledger {
		out = append(out, fmt.Sprintf("%s %s %s", m.Person, m.Step, m.State))
	}
	slices.Sort(out)
	return out
}

// play is one process in simulated time: it starts at start with the event, as a hand-over does.
type play struct {
	*testsuite.TestWorkflowEnvironment
	t     *testing.T
	house *house
	start time.Time
}

func newPlay(t *testing.T, h *house, start time.Time) *play {
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(log.NewStructuredLogger(slog.New(slog.DiscardHandler)))
	p := &play{TestWorkflowEnvironment: suite.NewTestWorkflowEnvironment(), t: t, house: h, start: start}
	p.SetStartTime(start)
	p.SetTestTimeout(time.Minute)
	// a machine that others use too is slow at times
	p.SetWorkerOptions(worker.Options{DeadlockDetectionTimeout: time.Minute})
	h.now = p.Now
	ending := sync.OnceFunc(func() {
		t.Errorf("the process does not come to an end: it has looked at its record %d times, or waited as often", mostLooks)
		p.CancelWorkflow()
	})
	h.endless = ending
	waits := 0
	p.SetOnTimerFiredListener(func(string) {
		if waits++; waits > mostLooks {
			ending()
		}
	})
	Register(p, Work{Lead: h.work(), Task: h.taskWork(), Complaint: h.complaintWork(), Hold: h.holdWork(),
		Erase: h.erases, Shop: &ShopWork{}})
	return p
}

// at does something at a time of the shop's clock on the first day, "15:04", or "Tue 15:04" for a later one of the
// week.
func (p *play) at(clock string, do func()) {
	p.t.Helper()
	p.RegisterDelayedCallback(do, shopTime(p.t, clock).Sub(p.start))
}

func shopTime(t *testing.T, clock string) time.Time {
	t.Helper()
	days := 0
	if len(clock) > len("15:04") {
		days = slices.Index([]string{"Mon", "Tue", "Wed", "Thu", "Fri"}, clock[:3])
		clock = clock[4:]
	}
	at, err := time.Parse("15:04", clock)
	if err != nil || days < 0 {
		t.Fatal("not a time: ", clock)
	}
	midnight := monday.Add(-9 * time.Hour)
	return midnight.AddDate(0, 0, days).Add(time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute)
}

// commands does a person's command at a time and tells the process.
func (p *play) commands(clock string, do command) {
	p.t.Helper()
	p.at(clock, func() {
		if e := p.house.act(p.t, do); e.Pending {
			p.SignalWorkflow(EventSignal, e)
		}
	})
}

// run hands the first event over and plays to the end.
func (p *play) run(first event.Event) {
	p.t.Helper()
	flow, _, in, _ := begin(first)
	p.RegisterDelayedCallback(func() { p.SignalWorkflow(EventSignal, first) }, 0)
	p.ExecuteWorkflow(flow.workflow, in)
	if !p.IsWorkflowCompleted() {
		p.t.Fatal("the process does not end")
	}
	if err := p.GetWorkflowError(); err != nil {
		p.t.Fatal(err)
	}
}

func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n got", what)
		for _, line := range got {
			t.Errorf("      %s", line)
		}
		t.Errorf(" want")
		for _, line := range want {
			t.Errorf("      %s", line)
		}
	}
}

// speaks is a contact after which the follow-up goes on, with the next step agreed for a time; zero: none.
func speaks(by staff.Actor, outcome string, next time.Time) command {
	return func(l lead.Lead, terms setup.Terms, now time.Time) (lead.Lead, event.Event, error) {
		return l.Speak(by, lead.Conversation{Channel: "phone", Outcome: outcome}, next, terms.Lead(), now)
	}
}

// sells is a contact in which the order comes at once, so that the follow-up ends.
func sells(by staff.Actor, outcome string) command {
	return func(l lead.Lead, terms setup.Terms, now time.Time) (lead.Lead, event.Event, error) {
		before := l.Progress()
		l, _, err := speaks(by, outcome, time.Time{})(l, terms, now)
		if err != nil {
			return l, event.Event{}, err
		}
		l, e, err := l.Won(by, lead.Win{}, terms.Lead(), now)
		e.Heard = before.Mark()
		return l, e, err
	}
}

func qualifies(by staff.Actor) command {
	return func(l lead.Lead, terms setup.Terms, now time.Time) (lead.Lead, event.Event, error) {
		return l.Qualify(by, lead.Qualification{Need: "500 brochures"}, terms.Lead(), now)
	}
}

func loses(by staff.Actor) command {
	return func(l lead.Lead, terms setup.Terms, now time.Time) (lead.Lead, event.Event, error) {
		return l.Lose(by, lead.Loss{Reason: "price"}, terms.Lead(), now)
	}
}

func claims(by staff.Actor) command {
	return func(l lead.Lead, terms setup.Terms, now time.Time) (lead.Lead, event.Event, error) {
		return l.Claim(by, terms.Lead(), now)
	}
}

func recycles(by staff.Actor) command {
	return func(l lead.Lead, terms setup.Terms, now time.Time) (lead.Lead, event.Event, error) {
		return l.Recycle(by, "not-mine", terms.Lead(), now)
	}
}

func assigns(by staff.Actor, to staff.Staff) command {
	return func(l lead.Lead, terms setup.Terms, now time.Time) (lead.Lead, event.Event, error) {
		return l.Assign(by, to, terms.Lead(), now)
	}
}

// acknowledged notes in the ledger that the customer got a message of the record's process.
func (h *house) acknowledged(about, step string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	m := message.Message{Person: "con_1", About: about, Step: step, Channel: message.ChannelEmail,
		State: message.StateSent}
	h.ledger[m.Person+m.Key()] = m
}
