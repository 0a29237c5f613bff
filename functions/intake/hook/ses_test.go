package hook_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"afterpress/functions/intake/hook"
	"afterpress/infra/local/seed"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"
	"afterpress/shared/store/work"
)

const (
	topic       = "arn:aws:sns:eu-central-1:123456789012:mail"
	certificate = "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem"
)

// amazon is SNS with a key of the test's own.
type amazon struct {
	away      bool
	asked     []string
	confirmed []string
}

var amazonKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

var amazonCertificate = sync.OnceValue(func() *x509.Certificate {
	c := x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "sns.amazonaws.com"},
		NotBefore: storetest.Began.AddDate(-1, 0, 0), NotAfter: storetest.Began.AddDate(1, 0, 0)}
	raw, err := x509.CreateCertificate(rand.Reader, &c, &c, &amazonKey().PublicKey, amazonKey())
	if err != nil {
		panic(err)
	}
	cert, err := x509.ParseCertificate(raw)
	if err != nil {
		panic(err)
	}
	return cert
})

func (a *amazon) Certificate(_ context.Context, address string) (*x509.Certificate, error) {
	a.asked = append(a.asked, address)
	if a.away {
		return nil, errors.New("away")
	}
	return amazonCertificate(), nil
}

func (a *amazon) Confirm(_ context.Context, host, topic, token string) error {
	a.confirmed = append(a.confirmed, host+" "+topic+" "+token)
	return nil
}

// notified is a door that a topic tells.
func notified(t testing.TB) (*door, *amazon) {
	t.Helper()
	d, a := hooked(t), &amazon{}
	d.Server.Topic = hook.Topic{ARN: topic, SNS: a}
	return d, a
}

type fields map[string]string

// notice is a notice of the topic; sign signs it as SNS does.
func notice(kind, m string) fields {
	n := fields{"Type": kind, "MessageId": storetest.NewID("sns"), "TopicArn": topic, "Message": m,
		"Timestamp":        "2026-11-24T02:00:00.000Z",
		"SignatureVersion": "2", "SigningCertURL": certificate}
	if kind != "Notification" {
		n["Token"], n["SubscribeURL"] = "token-1", "https://evil.example/?Action=ConfirmSubscription"
	}
	return n
}

