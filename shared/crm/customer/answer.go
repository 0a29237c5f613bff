package customer

import (
	"slices"
	"strings"
	"time"

	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// Owed is the task by which a contact gets an answer. Contact is empty where nobody noted who it was.
type Owed struct {
	Contact string `json:"contact,omitempty"`
	Task    string `json:"task"`
}

// askedBy are the channels on which a customer waits for an answer. At a visit, the counter or an exhibition a
// colleague is there.
var askedBy = map[string]string{"call": task.AskCall, TouchMail: task.AskLetter, "fax": task.AskLetter,
	"sms": task.AskMessage, "wechat": task.AskMessage}

// settled are the outcomes after which a customer waits for nothing.
var settled = []string{OutcomeAnswered, OutcomeNotNow}

// Asks is what waits for an answer after the touch. ok is false where nothing does. That is so for a touch that we
// began, for a machine's answer, and where the customer wanted nothing more. What has a clock of its own waits there:
// an agreed next step, a letter whose sender is in doubt, and one about a complaint or a question from production.
// A promise to call back holds on any channel.
func (t Touch) Asks() (a task.Ask, ok bool) {
	kind := askedBy[t.Channel]
	if t.Outcome == OutcomeCallBack {
		kind = task.AskCall
	}
	byMachine := t.Kind != "" && t.Kind != message.MailPerson
	if kind == "" || t.Direction != TouchIn || byMachine || t.Next != nil || t.Sender != "" || t.About != "" ||
		slices.Contains(settled, t.Outcome) {
		return task.Ask{}, false
	}
	said, _ := words.Plain(strings.TrimSpace(t.Subject+"\n"+t.Summary+t.Text), task.AskSaid)
	return task.Ask{ID: t.ID, Kind: kind, At: t.At, Said: said}, true
}

// Answers reports whether the touch answers what the customer asked by then: a colleague got in touch with them.
func (t TouchLine) Answers() bool {
	byMachine := strings.Contains(t.By, ":") // a process or a hook
	return t.Direction == TouchOut && t.By != "" && !byMachine && t.Outcome != OutcomeUnreachable
}

// meets reports whether a word with one contact is a word with the other. Where nobody noted who it was, it may be
// anybody.
func meets(one, other string) bool { return one == other || one == "" || other == "" }

// AnsweredBefore reports whether the customer has an answer already to what is noted only now, but came in before.
func (c Customer) AnsweredBefore(contact string, at, now time.Time) bool {
	return at.Before(now) && slices.ContainsFunc(c.LastTouches, func(t TouchLine) bool {
		return t.Answers() && !t.At.Before(at) && meets(t.Contact, contact)
	})
}

// OwedTo are the ids of the tasks that a word with the contact may answer.
func (c Customer) OwedTo(contact string) (tasks []string) {
	for _, o := range c.Owed {
		if meets(o.Contact, contact) {
			tasks = append(tasks, o.Task)
		}
	}
	return tasks
}

// Awaited is the id of the contact's own task; empty where there is none.
func (c Customer) Awaited(contact string) string {
	for _, o := range c.Owed {
		if o.Contact == contact {
			return o.Task
		}
	}
	return ""
}

// Owes notes the task by which the contact gets an answer, in place of an older one.
func (c Customer) Owes(contact, id string) Customer {
	owed := slices.DeleteFunc(slices.Clone(c.Owed), func(o Owed) bool { return o.Contact == contact })
	c.Owed = append(owed, Owed{Contact: contact, Task: id})
	return c
}

// Settled strikes the task.
func (c Customer) Settled(id string) Customer {
	c.Owed = slices.DeleteFunc(slices.Clone(c.Owed), func(o Owed) bool { return o.Task == id })
	return c
}

// Answerer is who answers the customer: the owner of the open lead that is meant, else the customer's owner. Else it is
// who answers for the branch, and at last who answers for the head office. ok is false where nobody takes tasks.
func (c Customer) Answerer(leadOwner string, shop firm.Roster, terms task.Terms,
	now time.Time) (owner staff.Staff, ok bool) {
	due, err := terms.AnswerDue(now)
	if err != nil {
		return owner, false
	}
	ofLead, _ := shop.Person(leadOwner)
	own, _ := shop.Person(c.Owner)
	manager, _ := shop.Manager(terms.Branch, now)
	head, _ := shop.Head(terms.Branch, now)
	home, _ := shop.HeadOffice()
	atHome, _ := shop.Manager(home, now)
	return task.Taker(terms.Branch.ID, due, now, ofLead, own, manager, head, atHome)
}

// CalledWith is how a task names a contact of the customer; who is empty where nobody noted which one it was.
func (c Customer) CalledWith(who string, lang words.Lang) string {
	if who == "" || who == c.Name {
		return c.Name
	}
	return words.Text{Zh: who + "（" + c.Name + "）", En: who + " (" + c.Name + ")"}.In(lang)
}
