package crm

import (
	"strings"
	"testing"
)

func TestPolicyCheck(t *testing.T) {
	if err := StandardPolicy().Lead.Check(); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name, want string
		spoil      func(*LeadPolicy)
	}{
		{"no time", "positive", func(p *LeadPolicy) { p.FirstContact = 0 }},
		{"no owners", "positive", func(p *LeadPolicy) { p.MaxOwners = -1 }},
		{"a state that is none", "ladder[2].state", func(p *LeadPolicy) { p.Ladder[2].State = "asigned" }},
		{"a step that is none", "ladder[3].do", func(p *LeadPolicy) { p.Ladder[3].Do = "shout" }},
		{"before its state", "ladder[4]", func(p *LeadPolicy) { p.Ladder[4].Plus = -60 }},
		{"a name twice", "ladder[9].name", func(p *LeadPolicy) { p.Ladder[9].Name = "half" }},
		{"the name of the manager's own rung", "ladder[9].name", func(p *LeadPolicy) { p.Ladder[9].Name = passedOn }},
	} {
		p := StandardPolicy().Lead
		tc.spoil(&p)
		if err := p.Check(); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v", tc.name, err)
		}
	}
}
