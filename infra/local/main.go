// Local runs Afterpress on this machine: `up` starts everything, `fetch` brings the pinned engines, `token` prints
// a token of a seeded person, `link` a contact's link, `hook` calls a signed hook. It is for trial and development,
// never for production.
package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"

	"afterpress/infra/local/engine"
	"afterpress/infra/local/issuer"
	"afterpress/infra/local/stack"
	"afterpress/shared/kernel/staff"
)

const usage = `usage:
  local up [-fresh] [-rough] [-shop FILE] [-dir .local]
                                      start everything on this machine
  local fetch                         fetch the pinned engines
  local token [-dir .local] ROLE      print a token of a person of the shop
  local link [-dir .local] CONTACT    print the link by which a contact chooses what they are sent
  local case [-dir .local] ID [JOB]   print the link by which a customer sees a complaint or a question, or (CONTACT) complains
  local hook [-dir .local] SOURCE     send what stands on the input to /hooks/SOURCE, signed: leads, complaints or mail`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	commands := map[string]func(context.Context, []string) error{"up": up, "fetch": fetch, "token": token, "link": link,
		"case": caseLink, "hook": hook}
	if len(os.Args) < 2 || commands[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, usage)
		os.Exit(2)
	}
	if err := commands[os.Args[1]](ctx, os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// flags declares a command's flags; the folder is every command's.
func flags(name string) (*flag.FlagSet, *string) {
	set := flag.NewFlagSet(name, flag.ExitOnError)
	root, err := engine.Root()
	if err != nil {
		root = "."
	}
	return set, set.String("dir", filepath.Join(root, ".local"), "folder of the stack")
}

func fetch(ctx context.Context, _ []string) error { return engine.Fetch(ctx, os.Stdout) }

func token(ctx context.Context, args []string) error {
	set, dir := flags("token")
	if err := set.Parse(args); err != nil {
		return err
	}
	subject, err := subjectOf(ctx, *dir, cmp.Or(set.Arg(0), string(staff.Manager)))
	if err != nil {
		return err
	}
	tokens, err := issuer.Open(stack.IssuerKey(*dir))
	if err != nil {
		return err
	}
	text, err := tokens.Mint(subject)
	if err == nil {
		fmt.Println(text)
	}
	return err
}

func link(_ context.Context, args []string) error {
	set, dir := flags("link")
	if err := set.Parse(args); err != nil {
		return err
	}
	address, err := stack.ChoicesLink(*dir, set.Arg(0))
	if err == nil {
		fmt.Println(address)
	}
	return err
}

func caseLink(_ context.Context, args []string) error {
	set, dir := flags("case")
	if err := set.Parse(args); err != nil {
		return err
	}
	address, err := stack.CaseLink(*dir, set.Arg(0), set.Arg(1))
	if err == nil {
		fmt.Println(address)
	}
	return err
}

func hook(ctx context.Context, args []string) error {
	set, dir := flags("hook")
	if err := set.Parse(args); err != nil {
		return err
	}
	body, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	answer, err := stack.CallHook(ctx, *dir, set.Arg(0), body)
	if err == nil {
		fmt.Println(answer)
	}
	return err
}

func up(ctx context.Context, args []string) error {
	set, dir := flags("up")
	fresh := set.Bool("fresh", false, "begin with an empty store")
	file := set.String("shop", "", "file with a shop of one's own, in place of the seeded one")
	rough := set.Bool("rough", false, "with conflicts, throttling, and indexes and reads that lag, as on AWS")
	if err := set.Parse(args); err != nil {
		return err
	}
	give, err := shopOf(*file)
	if err != nil {
		return err
	}
	if err := engine.Fetch(ctx, os.Stdout); err != nil {
		return err
	}
	if err := build(ctx); err != nil {
		return err
	}
	o := stack.Options{Dir: *dir, Fresh: *fresh, Seed: give, Out: os.Stdout}
	if *rough {
		o.Weather = stack.Rough()
	}
	s, err := stack.Start(ctx, o)
	if err != nil {
		return err
	}
	defer s.Close()
	form, role, err := begin(ctx, s)
	if err != nil {
		return err
	}
	processes := s.TemporalUI + "/namespaces/" + stack.Namespace + "/workflows"
	fmt.Printf(welcome, s.API, s.Inbox, processes, s.Addresses.DynamoDB, filepath.Join(s.Dir, "logs"),
		filepath.Join(s.Dir, "data", stack.Objects), form, role)
	<-ctx.Done()
	fmt.Println("\nstopping")
	return nil
}

const welcome = `
Afterpress runs. Ctrl-C ends it; the next start goes on with the same data and addresses.

  front page %[1]s/
  form       %[1]s/forms/%[7]s          (?lang=zh, ?lang=en)
  console    %[1]s/console        (pick who you are)
  staff API  %[1]s/docs
  inbox      %[2]s
  Temporal   %[3]s
  DynamoDB   %[4]s
  files      %[6]s
  logs       %[5]s

Try this: fill in the form, look into the inbox, then see the lead in the console, with its owner and its deadline.
By the API:

  curl -H "Authorization: Bearer $(make -s token ROLE=%[8]s)" %[1]s/leads

`

// build makes the binaries, unless make itself has just done so.
func build(ctx context.Context) error {
	if os.Getenv("MAKELEVEL") != "" {
		return nil
	}
	root, err := engine.Root()
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "make", "-s", "build")
	cmd.Dir, cmd.Stdout, cmd.Stderr = root, os.Stdout, os.Stderr
	return cmd.Run()
}
