package complaint

import (
	"slices"

	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/kernel/valid"
)

// Sources of a figure that was typed in.
var Sources = []string{"customer", "staff", "order", "contract", "delivery-note", "system"}

// Answers lists what customers say with a button at their link.
var Answers = []string{SayAgree, SayDecline, SaySettled, SayUnsettled, SayReopen, SayWithdraw}

// SayMessage is a message at the link. It is no answer to the rules.
const SayMessage = "message"

// Lists are the words that fields of complaints take, by the names that tags call them.
var Lists = valid.Lists{
	"complaint-state":   States,
	"complaint-channel": Channels,
	// on the others no colleague heard the complaint
	"heard-channel": slices.DeleteFunc(slices.Clone(Channels),
		func(c string) bool { return c == "link" || c == "hook" }),
	"figure-source":   Sources,
	"pause-reason":    Pauses,
	"cause-factor":    defect.Factors,
	"customer-answer": Answers,
	"customer-say":    append([]string{SayMessage}, Answers...),
}

// checker checks what complaints are made of.
var checker = valid.New(Lists)
