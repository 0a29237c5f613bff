package service

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Tallies adds up the counters of complaints over the branches, by the values of a dimension. It covers
// complaints opened from day from to day to, both included (yyyy-mm-dd, local to the branch). It reads a row for
// each day and each group of values that complaints of that day have, never a complaint. Counters lag behind the
// records by seconds: the stream adds up what events count.
func (s *Service) Tallies(ctx context.Context, branches []string, dimension, from,
	to string) (map[string]map[string]int64, error) {
	out := map[string]map[string]int64{}
	for _, branch := range branches {
		err := s.counters(ctx, table.TallyGroupKey(branch, "", nil), from, to, func(it table.Item) error {
			for _, at := range table.TallyValues(it) {
				if value, of := strings.CutPrefix(at, dimension+"#"); of {
					if err := addFigures(out, value, it); err != nil {
						return err
					}
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		err = s.counters(ctx, table.TallyKey(branch, dimension, "", ""), from, to, func(it table.Item) error {
			return addFigures(out, table.StringOf(it["value"]), it)
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// counters reads the counters of a partition from one day to another one.
func (s *Service) counters(ctx context.Context, of table.Item, from, to string, do func(table.Item) error) error {
	pages := dynamodb.NewQueryPaginator(s.table.DB, &dynamodb.QueryInput{
		TableName:                 aws.String(s.table.Records),
		ConsistentRead:            aws.Bool(true),
		KeyConditionExpression:    aws.String("#pk = :pk AND #sk BETWEEN :from AND :to"),
		ExpressionAttributeNames:  map[string]string{"#pk": "pk", "#sk": "sk"},
		ExpressionAttributeValues: table.Item{":pk": of["pk"], ":from": table.Text(from), ":to": table.Text(to + "~")},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return table.Unavailable(err)
		}
		for _, it := range page.Items {
			if err := do(it); err != nil {
				return err
			}
		}
	}
	return nil
}

func addFigures(out map[string]map[string]int64, value string, it table.Item) error {
	if out[value] == nil {
		out[value] = map[string]int64{}
	}
	for name, av := range it {
		figure, counts := strings.CutPrefix(name, table.FigureAttr)
		n, isNumber := av.(*types.AttributeValueMemberN)
		if !counts || !isNumber {
			continue
		}
		amount, err := strconv.ParseInt(n.Value, 10, 64)
		if err != nil {
			return fmt.Errorf("a counter of complaints holds no whole number: %w", err)
		}
		out[value][figure] += amount
	}
	return nil
}
