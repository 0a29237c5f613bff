package app

import (
	"context"
	"time"

	"afterpress/shared/crm/letter"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
)

// called names the call that brought the letter.
func (l Letter) called() string { return l.Source + "/" + l.ID }

// SubmissionID is the id of the submission that the letter becomes where it becomes one.
func (l Letter) SubmissionID() string {
	content := l.Body
	if l.Object != "" {
		content = l.Mark
	}
	return letter.SubmissionID(letter.RawID(l.called(), content))
}

// KeepRaw keeps a person's letter to the branch as it came. One that waits for a colleague is held until somebody has
// dealt with it; any other ends by the bucket's rule, counted from now.
func KeepRaw(ctx context.Context, o Office, branch string, l Letter, waits bool) (Letter, error) {
	var err error
	if l.Object != "" {
		l.Raw, err = o.Store.KeepArrival(ctx, branch, l.called(), l.Object, l.Mark, waits)
		return l, err
	}
	l.Raw, err = o.Store.KeepLetter(ctx, branch, l.called(), l.Body, waits)
	return l, err
}

// LetterLink is where a letter can be downloaded for a while, whole and as it came (message/rfc822).
type LetterLink struct {
	URL  string    `json:"url"`
	Ends time.Time `json:"ends_at"`
	Name string    `json:"name"`
}

// Letter makes a link to a letter to a branch that the caller sees. Its id stands on the touch, the submission or the
// word of a complaint that it became. Signing it changes nothing.
func (o Office) Letter(ctx context.Context, by Caller, at Record) (LetterLink, error) {
	if err := permission.Permit(by.Actor, permission.ReadSubmissions); err != nil {
		return LetterLink{}, err
	}
	shop, err := o.Store.Shop(ctx)
	if err != nil {
		return LetterLink{}, err
	}
	for _, b := range shop.Branches {
		if !by.Sees(b.ID) {
			continue
		}
		link := LetterLink{Name: at.ID + ".eml"}
		var found bool
		link.URL, link.Ends, found, err = o.Store.LinkLetter(ctx, b.ID, at.ID, link.Name)
		if err != nil || found {
			return link, err
		}
	}
	return LetterLink{}, fault.Missing("来信", "letter")
}
