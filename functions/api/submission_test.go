package api_test

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/app/frontdesk"
	"afterpress/shared/crm/artwork"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/lead"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/history"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"
)

// quarantined keeps what a visitor posted as it came.
func (b *bench) quarantined(kind, body, why string) form.Submission {
	b.t.Helper()
	now := b.Clock.Now()
	sub := form.Submission{ID: storetest.NewID("sub"), Version: 1, CreatedAt: now, UpdatedAt: now, Form: seed.Quote,
		Branch: seed.Shanghai, Lang: words.En,
		Type: kind, Body: body, ConsentText: "I agree"}.Quarantine(why)
	if err := b.Quarantine(b.t.Context(), sub); err != nil {
		b.t.Fatal(err)
	}
	return sub
}

// handed keeps a complaint that another system handed over, as the hook does.
func (b *bench) handed(why string) form.Submission {
	b.t.Helper()
	now := b.Clock.Now()
	sub := form.Submission{ID: storetest.NewID("sub"), Version: 1, CreatedAt: now, UpdatedAt: now,
		Form: form.HookComplaints, Via: form.HookComplaints + "/0123abcd", Branch: seed.Shanghai,
		Lang: words.En, Type: "application/json",
		Body: `{"email":"nobody@example.com","job":"J-7","defects":["scratch"],"words":"Scratched."}`}.Quarantine(why)
	if err := b.Quarantine(b.t.Context(), sub); err != nil {
		b.t.Fatal(err)
	}
	return sub
}

const honest = "name=Tom+Baker&email=tom%40example.com&product=book&needed_by=2026-11-25&marketing_consent=on&homepage="

func TestReleaseMakesALeadAndStartsItsProcess(t *testing.T) {
	t.Parallel()
	b := start(t)
	sub := b.quarantined("application/x-www-form-urlencoded", honest, form.SuspectPerson)
	seen := into[frontdesk.Submission](b.call("marketing", "GET /submissions/"+sub.ID, nil, "Accept-Language", "en"))
	if seen.Why != form.QuarantineWords(form.SuspectPerson).En || len(seen.Actions) != 2 || !seen.Actions[0].Allowed ||
		!seen.Actions[1].Allowed {
		t.Errorf("%+v", seen)
	}
	want := []form.Posted{{Name: "name", Label: "Your name", Value: "Tom Baker"},
		{Name: "marketing_consent", Label: "News and offers", Value: "on"}}
	if len(seen.Fields) != 6 || seen.Fields[0] != want[0] || seen.Fields[4] != want[1] || seen.Body != honest {
		t.Errorf("%+v", seen.Fields)
	}
	b.Clock.Advance(5 * 24 * time.Hour) // the day that the person asked for is over, and they asked all the same
	released := b.call("marketing", "POST /submissions/"+sub.ID+"/release", fields{}, "If-Match", quoted(1),
		"Idempotency-Key", "k").want(http.StatusOK)
	got := into[frontdesk.Submission](released)
	if got.Outcome != form.OutcomeCreated || got.Version != 2 || got.Decision == nil ||
		got.Decision.By != b.staff("marketing").ID || released.Header().Get("ETag") != quoted(2) {
		t.Errorf("%+v", got)
	}
	l, err := b.Lead(t.Context(), got.Lead)
	if err != nil || l.State != lead.StateNew || l.Person.Email != "tom@example.com" || l.Person.Lang != words.En ||
		l.Submission != sub.ID ||
		l.Consent != gate.ConsentAwaiting || !l.CreatedAt.After(sub.CreatedAt.Add(4*24*time.Hour)) {
		t.Errorf("%+v, %v", l, err)
	}
	pending, err := b.Pending(t.Context(), b.Clock.Now(), 10)
	if err != nil || len(pending) != 1 || pending[0].Type != event.LeadCaptured || pending[0].Cause != got.Decision.By {
		t.Errorf("pending %+v, %v", pending, err)
	}
	again := b.call("marketing", "POST /submissions/"+sub.ID+"/release", fields{}, "If-Match", quoted(1),
		"Idempotency-Key", "k").want(http.StatusOK)
	if again.Header().Get("Idempotent-Replayed") != "true" || into[frontdesk.Submission](again).Lead != got.Lead {
		t.Errorf("a repeat: %s", again.Body)
	}
	second := into[httpapi.Problem](b.call("manager", "POST /submissions/"+sub.ID+"/release",
		fields{}).want(http.StatusConflict))
	if second.State != form.OutcomeCreated || len(second.Allowed) != 0 {
		t.Errorf("%+v", second)
	}
	lines, err := b.Timeline(t.Context(), l.Customer, words.Zh, table.Paging{Limit: 10})
	if err != nil || !slices.ContainsFunc(lines.Items,
		func(e history.TimelineEntry) bool { return e.Kind == string(event.SubmissionReleased) && e.Text != "" }) {
		t.Errorf("%+v, %v", lines.Items, err)
	}
}

