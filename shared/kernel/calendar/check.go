package calendar

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"afterpress/shared/kernel/fault"
)

// Check names the faults of the calendar that would make an answer meaningless. Lengths and required words
// are for the struct tags. Of a window or a holiday it names the first fault only.
func (c Calendar) Check() []fault.Field {
	var f fault.List
	if _, err := Zone(c.Zone); err != nil {
		f.Add("/zone", "没有这个时区。请填写时区名称，例如 Asia/Shanghai。",
			"There is no such zone. Enter the name of a time zone, such as Asia/Shanghai.")
	}
	c.checkWeek(&f)
	c.checkHolidays(&f)
	c.checkMakeupDays(&f)
	return f
}

func (c Calendar) checkWeek(f *fault.List) {
	for name := range c.Week {
		if !slices.Contains(Weekdays, name) {
			names := strings.Join(Weekdays, ", ")
			f.Add("/week/"+fault.Escaped(name), "请用这些名称之一："+names+"。", "Use one of the names "+names+".")
		}
	}
	works := false
	for _, name := range Weekdays {
		closed := "00:00"
		for i, w := range c.Week[name] {
			at := fmt.Sprintf("/week/%s/%d", name, i)
			works = true
			if !w.check(at, f) {
				continue
			}
			if w.From < closed { // hh:mm sorts as text
				f.Add(at+"/from", "早于前一时段的结束时间 "+closed+"。时段须按先后排列，不可重叠。",
					"This is before "+closed+", when the window before it ends. Put the windows in order, without overlap.")
			}
			closed = w.To
		}
	}
	if !works {
		f.Add("/week", "请至少给一天填写工作时段。", "Give at least one day a window.")
	}
}

// check reports whether the window is one.
func (w Window) check(at string, f *fault.List) bool {
	before := len(*f)
	if _, ok := minute(w.From); !ok {
		f.Add(at+"/from", "请填写时间，例如 08:30。", "Enter a time of day, such as 08:30.")
	} else if _, ok := minute(w.To); !ok {
		f.Add(at+"/to", "请填写时间，例如 17:30，最晚 24:00。", "Enter a time of day, such as 17:30, 24:00 at the latest.")
	} else if w.To <= w.From {
		f.Add(at+"/to", "须晚于 "+w.From+"。跨夜的工作请分成两段：到 24:00，次日从 00:00 起。",
			"This is not after "+w.From+". Write work over midnight as one window to 24:00 and one from 00:00 on the next day.")
	}
	return len(*f) == before
}

func (c Calendar) checkHolidays(f *fault.List) {
	for i, h := range c.Holidays {
		at := fmt.Sprintf("/holidays/%d", i)
		if !checkDate(at+"/from", h.From, f) || !checkDate(at+"/to", h.To, f) {
			continue
		}
		if h.To < h.From {
			f.Add(at+"/to", "不能早于 "+h.From+"。", "This is before "+h.From+". Enter the last day of the holiday.")
		}
	}
}

func (c Calendar) checkMakeupDays(f *fault.List) {
	seen := map[string]bool{}
	for i, m := range c.MakeupDays {
		at := fmt.Sprintf("/makeup_days/%d", i)
		if !checkDate(at+"/date", m.Date, f) {
			continue
		}
		if seen[m.Date] {
			f.Add(at+"/date", "这一天出现了两次。请只保留一次。", "This day stands there twice. Keep one.")
		}
		seen[m.Date] = true
		if len(c.Week[m.As]) == 0 {
			f.Add(at+"/as", "请填写有工作时段的星期。", "Enter a weekday that has windows.")
		}
		for j, h := range c.Holidays {
			if h.From <= m.Date && m.Date <= h.To {
				f.Add(at+"/date", fmt.Sprintf("这一天在第 %d 个假日之内。请改动其中之一。", j+1),
					fmt.Sprintf("This day is within holidays[%d]. Change one of the two.", j))
				break
			}
		}
	}
}

// checkDate reports whether a date is one.
func checkDate(at, date string, f *fault.List) bool {
	if _, err := time.Parse(time.DateOnly, date); err != nil {
		f.Add(at, "请填写日期，例如 2026-02-16。", "Enter a date, such as 2026-02-16.")
		return false
	}
	return true
}
