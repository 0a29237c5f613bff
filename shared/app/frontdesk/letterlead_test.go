package frontdesk_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/app"
	"afterpress/shared/app/apptest"
	"afterpress/shared/app/frontdesk"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/kernel/token"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store"
	"afterpress/shared/store/enquiries"
	"afterpress/shared/store/storetest"
)

// postRoom is a desk that takes mail under the role of the public door.
func postRoom(t *testing.T) (*apptest.Bench, frontdesk.Desk) {
	t.Helper()
	b := apptest.New(t, storetest.NewWithFiles)
	office := b.Office
	office.Store = b.OpenAs(t, "intake")
	return b, frontdesk.Desk{Office: office, Replies: token.NewReplyAddresses(storetest.Ring), Cases: &heard{},
		ReplyDomain: "reply.shop.example", MailHosts: []string{"post.example", "mx.other.example"}}
}

// Whose word counts that a letter is forged: a stranger writes such a line as well.
func TestWhoseChecksCount(t *testing.T) {
	t.Parallel()
	b, d := postRoom(t)
	first, err := storetest.Enquire(t, b.Bench, storetest.Li(1))
	if err != nil {
		t.Fatal(err)
	}
	for by, want := range map[string]bool{"post.example": true, "mx1.post.example": true, "MX.Other.example 1": true,
		"mx.reply.shop.example": true, "amazonses.com": true, "notpost.example": false, "post.example.x.example": false,
		"other.example": false, "mx.x.example": false, "": false} {
		before := len(kept(t, b, form.OutcomeQuarantined))
		l := from(first.Person.Email, "500 张")
		l.Header["authentication-results"] = by + "; spf=pass; dmarc=fail header.from=example.com"
		if err := d.TakeLetter(t.Context(), l); err != nil {
			t.Fatal(err)
		}
		if forged := len(kept(t, b, form.OutcomeQuarantined)) > before; forged != want {
			t.Errorf("%q: forged %t", by, forged)
		}
		b.Clock.Advance(time.Second)
	}
}

// The time for the first contact of a stranger runs from their letter, and not from its release.
func TestTheFirstContactCountsFromTheLetter(t *testing.T) {
	t.Parallel()
	for wait, ahead := range map[time.Duration]bool{10 * time.Minute: true, 50 * time.Minute: false} {
		b, d := postRoom(t)
		if err := d.TakeLetter(t.Context(), from("wang@new.example", "报价？")); err != nil {
			t.Fatal(err)
		}
		sub := kept(t, b, form.OutcomeQuarantined)[0]
		b.Clock.Advance(wait)
		office := b.Office
		office.Store = b.OpenAs(t, "api")
		release := does(frontdesk.Desk{Office: office}.ReleaseSubmission, frontdesk.ReleaseSubmission{})
		got := done[frontdesk.Submission](t, release, b.Caller("owner"), app.At(sub.ID, "", 1))
		l, err := b.Lead(t.Context(), got.Lead)
		tsk, missing := b.Task(t.Context(), sub.Task)
		if err != nil || missing != nil || !l.FirstContactDue.Equal(tsk.Due) || !l.EnquiredAt.Equal(sub.CreatedAt) {
			t.Errorf("%s: %+v, %+v, %v", wait, l, tsk, err)
		}
		if l.Due.Equal(l.FirstContactDue) != ahead {
			t.Errorf("%s: the owner's time ends %s, the first contact's %s", wait, l.Due, l.FirstContactDue)
		}
	}
}

// from is a letter of the address, with a PDF and a file of no kind that is kept.
func from(address, text string) app.Letter {
	l := letter(text)
	l.From, l.Name, l.Subject, l.ID = address, "李娜", "名片", storetest.NewID("mail")
	l.Files = []string{"名片.pdf", "x.exe"}
	l.Attached = []app.SentFile{{Name: "名片.pdf", Type: "application/pdf", Content: storetest.Brochure},
		{Name: "x.exe", Content: []byte("MZ" + strings.Repeat("x", 100))}}
	return l
}

