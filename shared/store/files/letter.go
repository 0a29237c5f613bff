package files

import (
	"context"
	"time"

	"afterpress/shared/crm/letter"
	"afterpress/shared/kernel/fault"
)

// Letters that wait for a person lie under letters/held/, and nothing expires there. Those that are dealt with lie
// under letters/done/, where the bucket's rule lets each end, counted from the day on which it came there.
const (
	held = "letters/held/"
	done = "letters/done/"
)

// KeepLetter keeps a letter to the branch as it came, and gives its id. call names the call that brought it. waits says
// that a person has to deal with it first. A store without a bucket keeps none: id is empty.
func (s *Files) KeepLetter(ctx context.Context, branch, call, raw string, waits bool) (id string, err error) {
	if s.table.Bucket == nil {
		return "", nil
	}
	id = letter.RawID(call, raw)
	_, err = s.table.Bucket.Put(ctx, prefixOf(waits)+branch+"/"+id, []byte(raw))
	return id, err
}

// prefixOf is that of a letter that waits for a person, or of one that does not.
func prefixOf(waits bool) string {
	if waits {
		return held
	}
	return done
}

// EndLetters lets letters to the branch end by the bucket's rule once commit has succeeded. Those that are not there,
// and ids of other things, are left out. Where commit fails they stay held as well.
func (s *Files) EndLetters(ctx context.Context, branch string, ids []string, commit func() error) error {
	var ended []string
	for _, id := range ids {
		if s.table.Bucket == nil || !letter.IsRaw(id) {
			continue
		}
		key := branch + "/" + id
		found, missing, err := s.table.Bucket.Look(ctx, held+key, 1)
		if err == nil && !missing {
			missing, err = s.table.Bucket.Keep(ctx, held+key, done+key, found.Mark)
		}
		if err != nil {
			return err
		}
		if !missing {
			ended = append(ended, held+key)
		}
	}
	if err := commit(); err != nil {
		return err
	}
	for _, key := range ended {
		_ = s.table.Bucket.Drop(ctx, key) // what stays is held longer than it needs to be
	}
	return nil
}

// EraseLetter deletes a letter to the branch, wherever it lies. A letter that is gone already, and the id of something
// else, are no error.
func (s *Files) EraseLetter(ctx context.Context, branch, id string) error {
	if !letter.IsRaw(id) {
		return nil
	}
	if branch == "" {
		return fault.Fail(fault.Impossible, "这封来信没有网点，无法删除。请联系管理员。",
			"This letter has no branch and cannot be deleted. Ask your administrator.")
	}
	if s.table.Bucket == nil {
		return errNoBucket
	}
	for _, prefix := range []string{held, done} {
		if err := s.table.Bucket.Drop(ctx, prefix+branch+"/"+id); err != nil {
			return err
		}
	}
	return nil
}

// LinkLetter is an address that downloads a letter to the branch for five minutes, and the time when it ends. found is
// false where there is none.
func (s *Files) LinkLetter(ctx context.Context, branch, id, name string) (address string, ends time.Time, found bool,
	err error) {
	if s.table.Bucket == nil || !letter.IsRaw(id) {
		return "", ends, false, nil
	}
	for _, prefix := range []string{held, done} {
		key := prefix + branch + "/" + id
		_, missing, err := s.table.Bucket.Look(ctx, key, 1)
		if err != nil {
			return "", ends, false, err
		}
		if !missing {
			address, err = s.table.Bucket.Link(ctx, key, name, linkLife)
			return address, s.table.Now().Add(linkLife), err == nil, err
		}
	}
	return "", ends, false, nil
}
