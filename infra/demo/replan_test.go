package main

import (
	"context"
	"testing"
	"time"

	"afterpress/infra/demo/people"
	"afterpress/infra/demo/premises"
	"afterpress/infra/local/seed"
	"afterpress/shared/boot"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// rulesChange gives the shop another policy while leads are open: by way of the stream and the worker, those of its
// branches get their deadline anew.
func rulesChange(t *testing.T, p *premises.Premises) {
	ctx, cancel := context.WithTimeout(t.Context(), 2*within) // a change lies for 40 s before it is acted upon
	defer cancel()
	_, terms, err := p.Store.Terms(ctx, seed.Hangzhou)
	if err != nil {
		t.Fatal(err)
	}
	ask := func(email string) lead.Lead {
		l, err := p.Store.Capture(ctx,
			lead.Capture{Enquiry: form.Enquiry{Email: email, Lang: words.En}, Source: form.SourceWeb, Terms: terms.Lead(),
				Life: terms.Policy.Life, By: staff.Visitor}, nil)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	open, lost := ask("open@visitor.example"), ask("lost@visitor.example")
	boss, _ := seed.Shop(boot.Now()).Person(seed.StaffID(1))
	closed, err := p.Store.ChangeLead(ctx, lost.ID, func(l lead.Lead) (lead.Lead, event.Event, error) {
		return l.Lose(staff.ActorOf(boss), lead.Loss{Reason: "price"}, terms.Lead(), boot.Now())
	})
	if err != nil {
		t.Fatal(err)
	}

	if err := people.Await(ctx, "owner", func() (bool, error) { // from here on its process only waits
		now, err := p.Store.Lead(ctx, open.ID)
		return now.State == lead.StateAssigned && now.Policy == terms.Policy.Ref(), err
	}); err != nil {
		t.Fatal(err)
	}
	policy := terms.Policy
	policy.Version++
	policy.Lead.FirstContact = 4 * 3600
	publish(t, p.Stack.Addresses.DynamoDB, policy)
	due, err := terms.Calendar.Add(open.CreatedAt, 4*time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if err := people.Await(ctx, "deadline by the new rules", func() (bool, error) {
		now, err := p.Store.Lead(ctx, open.ID)
		return now.State == lead.StateAssigned && now.Policy == policy.Ref() && now.Due.Equal(due), err
	}); err != nil {
		t.Fatal(err)
	}
	if now, err := p.Store.Lead(ctx, lost.ID); err != nil || now.Version != closed.Version {
		t.Errorf("a lead that was lost has version %d after %d, %v", now.Version, closed.Version, err)
	}
	if err := people.Await(ctx, "empty outbox", func() (bool, error) {
		pending, err := p.Store.Pending(ctx, boot.Now().Add(time.Minute), 1)
		return len(pending) == 0, err
	}); err != nil {
		t.Fatal(err)
	}
}

// publish writes the policy and the event of its change.
func publish(t *testing.T, engine string, policy setup.Policy) {
	t.Helper()
	id := boot.NewID("evt")
	e := event.Event{ID: id, Type: event.PolicyChanged, V: 1, Customer: "policy/" + policy.ID, Record: policy.ID,
		Seq: policy.Version, At: boot.Now(), Cause: "test", Wakes: true}
	var puts []types.TransactWriteItem
	for _, in := range []struct {
		table string
		value any
		keys  map[string]string
	}{
		{"Records", policy, map[string]string{"pk": "SHOP", "sk": "POLICY#" + policy.ID}},
		{"Events", e, map[string]string{"pk": "CUSTOMER#" + e.Customer, "sk": id, "pending_pk": "PENDING#00",
			"pending_sk": e.At.Format("2006-01-02T15:04:05.000Z") + "#" + id}},
	} {
		it, err := attributevalue.MarshalMapWithOptions(in.value,
			func(o *attributevalue.EncoderOptions) { o.TagKey = "json" })
		if err != nil {
			t.Fatal(err)
		}
		for name, v := range in.keys {
			it[name] = &types.AttributeValueMemberS{Value: v}
		}
		puts = append(puts, types.TransactWriteItem{Put: &types.Put{TableName: aws.String(in.table), Item: it}})
	}
	db := boot.Dynamo(aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String(engine),
		Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
	})
	if _, err := db.TransactWriteItems(t.Context(), &dynamodb.TransactWriteItemsInput{TransactItems: puts}); err != nil {
		t.Fatal(err)
	}
}
