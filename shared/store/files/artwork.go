package files

import (
	"context"
	"errors"
	"time"

	"afterpress/shared/crm/artwork"
	"afterpress/shared/crm/hold"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/store/table"
)

// quarantined is the key of a file until it is checked. The bucket deletes what is left there after 7 days.
// attached is the key of a file that is kept. Whether it may be opened, its state says: where a scanner looks at files,
// it says so once that has found nothing.
func quarantined(of, id string) string { return "quarantine/" + of + "/" + id }
func attached(of, id string) string    { return "attached/" + of + "/" + id }

// linkLife is how long a link to a file works: time enough to click it.
const linkLife = 5 * time.Minute

// errNoBucket is a mistake in a main package: it made a store without a bucket.
var errNoBucket = errors.New("files: this process was given no bucket")

// ArtworkPlace finds where the files of a record stand. The record is a submission, a complaint or a production
// question, by its id. NotFound means that there is no such record, or that it takes no files.
func (s *Files) ArtworkPlace(ctx context.Context, of string) (artwork.Place, error) {
	switch table.ArtworkKind(of) {
	case "complaint":
		c, err := s.service.Complaint(ctx, of)
		return c.ArtworkPlace(), err
	case "hold":
		h, err := table.GetRecord[hold.Hold](ctx, s.table, "hold", of, fault.Missing("生产问题", "production question"))
		return h.ArtworkPlace(), err
	}
	sub, err := s.enquiries.Submission(ctx, of)
	if err != nil {
		return artwork.Place{}, err
	}
	if place, ok := sub.LetterPlace(); ok {
		return place, nil
	}
	form, _, err := s.company.Form(ctx, sub.Form)
	if err != nil {
		return artwork.Place{}, err
	}
	place, takes := sub.ArtworkPlace(form)
	if !takes {
		return place, fault.Missing("链接", "link")
	}
	return place, nil
}

// ArtworkFolder reads the files handed in with a record. The folder of a record without files is empty.
func (s *Files) ArtworkFolder(ctx context.Context, of string) (artwork.Folder, error) {
	it, found, err := s.table.Get(ctx, s.table.Records, table.ArtworkKey(of))
	if err != nil || !found {
		return artwork.Folder{Of: of, Files: []artwork.Artwork{}}, err
	}
	return table.Decode[artwork.Folder](it)
}

// OfferArtwork records that a file may be sent, and returns it with its id. What may be sent for it counts for the
// network of the place's quota.
func (s *Files) OfferArtwork(ctx context.Context, place artwork.Place, a artwork.Artwork) (artwork.Artwork, error) {
	a.ID = s.table.NewID("art")
	folder, err := s.changeFolder(ctx, place.Of, func(f artwork.Folder) (artwork.Folder, *event.Event, error) {
		next, err := f.Offer(place, a, s.table.Now())
		return next, nil, err
	}, func(b *table.Batch, _ *event.Event) error {
		return s.countBytes(b, place, place.Policy.Allowance(a))
	})
	a, _ = folder.File(a.ID)
	return a, err
}

// countBytes adds to a transaction that the network of the place sends so many bytes today.
func (s *Files) countBytes(b *table.Batch, place artwork.Place, sent int64) error {
	q, now := place.Quota, s.table.Now()
	if q.Address == "" {
		return nil
	}
	if sent > q.Bytes { // a counter that is not there yet takes whatever comes first
		return q.Exceeded(now)
	}
	start, end := q.Window(now)
	key := table.CounterKey("upload", q.Source, s.table.Hashed(q.Address), table.At(start))
	// A counter takes what comes while it is below its limit; this one takes nothing that would pass it.
	s.table.CountIn(b, key, sent, q.Bytes-sent+1, end, func(table.Item) error { return q.Exceeded(now) })
	return nil
}

