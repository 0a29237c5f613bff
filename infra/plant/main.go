// Command plant puts bugs into the code, one at a time, and runs the tests that must notice each. A bug that no test
// notices is a test that is missing. The checkout stays as it is: the compiler alone sees the changed file.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"sync"
	"time"

	"afterpress/infra/checks/turn"
	"afterpress/infra/local/engine"

	"golang.org/x/sync/errgroup"
)

func main() {
	only := flag.String("only", "", "plant the bugs whose name has this in it")
	share := flag.Int("share", 1, "plant one of so many shares, another one each day; TURN names it")
	list := flag.Bool("list", false, "print the bugs and plant none")
	hands := flag.Int("p", 2, "how many are planted at once")
	limit := flag.Duration("limit", time.Minute, "how long the tests of one bug may run")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	bugs, err := chosen(*only, *share)
	if err == nil && *list {
		for _, b := range bugs {
			fmt.Printf("%s (%s: %s)\n    %s\n", b.Name, b.Package, strings.Join(b.Tests, ", "), b.Harm)
		}
	} else if err == nil {
		err = plantAll(ctx, bugs, *hands, *limit)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "plant:", err)
		stop()
		os.Exit(1)
	}
}

// chosen are the bugs that the flags ask for.
func chosen(only string, share int) ([]Bug, error) {
	bugs, err := load(planted)
	if err != nil {
		return nil, err
	}
	now, err := turn.Now()
	if err != nil {
		return nil, err
	}
	if share > 1 {
		fmt.Printf("TURN=%d plants the same bugs again\n", now)
	}
	var out []Bug
	for i, b := range bugs {
		if strings.Contains(b.Name, only) && i%max(share, 1) == now%max(share, 1) {
			out = append(out, b)
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("no bug is named %q; -list prints their names", only)
	}
	return out, nil
}

// plantAll plants the bugs in a folder of their own. Its error says how many were not noticed.
func plantAll(ctx context.Context, bugs []Bug, hands int, limit time.Duration) error {
	root, err := engine.Root()
	if err != nil {
		return err
	}
	temp, err := os.MkdirTemp("", "plant")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(temp) }() // of the system's own for such
	return nursery{root: root, temp: temp, limit: limit, out: os.Stdout}.all(ctx, bugs, hands)
}

// all runs the tests of each package without a bug, then plants one bug after the other, so many at once. It
// prints what became of each. Its error says how many were not noticed.
func (n nursery) all(ctx context.Context, bugs []Bug, hands int) error {
	began := time.Now()
	tests := map[string][]string{}
	for _, b := range bugs {
		tests[b.Package] = append(tests[b.Package], b.Tests...)
	}
	sound, gone := errgroup.WithContext(ctx)
	sound.SetLimit(hands)
	for pkg, named := range tests {
		slices.Sort(named)
		sound.Go(func() error { return n.sound(gone, pkg, slices.Compact(named)) })
	}
	if err := sound.Wait(); err != nil {
		return err
	}
	n.say("%-9s  %5.1f s  the tests of %d packages pass\n", "without", time.Since(began).Seconds(), len(tests))

	// bugs of one package follow one another, so that they share what the compiler keeps
	bugs = slices.Clone(bugs)
	slices.SortStableFunc(bugs, func(a, b Bug) int { return strings.Compare(a.Package, b.Package) })
	var mu sync.Mutex
	counts := map[outcome]int{}
	var group errgroup.Group
	group.SetLimit(hands)
	for _, b := range bugs {
		group.Go(func() error {
			from := time.Now()
			became, said := n.try(ctx, b)
			mu.Lock()
			defer mu.Unlock()
			counts[became]++
			n.say("%-9s  %5.1f s  %s\n", became, time.Since(from).Seconds(), b.Name)
			if became != noticed {
				n.say("    %s\n    %s\n    %s\n", b.Harm, b.File, strings.ReplaceAll(said, "\n", "\n    "))
			}
			return ctx.Err()
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	n.say("%d of %d bugs were noticed in %s\n", counts[noticed], len(bugs), time.Since(began).Round(time.Second))
	if left := len(bugs) - counts[noticed]; left > 0 {
		return fmt.Errorf("%d of %d bugs were not noticed", left, len(bugs))
	}
	return nil
}

func (n nursery) say(format string, what ...any) {
	fmt.Fprintf(n.out, format, what...)
}
