package artwork

import "afterpress/shared/kernel/valid"

// Lists are the words that fields of files take, by the names that tags call them.
var Lists = valid.Lists{"artwork-kind": valid.Of(Kinds...), "artwork-state": States,
	"release-file-reason": valid.Of(ReleaseReasons...), "discard-file-reason": valid.Of(DiscardReasons...)}
