package hook

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"unicode/utf8"

	"afterpress/shared/app"
	"afterpress/shared/httpapi"
)

// bucketNotice is what S3 tells of its objects.
type bucketNotice struct {
	Event   string `json:"Event"` // s3:TestEvent when the bucket is set up
	Records []struct {
		Name string `json:"eventName"`
		S3   struct {
			Object struct {
				Key  string `json:"key"` // in URL encoding
				Mark string `json:"eTag"`
			} `json:"object"`
		} `json:"s3"`
	} `json:"Records"`
}

// Arrived takes in what a notice of the bucket names. An error says that the notice has to come again: what it names is
// not there yet, or cannot be read or kept for the moment. A notice that comes twice acts once.
func (s *Server) Arrived(ctx context.Context, notice string) error {
	n, err := httpapi.DecodeForeign[bucketNotice]([]byte(notice))
	if err != nil {
		return fmt.Errorf("a notice of the bucket cannot be read: %w", err)
	}
	if len(n.Records) == 0 && n.Event != "s3:TestEvent" {
		return fmt.Errorf("a notice of the bucket names nothing")
	}
	for _, r := range n.Records {
		key, err := url.QueryUnescape(r.S3.Object.Key)
		if err != nil {
			return err
		}
		if err := s.arrived(ctx, r.Name, key, r.S3.Object.Mark); err != nil {
			return err
		}
	}
	return nil
}

// arrived takes in what happened to one object.
func (s *Server) arrived(ctx context.Context, event, key, mark string) error {
	if !strings.HasPrefix(event, "ObjectCreated:") {
		return fmt.Errorf("the bucket tells of %s %s, which nobody here hears", event, key)
	}
	a, fresh, err := s.Frontdesk.Arrival(ctx, key, mark)
	if err != nil || !fresh {
		return err
	}
	l, err := readLetter(a.Raw)
	if err != nil {
		l = noLetter(a.Raw)
	}
	_, way, _ := strings.Cut(key, "/in/")
	way, _, _ = strings.Cut(way, "/")
	l.Call = app.Call{Source: SourceMail, Via: SourceMail + "/" + way, ID: a.Key + " " + a.Mark, Type: "message/rfc822"}
	if l.Object, l.Mark, l.Cut = a.Key, a.Mark, a.Cut(); l.Cut {
		l.Attached = nil // of which the last one is torn
	}
	if err := s.Frontdesk.TakeArrival(ctx, l); err != nil {
		return err
	}
	s.Frontdesk.Log.InfoContext(ctx, "letter taken in", slog.String("key", a.Key), slog.Int64("bytes", a.Size),
		slog.Bool("cut", l.Cut))
	return nil
}

// letterShown is how many bytes are shown of what came in place of a letter.
const letterShown = 4 << 10

// noLetter is what came in place of a letter: a colleague reads it as far as it is text.
func noLetter(raw []byte) (l app.Letter) {
	if len(raw) > letterShown {
		raw = raw[:letterShown]
		for n := 1; n < utf8.UTFMax && !utf8.Valid(raw); n++ { // the cut may go through a character
			raw = raw[:letterShown-n]
		}
	}
	if l.Text = "?"; utf8.Valid(raw) {
		l.Text = string(raw)
	}
	return l
}
