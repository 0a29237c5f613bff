package centre_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"
)

// told lists the stages that a customer's log names.
func told(t testing.TB, b *storetest.Bench, c string) []string {
	t.Helper()
	lines, err := b.Timeline(t.Context(), c, words.En, table.Paging{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, line := range slices.Backward(lines.Items) {
		if line.Kind == string(event.CustomerAged) {
			out = append(out, line.Data["from"]+" > "+line.Data["to"]+" by "+line.Cause)
		}
	}
	return out
}

func lifeOf(t testing.TB, b *storetest.Bench, id string) customer.Customer {
	t.Helper()
	c, err := b.Customer(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func speak(t testing.TB, b *storetest.Bench, led lead.Lead, by staff.Staff) {
	t.Helper()
	if _, err := b.ChangeLead(t.Context(), led.ID, func(l lead.Lead) (lead.Lead, event.Event, error) {
		return l.Speak(staff.ActorOf(by), lead.Conversation{Channel: "call", Outcome: customer.OutcomeQuote}, time.Time{},
			storetest.Terms(t, b, l.Branch).Lead(), b.Clock.Now())
	}); err != nil {
		t.Error(err)
	}
}

// What happens to a lead stands in its customer's history with it, in one write, and the next stage is an event.
func TestALeadsNewsIsItsCustomersHistory(t *testing.T) {
	b := storetest.New(t)
	led, err := storetest.Enquire(t, b, storetest.Li(1))
	if err != nil {
		t.Fatal(err)
	}
	by := storetest.Person(t, b, 4)
	born := lifeOf(t, b, led.Customer)
	if born.LifeCycle != customer.LifeLead || born.LifeDue == nil ||
		!born.LifeDue.Equal(led.CreatedAt.AddDate(0, 0, 180)) {
		t.Errorf("a new customer: %+v", born)
	}
	speak(t, b, led, by)
	reached := lifeOf(t, b, led.Customer)
	if reached.Seq != born.Seq+1 || reached.Owner != by.ID || reached.History.ReachedAt == nil ||
		reached.LifeCycle != customer.LifeLead {
		t.Errorf("reached: %+v", reached)
	}
	if _, err := b.ChangeLead(t.Context(), led.ID, func(l lead.Lead) (lead.Lead, event.Event, error) {
		return l.Qualify(staff.ActorOf(by), lead.Qualification{Need: "1,000 cards"}, storetest.Terms(t, b, l.Branch).Lead(),
			b.Clock.Now())
	}); err != nil {
		t.Fatal(err)
	}
	if c := lifeOf(t, b, led.Customer); c.Seq != reached.Seq+1 || c.Version != reached.Version ||
		c.History.QualifiedAt == nil || c.LifeCycle != customer.LifeProspect {
		t.Errorf("qualified: %+v", c)
	}
	if got := fmt.Sprint(told(t, b, led.Customer)); got != "[lead > prospect by "+by.ID+"]" {
		t.Errorf("the log says %s", got)
	}
}

func TestSilenceAndItsEnd(t *testing.T) {
	b := storetest.New(t)
	l, err := storetest.Enquire(t, b, storetest.Li(1))
	if err != nil {
		t.Fatal(err)
	}
	due := *lifeOf(t, b, l.Customer).LifeDue
	on := func(until time.Time) []string {
		ids, next, err := b.OnBoard(t.Context(), "customer", seed.Shanghai, "", until, 10)
		if err != nil || next != "" {
			t.Fatal(ids, next, err)
		}
		return ids
	}
	// the customer stands there by the day
	if early, then := on(due.Add(-24*time.Hour)), on(due); len(early) != 0 || !slices.Equal(then, []string{l.Customer}) {
		t.Errorf("on the board a day before %v, then %v", early, then)
	}
	rule := func(c customer.Customer) (customer.Customer, bool) {
		return c.Age(customer.StandardLife(), b.Clock.Now())
	}
	before := b.State()
	if _, err := b.AgeCustomer(t.Context(), l.Customer, staff.Process("age"), rule); err != nil || b.State() != before {
		t.Errorf("aged too early: %v", err)
	}
	b.Clock.Set(due)
	for range 2 {
		if c, err := b.AgeCustomer(t.Context(), l.Customer, staff.Process("age"), rule); err != nil ||
			c.LifeCycle != customer.LifeLapsed || c.Seq != 2 {
			t.Errorf("aged: %+v, %v", c, err)
		}
	}
	if ids := on(due.AddDate(10, 0, 0)); len(ids) != 0 {
		t.Errorf("still on the board: %v", ids)
	}
	patient := func(c customer.Customer) (customer.Customer, bool) {
		return c.Age(customer.LifePolicy{Quiet: 400}, b.Clock.Now())
	}
	if ids := on(time.Time{}); !slices.Equal(ids, []string{l.Customer}) { // as Replan asks
		t.Errorf("a changed policy meets %v", ids)
	}
	if c, err := b.AgeCustomer(t.Context(), l.Customer, staff.Process("replan"), patient); err != nil ||
		c.LifeCycle != customer.LifeLead || !c.LifeDue.Equal(l.CreatedAt.AddDate(0, 0, 400)) {
		t.Errorf("by a policy of more patience: %+v, %v", c, err)
	}
	if c, err := b.AgeCustomer(t.Context(), l.Customer, staff.Process("age"), rule); err != nil ||
		c.LifeCycle != customer.LifeLapsed || c.Seq != 4 {
		t.Errorf("by the one before: %+v, %v", c, err)
	}
	if _, err := storetest.Enquire(t, b, storetest.Li(1)); err != nil {
		t.Fatal(err)
	}
	if c := lifeOf(t, b, l.Customer); c.LifeCycle != customer.LifeLead || c.Seq != 5 {
		t.Errorf("asks again: %+v", c)
	}
	age := staff.Process("age").ID
	want := "[lead > lapsed by " + age + " lapsed > lead by " + staff.Process("replan").ID + " lead > lapsed by " + age +
		" lapsed > lead by " + staff.Visitor.ID + "]"
	if got := fmt.Sprint(told(t, b, l.Customer)); got != want {
		t.Errorf("the log says %s, want %s", got, want)
	}
	if _, err := b.AgeCustomer(t.Context(), "cus_gone", staff.Process("age"), rule); fault.KindOf(err) != fault.NotFound {
		t.Errorf("nobody: %v", err)
	}
}

// Many writers of one customer: every lead is contacted, and the sequence counts each write once.
func TestManyLeadsOfOneCustomerAreContactedAtOnce(t *testing.T) {
	b := storetest.New(t)
	var leads []lead.Lead
	for range 16 {
		l, err := storetest.Enquire(t, b, storetest.Li(1))
		if err != nil {
			t.Fatal(err)
		}
		leads = append(leads, l)
	}
	b.Crowd(t)
	by := storetest.Person(t, b, 4)
	var wg sync.WaitGroup
	for _, l := range leads {
		wg.Go(func() { speak(t, b, l, by) })
	}
	wg.Wait()
	if c := lifeOf(t, b, leads[0].Customer); c.Seq != 17 || c.Version != 2 || c.History.ReachedAt == nil ||
		len(c.LastTouches) != 5 {
		t.Errorf("of sixteen words %d stand on the card, which was written %d times and is of version %d",
			len(c.LastTouches), c.Seq-1, c.Version)
	}
	for _, led := range leads {
		if l, err := b.Lead(t.Context(), led.ID); err != nil || l.State != lead.StateContacted {
			t.Errorf("%s, %v", l.State, err)
		}
	}
}

func TestOnBoardByPages(t *testing.T) {
	b := storetest.New(t)
	want := map[string]bool{}
	for n := range 7 {
		l, err := storetest.Enquire(t, b, storetest.Li(n))
		if err != nil {
			t.Fatal(err)
		}
		want[l.ID] = true
	}
	after, pages := "", 0
	for more := true; more; pages++ {
		ids, next, err := b.OnBoard(t.Context(), "lead", seed.Shanghai, after, time.Time{}, 3)
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range ids {
			if !want[id] {
				t.Errorf("%s comes twice, or is not a lead", id)
			}
			delete(want, id)
		}
		after, more = next, next != ""
	}
	if len(want) != 0 || pages != 3 {
		t.Errorf("%d are missing after %d pages", len(want), pages)
	}
}

func TestShopWithWhatIsNotThereYet(t *testing.T) {
	b := storetest.New(t)
	if _, err := b.ShopWith(t.Context(), func(setup.Shop) bool { return false }); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("%v", err)
	}
	if shop, err := b.ShopWith(t.Context(), func(s setup.Shop) bool { return len(s.Branches) == 2 }); err != nil ||
		len(shop.Branches) != 2 {
		t.Errorf("%v", err)
	}
}
