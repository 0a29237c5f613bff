// Command bench measures what the design promises, through the shipped binaries on engines of its own, and prints
// each figure beside its goal. It talks to this machine only, and every load is bounded in number and in time.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"afterpress/infra/local/engine"
)

// bench is one run of the measures.
type bench struct {
	report
	size size
	root string // of the checkout
}

// size is how much is measured.
type size struct {
	clients []int
	posts   int // at each number of clients, in each round
	rounds  int
	idle    int // enquiries one after another
	leads   int // of which the budget is read
	backlog int
	starts  int

	open      int // processes at the same time
	customers int // among whom growth is measured

	openers []int // clients that open complaints
	boards  []int // open complaints among which growth is measured
}

var (
	full = size{clients: []int{1, 8, 32}, posts: 1000, rounds: 3, idle: 30, leads: 5, backlog: 200, starts: 10,
		customers: 20_000, open: 10_000,
		openers: []int{8, 32}, boards: []int{1000, 10_000}}
	quick = size{clients: []int{8}, posts: 150, rounds: 1, idle: 5, leads: 2, backlog: 30, starts: 3, customers: 2 * few,
		open: 200, openers: []int{8}, boards: []int{50, 200}}
)

// longest bounds a whole run.
const longest = 2 * time.Hour

// measures in the order in which they run: what needs a quiet machine first.
var measures = []struct {
	name string
	do   func(context.Context, *bench) error
}{
	{"size", sizes},
	{"start", starts},
	{"idle", idle},
	{"budget", leadBudget},
	{"case", complaintBudget},
	{"backlog", backlog},
	{"worker", worker},
	{"door", door},
	{"hooks", hooks},
	{"pages", pages},
	{"complaints", complaints},
	{"centre", searches},
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	command := run
	if len(os.Args) > 1 && os.Args[1] == loadCommand {
		command = load
	}
	if err := command(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		cancel()
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	short := flags.Bool("quick", false, "a few seconds for each measure: shows that it works, not how fast it is")
	only := flags.String("only", "",
		"measures to run, with commas: size, start, idle, budget, case, backlog, worker, door, hooks, pages, complaints, "+
			"centre")
	against := flags.String("against", "",
		"a commit: take turns with its binaries at leads (-only door) and complaints, without the proxy, and no more")
	if err := flags.Parse(args); err != nil {
		return err
	}
	root, err := engine.Root()
	if err != nil {
		return err
	}
	if err := engine.Fetch(ctx, os.Stdout); err != nil {
		return err
	}
	b := &bench{report: report{out: os.Stdout}, size: full, root: root}
	if *short {
		b.size = quick
	}
	if *against != "" {
		return b.sideBySide(ctx, *against, *only)
	}
	for _, m := range measures {
		if *only != "" && !slices.Contains(strings.Split(*only, ","), m.name) {
			continue
		}
		b.begin(m.name)
		if err := m.do(ctx, b); err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
	}
	if err := b.table(); err != nil {
		return err
	}
	return b.save(filepath.Join(root, ".local", "bench.json"))
}

// load is the other half of a measure, run in a process of its own so that its work is not counted as the gateway's.
func load(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet(loadCommand, flag.ContinueOnError)
	api := flags.String("api", "", "address of the gateway")
	o := driveFlags(flags)
	if err := flags.Parse(args[1:]); err != nil {
		return err
	}
	begin, ok := works[o.Work]
	if !ok {
		return fmt.Errorf("there is no work %q: choose post, hook, page, complaint, board, or a question of centre.go",
			o.Work)
	}
	work, err := begin(*api, o.Dir)
	if err != nil {
		return err
	}
	result, err := drive(ctx, *o, work)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(result)
}
