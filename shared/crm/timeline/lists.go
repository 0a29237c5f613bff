package timeline

import "afterpress/shared/kernel/valid"

// Lists are the words that fields of timelines take, by the names that tags call them.
var Lists = valid.Lists{"timeline-kind": Kinds}
