package company_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go/middleware"
)

// reads counts how often a process read the stamp, and how often the set-up.
type reads struct{ stamps, shops atomic.Int64 }

func (r *reads) watch(input any) error {
	switch in := input.(type) {
	case *dynamodb.GetItemInput:
		if table.StringOf(in.Key["sk"]) == "STAMP" {
			r.stamps.Add(1)
		}
	case *dynamodb.QueryInput:
		r.shops.Add(1)
	}
	return nil
}

func (r *reads) want(t *testing.T, when string, stamps, shops int64) {
	t.Helper()
	if r.stamps.Load() != stamps || r.shops.Load() != shops {
		t.Errorf("%s: the stamp was read %d times, not %d; the set-up %d times, not %d", when, r.stamps.Load(), stamps,
			r.shops.Load(), shops)
	}
}

// works is a record of the set-up: how it is made or changed, and what a process then has of it.
type works struct {
	kind string
	save func(ctx context.Context, s *store.Store, shop setup.Shop, word string, now time.Time) error
	has  func(setup.Shop) string // the word
}

var owner = staff.Actor{ID: seed.StaffID(1), Roles: []staff.Role{staff.Owner}, HeadOffice: true}

// newID is the record that the tests make.
const newID = "made-now"

var settings = []works{
	{"staff", func(ctx context.Context, s *store.Store, shop setup.Shop, word string, now time.Time) error {
		before, _ := shop.Person("stf_new")
		next, _ := shop.Person(seed.StaffID(3))
		next.Name, next.Subject, before.ID = word, "local|new", "stf_new"
		c, err := setup.ReshapeStaff(before, next, owner, shop, now)
		if err != nil {
			return err
		}
		return s.SaveStaff(ctx, c)
	}, func(shop setup.Shop) string { p, _ := shop.Person("stf_new"); return p.Name }},
	{"branch", func(ctx context.Context, s *store.Store, shop setup.Shop, word string, now time.Time) error {
		before, _ := shop.Branch(newID)
		next, _ := shop.Branch(seed.Shanghai)
		next.Name.En, next.Robot, before.ID = word, nil, newID
		next, e, err := setup.ReshapeBranch(before, next, owner, shop, now)
		if err != nil {
			return err
		}
		return s.SaveBranch(ctx, next, e)
	}, func(shop setup.Shop) string { b, _ := shop.Branch(newID); return b.Name.En }},
	{"calendar", func(ctx context.Context, s *store.Store, shop setup.Shop, word string, now time.Time) error {
		before, found := shop.Calendar(newID)
		if !found {
			before = calendar.Calendar{ID: newID}
		}
		next, _ := shop.Calendar(seed.Shanghai)
		next.Name.En = word
		next, e, err := setup.ReshapeCalendar(before, next, owner, shop, now)
		if err != nil {
			return err
		}
		return s.SaveCalendar(ctx, next, e)
	}, func(shop setup.Shop) string { c, _ := shop.Calendar(newID); return c.Name.En }},
	{"policy", func(ctx context.Context, s *store.Store, shop setup.Shop, word string, now time.Time) error {
		before, _ := shop.Policy(newID)
		next, _ := shop.Policy("standard")
		next.Preference.StaleDays, before.ID = int64(100+len(word)), newID
		next, e, err := before.Reshape(next, owner, shop, now)
		if err != nil {
			return err
		}
		return s.SavePolicy(ctx, before, next, e)
	}, func(shop setup.Shop) string {
		p, _ := shop.Policy(newID)
		return map[int64]string{104: "made", 107: "changed"}[p.Preference.StaleDays]
	}},
	{"form", func(ctx context.Context, s *store.Store, shop setup.Shop, word string, now time.Time) error {
		before, _ := shop.Form(newID)
		next, _ := shop.Form(seed.Quote)
		next.Title.En, before.ID = word, newID
		next, e := before.Reshape(next, owner, now)
		return s.SaveForm(ctx, next, e)
	}, func(shop setup.Shop) string { f, _ := shop.Form(newID); return f.Title.En }},
	{"category", func(ctx context.Context, s *store.Store, _ setup.Shop, word string, now time.Time) error {
		_, err := s.ChangeCategory(ctx, func(tree customer.CategoryTree) (customer.Category, []event.Event, error) {
			c, _ := tree.Find(newID)
			c.ID, c.Name.Zh, c.Name.En = newID, word, word
			return tree.Place(c, owner, now)
		})
		return err
	}, func(shop setup.Shop) string { c, _ := shop.Category(newID); return c.Name.En }},
}

