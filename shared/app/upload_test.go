package app_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/app"
	"afterpress/shared/app/apptest"
	"afterpress/shared/crm/artwork"
	"afterpress/shared/crm/form"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/token"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/storetest"
)

// submission is one that came through the seeded form, of whom files are taken.
func submission(t *testing.T, b *apptest.Bench, of string) string {
	t.Helper()
	now := b.Clock.Now()
	sub := form.Submission{ID: storetest.NewID("sub"), Version: 1, CreatedAt: now, UpdatedAt: now, Form: of,
		Branch: seed.Shanghai, Lang: words.En, Type: "application/json", Body: "{}"}
	if err := b.Quarantine(t.Context(), sub.Quarantine("test")); err != nil {
		t.Fatal(err)
	}
	return sub.ID
}

func TestWhereALinkInvitesToHandInFiles(t *testing.T) {
	t.Parallel()
	b := apptest.New(t, storetest.New)
	o := b.Office
	sub, now := submission(t, b, seed.Quote), b.Clock.Now()
	good := app.Invite(o, sub, now)
	if place, err := o.Invited(t.Context(), good); err != nil || place.Of != sub || place.By != "" {
		t.Fatalf("%+v, %v", place, err)
	}
	paper := app.OfferArtwork{Name: "a.pdf"}
	for what, tok := range map[string]string{
		"a forged link": good + "x", "a link for another use": o.Tokens.Sign(token.UseForm, sub), "no link": "",
		"a link whose day is over":   app.Invite(o, sub, now.Add(-artwork.Invited)),
		"a record that is not there": app.Invite(o, storetest.NewID("sub"), now),
		"a form that takes no files": app.Invite(o, submission(t, b, "contact"), now),
	} {
		if place, err := o.Invited(t.Context(), tok); fault.KindOf(err) != fault.NotFound {
			t.Errorf("%s leads to %+v, %v", what, place, err)
		}
		for does, try := range map[string]func() error{
			"reads files":       func() error { _, err := o.HandedIn(t.Context(), tok); return err },
			"takes a file":      func() error { _, err := o.HandIn(t.Context(), tok, "", paper); return err },
			"has a file looked": func() error { _, err := o.CheckHandedIn(t.Context(), tok, "art_1", words.En); return err },
			"sends a file":      func() error { _, err := o.UploadForm(t.Context(), tok, "art_1", ""); return err },
		} {
			if err := try(); !errors.Is(err, app.MissingLink) {
				t.Errorf("%s %s: %v", what, does, err)
			}
		}
	}
}

func TestAVisitorSendsFiles(t *testing.T) {
	t.Parallel()
	b := apptest.New(t, storetest.NewWithFiles)
	o := b.Office
	link := app.Invite(o, submission(t, b, seed.Quote), b.Clock.Now())
	check := func(file string) (artwork.Artwork, error) { return o.CheckHandedIn(t.Context(), link, file, words.En) }
	for what, c := range map[string]struct {
		file  []byte
		state string
		why   string
	}{
		"a brochure": {storetest.Brochure, artwork.Attached, ""},
		"a page":     {[]byte("<!doctype html>"), artwork.Refused, "this is not PDF"},
	} {
		offer, err := o.HandIn(t.Context(), link, "", app.OfferArtwork{Name: what})
		if err != nil {
			t.Fatal(what, err)
		}
		b.Refuses(fault.Refused, what+" that was not sent yet", func() error { _, err := check(offer.ID); return err })
		storetest.Post(t, offer.Upload, c.file)
		for range 2 { // the second look finds what was decided
			if a, err := check(offer.ID); err != nil || a.State != c.state || !strings.Contains(a.Why, c.why) {
				t.Errorf("%s: %+v, %v", what, a, err)
			}
		}
		if _, err := o.UploadForm(t.Context(), link, offer.ID, ""); fault.KindOf(err) != fault.NotFound {
			t.Errorf("%s can be sent again: %v", what, err)
		}
		if c.state == artwork.Attached {
			b.Refuses(fault.Refused, what+" that we have", func() error { return o.RemoveRefused(t.Context(), link, offer.ID) })
			continue
		}
		for range 2 { // a second click finds what the first did
			if err := o.RemoveRefused(t.Context(), link, offer.ID); err != nil {
				t.Errorf("%s is not removed: %v", what, err)
			}
		}
		if a, err := check(offer.ID); err != nil || a.State != artwork.Dropped {
			t.Errorf("%s was removed: %+v, %v", what, a, err)
		}
	}
	if files, err := o.HandedIn(t.Context(), link); err != nil || len(files.Folder.Files) != 2 || files.Token != link {
		t.Errorf("%+v, %v", files, err)
	}
	if shop, err := o.Shop(t.Context()); err != nil || len(shop.Branches) == 0 {
		t.Errorf("%+v, %v", shop, err)
	}
	b.Refuses(fault.NotFound, "a file that nobody offered", func() error { _, err := check("art_none"); return err })
	b.Refuses(fault.Invalid, "a file that is too large", func() error {
		_, err := o.HandIn(t.Context(), link, "", app.OfferArtwork{Name: "a.pdf", Bytes: 1 << 40})
		return err
	})
}

func TestTheFormByWhichAFileIsSent(t *testing.T) {
	t.Parallel()
	b := apptest.New(t, storetest.NewWithFiles)
	o := b.Office
	link := app.Invite(o, submission(t, b, seed.Quote), b.Clock.Now())
	offered, err := o.HandIn(t.Context(), link, "", app.OfferArtwork{Name: "盒子.pdf"})
	if err != nil {
		t.Fatal(err)
	}
	const back = "https://shop.example/back"
	before := b.State()
	offer, err := o.UploadForm(t.Context(), link, offered.ID, back)
	if err != nil || offer.Over || offer.Name != "盒子.pdf" || offer.Upload.URL == "" ||
		offer.Upload.Fields["success_action_redirect"] != back {
		t.Errorf("%+v, %v", offer, err)
	}
	b.Clock.Advance(artwork.Window + time.Second)
	if offer, err := o.UploadForm(t.Context(), link, offered.ID, back); err != nil || !offer.Over {
		t.Errorf("after its time: %t, %v", offer.Over, err)
	}
	if _, err := o.UploadForm(t.Context(), link, "art_none", back); fault.KindOf(err) != fault.NotFound {
		t.Errorf("of a file that nobody offered: %v", err)
	}
	if b.State() != before {
		t.Error("drawing the form changed something")
	}
}
