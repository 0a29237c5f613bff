package calendar_test

import (
	"cmp"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/kerneltest"
	"afterpress/shared/kernel/words"
)

// calendarNights is a press with a night shift from Sunday to Friday, in a zone whose clocks change.
func calendarNights(zone string) calendar.Calendar {
	night := []calendar.Window{{From: "00:00", To: "08:00"}, {From: "20:00", To: "24:00"}}
	return calendar.Calendar{
		Zone: zone,
		Week: map[string][]calendar.Window{
			"sun": {{From: "20:00", To: "24:00"}}, "mon": night, "tue": night, "wed": night, "thu": night,
			"fri": {{From: "00:00", To: "08:00"}},
		},
	}
}

// calendarDaily works the given windows on every day.
func calendarDaily(zone string, windows ...calendar.Window) calendar.Calendar {
	week := map[string][]calendar.Window{}
	for _, day := range []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"} {
		week[day] = windows
	}
	return calendar.Calendar{Zone: zone, Week: week}
}

func calendarAt(t testing.TB, rfc3339 string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339Nano, rfc3339)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestCalendarAddInTheOffice(t *testing.T) {
	office := kerneltest.Office()
	for _, tt := range []struct {
		name, start, working, due string
	}{
		{"within the morning", "2026-03-04T09:00:00+08:00", "30m", "2026-03-04T09:30:00+08:00"},
		{"to the very minute of lunch", "2026-03-04T11:30:00+08:00", "30m", "2026-03-04T12:00:00+08:00"},
		{"across lunch", "2026-03-04T11:45:00+08:00", "30m", "2026-03-04T13:15:00+08:00"},
		{"started at lunch", "2026-03-04T12:20:00+08:00", "30m", "2026-03-04T13:30:00+08:00"},
		{"before opening", "2026-03-04T03:00:00+08:00", "30m", "2026-03-04T09:00:00+08:00"},
		{"no time at night", "2026-03-04T03:00:00+08:00", "0s", "2026-03-04T03:00:00+08:00"},
		{"Friday evening", "2026-03-06T19:10:00+08:00", "30m", "2026-03-09T09:00:00+08:00"},
		{"Friday closing", "2026-03-06T17:15:00+08:00", "30m", "2026-03-09T08:45:00+08:00"},
		{"Sunday", "2026-03-08T10:00:00+08:00", "1h", "2026-03-09T09:30:00+08:00"},
		{"a form's nanoseconds", "2026-03-06T17:15:00.000000001+08:00", "30m", "2026-03-09T08:45:00.000000001+08:00"},
		{"written from another zone", "2026-03-06T09:15:00Z", "30m", "2026-03-09T08:45:00+08:00"},
		{"five working days", "2026-03-04T09:00:00+08:00", "40h", "2026-03-11T09:00:00+08:00"},

		{"New Year 2026, make-up Sunday", "2025-12-31T17:20:00+08:00", "30m", "2026-01-04T08:50:00+08:00"},
		{"Friday before the make-up Saturday of Spring Festival 2026", "2026-02-13T17:15:00+08:00", "30m",
			"2026-02-14T08:45:00+08:00"},
		{"over Spring Festival 2026", "2026-02-14T17:15:00+08:00", "30m", "2026-02-24T08:45:00+08:00"},
		{"in Spring Festival 2026", "2026-02-17T10:00:00+08:00", "30m", "2026-02-24T09:00:00+08:00"},
		{"make-up Saturday after Spring Festival 2026", "2026-02-27T17:30:00+08:00", "9h", "2026-03-02T09:30:00+08:00"},
		{"Labour Day 2026", "2026-04-30T17:00:00+08:00", "1h", "2026-05-06T09:00:00+08:00"},
		{"make-up Sunday before Mid-Autumn 2026", "2026-09-18T17:30:00+08:00", "10m", "2026-09-20T08:40:00+08:00"},
		{"National Day 2026", "2026-09-30T17:20:00+08:00", "30m", "2026-10-08T08:50:00+08:00"},
		{"make-up Saturday after National Day 2026", "2026-10-09T17:20:00+08:00", "30m", "2026-10-10T08:50:00+08:00"},
		{"over Spring Festival 2027", "2027-02-04T17:15:00+08:00", "30m", "2027-02-09T08:45:00+08:00"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			working, err := time.ParseDuration(tt.working)
			if err != nil {
				t.Fatal(err)
			}
			due, err := office.Add(calendarAt(t, tt.start), working)
			if want := calendarAt(t, tt.due).UTC(); err != nil || due != want {
				t.Errorf("due %v, %v; want %v", due, err, want)
			}
		})
	}
}

