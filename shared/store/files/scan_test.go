package files_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"afterpress/shared/crm/artwork"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/store"
	"afterpress/shared/store/storetest"
)

// scanned is a bench with a scanner and a complaint, and a file of its customer's that came there.
type scanned struct {
	*storetest.Bench
	scanner storetest.Scanner
	place   artwork.Place
	file    artwork.Artwork
	contact string
	worker  *store.Store
}

func received(t *testing.T) *scanned {
	t.Helper()
	b := storetest.NewWithFiles(t)
	scanner := storetest.Scan(t, b.Bucket)
	l, err := storetest.Enquire(t, b, storetest.Li(1))
	if err != nil {
		t.Fatal(err)
	}
	c := storetest.OpenComplaintOf(t, b, l.Customer, l.ContactID)
	s := &scanned{Bench: b, scanner: scanner, place: c.ArtworkPlace(),
		contact: c.Contact, worker: b.OpenAs(t, "worker")}
	s.file = s.send(t)
	return s
}

// send sends one more file, which is received and not open yet.
func (s *scanned) send(t *testing.T) artwork.Artwork {
	t.Helper()
	a, u := offer(t, s.Bench, s.place, "")
	if status, said := storetest.Post(t, u, storetest.Brochure); status != 204 {
		t.Fatalf("%d %s", status, said)
	}
	a, err := s.OpenAs(t, "intake").DecideArtwork(t.Context(), s.place, a.ID)
	if err != nil || a.State != artwork.Scanning || a.Scan == nil || a.Scan.Version == "" {
		t.Fatalf("%+v, %v", a, err)
	}
	return a
}

func (s *scanned) key(prefix string) string { return prefix + "/" + s.place.Of + "/" + s.file.ID }

func (s *scanned) judge(t *testing.T) (again time.Duration) {
	t.Helper()
	again, err := s.worker.JudgeArtwork(t.Context(), s.place.Of, s.file.ID)
	if err != nil {
		t.Fatal(err)
	}
	return again
}

func (s *scanned) now(t *testing.T) artwork.Artwork {
	t.Helper()
	folder, err := s.worker.ArtworkFolder(t.Context(), s.place.Of)
	if err != nil {
		t.Fatal(err)
	}
	a, _ := folder.File(s.file.ID)
	return a
}

// told counts the events of a type in the log of the complaint's customer.
func (s *scanned) told(t *testing.T, kind event.Type) (n int) {
	t.Helper()
	for _, e := range s.Events(t, s.place.Log) {
		if e.Type == kind {
			n++
		}
	}
	return n
}

// Nobody opens a file before the tag of the very version that came says that it is clean.
func TestAFileOpensOnceItsOwnTagSaysClean(t *testing.T) {
	s := received(t)
	if s.told(t, event.ArtworkReceived) != 1 || s.told(t, event.ComplaintReplied) != 0 {
		t.Error("a file that came is not scanned, or is a word before anybody can see it")
	}
	if _, ok, err := s.ShowArtwork(t.Context(), s.place.Of, s.file); ok || err != nil {
		t.Errorf("shown before it was scanned: %v", err)
	}
	if again := s.judge(t); again != 5*time.Second {
		t.Errorf("looked at again after %s", again)
	}
	// a second file under the same policy: its tag says nothing of the first
	u, err := s.UploadArtwork(t.Context(), s.place, artwork.Artwork{ID: s.file.ID, State: artwork.Offered,
		Bytes: 1 << 10, Ends: s.Clock.Now().Add(time.Minute)}, "")
	if err != nil {
		t.Fatal(err)
	}
	if status, said := storetest.Post(t, u, []byte("%PDF-1.7 another")); status != 204 {
		t.Fatalf("%d %s", status, said)
	}
	s.scanner.Says(t, s.key("quarantine"), "", artwork.TagClean)
	if s.judge(t) == 0 || s.now(t).State != artwork.Scanning {
		t.Fatalf("the tag of another version counted: %+v", s.now(t))
	}
	s.scanner.Says(t, s.key("quarantine"), s.file.Scan.Version, artwork.TagClean)
	if again, a := s.judge(t), s.now(t); again != 0 || a.State != artwork.Attached || a.Scan.Said != artwork.TagClean {
		t.Fatalf("%s, %+v", again, a)
	}
	if s.told(t, event.ArtworkAttached) != 1 || s.told(t, event.ComplaintReplied) != 1 {
		t.Error("a clean file is not told of once, or is no word of its customer")
	}
	address, _, err := s.LinkArtwork(t.Context(), s.place.Of, s.now(t))
	if err != nil {
		t.Fatal(err)
	}
	storetest.Get(t, address)
	before := s.State()
	if s.judge(t) != 0 || s.State() != before {
		t.Error("a worker that looks again changes something")
	}
}

