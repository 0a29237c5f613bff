package service

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"afterpress/shared/crm/complaint/tally"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// figureAttr begins the attributes that count, so that no figure can be mistaken for a key.
const figureAttr = "n_"

// putTally adds to a transaction how counters move. A counter is created by its first move.
func (s *Service) putTally(b *table.Batch, t tally.Tally) {
	places := slices.SortedFunc(maps.Keys(t), func(a, b tally.Place) int {
		return strings.Compare(a.Dimension+"#"+a.Day+"#"+a.Value, b.Dimension+"#"+b.Day+"#"+b.Value)
	})
	for _, p := range places {
		names, values := map[string]string{"#value": "value"}, table.Item{":value": table.Text(p.Value)}
		var adds []string
		for i, figure := range slices.Sorted(maps.Keys(t[p])) {
			f := strconv.Itoa(i)
			names["#f"+f], values[":f"+f] = figureAttr+figure, table.Number(t[p][figure])
			adds = append(adds, "#f"+f+" :f"+f)
		}
		b.Update(s.table.Records, table.TallyKey(p.Branch, p.Dimension, p.Day, p.Value), "SET #value = :value ADD "+
			strings.Join(adds, ", "), table.Condition{
			Expr: "attribute_not_exists(#value) OR #value = :value", Names: names, Values: values,
		}, func(table.Item) error { return table.ErrChanged })
	}
}

// Tallies adds up the counters of complaints over the branches, by the values of a dimension. It covers
// complaints opened from day from to day to, both included (yyyy-mm-dd, local to the branch). It reads a row for
// each day and value, never a complaint.
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
		figure, counts := strings.CutPrefix(name, figureAttr)
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
