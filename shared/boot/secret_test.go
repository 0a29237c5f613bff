package boot

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"afterpress/shared/kernel/kerneltest"
	"afterpress/shared/kernel/token"
)

// vault plays Secrets Manager. It counts readings.
type vault struct {
	mu    sync.Mutex
	texts map[string]string // by ARN; one that is missing is refused
	read  int
}

func (v *vault) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.read++
	var in struct{ SecretId string }
	_ = json.NewDecoder(r.Body).Decode(&in)
	text, ok := v.texts[in.SecretId]
	if !ok || r.Header.Get("X-Amz-Target") != "secretsmanager.GetSecretValue" {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `{"__type":"AccessDeniedException","message":"no"}`)
		return
	}
	_ = json.NewEncoder(w).Encode(map[string]string{"SecretString": text})
}

func (v *vault) put(arn, text string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if text == "" {
		delete(v.texts, arn)
		return
	}
	v.texts[arn] = text
}

func (v *vault) readings() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.read
}

const (
	oneHook = `{"leads":["whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"]}`
	twoHook = `{"leads":["whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3","whsec_YWJjZGVmMDEyMzQ1Njc4OWFiY2RlZjAx"]}`
)

// opened sets the environment to secrets by ARN: arn:seal, arn:hooks and arn:temporal.
func opened(t *testing.T) *vault {
	t.Helper()
	v := &vault{texts: map[string]string{"arn:seal": kerneltest.Key("a"), "arn:hooks": oneHook,
		"arn:temporal": "key 1"}}
	server := httptest.NewServer(v)
	t.Cleanup(server.Close)
	setenv(t, map[string]string{"SEAL_KEY": ""})
	for name, value := range map[string]string{"SEAL_KEY_SECRET": "arn:seal", "HOOK_SECRETS_SECRET": "arn:hooks",
		"TEMPORAL_API_KEY_SECRET": "arn:temporal", "AWS_ENDPOINT_URL_SECRETS_MANAGER": server.URL,
		"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "api", "AWS_SECRET_ACCESS_KEY": "key"} {
		t.Setenv(name, value)
	}
	return v
}

func TestASecretIsReadByItsARNAndAgainAfterFiveMinutes(t *testing.T) {
	v := opened(t)
	c, err := Load(t.Context(), Keys, Hooks, Temporal)
	if err != nil || c.TemporalAPIKey() != "key 1" || len(c.HookSecrets.Now()["leads"]) != 1 || v.readings() != 3 {
		t.Fatalf("%d readings, %v", v.readings(), err)
	}
	now := time.Now()
	c.secrets.now = func() time.Time { return now }
	var said bytes.Buffer
	served := 0
	door := c.Fresh(slog.New(slog.NewTextHandler(&said, nil)),
		http.HandlerFunc(func(http.ResponseWriter, *http.Request) { served++ }))
	ask := func() {
		door.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), "GET", "/", nil))
	}

	tokens := token.NewTokens(c.Ring)
	old := tokens.Sign(token.UseForm, "x")
	v.put("arn:seal", kerneltest.Keys("a", "b", "a"))
	v.put("arn:hooks", twoHook)
	v.put("arn:temporal", "key 2")
	now = now.Add(secretLife - 2*time.Second)
	if ask(); v.readings() != 3 {
		t.Error("read again before 5 minutes were over")
	}
	now = now.Add(3 * time.Second)
	if ask(); v.readings() != 6 || c.TemporalAPIKey() != "key 2" || len(c.HookSecrets.Now()["leads"]) != 2 {
		t.Errorf("after 5 minutes: %d readings, %q", v.readings(), c.TemporalAPIKey())
	}
	if fresh := tokens.Sign(token.UseForm, "x"); fresh == old {
		t.Error("the new key does not seal")
	}
	if _, ok := tokens.Open(token.UseForm, old); !ok {
		t.Error("the old key does not open")
	}
	if ask(); v.readings() != 6 || served != 3 || said.Len() > 0 {
		t.Errorf("%d readings, %d requests served, said %s", v.readings(), served, &said)
	}
}

// What cannot be read or used leaves the last good copy in its place, and is tried again after 30 seconds.
func TestTheLastGoodCopyStays(t *testing.T) {
	v := opened(t)
	c, err := Load(t.Context(), Keys, Hooks, Temporal)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now().Add(secretLife)
	c.secrets.now = func() time.Time { return now }
	var said bytes.Buffer
	log := slog.New(slog.NewTextHandler(&said, nil))
	hash := c.Ring.Hashing("x")
	v.put("arn:seal", kerneltest.Key("other")) // another hash key
	v.put("arn:hooks", "not JSON")
	v.put("arn:temporal", "") // away
	c.Refresh(t.Context(), log)
	if !bytes.Equal(c.Ring.Hashing("x"), hash) || len(c.HookSecrets.Now()["leads"]) != 1 ||
		c.TemporalAPIKey() != "key 1" {
		t.Error("a good copy was dropped")
	}
	for _, name := range []string{"SEAL_KEY", "HOOK_SECRETS", "TEMPORAL_API_KEY"} {
		if !strings.Contains(said.String(), "setting="+name+" ") {
			t.Errorf("nothing was said of %s: %s", name, &said)
		}
	}
	if strings.Contains(said.String(), kerneltest.Key("other")) || strings.Contains(said.String(), "not JSON") {
		t.Errorf("the log tells a secret: %s", &said)
	}
	before := v.readings()
	v.put("arn:hooks", twoHook)
	now = now.Add(secretPause - time.Second)
	if c.Refresh(t.Context(), log); v.readings() != before {
		t.Error("tried again at once")
	}
	now = now.Add(time.Second)
	if c.Refresh(t.Context(), log); len(c.HookSecrets.Now()["leads"]) != 2 {
		t.Error("not read once it was good again")
	}
}

func TestAStartNamesEverySecretThatIsNotGood(t *testing.T) {
	v := opened(t)
	v.put("arn:seal", "short")
	v.put("arn:hooks", "")
	t.Setenv("TEMPORAL_API_KEY", "a value as well")
	_, err := Load(t.Context(), Keys, Hooks, Temporal)
	if err == nil {
		t.Fatal("accepted")
	}
	for _, want := range []string{"SEAL_KEY_SECRET names", "HOOK_SECRETS_SECRET names", "TEMPORAL_API_KEY and"} {
		if strings.Count(err.Error(), want) != 1 {
			t.Errorf("%q is not said once in: %v", want, err)
		}
	}
}

func TestTheKeysOfAFrontAreOneOrTwo(t *testing.T) {
	one, two := strings.Repeat("1", 32), strings.Repeat("2", 40)
	for text, want := range map[string]int{"": 0, one: 1, one + "\n" + two + "\n": 2, one + " " + two + " " + one: -1,
		one[:31]: -1, one + " short": -1, "  ": -1} {
		setenv(t, nil)
		t.Setenv("ORIGIN_KEYS", text)
		c, err := Load(t.Context(), Keys, Front)
		if (err != nil) != (want < 0) || err == nil && len(c.OriginKeys.Now()) != want {
			t.Errorf("%q: %v", text, err)
		}
		if err != nil && strings.Contains(err.Error(), one[:31]) {
			t.Errorf("the error tells a key: %v", err)
		}
	}
}
