package casework

import (
	"context"
	"strings"

	"afterpress/shared/app"
	"afterpress/shared/crm/artwork"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/store/table"
)

// filed is a kind of record with files: how its ids begin, and what readers and senders of its files may do.
type filed struct {
	ids       string
	read, add permission.Action
}

var (
	complaintFiles = filed{"cmp_", permission.ReadComplaints, permission.CommentComplaint}
	holdFiles      = filed{"hld_", permission.ReadHolds, permission.OpenHold}
)

// missingCase is the answer for a record of another branch, and for one of another kind.
var missingCase = fault.Missing("记录", "record")

// place finds where the files of a record stand, with the permission for the action.
func (d Desk) place(ctx context.Context, by app.Caller, action permission.Action, of filed,
	at app.Record) (artwork.Place, error) {
	if err := permission.Permit(by.Actor, action); err != nil {
		return artwork.Place{}, err
	}
	if !strings.HasPrefix(at.ID, of.ids) {
		return artwork.Place{}, missingCase
	}
	place, err := d.Store.ArtworkPlace(ctx, at.ID)
	if err == nil && !by.Sees(place.Branch) || err != nil && fault.KindOf(err) == fault.NotFound {
		err = missingCase
	}
	if err != nil {
		return artwork.Place{}, err
	}
	place.By = by.ID
	return place, nil
}

func (d Desk) files(ctx context.Context, by app.Caller, of filed, at app.Record) (table.Page[artwork.Artwork], error) {
	place, err := d.place(ctx, by, of.read, of, at)
	if err != nil {
		return table.Page[artwork.Artwork]{}, err
	}
	return app.KeptFiles(ctx, d.Office, place.Of, by.Lang)
}

func (d Desk) offer(ctx context.Context, by app.Caller, of filed, at app.Record,
	in app.OfferArtwork) (app.ArtworkOffer, error) {
	place, err := d.place(ctx, by, of.add, of, at)
	if err != nil {
		return app.ArtworkOffer{}, err
	}
	return app.OfferFile(ctx, d.Office, place, in)
}

// check looks at a file that was sent. Doing it again finds what was decided.
func (d Desk) check(ctx context.Context, by app.Caller, of filed, at app.Record) (artwork.Artwork, error) {
	place, err := d.place(ctx, by, of.add, of, at)
	if err != nil {
		return artwork.Artwork{}, err
	}
	return app.CheckFile(ctx, d.Office, place, at.Part, by.Lang)
}

// ComplaintFiles lists the files of a complaint that were kept, of customers and of staff.
func (d Desk) ComplaintFiles(ctx context.Context, by app.Caller, at app.Record) (table.Page[artwork.Artwork], error) {
	return d.files(ctx, by, complaintFiles, at)
}

// LinkComplaintFile makes a link to one file of a complaint.
func (d Desk) LinkComplaintFile(ctx context.Context, by app.Caller, at app.Record) (app.ArtworkLink, error) {
	c, err := d.seen(ctx, by, permission.ReadComplaints, at)
	if err != nil {
		return app.ArtworkLink{}, err
	}
	return app.LinkFile(ctx, d.Office, c.ID, at.Part)
}

// OfferComplaintFile lets a colleague send a file to a complaint.
func (d Desk) OfferComplaintFile(ctx context.Context, by app.Caller, at app.Record,
	in app.OfferArtwork) (app.ArtworkOffer, error) {
	return d.offer(ctx, by, complaintFiles, at, in)
}

// CheckComplaintFile attaches a file that was sent to a complaint, or refuses it.
func (d Desk) CheckComplaintFile(ctx context.Context, by app.Caller, at app.Record,
	_ app.CheckArtwork) (artwork.Artwork, error) {
	return d.check(ctx, by, complaintFiles, at)
}

// HoldFiles lists the files of a question that were kept.
func (d Desk) HoldFiles(ctx context.Context, by app.Caller, at app.Record) (table.Page[artwork.Artwork], error) {
	return d.files(ctx, by, holdFiles, at)
}

// LinkHoldFile makes a link to one file of a question.
func (d Desk) LinkHoldFile(ctx context.Context, by app.Caller, at app.Record) (app.ArtworkLink, error) {
	place, err := d.place(ctx, by, permission.ReadHolds, holdFiles, at)
	if err != nil {
		return app.ArtworkLink{}, err
	}
	return app.LinkFile(ctx, d.Office, place.Of, at.Part)
}

// OfferHoldFile lets a colleague send a file to a question.
func (d Desk) OfferHoldFile(ctx context.Context, by app.Caller, at app.Record,
	in app.OfferArtwork) (app.ArtworkOffer, error) {
	return d.offer(ctx, by, holdFiles, at, in)
}

// CheckHoldFile attaches a file that was sent to a question, or refuses it.
func (d Desk) CheckHoldFile(ctx context.Context, by app.Caller, at app.Record,
	_ app.CheckArtwork) (artwork.Artwork, error) {
	return d.check(ctx, by, holdFiles, at)
}

// ReleaseComplaintFile lets a file of a complaint be opened that the scanner did not find clean.
func (d Desk) ReleaseComplaintFile(ctx context.Context, by app.Caller, at app.Record,
	in app.ReleaseFile) (artwork.Artwork, error) {
	place, err := d.place(ctx, by, permission.ReleaseFile, complaintFiles, at)
	if err != nil {
		return artwork.Artwork{}, err
	}
	return app.ReleaseHeld(ctx, d.Office, place, at.Part, in)
}

// DiscardComplaintFile deletes a file of a complaint that the scanner did not find clean.
func (d Desk) DiscardComplaintFile(ctx context.Context, by app.Caller, at app.Record,
	in app.DiscardFile) (artwork.Artwork, error) {
	place, err := d.place(ctx, by, permission.DiscardFile, complaintFiles, at)
	if err != nil {
		return artwork.Artwork{}, err
	}
	return app.DiscardHeld(ctx, d.Office, place, at.Part, in)
}

// ReleaseHoldFile lets a file of a question be opened that the scanner did not find clean.
func (d Desk) ReleaseHoldFile(ctx context.Context, by app.Caller, at app.Record,
	in app.ReleaseFile) (artwork.Artwork, error) {
	place, err := d.place(ctx, by, permission.ReleaseFile, holdFiles, at)
	if err != nil {
		return artwork.Artwork{}, err
	}
	return app.ReleaseHeld(ctx, d.Office, place, at.Part, in)
}

// DiscardHoldFile deletes a file of a question that the scanner did not find clean.
func (d Desk) DiscardHoldFile(ctx context.Context, by app.Caller, at app.Record,
	in app.DiscardFile) (artwork.Artwork, error) {
	place, err := d.place(ctx, by, permission.DiscardFile, holdFiles, at)
	if err != nil {
		return artwork.Artwork{}, err
	}
	return app.DiscardHeld(ctx, d.Office, place, at.Part, in)
}
