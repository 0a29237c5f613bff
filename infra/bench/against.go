package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"

	"afterpress/infra/demo/premises"
	"afterpress/infra/local/stack"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// turns is how often each of the two commits is measured at each kind of work. Of a pair of turns, each commit is
// once the first.
const turns = 6

// side is one of the two commits: where its binaries are, and its rounds by kind of work.
type side struct {
	name, binaries string
	rounds         map[string][]round
}

// sideBySide measures leads by form and complaints of this checkout and of another commit in turns, in one run. So
// whatever else the machine does disturbs both alike. Between the functions and the engine stands nothing. What
// counts is the median of the quotients of neighbours.
func (b *bench) sideBySide(ctx context.Context, commit, only string) error {
	other, remove, err := b.checkedOut(ctx, commit)
	if err != nil {
		return err
	}
	defer remove()
	sides := []*side{{name: commit, binaries: filepath.Join(other, ".build")},
		{name: "this checkout", binaries: filepath.Join(b.root, ".build")}}
	for _, s := range sides {
		s.rounds = map[string][]round{}
	}
	b.begin("against")
	for _, work := range []string{workPost, workComplaint} {
		if only != "" && only != map[string]string{workPost: "door", workComplaint: "complaints"}[work] {
			continue
		}
		for turn := range min(turns, 2*b.size.rounds) {
			for i := range sides {
				s := sides[(i+turn)%2]
				r, err := b.direct(ctx, s.binaries, work)
				if err != nil {
					return fmt.Errorf("%s: %w", s.name, err)
				}
				s.rounds[work] = append(s.rounds[work], r)
				fmt.Fprintf(b.out, "  %-10s %-16s %s per s, %s ms of the function, %s ms of the engine\n", work, s.name,
					number(r.rate()), number(r.function), number(r.engine))
			}
		}
	}
	if leads := sides[1].rounds[workPost]; len(leads) > 0 {
		b.compared(sides[0], sides[1], workPost, "leads by form", 1.5)
		b.by(straight).atMost("processor time of the function, per lead", middling(leads,
			func(r round) float64 { return r.function }), "ms", 1)
	}
	if len(sides[1].rounds[workComplaint]) > 0 {
		b.compared(sides[0], sides[1], workComplaint, "complaints", 1.7)
	}
	if err := b.table(); err != nil {
		return err
	}
	return b.save(filepath.Join(b.root, ".local", "bench.json"))
}

// compared are the figures of one kind of work.
func (b *bench) compared(before, now *side, work, many string, goal float64) {
	was, is := before.rounds[work], now.rounds[work]
	var more, less, engine []float64
	for i := range was {
		more, less = append(more, is[i].rate()/was[i].rate()), append(less, is[i].function/was[i].function)
		engine = append(engine, is[i].engine/was[i].engine)
	}
	at := b.by(straight)
	at.note(many+" a second, before", middling(was, round.rate), "per s")
	at.note(many+" a second, now", middling(is, round.rate), "per s")
	at.atLeast(many+" a second, now for each one before", quantile(more, 0.5), "", goal)
	at.note("processor time of the function for "+many+", now for each ms before", quantile(less, 0.5), "ms")
	at.note("processor time of the engine for "+many+", now for each ms before", quantile(engine, 0.5), "ms")
	at.note("answers 503 to "+many+", before", float64(busyIn(was)), "")
	at.note("answers 503 to "+many+", now", float64(busyIn(is)), "")
}

func busyIn(rounds []round) int {
	n := 0
	for _, r := range rounds {
		n += r.Busy
	}
	return n
}

// middling is the median of a figure of the rounds.
func middling(rounds []round, of func(round) float64) float64 {
	var values []float64
	for _, r := range rounds {
		values = append(values, of(r))
	}
	return quantile(values, 0.5)
}

// checkedOut builds a commit in a worktree of its own.
func (b *bench) checkedOut(ctx context.Context, commit string) (dir string, remove func(), err error) {
	if dir, err = os.MkdirTemp("", "afterpress-against-"); err != nil {
		return "", nil, err
	}
	run := func(ctx context.Context, name string, args ...string) error {
		cmd := exec.CommandContext(ctx, name, args...)
		cmd.Dir, cmd.Stdout, cmd.Stderr = b.root, b.out, os.Stderr
		return cmd.Run()
	}
	remove = func() {
		_ = run(context.WithoutCancel(ctx), "git", "worktree", "remove", "--force", dir) // nothing in it is kept
	}
	if err := run(ctx, "git", "worktree", "add", "--quiet", "--detach", dir, commit); err != nil {
		return "", nil, err
	}
	if err := run(ctx, "make", "--no-print-directory", "-C", dir, "build"); err != nil {
		remove()
		return "", nil, err
	}
	if err := b.lend(dir, functions); err != nil {
		remove()
		return "", nil, err
	}
	return dir, remove, nil
}

// lend puts this checkout's binary in the place of a function that the other commit does not have yet. Today's template
// needs it to start; nobody asks it anything.
func (b *bench) lend(dir string, names []string) error {
	for _, name := range names {
		theirs := filepath.Join(dir, ".build", name)
		if _, err := os.Stat(theirs); !errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err := os.Symlink(filepath.Dir(b.binary(name)), theirs); err != nil {
			return err
		}
	}
	return nil
}

// direct drives a door whose binaries lie in a folder, on an engine that they ask without the local cloud.
func (b *bench) direct(ctx context.Context, binaries, work string) (round, error) {
	env := map[string]string{}
	o := stack.Options{SkipStream: true, Processes: 1, Concurrency: busy, Binaries: binaries, Env: env,
		Seed: func(_ context.Context, s *stack.Stack) error {
			env["AWS_ENDPOINT_URL_DYNAMODB"] = s.Addresses.DynamoDB // before the functions start
			return nil
		}}
	if work == workPost {
		return b.loaded(ctx, o, work, "intake", nil)
	}
	return b.loaded(ctx, o, work, "api", func(ctx context.Context, p *premises.Premises) error {
		many := warming + b.size.posts
		if err := complainants(ctx, p, many); err != nil {
			return err
		}
		return parents(ctx, p.Stack.Addresses.DynamoDB, many)
	})
}

// parents writes of each contact whose they are. Commits of before December 2026 find the contact of a complaint by
// that item.
func parents(ctx context.Context, engine string, many int) error {
	db := dynamo(engine)
	for n := range many {
		it := table.ParentKey(numbered("con", int64(n)+1))
		it["customer"] = table.Text(numbered("cus", int64(n)+1))
		if _, err := db.PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String("Records"), Item: it}); err != nil {
			return err
		}
	}
	return nil
}
