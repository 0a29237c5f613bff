package sam

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// scope is what the template's functions look names up in.
type scope struct {
	doc   *document
	given map[string]string
	types map[string]string // logical id -> type

	values map[string]yaml.Node // logical id of a parameter of SSM -> its properties
}

// pseudo are the names that CloudFormation itself provides.
var pseudo = map[string]string{
	"AWS::AccountId": "000000000000",
	"AWS::Partition": "aws",
	"AWS::Region":    "us-east-1",
	"AWS::StackName": "afterpress",
	"AWS::URLSuffix": "amazonaws.com",
}

// nothing is the value of AWS::NoValue: whatever holds it is left out.
type nothing struct{}

func (s *scope) resolveOptional(node *yaml.Node) (any, error) {
	if node.IsZero() {
		return map[string]any{}, nil
	}
	return s.resolve(node)
}

// resolve turns a node into strings, numbers, booleans, lists and maps.
func (s *scope) resolve(node *yaml.Node) (any, error) {
	if strings.HasPrefix(node.Tag, "!") && !strings.HasPrefix(node.Tag, "!!") {
		value, err := s.call(node)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", node.Line, err)
		}
		return value, nil
	}
	switch node.Kind {
	case yaml.MappingNode:
		return s.mapping(node)
	case yaml.SequenceNode:
		list := []any{}
		for _, item := range node.Content {
			value, err := s.resolve(item)
			if err != nil {
				return nil, err
			}
			if value != (nothing{}) {
				list = append(list, value)
			}
		}
		return list, nil
	case yaml.AliasNode:
		return s.resolve(node.Alias)
	default:
		var value any
		err := node.Decode(&value)
		return value, err
	}
}

func (s *scope) mapping(node *yaml.Node) (any, error) {
	values := map[string]any{}
	for i := 0; i < len(node.Content); i += 2 {
		name := node.Content[i].Value
		if name == "Ref" || strings.HasPrefix(name, "Fn::") {
			return nil, fmt.Errorf("line %d: write the short form of %s", node.Line, name)
		}
		value, err := s.resolve(node.Content[i+1])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if value != (nothing{}) {
			values[name] = value
		}
	}
	return values, nil
}

func (s *scope) call(node *yaml.Node) (any, error) {
	switch node.Tag {
	case "!Ref":
		return s.ref(node.Value)
	case "!Sub":
		return s.sub(node)
	case "!GetAtt":
		return s.attribute(node.Value)
	case "!If":
		if len(node.Content) != 3 {
			return nil, errors.New("!If needs a condition and two values")
		}
		holds, err := s.condition(node.Content[0].Value)
		if err != nil {
			return nil, err
		}
		if holds {
			return s.resolve(node.Content[1])
		}
		return s.resolve(node.Content[2])
	default:
		return nil, fmt.Errorf("the local stack does not know the function %s", node.Tag)
	}
}

// SecretARN is the ARN of a secret, which is its Ref as well.
func SecretARN(name string) string {
	return "arn:aws:secretsmanager:" + pseudo["AWS::Region"] + ":" + pseudo["AWS::AccountId"] + ":secret:" + name
}

// ref is a parameter's value, the ARN of a topic or a secret, or a resource's logical id, which locally is its name.
func (s *scope) ref(name string) (any, error) {
	if name == "AWS::NoValue" {
		return nothing{}, nil
	}
	if value, ok := pseudo[name]; ok {
		return value, nil
	}
	if p, ok := s.doc.Parameters[name]; ok {
		value, ok := s.given[name]
		switch {
		case !ok && p.Default == nil:
			return nil, fmt.Errorf("parameter %s has no value", name)
		case !ok:
			value = *p.Default
		}
		if p.Type == "Number" {
			return strconv.ParseFloat(value, 64)
		}
		return value, nil
	}
	if kind, ok := s.types[name]; ok {
		if kind == "AWS::SNS::Topic" {
			return "arn:aws:sns:" + pseudo["AWS::Region"] + ":" + pseudo["AWS::AccountId"] + ":" + name, nil
		}
		if kind == "AWS::SecretsManager::Secret" {
			return SecretARN(name), nil
		}
		if kind == "AWS::S3::Bucket" { // whose names are in small letters
			name = strings.ToLower(name)
		}
		return name, nil
	}
	return nil, fmt.Errorf("!Ref %s: no such parameter or resource", name)
}

