package crm

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// The two choices of marketing.
var (
	byEmail = Choice{PurposeMarketing, ChannelEmail}
	bySMS   = Choice{PurposeMarketing, ChannelSMS}
)

// answers makes a gate of version 5 whose answers are a minute old: "email+" is a yes to e-mail, "sms-" a no to SMS.
func answers(said ...string) Gate {
	g := Gate{Person: "cus_1", Version: 5, Consents: map[string]Consent{}}
	for _, s := range said {
		channel, yes := s[:len(s)-1], s[len(s)-1] == '+'
		g.Consents[PurposeMarketing+"/"+channel] = Consent{Yes: yes, At: tuesday.Add(-time.Minute), Source: "earlier"}
	}
	return g
}

// said writes the answers of a gate about marketing as answers takes them, and an empty text for what was never answered.
func said(g Gate) string {
	out := ""
	for _, c := range []Choice{byEmail, bySMS} {
		if answer, answered := g.Consents[c.Key()]; answered {
			out += c.Channel + map[bool]string{true: "+", false: "-"}[answer.Yes]
		}
	}
	return out
}

func types(events []Event) (out []EventType) {
	for _, e := range events {
		out = append(out, e.Type)
	}
	return out
}

func TestChoose(t *testing.T) {
	const yes, no = ConsentConfirmed, ConsentWithdrawn
	both, email, none := []Choice{byEmail, bySMS}, []Choice{byEmail}, []Choice(nil)
	for _, tc := range []struct {
		name   string
		gate   Gate
		seen   int64
		ticked []Choice
		want   string
		events []EventType
		stale  bool
	}{
		{"never asked, both", Gate{}, 0, both, "email+sms+", []EventType{yes, yes}, false},
		{"never asked, one", Gate{}, 0, email, "email+sms-", []EventType{yes, no}, false},
		{"never asked, none", Gate{}, 0, none, "email-sms-", []EventType{no, no}, false},
		{"no to yes on a page that showed it", answers("email-", "sms-"), 5, both, "email+sms+", []EventType{yes, yes}, false},
		{"no to yes on an older page", answers("email-", "sms-"), 4, both, "email-sms-", nil, true},
		{"no to yes on a page of the future", answers("email-", "sms-"), 6, both, "email-sms-", nil, true},
		{"one yes too old, one no", answers("email-", "sms+"), 4, email, "email-sms-", []EventType{no}, true},
		{"yes stays yes on an older page", answers("email+", "sms+"), 1, both, "email+sms+", nil, false},
		{"yes to no on an older page", answers("email+", "sms+"), 1, none, "email-sms-", []EventType{no, no}, false},
		{"no again tells nothing", answers("email-", "sms-"), 5, none, "email-sms-", nil, false},
		{"what was never answered on an older page", answers("sms+"), 4, both, "sms+", nil, true},
		{"one of each", answers("email-", "sms+"), 5, email, "email+sms-", []EventType{yes, no}, false},
	} {
		chosen := Chosen{Seen: tc.seen, Yes: map[string]string{}}
		for _, c := range tc.ticked {
			chosen.Yes[c.Key()] = "the words beside the box"
		}
		before := maps.Clone(tc.gate.Consents)
		next, events, stale := tc.gate.Choose(chosen, "shanghai", tuesday)
		events = slices.DeleteFunc(events, func(e Event) bool { return e.Data["purpose"] != PurposeMarketing }) // the others were never answered
		if got := said(next); got != tc.want || stale != tc.stale || !slices.Equal(types(events), tc.events) {
			t.Errorf("%s: %s, %v, stale %v", tc.name, got, types(events), stale)
		}
		if !maps.Equal(before, tc.gate.Consents) {
			t.Errorf("%s: the gate that was asked has changed", tc.name)
		}
		for _, e := range events {
			c := next.Consents[e.Data["purpose"]+"/"+e.Data["channel"]]
			if c.At != tuesday || c.Source != SourceChoices || c.Yes != (e.Type == yes) || c.Yes != (c.Text != "") || e.Branch != "shanghai" {
				t.Errorf("%s: %+v tells of %+v", tc.name, e, c)
			}
		}
	}
}

func TestWithdraw(t *testing.T) {
	for _, tc := range []struct {
		name string
		gate Gate
		want string
		told bool
	}{
		{"never asked", Gate{}, "email-", true}, {"a yes", answers("email+"), "email-", true}, {"a no", answers("email-"), "email-", false},
		{"a yes to SMS stays", answers("email+", "sms+"), "email-sms+", true},
	} {
		next, events := tc.gate.Withdraw(PurposeMarketing, ChannelEmail, "one-click", "shanghai", Visitor, tuesday)
		if said(next) != tc.want || (len(events) == 1) != tc.told || next.Version != tc.gate.Version+1 || next.Consents[byEmail.Key()].At != tuesday {
			t.Errorf("%s: %s, %v, version %d", tc.name, said(next), types(events), next.Version)
		}
	}
}

