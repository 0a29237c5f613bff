package table

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// Boards reads which records are open, branch by branch.
type Boards struct{ table *Table }

// Boards gives the reader of the boards in these tables.
func (t *Table) Boards() Boards { return Boards{t} }

// OnBoard lists the ids of the open records of one kind on a branch's board, most urgent first. It returns at
// most limit ids, from beyond the place after ("" is the beginning). It returns only records due by until (zero:
// all). next is the place of the last one, or "" when there are no more. The board may lag behind the records,
// so a caller that acts must read each record first.
func (b Boards) OnBoard(ctx context.Context, kind, branch, after string, until time.Time,
	limit int) (ids []string, next string, err error) {
	last := "~" // sorts after every time
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
