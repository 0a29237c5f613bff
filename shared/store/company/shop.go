package company

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"afterpress/shared/crm/form"
	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// shopLife is how long a process may use the set-up without a look at its stamp, unless the caller asks for one.
const shopLife = 30 * time.Second

// shopTrust is how long the stamp alone vouches for the set-up. A release from before the stamp changes the set-up
// without it; so everything is read again in the end.
const shopTrust = 5 * time.Minute

// shopCache holds the set-up of the shop in memory, with the stamp that it had. One caller at a time looks at the
// tables. The others wait, but no longer than their own context lasts.
type shopCache struct {
	turn    chan struct{} // holds one element while a caller has the turn
	looks   atomic.Int64  // how many looks at the tables have begun
	shop    setup.Shop
	stamp   string
	read    time.Time       // when shop was read
	looked  int64           // the number of the last look that came to its end; 0: shop is not to be used
	at      time.Time       // when that look began
	missing map[string]bool // what is not in shop though somebody asked for it, as KIND#id
}

func newShopCache() shopCache { return shopCache{turn: make(chan struct{}, 1)} }

// take waits for the caller's turn, until ctx ends; give ends it.
func (c *shopCache) take(ctx context.Context) error {
	select {
	case c.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return table.Unavailable(ctx.Err())
	}
}

func (c *shopCache) give() { <-c.turn }

// forget makes the next reader read the whole set-up again.
func (c *shopCache) forget() {
	c.turn <- struct{}{}
	defer c.give()
	c.looked = 0
}

// mostMissing bounds what people who make up ids can put into memory, and longestMissing the length of each.
const (
	mostMissing    = 1000
	longestMissing = 100
)

// lacks notes that the set-up has no such record. The next set-up that is read forgets it.
func (c *shopCache) lacks(key string) {
	if len(key) > longestMissing {
		return
	}
	if c.missing == nil || len(c.missing) >= mostMissing {
		c.missing = map[string]bool{}
	}
	c.missing[key] = true
}

// Shop is the set-up of the shop, at most 30 seconds old.
func (s *Company) Shop(ctx context.Context) (setup.Shop, error) {
	return s.shopWith(ctx, "", func(setup.Shop) bool { return true })
}

// latest is the set-up as it is now, for one read of its stamp.
func (s *Company) latest(ctx context.Context) (setup.Shop, error) {
	return s.shopWith(ctx, "", func(setup.Shop) bool { return false })
}

// shopWith is the set-up that has something. Where the one in memory is too old or lacks it, shopWith looks at the
// tables. key names what is asked for, as KIND#id: what was found missing once is missing until the set-up in memory
// is too old. An empty key is not remembered. Callers that wait together share one look, which began after they came.
func (s *Company) shopWith(ctx context.Context, key string, has func(setup.Shop) bool) (setup.Shop, error) {
	c := &s.shop
	came, since := c.looks.Load(), s.table.Now().Add(-shopLife)
	if err := c.take(ctx); err != nil {
		return setup.Shop{}, err
	}
	defer c.give()
	if c.looked > 0 && c.at.After(since) && (has(c.shop) || c.missing[key]) {
		return c.shop, nil
	}
	if c.looked <= came {
		if err := s.look(ctx); err != nil {
			return setup.Shop{}, err
		}
	}
	if key != "" && !has(c.shop) {
		c.lacks(key)
	}
	return c.shop, nil
}

// look reads the stamp of the set-up, and the set-up where it is not the one that memory has. The stamp is read
// first: a change that comes between the two reads is found at the next look.
func (s *Company) look(ctx context.Context) error {
	c, now := &s.shop, s.table.Now()
	look := c.looks.Add(1)
	stamp, err := s.stamp(ctx)
	if err != nil {
		return err
	}
	if c.looked == 0 || stamp != c.stamp || !now.Before(c.read.Add(shopTrust)) {
		shop, err := s.readShop(ctx)
		if err != nil {
			return err
		}
		c.shop, c.stamp, c.read, c.missing = shop, stamp, now, nil
	}
	c.looked, c.at = look, now
	return nil
}

// unread is the error for a record of the set-up that is there and cannot be read.
func unread() error {
	e := fault.Fail(fault.Unavailable, "这项设置暂时无法读取，内容没有丢失。请稍后再试，或联系管理员。",
		"This part of the set-up cannot be read for the moment; nothing is lost. Try again later, or ask your "+
			"administrator.")
	e.RetryAfter = shopLife
	return e
}

