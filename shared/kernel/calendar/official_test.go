package calendar

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/shared/kernel/words"
)

// TestOfficialYearsAreWhole holds the lists against what the law gives in each year: 13 days off (国务院令 795, 2024).
func TestOfficialYearsAreWhole(t *testing.T) {
	years := OfficialYears("CN")
	if len(years) < 2 || !slices.IsSorted(years) {
		t.Fatalf("years %v", years)
	}
	for _, year := range years {
		y, _ := Official("CN", year)
		off := map[string]bool{}
		for _, h := range y.Holidays {
			day, err := time.Parse(time.DateOnly, h.From)
			for ; err == nil && day.Format(time.DateOnly) <= h.To; day = day.AddDate(0, 0, 1) {
				off[day.Format(time.DateOnly)] = true
			}
			if h.Name.Zh == "" || h.Name.En == "" || h.To < h.From || !strings.HasPrefix(h.From, fmt.Sprint(year)) {
				t.Errorf("%d: %+v", year, h)
			}
		}
		if len(off) < 13 || len(off) > 40 || y.Source == "" {
			t.Errorf("%d: %d days off, from %q", year, len(off), y.Source)
		}
		for _, date := range y.Workdays {
			day, err := time.Parse(time.DateOnly, date)
			if err != nil || off[date] || day.Weekday() != time.Saturday && day.Weekday() != time.Sunday {
				t.Errorf("%d: people work on %s: %v", year, date, err)
			}
		}
	}
	if _, known := Official("CN", years[len(years)-1]+1); known {
		t.Error("a year is known that is not listed")
	}
	if _, known := Official("FR", years[0]); known {
		t.Error("a country is known that is not listed")
	}
}

// The sample is the State Council's list of 2026 (国办发明电〔2025〕7号).
func TestTheListOf2026(t *testing.T) {
	y, _ := Official("CN", 2026)
	var got []string
	for _, h := range y.Holidays {
		got = append(got, h.From[5:]+"/"+h.To[5:])
	}
	if strings.Join(got, " ") != "01-01/01-03 02-15/02-23 04-04/04-06 05-01/05-05 06-19/06-21 09-25/09-27 10-01/10-07" {
		t.Errorf("%v", got)
	}
	if !slices.Equal(y.Workdays,
		[]string{"2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"}) {
		t.Errorf("%v", y.Workdays)
	}
}

func off(days ...string) []Holiday {
	var out []Holiday
	for _, d := range days {
		from, to, _ := strings.Cut(d, "/")
		out = append(out, Holiday{From: from, To: max(from, to), Name: words.Text{Zh: "假", En: "Off"}})
	}
	return out
}

func spelled(c Calendar) string {
	var out []string
	for _, h := range c.Holidays {
		out = append(out, h.From+"/"+h.To)
	}
	for _, m := range c.MakeupDays {
		out = append(out, m.Date+"="+m.As)
	}
	return strings.Join(out, " ")
}

func TestTheShopsOwnDaysStay(t *testing.T) {
	list := OfficialYear{Holidays: off("2027-02-05/2027-02-13", "2027-05-01/2027-05-05"),
		Workdays: []string{"2027-01-31", "2027-05-08"}}
	for name, c := range map[string]struct {
		was  Calendar
		want string
	}{
		"nothing yet": {Calendar{},
			"2027-02-05/2027-02-13 2027-05-01/2027-05-05 2027-01-31=fri 2027-05-08=fri"},
		"other days stay": {Calendar{Holidays: off("2027-12-24/2027-12-26"), MakeupDays: []MakeupDay{{"2027-06-06", "mon"}}},
			"2027-02-05/2027-02-13 2027-05-01/2027-05-05 2027-12-24/2027-12-26 2027-01-31=fri 2027-05-08=fri 2027-06-06=mon"},
		"a shorter holiday gives way": {Calendar{Holidays: off("2027-02-05/2027-02-08")},
			"2027-02-05/2027-02-13 2027-05-01/2027-05-05 2027-01-31=fri 2027-05-08=fri"},
		"a longer one stays, and its days are not worked": {Calendar{Holidays: off("2027-01-30/2027-02-20")},
			"2027-01-30/2027-02-20 2027-05-01/2027-05-05 2027-05-08=fri"},
		"one that begins before stays beside it": {Calendar{Holidays: off("2027-02-03/2027-02-06")},
			"2027-02-03/2027-02-06 2027-02-05/2027-02-13 2027-05-01/2027-05-05 2027-01-31=fri 2027-05-08=fri"},
		"a make-up day of its own stays": {Calendar{MakeupDays: []MakeupDay{{"2027-05-08", "mon"}}},
			"2027-02-05/2027-02-13 2027-05-01/2027-05-05 2027-01-31=fri 2027-05-08=mon"},
		"a make-up day that is free now goes": {Calendar{MakeupDays: []MakeupDay{{"2027-02-13", "fri"}}},
			"2027-02-05/2027-02-13 2027-05-01/2027-05-05 2027-01-31=fri 2027-05-08=fri"},
	} {
		got := c.was.WithOfficial(list, "fri")
		if spelled(got) != c.want {
			t.Errorf("%s: %s", name, spelled(got))
		}
		if again := got.WithOfficial(list, "fri"); spelled(again) != c.want {
			t.Errorf("%s, taken twice: %s", name, spelled(again))
		}
	}
}

func TestDroppedDays(t *testing.T) {
	was := Calendar{Zone: "Asia/Shanghai", MakeupDays: []MakeupDay{{"2026-10-10", "fri"}, {"2027-01-31", "fri"}},
		Holidays: off("2026-10-01/2026-10-07", "2026-11-28/2026-12-02", "2027-02-05/2027-02-08")}
	now := time.Date(2026, 11, 30, 17, 0, 0, 0, time.UTC) // 1 December in Shanghai
	for name, c := range map[string]struct {
		next Calendar
		want string
	}{
		"as it was":          {was, ""},
		"nothing left":       {Calendar{}, "2026-11-28/2026-12-02 2027-02-05/2027-02-08 2027-01-31/2027-01-31"},
		"only the past goes": {Calendar{Holidays: was.Holidays[1:], MakeupDays: was.MakeupDays[1:]}, ""},
		"the past of a holiday": {Calendar{Holidays: off("2026-12-01/2026-12-02", "2027-02-05/2027-02-08"),
			MakeupDays: was.MakeupDays}, ""},
		"one day less": {Calendar{Holidays: off("2026-11-28/2026-12-01", "2027-02-05/2027-02-08"),
			MakeupDays: was.MakeupDays}, "2026-11-28/2026-12-02"},
		"in two parts": {Calendar{Holidays: off("2026-11-28/2026-12-02", "2027-02-05", "2027-02-06/2027-02-09"),
			MakeupDays: []MakeupDay{{"2027-01-31", "mon"}}}, ""},
		"without a make-up day": {Calendar{Holidays: was.Holidays}, "2027-01-31/2027-01-31"},
	} {
		if got := spelled(Calendar{Holidays: was.Dropped(c.next, now)}); got != c.want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// TestAHolidayWithoutEnd is quick though the holiday lasts for eight thousand years.
func TestAHolidayWithoutEnd(t *testing.T) {
	was := Calendar{Zone: "Asia/Shanghai", Holidays: off("2027-01-01/9999-12-31")}
	if dropped := was.Dropped(was, time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC)); len(dropped) != 0 {
		t.Errorf("%+v", dropped)
	}
	if dropped := was.Dropped(Calendar{}, time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC)); len(dropped) != 1 {
		t.Errorf("%+v", dropped)
	}
}
