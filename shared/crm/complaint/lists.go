package complaint

import (
	"slices"

	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/complaint/proposal"
	"afterpress/shared/crm/complaint/verdict"
	"afterpress/shared/kernel/valid"
)

// Sources of a figure that was typed in.
var Sources = []string{"customer", "staff", "order", "contract", "delivery-note", "system"}

// Answers lists what customers say with a button at their link.
var Answers = []string{SayAgree, SayDecline, SaySettled, SayUnsettled, SayReopen, SayWithdraw}

// SayMessage is a message at the link. It is no answer to the rules.
const SayMessage = "message"

// machines are the channels on which no colleague heard the complaint.
var machines = []string{"link", "hook"}

// Lists are the words that fields of complaints take, by the names that tags call them.
var Lists = valid.Lists{
	"complaint-state":   States,
	"complaint-channel": Channels,
	"heard-channel": slices.DeleteFunc(slices.Clone(Channels),
		func(c string) bool { return slices.Contains(machines, c) }),
	"figure-source":   Sources,
	"pause-reason":    Pauses,
	"cause-factor":    defect.Factors,
	"customer-answer": Answers,
	"customer-say":    append([]string{SayMessage}, Answers...),
	"standing":        proposal.Standings,
	"liability":       valid.Of(verdict.Decisions...),
	"seen":            {verdict.SeenVisible, verdict.SeenHidden},
	"sample":          {verdict.SampleLike, verdict.SampleWorse},
	"proof":           {verdict.ProofNone, verdict.ProofMatches, verdict.ProofDeviates},
	"customer-file":   {verdict.FileCorrect, verdict.FileReported, verdict.FileUnreported},
	"cause-side": {verdict.CauseOurs, verdict.CauseSupplier, verdict.CauseCustomer, verdict.CauseCustomerMaterial,
		verdict.CauseOurCarrier, verdict.CauseTheirCarrier},
	"delivery-note": {verdict.NoteClean, verdict.NoteRemark},
}

// checker checks what complaints are made of.
var checker = valid.New(Lists)
