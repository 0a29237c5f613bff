package customer_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/crmtest"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/overview"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/kerneltest"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"

	"pgregory.net/rapid"
)

// keyShop is the shop of tests with the standard tree and an owner of it all.
func keyShop() setup.Shop {
	shop := crmtest.Shop()
	shop.Categories = customer.StandardCategories(crmtest.Tuesday)
	shop.Staff = append(shop.Staff,
		staff.Staff{ID: "stf_o", Name: "stf_o", Lang: words.En, Roles: []staff.Role{staff.Owner},
			Branches: []string{"shanghai"}, HeadOffice: true})
	return shop
}

// keyAccount is a key account of stf_a, who asked on that Tuesday.
func keyAccount(t testing.TB, shop setup.Shop) customer.Customer {
	terms, err := shop.Terms("shanghai")
	if err != nil {
		t.Fatal(err)
	}
	c := newborn()
	c.Name, c.Relationship, c.Owner = "海河出版社", "key-account", "stf_a"
	return c.Aged(terms.Policy.Life, crmtest.Tuesday)
}

func day(n int64) time.Time { return crmtest.Tuesday.Add(time.Duration(n) * customer.WholeDay) }

func TestWhomACadenceIsFor(t *testing.T) {
	rules := []customer.CadenceRule{
		{Relationship: "key-account", Touch: 35, Review: 91},
		{Category: "order", Review: 182},
		{Category: "regional-key-account", Touch: 60},
		{ValueOrientation: "partnership", Relationship: "contract", Touch: 14},
	}
	for _, c := range []struct {
		name          string
		customer      customer.Customer
		touch, review int64
	}{
		{"nobody special", customer.Customer{}, 0, 0},
		{"another relationship", customer.Customer{Relationship: "repeat"}, 0, 0},
		{"a key account", customer.Customer{Relationship: "key-account"}, 35, 91},
		{"of a category below the one named", customer.Customer{Category: "direct-key-account"}, 0, 182},
		{"of the category itself", customer.Customer{Category: "order"}, 0, 182},
		{"of one above", customer.Customer{Category: "commercial"}, 0, 0},
		{"of one that is not there", customer.Customer{Category: "gone"}, 0, 0},
		{"by two rules", customer.Customer{Category: "regional-key-account"}, 60, 182},
		{"the shortest of three", customer.Customer{Category: "regional-key-account", Relationship: "key-account"}, 35, 91},
		{"half of what a rule names", customer.Customer{ValueOrientation: "partnership"}, 0, 0},
		{"all of it", customer.Customer{ValueOrientation: "partnership", Relationship: "contract"}, 14, 0},
	} {
		shop := keyShop()
		shop.Policies[0].Life.Cadence = rules
		terms, err := shop.Terms("shanghai")
		if err != nil {
			t.Fatal(err)
		}
		if touch, review := terms.Policy.Life.PaceOf(c.customer); touch != c.touch || review != c.review {
			t.Errorf("%s: every %d and %d days, want %d and %d", c.name, touch, review, c.touch, c.review)
		}
		old := customer.LifePolicy{Quiet: 30}
		if touch, review := old.PaceOf(c.customer); touch+review != 0 {
			t.Errorf("%s: a policy of before there was a cadence asks every %d and %d days", c.name, touch, review)
		}
	}
}