// readShop reads the whole set-up in one query.
func (s *Company) readShop(ctx context.Context) (setup.Shop, error) {
	var shop setup.Shop
	pages := dynamodb.NewQueryPaginator(s.table.DB, &dynamodb.QueryInput{
		TableName: aws.String(s.table.Records), ConsistentRead: aws.Bool(true),
		KeyConditionExpression:    aws.String("#pk = :pk"),
		ExpressionAttributeNames:  map[string]string{"#pk": "pk"},
		ExpressionAttributeValues: table.Item{":pk": table.Text(table.ShopPK)},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return shop, table.Unavailable(err)
		}
		for _, it := range page.Items {
			if err := place(&shop, it); err != nil { // one item must not close every door
				shop.Unreadable = append(shop.Unreadable, table.StringOf(it["sk"]))
			}
		}
	}
	return shop, nil
}

// place puts one item of the set-up into the part of the shop where it belongs.
func place(shop *setup.Shop, it table.Item) error {
	kind, _, _ := strings.Cut(table.StringOf(it["sk"]), "#")
	switch kind {
	case "STAFF":
		return table.AppendTo(&shop.Staff, it)
	case "BRANCH":
		return table.AppendTo(&shop.Branches, it)
	case "CALENDAR":
		return table.AppendTo(&shop.Calendars, it)
	case "POLICY":
		return table.AppendTo(&shop.Policies, it)
	case "FORM":
		return table.AppendTo(&shop.Forms, it)
	case "CATEGORY":
		return table.AppendTo(&shop.Categories, it)
	case "COMPANY":
		company, err := table.Decode[struct {
			Name words.Text `json:"name"`
		}](it)
		shop.Name = company.Name
		return err
	}
	return nil
}

// ShopWith is the set-up that has something already written. A set-up that lacks it is read once more, whatever its
// stamp says: an older release writes none. While the set-up does not show it yet, the error is Unavailable.
func (s *Company) ShopWith(ctx context.Context, has func(setup.Shop) bool) (setup.Shop, error) {
	shop, err := s.shopWith(ctx, "", has)
	if err == nil && !has(shop) {
		shop, err = s.ShopNow(ctx)
	}
	if err == nil && !has(shop) {
		err = table.Unavailable(errors.New("the set-up does not have it yet"))
	}
	return shop, err
}

// Form finds a form, and gives the set-up in which it stands. A missing form is NotFound. One that cannot be read is
// Unavailable.
func (s *Company) Form(ctx context.Context, id string) (form.Form, setup.Shop, error) {
	shop, err := s.shopWith(ctx, "FORM#"+id, func(shop setup.Shop) bool { _, ok := shop.Form(id); return ok })
	if err != nil {
		return form.Form{}, shop, err
	}
	f, ok := shop.Form(id)
	if !ok && shop.Unread("form", id) {
		return f, shop, unread()
	}
	if !ok {
		return f, shop, fault.Missing("表单", "form")
	}
	return f, shop, nil
}

// Terms is the set-up with the calendar and policy of a branch. A missing branch is NotFound. A branch that
// lacks a calendar or a policy is Internal.
func (s *Company) Terms(ctx context.Context, branch string) (setup.Shop, setup.Terms, error) {
	shop, err := s.shopWith(ctx, "BRANCH#"+branch, func(shop setup.Shop) bool { _, ok := shop.Branch(branch); return ok })
	if err != nil {
		return shop, setup.Terms{}, err
	}
	terms, err := shop.Terms(branch)
	return shop, terms, err
}

// Latest gives the terms of a branch by the set-up as it is now, for one read of its stamp. Else it is Terms.
type Latest struct{ company *Company }

// Latest is the Company as the steps of processes see it.
func (s *Company) Latest() Latest { return Latest{s} }

// Terms is Company.Terms by the set-up as it is now.
func (l Latest) Terms(ctx context.Context, branch string) (setup.Shop, setup.Terms, error) {
	shop, err := l.company.latest(ctx)
	if err != nil {
		return shop, setup.Terms{}, err
	}
	terms, err := shop.Terms(branch)
	return shop, terms, err
}

// Actor is the staff member that a token's subject belongs to. Roles, branches and leaving date come from the
// staff record, never from the token. A subject without a staff member is Unauthenticated. While a
// staff record cannot be read, it is Unavailable. Each request of staff begins here, with a look at the stamp. So
// whatever follows in it uses a set-up no older than the request.
func (s *Company) Actor(ctx context.Context, subject string) (staff.Actor, error) {
	person, err := s.person(ctx, subject)
	if err != nil {
		return staff.Actor{}, err
	}
	return staff.ActorOf(person), nil
}

