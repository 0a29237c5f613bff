package hook_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"afterpress/functions/intake/hook"
	"afterpress/infra/local/seed"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/centre"
	"afterpress/shared/store/work"
)

// mailed is a complaint of which its customer has a mail. It comes with the address for answers to it, and with the
// header of such an answer.
func mailed(t testing.TB, d *door) (c complaint.Complaint, m message.Message, address, from string) {
	t.Helper()
	c = d.opened(t)
	m, err := d.ClaimMessage(t.Context(),
		message.Message{Person: c.Contact, Customer: c.Customer, About: "complaint/" + c.ID + "/1", Step: "acknowledge",
			Channel:  message.ChannelEmail,
			Template: "complaint-acknowledged", Lang: words.Zh, Branch: c.Branch, Owner: seed.StaffID(6)},
		message.PurposeService)
	if err == nil {
		err = d.SettleMessage(t.Context(), m, message.StateSent, m.Tag()+"@shop.example", "")
	}
	if err != nil {
		t.Fatal(err)
	}
	contact, err := d.Contact(t.Context(), c.Contact)
	if err != nil {
		t.Fatal(err)
	}
	return c, m, d.Server.Frontdesk.Replies.For(c.ID, "reply.shop.example"), "From: " + contact.Emails[0].Value
}

func (d *door) heard(t testing.TB, c string) []customer.Touch {
	t.Helper()
	page, err := d.Touches(t.Context(),
		centre.TouchQuery{Customer: c, Reader: staff.Process("test"), Channel: customer.TouchMail, Paging: storePage})
	if err != nil {
		t.Fatal(err)
	}
	return page.Items
}

func TestAPersonsMailLandsInTheirComplaint(t *testing.T) {
	d := hooked(t)
	c, m, address, from := mailed(t, d)
	for i, mail := range []string{
		letter("by address\r\n", from, "To: "+strings.ToUpper(address), "Subject: Re: 投诉"),
		letter("by message", from, "To: hello@shop.example", "In-Reply-To: <"+m.Tag()+"@shop.example>"),
		letter("--b\r\nContent-Type: text/plain\r\n\r\nsee photo\r\n--b\r\nContent-Type: image/jpeg\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA\r\n--b--\r\n",
			from, "To: "+address, "Content-Type: multipart/mixed; boundary=b"),
		letter(strings.Repeat("长", 5000)+"\r\n"+strings.Repeat("> 短\r\n", 5000)+"不接受", from,
			"To: "+address,
			"Content-Type: text/plain; charset=utf-8"),
		letter("", from, "To: "+address, "Subject: =?utf-8?B?5oiR5o6l5Y+X6YeN5Y2w?="), // 我接受重印
		letter("\u200b\r\n", from, "To: "+address, "Content-Type: text/plain; charset=utf-8"),
		letter("--b\r\nContent-Type: application/pdf; name=\"=?gbk?B?1qTD9y5wZGY=?=\"\r\n"+
			"Content-Disposition: inline\r\n\r\n%PDF-1.4\r\n--b--\r\n",
			from, "To: "+address, "Subject: Re: x", "Content-Type: multipart/mixed; boundary=b"),
	} {
		for range 2 {
			taken(t, d.called(t, hook.SourceMail, fmt.Sprint("mail_", i), mail))
		}
	}
	said := d.replies(t, c.ID)
	if len(said) != 7 || said[6].Text != "by address" || said[5].Text != "by message" ||
		!strings.HasPrefix(string(said[4].Text), "see photo") || !strings.Contains(string(said[4].Text), "1 个附件未保存") ||
		!strings.HasSuffix(string(said[3].Text), "> […]\n不接受") ||
		!strings.HasPrefix(string(said[3].Text), strings.Repeat("长", 5000)+"\n> 短") || said[3].By != staff.Visitor.ID ||
		said[2].Text != "我接受重印" || said[1].Text != "[空白邮件 · An empty mail]" ||
		!strings.HasPrefix(string(said[0].Text), "Re: x\n\n[1 个附件未保存") ||
		!strings.HasSuffix(string(said[0].Text), "]\n证明.pdf") {
		t.Fatalf("%+v", said)
	}
	after, err := d.Complaint(t.Context(), c.ID)
	if err != nil || after.Replies != 7 || after.State != c.State || len(d.heard(t, c.Customer)) != 0 {
		t.Errorf("%+v %v", after, err)
	}
}