// leadsOf are the open leads of all branches, the newest first.
func leadsOf(t *testing.T, b *apptest.Bench) []lead.Lead {
	t.Helper()
	page, err := b.Leads(t.Context(),
		enquiries.LeadQuery{Branches: []string{seed.Shanghai, seed.Hangzhou}, Paging: storePage})
	if err != nil {
		t.Fatal(err)
	}
	var out []lead.Lead
	for _, card := range page.Items {
		l, err := b.Lead(t.Context(), card.ID)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, l)
	}
	slices.SortFunc(out, func(a, b lead.Lead) int { return b.CreatedAt.Compare(a.CreatedAt) })
	return out
}

func filesOf(t *testing.T, s *store.Store, of string) []string {
	t.Helper()
	folder, err := s.ArtworkFolder(t.Context(), of)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, a := range folder.Attached() {
		out = append(out, a.Name)
	}
	return out
}

// lies is where a letter is kept as it came: held or done.
func lies(t *testing.T, b *apptest.Bench, id string) string {
	t.Helper()
	link, err := b.Office.Letter(t.Context(), b.Caller("owner"), at(id))
	if err != nil {
		t.Fatal(id, err)
	}
	_, place, _ := strings.Cut(link.URL, "/letters/")
	place, _, _ = strings.Cut(place, "/")
	return place
}

// A known customer's letter is a lead of theirs with the clock of any enquiry. While a lead of theirs is open, it is an
// answer under that one.
func TestAKnownSendersLetterIsALead(t *testing.T) {
	t.Parallel()
	b, d := postRoom(t)
	first, err := storetest.Enquire(t, b.Bench, storetest.Li(1))
	if err != nil {
		t.Fatal(err)
	}
	address := first.Person.Email
	if err := d.TakeLetter(t.Context(), from(strings.ToUpper(address), "还要 500 张")); err != nil {
		t.Fatal(err)
	}
	if n := len(leadsOf(t, b)); n != 1 || touches(t, b, first.Customer) != 1 {
		t.Fatalf("while a lead is open: %d leads, %d touches", n, touches(t, b, first.Customer))
	}
	if got := filesOf(t, b.Store, first.Submission); !slices.Equal(got, []string{"名片.pdf"}) {
		t.Errorf("kept with the open lead: %q", got)
	}
	after, err := b.Lead(t.Context(), first.ID)
	if err != nil || after.Replies != 1 {
		t.Errorf("%+v, %v", after, err)
	}
	// a letter to an address that everybody knows proves no mailbox
	cust, contact, _, err := b.FindContact(t.Context(), identity.Claims("", address))
	if err != nil || contact.Trust(address, cust) != customer.TrustSaid {
		t.Errorf("%+v, %v", contact, err)
	}
	b.Clock.Advance(time.Minute)
	if _, err := b.ChangeLead(t.Context(), first.ID, func(l lead.Lead) (lead.Lead, event.Event, error) {
		return l.Lose(b.Caller("manager").Actor, lead.Loss{Reason: "price"}, storetest.Terms(t, b.Bench, l.Branch).Lead(),
			b.Clock.Now())
	}); err != nil {
		t.Fatal(err)
	}
	if err := d.TakeLetter(t.Context(), from(address, "再印 1000 张")); err != nil {
		t.Fatal(err)
	}
	open := leadsOf(t, b)
	if len(open) != 1 || len(kept(t, b, form.OutcomeQuarantined)) != 0 {
		t.Fatalf("%+v, kept %+v", open, kept(t, b, form.OutcomeQuarantined))
	}
	l := open[0]
	terms := storetest.Terms(t, b.Bench, l.Branch)
	due, err := terms.Calendar.Add(l.CreatedAt, time.Duration(terms.Policy.Lead.FirstContact)*time.Second)
	if err != nil || l.Customer != first.Customer || l.ContactID != first.ContactID || !l.Attached ||
		l.Source != form.SourceMail || l.State != lead.StateNew || !l.FirstContactDue.Equal(due) ||
		l.Branch != first.Branch || !strings.HasPrefix(l.Message, "名片\n\n再印 1000 张") ||
		!strings.Contains(l.Message, "x.exe") || strings.Contains(l.Message, "名片.pdf") {
		t.Errorf("%+v, %v", l, err)
	}
	sub, err := b.Submission(t.Context(), l.Submission)
	if err != nil || lies(t, b, sub.Letter.Raw) != "done" {
		t.Errorf("a letter that is placed waits for nobody: %+v, %v", sub, err)
	}
	if got := filesOf(t, b.Store, l.Submission); !slices.Equal(got, []string{"名片.pdf"}) {
		t.Errorf("kept with the lead: %q", got)
	}
}

