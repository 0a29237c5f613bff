package stack

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"afterpress/infra/local/sam"
)

// prepareTables makes the tables of the template that are not there.
func (s *Stack) prepareTables(ctx context.Context) error {
	for _, table := range s.template.Tables {
		if err := s.prepareTable(ctx, table); err != nil {
			return fmt.Errorf("table %s: %w", table.ID, err)
		}
	}
	return s.engine.IndexStreams(ctx)
}

func (s *Stack) prepareTable(ctx context.Context, table sam.Table) error {
	input := table.CreateInput()
	_, err := s.database.CreateTable(ctx, input)
	var there *types.ResourceInUseException
	if errors.As(err, &there) {
		return s.compare(ctx, input)
	}
	if err != nil {
		return err
	}
	waiter := dynamodb.NewTableExistsWaiter(s.database,
		func(o *dynamodb.TableExistsWaiterOptions) { o.MinDelay = 20 * time.Millisecond })
	if err := waiter.Wait(ctx, &dynamodb.DescribeTableInput{TableName: input.TableName}, time.Minute); err != nil {
		return err
	}
	if table.TTLAttribute == "" {
		return nil
	}
	_, err = s.database.UpdateTimeToLive(ctx, &dynamodb.UpdateTimeToLiveInput{TableName: input.TableName,
		TimeToLiveSpecification: &types.TimeToLiveSpecification{AttributeName: &table.TTLAttribute,
			Enabled: aws.Bool(true)}})
	return err
}

// compare refuses a table that was made from an older template: queries would fail later and less clearly.
func (s *Stack) compare(ctx context.Context, want *dynamodb.CreateTableInput) error {
	got, err := s.database.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: want.TableName})
	if err != nil {
		return err
	}
	have := map[string]bool{}
	for _, index := range got.Table.GlobalSecondaryIndexes {
		have[aws.ToString(index.IndexName)] = true
	}
	for _, index := range want.GlobalSecondaryIndexes {
		if name := aws.ToString(index.IndexName); !have[name] {
			return fmt.Errorf("it was made before the template had the index %s: start once with FRESH=1", name)
		}
	}
	return nil
}

// streamOf is the address of a table's stream.
func (s *Stack) streamOf(ctx context.Context, table string) (string, error) {
	got, err := s.database.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &table})
	if err != nil {
		return "", err
	}
	if got.Table.LatestStreamArn == nil {
		return "", fmt.Errorf("table %s has no stream: start once with FRESH=1", table)
	}
	return *got.Table.LatestStreamArn, nil
}
