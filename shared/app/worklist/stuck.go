package worklist

import (
	"context"
	"strings"
	"time"

	"afterpress/shared/app"
	"afterpress/shared/crm/setup"
	"afterpress/shared/crm/stuck"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/table"
	"afterpress/shared/store/work"
)

// ReadStuck is the query of what is stuck.
type ReadStuck struct {
	Branch string `json:"branch" validate:"max=64" description:"One of your branches; absent: all of them · 您的一个网点，不填则为全部"`
	What   string `json:"what" validate:"omitempty,one=stuck-what"`
	app.Paging
}

// StuckCard is one line of what is stuck, in the reader's words.
type StuckCard struct {
	stuck.Card
	Since time.Time `json:"since,omitzero"` // when it failed first; of a message, when a colleague should have looked
	Title string    `json:"title"`
	Link  string    `json:"link"` // where this API shows it; a message in doubt is settled there
}

// StuckItem is something stuck as its reader sees it.
type StuckItem struct {
	stuck.Stuck
	Title   string                 `json:"title"`
	Text    string                 `json:"text"` // why it is stuck, and what happens next
	Actions []permission.Permitted `json:"actions"`
}

// AllStuck lists what cannot go on by itself in the caller's branches, the oldest first. What belongs to no known
// branch is for the head office.
func (d Desk) AllStuck(ctx context.Context, by app.Caller, q ReadStuck) (table.Page[StuckCard], error) {
	out := table.Page[StuckCard]{Items: []StuckCard{}}
	if err := permission.Permit(by.Actor, permission.ReadStuck); err != nil {
		return out, err
	}
	shop, err := d.Store.Shop(ctx)
	if err != nil {
		return out, err
	}
	branches, err := app.Branches(by, shop, q.Branch)
	if err != nil {
		return out, err
	}
	if q.Branch == "" && by.Sees("") {
		branches = append(branches, "")
	}
	page, err := d.Store.StuckNow(ctx, work.StuckQuery{Branches: branches, What: q.What, Paging: q.Paging.For(by)})
	if err != nil {
		return out, err
	}
	if q.Cursor == "" && q.Branch == "" && (q.What == "" || q.What == stuck.KindSetup) && by.Sees("") {
		out.Items = unreadable(shop, by.Lang)
	}
	for _, l := range page.Items {
		out.Items = append(out.Items, stuckCard(l, by.Lang))
	}
	out.Next = page.Next
	return out, nil
}

// unreadable are lines for what cannot be read of the set-up. They stand before the first page, for the head office.
func unreadable(shop setup.Shop, lang words.Lang) []StuckCard {
	out := []StuckCard{}
	for _, key := range shop.Unreadable {
		kind, id, _ := strings.Cut(key, "#")
		card := stuck.Card{What: stuck.KindSetup, State: stuck.StateWaiting, Record: strings.ToLower(kind) + " " + id,
			Cause: string(fault.Internal)}
		out = append(out, StuckCard{Card: card, Title: card.Title().In(lang), Link: "/operations/stuck"})
	}
	return out
}

// stuckCard words a line for its reader.
func stuckCard(l work.StuckLine, lang words.Lang) StuckCard {
	card := StuckCard{Card: l.Card, Since: l.Since, Title: l.Title().In(lang), Link: "/operations/stuck/" + l.ID}
	if l.What == stuck.KindMessage {
		card.Link = "/messages/" + l.ID + "/settle"
	}
	return card
}

// stuckItem is the row for its reader.
func stuckItem(by app.Caller) func(stuck.Stuck) StuckItem {
	return func(s stuck.Stuck) StuckItem {
		return StuckItem{Stuck: s, Title: s.Card().Title().In(by.Lang), Text: s.Words().In(by.Lang),
			Actions: app.Worded(s.For(by.Actor), by.Lang)}
	}
}

// missingStuck is something stuck that is not there, or of which the caller may not know.
var missingStuck = fault.Missing("卡住的事项", "stuck item")

// Stuck reads something stuck.
func (d Desk) Stuck(ctx context.Context, by app.Caller, at app.Record) (StuckItem, error) {
	if err := permission.Permit(by.Actor, permission.ReadStuck); err != nil {
		return StuckItem{}, err
	}
	s, err := d.Store.Stuck(ctx, at.ID)
	if err == nil && !by.Sees(s.Branch) {
		err = missingStuck
	}
	if err != nil {
		return StuckItem{}, err
	}
	return stuckItem(by)(s), nil
}

// RetryStuck has something stuck tried again. There is nothing to say about it.
type RetryStuck struct{}

// RetryStuck has a step or an event tried again now, whatever its pause.
func (d Desk) RetryStuck(ctx context.Context, by app.Caller, at app.Record, _ RetryStuck) (StuckItem, error) {
	return d.changeStuck(ctx, by, permission.RetryStuck, at, func(s stuck.Stuck) (stuck.Stuck, event.Event, error) {
		return s.Retry(by.Actor, d.Now())
	})
}

// SkipStuck is why it is left out.
type SkipStuck struct {
	Reason string `json:"reason" validate:"required,max=200,shown,text" description:"Why it is not needed · 为什么可以跳过"`
}

// SkipStuck goes on without a step, an event or a record. It is not tried again.
func (d Desk) SkipStuck(ctx context.Context, by app.Caller, at app.Record, in SkipStuck) (StuckItem, error) {
	return d.changeStuck(ctx, by, permission.SkipStuck, at, func(s stuck.Stuck) (stuck.Stuck, event.Event, error) {
		return s.LeaveOut(by.Actor, in.Reason, d.Now())
	})
}

func (d Desk) changeStuck(ctx context.Context, by app.Caller, action permission.Action, at app.Record,
	rule func(stuck.Stuck) (stuck.Stuck, event.Event, error)) (StuckItem, error) {
	if err := permission.Permit(by.Actor, action); err != nil {
		return StuckItem{}, err
	}
	show := stuckItem(by)
	s, err := d.Store.ChangeStuck(app.Showing(ctx, show), at.ID, func(s stuck.Stuck) (stuck.Stuck, event.Event, error) {
		if !by.Sees(s.Branch) {
			return s, event.Event{}, missingStuck
		}
		if err := at.Current(s.Version, show(s)); err != nil {
			return s, event.Event{}, err
		}
		return rule(s)
	})
	if err != nil {
		return StuckItem{}, err
	}
	return show(s), nil
}