func TestCalendarHoursWhenTheClocksChange(t *testing.T) {
	for _, tt := range []struct {
		name     string
		calendar calendar.Calendar
		day      string // the noon that ends the night, counted from the noon before
		want     time.Duration
	}{
		{"Berlin goes back: the hour is worked twice",
			calendarDaily("Europe/Berlin", calendar.Window{From: "01:00", To: "04:00"}), "2026-10-25", 4 * time.Hour},
		{"Berlin goes forward: the hour is not there",
			calendarDaily("Europe/Berlin", calendar.Window{From: "01:00", To: "04:00"}), "2026-03-29", 2 * time.Hour},
		{"opening at a time that is not there", calendarDaily("Europe/Berlin", calendar.Window{From: "02:30", To: "04:00"}),
			"2026-03-29", time.Hour},
		{"closing at a time that is not there", calendarDaily("Europe/Berlin", calendar.Window{From: "01:00", To: "02:30"}),
			"2026-03-29", time.Hour},
		{"wholly not there", calendarDaily("Europe/Berlin", calendar.Window{From: "02:10", To: "02:50"}), "2026-03-29", 0},
		{"within the repeated hour", calendarDaily("Europe/Berlin", calendar.Window{From: "02:10", To: "02:50"}),
			"2026-10-25", 80 * time.Minute},
		{"half an hour on Lord Howe", calendarDaily("Australia/Lord_Howe", calendar.Window{From: "01:00", To: "04:00"}),
			"2026-04-05", 210 * time.Minute},
		{"Cairo repeats the last hour of Thursday",
			calendarDaily("Africa/Cairo", calendar.Window{From: "20:00", To: "24:00"}), "2026-10-30", 5 * time.Hour},
		{"Cairo's Friday begins at one", calendarDaily("Africa/Cairo", calendar.Window{From: "00:00", To: "02:00"}),
			"2026-04-24", time.Hour},
		{"New York's night shift goes back", calendarNights("America/New_York"), "2026-11-02", 12 * time.Hour},
		{"Saint John's midnight comes twice",
			calendarDaily("America/St_Johns", calendar.Window{From: "23:00", To: "24:00"},
				calendar.Window{From: "00:00", To: "00:30"}), "2010-11-07", 150 * time.Minute},
	} {
		t.Run(tt.name, func(t *testing.T) {
			zone, err := time.LoadLocation(tt.calendar.Zone)
			if err != nil {
				t.Fatal(err)
			}
			noon, err := time.ParseInLocation("2006-01-02 15", tt.day+" 12", zone)
			if err != nil {
				t.Fatal(err)
			}
			if got := tt.calendar.Between(noon.AddDate(0, 0, -1), noon); got != tt.want {
				t.Errorf("%v of working time, want %v", got, tt.want)
			}
		})
	}
}

func TestCalendarSkippedDateOfApia(t *testing.T) {
	// 30 December 2011 did not happen there
	c := calendarDaily("Pacific/Apia", calendar.Window{From: "08:00", To: "16:00"})
	due, err := c.Add(calendarAt(t, "2011-12-29T15:00:00-10:00"), 2*time.Hour)
	if want := calendarAt(t, "2011-12-31T09:00:00+14:00").UTC(); err != nil || due != want {
		t.Errorf("due %v, %v; want %v", due, err, want)
	}
}

