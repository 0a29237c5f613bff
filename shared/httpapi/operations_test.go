package httpapi

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"afterpress/shared/kernel/fault"
)

type closing struct {
	From string `json:"from" validate:"required"`
}

type opening struct {
	Name  string    `json:"name" validate:"required"`
	Days  []closing `json:"days,omitempty" validate:"max=4,dive"`
	Count int64     `json:"count,omitempty"`
}

func operations(body string) *http.Request {
	r := httptest.NewRequest("PATCH", "/x", strings.NewReader(body))
	r.Header.Set("Content-Type", typeOperations)
	return r
}

func TestOperationsChangeOneEntryOfAList(t *testing.T) {
	was := opening{Name: "a", Days: []closing{{"1"}, {"2"}, {"3"}}, Count: 9007199254740993}
	for body, want := range map[string]string{
		`[]`: "1 2 3",
		`[{"op":"add","path":"/days/-","value":{"from":"4"}}]`:                                          "1 2 3 4",
		`[{"op":"add","path":"/days/0","value":{"from":"0"}}]`:                                          "0 1 2 3",
		`[{"op":"remove","path":"/days/1"}]`:                                                            "1 3",
		`[{"op":"test","path":"/days/1/from","value":"2"},{"op":"remove","path":"/days/1"}]`:            "1 3",
		`[{"op":"remove","path":"/days/0"},{"op":"remove","path":"/days/0"}]`:                           "3",
		`[{"op":"replace","path":"/days/2/from","value":"5"}]`:                                          "1 2 5",
		`[{"op":"move","from":"/days/2","path":"/days/0"}]`:                                             "3 1 2",
		`[{"op":"copy","from":"/days/0","path":"/days/-"}]`:                                             "1 2 3 1",
		`[{"op":"remove","path":"/days"},{"op":"add","path":"/days","value":[{"from":"7","from2":1}]}]`: "",
	} {
		got, err := Patch(operations(body), was)
		if want == "" {
			if fault.KindOf(err) != fault.Unreadable {
				t.Errorf("%s: an unknown name passes: %v", body, err)
			}
			continue
		}
		var days []string
		for _, d := range got.Days {
			days = append(days, d.From)
		}
		if err != nil || strings.Join(days, " ") != want || got.Name != was.Name || got.Count != was.Count {
			t.Errorf("%s: %+v, %v", body, got, err)
		}
	}
	if !slices.Equal(was.Days, []closing{{"1"}, {"2"}, {"3"}}) {
		t.Errorf("the record itself was changed: %+v", was)
	}
}

func TestOperationsThatDoNotFit(t *testing.T) {
	was := opening{Name: "a", Days: []closing{{"1"}, {"2"}}}
	for body, want := range map[string]struct {
		kind fault.Kind
		at   string
	}{
		`{}`:                              {fault.Unreadable, ""},
		`[1]`:                             {fault.Invalid, "/0"},
		`[{"op":"add"}`:                   {fault.Unreadable, ""},
		`[{"op":"drop","path":"/name"}]`:  {fault.Unreadable, "/0/op"},
		`[{"path":"/name"}]`:              {fault.Unreadable, "/0/op"},
		`[{"op":"remove","path":"name"}]`: {fault.Invalid, "/0"},
		`[{"op":"test","path":"/name","value":"b"}]`:                             {fault.Invalid, "/0"},
		`[{"op":"test","path":"/name","value":"a"},{"op":"remove","path":"/x"}]`: {fault.Invalid, "/1"},
		`[{"op":"remove","path":"/days/2"}]`:                                     {fault.Invalid, "/0"},
		`[{"op":"remove","path":"/days/-1"}]`:                                    {fault.Invalid, "/0"},
		`[{"op":"add","path":"/days/9","value":{"from":"1"}}]`:                   {fault.Invalid, "/0"},
		`[{"op":"remove","path":"/name"}]`:                                       {fault.Invalid, "/name"},
		`[{"op":"add","path":"/days/-","value":{}}]`:                             {fault.Invalid, "/days/2/from"},
		`[{"op":"replace","path":"","value":null}]`:                              {fault.Unreadable, ""},
		`[{"op":"remove","path":"/days/0"},{"op":"add","path":"/days/-"}]`:       {fault.Invalid, "/1/value"},
		`[{"op":"replace","path":"/name"}]`:                                      {fault.Invalid, "/0/value"},
		`[{"op":"test","path":"","from":"","":[]}]`:                              {fault.Invalid, "/0/value"},
		`[{"op":"move","path":"/name"}]`:                                         {fault.Invalid, "/0/from"},
		`[{"op":"copy","path":"/name"}]`:                                         {fault.Invalid, "/0/from"},
		"[" + strings.Repeat(`{"op":"test","path":"/name","value":"a"},`, MaxOperations) +
			`{"op":"test","path":"/name","value":"a"}]`: {fault.Unreadable, ""},
		`[{"op":"add","path":"/name","value":` + strings.Repeat("[", maxDepth) + strings.Repeat("]", maxDepth) +
			`}]`: {fault.Unreadable, "/0/value/0/0/0/0/0/0"},
	} {
		_, err := Patch(operations(body), was)
		var refused *fault.Error
		at := ""
		if errors.As(err, &refused) && len(refused.Fields) > 0 {
			at = refused.Fields[0].Pointer
		}
		if fault.KindOf(err) != want.kind || at != want.at {
			t.Errorf("%.90s: %v at %q, want %v at %q", body, err, at, want.kind, want.at)
		}
	}
}

// TestCopiesDoNotGrowWithoutEnd doubles the record with each operation.
func TestCopiesDoNotGrowWithoutEnd(t *testing.T) {
	twice := `{"op":"copy","from":"","path":"/x"},{"op":"copy","from":"","path":"/y"},`
	body := "[" + strings.Repeat(twice, MaxOperations/2-1) +
		`{"op":"test","path":"/name","value":"a"}]`
	if _, err := Patch(operations(body), opening{Name: "a"}); fault.KindOf(err) != fault.Invalid {
		t.Error(err)
	}
}

func FuzzOperations(f *testing.F) {
	for _, body := range []string{`[]`, `[{"op":"add","path":"/days/-","value":{"from":"4"}}]`,
		`[{"op":"move","from":"/days/0","path":"/days/1"}]`, `[{"op":"copy","from":"","path":"/name"}]`,
		`[{"op":"test","path":"/a~1b~0","value":1e999}]`} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		was := opening{Name: "a", Days: []closing{{"1"}, {"2"}}}
		got, err := Patch(operations(body), was)
		switch kind := fault.KindOf(err); {
		case err == nil && (got.Name == "" || len(got.Days) > 4):
			t.Errorf("took %+v", got)
		case err != nil && kind != fault.Unreadable && kind != fault.Invalid:
			t.Errorf("%v", err)
		}
	})
}