func TestAMachinesMailMovesNoComplaint(t *testing.T) {
	d := hooked(t)
	c, m, address, from := mailed(t, d)
	for i, line := range []string{"Auto-Submitted: auto-replied", "Subject: =?utf-8?B?6Ieq5Yqo5Zue5aSN?=",
		"Precedence: auto_reply"} {
		taken(t, d.called(t, hook.SourceMail, fmt.Sprint("mail_", i),
			letter("I am away.", from, "To: "+address, "References: <"+m.Tag()+"@shop.example>", line)))
	}
	after, err := d.Complaint(t.Context(), c.ID)
	if err != nil || after.Version != c.Version || len(d.replies(t, c.ID)) != 0 {
		t.Errorf("%+v %v", after, err)
	}
	heard := d.heard(t, c.Customer)
	for _, touch := range heard {
		if touch.Kind != message.MailAutomatic || touch.Contact != c.Contact || touch.Branch != c.Branch {
			t.Errorf("%+v", touch)
		}
	}
	if len(heard) != 3 {
		t.Errorf("%d kept", len(heard))
	}
}

func TestAMailAfterTheEndIsKept(t *testing.T) {
	d := hooked(t)
	c, _, address, from := mailed(t, d)
	if _, err := d.ChangeComplaint(t.Context(), c.ID,
		func(c complaint.Complaint) (complaint.Complaint, event.Event, error) {
			terms, err := d.Shop.Terms(c.Branch)
			if err != nil {
				return c, event.Event{}, err
			}
			return c.Withdraw(staff.Visitor, "", terms.Complaint(), d.Clock.Now())
		}); err != nil {
		t.Fatal(err)
	}
	taken(t, d.called(t, hook.SourceMail, "mail_1", letter("It came back.", from, "To: "+address)))
	if said := d.replies(t, c.ID); len(said) != 1 || said[0].Text != "It came back." {
		t.Errorf("%+v", said)
	}
}

func TestMailThatAnswersNoComplaintIsKeptForAPerson(t *testing.T) {
	d := hooked(t)
	gone := d.Server.Frontdesk.Replies.For("cmp_019b0000-1234-7abc-8def-0123456789ab", "reply.shop.example")
	taken(t, d.called(t, hook.SourceMail, "mail_1", letter("Hello?", "From: lina@example.com", "To: "+gone)))
	taken(t, d.called(t, hook.SourceMail, "mail_auto",
		letter("I am away.", "From: lina@example.com", "To: "+gone, "Auto-Submitted: auto-replied")))
	if kept := d.quarantined(t); len(kept) != 1 || kept[0].Difficulty != form.Unplaced {
		t.Errorf("%+v", kept)
	}
}

func TestAMailAboutAQuestionStandsUnderItsCustomer(t *testing.T) {
	d := hooked(t)
	c := d.opened(t)
	h := d.question(t, c.Customer, c.Contact)
	m, err := d.ClaimMessage(t.Context(),
		message.Message{Person: c.Contact, Customer: c.Customer, About: "hold/" + h.ID + "/1", Step: "ask",
			Channel:  message.ChannelEmail,
			Template: "hold-asked", Lang: words.Zh, Branch: h.Branch, Owner: seed.StaffID(8)}, message.PurposeService)
	if err == nil {
		err = d.SettleMessage(t.Context(), m, message.StateSent, m.Tag()+"@shop.example", "")
	}
	if err != nil {
		t.Fatal(err)
	}
	contact, err := d.Contact(t.Context(), c.Contact)
	if err != nil {
		t.Fatal(err)
	}
	from := "From: " + contact.Emails[0].Value
	taken(t, d.called(t, hook.SourceMail, "mail_1",
		letter("Stop, please.", from, "To: hello@shop.example", "In-Reply-To: <"+m.Tag()+
			"@shop.example>")))
	if heard := d.heard(t, c.Customer); len(heard) != 1 || heard[0].Text != "Stop, please." ||
		heard[0].Via == "" {
		t.Errorf("%+v", heard)
	}
	if read, err := d.Hold(t.Context(), h.ID); err != nil || read.Answer != nil {
		t.Errorf("a mail answers no question by itself: %+v %v", read, err)
	}
	tasks, err := d.Tasks(t.Context(), work.TaskQuery{Owner: h.Owner, Own: true, Paging: storePage})
	if err != nil || len(tasks.Items) != 1 || !strings.Contains(tasks.Items[0].Title, words.Reference(h.ID)) {
		t.Errorf("%+v %v", tasks.Items, err)
	}
	taken(t, d.called(t, hook.SourceMail, "mail_2",
		letter("I am away.", from, "To: hello@shop.example", "Auto-Submitted: auto-replied",
			"In-Reply-To: <"+m.Tag()+"@shop.example>")))
	if tasks, err = d.Tasks(t.Context(), work.TaskQuery{Owner: h.Owner, Own: true, Paging: storePage}); err != nil ||
		len(tasks.Items) != 1 {
		t.Errorf("a machine's answer makes no task: %+v %v", tasks.Items, err)
	}
}

