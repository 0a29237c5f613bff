package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/enquiries"
	"afterpress/shared/store/finder"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// TestEveryCustomerIsFoundByTheRulesOfToday: some customers have no rows yet, some have those of a rule that read
// no pinyin. After the command, and after its second run, all are found, and the second run changes nothing.
func TestEveryCustomerIsFoundByTheRulesOfToday(t *testing.T) {
	b := storetest.New(t)
	earlier := finder.Directory{Finder: b.Store.Finder, Read: func(rune) []string { return nil }}
	var want []string
	for i := range 30 {
		c, err := b.OpenCustomer(t.Context(),
			customer.Customer{Kind: customer.Company, Name: fmt.Sprintf("宏达%02d印务", i), Lang: words.Zh,
				Source: form.SourcePhone, Branch: seed.Shanghai}, nil, staff.Actor{ID: seed.StaffID(2)})
		if err == nil && i%2 == 0 {
			err = earlier.Index(t.Context(), c.ID)
		}
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, c.ID)
	}
	slices.Sort(want)
	if got := found(t, b); len(got) > 0 {
		t.Fatalf("%v are found before", got)
	}
	for range 2 {
		n, err := reindex(t.Context(), b.Store)
		if got := found(t, b); err != nil || n != 30 || !slices.Equal(got, want) {
			t.Fatalf("%d, %v: found %d of %d", n, err, len(got), len(want))
		}
	}
	before := b.State()
	if _, err := reindex(t.Context(), b.Store); err != nil || b.State() != before {
		t.Errorf("it changed what was right, or ended with %v", err)
	}
}

// TestOneBrokenCustomerHoldsUpNoOther: who cannot be brought is named, the others are found; a store that takes no
// more writes ends the walk.
func TestOneBrokenCustomerHoldsUpNoOther(t *testing.T) {
	b := storetest.New(t)
	var ids []string
	for i := range 3 * patience {
		c, err := b.OpenCustomer(t.Context(),
			customer.Customer{Kind: customer.Company, Name: fmt.Sprintf("宏达%02d印务", i), Lang: words.Zh,
				Source: form.SourcePhone, Branch: seed.Shanghai}, nil, staff.Actor{ID: seed.StaffID(2)})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, c.ID)
	}
	if n, err := reindex(t.Context(), b.OpenBreaking(t, 0)); n != 0 || err == nil {
		t.Errorf("of a store that takes nothing %d, %v", n, err)
	}
	broken := b.OpenWatched(t, func(input any) error {
		put, ok := input.(*dynamodb.PutItemInput)
		if !ok {
			return nil
		}
		if at, _ := put.Item["pk"].(*types.AttributeValueMemberS); at != nil && at.Value == "CUSTOMER#"+ids[7] {
			return errors.New("no place for it")
		}
		return nil
	})
	if n, err := reindex(t.Context(), broken); n != len(ids)-1 || err == nil || !strings.Contains(err.Error(), ids[7]) {
		t.Errorf("%d, %v", n, err)
	}
	if n, err := reindex(t.Context(), b.Store); n != len(ids) || err != nil || len(found(t, b)) != len(ids) {
		t.Errorf("after it %d, %v", n, err)
	}
}

// TestOpenRecordsComeToTheBoardOfTheirState: the keys of some leads have no state, as an earlier release wrote them. A
// command that breaks off is run again and goes on where it ended; a further one changes nothing.
func TestOpenRecordsComeToTheBoardOfTheirState(t *testing.T) {
	b := storetest.New(t)
	const leads, first = 12, 5
	board := table.OpenBoard("lead", seed.Shanghai)
	for n := range leads {
		l, err := storetest.Enquire(t, b, storetest.Li(n))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := b.DB.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{TableName: &b.Tables.Records,
			Key: table.RecordKey("lead", l.ID), UpdateExpression: aws.String("SET board_pk = :p"),
			ExpressionAttributeValues: table.Item{":p": table.Text(board)}}); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := rekey(t.Context(), b.OpenBreaking(t, first)); n != first || err == nil {
		t.Errorf("broken off after %d, %v", n, err)
	}
	if n, err := rekey(t.Context(), b.Store); n != leads-first || err != nil {
		t.Errorf("run again it brought %d, %v", n, err)
	}
	before := b.State()
	if n, err := rekey(t.Context(), b.Store); n != 0 || err != nil || b.State() != before {
		t.Errorf("a third time it brought %d, %v", n, err)
	}
	page, err := b.Leads(t.Context(), enquiries.LeadQuery{Branches: []string{seed.Shanghai}, State: lead.StateNew,
		Paging: table.Paging{Limit: 100, Caller: "x"}})
	if err != nil || len(page.Items) != leads {
		t.Errorf("%d leads are listed, %v", len(page.Items), err)
	}
}

// A branch that this release cannot read has a board as well.
func TestBoardsOfUnreadableBranches(t *testing.T) {
	shop := setup.Shop{Roster: firm.Roster{Branches: []firm.Branch{{ID: "shanghai"}}},
		Unreadable: []string{"STAFF#stf_1", "BRANCH#suzhou"}}
	if got := branches(shop); !slices.Equal(got, []string{"shanghai", "suzhou"}) {
		t.Errorf("%v", got)
	}
}

// found are the ids of those whom the pinyin of their names finds, sorted.
func found(t *testing.T, b *storetest.Bench) []string {
	t.Helper()
	page, err := b.Customers(t.Context(),
		finder.CustomerQuery{Question: "hongda", Branches: []string{seed.Shanghai},
			Paging: table.Paging{Limit: 100, Caller: "x"}})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, card := range page.Items {
		out = append(out, card.ID)
	}
	slices.Sort(out)
	return out
}
