package main

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"afterpress/functions/intake/file"
	"afterpress/functions/intake/form"
	"afterpress/infra/demo/people"
	"afterpress/infra/demo/premises"
	"afterpress/shared/app"
	"afterpress/shared/app/worklist"
	"afterpress/shared/boot"
	"afterpress/shared/crm/artwork"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"
)

// whatComesInIsAnswered has a customer write, send a file and call, once their enquiry was answered. One task waits
// with all three, on the desk of the lead's owner, whom a mail tells whom to call and what about. A letter from the
// task answers them, and completes it.
func whatComesInIsAnswered(t *testing.T, p *premises.Premises) {
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	if err := p.Store.Establish(ctx, shop(boot.Now(), pace{contact: 3600, overdue: 3600, triage: 3600})); err != nil {
		t.Fatal(err)
	}
	const email = "waits@visitor.example"
	received := said[form.Received](t, ctx, "POST", p.API+"/forms/"+formID, "",
		map[string]string{"name": "Ada Stone", "email": email, "product": "cards"})
	boss, err := p.House.Colleague(manager.Subject, words.En)
	if err != nil {
		t.Fatal(err)
	}
	var l lead.Lead
	place := "/leads/lead" + strings.TrimPrefix(received.Submission, "sub")
	if err := people.Await(ctx, "owner of "+place, func() (bool, error) {
		err := boss.Read(ctx, place, &l)
		return l.State == lead.StateAssigned, err
	}); err != nil {
		t.Fatal(err)
	}
	owner := sales[0]
	if l.Owner != owner.ID {
		owner = sales[1]
	}
	own, err := p.House.Colleague(owner.Subject, words.En)
	if err != nil {
		t.Fatal(err)
	}
	call := map[string]string{"channel": "call", "outcome": customer.OutcomeInterested}
	if err := own.Command(ctx, place+"/contact", call, &l); err != nil {
		t.Fatal(err)
	}

	hook(t, ctx, p, "mail", []byte(strings.Join([]string{"From: " + email, "To: " + replyAddress(t, p, l.ID),
		"Subject: Cards", "Content-Type: text/plain; charset=utf-8", "", "Can you print on cotton paper?"}, "\r\n")))
	var desk table.Page[worklist.DeskLine]
	waits := func() (line worklist.DeskLine, err error) {
		err = own.Read(ctx, "/desk?limit=100", &desk)
		for _, line := range desk.Items {
			if line.Kind == "task" && line.Why != "" && line.Card["customer"] == l.Customer {
				return line, err
			}
		}
		return line, err
	}
	var line worklist.DeskLine
	if err := people.Await(ctx, "the letter on the desk of its owner", func() (found bool, err error) {
		line, err = waits()
		return line.ID != "" && strings.Contains(line.Why, "wrote"), err
	}); err != nil {
		t.Fatalf("%v: %+v", err, desk.Items)
	}
	told, err := p.AwaitMail(ctx, owner.Email, words.Reference(l.ID), "wrote back")
	if err != nil {
		t.Fatal(err)
	}
	for _, needed := range []string{"Ada Stone", email, "Can you print on cotton paper?"} {
		if !strings.Contains(told.Text, needed) {
			t.Errorf("the owner does not read %q:\n%s", needed, told.Text)
		}
	}

	offer := said[app.ArtworkOffer](t, ctx, "POST", p.API+received.Artwork, "",
		map[string]any{"name": "cards.pdf", "bytes": len(storetest.Brochure)})
	if status, answer := storetest.Post(t, offer.Upload, storetest.Brochure); status != http.StatusNoContent {
		t.Fatalf("%d %s", status, answer)
	}
	sent := said[file.ArtworkResult](t, ctx, "POST", p.API+received.Artwork+"/"+offer.ID, "", struct{}{})
	if sent.State != artwork.Attached {
		t.Fatalf("%+v", sent)
	}
	var noted customer.Touch
	called := map[string]any{"channel": "call", "direction": "in", "contact": l.ContactID,
		"outcome": customer.OutcomeCallBack, "summary": "asks for the price"}
	if err := boss.Make(ctx, "/customers/"+l.Customer+"/activities", called, &noted); err != nil {
		t.Fatal(err)
	}
	var waiting task.Task
	if err := own.Read(ctx, "/tasks/"+line.ID, &waiting); err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for _, a := range waiting.Asks {
		kinds = append(kinds, a.Kind)
	}
	if got := strings.Join(kinds, " "); got != "letter file call" || waiting.Owner != owner.ID || waiting.Due.IsZero() {
		t.Errorf("it waits with %q: %+v", got, waiting)
	}
	if line, err = waits(); err != nil || !strings.Contains(line.Why, "called") {
		t.Errorf("the desk says %q, %v", line.Why, err)
	}

	letter := map[string]string{"channel": message.ChannelEmail, "subject": "Your cards on cotton",
		"text": "Yes. We print on cotton, and call you with the price."}
	if err := own.Make(ctx, "/tasks/"+line.ID+"/messages", letter, &noted); err != nil {
		t.Fatal(err)
	}
	if _, err := p.AwaitMail(ctx, email, letter["subject"]); err != nil {
		t.Fatal(err)
	}
	if err := own.Read(ctx, "/tasks/"+line.ID, &waiting); err != nil || waiting.State != task.StateClosed ||
		waiting.AnsweredBy != noted.ID || !waiting.InTime {
		t.Errorf("after the answer: %+v, %v", waiting, err)
	}
	if line, err = waits(); err != nil || line.ID != "" {
		t.Errorf("it still waits: %+v, %v", line, err)
	}
}
