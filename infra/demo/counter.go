package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"time"

	"afterpress/infra/demo/people"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/overview"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/words"
)

// counter is what happens when a customer whom the shop knows stands at the counter.
type counter struct {
	house    people.House
	lang     words.Lang
	patience time.Duration // how late a step may be
	out      io.Writer

	clerk, next people.Colleague // who stands there, and who does the rest
	customer    customer.Customer
	task        task.Task
	began       time.Time
}

func (c *counter) steps() []step {
	return []step{
		{"last week: the customer was entered", 0, c.entered},
		{"today the customer walks in, and is found by pinyin", 0, c.found},
		{"the colleague at the counter reads the card", 0, c.read},
		{"the customer states a requirement: it is added", 0, c.required},
		{"it stands on the card at once", 0, c.stands},
		{"a task comes of it", 0, c.opened},
		{"the task is handed on", 0, c.handedOn},
		{"the next person has it on the desk, and the giver keeps seeing it", 0, c.both},
	}
}

// play plays the counter and ends at the first step that does not happen in its time.
func (c *counter) play(ctx context.Context) error {
	var err error
	if c.clerk, err = c.house.Colleague(sales[0].Subject, c.lang); err != nil {
		return err
	}
	if c.next, err = c.house.Colleague(sales[1].Subject, c.lang); err != nil {
		return err
	}
	fmt.Fprintln(c.out, words.Text{Zh: "\n柜台", En: "\nAt the counter"}.In(c.lang))
	c.began = time.Now()
	for _, step := range c.steps() {
		until, cancel := context.WithTimeout(ctx, c.patience)
		seen, err := step.do(until)
		cancel()
		if err != nil {
			return fmt.Errorf("%s: this did not happen within %.1f s: %w", step.name, c.patience.Seconds(), err)
		}
		fmt.Fprintf(c.out, "%8.3f s  %s\n            %s\n", time.Since(c.began).Seconds(), step.name, seen)
	}
	return nil
}

func (c *counter) entered(ctx context.Context) (string, error) {
	in := map[string]any{
		"kind": "company", "name": "宏达茶业有限公司", "lang": "zh", "source": "walk-in", "owner": sales[0].ID,
		"contact": map[string]any{"name": "王芳", "roles": []string{"buys"},
			"phones": []map[string]any{{"value": fmt.Sprintf("138%08d", time.Now().UnixNano()%1e8)}}},
	}
	err := c.clerk.Make(ctx, "/customers", in, &c.customer)
	return fmt.Sprintf("%s, %s", c.customer.Name, c.customer.ID), err
}

func (c *counter) found(ctx context.Context) (string, error) {
	const typed = "hongda"
	path := "/customers?" + url.Values{"q": {typed}, "owner": {"me"}, "limit": {"100"}}.Encode()
	err := people.Await(ctx, "customer called "+typed, func() (bool, error) {
		var page struct{ Items []customer.Card }
		err := c.clerk.Read(ctx, path, &page)
		return slices.ContainsFunc(page.Items, func(card customer.Card) bool { return card.ID == c.customer.ID }), err
	})
	return fmt.Sprintf("“%s” finds %s", typed, c.customer.Name), err
}

// card is all that matters of the customer.
func (c *counter) card(ctx context.Context) (overview.Overview, error) {
	var o overview.Overview
	return o, c.clerk.Read(ctx, "/customers/"+c.customer.ID+"/360", &o)
}

func (c *counter) read(ctx context.Context) (string, error) {
	o, err := c.card(ctx)
	if err == nil && (len(o.Contacts) != 1 || o.Owner == nil) {
		err = errors.New("the card lacks its contact or its owner")
	}
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s is the contact, %s the owner; open items: %d", o.Contacts[0].Name, o.Owner.Name, len(o.Open)),
		nil
}

func (c *counter) required(ctx context.Context) (string, error) {
	in := map[string]any{"kind": "paper", "value": "只用 FSC 认证的 300 g 白卡纸", "requirement": true, "source": "staff"}
	var made customer.Preference
	err := c.clerk.Make(ctx, "/customers/"+c.customer.ID+"/preferences", in, &made)
	return made.Value, err
}

func (c *counter) stands(ctx context.Context) (string, error) {
	o, err := c.card(ctx)
	if err != nil {
		return "", err
	}
	if len(o.Preferences) != 1 || !o.Preferences[0].Requirement {
		return "", fmt.Errorf("the card shows %d requirements", len(o.Preferences))
	}
	return o.Preferences[0].KindText + ": " + o.Preferences[0].Value, nil
}

func (c *counter) opened(ctx context.Context) (string, error) {
	in := map[string]any{"title": "寄纸样给王芳", "customer": c.customer.ID, "checklist": []string{"选纸", "裁样", "寄出"}}
	err := c.clerk.Make(ctx, "/tasks", in, &c.task)
	return fmt.Sprintf("“%s”, due %s", c.task.Title, c.task.Due.Format("2006-01-02 15:04Z")), err
}

func (c *counter) handedOn(ctx context.Context) (string, error) {
	in := map[string]any{"owner": sales[1].ID, "reason": "我今天在柜台，请你裁样寄出。"}
	err := c.clerk.Command(ctx, "/tasks/"+c.task.ID+"/hand-on", in, &c.task)
	if err == nil && c.task.Owner != sales[1].ID {
		err = errors.New("the task stayed where it was")
	}
	return fmt.Sprintf("from %s to %s", sales[0].Name, sales[1].Name), err
}

// both waits until the task is on the desk of its owner, and among those that the other colleague watches.
func (c *counter) both(ctx context.Context) (string, error) {
	for _, look := range []struct {
		who  people.Colleague
		path string
	}{{c.next, "/desk?limit=100"}, {c.clerk, "/tasks?watching=true&limit=100"}} {
		err := people.Await(ctx, "task in "+look.path, func() (bool, error) {
			var page struct{ Items []struct{ ID string } }
			err := look.who.Read(ctx, look.path, &page)
			return slices.ContainsFunc(page.Items, func(t struct{ ID string }) bool { return t.ID == c.task.ID }), err
		})
		if err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("%s has it, %s watches it", sales[1].Name, sales[0].Name), nil
}
