package hook_test

import (
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"afterpress/functions/intake/hook"
	"afterpress/infra/local/seed"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/centre"
	"afterpress/shared/store/storetest"
)

// written makes a lead whose acknowledgement was sent, and the address for answers to it.
func written(t testing.TB, d *door) (lead.Lead, message.Message, string) {
	t.Helper()
	l := d.enquired(t, "lina@example.com")
	m, err := d.ClaimMessage(t.Context(), message.Message{
		Person: l.ContactID, Customer: l.Customer, About: l.Progress().WorkflowID(), Step: "acknowledge",
		Channel:  message.ChannelEmail,
		Template: "lead-acknowledged", Lang: words.Zh, Branch: l.Branch, Owner: seed.StaffID(3),
	}, message.PurposeService)
	if err == nil {
		err = d.SettleMessage(t.Context(), m, message.StateSent, m.Tag()+"@shop.example", "")
	}
	if err != nil {
		t.Fatal(err)
	}
	return l, m, d.Server.Frontdesk.Replies.For(l.ID, "reply.shop.example")
}

// letter is a mail; lines are its header.
func letter(text string, lines ...string) string {
	return strings.Join(append(lines, "", text), "\r\n")
}

func (d *door) touches(t testing.TB, led string) []customer.Touch {
	t.Helper()
	l, err := d.Lead(t.Context(), led)
	if err != nil {
		t.Fatal(err)
	}
	page, err := d.Touches(t.Context(),
		centre.TouchQuery{Customer: l.Customer, Reader: staff.Process("test"), Lead: led, Paging: storePage})
	if err != nil {
		t.Fatal(err)
	}
	return page.Items
}

func TestAPersonsAnswerReachesTheirLead(t *testing.T) {
	d := hooked(t)
	l, m, address := written(t, d)
	gbk := "=?gb2312?B?u9i4tKO6xOO6ww==?=" // 回复：你好
	for i, mail := range []string{
		letter("Yes, 500 cards.\r\n", "From: Lina <lina@example.com>", "To: "+address, "Subject: Re: enquiry",
			"Content-Type: text/plain; charset=utf-8"),
		letter("\xc4\xe3\xba\xc3\r\n", "From: lina@example.com", "Delivered-To: "+strings.ToUpper(address),
			"To: hello@shop.example", "Subject: "+gbk, "Content-Type: text/plain; charset=gbk"),
		letter("by message id", "From: lina@example.com", "To: hello@shop.example", "In-Reply-To: <"+m.Tag()+
			"@shop.example>"),
		letter("by references", "From: lina@example.com", "To: hello@shop.example", "References: <0@x> <"+m.Tag()+
			"@shop.example>\r\n <1@x>"),
		letter("--b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<p>caf=C3=A9 &lt;b&gt;</p><script>alert(1)</script><p>zwei\r\n--b--\r\n",
			"From: lina@example.com", "To: "+address, "Content-Type: multipart/alternative; boundary=b"),
		letter("--b\r\nContent-Type: text/plain\r\n\r\ncut off\r\n--b\r\nContent-Type: image/jpeg\r\nContent-Transfer-Encoding: base64\r\n\r\n"+strings.Repeat("AAAA", 1000),
			"From: lina@example.com", "To: "+address, "Content-Type: multipart/mixed; boundary=b"),
	} {
		taken(t, d.called(t, hook.SourceMail, fmt.Sprintf("mail_%d", i), mail))
		taken(t, d.called(t, hook.SourceMail, fmt.Sprintf("mail_%d", i), mail))
	}
	texts := []string{"cut off\n\n[1 个附件未保存，请向对方索取 · 1 attached, not kept: please ask for them]\n(image/jpeg)",
		"café <b>\nzwei", "by references", "by message id", "你好", "Yes, 500 cards."}
	got := d.touches(t, l.ID)
	if len(got) != len(texts) {
		t.Fatalf("%d touches: %+v", len(got), got)
	}
	for i, touch := range got {
		if touch.Text != texts[i] || touch.Kind != message.MailPerson || touch.From != "lina@example.com" ||
			touch.Customer != l.Customer || touch.Branch != l.Branch {
			t.Errorf("%d: %+v", i, touch)
		}
	}
	if got[4].Subject != "回复：你好" {
		t.Errorf("subject %q", got[4].Subject)
	}
	after, err := d.Lead(t.Context(), l.ID)
	if err != nil || after.Replies != len(texts) || after.State != l.State || after.LastContact != nil ||
		!after.FirstContactDue.Equal(l.FirstContactDue) {
		t.Errorf("lead %+v, %v", after, err)
	}
	// beside the answers: the enquiry, the yes, and that the mailbox is read
	if n := d.Count(t, d.Tables.Events, "CUSTOMER#"+l.Customer); n != 3+len(texts) {
		t.Errorf("%d events", n)
	}
}

