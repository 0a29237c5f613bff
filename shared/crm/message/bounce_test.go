package message_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"afterpress/shared/crm/message"
)

// What a server says of a message that came back, and whose fault it is. No row is longer than what decides.
func TestWhatAMessageFailedAt(t *testing.T) {
	t.Parallel()
	const rcpt, data = " (in reply to RCPT TO command)", " (in reply to end of DATA command)"
	failed := func(status, diagnostic string) message.Failure {
		return message.Failure{Action: "failed", Status: status, Diagnostic: diagnostic}
	}
	told := func(text string) message.Failure { return message.Failure{Text: text} }
	for _, c := range []struct {
		what string
		of   message.Failure
		want message.Cause
	}{
		// the enhanced status
		{"no such mailbox", failed("5.1.1", "smtp; 550 5.1.1 we have nobody of that name"), message.CauseAddress},
		{"no such mailbox, and no words", failed("5.1.1", ""), message.CauseAddress},
		{"no such domain", failed("5.1.2 (domain lookup)", ""), message.CauseAddress},
		{"a bad address", failed("5.1.3", "smtp; 501 5.1.3 syntax"), message.CauseAddress},
		{"moved", failed("5.1.6", "smtp; 551 5.1.6 left us in spring"), message.CauseAddress},
		{"unknown to Microsoft", failed("5.1.10", "smtp;550 5.1.10 Recipient not found"), message.CauseAddress},
		{"a domain without mail", failed("5.1.10", "smtp; 556 5.1.10 null MX"), message.CauseRoad},
		{"our address as the sender", failed("5.1.8", "smtp; 553 5.1.8 sender unknown here"), message.CausePolicy},
		{"a server on the way", failed("5.1.9", ""), message.CauseRoad},
		{"a full mailbox", failed("5.2.2", "smtp; 552 5.2.2 try later"), message.CauseMailbox},
		{"a letter too long for the mailbox", failed("5.2.3", ""), message.CauseMessage},
		{"disabled, and nobody says more", failed("5.2.1", ""), message.CauseMailbox},
		{"disabled, and nobody there", failed("5.2.1", "smtp; 550 5.2.1 user unknown"+rcpt), message.CauseAddress},
		{"closed for good", failed("5.2.1", "smtp; 550 5.2.1 This account has been disabled"), message.CauseAddress},
		{"a full system", failed("5.3.1", ""), message.CauseRoad},
		{"too large for the system", failed("5.3.4", "smtp; 552 5.3.4 too big"), message.CauseMessage},
		{"out of time", failed("4.4.7", ""), message.CauseRoad},
		{"no way to the domain", failed("5.4.4", "smtp; 550 5.4.4 no MX and no A"), message.CauseAddress},
		{"a loop", failed("5.4.6", "smtp; 554 5.4.6 too many hops"), message.CauseRoad},
		{"a bad header", failed("5.6.0", ""), message.CauseMessage},
		{"refused as spam", failed("5.7.1", "smtp; 554 5.7.1 rejected as spam"), message.CausePolicy},
		{"not signed", failed("5.7.26", "smtp; 550 5.7.26 no SPF, no DKIM"), message.CausePolicy},
		{"no name for our server", failed("5.7.25", ""), message.CausePolicy},
		{"a disabled account", failed("5.7.13", ""), message.CauseAddress},
		{"a mailbox of somebody else now", failed("5.7.17", ""), message.CauseAddress},
		{"nobody, put as a refusal", failed("5.7.1", "smtp; 553 Invalid recipient"+rcpt), message.CauseAddress},

		// the other server's own status comes before the report's
		{"a list, reported as an address", failed("5.1.1", "smtp; 550 5.7.1 your network is listed"), message.CausePolicy},
		{"an address, reported as anything", failed("5.0.0", "smtp; 550 5.1.1 gone"), message.CauseAddress},
		{"a full mailbox, reported as an address", failed("5.1.1", "smtp; 552 5.2.2 no room"), message.CauseMailbox},

		// words that plainly contradict a status
		{"full behind 5.1.1", failed("5.1.1", "smtp; 550 5.1.1 mailbox is full"), message.CauseMailbox},
		{"full, told to people", message.Failure{Action: "failed", Status: "5.1.1", Text: "Rejected: not enough disk space"},
			message.CauseMailbox},
		{"a limit behind 5.1.1", failed("5.1.1", "smtp; 550 5.1.1 you wrote to too many people today"), message.CausePolicy},
		{"a list behind 5.1.3", failed("5.1.3", "smtp; 553 5.1.3 see spamhaus"), message.CausePolicy},
		{"the reader's own program", failed("5.1.1", "x-unix; procmail: no such user"), message.CauseRoad},
		{"an address that may come back", failed("4.1.1", "smtp; 450 4.1.1 later"), message.CauseRoad},
		{"an address that was given up", failed("4.1.1", "smtp; 450 4.1.1 user unknown"+rcpt), message.CauseAddress},

		// words where no status stands, or a generic one
		{"unknown, at RCPT", failed("5.0.0", "smtp; 550 user unknown"+rcpt), message.CauseAddress},
		{"unknown, after the letter", failed("5.0.0", "smtp; 550 unknown user"+data), message.CauseMailbox},
		{"unknown, of nobody", failed("5.0.0", "smtp; 550 : User unknown"), message.CauseMailbox},
		{"an account that is not there", failed("5.5.0", "smtp; 554 this user doesn't have an example.com account"),
			message.CauseAddress},
		{"storage", failed("5.5.0", "smtp; 552 exceeded storage allocation"), message.CauseMailbox},
		{"too large", failed("5.0.0", "smtp; 552 message size exceeds the limit"), message.CauseMessage},
		{"authentication", failed("5.0.0", "smtp; 550 DMARC check failed"), message.CausePolicy},
		{"nothing is said", failed("5.0.0", "smtp; 554 transaction failed"), message.CauseUnknown},
		{"a domain that is looked for later", failed("5.0.0", "smtp; 550 host not found, try again"), message.CauseRoad},

		// reports without fields
		{"QQ", told("退信\r\n收件人邮件地址（a@qq.example）不存在，邮件无法送达。"), message.CauseAddress},
		{"QQ is full", told("收件人的邮箱空间已满"), message.CauseMailbox},
		{"163 thinks us spam", told("SMTP error, DATA: 554 DT:SPM 垃圾邮件"), message.CausePolicy},
		{"a local user", told("Unknown user: nobody@example.com"), message.CauseAddress},
		{"at RCPT", told("after RCPT TO:<a@b.example>: host b.example: 550 no such user"), message.CauseAddress},
		{"a status in the text", told("<a@b.example>: Sorry. (#5.1.1)"), message.CauseAddress},
		{"a filter without a code", told("refused after end of data: unknown user"), message.CauseMailbox},
		{"a sender that is refused", told("after MAIL FROM:<us@shop.example>: 553 unknown user"), message.CausePolicy},
		{"a warning", told("THIS IS A WARNING MESSAGE ONLY. 550 5.1.1 user unknown"), message.CauseRoad},
		{"the copy of our own letter", told("It came back.\n\n--- Original message ---\n550 5.1.1 user unknown" + rcpt),
			message.CauseUnknown},

		// digits that are no status
		{"an address of the network", failed("5.0.0", "smtp; 550 host [5.1.1.1] says no"), message.CauseUnknown},
		{"a network's address without a bracket", told("550 5.1.1.20 says no"), message.CauseUnknown},
		{"a version", told("mailer 5.1.1 cannot deliver"), message.CauseUnknown},
		{"a size", told("550 letter of 5.1.1kB"), message.CauseUnknown},
		{"a person of digits", told("550 5.1.1@b.example says no"), message.CauseUnknown},
	} {
		if got := c.of.Cause(); got != c.want {
			t.Errorf("%s: %s, want %s", c.what, got, c.want)
		}
	}
}

