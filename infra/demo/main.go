// Command demo plays three stories: a lead from the form to the first contact, a customer at the counter, and a
// complaint that is reopened. It plays them on the stack that `make dev` runs or on one of its own. It ends with an
// error at the first step that does not happen in its time.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"afterpress/infra/demo/premises"
	"afterpress/infra/local/engine"
	"afterpress/infra/local/stack"
	"afterpress/shared/boot"
	"afterpress/shared/kernel/words"
)

// brisk is the pace of the demo: a reminder after 2 s, another after 4 s, the next person after 6 s; of a complaint
// the manager hears after 4 s, the owner of the shop after 6 s.
var brisk = pace{contact: 4, overdue: 2, triage: 4}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("demo", flag.ContinueOnError)
	lang := flags.String("lang", "zh", "zh or en: the visitor's language")
	dir := flags.String("dir", "", "folder of the running stack; empty: .local of the checkout")
	patience := flags.Duration("patience", 10*time.Second,
		"how late a step may be: the branch's chat takes one message in 4 s, and a process waits for its turn")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *lang != string(words.Zh) && *lang != string(words.En) {
		return errors.New("-lang is zh or en")
	}
	p, err := open(ctx, *dir)
	if err != nil {
		return err
	}
	defer p.Close()
	if err := p.Store.Establish(ctx, shop(boot.Now(), brisk)); err != nil {
		return err
	}
	s := story{house: p.House, temporal: p.Temporal, lang: words.Lang(*lang), pace: brisk, patience: *patience,
		out: os.Stdout}
	if err := s.play(ctx); err != nil {
		return err
	}
	c := counter{house: p.House, lang: words.Lang(*lang), patience: *patience, out: os.Stdout}
	if err := c.play(ctx); err != nil {
		return err
	}
	return complaintAt(p, words.Lang(*lang), *patience, os.Stdout).play(ctx)
}

// open finds the running stack, or starts one.
func open(ctx context.Context, dir string) (*premises.Premises, error) {
	if dir == "" {
		root, err := engine.Root()
		if err != nil {
			return nil, err
		}
		dir = filepath.Join(root, ".local")
	}
	p, err := premises.Visit(ctx, dir)
	if err != nil {
		return nil, err
	}
	if p != nil {
		fmt.Println("on the running stack, " + p.API)
		return p, nil
	}
	fmt.Println("no stack runs: starting one for the demo")
	if err := engine.Fetch(ctx, os.Stdout); err != nil {
		return nil, err
	}
	return premises.Open(ctx, stack.Options{Out: os.Stdout})
}
