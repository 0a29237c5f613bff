package crm

import (
	"errors"
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

func cny(minor int64) Money { return Money{minor, "CNY"} }

func TestMoney(t *testing.T) {
	for _, c := range []struct {
		amount      Money
		part, whole int64
		want        int64
	}{
		{cny(100), 1, 3, 33}, {cny(200), 1, 3, 67}, {cny(5), 50, 100, 3}, {cny(-5), 50, 100, -3}, {cny(4), 1, 8, 1}, {cny(3), 1, 8, 0}, {cny(0), 7, 9, 0},
		{cny(math.MaxInt64), 1, 1, math.MaxInt64}, {cny(math.MinInt64), 1, 1, math.MinInt64}, {cny(math.MaxInt64), math.MaxInt64, math.MaxInt64, math.MaxInt64},
		{cny(3_600_000), 800, 5_000, 576_000},
	} {
		if got, err := c.amount.Share(c.part, c.whole); err != nil || got != cny(c.want) {
			t.Errorf("%v × %d ÷ %d: %v %v", c.amount, c.part, c.whole, got, err)
		}
	}
	most, least := cny(math.MaxInt64), cny(math.MinInt64)
	for name, c := range map[string]struct {
		do   func() (Money, error)
		want error
	}{
		"add above":      {func() (Money, error) { return most.Add(cny(1)) }, ErrMoneyOverflow},
		"add below":      {func() (Money, error) { return least.Add(cny(-1)) }, ErrMoneyOverflow},
		"sub below":      {func() (Money, error) { return least.Sub(cny(1)) }, ErrMoneyOverflow},
		"sub the least":  {func() (Money, error) { return cny(0).Sub(least) }, ErrMoneyOverflow},
		"percent above":  {func() (Money, error) { return most.Percent(101) }, ErrMoneyOverflow},
		"share below":    {func() (Money, error) { return least.Share(2, 1) }, ErrMoneyOverflow},
		"share above":    {func() (Money, error) { return most.Share(math.MaxInt64, 1) }, ErrMoneyOverflow},
		"negative part":  {func() (Money, error) { return most.Share(-1, 1) }, ErrMoneyShare},
		"of nothing":     {func() (Money, error) { return most.Share(1, 0) }, ErrMoneyShare},
		"add other":      {func() (Money, error) { return cny(1).Add(Money{1, "USD"}) }, ErrMoneyCurrency},
		"sub other":      {func() (Money, error) { return cny(1).Sub(Money{1, "USD"}) }, ErrMoneyCurrency},
		"add of nowhere": {func() (Money, error) { return cny(1).Add(Money{}) }, ErrMoneyCurrency},
		"currency":       {func() (Money, error) { return Money{}, Money{1, "RMB"}.Check() }, ErrMoneyCurrency},
		"currency small": {func() (Money, error) { return Money{}, Money{1, "cny"}.Check() }, ErrMoneyCurrency},
		"currency lacks": {func() (Money, error) { return Money{}, Money{1, ""}.Check() }, ErrMoneyCurrency},
	} {
		if got, err := c.do(); !errors.Is(err, c.want) || got != (Money{}) {
			t.Errorf("%s: %v %v", name, got, err)
		}
	}
	if err := cny(1).Check(); err != nil {
		t.Error(err)
	}
}

// TestMoneyLaws holds the arithmetic against big integers: right where the result fits, refused where it does not.
func TestMoneyLaws(t *testing.T) {
	fits := func(n *big.Int) bool { return n.IsInt64() }
	rapid.Check(t, func(t *rapid.T) {
		a, b := cny(rapid.Int64().Draw(t, "a")), cny(rapid.Int64().Draw(t, "b"))
		bigA, bigB := big.NewInt(a.Minor), big.NewInt(b.Minor)
		for name, c := range map[string]struct {
			do   func(Money) (Money, error)
			want *big.Int
		}{"sum": {a.Add, new(big.Int).Add(bigA, bigB)}, "difference": {a.Sub, new(big.Int).Sub(bigA, bigB)}} {
			if got, err := c.do(b); fits(c.want) != (err == nil) || err == nil && got.Minor != c.want.Int64() {
				t.Fatalf("%s: %v %v, want %v", name, got, err, c.want)
			}
		}
		part, whole := rapid.Int64Min(0).Draw(t, "part"), rapid.Int64Min(1).Draw(t, "whole")
		// Nearest, half away from zero: (2|a|p + w) div 2w, with a's sign.
		want := new(big.Int).Mul(new(big.Int).Abs(bigA), big.NewInt(part))
		want.Mul(want, big.NewInt(2)).Add(want, big.NewInt(whole)).Quo(want, new(big.Int).Mul(big.NewInt(whole), big.NewInt(2)))
		if a.Minor < 0 {
			want.Neg(want)
		}
		if got, err := a.Share(part, whole); fits(want) != (err == nil) || err == nil && got.Minor != want.Int64() {
			t.Fatalf("%v × %d ÷ %d: %v %v, want %v", a, part, whole, got, err, want)
		}
	})
}

func TestMoneyWords(t *testing.T) {
	for _, tc := range []struct {
		m      Money
		zh, en string
	}{
		{Money{1_280_000, "CNY"}, "12,800.00 元", "CNY 12,800.00"}, {Money{5, "CNY"}, "0.05 元", "CNY 0.05"}, {Money{-100_000_001, "EUR"}, "-1,000,000.01 EUR", "EUR -1,000,000.01"},
		{Money{12_800, "JPY"}, "12,800 JPY", "JPY 12,800"}, {Money{0, "JPY"}, "0 JPY", "JPY 0"}, {Money{1_234, "KWD"}, "1.234 KWD", "KWD 1.234"},
		{Money{-9_223_372_036_854_775_808, "USD"}, "-92,233,720,368,547,758.08 USD", "USD -92,233,720,368,547,758.08"},
	} {
		if tc.m.Words(Zh) != tc.zh || tc.m.Words(En) != tc.en {
			t.Errorf("%+v: %q, %q", tc.m, tc.m.Words(Zh), tc.m.Words(En))
		}
	}
}