func TestTheWordsOfAnotherServer(t *testing.T) {
	t.Parallel()
	f := message.Failure{Action: "failed", Status: "5.7.1",
		Diagnostic: "smtp; 550-5.7.26 mail for\r\n <lina@example.com> from shop@shop.example\x00 is not signed"}
	if got := f.Words(); got != "smtp; 550-5.7.26 mail for <…@…> from …@… is not signed" {
		t.Errorf("%q", got)
	}
	if got := f.Code(); got != "5.7.26" {
		t.Errorf("status %q", got)
	}
	if got := (message.Failure{Text: "It came back."}).Code(); got != "" {
		t.Errorf("status %q of a report without one", got)
	}
}

// Whatever a report holds, it is read in one way, and nothing that another server wrote breaks a line or names anybody.
func FuzzFailure(f *testing.F) {
	f.Add("failed", "5.1.1", "smtp; 550 5.1.1 user unknown", "It came back.")
	f.Add("", "", "", "> 550-5.7.26 a@b.example\n--- Original message\n5.1.1")
	f.Add("delayed", "4.4.7 (x)", "x-unix; \xff\xfe", "收件人不存在")
	f.Fuzz(func(t *testing.T, action, status, diagnostic, text string) {
		failure := message.Failure{Action: action, Status: status, Diagnostic: diagnostic, Text: text}
		said, cause := failure.Words(), failure.Cause()
		if cause == "" || cause != failure.Cause() || len([]rune(said)) > 240 || !utf8.ValidString(said) ||
			strings.ContainsAny(said, "\r\n\t") {
			t.Errorf("%q: %q", cause, said)
		}
		if cause == message.CauseAddress && status+diagnostic+text == "" {
			t.Error("nothing was said, and the address is dead")
		}
		_ = failure.Final()
	})
}
