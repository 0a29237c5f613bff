package worker

import (
	"cmp"
	"context"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/hold"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/token"
	"afterpress/shared/kernel/words"
	"afterpress/shared/notify"
	"afterpress/shared/store/storetest"
	"afterpress/workflows"
)

// archive is a working keeper of policies, or one that is away.
type archive struct {
	versions []setup.Policy
	away     error
}

func (a archive) PolicyVersion(_ context.Context, id string, version int64) (setup.Policy, error) {
	i := slices.IndexFunc(a.versions, func(p setup.Policy) bool { return p.ID == id && p.Version == version })
	if a.away != nil || i < 0 {
		return setup.Policy{}, cmp.Or(a.away, error(fault.Missing("规则版本", "version of the policy")))
	}
	return a.versions[i], nil
}

// spoken are texts that name the version that says them.
func spoken(version string) setup.PolicyTexts {
	say := func(what string) *setup.PolicyText {
		return &setup.PolicyText{Zh: version + " 说：" + what, En: version + " says <b>" + what + "</b>"}
	}
	return setup.PolicyTexts{Signature: say("signature"), LeadAcknowledge: say("lead"),
		ComplaintAcknowledge: say("complaint"), ComplaintEvidence: say("evidence"), HoldAsk: say("hold"),
		Privacy: say("privacy")}
}

func TestMailSaysTheWordsOfItsVersion(t *testing.T) {
	kept := archive{versions: []setup.Policy{{ID: "standard", Version: 2, Texts: spoken("v2")},
		{ID: "standard", Version: 3, Texts: spoken("v3")}}}
	ack := row
	ack.Person, ack.Template, ack.Policy = "cus_1", message.TemplateLeadAcknowledged, "standard@2"
	for _, c := range []struct {
		name    string
		from    archive
		change  func(*message.Message)
		values  map[string]string
		state   string
		says    []string
		without string
	}{
		{"in English", kept, nil, thankful, message.StateSent, []string{"v2 says <b>lead</b>", "v2 says <b>signature</b>",
			"v2 says <b>privacy</b>"}, "v3"},
		{"in Chinese", kept, func(m *message.Message) { m.Lang = words.Zh }, thankful, message.StateSent,
			[]string{"v2 说：lead", "v2 说：signature"}, "hold"},
		{"of no version", kept, func(m *message.Message) { m.Policy = "" }, thankful, message.StateSent, nil, "says"},
		{"of a version that is nowhere", kept, func(m *message.Message) { m.Policy = "standard@9" }, thankful,
			message.StateSent, nil, "says"},
		{"to a colleague", kept, func(m *message.Message) { m.Template = message.TemplateLeadAssigned }, values,
			message.StateSent, nil, "says"},
		{"while the store is away", archive{away: fault.Fail(fault.Unavailable, "断电", "power cut")}, nil, thankful,
			message.StateQueued, nil, ""},
	} {
		out, m, given := &outbox{}, ack, maps.Clone(c.values)
		if c.change != nil {
			c.change(&m)
		}
		mail := &Mail{Sender: out, From: notify.Address{Email: "shop@shop.example"}, Log: slog.New(slog.DiscardHandler),
			Policies: c.from}
		if got := mail.Send(t.Context(), m, workflows.Recipient{Email: "wang@customer.example"},
			c.values); got.State != c.state {
			t.Errorf("%s: %+v", c.name, got)
		}
		if !maps.Equal(given, c.values) {
			t.Errorf("%s: the caller's values changed: %v", c.name, c.values)
		}
		if c.state != message.StateSent {
			if len(out.sent) > 0 {
				t.Errorf("%s: it left", c.name)
			}
			continue
		}
		for _, said := range c.says {
			if strings.Count(out.sent[0].Text, said) != 1 || strings.Contains(out.sent[0].HTML, "<b>") {
				t.Errorf("%s: %s\n%s", c.name, out.sent[0].Text, out.sent[0].HTML)
			}
		}
		if strings.Contains(out.sent[0].Text, c.without) {
			t.Errorf("%s: it says %s: %s", c.name, c.without, out.sent[0].Text)
		}
	}
	sms := &texts{}
	mail := &Mail{Texts: sms, Log: slog.New(slog.DiscardHandler), Policies: kept}
	ack.Channel = message.ChannelSMS
	if got := mail.Send(t.Context(), ack, workflows.Recipient{Phone: "+8613800138000"},
		thankful); got.State != message.StateSent || strings.Contains(sms.sent[0].Body, "v2") {
		t.Errorf("the SMS: %+v %+v", got, sms.sent)
	}
}

