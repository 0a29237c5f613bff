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
	"afterpress/shared/crm"
	"afterpress/shared/notify"
	"afterpress/shared/store/storetest"
	"afterpress/workflows"
)

// archive is a working keeper of policies, or one that is away.
type archive struct {
	versions []crm.Policy
	away     error
}

func (a archive) PolicyVersion(_ context.Context, id string, version int64) (crm.Policy, error) {
	i := slices.IndexFunc(a.versions, func(p crm.Policy) bool { return p.ID == id && p.Version == version })
	if a.away != nil || i < 0 {
		return crm.Policy{}, cmp.Or(a.away, error(crm.Missing("规则版本", "version of the policy")))
	}
	return a.versions[i], nil
}

// spoken are texts that name the version that says them.
func spoken(version string) crm.PolicyTexts {
	say := func(what string) *crm.PolicyText {
		return &crm.PolicyText{Zh: version + " 说：" + what, En: version + " says <b>" + what + "</b>"}
	}
	return crm.PolicyTexts{Signature: say("signature"), LeadAcknowledge: say("lead"), ComplaintAcknowledge: say("complaint"), ComplaintEvidence: say("evidence"), HoldAsk: say("hold")}
}

func TestMailSaysTheWordsOfItsVersion(t *testing.T) {
	kept := archive{versions: []crm.Policy{{ID: "standard", Version: 2, Texts: spoken("v2")}, {ID: "standard", Version: 3, Texts: spoken("v3")}}}
	ack := row
	ack.Person, ack.Template, ack.Policy = "cus_1", crm.TemplateLeadAcknowledged, "standard@2"
	for _, c := range []struct {
		name    string
		from    archive
		change  func(*crm.Message)
		values  map[string]string
		state   string
		says    []string
		without string
	}{
		{"in English", kept, nil, thankful, crm.MessageSent, []string{"v2 says <b>lead</b>", "v2 says <b>signature</b>"}, "v3"},
		{"in Chinese", kept, func(m *crm.Message) { m.Lang = crm.Zh }, thankful, crm.MessageSent, []string{"v2 说：lead", "v2 说：signature"}, "hold"},
		{"of no version", kept, func(m *crm.Message) { m.Policy = "" }, thankful, crm.MessageSent, nil, "says"},
		{"of a version that is nowhere", kept, func(m *crm.Message) { m.Policy = "standard@9" }, thankful, crm.MessageSent, nil, "says"},
		{"to a colleague", kept, func(m *crm.Message) { m.Template = crm.TemplateLeadAssigned }, values, crm.MessageSent, nil, "says"},
		{"while the store is away", archive{away: crm.Fail(crm.Unavailable, "断电", "power cut")}, nil, thankful, crm.MessageQueued, nil, ""},
	} {
		out, m, given := &outbox{}, ack, maps.Clone(c.values)
		if c.change != nil {
			c.change(&m)
		}
		mail := &Mail{Sender: out, From: notify.Address{Email: "shop@shop.example"}, Log: slog.New(slog.DiscardHandler), Policies: c.from}
		if got := mail.Send(t.Context(), m, workflows.Recipient{Email: "wang@customer.example"}, c.values); got.State != c.state {
			t.Errorf("%s: %+v", c.name, got)
		}
		if !maps.Equal(given, c.values) {
			t.Errorf("%s: the caller's values changed: %v", c.name, c.values)
		}
		if c.state != crm.MessageSent {
			if len(out.sent) > 0 {
				t.Errorf("%s: it left", c.name)
			}
			continue
		}
		for _, words := range c.says {
			if strings.Count(out.sent[0].Text, words) != 1 || strings.Contains(out.sent[0].HTML, "<b>") {
				t.Errorf("%s: %s\n%s", c.name, out.sent[0].Text, out.sent[0].HTML)
			}
		}
		if strings.Contains(out.sent[0].Text, c.without) {
			t.Errorf("%s: it says %s: %s", c.name, c.without, out.sent[0].Text)
		}
	}
	sms := &texts{}
	mail := &Mail{Texts: sms, Log: slog.New(slog.DiscardHandler), Policies: kept}
	ack.Channel = crm.ChannelSMS
	if got := mail.Send(t.Context(), ack, workflows.Recipient{Phone: "+8613800138000"}, thankful); got.State != crm.MessageSent || strings.Contains(sms.sent[0].Body, "v2") {
		t.Errorf("the SMS: %+v %+v", got, sms.sent)
	}
}

