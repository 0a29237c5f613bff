package finder

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/directory"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"golang.org/x/sync/errgroup"
)

// Directory writes the rows by which customers are found and listed. They follow the facts by a moment:
// functions/stream writes them after the event.
//
// Rows are written one by one, which costs half of what a transaction does. The manifest keeps them right.
// Before a run writes, it names in the manifest every row that may stand because of it. At its end it says there
// that all are written. Of two runs, the one with the newer manifest wins each row. A row keeps the number of
// the run that wrote it, and gives way only to a higher number.
//
// A run may find the manifest open, left by a parallel run or a broken one. It then writes every row anew. Where
// a row has to go, it leaves an empty row with its own number, which the other run cannot overwrite. Runs go on
// to do so for an hour. Nothing sent before can arrive after that, since the signature of a request expires
// after minutes.
type Directory struct {
	Finder *Finder
	Read   directory.Reading
}

// manifest notes which rows the directory has for a customer. Every run raises its version. Rows carry the
// version as the number of the run.
type manifest struct {
	Version int64 `json:"version"`
	Open    bool  `json:"open,omitempty"` // a run is writing: rows named here may not stand yet
	// until then (epoch seconds) a write of an earlier run may arrive: rows are buried instead of deleted
	Late   int64    `json:"late,omitempty"`
	Says   string   `json:"says"`             // what each row says of the customer
	Rows   []string `json:"rows"`             // each with what it says of its term
	Buried []string `json:"buried,omitempty"` // empty rows that keep late writes out
}

// directoryRow is a row of the directory: its keys, and what must be known before the customer's record is read.
// It holds no card, so a change of a card moves only the customer's rows in the lists. Branch, Shared and
// Archived are in it since they decide who sees the customer at all. Without them, a caller who sees one branch
// of ten would cost ten record reads for each customer shown. All three change once in a customer's life, if
// ever.
//
// Owner, stage and category change with the work, so they are not in it. Their lists hold few customers, or else
// most of them fit. So the reader compares lists (directorylist.go).
type directoryRow struct {
	Run      int64  `json:"run"`
	Branch   string `json:"branch"` // empty in a buried row
	Shared   bool   `json:"shared,omitempty"`
	Archived bool   `json:"archived,omitempty"`
	Common   int    `json:"common,omitempty"` // as in directory.Term
	Known    []int  `json:"known,omitempty"`  // as in directory.Term
	place    string
	name     string
}

func (r directoryRow) says() string { return fmt.Sprint(r.Branch, r.Shared, r.Archived) }

// mark names the row in a manifest. The place of a term follows from its name and is left out.
func (r directoryRow) mark() string {
	if r.place == table.TermPlace(r.name) {
		return " " + r.name
	}
	return r.place + " " + r.name
}

// line is the mark and what the row says of its term.
func (r directoryRow) line() string {
	out := r.mark() + " " + strconv.Itoa(r.Common)
	for _, n := range r.Known {
		out += "," + strconv.Itoa(n)
	}
	return out
}

// markOf is the mark of a line.
func markOf(line string) string {
	parts := strings.SplitN(line, " ", 3)
	return rowAt(strings.Join(parts[:min(2, len(parts))], " ")).mark()
}

// rowAt is an empty row at a mark.
func rowAt(mark string) directoryRow {
	place, name, _ := strings.Cut(mark, " ")
	if place == "" {
		place = table.TermPlace(name)
	}
	return directoryRow{place: place, name: name}
}

const (
	rowWriters = 8 // rows that one run writes at a time
	// courtesy is how often a run waits for another run that it finds writing, before that run counts as broken.
	courtesy = 4
	// lateness is how long a write that a run left behind may still arrive. AWS takes no request that was signed
	// more than 15 minutes before.
	lateness = time.Hour
)

// Index brings the rows of a customer in line with the facts. It writes nothing where nothing changed. It may
// run any number of times, in any order, and in parallel. The rows always follow the newest facts that one of
// the runs has read.
func (d Directory) Index(ctx context.Context, c string) error {
	_, err := table.Retry(ctx, table.Many,
		func(try int) (struct{}, error) { return struct{}{}, d.index(ctx, c, try < courtesy) })
	return err
}

