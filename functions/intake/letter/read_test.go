package letter_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"afterpress/functions/intake/letter"

	"golang.org/x/text/encoding/htmlindex"
)

const head = "From: Wei <wei@example.com>\nTo: shop@example.net\nSubject: Re\nMIME-Version: 1.0\n"

// in is the text in a charset of the WHATWG's list.
func in(charset, text string) string {
	e, err := htmlindex.Get(charset)
	if err == nil {
		text, err = e.NewEncoder().String(text)
	}
	if err != nil {
		panic(err)
	}
	return text
}

// Each letter is one that programs wrote, or one that came through programs that changed it.
func TestRead(t *testing.T) {
	t.Parallel()
	mixed := func(parts ...string) string {
		return "Content-Type: multipart/mixed; boundary=m\n\n--m\n" + strings.Join(parts, "\n--m\n") + "\n--m--\n"
	}
	const plain, gbk = "Content-Type: text/plain\n\n", "封面烫金偏暗，请重新打样。"
	for _, c := range []struct {
		what, raw, text string
		files           []string
	}{
		{"plain", head + plain + "Yes.\n", "Yes.\n", nil},
		{"text, picture, text", head + mixed(plain+"See it:", "Content-Type: image/jpeg\nContent-Disposition: inline\n\nAA",
			plain+"Stop it.", "Content-Type: text/html\n\n<p>Bye"), "See it:\n\nStop it.\n\nBye", []string{"(image/jpeg)"}},
		{"text behind a proof", head + mixed("Content-Type: application/pdf; name=proof.pdf\n\n%PDF-1.4", plain+"too dark"),
			"too dark", []string{"proof.pdf"}},
		{"blank parts", head + mixed(plain+" \n", "Content-Type: text/html\n\n<p>&nbsp;</p>", plain+"Yes."), "Yes.", nil},
		{"an unseen first version", head + "Content-Type: multipart/alternative; boundary=m\n\n--m\n" + plain +
			"\u200b\n--m\nContent-Type: text/html\n\n<p>Yes\n--m--", "Yes", nil},
		{"a first version that points to the second", head + "Content-Type: multipart/alternative; boundary=m\n\n--m\n" +
			plain + "Open this in a browser.\n--m\nContent-Type: text/html\n\n<p>Print 300\n--m--",
			"Open this in a browser.\n\nPrint 300", nil},
		{"two versions alike", head + "Content-Type: multipart/alternative; boundary=m\n\n--m\n" + plain +
			"Print *300*\nof them\n--m\nContent-Type: text/html\n\n<p>Print <b>300</b> of them\n--m--", "Print *300*\nof them",
			nil},
		{"a line of a mailbox file", "From wei@example.com Mon Nov 30 10:00:00 2026\n" + head + plain + "Yes.", "Yes.", nil},
		{"a line that is no field", head + "lottery tickets\n" + plain + "Yes.", "Yes.", nil},
		{"no empty line", head + "Content-Type: text/plain\nYes, all of them.\nSecond line\n\nThird",
			"Yes, all of them.\nSecond line\n\nThird", nil},
		{"a part whose header has such a line", head + mixed("no field\nContent-Type: text/plain; charset=gbk\n\n"+
			in("gbk", gbk)), gbk, nil},
		{"a part without a header", head + mixed("Yes, all.\nReally.\n\nWei"), "Yes, all.\nReally.\n\nWei", nil},
		{"an unreadable Content-Type", head + "Content-Type: text/plain; charset=\"utf-8; x=\"y\n\nYes.", "Yes.", nil},
		{"a Content-Type that is none", head + "Content-Type: ;;/=\n\nYes.", "Yes.", nil},
		{"a Content-Type without a kind", head + "Content-Type: charset=gbk\n\n" + in("gbk", gbk), gbk, nil},
		{"a few zero bytes", head + "Content-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\n" +
			"St=00op it=00 now.", "Stop it now.", nil},
		{"many zero bytes", head + "Content-Type: text/plain\n\n\x00\x01\x00\x02", "", []string{"(text/plain)"}},
		{"control signs in quoted-printable", head +
			"Content-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\n" +
			"A=0Db\x01\x02=ZZ =\nYes.", "A\rb\x01\x02=ZZ Yes.", nil},
		{"an unheard-of transfer encoding", head + "Content-Type: text/plain\nContent-Transfer-Encoding: x-none\n\nYes.",
			"Yes.", nil},
		{"base64 with dirt", head + plain[:24] + "\nContent-Transfer-Encoding: base64\n\nWW!Vz\nLg==", "Yes.", nil},
		{"no boundary named", head + "Content-Type: multipart/mixed\n\n--q\nContent-Type: text/plain\n\nYes.\n--q--",
			"Yes.", nil},
		{"no boundary at all", head + "Content-Type: multipart/mixed\n\nYes.", "Yes.", nil},
		{"a boundary that never comes", head + "Content-Type: multipart/mixed; boundary=m\n\nYes.", "Yes.", nil},
		{"another boundary comes", head +
			"Content-Type: multipart/mixed; boundary=m\n\n--q\nContent-Type: text/plain\n\nYes.\n--q--",
			"--q\nContent-Type: text/plain\n\nYes.\n--q--", nil},
		{"a boundary behind 4 kB of its field", head + "Content-Type: multipart/mixed;" + strings.Repeat("\n  a=b;", 900) +
			"\n boundary=m\n\n--m\n\nYes.\n--m--", "--m\n\nYes.\n--m--", nil},
		{"a boundary within 4 kB of its field", head + "Content-Type: multipart/mixed;" + strings.Repeat("\n  a=b;", 600) +
			"\n boundary=m\n\n--m\n\nYes.\n--m--", "Yes.", nil},
		{"a boundary that never ends", head + "Content-Type: multipart/mixed; boundary=m\n\n--m\n" + plain + "Yes.", "Yes.",
			nil},
		{"raw GBK, nothing named", head + plain + in("gbk", gbk), gbk, nil},
		{"GBK that calls itself ASCII", head + "Content-Type: text/plain; charset=us-ascii\n\n" + in("gbk", gbk), gbk, nil},
		{"GBK that calls itself UTF-8", head + "Content-Type: text/plain; charset=utf-8\n\n" + in("gbk", gbk), gbk, nil},
		{"GBK that calls itself Latin", head + "Content-Type: text/plain; charset=iso-8859-1\n\n" + in("gbk", gbk), gbk, nil},
		{"UTF-8 that calls itself GBK", head + "Content-Type: text/plain; charset=gbk\n\n颜色偏红，不对", "颜色偏红，不对", nil},
		{"raw GBK that may be UTF-8", head + plain + in("gbk", "印模纸"), "印模纸", nil},
		{"raw UTF-8 that may be GBK", head + plain + "дома", "дома", nil},
		{"raw Big5", head + plain + in("big5", "封面燙金偏暗，請重新打樣。"), "封面燙金偏暗，請重新打樣。", nil},
		{"raw Shift JIS", head + plain + in("shift_jis", "表紙の色が暗いです"), "表紙の色が暗いです", nil},
		{"raw EUC-JP", head + plain + in("euc-jp", "表紙の色が暗いです"), "表紙の色が暗いです", nil},
		{"raw EUC-KR", head + plain + in("euc-kr", "표지 색이 너무 어둡습니다"), "표지 색이 너무 어둡습니다", nil},
		{"raw ISO-2022-JP", head + plain + in("iso-2022-jp", "表紙の色"), "表紙の色", nil},
		{"raw Latin", head + plain + in("windows-1252", "Änderung für Übermorgen: Café"), "Änderung für Übermorgen: Café",
			nil},
		{"UTF-16 with its mark", head + "Content-Type: text/plain; charset=utf-16\n\n\xff\xfe\x2d\x4e\x87\x65", "中文", nil},
		{"UTF-16 the other way round", head + "Content-Type: text/plain; charset=utf-16\n\n\xfe\xff\x4e\x2d\x65\x87", "中文",
			nil},
		{"a page that names its charset", head + "Content-Type: text/html\n\n<meta charset=big5><p>" + in("big5", "紅"), "紅",
			nil},
		{"a head without an end", head +
			"Content-Type: text/html\n\n<html><head><title>x</title><style>p{}</style><body><p>Yes.</p>", "Yes.", nil},
		{"a page that hides all", head + "Content-Type: text/html\n\n<title>Yes, 300", "Yes, 300", nil},
		{"a table", head + "Content-Type: text/html\n\n<table><tr><td>A4</td><td>300</td></tr><tr><td>A5</table>",
			"A4 300\nA5", nil},
		{"a quote in a page", head + "Content-Type: text/html\n\nNo.<blockquote>Shall we<br>print?</blockquote>No!",
			"No.\n> Shall we\n> print?\nNo!", nil},
		{"a page too deep to build", head + "Content-Type: text/html\n\n" + strings.Repeat("<div>", 2000) + "Yes.", "Yes.",
			nil},
		{"flowed", head + "Content-Type: text/plain; format=flowed\n\nPrint \n300 \nof them.\n> old \n> words",
			"Print 300 of them.\n> old words", nil},
		{"flowed without spaces", head + "Content-Type: text/plain; format=flowed; delsp=yes\n\n颜色 \n偏红", "颜色偏红", nil},
		{"a letter in a letter", head + mixed(plain+"See below.",
			"Content-Type: message/rfc822\n\nFrom: a@b.example\nSubject: =?gbk?B?"+
				"1qTD9w==?=\n\nNo gold."), "See below.\n\nFrom: a@b.example\nSubject: 证明\n\nNo gold.",
			[]string{"(message/rfc822)"}},
		{"what calls itself a report", head + mixed(plain+"Files.",
			"Content-Type: message/delivery-status; name=proof.pdf\n\n%PDF-1.4",
			"Content-Type: text/rfc822-headers\nContent-Disposition: attachment; filename=order.txt\n\nSubject: x",
			"Content-Type: message/feedback-report\n\nx", "Content-Type: message/disposition-notification; name=a.ai\n\nx",
			"Content-Type: message/rfc822; name=old.eml\n\nFrom: a@b.example\n\nOld.",
			"Content-Type: message/rfc822; name=no.eml\n\n%PDF", "Content-Type: text/calendar; name=day.ics\n\nBEGIN:VCALENDAR",
			"Content-Type: text/calendar\n\nBEGIN:VCALENDAR"),
			"Files.\n\nFrom: a@b.example\n\nOld.", []string{"proof.pdf", "order.txt", "(message/feedback-report)", "a.ai",
				"old.eml", "no.eml", "day.ics", "(text/calendar)"}},
		{"a report that somebody forwards", head + mixed(plain+"Look.", "Content-Type: message/rfc822; name=r.eml\n\n"+
			"From: m@b.example\nContent-Type: multipart/report; boundary=c\n\n--c\nContent-Type: text/plain\n\nLost.\n"+
			"--c\nContent-Type: message/delivery-status\n\nAction: failed\n--c--\n"),
			"Look.\n\nFrom: m@b.example\n\nLost.", []string{"r.eml", "(message/delivery-status)"}},
		{"files of every name", head + mixed(plain+"Files.",
			"Content-Type: application/pdf\nContent-Disposition: attachment; filename=\"=?gbk?B?1qTD9y5wZGY=?=\"\n\nx",
			"Content-Type: text/plain; name=notes.txt\nContent-Disposition: attachment\n\nx",
			"Content-Type: image/png\nContent-Disposition: inline; filename*=utf-8''%E8%AF%81%20a.png\n\nx",
			"Content-Type: x\nContent-Disposition: strange; filename=\""+in("gbk", "烫金")+".ai\"\n\n\x00",
			"Content-Type: application/ms-tnef\nContent-Disposition: attachment; "+
				"filename*0*=utf-8''a%20;\n filename*1=\"b.dat\"\n\nx",
			"Content-Type: application/octet-stream\n\n\x00\x01"),
			"Files.", []string{"证明.pdf", "notes.txt", "证 a.png", "烫金.ai", "a b.dat", "(application/octet-stream)"}},
		{"a proof that calls itself text", head + mixed(plain+"Here.",
			"Content-Type: text/plain; name=proof.pdf\n\n%PDF-1.4"),
			"Here.", []string{"proof.pdf"}},
		{"nothing but a file", head + "Content-Type: application/pdf; name=a.pdf\n\n%PDF", "", []string{"a.pdf"}},
		{"behind the end", head + mixed(plain+"Yes.") + "\nSent through the list of the buyers\n",
			"Yes.\n\nSent through the list of the buyers", nil},
	} {
		l, ok := letter.Read([]byte(c.raw))
		if !ok || strings.TrimSpace(l.Text) != strings.TrimSpace(c.text) ||
			strings.Join(shown(l.Files), "|") != strings.Join(c.files, "|") {
			t.Errorf("%s: %v, %q, files %q", c.what, ok, l.Text, shown(l.Files))
		}
	}
	for _, raw := range []string{"", "\n\n", "hello", "hello: world\n\ntext", "{\"a\": 1}"} {
		if l, ok := letter.Read([]byte(raw)); ok {
			t.Errorf("%q is a letter: %+v", raw, l)
		}
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"":                                          "",
		"Re: plain":                                 "Re: plain",
		"=?utf-8?B?5Y2w?= =?utf-8?B?5Yi3?=":         "印刷",
		"=?utf-8?B?5Y0=?=\t=?UTF-8?B?sA==?=":        "印", // split inside a sign
		"=?utf-8?Q?=E5=8D?= =?utf-8?Q?=B0?=":        "印",
		"=?utf-8?Q?=E5?= =?utf-8?B?jbA=?=":          "印",     // in two ways
		"=?gb2312?B?1w==?=\n =?gb2312?B?vw==?= 300": "卓 300", // a pair of bytes
		"回复: " + "=?gbk?Q?=D6=A4_x?=":               "回复: 证 x",
		in("gbk", "名片颜色不对"):                         "名片颜色不对",
		"=?x-unheard-of?Q?Yes?=":                    "Yes",
		"=?iso-8859-1*de?Q?Gr=FC=DFe?=":             "Grüße",
		"=?utf-8?B?5Y2w 5Yi3?=":                     "印刷",
		"=?utf-8?B?!!!?= x":                         "x",
		"=?utf-8?Q?a?= b =?utf-8?Q?c?=":             "a b c",
		"a =?":                                      "a =?",
		"=?iso-2022-jp?B?GyRCPyckLDBjJCYbKEI=?= OK": "色が違う OK",
	} {
		if got := letter.Words(raw); got != want {
			t.Errorf("%q: %q, want %q", raw, got, want)
		}
	}
}

// Whatever a letter consists of, it is read in bounded time, and what can be read of it is text.
func FuzzRead(f *testing.F) {
	f.Add([]byte(head + "\nYes."))
	f.Add([]byte(head + "Content-Type: multipart/mixed; boundary=b\n\n" +
		"--b\nContent-Type: text/html\n\n<p>\xd5\n--b\n--b--"))
	f.Add([]byte("From a@b\nSubject: =?gbk?B?1g==?= =?gbk?Q?=A4?=\nno field\n\n--b\n"))
	f.Add([]byte(head + "Content-Type: message/rfc822\n\n" + head +
		"Content-Type: multipart/alternative\n\n--x\nContent-Type: x\n\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		l, ok := letter.Read(raw)
		if !ok {
			return
		}
		for _, text := range append(shown(l.Files), l.Text, letter.Words(l.Header.Get("Subject"))) {
			if !utf8.ValidString(text) {
				t.Fatalf("%q is no text", text)
			}
		}
	})
}

// shown are the names of files as people read them.
func shown(files []letter.File) (out []string) {
	for _, f := range files {
		out = append(out, f.Shown())
	}
	return out
}