// An infected file goes in all its versions. What it was called, its size and why stay.
func TestAnInfectedFileIsDeleted(t *testing.T) {
	s := received(t)
	s.scanner.Says(t, s.key("quarantine"), s.file.Scan.Version, artwork.TagInfected)
	if again := s.judge(t); again != 0 {
		t.Errorf("looked at again after %s", again)
	}
	a := s.now(t)
	if a.State != artwork.Infected || a.Name != s.file.Name || a.Bytes != s.file.Bytes ||
		a.Scan.Said != artwork.TagInfected || s.told(t, event.ArtworkInfected) != 1 ||
		s.told(t, event.ComplaintReplied) != 0 {
		t.Errorf("%+v", a)
	}
	left := append(s.scanner.Versions(t, s.key("quarantine")), s.scanner.Versions(t, s.key("attached"))...)
	if len(left) > 0 {
		t.Errorf("left behind: %s", left)
	}
	// The letter to the sender is the worker's, so its role reads who that is.
	if who, err := s.worker.ArtworkSender(t.Context(), s.place.Of); err != nil || who.ID != s.contact {
		t.Errorf("the sender is %q, %v", who.ID, err)
	}
	s.judge(t) // a worker that broke off before the end
	if _, err := s.ReleaseArtwork(t.Context(), s.place, s.file.ID, "ours"); fault.KindOf(err) != fault.Refused {
		t.Errorf("released: %v", err)
	}
}

// A file about which the scanner says nothing is held after ten minutes, and one that it cannot scan at once. A tag
// that comes later still counts, until a colleague has decided.
func TestAFileWithoutAResultIsHeld(t *testing.T) {
	for _, c := range []struct {
		name, tag, later string
		becomes          string
		gone             bool
	}{
		{name: "no tag", becomes: artwork.Unscanned},
		{name: "a late clean tag", later: artwork.TagClean, becomes: artwork.Attached},
		{name: "a late infected tag", later: artwork.TagInfected, becomes: artwork.Infected},
		{name: "unsupported", tag: "UNSUPPORTED", becomes: artwork.Unscanned},
		{name: "failed", tag: "FAILED", becomes: artwork.Unscanned},
		{name: "access denied", tag: "ACCESS_DENIED", becomes: artwork.Unscanned},
		{name: "deleted meanwhile", gone: true, becomes: artwork.Unscanned},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := received(t)
			switch {
			case c.gone:
				s.scanner.Delete(t, s.key("quarantine"), s.file.Scan.Version)
			case c.tag != "":
				s.scanner.Says(t, s.key("quarantine"), s.file.Scan.Version, c.tag)
			}
			if c.tag == "" {
				if s.judge(t); s.now(t).State != artwork.Scanning {
					t.Fatalf("%+v", s.now(t))
				}
				s.Clock.Advance(artwork.ScanTime)
			}
			if again, a := s.judge(t), s.now(t); again != 6*time.Hour || a.State != artwork.Unscanned || a.Scan.Said != c.tag ||
				s.told(t, event.ArtworkHeld) != 1 || s.told(t, event.ComplaintReplied) != 1 {
				t.Fatalf("%s, %+v", again, a)
			}
			if c.later != "" {
				s.Clock.Advance(6 * time.Hour)
				s.scanner.Says(t, s.key("quarantine"), s.file.Scan.Version, c.later)
				s.judge(t)
			}
			if a := s.now(t); a.State != c.becomes || s.told(t, event.ComplaintReplied) != 1 {
				t.Errorf("%+v", a)
			}
			s.Clock.Advance(artwork.ScanKept)
			if again := s.judge(t); again != 0 {
				t.Errorf("after a week it is looked at again in %s", again)
			}
		})
	}
}

