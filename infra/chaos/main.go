// Command chaos starts stacks of its own, with the binaries that ship and the real engines. It breaks them at exact
// points while enquiries keep coming, and counts afterwards what became of them. Meanwhile tables throttle,
// transactions meet, and indexes and loose reads lag. It ends with an error when a count is not what it must be.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"afterpress/infra/demo/premises"
	"afterpress/infra/local/engine"
	"afterpress/infra/local/stack"
)

// chaos is one run of the rig.
type chaos struct {
	report
	size    size
	weather stack.Weather
	root    string // of the checkout
}

// size is how much is done to the stack.
type size struct {
	rate   int // enquiries a second while processes are killed
	rounds int // of every fault
	outage int // enquiries that have to come through, or be told to wait, before an outage ends
	flood  int // posts of the flood, in fifties
	honest int // people beside the flood, and as many before it
	cases  int // of the points around a complaint's activities
}

var (
	full  = size{rate: 10, rounds: 12, outage: 60, flood: 10_000, honest: 60, cases: len(caseFaults)}
	short = size{rate: 10, rounds: 1, outage: 20, flood: 1000, honest: 15, cases: 3}
)

// fewest is how many enquiries there must be in a round: with fewer the faults have met nothing.
const fewest = 60

// floodRate is 10,000 posts in a minute.
const floodRate = 10_000 / 60.0

// longest bounds a whole run.
const longest = 30 * time.Minute

var scenes = []struct {
	name string
	play func(context.Context, *chaos) error
}{
	{"kills", kills},
	{"cases", cases},
	{"flood", flood},
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "chaos:", err)
		cancel()
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("chaos", flag.ContinueOnError)
	brief := flags.Bool("short", false, "each fault once and a small flood")
	only := flags.String("only", "", "scenes to play, with commas: kills, cases, flood")
	rounds := flags.Int("rounds", 0, "how often each fault comes; 0: as many as the size has")
	fair := flags.Bool("fair", false, "without throttling, conflicts, and indexes and reads that lag")
	if err := flags.Parse(args); err != nil {
		return err
	}
	root, err := engine.Root()
	if err != nil {
		return err
	}
	if engine.Foreign() {
		return errors.New("an engine that runs already cannot be killed: unset ENGINE")
	}
	if err := engine.Fetch(ctx, os.Stdout); err != nil {
		return err
	}
	c := &chaos{report: report{out: os.Stdout}, size: full, weather: stack.Rough(), root: root}
	if *fair {
		c.weather = stack.Weather{}
	}
	if *brief {
		c.size = short
	}
	if *rounds > 0 {
		c.size.rounds = *rounds
	}
	for _, s := range scenes {
		if *only != "" && !slices.Contains(strings.Split(*only, ","), s.name) {
			continue
		}
		fmt.Println(s.name)
		if err := s.play(ctx, c); err != nil {
			return fmt.Errorf("%s: %w (logs: %s)", s.name, err, filepath.Join(c.dir(s.name), "logs"))
		}
	}
	return c.table()
}

// dir is where a scene's stack keeps its data and logs; they stay, to be looked at, until the scene is played again.
func (c *chaos) dir(scene string) string { return filepath.Join(c.root, ".local", "chaos", scene) }

// open starts the stack of a scene, in the weather of the run.
func (c *chaos) open(ctx context.Context, scene string, o stack.Options) (*premises.Premises, error) {
	o.Weather = c.weather
	o.Dir, o.Fresh = c.dir(scene), true
	// AWS has a process for each request; a request that waits for one here would not wait there
	o.Processes, o.Concurrency = 4, 32
	return premises.Open(ctx, o)
}
