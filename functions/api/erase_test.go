package api_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"afterpress/functions/api"
	"afterpress/infra/local/seed"
	"afterpress/shared/app"
	"afterpress/shared/app/casework"
	"afterpress/shared/app/frontdesk"
	"afterpress/shared/crm/caselink"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/erase"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/hold"
	"afterpress/shared/crm/lead"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

var eraseTrials = map[string]trial{
	"GET /contacts/{id}/erase":            {record: had(askedErase)},
	"POST /contacts/{id}/erase":           {record: had(contact), body: fields{"reason": erase.ReasonRequest}},
	"POST /contacts/{id}/erase/confirm":   {record: had(askedErase), body: fields{}, whose: notItsOwners},
	"POST /contacts/{id}/erase/take-back": {record: had(askedErase), body: fields{}},
}

// askedErase is a contact whose erasure a colleague has asked for.
func askedErase(b *bench, owner staff.Staff) string {
	b.t.Helper()
	id := contact(b, owner)
	c, err := b.Contact(b.t.Context(), id)
	if err == nil {
		terms := storetest.Terms(b.t, b.Bench, seed.Shanghai)
		_, err = b.AskErase(b.t.Context(), erase.IDOf(id), func(was erase.Erase) (erase.Erase, event.Event, error) {
			return was.Ask(staff.ActorOf(owner), c, seed.Shanghai, erase.ReasonRequest, terms.Erase(), b.Clock.Now())
		})
	}
	if err != nil {
		b.t.Fatal(err)
	}
	return id
}

// canary is a word that stands nowhere else.
func canary(n int) string { return fmt.Sprintf("Kanarie%02dqz", n) }

// canaries are those of the person of known, with what else would tell them.
func canaries() []string {
	out := []string{"13900007777", "kanarie@voliere.example", "91310000MA1FL0000N"}
	for n := range 24 {
		out = append(out, canary(n))
	}
	return out
}

// known is a person of whom there is something of everything, with canaries in all of it.
type known struct {
	lead      lead.Lead
	contact   string
	complaint string
	hold      string
	files     [][2]string // record and file
	letter    string      // id of a letter as it came
}

