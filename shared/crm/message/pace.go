package message

import (
	"fmt"
	"time"
)

// Limits of what one side may write about one record, by its link and its address together. Nobody who has something
// to say says it twenty times an hour; a program that found the link does, and each message wakes people and
// processes.
const (
	PerHour = 20
	PerDay  = 100 // of UTC
)

// Sides that write about a record from outside.
const (
	SideCustomer = "customer"
	SideStranger = "stranger" // of a letter whose sender is in doubt: it uses up nothing of the customer's
)

// SideOf is the side on which a letter counts that comes with this doubt about its sender; empty: none.
func SideOf(doubt string) string {
	if doubt == "" {
		return SideCustomer
	}
	return SideStranger
}

// Flood reports that a side wrote as much about a record as an hour or a day allows. Wait is when that ends.
type Flood struct {
	Record, Branch string
	Wait           time.Duration
}

// Error names the record.
func (f *Flood) Error() string {
	return fmt.Sprintf("message: too much was written about %s", f.Record)
}

// Paced is the wait of a side that wrote so often in this day and this hour; 0: it may write.
func Paced(day, hour int64, now time.Time) time.Duration {
	begins := func(window time.Duration) time.Time { return now.UTC().Truncate(window).Add(window) }
	switch {
	case day >= PerDay:
		return begins(24 * time.Hour).Sub(now)
	case hour >= PerHour:
		return begins(time.Hour).Sub(now)
	}
	return 0
}
