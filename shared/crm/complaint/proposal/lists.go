package proposal

import "afterpress/shared/kernel/valid"

// Lists are the words that fields of remedy facts take, by the names that tags call them.
var Lists = valid.Lists{"standing": Standings}
