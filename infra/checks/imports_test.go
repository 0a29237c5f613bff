package checks

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
)

const (
	module     = "afterpress/"
	storetest  = "shared/store/storetest"   // serves tests only, so it may start engines
	crmtest    = "shared/crm/crmtest"       // serves tests only: the shop and the terms that the tests of rules share
	kerneltest = "shared/kernel/kerneltest" // serves tests only: golden files and calendars
	apptest    = "shared/app/apptest"       // serves tests only: use cases called as a seeded person
	temporal   = "go.temporal.io/"
	amazon     = "github.com/aws/"
	bucket     = "github.com/aws/aws-sdk-go-v2/service/s3" // 5.5 MB of each door; the SDK's signer serves
)

// mayNotLink says which libraries a package, and any below it, must not have in its binary, by the beginning of
// their paths. The doors answer while Temporal is away, processes reach the tables through activities alone, and
// the rules touch nothing outside themselves.
var mayNotLink = map[string][]string{
	"functions/api/bootstrap":    {temporal, bucket, module + "shared/crm/directory/pinyin"},
	"functions/intake/bootstrap": {temporal, bucket, module + "shared/crm/directory/pinyin"},
	"functions/console":          {temporal, bucket, module + "shared/crm/directory/pinyin"},
	"functions/worker/bootstrap": {module + "shared/crm/directory/pinyin"},
	"shared/app":                 {temporal},
	"shared/store":               {temporal},
	"shared/notify":              {temporal, "github.com/aws/aws-sdk-go-v2/service/dynamodb"},
	"workflows":                  {amazon},
	"shared/kernel":              {temporal, amazon, "net/http", "database/sql"},
	"shared/crm":                 {temporal, amazon, "net/http", "database/sql"},
}

// goPackage is what `go list` says about a package.
type goPackage struct {
	ImportPath, Name, ForTest          string
	DepOnly                            bool
	Imports, TestImports, XTestImports []string
	Deps                               []string
}

// listed asks `go list` once for all checks: our packages, what their tests import, and all that these are made of.
var listed = sync.OnceValues(func() ([]goPackage, error) {
	const fields = "-json=ImportPath,Name,ForTest,DepOnly,Imports,TestImports,XTestImports,Deps"
	cmd := exec.Command("go", "list", "-deps", "-test", fields, "./...")
	cmd.Dir = root
	var faults bytes.Buffer
	cmd.Stderr = &faults
	text, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w\n%s", err, faults.String())
	}
	var out []goPackage
	for decoder := json.NewDecoder(bytes.NewReader(text)); ; {
		var p goPackage
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return out, nil
		} else if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
})

// listPackages are ours, without the copies that `go list` makes of them for their tests.
func listPackages(t *testing.T) []goPackage {
	t.Helper()
	all, err := listed()
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(slices.Clone(all), func(p goPackage) bool {
		return p.DepOnly || p.ForTest != "" || strings.HasSuffix(p.ImportPath, ".test")
	})
}

// packageNames are the names by which the packages that ours import call themselves, by path. The last element of
// a path may be another.
func packageNames(t *testing.T) map[string]string {
	t.Helper()
	all, err := listed()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, p := range all {
		if p.ForTest == "" {
			out[p.ImportPath] = p.Name
		}
	}
	return out
}

// linkFaults lists packages whose binary would hold a library that is barred from them.
func linkFaults(packages []goPackage) []string {
	var faults []string
	for _, p := range packages {
		name, ours := strings.CutPrefix(p.ImportPath, module)
		if !ours || name == storetest || name == crmtest || name == kerneltest || name == apptest {
			continue
		}
		for _, room := range slices.Sorted(maps.Keys(mayNotLink)) {
			if !within(name, room) {
				continue
			}
			for _, barred := range mayNotLink[room] {
				if i := slices.IndexFunc(p.Deps, func(d string) bool { return strings.HasPrefix(d, barred) }); i >= 0 {
					faults = append(faults, name+" links "+p.Deps[i])
				}
			}
		}
	}
	return faults
}

func TestLinks(t *testing.T) { holds(t, linkFaults(listPackages(t))) }

func TestLinkFaultsAreFound(t *testing.T) {
	finds(t, linkFaults([]goPackage{
		{ImportPath: "afterpress/shared/crm/lead", Deps: []string{"net/http", "net/url"}},
		{ImportPath: "afterpress/shared/kernel/token", Deps: []string{"time", "github.com/aws/smithy-go"}},
		{ImportPath: "afterpress/functions/api/bootstrap", Deps: []string{"go.temporal.io/sdk/client", "net/http"}},
		{ImportPath: "afterpress/functions/stream", Deps: []string{"go.temporal.io/sdk/client"}},
		{ImportPath: "afterpress/shared/store/table", Deps: []string{"go.temporal.io/sdk/client"}},
		{ImportPath: "afterpress/shared/store/storetest", Deps: []string{"go.temporal.io/sdk/client"}},
	}),
		"shared/crm/lead links net/http",
		"shared/kernel/token links github.com/aws/smithy-go",
		"functions/api/bootstrap links go.temporal.io/sdk/client",
		"shared/store/table links go.temporal.io/sdk/client")
}
