package checks

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// The tables below are the rooms of the house: every package that ships, and which of our packages it may import.
// What stands in none may not ship: a new room begins here. Names are separated by spaces.

// kernelRooms are the vocabulary. Each imports the words of the kernel that its row names, and nothing else of ours.
var kernelRooms = map[string]string{
	"words":      "",
	"receipt":    "",
	"fault":      "words",
	"staff":      "words",
	"calendar":   "fault words",
	"permission": "fault staff words",
	"valid":      "fault words",
	"identity":   "valid words",
	"ladder":     "calendar fault",
	"money":      "words valid",
	"token":      "words valid",
	"event":      "fault ladder staff words",
}

// nounRooms are the rules, one noun each. A noun imports the kernel and the nouns of its row.
var nounRooms = map[string]string{
	"artwork":            "",
	"message":            "",
	"mailbox":            "",
	"firm":               "",
	"task":               "firm",
	"letter":             "firm task",
	"stuck":              "",
	"customer":           "firm letter message task",
	"draw":               "",
	"form":               "artwork draw firm task",
	"directory":          "customer",
	"caselink":           "customer",
	"proof":              "customer", // that a phone or an e-mail is a contact's
	"gate":               "caselink customer message",
	"erase":              "customer firm task",
	"hold":               "artwork customer firm message task",
	"lead":               "customer draw firm form gate message task",
	"complaint/remedy":   "",
	"complaint/defect":   "complaint/remedy",
	"complaint/verdict":  "complaint/defect complaint/remedy",
	"complaint/proposal": "complaint/defect complaint/remedy complaint/verdict",
	"complaint/approval": "complaint/defect",
	"complaint": "complaint/approval complaint/defect complaint/proposal complaint/remedy complaint/verdict artwork " +
		"customer firm",
	"complaint/canned": "complaint complaint/defect complaint/remedy complaint/told complaint/verdict firm",
	"complaint/tally":  "complaint complaint/defect",
	"complaint/told":   "complaint complaint/defect complaint/remedy",
	"complaint/why":    "complaint complaint/approval complaint/proposal complaint/remedy complaint/verdict firm",
}

// spanRooms look at many nouns at once. No noun imports them, so that only adapters do.
var spanRooms = map[string]string{
	"retention": "complaint form hold lead task",
	"setup":     "artwork complaint customer erase firm form gate hold lead letter message retention task",
	"timeline":  "complaint complaint/defect complaint/verdict customer firm gate message task",
	"overview":  "complaint complaint/defect complaint/verdict customer firm gate message setup task",
	"outage":    "complaint erase hold lead setup task",
}

// storeAreas keep what the rules made. Each imports the engine, the rules and the areas before it.
var storeAreas = []string{"naming", "company", "history", "work", "daycap", "centre", "finder", "enquiries", "service",
	"files", "erasure"}

// useCases say who may do what, in which branch and on what terms. They share shared/app, and do not import each other.
var useCases = []string{"backoffice", "frontdesk", "casework", "worklist"}

