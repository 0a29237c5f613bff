package store_test

import (
	"cmp"
	"fmt"
	"slices"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// oldGate is a gate as the rows have it, with the freeze of its customer.
type oldGate struct {
	Customer   string                  `json:"customer"`
	Consents   map[string]gate.Consent `json:"consents"`
	Suppressed map[string]string       `json:"suppressed"`
	LeftAt     *time.Time              `json:"left_at"`
	frozen     bool
}

// outcome is what a claim of a message came to in November 2026: by the gate first, then by the freeze.
func (g oldGate) outcome(c gate.Choice) string {
	switch {
	case g.LeftAt != nil:
		return message.StateSuppressed + " " + message.ReasonLeft
	case g.Suppressed[c.Channel] != "":
		return message.StateSuppressed + " " + message.ReasonBlocked
	case !g.Consents[c.Key()].Yes:
		return message.StateSuppressed + " " + message.ReasonNoConsent
	case g.frozen:
		return message.StateSuppressed + " " + message.ReasonComplaint
	}
	return message.StateClaimed + " "
}

// oldGates reads the gates of the rows by person, past the code of today.
func (s *storedShop) oldGates() map[string]oldGate {
	s.t.Helper()
	out, frozen := map[string]oldGate{}, map[string]bool{}
	for _, r := range s.rows {
		if r.kind() == "CUSTOMER FREEZE" {
			frozen[after(r.pk)] = len(r.item["complaints"].(*types.AttributeValueMemberL).Value) > 0
		}
	}
	for _, r := range s.rows {
		if r.kind() != "PERSON GATE" {
			continue
		}
		g, err := table.Decode[oldGate](r.item)
		s.must(err)
		g.frozen = frozen[g.Customer]
		out[after(r.pk)] = g
	}
	return out
}

// TestStoredGatesAreJudgedAsBefore claims a message of each purpose that needs a yes, by each channel, for everybody
// who has a gate of the form before. Each comes to what it came to then, with the freeze. A claim writes the gate in
// the form of today: small, with every answer, and told of the freeze.
func TestStoredGatesAreJudgedAsBefore(t *testing.T) {
	s := openStored(t, storedNow)
	s.must(s.SetRelease(t.Context(), true, staff.Process("test")))
	came, number := map[string]int{}, 0
	for person, old := range s.oldGates() {
		s.logHasWords(person, old)
		claimed := false
		for _, c := range gate.Choices {
			number++
			m, err := s.ClaimMessage(t.Context(), message.Message{
				Person: person, Customer: old.Customer, About: "campaign/cam_1", Step: c.Purpose, Channel: c.Channel,
				Template: "lead-acknowledged", Lang: words.Zh, Branch: seed.Shanghai, Owner: seed.StaffID(3),
				Number: fmt.Sprintf("+861390000%04d", number),
			}, c.Purpose)
			want := old.outcome(c)
			if got := m.State + " " + m.Reason; err != nil || got != want {
				t.Errorf("%s %s: %s, was %s, %v", person, c.Key(), got, want, err)
			}
			came[want]++
			claimed = claimed || m.State == message.StateClaimed
		}
		if claimed {
			s.keepsGate(person, old)
		}
	}
	for _, reason := range []string{message.ReasonLeft, message.ReasonBlocked, message.ReasonNoConsent,
		message.ReasonComplaint} {
		if came[message.StateSuppressed+" "+reason] == 0 || came[message.StateClaimed+" "] == 0 {
			t.Errorf("the rows have nobody with whom it came to %s: %v", reason, came)
		}
	}
}

// logHasWords holds that the log has the words and the proof of each answer, which the gate keeps no longer.
func (s *storedShop) logHasWords(person string, old oldGate) {
	s.t.Helper()
	log := listed(s.t, func(p table.Paging) (table.Page[gate.ConsentEntry], error) {
		return s.Consents(s.t.Context(), person, p)
	})
	for key, answer := range old.Consents {
		there := false
		for _, line := range log {
			there = there || gate.Choice{Purpose: line.Purpose, Channel: line.Channel}.Key() == key && line.Counts &&
				line.Yes == answer.Yes && line.Text == answer.Text && line.Proof == answer.Proof && line.Place == answer.Place
		}
		if !there {
			s.t.Errorf("%s: no line of the log has %s: %+v", person, key, answer)
		}
	}
}

// keepsGate holds that the gate as a claim wrote it says what the row said.
func (s *storedShop) keepsGate(person string, old oldGate) {
	s.t.Helper()
	out, err := s.DB.GetItem(s.t.Context(), &dynamodb.GetItemInput{TableName: &s.Tables.Messages,
		Key: table.GateKey(person)})
	s.must(err)
	if it := out.Item; it["consents"] != nil || it["frozen"] == nil || it["said"] == nil {
		s.t.Errorf("%s: %v", person, it)
	}
	p, err := s.Preferences(s.t.Context(), person)
	s.must(err)
	for key, answer := range old.Consents {
		if now := p.Gate.Consents[key]; now.Yes != answer.Yes || !now.At.Equal(answer.At) {
			s.t.Errorf("%s: %s is %+v, was %+v", person, key, now, answer)
		}
	}
	freeze, err := s.Freeze(s.t.Context(), cmp.Or(old.Customer, p.Customer.ID))
	s.must(err)
	if len(p.Gate.Consents) != len(old.Consents) || p.Gate.AsksFreeze(message.PurposeMarketing) ||
		!slices.Contains(freeze.Contacts, person) {
		s.t.Errorf("%s: %+v, %+v", person, p.Gate, freeze)
	}
}
