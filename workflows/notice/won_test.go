package notice

import (
	"context"
	"testing"

	"afterpress/shared/crm/crmtest"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/draw"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/words"
)

// urn has one draw.
type urn struct{ won []draw.Entry }

func (u urn) Draw(context.Context, string) (draw.Draw, error) {
	return draw.Draw{ID: "gift", Branch: "shanghai", Stage: draw.StageDrawn, Hash: "9f3a", Seed: "07bc", Won: u.won,
		UpdatedAt: crmtest.Tuesday, Settings: draw.Settings{Prize: words.Text{Zh: "名片一盒", En: "A box of cards"}}}, nil
}

func (urn) FormRecord(context.Context, string) (form.Form, error) {
	return form.Form{ID: "gift", Title: words.Text{Zh: "新年抽奖", En: "New Year draw"}}, nil
}

// some is a desk at which some contacts are gone.
type some struct {
	*desk
	gone string
}

func (s some) Addressee(ctx context.Context, cust, contact string) (customer.Addressee, error) {
	if contact == s.gone {
		return customer.Addressee{}, nil
	}
	return s.desk.Addressee(ctx, cust, contact)
}

// Each winner is told once, with number, prize and what it takes to draw again. One who was erased is left out. Where a
// letter goes to nobody, a colleague gets a task to call.
func TestWinnersAreTold(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		about, gone, state string
		told, calls        int
	}{
		{"both", "", message.StateSent, 2, 0}, {"one is gone", "con_1", message.StateSent, 1, 0},
		{"no way", "", message.StateFailed, 2, 2},
	} {
		o := newOffice()
		o.waits = 1
		d := &desk{rows: []message.Message{{State: c.state}}}
		o.wrote, o.drawn = some{d, c.gone}, urn{[]draw.Entry{
			{Number: "K7QF2M9DXR41", Customer: "cus_1", Contact: "con_1", Lead: "lead_1"},
			{Number: "B7QF2M9DXR41", Customer: "cus_1", Contact: "con_2", Lead: "lead_2"}}}
		o.tells(t, event.Event{ID: "evt_1", Type: event.DrawHeld, V: event.Layout, Customer: "form/gift", Record: "gift",
			Seq: 4, At: crmtest.Tuesday, Branch: "shanghai"})
		if len(o.sent) != c.told || len(d.calls) != c.calls {
			t.Errorf("%s: %q, %+v", c.about, o.sent, d.calls)
		}
		last := o.values[len(o.values)-1]
		if o.keys[len(o.keys)-1] != "lead/lead_2/draw/won/email" || last["number"] != "B7QF-2M9D-XR41" ||
			last["prize"] != "A box of cards" || last["title"] != "New Year draw" || last["seed"] != "07bc" {
			t.Errorf("%s: %v %v", c.about, o.keys, last)
		}
	}
}
