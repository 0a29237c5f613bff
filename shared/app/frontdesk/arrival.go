package frontdesk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"time"

	"afterpress/shared/app"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/letter"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/receipt"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/files"
)

// arrivalKept is how long it is remembered that a letter was taken in. Its notice may come again for 14 days.
const arrivalKept = 30 * 24 * time.Hour

// OfferLetter lets a system send a letter of so many bytes through the bucket. One that is too large is refused with
// TooLarge, before it is sent.
func (d Desk) OfferLetter(ctx context.Context, c app.Call, in app.SendLetter) (app.LetterOffer, error) {
	if in.Bytes > letter.Largest {
		most := words.FileSize(letter.Largest)
		return app.LetterOffer{}, fault.Fail(fault.TooLarge,
			"这封邮件超过 "+most+"，无法接收，原信请勿删除。请让发件人改用文件上传链接或网盘发送大文件，或由同事下载原信后登记。",
			"This letter is larger than "+most+" and cannot be taken in; keep it. Ask its sender to send large files by an "+
				"upload link, or have a colleague read it where it is and enter what it says.")
	}
	send, ends, err := d.Store.OfferLetter(ctx, c.Source, c.Source+"/"+c.ID, in.Bytes)
	return app.LetterOffer{Send: send, Ends: ends}, err
}

// Arrival reads a letter that came through the bucket, for TakeArrival. mark is the one that its notice names. fresh is
// false for one that was taken in before. One that is not there is Unavailable: its
// notice may be ahead of it. The key of another thing is NotFound.
func (d Desk) Arrival(ctx context.Context, key, mark string) (a app.Arrival, fresh bool, err error) {
	if !files.IsArrival(key) {
		return a, false, fault.Missing("来信", "letter")
	}
	a, missing, err := d.Store.Arrival(ctx, key)
	if err != nil {
		return a, false, err
	}
	if !missing {
		mark = a.Mark
	}
	before, err := d.Store.Find(ctx, arrivalReceipt(key, mark).Key)
	switch {
	case err != nil:
		return a, false, err
	case before != nil:
		return a, false, d.Store.DropArrival(ctx, key)
	case missing:
		return a, false, fault.Fail(fault.Unavailable, "邮件还没有传到，稍后会再试。",
			"The letter is not there yet. It is looked for again.")
	}
	return a, true, nil
}

// TakeArrival takes in a letter that came through the bucket, once, and deletes it where it came in.
func (d Desk) TakeArrival(ctx context.Context, l app.Letter) error {
	once := arrivalReceipt(l.Object, l.Mark)
	taken := false
	once.Answer = func(any) (receipt.SavedAnswer, error) {
		taken = true
		return receipt.SavedAnswer{Status: http.StatusAccepted}, nil
	}
	err := d.TakeLetter(receipt.WithReceipt(ctx, &once), l)
	if err == nil && !taken { // nothing follows from it
		err = d.Store.Save(ctx, once, receipt.SavedAnswer{Status: http.StatusAccepted})
	}
	if err != nil && !errors.As(err, new(*receipt.Replay)) {
		return err
	}
	return d.Store.DropArrival(ctx, l.Object)
}

// arrivalReceipt is the receipt of a letter that came through the bucket. Another content under the key is another
// letter.
func arrivalReceipt(key, mark string) receipt.Receipt {
	sum := sha256.Sum256([]byte("arrival\x00" + key + "\x00" + mark))
	name := hex.EncodeToString(sum[:])
	return receipt.Receipt{Key: name, Hash: name, Keep: arrivalKept}
}

// keepLarge keeps a letter of which only the beginning was read, for a colleague to look at. It stands in the branch of
// the record that it is about, and names it.
func (d Desk) keepLarge(ctx context.Context, l app.Letter, about, id string) error {
	branch, err := d.branchOf(ctx, about, id)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return err
	}
	if err != nil {
		id = ""
	}
	return d.keepLetter(ctx, l, branch, form.Oversize(id))
}

// branchOf is the branch of a record that a letter is about; empty where it is about none.
func (d Desk) branchOf(ctx context.Context, about, id string) (string, error) {
	switch about {
	case "lead":
		l, err := d.letters().Lead(ctx, id)
		return l.Branch, err
	case "complaint":
		c, err := d.Store.Complaint(ctx, id)
		return c.Branch, err
	case "hold":
		h, err := d.Store.Hold(ctx, id)
		return h.Branch, err
	}
	return "", nil
}
