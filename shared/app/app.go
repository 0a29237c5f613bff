// Package app is what the use cases of all areas share: who asks, which record they mean, and which branches of the
// shop they see. A use case is one thing that people do. It asks permission before it reads anything, and it owns its
// input, branch, version, terms, rule and transaction. Doors decode, call one and answer.
package app

import (
	"context"
	"time"

	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/receipt"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/token"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store"
	"afterpress/shared/store/table"
)

// Office is what every desk works with.
type Office struct {
	Store     *store.Store
	Now       func() time.Time // UTC, in milliseconds, as the store's
	Tokens    token.Tokens     // sign the links that customers get, and open them
	PublicURL string           // where people reach the public door; empty: the gateway's own address
}

// Page is a part of a list, and where it goes on.
type Page[T any] = table.Page[T]

// Caller is who asks, and the language in which they read the answer.
type Caller struct {
	staff.Actor
	Lang words.Lang
}

// Record names the record that a caller means. Doors make it by At.
type Record struct {
	ID      string
	Part    string // names what belongs to the record, such as one of its files
	Version int64  // that the caller has read; 0: they name none
}

// longest is how many bytes of an id are looked at. Our own ids have 41.
const longest = 64

// At names a record. What is too long to be an id becomes a name that no record has, and is not found.
func At(id, part string, version int64) Record {
	const nothing = "-"
	if len(id) > longest {
		id = nothing
	}
	if len(part) > longest {
		part = nothing
	}
	return Record{ID: id, Part: part, Version: version}
}

// Current refuses with Stale where the caller has read another version than the current one. shown is the record as
// the caller may see it.
func (r Record) Current(version int64, shown any) error {
	if r.Version == 0 || r.Version == version {
		return nil
	}
	stale := fault.Fail(fault.Stale, "这条记录在您读取之后有了改动。请查看最新内容再决定。",
		"The record has changed since you read it. Look at it as it is now, then decide.")
	stale.Record = shown
	return stale
}

// Named is Current for a change in place or a removal. One that names no version is refused with Unversioned.
func (r Record) Named(version int64, shown any) error {
	if r.Version == 0 {
		return fault.Fail(fault.Unversioned, "修改记录须注明您读到的版本。请先读取记录，再带上其版本重试。",
			"Changing a record needs the version that you have read. Read the record first, then name its version.")
	}
	return r.Current(version, shown)
}

// Edit makes of an entry, as it stands, what it becomes. Doors read it from a merge patch or from a form.
type Edit[T any] = func(entry T) (T, error)

// Paging is what every list takes. Embed it in the list's query.
type Paging struct {
	Limit  int    `json:"limit" validate:"min=1,max=100" default:"25"`
	Cursor string `json:"cursor" validate:"max=2048"`
}

// For binds the page to the caller who asks for it: a cursor is of no use to another one.
func (p Paging) For(by Caller) table.Paging {
	return table.Paging{Limit: p.Limit, Cursor: p.Cursor, Caller: by.ID}
}

// Showing is ctx for the one commit of a use case. A repeat of the request gets what show makes of the commit's
// result, which the use case itself returns.
func Showing[R, V any](ctx context.Context, show func(R) V) context.Context {
	return receipt.As(ctx, func(result any) any { return show(result.(R)) })
}

// Once lays the receipt of a request into ctx for the one commit of a use case. The use case calls it right before. A
// repeat of the request is known by content.
type Once func(ctx context.Context, content string) context.Context

// Before is ctx with the receipt. Without a Once it stays as it is.
func (o Once) Before(ctx context.Context, content string) context.Context {
	if o == nil {
		return ctx
	}
	return o(ctx, content)
}

// Worded says in the reader's language why they may not do what they may not.
func Worded(actions []permission.Permitted, lang words.Lang) []permission.Permitted {
	for i := range actions {
		actions[i].Refusal = actions[i].Text.In(lang)
	}
	return actions
}

// Listed answers a list. query makes the store's question of what the caller may see, and list answers it.
func Listed[Q, T any](ctx context.Context, o Office, by Caller,
	query func(Caller, setup.Shop, time.Time) (Q, error),
	list func(context.Context, Q) (table.Page[T], error)) (page table.Page[T], err error) {
	shop, err := o.Store.Shop(ctx)
	if err != nil {
		return page, err
	}
	q, err := query(by, shop, o.Now())
	if err != nil {
		return page, err
	}
	return list(ctx, q)
}
