package casework_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/app"
	"afterpress/shared/app/apptest"
	"afterpress/shared/app/casework"
	"afterpress/shared/crm/artwork"
	"afterpress/shared/crm/caselink"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/complaint/remedy"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/hold"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/token"
	"afterpress/shared/store/storetest"
)

// linkedTo is what a customer's link about the record leads to.
func linkedTo(t *testing.T, d casework.Desk, about, job string) casework.Linked {
	t.Helper()
	l, err := d.Linked(t.Context(), caselink.Sign(d.Tokens, caselink.Link{About: about, Job: job}))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// questionTo is a question from production to the contact.
func questionTo(t *testing.T, b *apptest.Bench, cust, contact string) hold.Hold {
	t.Helper()
	boss := storetest.Person(t, b.Bench, 8)
	h, e, err := hold.Ask(hold.Question{Job: "J-5", Question: "继续印还是停机？", Choices: []string{"继续印", "停机换纸"}},
		b.NewHoldID(), cust, contact, boss.ID, staff.ActorOf(boss), storetest.Terms(t, b.Bench, seed.Shanghai).Hold(),
		b.Clock.Now())
	if err == nil {
		h, err = b.OpenHold(t.Context(), h, e)
	}
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestWhatACustomersLinkLeadsTo(t *testing.T) {
	t.Parallel()
	b := apptest.New(t, storetest.New)
	d := casework.Desk{Office: b.Office}
	cust, contact := b.Customer()
	c, h := storetest.OpenComplaintOf(t, b.Bench, cust.ID, contact.ID), questionTo(t, b, cust.ID, contact.ID)
	if l := linkedTo(t, d, c.ID, ""); l.Complaint == nil || l.Complaint.ID != c.ID || l.Branch != seed.Shanghai {
		t.Errorf("%+v", l)
	}
	if l := linkedTo(t, d, h.ID, ""); l.Hold == nil || l.Hold.ID != h.ID || l.Branch != seed.Shanghai {
		t.Errorf("%+v", l)
	}
	if l := linkedTo(t, d, contact.ID, "J-7 内页"); l.Contact == nil || l.Contact.ID != contact.ID || l.Job != "J-7 内页" {
		t.Errorf("%+v", l)
	}
	sign := func(about string) string { return caselink.Sign(d.Tokens, caselink.Link{About: about}) }
	for what, tok := range map[string]string{
		"a forged link": sign(c.ID) + "x", "a link for another use": d.Tokens.Sign(token.UseChoices, c.ID),
		"a link to hand in files": app.Invite(d.Office, c.ID, b.Clock.Now()), "nothing": sign(""),
		"no complaint": sign(storetest.NewID("cmp")), "no question": sign(storetest.NewID("hld")),
		"no contact": sign(storetest.NewID("con")), "a lead": sign("lead_1"), "staff": sign(seed.StaffID(1)),
	} {
		b.Refuses(fault.NotFound, what, func() error { _, err := d.Linked(t.Context(), tok); return err })
	}
	leave := func(of customer.Contact, c customer.Customer) (customer.Contact, event.Event, error) {
		return of.Leave(c, b.Caller("manager").Actor, b.Clock.Now())
	}
	if _, err := b.ChangeContact(t.Context(), contact.ID, leave); err != nil {
		t.Fatal(err)
	}
	b.Refuses(fault.NotFound, "a contact who has left", func() error {
		_, err := d.Linked(t.Context(), sign(contact.ID))
		return err
	})
}

func TestAContactComplainsByALink(t *testing.T) {
	t.Parallel()
	b := apptest.New(t, storetest.New)
	d := casework.Desk{Office: b.Office}
	cust, contact := b.Customer()
	l := linkedTo(t, d, contact.ID, "J-9")
	in := casework.Complain{Defects: []string{"scratch"}, Words: " 封面有划痕 ", Job: "J-OTHER", Affected: new(int64(3)),
		Delivered: new(int64(2000)), Wanted: string(remedy.PartReprint), NeededBy: "2026-12-01"}
	c, err := d.Complain(t.Context(), l, in)
	if err != nil || c.State != complaint.StateNew || c.Channel != "link" || c.Customer != cust.ID ||
		c.Contact != contact.ID || c.OpenedBy != staff.Visitor.ID || c.Words != "封面有划痕" || c.Job.Ref != "J-9" ||
		c.Affected != 3 || c.Job.Delivered.Value != 2000 || c.Defects[0] != defect.Scratch ||
		!c.NeededBy.Equal(time.Date(2026, 11, 30, 16, 0, 0, 0, time.UTC)) {
		t.Fatalf("%+v, %v", c, err)
	}
	other := in
	other.Job = "J-9"
	if in.Content(l) != other.Content(l) {
		t.Error("the job of the link does not count")
	}
	if other.Words = "Else"; in.Content(l) == other.Content(l) {
		t.Error("two complaints are one")
	}
	typed := fault.Field{Pointer: "/affected"}
	b.Refuses(fault.Invalid, "a fault that the door found", func() error {
		_, err := d.Complain(t.Context(), l, in, typed)
		return err
	})
	b.Refuses(fault.Invalid, "a complaint that says nothing", func() error {
		_, err := d.Complain(t.Context(), l, casework.Complain{}, typed)
		if n := len(fault.Blamed(err)); n < 3 {
			t.Errorf("%d faults in one go", n)
		}
		return err
	})
	for n := range 4 {
		in.Words = fmt.Sprint("Nr ", n)
		if _, err := d.Complain(t.Context(), l, in); err != nil {
			t.Fatal(err)
		}
	}
	b.Refuses(fault.TooMany, "a sixth complaint in a day", func() error {
		_, err := d.Complain(t.Context(), l, in)
		return err
	})
	b.Clock.Advance(24 * time.Hour)
	if _, err := d.Complain(t.Context(), l, in); err != nil {
		t.Errorf("the next day: %v", err)
	}
}

func TestACustomerSpeaksOfTheirComplaint(t *testing.T) {
	t.Parallel()
	b := apptest.New(t, storetest.New)
	d := casework.Desk{Office: b.Office}
	cust, contact := b.Customer()
	c := storetest.OpenComplaintOf(t, b.Bench, cust.ID, contact.ID)
	l := linkedTo(t, d, c.ID, "")
	before := b.State()
	shown, err := d.CustomerComplaint(t.Context(), l)
	if err != nil || shown.ID != c.ID || len(shown.Replies) != 0 || shown.Older || len(shown.May) == 0 ||
		shown.Files == nil || b.State() != before {
		t.Fatalf("%+v, %v", shown, err)
	}
	for job, want := range map[string]int{c.Job.Ref: 1, "J-OTHER": 0, "": 0} {
		open, err := d.OpenAbout(t.Context(), linkedTo(t, d, contact.ID, job))
		if err != nil || len(open) != want || want == 1 && open[0].ID != c.ID {
			t.Errorf("open about %q: %+v, %v", job, open, err)
		}
	}
	said := casework.SayComplaint{Say: complaint.SayMessage, Seen: shown.Version, Text: " 第 3 箱也有 "}
	if err := d.TellComplaint(t.Context(), l, said, nil); err != nil {
		t.Fatal(err)
	}
	shown, err = d.CustomerComplaint(t.Context(), linkedTo(t, d, c.ID, ""))
	if err != nil || len(shown.Replies) != 1 || shown.Replies[0].Text != "第 3 箱也有" ||
		shown.Replies[0].By != staff.Visitor.ID {
		t.Errorf("%+v, %v", shown.Replies, err)
	}
	b.Refuses(fault.Invalid, "an empty message", func() error {
		once := func(ctx context.Context, content string) context.Context {
			t.Errorf("an empty message is remembered as %s", content)
			return ctx
		}
		err := d.TellComplaint(t.Context(), l, casework.SayComplaint{Say: complaint.SayMessage, Text: " "}, once)
		if !errors.Is(err, casework.Unsaid) {
			t.Error(err)
		}
		return err
	})
	b.Refuses(fault.Refused, "a withdrawal that nobody asked about again", func() error {
		err := d.AnswerComplaint(t.Context(), l, casework.SayComplaint{Say: complaint.SayWithdraw, Turn: shown.Turn})
		if !errors.Is(err, casework.Unsure) {
			t.Error(err)
		}
		return err
	})
	answer := func(say string, turn int) error {
		return d.AnswerComplaint(t.Context(), l, casework.SayComplaint{Say: say, Turn: turn, Sure: true})
	}
	for what, refused := range map[string]struct {
		say  string
		turn int
	}{"an answer to an older page": {complaint.SayWithdraw, shown.Turn - 1},
		"an offer that was not made": {complaint.SayAgree, shown.Turn}} {
		b.Refuses(fault.Refused, what, func() error { return answer(refused.say, refused.turn) })
	}
	for range 2 { // a second click finds what the first did
		if err := answer(complaint.SayWithdraw, shown.Turn); err != nil {
			t.Fatal(err)
		}
	}
	shown, err = d.CustomerComplaint(t.Context(), linkedTo(t, d, c.ID, ""))
	if err != nil || shown.State != complaint.StateWithdrawn || shown.Turn != c.Turn+1 ||
		!may(shown, permission.ReopenComplaint) {
		t.Errorf("%+v, %v", shown, err)
	}
	b.Clock.Advance(60 * 24 * time.Hour)
	if shown, err := d.CustomerComplaint(t.Context(), linkedTo(t, d, c.ID, "")); err != nil ||
		may(shown, permission.ReopenComplaint) {
		t.Errorf("beyond the window: %v, %v", shown.May, err)
	}
}

func may(c casework.CustomerComplaint, action permission.Action) bool {
	return slices.Contains(c.May, action)
}

func TestACustomerAnswersAQuestion(t *testing.T) {
	t.Parallel()
	b := apptest.New(t, storetest.NewWithFiles)
	d := casework.Desk{Office: b.Office}
	cust, contact := b.Customer()
	h := questionTo(t, b, cust.ID, contact.ID)
	place := h.ArtworkPlace()
	place.By = seed.StaffID(8)
	for _, file := range [][]byte{storetest.Photo(t), storetest.Brochure} {
		a, err := b.OfferArtwork(t.Context(), place, artwork.Artwork{Name: "a.jpg"})
		if err != nil {
			t.Fatal(err)
		}
		u, err := b.UploadArtwork(t.Context(), place, a, "")
		if err != nil {
			t.Fatal(err)
		}
		storetest.Post(t, u, file)
		if _, err := b.DecideArtwork(t.Context(), place, a.ID); err != nil {
			t.Fatal(err)
		}
	}
	l := linkedTo(t, d, h.ID, "")
	shown, err := d.CustomerHold(t.Context(), l)
	if err != nil || shown.ID != h.ID || shown.Zone != "Asia/Shanghai" || len(shown.Pictures) != 1 {
		t.Fatalf("%+v, %v", shown, err)
	}
	answer := func(choice int, text string) error {
		return d.AnswerQuestion(t.Context(), l, casework.AnswerQuestion{Choice: choice, Text: text})
	}
	b.Refuses(fault.Invalid, "no word", func() error { return answer(0, " ") })
	b.Refuses(fault.Invalid, "a choice that was not offered", func() error { return answer(3, "") })
	for range 2 {
		if err := answer(2, " 换 128 克 "); err != nil {
			t.Fatal(err)
		}
	}
	if now, err := b.Hold(t.Context(), h.ID); err != nil || now.Version != h.Version+1 || now.Answer.Choice != 2 ||
		now.Answer.Text != "换 128 克" || now.Answer.By != staff.Visitor.ID || now.Answer.Channel != "link" {
		t.Errorf("%+v, %v", now, err)
	}
	b.Refuses(fault.Refused, "another answer", func() error { return answer(1, "") })
	boss := staff.ActorOf(storetest.Person(t, b.Bench, 8))
	other := questionTo(t, b, cust.ID, contact.ID)
	if _, err := b.ChangeHold(t.Context(), other.ID, func(h hold.Hold) (hold.Hold, event.Event, error) {
		return h.Withdraw(boss, storetest.Terms(t, b.Bench, seed.Shanghai).Hold(), b.Clock.Now())
	}); err != nil {
		t.Fatal(err)
	}
	l = linkedTo(t, d, other.ID, "")
	b.Refuses(fault.Refused, "an answer to what was withdrawn", func() error { return answer(1, "") })
}

// The same words about another job are another complaint, and a job is one however it is spaced.
func TestContentOfAComplaint(t *testing.T) {
	t.Parallel()
	said := func(job, linked string) string {
		return casework.Complain{Defects: []string{"scumming"}, Words: "脏", Job: job}.Content(
			casework.Linked{Link: caselink.Link{Job: linked}})
	}
	if said("J-1", "") == said("J-2", "") || said("", "J-1") == said("", "J-2") || said(" J-1", "") != said("J-1", "") ||
		said("J-9", "J-1") != said("J-1", "") {
		t.Errorf("%s, %s", said("J-1", ""), said("J-2", "J-1"))
	}
}
