package backoffice

import (
	"context"
	"slices"
	"time"

	"afterpress/shared/app"
	"afterpress/shared/crm/draw"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/words"
)

// Draw is the prize draw of a form. Before its close it says how many entered; then the list, the seed and the winners
// follow, each in its time.
type Draw struct {
	Form     string       `json:"form"`
	Stage    string       `json:"stage" validate:"one=draw-stage"`
	ClosesAt time.Time    `json:"closes_at"`
	Prize    words.Text   `json:"prize"`
	Winners  int          `json:"winners"`
	Entries  int          `json:"entries" description:"How many people entered · 参与人数"`
	Hash     string       `json:"hash,omitempty" description:"Fingerprint of the frozen list · 名单指纹"`
	FrozenAt *time.Time   `json:"frozen_at,omitempty"`
	Numbers  []string     `json:"numbers,omitempty" description:"The frozen list: entry numbers and nothing else · 参与号码"`
	Seed     string       `json:"seed,omitempty" description:"Made after the list was frozen, hexadecimal · 名单冻结后产生的种子"`
	SeededAt *time.Time   `json:"seeded_at,omitempty"`
	Won      []draw.Entry `json:"won,omitempty"`
	Reserve  []draw.Entry `json:"reserve,omitempty" description:"Who is next where a winner cannot be reached · 候补"`
	Rule     string       `json:"rule" description:"How to draw again · 复核方法"`
}

// FormDraw reads the prize draw of a form. A form without one is missing.
func (d Desk) FormDraw(ctx context.Context, by app.Caller, at app.Record) (Draw, error) {
	if err := permission.Permit(by.Actor, permission.ReadForms); err != nil {
		return Draw{}, err
	}
	f, err := d.Store.FormRecord(ctx, at.ID)
	if err != nil {
		return Draw{}, err
	}
	if f.Draw == nil || !by.Sees(f.Branch) {
		return Draw{}, fault.Missing("抽奖", "prize draw")
	}
	held, err := d.Store.Draw(ctx, f.ID)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return Draw{}, err
	}
	if err != nil {
		held = draw.Draw{Stage: draw.StageOpen, Settings: *f.Draw}
	}
	entries, err := d.Store.DrawEntries(ctx, f.ID)
	if err != nil {
		return Draw{}, err
	}
	out := Draw{Form: f.ID, Stage: held.Stage, ClosesAt: held.ClosesAt, Prize: held.Prize, Winners: held.Winners,
		Entries: len(entries), Hash: held.Hash, FrozenAt: held.FrozenAt, Seed: held.Seed, SeededAt: held.SeededAt,
		Won: held.Won, Reserve: held.Reserve, Rule: draw.Rule.In(by.Lang)}
	if held.FrozenAt != nil {
		for _, e := range entries {
			out.Numbers = append(out.Numbers, e.Number)
		}
		slices.Sort(out.Numbers)
	}
	return out, nil
}
