package stuck

import "afterpress/shared/kernel/valid"

// Lists are the words that fields of what is stuck take, by the names that tags call them.
var Lists = valid.Lists{"stuck-what": Kinds, "stuck-state": States}
