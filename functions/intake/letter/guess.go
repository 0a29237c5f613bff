package letter

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// sure is the share of common signs from which a guess counts, surer where the letter says something else.
const (
	sure  = 0.6
	surer = 0.9
)

// guesses are the encodings in which mail comes without a name, the likelier first. common reports whether a pair of
// bytes is a sign of everyday text; valid, whether it is a sign at all.
var guesses = []struct {
	of            encoding.Encoding
	valid, common func(a, b byte) bool
}{
	{simplifiedchinese.GB18030, // GB 2312: level one, punctuation, wide letters, kana
		func(a, b byte) bool { return a >= 0x81 && a <= 0xFE && b >= 0x40 && b != 0x7F && b != 0xFF },
		func(a, b byte) bool {
			return b >= 0xA1 && (a >= 0xB0 && a <= 0xD7 || a == 0xA1 || a >= 0xA3 && a <= 0xA5)
		}},
	{traditionalchinese.Big5, // level one and punctuation
		func(a, b byte) bool {
			return a >= 0x81 && a <= 0xFE && (b >= 0x40 && b <= 0x7E || b >= 0xA1 && b <= 0xFE)
		},
		func(a, b byte) bool { return a >= 0xA4 && a <= 0xC6 || a == 0xA1 }},
	{japanese.ShiftJIS, // kana, punctuation, kanji of level one
		func(a, b byte) bool {
			return (a >= 0x81 && a <= 0x9F || a >= 0xE0 && a <= 0xFC) && b >= 0x40 && b != 0x7F && b <= 0xFC
		},
		func(a, _ byte) bool { return a >= 0x81 && a <= 0x83 || a >= 0x88 && a <= 0x97 }},
}

// guess is the encoding that the bytes are most likely in. It errs towards Chinese, in which most of our mail is
// written. named is what the letter says, which is true where nothing speaks against it; nil where it says nothing.
func guess(content []byte, named encoding.Encoding) encoding.Encoding {
	var best encoding.Encoding = charmap.Windows1252
	most := sure
	if named == charmap.Windows1252 {
		most = surer
	}
	for _, g := range guesses {
		if share := common(content, g.valid, g.common); share > most {
			best, most = g.of, share
		}
	}
	if best != simplifiedchinese.GB18030 {
		return best
	}
	kana, early, pairs := rows(content)
	switch {
	case pairs >= 4 && kana*5 >= pairs: // the same rows of kana stand in both
		return japanese.EUCJP
	case early == pairs && isKorean(content, pairs): // Hangul fills what is the first half of level one
		return korean.EUCKR
	}
	return best
}

// common is the share of everyday signs among those beyond ASCII; a byte that is no sign counts as three others. Where
// hardly two of them stand side by side it is none: accents of a Western text stand alone.
func common(content []byte, valid, everyday func(a, b byte) bool) float64 {
	good, all, beside, end := 0, 0, 0, -1
	for i := 0; i < len(content); i++ {
		switch {
		case content[i] < 0x80:
			continue
		case isLong(content[i:]):
			i += 3
			end = i + 1
			continue
		}
		if i+1 == len(content) || !valid(content[i], content[i+1]) {
			all += 3
			continue
		}
		if everyday(content[i], content[i+1]) {
			good += 2
		} else if content[i] >= 0xD8 && content[i] <= 0xF7 && content[i+1] >= 0xA1 { // level two
			good++
		}
		if end == i {
			beside++
		}
		all++
		i++
		end = i + 1
	}
	if all == 0 || 3*beside < all {
		return 0
	}
	return float64(good) / float64(2*all)
}

// isJumble reports whether content that may be UTF-8 is Chinese by chance, as short words are: all of it is everyday
// GB 2312, and read as UTF-8 it mixes alphabets or has letters that no language of ours uses.
func isJumble(content []byte) bool {
	alphabets := map[*unicode.RangeTable]bool{}
	for _, r := range string(content) {
		switch {
		case r < 0x80:
		case r > 0x7FF:
			return false
		case r > 0x17F && unicode.Is(unicode.Latin, r):
			alphabets[nil] = true
		default:
			at := slices.IndexFunc(plainAlphabets, func(t *unicode.RangeTable) bool { return unicode.Is(t, r) })
			if at < 0 {
				alphabets[nil] = true
			} else {
				alphabets[plainAlphabets[at]] = true
			}
		}
	}
	return (len(alphabets) > 1 || alphabets[nil]) && common(content, guesses[0].valid, guesses[0].common) == 1
}

var plainAlphabets = []*unicode.RangeTable{unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Hebrew,
	unicode.Arabic}

// isLong reports whether a sign of four bytes of GB 18030 begins there; in no other encoding it is one.
func isLong(b []byte) bool {
	digit := func(b byte) bool { return b >= '0' && b <= '9' }
	return len(b) > 3 && b[0] > 0x80 && digit(b[1]) && b[2] > 0x80 && digit(b[3])
}

// isKorean reports whether syllables that no Korean text does without are a sixth of the pairs.
func isKorean(content []byte, pairs int) bool {
	found := 0
	for _, r := range decoded(content, korean.EUCKR) {
		if strings.ContainsRune("이다는을를가에서하고의도은니요세지시해주기로한으", r) {
			found++
		}
	}
	return found >= 2 && found*6 >= pairs
}

// rows counts the pairs of bytes that are kana in EUC-JP, and those in the rows of Hangul.
func rows(content []byte) (kana, early, pairs int) {
	for i := 0; i+1 < len(content); i++ {
		a := content[i]
		if a < 0x80 {
			continue
		}
		i++
		if a == 0xA1 || a == 0xA3 { // punctuation
			continue
		}
		pairs++
		if a == 0xA4 || a == 0xA5 {
			kana++
		}
		if a >= 0xB0 && a <= 0xC8 {
			early++
		}
	}
	return kana, early, pairs
}
