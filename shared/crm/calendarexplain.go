package crm

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Explanation is a deadline and the way to it, for the person who asks "why then?".
type Explanation struct {
	Due   time.Time `json:"due"` // UTC
	Steps []string  `json:"steps"`
}

// Explain is Add in words: from start, over each window that counts and each date that does not, to the due time, all on the clock of the
// calendar's zone. It refuses what Add refuses.
func (c Calendar) Explain(start time.Time, working time.Duration, lang Lang) (Explanation, error) {
	due, err := c.Add(start, working)
	if err != nil {
		return Explanation{}, err
	}
	zone, err := calendarZone(c.Zone)
	if err != nil {
		return Explanation{}, err
	}
	t := calendarTale{lang: lang, zone: zone, total: working, left: working}
	start = start.UTC()
	t.say(calendarSays.start, t.moment(start), t.duration(working))
	var before calendarStretch
	for at := start; at.Before(due); {
		day := c.stretch(zone, at)
		t.stretch(before, day, due)
		before, at = day, day.end
	}
	t.flush()
	t.say(calendarSays.due, t.moment(due), c.Zone)
	return Explanation{Due: due, Steps: t.steps}, nil
}

// calendarSays holds the formats of the steps.
var calendarSays = struct{ start, counted, shut, holiday, closed, after, makeup, clocks, due, until Text }{
	start:   Text{Zh: "从 %s 起,需要工作时间 %s", En: "From %s: %s of working time"},
	counted: Text{Zh: "%s %s–%s:计入 %s(共 %s,还差 %s)", En: "%s %s–%s: %s of %s, %s left"},
	shut:    Text{Zh: "%s:%s", En: "%s: %s"},
	holiday: Text{Zh: "假日,%s", En: "holiday, %s"},
	closed:  Text{Zh: "休息", En: "no working hours"},
	after:   Text{Zh: "%s:%s 后已下班", En: "%s: no working hours after %s"},
	makeup:  Text{Zh: "%s:调休上班,按%s的时间", En: "%s: make-up day, with the hours of a %s"},
	clocks:  Text{Zh: "%s:时钟从 %s 调到 %s", En: "%s: clocks go from %s to %s"},
	due:     Text{Zh: "到期:%s(%s)", En: "Due %s (%s)"},
	until:   Text{Zh: "%s至%s", En: "%s to %s"},
}

var calendarWeekdaysZh = [...]string{"周日", "周一", "周二", "周三", "周四", "周五", "周六"}

// calendarTale gathers the steps. Closed dates in a row that have one reason become one step.
type calendarTale struct {
	lang        Lang
	zone        *time.Location
	total, left time.Duration
	steps       []string

	reason      string // why the dates that are not told yet are closed; empty when there are none
	first, last string // these dates in words
}

func (t *calendarTale) say(format Text, args ...any) {
	t.steps = append(t.steps, fmt.Sprintf(format.In(t.lang), args...))
}

// stretch tells one stretch as far as due; before is the one before it, zero at the beginning.
func (t *calendarTale) stretch(before, day calendarStretch, due time.Time) {
	date := t.date(day.begin)
	switch {
	case day.holiday != nil:
		t.shut(fmt.Sprintf(calendarSays.holiday.In(t.lang), day.holiday.Name.In(t.lang)), date)
		return
	case len(day.windows) == 0:
		t.shut(calendarSays.closed.In(t.lang), date)
		return
	}
	t.flush()
	if day.makeup != nil && day.makeup != before.makeup {
		t.say(calendarSays.makeup, date, t.weekday(day.makeup.As))
	}
	wall := day.begin.Sub(day.midnight)
	if was := day.begin.Sub(before.midnight); !before.begin.IsZero() && was%(24*time.Hour) != wall%(24*time.Hour) {
		t.say(calendarSays.clocks, date, calendarClock(was), calendarClock(wall))
	}
	for _, w := range day.windows {
		open, shut := day.span(w)
		shut = calendarEarlier(shut, due)
		if !open.Before(shut) {
			continue
		}
		t.left -= shut.Sub(open)
		t.say(calendarSays.counted, date, calendarClock(open.Sub(day.midnight)), calendarClock(shut.Sub(day.midnight)),
			t.duration(shut.Sub(open)), t.duration(t.total), t.duration(t.left))
	}
	if _, to, ok := day.windows[len(day.windows)-1].minutes(); ok && before.begin.IsZero() && wall >= time.Duration(to)*time.Minute {
		t.say(calendarSays.after, date, calendarClock(wall))
	}
}

// shut notes a closed date.
func (t *calendarTale) shut(reason, date string) {
	if t.reason != reason {
		t.flush()
		t.reason, t.first = reason, date
	}
	t.last = date
}

// flush tells the closed dates that were noted.
func (t *calendarTale) flush() {
	if t.reason == "" {
		return
	}
	dates := t.first
	if t.last != t.first {
		dates = fmt.Sprintf(calendarSays.until.In(t.lang), t.first, t.last)
	}
	t.say(calendarSays.shut, dates, t.reason)
	t.reason = ""
}

// moment is a date with its year and the time of day.
func (t *calendarTale) moment(at time.Time) string {
	at = at.In(t.zone)
	clock := strings.TrimSuffix(at.Format("15:04:05.999999999"), ":00")
	if t.lang == Zh {
		return fmt.Sprintf("%d年%s%s", at.Year(), t.date(at), clock)
	}
	return at.Format("Mon 2 Jan 2006 ") + clock
}

func (t *calendarTale) date(at time.Time) string {
	at = at.In(t.zone)
	if t.lang == Zh {
		return fmt.Sprintf("%d月%d日(%s)", at.Month(), at.Day(), calendarWeekdaysZh[at.Weekday()])
	}
	return at.Format("Mon 2 Jan")
}

func (t *calendarTale) weekday(key string) string {
	for day, name := range calendarWeekdays {
		if name == key && t.lang == Zh {
			return calendarWeekdaysZh[day]
		}
		if name == key {
			return time.Weekday(day).String()
		}
	}
	return key
}

// duration is exact to the nanosecond: "1 h 30 min", "27.5 s", "0 min".
func (t *calendarTale) duration(d time.Duration) string {
	hours, minutes, seconds := " h", " min", " s"
	if t.lang == Zh {
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

// calendarClock is a time of day, given as the time since 00:00 on the wall: "08:30", "08:30:15.5", "24:00".
func calendarClock(d time.Duration) string {
	if d == 24*time.Hour {
		return "24:00"
	}
	return strings.TrimSuffix(time.Time{}.Add(d).Format("15:04:05.999999999"), ":00")
}
