// Command reindex brings the search rows of every customer in line with the rules of today: after an update that
// finds customers by something new, and otherwise never, since each change of a customer brings his own. It may be
// broken off, run again and run beside whatever else happens. It reads the settings of the functions from the
// environment, or takes a running stack of this machine.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"sync"

	"golang.org/x/sync/errgroup"

	"afterpress/infra/operator"
	"afterpress/shared/crm/directory/pinyin"
	"afterpress/shared/store"
	"afterpress/shared/store/centre"
)

// writers are few, so that the shop goes on working meanwhile.
const writers = 4

func main() { operator.Main("reindex", run) }

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

// patience is how many customers may fail before the walk ends: one broken record holds up no other, and a store
// that is away is not asked for each.
const patience = 20

// reindex brings every customer's rows in line and says how many customers that were. Who cannot be brought is
// named in the error, and the others are brought.
func reindex(ctx context.Context, s *store.Store) (done int, err error) {
	directory := centre.Directory{Centre: s.Centre, Read: pinyin.Read}
	ctx, end := context.WithCancel(ctx)
	defer end()
	var mu sync.Mutex
	var failed []error
	var group errgroup.Group
	group.SetLimit(writers)
	walked := s.EveryCustomer(ctx, func(id string) error {
		group.Go(func() error {
			err := directory.Index(ctx, id)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				done++
			} else if failed = append(failed, fmt.Errorf("%s: %w", id, err)); len(failed) == patience {
				end()
			}
			return nil
		})
		return ctx.Err()
	})
	_ = group.Wait() // they keep their errors
	return done, errors.Join(append(failed, walked)...)
}
