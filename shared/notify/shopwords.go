package notify

import (
	"fmt"
	"slices"
	"strings"

	"afterpress/shared/crm/message"
)

const signature, privacy = "signature", "privacy"

// shopPlaces lists the slots of setup.PolicyTexts that a mail to a customer has a place for. What the shop says
// there may have several lines, and may be absent: then the line of the place is left out, with the empty one above
// it. No SMS has such a place: its words are registered with the carrier.
var shopPlaces = map[string][]string{
	message.TemplateLeadAcknowledged:      {"lead_acknowledge", signature, privacy},
	message.TemplateLeadConfirm:           {"lead_acknowledge", signature, privacy},
	message.TemplateLeadPostponed:         {signature, privacy},
	message.TemplateComplaintAcknowledged: {"complaint_acknowledge", signature, privacy},
	message.TemplateComplaintReceived:     {"complaint_acknowledge", signature, privacy},
	message.TemplateComplaintEvidence:     {"complaint_evidence", signature, privacy},
	message.TemplateComplaintOffered:      {signature, privacy},
	message.TemplateComplaintVerify:       {signature, privacy},
	message.TemplateComplaintReminded:     {signature, privacy},
	message.TemplateComplaintReplied:      {signature, privacy},
	message.TemplateComplaintProgress:     {signature, privacy},
	message.TemplateComplaintPromise:      {signature, privacy},
	message.TemplateComplaintPromises:     {signature, privacy},
	message.TemplateComplaintJoined:       {signature, privacy},
	message.TemplateComplaintUnanswered:   {signature, privacy},
	message.TemplateComplaintWithdrawn:    {signature, privacy},
	message.TemplateComplaintCode:         {signature, privacy},
	message.TemplateContactCode:           {signature, privacy},
	message.TemplateContactWritten:        {signature, privacy},
	message.TemplateContactInfected:       {signature, privacy},
	message.TemplateHoldAsked:             {"hold_ask", signature, privacy},
	message.TemplateHoldQuestion:          {"hold_ask", signature, privacy},
	message.TemplateHoldReminded:          {"hold_ask", signature, privacy},
}

// ShopPlaces lists which of the shop's own words the mail of this name takes.
func ShopPlaces(name string) []string { return slices.Clone(shopPlaces[name]) }

// parseLeaving is parse of a source that has optional placeholders as well.
func parseLeaving(source string, allowed, optional []string) (template, error) {
	t, err := parse(source, slices.Concat(allowed, optional))
	if err != nil {
		return nil, err
	}
	return t.leaving(optional)
}

// leaving makes the lines of these placeholders such that they are left out without a value. Each stands in a line
// of its own.
func (t template) leaving(optional []string) (template, error) {
	for i := range t {
		if !slices.Contains(optional, t[i].placeholder) {
			continue
		}
		above, below := &t[i-1], &t[i+1] // parse puts a literal on each side of a placeholder
		from, to := strings.LastIndexByte(above.literal, '\n')+1, strings.IndexByte(below.literal, '\n')+1
		next := i > 1 && t[i-2].optional // whose line ended right above
		if from == 0 && i > 1 && !next || to == 0 {
			return nil, fmt.Errorf("%q stands in no line of its own", t[i].placeholder)
		}
		if strings.HasSuffix(above.literal[:from], "\n\n") || next && above.literal[:from] == "\n" {
			from--
		}
		t[i].above, t[i].below, t[i].optional = above.literal[from:], below.literal[:to], true
		above.literal, below.literal = above.literal[:from], below.literal[to:]
	}
	return t, nil
}
