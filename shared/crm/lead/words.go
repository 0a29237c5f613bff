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
	return terms.ContactBy(now)
}

// ContactBy is by when somebody is contacted first whose enquiry came then. The error comes from the calendar.
func (t Terms) ContactBy(came time.Time) (time.Time, error) {
	return t.Calendar.Add(came, calendar.Seconds(t.Policy.FirstContact))
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

// Details are what a colleague needs to act without opening the lead: who asks, how to reach them, what they need, and
// what they wrote last, if anything.
func (l Lead) Details(said string, lang words.Lang) string {
	out := words.Sheet{Lang: lang}
	out.Who(cmp.Or(l.Person.Name, l.Person.Company, words.Reference(l.ID)), l.Person.Company)
	out.Reach(cmp.Or(l.Person.PhoneTyped, l.Person.Phone), l.Person.Email)
	quantity := l.QuantityTyped
	if quantity == "" && l.Quantity > 0 {
		quantity = strconv.FormatInt(l.Quantity, 10)
	}
	between := words.Text{Zh: "，", En: ", "}.In(lang)
	out.Add(words.Text{Zh: "需求：", En: "Needs: "}, strings.Trim(l.Product+between+quantity, "，, "))
	out.Add(words.Text{Zh: "需要日期：", En: "Needed by: "}, l.NeededBy)
	out.Add(words.Text{Zh: "留言：", En: "Message: "}, l.Message)
	for _, a := range l.Answers {
		out.Add(words.Text{Zh: a.Label.Zh + "：", En: a.Label.En + ": "}, a.Said(lang))
	}
	out.Said(said)
	return out.String()
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
