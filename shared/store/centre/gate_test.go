package centre_test

import (
	"slices"
	"strings"
	"testing"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// kept reads a gate's item past the store.
func kept(t *testing.T, b *storetest.Bench, person string) table.Item {
	t.Helper()
	out, err := b.DB.GetItem(t.Context(),
		&dynamodb.GetItemInput{TableName: &b.Tables.Messages, Key: table.GateKey(person)})
	if err != nil {
		t.Fatal(err)
	}
	return out.Item
}

// news is a message to the person of a lead.
func newsletter(l lead.Lead, step, channel string) message.Message {
	return message.Message{Person: l.ContactID, Customer: l.Customer, About: "campaign/cam_1", Step: step,
		Channel: channel, Template: "lead-acknowledged", Lang: words.Zh, Branch: seed.Shanghai, Owner: seed.StaffID(3)}
}

// placesOf are the items that a transaction writes, by the beginnings of their keys.
func placesOf(in *dynamodb.TransactWriteItemsInput) (out []string) {
	for _, w := range in.TransactItems {
		var key table.Item
		switch {
		case w.Put != nil:
			key = w.Put.Item
		case w.Update != nil:
			key = w.Update.Key
		case w.Delete != nil:
			key = w.Delete.Key
		default:
			key = w.ConditionCheck.Key
		}
		sk, _, _ := strings.Cut(table.StringOf(key["sk"]), "#")
		out = append(out, sk)
	}
	return out
}

// A claim is one write of gate and message. What counts against a limit of the person alone comes with it, and the
// freeze once: in the first claim that asks it.
func TestAClaimWritesGateAndMessage(t *testing.T) {
	b := storetest.New(t)
	l := agreeing(t, b, 1)
	var wrote []string
	s := b.OpenWatched(t, func(input any) error {
		if in, ok := input.(*dynamodb.TransactWriteItemsInput); ok {
			wrote = placesOf(in)
		}
		return nil
	})
	replying := newsletter(l, "reply", message.ChannelEmail)
	replying.Replies = "lina1@example.com"
	text := newsletter(l, "text", message.ChannelSMS)
	text.Number = "+8613800138000"
	for _, tc := range []struct {
		name, purpose string
		m             message.Message
		want          []string
	}{
		{"an answer", message.PurposeService, newsletter(l, "1", message.ChannelEmail), []string{"GATE", "MESSAGE"}},
		{"the first marketing", message.PurposeMarketing, newsletter(l, "2", message.ChannelEmail),
			[]string{"FREEZE", "GATE", "MESSAGE"}},
		{"the second", message.PurposeMarketing, newsletter(l, "3", message.ChannelEmail), []string{"GATE", "MESSAGE"}},
		{"a reply", message.PurposeService, replying, []string{"GATE", "MESSAGE", "COUNTER"}},
		{"an SMS", message.PurposeService, text, []string{"GATE", "MESSAGE", "COUNTER"}},
		{"a notice to staff", message.PurposeService, thanks(seed.StaffID(3)), nil},
	} {
		wrote = nil
		m, err := s.ClaimMessage(t.Context(), tc.m, tc.purpose)
		if err != nil || m.State != message.StateClaimed || !slices.Equal(wrote, tc.want) {
			t.Errorf("%s: %s, wrote %v, want %v, %v", tc.name, m.State, wrote, tc.want, err)
		}
	}
	g, err := b.ReadGate(t.Context(), l.Customer, l.ContactID)
	if err != nil || len(g.Recent) != 5 || g.Recent[1].Message != gate.HashOf(newsletter(l, "2",
		message.ChannelEmail).Key()) ||
		int64(g.Recent[1].Hour) != b.Clock.Now().Unix()/3600 {
		t.Errorf("the gate names %+v, %v", g.Recent, err)
	}
	if size := storetest.Size(t, kept(t, b, l.ContactID)); size > gateMost {
		t.Errorf("%d bytes", size)
	}
}

// What stands on a gate stays, by whichever writer: a claim keeps what was said, a word keeps what was sent, and
// both keep the freeze.
func TestWritersOfAGateKeepWhatOthersWrote(t *testing.T) {
	b := storetest.New(t)
	l := agreeing(t, b, 1)
	person := customer.Contact{ID: l.ContactID, Customer: l.Customer}
	claim := func(step, purpose string) {
		t.Helper()
		m, err := b.ClaimMessage(t.Context(), newsletter(l, step, message.ChannelEmail), purpose)
		if err != nil || m.State != message.StateClaimed {
			t.Fatal(m, err)
		}
	}
	claim("1", message.PurposeMarketing)
	storetest.OpenComplaint(t, b, l.Customer)
	claim("2", message.PurposeService)
	bySMS := gate.Choice{Purpose: message.PurposeMarketing, Channel: message.ChannelSMS}
	if _, err := b.RecordConsent(t.Context(), person, bySMS, gate.Consent{Yes: true, At: b.Clock.Now(), Text: "同意",
		Proof: "paper", Source: "paper"}, seed.Shanghai, clerk); err != nil {
		t.Fatal(err)
	}
	claim("3", message.PurposeService)
	g, err := b.ReadGate(t.Context(), l.Customer, l.ContactID)
	if err != nil || len(g.Recent) != 3 || g.Frozen == nil || len(g.Frozen.By) != 1 || g.Person != l.ContactID ||
		!g.Consents[gate.ConsentKey].Yes || !g.Consents[bySMS.Key()].Yes || g.Customer != l.Customer {
		t.Errorf("%+v, %v", g, err)
	}
}
