package identity

import (
	"errors"
	"regexp"
	"strings"
	"testing"

	"afterpress/shared/kernel/words"
)

var (
	shanghai = Place{Region: "CN", Area: "21"}
	visitor  = Place{Region: "CN", Area: "21", Lang: words.En}
)

func TestPhone(t *testing.T) {
	for _, tc := range []struct{ raw, region, want string }{
		{"13800138000", "CN", "+8613800138000"},
		{"+86 138 0013 8000", "CN", "+8613800138000"},
		{"0086-138-0013-8000", "CN", "+8613800138000"},
		{"86 138 0013 8000", "CN", "+8613800138000"},
		{"（138）0013 8000", "CN", "+8613800138000"},
		{"１３８００１３８０００", "CN", "+8613800138000"},
		{"\u202d13800138000\u202c", "CN", "+8613800138000"},
		{"\ufeff138\u200b0013\u20608000", "CN", "+8613800138000"},
		{"138–0013–8000", "CN", "+8613800138000"},
		{"021-5080 1188", "CN", "+862150801188"},
		{"86-21-50801188", "CN", "+862150801188"},
		{"电话：021-50801188", "CN", "+862150801188"},
		{"400-820-8820", "CN", "+864008208820"},
		{"020 7946 0958", "GB", "+442079460958"},
		{"+44 20 7946 0958", "CN", "+442079460958"},
		{"+44 (0)20 7946 0958", "CN", "+442079460958"},
		{"030/12345678", "DE", "+493012345678"},
		{"030-1234567-0", "DE", "+493012345670"},
		{"12345", "CN", ""},
		{"50801188", "CN", ""},
		{"", "CN", ""},
		{"+", "CN", ""},
		{"ext 8", "CN", ""},
		{"13800138000\r\nBcc: x", "CN", ""},
		{strings.Repeat("1", 10_000), "CN", ""},
	} {
		got, err := Phone(tc.raw, tc.region)
		if got != tc.want || (err == nil) != (tc.want != "") {
			t.Errorf("Phone(%.40q, %s) = %q, %v; want %q", tc.raw, tc.region, got, err, tc.want)
		}
	}
}