func (n fields) sign(t testing.TB) fields {
	t.Helper()
	names := []string{"Message", "MessageId", "Subject", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"}
	var text strings.Builder
	for _, name := range names {
		if value, there := n[name]; there {
			text.WriteString(name + "\n" + value + "\n")
		}
	}
	hash, sum := crypto.SHA256, sha256.Sum256([]byte(text.String()))
	digest := sum[:]
	if n["SignatureVersion"] == "1" {
		old := sha1.Sum([]byte(text.String()))
		hash, digest = crypto.SHA1, old[:]
	}
	raw, err := rsa.SignPKCS1v15(rand.Reader, amazonKey(), hash, digest)
	if err != nil {
		t.Fatal(err)
	}
	n["Signature"] = base64.StdEncoding.EncodeToString(raw)
	return n
}

func (n fields) with(name, value string) fields { n[name] = value; return n }

func (d *door) tell(t testing.TB, n fields) *httptest.ResponseRecorder {
	t.Helper()
	body, err := json.Marshal(n)
	if err != nil {
		t.Fatal(err)
	}
	return d.call("ses", string(body), "Content-Type", "text/plain; charset=UTF-8", "X-Amz-Sns-Message-Type", n["Type"])
}

// sesEvent is what SES tells of a message.
func sesEvent(kind, tag, more string) string {
	return fmt.Sprintf(`{"eventType":%q,"mail":{"messageId":"0100-ses","timestamp":"2026-11-24T01:00:00.000Z","headers":[{"name":"Subject","value":"x"},`+
		`{"name":"X-Afterpress-Key","value":%q}],"tags":{"ses:configuration-set":["shop"]}}%s}`, kind, tag, more)
}

const (
	hard     = `,"bounce":{"bounceType":"Permanent","bounceSubType":"General","feedbackId":"b-1","timestamp":"2026-11-24T01:30:00.000Z","bouncedRecipients":[{"emailAddress":"x"}]}`
	soft     = `,"bounce":{"bounceType":"Transient","feedbackId":"b-2","timestamp":"2026-11-24T01:30:00.000Z"}`
	disliked = `,"complaint":{"feedbackId":"c-1","timestamp":"2026-11-24T01:40:00.000Z"}`
	ours     = `,"bounce":{"bounceType":"Permanent","bounceSubType":"General","feedbackId":"b-3",` +
		`"timestamp":"2026-11-24T01:30:00.000Z","bouncedRecipients":[{"emailAddress":"x@y.example","action":"failed",` +
		`"status":"5.7.26","diagnosticCode":"smtp; 550 5.7.26 x@y.example wants DKIM"}]}`
	full = `,"bounce":{"bounceType":"Transient","bounceSubType":"MailboxFull","feedbackId":"b-4",` +
		`"timestamp":"2026-11-24T01:30:00.000Z","bouncedRecipients":[{"emailAddress":"x","action":"failed",` +
		`"status":"5.2.2","diagnosticCode":"smtp; 552 5.2.2 full"}]}`
	unwanted = `,"complaint":{"feedbackId":"c-2","complaintFeedbackType":"not-spam",` +
		`"timestamp":"2026-11-24T01:40:00.000Z"}`
	arrived = `,"delivery":{"timestamp":"2026-11-24T01:20:00.000Z","smtpResponse":"250 ok"}`
)

// doubtful makes a message of which nobody knows whether it was sent.
func doubtful(t testing.TB, d *door) message.Message {
	t.Helper()
	lead, _, _ := written(t, d)
	m, err := d.ClaimMessage(t.Context(),
		message.Message{Person: lead.ContactID, Customer: lead.Customer, About: lead.Progress().WorkflowID(),
			Step:    "2/again",
			Channel: message.ChannelEmail, Branch: lead.Branch, Owner: seed.StaffID(3)}, message.PurposeService)
	if err == nil {
		err = d.SettleMessage(t.Context(), m, message.StateUnknown, "", "timeout")
	}
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestSESSettlesADoubtfulMessage(t *testing.T) {
	for _, c := range []struct {
		kind, more  string
		state, fate string
		reason      string
	}{
		{"Send", "", message.StateSent, "", ""},
		{"Delivery", arrived, message.StateSent, message.FateDelivered, ""},
		{"DeliveryDelay", "", message.StateSent, "", ""},
		{"Bounce", soft, message.StateSent, "", ""},
		{"Bounce", hard, message.StateSent, message.FateBounced, message.ReasonBlocked},
		{"Bounce", ours, message.StateSent, message.FateReturned, ""},
		{"Bounce", full, message.StateSent, message.FateReturned, ""},
		{"Complaint", unwanted, message.StateUnknown, "", ""},
		{"Complaint", disliked, message.StateSent, message.FateComplained, message.ReasonBlocked},
		{"Reject", `,"reject":{"reason":"Bad content"}`, message.StateFailed, message.FateRefused, ""},
		{"Open", `,"open":{}`, message.StateUnknown, "", ""},
	} {
		t.Run(c.kind+c.fate+c.more[:min(len(c.more), 40)], func(t *testing.T) {
			d, _ := notified(t)
			m := doubtful(t, d)
			for range 2 { // SNS numbers its repeats anew; the event is the same
				taken(t, d.tell(t, notice("Notification", sesEvent(c.kind, m.Tag(), c.more)).sign(t)))
			}
			row, err := d.Tagged(t.Context(), m.Tag())
			if err != nil || row.State != c.state || row.Fate != c.fate {
				t.Errorf("row %+v, %v", row, err)
			}
			desk, err := d.Desk(t.Context(), work.DeskQuery{Staff: seed.StaffID(3), Paging: storePage})
			if waits := len(desk.Items) == 1; err != nil || waits != (c.state == message.StateUnknown) {
				t.Errorf("desk %+v, %v", desk, err)
			}
			if reason := d.permits(t, m.Person); reason != c.reason {
				t.Errorf("reason %q", reason)
			}
			page, err := d.Timeline(t.Context(), m.Customer, words.En, table.Paging{Limit: 50})
			if err != nil || !strings.Contains(fmt.Sprint(page.Items), "Enquiry received") {
				t.Errorf("timeline %+v, %v", page, err)
			}
		})
	}
}

// Delivered, returned and complained about, in every order, twice, a year late: one end, one event each.
func TestSESEventsInAnyOrder(t *testing.T) {
	told := []func(tag string) string{
		func(tag string) string { return sesEvent("Delivery", tag, arrived) },
		func(tag string) string { return sesEvent("Bounce", tag, hard) },
		func(tag string) string { return sesEvent("Complaint", tag, disliked) },
	}
	for _, order := range [][]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}} {
		d, _ := notified(t)
		m := doubtful(t, d)
		for range 2 {
			for _, i := range order {
				taken(t, d.tell(t, notice("Notification", told[i](m.Tag())).sign(t)))
			}
		}
		d.Clock.Advance(300 * 24 * time.Hour)
		for _, i := range order {
			taken(t, d.tell(t, notice("Notification", told[i](m.Tag())).with("Timestamp",
				d.Clock.Now().Format(time.RFC3339Nano)).sign(t)))
		}
		row, err := d.Tagged(t.Context(), m.Tag())
		if err != nil || row.Fate != message.FateComplained || row.State != message.StateSent {
			t.Errorf("%v: %+v, %v", order, row, err)
		}
		if reason := d.permits(t, m.Person); reason != message.ReasonBlocked {
			t.Errorf("%v: reason %q", order, reason)
		}
	}
}