// outerRooms are what the world touches. kernel, crm, store and app stand for all packages of that floor; another
// name is a path.
var outerRooms = map[string]string{
	"shared/store":                "store",
	"shared/store/table":          "kernel",
	"shared/crm/directory/pinyin": "", // a dictionary: only what writes search rows may have it
	"shared/app":                  "kernel crm store",
	"shared/httpapi":              "kernel",
	"shared/httpapi/posted":       "kernel crm app shared/httpapi", // what comes through a form, read alike by every door
	// for the test that writes the description; no door may have it
	"shared/httpapi/openapi": "kernel shared/httpapi",
	"shared/page":            "kernel shared/httpapi",
	"shared/notify":          "kernel shared/crm/firm shared/crm/message shared/crm/setup",
	"shared/boot":            "kernel",
	"workflows": "kernel crm workflows/census workflows/dial workflows/ending workflows/notice " +
		"workflows/raffle workflows/scan workflows/watch",
	"workflows/census": "kernel",
	"workflows/ending": "kernel crm", // ends what is no more of use
	"workflows/scan":   "kernel crm", // waits for the malware scanner
	"workflows/raffle": "kernel crm", // holds the prize draws of forms
	"workflows/notice": "kernel crm", // tells people of one event, without a ladder
	"workflows/dial":   "workflows/watch",
	"workflows/watch":  "crm",

	"functions/api": "kernel crm store app shared/httpapi shared/httpapi/posted shared/page",
	"functions/console": "kernel app functions/console/centre functions/console/enquiry functions/console/screen " +
		"functions/console/work shared/httpapi shared/httpapi/posted",
	// what every page of the console has in common, and the pages of its areas
	"functions/console/screen":  "kernel app shared/httpapi shared/page",
	"functions/console/work":    "kernel crm app functions/console/screen shared/httpapi shared/page",
	"functions/console/enquiry": "kernel crm app functions/console/screen shared/httpapi shared/page",
	"functions/console/centre":  "kernel crm app functions/console/screen shared/httpapi shared/page",
	"functions/stream":          "kernel crm store workflows",
	"functions/worker": "kernel crm store shared/notify workflows workflows/census workflows/dial workflows/ending " +
		"workflows/notice workflows/watch",

	"functions/intake": "kernel app functions/intake/file functions/intake/form functions/intake/hook " +
		"functions/intake/link shared/httpapi shared/page",
	"functions/intake/form": "kernel crm app functions/intake/file shared/httpapi shared/httpapi/posted shared/page",
	"functions/intake/link": "kernel crm app functions/intake/file shared/httpapi shared/page",
	"functions/intake/file": "kernel crm app shared/httpapi shared/httpapi/posted shared/page",
	// what other systems sign
	"functions/intake/hook":   "kernel crm app functions/intake/letter shared/httpapi shared/httpapi/posted",
	"functions/intake/letter": "",

	"functions/api/bootstrap": "functions/api kernel crm store app shared/boot shared/httpapi",
	"functions/intake/bootstrap": "functions/intake functions/intake/hook kernel crm store app shared/boot " +
		"shared/httpapi",
	"functions/console/bootstrap": "functions/console kernel crm store app shared/boot shared/httpapi",
	"functions/stream/bootstrap": "functions/stream kernel crm store shared/boot shared/crm/directory/pinyin workflows " +
		"workflows/dial",
	"functions/worker/bootstrap": "functions/worker kernel crm store shared/boot shared/notify workflows workflows/dial " +
		"workflows/ending workflows/notice workflows/raffle workflows/scan",
}

// toCome are rooms that have a row and are not built yet. A name with a slash at its end is every room below it.
// A name is struck when all its rooms stand; at the end of the move the list is empty.
var toCome = []string{}

// servesTests are packages below shared that no binary holds. All but the last have no row, since they may start
// engines and name every noun.
var servesTests = []string{storetest, crmtest, kerneltest, apptest, "shared/httpapi/openapi"}

// allRooms is what every room may import, by paths.
func allRooms() map[string][]string {
	floors := map[string][]string{}
	for name := range kernelRooms {
		floors["kernel"] = append(floors["kernel"], "shared/kernel/"+name)
	}
	for _, rows := range []map[string]string{nounRooms, spanRooms} {
		for name := range rows {
			floors["crm"] = append(floors["crm"], "shared/crm/"+name)
		}
	}
	floors["store"] = []string{"shared/store/table"}
	for _, name := range storeAreas {
		floors["store"] = append(floors["store"], "shared/store/"+name)
	}
	floors["app"] = []string{"shared/app"}
	for _, name := range useCases {
		floors["app"] = append(floors["app"], "shared/app/"+name)
	}

	out := map[string][]string{}
	for name, row := range kernelRooms {
		out["shared/kernel/"+name] = under("shared/kernel/", row)
	}
	for _, rows := range []map[string]string{nounRooms, spanRooms} {
		for name, row := range rows {
			out["shared/crm/"+name] = slices.Concat(floors["kernel"], under("shared/crm/", row))
		}
	}
	for i, name := range storeAreas {
		below := under("shared/store/", "table "+strings.Join(storeAreas[:i], " "))
		out["shared/store/"+name] = slices.Concat(floors["kernel"], floors["crm"], below)
	}
	floors["store"] = append(floors["store"], "shared/store") // all areas together, for use cases and mains
	for _, name := range useCases {
		out["shared/app/"+name] = slices.Concat(floors["kernel"], floors["crm"], floors["store"], []string{"shared/app"})
	}
	for name, row := range outerRooms {
		for _, word := range strings.Fields(row) {
			if floor, ok := floors[word]; ok {
				out[name] = append(out[name], floor...)
			} else {
				out[name] = append(out[name], word)
			}
		}
		out[name] = slices.DeleteFunc(out[name], func(p string) bool { return p == name })
	}
	return out
}

