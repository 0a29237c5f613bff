package message_test

import (
	"strings"
	"testing"

	"afterpress/shared/crm/message"
)

func TestWhichReplyAMessageFollows(t *testing.T) {
	at := func(about, step, template string) message.Message {
		return message.Message{About: about, Step: step, Template: template, Channel: message.ChannelEmail}
	}
	told := at("lead/lead_1/1", "acknowledge", message.TemplateLeadAcknowledged)
	for what, c := range map[string]struct {
		m    message.Message
		want bool
	}{
		"itself, claimed again":            {told, true},
		"another reply of its record":      {at("lead/lead_1/1", "late-reply", message.TemplateLeadAcknowledged), false},
		"the time of its record moved":     {at("lead/lead_1/1", "postponed-1", message.TemplateLeadPostponed), true},
		"the time of another record moved": {at("lead/lead_2/1", "postponed-1", message.TemplateLeadPostponed), false},
		"one whose id begins alike":        {at("lead/lead_1/12", "postponed-1", message.TemplateLeadPostponed), false},
	} {
		if got := strings.HasPrefix(told.Key(), c.m.Follows()); got != c.want {
			t.Errorf("%s: %t", what, got)
		}
	}
}