// What was told of a message that has no row is remembered until somebody wants to send it: it is not sent again.
func TestSESBeforeOurRecord(t *testing.T) {
	d, _ := notified(t)
	lead, _, _ := written(t, d)
	lost := message.Message{Person: lead.ContactID, Customer: lead.Customer, About: lead.Progress().WorkflowID(),
		Step: "3/lost", Channel: message.ChannelEmail, Branch: lead.Branch, Owner: seed.StaffID(3)}
	for _, e := range []string{sesEvent("Bounce", lost.Tag(), hard), sesEvent("Delivery", lost.Tag(), arrived)} {
		taken(t, d.tell(t, notice("Notification", e).sign(t)))
	}
	m, err := d.ClaimMessage(t.Context(), lost, message.PurposeService)
	if err != nil || m.State != message.StateSent || m.Fate != message.FateBounced {
		t.Fatalf("%+v, %v", m, err)
	}
	if reason := d.permits(t, lead.ContactID); reason != message.ReasonBlocked {
		t.Errorf("reason %q", reason)
	}
	lost.Step = "4/just-now"
	now := strings.ReplaceAll(sesEvent("Delivery", lost.Tag(), arrived), "2026-11-24T01:00:00.000Z",
		d.Clock.Now().Format(time.RFC3339Nano))
	if w := d.tell(t, notice("Notification", now).sign(t)); w.Code != 503 || w.Header().Get("Retry-After") == "" {
		t.Errorf("a message of this minute: status %d", w.Code)
	}
}

// Where SES repeats no headers, the tag names the message as the sender wrote it.
func TestSESNamesAMessageByItsTag(t *testing.T) {
	d, _ := notified(t)
	m := doubtful(t, d)
	for i, tag := range []string{"%%%", m.Tag(), message.WriteKeyTag("another/key"),
		message.WriteKeyTag(m.Person + "/" + m.Key())} {
		e := fmt.Sprintf(`{"eventType":"Delivery","mail":{"messageId":"0100-%d",`+
			`"timestamp":"2026-11-24T01:00:00.000Z","tags":{%q:[%q]}}%s}`,
			i, message.KeyTag, tag, arrived)
		taken(t, d.tell(t, notice("Notification", e).sign(t)))
	}
	if row, err := d.Tagged(t.Context(), m.Tag()); err != nil || row.Fate != message.FateDelivered {
		t.Errorf("%+v, %v", row, err)
	}
}