func TestCalendarOpen(t *testing.T) {
	office := kerneltest.Office()
	for _, tt := range []struct {
		at, next string
		open     bool
		opening  string // "" is next
	}{
		{"2026-03-04T08:29:59.999999999+08:00", "2026-03-04T08:30:00+08:00", false, ""},
		{"2026-03-04T08:30:00+08:00", "2026-03-04T08:30:00+08:00", true, "2026-03-04T13:00:00+08:00"},
		{"2026-03-04T11:59:59.999999999+08:00", "2026-03-04T11:59:59.999999999+08:00", true, "2026-03-04T13:00:00+08:00"},
		{"2026-03-04T12:00:00+08:00", "2026-03-04T13:00:00+08:00", false, ""},
		{"2026-02-14T17:30:00+08:00", "2026-02-24T08:30:00+08:00", false, ""},
		{"2026-02-14T10:00:00+08:00", "2026-02-14T10:00:00+08:00", true, "2026-02-14T13:00:00+08:00"},
		{"2026-02-07T10:00:00+08:00", "2026-02-09T08:30:00+08:00", false, ""},
	} {
		at := calendarAt(t, tt.at)
		if open := office.Open(at); open != tt.open {
			t.Errorf("open at %s: %v", tt.at, open)
		}
		if next, err := office.NextOpen(at); err != nil || next != calendarAt(t, tt.next).UTC() {
			t.Errorf("after %s: next open %v, %v; want %s", tt.at, next, err, tt.next)
		}
		want := cmp.Or(tt.opening, tt.next)
		if opening, err := office.NextOpening(at); err != nil || opening != calendarAt(t, want).UTC() {
			t.Errorf("after %s: next opening %v, %v; want %s", tt.at, opening, err, want)
		}
	}
}

func TestCalendarForgetsTheMonotonicClock(t *testing.T) {
	c := calendarDaily("UTC", calendar.Window{From: "00:00", To: "24:00"})
	now := time.Now()
	due, err := c.Add(now, time.Hour)
	if want := now.Round(0).UTC().Add(time.Hour); err != nil || due != want {
		t.Errorf("due %v, %v; want %v", due, err, want)
	}
}

func TestCalendarRefusesToGuess(t *testing.T) {
	start := calendarAt(t, "2026-03-04T09:00:00+08:00")
	long := kerneltest.Office()
	long.MakeupDays = nil
	long.Holidays = []calendar.Holiday{{From: "2026-03-05", To: "2027-04-08", Name: words.Text{Zh: "搬迁", En: "Moving"}}}
	nowhere := kerneltest.Office()
	nowhere.Zone = "Asia/Nowhere"
	for _, tt := range []struct {
		name     string
		calendar calendar.Calendar
		working  time.Duration
		want     string
	}{
		{"negative", kerneltest.Office(), -time.Second, "working time -1s is negative"},
		{"closed for more than 400 days", long, 8 * time.Hour, "is not over within 400 days"},
		{"too much work", kerneltest.Office(), 4000 * time.Hour, "is not over within 400 days"},
		{"unknown zone", nowhere, time.Hour, "zone: unknown time zone Asia/Nowhere"},
		{"empty calendar", calendar.Calendar{Zone: "UTC"}, time.Hour, "is not over within 400 days"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if due, err := tt.calendar.Add(start, tt.working); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Add: %v, %v; want %q", due, err, tt.want)
			}
			if e, err := tt.calendar.Explain(start, tt.working, words.En); err == nil || len(e.Steps) > 0 {
				t.Errorf("Explain: %v, %v", e, err)
			}
		})
	}
	if next, err := long.NextOpen(calendarAt(t, "2026-03-04T18:00:00+08:00")); err == nil {
		t.Errorf("next open %v after 400 closed days", next)
	}
	if got := nowhere.Between(start, start.Add(time.Hour)); got != 0 || nowhere.Open(start) {
		t.Errorf("an unknown zone works %v", got)
	}
}

