package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"afterpress/infra/demo/people"
	"afterpress/infra/demo/premises"
	"afterpress/infra/local/seed"
	"afterpress/infra/local/stack"
	"afterpress/shared/boot"
	"afterpress/shared/crm/customer"
	"afterpress/shared/kernel/words"

	"go.temporal.io/api/workflowservice/v1"
)

// within bounds how long a test waits for what must happen. It is long: a busy machine is not a fault.
const within = 90 * time.Second

// The shipped binaries, the template and the real engines, from end to end.
func TestTheShop(t *testing.T) {
	p := started(t, nil)
	t.Run("a newcomer pastes the README", func(t *testing.T) { pastesTheReadme(t, p) })
	t.Run("a lead's story", func(t *testing.T) { playStory(t, p) })
	t.Run("a customer at the counter", func(t *testing.T) { atTheCounter(t, p) })
	t.Run("a complaint, settled and reopened", func(t *testing.T) { complained(t, p) })
	t.Run("a lead in the console", func(t *testing.T) { inTheConsole(t, p) })
	t.Run("who left only a phone", func(t *testing.T) { phoneOnly(t, p) })
	t.Run("nobody is told who they are", func(t *testing.T) { tellNobody(t, p) })
	t.Run("a file comes with an enquiry", func(t *testing.T) { fileSent(t, p) })
	t.Run("a form asks questions of its own", func(t *testing.T) { ownQuestions(t, p) })
	t.Run("a form has a prize draw", func(t *testing.T) { prizeDraw(t, p) })
	t.Run("a colleague writes by hand", func(t *testing.T) { writtenByHand(t, p) })
	t.Run("what comes in is answered", func(t *testing.T) { whatComesInIsAnswered(t, p) })
	t.Run("two people ask at night", func(t *testing.T) { atNight(t, p) })
	t.Run("a customer is found by pinyin", func(t *testing.T) { foundByPinyin(t, p) })
	t.Run("a record is found by its reference", func(t *testing.T) { foundByReference(t, p) })
	t.Run("the stream is away for a while", func(t *testing.T) { outage(t, p) })
	t.Run("the rules change", func(t *testing.T) { rulesChange(t, p) })
	t.Run("a second stack runs beside it", func(t *testing.T) { neighbour(t, p) })
}

func started(t *testing.T, parameters map[string]string) *premises.Premises {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	var progress bytes.Buffer
	p, err := premises.Open(ctx, stack.Options{Out: &progress, Parameters: parameters})
	if err != nil {
		t.Fatalf("%v\n%s", err, progress.String())
	}
	t.Cleanup(p.Close)
	return p
}

func playStory(t *testing.T, p *premises.Premises) {
	// The second owner has twenty seconds before the lead would go on again: in that time the owner is told, the manager
	// is told, and the owner has called.
	slow := pace{contact: 4, overdue: 16, triage: 4}
	if err := p.Store.Establish(t.Context(), shop(boot.Now(), slow)); err != nil {
		t.Fatal(err)
	}
	var told bytes.Buffer
	s := story{house: p.House, temporal: p.Temporal, lang: words.Zh, pace: slow, patience: within, out: &told}
	if err := s.play(t.Context()); err != nil {
		t.Fatalf("%v\n%s", err, told.String())
	}
	for _, line := range []string{"收到询价", "线索已分配", "消息已发送", "已联系客户", "signed “澜印印刷演示分店 · 包装与画册”"} {
		if !strings.Contains(told.String(), line) {
			t.Errorf("the story lacks %s:\n%s", line, told.String())
		}
	}
}

func atTheCounter(t *testing.T, p *premises.Premises) {
	for _, lang := range []words.Lang{words.Zh, words.En} {
		var told bytes.Buffer
		c := counter{house: p.House, lang: lang, patience: within, out: &told}
		if err := c.play(t.Context()); err != nil {
			t.Fatalf("%v\n%s", err, told.String())
		}
	}
}

// complained plays the complaint in both languages. What its customer reads at the end is the customer's, and no word
// of it is the shop's own.
func complained(t *testing.T, p *premises.Premises) {
	if err := p.Store.Establish(t.Context(), shop(boot.Now(), brisk)); err != nil {
		t.Fatal(err)
	}
	for lang, text := range map[words.Lang][]string{
		words.Zh: {"您的投诉", "已解决", "按缺陷统计的投诉", "色差"},
		words.En: {"Your complaint", "Settled", "Complaints by defect", "colour deviation"},
	} {
		var told bytes.Buffer
		if err := complaintAt(p, lang, within, &told).play(t.Context()); err != nil {
			t.Fatalf("%v\n%s", err, told.String())
		}
		_, end, _ := strings.Cut(told.String(), words.Text{Zh: "客户看到的页面", En: "What the customer reads"}.In(lang))
		for _, word := range text {
			if !strings.Contains(end, word) {
				t.Errorf("the end in %s lacks %q:\n%s", lang, word, end)
			}
		}
		if strings.Contains(end, worn) {
			t.Errorf("the customer reads what staff wrote for staff:\n%s", end)
		}
	}
}

// phoneOnly posts an enquiry with a number and waits for the SMS to it.
func phoneOnly(t *testing.T, p *premises.Premises) {
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	for lang, text := range map[words.Lang]string{words.Zh: "已收到您的询价", words.En: "We will contact you by"} {
		phone := fmt.Sprintf("86138%08d", time.Now().UnixNano()%1e8)
		page, err := p.House.Open(ctx, seed.Quote, lang)
		if err != nil {
			t.Fatal(err)
		}
		submission, err := p.Send(ctx, page, map[string]string{"name": "陈小姐", "phone": "+" + phone, "product": "cards"})
		if err != nil {
			t.Fatal(err)
		}
		sms, err := p.AwaitMail(ctx, phone+"@sms.example")
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(sms.Text, text) || !strings.HasPrefix(sms.Text, "【澜印印刷】") {
			t.Errorf("for %s the SMS says %q", submission, sms.Text)
		}
	}
}

