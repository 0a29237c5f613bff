package workflows

import (
	"context"
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"
)

// Channels is implemented by *Client.
type Channels interface {
	// Waits has a waiting workflow told, by ChannelSignal, when a channel that is away takes messages again.
	Waits(ctx context.Context, channel, waiting string) error
}

// WaitSignal is the signal that carries the id of a workflow to the process of the channel for which it waits.
const WaitSignal = "wait"

// Held is what the process of a channel knows.
type Held struct {
	Channel   string        `json:"channel"`
	Workflows []string      `json:"workflows,omitempty"` // ids of those that wait, the first one first
	Batch     int           `json:"batch"`               // how many are told at once; 1 until one went through
	Tries     int           `json:"tries"`               // how often it was found to be away
	Probing   time.Duration `json:"probing"`             // nanoseconds in which a message that fails comes back
}

const (
	// probing is longer than a message may take to fail, which is 30 s, and a call with the messages before it.
	probing = 45 * time.Second
	// heldFor is after how long a rung is tried although nobody said that its channel works.
	heldFor = 24 * time.Hour
	// mostTold bounds how many processes are told at once, so that a server that is back is not flooded.
	mostTold = 200
	// mostHeld bounds what a run carries to a megabyte. Processes beyond it try again by themselves after heldFor.
	mostHeld = 20_000
)

// WatchChannel keeps the messages of everybody while a mail server, a provider of SMS or a chat is away: one of them is
// tried now and then, with growing pauses, and once it goes through the others follow, ever more at once. It ends when
// nobody waits.
func WatchChannel(ctx workflow.Context, in Held) error {
	waits := workflow.GetSignalChannel(ctx, WaitSignal)
	known := map[string]bool{}
	for _, id := range in.Workflows {
		known[id] = true
	}
	hear := func() (anybody bool) {
		var id string
		for waits.ReceiveAsync(&id) {
			if anybody = true; !known[id] && len(in.Workflows) < mostHeld {
				known[id] = true
				in.Workflows = append(in.Workflows, id)
			}
		}
		return anybody
	}
	for hear(); len(in.Workflows) > 0; {
		if workflow.GetInfo(ctx).GetContinueAsNewSuggested() {
			return workflow.NewContinueAsNewError(ctx, workflow.GetInfo(ctx).WorkflowType.Name, in)
		}
		if in.Tries > 0 {
			if err := workflow.Sleep(ctx, backoff(in.Tries)); err != nil {
				return err
			}
			hear()
		}
		told := slices.Clone(in.Workflows[:min(in.Batch, len(in.Workflows))])
		in.Workflows = slices.Delete(in.Workflows, 0, len(told))
		for _, id := range told {
			delete(known, id)
		}
		announce(ctx, told, in.Channel)
		if err := workflow.Sleep(ctx, in.Probing); err != nil {
			return err
		}
		in = in.after(hear())
	}
	return nil
}

// after is what is done next: while somebody comes back, one is told after a pause; else the others, ever more at once.
func (h Held) after(cameBack bool) Held {
	if cameBack {
		h.Batch, h.Tries = 1, h.Tries+1
	} else {
		h.Batch, h.Tries = min(4*h.Batch, mostTold), 0
	}
	return h
}

// announce tells the workflows that the channel works. One that has ended meanwhile does not hear it.
func announce(ctx workflow.Context, waiting []string, channel string) {
	var said []workflow.Future
	for _, id := range waiting {
		said = append(said, workflow.SignalExternalWorkflow(ctx, id, "", ChannelSignal, channel))
	}
	for _, s := range said {
		if err := s.Get(ctx, nil); err != nil {
			workflow.GetLogger(ctx).Info("who waited for a channel has ended", "channel", channel)
		}
	}
}
