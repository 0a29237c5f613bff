package store_test

import (
	"fmt"
	"testing"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/proof"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/store"
	"afterpress/shared/store/storetest"
)

func TestWritersOfCodesMeet(t *testing.T) {
	t.Parallel()
	meets(t, storetest.New(t), codeMeetings)
}

// asksCode has a code sent to the e-mail of the lead's contact.
func asksCode(h *house, l lead.Lead) act {
	return func(s *store.Store) error {
		_, err := s.AskCode(h.t.Context(), l.ContactID, identity.ClaimEmail,
			func(id string, before proof.Code, of customer.Contact, in customer.Customer) (proof.Code, event.Event, error) {
				return before.Ask(id, l.Person.Email, of, in, h.by(3), h.Clock.Now())
			})
		return err
	}
}

func tries(h *house, l lead.Lead) act {
	return func(s *store.Store) error {
		_, err := s.TryCode(h.t.Context(), l.ContactID, l.Person.Email)
		return err
	}
}

// coded is a lead whose contact was sent a code, with what the tables say of it.
func coded(h *house) (l lead.Lead, stands func() string) {
	l = h.lead()
	h.must(asksCode(h, l)(h.Store))
	return l, func() string {
		code, err := h.Code(h.t.Context(), l.ContactID, identity.ClaimEmail)
		h.must(err)
		asked := 0
		for _, e := range h.Events(h.t, l.Customer) {
			if e.Type == event.ContactCodeAsked {
				asked++
			}
		}
		return fmt.Sprintf("version %d, %d tries, %d asked", code.Version, code.Tries, asked)
	}
}

var codeMeetings = []meeting{
	{"two codes at once", [2]string{"AskCode", "AskCode"}, func(h *house) pair {
		l, stands := coded(h)
		return pair{asksCode(h, l), asksCode(h, l), stands}
	}, [2]string{"version 3, 0 tries, 3 asked", "version 3, 0 tries, 3 asked"}},
	{"two tries at once", [2]string{"TryCode", "TryCode"}, func(h *house) pair {
		l, stands := coded(h)
		return pair{tries(h, l), tries(h, l), stands}
	}, [2]string{"version 3, 2 tries, 1 asked", "version 3, 2 tries, 1 asked"}},
	{"a try and the fifth one", [2]string{"TryCode", "TryCode"}, func(h *house) pair {
		l, stands := coded(h)
		for range proof.MostTries - 1 {
			h.must(tries(h, l)(h.Store))
		}
		return pair{tries(h, l), tries(h, l), stands}
	}, [2]string{"refused: version 6, 5 tries, 1 asked", "refused: version 6, 5 tries, 1 asked"}},
	{"a try and the next code", [2]string{"TryCode", "AskCode"}, func(h *house) pair {
		l, stands := coded(h)
		return pair{tries(h, l), asksCode(h, l), stands}
	}, [2]string{"version 3, 1 tries, 2 asked", "version 3, 0 tries, 2 asked"}},
	{"the fourth code and the third", [2]string{"AskCode", "AskCode"}, func(h *house) pair {
		l, stands := coded(h)
		h.must(asksCode(h, l)(h.Store))
		return pair{asksCode(h, l), asksCode(h, l), stands}
	}, [2]string{"too-many: version 3, 0 tries, 3 asked", "too-many: version 3, 0 tries, 3 asked"}},
	{"a code and a contact who leaves", [2]string{"AskCode", "ChangeContact"}, func(h *house) pair {
		l, stands := coded(h)
		return pair{asksCode(h, l), leaves(h, l.ContactID), stands}
	}, [2]string{"refused: version 1, 0 tries, 1 asked", "version 2, 0 tries, 2 asked"}},
}
