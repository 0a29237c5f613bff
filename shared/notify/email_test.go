package notify

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"slices"
	"strings"
	"testing"

	"afterpress/shared/kernel/words"
)

func enquiry() Message {
	return Message{
		Key:     "cus_1/lead/led_1/1/acknowledge/email",
		To:      Address{Email: "chen@example.org"},
		From:    Address{Name: "晨光印务", Email: "post@print.example.com"},
		Subject: "晨光印务已收到您的询价（L-7K3Q9）",
		Text:    "您好！\n\n我们已收到您的询价。\n",
		HTML:    "<p>您好！</p>\n",
		Lang:    words.Zh,
		Answers: true,
	}
}

// built is what a receiver reads out of an e-mail.
type built struct {
	header     netmail.Header
	subject    string
	text, html string
}

func reread(t testing.TB, raw []byte) built {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%v in\n%s", err, raw)
		}
	}
	for line := range strings.SplitSeq(strings.TrimSuffix(string(raw), "\r\n"), "\r\n") {
		if len(line) > 998 || strings.ContainsAny(line, "\r\n") {
			t.Fatalf("a line of %d bytes in\n%q", len(line), raw)
		}
	}
	msg, err := netmail.ReadMessage(bytes.NewReader(raw))
	must(err)
	out := built{header: msg.Header}
	out.subject, err = new(mime.WordDecoder).DecodeHeader(msg.Header.Get("Subject"))
	must(err)
	kind, params, err := mime.ParseMediaType(msg.Header.Get("Content-Type"))
	must(err)
	if kind == "text/plain" {
		text, err := io.ReadAll(quotedprintable.NewReader(msg.Body))
		must(err)
		out.text = string(text)
		return out
	}
	parts := multipart.NewReader(msg.Body, params["boundary"])
	for _, want := range []struct {
		kind string
		body *string
	}{{"text/plain; charset=UTF-8", &out.text}, {"text/html; charset=UTF-8", &out.html}} {
		part, err := parts.NextPart()
		must(err)
		if got := part.Header.Get("Content-Type"); got != want.kind {
			t.Fatalf("a part is %q, want %q", got, want.kind)
		}
		body, err := io.ReadAll(part)
		must(err)
		*want.body = string(body)
	}
	if _, err := parts.NextPart(); !errors.Is(err, io.EOF) {
		t.Fatalf("after two parts: %v", err)
	}
	return out
}

func write(t testing.TB, m Message) ([]byte, string) {
	t.Helper()
	msg, id, err := email(m)
	if err != nil {
		t.Fatal(err)
	}
	var raw bytes.Buffer
	if _, err := msg.WriteTo(&raw); err != nil {
		t.Fatal(err)
	}
	return raw.Bytes(), id
}

func TestEmailHasItsHeaders(t *testing.T) {
	m := enquiry()
	m.ReplyTo = "pudong@print.example.com"
	raw, id := write(t, m)
	got := reread(t, raw)
	key, _, _ := strings.Cut(id, "@")
	for name, want := range map[string]string{
		"To": "<chen@example.org>", "Reply-To": "<pudong@print.example.com>", "Message-Id": "<" + id + ">",
		"X-Afterpress-Key": key,
		"Auto-Submitted":   "auto-replied", "Content-Language": "zh-Hans", "Mime-Version": "1.0",
	} {
		if got.header.Get(name) != want {
			t.Errorf("%s is %q, want %q", name, got.header.Get(name), want)
		}
	}
	from, err := got.header.AddressList("From")
	if err != nil || len(from) != 1 || *from[0] != (netmail.Address{Name: m.From.Name, Address: m.From.Email}) {
		t.Errorf("From is %v (%v)", from, err)
	}
	if got.subject != m.Subject || !sameText(got.text, m.Text) || !sameText(got.html, m.HTML) {
		t.Errorf("read back %q, %q, %q", got.subject, got.text, got.html)
	}
	if bytes.Contains(raw, []byte("cus_1")) {
		t.Error("the key is readable")
	}
}

func TestEmailOfPlainTextSaysItIsNotAnAnswer(t *testing.T) {
	m := enquiry()
	m.HTML, m.Answers, m.Lang = "", false, words.En
	raw, _ := write(t, m)
	got := reread(t, raw)
	if !sameText(got.text, m.Text) || got.header.Get("Auto-Submitted") != "auto-generated" ||
		got.header.Get("Content-Language") != "en" {
		t.Errorf("got %v", got)
	}
}