func TestCalendarCheck(t *testing.T) {
	for _, c := range []calendar.Calendar{kerneltest.Office(), calendarNights("America/New_York")} {
		if faults := c.Check(); len(faults) > 0 {
			t.Fatal(faults)
		}
	}
	monday := func(windows ...calendar.Window) func(*calendar.Calendar) {
		return func(c *calendar.Calendar) { c.Week["mon"] = windows }
	}
	for _, tt := range []struct {
		name  string
		spoil func(*calendar.Calendar)
		want  string // empty: nothing is wrong
	}{
		{"touching windows", monday(calendar.Window{From: "08:00", To: "12:00"},
			calendar.Window{From: "12:00", To: "24:00"}), ""},
		{"overlapping holidays", func(c *calendar.Calendar) { c.Holidays[5].To = "2026-10-02" }, ""},
		{"no zone", func(c *calendar.Calendar) { c.Zone = "" }, "/zone: There is no such zone"},
		{"the machine's zone", func(c *calendar.Calendar) { c.Zone = "Local" }, "/zone: There is no such zone"},
		{"unknown zone", func(c *calendar.Calendar) { c.Zone = "Asia/Nowhere" }, "/zone: There is no such zone"},
		{"zone outside the database", func(c *calendar.Calendar) { c.Zone = "../../etc/passwd" },
			"/zone: There is no such zone"},
		{"unknown weekday", func(c *calendar.Calendar) { c.Week["Monday"] = nil }, "/week/Monday: Use one of"},
		{"no window at all", func(c *calendar.Calendar) { c.Week = map[string][]calendar.Window{"mon": {}} },
			"/week: Give at least one day"},
		{"not a time", monday(calendar.Window{From: "8:30", To: "12:00"}), "/week/mon/0/from: Enter a time of day"},
		{"minute 60", monday(calendar.Window{From: "08:00", To: "11:60"}), "/week/mon/0/to: Enter a time of day"},
		{"after midnight", monday(calendar.Window{From: "08:00", To: "24:01"}), "/week/mon/0/to: Enter a time of day"},
		{"inverted", monday(calendar.Window{From: "20:00", To: "08:00"}), "/week/mon/0/to: This is not after 20:00"},
		{"empty window", monday(calendar.Window{From: "08:00", To: "08:00"}), "/week/mon/0/to: This is not after 08:00"},
		{"overlap", monday(calendar.Window{From: "08:00", To: "12:30"}, calendar.Window{From: "12:00", To: "17:00"}),
			"/week/mon/1/from: This is before 12:30"},
		{"out of order", monday(calendar.Window{From: "13:00", To: "17:00"}, calendar.Window{From: "08:00", To: "12:00"}),
			"/week/mon/1/from: This is before 17:00"},
		{"30 February", func(c *calendar.Calendar) { c.Holidays[1].To = "2026-02-30" }, "/holidays/1/to: Enter a date"},
		{"short date", func(c *calendar.Calendar) { c.Holidays[0].From = "2026-1-1" }, "/holidays/0/from: Enter a date"},
		{"inverted holiday", func(c *calendar.Calendar) { c.Holidays[1].To = "2026-02-14" },
			"/holidays/1/to: This is before 2026-02-15"},
		{"bad make-up date", func(c *calendar.Calendar) { c.MakeupDays[0].Date = "04/01/2026" },
			"/makeup_days/0/date: Enter a date"},
		{"make-up day twice", func(c *calendar.Calendar) { c.MakeupDays[1].Date = "2026-01-04" },
			"/makeup_days/1/date: This day stands there twice"},
		{"make-up day without windows", func(c *calendar.Calendar) { c.MakeupDays[0].As = "sun" },
			"/makeup_days/0/as: Enter a weekday that has windows"},
		{"make-up day in a holiday", func(c *calendar.Calendar) { c.MakeupDays[1].Date = "2026-02-16" },
			"/makeup_days/1/date: This day is within holidays[1]"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := kerneltest.Office()
			tt.spoil(&c)
			got := fault.Listed(c.Check())
			if (got == "") != (tt.want == "") || !strings.HasPrefix(got, tt.want) {
				t.Errorf("%s, want %q", got, tt.want)
			}
		})
	}
}

