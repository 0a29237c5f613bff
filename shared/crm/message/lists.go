package message

import "afterpress/shared/kernel/valid"

// Lists are the words that fields of messages take, by the names that tags call them.
var Lists = valid.Lists{"message-outcome": {StateSent, StateFailed}, "message-state": States,
	"purpose":         {PurposeService, PurposeMarketing, PurposeSurvey, PurposeReferral},
	"mail-kind":       valid.Of(MailPerson, MailAutomatic, MailBounced, MailReturned, MailDelayed, MailComplaint),
	"written-channel": WrittenChannels}
