package centre_test

import (
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"

	"pgregory.net/rapid"
)

// word is when the last no and the last explicit yes were said. A yes counts only when it was said after the no.
type word struct{ no, yes time.Time }

func (w word) refuses() bool { return !w.no.IsZero() && !w.yes.After(w.no) }

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// memory is what an attentive clerk would know: of each person, and of each address, what its holder said. It knows
// nothing of gates.
type memory struct {
	*world
	people    map[string]map[string]word          // by contact and choice
	addresses map[message.Address]map[string]word // by address and choice
	has       map[string][]message.Address        // which addresses a contact had when we looked last
	awaiting  []lead.Lead
}

func remember(w *world) *memory {
	return &memory{w, map[string]map[string]word{}, map[message.Address]map[string]word{},
		map[string][]message.Address{}, nil}
}

func entry[K comparable](m map[K]map[string]word, key K) map[string]word {
	if m[key] == nil {
		m[key] = map[string]word{}
	}
	return m[key]
}

// tell notes what a person said: it is said of each of the person's addresses on that channel, too.
func (m *memory) tell(contact string, c gate.Choice, yes bool, at time.Time) {
	note := func(w word) word {
		if yes {
			return word{w.no, later(w.yes, at)}
		}
		return word{later(w.no, at), w.yes}
	}
	words := entry(m.people, contact)
	words[c.Key()] = note(words[c.Key()])
	if words[c.Key()].refuses() == yes { // an older word than the newest says nothing of the addresses
		return
	}
	for _, a := range m.has[contact] {
		if a.Channel == c.Channel {
			of := entry(m.addresses, a)
			of[c.Key()] = note(of[c.Key()])
		}
	}
}

// look notes which addresses came to a contact: the noes of each hold for both.
func (m *memory) look(t testing.TB, id string) {
	c, err := m.Contact(t.Context(), id)
	if err != nil {
		m.t.Fatal(err)
	}
	had := map[message.Address]bool{}
	for _, a := range m.has[id] {
		had[a] = true
	}
	m.has[id] = c.Addresses()
	for _, choice := range gate.Choices {
		words, key := entry(m.people, id), choice.Key()
		for _, a := range m.has[id] {
			if of := entry(m.addresses, a)[key]; !had[a] && a.Channel == choice.Channel && of.refuses() {
				words[key] = word{later(words[key].no, of.no), words[key].yes}
			}
		}
		for _, a := range m.has[id] {
			if of := entry(m.addresses, a); a.Channel == choice.Channel && words[key].refuses() {
				of[key] = word{later(of[key].no, words[key].no), of[key].yes}
			}
		}
	}
}

// gatesOf reads the gates of people, past the store; who has none has an empty one.
func (m *memory) gatesOf(t testing.TB, contacts ...string) map[string]gate.Gate {
	pks := make([]string, len(contacts))
	for i, contact := range contacts {
		pks[i] = "PERSON#" + contact
	}
	found, out := m.items(t, m.Tables.Messages, "GATE", pks), map[string]gate.Gate{}
	for i, contact := range contacts {
		row, err := table.Decode[gate.Row](found[pks[i]])
		if err != nil {
			m.t.Fatal(err)
		}
		out[contact] = row.Gate(contact, "")
	}
	return out
}

func (m *memory) gateOf(t testing.TB, contact string) gate.Gate {
	return m.gatesOf(t, contact)[contact]
}

// check holds that nobody is permitted whom the clerk would not write to, and nobody who has left. It returns the
// gates that it read.
func (m *memory) check(t testing.TB) map[string]gate.Gate {
	var ids []string
	for _, c := range m.contacts(t) {
		ids = append(ids, c.ID)
	}
	gates := m.gatesOf(t, ids...)
	for _, c := range m.everybody {
		g := gates[c.ID]
		for _, choice := range gate.Choices {
			if _, ok := g.Permits(choice.Purpose, choice.Channel); ok &&
				(c.LeftAt != nil || m.people[c.ID][choice.Key()].refuses()) {
				m.t.Fatalf("%s may be sent %s: %+v; they said %+v", c.ID, choice.Key(), g.Consents[choice.Key()],
					m.people[c.ID][choice.Key()])
			}
		}
	}
	return gates
}

