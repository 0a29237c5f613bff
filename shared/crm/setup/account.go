package setup

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// accountFields are the fields of a staff record about the account. They decide who signs in as the colleague, with
// which rights, and where the shop writes to them. The order is that in which a message names them.
var accountFields = []string{"subject", "email", "roles", "head_office"}

var accountWords = map[string]words.Text{
	"subject":     {Zh: "登录账号", En: "sign-in account"},
	"email":       {Zh: "工作邮箱", En: "e-mail"},
	"roles":       {Zh: "角色", En: "roles"},
	"head_office": {Zh: "总部权限", En: "head office"},
}

// AccountChange is a change of a colleague's sign-in account. Staff is whose it is, By is the id of who changed it.
// Fields are the names of the fields that changed.
type AccountChange struct {
	Staff   string
	Version int64 // of the staff record after it
	By      string
	At      time.Time
	Fields  []string
}

// AccountChangeOf reads the change out of its event. ok is false for an event that changed no sign-in account.
func AccountChangeOf(e event.Event) (c AccountChange, ok bool) {
	if e.Type != event.StaffChanged {
		return c, false
	}
	changed := strings.Fields(e.Data["changed"])
	c = AccountChange{Staff: e.Record, Version: e.Seq, By: e.Cause, At: e.At}
	for _, field := range accountFields {
		if slices.Contains(changed, field) {
			c.Fields = append(c.Fields, field)
		}
	}
	return c, len(c.Fields) > 0
}

// In reports whether the shop's set-up contains the change already.
func (c AccountChange) In(shop Shop) bool {
	p, found := shop.Person(c.Staff)
	return found && p.Version >= c.Version
}

// Readers are the owners who work here at the time, by id. The one who made the change is told as well. A stolen
// session of theirs is what the message is for, and the owner of a small shop is the only one.
func (c AccountChange) Readers(shop Shop, now time.Time) []staff.Staff {
	owners := slices.DeleteFunc(slices.Clone(shop.Staff),
		func(p staff.Staff) bool { return !p.Has(staff.Owner) || !p.Employed(now) })
	slices.SortFunc(owners, func(a, b staff.Staff) int { return cmp.Compare(a.ID, b.ID) })
	return owners
}

// Words name what changed.
func (c AccountChange) Words() words.Text {
	var zh, en []string
	for _, field := range c.Fields {
		zh, en = append(zh, accountWords[field].Zh), append(en, accountWords[field].En)
	}
	return words.Text{Zh: strings.Join(zh, "、"), En: strings.Join(en, ", ")}
}
