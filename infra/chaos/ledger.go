package main

import (
	"net/http"
	"regexp"
	"sync"

	"afterpress/shared/crm/message"
)

var (
	tagIn   = regexp.MustCompile(`"tag":\{"S":"([0-9a-f]{32})"\}`)
	stateIn = regexp.MustCompile(`"state":\{"S":"([a-z]+)"\}`)
)

// ledger watches what the worker writes into the ledger of messages: which of them it is sending at any moment.
type ledger struct {
	mu      sync.Mutex
	sending map[string]bool // by tag: claimed, or about to be, and not settled
	doubted map[string]bool // by tag: were being sent when the worker was killed, or could not record
}

func newLedger() *ledger { return &ledger{sending: map[string]bool{}, doubted: map[string]bool{}} }

// tagOf is the message that a write to the ledger is about, and the state that it writes.
func tagOf(c call) (tag, state string) {
	if c.operation != "PutItem" && c.operation != "TransactWriteItems" {
		return "", ""
	}
	t, s := tagIn.FindStringSubmatch(c.body), stateIn.FindStringSubmatch(c.body)
	if t == nil || s == nil {
		return "", ""
	}
	return t[1], s[1]
}

// asked hears of a write before the engine does.
func (l *ledger) asked(c call) {
	tag, state := tagOf(c)
	if state != message.StateClaimed {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sending[tag] = true
}

// answered hears how the engine answered.
func (l *ledger) answered(c call, status int) {
	tag, state := tagOf(c)
	claimed := state == message.StateClaimed
	if tag == "" || claimed == (status == http.StatusOK) {
		return // a claim that holds, or another write that does not
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.sending, tag)
}

// doubt notes the messages of which nobody will know how their sending ended, since the worker is killed now or
// cannot record.
func (l *ledger) doubt() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for tag := range l.sending {
		l.doubted[tag] = true
	}
}

// doubtful are the tags that may be unknown.
func (l *ledger) doubtful() map[string]bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := map[string]bool{}
	for tag := range l.doubted {
		out[tag] = true
	}
	return out
}