// What the daily step opens, on which day, for whom. A customer has owner, relationship and what is open as the
// case changes them.
func TestWhatTheDailyStepOpens(t *testing.T) {
	away := func(id string) func(*setup.Shop) {
		return func(s *setup.Shop) {
			i := slices.IndexFunc(s.Staff, func(p staff.Staff) bool { return p.ID == id })
			s.Staff[i].Absences = []staff.Absence{{From: crmtest.Tuesday, To: day(400)}}
		}
	}
	left := func(id string) func(*setup.Shop) {
		return func(s *setup.Shop) {
			i := slices.IndexFunc(s.Staff, func(p staff.Staff) bool { return p.ID == id })
			s.Staff[i].LeavesAt = &crmtest.Tuesday
		}
	}
	for _, c := range []struct {
		name  string
		day   int64
		shop  func(*setup.Shop)
		is    func(*customer.Customer)
		open  []overview.OpenItem
		want  string // owner and the beginning of the title, of each task
		waits bool   // it is asked again the next day
	}{
		{name: "a day too early", day: 34},
		{name: "five weeks of silence", day: 35, want: "stf_a Get in touch with 海河出版社: 35 days without a word"},
		{name: "found late", day: 50, want: "stf_a Get in touch with 海河出版社: 50 days without a word"},
		{name: "a quarter too", day: 91,
			want: "stf_a Get in touch with 海河出版社: 91 days without a word; stf_a Review the account 海河出版社"},
		{name: "no owner", day: 35, is: func(c *customer.Customer) { c.Owner = "" },
			want: "stf_m Get in touch with 海河出版社: 35 days without a word"},
		{name: "the owner has left", day: 35, shop: left("stf_a"),
			want: "stf_m Get in touch with 海河出版社: 35 days without a word"},
		{name: "the owner is away", day: 35, shop: away("stf_a"),
			want: "stf_m Get in touch with 海河出版社: 35 days without a word"},
		{name: "the manager is away as well", day: 35, shop: func(s *setup.Shop) { away("stf_a")(s); away("stf_m")(s) },
			want: "stf_o Get in touch with 海河出版社: 35 days without a word"},
		{name: "nobody is there", day: 35,
			shop: func(s *setup.Shop) { away("stf_a")(s); away("stf_m")(s); left("stf_o")(s) }, waits: true},
		{name: "a complaint is open", day: 35, open: []overview.OpenItem{{Kind: "complaint", ID: "cmp_1"}}, waits: true},
		{name: "a complaint is open when the review is due", day: 91,
			open: []overview.OpenItem{{Kind: "complaint", ID: "cmp_1"}}, want: "stf_a Review the account 海河出版社", waits: true},
		{name: "the task of an earlier silence is open", day: 35,
			is:   func(c *customer.Customer) { c.Cadence.TouchTask = "tsk_1" },
			open: []overview.OpenItem{{Kind: "task", ID: "tsk_1"}}, waits: true},
		{name: "another task is open", day: 35,
			open: []overview.OpenItem{{Kind: "task", ID: "tsk_2"}, {Kind: "lead", ID: "lead_1"}},
			want: "stf_a Get in touch with 海河出版社: 35 days without a word"},
		{name: "a review is open", day: 91,
			is:   func(c *customer.Customer) { c.Cadence.ReviewTask = "tsk_1"; c.Cadence.SilentFrom = &crmtest.Tuesday },
			open: []overview.OpenItem{{Kind: "task", ID: "tsk_1"}}, waits: true},
		{name: "no key account", day: 170, is: func(c *customer.Customer) { c.Relationship = "repeat" }},
		{name: "a strategic partner", day: 35, is: func(c *customer.Customer) { c.Relationship = "partner" },
			want: "stf_a Get in touch with 海河出版社: 35 days without a word"},
		{name: "by category", day: 35,
			is:   func(c *customer.Customer) { c.Relationship, c.Category = "", "regional-key-account" },
			want: "stf_a Get in touch with 海河出版社: 35 days without a word"},
		{name: "archived", day: 91, is: func(c *customer.Customer) { c.ArchivedAt = &crmtest.Tuesday }},
		{name: "lapsed", day: 180},
	} {
		t.Run(c.name, func(t *testing.T) {
			shop := keyShop()
			if c.shop != nil {
				c.shop(&shop)
			}
			for i := range shop.Staff {
				shop.Staff[i].Lang = words.En
			}
			before := keyAccount(t, shop)
			if c.is != nil {
				c.is(&before)
			}
			done, err := tended(t, shop, before, overview.DealingsOf(c.open, time.Time{}), day(c.day))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, o := range done.Opened {
				got = append(got, o.Task.Owner+" "+o.Task.Title)
				if o.Task.Customer != before.ID || o.Event.Type != event.TaskOpened || !o.Event.Wakes || !o.Event.Pending ||
					o.Task.Rungs[0].Do != ladder.DoTell {
					t.Errorf("%+v, %+v", o.Task, o.Event)
				}
				if asks := strings.Contains(o.Task.Text, "Name one"); asks != (c.name == "no owner" ||
					c.name == "the owner has left") {
					t.Errorf("text %q", o.Task.Text)
				}
			}
			if strings.Join(got, "; ") != c.want {
				t.Errorf("opened %q, want %q", strings.Join(got, "; "), c.want)
			}
			if done.Changed && done.Customer.Seq != before.Seq+1 || len(got) > 0 && !done.Changed {
				t.Errorf("seq %d after %d, changed %v", done.Customer.Seq, before.Seq, done.Changed)
			}
			wakes, some := done.Customer.Wakes()
			if due := some && !wakes.After(day(c.day)); due != c.waits {
				t.Errorf("wakes at %s", wakes)
			}
		})
	}
}

