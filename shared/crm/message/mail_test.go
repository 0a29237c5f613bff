package message_test

import (
	"testing"

	"afterpress/shared/crm/message"
)

const lina = "lina@example.com"

// h is a header of pairs of name and value.
func h(pairs ...string) map[string]string {
	out := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		out[pairs[i]] = pairs[i+1]
	}
	return out
}

// Every mail that comes back is a person's words or a machine's. The table is drawn from what mail systems send.
func TestMailKinds(t *testing.T) {
	for _, c := range []struct {
		what string
		mail message.Mail
		want message.MailKind
	}{
		{"an answer", message.Mail{From: lina, Subject: "Re: 我们已收到您的询价"}, message.MailPerson},
		{"an answer without a subject", message.Mail{From: lina}, message.MailPerson},
		{"Auto-Submitted: no", message.Mail{From: lina, Header: h("auto-submitted", "no")}, message.MailPerson},
		{"Auto-Submitted: No, with a comment", message.Mail{From: lina, Header: h("auto-submitted", " No; owner=x")},
			message.MailPerson},
		{"an answer to an automatic reply", message.Mail{From: lina, Subject: "Re: Automatic reply: your enquiry"},
			message.MailPerson},
		{"an answer to 自动回复", message.Mail{From: lina, Subject: "回复：自动回复：您的询价"}, message.MailPerson},
		{"office in the subject", message.Mail{From: lina, Subject: "Cards for our office"}, message.MailPerson},
		{"vacation in the subject", message.Mail{From: lina, Subject: "Posters: we are on vacation from Monday"},
			message.MailPerson},
		{"an unwilling person", message.Mail{From: lina, Subject: "unsubscribe"}, message.MailPerson},
		{"退订", message.Mail{From: lina, Subject: "退订"}, message.MailPerson},
		{"a first-class mail", message.Mail{From: lina, Header: h("precedence", "first-class")}, message.MailPerson},
		{"X-Autoreply: no", message.Mail{From: lina, Header: h("x-autoreply", "no")}, message.MailPerson},
		{"Exchange asks for no automatic answers",
			message.Mail{From: lina, Header: h("x-auto-response-suppress", "OOF, AutoReply")}, message.MailPerson},
		{"returned goods", message.Mail{From: lina, Subject: "Returned mail-order catalogues"}, message.MailPerson},
		{"退信封", message.Mail{From: lina, Subject: "退信封 500 个"}, message.MailPerson},

		// How a letter travelled says nothing of who wrote it.
		{"Precedence: bulk", message.Mail{From: lina, Header: h("precedence", "Bulk")}, message.MailPerson},
		{"Precedence: junk", message.Mail{From: lina, Header: h("precedence", "junk")}, message.MailPerson},
		{"through a list of the buyers", message.Mail{From: lina, Header: h("precedence", "list", "list-id",
			"<einkauf.example.com>", "list-unsubscribe", "<https://example.com/u>")}, message.MailPerson},
		{"passed on by a rule in Exchange", message.Mail{From: lina, Header: h("x-ms-exchange-inbox-rules-loop", lina)},
			message.MailPerson},
		{"a sender that nobody can read", message.Mail{Header: h("from", "李娜")}, message.MailPerson},
		// What a subject begins with is a program's only where a mark ends it.
		{"外出 for outdoor", message.Mail{From: lina, Subject: "外出横幅 300 条"}, message.MailPerson},
		{"休假 in the product", message.Mail{From: lina, Subject: "休假申请单补印"}, message.MailPerson},
		{"自动回复 in the product", message.Mail{From: lina, Subject: "自动回复卡片印 200 张"}, message.MailPerson},
		{"Auto: the product", message.Mail{From: lina, Subject: "Auto: flyers for the garage"}, message.MailPerson},
		{"on vacation, by a person", message.Mail{From: lina, Subject: "On vacation from Friday, please print before"},
			message.MailPerson},
		{"an office", message.Mail{From: lina, Subject: "Out of office supplies: please quote"}, message.MailPerson},
		{"automatic reply cards", message.Mail{From: lina, Subject: "Automatic reply cards, 2,000"}, message.MailPerson},
		{"ooops", message.Mail{From: lina, Subject: "Oooh, the gold looks great"}, message.MailPerson},
		{"a mark of another width", message.Mail{From: lina, Subject: "自动回复：您的询价"}, message.MailAutomatic},
		{"nothing but the words", message.Mail{From: lina, Subject: " 自动回复 "}, message.MailAutomatic},
		{"a dash", message.Mail{From: lina, Subject: "Out of the office - back on Monday"}, message.MailAutomatic},

		{"auto-replied (RFC 3834)", message.Mail{From: lina, Header: h("auto-submitted", "auto-replied")},
			message.MailAutomatic},
		{"auto-generated", message.Mail{From: lina, Header: h("auto-submitted", "auto-generated")}, message.MailAutomatic},
		{"auto-notified with a parameter",
			message.Mail{From: lina, Header: h("auto-submitted", "auto-notified; owner-email=a@b.c")}, message.MailAutomatic},
		{"AUTO-REPLIED", message.Mail{From: lina, Header: h("auto-submitted", "AUTO-REPLIED")}, message.MailAutomatic},
		{"Precedence: auto_reply", message.Mail{From: lina, Header: h("precedence", "auto_reply")}, message.MailAutomatic},
		{"Precedence: auto-reply", message.Mail{From: lina, Header: h("precedence", " Auto-Reply ")}, message.MailAutomatic},
		{"X-Autoreply", message.Mail{From: lina, Header: h("x-autoreply", "yes")}, message.MailAutomatic},
		{"X-Autorespond", message.Mail{From: lina, Header: h("x-autorespond", "away")}, message.MailAutomatic},
		{"X-Autoreply-From", message.Mail{From: lina, Header: h("x-autoreply-from", lina)}, message.MailAutomatic},
		{"X-Mail-Autoreply", message.Mail{From: lina, Header: h("x-mail-autoreply", "1")}, message.MailAutomatic},
		{"an empty return path", message.Mail{From: lina, Header: h("return-path", "<>")}, message.MailAutomatic},
		{"nobody to answer", message.Mail{From: "no-reply@example.com"}, message.MailAutomatic},
		{"a postmaster's word", message.Mail{From: "postmaster@example.com", Subject: "Welcome"}, message.MailAutomatic},
		{"no sender: <>", message.Mail{Header: h("from", "<>")}, message.MailAutomatic},
		{"Outlook", message.Mail{From: lina, Subject: "Automatic reply: 我们已收到您的询价"}, message.MailAutomatic},
		{"Outlook in Chinese", message.Mail{From: lina, Subject: "自动答复: 询价"}, message.MailAutomatic},
		{"QQ", message.Mail{From: "1@qq.com", Subject: "自动回复:我们已收到您的询价"}, message.MailAutomatic},
		{"Gmail", message.Mail{From: lina, Subject: "Out of Office Re: your enquiry"}, message.MailAutomatic},
		{"in brackets", message.Mail{From: lina, Subject: "[Auto-Reply] Thank you"}, message.MailAutomatic},
		{"in Chinese brackets", message.Mail{From: lina, Subject: "【自动回复】谢谢"}, message.MailAutomatic},
		{"German", message.Mail{From: lina, Subject: "Abwesenheitsnotiz: Anfrage"}, message.MailAutomatic},
		{"French", message.Mail{From: lina, Subject: "Réponse automatique : devis"}, message.MailAutomatic},
		{"Japanese", message.Mail{From: lina, Subject: "自動返信: お問い合わせ"}, message.MailAutomatic},
		{"out of office that speaks of unsubscribing",
			message.Mail{From: lina, Subject: "Out of office: unsubscribe", Header: h("auto-submitted", "auto-replied")},
			message.MailAutomatic},
		{"a receipt for reading",
			message.Mail{From: lina, Subject: "Read: your enquiry", Report: "disposition-notification"}, message.MailAutomatic},
		{"delivered, as asked", message.Mail{From: "postmaster@example.com", Report: "delivery-status", Action: "delivered",
			Status: "2.0.0"}, message.MailAutomatic},
		{"relayed", message.Mail{From: "postmaster@example.com", Report: "delivery-status", Action: "relayed",
			Status: "2.0.0"}, message.MailAutomatic},
		{"not spam after all", message.Mail{From: "fbl@example.com", Report: "feedback-report", About: "not-spam"},
			message.MailAutomatic},

		{"no such user", message.Mail{From: "mailer-daemon@example.com", Report: "delivery-status", Action: "failed",
			Status: "5.1.1"}, message.MailBounced},
		{"no such domain", message.Mail{From: "postmaster@example.com", Report: "delivery-status", Action: "Failed",
			Status: "5.4.4"}, message.MailBounced},
		{"refused by policy", message.Mail{From: "", Report: "delivery-status", Action: "failed", Status: "5.7.1"},
			message.MailReturned},
		{"qmail", message.Mail{From: "mailer-daemon@example.com", Subject: "failure notice",
			Notice: "Sorry, no mailbox here by that name. (#5.1.1)"}, message.MailBounced},
		{"Exim", message.Mail{From: "mailer-daemon@example.com",
			Subject: "Mail delivery failed: returning message to sender", Header: h("x-failed-recipients", lina),
			Notice: "after RCPT TO:<" + lina + ">: 550 no such user"}, message.MailBounced},
		{"Exim, after the letter", message.Mail{From: "mailer-daemon@example.com",
			Subject: "Mail delivery failed: returning message to sender", Header: h("x-failed-recipients", lina),
			Notice: "after end of data: 550 no such user"}, message.MailReturned},
		{"a gateway of another name", message.Mail{From: "sysadmin@example.com", Subject: "Undeliverable Message",
			Header: h("return-path", "<>"), Notice: "No valid recipients for this message"}, message.MailBounced},
		{"QQ returns it", message.Mail{From: "postmaster@qq.com", Subject: "来自qq.com的退信", Notice: "收件人邮箱不存在"},
			message.MailBounced},
		{"QQ returns it, and says no more", message.Mail{From: "postmaster@qq.com", Subject: "来自qq.com的退信",
			Notice: "550"}, message.MailReturned},
		{"163 returns it", message.Mail{From: "postmaster@163.com", Subject: "系统退信", Status: "5.1.1"}, message.MailBounced},

		{"a full mailbox", message.Mail{From: "mailer-daemon@example.com", Report: "delivery-status", Action: "failed",
			Status: "5.2.2"}, message.MailReturned},
		{"a full mailbox, without a report", message.Mail{From: "postmaster@qq.com", Subject: "退信",
			Notice: "552 收件人的邮箱空间已满"}, message.MailReturned},
		{"given up", message.Mail{From: "mailer-daemon@example.com", Report: "delivery-status", Action: "failed",
			Status: "4.4.7"}, message.MailReturned},
		{"a warning without fields", message.Mail{From: "mailer-daemon@example.com",
			Subject: "Delivery Status Notification (Delay)", Notice: "It will be retried for 2 days. 550 5.1.1"},
			message.MailDelayed},
		{"a warning", message.Mail{From: "mailer-daemon@example.com", Report: "delivery-status", Action: "delayed",
			Status: "4.4.1"}, message.MailDelayed},
		{"returned, and nobody says why",
			message.Mail{From: "mailer-daemon@example.com", Subject: "Undelivered Mail Returned to Sender"},
			message.MailDelayed},

		{"a complaint (RFC 5965)", message.Mail{From: "fbl@example.com", Report: "feedback-report", About: "abuse"},
			message.MailComplaint},
		{"a failed check of our domain",
			message.Mail{From: "dmarc@example.com", Report: "feedback-report", About: "auth-failure"}, message.MailAutomatic},
		{"a virus", message.Mail{From: "fbl@example.com", Report: "feedback-report", About: "Virus"}, message.MailAutomatic},
		{"fraud", message.Mail{From: "fbl@example.com", Report: "feedback-report", About: "fraud"}, message.MailComplaint},
		{"a complaint without a type", message.Mail{From: "fbl@example.com", Report: "Feedback-Report"},
			message.MailComplaint},
	} {
		if got := c.mail.Kind(); got != c.want {
			t.Errorf("%s: %s, want %s", c.what, got, c.want)
		}
	}
}

