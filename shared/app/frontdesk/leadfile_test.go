package frontdesk_test

import (
	"testing"

	"afterpress/shared/app"
	"afterpress/shared/app/apptest"
	"afterpress/shared/app/frontdesk"
	"afterpress/shared/crm/artwork"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/store/storetest"
)

// A manager decides about a file of a lead that the scanner did not find clean. Sales do not, and there is nothing to
// decide about another file.
func TestAManagerDecidesAboutAHeldFileOfALead(t *testing.T) {
	t.Parallel()
	b := apptest.New(t, storetest.NewWithFiles)
	d := frontdesk.Desk{Office: b.Office}
	l, err := storetest.Enquire(t, b.Bench, storetest.Li(7))
	if err != nil {
		t.Fatal(err)
	}
	manager, free, drop := b.Caller("manager"), sendFile(t, b, l.Submission), sendFile(t, b, l.Submission)
	release, discard := app.ReleaseFile{Reason: "scanned-elsewhere"}, app.DiscardFile{Reason: "not-needed"}
	decide := func(by app.Caller, at app.Record) map[string]func() error {
		return map[string]func() error{
			"released":  func() error { _, err := d.ReleaseLeadFile(t.Context(), by, at, release); return err },
			"discarded": func() error { _, err := d.DiscardLeadFile(t.Context(), by, at, discard); return err },
		}
	}
	for what, try := range decide(b.Caller("sales"), app.At(l.ID, free.ID, 0)) {
		b.Refuses(fault.Forbidden, "a file is "+what+" by sales", try)
	}
	for what, try := range decide(manager, app.At(l.ID, free.ID, 0)) {
		b.Refuses(fault.Refused, "a clean file is "+what, try)
	}
	for what, try := range decide(manager, app.At(l.ID, "none", 0)) {
		b.Refuses(fault.NotFound, "no file is "+what, try)
	}
	b.Bucket.Scanned = true
	free, drop = sendFile(t, b, l.Submission), sendFile(t, b, l.Submission)
	b.Clock.Advance(artwork.ScanTime)
	freed, err := d.ReleaseLeadFile(t.Context(), manager, app.At(l.ID, free.ID, 0), release)
	gone, failed := d.DiscardLeadFile(t.Context(), manager, app.At(l.ID, drop.ID, 0), discard)
	if err != nil || failed != nil || freed.State != artwork.Attached || gone.State != artwork.Dropped {
		t.Errorf("%+v, %v; %+v, %v", freed, err, gone, failed)
	}
}
