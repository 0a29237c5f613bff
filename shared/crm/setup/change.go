package setup

import (
	"fmt"
	"slices"
	"strings"

	"afterpress/shared/kernel/event"

	"github.com/samber/lo"
)

// Parts of the set-up whose change moves deadlines.
const (
	ReplanCalendar = "calendar"
	ReplanPolicy   = "policy"
	ReplanBranch   = "branch"
	// moves no deadline, but the cadence of the customers below it
	ReplanCategory = "category"
)

// Change is a change of the set-up after which open records are replanned. What is the part that changed, ID
// is its id, and Version is its new version.
type Change struct {
	What    string `json:"what"`
	ID      string `json:"id"`
	Version int64  `json:"version"`
}

// ChangeOf reads the change out of its event. ok is false for an event after which nothing is replanned.
func ChangeOf(e event.Event) (c Change, ok bool) {
	if event.Catalogue[e.Type].Process != "replan" || e.Record == "" || e.Seq <= 0 {
		return Change{}, false
	}
	what, _, _ := strings.Cut(string(e.Type), ".")
	return Change{What: what, ID: e.Record, Version: e.Seq}, true
}

// WorkflowID is the id of the workflow that replans after the change. It names the kind, because a calendar
// and a branch may share an id.
func (c Change) WorkflowID() string { return fmt.Sprintf("replan/%s/%s/%d", c.What, c.ID, c.Version) }

// In reports whether the shop's set-up contains the change already. Other processes may use the set-up that
// they read before for a while.
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

// Branches lists the ids of the branches whose records the change concerns, sorted.
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
