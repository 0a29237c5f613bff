package cloud

import (
	"encoding/json"
	"strings"
	"testing"

	"afterpress/infra/local/sam"
)

func statements(t *testing.T, text string) []sam.Statement {
	t.Helper()
	var role []sam.Statement
	if err := json.Unmarshal([]byte(text), &role); err != nil {
		t.Fatal(err)
	}
	for _, s := range role {
		if err := known(s); err != nil {
			t.Fatal(err)
		}
	}
	return role
}

// The cases are those of AWS's own pages: "Using IAM policy conditions for fine-grained access control" (DynamoDB),
// "Policy evaluation logic", "Multivalued context keys", "Null condition operator" and "NotResource" (IAM), and
// "Sending SMS" (SNS).
func TestARoleIsJudgedAsAWSJudgesIt(t *testing.T) {
	const (
		own = `[{"Effect":"Allow","Action":["dynamodb:GetItem","dynamodb:Query","dynamodb:Scan"],
			"Resource":"table/GameScores","Condition":{"ForAllValues:StringEquals":{"dynamodb:LeadingKeys":["me"]}}}]`
		strict = `[{"Effect":"Allow","Action":"dynamodb:Scan","Resource":"*","Condition":{
			"ForAllValues:StringEquals":{"dynamodb:LeadingKeys":"me"},"Null":{"dynamodb:LeadingKeys":"false"}}}]`
		denied = `[{"Effect":"Allow","Action":"dynamodb:*","Resource":"*"},{"Sid":"No","Effect":"Deny",
			"Action":"dynamodb:PutItem","Resource":"*","Condition":{"ForAnyValue:StringLike":{"dynamodb:LeadingKeys":"SHOP*"}}}]`
		but   = `[{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}]`
		table = `[{"Effect":"Allow","Action":"dynamodb:Query","Resource":"table/Books"}]`
		index = `[{"Effect":"Allow","Action":"dynamodb:Query","Resource":"table/Books/index/*"}]`
		sms   = `[{"Effect":"Allow","Action":"sns:Publish","NotResource":"arn:*:sns:*:*:*"}]`
		not   = `[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*",
			"Condition":{"StringNotEquals":{"aws:SecureTransport":"false"}}}]`
		only = `[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*",
			"Condition":{"StringEqualsIfExists":{"aws:SecureTransport":"true"}}}]`
		bare = `[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*",
			"Condition":{"StringEquals":{"aws:SecureTransport":"true"}}}]`
		modern = `[{"Effect":"Allow","Action":"s3:*","Resource":"*"},{"Effect":"Deny","Action":"s3:*","Resource":"*",
			"Condition":{"NumericLessThan":{"s3:TlsVersion":"1.2"}}}]`
	)
	keys := func(values ...string) map[string][]string { return map[string][]string{leadingKeys: values} }
	for _, c := range []struct {
		name, role, action, resource string
		keys                         map[string][]string
		want                         bool
	}{
		{"one's own key", own, "dynamodb:GetItem", "table/GameScores", keys("me"), true},
		{"another's key", own, "dynamodb:GetItem", "table/GameScores", keys("you"), false},
		{"one's own and another's", own, "dynamodb:GetItem", "table/GameScores", keys("me", "you"), false},
		{"no key at all fits for all values", own, "dynamodb:Scan", "table/GameScores", nil, true},
		{"which Null forbids", strict, "dynamodb:Scan", "table/GameScores", nil, false},
		{"and lets keys through", strict, "dynamodb:Scan", "table/GameScores", keys("me"), true},
		{"another table", own, "dynamodb:GetItem", "table/Others", keys("me"), false},
		{"another action", own, "dynamodb:PutItem", "table/GameScores", keys("me"), false},
		{"actions are matched without regard to case", own, "DynamoDB:getitem", "table/GameScores", keys("me"), true},
		{"a deny comes before every allow", denied, "dynamodb:PutItem", "t", keys("a", "SHOP"), false},
		{"where it applies", denied, "dynamodb:PutItem", "t", keys("a"), true},
		{"any value needs one", denied, "dynamodb:PutItem", "t", nil, true},
		{"all but some actions", but, "s3:GetObject", "b/o", nil, true},
		{"but not those", but, "iam:CreateUser", "u", nil, false},
		{"a table does not hold its indexes", table, "dynamodb:Query", "table/Books/index/author", keys("x"), false},
		{"nor indexes their table", index, "dynamodb:Query", "table/Books", keys("x"), false},
		{"an index", index, "dynamodb:Query", "table/Books/index/author", keys("x"), true},
		{"a telephone number is no topic", sms, "sns:Publish", "*", nil, true},
		{"a topic is one", sms, "sns:Publish", "arn:aws:sns:us-east-1:000000000000:alarms", nil, false},
		{"what must differ fits where the key is missing", not, "s3:GetObject", "b/o", nil, true},
		{"if it exists, likewise", only, "s3:GetObject", "b/o", nil, true},
		{"what must be equal does not", bare, "s3:GetObject", "b/o", nil, false},
		{"an older TLS", modern, "s3:GetObject", "b/o", map[string][]string{"s3:TlsVersion": {"1.1"}}, false},
		{"the oldest that may be", modern, "s3:GetObject", "b/o", map[string][]string{"s3:TlsVersion": {"1.2"}}, true},
		{"a newer one", modern, "s3:GetObject", "b/o", map[string][]string{"s3:TlsVersion": {"1.3"}}, true},
		{"nothing is allowed by itself", `[]`, "s3:GetObject", "b/o", nil, false},
	} {
		if _, ok := allowed(statements(t, c.role), ask{c.action, c.resource, c.keys}); ok != c.want {
			t.Errorf("%s: %v, want %v", c.name, ok, c.want)
		}
	}
}

func TestWhatTheCloudCannotJudgeIsAnError(t *testing.T) {
	for fault, text := range map[string]string{
		"Effect":    `{"Effect":"Maybe","Action":"a","Resource":"*"}`,
		"Action":    `{"Effect":"Allow","Resource":"*"}`,
		"condition": `{"Effect":"Allow","Action":"a","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"::1"}}}`,
		"key":       `{"Effect":"Allow","Action":"a","Resource":"*","Condition":{"StringLike":{"dynamodb:Select":"COUNT"}}}`,
	} {
		var s sam.Statement
		if err := json.Unmarshal([]byte(text), &s); err != nil {
			t.Fatal(err)
		}
		if err := known(s); err == nil || !strings.Contains(err.Error(), fault) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func FuzzPattern(f *testing.F) {
	f.Add("COMPLAINT#*", "COMPLAINT#cmp_1")
	f.Add("a?c*", "abcd")
	f.Add("*", "")
	f.Fuzz(func(t *testing.T, pattern, text string) {
		if len(pattern) > 40 || len(text) > 40 {
			return // long patterns try nothing new
		}
		if !strings.ContainsAny(pattern, "*?") && fits(pattern, text) != (pattern == text) {
			t.Errorf("%q on %q", pattern, text)
		}
		if !fits(pattern+"*", pattern+text) && !strings.Contains(pattern, "?") {
			t.Errorf("%q does not fit its own beginning of %q", pattern, text)
		}
	})
}
