package sam

import (
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

type tableProperties struct {
	AttributeDefinitions    []types.AttributeDefinition
	KeySchema               []types.KeySchemaElement
	BillingMode             types.BillingMode
	GlobalSecondaryIndexes  []types.GlobalSecondaryIndex
	StreamSpecification     *struct{ StreamViewType types.StreamViewType }
	TimeToLiveSpecification *struct {
		AttributeName string
		Enabled       bool
	}

	// Protection of data in AWS; locally a table must be easy to throw away.
	DeletionProtectionEnabled        any
	PointInTimeRecoverySpecification any
	SSESpecification                 any
	Tags                             any
}

func (r *reader) readTable(res resource) error {
	var p tableProperties
	if err := r.properties(res, &p); err != nil {
		return err
	}
	if len(p.KeySchema) == 0 {
		return errors.New("a table needs a KeySchema")
	}
	table := Table{ID: res.id, create: dynamodb.CreateTableInput{
		AttributeDefinitions:   p.AttributeDefinitions,
		KeySchema:              p.KeySchema,
		BillingMode:            p.BillingMode,
		GlobalSecondaryIndexes: p.GlobalSecondaryIndexes,
	}}
	if p.StreamSpecification != nil {
		table.create.StreamSpecification = &types.StreamSpecification{
			StreamEnabled:  aws.Bool(true),
			StreamViewType: p.StreamSpecification.StreamViewType,
		}
	}
	if ttl := p.TimeToLiveSpecification; ttl != nil && ttl.Enabled {
		table.TTLAttribute = ttl.AttributeName
	}
	r.out.Tables = append(r.out.Tables, table)
	return nil
}
