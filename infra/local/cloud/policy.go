package cloud

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"afterpress/infra/local/sam"
)

// ask is one question to a role: may it do this, to that? keys is what is known of the request, by condition key; a
// key that the request does not have is missing.
type ask struct {
	action   string // dynamodb:Query
	resource string // ${Records.Arn}/index/board
	keys     map[string][]string
}

// allowed says which statement allows what is asked. A Deny comes before every Allow; what nothing allows is
// refused. Source: IAM user guide, "Policy evaluation logic".
func allowed(role []sam.Statement, a ask) (statement int, ok bool) {
	statement = -1
	for i, s := range role {
		if !applies(s, a) {
			continue
		}
		if s.Effect == "Deny" {
			return i, false
		}
		if statement < 0 {
			statement = i
		}
	}
	return statement, statement >= 0
}

func applies(s sam.Statement, a ask) bool {
	return named(s.Action, s.NotAction, a.action, true) && named(s.Resource, s.NotResource, a.resource, false) &&
		holds(s.Condition, a.keys)
}

// named says whether a text is among some patterns, or, where the statement names what it is not about, among none
// of those.
func named(is, isNot []string, text string, fold bool) bool {
	if len(isNot) > 0 {
		return !like(isNot, text, fold)
	}
	return like(is, text, fold)
}

// like says whether one of the patterns fits; * stands for any text, ? for one sign.
func like(patterns []string, text string, fold bool) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		if fold {
			pattern, text = strings.ToLower(pattern), strings.ToLower(text)
		}
		return fits(pattern, text)
	})
}

func fits(pattern, text string) bool {
	for pattern != "" {
		switch {
		case pattern[0] == '*':
			rest := strings.TrimLeft(pattern, "*")
			for i := 0; i <= len(text); i++ {
				if fits(rest, text[i:]) {
					return true
				}
			}
			return false
		case text == "", pattern[0] != '?' && pattern[0] != text[0]:
			return false
		}
		pattern, text = pattern[1:], text[1:]
	}
	return text == ""
}

// operators compare a value of the request with those of a statement. negated is true where the value must differ
// from all of them, and a key that is missing then fits.
var operators = map[string]struct {
	same    func(pattern, value string) bool
	negated bool
}{
	"StringEquals":              {func(p, v string) bool { return p == v }, false},
	"StringNotEquals":           {func(p, v string) bool { return p == v }, true},
	"StringEqualsIgnoreCase":    {strings.EqualFold, false},
	"StringNotEqualsIgnoreCase": {strings.EqualFold, true},
	"StringLike":                {fits, false},
	"StringNotLike":             {fits, true},
	"Bool":                      {strings.EqualFold, false},
	"NumericLessThan":           {less, false},
}

// less reports whether the request's value is a number below the statement's.
func less(bound, value string) bool {
	limit, err := strconv.ParseFloat(bound, 64)
	number, other := strconv.ParseFloat(value, 64)
	return err == nil && other == nil && number < limit
}

// Condition keys that the cloud knows to fill in.
var conditionKeys = []string{leadingKeys, "aws:SecureTransport", "s3:TlsVersion"}

const leadingKeys = "dynamodb:LeadingKeys"

// holds says whether every condition of a statement fits the keys of a request.
func holds(conditions map[string]map[string]sam.OneOrMany, keys map[string][]string) bool {
	for operator, wanted := range conditions {
		for key, values := range wanted {
			have, there := keys[key]
			if !holdsOne(operator, values, have, there) {
				return false
			}
		}
	}
	return true
}

func holdsOne(operator string, wanted, have []string, there bool) bool {
	if operator == "Null" {
		return slices.Contains(wanted, "true") != there
	}
	name, ifExists := strings.CutSuffix(operator, "IfExists")
	set, name, many := strings.Cut(name, ":")
	if !many {
		name = set
	}
	compare := operators[name]
	fitting := func(value string) bool {
		among := slices.ContainsFunc(wanted, func(pattern string) bool { return compare.same(pattern, value) })
		return among != compare.negated
	}
	switch {
	case many && set == "ForAllValues": // also where the request has none of them, which is why Null stands beside it
		return !slices.ContainsFunc(have, func(value string) bool { return !fitting(value) })
	case many: // ForAnyValue
		return slices.ContainsFunc(have, fitting)
	case !there:
		return ifExists || compare.negated
	default:
		return slices.ContainsFunc(have, fitting)
	}
}

// known refuses a statement that the cloud would not judge as AWS does.
func known(s sam.Statement) error {
	if s.Effect != "Allow" && s.Effect != "Deny" {
		return fmt.Errorf("statement %s: Effect is Allow or Deny, not %q", s.Sid, s.Effect)
	}
	if len(s.Action)+len(s.NotAction) == 0 || len(s.Resource)+len(s.NotResource) == 0 {
		return fmt.Errorf("statement %s needs an Action and a Resource", s.Sid)
	}
	for operator, wanted := range s.Condition {
		name := strings.TrimPrefix(strings.TrimPrefix(operator, "ForAllValues:"), "ForAnyValue:")
		if _, ok := operators[strings.TrimSuffix(name, "IfExists")]; !ok && operator != "Null" {
			return fmt.Errorf("statement %s: the local cloud does not know the condition %s", s.Sid, operator)
		}
		for key := range wanted {
			if !slices.Contains(conditionKeys, key) {
				return fmt.Errorf("statement %s: the local cloud does not know the key %s", s.Sid, key)
			}
		}
	}
	return nil
}