// Session is Actor for a session in a browser that began at the time. One that the person has ended since is
// Unauthenticated.
func (s *Company) Session(ctx context.Context, subject string, began time.Time) (staff.Actor, error) {
	person, err := s.person(ctx, subject)
	if err != nil {
		return staff.Actor{}, err
	}
	if !person.KeepsSession(began) {
		return staff.Actor{}, fault.Fail(fault.Unauthenticated, "您已在所有设备上退出登录。请重新登录。",
			"You signed out everywhere. Sign in again.")
	}
	return staff.ActorOf(person), nil
}

// person is who stands behind a subject now.
func (s *Company) person(ctx context.Context, subject string) (staff.Staff, error) {
	shop, err := s.latest(ctx)
	if err != nil {
		return staff.Staff{}, err
	}
	person, ok := shop.Subject(subject, s.table.Now())
	if !ok && slices.ContainsFunc(shop.Unreadable, func(key string) bool { return strings.HasPrefix(key, "STAFF#") }) {
		return staff.Staff{}, unread() // it may be theirs
	}
	if !ok {
		return staff.Staff{}, fault.Fail(fault.Unauthenticated, "此账号没有对应的员工。请联系管理员。",
			"No staff member belongs to this account. Ask your administrator.")
	}
	return person, nil
}

// Establish writes the set-up of a new shop. An item that exists already stays as it is, so it can be run again.
// It fails on a branch, calendar or policy that is at fault.
func (s *Company) Establish(ctx context.Context, shop setup.Shop) error {
	type entry struct {
		kind, id string
		value    any
	}
	entries := []entry{{"COMPANY", "company", map[string]words.Text{"name": shop.Name}}}
	for _, v := range shop.Branches {
		if faults := v.Check(); len(faults) > 0 {
			return fmt.Errorf("branch %s: %s", v.ID, fault.Listed(faults))
		}
		entries = append(entries, entry{"BRANCH", v.ID, v})
	}
	for _, v := range shop.Calendars {
		if faults := v.Check(); len(faults) > 0 {
			return fmt.Errorf("calendar %s: %s", v.ID, fault.Listed(faults))
		}
		entries = append(entries, entry{"CALENDAR", v.ID, v})
	}
	for _, v := range shop.Policies {
		if faults := v.Check(); len(faults) > 0 {
			return fmt.Errorf("policy %s: %s", v.ID, fault.Listed(faults))
		}
		entries = append(entries, entry{"POLICY", v.ID, v})
	}
	for _, v := range shop.Forms {
		entries = append(entries, entry{"FORM", v.ID, v})
	}
	for _, v := range shop.Categories {
		entries = append(entries, entry{"CATEGORY", v.ID, v})
	}
	defer s.shop.forget()
	for _, p := range shop.Staff {
		if err := s.establishStaff(ctx, p); err != nil {
			return err
		}
	}
	for _, e := range entries {
		added, err := s.establishOne(ctx, e.value, table.ShopKey(e.kind, e.id), nil)
		if err == nil && added && e.kind == "COMPANY" {
			err = s.ReleaseNew(ctx)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// errThere says that the record to be established exists already.
var errThere = errors.New("company: it is there already")

// establishOne writes one record of a new shop, and with it what more adds. It reports whether the record was added:
// one that exists already stays as it is.
func (s *Company) establishOne(ctx context.Context, value any, key table.Item,
	more func(*table.Batch)) (added bool, err error) {
	it, err := table.Encode(value, key)
	if err != nil {
		return false, err
	}
	b := table.NewBatch()
	b.Put(s.table.Records, it, table.Absent(), func(table.Item) error { return errThere })
	if more != nil {
		more(b)
	}
	s.putStamp(b)
	err = s.table.Commit(ctx, b, nil)
	if errors.Is(err, errThere) {
		return false, nil
	}
	return err == nil, err
}

// ReleaseNew lets marketing go out of the tables of a new shop: those with no word on it. Any other tables wait for
// their operator's word (package centre).
func (s *Company) ReleaseNew(ctx context.Context) error {
	first, _, _ := gate.Release{}.Set(true, s.table.Names(), staff.Process("establish"), s.table.Now())
	it, err := table.Encode(first, table.MarketingKey())
	if err != nil {
		return err
	}
	_, err = s.table.PutOne(ctx, s.table.Messages, it, table.Absent())
	return err
}
