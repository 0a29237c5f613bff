package store_test

import (
	"fmt"
	"testing"

	"afterpress/shared/crm/proof"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/store"
	"afterpress/shared/store/storetest"
)

func TestWritersOfVisitorsCodesMeet(t *testing.T) {
	t.Parallel()
	meets(t, storetest.New(t), visitorCodeMeetings)
}

// visitorAsks has a code written for a value.
func visitorAsks(h *house, value string, got *proof.VisitorCode) act {
	return func(s *store.Store) error {
		code, err := s.AskVisitorCode(h.t.Context(), func(id string) (proof.VisitorCode, event.Event) {
			return proof.VisitorAsks(id, value, "", "shanghai", h.Clock.Now())
		})
		if err == nil && got != nil {
			*got = code
		}
		return err
	}
}

const visitorsMail = "visitor@example.com"

// visitorsValue is a mailbox of this house alone, since the count of a day is the value's.
func visitorsValue(h *house) string { return fmt.Sprintf("visitor%d@example.com", h.n) }

// visitorCodes says how many codes visitors asked for.
func visitorCodes(h *house) func() string {
	before := h.Count(h.t, h.Tables.Messages, "CODE#")
	return func() string { return fmt.Sprintf("%d codes", h.Count(h.t, h.Tables.Messages, "CODE#")-before) }
}

var visitorCodeMeetings = []meeting{
	{"two visitors' codes at once", [2]string{"AskVisitorCode", "AskVisitorCode"}, func(h *house) pair {
		return pair{visitorAsks(h, visitorsValue(h), nil), visitorAsks(h, visitorsValue(h), nil), visitorCodes(h)}
	}, [2]string{"2 codes", "2 codes"}},
	{"the third visitor's code and the fourth", [2]string{"AskVisitorCode", "AskVisitorCode"}, func(h *house) pair {
		stands := visitorCodes(h)
		for range proof.MostADay - 1 {
			h.must(visitorAsks(h, visitorsValue(h), nil)(h.Store))
		}
		return pair{visitorAsks(h, visitorsValue(h), nil), visitorAsks(h, visitorsValue(h), nil), stands}
	}, [2]string{"too-many: 3 codes", "too-many: 3 codes"}},
}

// TestThreeCodesADay: a value has three codes a day, from every visitor together; another value and the next day count anew. Each code
// takes five tries and no more, and a stranger's next code leaves it as it is.
func TestThreeCodesADay(t *testing.T) {
	t.Parallel()
	h := &house{Bench: storetest.New(t), t: t, n: 1}
	var first, other proof.VisitorCode
	h.must(visitorAsks(h, visitorsMail, &first)(h.Store))
	h.must(visitorAsks(h, visitorsMail, nil)(h.Store))
	h.must(visitorAsks(h, visitorsMail, nil)(h.Store))
	if err := visitorAsks(h, visitorsMail, nil)(h.Store); fault.KindOf(err) != fault.TooMany {
		t.Errorf("the fourth: %v", err)
	}
	h.must(visitorAsks(h, "other@example.com", &other)(h.Store))
	for i := range proof.MostTries + 1 {
		code, err := h.TryVisitorCode(t.Context(), first.ID)
		h.must(err)
		if open := code.ID != ""; open != (i < proof.MostTries) {
			t.Errorf("try %d: open %v", i+1, open)
		}
	}
	if code, err := h.TryVisitorCode(t.Context(), other.ID); err != nil || code.ID != other.ID {
		t.Errorf("another code: %+v, %v", code, err)
	}
	h.Clock.Advance(24 * proof.Life)
	if code, err := h.TryVisitorCode(t.Context(), other.ID); err != nil || code.ID != "" {
		t.Errorf("a code after its end: %+v, %v", code, err)
	}
}
