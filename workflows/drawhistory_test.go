package workflows

import (
	"context"
	"errors"
	"time"

	"afterpress/shared/crm/draw"
	"afterpress/shared/crm/form"
	"afterpress/shared/kernel/fault"
)

// urn has a form with a draw that two people entered. The first look at it fails.
type urn struct {
	closes time.Time
	looks  int
	held   draw.Draw
}

func (u *urn) FormRecord(context.Context, string) (form.Form, error) {
	if u.looks++; u.looks == 1 {
		return form.Form{}, errors.New("the store is busy")
	}
	return form.Form{ID: "gift", Version: 1, Branch: "bra_1", Draw: &draw.Settings{ClosesAt: u.closes, Winners: 1}}, nil
}

func (u *urn) Draw(context.Context, string) (draw.Draw, error) {
	if u.held.Stage == "" {
		return u.held, fault.Missing("抽奖", "prize draw")
	}
	return u.held, nil
}

func (u *urn) CloseDraw(_ context.Context, f form.Form) error {
	u.held, _ = draw.Close(f.ID, f.Branch, *f.Draw, time.Now())
	return nil
}

func (u *urn) AdvanceDraw(_ context.Context, _ string, made []byte) (d draw.Draw, err error) {
	u.held, _, err = u.held.Next([]draw.Entry{{Number: "A"}, {Number: "B"}}, made, time.Now())
	return u.held, err
}
