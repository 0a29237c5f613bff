package stack

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"afterpress/infra/local/engine"
)

// Addresses says where everything listens.
type Addresses struct {
	API        string `json:"api"`
	Inbox      string `json:"inbox"`
	SMTP       string `json:"smtp"` // host:port
	Sink       string `json:"sink"` // host:port of what takes SMS and chat
	Temporal   string `json:"temporal"`
	TemporalUI string `json:"temporal_ui,omitempty"`
	DynamoDB   string `json:"dynamodb"` // the engine, for the operator
	Tables     string `json:"tables"`   // the same, under the roles of functions and worker
	Objects    string `json:"objects"`  // what speaks S3, under the same roles
	Senders    string `json:"senders"`  // what speaks SES and SNS, likewise
	Secrets    string `json:"secrets"`  // what plays Secrets Manager, likewise
	Issuer     string `json:"issuer"`   // where staff sign in to the console
}

// state is stack.json: the ports, chosen once, and the addresses that follow from them, for scripts.
type state struct {
	Addresses
	Ports map[string]int `json:"ports"`
	path  string
}

var listeners = []string{"api", "inbox", "smtp", "sink", "temporal", "temporal_ui", "dynamodb", "tables", "objects",
	"objects_engine", "senders", "secrets", "issuer"}

// openState reads the ports or chooses them. A port that somebody else has taken meanwhile is replaced, and say
// says so.
func openState(dir string, headless bool, say func(string, ...any)) (*state, error) {
	s := &state{path: filepath.Join(dir, "stack.json")}
	text, err := os.ReadFile(s.path)
	if err == nil {
		err = json.Unmarshal(text, s)
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("%s: %w", s.path, err)
	}
	if s.Ports == nil {
		s.Ports = map[string]int{}
	}
	for _, name := range listeners {
		old := s.Ports[name]
		if old != 0 && engine.Free(old) {
			continue
		}
		if s.Ports[name], err = s.choose(); err != nil {
			return nil, err
		}
		if old != 0 {
			say("port %d (%s) is taken by another program, so it is %d from now on: links that were mailed before do not open",
				old, name, s.Ports[name])
		}
	}
	at := func(name string) string { return fmt.Sprintf("127.0.0.1:%d", s.Ports[name]) }
	s.Addresses = Addresses{API: "http://" + at("api"), Inbox: "http://" + at("inbox"), SMTP: at("smtp"),
		Sink: at("sink"), Temporal: at("temporal"),
		TemporalUI: "http://" + at("temporal_ui"), DynamoDB: "http://" + at("dynamodb"), Tables: "http://" + at("tables"),
		Objects: "http://" + at("objects"), Senders: "http://" + at("senders"), Secrets: "http://" + at("secrets"),
		Issuer: "http://" + at("issuer")}
	if headless {
		s.TemporalUI = ""
	}
	return s, nil
}

// choose finds a port for one more part, which none of the others has.
func (s *state) choose() (int, error) {
	for {
		if port, err := engine.FreePort(); err != nil || !s.uses(port) {
			return port, err
		}
	}
}

func (s *state) uses(port int) bool {
	for _, other := range s.Ports {
		if other == port {
			return true
		}
	}
	return false
}

// addressesIn reads where the stack in dir listens.
func addressesIn(dir string) (Addresses, error) {
	var at Addresses
	text, err := os.ReadFile(filepath.Join(dir, "stack.json"))
	if err != nil {
		return at, fmt.Errorf("no stack was started here: %w", err)
	}
	return at, json.Unmarshal(text, &at)
}

func (s *state) write() error {
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(s.path+".new", append(text, '\n'), 0o644); err != nil {
		return err
	}
	return os.Rename(s.path+".new", s.path)
}

// secret reads a secret, or makes it of 32 random bytes in base64.
func secret(path string) (string, error) {
	text, err := os.ReadFile(path)
	if err == nil || !errors.Is(err, os.ErrNotExist) {
		return string(text), err
	}
	raw := make([]byte, 32)
	rand.Read(raw) // never fails
	made := base64.StdEncoding.EncodeToString(raw)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return "", err
	}
	return made, os.WriteFile(path, []byte(made), 0o600)
}