// What one process sets up, every other one uses at its next request of staff or step of a process, without a moment
// in between. The public door uses what is new when it is asked for.
func TestWhatOneProcessSetsUpAnotherUsesAtOnce(t *testing.T) {
	t.Parallel()
	for _, of := range settings {
		t.Run(of.kind, func(t *testing.T) {
			t.Parallel()
			b := storetest.New(t)
			ctx, here, there := t.Context(), b.OpenAs(t, "api"), b.OpenAs(t, "api")
			public, worker := b.OpenAs(t, "intake"), b.OpenAs(t, "worker").Current()
			for _, s := range []*store.Store{here, there, public, worker.Store} { // each has read the set-up
				if shop, err := s.Shop(ctx); err != nil || of.has(shop) != "" {
					t.Fatalf("%s was there, %v", of.has(shop), err)
				}
			}
			for _, word := range []string{"made", "changed"} {
				shop, err := here.ShopNow(ctx)
				if err == nil {
					err = of.save(ctx, here, shop, word, b.Clock.Now())
				}
				if err != nil {
					t.Fatal(err)
				}
				if _, err := there.Actor(ctx, seed.Subject("sales")); err != nil { // a request of staff
					t.Fatal(err)
				}
				if shop, err := there.Shop(ctx); err != nil || of.has(shop) != word {
					t.Errorf("another process of the door has %q of what was %s, %v", of.has(shop), word, err)
				}
				if shop, _, err := worker.Terms(ctx, seed.Shanghai); err != nil || of.has(shop) != word {
					t.Errorf("the worker has %q of what was %s, %v", of.has(shop), word, err)
				}
			}
			switch of.kind {
			case "form":
				if f, _, err := public.Form(ctx, newID); err != nil || f.Title.En != "changed" {
					t.Errorf("the public door has %q, %v", f.Title.En, err)
				}
			case "branch":
				if _, terms, err := public.Terms(ctx, newID); err != nil || terms.Branch.Name.En != "changed" {
					t.Errorf("the public door has %q, %v", terms.Branch.Name.En, err)
				}
			case "staff":
				if by, err := there.Actor(ctx, "local|new"); err != nil || by.ID != "stf_new" {
					t.Errorf("%+v signs in, %v", by, err)
				}
			}
		})
	}
}

// A stranger who makes up forms costs a read of the set-up once, and a read of its stamp for each new name.
func TestAnUnknownFormReadsTheSetUpOnce(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	var seen reads
	s := b.OpenWatched(t, seen.watch)
	unknown := func(id string) {
		t.Helper()
		if _, _, err := s.Form(t.Context(), id); fault.KindOf(err) != fault.NotFound {
			t.Fatalf("%s: %v", id, err)
		}
	}
	for range 1000 {
		unknown("none")
	}
	seen.want(t, "a form that is asked for 1,000 times", 1, 1)
	for i := range 1000 {
		unknown(fmt.Sprint("none-", i))
	}
	seen.want(t, "a thousand forms", 1001, 1)
	unknown(strings.Repeat("x", 1000))
	unknown(strings.Repeat("x", 1000)) // is too long to be kept
	seen.want(t, "a long name", 1003, 1)
}

