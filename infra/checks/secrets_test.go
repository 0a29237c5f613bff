package checks

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"afterpress/infra/local/sam"
)

// secretsOf says which secrets each function reads, by the setting that names each. The stream seals and hashes
// nothing, and only the public door is called by other systems.
var secretsOf = map[string][]string{
	"Api":     {"SEAL_KEY_SECRET"},
	"Console": {"SEAL_KEY_SECRET"},
	"Intake":  {"SEAL_KEY_SECRET", "HOOK_SECRETS_SECRET", "ORIGIN_KEYS_SECRET"},
	"Stream":  {"TEMPORAL_API_KEY_SECRET", "TEMPORAL_CERTIFICATE_SECRET"},
}

// secretFaults lists functions whose environment or role holds other secrets than the table says. A role may read
// just the secrets that its function is given.
func secretFaults(functions []sam.Function, want map[string][]string) []string {
	var faults []string
	for _, f := range functions {
		given := map[string]bool{}
		for _, name := range slices.Sorted(maps.Keys(f.Env)) {
			if !strings.HasSuffix(name, "_SECRET") {
				continue
			}
			given[f.Env[name]] = true
			if !slices.Contains(want[f.ID], name) {
				faults = append(faults, fmt.Sprintf("%s is given %s and needs none", f.ID, name))
			}
		}
		for _, name := range want[f.ID] {
			if f.Env[name] == "" {
				faults = append(faults, fmt.Sprintf("%s is not given %s", f.ID, name))
			}
		}
		for _, s := range f.Role {
			if !slices.ContainsFunc(s.Action, func(a string) bool { return strings.HasPrefix(a, "secretsmanager:") }) {
				continue
			}
			if !slices.Equal(s.Action, []string{"secretsmanager:GetSecretValue"}) {
				faults = append(faults, fmt.Sprintf("%s may %s", f.ID, strings.Join(s.Action, ", ")))
			}
			for _, resource := range s.Resource {
				if !given[resource] {
					faults = append(faults, fmt.Sprintf("%s may read %s and is not given it", f.ID, resource))
				}
			}
		}
	}
	return faults
}

func TestEachFunctionIsGivenTheSecretsThatItNeeds(t *testing.T) {
	parameters := maps.Clone(shopParameters)
	for _, name := range []string{"HookSecret", "SmtpSecret", "ChannelsSecret", "TemporalKeySecret",
		"TemporalCertificateSecret", "OriginSecret"} {
		parameters[name] = sam.SecretARN(name)
	}
	template, err := sam.Load(filepath.Join(root, "template.yaml"), parameters)
	if err != nil {
		t.Fatal(err)
	}
	if len(template.Functions) != len(secretsOf) {
		t.Errorf("the table has %d functions, and the template %d", len(secretsOf), len(template.Functions))
	}
	holds(t, secretFaults(template.Functions, secretsOf))
}

func TestSecretFaultsAreFound(t *testing.T) {
	read := func(resource ...string) []sam.Statement {
		return []sam.Statement{{Action: []string{"secretsmanager:GetSecretValue"}, Resource: resource}}
	}
	finds(t, secretFaults([]sam.Function{
		{ID: "Api", Env: map[string]string{"KEY_SECRET": "arn:1"}, Role: read("arn:1")},
		{ID: "Intake", Env: map[string]string{"KEY_SECRET": "arn:1"}, Role: read("arn:1", "arn:2")},
		{ID: "Stream", Env: map[string]string{"KEY_SECRET": "arn:1"}},
		{ID: "Other", Role: []sam.Statement{{Action: []string{"secretsmanager:*"}}}},
	}, map[string][]string{"Api": {"KEY_SECRET", "MAIL_SECRET"}, "Intake": {"KEY_SECRET"}}),
		"Api is not given MAIL_SECRET", "Intake may read arn:2", "Stream is given KEY_SECRET", "Other may secretsmanager:*")
}
