package page

import (
	"strconv"
	"time"

	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/words"
)

// Moment is a time of a page: how it reads, in the branch's zone, and how a program reads it.
type Moment struct{ Words, Stamp string }

// Clock puts times on a page: those of a zone, as they read now.
type Clock struct {
	Zone string
	Now  time.Time
	Lang words.Lang
}

// At is a time as the page shows it.
func (c Clock) At(t time.Time) Moment {
	return Moment{calendar.Calendar{Zone: c.Zone}.Moment(t, c.Now, c.Lang), t.UTC().Format(time.RFC3339)}
}

// Grouped is a number as people read it: 12,800.
func Grouped(n int64) string {
	text := strconv.FormatInt(n, 10)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
