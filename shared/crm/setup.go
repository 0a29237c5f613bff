package crm

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"
)

// What a shop sets up (staff, branches, calendars, policies) is checked by rules that gather every fault, each with its place in the body.

// FaultList are the faults of one record of the set-up.
type FaultList []Field

func (f *FaultList) add(pointer, zh, en string) {
	*f = append(*f, Field{Pointer: pointer, Text: Text{Zh: zh, En: en}})
}

// within notes a figure that is not in [low, high].
func (f *FaultList) within(pointer string, n, low, high int64) {
	if n < low || n > high {
		f.add(pointer, fmt.Sprintf("请填写 %d 至 %d。", low, high), fmt.Sprintf("Enter %d to %d.", low, high))
	}
}

// workingReach is the most working time that a policy may ask for at once, in seconds: a calendar of three hours a day has so much in CalendarReach.
const workingReach = int64(CalendarReach/time.Second) / 8

// sound reports whether nothing is wrong with a part of a policy.
func sound(part interface{ check(*FaultList, string) }) bool {
	var f FaultList
	part.check(&f, "")
	return len(f) == 0
}

// invalid is the error of the faults; nil where there are none.
func (f FaultList) invalid() error {
	if len(f) == 0 {
		return nil
	}
	return Faulty(f...)
}

// Listed writes faults on one line, for whoever runs a command: "/week/mon/0/from: …; /zone: …".
func Listed(faults []Field) string {
	var out []string
	for _, f := range faults {
		out = append(out, f.Pointer+": "+f.Text.En)
	}
	return strings.Join(out, "; ")
}

// setupEvent is the event of a change to the set-up. Its log is the record's own. It names the fields that differ and none of their values: names and
// phones stay in the record.
func setupEvent(kind EventType, by Actor, log, id string, version int64, branch string, now time.Time, before, next any) Event {
	data := map[string]string{}
	if changed := differing(before, next); version > 1 && len(changed) > 0 {
		data["changed"] = strings.Join(changed, " ")
	}
	return news(kind, by, log+"/"+id, id, version, branch, now, data)
}

// differing lists the fields of two records of one type that differ, by their JSON names, without those that every change changes.
func differing(before, next any) []string {
	a, b := fieldsOf(before), fieldsOf(next)
	all := maps.Clone(a)
	maps.Copy(all, b)
	var out []string
	for name := range all {
		if name != "version" && name != "updated_at" && name != "created_at" && !reflect.DeepEqual(a[name], b[name]) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// same reports whether nothing but what every change changes differs.
func same(before, next any) bool { return len(differing(before, next)) == 0 }

func fieldsOf(v any) map[string]any {
	raw, err := json.Marshal(v)
	out := map[string]any{}
	if err == nil {
		err = json.Unmarshal(raw, &out)
	}
	if err != nil {
		panic(fmt.Sprintf("crm: a %T is not a JSON object: %v", v, err)) // a mistake in the code, not in the input
	}
	for name, value := range out { // no list and an empty one say the same
		if list, ok := value.([]any); ok && len(list) == 0 {
			delete(out, name)
		}
	}
	return out
}
