package enquiry

import "afterpress/shared/kernel/words"

var wordsEn = wording{
	Lang: words.En, Thanks: "Automatic reply: ",
	Left:    func(span string) string { return span + " of working time left" },
	Over:    func(span string) string { return span + " of working time overdue" },
	AllOpen: "All open", Mine: "Mine",
	States: map[string]string{"new": "New", "assigned": "To be contacted", "pooled": "In the pool",
		"contacted": "Contacted",
		"qualified": "Qualified", "won": "Won", "lost": "Lost"},
	Unowned: "No owner yet", InPool: "In the pool",
	Empty:     "No leads here",
	EmptyHint: "A lead appears here once a customer sends an enquiry. You may look at another state as well.",
	Lists: map[string]map[string]string{
		"outcome": {"interested": "Interested", "quote-requested": "Asked for a quotation", "call-back": "To be called again",
			"answered": "Answered", "not-now": "Not now", "unreachable": "Not reached", "written": "Written to"},
		"loss": {"price": "Price", "lead-time": "Lead time", "quality-doubt": "Doubts about quality",
			"competitor": "Chose a competitor", "no-answer": "Could not be reached", "not-our-work": "Not our kind of work",
			"changed-mind": "Changed their mind", "duplicate": "Duplicate of another lead"},
		"recycle": {"no-capacity": "No capacity", "wrong-person": "Not the right person for it", "absent": "Away",
			"no-progress": "No progress"},
	},
	Fields: map[string]labelled{
		"channel": {"Channel", ""}, "outcome": {"Outcome", "Log an attempt too: the time for the first contact goes on."},
		"note":         {"Note", "Only colleagues see it."},
		"next_step_at": {"Next step agreed for", "In the branch’s time; leave it empty to follow the policy."},
		"owner":        {"Owner", "A sales person or manager of the branch."},
		"need":         {"What the customer needs", "The colleague who quotes reads it."},
		"order":        {"Order number", ""}, "reason": {"Reason", ""}, "competitor": {"Competitor", ""},
	},
	Facts: map[string]string{"name": "Name", "company": "Company", "phone": "Phone", "phone_typed": "Phone as typed",
		"email": "E-mail", "product": "Product", "quantity": "Quantity", "needed_by": "Needed by",
		"heard_from": "Heard of us",
		"branch":     "Branch", "since": "Asked", "customer": "Customer’s file"},
	Clocks: map[string]string{"new": "First contact due", "assigned": "First contact due", "pooled": "To be claimed by",
		"contacted": "Next step due", "qualified": "Quotation follow-up due"},
	Agreed: "Agreed with the customer for", Before: " ",
	Buttons: map[string]string{"lead.contact": "Log contact", "lead.claim": "Claim lead", "lead.assign": "Assign",
		"lead.qualify": "Qualify", "lead.win": "Record order", "lead.lose": "Mark as lost",
		"lead.recycle": "Return to the pool"},
	Done: map[string]string{"lead.contact": "Contact logged", "lead.claim": "Claimed", "lead.assign": "Assigned",
		"lead.qualify": "Qualified", "lead.win": "Order recorded", "lead.lose": "Marked as lost",
		"lead.recycle": "Returned to the pool"},
	NowStands: func(state string) string { return "The lead is now: " + state + "." },
	LastContact: func(at, who, channel, outcome string) string {
		return "Last contact: " + at + ", " + who + ", " + channel + ", " + outcome + "."
	},
	Attempts: func(n string) string { return "Attempts without an answer so far: " + n + "." },
	Replies:  func(n string) string { return "Replies that wait: " + n },
	WhatNext: "What you may do", Enquiry: "Enquiry", Message: "Message", Files: "Files", Heard: "What the person wrote",
	Due: "Due ", Owner: "Owner", State: "State",
}
