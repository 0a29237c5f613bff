package lead_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"afterpress/shared/crm/crmtest"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/staff"

	"pgregory.net/rapid"
)

// The two choices of marketing.
var (
	byEmail = gate.Choice{Purpose: message.PurposeMarketing, Channel: message.ChannelEmail}
	bySMS   = gate.Choice{Purpose: message.PurposeMarketing, Channel: message.ChannelSMS}
)

// answers makes a gate of version 5 whose answers are a minute old: "email+" is a yes to e-mail, "sms-" a no to SMS.
func answers(said ...string) gate.Gate {
	g := gate.Gate{Person: "cus_1", Version: 5, Consents: map[string]gate.Consent{}}
	for _, s := range said {
		channel, yes := s[:len(s)-1], s[len(s)-1] == '+'
		g.Consents[message.PurposeMarketing+"/"+channel] = gate.Consent{Yes: yes, At: crmtest.Tuesday.Add(-time.Minute),
			Source: "earlier"}
	}
	return g
}

// said writes the answers of a gate about marketing as answers takes them, and an empty text for what was never
// answered.
func said(g gate.Gate) string {
	out := ""
	for _, c := range []gate.Choice{byEmail, bySMS} {
		if answer, answered := g.Consents[c.Key()]; answered {
			out += c.Channel + map[bool]string{true: "+", false: "-"}[answer.Yes]
		}
	}
	return out
}

func types(events []event.Event) (out []event.Type) {
	for _, e := range events {
		out = append(out, e.Type)
	}
	return out
}

func TestChoose(t *testing.T) {
	const yes, no = event.ConsentConfirmed, event.ConsentWithdrawn
	both, email, none := []gate.Choice{byEmail, bySMS}, []gate.Choice{byEmail}, []gate.Choice(nil)
	sms := []gate.Choice{bySMS}
	for _, tc := range []struct {
		name   string
		gate   gate.Gate
		seen   int64
		ticked []gate.Choice
		want   string
		events []event.Type
		stale  bool
	}{
		{"never asked, one", gate.Gate{}, 0, email, "email+", []event.Type{yes}, false},
		{"never asked, none", gate.Gate{}, 0, none, "email-", []event.Type{no}, false},
		{"another channel's too", gate.Gate{}, 0, both, "email+", []event.Type{yes}, false},
		{"another channel's alone", gate.Gate{}, 0, sms, "email-", []event.Type{no}, false},
		{"no to yes on a page that showed it", answers("email-", "sms-"), 5, both, "email+sms-", []event.Type{yes}, false},
		{"no to yes on an older page", answers("email-", "sms-"), 4, both, "email-sms-", nil, true},
		{"no to yes on a page of the future", answers("email-", "sms-"), 6, both, "email-sms-", nil, true},
		{"a yes too old, beside another's yes", answers("email-", "sms+"), 4, email, "email-sms+", nil, true},
		{"yes stays yes on an older page", answers("email+", "sms+"), 1, both, "email+sms+", nil, false},
		{"yes to no on an older page", answers("email+", "sms+"), 1, none, "email-sms+", []event.Type{no}, false},
		{"no again tells nothing", answers("email-", "sms-"), 5, none, "email-sms-", nil, false},
		{"what was never answered on an older page", answers("sms+"), 4, both, "sms+", nil, true},
		{"a yes beside another's no", answers("email-", "sms-"), 5, email, "email+sms-", []event.Type{yes}, false},
	} {
		chosen := gate.Chosen{Channel: message.ChannelEmail, Seen: tc.seen, Yes: map[string]string{}}
		for _, c := range tc.ticked {
			chosen.Yes[c.Key()] = "the words beside the box"
		}
		before := maps.Clone(tc.gate.Consents)
		next, events, stale := tc.gate.Choose(chosen, "shanghai", crmtest.Tuesday)
		// the others were never answered
		events = slices.DeleteFunc(events, func(e event.Event) bool { return e.Data["purpose"] != message.PurposeMarketing })
		if got := said(next); got != tc.want || stale != tc.stale || !slices.Equal(types(events), tc.events) {
			t.Errorf("%s: %s, %v, stale %v", tc.name, got, types(events), stale)
		}
		if !maps.Equal(before, tc.gate.Consents) {
			t.Errorf("%s: the gate that was asked has changed", tc.name)
		}
		for _, e := range events {
			c := next.Consents[e.Data["purpose"]+"/"+e.Data["channel"]]
			if c.At != crmtest.Tuesday || c.Source != gate.SourceChoices || c.Yes != (e.Type == yes) ||
				c.Yes != (c.Text != "") || e.Branch != "shanghai" {
				t.Errorf("%s: %+v tells of %+v", tc.name, e, c)
			}
		}
	}
}

