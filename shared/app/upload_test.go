package app_test

import (
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
	good := o.Invite(sub, now)
	if place, err := o.Invited(t.Context(), good); err != nil || place.Of != sub || place.By != "" {
		t.Fatalf("%+v, %v", place, err)
	}
	for what, tok := range map[string]string{
		"a forged link": good + "x", "a link for another use": o.Tokens.Sign(token.UseForm, sub), "no link": "",
		"a link whose day is over":   o.Invite(sub, now.Add(-artwork.Invited)),
		"a record that is not there": o.Invite(storetest.NewID("sub"), now),
		"a form that takes no files": o.Invite(submission(t, b, "contact"), now),
	} {
		if place, err := o.Invited(t.Context(), tok); fault.KindOf(err) != fault.NotFound {
			t.Errorf("%s leads to %+v, %v", what, place, err)
		}
	}
}

func TestAVisitorSendsFiles(t *testing.T) {
	t.Parallel()
	b := apptest.New(t, storetest.NewWithFiles)
	o := b.Office
	place, err := o.Invited(t.Context(), o.Invite(submission(t, b, seed.Quote), b.Clock.Now()))
	if err != nil {
		t.Fatal(err)
	}
	check := func(file string) (artwork.Artwork, error) { return o.CheckFile(t.Context(), place, file, words.En) }
	for what, c := range map[string]struct {
		file  []byte
		state string
		why   string
	}{
		"a brochure": {storetest.Brochure, artwork.Attached, ""},
		"a page":     {[]byte("<!doctype html>"), artwork.Refused, "this is not PDF"},
	} {
		offer, err := o.OfferFile(t.Context(), place, app.OfferArtwork{Name: what})
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
		if _, _, err := o.UploadForm(t.Context(), place, offer.ID, ""); fault.KindOf(err) != fault.NotFound {
			t.Errorf("%s can be sent again: %v", what, err)
		}
	}
	if folder, err := o.HandedIn(t.Context(), place); err != nil || len(folder.Files) != 2 {
		t.Errorf("%+v, %v", folder, err)
	}
	b.Refuses(fault.NotFound, "a file that nobody offered", func() error { _, err := check("art_none"); return err })
	b.Refuses(fault.Invalid, "a file that is too large", func() error {
		_, err := o.OfferFile(t.Context(), place, app.OfferArtwork{Name: "a.pdf", Bytes: 1 << 40})
		return err
	})
}

func TestTheFormByWhichAFileIsSent(t *testing.T) {
	t.Parallel()
	b := apptest.New(t, storetest.NewWithFiles)
	o := b.Office
	place, err := o.Invited(t.Context(), o.Invite(submission(t, b, seed.Quote), b.Clock.Now()))
	if err != nil {
		t.Fatal(err)
	}
	offered, err := o.OfferFile(t.Context(), place, app.OfferArtwork{Name: "盒子.pdf"})
	if err != nil {
		t.Fatal(err)
	}
	const back = "https://shop.example/back"
	before := b.Hash(t)
	offer, over, err := o.UploadForm(t.Context(), place, offered.ID, back)
	if err != nil || over || offer.Name != "盒子.pdf" || offer.Upload.URL == "" ||
		offer.Upload.Fields["success_action_redirect"] != back {
		t.Errorf("%+v, %t, %v", offer, over, err)
	}
	b.Clock.Advance(artwork.Window + time.Second)
	if _, over, err := o.UploadForm(t.Context(), place, offered.ID, back); err != nil || !over {
		t.Errorf("after its time: %t, %v", over, err)
	}
	if _, _, err := o.UploadForm(t.Context(), place, "art_none", back); fault.KindOf(err) != fault.NotFound {
		t.Errorf("of a file that nobody offered: %v", err)
	}
	if b.Hash(t) != before {
		t.Error("drawing the form changed something")
	}
}
