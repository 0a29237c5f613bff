package alarm

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Pattern is a filter pattern of CloudWatch Logs for lines of JSON, as far as the template uses them: fields compared
// with *, a number or a text, joined by && and || and put in parentheses. What it does not know it refuses.
type Pattern struct {
	matches func(line map[string]any) bool
}

// token is a field, an operator, a number, a text in quotes, or *.
var token = regexp.MustCompile(`^\s*(\$(?:\.[A-Za-z_][A-Za-z0-9_]*)+|&&|\|\||<=|>=|[=<>(){}*]|` +
	`-?[0-9]+(?:\.[0-9]+)?|"[^"*\\]*")\s*`)

// Compile reads a pattern.
func Compile(text string) (Pattern, error) {
	p := parser{}
	for rest := text; rest != ""; {
		found := token.FindStringSubmatch(rest)
		if found == nil {
			return Pattern{}, fmt.Errorf("pattern %s: %q is not understood", text, rest)
		}
		p.tokens, rest = append(p.tokens, found[1]), rest[len(found[0]):]
	}
	matches := p.inside("{", "}")
	if p.failed == "" && len(p.tokens) > 0 {
		p.failed = p.tokens[0] + " stands behind the end"
	}
	if p.failed != "" {
		return Pattern{}, fmt.Errorf("pattern %s: %s", text, p.failed)
	}
	return Pattern{matches}, nil
}

// Matches reports whether a line of a log is JSON that the pattern matches.
func (p Pattern) Matches(line []byte) bool {
	fields, ok := object(line)
	return ok && p.matches(fields)
}

func object(line []byte) (map[string]any, bool) {
	var fields map[string]any
	err := json.Unmarshal(line, &fields)
	return fields, err == nil && fields != nil
}

// parser takes a pattern apart from left to right, and keeps what is wrong with it first.
type parser struct {
	tokens []string
	failed string
}

type test = func(line map[string]any) bool

func (p *parser) next() string {
	if len(p.tokens) == 0 {
		p.fail("it ends too early")
		return ""
	}
	first := p.tokens[0]
	p.tokens = p.tokens[1:]
	return first
}

func (p *parser) fail(why string) {
	if p.failed == "" {
		p.failed = why
	}
}

func (p *parser) inside(begin, end string) test {
	if got := p.next(); got != begin {
		p.fail(fmt.Sprintf("%q stands where %q should", got, begin))
	}
	inner := p.either()
	if got := p.next(); got != end {
		p.fail(fmt.Sprintf("%q stands where %q should", got, end))
	}
	return inner
}

// either is what || joins; && binds more closely.
func (p *parser) either() test {
	left := p.both()
	for len(p.tokens) > 0 && p.tokens[0] == "||" {
		p.next()
		one, other := left, p.both()
		left = func(line map[string]any) bool { return one(line) || other(line) }
	}
	return left
}

func (p *parser) both() test {
	left := p.one()
	for len(p.tokens) > 0 && p.tokens[0] == "&&" {
		p.next()
		one, other := left, p.one()
		left = func(line map[string]any) bool { return one(line) && other(line) }
	}
	return left
}

func (p *parser) one() test {
	if len(p.tokens) > 0 && p.tokens[0] == "(" {
		return p.inside("(", ")")
	}
	field, operator, value := p.next(), p.next(), p.next()
	if !strings.HasPrefix(field, "$.") {
		p.fail(fmt.Sprintf("%q is no field", field))
	}
	if value == "*" && operator == "=" {
		return func(line map[string]any) bool { _, there := at(line, field); return there }
	}
	if text, err := strconv.Unquote(value); err == nil {
		return p.text(field, operator, text)
	}
	number, err := strconv.ParseFloat(value, 64)
	if err != nil {
		p.fail(fmt.Sprintf("%s %s %s is not understood", field, operator, value))
	}
	return p.number(field, operator, number)
}

func (p *parser) text(field, operator, want string) test {
	if operator != "=" {
		p.fail("texts are compared by = alone")
	}
	return func(line map[string]any) bool {
		value, there := at(line, field)
		return there && value == any(want)
	}
}

func (p *parser) number(field, operator string, want float64) test {
	compare, known := map[string]func(float64) bool{
		"=": func(n float64) bool { return n == want },
		"<": func(n float64) bool { return n < want }, "<=": func(n float64) bool { return n <= want },
		">": func(n float64) bool { return n > want }, ">=": func(n float64) bool { return n >= want },
	}[operator]
	if !known {
		p.fail(fmt.Sprintf("%q compares nothing", operator))
	}
	return func(line map[string]any) bool {
		value, _ := at(line, field)
		n, ok := value.(float64)
		return ok && compare(n)
	}
}

// at finds the value of $.a.b; null is none.
func at(line map[string]any, field string) (value any, there bool) {
	value = line
	for _, name := range strings.Split(strings.TrimPrefix(field, "$."), ".") {
		inner, _ := value.(map[string]any)
		if value, there = inner[name]; !there || value == nil {
			return nil, false
		}
	}
	return value, true
}