// What was missing is found at the latest after 30 seconds, and so is what has changed, for one read of the stamp.
func TestThePublicDoorIsThirtySecondsBehind(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	var seen reads
	s := b.OpenWatched(t, seen.watch)
	ctx, made := t.Context(), settings[4]
	if _, _, err := s.Form(ctx, newID); fault.KindOf(err) != fault.NotFound {
		t.Fatal(err)
	}
	if err := made.save(ctx, b.Store, b.Shop, "made", b.Clock.Now()); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Form(ctx, newID); fault.KindOf(err) != fault.NotFound {
		t.Errorf("it was remembered as missing: %v", err)
	}
	seen.want(t, "at once", 1, 1)
	b.Clock.Advance(30 * time.Second)
	if f, _, err := s.Form(ctx, newID); err != nil || f.Title.En != "made" {
		t.Errorf("%q after 30 s, %v", f.Title.En, err)
	}
	seen.want(t, "after 30 s", 2, 2)
	b.Clock.Advance(30 * time.Second)
	if _, err := s.Shop(ctx); err != nil {
		t.Fatal(err)
	}
	seen.want(t, "after a minute in which nothing changed", 3, 2)
}

// A request of staff costs one read of the stamp, and a read of the set-up where that has changed. After five minutes
// the set-up is read anyhow: a release from before the stamp changes it without one.
func TestARequestOfStaffReadsTheStamp(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	var seen reads
	s := b.OpenWatched(t, seen.watch)
	request := func() (by staff.Actor) {
		t.Helper()
		by, err := s.Actor(t.Context(), seed.Subject("sales"))
		if err == nil {
			_, err = s.Shop(t.Context())
		}
		if err != nil {
			t.Fatal(err)
		}
		return by
	}
	for range 10 {
		request()
	}
	seen.want(t, "ten requests", 10, 1)
	if err := b.SaveStaff(t.Context(), change(t, b, seed.StaffID(3), func(p *staff.Staff) {
		p.Roles = []staff.Role{staff.Production}
	})); err != nil {
		t.Fatal(err)
	}
	if by := request(); len(by.Roles) != 1 || by.Roles[0] != staff.Production {
		t.Errorf("who lost a role still has %v", by.Roles)
	}
	request()
	seen.want(t, "after a change", 12, 2)
	b.Clock.Advance(5 * time.Minute)
	request()
	seen.want(t, "after five minutes", 13, 3)
}

// A change that comes between any two reads of a look is not taken for read.
func TestAChangeBetweenStampAndSetUpIsFound(t *testing.T) {
	t.Parallel()
	for place := 1; place <= 3; place++ {
		b := storetest.New(t)
		change, requests := change(t, b, seed.StaffID(3), func(p *staff.Staff) { p.Name = "changed" }), 0
		s := b.OpenWatched(t, func(any) error {
			if requests++; requests != place {
				return nil
			}
			return b.SaveStaff(t.Context(), change)
		})
		for range 3 {
			if _, err := s.Actor(t.Context(), seed.Subject("sales")); err != nil {
				t.Fatal(err)
			}
		}
		shop, err := s.Shop(t.Context())
		if p, _ := shop.Person(seed.StaffID(3)); err != nil || p.Name != "changed" {
			t.Errorf("before the request %d: %s, %v", place, p.Name, err)
		}
	}
}

// arriving is the context of somebody who says that they wait for their turn.
type arriving struct {
	context.Context
	waits func()
}

func (a arriving) Done() <-chan struct{} {
	a.waits()
	return a.Context.Done()
}