// A form's yes waits where the person said no; the link of its mail counts only while nothing came after it.
func TestConfirm(t *testing.T) {
	posted := tuesday.Add(-time.Second)
	sub := Submission{ID: "sub_1", CreatedAt: posted, ConsentText: "I agree"}
	lead := Lead{ID: "lead_1", Submission: "sub_1", Consent: ConsentAwaiting, Person: Person{Email: "a@example.com"}}
	no := func(at time.Time) Gate {
		g := answers("email-")
		g.Consents[byEmail.Key()] = Consent{At: at}
		return g
	}
	complained, _ := no(posted.Add(-time.Minute)).Heed(Report{Fate: FateComplained, At: tuesday}, ChannelEmail)
	late, _ := no(tuesday).Heed(Report{Fate: FateComplained, At: posted.Add(-time.Hour)}, ChannelEmail)
	since := no(posted.Add(-time.Minute)).answer(byEmail, Consent{Yes: true, At: tuesday, Text: "on the page"}, Visitor, tuesday).Kept()
	since, _ = since.Heed(Report{Fate: FateComplained, At: posted.Add(-time.Second)}, ChannelEmail)
	change := func(f func(*Lead)) Lead { l := lead; f(&l); return l }
	for _, tc := range []struct {
		name string
		gate Gate
		lead Lead
		ok   bool
	}{
		{"a no before it", no(posted.Add(-time.Minute)), lead, true},
		{"a no after it", no(posted.Add(time.Millisecond)), lead, false},
		{"a no at the same moment", no(posted), lead, false},
		{"a complaint after it", complained, lead, false},
		{"a no after it, and an older complaint told since", late, lead, false},
		{"a yes on the page after it, and an older complaint told since", since, lead, false},
		{"a yes already", answers("email+"), lead, false},
		{"another submission", no(posted.Add(-time.Minute)), change(func(l *Lead) { l.Submission = "sub_2" }), false},
		{"a lead that waits for nothing", no(posted.Add(-time.Minute)), change(func(l *Lead) { l.Consent = "" }), false},
		{"a mailbox that is not known to be his", no(posted.Add(-time.Minute)), change(func(l *Lead) { l.Unverified = []string{"email"} }), false},
		{"no mailbox", no(posted.Add(-time.Minute)), change(func(l *Lead) { l.Person.Email = "" }), false},
	} {
		next, event, err := tc.gate.Confirm(tc.lead, sub, tuesday)
		c := next.Consents[byEmail.Key()]
		if (err == nil) != tc.ok || tc.ok && (!c.Yes || c.Proof == "" || c.Text != "I agree" || event.Type != ConsentConfirmed) || !tc.ok && said(next) != said(tc.gate) {
			t.Errorf("%s: %+v %v", tc.name, c, err)
		}
	}
}

// shown is a page of choices as somebody has it open, and a form's yes whose mail he has.
type (
	shown  struct{ version, at int64 }
	posted struct {
		lead Lead
		sub  Submission
	}
)

// conscience is the reference: what the person said, in the order in which he said it, without the gate's own rules.
type conscience struct {
	step     int64 // counts what happens
	clock    time.Time
	no       map[Choice]int64     // step at which his last no was heard; 0: never
	lastAt   map[Choice]time.Time // moment of his last answer; a no that is told late does not make it earlier
	yes      map[Choice]bool      // what stands
	answered map[Choice]bool
	closed   map[string]bool // channels
	pages    []shown
	posts    []posted
}

func (c *conscience) refuse(choice Choice, at time.Time) {
	c.yes[choice], c.answered[choice], c.no[choice] = false, true, c.step
	if at.After(c.lastAt[choice]) {
		c.lastAt[choice] = at
	}
}

func (c *conscience) agree(choice Choice, at time.Time) {
	c.yes[choice], c.answered[choice], c.lastAt[choice] = true, true, at
}

// walk is one gate on its way, beside its conscience.
type walk struct {
	conscience
	gate Gate
}

func newWalk() *walk {
	return &walk{gate: Gate{Person: "cus_1"}, conscience: conscience{clock: tuesday, no: map[Choice]int64{}, lastAt: map[Choice]time.Time{},
		yes: map[Choice]bool{}, answered: map[Choice]bool{}, closed: map[string]bool{}}}
}

// tick is the next moment; now and then it is the same one.
func (w *walk) tick(rt *rapid.T) time.Time {
	w.step++
	w.clock = w.clock.Add(time.Duration(rapid.IntRange(0, 3).Draw(rt, "seconds")) * time.Second)
	return w.clock
}

