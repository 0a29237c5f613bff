package files_test

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/artwork"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"
)

// handIn is a store with files and the place of a submission in it.
func handIn(t testing.TB) (*storetest.Bench, artwork.Place) {
	b := storetest.NewWithFiles(t)
	id := storetest.NewID("sub")
	return b, artwork.Place{Of: id, Branch: seed.Shanghai, Log: "cus_1", Lead: "lead_1", Policy: artwork.StandardPolicy()}
}

func offer(t testing.TB, b *storetest.Bench, place artwork.Place, back string) (artwork.Artwork, table.Upload) {
	t.Helper()
	a, err := b.OfferArtwork(t.Context(), place, artwork.Artwork{Name: "画册.pdf", Bytes: int64(len(storetest.Brochure))})
	if err != nil {
		t.Fatal(err)
	}
	u, err := b.UploadArtwork(t.Context(), place, a, back)
	if err != nil {
		t.Fatal(err)
	}
	return a, u
}

func TestAFileIsSentLookedAtAndKept(t *testing.T) {
	b, place := handIn(t)
	a, u := offer(t, b, place, "")
	if _, err := b.DecideArtwork(t.Context(), place, a.ID); fault.KindOf(err) != fault.Refused {
		t.Errorf("a file that was not sent: %v", err)
	}
	if status, said := storetest.Post(t, u, storetest.Brochure); status != 204 {
		t.Fatalf("%d %s", status, said)
	}
	events := b.Count(t, b.Tables.Events, "CUSTOMER#cus_1")
	kept, err := b.DecideArtwork(t.Context(), place, a.ID)
	if err != nil || kept.State != artwork.Attached || kept.Kind != artwork.KindPDF ||
		kept.Bytes != int64(len(storetest.Brochure)) {
		t.Fatalf("%+v, %v", kept, err)
	}
	if n := b.Count(t, b.Tables.Events, "CUSTOMER#cus_1"); n != events+1 {
		t.Errorf("%d events before, %d after", events, n)
	}
	before := b.State()
	if again, err := b.DecideArtwork(t.Context(), place, a.ID); err != nil || again.State != kept.State ||
		b.State() != before {
		t.Errorf("a repeat: %+v, %v; or it changed the tables", again, err)
	}
	address, ends, err := b.LinkArtwork(t.Context(), place.Of, kept)
	if err != nil || ends.Sub(b.Clock.Now()) > 5*time.Minute {
		t.Fatal(err, ends)
	}
	r, err := http.NewRequestWithContext(t.Context(), "GET", address, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	said, err := io.ReadAll(answer.Body)
	if err != nil || !bytes.Equal(said, storetest.Brochure) {
		t.Errorf("%d: %d bytes, %v", answer.StatusCode, len(said), err)
	}
	if d, k := answer.Header.Get("Content-Disposition"),
		answer.Header.Get("Content-Type"); !strings.HasPrefix(d, "attachment;") ||
		!strings.Contains(d, "utf-8''%E7%94%BB%E5%86%8C.pdf") || k != "application/octet-stream" {
		t.Errorf("%q, %q", d, k)
	}
	if status, _ := get(t, strings.Split(address, "?")[0]); status != 403 {
		t.Errorf("without a signature: %d", status)
	}
	if status, _ := get(t, strings.Replace(address, "/attached/", "/quarantine/", 1)); status != 403 {
		t.Errorf("with the signature of another object: %d", status)
	}
	if status, said := storetest.Post(t, u, []byte("<html>changed")); status == 204 { // the policy is still good
		if again, err := b.DecideArtwork(t.Context(), place, a.ID); err != nil || again.State != artwork.Attached {
			t.Errorf("what is sent afterwards counts: %+v, %v", again, err)
		}
		if _, now := get(t, address); now != string(storetest.Brochure) {
			t.Error("what is sent afterwards took the place of what was looked at")
		}
	} else {
		t.Errorf("%d %s", status, said)
	}
}

func get(t testing.TB, address string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "GET", address, nil)
	if err != nil {
		t.Fatal(err)
	}
	return storetest.Fetch(t, r)
}

