package files_test

import (
	"fmt"
	"strings"
	"testing"

	"afterpress/shared/crm/artwork"
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