// No machine's mail changes the lead, a permission, or anybody's desk.
func TestAnAutomaticAnswerIsNeitherAContactNorANo(t *testing.T) {
	d := hooked(t)
	l, m, address := written(t, d)
	for i, lines := range [][]string{
		{"Auto-Submitted: auto-replied", "Subject: Out of office: unsubscribe"},
		{"Subject: =?utf-8?B?6Ieq5Yqo5Zue5aSN?="}, // 自动回复
		{"Precedence: auto_reply"},
		{"X-Autoreply: yes"},
	} {
		head := append([]string{"From: lina@example.com", "To: " + address, "References: <" + m.Tag() + "@shop.example>"},
			lines...)
		taken(t, d.called(t, hook.SourceMail, fmt.Sprintf("mail_%d", i), letter("I am away. Unsubscribe.", head...)))
	}
	for _, touch := range d.touches(t, l.ID) {
		if touch.Kind != message.MailAutomatic {
			t.Errorf("touch %+v", touch)
		}
	}
	after, err := d.Lead(t.Context(), l.ID)
	if err != nil || after.Version != l.Version || len(d.touches(t, l.ID)) != 4 {
		t.Errorf("lead %+v, %v", after, err)
	}
	if reason := d.permits(t, l.ContactID); reason != "" {
		t.Errorf("may not be written to: %s", reason)
	}
}

// permits is why the person may not be written to in marketing, or empty.
func (d *door) permits(t testing.TB, person string) string {
	t.Helper()
	m, err := d.ClaimMessage(t.Context(),
		message.Message{Person: person, Customer: person, About: "test/" + storetest.NewID("t"), Step: "offer",
			Channel: message.ChannelEmail, Branch: seed.Shanghai}, message.PurposeMarketing)
	if err != nil {
		t.Fatal(err)
	}
	return m.Reason
}

func report(kind, status string, lines ...string) string {
	return letter(strings.Join([]string{
		"--b", "Content-Type: text/plain", "", "Your message came back.",
		"--b", "Content-Type: message/" + kind, "", status,
		"--b", "Content-Type: text/rfc822-headers", "", strings.Join(lines, "\r\n"), "--b--", "",
	}, "\r\n"), "Return-Path: <>", "From: MAILER-DAEMON@example.com", "To: hello@shop.example",
		"Content-Type: multipart/report; report-type="+map[string]string{
			"delivery-status": "delivery-status", "feedback-report": "feedback-report"}[kind]+"; boundary=b")
}

