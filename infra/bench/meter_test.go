package main

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"afterpress/infra/local/engine"
)

// AWS's rule: a unit per KB begun, and twice that in a transaction. Each entry of an index that is written or taken
// away is a unit per KB begun, so an entry whose key changes counts twice.
func TestTheEngineCountsUnitsAsAWSDoes(t *testing.T) {
	endpoint, stop, err := engine.StartDynamoDB(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	m := newMeter()
	defer m.Close()
	if err := m.stand(endpoint); err != nil {
		t.Fatal(err)
	}
	db := dynamodb.New(dynamodb.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(m.URL),
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	})
	createIndexed(t, db)

	long := strings.Repeat("x", 1500)
	steps := []struct {
		what  string
		write func() error
		units float64
	}{
		{"1.5 KB and an entry of the index", put(t, db, "a", "1", long), 3},
		{"the entry's key changes", put(t, db, "a", "2", long), 4},
		{"back to 100 bytes, billed by the larger one; the entry stays", put(t, db, "a", "2", "x"), 2},
		{"a transaction of 1.5 KB with an entry and one small item", transact(t, db, long), 7},
		{"an update that takes the entry away", leaveIndex(t, db, "b"), 3},
	}
	for _, step := range steps {
		before, _ := m.reading()
		if err := step.write(); err != nil {
			t.Fatalf("%s: %v", step.what, err)
		}
		if after, refused := m.reading(); after-before != step.units || refused != 0 {
			t.Errorf("%s: %g units and %d refused, want %g", step.what, after-before, refused, step.units)
		}
	}

	// A consistent read costs a unit for each 4 KB begun, any other half of that.
	written, _ := m.reading()
	for consistent, units := range map[bool]float64{true: 1, false: 0.5} {
		before := m.reads()
		if _, err := db.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: aws.String("metered"),
			Key:            map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: "a"}},
			ConsistentRead: aws.Bool(consistent)}); err != nil {
			t.Fatal(err)
		}
		if got := m.reads() - before; got != units {
			t.Errorf("a read, consistent %t: %g units, want %g", consistent, got, units)
		}
	}
	if now, _ := m.reading(); now != written {
		t.Errorf("reads count as %g write units", now-written)
	}
}

func createIndexed(t *testing.T, db *dynamodb.Client) {
	t.Helper()
	key := func(name string, kind types.KeyType) types.KeySchemaElement {
		return types.KeySchemaElement{AttributeName: aws.String(name), KeyType: kind}
	}
	_, err := db.CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName: aws.String("metered"), BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{
			{AttributeName: aws.String("pk"), AttributeType: types.ScalarAttributeTypeS},
			{AttributeName: aws.String("entry"), AttributeType: types.ScalarAttributeTypeS},
		},
		KeySchema: []types.KeySchemaElement{key("pk", types.KeyTypeHash)},
		GlobalSecondaryIndexes: []types.GlobalSecondaryIndex{{
			IndexName: aws.String("entries"), KeySchema: []types.KeySchemaElement{key("entry", types.KeyTypeHash)},
			Projection: &types.Projection{ProjectionType: types.ProjectionTypeKeysOnly},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
}

func item(pk, entry, body string) map[string]types.AttributeValue {
	out := map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: pk},
		"body": &types.AttributeValueMemberS{Value: body}}
	if entry != "" {
		out["entry"] = &types.AttributeValueMemberS{Value: entry}
	}
	return out
}

func put(t *testing.T, db *dynamodb.Client, pk, entry, body string) func() error {
	return func() error {
		_, err := db.PutItem(t.Context(),
			&dynamodb.PutItemInput{TableName: aws.String("metered"), Item: item(pk, entry, body)})
		return err
	}
}

func transact(t *testing.T, db *dynamodb.Client, long string) func() error {
	return func() error {
		_, err := db.TransactWriteItems(t.Context(),
			&dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{
				{Put: &types.Put{TableName: aws.String("metered"), Item: item("b", "2", long)}},
				{Put: &types.Put{TableName: aws.String("metered"), Item: item("c", "", "x")}},
			}})
		return err
	}
}

func leaveIndex(t *testing.T, db *dynamodb.Client, pk string) func() error {
	return func() error {
		_, err := db.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
			TableName:        aws.String("metered"),
			Key:              map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: pk}},
			UpdateExpression: aws.String("REMOVE #e"), ExpressionAttributeNames: map[string]string{"#e": "entry"},
		})
		return err
	}
}
