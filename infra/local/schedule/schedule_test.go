package schedule

import (
	"context"
	"errors"
	"testing"
	"time"

	"afterpress/infra/local/sam"
)

type sweeper chan string

func (s sweeper) Invoke(_ context.Context, payload []byte) ([]byte, error) {
	s <- string(payload)
	return nil, errors.New("as told")
}

func TestEachTickInvokesEvenAfterAFailure(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	ticks, seen, said, done := make(chan time.Time), make(sweeper, 2), make(chan string, 2), make(chan struct{})
	go func() {
		defer close(done)
		Run(ctx, sam.Schedule{ID: "Stream/Sweep", Input: []byte(`{"sweep": true}`)}, ticks, seen,
			func(what string) { said <- what })
	}()
	for range 2 {
		ticks <- time.Now()
		if got := <-seen; got != `{"sweep": true}` {
			t.Errorf("invoked with %s", got)
		}
		<-said
	}
	cancel()
	<-done
}