// UploadArtwork is the form that sends an offered file into quarantine. back is where a browser without scripts
// goes afterwards. A file that is no longer offered is Refused.
func (s *Files) UploadArtwork(ctx context.Context, place artwork.Place, a artwork.Artwork,
	back string) (table.Upload, error) {
	if s.table.Bucket == nil {
		return table.Upload{}, errNoBucket
	}
	left := a.Ends.Sub(s.table.Now())
	if a.State != artwork.Offered || left <= 0 {
		return table.Upload{}, fault.Fail(fault.Refused, "上传时间已过。请重新选择文件。",
			"The time to send this file is over. Choose it again.")
	}
	return s.table.Bucket.Invite(ctx, quarantined(place.Of, a.ID), place.Policy.Allowance(a),
		s.table.Bucket.Now().Add(left), back)
}

// DecideArtwork checks what was sent for an offered file, and keeps or refuses it. A file that the customer adds
// to a complaint counts as a word of theirs there. The file is copied out of quarantine before the record says
// so, so an attached file always exists. A repeat finds what was decided. Refused means that nothing was sent
// yet.
func (s *Files) DecideArtwork(ctx context.Context, place artwork.Place, id string) (artwork.Artwork, error) {
	if s.table.Bucket == nil {
		return artwork.Artwork{}, errNoBucket
	}
	from, to := quarantined(place.Of, id), attached(place.Of, id)
	copied, name := false, ""
	place.Scans = s.table.Bucket.Scanned
	folder, err := s.changeFolder(ctx, place.Of, func(f artwork.Folder) (artwork.Folder, *event.Event, error) {
		if a, known := f.File(id); !known || a.State != artwork.Offered {
			return f.Decide(place, id, artwork.Found{}, s.table.Now()) // no file to check
		}
		found, missing, err := s.table.Bucket.Look(ctx, from, artwork.Head)
		if err != nil || missing {
			return f, nil, errors.Join(err, unsent(missing))
		}
		at := artwork.Found{Bytes: found.Bytes, Head: found.Head, Mark: found.Mark, Version: found.Version}
		clean, missing, err := s.clean(ctx, place, from, &at)
		if err != nil || missing {
			return f, nil, errors.Join(err, unsent(missing))
		}
		next, told, err := f.Decide(place, id, at, s.table.Now())
		if err != nil || told == nil {
			return next, told, err
		}
		if missing = false; clean != nil {
			_, err = s.table.Bucket.Put(ctx, to, clean)
		} else {
			missing, err = s.table.Bucket.Keep(ctx, from, to, found.Mark)
		}
		copied = copied || err == nil && !missing
		sent, _ := next.File(id)
		name = sent.Name
		return next, told, errors.Join(err, unsent(missing))
	}, func(b *table.Batch, told *event.Event) error {
		return errors.Join(s.shown(ctx, b, place, told), s.asked(ctx, b, place, told, name))
	})
	a, _ := folder.File(id)
	if err == nil && a.State != artwork.Offered && a.State != artwork.Scanning { // the scanner reads what lies there
		_ = s.table.Bucket.Drop(ctx, from) // the bucket itself deletes what stays
	}
	if copied && a.State != artwork.Attached && a.State != artwork.Scanning &&
		(err == nil || fault.KindOf(err) == fault.Refused) {
		_ = s.table.Bucket.Drop(ctx, to) // another file took the last place, or all were dropped: nothing names the copy
	}
	return a, err
}

// clean is a photo without what it says of place and time, where the place wants it so; nil where it does not. It notes
// on what was found how long the photo is then. One that is torn is kept as it came, and noted as such.
func (s *Files) clean(ctx context.Context, place artwork.Place, key string, found *artwork.Found) (clean []byte,
	missing bool, err error) {
	kind, strips := place.Policy.Strips(*found)
	if !strips {
		return nil, false, nil
	}
	file, missing, err := s.table.Bucket.Read(ctx, key, found.Mark, place.Policy.Bytes)
	if err != nil || missing {
		return nil, missing, err
	}
	clean, ok := artwork.Strip(kind, file)
	if found.Torn = !ok; ok {
		found.Bytes = int64(len(clean))
	}
	return clean, false, nil
}

