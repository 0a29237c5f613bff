package main

import (
	"errors"
	"fmt"
	"strings"

	"afterpress/shared/app"
	"afterpress/shared/app/backoffice"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/words"

	"github.com/go-json-experiment/json"
	"go.yaml.in/yaml/v3"
)

// document is what the file says: each entry as the API takes it. Only a branch's manager stands there by their sign-in
// account.
type document struct {
	Company   words.Text                `json:"company"`
	Staff     []backoffice.StaffDetails `json:"staff" validate:"required,min=1,unique=Subject,dive"`
	Calendars []backoffice.OpenCalendar `json:"calendars" validate:"required,min=1,unique=ID,dive"`
	Policies  []backoffice.OpenPolicy   `json:"policies" validate:"unique=ID,dive"` // absent: the standard policy
	// of the standard policy; policies of the file have their own
	Texts    setup.PolicyTexts       `json:"texts"`
	Branches []backoffice.OpenBranch `json:"branches" validate:"required,min=1,unique=ID,dive"`
	// Categories of customers, each after the one above it. Absent: the standard tree, where the shop has no other; an
	// empty list: none.
	Categories []backoffice.OpenCategory `json:"categories" validate:"unique=ID,dive"`
}

// read reads the file, YAML or JSON. It refuses unknown and repeated names, and values outside their limits; idOf
// makes the id of who signs in with an account.
func read(text []byte, idOf func(subject string) string) (document, error) {
	var in document
	var root yaml.Node
	if err := yaml.Unmarshal(text, &root); err != nil {
		return in, err
	}
	if len(root.Content) != 1 {
		return in, errors.New("the file is empty")
	}
	tree, err := plain(root.Content[0])
	if err != nil {
		return in, err
	}
	if err := nameManagers(tree, idOf); err != nil {
		return in, err
	}
	raw, err := json.Marshal(tree)
	if err != nil {
		return in, err
	}
	if err := json.Unmarshal(raw, &in, json.RejectUnknownMembers(true)); err != nil {
		return in, err
	}
	if faults := app.Forms.Faults(&in); len(faults) > 0 {
		return in, errors.New(fault.Listed(faults))
	}
	if len(in.Policies) > 0 && in.Texts != (setup.PolicyTexts{}) {
		return in, errors.New("/texts: these are of the standard policy, which a file with policies leaves out; write them into the policies")
	}
	return in, nil
}

// plain is a node of YAML as JSON has it. A date stays the text that it is; names that stand twice, and references,
// are refused.
func plain(n *yaml.Node) (any, error) {
	switch n.Kind {
	case yaml.MappingNode:
		out := map[string]any{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			name := n.Content[i].Value
			if _, twice := out[name]; twice {
				return nil, fmt.Errorf("line %d: %q stands there twice", n.Content[i].Line, name)
			}
			value, err := plain(n.Content[i+1])
			if err != nil {
				return nil, err
			}
			out[name] = value
		}
		return out, nil
	case yaml.SequenceNode:
		out := []any{}
		for _, entry := range n.Content {
			value, err := plain(entry)
			if err != nil {
				return nil, err
			}
			out = append(out, value)
		}
		return out, nil
	case yaml.ScalarNode:
		if n.Tag == "!!timestamp" {
			return n.Value, nil
		}
		var out any
		err := n.Decode(&out)
		return out, err
	}
	return nil, fmt.Errorf("line %d: write this out; the file takes no references", n.Line)
}

// nameManagers puts the ids of the branches' managers in place of their accounts.
func nameManagers(tree any, idOf func(subject string) string) error {
	root, _ := tree.(map[string]any)
	known := map[string]bool{}
	staff, _ := root["staff"].([]any)
	for _, entry := range staff {
		person, _ := entry.(map[string]any)
		subject, _ := person["subject"].(string)
		known[subject] = true
	}
	branches, _ := root["branches"].([]any)
	var faults []string
	for i, entry := range branches {
		branch, _ := entry.(map[string]any)
		subject, named := branch["manager"].(string)
		switch {
		case named && known[subject]:
			branch["manager"] = idOf(subject)
		case named:
			faults = append(faults, fmt.Sprintf("/branches/%d/manager: %q is nobody's account in the file", i, subject))
		}
	}
	if len(faults) > 0 {
		return errors.New(strings.Join(faults, "; "))
	}
	return nil
}