// The store itself refuses what the policy does not allow, whatever the page says.
func TestTheBucketHoldsThePolicy(t *testing.T) {
	b, place := handIn(t)
	place.Policy.Bytes = 1 << 10
	a, u := offer(t, b, place, "http://127.0.0.1:1/back?x=1")
	if status, said := storetest.Post(t, u, bytes.Repeat([]byte("x"), 1<<10+1)); status != 400 ||
		!strings.Contains(said, "EntityTooLarge") {
		t.Errorf("a byte too many: %d %s", status, said)
	}
	if status, said := storetest.Post(t, u, nil); status != 400 || !strings.Contains(said, "EntityTooSmall") {
		t.Errorf("nothing: %d %s", status, said)
	}
	for name, value := range map[string]string{
		"key":                     strings.Replace(u.Fields["key"], a.ID, storetest.NewID("art"), 1),
		"success_action_redirect": "https://elsewhere.example",
		"x-amz-signature":         strings.Repeat("0", 64), "policy": u.Fields["policy"][:40],
	} {
		if status, said := storetest.Post(t, u, storetest.Brochure, name, value); status != 403 && status != 400 {
			t.Errorf("another %s: %d %s", name, status, said)
		}
	}
	if _, err := b.DecideArtwork(t.Context(), place, a.ID); fault.KindOf(err) != fault.Refused {
		t.Errorf("something was stored: %v", err)
	}
	if status, to := storetest.Post(t, u, storetest.Brochure[:500]); status != 303 ||
		!strings.HasPrefix(to, "http://127.0.0.1:1/back?") || !strings.Contains(to, "x=1") {
		t.Errorf("a browser is sent on: %d %s", status, to)
	}
	if _, err := b.DecideArtwork(t.Context(), place, a.ID); err != nil {
		t.Error(err)
	}
}

func TestAPolicyEnds(t *testing.T) {
	late := storetest.OpenBucket(t, func() time.Time { return time.Now().Add(-16 * time.Minute) })
	u, err := late.Invite(t.Context(), "quarantine/sub_1/art_1", 1<<20, time.Now().Add(-time.Minute), "")
	if err != nil {
		t.Fatal(err)
	}
	if status, said := storetest.Post(t, u, storetest.Brochure); status != 403 && status != 400 {
		t.Errorf("an expired policy: %d %s", status, said)
	}
	b, place := handIn(t)
	a, _ := offer(t, b, place, "")
	b.Clock.Advance(artwork.Window)
	if _, err := b.UploadArtwork(t.Context(), place, a, ""); fault.KindOf(err) != fault.Refused {
		t.Errorf("an offer that ended: %v", err)
	}
}

func TestWhatIsNotArtworkIsDeleted(t *testing.T) {
	b, place := handIn(t)
	for _, file := range [][]byte{[]byte("<!doctype html><script>alert(1)</script>"),
		[]byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), []byte("x")} {
		a, u := offer(t, b, place, "")
		if status, said := storetest.Post(t, u, file); status != 204 {
			t.Fatalf("%d %s", status, said)
		}
		got, err := b.DecideArtwork(t.Context(), place, a.ID)
		if err != nil || got.State != artwork.Refused || got.Refusal != artwork.RefusedKind {
			t.Errorf("%q: %+v, %v", file, got, err)
		}
		if address, _, err := b.LinkArtwork(t.Context(), place.Of, got); err != nil {
			t.Error(err)
		} else if status, _ := get(t, address); status != 404 {
			t.Errorf("%q can be downloaded: %d", file, status)
		}
	}
	folder, err := b.ArtworkFolder(t.Context(), place.Of)
	if err != nil || len(folder.Attached()) != 0 || len(folder.Files) != 3 {
		t.Errorf("%+v, %v", folder, err)
	}
}

// Eight files at a time: five are kept, whichever is first.
func TestFiveOfEightAreKept(t *testing.T) {
	b, place := handIn(t)
	b.Crowd(t)
	var all sync.WaitGroup
	offered := make(chan artwork.Artwork, 8)
	for range 8 {
		all.Go(func() {
			a, err := b.OfferArtwork(t.Context(), place, artwork.Artwork{Name: "a.pdf"})
			if err == nil {
				offered <- a
			} else if fault.KindOf(err) != fault.Refused {
				t.Error(err)
			}
		})
	}
	all.Wait()
	close(offered)
	if len(offered) != 5 {
		t.Fatalf("%d were offered", len(offered))
	}
	for a := range offered {
		all.Go(func() {
			u, err := b.UploadArtwork(t.Context(), place, a, "")
			if err != nil {
				t.Error(err)
				return
			}
			if status, said := storetest.Post(t, u, storetest.Brochure); status != 204 {
				t.Errorf("%d %s", status, said)
			}
			if got, err := b.DecideArtwork(t.Context(), place, a.ID); err != nil || got.State != artwork.Attached {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
	all.Wait()
	if _, err := b.OfferArtwork(t.Context(), place,
		artwork.Artwork{Name: "sixth.pdf"}); fault.KindOf(err) != fault.Refused {
		t.Errorf("the sixth: %v", err)
	}
	folder, err := b.ArtworkFolder(t.Context(), place.Of)
	if err != nil || len(folder.Attached()) != 5 || b.Count(t, b.Tables.Events, "CUSTOMER#cus_1") != 5 {
		t.Errorf("%+v, %v", folder, err)
	}
}