func TestAReturnedMailClosesTheChannel(t *testing.T) {
	const failed = "Reporting-MTA: dns; mx.example.com\r\n\r\nFinal-Recipient: rfc822; lina@example.com\r\nAction: failed\r\nStatus: 5.1.1 (no such user)\r\n"
	for _, c := range []struct {
		what         string
		mail         func(tag string) string
		fate, reason string
	}{
		{"a report, by its header",
			func(tag string) string { return report("delivery-status", failed, "X-Afterpress-Key: "+tag) },
			message.FateBounced, message.ReasonBlocked},
		{"a report, by the message's id", func(tag string) string {
			return report("delivery-status", failed, "Message-ID: <"+tag+"@shop.example>")
		}, message.FateBounced, message.ReasonBlocked},
		{"a delay", func(tag string) string {
			return report("delivery-status", strings.NewReplacer("failed", "delayed", "5.1.1", "4.4.1").Replace(failed),
				"X-Afterpress-Key: "+tag)
		}, "", ""},
		{"a full mailbox", func(tag string) string {
			return report("delivery-status", strings.ReplaceAll(failed, "5.1.1", "5.2.2"), "X-Afterpress-Key: "+tag)
		}, message.FateReturned, ""},
		{"what others think of us", func(tag string) string {
			return report("delivery-status", strings.ReplaceAll(failed, "5.1.1", "5.7.26"), "X-Afterpress-Key: "+tag)
		}, message.FateReturned, ""},
		{"our own server's list, behind its 5.1.1", func(tag string) string {
			return report("delivery-status", failed+"Diagnostic-Code: smtp; 550 5.7.1 listed\r\n at our\r\n provider\r\n",
				"X-Afterpress-Key: "+tag)
		}, message.FateReturned, ""},
		{"a report whose parts are not well formed", func(tag string) string {
			return strings.ReplaceAll(report("delivery-status", failed, "X-Afterpress-Key: "+tag), "\r\n--b", "\r\n--c")
		}, message.FateBounced, message.ReasonBlocked},
		{"a complaint", func(tag string) string {
			return report("feedback-report", "Feedback-Type: abuse\r\nVersion: 1\r\n", "X-Afterpress-Key: "+tag)
		}, message.FateComplained, message.ReasonBlocked},
		{"in its own words", func(tag string) string {
			return letter("系统退信\r\n收件人邮箱不存在\r\nMessage-ID: <"+tag+"@shop.example>\r\n", "From: PostMaster@qq.com",
				"Subject: =?utf-8?B?57O757uf6YCA5L+h?=", "Content-Type: text/plain; charset=utf-8")
		}, message.FateBounced, message.ReasonBlocked},
		{"of somebody else's mail",
			func(string) string { return report("delivery-status", failed, "Message-ID: <1@other.example>") }, "", ""},
		{"with a tag that nobody made", func(string) string {
			return report("delivery-status", failed, "X-Afterpress-Key: "+strings.Repeat("ab", 16))
		}, "", ""},
	} {
		t.Run(c.what, func(t *testing.T) {
			d := hooked(t)
			l, m, _ := written(t, d)
			for range 2 {
				taken(t, d.called(t, hook.SourceMail, storetest.NewID("mail"), c.mail(m.Tag())))
			}
			row, err := d.Tagged(t.Context(), m.Tag())
			if err != nil || row.Fate != c.fate || row.State != message.StateSent {
				t.Errorf("row %+v, %v", row, err)
			}
			if reason := d.permits(t, l.ContactID); reason != c.reason {
				t.Errorf("reason %q", reason)
			}
			if got := d.touches(t, l.ID); len(got) != 0 {
				t.Errorf("touches %+v", got)
			}
		})
	}
}

