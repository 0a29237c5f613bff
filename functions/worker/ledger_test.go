package worker

import (
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/storetest"
)

// A report comes for a message that has no row, since the tables were restored, say. The message is not sent again,
// and what the report means for the reader's addresses is written under the worker's role.
func TestAReportThatCameFirstIsHeededAtTheClaim(t *testing.T) {
	b := storetest.New(t)
	l := enquire(t, b, seed.Shanghai, "gone@customer.example")
	m := message.Message{Person: l.ContactID, Customer: l.Customer, About: "lead/" + l.ID + "/1", Step: "acknowledge",
		Channel: message.ChannelEmail, Template: message.TemplateLeadAcknowledged, Lang: words.En, Branch: seed.Shanghai,
		Owner: seed.StaffID(3)}
	report := message.Report{Fate: message.FateBounced, Source: "ses", Proof: "1", SentAt: b.Clock.Now(),
		At: b.Clock.Now()}
	b.Clock.Advance(time.Hour)
	if err := b.OpenAs(t, "intake").Report(t.Context(), m.Tag(), report); err != nil {
		t.Fatal(err)
	}
	got, err := b.OpenAs(t, "worker").ClaimMessage(t.Context(), m, message.PurposeService)
	if err != nil || got.State != message.StateSent || got.Fate != message.FateBounced {
		t.Errorf("%+v, %v", got, err)
	}
	known, err := b.ReadGate(t.Context(), l.Customer, l.ContactID)
	if err != nil || known.Suppressed[message.ChannelEmail] != message.FateBounced {
		t.Errorf("%+v, %v", known, err)
	}
	if n := b.Count(t, b.Tables.Messages, "SUPPRESSED#"); n != 1 {
		t.Errorf("%d addresses are suppressed, want one", n)
	}
}
