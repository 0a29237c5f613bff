package stack

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"afterpress/infra/local/lambda/lambdatest"
)

var probe string

func TestMain(m *testing.M) { lambdatest.Main(m, &probe) }

// spoken collects what a stack says.
type spoken struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *spoken) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *spoken) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// probes is a folder of binaries that are all the probe.
func probes(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"api", "console", "intake", "stream", "worker"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(probe, filepath.Join(dir, name, "bootstrap")); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// place is a stack's folder with what its functions saw and what it said.
type place struct {
	Options
	said *spoken
	seen string
}

func choose(t *testing.T) place {
	t.Helper()
	dir, said := t.TempDir(), &spoken{}
	seen := filepath.Join(dir, "seen")
	return place{said: said, seen: seen, Options: Options{Dir: dir, Binaries: probes(t), Headless: true, Processes: 1,
		Env: map[string]string{"PROBE_SEEN": seen}, Out: said}}
}

func (p place) start(t *testing.T) *Stack {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	s, err := Start(ctx, p.Options)
	if err != nil {
		t.Fatalf("%v\n%s", err, p.said)
	}
	t.Cleanup(s.Close)
	return s
}

// eventually waits for what happens by itself.
func eventually(t *testing.T, what string, happened func() bool) {
	t.Helper()
	deadline := time.After(time.Minute)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !happened() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("it did not happen: %s", what)
		}
	}
}

func (p place) saw(text string) func() bool {
	return func() bool {
		seen, err := os.ReadFile(p.seen)
		return err == nil && strings.Contains(string(seen), text)
	}
}

func get(t *testing.T, address, token string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "GET", address, nil)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(text)
}

func put(t *testing.T, s *Stack, id string) {
	t.Helper()
	text := func(v string) types.AttributeValue { return &types.AttributeValueMemberS{Value: v} }
	_, err := s.DynamoDBClient().PutItem(t.Context(),
		&dynamodb.PutItemInput{TableName: aws.String("Events"), Item: map[string]types.AttributeValue{
			"pk": text("CUSTOMER#1"), "sk": text(id), "pending_pk": text("PENDING#0"), "pending_sk": text(id)}})
	if err != nil {
		t.Fatal(err)
	}
}

func TestDoorsAndTriggers(t *testing.T) {
	p := choose(t)
	s := p.start(t)
	if status, body := get(t, s.API+"/forms/quote", ""); status != 200 ||
		!strings.Contains(body, `"rawPath":"/forms/quote"`) {
		t.Errorf("form: %d %s", status, body)
	}
	if status, _ := get(t, s.API+"/leads", ""); status != 401 {
		t.Errorf("leads without a token: %d", status)
	}
	token, err := s.Token("local|manager")
	if err != nil {
		t.Fatal(err)
	}
	if status, body := get(t, s.API+"/leads", token); status != 200 || !strings.Contains(body, `"sub":"local|manager"`) {
		t.Errorf("leads: %d %s", status, body)
	}

	put(t, s, "evt_1")
	eventually(t, "the first event reached the function", p.saw("evt_1"))
	s.StopStream()
	put(t, s, "evt_2")
	if err := s.Sweep(t.Context()); err != nil {
		t.Error(err)
	}
	if !p.saw(`{"sweep":true}`)() && !p.saw(`{"sweep": true}`)() {
		t.Error("the sweep did not reach the function")
	}
	if p.saw("evt_2")() {
		t.Error("an event went through a stopped stream")
	}
	if err := s.StartStream(t.Context()); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the second event reached the function", p.saw("evt_2"))
}