// attribute stands for a value that only AWS knows, such as an ARN. It is kept as ${Id.Attribute}: what needs just the
// resource reads it off (tableOfStream), and an environment variable that holds one is refused.
func (s *scope) attribute(name string) (any, error) {
	id, of, ok := strings.Cut(name, ".")
	if _, known := s.types[id]; !ok || !known {
		return nil, fmt.Errorf("!GetAtt %s: no such resource", name)
	}
	if properties, known := s.values[id]; known && of == "Value" {
		return s.value(id, &properties)
	}
	return "${" + name + "}", nil
}

// value is what a parameter of SSM holds, which lets the template name by one word what it chooses once.
func (s *scope) value(id string, properties *yaml.Node) (any, error) {
	var p struct {
		Value yaml.Node `yaml:"Value"`
	}
	if err := properties.Decode(&p); err != nil {
		return nil, fmt.Errorf("%s: %w", id, err)
	}
	return s.resolve(&p.Value)
}

var placeholder = regexp.MustCompile(`\$\{[^}]*\}`)

func (s *scope) sub(node *yaml.Node) (any, error) {
	if node.Kind != yaml.ScalarNode {
		return nil, errors.New("the local stack knows !Sub with a text only")
	}
	var failed error
	text := placeholder.ReplaceAllStringFunc(node.Value, func(match string) string {
		name := match[2 : len(match)-1]
		if literal, ok := strings.CutPrefix(name, "!"); ok {
			return "${" + literal + "}"
		}
		look := s.ref
		if strings.Contains(name, ".") {
			look = s.attribute
		}
		value, err := look(name)
		if err != nil && failed == nil {
			failed = err
		}
		return fmt.Sprint(value)
	})
	return text, failed
}

// wanted says whether the resource's condition holds.
func (s *scope) wanted(res resource) (bool, error) {
	if res.Condition == "" {
		return true, nil
	}
	return s.condition(res.Condition)
}

func (s *scope) condition(name string) (bool, error) {
	node, ok := s.doc.Conditions[name]
	if !ok {
		return false, fmt.Errorf("no condition %s", name)
	}
	holds, err := s.holds(&node)
	if err != nil {
		return false, fmt.Errorf("condition %s: %w", name, err)
	}
	return holds, nil
}

func (s *scope) holds(node *yaml.Node) (bool, error) {
	switch node.Tag {
	case "!Condition":
		return s.condition(node.Value)
	case "!Equals":
		if len(node.Content) != 2 {
			return false, errors.New("!Equals needs two values")
		}
		left, err := s.resolve(node.Content[0])
		if err != nil {
			return false, err
		}
		right, err := s.resolve(node.Content[1])
		return fmt.Sprint(left) == fmt.Sprint(right), err
	case "!Not", "!And", "!Or":
		return s.combine(node)
	default:
		return false, fmt.Errorf("the local stack does not know the condition function %s", node.Tag)
	}
}

func (s *scope) combine(node *yaml.Node) (bool, error) {
	held := 0
	for _, part := range node.Content {
		holds, err := s.holds(part)
		if err != nil {
			return false, err
		}
		if holds {
			held++
		}
	}
	switch node.Tag {
	case "!Not":
		if len(node.Content) != 1 {
			return false, errors.New("!Not needs one condition")
		}
		return held == 0, nil
	case "!And":
		return held == len(node.Content), nil
	default:
		return held > 0, nil
	}
}

// merge lays a function's own properties over the shared ones as SAM does: maps are merged, lists are put behind the
// shared ones, anything else is replaced.
func merge(shared, own any) any {
	switch own := own.(type) {
	case map[string]any:
		base, ok := shared.(map[string]any)
		if !ok {
			return own
		}
		merged := map[string]any{}
		for name, value := range base {
			merged[name] = value
		}
		for name, value := range own {
			merged[name] = merge(base[name], value)
		}
		return merged
	case []any:
		base, _ := shared.([]any)
		return append(append([]any{}, base...), own...)
	default:
		return own
	}
}
