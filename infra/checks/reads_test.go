package checks

import (
	"fmt"
	"go/ast"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"
)

// looseReads are the reads that may show a table as it was a moment ago, by package and function, and why that is
// enough. Reads of an index can be nothing else. Every other read is consistent.
var looseReads = map[string]string{
	"company OnDesk":         "index: says how much a colleague who leaves has to do, and decides nothing",
	"work openLoad":          "index: figures for a manager",
	"table Partition":        "index: boards and desks; commands and processes read each record again",
	"table OpenKeys":         "index: names open records, each of which is read again",
	"table pendingKeys":      "index: finds events, which are read again; what it misses comes by the stream",
	"centre Tagged":          "index: finds a message, which is read again; a report that comes too early is sent again",
	"history messagesBefore": "index: finds messages, which are read again",
	"finder input":           "search rows are written after the customer anyhow; each customer is read again",
	"finder standingIn":      "as input",
	"finder every":           "a command of the operator, which may leave out who is opened meanwhile",
}

// reading are the requests that read, by library and name.
var reading = map[string][]string{
	"github.com/aws/aws-sdk-go-v2/service/dynamodb": {"GetItemInput", "QueryInput", "ScanInput", "BatchGetItemInput",
		"TransactGetItemsInput", "ExecuteStatementInput"},
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types": {"KeysAndAttributes"},
}

// readFaults lists requests of shipped files that may read what is out of date and have no place on the list. It also
// lists the places that nothing needs. What a read of several keys is asked for stands in its KeysAndAttributes.
func readFaults(files []file, may map[string]string) []string {
	var faults []string
	unused := maps.Clone(may)
	for _, f := range files {
		if !f.ships() {
			continue
		}
		set, tree, err := f.syntax()
		if err != nil {
			faults = append(faults, err.Error())
			continue
		}
		for _, decl := range tree.Decls {
			name := path.Base(path.Dir(f.path)) + " "
			if fn, ok := decl.(*ast.FuncDecl); ok {
				name += fn.Name.Name
			}
			ast.Inspect(decl, func(n ast.Node) bool {
				request, ok := n.(*ast.CompositeLit)
				if !ok {
					return true
				}
				asked, loose := reads(tree, request)
				if !loose {
					return true
				}
				if may[name] == "" {
					faults = append(faults, fmt.Sprintf("%s: %s reads without ConsistentRead; %s is not in looseReads",
						set.Position(request.Pos()), asked, name))
				}
				delete(unused, name)
				return true
			})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(unused)) {
		faults = append(faults, name+" is in looseReads and reads nothing loosely")
	}
	return faults
}

// reads says what a literal asks for, and whether it may be answered with what was true a moment ago. A map of
// requests by table leaves their type out.
func reads(tree *ast.File, request *ast.CompositeLit) (asked string, loose bool) {
	of := request.Type
	if byTable, ok := of.(*ast.MapType); ok {
		for _, e := range request.Elts {
			if pair, ok := e.(*ast.KeyValueExpr); ok {
				if one, ok := pair.Value.(*ast.CompositeLit); ok && one.Type == nil {
					if asked, isLoose := reads(tree, &ast.CompositeLit{Type: byTable.Value, Elts: one.Elts}); isLoose {
						return asked, true
					}
				}
			}
		}
		return "", false
	}
	kind, ok := of.(*ast.SelectorExpr)
	if !ok || kind.Sel.Name == "BatchGetItemInput" {
		return "", false
	}
	for library, names := range reading {
		if as, imported := importedAs(tree, library); imported && isNamed(kind.X, as) &&
			slices.Contains(names, kind.Sel.Name) {
			return kind.Sel.Name, !slices.ContainsFunc(request.Elts, consistent)
		}
	}
	return "", false
}

// consistent reports whether a field of a request is ConsistentRead: aws.Bool(true).
func consistent(e ast.Expr) bool {
	pair, ok := e.(*ast.KeyValueExpr)
	if !ok || !isNamed(pair.Key, "ConsistentRead") {
		return false
	}
	call, ok := pair.Value.(*ast.CallExpr)
	return ok && len(call.Args) == 1 && isNamed(call.Args[0], "true")
}

func TestEveryReadIsConsistent(t *testing.T) { holds(t, readFaults(project(t), looseReads)) }

func TestLooseReadsAreFound(t *testing.T) {
	const head = "package centre\nimport (\n\"github.com/aws/aws-sdk-go-v2/service/dynamodb\"\n" +
		"\"github.com/aws/aws-sdk-go-v2/service/dynamodb/types\"\n)\n"
	in := func(function string) []file {
		return []file{{"shared/store/centre/x.go", head + strings.ReplaceAll(function, "TRUE", "aws.Bool(true)")}}
	}
	finds(t, readFaults(in("func f() { _ = &dynamodb.QueryInput{ConsistentRead: TRUE} }"), nil))
	finds(t, readFaults(in("func f() { _ = &dynamodb.QueryInput{} }"), nil), "QueryInput")
	finds(t, readFaults(in("func f() { _ = &dynamodb.QueryInput{} }"), map[string]string{"centre f": "late anyhow"}))
	finds(t, readFaults(in("func f() { _ = dynamodb.GetItemInput{ConsistentRead: aws.Bool(false)} }"), nil),
		"GetItemInput")
	finds(t, readFaults(in("func f() { _ = map[string]types.KeysAndAttributes{\"a\": {Keys: k}} }"), nil),
		"KeysAndAttributes")
	finds(t, readFaults(in("func f() { _ = map[string]types.KeysAndAttributes{\"a\": {ConsistentRead: TRUE}} }"), nil))
	finds(t, readFaults(in("var in = dynamodb.ScanInput{}"), nil), "ScanInput")
	finds(t, readFaults(in("func f() {}"), map[string]string{"centre f": "late anyhow"}), "reads nothing loosely")
}
