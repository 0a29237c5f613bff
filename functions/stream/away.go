package stream

import "sync"

// witnessesNeeded is how many records' processes have to be out of reach, with none within reach meanwhile, before
// Temporal counts as away. One of them may be busy by itself.
const witnessesNeeded = 3

// witnesses are the records whose processes could not be reached in one run of the function.
type witnesses struct {
	mu     sync.Mutex
	silent map[string]bool // their other events need not be tried in this run
	since  map[string]bool // those since one was reached
	heard  bool            // one was reached
}

// reached notes that an event was handed over, or that Temporal refused it by itself.
func (w *witnesses) reached() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.heard = true
	clear(w.since)
}

// missed notes that a record's process could not be reached, and reports whether that counts as Temporal being away.
func (w *witnesses) missed(record string) (away bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.silent == nil {
		w.silent, w.since = map[string]bool{}, map[string]bool{}
	}
	w.silent[record], w.since[record] = true, true
	return len(w.since) >= witnessesNeeded
}

// busy reports whether the record's process could not be reached in this run.
func (w *witnesses) busy(record string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.silent[record]
}

// nobody reports whether processes could not be reached, and none was. Two or three events do not tell a busy process
// from Temporal being away.
func (w *witnesses) nobody() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.silent) > 0 && !w.heard
}
