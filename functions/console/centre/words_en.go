package centre

var wordsEn = wording{
	Search: "Find a customer", Find: "Find",
	SearchHint: "Any part of a name, pinyin, initials, a phone number, an e-mail or a tax number: two signs or more.",
	NoneYet:    "There are no customers that you may see yet. One appears here with the first enquiry.",
	NoneFound:  "No customer found",
	NoneHint:   "Check what you typed, or search by something else, such as the last digits of a phone number.",
	Stages: map[string]string{"lead": "Lead", "prospect": "Prospect", "first-order": "First order", "active": "Active",
		"at-risk": "At risk", "lapsed": "Lapsed", "won-back": "Won back", "exit": "Archived"},
	Roles: map[string]string{"decides": "decides", "buys": "buys", "proofs": "approves proofs", "receives": "receives",
		"pays": "pays"},
	Kinds:    map[string]string{"lead": "Lead", "task": "Task", "complaint": "Complaint", "hold": "Production question"},
	Channels: map[string]string{"call": "call", "email": "e-mail", "sms": "SMS"},
	Purposes: map[string]string{"service": "service", "marketing": "marketing"},
	Outcomes: map[string]string{"interested": "Interested", "quote-requested": "Asked for a quotation",
		"call-back": "To be called again", "answered": "Answered", "not-now": "Not now", "unreachable": "Not reached",
		"written": "Written to"},
	Away:   map[string]string{"left": "has left the shop", "absent": "not in today"},
	MayNot: func(channel, purpose, why string) string { return "No " + channel + " for " + purpose + ": " + why },
	Liking: func(kind, value string, required, stale bool) string {
		text := kind + ": " + value
		if required {
			text += " (required)"
		}
		if stale {
			text += "; confirmed long ago, ask again"
		}
		return text
	},
	Owner: "Owner", Branch: "Branch", Due: "Due ", Warnings: "Before you get in touch", People: "Contacts",
	NoPeople: "There are no contacts that you may see.", HasLeft: "has left", Open: "Open items",
	NoOpen: "Nothing is open.",
	Likes:  "Preferences and requirements", Touches: "Last contacts", NoTouches: "Nobody has been in touch yet.",
	Unnamed: "No name given",
}