// A stranger's letter, and one that our receiving host found forged, stand under the customer as such. They move
// nothing, and somebody has to find out whose they are.
func TestALetterOfDoubtfulSenderMovesNothing(t *testing.T) {
	d := hooked(t)
	c, m, address, from := mailed(t, d)
	led, _, leadAddress := written(t, d)
	h := d.question(t, c.Customer, c.Contact)
	// the domain of a shop that had another one before: its signed address alone proves it
	askedAt := d.Server.Frontdesk.Replies.For(h.ID, "answers.shop.example")
	for i, mail := range []string{
		letter("I accept.", "From: mallory@elsewhere.example", "To: "+address),
		letter("I accept.", from, "To: "+address,
			"Authentication-Results: mx.reply.shop.example; spf=none; dmarc=fail (p=NONE) header.from=example.com"),
		letter("I accept.", "From: 李娜", "References: <"+m.Tag()+"@shop.example>"),
		letter("I accept.", from, "In-Reply-To: <"+m.Tag()+"@shop.example>",
			"Authentication-Results: mx.reply.shop.example; dmarc=fail header.from=example.com"),
		letter("I accept.", from, "From: mallory@elsewhere.example", "To: "+address,
			"Authentication-Results: mx.reply.shop.example; dmarc=pass header.from=elsewhere.example"),
		letter("I accept.", "From: mallory@elsewhere.example <"+from[len("From: "):]+">", "To: "+address,
			"Authentication-Results: mx.reply.shop.example; dmarc=pass header.from=elsewhere.example"),
		letter("Go on.", from, "To: "+askedAt,
			"Authentication-Results: mx.answers.shop.example; dmarc=fail header.from=example.com"),
		letter("Cheaper, please.", "From: mallory@elsewhere.example", "To: "+leadAddress),
	} {
		for range 2 {
			taken(t, d.called(t, hook.SourceMail, fmt.Sprint("mail_", i), mail))
		}
	}
	after, err := d.Complaint(t.Context(), c.ID)
	if err != nil || after.Version != c.Version || len(d.replies(t, c.ID)) != 0 {
		t.Errorf("%+v %v", after, err)
	}
	doubts := []string{customer.SenderStranger, customer.SenderFailed, customer.SenderStranger, customer.SenderFailed,
		customer.SenderFailed, customer.SenderFailed}
	heard := d.heard(t, c.Customer)
	if len(heard) == 0 || heard[0].About != h.ID || heard[0].Sender != customer.SenderFailed || heard[0].Next == nil {
		t.Fatalf("about the question: %+v", heard)
	}
	heard = heard[1:]
	if len(heard) != len(doubts) {
		t.Fatalf("%+v", heard)
	}
	for i, touch := range heard {
		if touch.Sender != doubts[len(doubts)-1-i] || touch.Kind != message.MailPerson || touch.About != c.ID ||
			touch.Text != "I accept." || touch.Next == nil || touch.Next.Task == "" {
			t.Errorf("%d: %+v", i, touch)
		}
	}
	read, err := d.Lead(t.Context(), led.ID)
	got := d.touches(t, led.ID)
	if err != nil || read.Version != led.Version || len(got) != 1 || got[0].Sender != customer.SenderStranger ||
		got[0].Next == nil {
		t.Errorf("%+v %v, %+v", read, err, got)
	}
	tasks, err := d.Tasks(t.Context(), work.TaskQuery{Owner: heard[0].Next.Owner, Own: true, Paging: storePage})
	if err != nil || !slices.ContainsFunc(tasks.Items, func(of task.Card) bool {
		return strings.Contains(of.Title, words.Reference(c.ID))
	}) {
		t.Errorf("%+v %v", tasks.Items, err)
	}
	taken(t, d.called(t, hook.SourceMail, "mail_ok", letter("It is me.", from, "To: "+address,
		"Authentication-Results: mx.elsewhere.example; dmarc=fail", "Authentication-Results: amazonses.com; dmarc=fail")))
	if said := d.replies(t, c.ID); len(said) != 1 {
		t.Errorf("what others say of a sender counts: %+v", said)
	}
}
