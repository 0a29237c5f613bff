// Command reindex brings the search rows of customers and records and the boards of open records in line with the rules
// of today: after an update that finds them by something new, and otherwise never, since each change of a record brings
// its own. It may be broken off, run again and run beside whatever else happens: lists show the same before, during
// and after it. It reads the settings of the functions from the environment, or takes a running stack of this machine.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"afterpress/infra/operator"
	"afterpress/shared/crm/directory/pinyin"
	"afterpress/shared/crm/setup"
	"afterpress/shared/store"
	"afterpress/shared/store/finder"
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
	named, names := rename(ctx, s)
	fmt.Printf("%d records are found by their reference\n", named)
	moved, boards := rekey(ctx, s)
	fmt.Printf("%d open records were brought to the board of their state\n", moved)
	return errors.Join(err, names, boards)
}

// patience is how many records may fail before the walk ends: one broken record holds up no other, and a store
// that is away is not asked for each.
const patience = 20

// reindex brings every customer's rows in line and says how many customers that were. Who cannot be brought is
// named in the error, and the others are brought.
func reindex(ctx context.Context, s *store.Store) (done int, err error) {
	directory := finder.Directory{Finder: s.Finder, Read: pinyin.Read}
	return each(ctx, func(ctx context.Context, bring func(string, act) error) error {
		return s.EveryCustomer(ctx, func(id string) error {
			return bring(id, func(ctx context.Context) error { return directory.Index(ctx, id) })
		})
	})
}

// rename writes the rows by which each record is found, and says how many records that were.
func rename(ctx context.Context, s *store.Store) (done int, err error) {
	directory := finder.Directory{Finder: s.Finder}
	return each(ctx, func(ctx context.Context, bring func(string, act) error) error {
		return s.EveryNamed(ctx, func(id string) error {
			return bring(id, func(ctx context.Context) error { return directory.Name(ctx, id) })
		})
	})
}

// rekey moves open records from their branch's board without states to the board of their state. It says how many
// there were. What was brought before stands there no more, so a walk that broke off goes on.
func rekey(ctx context.Context, s *store.Store) (done int, err error) {
	shop, err := s.ShopNow(ctx)
	if err != nil {
		return 0, err
	}
	return each(ctx, func(ctx context.Context, bring func(string, act) error) error {
		for _, branch := range branches(shop) {
			if err := s.Stateless(ctx, branch, func(kind, id string) error {
				return bring(id, func(ctx context.Context) error { return s.KeyByState(ctx, kind, id) })
			}); err != nil {
				return err
			}
		}
		return nil
	})
}

// branches are all that the shop has, with those that cannot be read.
func branches(shop setup.Shop) (out []string) {
	for _, b := range shop.Branches {
		out = append(out, b.ID)
	}
	for _, key := range shop.Unreadable {
		if id, ok := strings.CutPrefix(key, "BRANCH#"); ok {
			out = append(out, id)
		}
	}
	return out
}

// act brings one record in line.
type act = func(context.Context) error

// each acts on every record that walk gives it, and says how many were brought. Those that cannot be brought are named
// in the error.
func each(ctx context.Context, walk func(context.Context, func(id string, do act) error) error) (done int, err error) {
	ctx, end := context.WithCancel(ctx)
	defer end()
	var mu sync.Mutex
	var failed []error
	var group errgroup.Group
	group.SetLimit(writers)
	walked := walk(ctx, func(id string, do act) error {
		group.Go(func() error {
			err := do(ctx)
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
