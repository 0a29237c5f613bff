package notice

import (
	"context"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/hold"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/kernel/words"
)

// Contacts reads whom a question goes to. It is implemented by *store.Store.
type Contacts interface {
	Addressee(ctx context.Context, cust, contact string) (customer.Addressee, error)
}

// HoldDetails are what a colleague needs to call about a question: who decides, how to reach them, and about which job.
func HoldDetails(ctx context.Context, store Contacts, h hold.Hold, lang words.Lang) (string, error) {
	who, err := store.Addressee(ctx, h.Customer, h.Contact)
	if err != nil && fault.KindOf(err) != fault.NotFound { // one who was erased has no name any more
		return "", err
	}
	out := words.Sheet{Lang: lang}
	person(&out, who)
	out.Add(words.Text{Zh: "订单：", En: "Job: "}, h.Job)
	return out.String(), nil
}

// person adds who it is, and how to reach them.
func person(out *words.Sheet, who customer.Addressee) {
	out.Who(who.Name, who.Of)
	phone := ""
	if len(who.Phones) > 0 {
		phone = identity.PhoneWritten(who.Phones[0].Value, out.Lang)
	}
	out.Reach(phone, who.Email())
}

// TaskDetails are what a colleague needs to know of a task: the first lines of what is to be done. Of one to answer a
// customer they are who waits, and what came in.
func TaskDetails(ctx context.Context, store Contacts, t task.Task, lang words.Lang) (string, error) {
	if t.Answers() {
		return answerDetails(ctx, store, t, lang)
	}
	out := words.Sheet{Lang: lang}
	out.Add(words.Text{Zh: "任务：", En: "Task: "}, t.Title)
	out.Add(words.Text{Zh: "内容：", En: "What to do: "}, t.Text)
	return out.String(), nil
}
