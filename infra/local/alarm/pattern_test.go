package alarm

import "testing"

// The first lines are the examples of the CloudWatch Logs user guide, "Filter pattern syntax".
func TestPatternsMatchAsCloudWatchSays(t *testing.T) {
	const event = `{"eventType":"UpdateTrail","sourceIPAddress":"111.111.111.111","latency":50,"errorCode":400,
		"user":{"id":1,"email":"a@example.com"},"nothing":null,"level":"WARN","text":"50"}`
	for pattern, want := range map[string]bool{
		`{ $.eventType = "UpdateTrail" }`:                            true,
		`{ $.eventType = "Update" }`:                                 false,
		`{ $.eventType = * }`:                                        true,
		`{ $.nothing = * }`:                                          false,
		`{ $.missing = * }`:                                          false,
		`{ $.latency = 50 }`:                                         true,
		`{ $.latency >= 50 }`:                                        true,
		`{ $.latency > 50 }`:                                         false,
		`{ $.latency < 50.5 }`:                                       true,
		`{ $.latency <= 49 }`:                                        false,
		`{ $.text >= 50 }`:                                           false,
		`{ $.text = "50" }`:                                          true,
		`{ $.user.id = 1 }`:                                          true,
		`{ $.user.id.deep = 1 }`:                                     false,
		`{ ($.user.id = 1) && ($.errorCode = 400) }`:                 true,
		`{ ($.user.id = 2) && ($.errorCode = 400) }`:                 false,
		`{ $.user.id = 2 || $.errorCode = 400 }`:                     true,
		`{ $.user.id = 2 && $.errorCode = 400 || $.latency = 50 }`:   true,
		`{ $.user.id = 2 && ($.errorCode = 400 || $.latency = 50) }`: false,
	} {
		p, err := Compile(pattern)
		if err != nil || p.Matches([]byte(event)) != want {
			t.Errorf("%s: %v, want %v", pattern, err, want)
		}
		if err == nil && (p.Matches([]byte("level=WARN")) || p.Matches([]byte("null"))) {
			t.Errorf("%s matches what is no object", pattern)
		}
	}
}

func TestPatternsThatAreNotUnderstoodAreRefused(t *testing.T) {
	for _, pattern := range []string{"", "ERROR", "{ }", "{ $.a }", "{ $.a = }", "{ a = 1 }", "{ $.a = 1", "$.a = 1",
		"{ $.a = 1 } { $.b = 1 }", "{ $.a = b }", `{ $.a = "b*" }`, "{ $.a != 1 }", "{ $.a >= * }", `{ $.a > "b" }`,
		"{ $.a IS NULL }", "{ $.a NOT EXISTS }", "{ $.a = %b% }", "{ ($.a = 1 }", "{ $.a = 1 && }", "{ $.a[0] = 1 }",
		"[a, b = 1]",
		"{ $.a && 1 }", "{ $.a = = }"} {
		if _, err := Compile(pattern); err == nil {
			t.Errorf("%q was taken", pattern)
		}
	}
}
