package main

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/directory/pinyin"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store"
	"afterpress/shared/store/finder"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// TestTheFillerMakesWhatTheFunctionsMake has one store write a customer to the engine and another, with the same
// ids and time, into batches.
func TestTheFillerMakesWhatTheFunctionsMake(t *testing.T) {
	b := storetest.New(t)
	now := b.Clock.Now()
	shop := b.Items(t)
	open := func(k *kept) {
		t.Helper()
		c := table.Config{DB: b.DB, Tables: b.Tables, Ring: storetest.Ring, NewID: (&filler{}).newID,
			Now: func() time.Time { return now }}
		if k != nil {
			options := b.DB.Options()
			options.APIOptions = append(options.APIOptions, k.stand)
			c.DB = dynamodb.New(options)
		}
		s, err := store.New(c)
		if err != nil {
			t.Fatal(err)
		}
		for n := range 3 {
			made, err := s.OpenCustomer(context.Background(), aCustomer(n), person(n), staff.Actor{ID: seed.StaffID(2)})
			if err != nil {
				t.Fatal(err)
			}
			if err := (finder.Directory{Finder: s.Finder, Read: pinyin.Read}).Index(context.Background(), made.ID); err != nil {
				t.Fatal(err)
			}
		}
	}
	open(nil)
	events, err := b.Pending(t.Context(), now.Add(time.Minute), 10) // of what is loaded everything was handed over
	if err != nil || len(events) != 3 {
		t.Fatalf("%d events, %v", len(events), err)
	}
	for _, e := range events {
		if err := b.Handed(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	want := unmarked(t, b, shop)
	k := &kept{engine: b.DB}
	for _, line := range b.Items(t) {
		if !slices.Contains(shop, line) {
			forget(t, b, line)
		}
	}
	open(k)
	if now := b.Items(t); !slices.Equal(now, shop) {
		t.Fatal("the second store wrote to the engine")
	}
	if err := k.send(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	if got := unmarked(t, b, shop); !slices.Equal(got, want) {
		t.Errorf("the filler makes\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// unmarked are the items that are not of the shop, without the marks of their writers.
func unmarked(t *testing.T, b *storetest.Bench, shop []string) []string {
	t.Helper()
	var out []string
	for _, line := range b.Items(t) {
		if slices.Contains(shop, line) {
			continue
		}
		name, raw, _ := strings.Cut(line, " ")
		var it map[string]any
		if err := json.Unmarshal([]byte(raw), &it); err != nil {
			t.Fatal(err)
		}
		delete(it, "commit")
		text, err := json.Marshal(it)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, name+" "+string(text))
	}
	slices.Sort(out)
	return out
}

// forget takes an item away.
func forget(t *testing.T, b *storetest.Bench, line string) {
	t.Helper()
	name, raw, _ := strings.Cut(line, " ")
	var it struct{ PK, SK struct{ Value string } }
	if err := json.Unmarshal([]byte(raw), &it); err != nil {
		t.Fatal(err)
	}
	_, err := b.DB.DeleteItem(t.Context(),
		&dynamodb.DeleteItemInput{TableName: aws.String(name), Key: map[string]types.AttributeValue{
			"pk": &types.AttributeValueMemberS{Value: it.PK.Value}, "sk": &types.AttributeValueMemberS{Value: it.SK.Value},
		}})
	if err != nil {
		t.Fatal(err)
	}
}
