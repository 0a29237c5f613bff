package shopfile

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"afterpress/shared/app"
	"afterpress/shared/app/backoffice"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/words"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
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
	// Forms are public forms. Absent: none; the shop opens them later.
	Forms []backoffice.OpenForm `json:"forms" validate:"unique=ID,dive"`
}

// read reads the file, YAML or JSON. It lists all names that are unknown, and all values that have another type or are
// outside their limits. The error is for a file that is no YAML, or has a name twice. idOf makes the id of a person
// from their sign-in account.
func read(text []byte, idOf func(subject string) string) (document, []fault.Field, error) {
	var in document
	var root yaml.Node
	if err := yaml.Unmarshal(text, &root); err != nil {
		return in, nil, err
	}
	if len(root.Content) != 1 {
		return in, nil, errors.New("the file is empty")
	}
	tree, err := plain(root.Content[0])
	if err != nil {
		return in, nil, err
	}
	shop, ok := tree.(map[string]any)
	if !ok {
		return in, nil, errors.New("the file is no list of names such as company, staff, branches")
	}
	faults := nameAccounts(shop, idOf)
	unread, err := in.fill(shop)
	if err != nil {
		return in, nil, err
	}
	faults = append(faults, unread...)
	said := func(f fault.Field) bool {
		return slices.ContainsFunc(faults, func(g fault.Field) bool { return g.Pointer == f.Pointer })
	}
	faults = append(faults, slices.DeleteFunc(app.Forms.Faults(&in), said)...)
	if len(in.Policies) > 0 && in.Texts != (setup.PolicyTexts{}) {
		faults = append(faults, english("/texts",
			"these are of the standard policy, which a file with policies leaves out; write them into the policies"))
	}
	return in, faults, nil
}

// english is a fault of the file. The command speaks English alone.
func english(pointer, text string) fault.Field {
	return fault.Field{Pointer: pointer, Text: words.Text{Zh: text, En: text}}
}

// fill takes the tree into the document. What cannot be taken is left out of both, and listed.
func (in *document) fill(tree map[string]any) ([]fault.Field, error) {
	var faults []fault.Field
	for {
		raw, err := json.Marshal(tree)
		if err != nil {
			return nil, err
		}
		*in = document{}
		err = json.Unmarshal(raw, in, json.RejectUnknownMembers(true))
		var misfit *json.SemanticError
		if err == nil || !errors.As(err, &misfit) {
			return faults, err
		}
		at := string(misfit.JSONPointer)
		says := fmt.Sprintf("this is no %s", misfit.GoType)
		if errors.Is(err, json.ErrUnknownName) {
			says = fmt.Sprintf("the file has no %q; see infra/establish/shop.example.yaml", misfit.JSONPointer.LastToken())
		}
		if !cut(tree, misfit.JSONPointer) {
			return nil, err
		}
		faults = append(faults, english(at, says))
	}
}

// cut takes a value out of the tree. It reports whether one was there; an entry of a list becomes an empty one, so that
// those behind it keep their places.
func cut(tree any, at jsontext.Pointer) bool {
	for token := range at.Parent().Tokens() {
		switch in := tree.(type) {
		case map[string]any:
			tree = in[token]
		case []any:
			i, err := strconv.Atoi(token)
			if err != nil || i < 0 || i >= len(in) {
				return false
			}
			tree = in[i]
		}
	}
	switch in := tree.(type) {
	case map[string]any:
		_, there := in[at.LastToken()]
		delete(in, at.LastToken())
		return there
	case []any:
		i, err := strconv.Atoi(at.LastToken())
		if err != nil || i < 0 || i >= len(in) || in[i] == nil {
			return false
		}
		in[i] = nil
		return true
	}
	return false
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

// nameAccounts puts people's ids in place of their accounts: of a branch's manager, and of a form's owner.
func nameAccounts(root map[string]any, idOf func(subject string) string) []fault.Field {
	known := map[string]bool{}
	staff, _ := root["staff"].([]any)
	for _, entry := range staff {
		person, _ := entry.(map[string]any)
		subject, _ := person["subject"].(string)
		known[subject] = true
	}
	var faults []fault.Field
	for _, named := range []struct{ list, role string }{{"branches", "manager"}, {"forms", "owner"}} {
		list, role := named.list, named.role
		entries, _ := root[list].([]any)
		for i, entry := range entries {
			record, _ := entry.(map[string]any)
			subject, there := record[role].(string)
			switch {
			case there && known[subject]:
				record[role] = idOf(subject)
			case there:
				delete(record, role)
				faults = append(faults, english(fmt.Sprintf("/%s/%d/%s", list, i, role),
					fmt.Sprintf("no person of the file has the account %q; enter the subject of one", subject)))
			}
		}
	}
	return faults
}
