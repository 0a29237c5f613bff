package main

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"afterpress/infra/demo/people"
	"afterpress/infra/demo/premises"
	"afterpress/infra/local/seed"
	"afterpress/shared/boot"
	"afterpress/shared/crm/crmtest"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/words"
)

// atNight has two people ask within the quiet hours of a branch. The one who left an e-mail is thanked at once. The one
// who left a phone alone gets no SMS at that hour.
func atNight(t *testing.T, p *premises.Premises) {
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	asleep := shop(boot.Now(), pace{contact: 3600, overdue: 3600, triage: 3600})
	clock := func(from time.Duration) string { return boot.Now().Add(from).In(crmtest.CaseZone).Format("15:04") }
	const night = "night" // a branch that nobody has read yet
	asleep.Branches[0].ID, asleep.Branches[0].Policy = night, night
	asleep.Policies[0].ID = night
	asleep.Policies[0].Quiet = message.QuietPolicy{From: clock(-time.Hour), To: clock(time.Hour)}
	asleep.Forms[0].ID, asleep.Forms[0].Branch = night, night
	for i := range asleep.Staff {
		asleep.Staff[i].Branches = []string{branch, night}
	}
	if err := p.Store.Establish(ctx, asleep); err != nil {
		t.Fatal(err)
	}
	phone := fmt.Sprintf("86139%08d", time.Now().UnixNano()%1e8)
	silent, err := p.Post(ctx, night, map[string]any{"name": "夜里", "phone": "+" + phone, "product": "cards"})
	if err != nil {
		t.Fatal(err)
	}
	const email = "at-night@visitor.example"
	if _, err := p.Post(ctx, night, map[string]any{"name": "夜猫", "email": email, "product": "cards"}); err != nil {
		t.Fatal(err)
	}
	if _, err := p.AwaitMail(ctx, email); err != nil {
		t.Fatal(err)
	}
	boss, err := p.House.Colleague(seed.Subject("owner"), words.Zh)
	if err != nil {
		t.Fatal(err)
	}
	if err := people.Await(ctx, "owner of the lead of the night", func() (bool, error) { // the thanks come before
		var l lead.Lead
		err := boss.Read(ctx, "/leads/lead"+strings.TrimPrefix(silent, "sub"), &l)
		return l.State == lead.StateAssigned, err
	}); err != nil {
		t.Fatal(err)
	}
	if sms, err := p.Mails(ctx, phone+"@sms.example"); err != nil || len(sms) > 0 {
		t.Errorf("at night the phone gets %+v, %v", sms, err)
	}
}
