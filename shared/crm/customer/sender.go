package customer

import (
	"fmt"
	"time"

	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/letter"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/words"
)

// Doubts about who wrote a letter. A letter from a proven address of the customer's has none, unless its check failed.
const (
	SenderStranger = "stranger" // no contact of this customer has the address
	// our receiving host found that the address was forged (DMARC), or the letter names several senders
	SenderFailed = "failed"
	// a visitor said that the address is the contact's, and nobody knows that it is (see Trust); of letters about a
	// complaint or a question from production
	SenderUnproven = "unproven"
)

// doubtWords are the titles of the tasks that doubts make.
var doubtWords = map[string]words.Text{
	SenderStranger: {Zh: "陌生地址来信，关于 %s：请核实是谁所写，再处理",
		En: "A letter about %s from an unknown address: find out whose it is, then act"},
	SenderFailed: {Zh: "发件人可能被冒用的来信，关于 %s：请先向客户核实",
		En: "A letter about %s whose sender may be forged: ask the customer first"},
	SenderUnproven: {Zh: "未核实邮箱的来信，关于 %s：请先致电客户核实，并登记邮箱",
		En: "A letter about %s from an unconfirmed address: call the customer and note whose it is, then act"},
}

// Doubt is the doubt about a letter from the address about the contact's own affairs, empty where there is none. From
// where no link may be sent, nobody speaks for the contact.
func (a Addressee) Doubt(address string) string {
	if a.Has(address) && !a.Known.Has(address) {
		return SenderUnproven
	}
	return ""
}

// Doubted is a letter about the record that moves nothing until a colleague has looked at it: the record's owner, else
// the branch's manager, else an owner of the shop. Where none of them is there in time, it is kept without a task.
// t.Sender is a doubt.
func (t Touch) Doubted(record, owner string, shop firm.Roster, terms letter.Terms,
	now time.Time) (Touch, error) {
	due, err := terms.Due(now)
	if err != nil {
		return t, err
	}
	own, _ := shop.Person(owner)
	manager, _ := shop.Manager(terms.Branch, now)
	head, _ := shop.Head(terms.Branch, now)
	taker, found := task.FirstTaker(terms.Branch.ID, due, now, own, manager, head)
	if !found {
		return t, nil
	}
	t.Next = &NextStep{Title: fmt.Sprintf(doubtWords[t.Sender].In(taker.Lang), words.Reference(record)), Due: due,
		Owner: taker.ID}
	return t, nil
}