func TestReleaseOfAKnownPersonAttaches(t *testing.T) {
	t.Parallel()
	b := start(t)
	first := b.quarantined("application/json", `{"name":"Tom","email":"tom@example.com","product":"book"}`,
		form.SuspectTrap)
	second := b.quarantined("application/json", `{"name":"Tom","email":"TOM@example.com","product":"label"}`, "internal")
	b.call("owner", "POST /submissions/"+first.ID+"/release", fields{}).want(http.StatusOK)
	if got := into[frontdesk.Submission](b.call("owner", "POST /submissions/"+second.ID+"/release",
		fields{}).want(http.StatusOK)); got.Outcome != form.OutcomeAttached {
		t.Errorf("%+v", got)
	}
}

func TestDiscardKeepsTheSubmission(t *testing.T) {
	t.Parallel()
	b := start(t)
	sub := b.quarantined("application/json", `{"name":"Tom","email":"tom@example.com","product":"book"}`,
		form.SuspectTrap)
	path := "POST /submissions/" + sub.ID
	b.call("manager", path+"/discard", fields{"reason": "boring"}).want(http.StatusUnprocessableEntity)
	b.call("manager", path+"/discard", fields{"reason": "spam"}, "If-Match",
		quoted(7)).want(http.StatusPreconditionFailed)
	got := into[frontdesk.Submission](b.call("manager", path+"/discard", fields{"reason": "spam"}, "If-Match",
		quoted(1)).want(http.StatusOK))
	if got.Outcome != form.OutcomeDiscarded || got.Decision.Reason != "spam" || got.Body != sub.Body || got.Lead != "" {
		t.Errorf("%+v", got)
	}
	list := into[table.Page[form.SubmissionCard]](b.call("manager", "GET /submissions?outcome=discarded",
		nil).want(http.StatusOK))
	left := into[table.Page[form.SubmissionCard]](b.call("manager", "GET /submissions", nil).want(http.StatusOK))
	if len(list.Items) != 1 || len(left.Items) != 0 {
		t.Errorf("%d discarded, %d quarantined", len(list.Items), len(left.Items))
	}
	b.call("manager", path+"/discard", fields{"reason": "spam"}).want(http.StatusConflict)
	if b.Count(t, b.Tables.Events, "CUSTOMER#"+sub.ID) != 1 {
		t.Error("nobody can say who discarded it")
	}
	freed := into[frontdesk.Submission](b.call("owner", path+"/release", fields{}).want(http.StatusOK))
	if freed.Outcome != form.OutcomeCreated || freed.Decision.Reason != "" {
		t.Errorf("what was discarded by mistake can be released: %+v", freed)
	}
}

func TestReleaseTellsWhatCannotBeRead(t *testing.T) {
	t.Parallel()
	b := start(t)
	sub := b.quarantined("application/json", `{"name":"Tom","phone":"12","product":"book"}`, "internal")
	before := b.State()
	problem := into[httpapi.Problem](b.call("owner", "POST /submissions/"+sub.ID+"/release",
		fields{}).want(http.StatusUnprocessableEntity))
	if len(problem.Errors) != 1 || problem.Errors[0].Pointer != "/phone" || b.State() != before {
		t.Errorf("%+v", problem)
	}
}

func TestReleaseAndDiscardAtOnce(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.Crowd(t)
	for range 10 {
		sub := b.quarantined("application/json", `{"name":"Tom","email":"`+storetest.NewID("tom")+
			`@example.com","product":"book"}`, "internal")
		var both sync.WaitGroup
		var codes [8]int
		for i := range codes {
			both.Go(func() {
				verb, body := "/release", fields{}
				if i%2 > 0 {
					verb, body = "/discard", fields{"reason": "spam"}
				}
				codes[i] = b.call("owner", "POST /submissions/"+sub.ID+verb, body, "If-Match", quoted(1)).Code
			})
		}
		both.Wait()
		slices.Sort(codes[:])
		if codes[0] != http.StatusOK || codes[1] == http.StatusOK {
			t.Errorf("one decides: %v", codes)
		}
	}
}

