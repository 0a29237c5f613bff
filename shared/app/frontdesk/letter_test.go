package frontdesk_test

import (
	"context"
	"strings"
	"testing"

	"afterpress/infra/local/seed"
	"afterpress/shared/app"
	"afterpress/shared/app/apptest"
	"afterpress/shared/app/frontdesk"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/token"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/centre"
	"afterpress/shared/store/storetest"
)

// heard is where answers about complaints and questions arrive, with what becomes of them.
type heard struct {
	got   []string
	fails error
}

func (h *heard) HearComplaint(_ context.Context, id string, l app.Letter) error {
	h.got = append(h.got, "complaint "+id+" "+l.Text)
	return h.fails
}

func (h *heard) HearHold(_ context.Context, id string, l app.Letter) error {
	h.got = append(h.got, "hold "+id+" "+l.Text)
	return h.fails
}

// mailroom is a desk that gets mail, and a lead whose person has a message of ours.
func mailroom(t *testing.T) (*apptest.Bench, frontdesk.Desk, *heard, message.Message) {
	t.Helper()
	b := apptest.New(t, storetest.New)
	replies := token.NewReplyAddresses(storetest.Ring)
	h := &heard{}
	l, err := storetest.Enquire(t, b.Bench, storetest.Li(1))
	if err != nil {
		t.Fatal(err)
	}
	return b, frontdesk.Desk{Office: b.Office, Replies: replies, Cases: h}, h,
		sent(t, b, message.Message{Person: l.ContactID, Customer: l.Customer, About: l.Progress().WorkflowID()})
}

