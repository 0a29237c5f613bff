package stack

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"time"

	"afterpress/infra/local/cloud"
)

// Weather is behaviour of AWS that the engine lacks and the cloud before it adds. Zero is fair weather.
type Weather struct {
	Hold     time.Duration // for which a transaction keeps its items from others
	Throttle float64       // share of the requests that are refused, 0 to 1
	Late     time.Duration // by which indexes and loose reads lag
	Seed     uint64        // of what is refused
}

// Rough is the weather in which Afterpress is broken: of AWS, and then more often. DynamoDB holds items for
// milliseconds, throttles a table that doubles its traffic at once, and its indexes lag by less than a second.
func Rough() Weather {
	return Weather{Hold: 12 * time.Millisecond, Throttle: 0.01, Late: 200 * time.Millisecond, Seed: 1}
}

// roles are the names of all that runs under a role of the template.
func (s *Stack) roles() (names []string) {
	for _, f := range s.template.Functions {
		names = append(names, f.Name)
	}
	for _, c := range s.template.Containers {
		names = append(names, c.Name)
	}
	return names
}

func (s *Stack) secret(arn string) (text string, ok bool) {
	text, ok = s.secrets[arn]
	return text, ok
}

// startCloud puts the roles of the template before the tables, the object store, secrets and what plays SES and SNS.
func (s *Stack) startCloud(context.Context) error {
	file, err := os.OpenFile(s.log("cloud"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	s.onClose(func() { _ = file.Close() }) // nothing is written any more
	log := slog.New(slog.NewJSONHandler(file, nil))
	sky, err := cloud.New(cloud.Options{Template: s.template, Next: transport(), Refused: func(r cloud.Refusal) {
		log.Error("access denied", "role", r.Role, "action", r.Action, "resource", r.Resource, "keys", r.Keys, "call", r.Call)
		s.say("%s", r)
	}})
	if err != nil {
		return err
	}
	s.sky = sky
	if err := s.openQueues(); err != nil {
		return err
	}
	for name, before := range map[string]struct {
		engine string
		serve  func(*url.URL) http.Handler
	}{
		"tables":  {s.Addresses.DynamoDB, sky.Serve},
		"objects": {s.objects, sky.Objects},
		"senders": {"http://" + s.Sink, sky.Senders},
		"secrets": {"", func(*url.URL) http.Handler { return sky.Secrets(s.secret) }},
	} {
		engine, err := url.Parse(before.engine)
		if err != nil {
			return err
		}
		listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", s.state.Ports[name]))
		if err != nil {
			return err
		}
		server := &http.Server{Handler: before.serve(engine), ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn)}
		go func() { _ = server.Serve(listener) }() // until Close
		s.onClose(func() { closeServer(server) })
	}
	return nil
}

// startWeather has the tables behave as the weather says, once they hold what every start puts into them.
func (s *Stack) startWeather(ctx context.Context) error {
	w := s.options.Weather
	s.sky.Conflict(w.Hold)
	s.sky.Throttle(w.Throttle, w.Seed)
	if w.Late == 0 {
		return nil
	}
	var names []string
	for _, t := range s.template.Tables {
		names = append(names, t.ID)
	}
	return s.sky.Lag(ctx, s.database, w.Late, cloud.Loose, slices.Sorted(slices.Values(names))...)
}

// transport keeps a connection for each that may be open at once; the usual one keeps two.
func transport() *http.Transport {
	return &http.Transport{MaxIdleConnsPerHost: 256, DisableCompression: true}
}
