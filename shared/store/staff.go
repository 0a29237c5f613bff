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
func subjectKey(subject string) item {
	return claimKey(crm.Claim{Kind: crm.ClaimSubject, Value: subject})
}

// subjectRow is the claim of a sign-in account by a person.
func subjectRow(p crm.Staff) item {
	it := subjectKey(p.Subject)
	it["claim"], it["owner"] = text(string(crm.ClaimSubject)), text(p.ID)
	return it
}

// NewStaffID makes the id of a new person.
func (s *Store) NewStaffID() string { return s.newID("stf") }

// PutStaff writes the next version of a staff record with its event and its claim on the sign-in account. Where an owner goes, the one who stays must not
// have changed meanwhile, so that two owners who let each other go do not leave the shop without one.
func (s *Store) PutStaff(ctx context.Context, c crm.StaffChange) error {
	return s.putSetup(ctx, setting{"STAFF", c.Next.ID, c.Next.Version, c.Next, c.Event}, func(b *batch) error {
		if c.Stays != nil {
			b.check(s.tables.Records, shopKey("STAFF", c.Stays.ID), seen(c.Stays.Version), func(item) error { return conflict() })
		}
		if c.Before.Subject == c.Next.Subject {
			return nil
		}
		b.put(s.tables.Records, subjectRow(c.Next), absent(), func(old item) error {
			if stringOf(old["owner"]) == c.Next.ID {
				return conflict()
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
func (s *Store) freeSubject(b *batch, p crm.Staff) {
	b.add(types.TransactWriteItem{Delete: &types.Delete{
		TableName: aws.String(s.tables.Records), Key: subjectKey(p.Subject),
		ConditionExpression:                 aws.String("attribute_not_exists(#pk) OR #o = :o"),
		ExpressionAttributeNames:            map[string]string{"#pk": "pk", "#o": "owner"},
		ExpressionAttributeValues:           item{":o": text(p.ID)},
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}}, func(item) error { return conflict() })
}

// errThere says that what is to be established is there already.
var errThere = errors.New("store: it is there already")

// establishStaff writes a person of a new shop with his claim on the sign-in account, both or neither; one who is there stays as he is.
func (s *Store) establishStaff(ctx context.Context, p crm.Staff) error {
	it, err := row(p, shopKey("STAFF", p.ID))
	if err != nil {
		return err
	}
	b := newBatch()
	b.put(s.tables.Records, it, absent(), func(item) error { return errThere })
	b.put(s.tables.Records, subjectRow(p), absent(), func(old item) error {
		if owner := stringOf(old["owner"]); owner != p.ID {
			return fmt.Errorf("staff %s: the account %q belongs to %s", p.ID, p.Subject, owner)
		}
		return errThere
	})
	if err := s.commit(ctx, b, nil); err != nil && !errors.Is(err, errThere) {
		return err
	}
	return nil
}

// OnDesk counts what one person has to do. The index may be a moment behind.
func (s *Store) OnDesk(ctx context.Context, staff string) (int, error) {
	pages := dynamodb.NewQueryPaginator(s.db, &dynamodb.QueryInput{
		TableName: aws.String(s.tables.Records), IndexName: aws.String(deskIndex), Select: types.SelectCount,
		KeyConditionExpression:    aws.String("#p = :p"),
		ExpressionAttributeNames:  map[string]string{"#p": deskIndex + "_pk"},
		ExpressionAttributeValues: item{":p": text(deskOf(staff))},
	})
	n := 0
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return 0, unavailable(err)
		}
		n += int(page.Count)
	}
	return n, nil
}
