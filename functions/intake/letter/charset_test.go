package letter_test

import (
	"strings"
	"testing"

	"afterpress/functions/intake/letter"
)

// labels are all of the WHATWG's list of charsets (encoding.spec.whatwg.org, section 4.2), by what they can write.
var labels = []struct{ text, names string }{
	{"颜色偏红 ä", "unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf-8 utf8 x-unicode20utf8"},
	{"цвет", "866 cp866 csibm866 ibm866"},
	{"zażółć", "csisolatin2 iso-8859-2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 l2 latin2"},
	{"ĝardeno", "csisolatin3 iso-8859-3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 iso_8859-3:1988 l3 latin3"},
	{"ģimene", "csisolatin4 iso-8859-4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 iso_8859-4:1988 l4 latin4"},
	{"цвет", "csisolatincyrillic cyrillic iso-8859-5 iso-ir-144 iso8859-5 iso88595 iso_8859-5 iso_8859-5:1988"},
	{"لون", "arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 iso-8859-6 iso-8859-6-e iso-8859-6-i " +
		"iso-ir-127 iso8859-6 iso88596 iso_8859-6 iso_8859-6:1987"},
	{"χρώμα", "csisolatingreek ecma-118 elot_928 greek greek8 iso-8859-7 iso-ir-126 iso8859-7 iso88597 iso_8859-7 " +
		"iso_8859-7:1987 sun_eu_greek"},
	{"צבע", "csiso88598e csisolatinhebrew hebrew iso-8859-8 iso-8859-8-e iso-ir-138 iso8859-8 iso88598 iso_8859-8 " +
		"iso_8859-8:1988 visual"},
	{"צבע", "csiso88598i iso-8859-8-i logical"},
	{"þjóð", "csisolatin6 iso-8859-10 iso-ir-157 iso8859-10 iso885910 l6 latin6"},
	{"spalvą", "iso-8859-13 iso8859-13 iso885913"},
	{"ŵyneb", "iso-8859-14 iso8859-14 iso885914"},
	{"couleur œ", "csisolatin9 iso-8859-15 iso8859-15 iso885915 iso_8859-15 l9"},
	{"culoarea țări", "iso-8859-16"},
	{"цвет", "cskoi8r koi koi8 koi8-r koi8_r"},
	{"колір", "koi8-ru koi8-u"},
	{"couleur é", "csmacintosh mac macintosh x-mac-roman"},
	{"สีแดง", "dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 windows-874"},
	{"zażółć", "cp1250 windows-1250 x-cp1250"},
	{"цвет", "cp1251 windows-1251 x-cp1251"},
	{"Größe", "ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso8859-1 iso88591 iso_8859-1 " +
		"iso_8859-1:1987 l1 latin1 us-ascii windows-1252 x-cp1252"},
	{"χρώμα", "cp1253 windows-1253 x-cp1253"},
	{"rengi ığş", "cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989 l5 latin5 " +
		"windows-1254 x-cp1254"},
	{"צבע", "cp1255 windows-1255 x-cp1255"},
	{"لون", "cp1256 windows-1256 x-cp1256"},
	{"spalvą", "cp1257 windows-1257 x-cp1257"},
	{"màu", "cp1258 windows-1258 x-cp1258"},
	{"цвет", "x-mac-cyrillic x-mac-ukrainian"},
	{"颜色偏红，不对", "chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 gbk iso-ir-58 x-gbk"},
	{"颜色偏红，𠮷", "gb18030"},
	{"顏色偏紅", "big5 big5-hkscs cn-big5 csbig5 x-x-big5"},
	{"色が違う", "cseucpkdfmtjapanese euc-jp x-euc-jp"},
	{"色が違う", "csiso2022jp iso-2022-jp"},
	{"色が違う", "csshiftjis ms932 ms_kanji shift-jis shift_jis sjis windows-31j x-sjis"},
	{"색이 다르다", "cseuckr csksc56011987 euc-kr iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 " +
		"windows-949"},
	{"颜色偏红", "unicodefffe utf-16be"},
	{"颜色偏红", "csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16 utf-16le"},
	{"plain", "x-user-defined"},
}

// withheld are labels that the list gives to no reader, since a page could hide scripts in them. Letters still use one.
const withheld = "csiso2022kr hz-gb-2312 iso-2022-cn iso-2022-cn-ext iso-2022-kr replacement"

// A letter is read whatever charset of the list it names, as it names it.
func TestEveryCharsetOfTheList(t *testing.T) {
	t.Parallel()
	n := len(strings.Fields(withheld))
	for _, row := range labels {
		for _, name := range strings.Fields(row.names) {
			n++
			for _, named := range []string{name, strings.ToUpper(name), `"` + name + `"`} {
				raw := head + "Content-Type: text/plain; charset=" + named + "\n\n" + in(name, row.text)
				l, ok := letter.Read([]byte(raw))
				if got := strings.TrimSpace(l.Text); !ok || got != row.text {
					t.Errorf("%s: %q, want %q", named, got, row.text)
				}
			}
		}
	}
	if n != 228 {
		t.Errorf("%d labels: the list has 228", n)
	}
	for _, name := range strings.Fields(withheld) { // what is ASCII in them is read
		l, ok := letter.Read([]byte(head + "Content-Type: text/plain; charset=" + name + "\n\nprint 500"))
		if !ok || strings.TrimSpace(l.Text) != "print 500" {
			t.Errorf("%s: %q", name, l.Text)
		}
	}
	l, ok := letter.Read([]byte(head + "Content-Type: text/plain; charset=hz-gb-2312\n\n~{VPND~}"))
	if !ok || strings.TrimSpace(l.Text) != "中文" {
		t.Errorf("HZ: %q", l.Text)
	}
}

// QQ Mail and Foxmail write GBK and name nothing, in the text and in the subject.
func TestRawGBKWithoutAName(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"名片500张，铜版纸", "你好，请问画册怎么报价？", "颜色偏红，不对", "收到", "谢谢！", "我们公司需要印刷5000份宣传单，请尽快回复。",
		"OK，就按这个做", "退货"} {
		for _, kind := range []string{"", "Content-Type: text/plain\n", "Content-Type: text/html\n"} {
			raw := "From: a@qq.com\nTo: shop@example.net\nSubject: " + in("gbk", text) + "\n" + kind + "\n" + in("gbk", text)
			l, ok := letter.Read([]byte(raw))
			if got := letter.Words(l.Header.Get("Subject")); !ok || strings.TrimSpace(l.Text) != text || got != text {
				t.Errorf("%q with %q: %q, subject %q", text, kind, l.Text, got)
			}
		}
	}
}
