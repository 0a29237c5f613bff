package worklist_test

import (
	"testing"

	"afterpress/shared/app"
	"afterpress/shared/app/apptest"
	"afterpress/shared/app/worklist"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/storetest"
)

func TestSettleMessage(t *testing.T) {
	t.Parallel()
	b := apptest.New(t, storetest.New)
	d := worklist.Desk{Office: b.Office}
	c, contact := b.Customer()
	m, err := b.ClaimMessage(t.Context(), message.Message{Person: contact.ID, Customer: c.ID, About: "lead/1",
		Step: "acknowledge", Channel: message.ChannelEmail, Template: "acknowledgement", Lang: words.Zh, Branch: c.Branch},
		message.PurposeService)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Store.SettleMessage(t.Context(), m, message.StateUnknown, "", ""); err != nil {
		t.Fatal(err)
	}
	in := worklist.SettleMessage{Outcome: message.StateSent}
	for who, kind := range map[string]fault.Kind{"marketing": fault.Forbidden, "manager-hangzhou": fault.NotFound} {
		b.Refuses(kind, "the word of "+who, func() error {
			_, err := d.SettleMessage(t.Context(), b.Caller(who), app.At(m.ID, "", 0), in)
			return err
		})
	}
	b.Refuses(fault.Stale, "a version that is over", func() error {
		_, err := d.SettleMessage(t.Context(), b.Caller("manager"), app.At(m.ID, "", 99), in)
		return err
	})
	settled, err := d.SettleMessage(t.Context(), b.Caller("manager"), app.At(m.ID, "", 0), in)
	if err != nil || settled.State != message.StateSent {
		t.Errorf("%+v, %v", settled, err)
	}
}
