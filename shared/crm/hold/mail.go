package hold

import (
	"fmt"
	"time"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/words"
)

// mailPatience is the working time within which a colleague writes down what an e-mail about a question says.
// A press may stand meanwhile.
const mailPatience = 30 * time.Minute

// Heard is an e-mail about the question as a touch of the customer. An e-mail that a person wrote makes a
// task. A colleague has to say which choice the customer means, or that the customer decided otherwise. The
// task goes to the question's owner, else to the branch's manager, else to an owner of the shop. Where none
// of them is there, the touch is kept without a task.
func (h Hold) Heard(t customer.Touch, shop firm.Roster, terms Terms, now time.Time) (customer.Touch, error) {
	t.Customer, t.Contact, t.Branch, t.About = h.Customer, h.Contact, h.Branch, h.ID
	if t.Kind != message.MailPerson {
		return t, nil
	}
	due, err := terms.Calendar.Add(now, mailPatience)
	if err != nil {
		return t, err
	}
	own, _ := shop.Person(h.Owner)
	manager, _ := shop.Manager(terms.Branch, now)
	head, _ := shop.Head(terms.Branch, now)
	owner, found := task.FirstTaker(terms.Branch.ID, due, now, own, manager, head)
	if !found {
		return t, nil
	}
	title := words.Text{Zh: "客户用邮件答复了生产问题 %s：请登记答复并告知生产",
		En: "The customer answered production question %s by mail: record it and tell production"}
	t.Next = &customer.NextStep{Title: fmt.Sprintf(title.In(owner.Lang), words.Reference(h.ID)), Due: due,
		Owner: owner.ID}
	return t, nil
}