// What a person wrote is never lost, also where nobody knows about what.
func TestAMailThatNobodyCanPlaceIsQuarantined(t *testing.T) {
	d := hooked(t)
	_, _, address := written(t, d)
	forged := "z" + address[len("reply+a"):]
	for i, mail := range []string{
		letter("hello", "From: somebody@new.example", "To: hello@shop.example", "Subject: hello"),
		letter("hello", "From: somebody@new.example", "To: reply+"+forged),
		letter("hello", "From: somebody@new.example", "To: "+
			d.Server.Frontdesk.Replies.For("lead_019b0000-1234-7abc-8def-0123456789ab", "x")),
		letter("\xff\xfe", "From: somebody@new.example", "Content-Type: text/plain; charset=x-unheard-of"),
		letter("away", "From: somebody@new.example", "Auto-Submitted: auto-replied"),
		letter("Name: Wang", "From: Shop <noreply@forms.example>", "Reply-To: Wang <Wang@new.example>",
			"Auto-Submitted: auto-generated"),
	} {
		taken(t, d.called(t, hook.SourceMail, fmt.Sprintf("mail_%d", i), mail))
	}
	kept := d.quarantined(t)
	if len(kept) != 5 {
		t.Fatalf("%+v", kept)
	}
	if sub, err := d.Submission(t.Context(), kept[0].ID); err != nil || sub.Letter.From != "wang@new.example" {
		t.Errorf("%+v, %v", sub, err)
	}
	sub, err := d.Submission(t.Context(), kept[4].ID)
	if err != nil || !strings.HasSuffix(sub.Body, "\r\n\r\nhello") || sub.Form != "mail" || sub.Difficulty != "unplaced" {
		t.Errorf("%+v, %v", sub, err)
	}
}

// The host that takes a letter in checks the domain of the address in brackets. A name that looks like an address
// names no sender. Of two senders, it is not known which one was checked.
func TestWhoSentALetter(t *testing.T) {
	for _, c := range []struct {
		fields   []string
		from     string
		doubtful bool
	}{
		{[]string{"Lina <LINA@example.com>"}, "lina@example.com", false},
		{[]string{`"known@customer.example" <mallory@evil.example>`}, "mallory@evil.example", false},
		{[]string{"=?gb2312?B?wO7EyA==?= <lina@example.com>"}, "lina@example.com", false},
		{[]string{"\xc0\xee <lina@example.com>"}, "lina@example.com", false}, // no UTF-8
		{[]string{"lina@example.com <Lina@example.com>"}, "lina@example.com", false},
		{[]string{"Lina (lina@example.com"}, "lina@example.com", false},
		{[]string{"known@customer.example <mallory@evil.example>"}, "mallory@evil.example", true},
		{[]string{"mallory@evil.example <known@customer.example>"}, "known@customer.example", true},
		{[]string{"known@customer.example, mallory@evil.example"}, "known@customer.example", true},
		{[]string{"K <known@customer.example>, M <mallory@evil.example>"}, "mallory@evil.example", true},
		{[]string{"<known@customer.example> mallory@evil.example"}, "known@customer.example", true},
		{[]string{"known@customer.example", "mallory@evil.example"}, "known@customer.example", true},
		{[]string{"李娜", "mallory@evil.example"}, "", true},
		{[]string{"李娜"}, "", false},
		{[]string{"<>"}, "", false},
		{nil, "", false},
	} {
		if from, doubtful := hook.Sender(c.fields...); from != c.from || doubtful != c.doubtful {
			t.Errorf("%q: %q, %v", c.fields, from, doubtful)
		}
	}
}

// Whatever name stands before the address in brackets, the letter is of that address.
func FuzzSender(f *testing.F) {
	for _, name := range []string{"Lina", "known@customer.example", "<known@customer.example>,", `"`, "(", "a@b (", "g:",
		"=?gbk?B?wO4=?=", "=?x?Q?a@b?="} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		if from, _ := hook.Sender(name + " <mallory@evil.example>"); from != "mallory@evil.example" {
			t.Fatalf("%q is a letter of %q", name, from)
		}
	})
}

// Whatever a mail consists of, it is read in bounded time and makes plain text.
func FuzzLetter(f *testing.F) {
	f.Add([]byte(letter("hello", "From: lina@example.com")))
	f.Add([]byte(report("delivery-status", "Action: failed\r\nStatus: 5.1.1", "Message-ID: <x@y>")))
	f.Add([]byte(letter(base64.StdEncoding.EncodeToString([]byte("hi")), "From: a@b",
		"Content-Transfer-Encoding: base64", "Content-Type: text/html; charset=gbk")))
	f.Add([]byte(letter("--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n--b--", "From: a@b",
		"Content-Type: multipart/mixed; boundary=b")))
	f.Fuzz(func(t *testing.T, raw []byte) {
		text, kind, err := hook.ReadLetter(raw)
		if err != nil {
			return
		}
		if kind == "" {
			t.Fatal("a mail of no kind")
		}
		if plain, _ := words.Plain(text, customer.TouchText); strings.ContainsAny(plain, "\x00\x1b\r\u2028\u202e") {
			t.Fatalf("text %q", plain)
		}
	})
}

