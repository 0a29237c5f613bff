package storetest

import (
	"strings"
	"testing"
	"time"

	"afterpress/shared/kernel/event"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// AddUp adds up what pending events count, or those in the logs of these customers. functions/stream does so a moment
// after each event, under its role.
func (b *Bench) AddUp(t testing.TB, customers ...string) {
	t.Helper()
	events := b.logs(t, customers)
	if len(customers) == 0 {
		var err error
		if events, err = b.Pending(t.Context(), b.Clock.Now().Add(time.Hour), 10_000); err != nil {
			t.Fatal(err)
		}
	}
	for i, err := range b.OpenAs(t, "stream").AddUp(t.Context(), events) {
		if err != nil {
			t.Fatalf("%s is not counted: %v", events[i].ID, err)
		}
	}
}

// logs are the events of these customers, as they are acted on.
func (b *Bench) logs(t testing.TB, customers []string) (out []event.Event) {
	t.Helper()
	for _, customer := range customers {
		for _, it := range b.log(t, customer) {
			e, err := table.DecodePending(it)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, e)
		}
	}
	return out
}

// Books are the counters of complaints by their keys, without those that are 0: as they stand, and counted again from
// all events. They agree once every event is counted.
func (b *Bench) Books(t testing.TB) (stand, log map[string]int64) {
	t.Helper()
	stand, log = map[string]int64{}, map[string]int64{}
	for _, it := range b.all(t, b.Tables.Records) {
		if !strings.HasPrefix(table.StringOf(it["pk"]), "TALLY#") {
			continue
		}
		figures, err := table.Decode[map[string]any](it)
		if err != nil {
			t.Fatal(err)
		}
		for name, n := range figures {
			if amount, counts := n.(float64); counts && strings.HasPrefix(name, table.FigureAttr) {
				for _, key := range counted(it) {
					move(stand, key, name, int64(amount))
				}
			}
		}
	}
	for _, it := range b.all(t, b.Tables.Events) {
		if table.StringOf(it["pk"]) == "SWEEP" {
			continue // no event: how far the sweep has come
		}
		e, err := table.DecodePending(it)
		if err != nil {
			t.Fatal(err)
		}
		for _, count := range e.Counts {
			for _, place := range count.At {
				p, ok := event.Parts(place, 4)
				if !ok {
					t.Fatalf("%s counts at %s", e.ID, place)
				}
				for figure, n := range count.Add {
					move(log, table.TallyKey(p[0], p[2], p[1], p[3]), table.FigureAttr+figure, n)
				}
			}
		}
	}
	return stand, log
}

// counted are the counters that a row holds: one for each of its values, or, as releases before December 2026 wrote it,
// the row's own.
func counted(it table.Item) (keys []table.Item) {
	branch := strings.TrimPrefix(table.StringOf(it["pk"]), "TALLY#complaint#")
	day, _, _ := strings.Cut(table.StringOf(it["sk"]), "#")
	for _, at := range table.TallyValues(it) {
		dimension, value, _ := strings.Cut(at, "#")
		keys = append(keys, table.TallyKey(branch, dimension, day, value))
	}
	if len(keys) == 0 {
		keys = append(keys, it)
	}
	return keys
}

func move(books map[string]int64, key table.Item, name string, by int64) {
	at := strings.Join([]string{table.StringOf(key["pk"]), table.StringOf(key["sk"]), name}, " ")
	if books[at] += by; books[at] == 0 {
		delete(books, at)
	}
}

// all are the items of a table.
func (b *Bench) all(t testing.TB, name string) (out []table.Item) {
	t.Helper()
	pages := dynamodb.NewScanPaginator(b.DB, &dynamodb.ScanInput{TableName: aws.String(name),
		ConsistentRead: aws.Bool(true)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, page.Items...)
	}
	return out
}