// RemoveArtwork takes a refused file from view (artwork.Folder.Remove). Its bytes went when it was refused.
func (s *Files) RemoveArtwork(ctx context.Context, of, id string) error {
	_, err := s.changeFolder(ctx, of, func(f artwork.Folder) (artwork.Folder, *event.Event, error) {
		next, err := f.Remove(id, s.table.Now())
		return next, nil, err
	}, nothingElse)
	return err
}

// DropArtwork deletes every file of a record that is being discarded: first the folder says so, then they go. A
// record without files changes nothing, and a repeat deletes what the first left.
func (s *Files) DropArtwork(ctx context.Context, of string) error {
	folder, err := s.ArtworkFolder(ctx, of)
	if err != nil || folder.Version == 0 {
		return err
	}
	if s.table.Bucket == nil {
		return errNoBucket
	}
	folder, err = s.changeFolder(ctx, of, func(f artwork.Folder) (artwork.Folder, *event.Event, error) {
		return f.Drop(s.table.Now()), nil, nil
	}, nothingElse)
	if err != nil {
		return err
	}
	return s.EraseArtwork(ctx, folder)
}

// KeepSent keeps a file that came with a letter, if the place takes it. key names the file: a repeat finds what was
// decided. The content is stored before the record says so, so an attached file always exists.
func (s *Files) KeepSent(ctx context.Context, place artwork.Place, key string, a artwork.Artwork,
	content []byte) (kept bool, err error) {
	found := artwork.Found{Bytes: int64(len(content)), Head: content[:min(len(content), artwork.Head)]}
	if !place.Takes(found.Head, found.Bytes) {
		return false, nil
	}
	if s.table.Bucket == nil {
		return false, errNoBucket
	}
	folder, err := s.ArtworkFolder(ctx, place.Of)
	if err != nil {
		return false, err
	}
	a.ID = artwork.SentID(key)
	if _, taken := folder.File(a.ID); taken {
		return true, nil
	}
	if folder.Room(place.Policy, s.table.Now()) == 0 {
		return false, nil
	}
	if kind, strips := place.Policy.Strips(found); strips {
		clean, ok := artwork.Strip(kind, content)
		if found.Torn = !ok; ok {
			content, found.Bytes = clean, int64(len(clean))
		}
	}
	place.Scans = s.table.Bucket.Scanned
	if place.Scans { // the scanner looks at what comes there
		if found.Version, err = s.table.Bucket.Put(ctx, quarantined(place.Of, a.ID), content); err != nil {
			return false, err
		}
	}
	if _, err := s.table.Bucket.Put(ctx, attached(place.Of, a.ID), content); err != nil {
		return false, err
	}
	_, err = s.changeFolder(ctx, place.Of, func(f artwork.Folder) (artwork.Folder, *event.Event, error) {
		return f.Take(place, a, found, s.table.Now())
	}, func(b *table.Batch, told *event.Event) error { return s.shown(ctx, b, place, told) })
	if kind := fault.KindOf(err); err != nil && (kind == fault.Refused || kind == fault.TooMany) {
		_ = s.table.Bucket.Drop(ctx, attached(place.Of, a.ID)) // another file took the last place; nothing names this one
		return false, nil
	}
	return err == nil, err
}

// unsent is the error for a file that is not in quarantine; nil where it is.
func unsent(missing bool) error {
	if !missing {
		return nil
	}
	return fault.Fail(fault.Refused, "文件还没有传到。请重新上传。", "The file has not arrived. Send it again.")
}

// LinkArtwork is an address that downloads a kept file for five minutes, and the time when it ends.
func (s *Files) LinkArtwork(ctx context.Context, of string,
	a artwork.Artwork) (address string, ends time.Time, err error) {
	if s.table.Bucket == nil {
		return "", ends, errNoBucket
	}
	address, err = s.table.Bucket.Link(ctx, attached(of, a.ID), a.FileName(), linkLife)
	return address, s.table.Now().Add(linkLife), err
}

// shownAs are the media types of what a page can show.
var shownAs = map[artwork.Kind]string{artwork.KindJPEG: "image/jpeg", artwork.KindPNG: "image/png",
	artwork.KindWebP: "image/webp"}

