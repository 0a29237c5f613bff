package store

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// EveryCustomer gives the id of each customer, in no order, and ends at the first error of do. It reads the whole table: it is for a command of whoever runs
// the stack, never for a request. One who is opened meanwhile may be left out.
func (s *Store) EveryCustomer(ctx context.Context, do func(id string) error) error {
	const prefix = "CUSTOMER#"
	pages := dynamodb.NewScanPaginator(s.DB, &dynamodb.ScanInput{
		TableName: aws.String(s.tables.Records), ProjectionExpression: aws.String("#pk"), FilterExpression: aws.String("#sk = :record AND begins_with(#pk, :customer)"),
		ExpressionAttributeNames:  map[string]string{"#pk": "pk", "#sk": "sk"},
		ExpressionAttributeValues: Item{":record": Text(RecordSK), ":customer": Text(prefix)},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return Unavailable(err)
		}
		for _, it := range page.Items {
			if err := do(strings.TrimPrefix(StringOf(it["pk"]), prefix)); err != nil {
				return err
			}
		}
	}
	return nil
}
