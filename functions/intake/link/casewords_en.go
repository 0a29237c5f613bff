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
	NewIntro: "We are sorry that something is not right. Tell us what you see; a colleague will look at it and reply.",
	Full: page.Note("That is enough for today",
		"You have sent five complaints today, the most that this page takes. Please call us about anything "+
			"else, and we will record it for you."),
	What: "What is wrong?", WhatHint: "Open a heading and tick everything that applies, ten at most.",
	NoDefect: "Tick at least one thing that is wrong, and ten at most. If nothing fits, tick “Something else”.",
	Groups: map[string]string{defect.Colour: "Colour", defect.Press: "Printing and paper",
		defect.Content: "Text, pictures and codes", defect.Finishing: "Cutting, folding, binding and finishing",
		defect.Delivery: "Quantity, delivery and anything else"},
	Defects: map[defect.Kind]string{
		defect.WrongContent: "Wrong text or picture", defect.MissingElement: "Something is not printed",
		defect.LegalMark: "A label or mark required by law is wrong",
		defect.Barcode:   "A barcode or QR code does not scan", defect.LowResolution: "A picture is pixelated or blurred",
		defect.ColourDeviation: "The colour is not as agreed",
		defect.ColourVariation: "The colour differs from piece to piece",
		defect.SpotColour:      "A brand or spot colour is wrong",
		defect.Metamerism:      "The colour changes with the light", defect.DotGain: "Pictures are too dark or heavy",
		defect.Misregister: "Colours are out of register", defect.Backup: "Front and back do not match",
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
		"die-cut-offset": "The die-cut is out of place", "crease-crack": "Cracks along a fold",
		"lamination-bubble": "Bubbles under the film", "foil-offset": "Foil or varnish is out of place",
		"glue-failure": "Glue does not hold", "loose-page": "Pages come loose",
		"missing-page": "Pages are missing, twice or upside down", "spine-shift": "The title on the spine is off-centre",
		"cover-white": "A white edge on the cover", "warp-curl": "It warps or curls",
		"short-count": "Too few pieces", "over-count": "Too many pieces", "transit-damage": "Damaged on the way",
		"packing": "Badly packed", "late-delivery": "It came late", "other": "Something else",
	},
	Fields: map[string]fieldWords{
		"words":     {"What do you see?", "On how many pieces, where on the piece, and how you noticed it."},
		"job":       {"Job or order number", "You will find it on our delivery note or invoice."},
		"affected":  {"How many pieces are bad?", "A number; leave it empty if you do not know yet."},
		"delivered": {"How many pieces came?", "A number."},
		"wanted":    {"What would you like?", ""},
		"needed_by": {"When do you need good pieces?", "The day you will use them."},
	},
	Wanted: map[remedy.Kind]string{
		remedy.FullReprint: "Print everything again", remedy.PartReprint: "Print the bad pieces again",
		remedy.MakeUp: "Deliver what is missing", remedy.Rework: "Sort or repair them",
		remedy.CreditNote: "A credit note", remedy.PriceCut: "Keep them for a lower price", remedy.Refund: "A refund",
		remedy.Gift: "A small gift", remedy.Apology: "An explanation and an apology",
	},
	PhotoHint: "You can add photos on the next page.",
	Open:      "Send complaint",

	Title: "Your complaint", Job: "Job", Stage: "Where it stands",
	Stands: map[string]page.Notice{
		standsOpened: page.Note("We have your complaint",
			"You can follow its progress below. Photos help: add them further down."),
		standsMessage: page.Note("Message sent", "It is shown below, and our colleague has it."),
		standsMissing: page.Note("Nothing was sent", "Write your message first, then send it."),
		standsChanged: page.Note("Please look again",
			"Something changed after this page was opened, so nothing was done. This is how it is now."),
		complaint.SayAgree: page.Note("You accepted the offer", "We are starting now and will tell you when it is done."),
		complaint.SayDecline: page.Note("You declined the offer",
			"Tell us below what would be right for you; we will look for another solution."),
		complaint.SaySettled: page.Note("Thank you",
			"We are glad that it is settled. We will look into the cause, so that it does not happen again."),
		complaint.SayUnsettled: page.Note("We will look at it again", "Tell us below what is still wrong; photos help."),
		complaint.SayReopen: page.Note("Your complaint is open again",
			"Tell us below what is wrong; a colleague will look at it."),
		complaint.SayWithdraw: page.Note("Your complaint is withdrawn", "We will do nothing more about it."),
	},
	Owner:       func(name string) string { return name + " is looking after it." },
	Promise:     "You will hear from us by ",
	PromiseLate: "We promised to reply by this time and are late. We are sorry. If it is urgent, call us: ",
	AnswerBy:    "Please answer by ", GoodsBy: "Delivery by ",
	Waits: map[string]string{complaint.PauseCustomer: "We are waiting for an answer from you.",
		complaint.PauseSample: "We are waiting for the samples that you are sending back."},
	Asked: "What we need from you",
	Offer: "What we offer", Agreed: "What we agreed", Worth: "Value", Pays: "Your share of the cost",
	By:              "Delivery by",
	OfferQuestion:   "Do you accept this offer?",
	OfferHint:       "If you would like to change something, write to us below before you answer.",
	SettledQuestion: "Is it settled?", SettledHint: "If something is still wrong, we will look at it again.",
	ReopenQuestion: "Is something still wrong? You can reopen this complaint.",
	Say: map[string]string{complaint.SayAgree: "Accept offer", complaint.SayDecline: "Decline offer",
		complaint.SaySettled: "Yes, it is settled", complaint.SayUnsettled: "No, something is still wrong",
		complaint.SayReopen: "Reopen complaint", complaint.SayWithdraw: "Withdraw complaint"},
	Joined:     "We are handling it together with your other complaint about the same job.",
	JoinedLink: "Go to that complaint",
	JoinedTold: "A colleague of yours also contacted us about this job, so we are handling both together. Call us for " +
		"an update.",
	Again: "Open a new complaint",
	Said:  "Messages", You: "You", Older: "Earlier messages are not shown here. Ask us for them.",
	Affected: "Bad pieces",
	Flooded: func(phone string) string {
		return "You have written to us many times lately, so this message was not sent. Please call us: " + phone
	},
	Pieces: func(n int64) string {
		if n == 1 {
			return "1 piece"
		}
		return page.Grouped(n) + " pieces"
	},
	MessageLabel: "Write to us", MessageHint: "Our colleague will read it and reply here and by e-mail.",
	MessageSend: "Send message",
	Photos:      "Photos and documents",
	Ask: map[string]askWords{
		complaint.SayAgree: {"Accept this offer?", "We will then start on it, and it can no longer be changed here.",
			"Yes, accept it", "No, not yet"},
		complaint.SayWithdraw: {"Withdraw this complaint?",
			"We will then do nothing more about it. You can reopen it here for some weeks.", "Yes, withdraw it",
			"No, keep it open"},
		complaint.SayReopen: {"Reopen this complaint?", "A colleague will take it up again from the start.",
			"Yes, reopen it", "No, leave it closed"},
	},
	WhyLabel: "What is still wrong?", WhyHint: "A sentence is enough. You can add photos afterwards.",
	History: "History", Comma: ", ",
	Zone: func(branch string) string { return fmt.Sprintf("Times are local to our branch: %s.", branch) },

	HoldTitle: "A question about your job", HoldAsk: "Production is waiting for your answer. What shall we do?",
	HoldWords: "Anything to add?",
	HoldHint:  "It is sent with the choice that you tap. If none fits, write here and send only that.",
	HoldSend:  "Send only what I wrote",
	HoldWithdrawn: page.Note("This question is settled",
		"We found a solution, so there is nothing left for you to answer."),
	HoldAnswer: "The answer", ByYou: "You answered ", ByShop: "We recorded this for you ",
	Answered: page.Note("Thank you", "Production has your answer. If it is wrong, call us at once."),
	AnsweredBefore: page.Note("Please look again",
		"The question was answered or withdrawn before your answer came, so nothing was changed. If the answer "+
			"below is wrong, call us at once."),
	Photo: "Photo",
}
