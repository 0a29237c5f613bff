// Command replay runs the intake of a period again, after a rule was mended: quarantined submissions that can be read
// now become leads and start their processes. Without -apply it changes nothing and says what it would do. It reads
// the settings of the functions from the environment (RECORDS_TABLE and so on, and those of the AWS SDK). Or it takes
// a running stack of this machine.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"time"

	"afterpress/infra/operator"
	"afterpress/shared/boot"
)

func main() { operator.Main("replay", run) }

func run(ctx context.Context, args []string) error {
	set := flag.NewFlagSet("replay", flag.ExitOnError)
	dir := set.String("dir", "", "folder of a running stack; empty: the environment says where the tables are")
	from := set.String("from", "", "first day, yyyy-mm-dd, UTC; empty: 30 days ago")
	to := set.String("to", "", "last day, yyyy-mm-dd, UTC; empty: today")
	apply := set.Bool("apply", false, "make leads; without it nothing is changed")
	if err := set.Parse(args); err != nil {
		return err
	}
	r := replay{apply: *apply, out: os.Stdout, now: boot.Now}
	var err error
	if r.from, err = day(*from, boot.Now().AddDate(0, 0, -30)); err != nil {
		return err
	}
	if r.to, err = day(*to, boot.Now()); err != nil {
		return err
	}
	r.to = r.to.AddDate(0, 0, 1)
	if r.store, err = operator.Store(ctx, *dir); err != nil {
		return err
	}
	counts, err := r.run(ctx)
	for _, verdict := range verdicts {
		fmt.Printf("%-12s%d\n", verdict, counts[verdict])
	}
	if err == nil && !*apply {
		fmt.Println("nothing was changed; APPLY=1 makes the leads")
	}
	return err
}

func day(text string, otherwise time.Time) (time.Time, error) {
	if text == "" {
		return otherwise.Truncate(24 * time.Hour), nil
	}
	return time.Parse(time.DateOnly, text)
}
