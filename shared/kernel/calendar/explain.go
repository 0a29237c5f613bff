package calendar

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"afterpress/shared/kernel/words"
)

// Explanation is a deadline and the steps that lead to it. It answers the question "why then?".
type Explanation struct {
	Due   time.Time `json:"due"` // UTC
	Steps []string  `json:"steps"`
}

// Explain is Add in words: from start, over each window that counts and each date that does not, to the due
// time. All times are on the clock of the calendar's zone. It refuses what Add refuses.
func (c Calendar) Explain(start time.Time, working time.Duration, lang words.Lang) (Explanation, error) {
	due, err := c.Add(start, working)
	if err != nil {
		return Explanation{}, err
	}
	zone, err := Zone(c.Zone)
	if err != nil {
		return Explanation{}, err
	}
	t := tale{lang: lang, zone: zone, total: working, left: working}
	start = start.UTC()
	t.say(says.start, t.moment(start), t.duration(working))
	var before stretch
	for at := start; at.Before(due); {
		day := c.stretch(zone, at)
		t.stretch(before, day, due)
		before, at = day, day.end
	}
	t.flush()
	t.say(says.due, t.moment(due), c.Zone)
	return Explanation{Due: due, Steps: t.steps}, nil
}

// says holds the formats of the steps.
var says = struct{ start, counted, shut, holiday, closed, after, makeup, clocks, due, until words.Text }{
	start:   words.Text{Zh: "从%s起，需要工作时间 %s", En: "From %s: %s of working time"},
	counted: words.Text{Zh: "%s %s–%s：计入 %s（共 %s，还差 %s）", En: "%s %s–%s: %s of %s, %s left"},
	shut:    words.Text{Zh: "%s：%s", En: "%s: %s"},
	holiday: words.Text{Zh: "假日，%s", En: "holiday, %s"},
	closed:  words.Text{Zh: "休息", En: "no working hours"},
	after:   words.Text{Zh: "%s：%s 后已下班", En: "%s: no working hours after %s"},
	makeup:  words.Text{Zh: "%s：调休上班，按%s的时间", En: "%s: make-up day, with the hours of a %s"},
	clocks:  words.Text{Zh: "%s：时钟从 %s 调到 %s", En: "%s: clocks go from %s to %s"},
	due:     words.Text{Zh: "到期：%s（%s）", En: "Due %s (%s)"},
	until:   words.Text{Zh: "%s至%s", En: "%s to %s"},
}

var weekdaysZh = [...]string{"周日", "周一", "周二", "周三", "周四", "周五", "周六"}

// tale gathers the steps. Closed dates in a row that have one reason become one step.
type tale struct {
	lang        words.Lang
	zone        *time.Location
	total, left time.Duration
	steps       []string

	reason      string // why the dates that are not told yet are closed; empty when there are none
	first, last string // these dates in words
}

func (t *tale) say(format words.Text, args ...any) {
	t.steps = append(t.steps, fmt.Sprintf(format.In(t.lang), args...))
}

// stretch tells one stretch as far as due. before is the stretch before it, zero at the beginning.
func (t *tale) stretch(before, day stretch, due time.Time) {
	date := t.date(day.begin)
	switch {
	case day.holiday != nil:
		t.shut(fmt.Sprintf(says.holiday.In(t.lang), day.holiday.Name.In(t.lang)), date)
		return
	case len(day.windows) == 0:
		t.shut(says.closed.In(t.lang), date)
		return
	}
	t.flush()
	if day.makeup != nil && day.makeup != before.makeup {
		t.say(says.makeup, date, t.weekday(day.makeup.As))
	}
	wall := day.begin.Sub(day.midnight)
	if was := day.begin.Sub(before.midnight); !before.begin.IsZero() && was%(24*time.Hour) != wall%(24*time.Hour) {
		t.say(says.clocks, date, clock(was), clock(wall))
	}
	for _, w := range day.windows {
		open, shut := day.span(w)
		shut = Earlier(shut, due)
		if !open.Before(shut) {
			continue
		}
		t.left -= shut.Sub(open)
		t.say(says.counted, date, clock(open.Sub(day.midnight)), clock(shut.Sub(day.midnight)),
			t.duration(shut.Sub(open)), t.duration(t.total), t.duration(t.left))
	}
	if _, to, ok := day.windows[len(day.windows)-1].minutes(); ok && before.begin.IsZero() &&
		wall >= time.Duration(to)*time.Minute {
		t.say(says.after, date, clock(wall))
	}
}

// shut notes a closed date.
func (t *tale) shut(reason, date string) {
	if t.reason != reason {
		t.flush()
		t.reason, t.first = reason, date
	}
	t.last = date
}

// flush tells the closed dates that were noted.
func (t *tale) flush() {
	if t.reason == "" {
		return
	}
	dates := t.first
	if t.last != t.first {
		dates = fmt.Sprintf(says.until.In(t.lang), t.first, t.last)
	}
	t.say(says.shut, dates, t.reason)
	t.reason = ""
}

// moment is a date with its year and the time of day.
func (t *tale) moment(at time.Time) string {
	at = at.In(t.zone)
	clock := strings.TrimSuffix(at.Format("15:04:05.999999999"), ":00")
	if t.lang == words.Zh {
		return fmt.Sprintf("%d年%s%s", at.Year(), t.date(at), clock)
	}
	return at.Format("Mon 2 Jan 2006 ") + clock
}

func (t *tale) date(at time.Time) string {
	at = at.In(t.zone)
	if t.lang == words.Zh {
		return fmt.Sprintf("%d月%d日（%s）", at.Month(), at.Day(), weekdaysZh[at.Weekday()])
	}
	return at.Format("Mon 2 Jan")
}

func (t *tale) weekday(key string) string {
	day := time.Weekday(slices.Index(Weekdays, key)+1) % 7
	switch {
	case !slices.Contains(Weekdays, key):
		return key
	case t.lang == words.Zh:
		return weekdaysZh[day]
	}
	return day.String()
}

// duration is exact to the nanosecond: "1 h 30 min", "27.5 s", "0 min".
func (t *tale) duration(d time.Duration) string {
	hours, minutes, seconds := " h", " min", " s"
	if t.lang == words.Zh {
		hours, minutes, seconds = " 小时", " 分钟", " 秒"
	}
	var parts []string
	if h := int64(d / time.Hour); h > 0 {
		parts = append(parts, strconv.FormatInt(h, 10)+hours)
	}
	if m := int64(d % time.Hour / time.Minute); m > 0 || d == 0 {
		parts = append(parts, strconv.FormatInt(m, 10)+minutes)
	}
	if s := d % time.Minute; s > 0 {
		parts = append(parts, strconv.FormatFloat(s.Seconds(), 'f', -1, 64)+seconds)
	}
	return strings.Join(parts, " ")
}

// clock is a time of day, given as the time since 00:00 on the wall: "08:30", "08:30:15.5", "24:00".
func clock(d time.Duration) string {
	if d == 24*time.Hour {
		return "24:00"
	}
	return strings.TrimSuffix(time.Time{}.Add(d).Format("15:04:05.999999999"), ":00")
}
