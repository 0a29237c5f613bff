package main

import (
	"context"
	"strings"
	"testing"

	"afterpress/infra/demo/people"
	"afterpress/infra/demo/premises"
	"afterpress/shared/boot"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/words"
)

// writtenByHand has a colleague write to the person of a lead. The person reads the letter once, signed with the shop's
// words, and answers it. The answer stands at the lead, and the owner of the lead is told.
func writtenByHand(t *testing.T, p *premises.Premises) {
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	if err := p.Store.Establish(ctx, shop(boot.Now(), pace{contact: 3600, overdue: 3600, triage: 3600})); err != nil {
		t.Fatal(err)
	}
	const email = "by-hand@visitor.example"
	submission, err := p.Post(ctx, formID, map[string]any{"name": "周兰", "email": email, "product": "cards"})
	if err != nil {
		t.Fatal(err)
	}
	boss, err := p.House.Colleague(manager.Subject, words.Zh)
	if err != nil {
		t.Fatal(err)
	}
	var l lead.Lead
	place := "/leads/lead" + strings.TrimPrefix(submission, "sub")
	owned := func() (bool, error) {
		err := boss.Read(ctx, place, &l)
		return l.State == lead.StateAssigned, err
	}
	if err := people.Await(ctx, "owner of "+place, owned); err != nil {
		t.Fatal(err)
	}
	letter := map[string]string{"channel": message.ChannelEmail, "subject": "您的名片样张", "text": "样张今天寄出，请查收。"}
	var sent, again customer.Touch
	for _, got := range []*customer.Touch{&sent, &again} { // a double click
		if err := boss.Make(ctx, place+"/messages", letter, got); err != nil {
			t.Fatal(err)
		}
	}
	read, err := p.AwaitMail(ctx, email, letter["subject"])
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{letter["text"], "澜印印刷演示分店 · 包装与画册", "021 5080 1189"} {
		if !strings.Contains(read.Text, line) {
			t.Errorf("the letter lacks %q:\n%s", line, read.Text)
		}
	}
	if err := boss.Read(ctx, place, &l); err != nil || l.State != lead.StateContacted || again.ID != sent.ID {
		t.Errorf("%s, %v; sent %s and %s", l.State, err, sent.ID, again.ID)
	}
	hook(t, ctx, p, "mail", []byte(strings.Join([]string{"From: " + email, "To: " + replyAddress(t, p, l.ID),
		"Subject: Re", "Content-Type: text/plain; charset=utf-8", "", "收到，谢谢。请再加印两百张。"}, "\r\n")))
	var said struct{ Items []customer.Touch }
	if err := people.Await(ctx, "answer at "+place, func() (bool, error) {
		err := boss.Read(ctx, place+"/touches", &said)
		return len(said.Items) > 0 && strings.Contains(said.Items[0].Text, "请再加印两百张"), err
	}); err != nil {
		t.Fatal(err)
	}
	owner := sales[0]
	if l.Owner != owner.ID {
		owner = sales[1]
	}
	told, err := p.AwaitMail(ctx, owner.Email, words.Reference(l.ID), "wrote back")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(told.Text, "请再加印两百张") {
		t.Errorf("the owner reads:\n%s", told.Text)
	}
	mails, err := p.Mails(ctx, email)
	letters := 0
	for _, m := range mails {
		if m.Subject == letter["subject"] {
			letters++
		}
	}
	if err != nil || letters != 1 {
		t.Errorf("%d letters, %v", letters, err)
	}
}
