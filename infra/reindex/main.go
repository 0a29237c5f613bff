// Command reindex brings the search rows of every customer in line with the rules of today: after an update that finds customers by something new, and
// otherwise never, since each change of a customer brings his own. It may be broken off, run again and run beside whatever else happens. It reads the settings of
// the functions from the environment, or takes a running stack of this machine.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"afterpress/infra/operator"
	"afterpress/shared/crm/pinyin"
	"afterpress/shared/store"
)

// writers are few, so that the shop goes on working meanwhile.
const writers = 4

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "reindex:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	set := flag.NewFlagSet("reindex", flag.ExitOnError)
	dir := set.String("dir", "", "folder of a running stack; empty: the environment says where the tables are")
	if err := set.Parse(args); err != nil {
		return err
	}
	s, err := operator.Store(ctx, *dir)
	if err != nil {
		return err
	}
	n, err := reindex(ctx, s)
	fmt.Printf("%d customers are found by the rules of today\n", n)
	return err
}

// reindex brings every customer's rows in line and says how many customers that were. The first that cannot be brought ends it.
func reindex(ctx context.Context, s *store.Store) (done int64, err error) {
	directory := store.Directory{Store: s, Read: pinyin.Read}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(writers)
	var n atomic.Int64
	walked := s.EveryCustomer(ctx, func(id string) error {
		group.Go(func() error {
			if err := directory.Index(ctx, id); err != nil {
				return fmt.Errorf("%s: %w", id, err)
			}
			n.Add(1)
			return nil
		})
		return ctx.Err()
	})
	if err := group.Wait(); err != nil {
		return n.Load(), err
	}
	return n.Load(), walked
}