// ShowArtwork is an address that shows a kept picture for five minutes. ok is false for a file that is not a
// picture, not attached, or for staff alone. The bucket serves it as a picture whatever its content is, so nothing
// in it runs.
func (s *Files) ShowArtwork(ctx context.Context, of string, a artwork.Artwork) (address string, ok bool, err error) {
	kind := shownAs[a.Kind]
	if kind == "" || a.Private || a.State != artwork.Attached {
		return "", false, nil
	}
	if s.table.Bucket == nil {
		return "", false, errNoBucket
	}
	address, err = s.table.Bucket.Show(ctx, attached(of, a.ID), kind, linkLife)
	return address, true, err
}

// EraseArtwork deletes the files of a folder, wherever they lie. A file that is gone already is no error.
func (s *Files) EraseArtwork(ctx context.Context, folder artwork.Folder) error {
	if s.table.Bucket == nil {
		return errNoBucket
	}
	for _, a := range folder.Files {
		for _, key := range []string{quarantined(folder.Of, a.ID), attached(folder.Of, a.ID)} {
			if err := s.table.Bucket.Drop(ctx, key); err != nil {
				return err
			}
		}
	}
	return nil
}

// folderRule takes a folder and gives the next one, with its event where there is one.
type folderRule = func(artwork.Folder) (artwork.Folder, *event.Event, error)

// shown adds to the transaction what a kept file means to its record. A customer's own file with a complaint is
// a word of theirs.
func (s *Files) shown(ctx context.Context, b *table.Batch, place artwork.Place, told *event.Event) error {
	if told == nil || told.Type == event.ArtworkReceived || place.By != "" ||
		table.ArtworkKind(place.Of) != "complaint" {
		return nil
	}
	c, err := s.service.StoredComplaint(ctx, place.Of)
	if err != nil {
		return err
	}
	_, terms, err := s.company.Terms(ctx, c.Branch)
	if err != nil {
		return err
	}
	next, e, err := c.Show(told.Data["artwork"], terms.Complaint(), told.At)
	if err != nil || next.Version == c.Version {
		return err
	}
	return s.service.PutComplaint(ctx, b, c, next, nil, e)
}

// asked adds to the transaction that somebody has to answer a file which a visitor sent for their lead, once colleagues
// can see it. A file that came with a letter is answered with the letter.
func (s *Files) asked(ctx context.Context, b *table.Batch, place artwork.Place, told *event.Event, name string) error {
	if told == nil || told.Type == event.ArtworkReceived || place.By != "" || place.Lead == "" {
		return nil
	}
	return s.enquiries.PutFile(ctx, b, place.Lead,
		task.Ask{ID: told.Data["artwork"], Kind: task.AskFile, At: told.At, Said: name})
}

// nothingElse adds nothing to the transaction of a folder.
func nothingElse(*table.Batch, *event.Event) error { return nil }

// changeFolder writes the folder that the rule gives; also adds to the transaction what goes with it. The condition
// is that no other writer changed the folder meanwhile. When one did, the rule decides again.
func (s *Files) changeFolder(ctx context.Context, of string, rule folderRule,
	also func(*table.Batch, *event.Event) error) (artwork.Folder, error) {
	read := func() (artwork.Folder, error) { return s.ArtworkFolder(ctx, of) }
	return table.Change(ctx, table.Many, read, rule,
		func(folder, next artwork.Folder, told *event.Event) (artwork.Folder, error) {
			if next.Version == folder.Version {
				return next, nil
			}
			it, err := table.Encode(next, table.ArtworkKey(of))
			if err != nil {
				return folder, err
			}
			b := table.NewBatch()
			b.Put(s.table.Records, it, table.Seen(folder.Version), func(table.Item) error { return table.ErrChanged })
			if told != nil {
				if err := s.table.PutEvent(b, *told); err != nil {
					return folder, err
				}
			}
			if err := also(b, told); err != nil {
				return folder, err
			}
			return next, s.table.Commit(ctx, b, nil)
		})
}
