package lead

import "afterpress/shared/kernel/valid"

// LossReasons say why nothing came of a lead.
var LossReasons = []string{"price", "lead-time", "quality-doubt", "competitor", "no-answer", "not-our-work",
	"changed-mind", "duplicate"}

// RecycleReasons say why an owner gives a lead back.
var RecycleReasons = []string{"no-capacity", "wrong-person", "absent", "no-progress"}

// Lists are the words that fields of leads take, by the names that tags call them.
var Lists = valid.Lists{"lead-state": States, "loss-reason": LossReasons, "recycle-reason": RecycleReasons}
