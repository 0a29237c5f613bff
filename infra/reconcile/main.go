// Command reconcile has every open record followed up again: after a restore, a lost namespace of Temporal or a run
// that somebody terminated. It asks the worker for what happens every night as well, and prints what was found. Run
// again, it starts nothing. With -renew it moves the processes that go on to the loop of the worker's release. With
// -lift it releases marketing afterwards, and with -stop it stops marketing and does nothing else. It reads the
// settings of the worker from the environment, or takes a running stack of this machine.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"

	"afterpress/infra/operator"
	"afterpress/shared/boot"
	"afterpress/shared/kernel/staff"
	"afterpress/workflows"
	"afterpress/workflows/census"
	"afterpress/workflows/dial"
)

func main() { operator.Main("reconcile", run) }

func run(ctx context.Context, args []string) error {
	set := flag.NewFlagSet("reconcile", flag.ExitOnError)
	dir := set.String("dir", "", "folder of a running stack; empty: the environment says where everything is")
	renew := set.Bool("renew", false, "have every process go on by the loop of the worker's release")
	lift := set.Bool("lift", false, "release marketing once every open record is followed up")
	stop := set.Bool("stop", false, "stop marketing, and do nothing else")
	if err := set.Parse(args); err != nil {
		return err
	}
	kept, err := operator.Store(ctx, *dir)
	if err != nil {
		return err
	}
	settings, err := operator.Settings(ctx, *dir, boot.Temporal)
	if err != nil {
		return err
	}
	c, err := dial.Connect(dial.Server{Address: settings.TemporalAddress,
		Namespace: settings.TemporalNamespace, APIKey: settings.TemporalAPIKey, Plain: settings.TemporalPlain,
		Certificate: settings.TemporalCertificate, Authorities: settings.TemporalAuthorities},
		slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})))
	if err != nil {
		return err
	}
	defer c.Close()
	o := order{marketing: kept, reconcile: workflows.NewClient(c).Reconcile, renew: *renew, lift: *lift, stop: *stop,
		out: os.Stdout}
	return o.carryOut(ctx)
}

// marketing is implemented by *store.Store.
type marketing interface {
	Released(ctx context.Context) (bool, error)
	SetRelease(ctx context.Context, released bool, by staff.Actor) error
}

// order is what the operator asks for.
type order struct {
	marketing  marketing
	reconcile  func(ctx context.Context, renew bool) (census.Tally, error)
	renew      bool
	lift, stop bool
	out        io.Writer
}

// carryOut does what is asked for and says what it came to. Marketing is released only after every open record could
// be looked at.
func (o order) carryOut(ctx context.Context) error {
	if o.stop && (o.lift || o.renew) {
		return errors.New("-stop stops marketing and does nothing else; name it alone")
	}
	if o.stop {
		if err := o.marketing.SetRelease(ctx, false, operator.Actor); err != nil {
			return err
		}
		return o.tellMarketing(ctx)
	}
	fmt.Fprintln(o.out, "the worker looks at every open record; when this is broken off, it goes on")
	found, err := o.reconcile(ctx, o.renew)
	if err != nil {
		return fmt.Errorf("not every open record was looked at; run it again: %w", err)
	}
	o.printTally(found)
	switch {
	case found.Failed > 0:
		err = fmt.Errorf("%d records or their processes could not be read or started; marketing stays as it is",
			found.Failed)
	case o.lift:
		err = o.marketing.SetRelease(ctx, true, operator.Actor)
	}
	return errors.Join(o.tellMarketing(ctx), err)
}

// tell prints the counts, and the ids of what a person has to look at.
func (o order) printTally(found census.Tally) {
	for _, line := range []struct {
		name string
		n    int
		ids  []string
	}{
		{"open", found.Open, nil}, {"running", found.Running, nil}, {"renewed", found.Renewed, nil},
		{"started", found.Started, nil}, {"replanned", found.Replanned, nil},
		{"failing", found.Failing, found.FailingIDs}, {"failed", found.Failed, found.FailedIDs},
	} {
		fmt.Fprintf(o.out, "%-10s%d\n", line.name, line.n)
		for _, id := range line.ids {
			fmt.Fprintf(o.out, "          %s\n", id)
		}
	}
}

// tellMarketing prints whether marketing goes out.
func (o order) tellMarketing(ctx context.Context) error {
	released, err := o.marketing.Released(ctx)
	if err != nil {
		return err
	}
	text := "stopped; LIFT=1 releases it"
	if released {
		text = "released"
	}
	_, err = fmt.Fprintf(o.out, "%-10s%s\n", "marketing", text)
	return err
}
