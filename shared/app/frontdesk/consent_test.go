package frontdesk_test

import (
	"testing"
	"time"

	"afterpress/shared/app/frontdesk"
	"afterpress/shared/crm/gate"
	"afterpress/shared/kernel/fault"
)

func TestConsents(t *testing.T) {
	t.Parallel()
	b, d := reception(t)
	_, contact := b.Customer()
	yes := true
	in := frontdesk.RecordConsent{Purpose: "marketing", Channel: "email", Yes: &yes, At: b.Clock.Now().Add(-time.Hour),
		Text: "我同意接收优惠信息。", Source: "2026 展会名单", Proof: "纸质表单，档案柜 3"}
	refuse(t, b, at(contact.ID),
		trial{"the consents of a contact", does(d.Consents, page), "finance", "sales-hangzhou", ""},
		trial{"a consent", does(d.RecordConsent, in), "finance", "sales-hangzhou", ""})
	unproven := in
	unproven.Proof = ""
	b.Refuses(fault.Invalid, "a yes without its proof", func() error {
		_, err := d.RecordConsent(t.Context(), b.Caller("marketing"), at(contact.ID), unproven)
		return err
	})
	marketing := b.Caller("marketing")
	entry := done[gate.ConsentEntry](t, does(d.RecordConsent, in), marketing, at(contact.ID))
	if !entry.Counts || !entry.Yes || entry.By != marketing.ID || !entry.At.Equal(in.At) {
		t.Errorf("%+v", entry)
	}
	older := in
	older.At = in.At.Add(-time.Hour)
	if entry := done[gate.ConsentEntry](t, does(d.RecordConsent, older), marketing, at(contact.ID)); entry.Counts {
		t.Errorf("an older word counts: %+v", entry)
	}
	if list, err := d.Consents(t.Context(), marketing, at(contact.ID), page); err != nil || len(list.Items) != 2 ||
		list.Items[1].ID != entry.ID {
		t.Errorf("%+v, %v", list, err)
	}
}
