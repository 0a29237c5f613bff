package store_test

import (
	"encoding/json"
	"maps"
	"os"
	"slices"
	"testing"
	"time"

	"afterpress/shared/crm/artwork"
	"afterpress/shared/crm/caselink"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/token"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// testdata/sealed.json holds what one key sealed and hashed with the code of November 2026, which knew no other: a
// token of each use, reply addresses, a cursor, the hash of an address, and the key as the secret held it. The rows of
// testdata/rows.txt were written under the same key. Like them, the file is history.
type sealed struct {
	Key, Form, Confirm, Choices, Artwork, Case, Cursor, Hash string
	Lead                                                     string `json:"reply-lead"`
	Complaint                                                string `json:"reply-complaint"`
}

// freshKey is one that comes in a rotation.
const freshKey = "YW5vdGhlciBrZXkgb2YgdGVzdHMsIGFsc28gMzIgYnl0ZXMgb3IgbW9yZQ=="

const sealedID = "_019ab3c5-0000-7abc-8def-0123456789ab"

var sealedAt = time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC)

func readSealed(t *testing.T) (s sealed) {
	t.Helper()
	text, err := os.ReadFile("testdata/sealed.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// locks are the things that the keys of a ring open.
type locks struct {
	ring    *token.Ring
	tokens  token.Tokens
	replies token.ReplyAddresses
	table   *table.Table
}

func locked(t *testing.T, text string) locks {
	t.Helper()
	r, err := token.NewRing(text)
	if err != nil {
		t.Fatal(err)
	}
	engine, err := table.New(table.Config{DB: dynamodb.New(dynamodb.Options{}), Ring: r, NewID: storetest.NewID,
		Tables: table.Tables{Records: "none", Events: "none", Messages: "none"},
		Now:    func() time.Time { return sealedAt }})
	if err != nil {
		t.Fatal(err)
	}
	return locks{r, token.NewTokens(r), token.NewReplyAddresses(r), engine}
}

var sealedPage = table.Paging{Caller: "stf_1"}

// seal seals one of each, as the code of today does.
func (l locks) seal(t *testing.T) sealed {
	t.Helper()
	cursor, err := l.table.SealCursor(sealedPage, "leads open", "LEAD#1")
	if err != nil {
		t.Fatal(err)
	}
	return sealed{
		Form: l.tokens.Sign(token.UseForm, "quote "+sealedStamp),
		Confirm: gate.SignConfirmation(l.tokens,
			gate.Confirmation{Lead: "lead" + sealedID, Ends: sealedAt.Add(gate.ConfirmLife)}),
		Choices: gate.SignUnsubscribing(l.tokens,
			gate.Unsubscribing{Person: "con" + sealedID, Channel: message.ChannelEmail}),
		Artwork: artwork.SignArtwork(l.tokens,
			artwork.Invitation{Of: "sub" + sealedID, Ends: sealedAt.Add(artwork.Invited)}),
		Case:   caselink.Sign(l.tokens, caselink.Link{About: "con" + sealedID, Job: "J-1"}),
		Cursor: cursor, Hash: l.table.Hashed("lina1@example.com"),
		Lead:      l.replies.For("lead"+sealedID, "reply.shop.example"),
		Complaint: l.replies.For("cmp"+sealedID, "reply.shop.example"),
	}
}

// sealedStamp is sealedAt in milliseconds, to the base of 36.
const sealedStamp = "mwu1rnk0"

// opens says of each thing whether it opens, with what was put into it.
func (l locks) opens(t *testing.T, s sealed) map[string]bool {
	t.Helper()
	drawn, _ := l.tokens.Open(token.UseForm, s.Form)
	confirm, _ := gate.OpenConfirmation(l.tokens, s.Confirm)
	choices, _ := gate.OpenUnsubscribing(l.tokens, s.Choices)
	files, _ := artwork.OpenArtwork(l.tokens, s.Artwork)
	link, _ := caselink.Open(l.tokens, s.Case)
	lead, _ := l.replies.Lead(s.Lead)
	cmp, _ := l.replies.Complaint(s.Complaint)
	last, err := l.table.OpenCursor(table.Paging{Caller: sealedPage.Caller, Cursor: s.Cursor}, "leads open")
	if err != nil && fault.KindOf(err) != fault.Unreadable {
		t.Errorf("the cursor: %v", err)
	}
	return map[string]bool{
		"form":      drawn == "quote "+sealedStamp,
		"confirm":   confirm == gate.Confirmation{Lead: "lead" + sealedID, Ends: sealedAt.Add(gate.ConfirmLife)},
		"choices":   choices == gate.Unsubscribing{Person: "con" + sealedID, Channel: message.ChannelEmail},
		"artwork":   files == artwork.Invitation{Of: "sub" + sealedID, Ends: sealedAt.Add(artwork.Invited)},
		"case":      link == caselink.Link{About: "con" + sealedID, Job: "J-1"},
		"lead":      lead == "lead"+sealedID,
		"complaint": cmp == "cmp"+sealedID,
		"cursor":    last == "LEAD#1",
	}
}

func all(opened map[string]bool, want bool) bool {
	return !slices.Contains(slices.Collect(maps.Values(opened)), !want)
}

// An installation whose secret holds the one key that it always held goes on as before.
func TestWhatOneKeySealedStillOpens(t *testing.T) {
	t.Parallel()
	old := readSealed(t)
	l := locked(t, old.Key)
	if got := l.opens(t, old); !all(got, true) {
		t.Errorf("opens: %v", got)
	}
	if hash := l.table.Hashed("lina1@example.com"); hash != old.Hash {
		t.Errorf("an address is %s, and was %s", hash, old.Hash)
	}
}

// A rotation as infra/DEPLOY.md tells it: the new key first opens only, then it seals. At last the old one leaves.
func TestRotation(t *testing.T) {
	t.Parallel()
	old, fresh := readSealed(t), freshKey
	keys := func(seal ...string) string {
		text, err := json.Marshal(map[string]any{"hash": old.Key, "seal": seal})
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	one, l := locked(t, old.Key), locked(t, old.Key)
	turn := func(seal ...string) sealed {
		t.Helper()
		if err := l.ring.Turn(keys(seal...)); err != nil {
			t.Fatal(err)
		}
		made := l.seal(t)
		if got := l.opens(t, made); !all(got, true) || made.Hash != old.Hash {
			t.Fatalf("what was just sealed opens: %v, hash %s", got, made.Hash)
		}
		return made
	}
	if made := turn(old.Key, fresh); !all(one.opens(t, made), true) || !all(l.opens(t, old), true) {
		t.Error("a process that has not heard of the new key does not open what another seals")
	}
	made := turn(fresh, old.Key)
	if got := l.opens(t, old); !all(got, true) {
		t.Errorf("under the new key, of the old things open: %v", got)
	}
	if got := one.opens(t, made); !all(got, false) {
		t.Errorf("the old key still seals: %v", got)
	}
	again := turn(fresh)
	if got := l.opens(t, old); !all(got, false) {
		t.Errorf("the old key has left, and of its things open: %v", got)
	}
	if !all(l.opens(t, made), true) || !all(locked(t, keys(fresh)).opens(t, again), true) {
		t.Error("the new key does not open its own")
	}
}

// Somebody said no before the keys turned, and the no is stored under a keyed hash of the address.
func TestASuppressedAddressStaysSuppressed(t *testing.T) {
	t.Parallel()
	s := openStored(t, storedNow)
	for _, seal := range [][]string{{storetest.Key}, {freshKey, storetest.Key}, {freshKey}} {
		text, err := json.Marshal(map[string]any{"hash": storetest.Key, "seal": seal})
		if err != nil {
			t.Fatal(err)
		}
		ring, err := token.NewRing(string(text))
		if err != nil {
			t.Fatal(err)
		}
		state, err := s.under(ring, storedNow).ReadGateState(t.Context(), customer.Contact{
			ID: "con_none", Customer: "cus_none",
			Emails: []customer.Reach{{Value: "quiet@customer.example"}, {Value: "open@customer.example"}}})
		if err != nil {
			t.Fatal(err)
		}
		found := state.Found()
		quiet, open := message.Address{Channel: message.ChannelEmail, Value: "quiet@customer.example"},
			message.Address{Channel: message.ChannelEmail, Value: "open@customer.example"}
		if len(found[quiet].Noes) == 0 || len(found[open].Noes) != 0 {
			t.Errorf("with %d seal keys: %+v", len(seal), found)
		}
	}
}
