package company

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
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

// shopLife is how long a process may use the set-up that it read. Roles and leaving dates take effect within
// that time.
const shopLife = 30 * time.Second

// shopCache holds the set-up of the shop in memory. One caller at a time reads it. The others wait, but no
// longer than their own context lasts.
type shopCache struct {
	turn chan struct{} // holds one element while a caller has the turn
	shop setup.Shop
	read time.Time
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

// forget makes the next reader read the set-up again, so that a caller sees its own change.
func (c *shopCache) forget() {
	c.turn <- struct{}{}
	defer c.give()
	c.read = time.Time{}
}

// Shop is the set-up of the shop, at most 30 seconds old.
func (s *Company) Shop(ctx context.Context) (setup.Shop, error) {
	return s.shopSince(ctx, s.table.Now().Add(-shopLife))
}

// shopSince is the set-up as it was read after since.
func (s *Company) shopSince(ctx context.Context, since time.Time) (setup.Shop, error) {
	if err := s.shop.take(ctx); err != nil {
		return setup.Shop{}, err
	}
	defer s.shop.give()
	if s.shop.read.After(since) {
		return s.shop.shop, nil
	}
	now := s.table.Now()
	shop, err := s.readShop(ctx)
	if err == nil {
		s.shop.shop, s.shop.read = shop, now
	}
	return shop, err
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

// shopWith is the set-up that has something. It reads again what the cached set-up lacks, so that a new record
// works at once. That second read is at most a second old.
func (s *Company) shopWith(ctx context.Context, has func(setup.Shop) bool) (setup.Shop, error) {
	shop, err := s.Shop(ctx)
	if err != nil || has(shop) {
		return shop, err
	}
	return s.shopSince(ctx, s.table.Now().Add(-time.Second))
}

// ShopWith is the set-up that has something already written. While the set-up does not show it yet, the error is
// Unavailable.
func (s *Company) ShopWith(ctx context.Context, has func(setup.Shop) bool) (setup.Shop, error) {
	shop, err := s.shopWith(ctx, has)
	if err == nil && !has(shop) {
		err = table.Unavailable(errors.New("the set-up does not have it yet"))
	}
	return shop, err
}

// Form finds a form, and gives the set-up in which it stands. A missing form is NotFound. One that cannot be read is
// Unavailable.
func (s *Company) Form(ctx context.Context, id string) (form.Form, setup.Shop, error) {
	shop, err := s.shopWith(ctx, func(shop setup.Shop) bool { _, ok := shop.Form(id); return ok })
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
	shop, err := s.shopWith(ctx, func(shop setup.Shop) bool { _, ok := shop.Branch(branch); return ok })
	if err != nil {
		return shop, setup.Terms{}, err
	}
	terms, err := shop.Terms(branch)
	return shop, terms, err
}

// Actor is the staff member that a token's subject belongs to. Roles, branches and leaving date come from the
// staff record, never from the token. A subject without a staff member is Unauthenticated. While a
// staff record cannot be read, it is Unavailable.
func (s *Company) Actor(ctx context.Context, subject string) (staff.Actor, error) {
	now := s.table.Now()
	shop, err := s.shopWith(ctx, func(shop setup.Shop) bool { _, ok := shop.Subject(subject, now); return ok })
	if err != nil {
		return staff.Actor{}, err
	}
	person, ok := shop.Subject(subject, now)
	if !ok && slices.ContainsFunc(shop.Unreadable, func(key string) bool { return strings.HasPrefix(key, "STAFF#") }) {
		return staff.Actor{}, unread() // it may be theirs
	}
	if !ok {
		return staff.Actor{}, fault.Fail(fault.Unauthenticated, "此账号没有对应的员工。请联系管理员。",
			"No staff member belongs to this account. Ask whoever runs the system.")
	}
	return staff.ActorOf(person), nil
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
	for _, p := range shop.Staff {
		if err := s.establishStaff(ctx, p); err != nil {
			return err
		}
	}
	for _, e := range entries {
		it, err := table.Encode(e.value, table.ShopKey(e.kind, e.id))
		if err != nil {
			return err
		}
		added, err := s.table.PutOne(ctx, s.table.Records, it, table.Absent())
		if err == nil && added && e.kind == "COMPANY" {
			err = s.ReleaseNew(ctx)
		}
		if err != nil {
			return err
		}
	}
	return nil
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
