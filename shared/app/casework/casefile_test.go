package casework_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"afterpress/shared/app"
	"afterpress/shared/crm/artwork"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"
)

// drawer is what people do with the files of one kind of record.
type drawer struct {
	list  func(context.Context, app.Caller, app.Record) (table.Page[artwork.Artwork], error)
	link  func(context.Context, app.Caller, app.Record) (app.ArtworkLink, error)
	offer func(context.Context, app.Caller, app.Record, app.OfferArtwork) (app.ArtworkOffer, error)
	check func(context.Context, app.Caller, app.Record, app.CheckArtwork) (artwork.Artwork, error)
	frees func(context.Context, app.Caller, app.Record, app.ReleaseFile) (artwork.Artwork, error)
	drops func(context.Context, app.Caller, app.Record, app.DiscardFile) (artwork.Artwork, error)
}

// sent is a file that a colleague sends to a record, and what the check says of it.
func (d drawer) sent(t *testing.T, by app.Caller, record string, file []byte) artwork.Artwork {
	t.Helper()
	offer, err := d.offer(t.Context(), by, app.At(record, "", 0), app.OfferArtwork{Name: "卷筒.jpg"})
	if err != nil {
		t.Fatal(err)
	}
	if status, said := storetest.Post(t, offer.Upload, file); status != http.StatusNoContent {
		t.Fatalf("%d %s", status, said)
	}
	var a artwork.Artwork
	for range 2 { // a second check finds what the first one decided
		if a, err = d.check(t.Context(), by, app.At(record, offer.ID, 0), app.CheckArtwork{}); err != nil {
			t.Fatal(err)
		}
	}
	return a
}

func TestCaseFiles(t *testing.T) {
	t.Parallel()
	b := start(t, storetest.NewWithFiles)
	d, complaint, hold, by := b.desk, b.opened().ID, b.held().ID, b.Caller("production")
	drawers := map[string]drawer{
		complaint: {d.ComplaintFiles, d.LinkComplaintFile, d.OfferComplaintFile, d.CheckComplaintFile,
			d.ReleaseComplaintFile, d.DiscardComplaintFile},
		hold: {d.HoldFiles, d.LinkHoldFile, d.OfferHoldFile, d.CheckHoldFile, d.ReleaseHoldFile, d.DiscardHoldFile},
	}
	photos := map[string]app.Record{}
	for record, of := range drawers {
		refused := of.sent(t, by, record, []byte("<svg xmlns='http://www.w3.org/2000/svg'/>"+strings.Repeat(" ", 99)))
		if refused.State != artwork.Refused || refused.Why != artwork.PhotoPolicy().Refused(refused.Refusal).En {
			t.Errorf("%s: %+v", record, refused)
		}
		photo := of.sent(t, by, record, storetest.Photo(t))
		page, err := of.list(t.Context(), by, app.At(record, "", 0))
		if err != nil || photo.State != artwork.Attached || len(page.Items) != 1 || page.Items[0].ID != photo.ID {
			t.Errorf("%s: %+v, %+v, %v", record, photo, page, err)
		}
		photos[record] = app.At(record, photo.ID, 0)
		link, err := of.link(t.Context(), by, photos[record])
		if err != nil || link.Name != "卷筒.jpg" || link.URL == "" {
			t.Errorf("%s: %+v, %v", record, link, err)
		}
		b.deny(denied{"a link to a refused file of " + record, "", fault.NotFound, func() error {
			_, err := of.link(t.Context(), by, app.At(record, refused.ID, 0))
			return err
		}})
	}
	b.Bucket.Scanned = true
	for record, of := range drawers {
		free, drop := of.sent(t, by, record, storetest.Photo(t)), of.sent(t, by, record, storetest.Photo(t))
		b.Clock.Advance(artwork.ScanTime)
		manager := b.Caller("manager")
		freed, err := of.frees(t.Context(), manager, app.At(record, free.ID, 0), app.ReleaseFile{Reason: "sender-confirmed"})
		gone, failed := of.drops(t.Context(), manager, app.At(record, drop.ID, 0), app.DiscardFile{Reason: "suspicious"})
		if err != nil || failed != nil || free.State != artwork.Scanning || freed.State != artwork.Attached ||
			freed.Scan.By != manager.ID || gone.State != artwork.Dropped || gone.Scan.Reason != "suspicious" {
			t.Errorf("%s: %+v, %v; %+v, %v", record, freed, err, gone, failed)
		}
	}
	b.deny(append(b.unopened(drawers[complaint], photos[complaint], photos[hold]),
		b.unopened(drawers[hold], photos[hold], photos[complaint])...)...)
}

// unopened are the refusals of a drawer about a kept file: without the permission, of another branch, and of another
// kind of record.
func (b *bench) unopened(of drawer, ours, other app.Record) []denied {
	ctx := b.t.Context()
	var all []denied
	for what, try := range map[string]func(by app.Caller, at app.Record) error{
		"the list": func(by app.Caller, at app.Record) error { _, err := of.list(ctx, by, at); return err },
		"the link": func(by app.Caller, at app.Record) error { _, err := of.link(ctx, by, at); return err },
		"the offer": func(by app.Caller, at app.Record) error {
			_, err := of.offer(ctx, by, at, app.OfferArtwork{Name: "a"})
			return err
		},
		"the check": func(by app.Caller, at app.Record) error {
			_, err := of.check(ctx, by, at, app.CheckArtwork{})
			return err
		},
		"the release": func(by app.Caller, at app.Record) error {
			_, err := of.frees(ctx, by, at, app.ReleaseFile{Reason: "sender-confirmed"})
			return err
		},
		"the discard": func(by app.Caller, at app.Record) error {
			_, err := of.drops(ctx, by, at, app.DiscardFile{Reason: "suspicious"})
			return err
		},
	} {
		what += " of " + ours.ID
		all = append(all, b.barring(what, func(by app.Caller) error { return try(by, ours) })...)
		all = append(all, denied{what + " for another kind", "", fault.NotFound,
			func() error { return try(b.Caller("manager"), other) }})
	}
	return all
}