func TestWhatATaskOfACadenceSays(t *testing.T) {
	for _, lang := range []words.Lang{words.Zh, words.En} {
		shop := keyShop()
		for i := range shop.Staff {
			shop.Staff[i].Lang = lang
		}
		c := keyAccount(t, shop)
		c.Name, c.PreferredChannel = strings.Repeat("海", 150), "visit"
		c = c.Met(customer.TouchLine{ID: "tch_1", At: crmtest.Tuesday.Add(time.Hour), Channel: "call", By: "stf_b"})
		done, err := tended(t, shop, c, customer.Dealings{}, day(92))
		if err != nil || len(done.Opened) != 2 {
			t.Fatalf("%+v %v", done, err)
		}
		touch, review := done.Opened[0].Task, done.Opened[1].Task
		want := map[words.Lang][]string{
			words.Zh: {"已 91 天没有往来", "2026-11-24，电话，stf_b", "standard@1", "至少每 35 天", "客户偏好的方式：上门拜访", "回顾客户", "还没有回顾过",
				"每 91 天"},
			words.En: {"91 days without a word", "2026-11-24, Call, stf_b", "standard@1", "every 35 days",
				"What they prefer: Visit", "Review the account", "Last review: never", "every 91 days"},
		}[lang]
		for _, text := range want {
			if !strings.Contains(touch.Title+touch.Text+review.Title+review.Text, text) {
				t.Errorf("%q is not in %q, %q, %q, %q", text, touch.Title, touch.Text, review.Title, review.Text)
			}
		}
		if n := len([]rune(touch.Title)); n > 150 || len(review.Checklist) != len(customer.ReviewSteps) {
			t.Errorf("a title of %d characters, %d steps", n, len(review.Checklist))
		}
	}
}

// A touch that finds nobody ends no silence; one that does begins the next, and so does an enquiry.
func TestATouchBeginsTheNextPeriod(t *testing.T) {
	shop := keyShop()
	life := customer.StandardLife()
	asked, err := tended(t, shop, keyAccount(t, shop), customer.Dealings{}, day(35))
	if err != nil || len(asked.Opened) != 1 {
		t.Fatal(err)
	}
	missed := asked.Customer.Met(customer.TouchLine{ID: "tch_1", At: day(36),
		Outcome: customer.OutcomeUnreachable}).Aged(life, day(36))
	if missed.Cadence.TouchDue != nil {
		t.Errorf("asked again at %s", missed.Cadence.TouchDue)
	}
	met := missed.Met(customer.TouchLine{ID: "tch_2", At: day(37)}).Aged(life, day(37))
	if due := met.Cadence.TouchDue; due == nil || !due.Equal(day(72)) {
		t.Errorf("due %v", due)
	}
	again, err := tended(t, shop, met, customer.Dealings{}, day(72))
	if err != nil || len(again.Opened) != 1 || again.Opened[0].Task.ID == asked.Opened[0].Task.ID {
		t.Errorf("%+v %v", again.Opened, err)
	}
}

