package files_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/artwork"
	"afterpress/shared/crm/letter"
	"afterpress/shared/store/storetest"
)

// A file that came with a letter is kept once, if its place takes it; a full place takes none, and keeps no object.
func TestAFileOfALetterIsKeptOnce(t *testing.T) {
	t.Parallel()
	b, place := handIn(t)
	door := b.OpenAs(t, "intake")
	for i, c := range []struct {
		key     string
		content []byte
		over    bool
		kept    bool
		files   int
	}{
		{"mail/1/0", storetest.Brochure, false, true, 1},
		{"mail/1/0", storetest.Brochure, false, true, 1}, // the call is tried again
		{"mail/1/1", storetest.Brochure, false, true, 2},
		{"mail/1/2", []byte("MZ" + strings.Repeat("x", 99)), false, false, 2},
		{"mail/1/3", nil, false, false, 2},
		{"mail/1/4", storetest.Brochure, true, false, 2},
	} {
		at := place
		at.Over = c.over
		kept, err := door.KeepSent(t.Context(), at, c.key, artwork.Artwork{Name: "画册.pdf"}, c.content)
		folder, unread := b.ArtworkFolder(t.Context(), place.Of)
		if err != nil || unread != nil || kept != c.kept || len(folder.Attached()) != c.files {
			t.Errorf("%d: %v, %v, %v, %+v", i, kept, err, unread, folder.Attached())
		}
	}
	for i := range place.Policy.Most {
		if _, err := door.KeepSent(t.Context(), place, fmt.Sprint("mail/2/", i), artwork.Artwork{Name: "a.pdf"},
			storetest.Brochure); err != nil {
			t.Fatal(err)
		}
	}
	folder, err := b.ArtworkFolder(t.Context(), place.Of)
	if err != nil || len(folder.Attached()) != place.Policy.Most {
		t.Fatalf("%+v, %v", folder, err)
	}
	kept, err := door.KeepSent(t.Context(), place, "mail/3/0", artwork.Artwork{Name: "a.pdf"}, storetest.Brochure)
	if err != nil || kept {
		t.Errorf("a full place: %v, %v", kept, err)
	}
	address, _, err := b.LinkArtwork(t.Context(), place.Of, folder.Attached()[0])
	if err != nil {
		t.Fatal(err)
	}
	if status, got := get(t, address); status != 200 || got != string(storetest.Brochure) {
		t.Errorf("%d: %d bytes", status, len(got))
	}
}

// A letter that waits for a person is held until a decision about it is stored; then it ends by the bucket's rule. Who
// reads it gets it whole, and only under its branch.
func TestALetterIsHeldUntilItIsDealtWith(t *testing.T) {
	t.Parallel()
	b := storetest.NewWithFiles(t)
	door, desk := b.OpenAs(t, "intake"), b.OpenAs(t, "api")
	const raw = "From: a@b.example\r\nSubject: \xc3\xfb\xc6\xac\r\n\r\nHello\r\n" // no UTF-8
	waits, err := door.KeepLetter(t.Context(), seed.Shanghai, "mail/1", raw, true)
	placed, unkept := door.KeepLetter(t.Context(), seed.Shanghai, "mail/2", raw, false)
	if err != nil || unkept != nil || waits == placed {
		t.Fatal(waits, placed, err, unkept)
	}
	lies := func(id string) string {
		t.Helper()
		address, _, found, err := desk.LinkLetter(t.Context(), seed.Shanghai, id, id+".eml")
		if err != nil || !found {
			t.Fatal(id, found, err)
		}
		if status, got := get(t, address); status != 200 || got != raw {
			t.Errorf("%s: %d %q", id, status, got)
		}
		_, place, _ := strings.Cut(address, "/letters/")
		place, _, _ = strings.Cut(place, "/")
		return place
	}
	if lies(waits) != "held" || lies(placed) != "done" {
		t.Errorf("%s waits, %s is placed", lies(waits), lies(placed))
	}
	for branch, id := range map[string]string{seed.Hangzhou: waits, seed.Shanghai: "sub_1"} {
		if _, _, found, err := desk.LinkLetter(t.Context(), branch, id, "x.eml"); err != nil || found {
			t.Errorf("%s in %s: %v, %v", id, branch, found, err)
		}
	}
	ids, broken := []string{"sub_1", waits, letter.RawID("mail/3", raw)}, errors.New("it is not stored")
	if err := desk.EndLetters(t.Context(), seed.Shanghai, ids, func() error { return broken }); !errors.Is(err, broken) ||
		lies(waits) != "held" {
		t.Errorf("a decision that is not stored: %v, %s", err, lies(waits))
	}
	for range 2 {
		committed := false
		err := desk.EndLetters(t.Context(), seed.Shanghai, ids, func() error { committed = true; return nil })
		if err != nil || !committed || lies(waits) != "done" {
			t.Errorf("a decision: %v, %v, %s", err, committed, lies(waits))
		}
	}
	none := storetest.New(t)
	if id, err := none.KeepLetter(t.Context(), seed.Shanghai, "mail/1", raw, true); id != "" || err != nil {
		t.Errorf("without a bucket: %q, %v", id, err)
	}
}
