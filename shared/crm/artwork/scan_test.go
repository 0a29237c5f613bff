package artwork_test

import (
	"testing"
	"time"

	"afterpress/shared/crm/artwork"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"

	"pgregory.net/rapid"
)

// scanPlace is a place at which files are scanned.
func scanPlace() artwork.Place {
	p := artworkPlace
	p.Scans = true
	return p
}

// waiting is a folder with one file that waits for the scanner since the moment.
func waiting(t interface{ Fatal(...any) }, at time.Time) artwork.Folder {
	f, err := artwork.Folder{}.Offer(scanPlace(), artwork.Artwork{ID: "art_1", Name: "a.pdf"}, at)
	if err != nil {
		t.Fatal(err)
	}
	f, told, err := f.Decide(scanPlace(), "art_1", artwork.Found{Bytes: 1 << 10, Head: whole("%PDF-1.7"),
		Version: "v1"}, at)
	if err != nil || told == nil || told.Type != event.ArtworkReceived || f.Files[0].State != artwork.Scanning {
		t.Fatal(err, f.Files)
	}
	return f
}

var scanAt = time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC)

// TestWhatATagMakesOfAFile is the table of states, tags and times.
func TestWhatATagMakesOfAFile(t *testing.T) {
	t.Parallel()
	early, late := scanAt.Add(artwork.ScanTime-time.Second), scanAt.Add(artwork.ScanTime)
	for _, c := range []struct {
		held    bool // the file was held before
		tag     string
		at      time.Time
		becomes string
		told    event.Type
	}{
		{false, "", early, artwork.Scanning, ""},
		{false, "", late, artwork.Unscanned, event.ArtworkHeld},
		{false, artwork.TagClean, early, artwork.Attached, event.ArtworkAttached},
		{false, artwork.TagClean, late, artwork.Attached, event.ArtworkAttached},
		{false, artwork.TagInfected, early, artwork.Infected, event.ArtworkInfected},
		{false, artwork.TagInfected, late, artwork.Infected, event.ArtworkInfected},
		{false, "UNSUPPORTED", early, artwork.Unscanned, event.ArtworkHeld},
		{false, "ACCESS_DENIED", early, artwork.Unscanned, event.ArtworkHeld},
		{false, "FAILED", early, artwork.Unscanned, event.ArtworkHeld},
		{false, "SOMETHING_NEW", early, artwork.Unscanned, event.ArtworkHeld},
		{true, "", late, artwork.Unscanned, ""},
		{true, "FAILED", late, artwork.Unscanned, ""},
		{true, artwork.TagClean, late, artwork.Attached, event.ArtworkAttached},
		{true, artwork.TagInfected, late, artwork.Infected, event.ArtworkInfected},
	} {
		f := waiting(t, scanAt)
		if c.held {
			f, _, _ = f.Judge(scanPlace(), "art_1", "", late)
		}
		next, told, err := f.Judge(scanPlace(), "art_1", c.tag, c.at)
		kind := event.Type("")
		if told != nil {
			kind = told.Type
		}
		if err != nil || next.Files[0].State != c.becomes || kind != c.told ||
			(next.Version != f.Version) != (told != nil) {
			t.Errorf("%+v: %+v, %v, %v", c, next.Files[0], told, err)
		}
	}
	f := waiting(t, scanAt)
	if _, _, err := f.Judge(scanPlace(), "art_2", "", early); fault.KindOf(err) != fault.NotFound {
		t.Error(err)
	}
}

// TestEveryStateOfAScanIsSaid holds that people read in both languages how a file stands.
func TestEveryStateOfAScanIsSaid(t *testing.T) {
	t.Parallel()
	for state, said := range map[string]bool{artwork.Scanning: true, artwork.Unscanned: true, artwork.Infected: true,
		artwork.Attached: false, artwork.Refused: false} {
		w := artwork.Artwork{State: state}.Words()
		if (w.Zh != "") != said || (w.En != "") != said {
			t.Errorf("%s: %+v", state, w)
		}
	}
}

// TestAFileNeverOpensByItself plays scanner, clock and colleagues in any order: no file opens without a clean tag or a
// colleague's release. An end stays an end. A run always knows when to look again, or that it need not.
func TestAFileNeverOpensByItself(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f, now, place := waiting(t, scanAt), scanAt, scanPlace()
		place.By = "stf_1"
		cleared := false
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			now = now.Add(rapid.SampledFrom([]time.Duration{time.Second, time.Minute, 11 * time.Minute, 30 * time.Hour}).
				Draw(t, "later"))
			before := f.Files[0].State
			var err error
			switch do := rapid.SampledFrom([]string{"", artwork.TagClean, artwork.TagInfected, "FAILED", "release",
				"discard", "drop"}).Draw(t, "does"); do {
			case "release":
				if f, _, err = f.Release(place, "art_1", "sender-confirmed", now); err == nil &&
					f.Files[0].State == artwork.Attached {
					cleared = true
				}
			case "discard":
				f, _, _ = f.Discard(place, "art_1", "suspicious", now)
			case "drop":
				f = f.Drop(now)
			default:
				if f, _, err = f.Judge(place, "art_1", do, now); err != nil {
					t.Fatal(err)
				}
				cleared = cleared || do == artwork.TagClean && f.Files[0].State == artwork.Attached
			}
			a := f.Files[0]
			waits := before == artwork.Scanning || before == artwork.Unscanned
			if a.State == artwork.Attached && !cleared || !waits && a.State != before && a.State != artwork.Dropped {
				t.Fatalf("from %s to %+v", before, a)
			}
			again, over := a.NextLook(now)
			stands := a.State == artwork.Scanning || a.State == artwork.Unscanned
			week := now.After(scanAt.Add(artwork.ScanKept))
			if over == (stands && !week) || over == (again > 0) {
				t.Fatalf("%s: again %s, over %t", a.State, again, over)
			}
		}
	})
}
