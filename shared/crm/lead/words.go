package lead

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/words"
)

// Promise is the time by which the person is told to expect a contact: the deadline of the first contact.
// Where that is past, because the message was held up, it is the present owner's deadline. Where that is past
// too, it is now plus the policy's working time for a first contact.
func (l Lead) Promise(terms Terms, now time.Time) (time.Time, error) {
	for _, at := range []time.Time{l.FirstContactDue, l.Due} {
		if at.After(now) {
			return at, nil
		}
	}
	return terms.Calendar.Add(now, calendar.Seconds(terms.Policy.FirstContact))
}

// AnswerIn is what a form may promise at the moment: how soon a person who asks now is contacted. Examples: "30 分钟内",
// "within 30 minutes". Where the shop closes before that, it is the time of the deadline: "今天15:30前", "by 15:30 today".
func (t Terms) AnswerIn(now time.Time) (words.Text, error) {
	budget := calendar.Seconds(t.Policy.FirstContact)
	due, err := t.Calendar.Add(now, budget)
	if err != nil {
		return words.Text{}, err
	}
	if due.Sub(now) <= budget {
		return soon(budget), nil
	}
	due = due.Add(time.Minute - 1).Truncate(time.Minute) // a page shows no seconds, and promises nothing sooner
	return words.Text{Zh: t.Calendar.Moment(due, now, words.Zh) + "前",
		En: "by " + t.Calendar.Moment(due, now, words.En)}, nil
}

// soon puts a span into words, in minutes up to two hours and then in hours. Neither is rounded down. In Chinese a
// space stands before a number.
func soon(span time.Duration) words.Text {
	if minutes := int64((span + time.Minute - 1) / time.Minute); minutes < 120 {
		return words.Text{Zh: fmt.Sprintf(" %d 分钟内", minutes), En: "within " + plural(minutes, "minute")}
	}
	hours := int64((span + time.Hour - 1) / time.Hour)
	return words.Text{Zh: fmt.Sprintf(" %d 小时内", hours), En: "within " + plural(hours, "hour")}
}

func plural(n int64, unit string) string {
	if n == 1 {
		return "1 " + unit
	}
	return fmt.Sprintf("%d %ss", n, unit)
}

// mostMessage is how many characters of the person's message a notice quotes.
const mostMessage = 200

// Details are what a colleague needs to act without opening the lead: who asks, how to reach them, what they need. Each
// stands in a line of its own. Values are as the person typed them.
func (l Lead) Details(lang words.Lang) string {
	var out []string
	line := func(name words.Text, value string) {
		if plain, _ := words.Plain(value, mostMessage); plain != "" {
			out = append(out, name.In(lang)+strings.Join(strings.Fields(plain), " "))
		}
	}
	who := cmp.Or(l.Person.Name, l.Person.Company, words.Reference(l.ID))
	if l.Person.Name != "" && l.Person.Company != "" {
		who = words.Text{Zh: l.Person.Name + "（" + l.Person.Company + "）",
			En: l.Person.Name + " (" + l.Person.Company + ")"}.In(lang)
	}
	line(words.Text{Zh: "客户：", En: "Customer: "}, who)
	line(words.Text{Zh: "电话：", En: "Phone: "}, cmp.Or(l.Person.PhoneTyped, l.Person.Phone))
	line(words.Text{Zh: "邮箱：", En: "E-mail: "}, l.Person.Email)
	quantity := l.QuantityTyped
	if quantity == "" && l.Quantity > 0 {
		quantity = strconv.FormatInt(l.Quantity, 10)
	}
	between := words.Text{Zh: "，", En: ", "}.In(lang)
	line(words.Text{Zh: "需求：", En: "Needs: "}, strings.Trim(l.Product+between+quantity, "，, "))
	line(words.Text{Zh: "需要日期：", En: "Needed by: "}, l.NeededBy)
	line(words.Text{Zh: "留言：", En: "Message: "}, l.Message)
	for _, a := range l.Answers {
		line(words.Text{Zh: a.Label.Zh + "：", En: a.Label.En + ": "}, a.Said(lang))
	}
	return strings.Join(out, "\n")
}

// Title is the name of a lead in a list: the person or the lead's reference, and the product where the person
// named one.
func Title(name, product, id string) words.Text {
	who := name
	if who == "" {
		who = words.Reference(id)
	}
	if product == "" {
		return words.Text{Zh: "线索：" + who, En: "Lead: " + who}
	}
	return words.Text{Zh: "线索：" + who + "，" + product, En: "Lead: " + who + ", " + product}
}
