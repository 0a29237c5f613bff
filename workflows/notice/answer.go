package notice

import (
	"context"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/words"
)

// mostAsks is how many things that came in a notice shows, the newest ones.
const mostAsks = 3

// Answer is the message of a rung about a customer who waits for an answer. It is empty for a rung that tells of a
// comment.
func Answer(rung ladder.Rung) string {
	switch rung.Do {
	case ladder.DoTell:
		return message.TemplateTaskAnswer
	case ladder.DoRemind:
		return message.TemplateTaskAnswerDue
	case ladder.DoTellManager:
		return message.TemplateTaskAnswerLate
	}
	return ""
}

// Contacts has who waits for an answer. It is implemented by *store.Store.
type Contacts interface {
	Addressee(ctx context.Context, cust, contact string) (customer.Addressee, error)
}

// askLines name what came in.
var askLines = map[string]words.Text{
	task.AskCall:    {Zh: "来电：", En: "Call: "},
	task.AskLetter:  {Zh: "来信：", En: "Letter: "},
	task.AskMessage: {Zh: "消息：", En: "Message: "},
	task.AskFile:    {Zh: "文件：", En: "File: "},
}

// AnswerDetails are what a colleague needs to answer without opening the task: who waits, how to reach them, and the
// first words of what came in.
func AnswerDetails(ctx context.Context, store Contacts, t task.Task, lang words.Lang) (string, error) {
	out := words.Sheet{Lang: lang}
	if t.Contact != "" {
		who, err := store.Addressee(ctx, t.Customer, t.Contact)
		if err != nil {
			return "", err
		}
		phone := ""
		if len(who.Phones) > 0 {
			phone = identity.PhoneWritten(who.Phones[0].Value, lang)
		}
		out.Who(who.Name, who.Of)
		out.Reach(phone, who.Email())
	}
	for _, a := range t.Asks[max(0, len(t.Asks)-mostAsks):] {
		out.Add(askLines[a.Kind], a.Said)
	}
	return out.String(), nil
}
