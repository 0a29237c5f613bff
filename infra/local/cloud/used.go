package cloud

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"

	"afterpress/infra/local/sam"
)

// UsedDir names the variable with the folder in which each process keeps what it used of the roles; empty: nowhere.
const UsedDir = "CLOUD_USED"

// Used keeps which statements allowed which actions, so that unneeded ones can be found. It also keeps which methods
// of the store asked under which role, so that untried ones can be found.
type Used struct {
	mu   sync.Mutex
	seen map[string]bool
	file *os.File
}

func (u *Used) note(role string, statement int, action, resource string) {
	dir := os.Getenv(UsedDir)
	if dir == "" {
		return
	}
	u.keep(dir, fmt.Sprintf("%s\t%d\t%s\t%s", role, statement, action, resource))
	if method := asking(); method != "" {
		u.keep(dir, callLine(role, method))
	}
}

func callLine(role, method string) string { return role + "\tcall\t" + method }

// method is an exported method of one of the store's areas, or what runs beside it: Loads of
// afterpress/shared/store/work.(*Work).Loads.func1.
var method = regexp.MustCompile(`^afterpress/shared/store/\w+\.\(?\*?[A-Z]\w*\)?\.([A-Z]\w*)(?:\.|$)`)

// asking is the method of the store that the process called to make the request in hand; empty where it was none.
func asking() (name string) {
	var pcs [256]uintptr // the SDK alone takes some seventy
	frames := runtime.CallersFrames(pcs[:runtime.Callers(1, pcs[:])])
	for {
		frame, more := frames.Next()
		if found := method.FindStringSubmatch(frame.Function); found != nil {
			name = found[1] // the outermost one is what was called
		}
		if !more {
			return name
		}
	}
}

func (u *Used) keep(dir, line string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.seen[line] {
		return
	}
	if u.seen == nil {
		u.seen = map[string]bool{}
	}
	u.seen[line] = true
	if u.file == nil {
		file, err := os.CreateTemp(dir, "used-*.tsv")
		if err != nil {
			return // a list that lacks something names it as unused, which is seen
		}
		u.file = file
	}
	_, _ = fmt.Fprintln(u.file, line) // as above
}

// Called says whether a process in the folder asked the tables by this method of the store, under this role.
func Called(dir string) (func(role, method string) bool, error) {
	seen, err := noted(dir)
	return func(role, method string) bool { return seen[callLine(role, method)] }, err
}

// noted reads what the processes kept.
func noted(dir string) (map[string]bool, error) {
	seen := map[string]bool{}
	files, err := filepath.Glob(filepath.Join(dir, "used-*.tsv"))
	if err != nil {
		return nil, err
	}
	for _, name := range files {
		file, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		for lines := bufio.NewScanner(file); lines.Scan(); {
			seen[lines.Text()] = true
		}
		if err := file.Close(); err != nil {
			return nil, err
		}
	}
	return seen, nil
}

// Unused lists what the roles of a template allow and no process in the folder used: role, Sid, action, resource.
func Unused(template *sam.Template, dir string) ([]string, error) {
	seen, err := noted(dir)
	if err != nil {
		return nil, err
	}
	roles := map[string][]sam.Statement{}
	for _, f := range template.Functions {
		roles[f.Name] = f.Role
	}
	for _, c := range template.Containers {
		roles[c.Name] = c.Role
	}
	var unused []string
	for name, role := range roles {
		for i, s := range role {
			if s.Effect == "Deny" {
				continue
			}
			resources := []string(s.Resource)
			if len(resources) == 0 { // NotResource
				resources = []string{"*"}
			}
			for _, action := range s.Action {
				for _, resource := range resources {
					if !usedBy(seen, fmt.Sprintf("%s\t%d\t%s\t", name, i, action), resource) {
						unused = append(unused, strings.Join([]string{name, s.Sid, action, resource}, " "))
					}
				}
			}
		}
	}
	slices.Sort(unused)
	return unused, nil
}

func usedBy(seen map[string]bool, begins, resource string) bool {
	for line := range seen {
		if used, ok := strings.CutPrefix(line, begins); ok && fits(resource, used) {
			return true
		}
	}
	return false
}
