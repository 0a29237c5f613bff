package gate

import "afterpress/shared/kernel/valid"

// Lists are the words that fields of consents take, by the names that tags call them.
var Lists = valid.Lists{"consent-purpose": Purposes, "consent-channel": ChoiceChannels,
	"open-reason": OpenReasons}
