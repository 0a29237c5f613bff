package event

import (
	"afterpress/shared/kernel/words"
)

// Types of events about leads.
const (
	LeadCaptured  Type = "lead.captured"
	LeadAssigned  Type = "lead.assigned"
	LeadAttempted Type = "lead.attempted"
	LeadContacted Type = "lead.contacted"
	LeadQualified Type = "lead.qualified"
	LeadWon       Type = "lead.won"
	LeadLost      Type = "lead.lost"
	LeadRecycled  Type = "lead.recycled"
	LeadClaimed   Type = "lead.claimed"
	LeadReplied   Type = "lead.replied"
	LeadReplanned Type = "lead.replanned"
	LeadRestarted Type = "lead.restarted"
)

// leadEvents are the entries of the catalogue for leads.
var leadEvents = map[Type]Entry{
	LeadCaptured:  {Process: "lead", Words: words.Text{Zh: "收到询价", En: "Enquiry received"}, Search: true, Opens: true},
	LeadAssigned:  {Process: "lead", Words: words.Text{Zh: "线索已分配", En: "Lead assigned"}},
	LeadAttempted: {Words: words.Text{Zh: "联系未成功", En: "Tried to reach, without success"}},
	// search rows follow: the contact may give the customer an owner
	LeadContacted: {Process: "lead", Words: words.Text{Zh: "已联系客户", En: "Customer contacted"}, Search: true},
	LeadQualified: {Process: "lead", Words: words.Text{Zh: "线索已转为商机", En: "Lead qualified"}},
	LeadWon:       {Process: "lead", Words: words.Text{Zh: "线索已成交", En: "Lead won"}},
	LeadLost:      {Process: "lead", Words: words.Text{Zh: "线索已流失", En: "Lead lost"}},
	LeadRecycled:  {Process: "lead", Words: words.Text{Zh: "线索已退回公海", En: "Lead returned to the pool"}},
	LeadClaimed:   {Process: "lead", Words: words.Text{Zh: "从公海领取了线索", En: "Lead claimed from the pool"}},
	LeadReplied:   {Process: "lead", Words: words.Text{Zh: "客户回复了邮件", En: "The person wrote back"}},
	LeadReplanned: {Process: "lead",
		Words: words.Text{Zh: "规则或日历变更，线索期限已重算", En: "A rule or calendar changed; the lead's deadline was computed anew"}},
	LeadRestarted: {Process: "lead",
		Words: words.Text{Zh: "系统曾中断，线索期限已重新开始计算", En: "After an outage the lead's time began anew"}},
}
