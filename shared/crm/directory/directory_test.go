package directory_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/directory"
	"afterpress/shared/crm/directory/pinyin"
	"afterpress/shared/kernel/kerneltest"

	"pgregory.net/rapid"
)

func person(name, phone, email string) customer.Contact {
	c := customer.Contact{Name: name}
	if phone != "" {
		c.Phones = []customer.Reach{{Value: phone}}
	}
	if email != "" {
		c.Emails = []customer.Reach{{Value: email}}
	}
	return c
}

// TestTermsAreGolden writes out what finds each of these customers, so that people can read it.
func TestTermsAreGolden(t *testing.T) {
	left := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	var out strings.Builder
	for _, c := range []struct {
		customer customer.Customer
		people   []customer.Contact
	}{
		{customer.Customer{Kind: customer.Company, Name: "重庆长城印务有限公司"}, nil},
		{customer.Customer{Kind: customer.Company, Name: "重慶長城印務有限公司", LatinName: "Great Wall Printing Co., Ltd."}, nil},
		{customer.Customer{Kind: customer.Company, Name: "3M中国有限公司"}, nil},
		{customer.Customer{Kind: customer.Company, Name: "澜印Print设计"}, nil},
		{customer.Customer{Name: "O'Brien & Söhne GmbH"}, nil},
		{customer.Customer{Kind: customer.Company, Name: "ＡＢＣ　文化传播"}, nil},
		{customer.Customer{Kind: customer.Company, Name: "厦门单行道乐器店"}, nil},
		{customer.Customer{Name: "李"}, []customer.Contact{person("李娜", "+8613800138000", "li.na@example.com")}},
		{customer.Customer{Name: "Emily Zhou"},
			[]customer.Contact{person("", "+862150801188", ""), {Name: "走了的人", LeftAt: &left}}},
		{customer.Customer{Name: "한국 인쇄 주식회사"}, nil},
		{customer.Customer{Name: "😀#"}, nil},
	} {
		terms := directory.TermsOf(c.customer, c.people, pinyin.Read)
		fmt.Fprintf(&out, "%s %s: %d\n", c.customer.Name, c.customer.LatinName, len(terms))
		for _, term := range terms {
			if term.End {
				fmt.Fprintf(&out, "\tfrom its end %s %d %v\n", term.Text, term.Common, term.Known)
				continue
			}
			fmt.Fprintf(&out, "\t%s %d\n", term.Text, term.Common)
		}
	}
	kerneltest.Golden(t, "directory-terms.txt", out.String())
}

func TestQuestions(t *testing.T) {
	for typed, want := range map[string]string{
		"长城": "长城", "Chong Qing": "chongqing", "ＡＢＣ": "abc", "Söhne": "sohne", " (021) 5080-1188 ": "2150801188",
		"0086 138": "86138", "007": "007", "0070": "0070",
		"li.na@Example": "linaexample", "x": "", "": "", "😀😀😀": "", "#长#": "", "3M": "3m",
		strings.Repeat("长城", 30): strings.Repeat("长城", 20),
	} {
		got, ok := directory.Question(typed)
		if ok != (want != "") || ok && got != want {
			t.Errorf("%q is asked as %q, %v; want %q", typed, got, ok, want)
		}
	}
}

var names = rapid.StringOfN(rapid.RuneFrom([]rune("重庆长城印务有限公司大行乐李abcß é-#'ＡＢ3４がぎ한İ")), 1, 60, -1)

// TestFoldingTwiceChangesNothing holds what is stored and what is asked to one spelling.
func TestFoldingTwiceChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.String(), names).Draw(t, "text")
		once := directory.FoldTerm(s)
		if directory.FoldTerm(once) != once || strings.ContainsAny(once, "# \t\n") || len([]rune(once)) > 40 {
			t.Fatalf("%q folds to %q, then %q", s, once, directory.FoldTerm(once))
		}
	})
}

// first counts the terms by which a question finds the customer first: one where it finds the customer, however many
// of them fit.
func first(terms []directory.Term, question string) int {
	n := 0
	end, ends := directory.EndQuestion(question)
	for _, term := range terms {
		asked := question
		if term.End {
			asked = end
		}
		runes := len([]rune(asked))
		if (ends || !term.End) && strings.HasPrefix(term.Text, asked) && runes > term.Common &&
			!slices.Contains(term.Known, runes) {
			n++
		}
	}
	return n
}

