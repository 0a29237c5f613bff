package kerneltest

import (
	"afterpress/shared/kernel/money"
)

func CNY(minor int64) money.Money { return money.Money{Minor: minor, Currency: "CNY"} }
