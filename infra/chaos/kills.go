package main

import (
	"context"
	"fmt"
	"slices"
	"syscall"
	"time"

	"afterpress/infra/demo/people"
	"afterpress/infra/demo/premises"
	"afterpress/infra/local/stack"
	"afterpress/shared/boot"
	"afterpress/shared/crm/message"
)

// Names of the processes that are killed.
const (
	intake   = "intake"
	streamer = "stream"
	worker   = "worker"
)

// Patience of the rig: how long a point may take to be reached while enquiries keep coming, and how long everything
// may take to come to rest.
const (
	soon      = 20 * time.Second
	mayDrain  = 60 * time.Second
	mayAnswer = 3 * time.Second
)

// rig is a stack with a proxy before each kind of process that is killed.
type rig struct {
	*premises.Premises
	proxies map[string]*proxy
	ledger  *ledger
	journal *journal
	size    size
	proof   proof
}

// fault is one thing that is done to the stack while enquiries keep coming.
type fault struct {
	name string
	do   func(context.Context, *rig) error
}

// The points at which processes are killed.
var (
	claimed = point{name: "worker: the message is claimed, and not sent", after: true, is: func(c call) bool {
		return writesMessage(c, message.StateClaimed)
	}}
	mailed = point{name: "worker: the mail server has the mail, and nobody has recorded it", is: func(c call) bool {
		return writesMessage(c, message.StateSent)
	}}
	recorded = point{name: "worker: the mail is recorded, and the worker has not heard of it", after: true, is: mailed.is}
	handed   = point{name: "stream: Temporal has the event, and its pending mark is still there", is: func(c call) bool {
		return c.operation == "UpdateItem" && c.has(`"TableName":"Events"`, "REMOVE")
	}}
	unmarked = point{name: "stream: the pending mark is gone, and the batch is not acknowledged", after: true,
		is: handed.is}
	unstored = point{name: "intake: the enquiry is not stored yet", is: func(c call) bool {
		return c.operation == "TransactWriteItems" && c.has("SUBMISSION#sub_")
	}}
	stored = point{name: "intake: the enquiry is stored, and nobody is answered", after: true, is: unstored.is}
)

// writesMessage reports whether the call brings an e-mail of the ledger into this state.
func writesMessage(c call, to string) bool {
	_, state := tagOf(c)
	return state == to && c.has(`"channel":{"S":"`+message.ChannelEmail+`"}`)
}

// faults come in this order in each round: what takes longest to heal first.
var faults = []fault{
	{claimed.name, killWorker(claimed, message.StateUnknown, 0)},
	{mailed.name, killWorker(mailed, message.StateUnknown, 1)},
	{recorded.name, killWorker(recorded, message.StateSent, 1)},
	{handed.name, kill(streamer, handed)},
	{unmarked.name, kill(streamer, unmarked)},
	{unstored.name, kill(intake, unstored)},
	{stored.name, kill(intake, stored)},
	{"engine: stopped in the middle of everything, and goes on", stopEngine},
	{"engine: killed, and starts again on its file", killEngine},
	{"Temporal: killed, and starts again on its file", killTemporal},
	{"Temporal: killed, and away for a while", pauseTemporal},
}

// kills plays every fault while enquiries keep coming, waits until the stack has come to rest, and counts.
func kills(ctx context.Context, c *chaos) error {
	r, err := openRig(ctx, c)
	if err != nil {
		return err
	}
	defer r.Close()
	load := begin(ctx, r.API, r.journal, c.size.rate)
	for n := range c.size.rounds {
		for _, f := range faults {
			c.say("%d. %s", n+1, f.name)
			if err := f.do(ctx, r); err != nil {
				return fmt.Errorf("%s: %w", f.name, err)
			}
		}
		if err := r.drain(ctx); err != nil {
			return err
		}
	}
	if err := r.journal.await(ctx, c.size.outage, "enquiries after the last fault", try.accepted); err != nil {
		return err
	}
	count, err := load.end()
	if err != nil {
		return err
	}
	c.say("everything is whole again; waiting for what is under way")
	facts, err := r.rest(ctx, count)
	if err != nil {
		return err
	}
	c.figures = append(c.figures, facts.figures(c.size.rounds*fewest)...)
	return r.journal.close()
}

// drain waits, while enquiries go on coming, until every event from before now is handed over. It notes how long the
// slowest round took for it.
func (r *rig) drain(ctx context.Context) error {
	whole := boot.Now()
	for {
		// of one alone nothing is left when it is handed over at this moment
		pending, err := r.Store.Pending(ctx, whole, 200)
		if err != nil {
			return err
		}
		took := time.Since(whole)
		if len(pending) == 0 || took > 3*mayDrain {
			r.proof.drained = max(r.proof.drained, took)
			return nil
		}
		if err := pause(ctx, 100*time.Millisecond); err != nil {
			return err
		}
	}
}

