package files

import (
	"context"
	"errors"
	"strings"
	"time"

	"afterpress/shared/crm/letter"
	"afterpress/shared/store/table"
)

// arriving is where letters come in that are too large for a call. Each lies there until it is taken in; the bucket's
// rule ends it after 30 days. Its notice waits 14 days at most, so that somebody may hand it over again for as long.
const arriving = "letters/in/"

// sendLife is how long a letter may be sent after it was offered. A mail service sends it at once.
const sendLife = 10 * time.Minute

// Arrival is a letter that came through the bucket.
type Arrival struct {
	Key  string
	Mark string // changes with its content
	Size int64  // bytes
	Raw  []byte // the letter as it came: the whole of it, or the beginning of one that is larger than letter.Largest
}

// Cut reports whether only the letter's beginning was read.
func (a Arrival) Cut() bool { return int64(len(a.Raw)) < a.Size }

// IsArrival reports whether the key is one of a letter that came through the bucket.
func IsArrival(key string) bool { return strings.HasPrefix(key, arriving) }

// OfferLetter is how the letter of a call of the source, of exactly so many bytes, is sent through the bucket, and
// until when. The call that is tried again sends the same one.
func (s *Files) OfferLetter(ctx context.Context, source, call string, size int64) (send table.Sending,
	ends time.Time, err error) {
	if s.table.Bucket == nil {
		return send, ends, errNoBucket
	}
	send, err = s.table.Bucket.Await(ctx, arriving+source+"/"+letter.ArrivalID(call), "message/rfc822", size, sendLife)
	return send, s.table.Now().Add(sendLife), err
}

// Arrival reads a letter that came through the bucket. missing says that it is not there, or not any more.
func (s *Files) Arrival(ctx context.Context, key string) (a Arrival, missing bool, err error) {
	if s.table.Bucket == nil {
		return a, false, errNoBucket
	}
	found, missing, err := s.table.Bucket.Look(ctx, key, letter.Beginning)
	if err != nil || missing {
		return a, missing, err
	}
	a = Arrival{Key: key, Mark: strings.Trim(found.Mark, `"`), Size: found.Bytes, Raw: found.Head}
	if found.Bytes > letter.Beginning && found.Bytes <= letter.Largest {
		a.Raw, missing, err = s.table.Bucket.Read(ctx, key, found.Mark, letter.Largest)
	}
	return a, missing, err
}

// KeepArrival keeps a letter that came through the bucket as KeepLetter keeps others. It is copied there, whatever its
// size. One that is not as it was read fails as Unavailable.
func (s *Files) KeepArrival(ctx context.Context, branch, call, key, mark string, waits bool) (id string,
	err error) {
	if s.table.Bucket == nil {
		return "", errNoBucket
	}
	id = letter.RawID(call, mark)
	missing, err := s.table.Bucket.Keep(ctx, key, prefixOf(waits)+branch+"/"+id, `"`+mark+`"`)
	if err == nil && missing {
		err = table.Unavailable(errors.New("the letter has changed since it was read"))
	}
	return id, err
}

// DropArrival deletes a letter that was taken in where it came in. One that is gone already is no error.
func (s *Files) DropArrival(ctx context.Context, key string) error {
	if s.table.Bucket == nil {
		return errNoBucket
	}
	return s.table.Bucket.Drop(ctx, key)
}
