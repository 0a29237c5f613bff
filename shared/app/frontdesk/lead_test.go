package frontdesk_test

import (
	"strconv"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/app"
	"afterpress/shared/app/apptest"
	"afterpress/shared/app/frontdesk"
	"afterpress/shared/crm/artwork"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/store/storetest"
)

// walkIn is the nth person who comes in.
func walkIn(n int) frontdesk.OpenLead {
	return frontdesk.OpenLead{Source: "walk-in", Name: "王芳", Phone: "1390000" + strconv.Itoa(1000+n), Product: "cards",
		Lang: "zh"}
}

func TestOpenLead(t *testing.T) {
	t.Parallel()
	b, d := reception(t)
	spoken := walkIn(1)
	spoken.Spoken = &frontdesk.Spoken{Channel: "counter", Outcome: customer.OutcomeInterested, Note: "周四再来"}
	elsewhere, unreadable := walkIn(1), walkIn(1)
	elsewhere.Branch, unreadable.Phone = seed.Hangzhou, "12"
	for _, c := range []struct {
		who  string
		in   frontdesk.OpenLead
		kind fault.Kind
	}{
		{"finance", walkIn(1), fault.Forbidden}, {"integration", spoken, fault.Forbidden},
		{"sales", elsewhere, fault.Invalid}, {"sales", unreadable, fault.Invalid},
	} {
		b.Refuses(c.kind, "a lead by "+c.who, func() error {
			_, err := d.OpenLead(t.Context(), b.Caller(c.who), c.in)
			return err
		})
	}
	sales := b.Caller("sales")
	l := done[frontdesk.Lead](t, opens(d.OpenLead, spoken), sales, app.Record{})
	if l.State != lead.StateContacted || l.Owner != sales.ID || l.Branch != seed.Shanghai || l.LastContact.By != sales.ID {
		t.Errorf("%+v", l)
	}
	if l := done[frontdesk.Lead](t, opens(d.OpenLead, elsewhere), b.Caller("owner"), app.Record{}); l.Branch !=
		seed.Hangzhou || l.State != lead.StateNew || !l.Attached {
		t.Errorf("%+v", l)
	}
}

func TestLeadsAreRead(t *testing.T) {
	t.Parallel()
	b, d := reception(t)
	l := done[frontdesk.Lead](t, opens(d.OpenLead, walkIn(1)), b.Caller("manager"), app.Record{})
	refuse(t, b, at(l.ID),
		trial{"a look at a lead", reads(d.Lead), "finance", "sales-hangzhou", ""},
		trial{"the files of a lead", reads(d.LeadFiles), "finance", "sales-hangzhou", ""},
		trial{"a file of a lead", reads(d.LeadFile), "finance", "sales-hangzhou", ""})
	read, err := d.Lead(t.Context(), b.Caller("sales"), app.At(l.ID, "", 99)) // readers need no version
	if err != nil || read.ID != l.ID || len(read.Actions) == 0 {
		t.Fatalf("%+v, %v", read, err)
	}
	for _, a := range read.Actions {
		if a.Allowed != (a.Refusal == "") || a.Refusal != a.Text.En {
			t.Errorf("%+v", a)
		}
	}
	me := b.Caller("sales").ID
	if _, err := d.AssignLead(t.Context(), b.Caller("manager"), at(l.ID), frontdesk.AssignLead{Owner: me}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		who  string
		q    frontdesk.ListLeads
		want int
		kind fault.Kind
	}{
		{"sales", frontdesk.ListLeads{Owner: "me"}, 1, ""}, {"sales-2", frontdesk.ListLeads{Owner: "me"}, 0, ""},
		{"manager", frontdesk.ListLeads{State: lead.StateAssigned, Branch: seed.Shanghai}, 1, ""},
		{"manager", frontdesk.ListLeads{State: lead.StateLost}, 0, ""},
		{"manager-hangzhou", frontdesk.ListLeads{}, 0, ""},
		{"manager", frontdesk.ListLeads{Branch: seed.Hangzhou}, 0, fault.NotFound},
		{"manager", frontdesk.ListLeads{Owner: "nobody"}, 0, fault.Invalid},
		{"manager", frontdesk.ListLeads{Month: "2026-11"}, 0, fault.Invalid},
		{"finance", frontdesk.ListLeads{}, 0, fault.Forbidden},
	} {
		c.q.Paging = page
		got, err := d.Leads(t.Context(), b.Caller(c.who), c.q)
		if len(got.Items) != c.want || err != nil && fault.KindOf(err) != c.kind || err == nil && c.kind != "" {
			t.Errorf("%s %+v: %+v, %v", c.who, c.q, got.Items, err)
		}
	}
}

