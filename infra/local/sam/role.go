package sam

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Statement is one statement of a policy. A resource of the template stands in it as ${Id.Arn}.
type Statement struct {
	Sid         string
	Effect      string // Allow or Deny
	Action      OneOrMany
	NotAction   OneOrMany
	Resource    OneOrMany
	NotResource OneOrMany
	Principal   any                             // of a policy on a resource: locally all of them mean everybody
	Condition   map[string]map[string]OneOrMany // operator -> key -> values
}

// OneOrMany is a list that may be written as a single text.
type OneOrMany []string

// UnmarshalJSON takes a text, or a list of texts.
func (l *OneOrMany) UnmarshalJSON(raw []byte) error {
	var one string
	if json.Unmarshal(raw, &one) == nil {
		*l = OneOrMany{one}
		return nil
	}
	return json.Unmarshal(raw, (*[]string)(l))
}

type policyDocument struct {
	Version   string
	Statement []Statement
}

type roleProperties struct {
	Policies []struct {
		PolicyName     string
		PolicyDocument policyDocument
	}

	AssumeRolePolicyDocument any
	ManagedPolicyArns        any // of the container's agent, which nothing local plays
	Tags                     any
}

// readRole keeps the statements for the container that runs under the role, which may stand before it.
func (r *reader) readRole(res resource) error {
	var p roleProperties
	if err := r.properties(res, &p); err != nil {
		return err
	}
	statements := []Statement{}
	for _, policy := range p.Policies {
		statements = append(statements, policy.PolicyDocument.Statement...)
	}
	r.roles[res.id] = statements
	return nil
}

// fillRoles gives each container the statements of its role.
func (r *reader) fillRoles() error {
	for i, c := range r.out.Containers {
		if c.role == "" {
			continue // it may do nothing
		}
		role := strings.TrimSuffix(strings.TrimPrefix(c.role, "${"), ".Arn}")
		statements, ok := r.roles[role]
		if !ok {
			return fmt.Errorf("%s: property TaskRoleArn: no role %q", c.ID, c.role)
		}
		r.out.Containers[i].Role = statements
	}
	return nil
}

type bucketPolicyProperties struct {
	Bucket         string
	PolicyDocument policyDocument
}

// readBucketPolicy keeps what the bucket itself says, which holds for everybody.
func (r *reader) readBucketPolicy(res resource) error {
	var p bucketPolicyProperties
	if err := r.properties(res, &p); err != nil {
		return err
	}
	r.out.BucketPolicies = append(r.out.BucketPolicies, p.PolicyDocument.Statement...)
	return nil
}
