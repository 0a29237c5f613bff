package crmtest

import (
	"time"
)

// Pick finds where the value of a word goes. An unknown word is a fault, and gets a place of its own.
func (r *CaseReader) Pick(word string, at map[string]*int64) *int64 {
	if p := at[word]; p != nil {
		return p
	}
	r.Fail("no such word: %q", word)
	return new(int64)
}

// PickTime is Pick for times.
func (r *CaseReader) PickTime(word string, at map[string]*time.Time) *time.Time {
	if p := at[word]; p != nil {
		return p
	}
	r.Fail("no such word: %q", word)
	return new(time.Time)
}