// Who comes after a change never shares a look that began before it, though it ends later.
func TestALookIsSharedOnlyByThoseWhoCameBefore(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	var hang atomic.Bool
	looked, goOn := make(chan struct{}), make(chan struct{})
	options := b.DB.Options()
	options.APIOptions = append(options.APIOptions, func(stack *middleware.Stack) error {
		return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("hang",
			func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (
				middleware.InitializeOutput, middleware.Metadata, error) {
				out, metadata, err := next.HandleInitialize(ctx, in)
				if hang.CompareAndSwap(true, false) { // the stamp was read, and the answer is late
					close(looked)
					<-goOn
				}
				return out, metadata, err
			}), middleware.Before)
	})
	there := b.Store
	b.DB = dynamodb.New(options)
	s := b.Open(t)
	if _, err := s.Shop(t.Context()); err != nil {
		t.Fatal(err)
	}
	hang.Store(true)
	first, second := make(chan error, 1), make(chan string, 1)
	go func() {
		_, err := s.Actor(t.Context(), seed.Subject("sales"))
		first <- err
	}()
	select {
	case <-looked:
	case err := <-first:
		t.Fatalf("a request of staff did not look: %v", err)
	}
	shop, err := there.ShopNow(t.Context())
	if err == nil {
		err = settings[0].save(t.Context(), there, shop, "made", b.Clock.Now())
	}
	if err != nil {
		t.Fatal(err)
	}
	came := make(chan struct{})
	go func() {
		by, _ := s.Actor(arriving{t.Context(), sync.OnceFunc(func() { close(came) })}, "local|new")
		second <- by.ID
	}()
	<-came
	close(goOn)
	if err, id := <-first, <-second; err != nil || id != "stf_new" {
		t.Errorf("%v; %q came after the change", err, id)
	}
}

// A shop that was set up by a release without the stamp works as it is, and gets one with its next change.
func TestAShopWithoutAStamp(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	ctx := t.Context()
	if _, err := b.DB.DeleteItem(ctx,
		&dynamodb.DeleteItemInput{TableName: aws.String(b.Tables.Records), Key: table.StampKey()}); err != nil {
		t.Fatal(err)
	}
	s := b.OpenAs(t, "api")
	for range 2 {
		if _, err := s.Actor(ctx, seed.Subject("sales")); err != nil {
			t.Fatal(err)
		}
	}
	if err := settings[2].save(ctx, b.Store, b.Shop, "made", b.Clock.Now()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Actor(ctx, seed.Subject("sales")); err != nil {
		t.Fatal(err)
	}
	if shop, err := s.Shop(ctx); err != nil || settings[2].has(shop) != "made" {
		t.Errorf("the first change: %q, %v", settings[2].has(shop), err)
	}
	policy, _ := b.Shop.Policy("standard")
	policy.Version = 2
	it, err := table.Encode(policy, table.ShopKey("POLICY", "standard"))
	if err == nil { // as the older release changes it
		_, err = b.DB.PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String(b.Tables.Records), Item: it})
	}
	if err != nil {
		t.Fatal(err)
	}
	known := func(shop setup.Shop) bool { p, _ := shop.Policy("standard"); return p.Version == 2 }
	if _, err := b.OpenAs(t, "worker").ShopWith(ctx, known); err != nil {
		t.Error(err)
	}
	if _, err := s.ShopWith(ctx, known); err != nil {
		t.Errorf("what is known to be written: %v", err)
	}
}

// What is established shows at the next request as well, and what was there already changes no stamp.
func TestWhatIsEstablishedShowsAtOnce(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	var seen reads
	s := b.OpenWatched(t, seen.watch)
	request := func() setup.Shop {
		t.Helper()
		shop, _, err := s.Current().Terms(t.Context(), seed.Shanghai)
		if err != nil {
			t.Fatal(err)
		}
		return shop
	}
	request()
	if err := b.Establish(t.Context(), b.Shop); err != nil {
		t.Fatal(err)
	}
	request()
	seen.want(t, "all was there", 2, 1)
	f := form.Form{ID: newID}
	further, _ := b.Shop.Branch(seed.Shanghai)
	further.ID = newID
	if err := b.Establish(t.Context(), setup.Shop{Roster: firm.Roster{Branches: []firm.Branch{further}},
		Forms: []form.Form{f}}); err != nil {
		t.Fatal(err)
	}
	shop := request()
	if _, found := shop.Form(newID); !found || settings[1].has(shop) == "" {
		t.Error("what was established does not show")
	}
}
