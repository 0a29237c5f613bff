package lead

import (
	"afterpress/shared/kernel/valid"
	"afterpress/shared/kernel/words"
)

// LossReasons say why nothing came of a lead.
var LossReasons = []string{"price", "lead-time", "quality-doubt", "competitor", "no-answer", "not-our-work",
	"changed-mind", "duplicate"}

// RecycleReasons say why an owner gives a lead back.
var RecycleReasons = []string{"no-capacity", "wrong-person", "absent", "no-progress"}

// Lists are the words that fields of leads take, by the names that tags call them.
var Lists = valid.Lists{"lead-state": States,
	"kept-lang":   {string(words.Zh), string(words.En), ""}, // none of a person who was erased
	"loss-reason": LossReasons, "recycle-reason": RecycleReasons}