// TestAnyPartOfAChineseNameFindsIt asks for parts of names; one term of those that fit, and one only, says that it
// is the first. What is a part of a company's form alone is asked of the name itself.
func TestAnyPartOfAChineseNameFindsIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringOfN(rapid.RuneFrom([]rune("重庆长城印务有限公司大行乐李纸")), 2, 20, -1).Draw(t, "name") +
			rapid.SampledFrom([]string{"", "公司", "有限公司", "股份有限公司"}).Draw(t, "form")
		runes := []rune(name)
		from := rapid.IntRange(0, len(runes)-2).Draw(t, "from")
		to := rapid.IntRange(from+2, len(runes)).Draw(t, "to")
		other := names.Draw(t, "other")
		terms := directory.TermsOf(customer.Customer{Name: name},
			[]customer.Contact{person(other, "+8613800138000", "li@example.com")}, pinyin.Read)
		question, ok := directory.Question(string(runes[from:to]))
		if !ok {
			t.Fatal("no question")
		}
		if !directory.NameHas(name, question) || !directory.MayNameHave(directory.FoldTerm(name), question) {
			t.Fatalf("%q is said to have no %q", name, question)
		}
		if n := first(terms, question); n != 1 && !directory.AsksForForm(question) || n > 1 || len(terms) > 95 {
			t.Fatalf("%q is said to be first by %d of %v", question, n, terms)
		}
	})
}

// TestANumberIsFoundByBothEnds asks for the beginning of a number as it is dialled from abroad, in its country and in
// its town. It asks for its end too, among similar numbers of the customer.
func TestANumberIsFoundByBothEnds(t *testing.T) {
	like := rapid.StringOfN(rapid.RuneFrom([]rune("0138")), 7, 7, -1)
	rapid.Check(t, func(t *rapid.T) {
		var people []customer.Contact
		for range rapid.IntRange(1, 4).Draw(t, "people") {
			people = append(people, person("", rapid.SampledFrom([]string{"+861385", "+86215", "+49305"}).Draw(t, "area")+
				like.Draw(t, "number"), ""))
		}
		terms := directory.TermsOf(customer.Customer{Name: "1380 Copy"}, people, pinyin.Read)
		number := strings.TrimPrefix(people[0].Phones[0].Value, "+")
		ways := []string{number, number[2:]}
		if !strings.HasPrefix(number, "86138") {
			ways = append(ways, number[4:])
		}
		way := rapid.SampledFrom(ways).Draw(t, "way")
		question := way[:rapid.IntRange(4, len(way)).Draw(t, "digits")]
		if rapid.Bool().Draw(t, "its end") {
			question = number[rapid.IntRange(2, len(number)-4).Draw(t, "from"):]
		}
		if n := first(terms, question); n != 1 {
			t.Fatalf("%s is said to be first by %d of %v", question, n, terms)
		}
	})
}

// TestFiftyContactsAreFound gives a customer as many contacts as are allowed, each with names in both scripts, two
// addresses and two numbers.
func TestFiftyContactsAreFound(t *testing.T) {
	given := []rune("伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚玲桂英华玉红文建国海燕云峰志斌波辉鹏飞浩宇婷雪琳萍佳慧莉晨")
	var people []customer.Contact
	for i := range customer.ContactsPerCustomer {
		p := person("王"+string(given[i%len(given)])+string(given[(i*7+3)%len(given)]),
			fmt.Sprintf("+86138%04d%04d", i, 4000+i), fmt.Sprintf("p%d@mail%d.example", i, i))
		p.LatinName = fmt.Sprintf("Person%c Wang%c", 'a'+i%26, 'a'+i/26)
		p.Phones = append(p.Phones, customer.Reach{Value: fmt.Sprintf("+8621508%05d", 61000+i)})
		people = append(people, p)
	}
	company := customer.Customer{Name: "重庆长城乐行印务有限公司", LatinName: "Chongqing Great Wall Printing Company Limited"}
	terms := directory.TermsOf(company, people, pinyin.Read)
	ask := func(typed string) {
		question, ok := directory.Question(typed)
		if n := first(terms, question); !ok || n != 1 {
			t.Errorf("%q is said to be first by %d terms", typed, n)
		}
	}
	for i, p := range people {
		ask(p.Name)
		ask(string([]rune(p.Name)[1:]))
		ask(p.LatinName)
		for _, n := range p.Phones {
			ask(n.Value[len(n.Value)-4:])
		}
		ask("wang" + pinyin.Read([]rune(p.Name)[1])[0])
		if i == 9 || i == 49 {
			ask("w" + pinyin.Read([]rune(p.Name)[1])[0][:1] + pinyin.Read([]rune(p.Name)[2])[0][:1])
		}
	}
	for _, typed := range []string{"长城", "changcheng", "cqcc", "zhongqing", "great wall", "printing"} {
		ask(typed)
	}
	if one := directory.TermsOf(company, people[:1], pinyin.Read); len(one) > 95 || len(terms) > 95+8*49 {
		t.Errorf("%d terms for one contact, %d for all", len(one), len(terms))
	}
}

func TestTermsEnd(t *testing.T) {
	var people []customer.Contact
	for i := range 50 {
		people = append(people, person("欧阳长乐"+string(rune('一'+i)), fmt.Sprintf("+86138001380%02d", i),
			fmt.Sprintf("p%d@mail%d.example", i, i)))
	}
	for n, want := range map[int]int{2: 60, 50: 487} {
		if terms := directory.TermsOf(customer.Customer{Name: strings.Repeat("重庆长行", 37)}, people[:n],
			pinyin.Read); len(terms) != want {
			t.Errorf("%d terms of %d contacts", len(terms), n)
		}
	}
}