// An address on SES's own list stops marketing. It is no second proof against an address, on any day.
func TestSESItsOwnListIsNoSecondProof(t *testing.T) {
	d, _ := notified(t)
	m := doubtful(t, d)
	taken(t, d.tell(t, notice("Notification", sesEvent("Bounce", m.Tag(), hard)).sign(t)))
	d.Clock.Advance(48 * time.Hour)
	next, err := d.ClaimMessage(t.Context(), message.Message{Person: m.Person, Customer: m.Customer, About: m.About,
		Step: "3/later", Channel: message.ChannelEmail, Branch: m.Branch, Owner: m.Owner}, message.PurposeService)
	if err == nil {
		err = d.SettleMessage(t.Context(), next, message.StateSent, "0100", "")
	}
	if err != nil {
		t.Fatal(err)
	}
	listed := strings.NewReplacer("General", "OnAccountSuppressionList", "2026-11-24", "2026-11-26").Replace(hard)
	now := d.Clock.Now().Format(time.RFC3339Nano)
	taken(t, d.tell(t, notice("Notification", sesEvent("Bounce", next.Tag(), listed)).with("Timestamp", now).sign(t)))
	g, err := d.ReadGate(t.Context(), m.Customer, m.Person)
	if _, ok := g.Permits(message.PurposeService, message.ChannelEmail); err != nil || !ok {
		t.Errorf("%+v, %v", g, err)
	}
}

// A notice counts for an hour: an old one cannot be told again.
func TestANoticeOfSNSGrowsOld(t *testing.T) {
	d, _ := notified(t)
	m := doubtful(t, d)
	for _, c := range []struct {
		age    time.Duration
		status int
	}{{time.Hour - time.Second, 202}, {time.Hour + time.Second, 401}, {300 * 24 * time.Hour, 401},
		{-299 * time.Second, 202}, {-6 * time.Minute, 401}} {
		at := d.Clock.Now().Add(-c.age).Format(time.RFC3339Nano)
		n := notice("Notification", sesEvent("Delivery", m.Tag(), arrived)).with("Timestamp", at).sign(t)
		if w := d.tell(t, n); w.Code != c.status {
			t.Errorf("%v old: status %d", c.age, w.Code)
		}
	}
	if w := d.tell(t, notice("Notification", "{}").with("Timestamp", "today").sign(t)); w.Code != 401 {
		t.Errorf("a time that is none: status %d", w.Code)
	}
}

// The first notice of an event destination is a sentence, and that of the older notifications has no message.
func TestTheFirstNoticeOfATopic(t *testing.T) {
	d, _ := notified(t)
	before := d.Count(t, d.Tables.Records, "")
	for _, text := range []string{"Successfully validated SNS topic for Amazon SES event publishing.",
		`{"notificationType":"AmazonSnsSubscriptionSucceeded","message":"You have successfully subscribed your topic."}`} {
		taken(t, d.tell(t, notice("Notification", text).sign(t)))
	}
	if d.Count(t, d.Tables.Records, "") != before {
		t.Error("something was written")
	}
}

// roads answers each request for a certificate.
type roads func(*http.Request) (*http.Response, error)

func (f roads) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// A certificate that is not there is asked for once a minute, however many forged notices name it or others.
func TestAMissingCertificateIsAskedForOnceAMinute(t *testing.T) {
	now, asked, status := storetest.Began, 0, 404
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: amazonCertificate().Raw})
	a := hook.NewAmazonOver(roads(func(*http.Request) (*http.Response, error) {
		asked++
		return &http.Response{StatusCode: status, Body: io.NopCloser(bytes.NewReader(block))}, nil
	}), func() time.Time { return now })
	ask := func(address string) error { _, err := a.Certificate(t.Context(), address); return err }
	for range 3 {
		if ask(certificate) == nil || asked != 1 {
			t.Fatalf("asked %d times", asked)
		}
	}
	for i := range 200 {
		if ask(fmt.Sprint(certificate, i)) == nil {
			t.Fatal("a forged address has a certificate")
		}
	}
	if asked > 64 {
		t.Errorf("asked %d times for forged addresses", asked)
	}
	now, status, asked = now.Add(time.Minute), 200, 0
	for range 3 {
		if err := ask(certificate); err != nil || asked != 1 {
			t.Errorf("asked %d times, %v", asked, err)
		}
	}
}