func under(floor, names string) []string {
	out := strings.Fields(names)
	for i, name := range out {
		out[i] = floor + name
	}
	return out
}

// testsMay reports whether the tests of a package may import another one besides what the package itself may. They are
// judged less strictly. The test of a rule or an adapter may build its case from any rule, by what serves tests, and
// drive one door through another. The tests of a door also look up in the store what it has kept. The kernel's tests
// keep to the kernel and to the hostile strings, or the vocabulary could only be tested together with the nouns.
func testsMay(name, other string) bool {
	switch {
	case other == name:
		return true
	case within(name, "shared/kernel"):
		return within(other, "shared/kernel") || other == "infra/checks/corpus"
	case within(other, "shared/kernel"), within(other, "shared/crm"), within(other, "infra"):
		return true
	case slices.Contains(servesTests, other):
		return true
	case within(name, "shared/store") && within(other, "shared/store"): // rows of one area are made by another
		return true
	}
	return within(name, "functions") && (within(other, "functions") || within(other, "shared/store"))
}

// within reports whether the package is the room or stands below it.
func within(name, room string) bool { return name == room || strings.HasPrefix(name, room+"/") }

// roomFaults lists packages without a room, and imports that no row allows. The tools below infra may import
// everything, and only tests import them.
func roomFaults(packages []goPackage, rooms map[string][]string) []string {
	var faults []string
	for _, p := range packages {
		name, ours := strings.CutPrefix(p.ImportPath, module)
		if !ours || within(name, "infra") || slices.Contains(servesTests[:4], name) {
			continue
		}
		allowed, known := rooms[name]
		if !known {
			faults = append(faults, name+" stands in no room")
			continue
		}
		for _, i := range p.Imports {
			if other, ours := strings.CutPrefix(i, module); ours && !slices.Contains(allowed, other) {
				faults = append(faults, name+" imports "+other)
			}
		}
		for _, i := range slices.Concat(p.TestImports, p.XTestImports) {
			if other, ours := strings.CutPrefix(i, module); ours && !slices.Contains(allowed, other) && !testsMay(name, other) {
				faults = append(faults, "a test of "+name+" imports "+other)
			}
		}
	}
	return faults
}

// rowFaults lists rows for what is not there, names in rows that have no row, and entries of toCome
// that are out of date.
func rowFaults(
	packages []goPackage, rooms map[string][]string, toCome []string,
) []string {
	stands := func(name string) bool {
		return slices.ContainsFunc(packages, func(p goPackage) bool { return p.ImportPath == module+name })
	}
	covers := func(entry, name string) bool {
		return name == entry || strings.HasSuffix(entry, "/") && strings.HasPrefix(name, entry)
	}
	var faults []string
	names := slices.Sorted(maps.Keys(rooms))
	for _, name := range names {
		awaited := slices.ContainsFunc(toCome, func(entry string) bool { return covers(entry, name) })
		if !stands(name) && !awaited {
			faults = append(faults, "there is a row for "+name+", which does not exist")
		}
		for _, other := range rooms[name] {
			if _, known := rooms[other]; !known {
				faults = append(faults, "the row of "+name+" names "+other+", which has no row")
			}
		}
	}
	for _, entry := range toCome {
		if !slices.ContainsFunc(names, func(name string) bool { return covers(entry, name) && !stands(name) }) {
			faults = append(faults, entry+" has come: strike it from toCome")
		}
	}
	return faults
}

func TestRooms(t *testing.T) {
	packages, rooms := listPackages(t), allRooms()
	holds(t, roomFaults(packages, rooms))
	holds(t, rowFaults(packages, rooms, toCome))
}

