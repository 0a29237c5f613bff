package files_test

import (
	"bytes"
	"net/http"
	"testing"

	"afterpress/shared/crm/artwork"
	"afterpress/shared/store/storetest"
)

// located is a photo with an EXIF block that says where it was taken, and that it is turned.
func located(t *testing.T) []byte {
	t.Helper()
	const block = "\xFF\xE1\x00\x36Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01" +
		"\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00" + "GPS 31.2304 121.4737"
	photo := storetest.Photo(t)
	return append(append(bytes.Clone(photo[:2]), block...), photo[2:]...)
}

// keptAs sends a file to a place, under the role, and gives how it was kept and what lies in the bucket then.
func keptAs(t *testing.T, b *storetest.Bench, role string, place artwork.Place, file []byte) (artwork.Artwork, []byte) {
	t.Helper()
	s := b.OpenAs(t, role)
	a, err := s.OfferArtwork(t.Context(), place, artwork.Artwork{Name: "photo.jpg"})
	if err != nil {
		t.Fatal(err)
	}
	u, err := s.UploadArtwork(t.Context(), place, a, "")
	if err != nil {
		t.Fatal(err)
	}
	if status, said := storetest.Post(t, u, file); status != http.StatusNoContent {
		t.Fatalf("%d %s", status, said)
	}
	if a, err = s.DecideArtwork(t.Context(), place, a.ID); err != nil || a.State != artwork.Attached {
		t.Fatalf("%+v, %v", a, err)
	}
	found, missing, err := b.Bucket.Look(t.Context(), "attached/"+place.Of+"/"+a.ID, 1<<20)
	if err != nil || missing {
		t.Fatal(err, missing)
	}
	return a, found.Head
}

// TestAPhotoIsKeptWithoutItsPlace sends a photo with a question, as staff and as a visitor, and as print data. What is
// kept of a photo does not say where it was taken, and is turned as before. Print data stay as they came.
func TestAPhotoIsKeptWithoutItsPlace(t *testing.T) {
	t.Parallel()
	b := storetest.NewWithFiles(t)
	photo := located(t)
	for _, role := range []string{"api", "intake"} {
		question := artwork.Place{Of: storetest.NewID("hld"), Branch: "shanghai", Log: "cus_1", By: "stf_1",
			Policy: artwork.PhotoPolicy()}
		a, kept := keptAs(t, b, role, question, photo)
		turned := []byte("\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06")
		if bytes.Contains(kept, []byte("GPS")) || !bytes.Contains(kept, turned) ||
			a.Bytes != int64(len(kept)) || a.Private {
			t.Errorf("%s: %+v, %q", role, a, kept[:60])
		}
		if want, ok := artwork.Strip(artwork.KindJPEG, photo); !ok || !bytes.Equal(kept, want) {
			t.Errorf("%s: %d bytes are kept of %d", role, len(kept), len(want))
		}
		if address, shown, err := b.ShowArtwork(t.Context(), question.Of, a); err != nil || !shown {
			t.Errorf("%s: %v, %v", role, shown, err)
		} else if kind, _ := storetest.Get(t, address); kind != "image/jpeg" {
			t.Errorf("%s: shown as %s", role, kind)
		}
	}
	printed := artwork.Place{Of: storetest.NewID("sub"), Branch: "shanghai", Log: "cus_1",
		Policy: artwork.StandardPolicy()}
	if a, kept := keptAs(t, b, "intake", printed, photo); !bytes.Equal(kept, photo) || a.Private {
		t.Errorf("print data: %+v, %d bytes of %d", a, len(kept), len(photo))
	}
}

// TestWhatMayTellItsPlaceIsShownToNobody keeps what cannot be stripped. No page may show it.
func TestWhatMayTellItsPlaceIsShownToNobody(t *testing.T) {
	t.Parallel()
	b := storetest.NewWithFiles(t)
	box := func(brand string) []byte {
		return append([]byte("\x00\x00\x00\x18ftyp"+brand+"\x00\x00\x00\x00mif1"+brand), make([]byte, 99)...)
	}
	torn := append(bytes.Clone(located(t)[:200]), "no marker"...)
	for what, file := range map[string][]byte{"HEIC": box("heic"), "a film of an iPhone": box("qt  "),
		"a film": box("isom"), "a torn photo": torn} {
		policy := artwork.PhotoPolicy()
		place := artwork.Place{Of: storetest.NewID("hld"), Branch: "shanghai", Log: "cus_1", By: "stf_1", Policy: policy}
		a, kept := keptAs(t, b, "api", place, file)
		if !bytes.Equal(kept, file) || !a.Private {
			t.Errorf("%s: %+v", what, a)
		}
		if address, shown, err := b.ShowArtwork(t.Context(), place.Of, a); err != nil || shown || address != "" {
			t.Errorf("%s: shown at %q, %v", what, address, err)
		}
	}
}
