// Command establish gives a deployed stack its shop, from a file such as shop.example.yaml: company, first owner,
// branches, calendars, policies and customer categories. It reads the settings of the functions from the environment
// (RECORDS_TABLE and so on, and those of the AWS SDK). Or it takes a running stack of this machine.
package main

import (
	"context"
	"errors"
	"flag"
	"os"

	"afterpress/infra/establish/shopfile"
	"afterpress/infra/operator"
	"afterpress/shared/boot"
)

func main() { operator.Main("establish", run) }

func run(ctx context.Context, args []string) error {
	set := flag.NewFlagSet("establish", flag.ExitOnError)
	dir := set.String("dir", "", "folder of a running stack; empty: the environment says where the tables are")
	if err := set.Parse(args); err != nil {
		return err
	}
	if set.NArg() != 1 {
		return errors.New("name one file; infra/establish/shop.example.yaml is one")
	}
	text, err := os.ReadFile(set.Arg(0))
	if err != nil {
		return err
	}
	s, err := operator.Store(ctx, *dir)
	if err != nil {
		return err
	}
	return shopfile.Establish(ctx, s, text, boot.Now(), os.Stdout)
}
