package link

import (
	"fmt"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/complaint/remedy"
	"afterpress/shared/page"
)

var caseWordsEn = caseWords{
	Gone: page.Note("This link does not work",
		"It may be incomplete, or what it led to is no longer there. Open it again from our latest message; our "+
			"phone number stands there as well."),

	New:      "Tell us what is wrong",
	Known:    "You have told us about this job already",
	Another:  "Is it about something else?",
	NewIntro: "We are sorry that something is not right. Tell us what you see; a colleague looks at it and answers you.",
	Full: page.Note("That is enough for today",
		"You have opened five complaints today, as many as this page takes. Call us for the next one, and we "+
			"write it down for you."),
	What: "What is wrong?", WhatHint: "Open a heading and tick everything that applies, ten at most.",
	NoDefect: "Tick at least one thing that is wrong, and ten at most. If nothing fits, tick “Something else”.",
	Groups: map[string]string{defect.Colour: "Colour", defect.Press: "Printing and paper",
		defect.Content: "Text, pictures and codes", defect.Finishing: "Cutting, folding, binding and finishing",
		defect.Delivery: "Quantity, delivery and anything else"},
	Defects: map[defect.Kind]string{
		defect.WrongContent: "Wrong text or picture", defect.MissingElement: "Something is not printed",
		defect.LegalMark: "A label or mark required by law is wrong",
		defect.Barcode:   "A barcode or QR code does not scan", defect.LowResolution: "A picture is coarse or blurred",
		defect.ColourDeviation: "The colour is not as agreed",
		defect.ColourVariation: "The colour differs from piece to piece",
		defect.SpotColour:      "A brand or spot colour is off",
		defect.Metamerism:      "The colour changes with the light", defect.DotGain: "Pictures are too dark or heavy",
		defect.Misregister: "Colours do not lie on each other", defect.Backup: "Front and back do not match",
		defect.Skew:   "The print is at an angle",
		defect.Hickey: "Spots or specks", defect.Scratch: "Scratches or rub marks",
		defect.SetOff: "Ink on the back of the sheet", defect.Ghosting: "A faint second image",
		defect.Scumming: "Dirty or smeared areas", defect.Streaks: "Dark or light streaks",
		defect.Slur: "Doubled or smeared lines", defect.Picking: "The surface of the paper came off",
		defect.Mottle: "Blotchy solid areas", defect.Banding: "Stripes in solid areas or gradients",
		defect.InkRub: "Ink comes off", defect.Odour: "It smells",
		defect.WrongStock: "Wrong paper or material", defect.LightStock: "The paper is too light or thin",
		defect.MixedLot: "Versions or batches are mixed up", defect.Wrinkle: "Creased sheets",
		"trim-size": "Cut to the wrong size", "trim-skew": "Cut at an angle", "fold-error": "Folded in the wrong place",
		"die-cut-offset": "The die-cut is off", "crease-crack": "Cracks along a fold",
		"lamination-bubble": "Bubbles under the film", "foil-offset": "Foil or varnish is off",
		"glue-failure": "Glue does not hold", "loose-page": "Pages come loose",
		"missing-page": "Pages are missing, twice or upside down", "spine-shift": "The title on the spine is off",
		"cover-white": "A white edge on the cover", "warp-curl": "It warps or curls",
		"short-count": "Too few pieces", "over-count": "Too many pieces", "transit-damage": "Damaged on the way",
		"packing": "Badly packed", "late-delivery": "It came late", "other": "Something else",
	},
	Fields: map[string]fieldWords{
		"words":     {"What do you see?", "On how many pieces, where on the piece, and how you noticed it."},
		"job":       {"Job or order number", "It stands on our delivery note and on our invoice."},
		"affected":  {"How many pieces are bad?", "A number; leave it empty if you do not know yet."},
		"delivered": {"How many pieces came?", "A number."},
		"wanted":    {"What would you like?", ""},
		"needed_by": {"When do you need good pieces?", "The day on which you use them."},
	},
	Wanted: map[remedy.Kind]string{
		remedy.FullReprint: "Print everything again", remedy.PartReprint: "Print the bad pieces again",
		remedy.MakeUp: "Deliver what is missing", remedy.Rework: "Sort or repair them",
		remedy.CreditNote: "A credit note", remedy.PriceCut: "Keep them for a lower price", remedy.Refund: "Money back",
		remedy.Gift: "A gesture of goodwill", remedy.Apology: "An explanation and an apology",
	},
	PhotoHint: "You can add photos on the next page.",
	Open:      "Send complaint",

	Title: "Your complaint", Job: "Job", Stage: "Where it stands",
	Stands: map[string]page.Notice{
		standsOpened: page.Note("We have your complaint",
			"Below you see where it stands. Photos help: add them further down."),
		standsMessage: page.Note("Message sent", "It stands below, and our colleague has it."),
		standsMissing: page.Note("Nothing was sent", "Write your message first, then send it."),
		standsChanged: page.Note("Please look again",
			"Something changed after this page was opened, so nothing was done. This is how it stands now."),
		complaint.SayAgree: page.Note("You accepted the offer", "We begin now and tell you when it is done."),
		complaint.SayDecline: page.Note("You declined the offer",
			"Tell us below what would be right for you; we look for another solution."),
		complaint.SaySettled: page.Note("Thank you",
			"We are glad that it is settled. We look into the cause, so that it does not happen again."),
		complaint.SayUnsettled: page.Note("We look at it again", "Tell us below what is still wrong; photos help."),
		complaint.SayReopen: page.Note("Your complaint is open again",
			"Tell us below what is wrong; a colleague looks at it."),
		complaint.SayWithdraw: page.Note("Your complaint is withdrawn", "Nothing more is done about it."),
	},
	Owner:       func(name string) string { return name + " is looking after it." },
	Promise:     "You will hear from us by ",
	PromiseLate: "We said that you hear from us by this time, and are late. We are sorry; call us if it is urgent: ",
	AnswerBy:    "Please answer by ", GoodsBy: "The goods are with you by ",
	Waits: map[string]string{complaint.PauseCustomer: "We are waiting for an answer from you.",
		complaint.PauseSample: "We are waiting for the pieces that you send back."},
	Asked: "What we need from you",
	Offer: "What we offer", Agreed: "What we agreed", Worth: "Worth to you", Pays: "Your part of the cost",
	By:              "With you by",
	OfferQuestion:   "Do you accept this offer?",
	OfferHint:       "If you would like to change something, write to us below before you answer.",
	SettledQuestion: "Is it settled?", SettledHint: "If something is still wrong, we look at it again.",
	ReopenQuestion: "Is something still wrong? You can open this complaint again.",
	Say: map[string]string{complaint.SayAgree: "Accept offer", complaint.SayDecline: "Decline offer",
		complaint.SaySettled: "Yes, it is settled", complaint.SayUnsettled: "No, something is still wrong",
		complaint.SayReopen: "Reopen complaint", complaint.SayWithdraw: "Withdraw complaint"},
	Joined: "It is handled with another complaint of yours about the same job.", JoinedLink: "Go to that complaint",
	JoinedTold: "A colleague of yours told us of the same job as well, so we deal with both together. Call us to hear " +
		"how it stands.",
	Again: "Open a new complaint",
	Said:  "What was said", You: "You", Older: "Earlier messages are not shown here. Ask us for them.",
	Affected: "Bad pieces",
	Flooded: func(phone string) string {
		return "You have written a great deal lately, so this message was not sent. Please call us: " + phone
	},
	Pieces: func(n int64) string {
		if n == 1 {
			return "1 piece"
		}
		return page.Grouped(n) + " pieces"
	},
	MessageLabel: "Write to us", MessageHint: "Our colleague reads it and answers here and by e-mail.",
	MessageSend: "Send message",
	Photos:      "Photos and documents",
	Ask: map[string]askWords{
		complaint.SayAgree: {"Accept this offer?", "We then begin with it, and it can no longer be changed here.",
			"Yes, accept it", "No, not yet"},
		complaint.SayWithdraw: {"Withdraw this complaint?",
			"We then do nothing more about it. For some weeks you can open it again here.", "Yes, withdraw it",
			"No, keep it open"},
		complaint.SayReopen: {"Open this complaint again?", "A colleague then takes it up from the start.",
			"Yes, open it again", "No, leave it closed"},
	},
	WhyLabel: "What is still wrong?", WhyHint: "A sentence is enough. You can add photos afterwards.",
	History: "What happened", Comma: ", ",
	Zone: func(branch string) string { return fmt.Sprintf("Times are those of our branch: %s.", branch) },

	HoldTitle: "A question about your job", HoldAsk: "Production waits for your answer. What shall we do?",
	HoldWords: "Anything to add?",
	HoldHint:  "It goes with the choice that you tap. If no choice fits, write here and send only that.",
	HoldSend:  "Send only what I wrote",
	HoldWithdrawn: page.Note("This question is settled",
		"We found a solution without you. There is nothing to answer any more."),
	HoldAnswer: "The answer", ByYou: "You said this ", ByShop: "We wrote this down for you ",
	Answered: page.Note("Thank you", "Production has your answer. If it is wrong, call us at once."),
	AnsweredBefore: page.Note("Please look again",
		"The question was answered or withdrawn before yours came, so nothing was changed. If what stands below "+
			"is wrong, call us at once."),
	Photo: "Photo",
}