// importing is one of our packages with what it imports of ours.
func importing(name string, imports ...string) goPackage {
	ours := under(module, strings.Join(imports, " "))
	return goPackage{ImportPath: module + name, Imports: append([]string{"time"}, ours...)}
}

// tested is the package with what its tests import of ours, of whom one stands outside it.
func (p goPackage) tested(imports ...string) goPackage {
	all := under(module, strings.Join(imports, " "))
	p.TestImports, p.XTestImports = all[:1], all[1:]
	return p
}

func TestRoomFaultsAreFound(t *testing.T) {
	finds(t, roomFaults([]goPackage{
		importing("shared/kernel/ladder", "shared/kernel/calendar", "shared/crm/lead"),
		importing("shared/kernel/words", "shared/kernel/fault").
			tested("infra/checks/corpus", "shared/kernel/token", "shared/crm/crmtest"),
		importing("shared/crm/hold", "shared/kernel/event", "shared/crm/customer", "shared/crm/complaint").
			tested("shared/crm/hold", "shared/crm/complaint", "shared/crm/crmtest", "shared/store/table"),
		importing("shared/crm/lead", "shared/crm/setup"),
		importing("shared/crm/complaint/defect", "shared/crm/complaint"),
		importing("shared/crm/overview", "shared/crm/setup", "shared/store/centre"),
		importing("shared/crm/crmtest", "shared/crm/setup", "infra/local/seed"),
		importing("shared/store/table", "shared/kernel/fault", "shared/crm/lead"),
		importing("shared/store/centre", "shared/store/company", "shared/crm/setup", "shared/store/service"),
		importing("shared/store/storetest", "infra/local/engine"),
		importing("shared/app/casework", "shared/store/service", "shared/app/worklist", "shared/httpapi"),
		importing("shared/httpapi", "shared/kernel/fault", "shared/crm/lead"),
		importing("shared/util"),
		importing("functions/api", "shared/boot", "shared/app/casework", "shared/store/storetest").
			tested("functions/intake", "shared/httpapi/openapi", "shared/store/storetest", "workflows"),
		importing("functions/intake/hook", "shared/app/casework", "shared/store/work").
			tested("shared/store/table", "shared/store/work"),
		importing("functions/stream", "infra/local/sam", "workflows"),
		importing("workflows", "shared/store/work"),
		importing("infra/demo", "shared/store/table"),
	}, allRooms()),
		"shared/kernel/ladder imports shared/crm/lead",
		"shared/kernel/words imports shared/kernel/fault",
		"a test of shared/kernel/words imports shared/crm/crmtest",
		"shared/crm/hold imports shared/crm/complaint",
		"a test of shared/crm/hold imports shared/store/table",
		"shared/crm/lead imports shared/crm/setup",
		"shared/crm/complaint/defect imports shared/crm/complaint",
		"shared/crm/overview imports shared/store/centre",
		"shared/store/table imports shared/crm/lead",
		"shared/store/centre imports shared/store/service",
		"shared/app/casework imports shared/app/worklist",
		"shared/app/casework imports shared/httpapi",
		"shared/httpapi imports shared/crm/lead",
		"shared/util stands in no room",
		"functions/api imports shared/boot",
		"functions/api imports shared/store/storetest",
		"a test of functions/api imports workflows",
		"functions/intake/hook imports shared/store/work",
		"functions/stream imports infra/local/sam",
		"workflows imports shared/store/work")
}

func TestRowFaultsAreFound(t *testing.T) {
	rooms := map[string][]string{
		"shared/kernel/words": nil,
		"shared/crm/lead":     {"shared/kernel/words", "shared/crm/sale"},
		"shared/crm/task":     nil,
		"shared/page":         nil,
	}
	packages := []goPackage{importing("shared/kernel/words"), importing("shared/crm/lead")}
	finds(t, rowFaults(packages, rooms, []string{"shared/kernel/", "shared/crm/"}),
		"there is a row for shared/page", "the row of shared/crm/lead names shared/crm/sale", "shared/kernel/ has come")
}