// reword makes the next version of the standard policy.
func reword(t *testing.T, b *storetest.Bench, version string, edit func(*setup.Policy)) setup.Terms {
	t.Helper()
	shop, err := b.ShopNow(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	before, _ := shop.Policy("standard")
	owner, _ := shop.Person(seed.StaffID(1))
	next := before
	next.Texts = spoken(version)
	if edit != nil {
		edit(&next)
	}
	next, e, err := before.Reshape(next, staff.ActorOf(owner), shop, b.Clock.Now())
	if err == nil {
		err = b.SavePolicy(t.Context(), before, next, e)
	}
	if err != nil {
		t.Fatal(err)
	}
	_, terms, err := b.Terms(t.Context(), seed.Shanghai)
	if err != nil || terms.Policy.Version != next.Version {
		t.Fatalf("%s holds, %v", terms.Policy.Ref(), err)
	}
	return terms
}

// versions are those whose words stand in the text.
func versions(text string) string {
	var out []string
	for _, v := range []string{"v2", "v3", "v4"} {
		if strings.Contains(text, v+" says") {
			out = append(out, v)
		}
	}
	return strings.Join(out, " ")
}

// On the real tables: the acknowledgement has the words of the version that the lead named when it was first tried.
// Another version holds by now, and the lead was planned anew between two attempts.
func TestALeadIsAnsweredInTheWordsOfItsVersion(t *testing.T) {
	b := storetest.New(t)
	out := &outbox{err: &notify.Error{Kind: notify.NotSent, Code: "connection"}}
	facts := b.OpenAs(t, "worker")
	mail := &Mail{Sender: out, From: notify.Address{Email: "shop@shop.example"}, Log: slog.New(slog.DiscardHandler),
		Policies: facts}
	work := &workflows.LeadWork{Leads: facts, Ledger: facts, Mail: mail, Now: b.Clock.Now}
	thank := func(l lead.Lead) workflows.Climbed {
		t.Helper()
		p := l.Progress()
		i := slices.IndexFunc(p.Rungs, func(r ladder.Rung) bool { return r.Do == ladder.DoAcknowledge })
		done, err := work.Climb(t.Context(), workflows.Climb{ID: l.ID, Round: 1, Key: p.Key(p.Rungs[i]), Rung: p.Rungs[i]})
		if err != nil {
			t.Fatal(err)
		}
		b.Clock.Advance(time.Minute)
		return done
	}
	plan := func(led lead.Lead, terms setup.Terms) lead.Lead {
		t.Helper()
		next, err := b.ChangeLead(t.Context(), led.ID,
			func(l lead.Lead) (lead.Lead, event.Event, error) { return l.Replan(terms.Lead(), b.Clock.Now()) })
		if err != nil {
			t.Fatal(err)
		}
		return next
	}

	reword(t, b, "v2", nil)
	one := enquire(t, b, seed.Shanghai, "wang@customer.example")
	if one = plan(one, reword(t, b, "v3", nil)); one.Policy != "standard@2" {
		t.Errorf("words alone took the lead to %s", one.Policy)
	}
	if done := thank(one); done.Again == 0 {
		t.Errorf("a mail that was surely not sent is not tried again: %+v", done)
	}
	if one = plan(one, reword(t, b, "v4",
		func(p *setup.Policy) { p.Lead.FirstContact *= 2 })); one.Policy != "standard@4" {
		t.Errorf("another time left the lead at %s", one.Policy)
	}
	out.err = nil
	thank(one)
	fresh := enquire(t, b, seed.Shanghai, "fang@customer.example")
	thank(fresh)
	var said []string
	for _, m := range out.sent {
		said = append(said, m.To.Email+" "+versions(m.Text))
	}
	if want := []string{"wang@customer.example v2", "wang@customer.example v2",
		"fang@customer.example v4"}; !slices.Equal(said, want) {
		t.Errorf("said %v, want %v", said, want)
	}
	rows, err := b.Messages(t.Context(),
		[]message.Message{{Person: one.ContactID, About: one.Progress().WorkflowID(), Step: "acknowledge",
			Channel: message.ChannelEmail}})
	if err != nil || len(rows) != 1 || rows[0].Policy != "standard@2" || rows[0].Attempt != 2 ||
		rows[0].State != message.StateSent {
		t.Errorf("the ledger has %+v, %v", rows, err)
	}
}

// A complaint that is planned anew speaks in the words of that version, and so does each state that it comes into
// later.
func TestAComplaintSpeaksInTheWordsOfItsVersion(t *testing.T) {
	b := newComplaintBench(t, form.Enquiry{Name: "Wang", Email: "wang@customer.example", Lang: words.En}, storetest.Began)
	b.work.Mail.(*Mail).Policies = b.OpenAs(t, "worker")
	b.terms = reword(t, b.Bench, "v2", func(p *setup.Policy) {
		p.Complaint.Time = maps.Clone(p.Complaint.Time)
		p.Complaint.Time[complaint.StateNew] = [4]int64{7200, 7200, 7200, 7200}
	})
	if _, err := b.ChangeComplaint(t.Context(), b.id,
		func(c complaint.Complaint) (complaint.Complaint, event.Event, error) {
			return c.Replan(b.terms.Complaint(), b.Clock.Now())
		}); err != nil {
		t.Fatal(err)
	}
	b.terms = reword(t, b.Bench, "v3", nil)
	b.passes(time.Minute)
	b.does(b.judge()[:2]...)
	want := map[string]string{"complaint</b>": "v2", "evidence</b>": "v3"}
	for _, m := range b.out.sent {
		for what, version := range want {
			if !strings.Contains(m.Text, "says <b>"+what) {
				continue
			}
			if delete(want, what); versions(m.Text) != version || m.To.Email != "wang@customer.example" ||
				!strings.Contains(m.Text, version+" says <b>signature</b>") || strings.Contains(m.HTML, "<b>") {
				t.Errorf("%s: of %s, to %s", what, versions(m.Text), m.To.Email)
			}
		}
	}
	if len(want) > 0 {
		t.Errorf("nobody was told %v", want)
	}
}

func TestAQuestionIsAskedInTheWordsOfItsVersion(t *testing.T) {
	b := storetest.New(t)
	tokens := token.NewTokens(storetest.Ring)
	out := &outbox{}
	facts := b.OpenAs(t, "worker")
	mail := &Mail{Sender: out, From: notify.Address{Email: "shop@shop.example"}, Log: slog.New(slog.DiscardHandler),
		Policies: facts}
	work := &workflows.HoldWork{Holds: facts, Ledger: facts, Mail: mail, Now: b.Clock.Now,
		Site: "https://shop.example", URL: "https://shop.example/holds/", Tokens: tokens}
	terms := reword(t, b, "v2", nil)
	l := enquire(t, b, seed.Shanghai, "fang@customer.example")
	press, _ := b.Shop.Person(seed.StaffID(8))
	in := hold.Question{Job: "J-1", Question: "Go on?", Choices: []string{"Go on", "Stop"}}
	h, e, err := hold.Ask(in, b.NewHoldID(), l.Customer, l.ContactID, seed.StaffID(3), staff.ActorOf(press),
		terms.Hold(), b.Clock.Now())
	if err == nil {
		h, err = b.OpenHold(t.Context(), h, e)
	}
	if err != nil {
		t.Fatal(err)
	}
	reword(t, b, "v3", nil)
	b.Clock.Advance(24 * time.Hour)
	for _, rung := range h.Rungs {
		if _, err := work.Climb(t.Context(),
			workflows.Climb{ID: h.ID, Round: h.Progress().Round, Key: h.Progress().Key(rung), Rung: rung}); err != nil {
			t.Fatal(err)
		}
	}
	said := map[string]int{}
	for _, m := range out.sent {
		if said[versions(m.Text)]++; (m.To.Email == "fang@customer.example") != strings.Contains(m.Text,
			"v2 says <b>hold</b>") {
			t.Errorf("to %s: %s", m.To.Email, m.Text)
		}
	}
	if said["v2"] != 2 || said["v3"] != 0 {
		t.Errorf("said %v", said)
	}
}
