package notify

import (
	"fmt"
	"slices"
	"strings"

	"afterpress/shared/crm/message"
)

const signature = "signature"

// shopPlaces lists the slots of setup.PolicyTexts that a mail to a customer has a place for. What the shop says
// there may have several lines, and may be absent: then the line of the place is left out, with the empty one above
// it. No SMS has such a place: its words are registered with the carrier.
var shopPlaces = map[string][]string{
	message.TemplateLeadAcknowledged:      {"lead_acknowledge", signature},
	message.TemplateLeadConfirm:           {"lead_acknowledge", signature},
	message.TemplateLeadPostponed:         {signature},
	message.TemplateComplaintAcknowledged: {"complaint_acknowledge", signature},
	message.TemplateComplaintReceived:     {"complaint_acknowledge", signature},
	message.TemplateComplaintEvidence:     {"complaint_evidence", signature},
	message.TemplateComplaintOffered:      {signature},
	message.TemplateComplaintVerify:       {signature},
	message.TemplateComplaintReminded:     {signature},
	message.TemplateComplaintReplied:      {signature},
	message.TemplateComplaintProgress:     {signature},
	message.TemplateComplaintPromise:      {signature},
	message.TemplateComplaintJoined:       {signature},
	message.TemplateComplaintUnanswered:   {signature},
	message.TemplateComplaintWithdrawn:    {signature},
	message.TemplateContactCode:           {signature},
	message.TemplateHoldAsked:             {"hold_ask", signature},
	message.TemplateHoldQuestion:          {"hold_ask", signature},
	message.TemplateHoldReminded:          {"hold_ask", signature},
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
		if from == 0 && i > 1 || to == 0 {
			return nil, fmt.Errorf("%q stands in no line of its own", t[i].placeholder)
		}
		if strings.HasSuffix(above.literal[:from], "\n\n") {
			from--
		}
		t[i].above, t[i].below, t[i].optional = above.literal[from:], below.literal[:to], true
		above.literal, below.literal = above.literal[:from], below.literal[to:]
	}
	return t, nil
}
