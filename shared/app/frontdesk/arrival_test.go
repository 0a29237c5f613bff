package frontdesk_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"afterpress/infra/local/engine"
	"afterpress/infra/local/seed"
	"afterpress/shared/app"
	"afterpress/shared/app/apptest"
	"afterpress/shared/app/frontdesk"
	"afterpress/shared/crm/artwork"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/lead"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/receipt"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

// came is a letter that lies where letters come in.
func came(t *testing.T, b *apptest.Bench, d frontdesk.Desk, l app.Letter) app.Letter {
	t.Helper()
	l.Object = "letters/in/ses/" + l.ID
	if _, err := b.Bucket.Put(t.Context(), l.Object, []byte(l.Body)); err != nil {
		t.Fatal(err)
	}
	a, fresh, err := d.Arrival(t.Context(), l.Object, "0")
	if err != nil || !fresh || string(a.Raw) != l.Body || a.Cut() {
		t.Fatalf("%+v, %v, %v", a, fresh, err)
	}
	l.Mark = a.Mark
	return l
}

// A letter that came through the bucket is taken in once. One that breaks off lies there still.
func TestAnArrivalIsTakenInOnce(t *testing.T) {
	t.Parallel()
	b, d := postRoom(t)
	l := came(t, b, d, from("nobody@example.com", "报价？"))
	broken := d
	broken.Enquiries = &breaking{Enquiries: d.Store, left: 1}
	if err := broken.TakeArrival(t.Context(), l); fault.KindOf(err) != fault.Unavailable {
		t.Fatal(err)
	}
	if err := d.TakeArrival(t.Context(), l); err != nil {
		t.Fatal(err)
	}
	if _, fresh, err := d.Arrival(t.Context(), l.Object, l.Mark); fresh || err != nil {
		t.Errorf("fresh %v, %v", fresh, err)
	}
	if n := b.CountRecords(t, "SUBMISSION"); n != 1 {
		t.Errorf("%d submissions", n)
	}
	if _, _, err := d.Arrival(t.Context(), "letters/in/ses/2", "0"); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("one that is not there yet: %v", err)
	}
	if _, _, err := d.Arrival(t.Context(), "attached/sub_1/art_1", "0"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("what is no letter: %v", err)
	}
}

// A system is told how to send a letter of up to 25 MB.
func TestWhoMaySendALetterThroughTheBucket(t *testing.T) {
	t.Parallel()
	_, d := postRoom(t)
	call := app.Call{Source: form.HookMail, ID: "mail_1"}
	offer, err := d.OfferLetter(t.Context(), call, app.SendLetter{Bytes: 25 << 20})
	if err != nil || offer.Send.Method != "PUT" || offer.Send.Headers["Content-Length"] != "26214400" {
		t.Errorf("%+v, %v", offer, err)
	}
	if _, err := d.OfferLetter(t.Context(), call, app.SendLetter{Bytes: 25<<20 + 1}); fault.KindOf(err) != fault.TooLarge {
		t.Error(err)
	}
}

// breaking is a store whose process ends before it keeps a letter, so often.
type breaking struct {
	frontdesk.Enquiries
	left int
}

func (s *breaking) QuarantineLetter(ctx context.Context, sub form.Submission, sender string) error {
	if s.left--; s.left >= 0 {
		return table.Unavailable(errors.New("the process has ended"))
	}
	return s.Enquiries.QuarantineLetter(ctx, sub, sender)
}

// A letter with files that breaks off before it is kept becomes the same submission, with the same files.
func TestALetterThatBreaksOffLeavesNoFiles(t *testing.T) {
	t.Parallel()
	b, d := postRoom(t)
	l := from("nobody@example.com", "报价？")
	d.Enquiries = &breaking{Enquiries: d.Store, left: 2}
	for range 2 {
		if err := d.TakeLetter(t.Context(), l); fault.KindOf(err) != fault.Unavailable {
			t.Fatal(err)
		}
	}
	for range 2 { // the second time its receipt is over
		if err := d.TakeLetter(t.Context(), l); err != nil {
			t.Fatal(err)
		}
	}
	folders := 0
	for _, it := range b.Items(t) {
		if strings.Contains(it, `"sk":{"Value":"ARTWORK"}`) {
			folders++
		}
	}
	if folders != 1 || b.CountRecords(t, "SUBMISSION") != 1 {
		t.Errorf("%d folders, %d submissions", folders, b.CountRecords(t, "SUBMISSION"))
	}
	if got := filesOf(t, b.Store, l.SubmissionID()); len(got) != 1 {
		t.Errorf("files %q", got)
	}
}

