package table

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// Boards reads which records stand open, branch by branch.
type Boards struct{ table *Table }

// Boards are the boards of the tables.
func (t *Table) Boards() Boards { return Boards{t} }

// OnBoard lists ids of a kind of records that stand open on a branch's board, most urgent first: at most limit of
// them, beyond the place after ("" is the beginning), and due by the time until (zero: all). next is the place of the
// last one, "" when there are no more. The board may lag behind the records, so whoever acts reads each of them.
func (b Boards) OnBoard(ctx context.Context, kind, branch, after string, until time.Time,
	limit int) (ids []string, next string, err error) {
	last := "~" // beyond every time
	if !until.IsZero() {
		last = At(until) + "~"
	}
	out, err := b.table.DB.Query(ctx, &dynamodb.QueryInput{
		TableName: aws.String(b.table.Records), IndexName: aws.String(BoardIndex), Limit: aws.Int32(int32(limit)),
		KeyConditionExpression:   aws.String("#p = :p AND #s BETWEEN :after AND :last"),
		ExpressionAttributeNames: map[string]string{"#p": BoardIndex + "_pk", "#s": BoardIndex + "_sk"},
		ExpressionAttributeValues: Item{":p": Text(OpenBoard(kind, branch)), ":after": Text(after + "!"),
			":last": Text(last)},
	})
	if err != nil {
		return nil, "", Unavailable(err)
	}
	for _, it := range out.Items {
		ids = append(ids, StringOf(it["id"]))
		next = StringOf(it[BoardIndex+"_sk"])
	}
	if out.LastEvaluatedKey == nil {
		next = ""
	}
	return ids, next, nil
}
