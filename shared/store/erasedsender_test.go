package store_test

import (
	"testing"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/erase"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/store/storetest"
)

// A letter to the thread of a person who was erased finds no contact, whatever its sender. Before that it is the
// person's own, or a stranger's.
func TestALetterToAnErasedPersonsThread(t *testing.T) {
	t.Parallel()
	h := &house{Bench: storetest.NewWithFiles(t), t: t, n: 1}
	door, worker := h.OpenAs(t, "intake"), h.OpenAs(t, "worker")
	l := h.lead()
	for from, doubt := range map[string]string{l.Person.Email: "", "mallory@x.example": customer.SenderStranger} {
		if got, err := door.Sender(t.Context(), l.Customer, l.ContactID, from); err != nil || got != doubt {
			t.Errorf("from %s: %q, %v", from, got, err)
		}
	}
	h.must(asksErase(h, l)(h.Store))
	h.must(confirmsErase(h, l)(h.Store))
	for more := true; more; {
		var err error
		if more, err = worker.EraseMore(t.Context(), erase.Erase{ID: erase.IDOf(l.ContactID), Customer: l.Customer,
			Contact: l.ContactID}); err != nil {
			t.Fatal(err)
		}
	}
	for _, from := range []string{l.Person.Email, "mallory@x.example"} {
		if doubt, err := door.Sender(t.Context(), l.Customer, l.ContactID, from); fault.KindOf(err) != fault.NotFound ||
			doubt != "" {
			t.Errorf("from %s: %q, %v", from, doubt, err)
		}
	}
}
