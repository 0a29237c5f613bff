package crm

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// keyShop is the shop of tests with the standard tree and an owner of it all.
func keyShop() Shop {
	shop := testShop()
	shop.Categories = StandardCategories(tuesday)
	shop.Staff = append(shop.Staff, Staff{ID: "stf_o", Name: "stf_o", Lang: En, Roles: []Role{Owner}, Branches: []string{"shanghai"}, HeadOffice: true})
	return shop
}

// keyAccount is a key account of stf_a, who asked on that Tuesday.
func keyAccount(t testing.TB, shop Shop) Customer {
	terms, err := shop.Terms("shanghai")
	if err != nil {
		t.Fatal(err)
	}
	c := newborn()
	c.Name, c.Relationship, c.Owner = "海河出版社", "key-account", "stf_a"
	return c.Aged(terms.Policy.Life, tuesday)
}

func day(n int64) time.Time { return tuesday.Add(time.Duration(n) * wholeDay) }

func TestWhomACadenceIsFor(t *testing.T) {
	rules := []CadenceRule{
		{Relationship: "key-account", Touch: 35, Review: 91},
		{Category: "order", Review: 182},
		{Category: "regional-key-account", Touch: 60},
		{ValueOrientation: "partnership", Relationship: "contract", Touch: 14},
	}
	for _, c := range []struct {
		name          string
		customer      Customer
		touch, review int64
	}{
		{"nobody special", Customer{}, 0, 0},
		{"another relationship", Customer{Relationship: "repeat"}, 0, 0},
		{"a key account", Customer{Relationship: "key-account"}, 35, 91},
		{"of a category below the one named", Customer{Category: "direct-key-account"}, 0, 182},
		{"of the category itself", Customer{Category: "order"}, 0, 182},
		{"of one above", Customer{Category: "commercial"}, 0, 0},
		{"of one that is not there", Customer{Category: "gone"}, 0, 0},
		{"by two rules", Customer{Category: "regional-key-account"}, 60, 182},
		{"the shortest of three", Customer{Category: "regional-key-account", Relationship: "key-account"}, 35, 91},
		{"half of what a rule names", Customer{ValueOrientation: "partnership"}, 0, 0},
		{"all of it", Customer{ValueOrientation: "partnership", Relationship: "contract"}, 14, 0},
	} {
		shop := keyShop()
		shop.Policies[0].Life.Cadence = rules
		terms, err := shop.Terms("shanghai")
		if err != nil {
			t.Fatal(err)
		}
		if touch, review := terms.Policy.Life.cadence(c.customer); touch != c.touch || review != c.review {
			t.Errorf("%s: every %d and %d days, want %d and %d", c.name, touch, review, c.touch, c.review)
		}
		old := LifePolicy{Quiet: 30}
		if touch, review := old.cadence(c.customer); touch+review != 0 {
			t.Errorf("%s: a policy of before there was a cadence asks every %d and %d days", c.name, touch, review)
		}
	}
}

