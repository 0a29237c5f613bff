// Package money counts amounts in minor units of one currency.
package money

import (
	"errors"
	"fmt"
	"math"
	"math/bits"
	"strconv"
	"strings"

	"afterpress/shared/kernel/valid"
	"afterpress/shared/kernel/words"

	"golang.org/x/text/currency"
)

// Money is an amount in the minor unit of its currency (ISO 4217): 1280000 CNY is ¥12,800.00. Pages format
// amounts themselves; Words formats them for messages.
type Money struct {
	Minor    int64  `json:"minor"`
	Currency string `json:"currency"`
}

// Errors of money. All are faults of the caller's input, so trying again does not help.
var (
	ErrMoneyCurrency = errors.New("money: the amounts are in different currencies, or in none of ISO 4217")
	ErrMoneyOverflow = errors.New("money: the amount does not fit 64 bits")
	ErrMoneyShare    = errors.New("money: a share needs a part of 0 or more and a whole above 0")
)

// Check refuses with ErrMoneyCurrency a currency that ISO 4217 does not list.
func (m Money) Check() error {
	if !valid.Holds(m.Currency, "iso4217") {
		return fmt.Errorf("%w: %q", ErrMoneyCurrency, m.Currency)
	}
	return nil
}

// Add is m + n. It returns ErrMoneyCurrency unless both have one currency, and ErrMoneyOverflow for a sum
// beyond 64 bits.
func (m Money) Add(n Money) (Money, error) {
	if m.Currency != n.Currency {
		return Money{}, fmt.Errorf("%w: %q and %q", ErrMoneyCurrency, m.Currency, n.Currency)
	}
	sum := m.Minor + n.Minor
	if (n.Minor > 0) != (sum > m.Minor) && n.Minor != 0 {
		return Money{}, ErrMoneyOverflow
	}
	return Money{sum, m.Currency}, nil
}

// Sub is m - n. It returns ErrMoneyCurrency unless both have one currency, and ErrMoneyOverflow for a
// difference beyond 64 bits.
func (m Money) Sub(n Money) (Money, error) {
	if m.Currency != n.Currency {
		return Money{}, fmt.Errorf("%w: %q and %q", ErrMoneyCurrency, m.Currency, n.Currency)
	}
	rest := m.Minor - n.Minor
	if (n.Minor > 0) != (rest < m.Minor) && n.Minor != 0 {
		return Money{}, ErrMoneyOverflow
	}
	return Money{rest, m.Currency}, nil
}

// Percent is percent hundredths of m. It rounds as Share does and has the errors of Share.
func (m Money) Percent(percent int64) (Money, error) { return m.Share(percent, 100) }

// Share is m × part ÷ whole, rounded to the nearest minor unit. A half goes away from zero, so that a credit
// and its reversal are equal. The product may pass 64 bits; a result that does is ErrMoneyOverflow.
// ErrMoneyShare is returned unless part is 0 or more and whole is above 0.
func (m Money) Share(part, whole int64) (Money, error) {
	if part < 0 || whole <= 0 {
		return Money{}, ErrMoneyShare
	}
	size := uint64(m.Minor)
	if m.Minor < 0 {
		size = -size // two's complement: right for the smallest int64 too
	}
	hi, lo := bits.Mul64(size, uint64(part))
	lo, carry := bits.Add64(lo, uint64(whole)/2, 0)
	hi += carry
	if hi >= uint64(whole) {
		return Money{}, ErrMoneyOverflow
	}
	quotient, _ := bits.Div64(hi, lo, uint64(whole))
	switch {
	case m.Minor < 0 && quotient <= 1<<63:
		return Money{int64(-quotient), m.Currency}, nil
	case m.Minor >= 0 && quotient <= math.MaxInt64:
		return Money{int64(quotient), m.Currency}, nil
	}
	return Money{}, ErrMoneyOverflow
}

// Words formats the amount for a message: "12,800.00 元", "CNY 12,800.00". A currency that is not known gets
// two decimals.
func (m Money) Words(lang words.Lang) string {
	digits := 2
	if unit, err := currency.ParseISO(m.Currency); err == nil {
		digits, _ = currency.Standard.Rounding(unit)
	}
	text, sign := strconv.FormatInt(m.Minor, 10), ""
	if text[0] == '-' {
		text, sign = text[1:], "-"
	}
	text = strings.Repeat("0", max(0, digits+1-len(text))) + text
	whole, part := text[:len(text)-digits], text[len(text)-digits:]
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if part != "" {
		whole += "." + part
	}
	switch {
	case lang == words.Zh && m.Currency == "CNY":
		return sign + whole + " 元"
	case lang == words.Zh:
		return sign + whole + " " + m.Currency
	}
	return m.Currency + " " + sign + whole
}