// reword makes the next version of the standard policy.
func reword(t *testing.T, b *storetest.Bench, version string, edit func(*crm.Policy)) crm.Terms {
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
	next, event, err := before.Reshape(next, crm.ActorOf(owner), shop, b.Clock.Now())
	if err == nil {
		err = b.PutPolicy(t.Context(), before, next, event)
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

// On the real tables: the acknowledgement has the words of the version that the lead named when it was first tried, though another one holds by now, and
// though the lead was planned anew between two attempts.
func TestALeadIsAnsweredInTheWordsOfItsVersion(t *testing.T) {
	b := storetest.New(t)
	out := &outbox{err: &notify.Error{Kind: notify.NotSent, Code: "connection"}}
	mail := &Mail{Sender: out, From: notify.Address{Email: "shop@shop.example"}, Log: slog.New(slog.DiscardHandler), Policies: b.Store}
	work := &workflows.LeadWork{Leads: b.Store, Ledger: b.Store, Mail: mail, Now: b.Clock.Now}
	thank := func(lead crm.Lead) workflows.Climbed {
		t.Helper()
		p := lead.Progress()
		i := slices.IndexFunc(p.Rungs, func(r crm.Rung) bool { return r.Do == crm.DoAcknowledge })
		done, err := work.Climb(t.Context(), workflows.Climb{ID: lead.ID, Round: 1, Key: p.Key(p.Rungs[i]), Rung: p.Rungs[i]})
		if err != nil {
			t.Fatal(err)
		}
		b.Clock.Advance(time.Minute)
		return done
	}
	plan := func(lead crm.Lead, terms crm.Terms) crm.Lead {
		t.Helper()
		next, err := b.ChangeLead(t.Context(), lead.ID, func(l crm.Lead) (crm.Lead, crm.Event, error) { return l.Replan(terms.Lead(), b.Clock.Now()) })
		if err != nil {
			t.Fatal(err)
		}
		return next
	}

	reword(t, b, "v2", nil)
	lead := enquire(t, b, seed.Shanghai, "wang@customer.example")
	if lead = plan(lead, reword(t, b, "v3", nil)); lead.Policy != "standard@2" {
		t.Errorf("words alone took the lead to %s", lead.Policy)
	}
	if done := thank(lead); done.Again == 0 {
		t.Errorf("a mail that was surely not sent is not tried again: %+v", done)
	}
	if lead = plan(lead, reword(t, b, "v4", func(p *crm.Policy) { p.Lead.FirstContact *= 2 })); lead.Policy != "standard@4" {
		t.Errorf("another time left the lead at %s", lead.Policy)
	}
	out.err = nil
	thank(lead)
	fresh := enquire(t, b, seed.Shanghai, "fang@customer.example")
	thank(fresh)
	var said []string
	for _, m := range out.sent {
		said = append(said, m.To.Email+" "+versions(m.Text))
	}
	if want := []string{"wang@customer.example v2", "wang@customer.example v2", "fang@customer.example v4"}; !slices.Equal(said, want) {
		t.Errorf("said %v, want %v", said, want)
	}
	rows, err := b.Messages(t.Context(), []crm.Message{{Person: lead.ContactID, About: lead.Progress().WorkflowID(), Step: "acknowledge", Channel: crm.ChannelEmail}})
	if err != nil || len(rows) != 1 || rows[0].Policy != "standard@2" || rows[0].Attempt != 2 || rows[0].State != crm.MessageSent {
		t.Errorf("the ledger has %+v, %v", rows, err)
	}
}

// A complaint that is planned anew speaks in the words of that version, and so does each state that it comes into later.
func TestAComplaintSpeaksInTheWordsOfItsVersion(t *testing.T) {
	b := newComplaintBench(t, crm.Enquiry{Name: "Wang", Email: "wang@customer.example", Lang: crm.En}, storetest.Began)
	b.work.Mail.(*Mail).Policies = b.Store
	b.terms = reword(t, b.Bench, "v2", func(p *crm.Policy) {
		p.Complaint.Time = maps.Clone(p.Complaint.Time)
		p.Complaint.Time[crm.ComplaintNew] = [4]int64{7200, 7200, 7200, 7200}
	})
	if _, err := b.ChangeComplaint(t.Context(), b.id, func(c crm.Complaint) (crm.Complaint, crm.Event, error) { return c.Replan(b.terms.Complaint(), b.Clock.Now()) }); err != nil {
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
			if delete(want, what); versions(m.Text) != version || m.To.Email != "wang@customer.example" || !strings.Contains(m.Text, version+" says <b>signature</b>") || strings.Contains(m.HTML, "<b>") {
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
	tokens, err := crm.NewTokens(storetest.SealKey)
	if err != nil {
		t.Fatal(err)
	}
	out := &outbox{}
	mail := &Mail{Sender: out, From: notify.Address{Email: "shop@shop.example"}, Log: slog.New(slog.DiscardHandler), Policies: b.Store}
	work := &workflows.HoldWork{Holds: b.Store, Ledger: b.Store, Mail: mail, Now: b.Clock.Now, Site: "https://shop.example", URL: "https://shop.example/holds/", Tokens: tokens}
	terms := reword(t, b, "v2", nil)
	lead := enquire(t, b, seed.Shanghai, "fang@customer.example")
	press, _ := b.Shop.Person(seed.StaffID(8))
	in := crm.HoldQuestion{Job: "J-1", Question: "Go on?", Choices: []string{"Go on", "Stop"}}
	hold, event, err := crm.AskHold(in, b.NewHoldID(), lead.Customer, lead.ContactID, seed.StaffID(3), crm.ActorOf(press), terms.Hold(), b.Clock.Now())
	if err == nil {
		hold, err = b.OpenHold(t.Context(), hold, event)
	}
	if err != nil {
		t.Fatal(err)
	}
	reword(t, b, "v3", nil)
	b.Clock.Advance(24 * time.Hour)
	for _, rung := range hold.Rungs {
		if _, err := work.Climb(t.Context(), workflows.Climb{ID: hold.ID, Round: hold.Progress().Round, Key: hold.Progress().Key(rung), Rung: rung}); err != nil {
			t.Fatal(err)
		}
	}
	said := map[string]int{}
	for _, m := range out.sent {
		if said[versions(m.Text)]++; (m.To.Email == "fang@customer.example") != strings.Contains(m.Text, "v2 says <b>hold</b>") {
			t.Errorf("to %s: %s", m.To.Email, m.Text)
		}
	}
	if said["v2"] != 2 || said["v3"] != 0 {
		t.Errorf("said %v", said)
	}
}