// A message that is sent again by a person keeps its Message-ID, so that the reader's program can show it once.
func TestMessageIDFollowsTheKey(t *testing.T) {
	m := enquiry()
	_, one := write(t, m)
	_, same := write(t, m)
	m.Key += "/2"
	_, other := write(t, m)
	if one != same || one == other || !strings.HasSuffix(one, "@print.example.com") {
		t.Errorf("ids %q, %q, %q", one, same, other)
	}
}

func TestEmailRefusesWhatIsNoSafeHeader(t *testing.T) {
	addresses := []string{
		"", "chen", "chen@", "@example.org", "a@b.c\r\nBcc: evil@example.org", "a@b.c\n", "a@b.c\x00",
		"a@b.c, evil@example.org", "a@b.c;d@e.f",
		"Chen <a@b.c>", "<a@b.c>", `"a b"@b.c`, `"a@evil.org> x"@b.c`, "a@b.c(comment)", "a@[127.0.0.1]", "a b@c.d",
		"李@example.org", "a@例子.org",
		"\u2028a@b.c", "group:a@b.c;", strings.Repeat("a", longestAddress-3) + "@b.c",
	}
	lines := []string{"a\r\nBcc: evil@example.org", "a\nb", "a\rb", "a\tb", "a\x00", "a\x7f", "a\u0085b", "a\u2028b",
		"\xff", "=?utf-8?q?a=0D=0ABcc:x?=", strings.Repeat("a", longestLine+1)}
	for field, change := range map[string]func(*Message, string){
		"to":       func(m *Message, s string) { m.To.Email = s },
		"from":     func(m *Message, s string) { m.From.Email = s },
		"reply-to": func(m *Message, s string) { m.ReplyTo = s },
	} {
		for _, s := range addresses {
			if field != "reply-to" || s != "" {
				refused(t, field, s, change)
			}
		}
	}
	for field, change := range map[string]func(*Message, string){
		"to":      func(m *Message, s string) { m.To.Name = s },
		"from":    func(m *Message, s string) { m.From.Name = s },
		"subject": func(m *Message, s string) { m.Subject = s },
	} {
		for _, s := range lines {
			refused(t, field, s, change)
		}
	}
	refused(t, "subject", "  ", func(m *Message, s string) { m.Subject = s })
	refused(t, "text", "", func(m *Message, s string) { m.Text = s })
	refused(t, "key", "", func(m *Message, s string) { m.Key = s })
}

func refused(t *testing.T, field, value string, change func(*Message, string)) {
	t.Helper()
	m := enquiry()
	change(&m, value)
	_, _, err := email(m)
	var e *Error
	if !errors.As(err, &e) || e.Kind != Rejected || e.Code != field {
		t.Errorf("%s %q: got %v", field, value, err)
	}
}

func TestKindOfAForeignErrorIsUnknown(t *testing.T) {
	if KindOf(io.EOF) != Unknown || KindOf(errors.Join(io.EOF, &Error{Kind: NotSent})) != NotSent {
		t.Error("an error has the wrong kind")
	}
}

// sameText compares as SMTP does: a line ends with CR LF, and a text with a line's end.
func sameText(a, b string) bool {
	plain := func(s string) string {
		return strings.TrimRight(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s), "\n")
	}
	return plain(a) == plain(b)
}

