package work

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"golang.org/x/sync/errgroup"

	"afterpress/shared/store/table"
)

// countLife is how long the counters of a month are kept after it.
const countLife = 400 * 24 * time.Hour

// countKinds are the kinds of work whose end is counted. Tasks count when done, leads by their first contact,
// and rounds of complaints when the customer has confirmed.
var countKinds = []string{"task", "lead", "complaint"}

// CountDone adds to a transaction that a person did a piece of work at the time; weight -1 takes it back. A
// month of one person is one row, with two numbers for each kind and day (UTC). So thirty days are two rows, or
// three around a February of 28 days.
func (s *Work) CountDone(b *table.Batch, kind, staff string, at time.Time, inTime bool, weight int64) {
	at = at.UTC()
	met := int64(0)
	if inTime {
		met = weight
	}
	month := time.Date(at.Year(), at.Month(), 1, 0, 0, 0, 0, time.UTC)
	b.Update(s.table.Messages, table.CounterKey("done", staff, month.Format("2006-01")),
		"ADD #d :done, #m :met SET #ttl = :ttl", table.Condition{
			Expr:  "attribute_not_exists(#ttl) OR #ttl = :ttl",
			Names: map[string]string{"#d": doneOn(kind, at), "#m": metOn(kind, at), "#ttl": table.TTLAttr},
			Values: table.Item{":done": table.Number(weight), ":met": table.Number(met),
				":ttl": table.Number(month.AddDate(0, 1, 0).Add(countLife).Unix())},
		}, func(table.Item) error { return table.ErrChanged })
}

func doneOn(kind string, day time.Time) string { return kind + day.Format("02") }

func metOn(kind string, day time.Time) string { return doneOn(kind, day) + "_in_time" }

// StaffLoad is what one person has to do, and what they did in the last 30 days (UTC, including today).
type StaffLoad struct {
	Open     map[string]int `json:"open"` // by kind: lead, task, complaint, hold, message
	Overdue  int            `json:"overdue"`
	DueToday int            `json:"due_today"` // without the overdue ones
	Done     map[string]int `json:"done"`      // by kind: task, lead by its first contact, complaint when settled
	InTime   map[string]int `json:"in_time"`   // of those, by their deadline
	OnTime   *float64       `json:"on_time_rate,omitempty"`
}

// LoadOf is a person whose load is asked for, and the end of that person's day.
type LoadOf struct {
	Staff   string
	DayEnds time.Time
}

// loadWindow is how many days back the load looks. loadReaders is how many desks are read at a time.
const (
	loadWindow  = 30
	loadReaders = 8
)

// Loads reads the load of each person, in the order of people. It costs one query of each desk, and the counters
// of all people in calls of a hundred rows.
func (s *Work) Loads(ctx context.Context, people []LoadOf) ([]StaffLoad, error) {
	now := s.table.Now()
	out := make([]StaffLoad, len(people))
	var readers errgroup.Group
	readers.SetLimit(loadReaders)
	for i, p := range people {
		readers.Go(func() error {
			var err error
			out[i], err = s.openLoad(ctx, p, now)
			return err
		})
	}
	if err := readers.Wait(); err != nil {
		return nil, err
	}
	return out, s.doneLoad(ctx, people, out, now)
}

// openLoad counts what is on one desk.
func (s *Work) openLoad(ctx context.Context, p LoadOf, now time.Time) (StaffLoad, error) {
	load := StaffLoad{Open: map[string]int{}, Done: map[string]int{}, InTime: map[string]int{}}
	pages := dynamodb.NewQueryPaginator(s.table.DB, &dynamodb.QueryInput{
		TableName: aws.String(s.table.Records), IndexName: aws.String(table.DeskIndex),
		KeyConditionExpression:    aws.String("#p = :p"),
		ProjectionExpression:      aws.String("#k, #s"),
		ExpressionAttributeNames:  map[string]string{"#p": "desk_pk", "#k": "kind", "#s": "desk_sk"},
		ExpressionAttributeValues: table.Item{":p": table.Text(table.DeskOf(p.Staff))},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return load, table.Unavailable(err)
		}
		for _, it := range page.Items {
			load.Open[table.StringOf(it["kind"])]++
			due, _, _ := strings.Cut(table.StringOf(it["desk_sk"]), "#")
			switch {
			case due < table.At(now):
				load.Overdue++
			case due < table.At(p.DayEnds):
				load.DueToday++
			}
		}
	}
	return load, nil
}

// doneLoad adds what the people did within the window.
func (s *Work) doneLoad(ctx context.Context, people []LoadOf, loads []StaffLoad, now time.Time) error {
	days := map[string][]time.Time{} // by month
	for n := range loadWindow {
		day := now.UTC().AddDate(0, 0, -n)
		days[day.Format("2006-01")] = append(days[day.Format("2006-01")], day)
	}
	type month struct {
		person int
		days   []time.Time
	}
	asked, keys := map[string]month{}, []table.Item{}
	for i, p := range people {
		for name, d := range days {
			key := table.CounterKey("done", p.Staff, name)
			asked[table.StringOf(key["pk"])] = month{i, d}
			keys = append(keys, key)
		}
	}
	for len(keys) > 0 {
		n := min(len(keys), 100) // as many as one call takes
		rows, err := s.table.GetAll(ctx, s.table.Messages, keys[:n])
		if err != nil {
			return err
		}
		keys = keys[n:]
		for _, it := range rows {
			m := asked[table.StringOf(it["pk"])]
			if err := loads[m.person].add(it, m.days); err != nil {
				return err
			}
		}
	}
	for i := range loads {
		loads[i].rate()
	}
	return nil
}

// add adds the days of one counter row.
func (l *StaffLoad) add(it table.Item, days []time.Time) error {
	for _, kind := range countKinds {
		for _, day := range days {
			done, err := counted(it, doneOn(kind, day))
			if err != nil {
				return err
			}
			met, err := counted(it, metOn(kind, day))
			if err != nil {
				return err
			}
			l.Done[kind] += done
			l.InTime[kind] += met
		}
	}
	return nil
}

func counted(it table.Item, name string) (int, error) {
	n, there := it[name].(*types.AttributeValueMemberN)
	if !there {
		return 0, nil
	}
	count, err := strconv.Atoi(n.Value)
	if err != nil {
		return 0, fmt.Errorf("counter %s: %w", name, err)
	}
	return count, nil
}

// rate sets the share that was in time; it stays unset where nothing was done.
func (l *StaffLoad) rate() {
	done, met := 0, 0
	for _, kind := range countKinds {
		done, met = done+l.Done[kind], met+l.InTime[kind]
	}
	if done > 0 {
		rate := float64(met) / float64(done)
		l.OnTime = &rate
	}
}
