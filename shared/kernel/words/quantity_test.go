package words

import (
	"strconv"
	"strings"
	"testing"
)

func TestQuantity(t *testing.T) {
	for typed, want := range map[string]int64{
		"": 0, "0": 0, "00": 0, " ": 0, "零": 0, "500": 500, "５００": 500, "1,000": 1000, "1，000": 1000,
		"12,345,678": 12_345_678,
		"1 000":      1000, "1\u00a0000": 1000, "1'000": 1000, "1000本": 1000, "1000 本": 1000, "500张": 500, "500 pcs": 500,
		"500pcs.": 500, "200 copies": 200, "200 Pieces": 200, "1千": 1000, "2万": 20_000, "2萬": 20_000, "1.5万": 15_000,
		"1.25万": 12_500, "1.5k": 1500, "1.5 K": 1500, "3k": 3000, "5百": 500, "3千份": 3000, "1,000k": 1_000_000,
		"一千": 1000, "五百": 500, "五百本": 500, "两万": 20_000, "两千五百": 2500,
		"壹仟": 1000, "伍佰本": 500, "贰仟伍佰": 2500, "壹萬貳仟": 12_000, "廿五": 25, "叁拾": 30, "一千零五": 1005,
		"一千零五十": 1050, "二十五": 25, "十": 10,
		"十五": 15, "十万": 100_000, "一万二千": 12_000, "一百二十万": 1_200_000, "五": 5, "-5": -5, "\u200b500\ufeff": 500,
		"100000001": 100_000_001, "9999999999999": mostPieces, strings.Repeat("9", 40): mostPieces,
		"-" + strings.Repeat("9", 40): -mostPieces,
	} {
		if got, plain := Quantity(typed); got != want || !plain {
			t.Errorf("%q is %d, %v; want %d", typed, got, plain, want)
		}
	}
	for _, typed := range []string{"many", "1.000", "1.5", "1,00", "1,0000", "10,00", "1,000.50", "500-1000", "500~1000",
		"约500", "500+",
		"500/1000", "2w", "1m", "10箱", "5盒", "3令", "2kg", "10套", "500 sheets", "1000*2", "1e3", "0x10", "1.555k", "1.5十本书",
		"两千五",
		"一二三", "千", "百百", "一千千", "一万一万", "万", "--5", "+500", "半", "一百五"} {
		if got, plain := Quantity(typed); plain || got != 0 {
			t.Errorf("%q is said to be plainly %d", typed, got)
		}
	}
	for text, want := range map[string]bool{"many": false, "": false, "-": false, "5OO": true, "约五百": true, "约伍佰": true,
		"几箱": true, "½": true} {
		if Figures(text) != want {
			t.Errorf("%q is said to have figures: %v", text, !want)
		}
	}
}

// FuzzQuantity holds that a number that was read is what its digits say, and is read again.
func FuzzQuantity(f *testing.F) {
	for _, s := range []string{"1,000", "1000本", "５００", "1千", "2万", "1.5k", "一千零五", "两千五", "1.000", "-3", "十十", "\u200b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		n, plain := Quantity(typed)
		if !plain && n != 0 || n > mostPieces*10_000 || n < -mostPieces*10_000 {
			t.Errorf("%q is %d, %v", typed, n, plain)
		}
		if again, ok := Quantity(strconv.FormatInt(n, 10)); again != max(-mostPieces, min(mostPieces, n)) || !ok {
			t.Errorf("%q is %d, which is %d, %v", typed, n, again, ok)
		}
	})
}
