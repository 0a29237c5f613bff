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
	const prefix = "CUSTOMER#"
	pages := dynamodb.NewScanPaginator(s.table.DB, &dynamodb.ScanInput{
		TableName: aws.String(s.table.Records), ProjectionExpression: aws.String("#pk"),
		FilterExpression:          aws.String("#sk = :record AND begins_with(#pk, :customer)"),
		ExpressionAttributeNames:  map[string]string{"#pk": "pk", "#sk": "sk"},
		ExpressionAttributeValues: table.Item{":record": table.Text(table.RecordSK), ":customer": table.Text(prefix)},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return table.Unavailable(err)
		}
		for _, it := range page.Items {
			if err := do(strings.TrimPrefix(table.StringOf(it["pk"]), prefix)); err != nil {
				return err
			}
		}
	}
	return nil
}
