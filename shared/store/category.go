package store

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"afterpress/shared/crm"
)

// CategoryRule takes the whole tree and gives one category of it as it becomes, with the events of that, or refuses. No events change nothing.
type CategoryRule = func(crm.CategoryTree) (crm.Category, []crm.Event, error)

// tree is the version of the tree as a whole: each change of a category counts it up, so that two changes that make a circle together meet.
type tree struct {
	Version int64 `json:"version"`
}

// Categories reads the tree as it is now, past the cache.
func (s *Store) Categories(ctx context.Context) (crm.CategoryTree, error) {
	nodes, _, err := s.categories(ctx)
	return nodes, err
}

func (s *Store) categories(ctx context.Context) (crm.CategoryTree, tree, error) {
	var nodes crm.CategoryTree
	var whole tree
	pages := dynamodb.NewQueryPaginator(s.DB, &dynamodb.QueryInput{
		TableName: aws.String(s.tables.Records), ConsistentRead: aws.Bool(true),
		KeyConditionExpression:    aws.String("#pk = :pk AND begins_with(#sk, :c)"),
		ExpressionAttributeNames:  map[string]string{"#pk": "pk", "#sk": "sk"},
		ExpressionAttributeValues: Item{":pk": Text(ShopPK), ":c": Text("CATEGORY")},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, whole, Unavailable(err)
		}
		for _, it := range page.Items {
			if strings.HasPrefix(StringOf(it["sk"]), TreeKind) {
				whole, err = Decode[tree](it)
			} else {
				err = AppendTo((*[]crm.Category)(&nodes), it)
			}
			if err != nil {
				return nil, whole, err
			}
		}
	}
	return nodes, whole, nil
}

// ShopWithCategory is the set-up that has the category, where there is one: another process may have made it a moment ago.
func (s *Store) ShopWithCategory(ctx context.Context, id string) (crm.Shop, error) {
	return s.shopWith(ctx, func(shop crm.Shop) bool { _, ok := shop.Category(id); return ok || id == "" })
}

// ChangeCategory reads the tree, applies the rule, and writes the category and its events on condition that no category was changed meanwhile. When one was, the
// rule decides again. This process knows the change at once, others within 30 seconds.
func (s *Store) ChangeCategory(ctx context.Context, rule CategoryRule) (crm.Category, error) {
	var whole tree
	read := func() (nodes crm.CategoryTree, err error) {
		nodes, whole, err = s.categories(ctx)
		return nodes, err
	}
	return Change(ctx, Many, read, rule, func(_ crm.CategoryTree, next crm.Category, events []crm.Event) (crm.Category, error) {
		if len(events) == 0 {
			return next, nil
		}
		return next, s.writeCategory(ctx, whole, next, events)
	})
}

// writeCategory counts the tree up with one of its categories.
func (s *Store) writeCategory(ctx context.Context, whole tree, next crm.Category, events []crm.Event) error {
	changed := func(Item) error { return ErrChanged }
	node := setting{kind: "CATEGORY", id: next.ID, version: next.Version, value: next}
	return s.writeSetup(ctx, node, events, changed, func(b *Batch) error {
		mark, err := Encode(tree{whole.Version + 1}, ShopKey(TreeKind, "tree"))
		if err == nil {
			b.Put(s.tables.Records, mark, Seen(whole.Version), changed)
		}
		return err
	})
}