// logged holds that the log's newest line that counts says what the gate says.
func (m *memory) logged(t testing.TB, contact string, g gate.Gate) {
	page, err := m.Consents(t.Context(), contact, table.Paging{Limit: 100})
	if err != nil {
		m.t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, line := range page.Items {
		key := gate.Choice{Purpose: line.Purpose, Channel: line.Channel}.Key()
		if line.Counts && !seen[key] && g.Consents[key].Yes != line.Yes {
			m.t.Fatalf("%s: the log says %+v, the gate %+v", key, line, g.Consents[key])
		}
		seen[key] = seen[key] || line.Counts
	}
	for key := range g.Consents {
		if !seen[key] && page.Next == nil {
			m.t.Fatalf("no line for %s", key)
		}
	}
}

func (m *memory) post(t testing.TB) string {
	l := m.ask(t, true)
	m.look(t, l.ContactID)
	if l.AwaitsConfirmation() {
		m.awaiting = append(m.awaiting, l)
	}
	choice := gate.Choice{Purpose: message.PurposeMarketing, Channel: message.ChannelEmail}
	answer := m.newest(t, l.ContactID, choice)
	if answer.Source == l.Submission && !m.refused(l.ContactID, choice) { // the first word: nobody said no before
		m.tell(l.ContactID, choice, true, answer.At)
	}
	return l.ContactID
}

// newest is the newest line of the log that counts, with the words that the gate does not keep.
func (m *memory) newest(t testing.TB, contact string, c gate.Choice) gate.ConsentEntry {
	page, err := m.Consents(t.Context(), contact, table.Paging{Limit: 100})
	if err != nil {
		m.t.Fatal(err)
	}
	for _, line := range page.Items {
		if line.Counts && line.Purpose == c.Purpose && line.Channel == c.Channel {
			return line
		}
	}
	return gate.ConsentEntry{}
}

// refused reports whether the person said no, or somebody did at an address of the person.
func (m *memory) refused(contact string, c gate.Choice) bool {
	for _, a := range m.has[contact] {
		if a.Channel == c.Channel && m.addresses[a][c.Key()].refuses() {
			return true
		}
	}
	return m.people[contact][c.Key()].refuses()
}

func (m *memory) confirm(t testing.TB) string {
	if len(m.awaiting) == 0 {
		return ""
	}
	l := rapid.SampledFrom(m.awaiting).Draw(m.t, "link")
	choice := gate.Choice{Purpose: message.PurposeMarketing, Channel: message.ChannelEmail}
	before := m.gateOf(t, l.ContactID).Consents[choice.Key()]
	m.allowed(m.ConfirmConsent(t.Context(), l.ID))
	after := m.gateOf(t, l.ContactID).Consents[choice.Key()]
	if after.Yes && !after.At.Equal(before.At) {
		if !l.CreatedAt.After(m.people[l.ContactID][choice.Key()].no) {
			m.t.Fatalf("a yes of %s was confirmed after a no of %+v", l.CreatedAt, m.people[l.ContactID])
		}
		m.tell(l.ContactID, choice, true, after.At)
	}
	return l.ContactID
}

func (m *memory) record(t testing.TB) string {
	who, choice := m.somebody(), rapid.SampledFrom(gate.Choices).Draw(m.t, "choice")
	now := m.Clock.Now()
	c := gate.Consent{Yes: rapid.Bool().Draw(m.t, "yes"),
		At: now.Add(-time.Duration(rapid.IntRange(0, 40).Draw(m.t, "seconds ago")) * time.Second), Text: "I agree",
		Source: "list", Proof: "paper"}
	line, err := m.RecordConsent(t.Context(), who, choice, c, seed.Shanghai, staff.Process("test"))
	if m.allowed(err) {
		m.tell(who.ID, choice, c.Yes, c.At)
		if line.Counts && c.Yes == m.people[who.ID][choice.Key()].refuses() {
			m.t.Fatalf("%+v counts, and they said %+v", line, m.people[who.ID][choice.Key()])
		}
	}
	return who.ID
}

func (m *memory) choose(t testing.TB) string {
	who := m.somebody()
	g := m.gateOf(t, who.ID)
	stale := rapid.Bool().Draw(m.t, "an old page")
	channel := rapid.SampledFrom(gate.ChoiceChannels).Draw(m.t, "channel")
	chosen := gate.Chosen{Channel: channel, Seen: g.Version, Yes: map[string]string{}}
	if stale {
		chosen.Seen--
	}
	for _, choice := range gate.Choices {
		if rapid.Bool().Draw(m.t, choice.Key()) {
			chosen.Yes[choice.Key()] = "I want it"
		}
	}
	if _, err := m.Choose(t.Context(), who, seed.Shanghai, chosen); err != nil {
		m.t.Fatal(err)
	}
	now := m.Clock.Now()
	for _, choice := range gate.ChoicesOf(channel) {
		_, yes := chosen.Yes[choice.Key()]
		if !yes || !stale && !g.Consents[choice.Key()].Yes {
			m.tell(who.ID, choice, yes, m.said(t, who.ID, choice, now))
		}
	}
	return who.ID
}

// said is when the gate says that the person answered just now; the clerk would have looked at the same clock.
func (m *memory) said(t testing.TB, contact string, c gate.Choice, now time.Time) time.Time {
	at := m.gateOf(t, contact).Consents[c.Key()].At
	if now.Sub(at) > 500*time.Millisecond {
		m.t.Fatalf("they answered %s just now, and the gate says %s", c.Key(), at)
	}
	return at
}

func (m *memory) oneClick(t testing.TB) string {
	who, choice := m.somebody(),
		gate.Choice{Purpose: message.PurposeMarketing, Channel: rapid.SampledFrom(gate.ChoiceChannels).Draw(m.t, "channel")}
	if err := m.WithdrawConsent(t.Context(), who, choice.Channel, "one-click", seed.Shanghai, staff.Visitor); err != nil {
		m.t.Fatal(err)
	}
	m.tell(who.ID, choice, false, m.said(t, who.ID, choice, m.Clock.Now()))
	return who.ID
}

// Whatever comes in whatever order, through every way in: nobody who said no, and no address at which somebody did,
// is written to before a yes that was said after it. People are added, changed, shared, let go and added again;
// forms, links, pages, clicks and staff answer for them.
func TestNoSequenceTurnsANoIntoAYes(t *testing.T) {
	b := storetest.New(t)
	played := 0
	play(t, &played, func(rt *rapid.T) {
		m := remember(enter(rt, t, b))
		touched := ""
		for _, c := range m.contacts(t) {
			m.look(t, c.ID)
		}
		step := func(do func() string) func(*rapid.T) {
			return func(rt *rapid.T) {
				m.t, played = rt, played+1
				b.Clock.Advance(time.Second)
				touched = do()
			}
		}
		rt.Repeat(map[string]func(*rapid.T){
			"add": step(func() string {
				c, done := m.add(t)
				if !done {
					return ""
				}
				m.look(t, c.ID)
				return c.ID
			}),
			"change":    step(func() string { c, _, _ := m.change(t); m.look(t, c.ID); return c.ID }),
			"leave":     step(func() string { c, _ := m.leave(t); return c.ID }),
			"form":      step(func() string { return m.post(t) }),
			"confirm":   step(func() string { return m.confirm(t) }),
			"staff":     step(func() string { return m.record(t) }),
			"page":      step(func() string { return m.choose(t) }),
			"one click": step(func() string { return m.oneClick(t) }),
			"": func(rt *rapid.T) {
				m.t = rt
				if gates := m.check(t); touched != "" {
					m.logged(t, touched, gates[touched])
				}
			},
		})
	})
}