// TestADiscardedSubmissionHasNoFiles discards a submission with one file that was kept and one that nobody has looked
// at. Both are gone from the bucket, and a file that is still under way is not kept.
func TestADiscardedSubmissionHasNoFiles(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.files()
	sub := b.quarantined("application/x-www-form-urlencoded", honest, form.SuspectPerson)
	kept, sent := b.sendFile(sub.ID, "kept.pdf"), b.uploadFile(sub.ID, "sent.pdf")
	place := b.placeOf(sub.ID)
	there := func(key string) bool {
		t.Helper()
		_, missing, err := b.Bucket.Look(t.Context(), key, 1)
		if err != nil {
			t.Fatal(err)
		}
		return !missing
	}
	attached, quarantined := "attached/"+sub.ID+"/"+kept.ID, "quarantine/"+sub.ID+"/"+sent.ID
	path := "POST /submissions/" + sub.ID + "/discard"
	b.call("service", path, fields{"reason": "spam"}).want(http.StatusForbidden)
	if !there(attached) || !there(quarantined) {
		t.Fatal("the files are not there, or a refusal deleted them")
	}
	b.call("manager", path, fields{"reason": "spam"}).want(http.StatusOK)
	if there(attached) || there(quarantined) {
		t.Error("the files of a discarded submission are there")
	}
	folder, err := b.ArtworkFolder(t.Context(), sub.ID)
	if err != nil || !folder.Dropped || len(folder.Attached()) != 0 || len(folder.Files) != 2 {
		t.Errorf("%+v, %v", folder, err)
	}
	if _, err := b.OfferArtwork(t.Context(), place, artwork.Artwork{Name: "late.pdf"}); err == nil {
		t.Error("a file is offered afterwards")
	}
	if a, err := b.DecideArtwork(t.Context(), place, sent.ID); err != nil || a.State != artwork.Dropped {
		t.Errorf("%+v, %v", a, err)
	}
	b.call("manager", "POST /submissions/"+sub.ID+"/release", fields{}).want(http.StatusOK) // it was a mistake
}

// What came through no form makes no lead: service enters it and discards it. What came through a form is left to
// those who may release it.
func TestWhatIsNoFormIsNotReleased(t *testing.T) {
	t.Parallel()
	b := start(t)
	const says = "This is a complaint and makes no lead: open the complaint with POST /complaints, then discard this."
	for _, why := range []string{form.Unplaced, "invalid /affected"} {
		path := "/submissions/" + b.handed(why).ID
		for who, names := range map[string][]string{"service": {"submission.discard"},
			"marketing": {"submission.release", "submission.discard"}} {
			seen := into[frontdesk.Submission](b.call(who, "GET "+path, nil, "Accept-Language", "en").want(http.StatusOK))
			var listed []string
			for _, a := range seen.Actions {
				listed = append(listed, a.Name)
				if release := a.Name == "submission.release"; a.Allowed == release || release && a.Refusal != says {
					t.Errorf("%s: %+v", who, a)
				}
			}
			if !slices.Equal(listed, names) || !strings.Contains(seen.Why, "POST /complaints") ||
				strings.Contains(seen.Why, "/affected") != (why != form.Unplaced) {
				t.Errorf("%s: %v, %s", who, listed, seen.Why)
			}
		}
		before := b.State()
		refused := into[httpapi.Problem](b.call("owner", "POST "+path+"/release", fields{}, "Accept-Language",
			"en").want(http.StatusConflict))
		if refused.Detail != says || !slices.Equal(refused.Allowed, []string{"submission.discard"}) || b.State() != before {
			t.Errorf("%+v", refused)
		}
		b.call("service", "POST "+path+"/discard", fields{"reason": "duplicate"}).want(http.StatusOK)
		refused = into[httpapi.Problem](b.call("owner", "POST "+path+"/release", fields{}, "Accept-Language",
			"en").want(http.StatusConflict))
		if refused.Detail != says || len(refused.Allowed) != 0 {
			t.Errorf("%+v", refused)
		}
	}
	path := "/submissions/" + b.quarantined("application/json", "{}", "internal").ID
	seen := into[frontdesk.Submission](b.call("service", "GET "+path, nil).want(http.StatusOK))
	if before := b.State(); len(seen.Actions) != 0 {
		t.Errorf("service may %+v", seen.Actions)
	} else if b.call("service", "POST "+path+"/discard",
		fields{"reason": "spam"}).want(http.StatusForbidden); b.State() != before {
		t.Error("what service may not discard changed")
	}
}
