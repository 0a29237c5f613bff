package setup

import (
	"fmt"
	"slices"
	"strings"

	"afterpress/shared/kernel/event"

	"github.com/samber/lo"
)

// What of the set-up moves deadlines when it changes.
const (
	ReplanCalendar = "calendar"
	ReplanPolicy   = "policy"
	ReplanBranch   = "branch"
	ReplanCategory = "category" // no deadline, but the cadence of the customers below it
)

// Change is a change of the set-up after which open records are planned anew: calendar, policy, branch or category
// What, by its id, in its new version.
type Change struct {
	What    string `json:"what"`
	ID      string `json:"id"`
	Version int64  `json:"version"`
}

// ChangeOf reads the change out of its event; ok is false when the event moves no deadline.
func ChangeOf(e event.Event) (c Change, ok bool) {
	if event.Catalogue[e.Type].Process != "replan" || e.Record == "" || e.Seq <= 0 {
		return Change{}, false
	}
	what, _, _ := strings.Cut(string(e.Type), ".")
	return Change{What: what, ID: e.Record, Version: e.Seq}, true
}

// WorkflowID is the id of the workflow that plans anew by the change. It names the kind, since a calendar and a
// branch may share an id.
func (c Change) WorkflowID() string { return fmt.Sprintf("replan/%s/%s/%d", c.What, c.ID, c.Version) }

// In reports whether a set-up has the change already: others may go on for a while with the one that they read before.
func (c Change) In(shop Shop) bool {
	var version int64
	switch c.What {
	case ReplanCalendar:
		found, _ := shop.Calendar(c.ID)
		version = found.Version
	case ReplanPolicy:
		found, _ := lo.Find(shop.Policies, func(p Policy) bool { return p.ID == c.ID })
		version = found.Version
	case ReplanBranch:
		found, _ := shop.Branch(c.ID)
		version = found.Version
	case ReplanCategory:
		found, _ := shop.Category(c.ID)
		version = found.Version
	}
	return version >= c.Version
}

// Branches lists whose records the change concerns, by id.
func (c Change) Branches(shop Shop) []string {
	var out []string
	for _, b := range shop.Branches {
		if c.What == ReplanCalendar && b.Calendar == c.ID || c.What == ReplanPolicy && b.Policy == c.ID ||
			c.What == ReplanBranch && b.ID == c.ID || c.What == ReplanCategory {
			out = append(out, b.ID)
		}
	}
	slices.Sort(out)
	return out
}
