package task

import "afterpress/shared/kernel/valid"

// Lists are the words that fields of tasks take, by the names that tags call them.
var Lists = valid.Lists{"task-state": States, "priority": Priorities, "ask-kind": AskKinds,
	"note-kind": {NoteComment, NoteHandOn, NoteCancel, NoteReopen}}
