package app

import (
	"context"
	"time"

	"afterpress/shared/crm/artwork"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/words"
)

// What visitors do with files needs no permission: whoever has the link may hand in files for as long as it is good.

// Shop is the set-up of the shop, at most 30 seconds old.
func (o Office) Shop(ctx context.Context) (setup.Shop, error) { return o.Store.Shop(ctx) }

// Invite makes the token of a link at which files may be handed in with a record, for a day from the given moment.
func (o Office) Invite(of string, from time.Time) (token string) {
	return artwork.SignArtwork(o.Tokens, artwork.Invitation{Of: of, Ends: from.Add(artwork.Invited)})
}

// Invited finds where files may be handed in by a link. A token that we did not sign, one whose time is over, and a
// record that takes no more files are the same: NotFound.
func (o Office) Invited(ctx context.Context, token string) (artwork.Place, error) {
	missing := fault.Missing("链接", "link")
	link, ours := artwork.OpenArtwork(o.Tokens, token)
	if !ours || !o.Now().Before(link.Ends) {
		return artwork.Place{}, missing
	}
	place, err := o.Store.ArtworkPlace(ctx, link.Of)
	if err == nil && place.Over {
		return place, missing
	}
	return place, err
}

// HandedIn reads the files of a place, whatever became of each.
func (o Office) HandedIn(ctx context.Context, place artwork.Place) (artwork.Folder, error) {
	return o.Store.ArtworkFolder(ctx, place.Of)
}

// UploadForm is the form by which a browser without scripts sends a file that was offered. Afterwards the browser goes
// to the address back. over says that the time to send the file has passed. A file that nobody offered, or that was
// checked already, is missing.
func (o Office) UploadForm(ctx context.Context, place artwork.Place, file, back string) (offer ArtworkOffer, over bool,
	err error) {
	folder, err := o.Store.ArtworkFolder(ctx, place.Of)
	if err != nil {
		return ArtworkOffer{}, false, err
	}
	a, known := folder.File(file)
	if !known || a.State != artwork.Offered {
		return ArtworkOffer{}, false, MissingFile
	}
	offer = ArtworkOffer{ID: a.ID, Name: a.Name, Ends: a.Ends}
	offer.Upload, err = o.Store.UploadArtwork(ctx, place, a, back)
	if fault.KindOf(err) == fault.Refused {
		return offer, true, nil
	}
	return offer, false, err
}

// CheckFile looks at a file that was sent: it is attached, or refused and deleted. Why it was refused is in the
// reader's language. Doing it again finds what was decided. Refused means that nothing was sent yet, or that the place
// has no room.
func (o Office) CheckFile(ctx context.Context, place artwork.Place, file string,
	lang words.Lang) (artwork.Artwork, error) {
	a, err := o.Store.DecideArtwork(ctx, place, file)
	if a.State == artwork.Refused {
		a.Why = place.Policy.Refused(a.Refusal).In(lang)
	}
	return a, err
}
