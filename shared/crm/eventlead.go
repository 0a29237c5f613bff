package crm

// What happens to leads.
const (
	LeadCaptured  EventType = "lead.captured"
	LeadTaken     EventType = "lead.assigned"
	LeadAttempted EventType = "lead.attempted"
	LeadReached   EventType = "lead.contacted"
	LeadWon       EventType = "lead.qualified"
	LeadGivenUp   EventType = "lead.lost"
	LeadRecycled  EventType = "lead.recycled"
	LeadClaimed   EventType = "lead.claimed"
	LeadReplied   EventType = "lead.replied"
	LeadReplanned EventType = "lead.replanned"
)

// leadEvents are the entries of the catalogue for leads.
var leadEvents = map[EventType]EventEntry{
	LeadCaptured:  {Process: "lead", Words: Text{Zh: "收到询价", En: "Enquiry received"}, Search: true},
	LeadTaken:     {Process: "lead", Words: Text{Zh: "线索已分配", En: "Lead assigned"}},
	LeadAttempted: {Words: Text{Zh: "联系未成功", En: "Tried to reach, without success"}},
	LeadReached:   {Process: "lead", Words: Text{Zh: "已联系客户", En: "Customer contacted"}, Search: true}, // it may give the customer his own person
	LeadWon:       {Process: "lead", Words: Text{Zh: "线索已转为商机", En: "Lead qualified"}},
	LeadGivenUp:   {Process: "lead", Words: Text{Zh: "线索已流失", En: "Lead lost"}},
	LeadRecycled:  {Process: "lead", Words: Text{Zh: "线索已退回公海", En: "Lead returned to the pool"}},
	LeadClaimed:   {Process: "lead", Words: Text{Zh: "从公海领取了线索", En: "Lead claimed from the pool"}},
	LeadReplied:   {Process: "lead", Words: Text{Zh: "客户回复了邮件", En: "The person wrote back"}},
	LeadReplanned: {Process: "lead", Words: Text{Zh: "规则或日历变更，线索期限已重算", En: "A rule or calendar changed; the lead's deadline was computed anew"}},
}
