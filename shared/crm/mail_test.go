package crm_test

import (
	"testing"

	"afterpress/shared/crm"
)

// Every mail that comes back is a person's words or a machine's. The table is drawn from what mail systems send.
func TestMailKinds(t *testing.T) {
	h := func(pairs ...string) map[string]string {
		out := map[string]string{}
		for i := 0; i < len(pairs); i += 2 {
			out[pairs[i]] = pairs[i+1]
		}
		return out
	}
	const lina = "lina@example.com"
	for _, c := range []struct {
		what string
		mail crm.Mail
		want crm.MailKind
	}{
		{"an answer", crm.Mail{From: lina, Subject: "Re: 我们已收到您的询价"}, crm.MailPerson},
		{"an answer without a subject", crm.Mail{From: lina}, crm.MailPerson},
		{"Auto-Submitted: no", crm.Mail{From: lina, Header: h("auto-submitted", "no")}, crm.MailPerson},
		{"Auto-Submitted: No, with a comment", crm.Mail{From: lina, Header: h("auto-submitted", " No; owner=x")}, crm.MailPerson},
		{"an answer to an automatic reply", crm.Mail{From: lina, Subject: "Re: Automatic reply: your enquiry"}, crm.MailPerson},
		{"an answer to 自动回复", crm.Mail{From: lina, Subject: "回复：自动回复：您的询价"}, crm.MailPerson},
		{"office in the subject", crm.Mail{From: lina, Subject: "Cards for our office"}, crm.MailPerson},
		{"vacation in the subject", crm.Mail{From: lina, Subject: "Posters: we are on vacation from Monday"}, crm.MailPerson},
		{"an unwilling person", crm.Mail{From: lina, Subject: "unsubscribe"}, crm.MailPerson},
		{"退订", crm.Mail{From: lina, Subject: "退订"}, crm.MailPerson},
		{"a first-class mail", crm.Mail{From: lina, Header: h("precedence", "first-class")}, crm.MailPerson},
		{"X-Autoreply: no", crm.Mail{From: lina, Header: h("x-autoreply", "no")}, crm.MailPerson},
		{"Exchange asks for no automatic answers", crm.Mail{From: lina, Header: h("x-auto-response-suppress", "OOF, AutoReply")}, crm.MailPerson},
		{"returned goods", crm.Mail{From: lina, Subject: "Returned mail-order catalogues"}, crm.MailPerson},
		{"退信封", crm.Mail{From: lina, Subject: "退信封 500 个"}, crm.MailPerson},

		{"auto-replied (RFC 3834)", crm.Mail{From: lina, Header: h("auto-submitted", "auto-replied")}, crm.MailAutomatic},
		{"auto-generated", crm.Mail{From: lina, Header: h("auto-submitted", "auto-generated")}, crm.MailAutomatic},
		{"auto-notified with a parameter", crm.Mail{From: lina, Header: h("auto-submitted", "auto-notified; owner-email=a@b.c")}, crm.MailAutomatic},
		{"AUTO-REPLIED", crm.Mail{From: lina, Header: h("auto-submitted", "AUTO-REPLIED")}, crm.MailAutomatic},
		{"Precedence: auto_reply", crm.Mail{From: lina, Header: h("precedence", "auto_reply")}, crm.MailAutomatic},
		{"Precedence: bulk", crm.Mail{From: lina, Header: h("precedence", "Bulk")}, crm.MailAutomatic},
		{"Precedence: junk", crm.Mail{From: lina, Header: h("precedence", "junk")}, crm.MailAutomatic},
		{"Precedence: list", crm.Mail{From: lina, Header: h("precedence", "list")}, crm.MailAutomatic},
		{"X-Autoreply", crm.Mail{From: lina, Header: h("x-autoreply", "yes")}, crm.MailAutomatic},
		{"X-Autorespond", crm.Mail{From: lina, Header: h("x-autorespond", "away")}, crm.MailAutomatic},
		{"X-Autoreply-From", crm.Mail{From: lina, Header: h("x-autoreply-from", lina)}, crm.MailAutomatic},
		{"X-Mail-Autoreply", crm.Mail{From: lina, Header: h("x-mail-autoreply", "1")}, crm.MailAutomatic},
		{"a rule in Exchange", crm.Mail{From: lina, Header: h("x-ms-exchange-inbox-rules-loop", lina)}, crm.MailAutomatic},
		{"a mailing list", crm.Mail{From: lina, Header: h("list-id", "<news.example.com>")}, crm.MailAutomatic},
		{"a newsletter", crm.Mail{From: lina, Header: h("list-unsubscribe", "<https://example.com/u>")}, crm.MailAutomatic},
		{"an empty return path", crm.Mail{From: lina, Header: h("return-path", "<>")}, crm.MailAutomatic},
		{"nobody to answer", crm.Mail{From: "no-reply@example.com"}, crm.MailAutomatic},
		{"a postmaster's word", crm.Mail{From: "postmaster@example.com", Subject: "Welcome"}, crm.MailAutomatic},
		{"no sender at all", crm.Mail{}, crm.MailAutomatic},
		{"Outlook", crm.Mail{From: lina, Subject: "Automatic reply: 我们已收到您的询价"}, crm.MailAutomatic},
		{"Outlook in Chinese", crm.Mail{From: lina, Subject: "自动答复: 询价"}, crm.MailAutomatic},
		{"QQ", crm.Mail{From: "1@qq.com", Subject: "自动回复:我们已收到您的询价"}, crm.MailAutomatic},
		{"Gmail", crm.Mail{From: lina, Subject: "Out of Office Re: your enquiry"}, crm.MailAutomatic},
		{"in brackets", crm.Mail{From: lina, Subject: "[Auto-Reply] Thank you"}, crm.MailAutomatic},
		{"in Chinese brackets", crm.Mail{From: lina, Subject: "【自动回复】谢谢"}, crm.MailAutomatic},
		{"German", crm.Mail{From: lina, Subject: "Abwesenheitsnotiz: Anfrage"}, crm.MailAutomatic},
		{"French", crm.Mail{From: lina, Subject: "Réponse automatique : devis"}, crm.MailAutomatic},
		{"Japanese", crm.Mail{From: lina, Subject: "自動返信: お問い合わせ"}, crm.MailAutomatic},
		{"out of office that speaks of unsubscribing", crm.Mail{From: lina, Subject: "Out of office: unsubscribe", Header: h("auto-submitted", "auto-replied")}, crm.MailAutomatic},
		{"a receipt for reading", crm.Mail{From: lina, Subject: "Read: your enquiry", Report: "disposition-notification"}, crm.MailAutomatic},
		{"delivered, as asked", crm.Mail{From: "postmaster@example.com", Report: "delivery-status", Action: "delivered", Status: "2.0.0"}, crm.MailAutomatic},
		{"relayed", crm.Mail{From: "postmaster@example.com", Report: "delivery-status", Action: "relayed", Status: "2.0.0"}, crm.MailAutomatic},
		{"not spam after all", crm.Mail{From: "fbl@example.com", Report: "feedback-report", About: "not-spam"}, crm.MailAutomatic},

		{"no such user", crm.Mail{From: "mailer-daemon@example.com", Report: "delivery-status", Action: "failed", Status: "5.1.1"}, crm.MailBounced},
		{"no such domain", crm.Mail{From: "postmaster@example.com", Report: "delivery-status", Action: "Failed", Status: "5.4.4"}, crm.MailBounced},
		{"refused by policy", crm.Mail{From: "", Report: "delivery-status", Action: "failed", Status: "5.7.1"}, crm.MailBounced},
		{"qmail", crm.Mail{From: "mailer-daemon@example.com", Subject: "failure notice", Status: "550"}, crm.MailBounced},
		{"Exim", crm.Mail{From: "mailer-daemon@example.com", Subject: "Mail delivery failed: returning message to sender", Header: h("x-failed-recipients", lina), Status: "550"}, crm.MailBounced},
		{"QQ returns it", crm.Mail{From: "postmaster@qq.com", Subject: "来自qq.com的退信", Status: "550"}, crm.MailBounced},
		{"163 returns it", crm.Mail{From: "postmaster@163.com", Subject: "系统退信", Status: "5.1.1"}, crm.MailBounced},

		{"a full mailbox", crm.Mail{From: "mailer-daemon@example.com", Report: "delivery-status", Action: "failed", Status: "5.2.2"}, crm.MailDelayed},
		{"a full mailbox, without a report", crm.Mail{From: "postmaster@qq.com", Subject: "退信", Status: "552"}, crm.MailDelayed},
		{"given up for now", crm.Mail{From: "mailer-daemon@example.com", Report: "delivery-status", Action: "failed", Status: "4.4.7"}, crm.MailDelayed},
		{"a warning", crm.Mail{From: "mailer-daemon@example.com", Report: "delivery-status", Action: "delayed", Status: "4.4.1"}, crm.MailDelayed},
		{"returned, and nobody says why", crm.Mail{From: "mailer-daemon@example.com", Subject: "Undelivered Mail Returned to Sender"}, crm.MailDelayed},

		{"a complaint (RFC 5965)", crm.Mail{From: "fbl@example.com", Report: "feedback-report", About: "abuse"}, crm.MailComplaint},
		{"a complaint without a type", crm.Mail{From: "fbl@example.com", Report: "Feedback-Report"}, crm.MailComplaint},
	} {
		if got := c.mail.Kind(); got != c.want {
			t.Errorf("%s: %s, want %s", c.what, got, c.want)
		}
	}
}
