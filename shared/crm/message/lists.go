package message

import "afterpress/shared/kernel/valid"

// Lists are the words that fields of messages take, by the names that tags call them.
var Lists = valid.Lists{"message-outcome": {StateSent, StateFailed}, "written-channel": WrittenChannels}
