package intake_test

import (
	"net/http"
	"strconv"
	"testing"

	"afterpress/functions/intake/hook"
	"afterpress/shared/app"
	"afterpress/shared/app/frontdesk"

	webhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// Calls of other systems come in by the public door: one that is signed is taken, and another one is refused.
func TestSignedCallsComeInByThePublicDoor(t *testing.T) {
	d, key := open(t), []byte("the key of a source, 32 bytes!!!")
	secrets := func() map[string][][]byte { return hook.Secrets{hook.SourceLeads: {key}} }
	d.Server.Hook = hook.Server{Now: d.Clock.Now, Secrets: secrets,
		Frontdesk: frontdesk.Desk{Office: app.Office{Store: d.Store, Now: d.Clock.Now}, Log: d.Log}}
	const body = `{"form":"quote","name":"Tom","email":"tom@example.com","product":"book"}`
	w, err := webhooks.NewWebhookRaw(key)
	if err != nil {
		t.Fatal(err)
	}
	now := d.Clock.Now()
	sign, err := w.Sign("call_1", now, []byte(body))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		sign   string
		status int
	}{{sign, http.StatusAccepted}, {sign + "A", http.StatusUnauthorized}} {
		answer := d.ask("POST", "/hooks/leads", body, "Content-Type", jsonType, "Accept", "*/*",
			webhooks.HeaderWebhookID, "call_1", webhooks.HeaderWebhookTimestamp, strconv.FormatInt(now.Unix(), 10),
			webhooks.HeaderWebhookSignature, c.sign)
		if answer.Code != c.status {
			t.Errorf("status %d: %s", answer.Code, answer.Body)
		}
	}
	if d.leads(t) != 1 {
		t.Errorf("%d leads", d.leads(t))
	}
}