// TestExtensions holds the ways in which people write one to one form, and numbers that have none to theirs.
func TestExtensions(t *testing.T) {
	for raw, want := range map[string]string{
		"0571-88886666-8001":             "+8657188886666;ext=8001",
		"0571-88886666—8001":             "+8657188886666;ext=8001",
		"0571-8888 6666 - 8001":          "+8657188886666;ext=8001",
		"0571-88886666转8001":             "+8657188886666;ext=8001",
		"0571-88886666 轉 8001":           "+8657188886666;ext=8001",
		"0571-88886666（转：8001）":          "+8657188886666;ext=8001",
		"0571-88886666-转8001":            "+8657188886666;ext=8001",
		"0571-88886666转接8001":            "+8657188886666;ext=8001",
		"0571-88886666 总机转8001":          "+8657188886666;ext=8001",
		"0571-88886666，分机8001":           "+8657188886666;ext=8001",
		"0571-88886666 分机号：8001":         "+8657188886666;ext=8001",
		"0571-88886666 內線 8001":          "+8657188886666;ext=8001",
		"0571-88886666 ext. 8001":        "+8657188886666;ext=8001",
		"0571-88886666 EXT8001":          "+8657188886666;ext=8001",
		"0571-88886666 extension 8001":   "+8657188886666;ext=8001",
		"0571-88886666x8001":             "+8657188886666;ext=8001",
		"0571-88886666＃８００１":             "+8657188886666;ext=8001",
		"0571-88886666,8001":             "+8657188886666;ext=8001",
		"+8657188886666;ext=8001":        "+8657188886666;ext=8001",
		"tel:+86-571-8888-6666;ext=8001": "+8657188886666;ext=8001",
		"0571-88886666-0801":             "+8657188886666;ext=0801",
		"(021)50801188-801":              "+862150801188;ext=801",
		"50801188-801":                   "+862150801188;ext=801",
		"50801188转801":                   "+862150801188;ext=801",
		"400-820-8820转1":                 "+864008208820;ext=1",
		"400-820-8820-1":                 "+864008208820;ext=1",
		"0570-2345678-8":                 "+865702345678;ext=8",
		"13800138000-1234":               "+8613800138000;ext=1234",
		"+1 212 555 0101 x22":            "+12125550101;ext=22",
		"+44 20 7946 0958-12":            "+442079460958;ext=12",
		"138-0013-8000":                  "+8613800138000",
		"0571-8888-6666":                 "+8657188886666",
		"021-508-01188":                  "+862150801188",
		"6234-5678":                      "+862162345678",
		"6234 5678":                      "+862162345678",
		"0571-88886666转1234567":          "+8657188886666;ext=1234567",
		"0571-88886666转12345678":         "+8657188886666;ext=12345678",
		"+8657188886666;ext=1234567":     "+8657188886666;ext=1234567",
		"+8657188886666;ext=12345678":    "+8657188886666;ext=12345678",
		"0571-88886666, ext. 12345678":   "+8657188886666;ext=12345678",
		"0571-88886666 x12345678":        "+8657188886666;ext=12345678",
		"٠٥٧١-٨٨٨٨٦٦٦٦ ext ٨٠٠١":         "+8657188886666;ext=8001",
		"०५७१-८८८८६६६६ 转 ८००९":         "+8657188886666;ext=8009",
		"+8657188886666;ext=٨٠٠١":      "+8657188886666;ext=8001",
		"0571-88886666 x𞥘":             "+8657188886666;ext=8",
		"0571-88886666,123456":         "+8657188886666;ext=123456",
		"0571-88886666,1234567":        "",
		"+8657188886666;ext=123456789": "",
		"0571-88886666转":               "",
		"0571-88886666转123456789":      "",
		"0571-88886666-1234567":        "",
		"转8001":                        "",
		"13800138000（微信同号）":            "+8613800138000",
		"13800138000 同微信":              "+8613800138000",
		"13800138000 (Mr Wang)":        "+8613800138000",
		"0571-88886666转8001（王先生）":      "+8657188886666;ext=8001",
		"(021)":                        "",
		"(微信同号)":                       "",
	} {
		if got, err := shanghai.Phone(raw); got != want || (err == nil) != (want != "") {
			t.Errorf("%q is %q, %v; want %q", raw, got, err, want)
		}
	}
}

// TestTheFirstOfSeveralNumbers names which number is taken from a field with more than one. Where each number has a
// field of its own, the text is refused.
func TestTheFirstOfSeveralNumbers(t *testing.T) {
	for raw, want := range map[string]string{
		"13800138000 / 010-62345678":     "+8613800138000",
		"13800138000，13900139000":        "+8613800138000",
		"13800138000;62345678":           "+8613800138000",
		"13800138000,62345678":           "+8613800138000",
		"021-50801188/89":                "+862150801188",
		"021-50801188转801、802":           "+862150801188;ext=801",
		"021-50801188转801/13800138000":   "+862150801188;ext=801",
		"13800138000或13900139000":        "+8613800138000",
		"13800138000 or 139 0013 9000":   "+8613800138000",
		"13800138000\n13900139000":       "+8613800138000",
		"微信 / 13800138000":               "+8613800138000",
		"212-555-0101 / +86 13800138000": "+8613800138000",
		"13800138000 13900139000":        "",
		"12/34":                          "",
		"/":                              "",
		"; , /":                          "",
	} {
		got, more, err := shanghai.First(raw)
		if got != want || (err == nil) != (want != "") || err == nil && !more {
			t.Errorf("%q begins with %q, %v, %v; want %q", raw, got, more, err, want)
		}
		if one, err := shanghai.Phone(raw); one != "" || want != "" && !errors.Is(err, ErrSeveral) {
			t.Errorf("%q is one number %q, %v", raw, one, err)
		}
	}
}

