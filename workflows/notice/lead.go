package notice

import (
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/ladder"
)

// LeadOwner is the message of a rung for the lead's owner.
func LeadOwner(l lead.Lead, rung ladder.Rung) string {
	switch {
	case rung.Do == ladder.DoTell && l.Pursued():
		return message.TemplateLeadHandedOver
	case rung.Do == ladder.DoTell:
		return message.TemplateLeadAssigned
	case l.State == lead.StateQualified:
		return message.TemplateLeadQuoteDue
	case l.Pursued():
		return message.TemplateLeadStepDue
	case rung.At.Before(l.Due):
		return message.TemplateLeadRemindedHalf
	}
	return message.TemplateLeadRemindedDue
}

// LeadManager is the message of a rung for the manager of the lead's branch.
func LeadManager(l lead.Lead, rung ladder.Rung) string {
	switch {
	case rung.Do == ladder.DoRecycle:
		return message.TemplateLeadKept
	case l.State == lead.StatePooled:
		return message.TemplateLeadPooled
	case rung.Name == lead.PassedOn:
		return message.TemplateLeadReassigned
	case l.State == lead.StateContacted:
		return message.TemplateLeadStepLate
	case l.State == lead.StateQualified:
		return message.TemplateLeadQuoteLate
	}
	return message.TemplateLeadReassigned
}
