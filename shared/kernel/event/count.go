package event

import (
	"slices"
	"strings"
)

// Count is how counters move with an event: each counter of At by each amount of Add.
type Count struct {
	Book string           `json:"book"` // which counters: one of Books
	At   []string         `json:"at"`   // counters of the book, each as Place names it
	Add  map[string]int64 `json:"add"`  // by figure
}

// BookComplaints counts complaints. The parts of a place are branch, day (yyyy-mm-dd), dimension and value.
const BookComplaints = "complaint"

// Books lists the books that this program can add to.
var Books = []string{BookComplaints}

const placeMark = "#"

// Place names a counter by its parts. Only the last part may contain a #.
func Place(parts ...string) string { return strings.Join(parts, placeMark) }

// Parts are the n parts of a place; ok is false where there are fewer.
func Parts(place string, n int) (parts []string, ok bool) {
	parts = strings.SplitN(place, placeMark, n)
	return parts, len(parts) == n
}

// Counting is the event with what it counts. It stays pending until that is added up.
func (e Event) Counting(counts ...Count) Event {
	if len(counts) > 0 {
		e.Counts = slices.Concat(e.Counts, counts)
		e.Uncounted, e.Pending = true, true
	}
	return e
}

// OnlyCounts reports whether the event is pending for its counts alone: no process hears it, and no search rows follow.
func (e Event) OnlyCounts() bool {
	_, mends := e.Mends()
	return len(e.Counts) > 0 && !e.Wakes && !Catalogue[e.Type].rows() && !mends
}
