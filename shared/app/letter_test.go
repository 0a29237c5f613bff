package app_test

import (
	"strings"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/app"
	"afterpress/shared/app/apptest"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/store/storetest"
)

// A letter as it came is handed out to those who read submissions, in the branch that it came to.
func TestWhoReadsALetterAsItCame(t *testing.T) {
	t.Parallel()
	b := apptest.New(t, storetest.NewWithFiles)
	l := app.Letter{Call: app.Call{Source: "mail", ID: "mail_1", Body: "From: a@b.example\r\n\r\nHello"}}
	kept, err := app.KeepRaw(t.Context(), b.Office, seed.Shanghai, l, true)
	if err != nil || kept.Raw == "" {
		t.Fatal(kept.Raw, err)
	}
	for who, kind := range map[string]fault.Kind{"manager": "", "owner": "", "marketing": "", "sales": fault.Forbidden,
		"manager-hangzhou": fault.NotFound} {
		ask := func() (app.LetterLink, error) {
			return b.Office.Letter(t.Context(), b.Caller(who), app.At(kept.Raw, "", 0))
		}
		if kind != "" {
			b.Refuses(kind, "a letter read by "+who, func() error { _, err := ask(); return err })
			continue
		}
		link, err := ask()
		if err != nil || link.Name != kept.Raw+".eml" || !strings.Contains(link.URL, kept.Raw) ||
			link.Ends.Sub(b.Clock.Now()) > 5*time.Minute {
			t.Errorf("%s: %+v, %v", who, link, err)
		}
	}
	b.Refuses(fault.NotFound, "a letter that is not there", func() error {
		_, err := b.Office.Letter(t.Context(), b.Caller("owner"), app.At("ltr_1", "", 0))
		return err
	})
}
