package form_test

import (
	"testing"
	"time"

	"afterpress/shared/crm/artwork"
	"afterpress/shared/crm/crmtest"
	"afterpress/shared/crm/form"
)

// TestWhoMaySendFiles puts a submission into each outcome and reads whether its files are taken.
func TestWhoMaySendFiles(t *testing.T) {
	t.Parallel()
	frm := form.Form{ID: "quote", Fields: []form.Field{{Name: form.FieldArtwork}}}
	for _, c := range []struct {
		outcome, difficulty string
		shut, over          bool
	}{
		{form.OutcomeCreated, "", false, false},
		{form.OutcomeQuarantined, form.SuspectTrap, true, false},
		{form.OutcomeQuarantined, form.SuspectHaste, true, false},
		{form.OutcomeQuarantined, form.SuspectAddress, false, false},
		{form.OutcomeQuarantined, form.SuspectPerson, false, false},
		{form.OutcomeQuarantined, form.SuspectForm, false, false},
		{form.OutcomeQuarantined, "internal", false, false},
		{form.OutcomeAttached, form.SuspectTrap, false, false}, // a colleague has released it
		{form.OutcomeDiscarded, form.SuspectTrap, false, true},
		{form.OutcomeDiscarded, form.SuspectForm, false, true},
	} {
		place, ok := form.Submission{ID: "sub_1", Outcome: c.outcome, Difficulty: c.difficulty}.ArtworkPlace(frm)
		if !ok || place.Shut != c.shut || place.Over != c.over || place.Quota.Source != "quote" ||
			place.Quota.Bytes != artwork.DayBytes {
			t.Errorf("%s for %q: %+v", c.outcome, c.difficulty, place)
		}
	}
	frm.Policy = &form.Policy{Upload: 7}
	if place, _ := (form.Submission{}).ArtworkPlace(frm); place.Quota.Bytes != 7 {
		t.Errorf("the form's own limit: %+v", place.Quota)
	}
	negative := form.StandardPolicy()
	negative.Upload = -1
	if negative.Check() == nil || form.StandardPolicy().Check() != nil || form.TrialPolicy().Check() != nil {
		t.Error("the check of a policy")
	}
}

// A proof of when the form was drawn holds for a day. Without one an arrival counts twice, as of a program.
func TestWhatAnArrivalProves(t *testing.T) {
	t.Parallel()
	ago := func(d time.Duration) time.Time { return crmtest.Tuesday.Add(-d) }
	for _, c := range []struct {
		what    string
		opened  time.Time
		trap    string
		weight  int64
		suspect string
	}{
		{"a person who took a minute", ago(time.Minute), "", 1, ""},
		{"as fast as a person can be", ago(3 * time.Second), "", 1, ""},
		{"faster", ago(3*time.Second - time.Millisecond), "", 1, form.SuspectHaste},
		{"in the field that no person sees", ago(time.Minute), "x", 1, form.SuspectTrap},
		{"a page left open over night", ago(24 * time.Hour), "", 1, ""},
		{"a proof that is passed around", ago(24*time.Hour + time.Second), "", 2, form.SuspectStamp},
		{"a proof of tomorrow", ago(-time.Second), "", 2, form.SuspectStamp},
		{"no proof", time.Time{}, "", 2, form.SuspectStamp},
		{"no proof, and in the field that no person sees", time.Time{}, "x", 2, form.SuspectTrap},
	} {
		a := form.Arrival{At: crmtest.Tuesday, Opened: c.opened, Trap: c.trap}
		if got := (form.Form{}).Suspect(a); a.Weight() != c.weight || got != c.suspect {
			t.Errorf("%s: counts %d, %q", c.what, a.Weight(), got)
		}
		if text := form.QuarantineWords(c.suspect); c.suspect != "" && (!form.Suspicious(c.suspect) || text.Zh == "") {
			t.Errorf("%s has no words", c.suspect)
		}
	}
}

// A form asks for the stamp of its page, unless its settings say that it comes from elsewhere.
func TestWhichFormsAskForAStamp(t *testing.T) {
	t.Parallel()
	patient := form.StandardPolicy()
	patient.MinFill = 0
	for name, c := range map[string]struct {
		form form.Form
		want string
	}{
		"a form":                      {form.Form{}, form.SuspectStamp},
		"on pages of the shop's own":  {form.Form{Origins: []string{"https://shop.example"}}, ""},
		"with an address to go on to": {form.Form{Redirects: []string{"https://shop.example/thanks"}}, form.SuspectStamp},
		"for programs":                {form.Form{Policy: new(form.TrialPolicy())}, ""},
		"that takes no time":          {form.Form{Policy: &patient}, ""},
	} {
		if got := c.form.Suspect(form.Arrival{At: crmtest.Tuesday}); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestNetwork(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"203.0.113.7": "203.0.113.0/24", "203.0.113.255": "203.0.113.0/24", "203.0.114.0": "203.0.114.0/24",
		"2001:db8:1:2::/64": "2001:db8:1::/48", "2001:db8:1:ffff::1": "2001:db8:1::/48",
		"2001:db8:2::1": "2001:db8:2::/48", "::ffff:203.0.113.7": "203.0.113.0/24", "fe80::1%eth0": "fe80::/48",
		"": "", "somewhere": "", "203.0.113": "", "203.0.113.7:80": "",
	} {
		if got := (form.Arrival{Address: address}).Network(); got != want {
			t.Errorf("%s is of %q, want %q", address, got, want)
		}
	}
}
