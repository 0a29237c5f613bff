package store

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"afterpress/shared/crm"
)

// Contact reads a contact by its id.
func (s *Store) Contact(ctx context.Context, id string) (crm.Contact, error) {
	missing := crm.Missing("联系人", "contact")
	it, found, err := s.get(ctx, s.tables.Records, parentKey(id))
	if err != nil || !found {
		return crm.Contact{}, missingOr(err, missing)
	}
	return s.contactOf(ctx, stringOf(it["customer"]), id)
}

// contactOf reads a contact of a customer.
func (s *Store) contactOf(ctx context.Context, customer, id string) (crm.Contact, error) {
	it, found, err := s.get(ctx, s.tables.Records, contactKey(customer, id))
	if err != nil || !found {
		return crm.Contact{}, missingOr(err, crm.Missing("联系人", "contact"))
	}
	return decode[crm.Contact](it)
}

// Contacts reads the contacts of a customer, oldest first.
func (s *Store) Contacts(ctx context.Context, customer string) ([]crm.Contact, error) {
	return collect[crm.Contact](ctx, s, &dynamodb.QueryInput{
		TableName: aws.String(s.tables.Records), ConsistentRead: aws.Bool(true),
		KeyConditionExpression:    aws.String("#pk = :pk AND begins_with(#sk, :c)"),
		ExpressionAttributeNames:  map[string]string{"#pk": "pk", "#sk": "sk"},
		ExpressionAttributeValues: item{":pk": contactKey(customer, "")["pk"], ":c": text(contactSK)},
	}, 0)
}

// putNewContact adds a contact with its claims and the way to it by its id.
func (s *Store) putNewContact(b *batch, c crm.Contact) error {
	it, err := row(c, contactKey(c.Customer, c.ID))
	if err != nil {
		return err
	}
	b.put(s.tables.Records, it, absent(), func(item) error { return conflict() })
	parent := parentKey(c.ID)
	parent["customer"] = text(c.Customer)
	b.put(s.tables.Records, parent, absent(), func(item) error { return conflict() })
	s.putClaims(b, c.Customer, c.ID, c.Claims())
	return nil
}

// missingOr is the error of a read that found nothing.
func missingOr(err, missing error) error {
	if err != nil {
		return err
	}
	return missing
}
