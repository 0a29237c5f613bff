// Command holidays writes shared/kernel/calendar/official.json: the holidays and working weekends of mainland China,
// as the State Council publishes them each November for the next year. The figures come from lunar-go, which
// takes them over within days; `go get github.com/6tail/lunar-go@latest` brings a new year.
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"

	"afterpress/infra/operator"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/words"

	"github.com/6tail/lunar-go/HolidayUtil"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

const (
	library = "github.com/6tail/lunar-go"
	first   = 2026 // years before are over
)

// names are the holidays' names, by those of the library.
var names = map[string]words.Text{
	"元旦节": {Zh: "元旦", En: "New Year"}, "春节": {Zh: "春节", En: "Spring Festival"},
	"清明节": {Zh: "清明节", En: "Tomb-Sweeping Day"}, "劳动节": {Zh: "劳动节", En: "Labour Day"},
	"端午节": {Zh: "端午节", En: "Dragon Boat Festival"}, "中秋节": {Zh: "中秋节", En: "Mid-Autumn Festival"},
	"国庆节": {Zh: "国庆节", En: "National Day"}, "国庆中秋": {Zh: "国庆节、中秋节", En: "National Day and Mid-Autumn Festival"},
}

func main() { operator.Main("holidays", run) }

func run(_ context.Context, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("%q: the command takes no arguments", args)
	}
	years, err := official()
	if err != nil {
		return err
	}
	text, err := json.Marshal(years, jsontext.WithIndent("\t"))
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join("shared", "kernel", "calendar", "official.json"), append(text, '\n'), 0o644)
}

// official are the years that the library knows, from first on.
func official() ([]calendar.OfficialYear, error) {
	source, err := version()
	if err != nil {
		return nil, err
	}
	var out []calendar.OfficialYear
	for year := first; ; year++ {
		days := HolidayUtil.GetHolidaysByYear(year)
		if days.Len() == 0 {
			return out, nil
		}
		known := calendar.OfficialYear{Country: "CN", Year: year, Source: source}
		for e := days.Front(); e != nil; e = e.Next() {
			if err := enter(&known, e.Value.(*HolidayUtil.Holiday)); err != nil {
				return nil, err
			}
		}
		slices.Sort(known.Workdays)
		out = append(out, known)
	}
}

// enter puts a day into its year. Days in a row under one name are one holiday.
func enter(year *calendar.OfficialYear, day *HolidayUtil.Holiday) error {
	if day.IsWork() {
		year.Workdays = append(year.Workdays, day.GetDay())
		return nil
	}
	name, known := names[day.GetName()]
	if !known {
		return fmt.Errorf("%s: enter how %s is called in both languages", day.GetDay(), day.GetName())
	}
	if n := len(year.Holidays); n > 0 && year.Holidays[n-1].Name == name {
		year.Holidays[n-1].To = day.GetDay()
		return nil
	}
	year.Holidays = append(year.Holidays, calendar.Holiday{From: day.GetDay(), To: day.GetDay(), Name: name})
	return nil
}

// version names the library and its version.
func version() (string, error) {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "", fmt.Errorf("this binary does not say which %s it has", library)
	}
	for _, m := range info.Deps {
		if m.Path == library {
			return library + " " + m.Version, nil
		}
	}
	return "", fmt.Errorf("this binary has no %s", library)
}
