package tally

import (
	"slices"

	"afterpress/shared/kernel/valid"
)

// Lists are the words that fields of reports take, by the names that tags call them.
var Lists = valid.Lists{"report-by": append(slices.Clone(Dimensions[1:]), All)}