// foundByPinyin makes a customer at the staff API and finds them by what a colleague would type.
func foundByPinyin(t *testing.T, p *premises.Premises) {
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	sales, err := p.House.Colleague(seed.Subject("sales"), words.Zh)
	if err != nil {
		t.Fatal(err)
	}
	var made customer.Customer
	if err := sales.Make(ctx, "/customers",
		map[string]any{"kind": "company", "name": "重庆长城印务有限公司", "lang": "zh", "source": "walk-in"}, &made); err != nil {
		t.Fatal(err)
	}
	err = people.Await(ctx, "customer called cqcc", func() (bool, error) {
		var page struct{ Items []customer.Card }
		err := sales.Read(ctx, "/customers?q=cqcc", &page)
		return len(page.Items) == 1 && page.Items[0].ID == made.ID, err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// outage posts forms while nothing reads the events, then lets the stream go on, and at last has it begin again
// from the oldest event.
func outage(t *testing.T, p *premises.Premises) {
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	handedOver(t, ctx, p) // the stories before may still begin the follow-up of a lead
	before := flows(t, p)
	p.Stack.StopStream()
	var emails []string
	for n := range 12 {
		emails = append(emails, enquire(t, p.House, fmt.Sprintf("outage-%d", n)))
	}
	for _, email := range emails {
		if mails, err := p.Mails(ctx, email); err != nil || len(mails) > 0 {
			t.Fatalf("while the stream is away: %v, mails %v", err, mails)
		}
	}
	if err := p.Stack.StartStream(ctx); err != nil {
		t.Fatal(err)
	}
	settled(t, p, emails, before+len(emails))

	p.Stack.StopStream()
	forgetCheckpoints(t, p.Stack.Dir)
	if err := p.Stack.StartStream(ctx); err != nil {
		t.Fatal(err)
	}
	// Events come in order, so that the newcomer's mail follows all that is handed over again.
	emails = append(emails, enquire(t, p.House, "newcomer"))
	settled(t, p, emails, before+len(emails))
}

// enquire posts an enquiry as a program does and returns the address from which it comes.
func enquire(t *testing.T, house people.House, name string) string {
	t.Helper()
	email := name + "@visitor.example"
	if _, err := house.Post(t.Context(), seed.Quote,
		map[string]any{"name": name, "email": email, "product": "cards"}); err != nil {
		t.Fatal(err)
	}
	return email
}

func forgetCheckpoints(t *testing.T, dir string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "data", "stream-*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no checkpoints in %s: %v", dir, err)
	}
	for _, f := range files {
		if err := os.Remove(f); err != nil {
			t.Fatal(err)
		}
	}
}

// settled waits until every acknowledgement is there, nothing is pending, and every lead has its one workflow; then no
// message may lie in the inbox twice.
func settled(t *testing.T, p *premises.Premises, emails []string, workflows int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	for _, email := range emails {
		if _, err := p.AwaitMail(ctx, email); err != nil {
			t.Fatal(err)
		}
	}
	handedOver(t, ctx, p)
	if err := people.Await(ctx, "workflow for each lead",
		func() (bool, error) { return flows(t, p) == workflows, nil }); err != nil {
		t.Fatalf("%v: there are %d, want %d", err, flows(t, p), workflows)
	}
	mails, err := p.Mails(ctx, "")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, m := range mails {
		if m.Headers.Key == "" || seen[m.Headers.Key] {
			t.Errorf("%q to %v lies in the inbox twice, or has no key", m.Subject, m.To)
		}
		seen[m.Headers.Key] = true
	}
}

// handedOver waits until every event is with its process.
func handedOver(t *testing.T, ctx context.Context, p *premises.Premises) {
	t.Helper()
	if err := people.Await(ctx, "empty outbox", func() (bool, error) {
		pending, err := p.Store.Pending(ctx, boot.Now().Add(time.Minute), 1)
		return len(pending) == 0, err
	}); err != nil {
		t.Fatal(err)
	}
}

// flows counts the follow-ups of leads that were ever started in this stack. A follow-up opens tasks at times of its
// own, so other kinds are not counted.
func flows(t *testing.T, p *premises.Premises) int {
	t.Helper()
	counted, err := p.Temporal.CountWorkflow(t.Context(),
		&workflowservice.CountWorkflowExecutionsRequest{Namespace: stack.Namespace,
			Query: "WorkflowType = 'FollowUpLead'"})
	if err != nil {
		t.Fatal(err)
	}
	return int(counted.Count)
}

// neighbour is another shop on the same machine, whose mail goes out by the API of SES.
func neighbour(t *testing.T, p *premises.Premises) {
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	other := started(t, map[string]string{"SmtpSecret": "", "SesConfigurationSet": "afterpress"})
	email := enquire(t, other.House, "neighbour")
	if _, err := other.AwaitMail(ctx, email); err != nil {
		t.Fatal(err)
	}
	if mails, err := p.Mails(ctx, email); err != nil || len(mails) > 0 {
		t.Fatalf("the first stack has the second one's mail: %v %v", mails, err)
	}
	if _, err := p.AwaitMail(ctx, enquire(t, p.House, "regular")); err != nil {
		t.Fatal(err)
	}
}