// A contact who wants nothing any more is asked no further: every purpose ends by these channels, and no tick counts.
func TestStop(t *testing.T) {
	all := answers("email+", "sms+")
	for _, purpose := range gate.Purposes {
		for _, channel := range gate.ChoiceChannels {
			all = all.Answer(gate.Choice{Purpose: purpose, Channel: channel},
				gate.Consent{Yes: true, At: crmtest.Tuesday.Add(-time.Hour)}, staff.Visitor, crmtest.Tuesday)
		}
	}
	for _, tc := range []struct {
		name   string
		gate   gate.Gate
		stop   []string
		yes    int // how many of the choices stay
		events int
	}{
		{"everything", all, gate.ChoiceChannels, 0, 6},
		{"one channel", all, []string{message.ChannelSMS}, 3, 3},
		{"never asked", gate.Gate{}, gate.ChoiceChannels, 0, 6},
	} {
		chosen := gate.Chosen{Channel: message.ChannelEmail, Stop: tc.stop, Seen: tc.gate.Version,
			Yes: map[string]string{byEmail.Key(): "the words beside the box"}}
		next, events, stale := tc.gate.Choose(chosen, "shanghai", crmtest.Tuesday)
		kept := 0
		for _, choice := range gate.Choices {
			if next.Consents[choice.Key()].Yes {
				kept++
			}
		}
		if kept != tc.yes || len(events) != tc.events || stale {
			t.Errorf("%s: %d stay, %v", tc.name, kept, types(events))
		}
		again, told, _ := next.Choose(chosen, "shanghai", crmtest.Tuesday)
		if len(told) != 0 || !maps.Equal(again.Consents, next.Consents) {
			t.Errorf("%s, again: %v", tc.name, types(told))
		}
	}
}

func TestWithdraw(t *testing.T) {
	for _, tc := range []struct {
		name string
		gate gate.Gate
		want string
		told bool
	}{
		{"never asked", gate.Gate{}, "email-", true}, {"a yes", answers("email+"), "email-", true},
		{"a no", answers("email-"), "email-", false},
		{"a yes to SMS stays", answers("email+", "sms+"), "email-sms+", true},
	} {
		next, events := tc.gate.Withdraw(message.PurposeMarketing, message.ChannelEmail, "one-click", "shanghai",
			staff.Visitor, crmtest.Tuesday)
		if said(next) != tc.want || (len(events) == 1) != tc.told || next.Version != tc.gate.Version+1 ||
			next.Consents[byEmail.Key()].At != crmtest.Tuesday {
			t.Errorf("%s: %s, %v, version %d", tc.name, said(next), types(events), next.Version)
		}
	}
}

// A form's yes waits where the person said no; the link of its mail counts only while nothing came after it.
func TestConfirm(t *testing.T) {
	posted := crmtest.Tuesday.Add(-time.Second)
	sub := form.Submission{ID: "sub_1", CreatedAt: posted, ConsentText: "I agree"}
	led := lead.Lead{ID: "lead_1", Submission: "sub_1", Consent: gate.ConsentAwaiting,
		Person: lead.Person{Email: "a@example.com"}}
	no := func(at time.Time) gate.Gate {
		g := answers("email-")
		g.Consents[byEmail.Key()] = gate.Consent{At: at}
		return g
	}
	complained, _ := no(posted.Add(-time.Minute)).Heed(message.Report{Fate: message.FateComplained, At: crmtest.Tuesday},
		message.ChannelEmail)
	late, _ := no(crmtest.Tuesday).Heed(message.Report{Fate: message.FateComplained, At: posted.Add(-time.Hour)},
		message.ChannelEmail)
	since := no(posted.Add(-time.Minute)).Answer(byEmail,
		gate.Consent{Yes: true, At: crmtest.Tuesday, Text: "on the page"}, staff.Visitor, crmtest.Tuesday).Kept()
	since, _ = since.Heed(message.Report{Fate: message.FateComplained, At: posted.Add(-time.Second)},
		message.ChannelEmail)
	change := func(f func(*lead.Lead)) lead.Lead { l := led; f(&l); return l }
	for _, tc := range []struct {
		name string
		gate gate.Gate
		lead lead.Lead
		ok   bool
	}{
		{"a no before it", no(posted.Add(-time.Minute)), led, true},
		{"a no after it", no(posted.Add(time.Millisecond)), led, false},
		{"a no at the same moment", no(posted), led, false},
		{"a complaint after it", complained, led, false},
		{"a no after it, and an older complaint told since", late, led, false},
		{"a yes on the page after it, and an older complaint told since", since, led, false},
		{"a yes already", answers("email+"), led, false},
		{"another submission", no(posted.Add(-time.Minute)), change(func(l *lead.Lead) { l.Submission = "sub_2" }), false},
		{"a lead that waits for nothing", no(posted.Add(-time.Minute)), change(func(l *lead.Lead) { l.Consent = "" }),
			false},
		{"a mailbox that is not known to be theirs", no(posted.Add(-time.Minute)),
			change(func(l *lead.Lead) { l.Unverified = []string{"email"} }), false},
		{"no mailbox", no(posted.Add(-time.Minute)), change(func(l *lead.Lead) { l.Person.Email = "" }), false},
	} {
		next, e, err := lead.Confirm(tc.gate, tc.lead, sub, crmtest.Tuesday)
		c := next.Consents[byEmail.Key()]
		if (err == nil) != tc.ok || tc.ok &&
			(!c.Yes || c.Proof == "" || c.Text != "I agree" || e.Type != event.ConsentConfirmed) || !tc.ok &&
			said(next) != said(tc.gate) {
			t.Errorf("%s: %+v %v", tc.name, c, err)
		}
	}
}

