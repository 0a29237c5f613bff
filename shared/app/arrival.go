package app

import (
	"time"

	"afterpress/shared/store/files"
	"afterpress/shared/store/table"
)

// Arrival is a letter that came through the bucket.
type Arrival = files.Arrival

// SendLetter asks to send a letter through the bucket, which is too large for a call.
type SendLetter struct {
	Bytes int64 `json:"bytes" validate:"required,min=1"`
}

// LetterOffer is how a letter is sent through the bucket: by this one request, before the time is over. The letter is
// taken in as soon as it is there.
type LetterOffer struct {
	Send table.Sending `json:"send"`
	Ends time.Time     `json:"ends_at"`
}
