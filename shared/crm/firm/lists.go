package firm

import "afterpress/shared/kernel/valid"

// Lists are the words that fields of branches take, by the names that tags call them.
var Lists = valid.Lists{"chat-channel": ChatChannels}