// A change of the customer's class, or of the policy, moves the days at once, and what was opened for this silence
// stays opened.
func TestAClassOrAPolicyMovesTheDays(t *testing.T) {
	shop := keyShop()
	c := keyAccount(t, shop)
	for _, step := range []struct {
		name   string
		change func(*customer.Customer, *customer.LifePolicy)
		touch  time.Time
		review time.Time
	}{
		{"unchanged", func(*customer.Customer, *customer.LifePolicy) {}, day(35), day(91)},
		{"no key account any more", func(c *customer.Customer, _ *customer.LifePolicy) { c.Relationship = "repeat" },
			time.Time{}, time.Time{}},
		{"one again", func(c *customer.Customer, _ *customer.LifePolicy) { c.Relationship = "partner" }, day(35), day(91)},
		{"a shorter cadence", func(_ *customer.Customer, p *customer.LifePolicy) {
			p.Cadence = []customer.CadenceRule{{Relationship: "partner", Touch: 7}}
		}, day(7), time.Time{}},
		{"none at all", func(_ *customer.Customer, p *customer.LifePolicy) { p.Cadence = nil }, time.Time{}, time.Time{}},
	} {
		life := customer.StandardLife()
		step.change(&c, &life)
		next, changed := c.Age(life, day(1))
		if got := next.Cadence; !customer.Latest(got.TouchDue).Equal(step.touch) ||
			!customer.Latest(got.ReviewDue).Equal(step.review) || changed != (step.name != "unchanged") {
			t.Errorf("%s: %v, %v, changed %v", step.name, got.TouchDue, got.ReviewDue, changed)
		}
		if _, changed := next.Age(life, day(1)); changed {
			t.Errorf("%s: changed twice", step.name)
		}
		c = next
	}
}

func TestCadencePolicyCheck(t *testing.T) {
	for _, c := range []struct {
		rule customer.CadenceRule
		want string
	}{
		{customer.CadenceRule{Relationship: "key-account", Touch: 1}, ""},
		{customer.CadenceRule{Category: "regional-key-account", Review: customer.LongestSilence}, ""},
		{customer.CadenceRule{ValueOrientation: "partnership", Touch: 35, Review: 91}, ""},
		{customer.CadenceRule{Touch: 35}, "/life/cadence/0"},
		{customer.CadenceRule{Relationship: "gold", Touch: 35}, "/life/cadence/0/relationship"},
		{customer.CadenceRule{ValueOrientation: "gold", Touch: 35}, "/life/cadence/0/value_orientation"},
		{customer.CadenceRule{Relationship: "partner"}, "/life/cadence/0/touch_days"},
		{customer.CadenceRule{Relationship: "partner", Touch: -1}, "/life/cadence/0/touch_days"},
		{customer.CadenceRule{Relationship: "partner", Touch: 1, Review: customer.LongestSilence + 1},
			"/life/cadence/0/review_days"},
	} {
		p := setup.StandardPolicy()
		p.Life.Cadence = []customer.CadenceRule{c.rule}
		if got := kerneltest.PointersOf(p.Check()); got != c.want {
			t.Errorf("%+v: %q, want %q", c.rule, got, c.want)
		}
	}
}

