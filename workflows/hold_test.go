package workflows

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/caselink"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/hold"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

const holdID = "hld_019e0000-0000-7000-8000-00009f3a09be"

func (h *house) holdWork() *HoldWork {
	lead := h.work()
	return &HoldWork{Holds: h, Ledger: h, Mail: h, SMS: h.sms, Now: lead.Now, URL: "https://shop.example/holds/",
		Site: lead.Site, Tokens: lead.Tokens}
}

func (h *house) Hold(_ context.Context, id string) (hold.Hold, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.look(); err != nil {
		return hold.Hold{}, err
	}
	if hld, ok := h.holds[id]; ok {
		return hld, nil
	}
	return hold.Hold{}, fault.Missing("生产问题", "production question")
}

func (h *house) ChangeHold(_ context.Context, id string,
	rule func(hold.Hold) (hold.Hold, event.Event, error)) (hold.Hold, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	next, e, err := rule(h.holds[id])
	if err != nil {
		return next, err
	}
	if e.Pending {
		return next, fmt.Errorf("what a process wrote is handed back to it: %s", e.Type)
	}
	h.holds[id] = next
	return next, h.die(changeAfter, next.State)
}

// asks asks a question for its owner and returns its event. The customer has an e-mail address where nobody says
// otherwise.
func (h *house) asks(t testing.TB, asker, owner string) event.Event {
	t.Helper()
	if h.asked.ID == "" {
		h.asked = customer.Contact{ID: "con_1", Customer: "cus_1", Name: "王芳", Lang: words.Zh,
			Emails: []customer.Reach{{Value: "fang@customer.example"}}}
	}
	in := hold.Question{Job: "J-1", Question: "纸张偏黄，继续吗？", Choices: []string{"继续", "换纸"}}
	hld, e, err := hold.Ask(in, holdID, "cus_1", "con_1", owner,
		staff.Actor{ID: asker, Roles: []staff.Role{staff.Production}, Branches: []string{"bra_1"}}, h.terms().Hold(),
		h.now().UTC())
	if err != nil {
		t.Fatal(err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.holds[holdID], e.ID = hld, "evt_1"
	return e
}

type holdCommand func(hold.Hold, setup.Terms, time.Time) (hold.Hold, event.Event, error)

// decides is somebody's command on the question.
func (h *house) decides(t testing.TB, do holdCommand) event.Event {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	next, e, err := do(h.holds[holdID], h.terms(), h.now().UTC())
	if err != nil {
		t.Error(err)
		return event.Event{}
	}
	h.holds[holdID], e.ID = next, fmt.Sprintf("evt_%d", next.Version)
	return e
}

// hold does somebody's command at a time and tells the process, where the event wakes it.
func (p *play) hold(clock string, do holdCommand) {
	p.t.Helper()
	p.at(clock, func() {
		if e := p.house.decides(p.t, do); e.Pending {
			p.SignalWorkflow(EventSignal, e)
		}
	})
}

func chooses(choice int) holdCommand {
	return func(h hold.Hold, terms setup.Terms, now time.Time) (hold.Hold, event.Event, error) {
		return h.Reply(staff.Visitor, hold.Answer{Choice: choice, Channel: "link"}, terms.Hold(), now)
	}
}

func noted(by staff.Actor) holdCommand {
	return func(h hold.Hold, terms setup.Terms, now time.Time) (hold.Hold, event.Event, error) {
		return h.Reply(by, hold.Answer{Choice: 2, Channel: "phone"}, terms.Hold(), now)
	}
}

func withdraws(by staff.Actor) holdCommand {
	return func(h hold.Hold, terms setup.Terms, now time.Time) (hold.Hold, event.Event, error) {
		return h.Withdraw(by, terms.Hold(), now)
	}
}

func TestAQuestionAnsweredAtOnce(t *testing.T) {
	h := newHouse()
	p := newPlay(t, h, monday)
	p.hold("09:10", chooses(2))
	p.run(h.asks(t, "stf_cai", "stf_anna"))
	same(t, "inbox", h.inbox, []string{
		"Mon 09:00 fang@customer.example hold-asked",
		"Mon 09:00 anna@shop.example hold-assigned",
		"Mon 09:10 cai@shop.example hold-answered",
	})
	if !p.Now().Equal(shopTime(t, "09:10")) {
		t.Errorf("the process ended at %s", p.Now())
	}
}

func TestAQuestionRemindedThenAnswered(t *testing.T) {
	h := newHouse()
	p := newPlay(t, h, monday)
	p.hold("10:20", noted(actor(h, "stf_anna")))
	p.run(h.asks(t, "stf_cai", "stf_anna"))
	same(t, "inbox", h.inbox[2:], []string{
		"Mon 09:30 fang@customer.example hold-reminded",
		"Mon 10:00 anna@shop.example hold-due",
		"Mon 10:20 cai@shop.example hold-answered",
	})
}

// Two hours of nobody, and two more: the manager has it at 11:00, and at 14:00, after the lunch break, an owner of
// the shop hears of it.
func TestAQuestionThatNobodyAnswers(t *testing.T) {
	h := newHouse()
	h.shop.Staff = append(h.shop.Staff,
		staff.Staff{ID: "stf_lu", Name: "陆", Email: "lu@shop.example", Lang: words.Zh, Roles: []staff.Role{staff.Owner},
			HeadOffice: true})
	p := newPlay(t, h, monday)
	p.at("11:30", func() {
		if hld := h.holds[holdID]; hld.State != hold.StateEscalated || hld.Owner != "stf_mo" {
			t.Errorf("at 11:30 it is %s, with %s", hld.State, hld.Owner)
		}
	})
	p.hold("15:00", chooses(1))
	p.run(h.asks(t, "stf_cai", "stf_anna"))
	same(t, "inbox", h.inbox[2:], []string{
		"Mon 09:30 fang@customer.example hold-reminded",
		"Mon 10:00 anna@shop.example hold-due",
		"Mon 11:00 mo@shop.example hold-escalated",
		"Mon 14:00 lu@shop.example hold-overdue",
		"Mon 15:00 cai@shop.example hold-answered",
	})
	same(t, "ledger", h.states(), []string{
		"con_1 1/again sent", "con_1 1/ask sent", "stf_anna 1/call sent", "stf_anna 1/tell sent", "stf_cai 3/answer sent",
		"stf_lu 2/owner sent", "stf_mo 2/manager sent",
	})
}

func TestAQuestionWithoutManagerStaysWithItsOwner(t *testing.T) {
	h := newHouse()
	gone := monday.Add(-time.Hour)
	h.shop.Staff[3].LeavesAt = &gone
	p := newPlay(t, h, monday)
	p.hold("12:00", noted(actor(h, "stf_anna")))
	p.run(h.asks(t, "stf_cai", "stf_anna"))
	if hld := h.holds[holdID]; hld.Owner != "stf_anna" || hld.State != hold.StateAnswered {
		t.Errorf("%+v", hld)
	}
	if states := h.states(); !slices.Contains(states, "stf_mo 2/manager suppressed") {
		t.Errorf("ledger %q", states)
	}
}

func TestAWithdrawnQuestion(t *testing.T) {
	h := newHouse()
	p := newPlay(t, h, monday)
	p.hold("09:20", withdraws(actor(h, "stf_mo")))
	p.run(h.asks(t, "stf_cai", "stf_anna"))
	same(t, "inbox", h.inbox[2:],
		[]string{"Mon 09:20 anna@shop.example hold-withdrawn", "Mon 09:20 cai@shop.example hold-withdrawn"})
	if !p.Now().Equal(shopTime(t, "09:20")) {
		t.Errorf("the process ended at %s", p.Now())
	}
}

// An asker who sees to it alone gets no word of owning it, and none of the answer that the asker wrote down.
func TestAQuestionOfOnesOwn(t *testing.T) {
	h := newHouse()
	p := newPlay(t, h, monday)
	p.hold("10:10", noted(actor(h, "stf_anna")))
	p.run(h.asks(t, "stf_anna", "stf_anna"))
	same(t, "inbox", h.inbox, []string{
		"Mon 09:00 fang@customer.example hold-asked",
		"Mon 09:30 fang@customer.example hold-reminded",
		"Mon 10:00 anna@shop.example hold-due",
	})
}

// Who asked has left: the answer goes to who saw to it, since somebody has to tell the press.
func TestTheAnswerReachesSomebody(t *testing.T) {
	h := newHouse()
	p := newPlay(t, h, monday)
	p.at("09:05", func() {
		gone := h.now()
		h.shop.Staff = slices.Clone(h.shop.Staff)
		h.shop.Staff[2].LeavesAt = &gone
	})
	p.hold("09:10", chooses(1))
	p.run(h.asks(t, "stf_cai", "stf_anna"))
	same(t, "inbox", h.inbox[2:], []string{"Mon 09:10 anna@shop.example hold-answered"})
}

// What a customer gets holds the link to the question and its choices, and nothing that names the record to anybody
// else.
func TestWhatTheCustomerIsAsked(t *testing.T) {
	for _, c := range []struct {
		name    string
		contact customer.Contact
		sms     bool
		row     string
		to      string
	}{
		{"by mail", customer.Contact{ID: "con_1", Lang: words.En, Emails: []customer.Reach{{Value: "a@b.cn"}},
			Phones: []customer.Reach{{Value: "+8613800138000"}}}, true, "con_1 1/ask email sent", "a@b.cn"},
		{"by SMS", customer.Contact{ID: "con_1", Lang: words.En,
			Phones: []customer.Reach{{Value: "+862162345678"}, {Value: "+8613800138000"}}}, true, "con_1 1/ask sms sent",
			"+8613800138000"},
		{"no SMS in this shop", customer.Contact{ID: "con_1", Phones: []customer.Reach{{Value: "+8613800138000"}}}, false,
			"con_1 1/ask email suppressed" + message.ReasonNoAddress, ""},
		{"a landline since", customer.Contact{ID: "con_1", Phones: []customer.Reach{{Value: "+862162345678"}}}, true,
			"con_1 1/ask sms suppressed" + message.ReasonNoMobile, ""},
		{"left since", customer.Contact{ID: "con_1", Emails: []customer.Reach{{Value: "a@b.cn"}}, LeftAt: &monday}, true,
			"con_1 1/ask email suppressed" + message.ReasonLeft, ""},
		{"gone since", customer.Contact{ID: "con_2"}, true, "con_1 1/ask email suppressed" + message.ReasonNoAddress, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse()
			h.sms, h.asked = c.sms, c.contact
			p := newPlay(t, h, monday)
			p.hold("09:10", chooses(1))
			p.run(h.asks(t, "stf_cai", "stf_anna"))
			if rows := h.rows(); rows[0] != c.row {
				t.Errorf("ledger %q", rows)
			}
			if c.to != "" && h.inbox[0] != "Mon 09:00 "+c.to+" hold-asked" {
				t.Errorf("inbox %q", h.inbox)
			}
		})
	}
}

// A customer who prefers SMS is asked by SMS where the number takes one, and by mail where not.
func TestWhoPrefersSMSIsAskedBySMS(t *testing.T) {
	both := customer.Contact{ID: "con_1", Emails: []customer.Reach{{Value: "a@b.cn"}},
		Phones: []customer.Reach{{Value: "+8613800138000"}}}
	landline := customer.Contact{ID: "con_1", Emails: both.Emails, Phones: []customer.Reach{{Value: "+862162345678"}}}
	for _, c := range []struct {
		prefers string
		contact customer.Contact
		sms     bool
		to      string
	}{
		{"sms", both, true, "+8613800138000"}, {"call", both, true, "a@b.cn"}, {"", both, true, "a@b.cn"},
		{"sms", both, false, "a@b.cn"}, {"sms", landline, true, "a@b.cn"},
	} {
		h := newHouse()
		h.sms, h.asked, h.prefers = c.sms, c.contact, c.prefers
		p := newPlay(t, h, monday)
		p.hold("09:10", chooses(1))
		if p.run(h.asks(t, "stf_cai", "stf_anna")); h.inbox[0] != "Mon 09:00 "+c.to+" hold-asked" {
			t.Errorf("prefers %q, SMS %v: %q", c.prefers, c.sms, h.inbox)
		}
	}
}

// letters keeps what the messages were given to say.
type letters struct {
	*house
	values []map[string]string
}

func (l *letters) Send(ctx context.Context, m message.Message, to Recipient, values map[string]string) Delivery {
	l.values = append(l.values, values)
	return l.house.Send(ctx, m, to, values)
}

func TestTheLinkOpensTheQuestion(t *testing.T) {
	h := newHouse()
	h.asks(t, "stf_cai", "stf_anna")
	work, l := h.holdWork(), &letters{house: h}
	work.Mail = l
	ask := h.holds[holdID].Rungs[0]
	if _, err := work.Climb(t.Context(), Climb{ID: holdID, Round: 1, Key: "1/ask", Rung: ask}); err != nil ||
		len(l.values) != 1 {
		t.Fatal(err, l.values)
	}
	v := l.values[0]
	token, found := strings.CutPrefix(v["link"], "https://shop.example/c/")
	token, query, _ := strings.Cut(token, "?")
	about, ok := caselink.Open(work.Tokens, token)
	if !found || !ok || about.About != holdID || about.Job != "" || query != "lang=zh" {
		t.Errorf("the link %s is about %+v", v["link"], about)
	}
	if v["choices"] != "1. 继续\n2. 换纸" || v["asked"] != "纸张偏黄，继续吗？" || v["job"] != "J-1" ||
		v["reference"] != "9F3A09BE" || v["due"] != "今天11:00" {
		t.Errorf("%+v", v)
	}
}

// A mail server that is away holds up the messages, and neither the escalation nor the answer.
func TestAQuestionWhileTheMailServerIsAway(t *testing.T) {
	h := newHouse()
	p := newPlay(t, h, monday)
	h.server = func(message.Message) Delivery {
		if h.now().Before(shopTime(t, "11:20")) {
			return Delivery{State: message.StateQueued, Reason: "connection"}
		}
		return Delivery{State: message.StateSent}
	}
	p.at("11:10", func() {
		if state := h.holds[holdID].State; state != hold.StateEscalated {
			t.Errorf("at 11:10 it is %s", state)
		}
	})
	p.hold("11:15", chooses(1)) // while the server is away: the answer is told when it is back
	p.run(h.asks(t, "stf_cai", "stf_anna"))
	if len(h.inbox) != 1 || !strings.HasSuffix(h.inbox[0], "cai@shop.example hold-answered") || h.inbox[0] < "Mon 11:20" {
		t.Errorf("inbox %q", h.inbox)
	}
}

// A crash at any point tells nobody twice and escalates once.
func TestAQuestionWhoseWorkerDies(t *testing.T) {
	for _, c := range []struct {
		point, step string
		want        string
		copies      int
	}{
		{claimBefore, "1/ask", "con_1 1/ask sent", 1}, {sendBefore, "1/ask", "con_1 1/ask unknown", 0},
		{sendAfterAccept, "1/ask", "con_1 1/ask unknown", 1},
		{changeAfter, hold.StateEscalated, "stf_mo 2/manager sent", 1},
		{sendAfterAccept, "3/answer", "stf_cai 3/answer unknown", 1},
	} {
		t.Run(c.point+" of "+c.step, func(t *testing.T) {
			h := newHouse()
			h.dies = once(c.point, c.step)
			p := newPlay(t, h, monday)
			p.hold("11:30", chooses(1))
			p.run(h.asks(t, "stf_cai", "stf_anna"))
			if !slices.Contains(h.states(), c.want) || h.holds[holdID].Version != 3 {
				t.Errorf("version %d, ledger %q", h.holds[holdID].Version, h.states())
			}
			template := map[string]string{"1/ask": "hold-asked", hold.StateEscalated: "hold-escalated",
				"3/answer": "hold-answered"}[c.step]
			if n := strings.Count(strings.Join(h.inbox, "\n"), template); n != c.copies {
				t.Errorf("%d times %s: %q", n, template, h.inbox)
			}
		})
	}
}

func TestAQuestionIsReplanned(t *testing.T) {
	for _, c := range []struct {
		name   string
		answer int64
		inbox  []string
	}{
		{"twice the time", 4 * 3600,
			[]string{"Mon 10:00 fang@customer.example hold-reminded", "Mon 11:00 anna@shop.example hold-due",
				"Mon 11:30 anna@shop.example hold-withdrawn", "Mon 11:30 cai@shop.example hold-withdrawn"}},
		{"half the time, and half of that gone", 3600,
			[]string{"Mon 09:20 fang@customer.example hold-reminded", "Mon 09:30 anna@shop.example hold-due",
				"Mon 10:00 mo@shop.example hold-escalated", "Mon 11:30 cai@shop.example hold-withdrawn"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse()
			p := newPlay(t, h, monday)
			p.hold("09:20", func(hld hold.Hold, terms setup.Terms, now time.Time) (hold.Hold, event.Event, error) {
				terms.Policy.Version, terms.Policy.Hold = 2, hold.StandardPolicy()
				terms.Ref = terms.Policy.Ref()
				terms.Policy.Hold.Answer = c.answer
				return hld.Replan(terms.Hold(), now)
			})
			p.hold("11:30", withdraws(actor(h, "stf_mo")))
			p.run(h.asks(t, "stf_cai", "stf_anna"))
			same(t, "inbox", h.inbox[2:], c.inbox)
		})
	}
}

// A record that is gone ends its process, and a step that nobody knows stops no other.
func TestAQuestionThatIsGone(t *testing.T) {
	h := newHouse()
	p := newPlay(t, h, monday)
	first := h.asks(t, "stf_cai", "stf_anna")
	delete(h.holds, holdID)
	p.run(first)
	if len(h.inbox) != 0 || !p.Now().Equal(monday) {
		t.Errorf("%q until %s", h.inbox, p.Now())
	}
	strange := newHouse()
	strange.shop.Policies[0].Hold = hold.StandardPolicy()
	strange.shop.Policies[0].Hold.Ladder[0].Do = "dance"
	q := newPlay(t, strange, monday)
	q.hold("09:10", withdraws(actor(strange, "stf_mo")))
	q.run(strange.asks(t, "stf_cai", "stf_anna"))
	same(t, "inbox", strange.inbox,
		[]string{"Mon 09:00 anna@shop.example hold-assigned", "Mon 09:10 anna@shop.example hold-withdrawn",
			"Mon 09:10 cai@shop.example hold-withdrawn"})
}
