package company

import (
	"context"
	"strings"

	"afterpress/shared/crm/customer"
	"afterpress/shared/kernel/event"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// CategoryRule takes the whole tree and gives one changed category with its events, or refuses. No events mean
// that nothing changed.
type CategoryRule = func(customer.CategoryTree) (customer.Category, []event.Event, error)

// tree is the version of the tree as a whole. Each change of a category raises it, so that two changes that
// together make a circle meet.
type tree struct {
	Version int64 `json:"version"`
}

// Categories reads the tree as it is now, past the cache.
func (s *Company) Categories(ctx context.Context) (customer.CategoryTree, error) {
	nodes, _, err := s.categories(ctx)
	return nodes, err
}

func (s *Company) categories(ctx context.Context) (customer.CategoryTree, tree, error) {
	var nodes customer.CategoryTree
	var whole tree
	pages := dynamodb.NewQueryPaginator(s.table.DB, &dynamodb.QueryInput{
		TableName: aws.String(s.table.Records), ConsistentRead: aws.Bool(true),
		KeyConditionExpression:    aws.String("#pk = :pk AND begins_with(#sk, :c)"),
		ExpressionAttributeNames:  map[string]string{"#pk": "pk", "#sk": "sk"},
		ExpressionAttributeValues: table.Item{":pk": table.Text(table.ShopPK), ":c": table.Text("CATEGORY")},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, whole, table.Unavailable(err)
		}
		for _, it := range page.Items {
			if strings.HasPrefix(table.StringOf(it["sk"]), table.TreeKind) {
				whole, err = table.Decode[tree](it)
			} else {
				err = table.AppendTo((*[]customer.Category)(&nodes), it)
			}
			if err != nil {
				return nil, whole, err
			}
		}
	}
	return nodes, whole, nil
}

// ChangeCategory reads the tree, applies the rule, and writes the category and its events. The condition is that
// no category was changed meanwhile. When one was, the rule decides again. Who knows the change when is as in
// putSetup.
func (s *Company) ChangeCategory(ctx context.Context, rule CategoryRule) (customer.Category, error) {
	var whole tree
	read := func() (nodes customer.CategoryTree, err error) {
		nodes, whole, err = s.categories(ctx)
		return nodes, err
	}
	return table.Change(ctx, table.Many, read, rule,
		func(_ customer.CategoryTree, next customer.Category, events []event.Event) (customer.Category, error) {
			if len(events) == 0 {
				return next, nil
			}
			return next, s.writeCategory(ctx, whole, next, events)
		})
}

// writeCategory writes one category and raises the version of the tree with it.
func (s *Company) writeCategory(ctx context.Context, whole tree, next customer.Category, events []event.Event) error {
	changed := func(table.Item) error { return table.ErrChanged }
	node := setting{kind: "CATEGORY", id: next.ID, version: next.Version, value: next}
	return s.writeSetup(ctx, node, events, changed, func(b *table.Batch) error {
		mark, err := table.Encode(tree{whole.Version + 1}, table.ShopKey(table.TreeKind, "tree"))
		if err == nil {
			b.Put(s.table.Records, mark, table.Seen(whole.Version), changed)
		}
		return err
	})
}
