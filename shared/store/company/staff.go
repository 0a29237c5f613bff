package company

import (
	"context"
	"fmt"

	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// subjectKey is the key of the claim on a sign-in account.
func subjectKey(subject string) table.Item {
	return table.ClaimKey(identity.Claim{Kind: identity.ClaimSubject, Value: subject})
}

// subjectRow is a person's claim on a sign-in account.
func subjectRow(p staff.Staff) table.Item {
	it := subjectKey(p.Subject)
	it["claim"], it["owner"] = table.Text(string(identity.ClaimSubject)), table.Text(p.ID)
	return it
}

// NewStaffID makes the id of a new person.
func (s *Company) NewStaffID() string { return s.table.NewID("stf") }

// SaveStaff writes the next version of a staff record with its event and its claim on the sign-in account. When
// an owner leaves, the owner who stays must not have changed meanwhile. Otherwise two owners who remove each
// other would leave the shop without an owner. A sign-in account of another person is Invalid. A record that
// changed meanwhile is a Conflict.
func (s *Company) SaveStaff(ctx context.Context, c setup.StaffChange) error {
	return s.putSetup(ctx, setting{"STAFF", c.Next.ID, c.Next.Version, c.Next, c.Event}, func(b *table.Batch) error {
		if c.Stays != nil {
			b.Check(s.table.Records, table.ShopKey("STAFF", c.Stays.ID), table.Seen(c.Stays.Version),
				func(table.Item) error { return table.Conflict() })
		}
		if c.Before.Subject == c.Next.Subject {
			return nil
		}
		b.Put(s.table.Records, subjectRow(c.Next), table.Absent(), func(old table.Item) error {
			if table.StringOf(old["owner"]) == c.Next.ID {
				return table.Conflict()
			}
			return fault.Faulty(setup.SubjectTaken())
		})
		if c.Before.Subject != "" {
			s.freeSubject(b, c.Before)
		}
		return nil
	})
}

// freeSubject adds to a transaction that the person gives up their sign-in account.
func (s *Company) freeSubject(b *table.Batch, p staff.Staff) {
	b.Add(types.TransactWriteItem{Delete: &types.Delete{
		TableName: aws.String(s.table.Records), Key: subjectKey(p.Subject),
		ConditionExpression:                 aws.String("attribute_not_exists(#pk) OR #o = :o"),
		ExpressionAttributeNames:            map[string]string{"#pk": "pk", "#o": "owner"},
		ExpressionAttributeValues:           table.Item{":o": table.Text(p.ID)},
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}}, func(table.Item) error { return table.Conflict() })
}

// establishStaff writes a person of a new shop and their claim on the sign-in account: both or neither. A person
// who exists already stays as they are.
func (s *Company) establishStaff(ctx context.Context, p staff.Staff) error {
	_, err := s.establishOne(ctx, p, table.ShopKey("STAFF", p.ID), func(b *table.Batch) {
		b.Put(s.table.Records, subjectRow(p), table.Absent(), func(old table.Item) error {
			if owner := table.StringOf(old["owner"]); owner != p.ID {
				return fmt.Errorf("staff %s: the account %q belongs to %s", p.ID, p.Subject, owner)
			}
			return errThere
		})
	})
	return err
}

// OnDesk counts the open records on one person's desk. The index may be a moment behind.
func (s *Company) OnDesk(ctx context.Context, person string) (int, error) {
	pages := dynamodb.NewQueryPaginator(s.table.DB, &dynamodb.QueryInput{
		TableName: aws.String(s.table.Records), IndexName: aws.String(table.DeskIndex), Select: types.SelectCount,
		KeyConditionExpression:    aws.String("#p = :p"),
		ExpressionAttributeNames:  map[string]string{"#p": table.DeskIndex + "_pk"},
		ExpressionAttributeValues: table.Item{":p": table.Text(table.DeskOf(person))},
	})
	n := 0
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return 0, table.Unavailable(err)
		}
		n += int(page.Count)
	}
	return n, nil
}
