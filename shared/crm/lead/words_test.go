package lead_test

import (
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/crmtest"
	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/kerneltest"
	"afterpress/shared/kernel/words"
)

func TestPromiseIsNeverOver(t *testing.T) {
	terms := setup.Terms{Terms: firm.Terms{Calendar: kerneltest.WordsCalendar}, Policy: setup.StandardPolicy()}
	due := time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)
	l := lead.Lead{FirstContactDue: due, Due: due.Add(time.Hour)}
	for _, c := range []struct{ now, want time.Time }{
		{due.Add(-time.Minute), due},
		{due, due.Add(time.Hour)},
		{due.Add(time.Hour), due.Add(90 * time.Minute)},
	} {
		if got, err := l.Promise(terms.Lead(), c.now); err != nil || !got.Equal(c.want) {
			t.Errorf("at %s: %s, %v", c.now, got, err)
		}
	}
}

// A notice says who asks, how to reach them and what they need; what is unknown has no line.
func TestDetailsSayWhatIsNeededToAct(t *testing.T) {
	for _, c := range []struct {
		name, zh, en string
		lead         lead.Lead
		said         string
	}{
		{"all", "客户：王芳（晨光文化）\n电话：021-50801199 转 8\n邮箱：w@x.example\n需求：画册，约两千\n需要日期：2026-12-10\n留言：封面 烫金",
			"Customer: 王芳 (晨光文化)\nPhone: 021-50801199 转 8\nE-mail: w@x.example\nNeeds: 画册, 约两千\n" +
				"Needed by: 2026-12-10\nMessage: 封面 烫金",
			lead.Lead{Person: lead.Person{Name: "王芳", Company: "晨光文化", Phone: "+862150801199",
				PhoneTyped: "021-50801199 转 8", Email: "w@x.example"}, Product: "画册", QuantityTyped: "约两千",
				NeededBy: "2026-12-10", Message: "封面\n烫金"}, ""},
		{"a phone and a number of pieces", "客户：晨光文化\n电话：+862150801199\n需求：2000",
			"Customer: 晨光文化\nPhone: +862150801199\nNeeds: 2000",
			lead.Lead{Person: lead.Person{Company: "晨光文化", Phone: "+862150801199"}, Quantity: 2000}, ""},
		{"nobody named", "客户：" + words.Reference("led_1"), "Customer: " + words.Reference("led_1"),
			lead.Lead{ID: "led_1"}, ""},
		{"an answer", "客户：A\n客户写道：再加印 两百张", "Customer: A\nThe customer wrote: 再加印 两百张",
			lead.Lead{Person: lead.Person{Name: "A"}}, "再加印\n两百张"},
		{"a long message", "客户：A\n留言：" + strings.Repeat("字", 200), "Customer: A\nMessage: " + strings.Repeat("字", 200),
			lead.Lead{Person: lead.Person{Name: "A"}, Message: strings.Repeat("字", 900)}, ""},
	} {
		if zh, en := c.lead.Details(c.said, words.Zh), c.lead.Details(c.said, words.En); zh != c.zh || en != c.en {
			t.Errorf("%s:\n%s\n%s", c.name, zh, en)
		}
	}
}

// A form promises minutes while the shop is open long enough, and else the time of the deadline itself.
func TestAFormPromisesWhatIsTrue(t *testing.T) {
	seed := crmtest.Terms(t)
	zone := kerneltest.WordsCalendar.Zone
	place, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	cal := calendar.Calendar{Zone: zone, Week: map[string][]calendar.Window{
		"mon": {{From: "09:00", To: "12:00"}, {From: "13:00", To: "18:00"}}, "tue": {{From: "09:00", To: "18:00"}}}}
	for _, c := range []struct {
		name, at string
		contact  int64
		zh, en   string
	}{
		{"in the morning", "2026-11-23 10:00", 1800, " 30 分钟内", "within 30 minutes"},
		{"up to the break", "2026-11-23 11:30", 1800, " 30 分钟内", "within 30 minutes"},
		{"across the break", "2026-11-23 11:45", 1800, "今天13:15前", "by 13:15 today"},
		{"at night", "2026-11-23 21:00", 1800, "11月24日（周二）09:30前", "by Tue 24 Nov, 09:30"},
		{"at the weekend", "2026-11-28 10:00", 1800, "11月30日（周一）09:30前", "by Mon 30 Nov, 09:30"},
		{"another figure", "2026-11-23 10:00", 2700, " 45 分钟内", "within 45 minutes"},
		{"a minute", "2026-11-23 10:00", 60, " 1 分钟内", "within 1 minute"},
		{"no sooner than the policy", "2026-11-23 10:00", 61, " 2 分钟内", "within 2 minutes"},
		{"hours", "2026-11-24 10:00", 4 * 3600, " 4 小时内", "within 4 hours"},
		{"half a minute at night", "2026-11-23 21:00", 90, "11月24日（周二）09:02前", "by Tue 24 Nov, 09:02"},
	} {
		now, err := time.ParseInLocation("2006-01-02 15:04", c.at, place)
		if err != nil {
			t.Fatal(err)
		}
		terms := seed.Lead()
		terms.Calendar, terms.Policy.FirstContact = cal, c.contact
		if got, err := terms.AnswerIn(now); err != nil || got != (words.Text{Zh: c.zh, En: c.en}) {
			t.Errorf("%s: %+v, %v", c.name, got, err)
		}
	}
	if got, err := (lead.Terms{}).AnswerIn(time.Time{}); err == nil && seed.Policy.Lead.FirstContact > 0 {
		t.Errorf("without hours: %+v", got)
	}
}
