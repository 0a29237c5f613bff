package app

import (
	"context"

	"afterpress/shared/crm/artwork"
	"afterpress/shared/crm/caselink"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/words"
)

// What visitors do with files needs no permission: the token of a link is the right, for as long as it is good.

// MissingLink is a link that leads nowhere, or not any more.
var MissingLink = fault.Missing("链接", "link")

// Files are the files of a place, whatever became of each, and the link at which more may be handed in.
type Files struct {
	Token  string
	Right  caselink.Right // of the link
	Place  artwork.Place
	Folder artwork.Folder
}

// Sending is the form by which a browser without scripts sends a file that was offered.
type Sending struct {
	ArtworkOffer
	Place artwork.Place
	Over  bool // the time to send the file has passed
}

// Shop is the set-up of the shop, at most 30 seconds old.
func (o Office) Shop(ctx context.Context) (setup.Shop, error) { return o.Store.Shop(ctx) }

// Invited finds where files may be handed in by a link. A token that we did not sign, one whose time or right is over,
// and a record that takes no more files are the same: MissingLink.
func (o Office) Invited(ctx context.Context, token string) (artwork.Place, error) {
	place, _, err := o.invited(ctx, token)
	return place, err
}

func (o Office) invited(ctx context.Context, token string) (place artwork.Place, right caselink.Right, err error) {
	link, ours := artwork.OpenArtwork(o.Tokens, token)
	right, readable := caselink.ReadRight(link.Right)
	if !ours || !readable || !o.Now().Before(link.Ends) {
		return place, right, MissingLink
	}
	if link.Contact != "" {
		who, err := o.Store.Contact(ctx, link.Contact)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return place, right, err
		}
		if err != nil || right.Over(o.Tokens, who) != "" {
			return place, right, MissingLink
		}
	}
	place, err = o.Store.ArtworkPlace(ctx, link.Of)
	if err == nil && place.Over || err != nil && fault.KindOf(err) == fault.NotFound {
		return artwork.Place{}, right, MissingLink
	}
	return place, right, err
}

// HandedIn reads the files at a link.
func (o Office) HandedIn(ctx context.Context, token string) (Files, error) {
	place, right, err := o.invited(ctx, token)
	if err != nil {
		return Files{}, err
	}
	folder, err := o.Store.ArtworkFolder(ctx, place.Of)
	return Files{Token: token, Right: right, Place: place, Folder: folder}, err
}

// HandIn lets a file be sent by a link, from the network address. Beyond what a network may send in a day it is
// TooMany.
func (o Office) HandIn(ctx context.Context, token, address string, in OfferArtwork) (ArtworkOffer, error) {
	place, err := o.Invited(ctx, token)
	if err != nil {
		return ArtworkOffer{}, err
	}
	place.Quota.Address = address
	return OfferFile(ctx, o, place, in)
}

// CheckHandedIn is CheckFile for a file that was sent by a link.
func (o Office) CheckHandedIn(ctx context.Context, token, file string, lang words.Lang) (artwork.Artwork, error) {
	place, err := o.Invited(ctx, token)
	if err != nil {
		return artwork.Artwork{}, err
	}
	return CheckFile(ctx, o, place, file, lang)
}

// RemoveRefused takes a file from view that was sent by a link and refused. Doing it again changes nothing.
func (o Office) RemoveRefused(ctx context.Context, token, file string) error {
	place, err := o.Invited(ctx, token)
	if err != nil {
		return err
	}
	return o.Store.RemoveArtwork(ctx, place.Of, file)
}

// UploadForm is the form by which a file that was offered at a link is sent. Afterwards the browser goes to the address
// back. A file that was never offered, or that was checked already, is MissingFile.
func (o Office) UploadForm(ctx context.Context, token, file, back string) (Sending, error) {
	files, err := o.HandedIn(ctx, token)
	if err != nil {
		return Sending{}, err
	}
	a, known := files.Folder.File(file)
	if !known || a.State != artwork.Offered {
		return Sending{}, MissingFile
	}
	out := Sending{ArtworkOffer: ArtworkOffer{ID: a.ID, Name: a.Name, Ends: a.Ends}, Place: files.Place}
	out.Upload, err = o.Store.UploadArtwork(ctx, files.Place, a, back)
	if fault.KindOf(err) == fault.Refused {
		out.Over, err = true, nil
	}
	return out, err
}