func TestCalendarExplain(t *testing.T) {
	for _, tt := range []struct {
		name, start string
		calendar    calendar.Calendar
		working     time.Duration
		en, zh      []string
	}{
		{
			"over Spring Festival", "2026-02-14T17:15:00+08:00", kerneltest.Office(), 30 * time.Minute,
			[]string{
				"From Sat 14 Feb 2026 17:15: 30 min of working time",
				"Sat 14 Feb: make-up day, with the hours of a Monday",
				"Sat 14 Feb 17:15–17:30: 15 min of 30 min, 15 min left",
				"Sun 15 Feb to Mon 23 Feb: holiday, Spring Festival",
				"Tue 24 Feb 08:30–08:45: 15 min of 30 min, 0 min left",
				"Due Tue 24 Feb 2026 08:45 (Asia/Shanghai)",
			},
			[]string{
				"从2026年2月14日（周六）17:15起，需要工作时间 30 分钟",
				"2月14日（周六）：调休上班，按周一的时间",
				"2月14日（周六） 17:15–17:30：计入 15 分钟（共 30 分钟，还差 15 分钟）",
				"2月15日（周日）至2月23日（周一）：假日，春节",
				"2月24日（周二） 08:30–08:45：计入 15 分钟（共 30 分钟，还差 0 分钟）",
				"到期：2026年2月24日（周二）08:45（Asia/Shanghai）",
			},
		},
		{
			"Friday evening", "2026-03-06T19:10:05.25+08:00", kerneltest.Office(), 5*time.Hour + 1500*time.Millisecond,
			[]string{
				"From Fri 6 Mar 2026 19:10:05.25: 5 h 1.5 s of working time",
				"Fri 6 Mar: no working hours after 19:10:05.25",
				"Sat 7 Mar to Sun 8 Mar: no working hours",
				"Mon 9 Mar 08:30–12:00: 3 h 30 min of 5 h 1.5 s, 1 h 30 min 1.5 s left",
				"Mon 9 Mar 13:00–14:30:01.5: 1 h 30 min 1.5 s of 5 h 1.5 s, 0 min left",
				"Due Mon 9 Mar 2026 14:30:01.5 (Asia/Shanghai)",
			},
			[]string{
				"从2026年3月6日（周五）19:10:05.25起，需要工作时间 5 小时 1.5 秒",
				"3月6日（周五）：19:10:05.25 后已下班",
				"3月7日（周六）至3月8日（周日）：休息",
				"3月9日（周一） 08:30–12:00：计入 3 小时 30 分钟（共 5 小时 1.5 秒，还差 1 小时 30 分钟 1.5 秒）",
				"3月9日（周一） 13:00–14:30:01.5：计入 1 小时 30 分钟 1.5 秒（共 5 小时 1.5 秒，还差 0 分钟）",
				"到期：2026年3月9日（周一）14:30:01.5（Asia/Shanghai）",
			},
		},
		{
			"the clocks go back in the night shift", "2026-11-01T00:30:00-04:00",
			calendarDaily("America/New_York", calendar.Window{From: "00:00", To: "03:00"}), 3 * time.Hour,
			[]string{
				"From Sun 1 Nov 2026 00:30: 3 h of working time",
				"Sun 1 Nov 00:30–02:00: 1 h 30 min of 3 h, 1 h 30 min left",
				"Sun 1 Nov: clocks go from 02:00 to 01:00",
				"Sun 1 Nov 01:00–02:30: 1 h 30 min of 3 h, 0 min left",
				"Due Sun 1 Nov 2026 02:30 (America/New_York)",
			},
			[]string{
				"从2026年11月1日（周日）00:30起，需要工作时间 3 小时",
				"11月1日（周日） 00:30–02:00：计入 1 小时 30 分钟（共 3 小时，还差 1 小时 30 分钟）",
				"11月1日（周日）：时钟从 02:00 调到 01:00",
				"11月1日（周日） 01:00–02:30：计入 1 小时 30 分钟（共 3 小时，还差 0 分钟）",
				"到期：2026年11月1日（周日）02:30（America/New_York）",
			},
		},
		{
			"to midnight in Cairo, where Thursday's last hour comes twice", "2026-10-29T23:00:00+03:00",
			calendarDaily("Africa/Cairo", calendar.Window{From: "23:30", To: "24:00"}), time.Hour,
			[]string{
				"From Thu 29 Oct 2026 23:00: 1 h of working time",
				"Thu 29 Oct 23:30–24:00: 30 min of 1 h, 30 min left",
				"Thu 29 Oct: clocks go from 24:00 to 23:00",
				"Thu 29 Oct 23:30–24:00: 30 min of 1 h, 0 min left",
				"Due Fri 30 Oct 2026 00:00 (Africa/Cairo)",
			},
			[]string{
				"从2026年10月29日（周四）23:00起，需要工作时间 1 小时",
				"10月29日（周四） 23:30–24:00：计入 30 分钟（共 1 小时，还差 30 分钟）",
				"10月29日（周四）：时钟从 24:00 调到 23:00",
				"10月29日（周四） 23:30–24:00：计入 30 分钟（共 1 小时，还差 0 分钟）",
				"到期：2026年10月30日（周五）00:00（Africa/Cairo）",
			},
		},
		{
			"started when the office closes", "2026-03-09T17:30:00+08:00", kerneltest.Office(), time.Minute,
			[]string{
				"From Mon 9 Mar 2026 17:30: 1 min of working time",
				"Mon 9 Mar: no working hours after 17:30",
				"Tue 10 Mar 08:30–08:31: 1 min of 1 min, 0 min left",
				"Due Tue 10 Mar 2026 08:31 (Asia/Shanghai)",
			},
			[]string{
				"从2026年3月9日（周一）17:30起，需要工作时间 1 分钟",
				"3月9日（周一）：17:30 后已下班",
				"3月10日（周二） 08:30–08:31：计入 1 分钟（共 1 分钟，还差 0 分钟）",
				"到期：2026年3月10日（周二）08:31（Asia/Shanghai）",
			},
		},
		{
			"nothing to wait for", "2026-03-07T10:00:00+08:00", kerneltest.Office(), 0,
			[]string{"From Sat 7 Mar 2026 10:00: 0 min of working time", "Due Sat 7 Mar 2026 10:00 (Asia/Shanghai)"},
			[]string{"从2026年3月7日（周六）10:00起，需要工作时间 0 分钟", "到期：2026年3月7日（周六）10:00（Asia/Shanghai）"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for lang, want := range map[words.Lang][]string{words.En: tt.en, words.Zh: tt.zh} {
				got, err := tt.calendar.Explain(calendarAt(t, tt.start), tt.working, lang)
				if err != nil {
					t.Fatal(err)
				}
				if !slices.Equal(got.Steps, want) {
					t.Errorf("%s:\n%s\nwant\n%s", lang, strings.Join(got.Steps, "\n"), strings.Join(want, "\n"))
				}
				if due, err := tt.calendar.Add(calendarAt(t, tt.start), tt.working); err != nil || due != got.Due {
					t.Errorf("Explain says %v, Add %v, %v", got.Due, due, err)
				}
			}
		})
	}
}

func BenchmarkCalendarAdd(b *testing.B) {
	office := kerneltest.Office()
	old := kerneltest.Office().Holidays
	for i := range old {
		old[i].From, old[i].To = "2016"+old[i].From[4:], "2016"+old[i].To[4:]
	}
	for range 8 { // a calendar that was kept for years
		office.Holidays = append(slices.Clone(old), office.Holidays...)
	}
	for _, bb := range []struct {
		name, start string
		working     time.Duration
	}{
		{"30min", "2026-03-04T09:00:00+08:00", 30 * time.Minute},
		{"OverSpringFestival", "2026-02-14T17:15:00+08:00", 30 * time.Minute},
		{"60Days", "2026-03-04T09:00:00+08:00", 480 * time.Hour},
	} {
		start := calendarAt(b, bb.start)
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := office.Add(start, bb.working); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("Refused", func(b *testing.B) {
		for b.Loop() {
			if _, err := office.Add(time.Time{}, 5000*time.Hour); err == nil { // 400 days walked, the most that Add ever does
				b.Fatal("5,000 hours within 400 days")
			}
		}
	})
}