func FuzzMessage(f *testing.F) {
	f.Add("chen@example.org", "陈", "post@print.example.com", "晨光印务", "pudong@print.example.com", "您的询价", "您好",
		"<p>您好</p>", "key")
	f.Add("a@b.c\r\nBcc: evil@example.org", "x", "a@b.c", "", "", "s", "t", "h", "k")
	f.Add("a@b.c", "\"><a@evil.org>,", "a@b.c", `x\" <y@z.w>`, "", "a\r\nBcc: x@y.z", "t", "h", "k")
	f.Add("a@b.c", "=?utf-8?q?x?=", "a@b.c", "a,b;c:d", "a@b.c,d@e.f", "=?utf-8?b?DQpCY2M6?=", "t", "h", "k")
	f.Add(`"a@evil.org> x"@b.c`, strings.Repeat("a ", 190), "a@[::1]", strings.Repeat("漢", 300), "",
		strings.Repeat(" ", 90)+"x"+strings.Repeat(" ", 90)+"y", ".\r\n.\r\nRCPT TO:<x@y.z>\r\n", "\r\n\r\n--b", "k")
	f.Add("a@b.c", strings.Repeat("\\\"", 190), "a@b.c", strings.Repeat("a", 400), "a@b.c", strings.Repeat("a", 400),
		"a\rb\nc \t\nd", "=\n==", "k\r\nX: y")
	want := []string{"Auto-Submitted", "Content-Language", "Content-Type", "Date", "From", "Message-Id", "Mime-Version",
		"Subject", "To", "X-Afterpress-Key"}
	f.Fuzz(func(t *testing.T, to, toName, from, fromName, replyTo, subject, text, html, key string) {
		m := Message{Key: key, To: Address{toName, to}, From: Address{fromName, from}, ReplyTo: replyTo, Subject: subject,
			Text: text, HTML: html + "<p>"}
		msg, _, err := email(m)
		if err != nil {
			if KindOf(err) != Rejected {
				t.Fatalf("refused as %v", err)
			}
			return
		}
		if rcpt, err := msg.GetRecipients(); err != nil || !slices.Equal(rcpt, []string{"<" + to + ">"}) {
			t.Fatalf("recipients %q, %v", rcpt, err)
		}
		var raw bytes.Buffer
		if _, err := msg.WriteTo(&raw); err != nil {
			t.Fatal(err)
		}
		got := reread(t, raw.Bytes())
		names := slices.Sorted(maps.Keys(got.header))
		if replyTo != "" {
			names = slices.DeleteFunc(names, func(n string) bool { return n == "Reply-To" })
		}
		if !slices.Equal(names, want) {
			t.Fatalf("headers %v in\n%s", names, raw.Bytes())
		}
		for header, wanted := range map[string]Address{"To": m.To, "From": m.From} {
			list, err := got.header.AddressList(header)
			if err != nil || len(got.header[header]) != 1 || len(list) != 1 || list[0].Address != wanted.Email ||
				list[0].Name != displayName(wanted.Name) {
				t.Fatalf("%s is %v (%v), want %q in\n%s", header, list, err, wanted, raw.Bytes())
			}
		}
		if got.subject != singleSpaced(subject) || !sameText(got.text, text) || !sameText(got.html, m.HTML) {
			t.Fatalf("read back %q, %q, %q of\n%s", got.subject, got.text, got.html, raw.Bytes())
		}
	})
}

func TestEmailLetsAPersonUnsubscribe(t *testing.T) {
	const link = "https://shop.example/u/0a1b2c3d.Y3VzXzE.bWFj?lang=zh"
	m := enquiry()
	m.Unsubscribe = link
	raw, _ := write(t, m)
	got := reread(t, raw)
	if got.header.Get("List-Unsubscribe") != "<"+link+">" ||
		got.header.Get("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click" {
		t.Errorf("headers %v", got.header)
	}
	if !sameText(got.text, m.Text+"\n退订或更改接收的信息\n"+link+"\n") ||
		!strings.Contains(got.html, `<a href="`+link+`">退订或更改接收的信息</a>`) {
		t.Errorf("read back %q, %q", got.text, got.html)
	}
	m.Unsubscribe, m.Marketing = "", true
	var refused *Error
	if _, _, err := email(m); !errors.As(err, &refused) || refused.Kind != Rejected || refused.Code != "unsubscribe" {
		t.Errorf("marketing that nobody can switch off: %v", err)
	}
	m.Marketing = false
	raw, _ = write(t, m)
	if bytes.Contains(raw, []byte("List-Unsubscribe")) {
		t.Error("a message that nobody can switch off says that one can")
	}
	for _, bad := range []string{"http://shop.example/u/x", "mailto:a@shop.example", "https://",
		"https://shop.example/u/x>, <https://evil.example", "https://shop.example/\r\nBcc: x@y.example"} {
		m.Unsubscribe = bad
		if _, _, err := email(m); !errors.As(err, &refused) || refused.Code != "unsubscribe" {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