func openRig(ctx context.Context, c *chaos) (*rig, error) {
	r := &rig{proxies: map[string]*proxy{}, ledger: newLedger(), size: c.size,
		proof: proof{kills: map[string][]span{}, fates: map[string]fate{}}}
	env := map[string]map[string]string{}
	for _, name := range []string{intake, streamer, worker} {
		r.proxies[name] = newProxy(nil)
		env[name] = map[string]string{"AWS_ENDPOINT_URL_DYNAMODB": r.proxies[name].URL}
	}
	r.proxies[worker].ledger = r.ledger
	var err error
	r.Premises, err = c.open(ctx, "kills", stack.Options{EnvOf: env, Seed: func(_ context.Context, s *stack.Stack) error {
		for _, p := range r.proxies {
			if err := p.stand(s.Tables); err != nil {
				return err
			}
		}
		return nil
	}})
	if err != nil {
		return nil, err
	}
	r.journal, err = openJournal(c.dir("kills"))
	return r, err
}

// Close ends the stack, and then what stood before its engine.
func (r *rig) Close() {
	r.Premises.Close()
	for _, p := range r.proxies {
		p.CloseClientConnections()
		p.Server.Close()
	}
}

// reach waits until a process has come to the point, where it is held.
func (r *rig) reach(ctx context.Context, process string, at point) (call, error) {
	ctx, cancel := context.WithTimeout(ctx, soon)
	defer cancel()
	select {
	case c := <-r.proxies[process].arm(at):
		return c, nil
	case <-ctx.Done():
		return call{}, fmt.Errorf("the %s does not come there within %v", process, soon)
	}
}

// kill kills a function's processes once one of them is at the point.
func kill(process string, at point) func(context.Context, *rig) error {
	return func(ctx context.Context, r *rig) error {
		if _, err := r.reach(ctx, process, at); err != nil {
			return err
		}
		began, before := time.Now(), r.Stack.Pids()[process]
		if err := r.Stack.Kill(process); err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(ctx, soon)
		defer cancel()
		err := people.Await(ctx, "new process of each that was killed", func() (bool, error) {
			return !slices.ContainsFunc(r.Stack.Pids()[process], func(pid int) bool { return slices.Contains(before, pid) }),
				nil
		})
		r.proof.killed(process, began)
		return err
	}
}

// killWorker kills the worker at the point, and notes what must become of the message that it is held with.
func killWorker(at point, state string, mails int) func(context.Context, *rig) error {
	return func(ctx context.Context, r *rig) error {
		c, err := r.reach(ctx, worker, at)
		if err != nil {
			return err
		}
		tag, _ := tagOf(c)
		r.proof.fates[tag] = fate{point: at.name, state: state, mails: mails}
		began := time.Now()
		if err := r.Stack.Pause(worker); err != nil { // it has ended when this returns, so nothing is claimed any more
			return err
		}
		r.proof.killed(worker, began)
		r.ledger.doubt()
		return r.Stack.Resume(worker)
	}
}

// stopEngine stops the engine with everything that it is at, until enough people were told to come back, and has it
// go on.
func stopEngine(ctx context.Context, r *rig) error {
	pid := r.Stack.Pids()[stack.DynamoDB][0]
	if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
		return err
	}
	told := r.tellToWait(ctx)
	if err := syscall.Kill(pid, syscall.SIGCONT); err != nil {
		return err
	}
	return r.recovered(ctx, told)
}

// killEngine kills the engine and keeps it down until enough people were told to come back.
func killEngine(ctx context.Context, r *rig) error {
	if err := r.Stack.Pause(stack.DynamoDB); err != nil {
		return err
	}
	told := r.tellToWait(ctx)
	if err := r.Stack.Resume(stack.DynamoDB); err != nil {
		return err
	}
	return r.recovered(ctx, told)
}

func (r *rig) tellToWait(ctx context.Context) error {
	r.proof.outages++
	ctx, cancel := context.WithTimeout(ctx, soon)
	defer cancel()
	err := r.journal.await(ctx, r.size.outage, "people told to come back", try.busy)
	r.ledger.doubt() // what was sent meanwhile could not be recorded
	return err
}

// recovered waits for the first people who are served again.
func (r *rig) recovered(ctx context.Context, before error) error {
	if before != nil {
		return before
	}
	ctx, cancel := context.WithTimeout(ctx, soon)
	defer cancel()
	return r.journal.await(ctx, r.size.rate, "people served again", try.accepted)
}

func killTemporal(ctx context.Context, r *rig) error {
	if err := r.Stack.Kill(stack.Temporal); err != nil {
		return err
	}
	return r.recovered(ctx, nil)
}

// pauseTemporal keeps Temporal away while the doors go on taking enquiries.
func pauseTemporal(ctx context.Context, r *rig) error {
	if err := r.Stack.Pause(stack.Temporal); err != nil {
		return err
	}
	served := r.recovered(ctx, nil)
	if err := r.Stack.Resume(stack.Temporal); err != nil {
		return err
	}
	return served
}
