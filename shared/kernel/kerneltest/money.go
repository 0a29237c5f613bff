package kerneltest

import (
	"afterpress/shared/kernel/money"
)

// CNY is an amount of yuan, given in fen.
func CNY(minor int64) money.Money { return money.Money{Minor: minor, Currency: "CNY"} }
