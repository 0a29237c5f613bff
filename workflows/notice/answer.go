package notice

import (
	"context"

	"afterpress/shared/crm/message"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/words"
)

// mostAsks is how many things that came in a notice shows, the newest ones.
const mostAsks = 3

// TaskTemplate is the message of a rung about a task; empty for a step that no task has. A task to answer a customer
// has words of its own.
func TaskTemplate(t task.Task, rung ladder.Rung) string {
	said := map[string]string{ladder.DoTell: message.TemplateTaskAssigned,
		ladder.DoRemind: message.TemplateTaskReminded, ladder.DoTellManager: message.TemplateTaskOverdue}
	switch {
	case t.Answers():
		said = map[string]string{ladder.DoTell: message.TemplateTaskAnswer,
			ladder.DoRemind: message.TemplateTaskAnswerDue, ladder.DoTellManager: message.TemplateTaskAnswerLate}
	case !rung.At.Before(t.Due):
		said[ladder.DoRemind] = message.TemplateTaskDue
	}
	said[ladder.DoTellMention] = message.TemplateTaskMentioned
	return said[rung.Do]
}

// askLines name what came in.
var askLines = map[string]words.Text{
	task.AskCall:    {Zh: "来电：", En: "Call: "},
	task.AskLetter:  {Zh: "来信：", En: "Letter: "},
	task.AskMessage: {Zh: "消息：", En: "Message: "},
	task.AskFile:    {Zh: "文件：", En: "File: "},
}

// answerDetails are what a colleague needs to answer without opening the task: who waits, how to reach them, and the
// first words of what came in.
func answerDetails(ctx context.Context, store Contacts, t task.Task, lang words.Lang) (string, error) {
	out := words.Sheet{Lang: lang}
	if t.Contact != "" {
		who, err := store.Addressee(ctx, t.Customer, t.Contact)
		if err != nil && fault.KindOf(err) != fault.NotFound { // one who was erased has no name any more
			return "", err
		}
		person(&out, who)
	}
	for _, a := range t.Asks[max(0, len(t.Asks)-mostAsks):] {
		out.Add(askLines[a.Kind], a.Said)
	}
	return out.String(), nil
}
