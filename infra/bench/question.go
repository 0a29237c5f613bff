package main

import (
	"fmt"
	"strings"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/directory/pinyin"
	"afterpress/shared/kernel/words"
)

// card is the path of all that matters of a customer.
const card = "/customers/%s/360"

// question is one way to ask for customers, as the work of a client.
type question struct {
	work string
	name string
	path func(n int) string
	most float64 // ms that the 99th percentile may take; 0: no goal
}

// questions ask for customers who are there at any size, by names that nobody else has: each has the same answers
// among a thousand customers and among a hundred thousand, so that what grows is the way to them. What most names
// have, an owner and a category have many more answers than a page.
var questions = []question{
	{"customers", "customers list", func(int) string { return "/customers" }, 0},
	{"owned", "customers of an owner", func(int) string { return "/customers?owner=" + sales(0) }, 0},
	{"category", "customers of a category and those below it",
		func(int) string { return "/customers?category=commercial" }, 0},
	{"chinese", "customers by part of a Chinese name", func(n int) string { return "/customers?q=" + brand(n%few) }, 0},
	{"common", "customers by what most names have", func(int) string { return "/customers?q=印务" }, 0},
	{"pinyin", "customers by pinyin", func(n int) string { return "/customers?q=" + spelt(brand(n%few)) }, 0},
	{"latin", "customers by the beginning of a Latin name",
		func(n int) string { return "/customers?q=" + strings.Fields(latin(n % few))[0] }, 0},
	{"digits", "customers by the last digits of a phone",
		func(n int) string { return "/customers?q=" + phone(n % few)[5:] }, 0},
	{"email", "a customer by an e-mail address", func(n int) string { return "/customers?q=" + mailbox(n%few) }, 0},
	{"tax", "a customer by a tax number", func(n int) string { return "/customers?q=" + tax(n%few) }, 0},
	{"360", "360 of a customer", func(n int) string { return fmt.Sprintf(card, customerID(int64(n%dealt)+1)) }, 50},
}

// The signs of the names, three for each: ten for the customers who are asked for, and thirty for the others, which
// no question finds.
var (
	asked  = []rune("安宝昌达丰高国海浩康")
	others = []rune("博诚德东福光广恒宏华汇吉佳嘉建金锦京景兰联龙美明鹏启瑞盛泰兴")
)

func brand(n int) string {
	signs := others
	if n < few {
		signs = asked
	}
	m := len(signs)
	return string([]rune{signs[n%m], signs[n/m%m], signs[n/m/m%m]})
}

func spelt(name string) string {
	var out strings.Builder
	for _, r := range name {
		out.WriteString(pinyin.Read(r)[0])
	}
	return out.String()
}

func latin(n int) string {
	return fmt.Sprintf("%s%c%c Print Works", spelt(brand(n)), 'a'+n%26, 'a'+n/26%26)
}

// phone spreads the numbers, so that the last six digits are of one in a million.
func phone(n int) string { return fmt.Sprintf("139%08d", (n*48271+12345)%100_000_000) }

func mailbox(n int) string { return fmt.Sprintf("buyer.%d@customer.example", n) }

// tax is a number of the form of China's unified social credit codes.
func tax(n int) string { return fmt.Sprintf("91310115MA%08d", n) }

// sales is one of the three who share the customers of the seeded shop.
func sales(n int) string { return seed.StaffID(3 + n%3) }

func category(n int) string {
	return []string{"order", "one-off", "direct-key-account", "regional-key-account", "opportunity", "household"}[n%6]
}

func customerID(n int64) string { return fmt.Sprintf("cus_019b0000-0000-7000-8000-%012d", n) }

func aCustomer(n int) customer.Customer {
	return customer.Customer{Kind: "company", Name: "上海" + brand(n) + "印务有限公司", LatinName: latin(n), Lang: words.Zh,
		Branch: seed.Shanghai, Source: "walk-in",
		Owner: sales(n), Category: category(n), TaxNumber: tax(n)}
}

func person(n int) *customer.Contact {
	return &customer.Contact{Name: "王" + string(asked[n%10]), Lang: words.Zh, Roles: []string{"buys"},
		Phones: []customer.Reach{{Value: "+86" + phone(n)}},
		Emails: []customer.Reach{{Value: mailbox(n)}}}
}
