package api_test

import (
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/artwork"
	"afterpress/shared/crm/draw"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/storetest"
)

// trial is how a route is tried: the record that its path names, made for its owner, a body that is right, and the
// rules beyond the permission table.
type trial struct {
	record func(b *bench, owner staff.Staff) string
	// makes the asker's own record, where that is another thing; absent: as record does
	own    func(b *bench, owner staff.Staff) string
	body   any
	header []string
	whose  whose
	// elsewhere is how the people of another branch are answered whose role allows the route; zero means that the record
	// is missing to them. An owner of the shop is not forbidden what an owner sets up.
	elsewhere int
	// shared is how they are answered when the branches share the customer; zero means like anybody, where the path names
	// a customer or a contact, and else as elsewhere.
	shared int
	// ownerless says that nobody has the record, customerless that it is no customer's.
	ownerless, customerless bool
	// daily says that only a few are allowed a day, so that each call is on another one.
	daily bool
}

// whose says which of the allowed roles may use a route on a record of their branch.
type whose int

const (
	anybodys     whose = iota // each of them
	itsOwners                 // who has the record, and owner and manager of the shop
	itsManagers               // owner and manager of the shop: who has it does not decide
	notItsOwners              // each but who has it
)

var inPath = regexp.MustCompile(`\{[a-z]+\}`)

// placed is a pattern with its ids, which stand with spaces between them.
func placed(pattern, ids string) string {
	rest := strings.Fields(ids)
	return inPath.ReplaceAllStringFunc(pattern, func(wildcard string) string {
		if len(rest) == 0 {
			return wildcard
		}
		id := rest[0]
		rest = rest[1:]
		return id
	})
}

// sent is the body of one request; a function makes a new one each time.
func (t trial) sent() any {
	if fresh, ok := t.body.(func() fields); ok {
		return fresh()
	}
	return t.body
}

// everybodys are the actions about records that belong to no branch.
var everybodys = []permission.Action{permission.ReadCategories, permission.ChangeCategories}

// trials has a line for every route that asks for a sign-in; each entity's stand in its test file, or here.
var trials = joined(leadTrials, submissionTrials, formTrials, complaintTrials, customerTrials, categoryTrials,
	contactTrials, consentTrials, eraseTrials, taskTrials, holdTrials, artworkTrials,
	touchTrials, preferenceTrials, overviewTrials, timelineTrials, staffTrials, branchTrials, calendarTrials,
	policyTrials, ownTrials, stuckTrials, writeTrials)

func joined(tables ...map[string]trial) map[string]trial {
	out := map[string]trial{}
	for _, table := range tables {
		maps.Copy(out, table)
	}
	return out
}

var leadTrials = map[string]trial{
	"GET /leads": {},
	"POST /leads": {body: fields{"source": "phone", "name": "王芳", "phone": "021-50801199",
		"lang": "zh"}},
	"GET /leads/{id}":                   {record: leadIn(lead.StateAssigned)},
	"GET /leads/{id}/artwork":           {record: leadIn(lead.StateAssigned)},
	"GET /leads/{id}/artwork/{artwork}": {record: leadWithArtwork},
	"GET /leads/{id}/touches":           {record: leadIn(lead.StateAssigned)},
	"POST /leads/{id}/assign":           {record: leadIn(lead.StateAssigned), body: fields{"owner": seed.StaffID(3)}},
	"POST /leads/{id}/contact": {record: leadIn(lead.StateAssigned), whose: itsOwners,
		body: fields{"channel": "call", "outcome": "interested"}},
	"POST /leads/{id}/qualify": {record: leadIn(lead.StateContacted), whose: itsOwners,
		body: fields{"need": "500 cards", "estimate": fields{"minor": 128000, "currency": "CNY"}}},
	"POST /leads/{id}/win": {record: leadIn(lead.StateQualified), whose: itsOwners, body: fields{"order": "J-118"}},
	"POST /leads/{id}/lose": {record: leadIn(lead.StateAssigned), whose: itsOwners,
		body: fields{"reason": "price"}},
	"POST /leads/{id}/recycle": {record: leadIn(lead.StateAssigned), whose: itsOwners,
		body: fields{"reason": "no-capacity"}},
	"POST /leads/{id}/claim": {record: leadIn(lead.StatePooled), ownerless: true, body: fields{}},
}

