package finder

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"afterpress/shared/store/table"
)

// EveryCustomer gives the id of each customer, in no order, and ends at the first error of do. It reads the
// whole table, so it is for a command of the operator of the stack, never for a request. A customer who is
// opened meanwhile may be left out.
func (s *Finder) EveryCustomer(ctx context.Context, do func(id string) error) error {
	return s.every(ctx, []string{"CUSTOMER#"}, do)
}

// EveryNamed is EveryCustomer for the records that people call by a reference.
func (s *Finder) EveryNamed(ctx context.Context, do func(id string) error) error {
	return s.every(ctx, []string{"LEAD#", "TASK#", "COMPLAINT#", "HOLD#", "SUBMISSION#"}, do)
}

func (s *Finder) every(ctx context.Context, prefixes []string, do func(id string) error) error {
	in := &dynamodb.ScanInput{
		TableName: aws.String(s.table.Records), ProjectionExpression: aws.String("#pk"),
		ExpressionAttributeNames:  map[string]string{"#pk": "pk", "#sk": "sk"},
		ExpressionAttributeValues: table.Item{":record": table.Text(table.RecordSK)},
	}
	var of []string
	for _, name := range table.Placeholders(prefixes, in.ExpressionAttributeValues) {
		of = append(of, "begins_with(#pk, "+name+")")
	}
	in.FilterExpression = aws.String("#sk = :record AND (" + strings.Join(of, " OR ") + ")")
	for pages := dynamodb.NewScanPaginator(s.table.DB, in); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return table.Unavailable(err)
		}
		for _, it := range page.Items {
			_, id, _ := strings.Cut(table.StringOf(it["pk"]), "#")
			if err := do(id); err != nil {
				return err
			}
		}
	}
	return nil
}