// person makes one through the API, as far as that goes.
func (b *bench) person(files bool) known {
	b.t.Helper()
	ctx, terms := b.t.Context(), storetest.Terms(b.t, b.Bench, seed.Shanghai)
	must := func(err error) {
		b.t.Helper()
		if err != nil {
			b.t.Fatal(err)
		}
	}
	sub := form.Submission{ID: storetest.NewID("sub"), Version: 1, CreatedAt: b.Clock.Now(), Form: seed.Quote,
		Branch: seed.Shanghai, Lang: "zh", Type: "application/json", Body: `{"message":"` + canary(0) + `"}`}
	l, err := b.Capture(ctx, lead.Capture{Enquiry: form.Enquiry{Name: canary(1), Phone: "+8613900007777",
		Email: "kanarie@voliere.example", Product: "cards", Message: canary(2), Lang: "zh"}, Source: form.SourceWeb,
		Form: seed.Quote, Submission: sub.ID, Terms: terms.Lead(), Life: terms.Policy.Life, By: staff.Visitor}, &sub)
	must(err)
	who := known{lead: l, contact: l.ContactID}
	con := "/contacts/" + l.ContactID
	b.call("manager", "POST "+con+"/vouch", fields{"value": "+8613900007777"}).want(http.StatusOK)
	b.call("manager", "POST "+con+"/vouch", fields{"value": "kanarie@voliere.example"}).want(http.StatusOK)
	now, err := b.Contact(ctx, l.ContactID)
	must(err)
	b.patchContact("manager", l.ContactID, now.Version, fields{"title": canary(3), "latin_name": canary(4)}).
		want(http.StatusOK)
	c, err := b.Customer(ctx, l.Customer)
	must(err)
	b.patch("manager", c, fields{"tax_number": "91310000MA1FL0000N", "latin_name": canary(5), "competitor": canary(6),
		"addresses": []fields{{"use": "billing", "lines": canary(7), "city": canary(8)}}}).want(http.StatusOK)
	b.call("manager", "POST "+con+"/consents", fields{"purpose": "marketing", "channel": "email", "yes": true,
		"at": b.Clock.Now(), "text": canary(9), "place": canary(10), "source": canary(11),
		"proof": canary(12)}).want(http.StatusCreated)
	b.met("manager", l.Customer, fields{"channel": "call", "direction": "in", "contact": l.ContactID,
		"summary": canary(13), "next_step": fields{"title": canary(14), "due_at": b.Clock.Now().Add(24 * time.Hour)}})
	b.prefers(l.Customer, fields{"value": canary(15)})
	made := into[struct{ ID string }](b.call("manager", "POST /tasks", fields{"title": canary(16), "text": canary(17),
		"checklist": []string{canary(20)}, "customer": l.Customer, "about": l.ID}).want(http.StatusCreated))
	b.call("manager", "POST /tasks/"+made.ID+"/comment", fields{"text": canary(18)}).want(http.StatusOK)
	filed := into[casework.OpenedComplaint](b.call("manager", "POST /complaints", fields{"customer": l.Customer,
		"contact": l.ContactID, "channel": "phone", "defects": []string{"colour-deviation"}, "words": canary(19),
		"job": fields{"ref": "J-1"}, "affected": 10}).want(http.StatusCreated))
	who.complaint = filed.ID
	b.call("manager", "POST /complaints/"+filed.ID+"/comment",
		fields{"public_text": canary(21)}).want(http.StatusOK)
	b.call("manager", "POST /complaints/"+filed.ID+"/comment",
		fields{"internal_text": canary(22)}).want(http.StatusOK)
	asked := into[hold.Hold](b.call("manager", "POST /holds", fields{"job": "J-1", "customer": l.Customer,
		"contact": l.ContactID, "public_question": canary(23), "choices": []string{canary(23), "no"}}).
		want(http.StatusCreated))
	who.hold = asked.ID
	if files {
		who.letter, err = b.OpenAs(b.t, "intake").KeepLetter(ctx, l.Branch, "mail/1", "From: "+canary(1), false)
		must(err)
	}
	must(b.Hear(ctx, customer.Touch{Letter: who.letter, Customer: l.Customer, Branch: l.Branch, Contact: l.ContactID,
		Channel: "e-mail",
		From:    "kanarie@voliere.example", Subject: canary(13), Text: canary(14)}))
	for _, of := range []string{sub.ID, filed.ID, asked.ID} {
		if !files {
			break
		}
		who.files = append(who.files, [2]string{of, b.sendFile(of, canary(1)+".pdf").ID})
	}
	b.Index(b.t)
	return who
}

// found are the canaries that stand in any item of any table whose time is not over.
func (b *bench) found() []string {
	b.t.Helper()
	now, seen := b.Clock.Now().Unix(), map[string]bool{}
	for _, line := range b.Items(b.t) {
		if over(line, now) {
			continue
		}
		for _, c := range canaries() {
			if strings.Contains(strings.ToLower(line), strings.ToLower(c)) {
				at, _, _ := strings.Cut(line[strings.Index(line, `"pk"`):], "}")
				kind, _, _ := strings.Cut(line[strings.Index(line, `"sk"`):], "}")
				seen[c+" in "+at+kind] = true
			}
		}
	}
	var out []string
	for c := range seen {
		out = append(out, c)
	}
	return out
}

// over reports whether the time of an item is over, so that it counts as absent.
func over(line string, now int64) bool {
	_, rest, has := strings.Cut(line, `"ttl":{"Value":"`)
	var ttl int64
	_, err := fmt.Sscanf(rest, "%d", &ttl)
	return has && err == nil && ttl <= now
}