var submissionTrials = map[string]trial{
	"GET /submissions":               {},
	"GET /submissions/{id}":          {record: submission, ownerless: true, customerless: true},
	"GET /letters/{id}":              {record: letterAsItCame, ownerless: true, customerless: true},
	"POST /submissions/{id}/release": {record: submission, ownerless: true, customerless: true, body: fields{}},
	"POST /submissions/{id}/discard": {record: unplaced, ownerless: true, customerless: true,
		body: fields{"reason": "spam"}},
}

var formTrials = map[string]trial{
	"GET /forms":                 {},
	"POST /forms":                {body: leaflets, elsewhere: http.StatusUnprocessableEntity},
	"GET /draws/{id}":            {record: formWithDraw, ownerless: true, customerless: true},
	"GET /forms/{id}/definition": {record: formOf, ownerless: true, customerless: true},
	"PATCH /forms/{id}/definition": {record: formOf, ownerless: true, customerless: true, body: fields{"region": "DE"},
		header: []string{"If-Match", quoted(1), "Content-Type", "application/merge-patch+json"}},
	"DELETE /forms/{id}/definition": {record: formOf, ownerless: true, customerless: true,
		header: []string{"If-Match", quoted(1)}},
}

var ownTrials = map[string]trial{
	"GET /desk":                  {},
	"GET /me":                    {},
	"POST /messages/{id}/settle": {record: doubtful, body: fields{"outcome": "sent"}},
}

func leadIn(state string) func(*bench, staff.Staff) string {
	return func(b *bench, owner staff.Staff) string { return b.lead(state, owner).ID }
}

// leadWithArtwork is a lead with a file that was sent through its form.
func leadWithArtwork(b *bench, owner staff.Staff) string {
	b.t.Helper()
	return leadWith(b, owner, b.sendFile)
}

// leadWithHeldFile is a lead with a file of which the scanner said nothing in time.
func leadWithHeldFile(b *bench, owner staff.Staff) string {
	b.t.Helper()
	return leadWith(b, owner, b.heldFile)
}

func leadWith(b *bench, owner staff.Staff, send func(of, name string) artwork.Artwork) string {
	b.t.Helper()
	led, file := b.leadWithFile("盒子.exe", send)
	terms, err := b.Shop.Terms(led.Branch)
	if err == nil {
		_, err = b.ChangeLead(b.t.Context(), led.ID, func(l lead.Lead) (lead.Lead, event.Event, error) {
			return l.Assign(staff.Process("test"), formerly(owner, staff.Sales), terms.Lead(), b.Clock.Now())
		})
	}
	if err != nil {
		b.t.Fatal(err)
	}
	return led.ID + " " + file.ID
}

// letterAsItCame is a letter to Shanghai.
func letterAsItCame(b *bench, _ staff.Staff) string {
	b.t.Helper()
	b.files()
	id, err := b.KeepLetter(b.t.Context(), seed.Shanghai, storetest.NewID("mail"), "From: a@b\r\n\r\nHello", true)
	if err != nil {
		b.t.Fatal(err)
	}
	return id
}

// unplaced is a complaint without an owner, which came by the hook.
func unplaced(b *bench, _ staff.Staff) string { return b.handed(form.Unplaced).ID }

func submission(b *bench, _ staff.Staff) string {
	sub := form.Submission{ID: storetest.NewID("sub"), Version: 1, CreatedAt: b.Clock.Now(), UpdatedAt: b.Clock.Now(),
		Form: seed.Quote, Branch: seed.Shanghai,
		Lang: words.Zh, Type: "application/json", Body: `{"name":"李娜","phone":"13813800001","product":"cards"}`}
	if err := b.Quarantine(b.t.Context(), sub.Quarantine("internal")); err != nil {
		b.t.Fatal(err)
	}
	return sub.ID
}

// formOf makes a form in Shanghai.
func formOf(b *bench, _ staff.Staff) string { return b.form(nil) }

