package stream

import (
	"encoding/json"
	"errors"
	"fmt"
)

// filter is one pattern of the mapping's FilterCriteria, as far as the template uses them: exact values and exists.
type filter map[string]any // name -> filter or []rule

// rule is one alternative for a value.
type rule struct {
	exact  any
	exists *bool
}

func compile(patterns []string) ([]filter, error) {
	filters := make([]filter, len(patterns))
	for i, text := range patterns {
		var pattern map[string]any
		if err := json.Unmarshal([]byte(text), &pattern); err != nil {
			return nil, fmt.Errorf("filter %s: %w", text, err)
		}
		f, err := compileMap(pattern)
		if err != nil {
			return nil, fmt.Errorf("filter %s: %w", text, err)
		}
		filters[i] = f
	}
	return filters, nil
}

func compileMap(pattern map[string]any) (filter, error) {
	f := filter{}
	for name, value := range pattern {
		switch value := value.(type) {
		case map[string]any:
			inner, err := compileMap(value)
			if err != nil {
				return nil, err
			}
			f[name] = inner
		case []any:
			rules, err := compileRules(value)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			f[name] = rules
		default:
			return nil, fmt.Errorf("%s: a pattern's value is a list or an object", name)
		}
	}
	return f, nil
}

func compileRules(list []any) ([]rule, error) {
	rules := make([]rule, len(list))
	for i, value := range list {
		object, ok := value.(map[string]any)
		if !ok {
			rules[i] = rule{exact: value}
			continue
		}
		exists, ok := object["exists"].(bool)
		if !ok || len(object) != 1 {
			return nil, errors.New("the local stack knows exact values and exists")
		}
		rules[i] = rule{exists: &exists}
	}
	return rules, nil
}

// wanted says whether one of the filters matches; without filters everything is wanted.
func wanted(filters []filter, record map[string]any) bool {
	for _, f := range filters {
		if f.matches(record) {
			return true
		}
	}
	return len(filters) == 0
}

func (f filter) matches(object map[string]any) bool {
	for name, want := range f {
		value, present := object[name]
		switch want := want.(type) {
		case filter:
			inner, _ := value.(map[string]any) // not an object: nothing is in it
			if !want.matches(inner) {
				return false
			}
		case []rule:
			if !oneMatches(want, value, present) {
				return false
			}
		}
	}
	return true
}

func oneMatches(rules []rule, value any, present bool) bool {
	for _, r := range rules {
		if r.exists != nil {
			if *r.exists == present {
				return true
			}
		} else if present && value == r.exact {
			return true
		}
	}
	return false
}
