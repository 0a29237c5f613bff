package frontdesk_test

import (
	"reflect"
	"testing"

	"afterpress/infra/local/seed"
	"afterpress/shared/app"
	"afterpress/shared/app/apptest"
	"afterpress/shared/app/frontdesk"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/lead"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/storetest"
)

// quarantined keeps what was posted to the form for quotations, as it came.
func quarantined(t *testing.T, b *apptest.Bench, body string) form.Submission {
	t.Helper()
	now := b.Clock.Now()
	sub := form.Submission{ID: storetest.NewID("sub"), Version: 1, CreatedAt: now, UpdatedAt: now, Form: seed.Quote,
		Branch: seed.Shanghai, Lang: words.En, Type: "application/json", Body: body}.Quarantine(form.SuspectTrap)
	if err := b.Quarantine(t.Context(), sub); err != nil {
		t.Fatal(err)
	}
	return sub
}

const honest = `{"name":"Tom Baker","email":"tom@example.com","product":"book"}`

func TestSubmissions(t *testing.T) {
	t.Parallel()
	b, d := reception(t)
	sub := quarantined(t, b, honest)
	refuse(t, b, at(sub.ID),
		trial{"a look at a submission", reads(d.Submission), "sales", "manager-hangzhou", ""},
		trial{"a release", does(d.ReleaseSubmission, frontdesk.ReleaseSubmission{}), "service", "manager-hangzhou",
			"marketing"},
		trial{"a discard", does(d.DiscardSubmission, frontdesk.DiscardSubmission{Reason: "spam"}), "sales",
			"manager-hangzhou", "marketing"})
	seen, err := d.Submission(t.Context(), b.Caller("marketing"), app.At(sub.ID, "", 99)) // readers need no version
	if err != nil || seen.Why != form.QuarantineWords(form.SuspectTrap).En || len(seen.Actions) != 2 {
		t.Errorf("%+v, %v", seen, err)
	}
	for _, c := range []struct {
		who, outcome, branch string
		want                 int
		kind                 fault.Kind
	}{
		{"marketing", form.OutcomeQuarantined, "", 1, ""}, {"marketing", form.OutcomeCreated, "", 0, ""},
		{"manager-hangzhou", form.OutcomeQuarantined, "", 0, ""},
		{"marketing", form.OutcomeQuarantined, seed.Hangzhou, 0, fault.NotFound},
		{"sales", form.OutcomeQuarantined, "", 0, fault.Forbidden},
	} {
		got, err := d.Submissions(t.Context(), b.Caller(c.who),
			frontdesk.ListSubmissions{Outcome: c.outcome, Branch: c.branch, Paging: page})
		if len(got.Items) != c.want || err != nil && fault.KindOf(err) != c.kind || err == nil && c.kind != "" {
			t.Errorf("%+v: %+v, %v", c, got.Items, err)
		}
	}
}

func TestASubmissionIsReleased(t *testing.T) {
	t.Parallel()
	b, d := reception(t)
	marketing, release := b.Caller("marketing"), does(d.ReleaseSubmission, frontdesk.ReleaseSubmission{})
	for body, kind := range map[string]fault.Kind{"{": fault.Unreadable, `{"name":"Tom"}`: fault.Invalid} {
		sub := quarantined(t, b, body)
		b.Refuses(kind, body, func() error {
			_, err := release(t.Context(), marketing, at(sub.ID))
			return err
		})
	}
	sub := quarantined(t, b, honest)
	got := done[frontdesk.Submission](t, release, marketing, app.At(sub.ID, "", 1))
	if got.Outcome != form.OutcomeCreated || got.Version != 2 || got.Decision.By != marketing.ID ||
		len(got.Actions) != 2 || got.Actions[0].Allowed || got.Actions[0].Refusal == "" {
		t.Errorf("%+v", got)
	}
	l, err := b.Lead(t.Context(), got.Lead)
	if err != nil || l.State != lead.StateNew || l.Person.Email != "tom@example.com" || l.Submission != sub.ID {
		t.Errorf("%+v, %v", l, err)
	}
	b.Refuses(fault.Refused, "a second release", func() error {
		_, err := release(t.Context(), marketing, at(sub.ID))
		return err
	})
}

func TestASubmissionIsDiscarded(t *testing.T) {
	t.Parallel()
	b, d := reception(t)
	manager, discard := b.Caller("manager"), does(d.DiscardSubmission, frontdesk.DiscardSubmission{Reason: "spam"})
	sub := quarantined(t, b, honest)
	b.Refuses(fault.Forbidden, "what may still become a lead, by service", func() error {
		_, err := discard(t.Context(), b.Caller("service"), at(sub.ID))
		return err
	})
	ctx, _ := apptest.Receipt(t)
	decide := func() (frontdesk.Submission, error) {
		return d.DiscardSubmission(ctx, manager, app.At(sub.ID, "", 1), frontdesk.DiscardSubmission{Reason: "spam"})
	}
	got, err := decide()
	if err != nil {
		t.Fatal(err)
	}
	if again, err := decide(); err != nil || !reflect.DeepEqual(again, got) {
		t.Errorf("a repeat gets %+v, %v, at first %+v", again, err, got)
	}
	if got.Outcome != form.OutcomeDiscarded || got.Decision.Reason != "spam" || got.Body != sub.Body || got.Lead != "" {
		t.Errorf("%+v", got)
	}
	b.Refuses(fault.Refused, "a second discard", func() error {
		_, err := discard(t.Context(), manager, at(sub.ID))
		return err
	})
}
