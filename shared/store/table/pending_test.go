package table

import (
	"maps"
	"reflect"
	"strings"
	"testing"
	"time"

	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/ladder"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// fields are the JSON names of a struct's fields.
func fields(t reflect.Type) (names []string) {
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if name != "-" {
			names = append(names, name)
		}
	}
	return names
}

// A release that lacks a field of an event, of a record's progress or of a rung must notice it: each is given
// another name in turn, as if this release did not have it.
func TestAFieldThatIsNotKnownIsNotLeftOut(t *testing.T) {
	at := time.Date(2026, 12, 1, 2, 0, 0, 0, time.UTC)
	whole := event.Event{ID: "evt_1", Type: event.LeadCaptured, V: event.Layout, Customer: "cus_1", Record: "lead_1",
		Seq: 3, At: at, Day: "2026-12-01", Branch: "shanghai", Cause: "visitor", Data: map[string]string{"source": "web"},
		Wakes: true, Heard: "a1", Epoch: 1, Progress: &ladder.Progress{Kind: "lead", ID: "lead_1", Seq: 3, Round: 1,
			Run: 1, Turn: 1, State: "new", Closed: true, Owner: "stf_1", Due: at, Policy: "v1",
			Rungs: []ladder.Rung{{Name: "a", Do: ladder.DoTell, At: at, Who: "stf_1", Once: true, Last: true}}}}
	encoded := func() Item {
		it, err := Encode(whole, EventKey(whole.Customer, whole.ID), Item{pendingAttr: Text("PENDING#1"),
			"pending_sk": Text("x"), "attempts": Number(2), "error": Text("no"), againAttr: Text(At(at)),
			uncountedAttr: Number(1)})
		if err == nil {
			it[countsAttr], err = EncodeValue([]event.Count{{Book: event.BookComplaints, At: []string{"a#b#c#d"},
				Add: map[string]int64{"opened": 1}}})
		}
		if err != nil {
			t.Fatal(err)
		}
		return it
	}
	e, err := DecodePending(encoded())
	if err != nil || !e.Uncounted || len(e.Counts) != 1 || e.Counts[0].Add["opened"] != 1 {
		t.Fatalf("what it counts: %+v, %v", e, err)
	}
	if e.Tries != 2 || !e.Again.Equal(at) || e.Progress.Rungs[0].Do != ladder.DoTell {
		t.Fatalf("as it is: %+v, %v", e, err)
	}
	progress := func(it Item) Item { return it["progress"].(*types.AttributeValueMemberM).Value }
	for place, of := range map[string]struct {
		kind reflect.Type
		in   func(Item) Item
	}{
		"event":    {reflect.TypeFor[event.Event](), func(it Item) Item { return it }},
		"progress": {reflect.TypeFor[ladder.Progress](), progress},
		"count": {reflect.TypeFor[event.Count](), func(it Item) Item {
			return it[countsAttr].(*types.AttributeValueMemberL).Value[0].(*types.AttributeValueMemberM).Value
		}},
		"rung": {reflect.TypeFor[ladder.Rung](), func(it Item) Item {
			return progress(it)["rungs"].(*types.AttributeValueMemberL).Value[0].(*types.AttributeValueMemberM).Value
		}},
	} {
		for _, name := range fields(of.kind) {
			if name == "handed" {
				continue // it is set on the way to the process, and no table holds it
			}
			it := encoded()
			part := of.in(it)
			value, there := part[name]
			if !there {
				t.Errorf("the %s of this test lacks %s", place, name)
				continue
			}
			maps.DeleteFunc(part, func(n string, _ types.AttributeValue) bool { return n == name })
			part["renamed_"+name] = value
			if _, err := DecodePending(it); err == nil {
				t.Errorf("an %s without %s was read", place, name)
			}
		}
	}
}