func TestSESSubscription(t *testing.T) {
	d, a := notified(t)
	before := d.Count(t, d.Tables.Records, "")
	taken(t, d.tell(t, notice("SubscriptionConfirmation", "You have chosen to subscribe").sign(t)))
	taken(t, d.tell(t, notice("UnsubscribeConfirmation", "You have chosen to unsubscribe").sign(t)))
	want := "sns.eu-central-1.amazonaws.com " + topic + " token-1"
	if len(a.confirmed) != 1 || a.confirmed[0] != want || d.Count(t, d.Tables.Records, "") != before {
		t.Errorf("confirmed %v", a.confirmed)
	}
}

func TestWhatIsNotOurTopics(t *testing.T) {
	d, a := notified(t)
	m := doubtful(t, d)
	good := func() fields { return notice("Notification", sesEvent("Bounce", m.Tag(), hard)) }
	before := d.State()
	for what, n := range map[string]fields{
		"another topic": good().with("TopicArn", strings.Replace(topic, "mail", "evil", 1)).sign(t),
		"another host": good().with("SigningCertURL",
			"https://evil.example/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem").sign(t),
		"a host that ends like it": good().with("SigningCertURL",
			strings.Replace(certificate, "sns.", "evil-sns.", 1)).sign(t),
		"a host that begins so": good().with("SigningCertURL",
			strings.Replace(certificate, ".com/", ".com.evil.example/", 1)).sign(t),
		"a bucket of Amazon": good().with("SigningCertURL",
			"https://s3.eu-central-1.amazonaws.com/evil/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem").sign(t),
		"a user before the host": good().with("SigningCertURL",
			strings.Replace(certificate, "https://", "https://sns@", 1)).sign(t),
		"without TLS": good().with("SigningCertURL",
			strings.Replace(certificate, "https", "http", 1)).sign(t),
		"another region": good().with("SigningCertURL",
			strings.Replace(certificate, "eu-central-1", "us-east-1", 1)).sign(t),
		"another file": good().with("SigningCertURL",
			strings.Replace(certificate, "SimpleNotificationService-", "x/../", 1)).sign(t),
		"a query":                    good().with("SigningCertURL", certificate+"?x").sign(t),
		"another message":            good().sign(t).with("Message", sesEvent("Complaint", m.Tag(), disliked)),
		"another type":               good().sign(t).with("Type", "SubscriptionConfirmation"),
		"a type that does not exist": good().with("Type", "Hello").sign(t),
		"another version":            good().sign(t).with("SignatureVersion", "1"),
		"an unknown version":         good().sign(t).with("SignatureVersion", "3"),
		"no signature":               good().with("Signature", ""),
		"a subject added":            good().sign(t).with("Subject", "x"),
	} {
		if w := d.tell(t, n); w.Code != 401 || d.State() != before {
			t.Errorf("%s: status %d: %s", what, w.Code, w.Body)
		}
	}
	for _, address := range a.asked {
		if address != certificate {
			t.Errorf("asked %s for its certificate", address)
		}
	}
	d.Clock.Advance(366 * 24 * time.Hour)
	if w := d.tell(t, good().sign(t)); w.Code != 401 {
		t.Errorf("a certificate that has ended: status %d", w.Code)
	}
	d.Clock.Set(storetest.Began)
	a.away = true
	if w := d.tell(t, good().sign(t)); w.Code != 503 {
		t.Errorf("no certificate to be had: status %d", w.Code)
	}
	a.away = false
	taken(t, d.tell(t, good().with("SignatureVersion", "1").sign(t)))
	taken(t, d.tell(t, good().with("Subject", "x").sign(t)))
	d.Server.Topic.ARN = ""
	if w := d.tell(t, good().sign(t)); w.Code != 401 {
		t.Errorf("no topic is set up: status %d", w.Code)
	}
}
