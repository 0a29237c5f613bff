package centre_test

import (
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"
	"afterpress/shared/store/work"
)

// What its writer knows after all settles a message that counts as unknown: nobody has to find out any more. Where a
// colleague was faster, their word stands.
func TestALateTruthSettlesWhatIsUnknown(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		late, provider string
		confirmed      bool // a colleague said before that it was sent
		attempt        int  // of the late writer
		state          string
	}{
		"it was sent":                     {message.StateSent, "provider-1", false, 1, message.StateSent},
		"it was refused":                  {message.StateFailed, "", false, 1, message.StateFailed},
		"it was surely not sent":          {message.StateQueued, "", false, 1, message.StateFailed},
		"a colleague was faster":          {message.StateFailed, "", true, 1, message.StateSent},
		"the writer of another attempt":   {message.StateSent, "provider-1", false, 7, message.StateUnknown},
		"its writer does not know either": {message.StateUnknown, "", false, 1, message.StateUnknown},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := storetest.New(t)
			l, err := storetest.Enquire(t, b, storetest.Li(1))
			if err != nil {
				t.Fatal(err)
			}
			m := thanks(l.ContactID)
			m.Customer = l.Customer
			claim, err := b.ClaimMessage(t.Context(), m, message.PurposeService)
			if err != nil {
				t.Fatal(err)
			}
			b.Clock.Advance(message.Lease + time.Second)
			if m, err = b.ClaimMessage(t.Context(), m, message.PurposeService); err != nil || m.State != message.StateUnknown {
				t.Fatalf("%+v %v", m, err)
			}
			if c.confirmed {
				if _, err := b.ChangeMessage(t.Context(), m.ID, func(m message.Message) (message.Message, event.Event, error) {
					return m.Confirm(staff.ActorOf(storetest.Person(t, b, 2)), true, b.Clock.Now())
				}); err != nil {
					t.Fatal(err)
				}
			}
			claim.Attempt = c.attempt
			err = b.OpenAs(t, "worker").SettleMessage(t.Context(), claim, c.late, c.provider, "")
			got, readErr := b.Message(t.Context(), m.ID)
			if readErr != nil || got.State != c.state || got.Provider != c.provider && c.attempt == 1 {
				t.Errorf("%+v, %v, %v", got, err, readErr)
			}
			if (err != nil) != (c.late == message.StateUnknown) { // that claim is no claim any more
				t.Errorf("%v", err)
			}
			desk, err := b.Desk(t.Context(), work.DeskQuery{Staff: seed.StaffID(3), Paging: table.Paging{Limit: 10}})
			if err != nil || (len(desk.Items) == 1) != (c.state == message.StateUnknown) {
				t.Errorf("on the desk: %+v %v", desk, err)
			}
		})
	}
}
