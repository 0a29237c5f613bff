package company

import (
	"context"
	"sync"
	"time"

	"afterpress/shared/crm/form"
	"afterpress/shared/store/table"
)

// placeShare says which part of what a process has used of a form's limit it takes at once for what comes next: a
// tenth. So at most a tenth of a limit is lost with processes that end. A process with few enquiries takes its
// places one by one, or a thousandth of a large limit (limitShare).
const (
	placeShare = 10
	limitShare = 1000
)

// places are what this process holds of the limits of forms. All visitors of a form share its counter. Taking
// several places in one write spares the counter a write for each enquiry. Places that are not used lapse with
// their window, so the limit is never passed.
type places struct {
	mu sync.Mutex
	of map[string]held // by form
}

// held is what is held of one form in the window that begins at start.
type held struct {
	start      time.Time
	left, used int64
}

func newPlaces() *places { return &places{of: map[string]held{}} }

// adjust applies a rule to what is held of the form in the window of c.
func (p *places) adjust(c form.Counting, rule func(*held)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	h := p.of[c.Form]
	if !h.start.Equal(c.Start) {
		h = held{start: c.Start}
	}
	rule(&h)
	p.of[c.Form] = h
}

// use takes from the places that are held. Where too few are left, ask is how many to take from the counter.
func (p *places) use(c form.Counting, limit int64) (ask int64) {
	p.adjust(c, func(h *held) {
		if h.left < c.Weight {
			ask = max(c.Weight, h.used/placeShare, limit/limitShare)
			return
		}
		h.left, h.used = h.left-c.Weight, h.used+c.Weight
	})
	return ask
}

// takePlace counts an arrival against the limit of its whole form. It returns table.ErrFull when that is reached.
func (s *Company) takePlace(ctx context.Context, c form.Counting, limit int64) error {
	ask := s.places.use(c, limit)
	if ask == 0 {
		return nil
	}
	key := table.CounterKey("form", c.Form, "all", s.table.Hashed(""), table.At(c.Start))
	n, err := s.table.Count(ctx, key, ask, limit, c.End)
	if err != nil {
		return err
	}
	came := ask - max(n-limit, 0)
	s.places.adjust(c, func(h *held) { h.left, h.used = max(h.left+came-c.Weight, 0), h.used+c.Weight })
	return nil
}

// ReturnPlace gives back the place of an arrival that a later limit stopped. The next arrival uses it.
func (s *Company) ReturnPlace(c form.Counting) {
	s.places.adjust(c, func(h *held) { h.left, h.used = h.left+c.Weight, h.used-c.Weight })
}