// shown is a page of choices as somebody has it open, and a form's yes whose mail they have.
type (
	shown  struct{ version, at int64 }
	posted struct {
		lead lead.Lead
		sub  form.Submission
	}
)

// conscience is the reference: what the person said, in the order in which it was said, without the gate's own rules.
type conscience struct {
	step     int64 // counts what happens
	clock    time.Time
	no       map[gate.Choice]int64     // step at which the last no was heard; 0: never
	lastAt   map[gate.Choice]time.Time // moment of the last answer; a no that is told late does not make it earlier
	yes      map[gate.Choice]bool      // what stands
	answered map[gate.Choice]bool
	closed   map[string]bool // channels
	pages    []shown
	posts    []posted
}

func (c *conscience) refuse(choice gate.Choice, at time.Time) {
	c.yes[choice], c.answered[choice], c.no[choice] = false, true, c.step
	if at.After(c.lastAt[choice]) {
		c.lastAt[choice] = at
	}
}

func (c *conscience) agree(choice gate.Choice, at time.Time) {
	c.yes[choice], c.answered[choice], c.lastAt[choice] = true, true, at
}

// walk is one gate on its way, beside its conscience.
type walk struct {
	conscience
	gate gate.Gate
}

func newWalk() *walk {
	return &walk{gate: gate.Gate{Person: "cus_1"},
		conscience: conscience{clock: crmtest.Tuesday, no: map[gate.Choice]int64{}, lastAt: map[gate.Choice]time.Time{},
			yes: map[gate.Choice]bool{}, answered: map[gate.Choice]bool{}, closed: map[string]bool{}}}
}

// tick is the next moment; now and then it is the same one.
func (w *walk) tick(rt *rapid.T) time.Time {
	w.step++
	w.clock = w.clock.Add(time.Duration(rapid.IntRange(0, 3).Draw(rt, "seconds")) * time.Second)
	return w.clock
}

func (w *walk) form(rt *rapid.T) {
	now := w.tick(rt)
	sub := form.Submission{ID: fmt.Sprintf("sub_%d", w.step), CreatedAt: now, ConsentText: "I agree"}
	next, counts := w.gate.Offer(gate.Consent{Yes: true, At: now, Text: sub.ConsentText, Source: sub.ID}, true, nil, now)
	l := lead.Lead{ID: fmt.Sprintf("lead_%d", w.step), Submission: sub.ID, Consent: gate.ConsentGiven,
		Person: lead.Person{Email: "a@example.com"}}
	if !w.answered[byEmail] {
		w.agree(byEmail, now)
	}
	if counts != w.yes[byEmail] {
		rt.Fatalf("a form's yes counts: %v", counts)
	}
	if !counts {
		l.Consent = gate.ConsentAwaiting
	}
	if rapid.IntRange(0, 4).Draw(rt, "stranger") == 0 {
		l.Unverified = []string{"email"}
	}
	w.gate, w.posts = next.Kept(), append(w.posts, posted{l, sub})
}

// click posts the link of a mail that the person has, perhaps an old one, perhaps again.
func (w *walk) click(rt *rapid.T) {
	if len(w.posts) == 0 {
		return // no mail yet
	}
	p := rapid.SampledFrom(w.posts).Draw(rt, "mail")
	now := w.tick(rt)
	next, e, err := lead.Confirm(w.gate, p.lead, p.sub, now)
	may := p.lead.Consent == gate.ConsentAwaiting && len(p.lead.Unverified) == 0 && !w.yes[byEmail] &&
		w.lastAt[byEmail].Before(p.sub.CreatedAt)
	if (err == nil) != may {
		rt.Fatalf("a link of %s after an answer of %s: %v", p.sub.CreatedAt, w.lastAt[byEmail], err)
	}
	if may {
		if e.Type != event.ConsentConfirmed {
			rt.Fatalf("the event is %s", e.Type)
		}
		w.agree(byEmail, now)
		w.gate = next.Kept()
	}
}

