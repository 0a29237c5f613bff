package main

import (
	"os"
	"strings"
	"testing"

	"afterpress/shared/kernel/calendar"

	"github.com/6tail/lunar-go/HolidayUtil"
	"github.com/go-json-experiment/json"
)

// TestTheFileIsWhatTheLibrarySays fails when the library was brought up to date and `make holidays` was forgotten.
func TestTheFileIsWhatTheLibrarySays(t *testing.T) {
	want, err := official()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("../../shared/kernel/calendar/official.json")
	if err != nil {
		t.Fatal(err)
	}
	var got []calendar.OfficialYear
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	a, _ := json.Marshal(want)
	b, _ := json.Marshal(got)
	if string(a) != string(b) {
		t.Errorf("run make holidays: the file is not what %s says", want[0].Source)
	}
}

func TestANameThatHasNoWords(t *testing.T) {
	day := HolidayUtil.NewHoliday("20270101", "新节", false, "20270101")
	if err := enter(&calendar.OfficialYear{}, day); err == nil || !strings.Contains(err.Error(), "新节") {
		t.Errorf("%v", err)
	}
}

func TestTheCommandTakesNoArguments(t *testing.T) {
	if err := run(t.Context(), []string{"2027"}); err == nil {
		t.Error("an argument is taken")
	}
}