// formWithDraw makes such a form with a prize draw.
func formWithDraw(b *bench, _ staff.Staff) string {
	return b.form(&draw.Settings{ClosesAt: b.Clock.Now().Add(24 * time.Hour), Winners: 2,
		Prize: words.Text{Zh: "名片 500 张", En: "500 cards"}})
}

func (b *bench) form(of *draw.Settings) string {
	b.t.Helper()
	f, found := b.Shop.Form(seed.Contact)
	if !found {
		b.t.Fatal("no form to copy")
	}
	f.Questions = []form.Question{{ID: "binding", Kind: form.QuestionChoice,
		Label: words.Text{Zh: "装订", En: "Binding"}, Hint: words.Text{Zh: "可选", En: "As you like"},
		Options: []form.Option{{Value: "saddle", Label: words.Text{Zh: "骑马订", En: "Saddle stitch"}},
			{Value: "perfect", Label: words.Text{Zh: "胶装", En: "Perfect binding"}}}}}
	f.Draw = of
	f, e := form.Form{ID: fmt.Sprint("form-", b.people.Add(1))}.Reshape(f, staff.Visitor, b.Clock.Now())
	if err := b.SaveForm(b.t.Context(), f, e); err != nil {
		b.t.Fatal(err)
	}
	return f.ID
}

// doubtful makes a message of which nobody knows whether it was sent.
func doubtful(b *bench, owner staff.Staff) string {
	b.t.Helper()
	l := b.lead(lead.StateAssigned, owner)
	m := message.Message{Person: l.ContactID, Customer: l.Customer, About: l.Progress().WorkflowID(),
		Step: "acknowledge", Channel: message.ChannelEmail,
		Template: "acknowledgement", Lang: words.Zh, Branch: l.Branch, Owner: owner.ID}
	claimed, err := b.ClaimMessage(b.t.Context(), m, message.PurposeService)
	if err == nil {
		err = b.SettleMessage(b.t.Context(), claimed, message.StateUnknown, "", "")
	}
	if err != nil {
		b.t.Fatal(err)
	}
	return claimed.ID
}

// TestAnotherBranchIsLikeNothing holds the answer about another branch's record to be the one about a record that
// is not there, letter by letter.
func TestAnotherBranchIsLikeNothing(t *testing.T) {
	t.Parallel()
	b := start(t)
	for pattern, try := range trials {
		if try.record == nil || try.elsewhere != 0 || strings.Contains(pattern, " /categories") {
			continue
		}
		hidden := placed(pattern, try.record(b, b.staff("sales")))
		nothing := placed(pattern, "lead_019b0000-0000-7000-8000-000000000000 lead_019b0000-0000-7000-8000-000000000000")
		for _, header := range [][]string{nil, {"If-Match", `"99"`}} {
			a := into[httpapi.Problem](b.call("sales-hangzhou", hidden, try.sent(), header...))
			z := into[httpapi.Problem](b.call("sales-hangzhou", nothing, try.sent(), header...))
			a.Instance, z.Instance = "", ""
			if fmt.Sprint(a) != fmt.Sprint(z) {
				t.Errorf("%s tells them apart:\n%+v\n%+v", pattern, a, z)
			}
		}
	}
}

func TestWhoHasLeftIsNobody(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.call("sales", "GET /me", nil).want(http.StatusOK)
	left := b.Shop
	left.Staff = slices.Clone(left.Staff)
	for i := range left.Staff {
		if left.Staff[i].Subject == seed.Subject("sales") {
			gone := b.Clock.Now().Add(time.Hour)
			left.Staff[i].LeavesAt, left.Staff[i].ID, left.Staff[i].Subject = &gone, storetest.NewID("stf"),
				seed.Subject("leaving")
		}
	}
	if err := b.Establish(t.Context(), left); err != nil {
		t.Fatal(err)
	}
	b.handler = b.door()
	b.call("leaving", "GET /me", nil).want(http.StatusOK)
	b.Clock.Advance(time.Hour)
	b.call("leaving", "GET /me", nil).want(http.StatusUnauthorized)
}