// A colleague releases what the scanner could not scan, or discards it, and says why.
func TestAColleagueDecidesAboutAHeldFile(t *testing.T) {
	s := received(t)
	api, at := s.OpenAs(t, "api"), s.place
	at.By = "stf_1"
	if _, err := api.ReleaseArtwork(t.Context(), at, s.file.ID, "known"); fault.KindOf(err) != fault.Refused {
		t.Errorf("released while it is scanned: %v", err)
	}
	if _, err := api.ReleaseArtwork(t.Context(), at, "art_none", "known"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("released what is not there: %v", err)
	}
	s.Clock.Advance(artwork.ScanTime)
	s.judge(t)
	for range 2 { // a second click changes nothing
		a, err := api.ReleaseArtwork(t.Context(), at, s.file.ID, "known")
		if err != nil || a.State != artwork.Attached || a.Scan.By != "stf_1" || a.Scan.Reason != "known" ||
			s.told(t, event.ArtworkReleased) != 1 {
			t.Fatalf("%+v, %v", a, err)
		}
	}
	if again := s.judge(t); again != 0 {
		t.Errorf("what was released is looked at again after %s", again)
	}
	address, _, err := api.LinkArtwork(t.Context(), at.Of, s.now(t))
	if err != nil {
		t.Fatal(err)
	}
	storetest.Get(t, address)
	s.file = s.send(t)
	s.Clock.Advance(artwork.ScanTime) // the worker is away: a colleague need not wait for it
	for range 2 {
		a, err := api.DiscardArtwork(t.Context(), at, s.file.ID, "unknown")
		if err != nil || a.State != artwork.Dropped || s.told(t, event.ArtworkDiscarded) != 1 {
			t.Fatalf("%+v, %v", a, err)
		}
	}
	if _, err := api.ReleaseArtwork(t.Context(), at, s.file.ID, "no"); fault.KindOf(err) != fault.Refused {
		t.Errorf("released what was discarded: %v", err)
	}
	if keys := s.scanner.Versions(t, s.key("attached")); !slices.Contains(keys, "deleted "+s.key("attached")) {
		t.Errorf("it is still there: %s", keys)
	}
}

// A file whose record is erased while it is scanned needs no more looks, and what is left of it goes with its record.
func TestAFileIsErasedWhileItIsScanned(t *testing.T) {
	s := received(t)
	if err := s.worker.DropArtwork(t.Context(), s.place.Of); err != nil {
		t.Fatal(err)
	}
	s.scanner.Says(t, s.key("quarantine"), s.file.Scan.Version, artwork.TagClean)
	if again := s.judge(t); again != 0 || s.now(t).State != artwork.Dropped {
		t.Errorf("%s, %+v", again, s.now(t))
	}
	for _, of := range []string{"cmp_none", "hld_none", "sub_none"} {
		if again, err := s.worker.JudgeArtwork(t.Context(), of, "art_none"); again != 0 || err != nil {
			t.Errorf("%s: %s, %v", of, again, err)
		}
	}
}

// A file that comes with a letter waits for the scanner like any other.
func TestAFileOfALetterIsScanned(t *testing.T) {
	s := received(t)
	for range 2 { // the letter is handed over again
		kept, err := s.OpenAs(t, "intake").KeepSent(t.Context(), s.place, "mail/1/0", artwork.Artwork{Name: "a.pdf"},
			storetest.Brochure)
		if err != nil || !kept {
			t.Fatal(kept, err)
		}
	}
	s.file.ID = artwork.SentID("mail/1/0")
	a := s.now(t)
	if a.State != artwork.Scanning || s.told(t, event.ArtworkReceived) != 2 {
		t.Fatalf("%+v", a)
	}
	s.scanner.Says(t, s.key("quarantine"), a.Scan.Version, artwork.TagClean)
	if s.judge(t); s.now(t).State != artwork.Attached {
		t.Errorf("%+v", s.now(t))
	}
}

// A file that came while nothing was scanned is never judged.
func TestWithoutAScannerNothingWaits(t *testing.T) {
	b, place := handIn(t)
	a, u := offer(t, b, place, "")
	if status, said := storetest.Post(t, u, storetest.Brochure); status != 204 {
		t.Fatal(fmt.Sprint(status, said))
	}
	a, err := b.DecideArtwork(t.Context(), place, a.ID)
	if err != nil || a.State != artwork.Attached || a.Scan != nil {
		t.Fatalf("%+v, %v", a, err)
	}
}
