package boot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
)

const (
	secretLife  = 5 * time.Minute  // how long a copy of a secret is used before it is read again
	secretPause = 30 * time.Second // after a reading that failed
	secretWait  = time.Second      // how long a request may wait for one: half of what it may take in all
	secretsWait = 6 * time.Second  // how long a start may wait for all of them; Lambda gives it 10 s
)

// Held is a setting that may change while the process runs, since a secret holds it.
type Held[T any] struct{ now atomic.Pointer[T] }

// Now is the value by the last good copy of the secret. It is zero where none is set.
func (h *Held[T]) Now() T {
	if value := h.now.Load(); value != nil {
		return *value
	}
	var none T
	return none
}

// secret is a setting whose value a secret of Secrets Manager holds.
type secret struct {
	name string // of the setting, for errors and logs
	arn  string
	text string // as it was read last
	take func(text string) error
}

// secrets reads all secrets of a process, and again every 5 minutes.
type secrets struct {
	client *secretsmanager.Client
	now    func() time.Time
	due    atomic.Int64 // when to read again, in milliseconds
	mu     sync.Mutex   // of what follows
	held   []*secret
}

// secretsClient reads from Secrets Manager. The usual client has no limit for an attempt.
func secretsClient(c aws.Config) *secretsmanager.Client {
	return secretsmanager.NewFromConfig(Service(c, "SECRETS_MANAGER"), func(o *secretsmanager.Options) {
		o.Retryer = retry.NewStandard(func(o *retry.StandardOptions) {
			o.MaxAttempts, o.Backoff = tries, retry.NewExponentialJitterBackoff(longestPause)
		})
		if usual, ok := o.HTTPClient.(*awshttp.BuildableClient); ok {
			o.HTTPClient = usual.WithTimeout(attempt)
		}
	})
}

// read gives the texts of all secrets, and an error for each that could not be read. They are read at once, so that
// a start waits as long as for one.
func (s *secrets) read(ctx context.Context) ([]string, []error) {
	texts, faults := make([]string, len(s.held)), make([]error, len(s.held))
	var group sync.WaitGroup
	for i, one := range s.held {
		group.Go(func() {
			out, err := s.client.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: &one.arn})
			if err == nil && out.SecretString == nil {
				err = errors.New("holds no text")
			}
			if err != nil {
				faults[i] = err
				return
			}
			texts[i] = *out.SecretString
		})
	}
	group.Wait()
	return texts, faults
}

// begin reads the secrets for the first time.
func (s *secrets) begin(ctx context.Context, r *reader) {
	ctx, cancel := context.WithTimeout(ctx, secretsWait)
	defer cancel()
	texts, faults := s.read(ctx)
	for i, one := range s.held {
		if faults[i] != nil {
			r.fault(one.name+"_SECRET", fmt.Sprintf("names a secret that cannot be read: %v", faults[i]))
			continue
		}
		if err := one.take(texts[i]); err != nil {
			r.fault(one.name+"_SECRET", "names a secret that "+err.Error())
		}
		one.text = texts[i]
	}
	s.due.Store(s.now().Add(secretLife).UnixMilli())
}

// refresh reads the secrets again when their copies are 5 minutes old. One that cannot be read or used stays as it
// was, and is read again after 30 s. Of several calls at once, one reads and the others go on with what is there.
func (s *secrets) refresh(ctx context.Context, log *slog.Logger) {
	if s == nil || s.now().UnixMilli() < s.due.Load() || !s.mu.TryLock() {
		return
	}
	defer s.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, secretWait)
	defer cancel()
	wait := secretLife
	texts, faults := s.read(ctx)
	for i, one := range s.held {
		err := faults[i]
		if err == nil && texts[i] != one.text {
			if err = one.take(texts[i]); err == nil {
				one.text = texts[i]
			}
		}
		if err != nil {
			log.Error("the last good copy of a secret is used", "setting", one.name, "error", err.Error())
			wait = secretPause
		}
	}
	s.due.Store(s.now().Add(wait).UnixMilli())
}

// Refresh brings settings that secrets hold up to date. It does nothing within 5 minutes of the last time. While
// Secrets Manager is away, the last good copies stay.
func (c Config) Refresh(ctx context.Context, log *slog.Logger) { c.secrets.refresh(ctx, log) }

// Fresh is a handler whose requests find settings by secrets that are up to date, as Refresh has it.
func (c Config) Fresh(log *slog.Logger, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.Refresh(r.Context(), log)
		h.ServeHTTP(w, r)
	})
}

// secret reads a setting that may be a secret: its value stands in the environment under its name, as a container
// of ECS gets it, or name_SECRET names the secret by its ARN. take gets the value now or, for an ARN, when all of
// the environment was read, and again with each change. Its errors name no value. set is false where there is
// neither.
func (r *reader) secret(name string, take func(text string) error) (set bool) {
	value, arn := os.Getenv(name), os.Getenv(name+"_SECRET")
	switch {
	case value != "" && arn != "":
		r.fault(name, "and "+name+"_SECRET are both set; one of them holds the value")
	case arn != "":
		r.held = append(r.held, &secret{name: name, arn: arn, take: take})
	case value != "":
		if err := take(value); err != nil {
			r.fault(name, err.Error())
		}
	}
	return value != "" || arn != ""
}
