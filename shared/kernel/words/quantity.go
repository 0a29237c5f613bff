package words

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Quantity reads how many pieces somebody wrote: 1000, 1,000, １０００, 1000本, 1千, 2万, 1.5k, 一千五百. No text and a zero
// are 0, which is no quantity. plain is false where a reader would have to ask: for a range, for a comma or a point
// that may mean two things, and for what is counted in boxes or by weight. The unit is the product's own.
func Quantity(typed string) (n int64, plain bool) {
	text := strings.ToLower(strings.TrimSpace(Unmarked(norm.NFKC.String(typed))))
	if text == "" {
		return 0, true
	}
	found := quantity.FindStringSubmatch(text)
	if found == nil {
		return 0, false
	}
	digits, part, scale, chinese := found[1], found[2], scales[found[3]], found[4]
	if chinese != "" {
		return chineseNumber(chinese)
	}
	digits = thousands.Replace(digits)
	for range part {
		if scale%10 != 0 {
			return 0, false // less than a piece, or a point between thousands
		}
		scale /= 10
	}
	n, _ = strconv.ParseInt(digits+part, 10, 64) // beyond its range it is the largest number there is
	return max(-mostPieces, min(mostPieces, n)) * scale, true
}

// mostPieces is beyond what anybody prints, so that a product of it stays a number. A larger number counts as it.
const mostPieces = 1_000_000_000_000

// Figures reports whether text has a figure in it, so that it may say a quantity.
func Figures(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool {
		return unicode.Is(unicode.N, r) || strings.ContainsRune("零一二两兩三四五六七八九十百千万萬半几幾"+formal, r)
	})
}

// quantity is a number in digits, with groups of three or with a part of a scale, or in Chinese; then a word for single
// pieces, if there is one.
var quantity = regexp.MustCompile(`^(?:(-?[0-9]{1,3}(?:[, '’][0-9]{3})+|-?[0-9]+)(?:\.([0-9]{1,2}))?\s*(k|十|百|千|万|萬)?` +
	`|([零〇一二两兩三四五六七八九十百千万萬` + formal + `]+))\s*(?:个|個|份|件|张|張|本|册|冊|枚|只|隻|条|條|片|pcs?\.?|pieces?|copy|copies|ea\.?)?$`)

// scales are what stands behind a number, and what it stands for.
var scales = map[string]int64{"": 1, "十": 10, "百": 100, "千": 1000, "k": 1000, "万": 10_000, "萬": 10_000}

// thousands takes out what stands between the thousands of a number.
var thousands = strings.NewReplacer(",", "", " ", "", "'", "", "’", "")

// formal are the figures and scales of invoices, which nobody can change by a stroke.
const formal = "壹贰貳弐叁參参肆伍陆陸柒捌玖拾佰陌仟阡廿卅"

// onlyPlain writes a Chinese number with the signs of chineseNumber.
var onlyPlain = strings.NewReplacer("〇", "零", "两", "二", "兩", "二", "萬", "万", "壹", "一", "贰", "二", "貳", "二", "弐", "二",
	"叁", "三", "參", "三", "参", "三", "肆", "四", "伍", "五", "陆", "六", "陸", "六", "柒", "七", "捌", "八", "玖", "九", "拾", "十",
	"佰", "百", "陌", "百", "仟", "千", "阡", "千", "廿", "二十", "卅", "三十")

// chineseNumber reads a number up to 九千九百九十九万…, written in full. Two figures side by side, and an end such as in
// 两千五, which is 2500 to most and 2005 to some, are not plain.
func chineseNumber(text string) (n int64, plain bool) {
	const figures = "零一二三四五六七八九"
	text = onlyPlain.Replace(text)
	var section, figure int64 // of the ten thousands or below; not yet scaled
	last := int64(0)          // the scale before
	open, gap := false, false // a figure waits for its scale; a zero stood before it
	for _, sign := range text {
		scale, scaled := scales[string(sign)]
		switch {
		case !scaled && open:
			return 0, false
		case !scaled:
			at := strings.IndexRune(figures, sign) / len("零")
			figure, open, gap = int64(at), at > 0, gap || at == 0
		case scale == scales["万"]:
			if n > 0 || section+figure == 0 {
				return 0, false
			}
			n, section, figure, last, open, gap = (section+figure)*scale, 0, 0, scale, false, false
		default:
			if last != 0 && last <= scale || !open && (scale != 10 || section > 0) {
				return 0, false
			}
			section, figure, last, open, gap = section+max(figure, 1)*scale, 0, scale, false, false
		}
	}
	if open && last > 10 && !gap {
		return 0, false
	}
	return n + section + figure, true
}