// forget brings an erasure to the state in which everything is to be erased, by way of the API and the process's rules.
func (b *bench) forget(contact string) erase.Erase {
	b.t.Helper()
	path := "POST /contacts/" + contact + "/erase"
	b.call("manager", path, fields{"reason": "request"}).want(http.StatusOK)
	b.call("manager", path+"/confirm", fields{}).want(http.StatusForbidden)
	b.call("owner", path+"/confirm", fields{}).want(http.StatusOK)
	b.Index(b.t)
	b.Clock.Advance(8 * 24 * time.Hour)
	terms := storetest.Terms(b.t, b.Bench, seed.Shanghai)
	e, err := b.ChangeErase(b.t.Context(), erase.IDOf(contact), func(e erase.Erase) (erase.Erase, event.Event, error) {
		return e.Begin(terms.Erase(), b.Clock.Now())
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return e
}

// ends finishes an erasure of which nothing is left.
func (b *bench) ends(s *store.Store, e erase.Erase) {
	b.t.Helper()
	terms := storetest.Terms(b.t, b.Bench, seed.Shanghai)
	if _, err := s.ChangeErase(b.t.Context(), e.ID, func(e erase.Erase) (erase.Erase, event.Event, error) {
		return e.Finish(terms.Erase(), b.Clock.Now())
	}); err != nil {
		b.t.Fatal(err)
	}
	b.Index(b.t)
}

// A person of whom there is something of everything is erased. No canary is left in any table, the bucket, an answer or
// the log. Money and counts stay, and so does what the answer says of them.
func TestNothingOfAnErasedPersonIsFound(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.files()
	var log bytes.Buffer
	server := &api.Server{Log: slog.New(slog.NewTextHandler(&log, nil)), Version: "test", Office: app.Office{
		Store: b.OpenAs(t, "api"), Now: b.Clock.Now, Tokens: b.tokens(), PublicURL: shopURL}}
	b.handler = server.Door().Handler()
	who := b.person(true)
	for _, c := range canaries() {
		if !strings.Contains(strings.ToLower(strings.Join(b.Items(t), "\n")), strings.ToLower(c)) {
			t.Errorf("%s was never kept", c)
		}
	}
	if got := b.ids("manager", "/customers?q="+canary(1), "id", 5); len(got) != 1 {
		t.Fatalf("the person is found as %v", got)
	}
	e := b.forget(who.contact)
	if got := b.ids("manager", "/customers?q="+canary(1), "id", 5); len(got) != 0 {
		t.Errorf("search finds %v after the confirmation", got)
	}
	worker := b.OpenAs(t, "worker")
	for more, err := true, error(nil); more; {
		if more, err = worker.EraseMore(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	b.ends(worker, e)
	if left := b.found(); len(left) > 0 {
		t.Errorf("still there: %s", strings.Join(left, "\n"))
	}
	for _, f := range who.files {
		for _, place := range []string{"quarantine/", "attached/"} {
			if _, missing, err := b.Bucket.Look(t.Context(), place+f[0]+"/"+f[1], 10); err != nil || !missing {
				t.Errorf("%s%s lies in the bucket, %v", place, f[1], err)
			}
		}
	}
	raw := "letters/done/" + who.lead.Branch + "/" + who.letter
	if _, missing, err := b.Bucket.Look(t.Context(), raw, 10); err != nil || !missing || who.letter == "" {
		t.Errorf("letter %s lies in the bucket, %v", who.letter, err)
	}
	for _, path := range []string{"/contacts/" + who.contact, "/contacts/" + who.contact + "/consents",
		"/contacts/" + who.contact + "/erase", "/customers/" + who.lead.Customer, "/leads/" + who.lead.ID,
		"/customers/" + who.lead.Customer + "/360", "/customers/" + who.lead.Customer + "/timeline",
		"/customers/" + who.lead.Customer + "/activities", "/customers/" + who.lead.Customer + "/preferences",
		"/complaints/" + who.complaint, "/complaints/" + who.complaint + "/replies",
		"/complaints/" + who.complaint + "/notes",
		"/holds/" + who.hold, "/desk", "/tasks", "/customers?q=" + canary(1), "/customers?q=139000", "/leads"} {
		said := b.call("owner", "GET "+path, nil).want(http.StatusOK).Body.String()
		for _, c := range canaries() {
			if strings.Contains(said, c) && !strings.Contains(path, c) {
				t.Errorf("GET %s says %s", path, c)
			}
		}
	}
	for _, c := range canaries() {
		if strings.Contains(log.String(), c) {
			t.Errorf("the log has %s", c)
		}
	}
	got := into[frontdesk.Erasure](b.call("owner", "GET /contacts/"+who.contact+"/erase", nil).want(http.StatusOK))
	if got.State != erase.StateDone || len(got.Stays) < 5 || !got.BackupsOver.Equal(got.DoneAt.AddDate(0, 0, 35)) {
		t.Errorf("%+v", got)
	}
	if c, err := b.Complaint(t.Context(), who.complaint); err != nil || c.Affected != 10 || !c.Closed() {
		t.Errorf("the complaint: %+v, %v", c, err)
	}
	for _, open := range []string{"lead", "task", "complaint", "hold"} {
		ids, _, err := b.OnBoard(t.Context(), open, seed.Shanghai, "", time.Time{}, 100)
		if err != nil || len(ids) > 0 {
			t.Errorf("open on the board of %s: %v, %v", open, ids, err)
		}
	}
	again := into[lead.Lead](b.call("manager", "POST /leads", fields{"source": "walk-in", "name": "新人",
		"phone": "13900007777", "product": "cards", "lang": "zh"}).want(http.StatusCreated))
	if again.Customer == who.lead.Customer || again.Attached {
		t.Errorf("the present holder of the number is taken for the erased: %+v", again)
	}
}

// A customer has another contact, who stays. What somebody said with a task that follows from it goes all the same. So
// do a code that still counts, and the letter of a complaint's word.
func TestAnErasureBesideAnotherContact(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.files()
	who := b.person(true)
	b.add(who.lead.Customer, fields{"name": "王芳", "emails": []fields{{"value": "stays@voliere.example"}}})
	raw, err := b.OpenAs(t, "intake").KeepLetter(t.Context(), who.lead.Branch, "mail/2", "From: "+canary(1), false)
	if err != nil {
		t.Fatal(err)
	}
	terms := storetest.Terms(t, b.Bench, seed.Shanghai)
	if _, _, err := b.ReplyComplaint(t.Context(), who.complaint,
		func(c complaint.Complaint, id string) (complaint.Complaint, complaint.Reply, event.Event, error) {
			next, r, e, err := c.Reply(staff.Visitor, id, words.PublicText(canary(21)), terms.Complaint(), b.Clock.Now())
			r.Letter = raw
			return next, r, e, err
		}); err != nil {
		t.Fatal(err)
	}
	e := b.forget(who.contact)
	code := table.CodeKey(who.contact, "email")
	code["value"], code["ttl"] = table.Text(canary(3)), table.Number(b.Clock.Now().Add(time.Hour).Unix())
	if _, err := b.DB.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String(b.Tables.Messages),
		Item: code}); err != nil {
		t.Fatal(err)
	}
	worker := b.OpenAs(t, "worker")
	for more, err := true, error(nil); more; {
		if more, err = worker.EraseMore(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	b.Index(t)
	if c, err := b.Customer(t.Context(), who.lead.Customer); err != nil || c.Name != "王芳" ||
		len(b.ids("manager", "/customers?q="+canary(1), "id", 5)) > 0 {
		t.Errorf("the customer has the erased person's name: %+v, %v", c, err)
	}
	left := strings.Join(b.found(), "\n")
	for _, n := range []int{0, 1, 2, 3, 9, 13, 14, 19, 21, 22, 23} {
		if strings.Contains(left, canary(n)) {
			t.Errorf("%s is still there: %s", canary(n), left)
		}
	}
	if _, missing, err := b.Bucket.Look(t.Context(), "letters/done/"+who.lead.Branch+"/"+raw, 10); err != nil || !missing {
		t.Errorf("the letter of a complaint's word lies in the bucket, %v", err)
	}
}

// The process dies after each single write, and the next one goes on.
func TestAnErasureGoesOnWhereItBroke(t *testing.T) {
	t.Parallel()
	b := start(t)
	who := b.person(false) // a process that breaks has no bucket
	e := b.forget(who.contact)
	steps := 0
	for more := true; more; steps++ {
		dying := b.OpenBreaking(t, 1)
		var err error
		if more, err = dying.EraseMore(t.Context(), e); err != nil {
			more = true
		}
		if steps > 200 {
			t.Fatalf("after %d steps are left: %s, %v", steps, strings.Join(b.found(), "\n"), err)
		}
	}
	if left := b.found(); steps < 15 || len(left) > 0 {
		t.Errorf("after %d steps are left: %s", steps, strings.Join(left, "\n"))
	}
	before := b.State()
	if more, err := b.EraseMore(t.Context(), e); more || err != nil || b.State() != before {
		t.Errorf("what is erased is erased again: %v, %v", more, err)
	}
}

// Taken back in time, the person is there as before: found, with their claims, links and gate.
func TestAnErasureIsTakenBack(t *testing.T) {
	t.Parallel()
	b := start(t)
	who := b.person(false)
	link := caselink.Sign(b.tokens(), caselink.Link{About: who.complaint})
	desk := casework.Desk{Office: app.Office{Store: b.Store, Now: b.Clock.Now, Tokens: b.tokens()}}
	opens := func() error { _, err := desk.Linked(t.Context(), link); return err }
	path := "POST /contacts/" + who.contact + "/erase"
	b.call("manager", path, fields{"reason": "request"}).want(http.StatusOK)
	if desk := b.desk("owner", "/desk"); !strings.Contains(fmt.Sprint(desk), erase.IDOf(who.contact)) &&
		!strings.Contains(fmt.Sprint(b.desk("manager", "/desk")), erase.IDOf(who.contact)) {
		t.Errorf("it stands on no desk: %v", desk)
	}
	if err := opens(); err != nil {
		t.Errorf("a link ended before the confirmation: %v", err)
	}
	b.call("owner", path+"/confirm", fields{}, "If-Match", quoted(9)).want(http.StatusPreconditionFailed)
	b.call("owner", path+"/confirm", fields{}).want(http.StatusOK)
	b.Index(t)
	g, err := b.ReadGate(t.Context(), who.lead.Customer, who.contact)
	if err != nil || g.LeftAt == nil || fault.KindOf(opens()) != fault.NotFound {
		t.Errorf("gate %+v, link %v, %v", g, opens(), err)
	}
	b.call("owner", path, fields{"reason": "request"}).want(http.StatusConflict)
	back := into[frontdesk.Erasure](b.call("manager", path+"/take-back", fields{}).want(http.StatusOK))
	b.Index(t)
	g, err = b.ReadGate(t.Context(), who.lead.Customer, who.contact)
	if err != nil || g.LeftAt != nil || opens() != nil || back.State != erase.StateTakenBack {
		t.Errorf("gate %+v, link %v, %s, %v", g, opens(), back.State, err)
	}
	if got := b.ids("manager", "/customers?q="+canary(1), "id", 5); len(got) != 1 {
		t.Errorf("the person is found as %v", got)
	}
	again := into[lead.Lead](b.call("manager", "POST /leads", fields{"source": "walk-in", "name": canary(1),
		"phone": "13900007777", "product": "cards", "lang": "zh"}).want(http.StatusCreated))
	if again.Customer != who.lead.Customer {
		t.Errorf("the number is not theirs any more: %+v", again)
	}
	b.call("manager", path, fields{"reason": "request"}).want(http.StatusOK)
}
