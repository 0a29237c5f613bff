package files

import (
	"context"
	"errors"
	"time"

	"afterpress/shared/crm/artwork"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/hold"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/store/table"
)

// JudgeArtwork reads what the scanner says of a file, of the version that was received, and does what follows. A file
// with malware is deleted, in all versions. again is when to look again; zero where nothing will come any more. A file
// that is gone needs no more looks. A repeat finds what was decided.
func (s *Files) JudgeArtwork(ctx context.Context, of, id string) (again time.Duration, err error) {
	if s.table.Bucket == nil {
		return 0, errNoBucket
	}
	place, err := s.ArtworkPlace(ctx, of)
	if err != nil {
		return 0, unlessGone(err)
	}
	folder, err := s.ArtworkFolder(ctx, of)
	if err != nil {
		return 0, err
	}
	a, known := folder.File(id)
	if !known || a.Scan == nil {
		return 0, nil
	}
	place.By = a.Scan.Sender
	if _, over := a.NextLook(s.table.Now()); !over {
		tag, missing, err := s.table.Bucket.Tag(ctx, quarantined(of, id), a.Scan.Version, artwork.ScanTag)
		if err != nil {
			return 0, err
		}
		if missing { // a version that is gone will never be scanned
			tag = ""
		}
		// A customer's file is a word of theirs once colleagues can see that it came: when it is attached, or held.
		seen := place.Over || a.State == artwork.Unscanned
		folder, err = s.changeFolder(ctx, of, func(f artwork.Folder) (artwork.Folder, *event.Event, error) {
			return f.Judge(place, id, tag, s.table.Now())
		}, func(b *table.Batch, told *event.Event) error {
			if seen || told.Type == event.ArtworkInfected {
				return nil
			}
			return errors.Join(s.shown(ctx, b, place, told), s.asked(ctx, b, place, told, a.Name))
		})
		if err != nil {
			return 0, unlessGone(err)
		}
		a, _ = folder.File(id)
	}
	switch a.State {
	case artwork.Infected:
		for _, key := range []string{quarantined(of, id), attached(of, id)} {
			if err := s.table.Bucket.Shred(ctx, key); err != nil {
				return 0, err
			}
		}
	case artwork.Attached:
		_ = s.table.Bucket.Drop(ctx, quarantined(of, id)) // the bucket itself deletes what stays
	}
	again, _ = a.NextLook(s.table.Now())
	return again, nil
}

// unlessGone is nil for what is not there any more: its record was erased.
func unlessGone(err error) error {
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	return err
}

// ReleaseArtwork lets a file be opened that the scanner did not find clean (artwork.Folder.Release). place.By is the
// colleague.
func (s *Files) ReleaseArtwork(ctx context.Context, place artwork.Place, id, reason string) (artwork.Artwork, error) {
	folder, err := s.changeFolder(ctx, place.Of, func(f artwork.Folder) (artwork.Folder, *event.Event, error) {
		return f.Release(place, id, reason, s.table.Now())
	}, nothingElse)
	a, _ := folder.File(id)
	return a, err
}

// DiscardArtwork gives up a file that the scanner did not find clean, and deletes it (artwork.Folder.Discard). A repeat
// deletes what the first left.
func (s *Files) DiscardArtwork(ctx context.Context, place artwork.Place, id, reason string) (artwork.Artwork, error) {
	folder, err := s.changeFolder(ctx, place.Of, func(f artwork.Folder) (artwork.Folder, *event.Event, error) {
		return f.Discard(place, id, reason, s.table.Now())
	}, nothingElse)
	a, _ := folder.File(id)
	if err != nil {
		return a, err
	}
	return a, s.EraseArtwork(ctx, artwork.Folder{Of: place.Of, Files: []artwork.Artwork{a}})
}

// ArtworkSender is the contact whose record files came with: of a complaint, a question, or the lead of a submission.
// It is zero of one who is not known, or gone.
func (s *Files) ArtworkSender(ctx context.Context, of string) (customer.Addressee, error) {
	cust, contact, err := s.handedInBy(ctx, of)
	if err != nil || contact == "" {
		return customer.Addressee{}, unlessGone(err)
	}
	return s.enquiries.Addressee(ctx, cust, contact)
}

func (s *Files) handedInBy(ctx context.Context, of string) (cust, contact string, err error) {
	switch table.ArtworkKind(of) {
	case "complaint":
		c, err := s.service.Complaint(ctx, of)
		return c.Customer, c.Contact, err
	case "hold":
		h, err := table.GetRecord[hold.Hold](ctx, s.table, "hold", of, fault.Missing("生产问题", "production question"))
		return h.Customer, h.Contact, err
	}
	sub, err := s.enquiries.Submission(ctx, of)
	if err != nil || sub.Lead == "" {
		return "", "", err
	}
	l, err := s.enquiries.Lead(ctx, sub.Lead)
	return l.Customer, l.ContactID, err
}
