package app

import (
	"context"
	"time"

	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
)

// KeepRaw keeps a person's letter to the branch as it came. One that waits for a colleague is held until somebody has
// dealt with it; any other ends by the bucket's rule, counted from now.
func KeepRaw(ctx context.Context, o Office, branch string, l Letter, waits bool) (Letter, error) {
	id, err := o.Store.KeepLetter(ctx, branch, l.Source+"/"+l.ID, l.Body, waits)
	l.Raw = id
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
