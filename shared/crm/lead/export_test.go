package lead

import (
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/words"
)

// What the tests of refusals look at.
var Machine = machine

func (l Lead) Who(command permission.Action) words.Text { return l.who(command) }
