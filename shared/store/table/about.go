package table

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// openLines reads the first want lines of a list on AboutIndex beyond the sort key after, the most urgent first. The
// index is not in that order, so all open records of the customers are read, a hundred at a time.
func (t *Table) openLines(ctx context.Context, l List, after string, want int) ([]Line, error) {
	keys, err := t.OpenKeys(ctx, l)
	if err != nil {
		return nil, err
	}
	var found []Item
	for part := range slices.Chunk(keys, 100) { // as many as one request takes
		some, err := t.GetAll(ctx, t.Records, part)
		if err != nil {
			return nil, err
		}
		found = append(found, some...)
	}
	return l.Open(found, after, want), nil
}

// Open are the first want lines beyond the sort key after, of a list on AboutIndex whose records were read.
func (l List) Open(found []Item, after string, want int) []Line {
	var out []Line
	for _, it := range found {
		line := Line{Sort: StringOf(it[BoardIndex+"_sk"]), ID: idOf(it), Kind: StringOf(it["kind"]),
			In: StringOf(it[aboutAttr]), Card: it["card"]}
		if line.Sort > after && l.has(line) {
			line.fill()
			out = append(out, line)
		}
	}
	out = l.order(out)
	return out[:min(want, len(out))]
}

// OpenKeys are the keys of the records that AboutIndex names in the list's partitions.
func (t *Table) OpenKeys(ctx context.Context, l List) (keys []Item, err error) {
	for _, partition := range l.Partitions {
		in := &dynamodb.QueryInput{
			TableName: aws.String(t.Records), IndexName: aws.String(AboutIndex),
			KeyConditionExpression:    aws.String("#p = :p"),
			ExpressionAttributeNames:  map[string]string{"#p": aboutAttr},
			ExpressionAttributeValues: Item{":p": Text(partition)},
		}
		if l.Kind != "" {
			in.KeyConditionExpression = aws.String("#p = :p AND begins_with(#k, :k)")
			in.ExpressionAttributeNames["#k"], in.ExpressionAttributeValues[":k"] = "pk", RecordKey(l.Kind, "")["pk"]
		}
		pages := dynamodb.NewQueryPaginator(t.DB, in)
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, Unavailable(err)
			}
			for _, it := range page.Items {
				keys = append(keys, Item{"pk": it["pk"], "sk": it["sk"]})
			}
		}
	}
	return keys, nil
}

// has reports whether a record that was read belongs to the list. It may have ended since the index was read.
func (l List) has(line Line) bool {
	card, _ := line.Card.(*types.AttributeValueMemberM)
	if card == nil || !slices.Contains(l.Partitions, line.In) || l.Kind != "" && line.Kind != l.Kind ||
		!l.Until.IsZero() && line.Sort > At(l.Until) ||
		len(l.Branches) > 0 && !slices.Contains(l.Branches, StringOf(card.Value["branch"])) {
		return false
	}
	for name, value := range l.Card {
		if value != "" && StringOf(card.Value[name]) != value {
			return false
		}
	}
	for name, value := range l.Figures {
		n, _ := card.Value[name].(*types.AttributeValueMemberN)
		if value != 0 && (n == nil || n.Value != Number(value).(*types.AttributeValueMemberN).Value) {
			return false
		}
	}
	return true
}
