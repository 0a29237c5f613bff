package customer_test

import (
	"testing"
	"time"

	"afterpress/shared/crm/customer"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/staff"
)

// A private customer takes the name of the main contact who stays, unless one of those is called so already.
func TestTheNameOfAPrivateCustomer(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)
	gone := customer.Contact{ID: "con_1", Name: "李娜", CreatedAt: now.AddDate(-3, 0, 0)}
	fang := customer.Contact{ID: "con_2", Name: "王芳", LatinName: "Wang Fang", CreatedAt: now.AddDate(-1, 0, 0)}
	tom := customer.Contact{ID: "con_3", Name: "Tom", CreatedAt: now.AddDate(-2, 0, 0)}
	boss, left, erased, leaving, nameless, namesake := fang, tom, tom, tom, tom, tom
	boss.Roles = []string{"buys", "decides"}
	left.LeftAt, erased.Erased, leaving.Erasing = &now, &now, &now
	nameless.Name, namesake.Name = "", "李娜"
	for name, c := range map[string]struct {
		kind, is string
		people   []customer.Contact
		want     string
		latin    string
	}{
		"the one who decides":    {customer.Person, "李娜", []customer.Contact{gone, tom, boss}, "王芳", "Wang Fang"},
		"the one who came first": {customer.Person, "李娜", []customer.Contact{gone, fang, tom}, "Tom", ""},
		"not one who left":       {customer.Person, "李娜", []customer.Contact{gone, fang, left}, "王芳", "Wang Fang"},
		"not one who is erased": {customer.Person, "李娜", []customer.Contact{gone, fang, erased, leaving}, "王芳",
			"Wang Fang"},
		"nobody has a name":             {customer.Person, "李娜", []customer.Contact{gone, nameless}, "未具名 · unnamed", ""},
		"another has the name":          {customer.Person, "李娜", []customer.Contact{gone, fang, namesake}, "李娜", ""},
		"the name of another who stays": {customer.Person, "Tom", []customer.Contact{gone, fang, tom}, "Tom", ""},
		"nobody stays":                  {customer.Person, "李娜", []customer.Contact{gone, left}, "李娜", ""},
		"a company":                     {customer.Company, "李娜", []customer.Contact{gone, fang}, "李娜", ""},
	} {
		was := customer.Customer{ID: "cus_1", Version: 4, Seq: 7, Kind: c.kind, Name: c.is}
		next, told := was.Without("con_1", c.people, staff.Process("erase"), now)
		changed := c.want != c.is
		if next.Name != c.want || next.LatinName != c.latin || (len(told) == 1) != changed ||
			changed && (next.Version != 5 || told[0].Type != event.CustomerChanged || !told[0].Pending) {
			t.Errorf("%s: %+v, %v", name, next, told)
		}
	}
}
