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
// each day and value, never a complaint. Counters lag behind the records by seconds: the stream adds up what events
// count.
func (s *Service) Tallies(ctx context.Context, branches []string, dimension, from,
	to string) (map[string]map[string]int64, error) {
	out := map[string]map[string]int64{}
	for _, branch := range branches {
		key := table.TallyKey(branch, dimension, "", "")
		pages := dynamodb.NewQueryPaginator(s.table.DB, &dynamodb.QueryInput{
			TableName:                 aws.String(s.table.Records),
			ConsistentRead:            aws.Bool(true),
			KeyConditionExpression:    aws.String("#pk = :pk AND #sk BETWEEN :from AND :to"),
			ExpressionAttributeNames:  map[string]string{"#pk": "pk", "#sk": "sk"},
			ExpressionAttributeValues: table.Item{":pk": key["pk"], ":from": table.Text(from), ":to": table.Text(to + "~")},
		})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, table.Unavailable(err)
			}
			for _, it := range page.Items {
				if err := addFigures(out, it); err != nil {
					return nil, err
				}
			}
		}
	}
	return out, nil
}

func addFigures(out map[string]map[string]int64, it table.Item) error {
	value := table.StringOf(it["value"])
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
