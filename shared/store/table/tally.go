package table

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// A change writes no counter that others share: its event carries what it counts, under a mark. AddUp adds that up
// later. So writers of different records never meet at a counter.
const (
	countsAttr    = "counts"    // what the event counts; it stays, so that counters can be counted again
	uncountedAttr = "uncounted" // that is not added up yet
)

// FigureAttr begins the attributes of a counter that count, so that no figure can be mistaken for a key.
const FigureAttr = "n_"

// A transaction of AddUp takes the marks of at most mostCounted events off. mostItems is the most that a transaction
// may write (DynamoDB, TransactWriteItems).
const (
	mostCounted = 49
	mostItems   = 100
)

// errCounted says that some of the events of a transaction were counted meanwhile.
var errCounted = errors.New("table: counted already")

// valuesAttr holds of which values a counter is, each as dimension#value. Complaints move all their counters together
// nearly always, so one row counts for all of them.
const valuesAttr = "at"

// cell is one counter: of a group of values in a branch and on a day.
type cell struct {
	book, branch, day string
	values            string // each as dimension#value, with apart between them
}

// apart stands between the values of a counter. No value has this character.
const apart = "\x00"

// AddUp adds up what events count, each exactly once. One transaction takes the marks of up to 49 events off and adds
// their sums to the counters. The result has an entry for each event: nil once it is counted, by this call or another
// one, or else why it waits. Unavailable asks to try again. Any other error concerns this event alone.
func (o Outbox) AddUp(ctx context.Context, events []event.Event) []error {
	waits := make([]error, len(events))
	for _, part := range packed(events) {
		o.countPart(ctx, events, part, waits)
	}
	return waits
}

// packed cuts the events that are not counted yet into parts that one transaction takes each. A part holds the places
// of its events.
func packed(events []event.Event) (parts [][]int) {
	var part []int
	known := map[cell]bool{}
	for i, e := range events {
		if !e.Uncounted {
			continue
		}
		own := movedBy(e)
		fresh := 0
		for c := range own {
			if !known[c] {
				fresh++
			}
		}
		if len(part) == mostCounted || len(part) > 0 && len(part)+1+len(known)+fresh > mostItems {
			parts, part = append(parts, part), nil
			clear(known)
		}
		part = append(part, i)
		for c := range own {
			known[c] = true
		}
	}
	if len(part) > 0 {
		parts = append(parts, part)
	}
	return parts
}

// cellsOf are the counters that a count moves. Their places are in an order of their own, so that the same values are
// the same counter. errStrange is the error of a place that this release does not know.
func cellsOf(count event.Count) (cells []cell, err error) {
	values := map[cell][]string{}
	for _, place := range count.At {
		parts, ok := event.Parts(place, 4)
		if !ok || count.Book != event.BookComplaints {
			return nil, errStrange
		}
		at := cell{book: count.Book, branch: parts[0], day: parts[1]}
		values[at] = append(values[at], event.Place(parts[2], parts[3]))
	}
	for at, of := range values {
		slices.Sort(of)
		at.values = strings.Join(of, apart)
		cells = append(cells, at)
	}
	return cells, nil
}

// movedBy are the counters that an event moves. What this release does not know is none: tryCount says so.
func movedBy(e event.Event) map[cell]bool {
	out := map[cell]bool{}
	for _, count := range e.Counts {
		cells, _ := cellsOf(count)
		for _, at := range cells {
			out[at] = true
		}
	}
	return out
}

// countPart counts the events at these places. A part that meets another transaction for too long, or holds what can
// never be counted, is halved until the others are counted.
func (o Outbox) countPart(ctx context.Context, events []event.Event, part []int, waits []error) {
	for len(part) > 0 {
		err := o.tryCount(ctx, events, part)
		var met *types.TransactionCanceledException
		switch {
		case err == nil:
			return
		case errors.Is(err, errCounted):
			if part, err = o.uncounted(ctx, events, part); err == nil {
				continue
			}
		case len(part) > 1 && ctx.Err() == nil && (fault.KindOf(err) != fault.Unavailable || errors.As(err, &met)):
			half := len(part) / 2
			o.countPart(ctx, events, part[:half], waits)
			part = part[half:]
			continue
		}
		for _, i := range part {
			waits[i] = err
		}
		return
	}
}