func (d Directory) index(ctx context.Context, id string, wait bool) error {
	s := d.Finder
	known, err := s.manifest(ctx, id) // before the facts: a newer run raises it, and this run begins anew
	if err != nil {
		return err
	}
	if known.Open && wait {
		return table.ErrChanged
	}
	c, err := s.centre.Customer(ctx, id)
	if err != nil {
		return err
	}
	people, err := s.centre.Contacts(ctx, id)
	if err != nil {
		return err
	}
	var rows []directoryRow
	if !directory.Hides(c, people) {
		rows = directoryRows(c, directory.TermsOf(c, people, d.Read))
	}
	stale, gone := known.compare(rows)
	settled := len(known.Buried) == 0 || known.Late > s.table.Now().Unix() // an empty row still names what was found by it
	if len(stale)+len(gone) == 0 && !known.Open && settled {
		return nil
	}
	return s.writeRows(ctx, id, known, rows, stale, gone)
}

func (s *Finder) manifest(ctx context.Context, c string) (manifest, error) {
	it, found, err := s.table.Get(ctx, s.table.Records, table.RowsKey(c))
	if err != nil || !found {
		return manifest{}, err
	}
	return table.Decode[manifest](it)
}

// putManifest writes the manifest that follows the one of version earlier; ErrChanged when that is no longer the
// newest.
func (s *Finder) putManifest(ctx context.Context, c string, next manifest, earlier int64) error {
	it, err := table.Encode(next, table.RowsKey(c))
	if err != nil {
		return err
	}
	held, err := s.table.PutOne(ctx, s.table.Records, it, table.Seen(earlier))
	if err == nil && !held {
		return table.ErrChanged
	}
	return err
}

// directoryRows are the rows of a customer: one for each term, and one for each list in which the customer
// stands.
func directoryRows(c customer.Customer, terms []directory.Term) []directoryRow {
	var out []directoryRow
	add := func(place, name string, t directory.Term) {
		out = append(out, directoryRow{Branch: c.Branch, Shared: c.Shared, Archived: c.ArchivedAt != nil, Common: t.Common,
			Known: t.Known, place: place, name: name})
	}
	for _, t := range terms {
		if t.End {
			add(table.EndPlace(t.Text), t.Text, t)
		} else {
			add(table.TermPlace(t.Text), t.Text, t)
		}
	}
	branch, name := c.Branch, directory.FoldTerm(c.Name)
	if c.Shared {
		branch = table.EveryBranch
	}
	add(table.BranchPlace(branch), name, directory.Term{})
	add(table.LifePlace(branch, c.LifeCycle), name, directory.Term{})
	if c.Owner != "" {
		add(table.OwnerPlace(c.Owner), name, directory.Term{})
	}
	if c.Category != "" {
		add(table.CategoryPlace(c.Category), name, directory.Term{})
	}
	return out
}

// compare gives the rows that the manifest does not show as they should be. It also gives the marks of rows that
// stand and should not.
func (m manifest) compare(rows []directoryRow) (stale []directoryRow, gone []string) {
	standing, wanted := map[string]bool{}, map[string]bool{}
	for _, line := range m.Rows {
		standing[line] = true
	}
	for _, r := range rows {
		wanted[r.mark()] = true
		if m.Open || m.Says != r.says() || !standing[r.line()] {
			stale = append(stale, r)
		}
	}
	for _, line := range m.Rows {
		if mark := markOf(line); !wanted[mark] {
			gone = append(gone, mark)
		}
	}
	return stale, gone
}