// A lead says whether its person was thanked by itself, and if not, why, in the words of its reader.
func TestALeadSaysWhetherItsPersonWasThanked(t *testing.T) {
	t.Parallel()
	b, d := reception(t)
	for i, c := range []struct {
		name, reason string
		state        string
		want         frontdesk.Acknowledgement
	}{
		{"nothing was decided", "", "", frontdesk.Acknowledgement{}},
		{"sent", "", message.StateSent,
			frontdesk.Acknowledgement{Acknowledged: true, State: message.StateSent, Text: "Message sent"}},
		{"to be tried again", "", message.StateQueued,
			frontdesk.Acknowledgement{State: message.StateQueued, Reason: "why", Text: "Message waiting to be sent"}},
		{"beyond a limit", message.ReasonDomainCap, "", frontdesk.Acknowledgement{State: message.StateSuppressed,
			Reason: message.ReasonDomainCap, Text: "Not acknowledged: call the customer. Not sent: the address's domain " +
				"had as many automatic letters as a day allows"}},
	} {
		l, err := storetest.Enquire(t, b.Bench, storetest.Li(i))
		if err != nil {
			t.Fatal(err)
		}
		m := message.Message{Person: l.ContactID, Customer: l.Customer, About: "lead/" + l.ID + "/1", Step: "acknowledge",
			Channel: message.ChannelEmail, Template: message.TemplateLeadAcknowledged, Branch: l.Branch}
		switch {
		case c.reason != "":
			err = b.SuppressMessage(t.Context(), m, c.reason)
		case c.state != "":
			if m, err = b.ClaimMessage(t.Context(), m, message.PurposeService); err == nil {
				err = b.SettleMessage(t.Context(), m, c.state, "", c.want.Reason)
			}
		}
		if err != nil {
			t.Fatal(err)
		}
		read, err := d.Lead(t.Context(), b.Caller("sales"), app.At(l.ID, "", 0))
		if err != nil {
			t.Fatal(err)
		}
		if got := read.Acknowledgement; c.want.State == "" && got != nil || c.want.State != "" &&
			(got == nil || *got != c.want) {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}

func TestLeadCommands(t *testing.T) {
	t.Parallel()
	b, d := reception(t)
	l := done[frontdesk.Lead](t, opens(d.OpenLead, walkIn(1)), b.Caller("manager"), app.Record{})
	agreed := b.Clock.Now().AddDate(0, 0, 3)
	assign := does(d.AssignLead, frontdesk.AssignLead{Owner: b.Caller("sales").ID})
	contact := does(d.ContactLead, frontdesk.ContactLead{Channel: "call", Outcome: customer.OutcomeInterested,
		NextStepAt: &agreed})
	qualify := does(d.QualifyLead, frontdesk.QualifyLead{Need: "500 cards",
		Estimate: &frontdesk.Estimate{Minor: 128000, Currency: "CNY"}})
	win := does(d.WinLead, frontdesk.WinLead{Order: "J-118", Amount: &frontdesk.Estimate{Minor: 99000, Currency: "CNY"}})
	lose := does(d.LoseLead, frontdesk.LoseLead{Reason: "price"})
	recycle := does(d.RecycleLead, frontdesk.RecycleLead{Reason: "no-capacity"})
	claim := does(d.ClaimLead, frontdesk.ClaimLead{})
	refuse(t, b, at(l.ID),
		trial{"to assign a lead", assign, "sales", "manager-hangzhou", "manager"},
		trial{"to contact a lead", contact, "service", "sales-hangzhou", "manager"},
		trial{"to qualify a lead", qualify, "service", "sales-hangzhou", "manager"},
		trial{"to win a lead", win, "service", "sales-hangzhou", "manager"},
		trial{"to lose a lead", lose, "service", "sales-hangzhou", "manager"},
		trial{"to recycle a lead", recycle, "service", "sales-hangzhou", "manager"},
		trial{"to claim a lead", claim, "manager", "sales-hangzhou", "sales"})
	b.Refuses(fault.Invalid, "a lead for somebody unknown", func() error {
		_, err := d.AssignLead(t.Context(), b.Caller("manager"), at(l.ID), frontdesk.AssignLead{Owner: seed.StaffID(99)})
		return err
	})
	for _, step := range []struct {
		who, state string
		use        attempt
	}{
		{"manager", lead.StateAssigned, assign}, {"sales", lead.StatePooled, recycle},
		{"sales-2", lead.StateAssigned, claim}, {"sales-2", lead.StateContacted, contact},
		{"sales-2", lead.StateQualified, qualify}, {"sales-2", lead.StateWon, win},
	} {
		seen := app.At(l.ID, "", l.Version)
		l = done[frontdesk.Lead](t, step.use, b.Caller(step.who), seen)
		if l.State != step.state || l.Version != seen.Version+1 || len(l.Actions) == 0 {
			t.Errorf("%+v, want it %s", l, step.state)
		}
		if step.state == lead.StateContacted && !l.Due.Equal(agreed) {
			t.Errorf("due %v, agreed %v", l.Due, agreed)
		}
	}
	if l.Owner != b.Caller("sales-2").ID || l.Qualification.Estimate.Minor != 128000 ||
		l.Win.Amount.Minor != 99000 || l.Win.Order != "J-118" {
		t.Errorf("%+v", l)
	}
	b.Refuses(fault.Refused, "to lose what is won", func() error {
		_, err := lose(t.Context(), b.Caller("manager"), at(l.ID))
		return err
	})
	other := done[frontdesk.Lead](t, opens(d.OpenLead, walkIn(2)), b.Caller("manager"), app.Record{})
	if other = done[frontdesk.Lead](t, lose, b.Caller("manager"), at(other.ID)); other.Loss.Reason != "price" {
		t.Errorf("%+v", other)
	}
}

func TestNextStepsOfALead(t *testing.T) {
	t.Parallel()
	b, d := reception(t)
	l := done[frontdesk.Lead](t, opens(d.OpenLead, walkIn(1)), b.Caller("manager"), app.Record{})
	now := b.Clock.Now()
	for _, c := range []struct {
		outcome string
		in      time.Duration
	}{
		{customer.OutcomeUnreachable, time.Hour}, {customer.OutcomeInterested, -time.Hour},
		{customer.OutcomeInterested, 401 * 24 * time.Hour},
	} {
		agreed := now.Add(c.in)
		for _, id := range []string{l.ID, "none"} { // it is refused before anything is read
			b.Refuses(fault.Invalid, c.outcome+" in "+c.in.String(), func() error {
				_, err := d.ContactLead(t.Context(), b.Caller("manager"), at(id),
					frontdesk.ContactLead{Channel: "call", Outcome: c.outcome, NextStepAt: &agreed})
				return err
			})
		}
	}
}

// TestClaimsOfADay claims more leads than a day of the branch allows.
func TestClaimsOfADay(t *testing.T) {
	t.Parallel()
	b, d := reception(t)
	manager, sales := b.Caller("manager"), b.Caller("sales")
	most := storetest.Terms(t, b.Bench, seed.Shanghai).Policy.Lead.ClaimsPerDay
	claim := func(l frontdesk.Lead) error {
		_, err := d.ClaimLead(t.Context(), sales, at(l.ID), frontdesk.ClaimLead{})
		return err
	}
	var last frontdesk.Lead
	for n := range most + 1 {
		last = done[frontdesk.Lead](t, opens(d.OpenLead, walkIn(n)), manager, app.Record{})
		done[frontdesk.Lead](t, does(d.AssignLead, frontdesk.AssignLead{Owner: b.Caller("sales-2").ID}), manager,
			at(last.ID))
		done[frontdesk.Lead](t, does(d.RecycleLead, frontdesk.RecycleLead{Reason: "absent"}), manager, at(last.ID))
		if n == most {
			break
		}
		if err := claim(last); err != nil {
			t.Fatalf("claim %d: %v", n+1, err)
		}
	}
	b.Refuses(fault.TooMany, "one claim more", func() error { return claim(last) })
	b.Clock.Set(time.Date(2026, 11, 24, 16, 0, 0, 0, time.UTC)) // midnight in Shanghai
	if err := claim(last); err != nil {
		t.Errorf("on the next day: %v", err)
	}
}

// TestClaimsAreCountedByTheLeadsBranch claims leads of a branch that allows one a day, as somebody whose first branch
// allows more.
func TestClaimsAreCountedByTheLeadsBranch(t *testing.T) {
	t.Parallel()
	b, d := reception(t)
	sales, owner := b.Apart("sales"), b.Caller("owner")
	d.Office = b.Office
	for n, want := range []fault.Kind{"", fault.TooMany} {
		in := walkIn(n)
		in.Branch = seed.Hangzhou
		l := done[frontdesk.Lead](t, opens(d.OpenLead, in), owner, app.Record{})
		done[frontdesk.Lead](t, does(d.AssignLead, frontdesk.AssignLead{Owner: b.Caller("sales-hangzhou").ID}), owner,
			at(l.ID))
		done[frontdesk.Lead](t, does(d.RecycleLead, frontdesk.RecycleLead{Reason: "absent"}), owner, at(l.ID))
		claimed, err := d.ClaimLead(t.Context(), sales, at(l.ID), frontdesk.ClaimLead{})
		if want == "" && (err != nil || claimed.Policy != "own@1") || want != "" && fault.KindOf(err) != want {
			t.Errorf("claim %d: %s, %v", n+1, claimed.Policy, err)
		}
	}
}

func TestFilesOfALead(t *testing.T) {
	t.Parallel()
	b := apptest.New(t, storetest.NewWithFiles)
	d := frontdesk.Desk{Office: b.Office}
	l, err := storetest.Enquire(t, b.Bench, storetest.Li(1))
	if err != nil {
		t.Fatal(err)
	}
	sent := sendFile(t, b, l.Submission)
	sales := b.Caller("sales")
	files, err := d.LeadFiles(t.Context(), sales, at(l.ID))
	if err != nil || len(files.Items) != 1 || files.Items[0].ID != sent.ID {
		t.Errorf("%+v, %v", files, err)
	}
	link, err := d.LeadFile(t.Context(), sales, app.At(l.ID, sent.ID, 0))
	if err != nil || link.URL == "" || link.Kind != artwork.KindPDF {
		t.Errorf("%+v, %v", link, err)
	}
	typed := done[frontdesk.Lead](t, opens(d.OpenLead, walkIn(1)), sales, app.Record{})
	if none, err := d.LeadFiles(t.Context(), sales, at(typed.ID)); err != nil || none.Items == nil ||
		len(none.Items) != 0 {
		t.Errorf("%+v, %v", none, err)
	}
	place, err := b.ArtworkPlace(t.Context(), l.Submission)
	if err != nil {
		t.Fatal(err)
	}
	offered, err := b.OfferArtwork(t.Context(), place, artwork.Artwork{Name: "b.pdf"}) // nobody has looked at it
	if err != nil {
		t.Fatal(err)
	}
	for _, none := range []app.Record{app.At(l.ID, "none", 0), app.At(typed.ID, sent.ID, 0), app.At(l.ID, offered.ID, 0)} {
		b.Refuses(fault.NotFound, "a link to no file of the lead", func() error {
			_, err := d.LeadFile(t.Context(), sales, none)
			return err
		})
	}
}

// sendFile is a brochure that was sent with a submission, and kept.
func sendFile(t *testing.T, b *apptest.Bench, of string) artwork.Artwork {
	t.Helper()
	place, err := b.ArtworkPlace(t.Context(), of)
	if err != nil {
		t.Fatal(err)
	}
	a, err := b.OfferArtwork(t.Context(), place, artwork.Artwork{Name: "a.pdf"})
	if err != nil {
		t.Fatal(err)
	}
	upload, err := b.UploadArtwork(t.Context(), place, a, "")
	if err != nil {
		t.Fatal(err)
	}
	storetest.Post(t, upload, storetest.Brochure)
	if a, err = b.DecideArtwork(t.Context(), place, a.ID); err != nil || a.State != artwork.Attached &&
		!b.Bucket.Scanned {
		t.Fatalf("%+v, %v", a, err)
	}
	return a
}
