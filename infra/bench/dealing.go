package main

import (
	"context"
	"fmt"

	"afterpress/infra/demo/people"
	"afterpress/infra/demo/premises"
	"afterpress/infra/local/seed"
	"afterpress/shared/crm/customer"
	"afterpress/shared/kernel/words"
)

// dealt is how many customers the shop has dealt with for years: their cards are full.
const dealt = 100

// years is what was written down of such a customer: 5 contacts with the first, 20 preferences, 10 touches and 10
// open tasks.
var years = []struct {
	times int
	path  func(c string) string
	body  func(home, n int) map[string]any
}{
	{4, below("contacts"), func(home, n int) map[string]any {
		return map[string]any{"name": "李" + string(others[n]), "roles": []string{"proofs", "receives"}, "lang": "zh",
			"emails": []map[string]any{{"value": fmt.Sprintf("colleague.%d.%d@customer.example", home, n)}}}
	}},
	{20, below("preferences"), func(_, n int) map[string]any {
		return map[string]any{"kind": customer.PreferenceKinds[n%10], "value": fmt.Sprintf("只用第 %d 种，每次开机前先看样张", n+1),
			"requirement": n%4 == 0, "source": "staff"}
	}},
	{10, below("activities"), func(_, n int) map[string]any {
		return map[string]any{"channel": "call", "direction": "in", "summary": fmt.Sprintf("第 %d 次来电，问交货时间", n+1)}
	}},
	{10, func(string) string { return "/tasks" }, func(home, n int) map[string]any {
		return map[string]any{"title": fmt.Sprintf("寄第 %d 份纸样", n+1), "owner": sales(home),
			"customer": customerID(int64(home) + 1)}
	}},
}

func below(what string) func(string) string {
	return func(c string) string { return "/customers/" + c + "/" + what }
}

// deals writes all that down, through the door and as the manager.
func deals(ctx context.Context, p *premises.Premises) error {
	manager, err := p.Colleague(seed.Subject("manager"), words.Zh)
	if err != nil {
		return err
	}
	_, err = drive(ctx, driving{Clients: busy, Posts: dealt, Limit: patient},
		func(ctx context.Context, home int) error { return deal(ctx, manager, home) })
	return err
}

func deal(ctx context.Context, manager people.Colleague, home int) error {
	for _, kind := range years {
		for n := range kind.times {
			var made any
			if err := manager.Make(ctx, kind.path(customerID(int64(home)+1)), kind.body(home, n), &made); err != nil {
				return err
			}
		}
	}
	return nil
}
