package crm

import (
	"slices"
	"strconv"
	"strings"
)

// Currencies whose minor unit is not a hundredth (ISO 4217, list one): those that have none, and those that have thousandths.
var (
	moneyWhole       = []string{"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"}
	moneyThousandths = []string{"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"}
)

// Words write an amount so that nobody can take it for another: "CNY 12,800.00", "JPY 500".
func (m Money) Words() string {
	digits := 2
	switch {
	case slices.Contains(moneyWhole, m.Currency):
		digits = 0
	case slices.Contains(moneyThousandths, m.Currency):
		digits = 3
	}
	sign, number := "", strconv.FormatInt(m.Minor, 10)
	if m.Minor < 0 {
		sign, number = "-", number[1:]
	}
	number = strings.Repeat("0", max(0, digits+1-len(number))) + number
	whole, part := number[:len(number)-digits], number[len(number)-digits:]
	for at := len(whole) - 3; at > 0; at -= 3 {
		whole = whole[:at] + "," + whole[at:]
	}
	if part != "" {
		part = "." + part
	}
	return m.Currency + " " + sign + whole + part
}
