package money_test

import (
	"errors"
	"math"
	"math/big"
	"testing"

	"afterpress/shared/kernel/kerneltest"
	"afterpress/shared/kernel/money"
	"afterpress/shared/kernel/words"

	"pgregory.net/rapid"
)

func TestMoney(t *testing.T) {
	for _, c := range []struct {
		amount      money.Money
		part, whole int64
		want        int64
	}{
		{kerneltest.CNY(100), 1, 3, 33}, {kerneltest.CNY(200), 1, 3, 67}, {kerneltest.CNY(5), 50, 100, 3},
		{kerneltest.CNY(-5), 50, 100, -3}, {kerneltest.CNY(4), 1, 8, 1}, {kerneltest.CNY(3), 1, 8, 0},
		{kerneltest.CNY(0), 7, 9, 0},
		{kerneltest.CNY(math.MaxInt64), 1, 1, math.MaxInt64}, {kerneltest.CNY(math.MinInt64), 1, 1, math.MinInt64},
		{kerneltest.CNY(math.MaxInt64), math.MaxInt64, math.MaxInt64, math.MaxInt64},
		{kerneltest.CNY(3_600_000), 800, 5_000, 576_000},
	} {
		if got, err := c.amount.Share(c.part, c.whole); err != nil || got != kerneltest.CNY(c.want) {
			t.Errorf("%v × %d ÷ %d: %v %v", c.amount, c.part, c.whole, got, err)
		}
	}
	most, least := kerneltest.CNY(math.MaxInt64), kerneltest.CNY(math.MinInt64)
	for name, c := range map[string]struct {
		do   func() (money.Money, error)
		want error
	}{
		"add above":     {func() (money.Money, error) { return most.Add(kerneltest.CNY(1)) }, money.ErrMoneyOverflow},
		"add below":     {func() (money.Money, error) { return least.Add(kerneltest.CNY(-1)) }, money.ErrMoneyOverflow},
		"sub below":     {func() (money.Money, error) { return least.Sub(kerneltest.CNY(1)) }, money.ErrMoneyOverflow},
		"sub the least": {func() (money.Money, error) { return kerneltest.CNY(0).Sub(least) }, money.ErrMoneyOverflow},
		"percent above": {func() (money.Money, error) { return most.Percent(101) }, money.ErrMoneyOverflow},
		"share below":   {func() (money.Money, error) { return least.Share(2, 1) }, money.ErrMoneyOverflow},
		"share above":   {func() (money.Money, error) { return most.Share(math.MaxInt64, 1) }, money.ErrMoneyOverflow},
		"negative part": {func() (money.Money, error) { return most.Share(-1, 1) }, money.ErrMoneyShare},
		"of nothing":    {func() (money.Money, error) { return most.Share(1, 0) }, money.ErrMoneyShare},
		"add other": {func() (money.Money, error) { return kerneltest.CNY(1).Add(money.Money{1, "USD"}) },
			money.ErrMoneyCurrency},
		"sub other": {func() (money.Money, error) { return kerneltest.CNY(1).Sub(money.Money{1, "USD"}) },
			money.ErrMoneyCurrency},
		"add of nowhere": {func() (money.Money, error) { return kerneltest.CNY(1).Add(money.Money{}) },
			money.ErrMoneyCurrency},
		"currency": {func() (money.Money, error) { return money.Money{}, money.Money{1, "RMB"}.Check() },
			money.ErrMoneyCurrency},
		"currency small": {func() (money.Money, error) { return money.Money{}, money.Money{1, "cny"}.Check() },
			money.ErrMoneyCurrency},
		"currency lacks": {func() (money.Money, error) { return money.Money{}, money.Money{1, ""}.Check() },
			money.ErrMoneyCurrency},
	} {
		if got, err := c.do(); !errors.Is(err, c.want) || got != (money.Money{}) {
			t.Errorf("%s: %v %v", name, got, err)
		}
	}
	if err := kerneltest.CNY(1).Check(); err != nil {
		t.Error(err)
	}
}

// TestMoneyLaws holds the arithmetic against big integers: right where the result fits, refused where it does not.
func TestMoneyLaws(t *testing.T) {
	fits := func(n *big.Int) bool { return n.IsInt64() }
	rapid.Check(t, func(t *rapid.T) {
		a, b := kerneltest.CNY(rapid.Int64().Draw(t, "a")), kerneltest.CNY(rapid.Int64().Draw(t, "b"))
		bigA, bigB := big.NewInt(a.Minor), big.NewInt(b.Minor)
		for name, c := range map[string]struct {
			do   func(money.Money) (money.Money, error)
			want *big.Int
		}{"sum": {a.Add, new(big.Int).Add(bigA, bigB)}, "difference": {a.Sub, new(big.Int).Sub(bigA, bigB)}} {
			if got, err := c.do(b); fits(c.want) != (err == nil) || err == nil && got.Minor != c.want.Int64() {
				t.Fatalf("%s: %v %v, want %v", name, got, err, c.want)
			}
		}
		part, whole := rapid.Int64Min(0).Draw(t, "part"), rapid.Int64Min(1).Draw(t, "whole")
		// Nearest, half away from zero: (2|a|p + w) div 2w, with a's sign.
		want := new(big.Int).Mul(new(big.Int).Abs(bigA), big.NewInt(part))
		want.Mul(want, big.NewInt(2)).Add(want, big.NewInt(whole)).Quo(want,
			new(big.Int).Mul(big.NewInt(whole), big.NewInt(2)))
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
		m      money.Money
		zh, en string
	}{
		{money.Money{1_280_000, "CNY"}, "12,800.00 元", "CNY 12,800.00"}, {money.Money{5, "CNY"}, "0.05 元", "CNY 0.05"},
		{money.Money{-100_000_001, "EUR"}, "-1,000,000.01 EUR", "EUR -1,000,000.01"},
		{money.Money{12_800, "JPY"}, "12,800 JPY", "JPY 12,800"}, {money.Money{0, "JPY"}, "0 JPY", "JPY 0"},
		{money.Money{1_234, "KWD"}, "1.234 KWD", "KWD 1.234"},
		{money.Money{-9_223_372_036_854_775_808, "USD"}, "-92,233,720,368,547,758.08 USD", "USD -92,233,720,368,547,758.08"},
	} {
		if tc.m.Words(words.Zh) != tc.zh || tc.m.Words(words.En) != tc.en {
			t.Errorf("%+v: %q, %q", tc.m, tc.m.Words(words.Zh), tc.m.Words(words.En))
		}
	}
}
