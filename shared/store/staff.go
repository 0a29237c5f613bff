package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"afterpress/shared/crm"
)

// subjectKey is the claim of a sign-in account.
func subjectKey(subject string) Item {
	return ClaimKey(crm.Claim{Kind: crm.ClaimSubject, Value: subject})
}

// subjectRow is the claim of a sign-in account by a person.
func subjectRow(p crm.Staff) Item {
	it := subjectKey(p.Subject)
	it["claim"], it["owner"] = Text(string(crm.ClaimSubject)), Text(p.ID)
	return it
}

// NewStaffID makes the id of a new person.
func (s *Store) NewStaffID() string { return s.NewID("stf") }

// PutStaff writes the next version of a staff record with its event and its claim on the sign-in account. Where an owner goes, the one who stays must not
// have changed meanwhile, so that two owners who let each other go do not leave the shop without one.
func (s *Store) PutStaff(ctx context.Context, c crm.StaffChange) error {
	return s.putSetup(ctx, setting{"STAFF", c.Next.ID, c.Next.Version, c.Next, c.Event}, func(b *Batch) error {
		if c.Stays != nil {
			b.Check(s.tables.Records, ShopKey("STAFF", c.Stays.ID), Seen(c.Stays.Version), func(Item) error { return Conflict() })
		}
		if c.Before.Subject == c.Next.Subject {
			return nil
		}
		b.Put(s.tables.Records, subjectRow(c.Next), Absent(), func(old Item) error {
			if StringOf(old["owner"]) == c.Next.ID {
				return Conflict()
			}
			return crm.Faulty(crm.SubjectTaken())
		})
		if c.Before.Subject != "" {
			s.freeSubject(b, c.Before)
		}
		return nil
	})
}

// freeSubject adds to a transaction that the person gives up his sign-in account.
func (s *Store) freeSubject(b *Batch, p crm.Staff) {
	b.Add(types.TransactWriteItem{Delete: &types.Delete{
		TableName: aws.String(s.tables.Records), Key: subjectKey(p.Subject),
		ConditionExpression:                 aws.String("attribute_not_exists(#pk) OR #o = :o"),
		ExpressionAttributeNames:            map[string]string{"#pk": "pk", "#o": "owner"},
		ExpressionAttributeValues:           Item{":o": Text(p.ID)},
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}}, func(Item) error { return Conflict() })
}

// errThere says that what is to be established is there already.
var errThere = errors.New("store: it is there already")

// establishStaff writes a person of a new shop with his claim on the sign-in account, both or neither; one who is there stays as he is.
func (s *Store) establishStaff(ctx context.Context, p crm.Staff) error {
	it, err := Encode(p, ShopKey("STAFF", p.ID))
	if err != nil {
		return err
	}
	b := NewBatch()
	b.Put(s.tables.Records, it, Absent(), func(Item) error { return errThere })
	b.Put(s.tables.Records, subjectRow(p), Absent(), func(old Item) error {
		if owner := StringOf(old["owner"]); owner != p.ID {
			return fmt.Errorf("staff %s: the account %q belongs to %s", p.ID, p.Subject, owner)
		}
		return errThere
	})
	if err := s.Commit(ctx, b, nil); err != nil && !errors.Is(err, errThere) {
		return err
	}
	return nil
}

// OnDesk counts what one person has to do. The index may be a moment behind.
func (s *Store) OnDesk(ctx context.Context, staff string) (int, error) {
	pages := dynamodb.NewQueryPaginator(s.DB, &dynamodb.QueryInput{
		TableName: aws.String(s.tables.Records), IndexName: aws.String(DeskIndex), Select: types.SelectCount,
		KeyConditionExpression:    aws.String("#p = :p"),
		ExpressionAttributeNames:  map[string]string{"#p": DeskIndex + "_pk"},
		ExpressionAttributeValues: Item{":p": Text(DeskOf(staff))},
	})
	n := 0
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return 0, Unavailable(err)
		}
		n += int(page.Count)
	}
	return n, nil
}