// writeRows is the writing half of a run. It writes the manifest with all rows that may stand, then the rows
// that differ, then the manifest of what stands. ErrChanged says that a newer run came in between, which will do
// the rest.
func (s *Finder) writeRows(ctx context.Context, c string, known manifest, rows, stale []directoryRow,
	gone []string) error {
	now := s.table.Now()
	bury := known.Open || known.Late > now.Unix()
	next := manifest{Version: known.Version + 1, Late: known.Late}
	for _, r := range rows {
		next.Says, next.Rows = r.says(), append(next.Rows, r.line())
	}
	ended := next
	ended.Version = next.Version + 1
	buried := slices.DeleteFunc(known.Buried, func(mark string) bool {
		return slices.ContainsFunc(rows, func(r directoryRow) bool { return r.mark() == mark })
	})
	if bury {
		next.Buried, ended.Buried = buried, slices.Concat(buried, gone)
	} else {
		gone = slices.Concat(gone, buried) // no late write can arrive any more
	}
	next.Open, next.Rows = true, slices.Concat(next.Rows, gone)
	if err := s.putManifest(ctx, c, next, known.Version); err != nil {
		return err
	}
	late, err := s.applyRows(ctx, c, next.Version, stale, gone, bury)
	if err != nil {
		return err
	}
	if late || known.Open {
		ended.Late = now.Add(lateness).Unix()
	}
	return s.putManifest(ctx, c, ended, next.Version)
}

// applyRows writes the rows of a run, in no order. late says that a write was sent twice.
func (s *Finder) applyRows(ctx context.Context, c string, run int64, stale []directoryRow, gone []string,
	bury bool) (late bool, err error) {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(rowWriters)
	lates := make([]bool, len(stale)+len(gone))
	for i, r := range stale {
		group.Go(func() (err error) {
			lates[i], err = s.putDirectoryRow(ctx, c, run, r)
			return err
		})
	}
	for i, mark := range gone {
		group.Go(func() (err error) {
			if !bury {
				return s.removeDirectoryRow(ctx, c, run, mark)
			}
			lates[len(stale)+i], err = s.putDirectoryRow(ctx, c, run, rowAt(mark))
			return err
		})
	}
	err = group.Wait()
	return slices.Contains(lates, true), err
}

// putDirectoryRow writes a row of a run, unless a newer run wrote it (ErrChanged).
func (s *Finder) putDirectoryRow(ctx context.Context, c string, run int64, r directoryRow) (late bool, err error) {
	r.Run = run
	it, err := table.Encode(r, table.DirectoryKey(r.place, r.name, c))
	if err != nil {
		return false, err
	}
	cond := before(run)
	out, err := s.table.DB.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: aws.String(s.table.Records), Item: it, ConditionExpression: aws.String(cond.Expr),
		ExpressionAttributeNames: cond.Names, ExpressionAttributeValues: cond.Values,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	var failed *types.ConditionalCheckFailedException
	switch {
	case errors.As(err, &failed):
		if n, _ := failed.Item["run"].(*types.AttributeValueMemberN); n != nil && n.Value == strconv.FormatInt(run, 10) {
			return true, nil // the SDK repeated it after its answer was lost
		}
		return false, table.ErrChanged
	case err != nil:
		return false, table.Unavailable(err)
	}
	return sentTwice(out), nil
}

// sentTwice reports whether an earlier attempt of a write may still be on its way. Such an attempt ended neither
// with an answer nor with a refusal before any writing.
func sentTwice(out *dynamodb.PutItemOutput) bool {
	attempts, _ := retry.GetAttemptResults(out.ResultMetadata)
	return slices.ContainsFunc(attempts.Results,
		func(a retry.AttemptResult) bool { return a.Err != nil && !table.Passing(a.Err) })
}

func (s *Finder) removeDirectoryRow(ctx context.Context, c string, run int64, mark string) error {
	r, cond := rowAt(mark), before(run)
	_, err := s.table.DB.DeleteItem(ctx, &dynamodb.DeleteItemInput{
		TableName: aws.String(s.table.Records), Key: table.DirectoryKey(r.place, r.name, c),
		ConditionExpression:      aws.String(cond.Expr),
		ExpressionAttributeNames: cond.Names, ExpressionAttributeValues: cond.Values,
	})
	held, err := table.HeldOr(err)
	if err == nil && !held {
		return table.ErrChanged
	}
	return err
}

// before holds where there is no row, or one of an earlier run.
func before(run int64) table.Condition {
	return table.Condition{Expr: "attribute_not_exists(#pk) OR #r < :r",
		Names:  map[string]string{"#pk": "pk", "#r": "run"},
		Values: table.Item{":r": table.Number(run)}}
}