// A mail call that is repeated once its letter was dealt with keeps nothing: the letter's end has begun.
func TestARepeatedCallHoldsNoLetterAgain(t *testing.T) {
	t.Parallel()
	b, d := postRoom(t)
	ctx, _ := apptest.Receipt(t)
	l := from("nobody@example.com", "报价？")
	if err := d.TakeLetter(ctx, l); err != nil {
		t.Fatal(err)
	}
	sub, err := b.Submission(t.Context(), l.SubmissionID())
	if err != nil || lies(t, b, sub.Letter.Raw) != "held" {
		t.Fatal(err)
	}
	boss := frontdesk.Desk{Office: b.Office}
	if _, err := boss.DiscardSubmission(t.Context(), b.Caller("owner"), at(sub.ID),
		frontdesk.DiscardSubmission{Reason: "spam"}); err != nil {
		t.Fatal(err)
	}
	if err := d.TakeLetter(ctx, l); !errors.As(err, new(*receipt.Replay)) {
		t.Error(err)
	}
	if place := lies(t, b, sub.Letter.Raw); place != "done" {
		t.Errorf("the letter lies under %s", place)
	}
}

// A discard that breaks off before the files are deleted is done by its repeat, which is answered as the first.
func TestADiscardThatBreaksOffIsDoneByItsRepeat(t *testing.T) {
	t.Parallel()
	b := apptest.New(t, storetest.NewWithFiles)
	sub := form.Submission{ID: storetest.NewID("sub"), Version: 1, CreatedAt: b.Clock.Now(), UpdatedAt: b.Clock.Now(),
		Form: seed.Quote, Branch: seed.Shanghai, Type: "application/json", Body: "{}"}.Quarantine(form.SuspectForm)
	if err := b.Quarantine(t.Context(), sub); err != nil {
		t.Fatal(err)
	}
	place, err := b.Store.ArtworkPlace(t.Context(), sub.ID)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := b.Store.KeepSent(t.Context(), place, "1", artwork.Artwork{Name: "a.pdf"}, storetest.Brochure)
	if err != nil || !kept {
		t.Fatal(kept, err)
	}
	gone, err := table.NewBucket(aws.Config{Region: "us-east-1", BaseEndpoint: aws.String("http://127.0.0.1:1"),
		Credentials: credentials.NewStaticCredentialsProvider("api", engine.ObjectKey, "")}, "artwork", time.Now)
	if err != nil {
		t.Fatal(err)
	}
	office := b.Office
	if office.Store, err = store.New(table.Config{DB: b.DB, Tables: b.Tables, Bucket: gone, Ring: storetest.Ring,
		NewID: storetest.NewID, Now: b.Clock.Now}); err != nil {
		t.Fatal(err)
	}
	discard := func(o app.Office, reason string) error {
		ctx, _ := apptest.Receipt(t)
		_, err := frontdesk.Desk{Office: o}.DiscardSubmission(ctx, b.Caller("manager"), app.At(sub.ID, "", 1),
			frontdesk.DiscardSubmission{Reason: reason})
		return err
	}
	if err := discard(office, "spam"); fault.KindOf(err) != fault.Unavailable {
		t.Fatal(err)
	}
	key := "attached/" + sub.ID + "/" + artwork.SentID("1")
	if _, missing, err := b.Bucket.Look(t.Context(), key, 1); missing || err != nil {
		t.Fatal("the file is gone already", err)
	}
	for range 2 {
		if err := discard(b.Office, "spam"); err != nil {
			t.Errorf("the repeat: %v", err)
		}
	}
	if _, missing, err := b.Bucket.Look(t.Context(), key, 1); !missing || err != nil {
		t.Error("the file is there still", err)
	}
	b.Refuses(fault.Stale, "another decision", func() error { return discard(b.Office, "duplicate") })
}

// refusing is a store whose rules make no lead.
type refusing struct{ frontdesk.Enquiries }

func (refusing) Capture(context.Context, lead.Capture, *form.Submission) (lead.Lead, error) {
	return lead.Lead{}, fault.Fail(fault.Invalid, "不", "no")
}

// A known customer's letter of which no lead could be made waits for a colleague, and is held as it came until then.
func TestALetterThatCouldBecomeNoLeadIsHeld(t *testing.T) {
	t.Parallel()
	b, d := postRoom(t)
	d.Log = slog.New(slog.DiscardHandler)
	first, err := storetest.Enquire(t, b.Bench, storetest.Li(1))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.ChangeLead(t.Context(), first.ID, func(l lead.Lead) (lead.Lead, event.Event, error) {
		return l.Lose(staff.ActorOf(storetest.Person(t, b.Bench, 2)), lead.Loss{Reason: "price"},
			storetest.Terms(t, b.Bench, l.Branch).Lead(), b.Clock.Now())
	}); err != nil {
		t.Fatal(err)
	}
	d.Enquiries = refusing{d.Store}
	l := from(first.Person.Email, "还要 500 张")
	if err := d.TakeLetter(t.Context(), l); err != nil {
		t.Fatal(err)
	}
	sub, err := b.Submission(t.Context(), l.SubmissionID())
	if err != nil || sub.Outcome != form.OutcomeQuarantined || sub.Task == "" || sub.Difficulty != string(fault.Invalid) {
		t.Fatalf("%+v, %v", sub, err)
	}
	if place := lies(t, b, sub.Letter.Raw); place != "held" {
		t.Errorf("the letter lies under %s", place)
	}
}
