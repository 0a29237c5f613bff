package store_test

import (
	"testing"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/erase"
	"afterpress/shared/crm/lead"
	"afterpress/shared/kernel/event"
	"afterpress/shared/store"
	"afterpress/shared/store/storetest"
)

func TestWritersOfErasuresMeet(t *testing.T) {
	t.Parallel()
	meets(t, storetest.New(t), eraseMeetings)
}

// asksErase asks for the erasure of a lead's contact, as the manager.
func asksErase(h *house, l lead.Lead) act {
	return func(s *store.Store) error {
		c, err := s.Contact(h.t.Context(), l.ContactID)
		if err != nil {
			return err
		}
		id := erase.IDOf(l.ContactID)
		_, err = s.AskErase(h.t.Context(), id, func(was erase.Erase) (erase.Erase, event.Event, error) {
			return was.Ask(h.by(2), c, seed.Shanghai, erase.ReasonRequest, h.terms().Erase(), h.Clock.Now())
		})
		return err
	}
}

func confirmsErase(h *house, l lead.Lead) act {
	return settlesErase(h, l, func(e erase.Erase, c customer.Contact, of customer.Customer) (erase.Settled, error) {
		return e.Confirm(h.by(1), c, of, h.terms().Erase(), h.Clock.Now())
	})
}

func takesBack(h *house, l lead.Lead) act {
	return settlesErase(h, l, func(e erase.Erase, c customer.Contact, of customer.Customer) (erase.Settled, error) {
		return e.TakeBack(h.by(2), c, of, h.terms().Erase(), h.Clock.Now())
	})
}

func settlesErase(h *house, l lead.Lead,
	rule func(erase.Erase, customer.Contact, customer.Customer) (erase.Settled, error)) act {
	return func(s *store.Store) error {
		_, err := s.SettleErase(h.t.Context(), erase.IDOf(l.ContactID), rule)
		return err
	}
}

// begins is a step of the process: it cannot be taken back any more.
func begins(h *house, l lead.Lead) act {
	return func(s *store.Store) error {
		id := erase.IDOf(l.ContactID)
		_, err := s.ChangeErase(h.t.Context(), id, func(e erase.Erase) (erase.Erase, event.Event, error) {
			return e.Begin(h.terms().Erase(), e.TakeBackUntil)
		})
		return err
	}
}

// forgets erases the contact, as much as one call does.
func forgets(h *house, l lead.Lead) act {
	return func(s *store.Store) error {
		_, err := s.EraseMore(h.t.Context(), erase.Erase{ID: erase.IDOf(l.ContactID), Customer: l.Customer,
			Contact: l.ContactID})
		return err
	}
}

// forgotten says where the erasure of a lead's contact stands, and whether the contact has left.
func (h *house) forgotten(l lead.Lead) string {
	h.t.Helper()
	e, err := h.Erase(h.t.Context(), erase.IDOf(l.ContactID))
	h.must(err)
	c, err := h.Contact(h.t.Context(), l.ContactID)
	h.must(err)
	return lines(e.Version, e.State, c.Version, c.LeftAt != nil)
}

var eraseMeetings = []meeting{
	{"two who ask", [2]string{"AskErase", "AskErase"}, func(h *house) pair {
		l := h.lead()
		return pair{asksErase(h, l), asksErase(h, l), func() string { return h.forgotten(l) }}
	}, [2]string{"refused: 1, asked, 1, false", "refused: 1, asked, 1, false"}},
	{"one confirms, another takes back", [2]string{"SettleErase", "SettleErase"}, func(h *house) pair {
		l := h.lead()
		h.must(asksErase(h, l)(h.Store))
		return pair{confirmsErase(h, l), takesBack(h, l), func() string { return h.forgotten(l) }}
	}, [2]string{"refused: 2, taken-back, 1, false", "3, taken-back, 3, false"}},
	{"it is taken back as it begins", [2]string{"SettleErase", "ChangeErase"}, func(h *house) pair {
		l := h.lead()
		h.must(asksErase(h, l)(h.Store))
		h.must(confirmsErase(h, l)(h.Store))
		return pair{takesBack(h, l), begins(h, l), func() string { return h.forgotten(l) }}
	}, [2]string{"refused: 3, erasing, 2, true", "refused: 3, taken-back, 3, false"}},
	{"a lead is written while its person is erased", [2]string{"ChangeLead", "EraseMore"}, func(h *house) pair {
		l := h.assigned()
		return pair{assigns(h, l.ID, 4), forgets(h, l), func() string {
			got, err := h.Lead(h.t.Context(), l.ID)
			h.must(err)
			return lines(got.State, got.Person.Name == "")
		}}
	}, [2]string{"refused: lost, true", "assigned, false"}},
}
