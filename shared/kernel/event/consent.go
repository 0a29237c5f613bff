package event

import (
	"afterpress/shared/kernel/words"
)

// Types of events about consents.
const (
	ConsentConfirmed Type = "consent.confirmed"
	ConsentWithdrawn Type = "consent.withdrawn"
	ConsentRecorded  Type = "consent.recorded"
)

// consentEvents are the entries of the catalogue for consents.
var consentEvents = map[Type]Entry{
	ConsentConfirmed: {Words: words.Text{Zh: "客户同意接收一类信息", En: "Consent given"}},
	ConsentWithdrawn: {Words: words.Text{Zh: "客户不再接收一类信息", En: "Consent withdrawn"}},
	ConsentRecorded: {Words: words.Text{Zh: "补录了客户以前的答复，较新的答复仍然有效",
		En: "An earlier answer was recorded; the newer one stands"}},
}