func (w *walk) form(rt *rapid.T) {
	now := w.tick(rt)
	sub := Submission{ID: fmt.Sprintf("sub_%d", w.step), CreatedAt: now, ConsentText: "I agree"}
	next, counts := w.gate.Offer(Consent{Yes: true, At: now, Text: sub.ConsentText, Source: sub.ID}, nil, now)
	lead := Lead{ID: fmt.Sprintf("lead_%d", w.step), Submission: sub.ID, Consent: ConsentGiven, Person: Person{Email: "a@example.com"}}
	if !w.answered[byEmail] {
		w.agree(byEmail, now)
	}
	if counts != w.yes[byEmail] {
		rt.Fatalf("a form's yes counts: %v", counts)
	}
	if !counts {
		lead.Consent = ConsentAwaiting
	}
	if rapid.IntRange(0, 4).Draw(rt, "stranger") == 0 {
		lead.Unverified = []string{"email"}
	}
	w.gate, w.posts = next.Kept(), append(w.posts, posted{lead, sub})
}

// click posts the link of a mail that the person has, perhaps an old one, perhaps again.
func (w *walk) click(rt *rapid.T) {
	if len(w.posts) == 0 {
		return // no mail yet
	}
	p := rapid.SampledFrom(w.posts).Draw(rt, "mail")
	now := w.tick(rt)
	next, event, err := w.gate.Confirm(p.lead, p.sub, now)
	may := p.lead.Consent == ConsentAwaiting && len(p.lead.Unverified) == 0 && !w.yes[byEmail] && w.lastAt[byEmail].Before(p.sub.CreatedAt)
	if (err == nil) != may {
		rt.Fatalf("a link of %s after an answer of %s: %v", p.sub.CreatedAt, w.lastAt[byEmail], err)
	}
	if may {
		if event.Type != ConsentConfirmed {
			rt.Fatalf("the event is %s", event.Type)
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
	ticked := map[Choice]bool{}
	for _, c := range Choices {
		ticked[c] = rapid.Bool().Draw(rt, c.Key())
	}
	now := w.tick(rt)
	chosen := Chosen{Seen: page.version, Yes: map[string]string{}}
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
	c := rapid.SampledFrom(Choices).Draw(rt, "choice")
	now := w.tick(rt)
	next, _ := w.gate.Withdraw(c.Purpose, c.Channel, "test", "shanghai", Visitor, now)
	w.gate = next.Kept()
	w.refuse(c, now)
}

// report comes late: what it tells happened up to ten seconds ago.
func (w *walk) report(rt *rapid.T) {
	fate := rapid.SampledFrom([]string{FateAccepted, FateDelivered, FateRefused, FateBounced, FateComplained}).Draw(rt, "fate")
	c := rapid.SampledFrom([]Choice{byEmail, bySMS}).Draw(rt, "choice") // a complaint is a no to marketing
	at := w.tick(rt).Add(-time.Duration(rapid.IntRange(0, 10).Draw(rt, "late")) * time.Second)
	next, _ := w.gate.Heed(Report{Fate: fate, Source: "ses", At: at}, c.Channel)
	w.gate = next.Kept()
	if fate == FateBounced || fate == FateComplained {
		w.closed[c.Channel] = true
	}
	old := w.answered[c] && !w.yes[c] && !at.After(w.lastAt[c]) // he has said no since, so it is no news
	if fate == FateComplained && !old {
		w.refuse(c, at)
	}
}

// agrees is what holds at every step.
func (w *walk) agrees(rt *rapid.T) {
	for _, c := range Choices {
		answer, answered := w.gate.Consents[c.Key()]
		if answer.Yes != w.yes[c] || answered != w.answered[c] {
			rt.Fatalf("%s stands at %+v, he said yes: %v", c.Key(), answer, w.yes[c])
		}
		if answer.Yes && answer.Text == "" {
			rt.Fatalf("a yes without the words that he saw: %+v", answer)
		}
		if _, ok := w.gate.Permits(c.Purpose, c.Channel); ok != (w.yes[c] && !w.closed[c.Channel]) {
			rt.Fatalf("%s is permitted: %v", c.Key(), ok)
		}
	}
}

// No sequence of forms, links, choices, withdrawals and reports turns a no into a yes without a newer yes of the person's own. Each run takes about 30
// steps; a hundred thousand are
//
//	go test ./shared/crm -run OwnLaw -rapid.checks=2000 -rapid.steps=50
func TestTheGateKeepsItsOwnLaw(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := newWalk()
		rt.Repeat(map[string]func(*rapid.T){
			"form": w.form, "click": w.click, "open": w.open, "choose": w.choose, "withdraw": w.withdraw, "report": w.report, "": w.agrees,
		})
	})
}
