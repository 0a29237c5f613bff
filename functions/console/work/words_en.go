package work

var wordsEn = wording{
	Groups: []string{"Overdue", "Today", "Next seven days", "Later", "Nobody’s yet", "Waiting for approval"},
	Kinds: map[string]string{"lead": "Lead", "complaint": "Complaint", "task": "Task", "hold": "Production question",
		"stuck": "Stuck process", "message": "Message", "erase": "Erasure"},
	Why: map[string]string{
		"lead.new": "Waits for an owner", "lead.assigned": "Waits for the first contact",
		"lead.pooled": "In the pool, to be claimed", "lead.contacted": "Waits for the next step",
		"lead.qualified": "Waits for quotation or order", "complaint.new": "Waits to be accepted",
		"complaint.triaged": "Waits to be investigated", "complaint.investigating": "Under investigation",
		"complaint.judged": "Waits for a remedy to be proposed", "complaint.proposed": "A remedy is proposed",
		"complaint.awaiting-approval": "Waits for approval", "complaint.offered": "Waits for the customer’s answer",
		"complaint.agreed": "Waits to be carried out", "complaint.carrying-out": "Being carried out",
		"complaint.verifying":  "Waits to hear whether the customer is satisfied",
		"complaint.correcting": "Waits for a correction",
		"hold.asked":           "Waits for the customer’s answer", "hold.escalated": "Decide for the customer",
		"task.open": "To be done",
	},
	TopBecause: func(title, left string) string { return "Take “" + title + "” first: " + left + "." },
	Due:        "Due ",
	Empty:      "Nothing waits on your desk. Leads, tasks and complaints that are yours appear here.",
	ToLeads:    "See the leads",
}