// sent is a message that was sent by e-mail.
func sent(t *testing.T, b *apptest.Bench, m message.Message) message.Message {
	t.Helper()
	m.Step, m.Channel, m.Template, m.Lang = "acknowledge", message.ChannelEmail, "lead-acknowledged", words.Zh
	m.Branch = seed.Shanghai
	m, err := b.ClaimMessage(t.Context(), m, message.PurposeService)
	if err == nil {
		err = b.SettleMessage(t.Context(), m, message.StateSent, m.Tag()+"@shop.example", "")
	}
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// letter is a mail of a person, or of a machine where the header says so.
func letter(text string, header ...string) app.Letter {
	l := app.Letter{Call: app.Call{Source: form.HookMail, Via: "mail/0a", ID: storetest.NewID("mail"),
		Type: "message/rfc822", Body: "From: lina@example.com\r\n\r\n" + text}, Text: text}
	l.From, l.Header = "lina@example.com", map[string]string{}
	for i := 0; i < len(header); i += 2 {
		l.Header[header[i]] = header[i+1]
	}
	return l
}

func TestTakeLetter(t *testing.T) {
	t.Parallel()
	b, d, h, m := mailroom(t)
	lead := strings.Split(m.About, "/")[1]
	about := func(record string) string { return d.Replies.For(record, "reply.shop.example") }
	complaint, gone, asked := storetest.NewID("cmp"), storetest.NewID("lead"), storetest.NewID("hld")
	hold := sent(t, b, message.Message{Person: m.Person, Customer: m.Customer, About: "hold/hld_1/1"})
	inside := sent(t, b, message.Message{Person: "stf_1", Customer: m.Customer, About: m.About, Step: "told"})
	for _, c := range []struct {
		what    string
		l       func(app.Letter) app.Letter
		touches int    // of the lead
		cases   string // what was heard about one
		aside   int    // kept for a colleague
	}{
		{"to the lead's address", func(l app.Letter) app.Letter { l.To = []string{"x@y", about(lead)}; return l }, 1, "", 0},
		{"to our message", func(l app.Letter) app.Letter { l.Tags = []string{"none", m.Tag()}; return l }, 1, "", 0},
		{"to the complaint's address", func(l app.Letter) app.Letter { l.To = []string{about(complaint)}; return l }, 0,
			"complaint " + complaint + " Yes.", 0},
		{"to a question", func(l app.Letter) app.Letter { l.Tags = []string{hold.Tag()}; return l }, 0, "hold hld_1 Yes.", 0},
		{"to the question's own address", func(l app.Letter) app.Letter { l.To = []string{about(asked)}; return l }, 0,
			"hold " + asked + " Yes.", 0},
		{"to nothing", func(l app.Letter) app.Letter { return l }, 0, "", 1},
		{"to a lead that is gone", func(l app.Letter) app.Letter { l.To = []string{about(gone)}; return l }, 0, "", 1},
		{"to nothing, by a machine", func(l app.Letter) app.Letter { l.Header["auto-submitted"] = "auto-replied"; return l },
			0, "", 0},
		{"to the lead, by a machine", func(l app.Letter) app.Letter {
			l.To, l.Header["auto-submitted"] = []string{about(lead)}, "auto-replied"
			return l
		}, 1, "", 0},
		{"to what staff were sent", func(l app.Letter) app.Letter { l.Tags = []string{inside.Tag()}; return l }, 0, "", 1},
	} {
		before, asides := touches(t, b, m.Customer), len(kept(t, b, form.OutcomeQuarantined))
		h.got = nil
		if err := d.TakeLetter(t.Context(), c.l(letter("Yes."))); err != nil {
			t.Errorf("%s: %v", c.what, err)
		}
		if n := touches(t, b, m.Customer) - before; n != c.touches || strings.Join(h.got, ", ") != c.cases ||
			len(kept(t, b, form.OutcomeQuarantined))-asides != c.aside {
			t.Errorf("%s: %d touches, heard %v, kept %+v", c.what, n, h.got, kept(t, b, form.OutcomeQuarantined))
		}
	}
	aside := kept(t, b, form.OutcomeQuarantined)
	if sub := aside[0]; sub.Difficulty != form.Unplaced || sub.Form != form.HookMail || sub.Body != letter("Yes.").Body ||
		sub.Branch != seed.Shanghai || sub.Lang != words.En {
		t.Errorf("%+v", sub)
	}
}

// TestALetterFromADomainInAnotherScript has a person write from the address that they typed, as their program spells
// it. It is theirs, whether their contact has the address or their enquiry alone. A colleague vouches for it as it is
// shown.
func TestALetterFromADomainInAnotherScript(t *testing.T) {
	t.Parallel()
	b, d, _, _ := mailroom(t)
	const stored, shown = "wang@xn--fsqu00a.xn--fiqs8s", "wang@例子.中国"
	person, again := storetest.Li(2), storetest.Li(3)
	person.Email, again.Email, again.Phone = shown, "wang@mail.例子.中国", person.Phone
	for _, e := range []form.Enquiry{person, again} {
		l, err := storetest.Enquire(t, b.Bench, e)
		if err != nil {
			t.Fatal(err)
		}
		from := letter("Yes.")
		from.From, from.To = e.Email, []string{d.Replies.For(l.ID, "reply.shop.example")}
		if err := d.TakeLetter(t.Context(), from); err != nil {
			t.Fatal(err)
		}
		page, err := b.Touches(t.Context(),
			centre.TouchQuery{Customer: l.Customer, Reader: staff.Process("test"), Paging: storePage})
		if err != nil || len(page.Items) == 0 || page.Items[0].From != e.Email || page.Items[0].Sender != "" {
			t.Errorf("%s: %+v, %v", e.Email, page.Items, err)
		}
	}
	cust, contact, found, err := b.FindContact(t.Context(), identity.Claims("", stored))
	if err != nil || !found || contact.Trust(stored, cust) != customer.TrustRead || len(contact.Statements) != 3 {
		t.Fatalf("%+v, %t, %v", contact, found, err)
	}
	for _, value := range []string{shown, again.Email, "138 1380 0002"} {
		vouch := does(d.VouchContact, frontdesk.VouchContact{Value: value})
		got := done[customer.Contact](t, vouch, b.Caller("sales"), at(contact.ID))
		if value != "138 1380 0002" && got.Trust(value, cust) != customer.TrustProven {
			t.Errorf("%s: %+v", value, got)
		}
	}
	cust, contact, _, err = b.FindContact(t.Context(), identity.Claims("", stored))
	if known := contact.Proven(cust); err != nil || len(contact.Emails) != 2 || len(known.Emails) != 2 ||
		len(known.Phones) != 1 {
		t.Errorf("%+v, %v", contact, err)
	}
}

// What nobody can place is kept as it reads where its bytes are of another charset.
func TestTakeLetterThatIsNoUTF8(t *testing.T) {
	t.Parallel()
	b, d, _, _ := mailroom(t)
	l := letter("颜色偏红")
	l.Subject, l.Body = "名片", "From: lina@example.com\r\nSubject: \xc3\xfb\xc6\xac\r\n\r\n\xd1\xd5\xc9\xab\xc6\xab\xba\xec"
	if err := d.TakeLetter(t.Context(), l); err != nil {
		t.Fatal(err)
	}
	if aside := kept(t, b, form.OutcomeQuarantined); len(aside) != 1 ||
		aside[0].Body != "From: lina@example.com\r\nSubject: 名片\r\n\r\n颜色偏红" {
		t.Errorf("%+v", aside)
	}
}

func touches(t *testing.T, b *apptest.Bench, of string) int {
	t.Helper()
	page, err := b.Touches(t.Context(),
		centre.TouchQuery{Customer: of, Reader: staff.Process("test"), Paging: storePage})
	if err != nil {
		t.Fatal(err)
	}
	return len(page.Items)
}

// What a case cannot take in is kept for a colleague; where the store is away the call is tried again.
func TestTakeLetterThatACaseDoesNotTake(t *testing.T) {
	t.Parallel()
	b, d, h, _ := mailroom(t)
	l := letter("Yes.")
	l.To = []string{d.Replies.For(storetest.NewID("cmp"), "reply.shop.example")}
	for n, kind := range []fault.Kind{fault.NotFound, fault.Invalid} {
		h.fails, l.ID = fault.Fail(kind, "不", "no"), storetest.NewID("mail")
		if err := d.TakeLetter(t.Context(), l); err != nil || len(kept(t, b, form.OutcomeQuarantined)) != n+1 {
			t.Errorf("%s: %v", kind, err)
		}
	}
	h.fails, l.ID = fault.Fail(fault.Unavailable, "请稍候", "Wait"), storetest.NewID("mail")
	b.Refuses(fault.Unavailable, "a mail while the store is away", func() error { return d.TakeLetter(t.Context(), l) })
}

func TestTakeLetterOfAMailServer(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ report, action, status, about, fate string }{
		{"delivery-status", "failed", "5.1.1", "", message.FateBounced},
		{"delivery-status", "delayed", "4.4.1", "", ""},
		{"feedback-report", "", "", "abuse", message.FateComplained},
	} {
		b, d, _, m := mailroom(t)
		l := letter("It came back.")
		l.Report, l.Action, l.Status, l.About = c.report, c.action, c.status, c.about
		stranger := l
		stranger.Tags = []string{strings.Repeat("ab", 16)}
		before := b.State()
		if err := d.TakeLetter(t.Context(), stranger); err != nil || b.State() != before {
			t.Errorf("%s: a report of another system's mail changed something: %v", c.report, err)
		}
		l.Tags = []string{m.Tag()}
		if err := d.TakeLetter(t.Context(), l); err != nil {
			t.Error(err)
		}
		if row, err := b.Tagged(t.Context(), m.Tag()); err != nil || row.Fate != c.fate {
			t.Errorf("%s %s: %+v, %v", c.report, c.action, row, err)
		}
	}
}

func TestTakeReport(t *testing.T) {
	t.Parallel()
	b, d, _, m := mailroom(t)
	report := message.Report{Fate: message.FateDelivered, Source: "ses", Proof: "1", At: b.Clock.Now()}
	for range 2 {
		if err := d.TakeReport(t.Context(), m.Tag(), report); err != nil {
			t.Fatal(err)
		}
	}
	if row, err := b.Tagged(t.Context(), m.Tag()); err != nil || row.Fate != message.FateDelivered {
		t.Errorf("%+v, %v", row, err)
	}
	if n := len(b.Events(t, m.Customer)); n == 0 {
		t.Error("nobody hears of it")
	}
}
