package checks

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const (
	module    = "afterpress/"
	storetest = "shared/store/storetest" // serves tests only, so it may start engines
	temporal  = "go.temporal.io/"
	amazon    = "github.com/aws/"
	bucket    = "github.com/aws/aws-sdk-go-v2/service/s3" // 5.5 MB of each door; the SDK's signer serves
)

// mayImport says which of our packages a package that ships may import. What stands in no row may not ship: a new room begins here.
var mayImport = map[string][]string{
	"shared/crm":  {},
	"shared/boot": {"shared/crm"},

	"shared/crm/pinyin": {}, // a dictionary: only what writes search rows may have it
	"shared/store": {"shared/store/table", "shared/store/company", "shared/store/work", "shared/store/centre", "shared/store/enquiries",
		"shared/store/service", "shared/store/files"},
	"shared/httpapi": {"shared/crm"},
	"shared/notify":  {"shared/crm"},
	"workflows":      {"shared/crm"},

	// an area of the store stands on the engine and on the areas before it
	"shared/store/table":   {"shared/crm"},
	"shared/store/company": {"shared/crm", "shared/store/table"},
	"shared/store/work":    {"shared/crm", "shared/store/table"},
	"shared/store/centre":  {"shared/crm", "shared/store/table", "shared/store/company", "shared/store/work"},
	"shared/store/enquiries": {"shared/crm", "shared/store/table", "shared/store/company", "shared/store/work",
		"shared/store/centre"},
	"shared/store/service": {"shared/crm", "shared/store/table", "shared/store/work", "shared/store/centre"},
	"shared/store/files": {"shared/crm", "shared/store/table", "shared/store/company", "shared/store/enquiries",
		"shared/store/service"},

	"shared/httpapi/posted":  {"shared/crm", "shared/httpapi"}, // what comes through a form, read alike by every door
	"shared/httpapi/openapi": {"shared/crm", "shared/httpapi"}, // for the test that writes the description; no door may have it

	"functions/api": {"shared/crm", "shared/store", "shared/store/table", "shared/store/work", "shared/store/centre",
		"shared/store/enquiries", "shared/store/service", "shared/httpapi", "shared/httpapi/posted"},
	"functions/intake": {"shared/crm", "shared/store/table", "shared/store/enquiries", "shared/httpapi", "shared/httpapi/posted"},
	"functions/stream": {"shared/crm", "shared/store/table", "workflows"},
	"functions/worker": {"shared/crm", "shared/notify", "workflows"},

	"functions/api/bootstrap":    {"functions/api", "shared/boot", "shared/crm", "shared/store", "shared/store/table", "shared/httpapi"},
	"functions/intake/bootstrap": {"functions/intake", "shared/boot", "shared/crm", "shared/store", "shared/store/table", "shared/httpapi"},
	"functions/stream/bootstrap": {"functions/stream", "shared/boot", "shared/crm", "shared/crm/pinyin", "shared/store",
		"shared/store/table", "shared/store/centre", "workflows"},
	"functions/worker/bootstrap": {"functions/worker", "shared/boot", "shared/crm", "shared/store", "shared/store/table",
		"shared/notify", "workflows"},
}

// mayNotLink says which libraries a package must not have in its binary, by the beginning of their paths: the doors answer while Temporal is
// away, processes reach the tables through activities alone, and the rules touch nothing outside themselves.
var mayNotLink = map[string][]string{
	"functions/api/bootstrap":    {temporal, bucket, module + "shared/crm/pinyin"},
	"functions/intake/bootstrap": {temporal, bucket, module + "shared/crm/pinyin"},
	"functions/worker/bootstrap": {module + "shared/crm/pinyin"},
	"shared/store":               {temporal},
	"shared/notify":              {temporal, "github.com/aws/aws-sdk-go-v2/service/dynamodb"},
	"workflows":                  {amazon},
	"shared/crm":                 {temporal, amazon, "net/http", "database/sql"},
}

// goPackage is what `go list` says about a package.
type goPackage struct {
	ImportPath    string
	Imports, Deps []string
}

func listPackages(t *testing.T) []goPackage {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports,Deps", "./...")
	cmd.Dir = root
	var faults bytes.Buffer
	cmd.Stderr = &faults
	text, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, faults.String())
	}
	var out []goPackage
	for decoder := json.NewDecoder(bytes.NewReader(text)); ; {
		var p goPackage
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return out
		} else if err != nil {
			t.Fatal(err)
		}
		out = append(out, p)
	}
}

func importFaults(packages []goPackage) []string {
	var faults []string
	for _, p := range packages {
		name, ours := strings.CutPrefix(p.ImportPath, module)
		if !ours || strings.HasPrefix(name, "infra/") || name == storetest {
			continue
		}
		allowed, known := mayImport[name]
		if !known {
			faults = append(faults, name+" has no row in mayImport")
		}
		for _, i := range p.Imports {
			if other, ours := strings.CutPrefix(i, module); ours && known && !slices.Contains(allowed, other) {
				faults = append(faults, name+" imports "+other)
			}
		}
		for _, barred := range mayNotLink[name] {
			if i := slices.IndexFunc(p.Deps, func(d string) bool { return strings.HasPrefix(d, barred) }); i >= 0 {
				faults = append(faults, name+" links "+p.Deps[i])
			}
		}
	}
	return faults
}

func TestImports(t *testing.T) {
	packages := listPackages(t)
	holds(t, importFaults(packages))
	for name := range mayImport {
		if !slices.ContainsFunc(packages, func(p goPackage) bool { return p.ImportPath == module+name }) {
			t.Errorf("mayImport has a row for %s, which does not exist", name)
		}
	}
}

func TestImportFaultsAreFound(t *testing.T) {
	finds(t, importFaults([]goPackage{
		{ImportPath: "afterpress/shared/crm", Imports: []string{"time", "afterpress/shared/store"}, Deps: []string{"net/http"}},
		{ImportPath: "afterpress/shared/store/table", Imports: []string{"afterpress/shared/crm", "afterpress/shared/httpapi"}},
		{ImportPath: "afterpress/shared/util"},
		{ImportPath: "afterpress/functions/api", Imports: []string{"afterpress/shared/boot", "afterpress/shared/crm"}},
		{ImportPath: "afterpress/functions/api/bootstrap", Imports: []string{"afterpress/functions/api"}, Deps: []string{"go.temporal.io/sdk/client"}},
		{ImportPath: "afterpress/functions/stream", Imports: []string{"afterpress/infra/local/sam"}, Deps: []string{"go.temporal.io/sdk/client"}},
		{ImportPath: "afterpress/shared/store/storetest", Imports: []string{"afterpress/infra/local/engine"}},
		{ImportPath: "afterpress/infra/demo", Imports: []string{"afterpress/shared/store"}},
	}),
		"shared/crm imports shared/store", "shared/crm links net/http", "shared/store/table imports shared/httpapi", "shared/util has no row",
		"functions/api imports shared/boot", "functions/api/bootstrap links go.temporal.io/sdk/client", "functions/stream imports infra/local/sam")
}