// uncounted are the places of the events that are still not counted.
func (o Outbox) uncounted(ctx context.Context, events []event.Event, part []int) ([]int, error) {
	asked := make([]event.Event, len(part))
	for n, i := range part {
		asked[n] = events[i]
	}
	now, err := o.Queued(ctx, asked)
	if err != nil {
		return part, err
	}
	var left []int
	for n, i := range part {
		if now[n].Uncounted {
			left = append(left, i)
		}
	}
	return left, nil
}

// tryCount is one transaction: the marks come off, each on condition that it is there, and the sums are added.
func (o Outbox) tryCount(ctx context.Context, events []event.Event, part []int) error {
	b, sums := NewBatch(), map[cell]map[string]int64{}
	for _, i := range part {
		e := events[i]
		set, names := "REMOVE #u", map[string]string{"#u": uncountedAttr}
		if e.OnlyCounts() { // then it waits for nothing else
			set += ", #p, #s, #a"
			names["#p"], names["#s"], names["#a"] = pendingAttr, "pending_sk", againAttr
		}
		b.Update(o.table.Events, EventKey(e.Customer, e.ID), set,
			Condition{Expr: "attribute_exists(#u)", Names: names}, func(Item) error { return errCounted })
		for _, count := range e.Counts {
			cells, err := cellsOf(count)
			if err != nil {
				return err
			}
			for _, at := range cells {
				if sums[at] == nil {
					sums[at] = map[string]int64{}
				}
				for figure, n := range count.Add {
					sums[at][figure] += n
				}
			}
		}
	}
	for _, at := range slices.SortedFunc(maps.Keys(sums), func(a, b cell) int {
		return cmp.Or(cmp.Compare(a.branch, b.branch), cmp.Compare(a.day, b.day), cmp.Compare(a.values, b.values))
	}) {
		o.addTo(b, at, sums[at])
	}
	return o.table.Commit(ctx, b, nil)
}

// addTo adds to a transaction that a counter moves. It is created by its first move.
func (o Outbox) addTo(b *Batch, at cell, by map[string]int64) {
	maps.DeleteFunc(by, func(_ string, n int64) bool { return n == 0 })
	if len(by) == 0 {
		return
	}
	of := strings.Split(at.values, apart)
	list := &types.AttributeValueMemberL{}
	for _, value := range of {
		list.Value = append(list.Value, Text(value))
	}
	names, values := map[string]string{"#at": valuesAttr}, Item{":at": list}
	add := ""
	for i, figure := range slices.Sorted(maps.Keys(by)) {
		f := strconv.Itoa(i)
		names["#f"+f], values[":f"+f] = FigureAttr+figure, Number(by[figure])
		if i > 0 {
			add += ", "
		}
		add += "#f" + f + " :f" + f
	}
	b.Update(o.table.Records, TallyGroupKey(at.branch, at.day, of), "SET #at = :at ADD "+add, Condition{
		Expr: "attribute_not_exists(#at) OR #at = :at", Names: names, Values: values,
	}, func(Item) error { return Conflict() })
}

// TallyValues are the values of a group's counter, each as dimension#value.
func TallyValues(it Item) (values []string) {
	list, _ := it[valuesAttr].(*types.AttributeValueMemberL)
	if list == nil {
		return nil
	}
	for _, v := range list.Value {
		values = append(values, StringOf(v))
	}
	return values
}

// errStrange says that this release does not know the book of a counter, or its places.
var errStrange = errors.New("table: this release does not know the counter")