// TestANumberOfAnotherCountryIsAskedAbout has numbers that can be read here, and would be a stranger's.
func TestANumberOfAnotherCountryIsAskedAbout(t *testing.T) {
	for _, tc := range []struct {
		at        Place
		raw, want string // empty: it is asked about
	}{
		{shanghai, "020 7946 0958", "+862079460958"}, // Guangzhou
		{visitor, "020 7946 0958", ""},               // or London
		{visitor, "+44 20 7946 0958", "+442079460958"},
		{visitor, "+86 20 7946 0958", "+862079460958"},
		{visitor, "0086 20 7946 0958", "+862079460958"},
		{shanghai, "212-555-0101", ""}, // New York, or Shanghai without its zero
		{shanghai, "(212) 555-0101", ""},
		{shanghai, "2125550101", ""},
		{shanghai, "021-25550101", "+862125550101"},
		{shanghai, "1-361-234-5678", ""}, // Texas, or a mobile number
		{shanghai, "13612345678", "+8613612345678"},
		{visitor, "13612345678", "+8613612345678"},
		{visitor, "136 1234 5678", "+8613612345678"},
		{shanghai, "136-123-45678", "+8613612345678"},
		{shanghai, "23456789", "+862123456789"}, // of the town
		{visitor, "23456789", ""},               // or Hong Kong
		{visitor, "0571-88886666", "+8657188886666"},
		{visitor, "400-820-8820", "+864008208820"},
		{Place{Region: "US", Lang: words.Zh}, "13612345678", ""}, // a mobile number of China, or Texas
		{Place{Region: "US", Lang: words.En}, "13612345678", "+13612345678"},
		{Place{Region: "US", Lang: words.Zh}, "212-555-0101", "+12125550101"},
		{Place{Region: "HK", Lang: words.Zh}, "2345 6789", "+85223456789"},
		{Place{Region: "GB", Lang: words.En}, "020 7946 0958", "+442079460958"},
		{Place{Region: "GB", Area: "20", Lang: words.En}, "7946 0958", "+442079460958"},
	} {
		got, err := tc.at.Phone(tc.raw)
		if got != tc.want || errors.Is(err, ErrDoubtful) != (tc.want == "") {
			t.Errorf("%+v: %q is %q, %v; want %q", tc.at, tc.raw, got, err, tc.want)
		}
	}
}

// FuzzPhone holds that a number that was read finds itself, wherever it is read again.
func FuzzPhone(f *testing.F) {
	for _, s := range []string{"13800138000", "+86 138 0013 8000", "0086-138", "＋８６", "tel:+1-212-555-0101;ext=1",
		"0571-88886666转8001", "50801188-801", "13800138000 / 010-62345678", "020 7946 0958", "\x00", "1-361-234-5678",
		"021-50801188,801;802", "0571-88886666转1234567", "+8657188886666;ext=12345678", "021-50801188,ext=12345678;9",
		"0571-88886666 ext ٨٠٠١"} {
		f.Add(s)
	}
	form := regexp.MustCompile(`^\+[1-9][0-9]{4,15}(;ext=[0-9]{1,8})?$`)
	f.Fuzz(func(t *testing.T, raw string) {
		for _, at := range []Place{shanghai, visitor, {Region: "CN"}, {}} {
			once, _, err := at.First(raw)
			if err != nil {
				if once != "" {
					t.Errorf("%q is refused and read as %q", raw, once)
				}
				continue
			}
			if !form.MatchString(once) {
				t.Errorf("%q became %q", raw, once)
			}
			if twice, err := (Place{Region: "US", Lang: words.Zh}).Phone(once); err != nil || twice != once {
				t.Errorf("%q, then %q, %v", once, twice, err)
			}
		}
	})
}

func TestPhoneWritten(t *testing.T) {
	for _, c := range []struct{ phone, zh, en string }{
		{"+862150801188", "021-5080 1188", "+86 21 5080 1188"},
		{"+8657188886666", "0571-8888 6666", "+86 571 8888 6666"},
		{"+8613800138000", "138 0013 8000", "+86 138 0013 8000"},
		{"+442079460958", "+44 20 7946 0958", "+44 20 7946 0958"},
		{"not a number", "not a number", "not a number"},
	} {
		for lang, want := range map[words.Lang]string{words.Zh: c.zh, words.En: c.en} {
			if got := PhoneWritten(c.phone, lang); got != want {
				t.Errorf("%s in %s is written %q, want %q", c.phone, lang, got, want)
			}
		}
	}
}