// What the daily step opens, on which day, for whom. A customer has owner, relationship and what is open as the case changes them.
func TestWhatTheDailyStepOpens(t *testing.T) {
	away := func(id string) func(*Shop) {
		return func(s *Shop) {
			i := slices.IndexFunc(s.Staff, func(p Staff) bool { return p.ID == id })
			s.Staff[i].Absences = []Absence{{From: tuesday, To: day(400)}}
		}
	}
	left := func(id string) func(*Shop) {
		return func(s *Shop) {
			i := slices.IndexFunc(s.Staff, func(p Staff) bool { return p.ID == id })
			s.Staff[i].LeavesAt = &tuesday
		}
	}
	for _, c := range []struct {
		name  string
		day   int64
		shop  func(*Shop)
		is    func(*Customer)
		open  []OpenItem
		want  string // owner and the beginning of the title, of each task
		waits bool   // it is asked again the next day
	}{
		{name: "a day too early", day: 34},
		{name: "five weeks of silence", day: 35, want: "stf_a Get in touch with 海河出版社: 35 days without a word"},
		{name: "found late", day: 50, want: "stf_a Get in touch with 海河出版社: 50 days without a word"},
		{name: "a quarter too", day: 91, want: "stf_a Get in touch with 海河出版社: 91 days without a word; stf_a Review the account 海河出版社"},
		{name: "nobody has him", day: 35, is: func(c *Customer) { c.Owner = "" }, want: "stf_m Get in touch with 海河出版社: 35 days without a word"},
		{name: "who has him has left", day: 35, shop: left("stf_a"), want: "stf_m Get in touch with 海河出版社: 35 days without a word"},
		{name: "who has him is away", day: 35, shop: away("stf_a"), want: "stf_m Get in touch with 海河出版社: 35 days without a word"},
		{name: "the manager is away as well", day: 35, shop: func(s *Shop) { away("stf_a")(s); away("stf_m")(s) }, want: "stf_o Get in touch with 海河出版社: 35 days without a word"},
		{name: "nobody is there", day: 35, shop: func(s *Shop) { away("stf_a")(s); away("stf_m")(s); left("stf_o")(s) }, waits: true},
		{name: "a complaint is open", day: 35, open: []OpenItem{{Kind: "complaint", ID: "cmp_1"}}, waits: true},
		{name: "a complaint is open when he is to be reviewed", day: 91, open: []OpenItem{{Kind: "complaint", ID: "cmp_1"}}, want: "stf_a Review the account 海河出版社", waits: true},
		{name: "the task of an earlier silence is open", day: 35, is: func(c *Customer) { c.Cadence.TouchTask = "tsk_1" }, open: []OpenItem{{Kind: "task", ID: "tsk_1"}}, waits: true},
		{name: "another task is open", day: 35, open: []OpenItem{{Kind: "task", ID: "tsk_2"}, {Kind: "lead", ID: "lead_1"}}, want: "stf_a Get in touch with 海河出版社: 35 days without a word"},
		{name: "a review is open", day: 91, is: func(c *Customer) { c.Cadence.ReviewTask = "tsk_1"; c.Cadence.SilentFrom = &tuesday }, open: []OpenItem{{Kind: "task", ID: "tsk_1"}}, waits: true},
		{name: "no key account", day: 170, is: func(c *Customer) { c.Relationship = "repeat" }},
		{name: "a strategic partner", day: 35, is: func(c *Customer) { c.Relationship = "partner" }, want: "stf_a Get in touch with 海河出版社: 35 days without a word"},
		{name: "by his category", day: 35, is: func(c *Customer) { c.Relationship, c.Category = "", "regional-key-account" }, want: "stf_a Get in touch with 海河出版社: 35 days without a word"},
		{name: "archived", day: 91, is: func(c *Customer) { c.ArchivedAt = &tuesday }},
		{name: "lapsed", day: 180},
	} {
		t.Run(c.name, func(t *testing.T) {
			shop := keyShop()
			if c.shop != nil {
				c.shop(&shop)
			}
			for i := range shop.Staff {
				shop.Staff[i].Lang = En
			}
			before := keyAccount(t, shop)
			if c.is != nil {
				c.is(&before)
			}
			done, err := tended(t, shop, before, DealingsOf(c.open, time.Time{}), day(c.day))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, o := range done.Opened {
				got = append(got, o.Task.Owner+" "+o.Task.Title)
				if o.Task.Customer != before.ID || o.Event.Type != TaskOpened || !o.Event.Wakes || !o.Event.Pending || o.Task.Rungs[0].Do != DoTell {
					t.Errorf("%+v, %+v", o.Task, o.Event)
				}
				if asks := strings.Contains(o.Task.Text, "Give him an owner"); asks != (c.name == "nobody has him" || c.name == "who has him has left") {
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
	for _, lang := range []Lang{Zh, En} {
		shop := keyShop()
		for i := range shop.Staff {
			shop.Staff[i].Lang = lang
		}
		c := keyAccount(t, shop)
		c.Name, c.PreferredChannel = strings.Repeat("海", 150), "visit"
		c = c.Met(TouchLine{ID: "tch_1", At: tuesday.Add(time.Hour), Channel: "call", By: "stf_b"})
		done, err := tended(t, shop, c, Dealings{}, day(92))
		if err != nil || len(done.Opened) != 2 {
			t.Fatalf("%+v %v", done, err)
		}
		touch, review := done.Opened[0].Task, done.Opened[1].Task
		want := map[Lang][]string{
			Zh: {"已 91 天没有往来", "2026-11-24，电话，stf_b", "standard@1", "至少每 35 天", "客户喜欢的方式：上门拜访", "回顾客户", "还没有回顾过", "每 91 天"},
			En: {"91 days without a word", "2026-11-24, Call, stf_b", "standard@1", "every 35 days", "What he prefers: Visit", "Review the account", "Last review: never", "every 91 days"},
		}[lang]
		for _, words := range want {
			if !strings.Contains(touch.Title+touch.Text+review.Title+review.Text, words) {
				t.Errorf("%q is not in %q, %q, %q, %q", words, touch.Title, touch.Text, review.Title, review.Text)
			}
		}
		if n := len([]rune(touch.Title)); n > 150 || len(review.Checklist) != len(reviewSteps) {
			t.Errorf("a title of %d characters, %d steps", n, len(review.Checklist))
		}
	}
}

// A touch that finds nobody ends no silence; one that does begins the next, and so does an enquiry.
func TestATouchBeginsTheNextPeriod(t *testing.T) {
	shop := keyShop()
	life := StandardLife()
	asked, err := tended(t, shop, keyAccount(t, shop), Dealings{}, day(35))
	if err != nil || len(asked.Opened) != 1 {
		t.Fatal(err)
	}
	missed := asked.Customer.Met(TouchLine{ID: "tch_1", At: day(36), Outcome: OutcomeUnreachable}).Aged(life, day(36))
	if missed.Cadence.TouchDue != nil {
		t.Errorf("asked again at %s", missed.Cadence.TouchDue)
	}
	met := missed.Met(TouchLine{ID: "tch_2", At: day(37)}).Aged(life, day(37))
	if due := met.Cadence.TouchDue; due == nil || !due.Equal(day(72)) {
		t.Errorf("due %v", due)
	}
	again, err := tended(t, shop, met, Dealings{}, day(72))
	if err != nil || len(again.Opened) != 1 || again.Opened[0].Task.ID == asked.Opened[0].Task.ID {
		t.Errorf("%+v %v", again.Opened, err)
	}
}

// A change of the customer's class, or of the policy, moves the days at once, and what was opened for this silence stays opened.
func TestAClassOrAPolicyMovesTheDays(t *testing.T) {
	shop := keyShop()
	c := keyAccount(t, shop)
	for _, step := range []struct {
		name   string
		change func(*Customer, *LifePolicy)
		touch  time.Time
		review time.Time
	}{
		{"as he is", func(*Customer, *LifePolicy) {}, day(35), day(91)},
		{"no key account any more", func(c *Customer, _ *LifePolicy) { c.Relationship = "repeat" }, time.Time{}, time.Time{}},
		{"one again", func(c *Customer, _ *LifePolicy) { c.Relationship = "partner" }, day(35), day(91)},
		{"a shorter cadence", func(_ *Customer, p *LifePolicy) {
			p.Cadence = []CadenceRule{{Relationship: "partner", Touch: 7}}
		}, day(7), time.Time{}},
		{"none at all", func(_ *Customer, p *LifePolicy) { p.Cadence = nil }, time.Time{}, time.Time{}},
	} {
		life := StandardLife()
		step.change(&c, &life)
		next, changed := c.Age(life, day(1))
		if got := next.Cadence; !latestOf(got.TouchDue).Equal(step.touch) || !latestOf(got.ReviewDue).Equal(step.review) || changed != (step.name != "as he is") {
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
		rule CadenceRule
		want string
	}{
		{CadenceRule{Relationship: "key-account", Touch: 1}, ""},
		{CadenceRule{Category: "regional-key-account", Review: longestSilence}, ""},
		{CadenceRule{ValueOrientation: "partnership", Touch: 35, Review: 91}, ""},
		{CadenceRule{Touch: 35}, "/life/cadence/0"},
		{CadenceRule{Relationship: "gold", Touch: 35}, "/life/cadence/0/relationship"},
		{CadenceRule{ValueOrientation: "gold", Touch: 35}, "/life/cadence/0/value_orientation"},
		{CadenceRule{Relationship: "partner"}, "/life/cadence/0/touch_days"},
		{CadenceRule{Relationship: "partner", Touch: -1}, "/life/cadence/0/touch_days"},
		{CadenceRule{Relationship: "partner", Touch: 1, Review: longestSilence + 1}, "/life/cadence/0/review_days"},
	} {
		p := StandardPolicy()
		p.Life.Cadence = []CadenceRule{c.rule}
		if got := pointersOf(p.Check()); got != c.want {
			t.Errorf("%+v: %q, want %q", c.rule, got, c.want)
		}
	}
}

func TestACadenceNamesACategoryThatIsThere(t *testing.T) {
	owner := Actor{ID: "stf_o", Roles: []Role{Owner}}
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
		shop := testShop()
		shop.Categories = CategoryTree{{ID: "magazines"}}
		before := shop.Policies[0]
		before.Life.Cadence = []CadenceRule{{Category: c.before, Touch: 30}}
		next := before
		next.Life.Cadence = []CadenceRule{{Category: c.category, Touch: 31}}
		_, _, err := before.Reshape(next, owner, shop, tuesday)
		var got string
		if refused, ok := err.(*Error); ok {
			got = pointersOf(refused.Fields)
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// Whatever happens and however often the daily step runs, or is run again on a customer as he was: each silence that is long enough opens one task, no silence
// opens two, no two are open at once, and reviews keep their distance.
func TestOneSilenceOneTask(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		shop := keyShop()
		touch, review := rapid.Int64Range(1, 60).Draw(rt, "touch"), rapid.Int64Range(1, 120).Draw(rt, "review")
		shop.Policies[0].Life = LifePolicy{Quiet: 300, Cadence: []CadenceRule{{Relationship: "key-account", Touch: touch, Review: review}}}
		life := shop.Policies[0].Life
		c, at := keyAccount(t, shop), tuesday
		opened := map[string]string{} // task by the silence that it is of
		var open []OpenItem
		var reviewed []time.Time
		step := func() {
			before := c
			done, err := tended(t, shop, before, DealingsOf(open, time.Time{}), at)
			if err != nil {
				rt.Fatal(err)
			}
			twice, _ := tended(t, shop, before, DealingsOf(open, time.Time{}), at) // another step that read him before the first one wrote
			for i, o := range done.Opened {
				if twice.Opened[i].Task.ID != o.Task.ID {
					rt.Fatalf("the same fact is %s and %s", o.Task.ID, twice.Opened[i].Task.ID)
				}
				if o.Task.ID == done.Customer.Cadence.ReviewTask {
					reviewed = append(reviewed, at)
				} else {
					silence := fmt.Sprint(before.lastWord())
					if known := opened[silence]; known != "" {
						rt.Fatalf("the silence from %s opened %s and %s", silence, known, o.Task.ID)
					}
					opened[silence] = o.Task.ID
				}
				open = append(open, OpenItem{Kind: "task", ID: o.Task.ID})
			}
			c = done.Customer
			quiet := at.Sub(c.lastWord()) >= time.Duration(touch)*wholeDay && c.LifeCycle != LifeLapsed
			busy := slices.ContainsFunc(open, func(i OpenItem) bool { return i.Kind == "complaint" || i.ID == before.Cadence.TouchTask })
			if quiet && !busy && opened[fmt.Sprint(c.lastWord())] == "" {
				rt.Fatalf("silent since %s, and no task on %s", c.lastWord(), at)
			}
		}
		for range rapid.IntRange(1, 40).Draw(rt, "days") {
			at = at.Add(time.Duration(rapid.Int64Range(1, 40).Draw(rt, "passes")) * wholeDay / 2)
			switch rapid.SampledFrom([]string{"step", "steps", "touch", "missed", "closes", "complains", "class"}).Draw(rt, "what") {
			case "steps":
				step()
				step()
			case "touch":
				c = c.Met(TouchLine{At: at}).Aged(life, at)
			case "missed":
				c = c.Met(TouchLine{At: at, Outcome: OutcomeUnreachable}).Aged(life, at)
			case "closes":
				open = nil
			case "complains":
				open = append(open, OpenItem{Kind: "complaint", ID: "cmp_1"})
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
			if reviewed[i].Sub(reviewed[i-1]) < time.Duration(review)*wholeDay {
				rt.Fatalf("reviewed at %s and %s", reviewed[i-1], reviewed[i])
			}
		}
	})
}

// tended is the daily step on the terms of the customer's branch.
func tended(t testing.TB, shop Shop, c Customer, has Dealings, now time.Time) (Tended, error) {
	t.Helper()
	terms, err := shop.Terms(c.Branch)
	if err != nil {
		t.Fatal(err)
	}
	return c.Tend(Process("age"), shop.Roster, terms.Customer(), terms.Task(), has, now)
}