// bombCost is how many times its own size a call may take of memory in all: reading, parsing and storing it. The
// race detector takes three to four times as much.
const bombCost = 1000

// What is made to be slow or large is not: 256 kB of anything costs little more than as much of something plain.
func TestBombs(t *testing.T) {
	d := hooked(t)
	const full = 255 << 10
	nest := func(open, close string) string {
		return strings.Repeat(open, full/(len(open)+len(close))) + strings.Repeat(close, full/(len(open)+len(close)))
	}
	mail := func(kind, body string) string {
		return letter(body, "From: a@b.example", "Content-Type: "+kind)[:min(full, len(body)+60)]
	}
	parts := func(n int) string {
		return strings.Repeat("--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n", n)
	}
	const typed = "From: a@b.example\r\nContent-Type: text/plain"
	var params strings.Builder
	for i := range full/6 - 20 {
		fmt.Fprintf(&params, ";%04x=", i)
	}
	bombs := map[string][]string{
		hook.SourceLeads: {nest("[", "]"), nest(`{"a":`, "}"), `{"name":"` + strings.Repeat(`\u0000`, full/6) + `"}`,
			"{" + strings.Repeat(`"a":1,`, full/6), strings.Repeat("9", full),
			`{"quantity":` + strings.Repeat("9", full-20) + "}", `{"message":"` + strings.Repeat("\\", full-20)},
		hook.SourceMail: {mail("multipart/mixed; boundary=b", parts(5000)),
			mail("multipart/mixed; boundary=b", strings.Repeat("--b\r\n\r\n", full/7)),
			mail("text/html", strings.Repeat("<p>", full/3)),
			mail("text/html", strings.Repeat("<script>", full/8)), mail("text/html", "<"+strings.Repeat("a ", full/2)),
			mail("text/html", strings.Repeat("&#x41;", full/6)),
			mail("text/plain", strings.Repeat("\r\n", full/2)), strings.Repeat("From: a@b\r\n", full/11), "From: a@b\r\nTo: " +
				strings.Repeat("a@b,", full/4) + "\r\n\r\n",
			"From: a@b\r\nSubject: " + strings.Repeat("=?utf-8?q?a?= ", full/14) + "\r\n\r\n", "From: " +
				strings.Repeat("\"", full-100) + "\r\n\r\n", "From: " + strings.Repeat("(", full-100) + "\r\n\r\n",
			"From: a@b\r\nReferences: " + strings.Repeat(strings.Repeat("ab", 16)+" ", full/33) + "\r\n\r\n",
			mail("multipart/report; report-type=delivery-status; boundary=b",
				"--b\r\nContent-Type: message/delivery-status\r\n\r\n"+strings.Repeat("Status: 5.1.1\r\n\r\n", full/17)),
			typed + strings.Repeat("\n a", full/3-20) + "\r\n\r\n", typed + params.String() + "\r\n\r\n"},
	}
	for source, bodies := range bombs {
		for i, body := range bodies {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			w := d.called(t, source, fmt.Sprintf("bomb_%d", i), body)
			runtime.ReadMemStats(&after)
			// Memory stands for work here: it is counted alike on a busy machine.
			if times := (after.TotalAlloc - before.TotalAlloc) / uint64(len(body)); times > bombCost || w.Code >= 500 ||
				len(body) > 256<<10 {
				t.Errorf("%s %d: status %d after %d times its size: %s", source, i, w.Code, times, w.Body)
			} else {
				t.Logf("%s %d: status %d after %d times its size", source, i, w.Code, times)
			}
		}
	}
}
