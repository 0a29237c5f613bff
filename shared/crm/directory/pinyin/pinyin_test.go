package pinyin_test

import (
	"strings"
	"testing"

	"afterpress/shared/crm/directory/pinyin"
)

func TestRead(t *testing.T) {
	for character, want := range map[rune]string{
		'李': "li", '长': "chang zhang", '長': "chang zhang", '重': "chong zhong", '女': "nv ru", '單': "shan dan", '印': "yin",
		'刷': "shua", '乐': "le yue", 'a': "", '7': "", '😀': "", 'が': "", '한': "",
	} {
		if got := strings.Join(pinyin.Read(character), " "); got != want {
			t.Errorf("%c is read %q, want %q", character, got, want)
		}
	}
}

// TestReadingsAreLetters holds one in five of the characters to at most two readings in small letters, so that
// initials are letters too.
func TestReadingsAreLetters(t *testing.T) {
	for r := rune(0x3400); r <= 0x9fff; r += 5 {
		readings := pinyin.Read(r)
		if len(readings) > 2 {
			t.Errorf("%c: %v", r, readings)
		}
		for _, s := range readings {
			if s == "" || strings.Trim(s, "abcdefghijklmnopqrstuvwxyz") != "" {
				t.Errorf("%c: %q", r, s)
			}
		}
	}
}
