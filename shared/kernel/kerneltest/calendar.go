package kerneltest

import (
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/words"
)

// Office is the calendar of a print shop's office in Shanghai. The dates of 2026 are those of the State
// Council's notice. The notice for 2027 was not out, so 2027 holds the statutory days only.
func Office() calendar.Calendar {
	day := []calendar.Window{{From: "08:30", To: "12:00"}, {From: "13:00", To: "17:30"}}
	holiday := func(from, to, zh, en string) calendar.Holiday {
		return calendar.Holiday{From: from, To: to, Name: words.Text{Zh: zh, En: en}}
	}
	return calendar.Calendar{
		ID:   "cal_office",
		Name: words.Text{Zh: "办公室", En: "Office"},
		Zone: "Asia/Shanghai",
		Week: map[string][]calendar.Window{"mon": day, "tue": day, "wed": day, "thu": day, "fri": day},
		Holidays: []calendar.Holiday{
			holiday("2026-01-01", "2026-01-03", "元旦", "New Year"),
			holiday("2026-02-15", "2026-02-23", "春节", "Spring Festival"),
			holiday("2026-04-04", "2026-04-06", "清明节", "Qingming Festival"),
			holiday("2026-05-01", "2026-05-05", "劳动节", "Labour Day"),
			holiday("2026-06-19", "2026-06-21", "端午节", "Dragon Boat Festival"),
			holiday("2026-09-25", "2026-09-27", "中秋节", "Mid-Autumn Festival"),
			holiday("2026-10-01", "2026-10-07", "国庆节", "National Day"),
			holiday("2027-01-01", "2027-01-01", "元旦", "New Year"),
			holiday("2027-02-05", "2027-02-08", "春节", "Spring Festival"),
		},
		MakeupDays: []calendar.MakeupDay{
			{Date: "2026-01-04", As: "fri"}, {Date: "2026-02-14", As: "mon"}, {Date: "2026-02-28", As: "fri"},
			{Date: "2026-05-09", As: "tue"}, {Date: "2026-09-20", As: "fri"}, {Date: "2026-10-10", As: "wed"},
		},
	}
}