func (w *walk) open(*rapid.T) {
	w.step++
	w.pages = append(w.pages, shown{w.gate.Version, w.step})
}

// choose sends a page that is open, perhaps since long, perhaps for the second time.
func (w *walk) choose(rt *rapid.T) {
	if len(w.pages) == 0 {
		return
	}
	page := rapid.SampledFrom(w.pages).Draw(rt, "page")
	channel := rapid.SampledFrom(gate.ChoiceChannels).Draw(rt, "channel")
	ticked := map[gate.Choice]bool{}
	for _, c := range gate.ChoicesOf(channel) {
		ticked[c] = rapid.Bool().Draw(rt, c.Key())
	}
	now := w.tick(rt)
	chosen := gate.Chosen{Channel: channel, Seen: page.version, Yes: map[string]string{}}
	for c, yes := range ticked {
		if yes {
			chosen.Yes[c.Key()] = "the words beside the box"
		}
	}
	fresh := page.version == w.gate.Version
	next, _, stale := w.gate.Choose(chosen, "shanghai", now)
	ignored := false
	for c, yes := range ticked {
		switch {
		case !yes:
			w.refuse(c, now)
		case w.yes[c]:
		case fresh && page.at > w.no[c]:
			w.agree(c, now)
		case fresh:
			rt.Fatalf("a page of step %d has the gate's version after a no of step %d", page.at, w.no[c])
		default:
			ignored = true
		}
	}
	if stale != ignored {
		rt.Fatalf("stale is %v", stale)
	}
	w.gate = next.Kept()
}

func (w *walk) withdraw(rt *rapid.T) {
	c := rapid.SampledFrom(gate.Choices).Draw(rt, "choice")
	now := w.tick(rt)
	next, _ := w.gate.Withdraw(c.Purpose, c.Channel, "test", "shanghai", staff.Visitor, now)
	w.gate = next.Kept()
	w.refuse(c, now)
}

// report comes late: what it tells happened up to ten seconds ago.
func (w *walk) report(rt *rapid.T) {
	fate := rapid.SampledFrom([]string{message.FateAccepted, message.FateDelivered, message.FateRefused,
		message.FateBounced, message.FateComplained}).Draw(rt, "fate")
	c := rapid.SampledFrom([]gate.Choice{byEmail, bySMS}).Draw(rt, "choice") // a complaint is a no to marketing
	at := w.tick(rt).Add(-time.Duration(rapid.IntRange(0, 10).Draw(rt, "late")) * time.Second)
	next, _ := w.gate.Heed(message.Report{Fate: fate, Source: "ses", At: at}, c.Channel)
	w.gate = next.Kept()
	if fate == message.FateBounced || fate == message.FateComplained {
		w.closed[c.Channel] = true
	}
	old := w.answered[c] && !w.yes[c] && !at.After(w.lastAt[c]) // the person has said no since, so it is no news
	if fate == message.FateComplained && !old {
		w.refuse(c, at)
	}
}

// agrees is what holds at every step.
func (w *walk) agrees(rt *rapid.T) {
	for _, c := range gate.Choices {
		answer, answered := w.gate.Consents[c.Key()]
		if answer.Yes != w.yes[c] || answered != w.answered[c] {
			rt.Fatalf("%s stands at %+v, they said yes: %v", c.Key(), answer, w.yes[c])
		}
		if answer.Yes && answer.Text == "" {
			rt.Fatalf("a yes without the words that were seen: %+v", answer)
		}
		if _, ok := w.gate.Permits(c.Purpose, c.Channel); ok != (w.yes[c] && !w.closed[c.Channel]) {
			rt.Fatalf("%s is permitted: %v", c.Key(), ok)
		}
	}
}

// No sequence of forms, links, choices, withdrawals and reports turns a no into a yes without a newer yes of the
// person's own. Each run takes about 30 steps; a hundred thousand are
//
//	go test ./shared/crm/lead -run OwnLaw -rapid.checks=2000 -rapid.steps=50
func TestTheGateKeepsItsOwnLaw(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := newWalk()
		rt.Repeat(map[string]func(*rapid.T){
			"form": w.form, "click": w.click, "open": w.open, "choose": w.choose, "withdraw": w.withdraw, "report": w.report,
			"": w.agrees,
		})
	})
}