// A stranger's letter waits with a task of its own. One step makes a lead of it, and closes the task.
func TestAStrangersLetterIsReleased(t *testing.T) {
	t.Parallel()
	b, d := postRoom(t)
	for range 2 {
		if err := d.TakeLetter(t.Context(), from("wang@new.example", "报价？")); err != nil {
			t.Fatal(err)
		}
	}
	subs := kept(t, b, form.OutcomeQuarantined)
	if len(subs) != 2 || len(leadsOf(t, b)) != 0 {
		t.Fatalf("%+v", subs)
	}
	sub := subs[0]
	if sub.Letter == nil || sub.Letter.From != "wang@new.example" || sub.Letter.Subject != "名片" || sub.Lang != words.Zh ||
		!strings.HasPrefix(sub.Letter.Text, "报价？") || sub.Task == "" || subs[1].Task != sub.Task {
		t.Errorf("%+v", sub)
	}
	if got := filesOf(t, b.Store, sub.ID); !slices.Equal(got, []string{"名片.pdf"}) {
		t.Errorf("kept with the letter: %q", got)
	}
	office := b.Office
	office.Store = b.OpenAs(t, "api")
	staffed := frontdesk.Desk{Office: office}
	if got := lies(t, b, sub.Letter.Raw); got != "held" {
		t.Errorf("before somebody decides, the letter is %s", got)
	}
	release := does(staffed.ReleaseSubmission, frontdesk.ReleaseSubmission{})
	got := done[frontdesk.Submission](t, release, b.Caller("owner"), app.At(sub.ID, "", 1))
	l, err := b.Lead(t.Context(), got.Lead)
	if err != nil || got.Outcome != form.OutcomeCreated || l.Person.Email != "wang@new.example" || l.Person.Name != "李娜" ||
		l.Source != form.SourceMail || l.State != lead.StateNew || l.Submission != sub.ID || l.Branch != seed.Shanghai {
		t.Errorf("%+v, %+v, %v", got, l, err)
	}
	if first, second := lies(t, b, sub.Letter.Raw), lies(t, b, subs[1].Letter.Raw); first != "done" || second != "held" {
		t.Errorf("released: %s, the other one: %s", first, second)
	}
	tsk, err := b.Task(t.Context(), sub.Task)
	if err != nil || tsk.Closed() || len(tsk.Letters) != 1 {
		t.Errorf("one of two is decided: %+v, %v", tsk, err)
	}
	// the sender is known from now on
	got = done[frontdesk.Submission](t, release, b.Caller("owner"), app.At(subs[1].ID, "", 1))
	if tsk, err = b.Task(t.Context(), sub.Task); err != nil || got.Outcome != form.OutcomeAttached ||
		tsk.State != task.StateClosed {
		t.Errorf("both are decided: %+v, %+v, %v", got, tsk, err)
	}
}

