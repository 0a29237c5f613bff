package frontdesk_test

import (
	"testing"

	"afterpress/shared/app"
	"afterpress/shared/app/frontdesk"
	"afterpress/shared/crm/erase"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/words"
)

func TestErasures(t *testing.T) {
	t.Parallel()
	b, d := reception(t)
	_, c := b.Customer()
	ask := does(d.AskErase, frontdesk.AskErase{Reason: erase.ReasonRequest})
	confirm, back := does(d.ConfirmErase, frontdesk.ConfirmErase{}), does(d.TakeBackErase, frontdesk.TakeBackErase{})
	b.Refuses(fault.NotFound, "a look at an erasure that nobody asked for", func() error {
		_, err := d.Erasure(t.Context(), b.Caller("manager"), at(c.ID))
		return err
	})
	first := done[frontdesk.Erasure](t, ask, b.Caller("manager"), at(c.ID))
	if first.State != erase.StateAsked || first.Contact != c.ID || len(first.Stays) == 0 || !first.BackupsOver.IsZero() {
		t.Errorf("%+v", first)
	}
	refuse(t, b, at(c.ID),
		trial{"a look at an erasure", reads(d.Erasure), "sales", "manager-hangzhou", ""},
		trial{"to ask for an erasure", ask, "sales", "manager-hangzhou", "manager"},
		trial{"to confirm an erasure", confirm, "sales", "manager-hangzhou", "owner"},
		trial{"to take an erasure back", back, "sales", "manager-hangzhou", "manager"})
	b.Refuses(fault.Forbidden, "to confirm what one asked for", func() error {
		_, err := confirm(t.Context(), b.Caller("manager"), at(c.ID))
		return err
	})
	if got := done[frontdesk.Erasure](t, confirm, b.Caller("owner"), at(c.ID)); got.State != erase.StateWaiting ||
		got.TakeBackUntil.IsZero() {
		t.Errorf("%+v", got)
	}
	if got := done[frontdesk.Erasure](t, back, b.Caller("manager"), app.At(c.ID, "", 2)); got.State !=
		erase.StateTakenBack {
		t.Errorf("%+v", got)
	}
	in := b.Caller("manager")
	in.Lang = words.Zh
	read, err := d.Erasure(t.Context(), in, at(c.ID))
	if err != nil || read.Version != 3 || read.Stays[0] == first.Stays[0] {
		t.Errorf("%+v, %v", read, err)
	}
	again := done[frontdesk.Erasure](t, ask, b.Caller("owner"), at(c.ID))
	if again.Round != 2 || again.State != erase.StateAsked || again.Version != 4 {
		t.Errorf("%+v", again)
	}
}
