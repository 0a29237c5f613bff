package app

import (
	"context"
	"strconv"
	"time"

	"afterpress/shared/crm/artwork"
	"afterpress/shared/crm/caselink"
	"afterpress/shared/kernel/receipt"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/table"
)

// ArtworkLink is where a file can be downloaded for a while. The store hands it out as bytes to save
// (application/octet-stream, as an attachment), under its name with an ending of its kind. S3 adds no nosniff to
// what it hands out; a browser does not sniff what it saves, and no page of ours has that address.
type ArtworkLink struct {
	URL  string       `json:"url"`
	Ends time.Time    `json:"ends_at"`
	Name string       `json:"name"`
	Kind artwork.Kind `json:"kind"`
	Size int64        `json:"bytes"`
}

// OfferArtwork is a file that a person wants to send.
type OfferArtwork struct {
	Name  string `json:"name" validate:"required,max=200,oneline,shown" description:"As it is called; it is shown and nothing follows from it · 文件名，仅供显示"`
	Bytes int64  `json:"bytes" validate:"min=0" description:"Its size, if known: one that is too large is refused before it is sent · 文件大小（字节）"`
	Type  string `json:"type" validate:"max=100,oneline" description:"Media type as the sender's system says; nothing follows from it · 媒体类型，仅作记录"`
}

// ArtworkOffer is how a file is sent: post the fields and then the file, as "file", to the URL (multipart/form-data)
// before the time is over. Then ask for the check.
type ArtworkOffer struct {
	ID     string       `json:"id"`
	Name   string       `json:"name"`
	Ends   time.Time    `json:"ends_at"`
	Upload table.Upload `json:"upload"`
}

// CheckArtwork takes nothing but the file in the path.
type CheckArtwork struct{}

// ReleaseFile says why a file may be opened that the scanner did not find clean.
type ReleaseFile struct {
	Reason string `json:"reason" validate:"required,one=release-file-reason"`
}

// DiscardFile says why a file is given up that the scanner did not find clean.
type DiscardFile struct {
	Reason string `json:"reason" validate:"required,one=discard-file-reason"`
}

// What follows is for desks, which have found out first that the caller may see the record. No door may call it.

// KeptFiles lists the files of a submission, complaint or question that were kept, and those that wait for the scanner
// or did not pass it. How those stand is said in the reader's language.
func KeptFiles(ctx context.Context, o Office, of string, lang words.Lang) (table.Page[artwork.Artwork], error) {
	folder, err := o.Store.ArtworkFolder(ctx, of)
	if err != nil {
		return table.Page[artwork.Artwork]{}, err
	}
	shown := folder.Shown()
	for i := range shown {
		shown[i].Why = shown[i].Words().In(lang)
	}
	return table.Page[artwork.Artwork]{Items: shown}, nil
}

// LinkFile makes a link to one file that was kept. Signing it changes nothing.
func LinkFile(ctx context.Context, o Office, of, file string) (ArtworkLink, error) {
	folder, err := o.Store.ArtworkFolder(ctx, of)
	if err != nil {
		return ArtworkLink{}, err
	}
	a, known := folder.File(file)
	if !known || a.State != artwork.Attached {
		return ArtworkLink{}, MissingFile
	}
	link := ArtworkLink{Name: a.FileName(), Kind: a.Kind, Size: a.Bytes}
	link.URL, link.Ends, err = o.Store.LinkArtwork(ctx, of, a)
	return link, err
}

// OfferFile lets a file be sent to the place.
func OfferFile(ctx context.Context, o Office, place artwork.Place, in OfferArtwork) (ArtworkOffer, error) {
	a, err := o.Store.OfferArtwork(ctx, place, artwork.Artwork{Name: in.Name, Bytes: in.Bytes, Declared: in.Type})
	if err != nil {
		return ArtworkOffer{}, err
	}
	upload, err := o.Store.UploadArtwork(ctx, place, a, "")
	return ArtworkOffer{ID: a.ID, Name: a.Name, Ends: a.Ends, Upload: upload}, err
}

// CheckFile looks at a file that was sent: it is attached, or refused and deleted. Why it was refused is in the
// reader's language. Doing it again finds what was decided. Refused means that nothing was sent yet, or that the place
// has no room.
func CheckFile(ctx context.Context, o Office, place artwork.Place, file string,
	lang words.Lang) (artwork.Artwork, error) {
	a, err := o.Store.DecideArtwork(ctx, place, file)
	a.Why = a.Words().In(lang)
	if a.State == artwork.Refused {
		a.Why = place.Policy.Refused(a.Refusal).In(lang)
	}
	return a, err
}

// ReleaseHeld lets a file be opened that the scanner did not find clean. place.By is the colleague who decides.
func ReleaseHeld(ctx context.Context, o Office, place artwork.Place, file string,
	in ReleaseFile) (artwork.Artwork, error) {
	return o.Store.ReleaseArtwork(ctx, place, file, in.Reason)
}

// DiscardHeld gives up a file that the scanner did not find clean, and deletes it.
func DiscardHeld(ctx context.Context, o Office, place artwork.Place, file string,
	in DiscardFile) (artwork.Artwork, error) {
	return o.Store.DiscardArtwork(ctx, place, file, in.Reason)
}

// KeepSent keeps the files of a letter at the place, as far as the place takes them. It gives the letter with the names
// of those that were not kept. The letter's call names each file, so that a call that is tried again keeps none twice.
func KeepSent(ctx context.Context, o Office, place artwork.Place, l Letter) (Letter, error) {
	if !l.Brings() {
		return l, nil
	}
	var left []string
	for i, sent := range l.Attached {
		kept, err := o.Store.KeepSent(ctx, place, l.Source+"/"+l.ID+"/"+strconv.Itoa(i),
			artwork.Artwork{Name: sent.Name, Declared: sent.Type}, sent.Content)
		if err != nil {
			return l, err
		}
		if !kept {
			left = append(left, l.Files[i])
		}
	}
	l.Files, l.Attached = left, nil
	return l, nil
}

// Receipts is implemented by *store.Store.
type Receipts interface {
	Find(ctx context.Context, key string) (*receipt.Replay, error)
}

// Answered is the answer to an earlier request that this one repeats (a *receipt.Replay), or nil. A use case asks for
// it that does something before its transaction, which would find the repeat.
func Answered(ctx context.Context, receipts Receipts) error {
	r := receipt.Of(ctx)
	if r == nil {
		return nil
	}
	before, err := receipts.Find(ctx, r.Key)
	if err == nil && before != nil {
		return before
	}
	return err
}

// Invite makes the token of a link at which files may be handed in with a record, for a day from the given moment.
func Invite(o Office, of string, from time.Time) (token string) {
	return artwork.SignArtwork(o.Tokens, artwork.Invitation{Of: of, Ends: from.Add(artwork.Invited)})
}

// Inviting are the files of a place, with a new link at which more may be handed in. The link has the right, for the
// contact, of the one behind which the place is shown.
func Inviting(ctx context.Context, o Office, place artwork.Place, contact string, right caselink.Right) (Files, error) {
	folder, err := o.Store.ArtworkFolder(ctx, place.Of)
	token := artwork.SignArtwork(o.Tokens, artwork.Invitation{Of: place.Of, Ends: o.Now().Add(artwork.Invited),
		Contact: contact, Right: right.Text()})
	return Files{Token: token, Right: right, Place: place, Folder: folder}, err
}