// The form of another web site sends from an address that nobody reads. Released, its letter is a lead of the one who
// filled it in; where it names nobody, it makes none.
func TestTheFormOfAnotherSiteIsReleased(t *testing.T) {
	t.Parallel()
	b, d := postRoom(t)
	named := from("noreply@forms.example", "Name: 王强\n数量: 500")
	named.ReplyTo = "wang@new.example"
	for _, l := range []app.Letter{named, from("noreply@forms.example", "call +86 138 0013 8000")} {
		if err := d.TakeLetter(t.Context(), l); err != nil {
			t.Fatal(err)
		}
		b.Clock.Advance(time.Second)
	}
	subs := kept(t, b, form.OutcomeQuarantined) // the newest first
	if len(subs) != 2 || subs[0].Task == "" || subs[0].Letter.From != "noreply@forms.example" ||
		subs[1].Letter.From != "wang@new.example" {
		t.Fatalf("%+v", subs)
	}
	office := b.Office
	office.Store = b.OpenAs(t, "api")
	staffed := frontdesk.Desk{Office: office}
	release := does(staffed.ReleaseSubmission, frontdesk.ReleaseSubmission{})
	got := done[frontdesk.Submission](t, release, b.Caller("owner"), app.At(subs[1].ID, "", 1))
	if l, err := b.Lead(t.Context(), got.Lead); err != nil || l.Person.Email != "wang@new.example" {
		t.Errorf("%+v, %v", l, err)
	}
	if _, err := release(t.Context(), b.Caller("owner"), app.At(subs[0].ID, "", 1)); fault.KindOf(err) != fault.Refused {
		t.Errorf("nobody can be answered: %v", err)
	}
}

// What a machine answered makes no lead, and what may be forged waits for a person, in the customer's name or not.
func TestLettersThatMakeNoLead(t *testing.T) {
	t.Parallel()
	b, d := postRoom(t)
	first, err := storetest.Enquire(t, b.Bench, storetest.Li(1))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		what   string
		change func(*app.Letter)
		why    string // of what is kept; empty: nothing is
	}{
		{"an automatic answer", func(l *app.Letter) { l.Header["auto-submitted"] = "auto-replied" }, ""},
		{"sent by a machine", func(l *app.Letter) { l.Header["auto-submitted"] = "auto-generated" }, form.Unplaced},
		{"the form of another site", func(l *app.Letter) {
			l.From, l.ReplyTo = "noreply@forms.example", first.Person.Email
		}, form.Unplaced},
		{"a subject of machines", func(l *app.Letter) { l.Subject = "Out of office: our cards" }, form.Unplaced},
		{"a forged one of a machine", func(l *app.Letter) { l.Forged, l.From = true, "noreply@forms.example" }, form.Forged},
		{"several senders", func(l *app.Letter) { l.Forged = true }, form.Forged},
		{"a failed check", func(l *app.Letter) {
			l.Header["authentication-results"] = "mx.reply.shop.example; dmarc=fail header.from=example.com"
		}, form.Forged},
		{"a failed check by the shop's own host", func(l *app.Letter) {
			l.Header["authentication-results"] = "mx1.post.example; dmarc=fail header.from=example.com"
		}, form.Forged},
		{"about a complaint that is gone", func(l *app.Letter) {
			l.To = []string{d.Replies.For(storetest.NewID("lead"), "reply.shop.example")}
		}, form.Unplaced},
		{"of no address", func(l *app.Letter) { l.From = "" }, form.Unplaced},
	} {
		before := kept(t, b, form.OutcomeQuarantined)
		l := from(first.Person.Email, "500 张")
		c.change(&l)
		if err := d.TakeLetter(t.Context(), l); err != nil {
			t.Errorf("%s: %v", c.what, err)
		}
		why, after := "", kept(t, b, form.OutcomeQuarantined)
		if len(after) > len(before) {
			why = after[0].Difficulty
		}
		if why != c.why || len(leadsOf(t, b)) != 1 || touches(t, b, first.Customer) != 0 {
			t.Errorf("%s: kept for %q, %d leads, %d touches", c.what, why, len(leadsOf(t, b)), touches(t, b, first.Customer))
		}
		b.Clock.Advance(time.Second)
	}
}