func TestACadenceNamesACategoryThatIsThere(t *testing.T) {
	owner := staff.Actor{ID: "stf_o", Roles: []staff.Role{staff.Owner}}
	for _, c := range []struct {
		name, category string
		before         string // what the policy named until now
		want           string
	}{
		{"of the tree", "magazines", "", ""},
		{"of no tree", "magazine", "", "/life/cadence/0/category"},
		{"of no tree, as before", "magazine", "magazine", ""},
		{"of the standard tree", "dealer", "", ""},
	} {
		shop := crmtest.Shop()
		shop.Categories = customer.CategoryTree{{ID: "magazines"}}
		before := shop.Policies[0]
		before.Life.Cadence = []customer.CadenceRule{{Category: c.before, Touch: 30}}
		next := before
		next.Life.Cadence = []customer.CadenceRule{{Category: c.category, Touch: 31}}
		_, _, err := before.Reshape(next, owner, shop, crmtest.Tuesday)
		var got string
		if refused, ok := err.(*fault.Error); ok {
			got = kerneltest.PointersOf(refused.Fields)
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// Whatever happens and however often the daily step runs, or is run again on a customer as read before: each silence
// that is long enough opens one task, no silence opens two, no two are open at once, and reviews keep their distance.
func TestOneSilenceOneTask(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		shop := keyShop()
		touch, review := rapid.Int64Range(1, 60).Draw(rt, "touch"), rapid.Int64Range(1, 120).Draw(rt, "review")
		shop.Policies[0].Life = customer.LifePolicy{Quiet: 300,
			Cadence: []customer.CadenceRule{{Relationship: "key-account", Touch: touch, Review: review}}}
		life := shop.Policies[0].Life
		c, at := keyAccount(t, shop), crmtest.Tuesday
		opened := map[string]string{} // task by the silence that it is of
		var open []overview.OpenItem
		var reviewed []time.Time
		step := func() {
			before := c
			done, err := tended(t, shop, before, overview.DealingsOf(open, time.Time{}), at)
			if err != nil {
				rt.Fatal(err)
			}
			// another step that read the customer before the first one wrote
			twice, _ := tended(t, shop, before, overview.DealingsOf(open, time.Time{}), at)
			for i, o := range done.Opened {
				if twice.Opened[i].Task.ID != o.Task.ID {
					rt.Fatalf("the same fact is %s and %s", o.Task.ID, twice.Opened[i].Task.ID)
				}
				if o.Task.ID == done.Customer.Cadence.ReviewTask {
					reviewed = append(reviewed, at)
				} else {
					silence := fmt.Sprint(before.LastWord())
					if known := opened[silence]; known != "" {
						rt.Fatalf("the silence from %s opened %s and %s", silence, known, o.Task.ID)
					}
					opened[silence] = o.Task.ID
				}
				open = append(open, overview.OpenItem{Kind: "task", ID: o.Task.ID})
			}
			c = done.Customer
			quiet := at.Sub(c.LastWord()) >= time.Duration(touch)*customer.WholeDay && c.LifeCycle != customer.LifeLapsed
			busy := slices.ContainsFunc(open,
				func(i overview.OpenItem) bool { return i.Kind == "complaint" || i.ID == before.Cadence.TouchTask })
			if quiet && !busy && opened[fmt.Sprint(c.LastWord())] == "" {
				rt.Fatalf("silent since %s, and no task on %s", c.LastWord(), at)
			}
		}
		for range rapid.IntRange(1, 40).Draw(rt, "days") {
			at = at.Add(time.Duration(rapid.Int64Range(1, 40).Draw(rt, "passes")) * customer.WholeDay / 2)
			switch rapid.SampledFrom([]string{"step", "steps", "touch", "missed", "closes", "complains", "class"}).Draw(rt,
				"what") {
			case "steps":
				step()
				step()
			case "touch":
				c = c.Met(customer.TouchLine{At: at}).Aged(life, at)
			case "missed":
				c = c.Met(customer.TouchLine{At: at, Outcome: customer.OutcomeUnreachable}).Aged(life, at)
			case "closes":
				open = nil
			case "complains":
				open = append(open, overview.OpenItem{Kind: "complaint", ID: "cmp_1"})
			case "class":
				c.Relationship = map[string]string{"key-account": "repeat", "repeat": "key-account"}[c.Relationship]
				c = c.Aged(life, at)
				c.Relationship = "key-account"
				c = c.Aged(life, at)
			default:
				step()
			}
		}
		for i := 1; i < len(reviewed); i++ {
			if reviewed[i].Sub(reviewed[i-1]) < time.Duration(review)*customer.WholeDay {
				rt.Fatalf("reviewed at %s and %s", reviewed[i-1], reviewed[i])
			}
		}
	})
}

// tended is the daily step on the terms of the customer's branch.
func tended(t testing.TB, shop setup.Shop, c customer.Customer, has customer.Dealings,
	now time.Time) (customer.Tended, error) {
	t.Helper()
	terms, err := shop.Terms(c.Branch)
	if err != nil {
		t.Fatal(err)
	}
	return c.Tend(staff.Process("age"), shop.Roster, terms.Customer(), terms.Task(), has, now)
}