// Only what our own receiving host found says that a sender was forged.
func TestFailed(t *testing.T) {
	t.Parallel()
	for field, want := range map[string]bool{
		"": false,
		"mx.reply.shop.example; spf=pass smtp.mailfrom=a@example.com; dmarc=fail header.from=example.com": true,
		"reply.shop.example 1;\r\n DMARC = Fail (p=reject)":                                               true,
		"amazonses.com; dkim=fail; dmarc=fail":                                                            true,
		"mx.reply.shop.example; dmarc=pass":                                                               false,
		"mx.reply.shop.example; spf=fail; dkim=fail":                                                      false,
		"mx.elsewhere.example; dmarc=fail":                                                                false,
		"reply.shop.example.elsewhere.example; dmarc=fail":                                                false,
		"notreply.shop.example; dmarc=fail":                                                               false,
		"mx.reply.shop.example; x=y dmarc=fail":                                                           false,
		"dmarc=fail":                                                                                      false,
	} {
		m := message.Mail{Header: map[string]string{"authentication-results": field}}
		if m.Failed(message.SESHost, "reply.shop.example") != want {
			t.Errorf("%q: %v", field, !want)
		}
	}
}

// A machine's mail that is no answer may bring what a person wrote elsewhere. One that says itself that it answers, or
// reports, does not.
func TestWhatSaysThatItAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		mail message.Mail
		want bool
	}{
		"auto-replied": {message.Mail{From: lina, Header: h("auto-submitted", "Auto-Replied; x=y")}, true},
		"a precedence": {message.Mail{From: lina, Header: h("precedence", "auto_reply")}, true},
		"X-Autoreply":  {message.Mail{From: lina, Header: h("x-autoreply", "yes")}, true},
		"a null path":  {message.Mail{From: lina, Header: h("return-path", "<>")}, true},
		"from nobody":  {message.Mail{Header: h("from", "<>")}, true},
		"a receipt":    {message.Mail{From: lina, Report: "disposition-notification"}, true},
		"a bounce": {message.Mail{From: "mailer-daemon@example.com", Subject: "failure notice",
			Notice: "Sorry, no mailbox here by that name. (#5.1.1)"}, true},

		"a person":              {message.Mail{From: lina, Subject: "Re: 报价"}, false},
		"another site's form":   {message.Mail{From: "noreply@forms.example", Subject: "New enquiry"}, false},
		"auto-generated":        {message.Mail{From: lina, Header: h("auto-submitted", "auto-generated")}, false},
		"auto-notified":         {message.Mail{From: lina, Header: h("auto-submitted", "auto-notified")}, false},
		"X-Autogenerated":       {message.Mail{From: lina, Header: h("x-autogenerated", "yes")}, false},
		"X-Autoreply: no":       {message.Mail{From: lina, Header: h("x-autoreply", "no")}, false},
		"words of a subject":    {message.Mail{From: lina, Subject: "Out of office: who prints for us in August?"}, false},
		"a postmaster who asks": {message.Mail{From: "postmaster@example.com", Subject: "Cards"}, false},
	} {
		if got := c.mail.Replies(); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

func TestWhoGetsTheAnswer(t *testing.T) {
	for name, c := range map[string]struct {
		mail message.Mail
		want string
	}{
		"a person":               {message.Mail{From: lina}, lina},
		"a person's other one":   {message.Mail{From: lina, ReplyTo: "boss@example.com"}, lina},
		"a form":                 {message.Mail{From: "noreply@forms.example", ReplyTo: lina}, lina},
		"a form that names none": {message.Mail{From: "noreply@forms.example"}, "noreply@forms.example"},
		"a form without readers": {message.Mail{From: "noreply@forms.example", ReplyTo: "no-reply@forms.example"},
			"noreply@forms.example"},
	} {
		if got := c.mail.Writer(); got != c.want {
			t.Errorf("%s: %s", name, got)
		}
	}
}