func TestWhatDiesIsStartedAgainAndItSaysSo(t *testing.T) {
	p := choose(t)
	s := p.start(t)
	for _, name := range []string{"api", "worker", Inbox, DynamoDB, Temporal, Objects} {
		before := s.Pids()[name][0]
		if err := s.Kill(name); err != nil {
			t.Fatal(err)
		}
		eventually(t, name+" runs again", func() bool { return s.Pids()[name][0] != before })
		if !strings.Contains(p.said.String(), name+" ended") {
			t.Errorf("nobody said that %s ended: %s", name, p.said)
		}
	}
	if err := s.Pause("worker"); err != nil {
		t.Fatal(err)
	}
	before := s.Pids()["worker"][0]
	if err := s.Resume("worker"); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the worker runs again", func() bool { return s.Pids()["worker"][0] != before })
	if err := s.Kill("nothing"); err == nil {
		t.Error("killed nothing")
	}
	if status, _ := get(t, s.API+"/health", ""); status != 200 {
		t.Errorf("health: %d", status)
	}
}

func TestASecondStartGoesOnAndAFreshOneBeginsAnew(t *testing.T) {
	p := choose(t)
	seeded := 0
	p.Seed = func(context.Context, *Stack) error { seeded++; return nil }
	first := p.start(t)
	put(t, first, "evt_1")
	if _, err := Start(t.Context(), p.Options); !errors.Is(err, ErrRunning) {
		t.Errorf("a second stack in the folder: %v", err)
	}
	other := choose(t).start(t) // elsewhere two run side by side
	if other.API == first.API {
		t.Error("two stacks share an address")
	}
	other.Close()
	token, err := first.Token("local|owner")
	if err != nil {
		t.Fatal(err)
	}
	first.Close()

	second := p.start(t)
	if second.Addresses != first.Addresses || second.SealKey != first.SealKey {
		t.Errorf("second start: %+v, first: %+v", second.Addresses, first.Addresses)
	}
	if status, _ := get(t, second.API+"/leads", token); status != 200 {
		t.Errorf("the old token: %d", status)
	}
	if n := rows(t, second); n != 1 {
		t.Errorf("the second start has %d rows", n)
	}
	text, err := os.ReadFile(filepath.Join(p.Dir, "stack.json"))
	if err != nil {
		t.Fatal(err)
	}
	var published map[string]any
	if err := json.Unmarshal(text, &published); err != nil || published["api"] != second.API ||
		published["dynamodb"] != second.Addresses.DynamoDB {
		t.Errorf("stack.json %s %v", text, err)
	}
	second.Close()

	p.Fresh = true
	third := p.start(t)
	if n := rows(t, third); n != 0 || third.API != first.API || third.SealKey == first.SealKey {
		t.Errorf("the fresh start has %d rows at %s", n, third.API)
	}
	if seeded != 3 {
		t.Errorf("seeded %d times", seeded)
	}
}

func rows(t *testing.T, s *Stack) int32 {
	t.Helper()
	got, err := s.DynamoDBClient().Scan(t.Context(), &dynamodb.ScanInput{TableName: aws.String("Events")})
	if err != nil {
		t.Fatal(err)
	}
	return got.Count
}

func TestAMissingBinaryStopsTheStart(t *testing.T) {
	p := choose(t)
	p.Binaries = t.TempDir()
	if _, err := Start(t.Context(), p.Options); err == nil || !strings.Contains(err.Error(), "is not built") {
		t.Errorf("%v", err)
	}
	if _, err := os.Stat(filepath.Join(p.Dir, "stack.json")); err == nil {
		t.Error("a stack that does not run is published")
	}
}

func TestAFunctionHasVariablesOfItsOwn(t *testing.T) {
	p := choose(t)
	own := place{seen: filepath.Join(p.Dir, "seen-by-the-stream")}
	p.EnvOf = map[string]map[string]string{"stream": {"PROBE_SEEN": own.seen}}
	s := p.start(t)
	get(t, s.API+"/forms/quote", "")
	put(t, s, "evt_1")
	eventually(t, "the event reached the function", own.saw("evt_1"))
	if p.saw("evt_1")() || !p.saw("/forms/quote")() {
		t.Error("another function has the stream's variables")
	}
}
