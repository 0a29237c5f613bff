// Package tally counts complaints for the report.
package tally

import (
	"maps"
	"slices"
	"strings"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/event"
)

// Dimensions by which complaints are counted.
const (
	All      = "all"
	Defect   = "defect"
	Product  = "product"
	Press    = "press"
	Operator = "operator"
	Paper    = "paper"
	Customer = "customer"
)

// Dimensions lists the dimensions.
var Dimensions = []string{All, Defect, Product, Press, Operator, Paper, Customer}

// Place is one counter: the complaints opened on a day, in one branch, with one value of a dimension.
type Place struct {
	Branch    string
	Day       string // yyyy-mm-dd, the branch's date
	Dimension string
	Value     string
}

// Tally is the change of the counters, by place and figure. Figures are opened, rounds, settled, in_time,
// ended_withdrawn and so on. cost_CNY and the like are in minor units. reached_judged counts rounds,
// seconds_judged adds their working time from the start of the round. All figures of a complaint count for
// the day it was opened. So a report says what became of the complaints of a period.
type Tally map[Place]map[string]int64

// Tallied returns the change of the counters when a complaint goes from before to next. A new complaint has
// an empty before. The counters are always the sum of figures over all records, plus what earlier rounds
// left. Of those the times, settlements and other ends stay counted.
func Tallied(before, next complaint.Complaint) Tally {
	out := Tally{}
	if before.ID != "" && before.Round != next.Round {
		before.Reached, before.ResolvedAt, before.Outcome = nil, next.ResolvedAt, next.Outcome
	}
	for _, p := range places(before) {
		out.add(p, figuresAt(before, p), -1)
	}
	for _, p := range places(next) {
		out.add(p, figuresAt(next, p), 1)
	}
	return out.moved()
}

// Counts is the change as an event carries it: places that move alike stand together, in a fixed order.
func (t Tally) Counts() []event.Count {
	var out []event.Count
	for _, p := range slices.SortedFunc(maps.Keys(t), func(a, b Place) int { return strings.Compare(a.at(), b.at()) }) {
		i := slices.IndexFunc(out, func(c event.Count) bool { return maps.Equal(c.Add, t[p]) })
		if i < 0 {
			i, out = len(out), append(out, event.Count{Book: event.BookComplaints, Add: t[p]})
		}
		out[i].At = append(out[i].At, p.at())
	}
	return out
}

// at is the place as the book of complaints names it.
func (p Place) at() string { return event.Place(p.Branch, p.Day, p.Dimension, p.Value) }

// moved leaves out figures that do not change.
func (t Tally) moved() Tally {
	maps.DeleteFunc(t, func(_ Place, figures map[string]int64) bool {
		maps.DeleteFunc(figures, func(_ string, n int64) bool { return n == 0 })
		return len(figures) == 0
	})
	return t
}

func (t Tally) add(p Place, figures map[string]int64, weight int64) {
	if t[p] == nil {
		t[p] = map[string]int64{}
	}
	for name, n := range figures {
		t[p][name] += weight * n
	}
}

// places are the counters in which a complaint is counted. An unknown value is not counted.
func places(c complaint.Complaint) []Place {
	if c.ID == "" {
		return nil
	}
	zone, err := calendar.Zone(c.Zone)
	if err != nil {
		panic("tally: a complaint was planned in no zone: " + c.Zone)
	}
	day := c.CreatedAt.In(zone).Format("2006-01-02")
	out := []Place{{c.Branch, day, All, All}}
	add := func(dimension, value string) {
		if value != "" {
			out = append(out, Place{c.Branch, day, dimension, value})
		}
	}
	for _, kind := range defects(c) {
		add(Defect, string(kind))
	}
	add(Product, string(c.Job.Class))
	add(Press, c.Job.Press)
	add(Operator, c.Job.Operator)
	add(Paper, c.Job.Paper)
	add(Customer, c.Customer)
	return out
}

// defects are the complaint's kinds of defects, each once, in a fixed order.
func defects(c complaint.Complaint) []defect.Kind {
	return slices.Compact(slices.Sorted(slices.Values(c.Defects)))
}

// figuresAt are the figures of a complaint at one of its places. Its defects share the cost evenly, to the last minor
// unit. So the costs of all defects add up to what was spent.
func figuresAt(c complaint.Complaint, p Place) map[string]int64 {
	out := figures(c)
	if kinds := defects(c); p.Dimension == Defect && c.Cost != nil && c.Cost.Minor != 0 {
		i, n := int64(slices.Index(kinds, defect.Kind(p.Value))), int64(len(kinds))
		whole, rest := c.Cost.Minor/n, c.Cost.Minor%n
		if i < rest {
			whole++
		}
		out["cost_"+c.Cost.Currency] = whole
	}
	return out
}

// figures are what one complaint counts for. Times count once the round is settled or over. So a complaint in
// progress costs no writes.
func figures(c complaint.Complaint) map[string]int64 {
	out := map[string]int64{"opened": 1, "rounds": int64(c.Round)}
	if c.Cost != nil && c.Cost.Minor != 0 {
		out["cost_"+c.Cost.Currency] = c.Cost.Minor
	}
	if c.ResolvedAt.IsZero() && !c.Closed() {
		return out
	}
	for state, seconds := range c.Reached {
		if !c.ResolvedAt.IsZero() && state == complaint.StateClosed {
			continue // after the settlement it is not the customer's time
		}
		out["reached_"+state], out["seconds_"+state] = 1, seconds
	}
	if !c.ResolvedAt.IsZero() {
		out["settled"] = 1
		if c.InTime() {
			out["in_time"] = 1
		}
	}
	if c.Outcome != "" && c.Outcome != complaint.OutcomeSettled {
		out["ended_"+c.Outcome] = 1
	}
	return out
}
