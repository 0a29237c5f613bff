package store

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"afterpress/shared/crm"
)

// Admit counts an arrival against the limits of its form, by address, person and form, and says why it looks like abuse, or nothing. What is stopped
// by one limit does not count against the next, so that a flood from few addresses uses up nobody else's share. Beyond the form's last limit for
// one address it is refused with TooMany and the time to wait. Each count is one conditional write.
func (s *Store) Admit(ctx context.Context, form crm.Form, a crm.Arrival, claims []crm.Claim) (suspicion string, err error) {
	policy := form.Limits()
	start, end := policy.WindowOf(a.At)
	count := func(limit int64, kind, value string) (int64, error) {
		return s.count(ctx, counterKey("form", form.ID, kind, s.hashed(value), at(start)), a.Weight(), limit, end)
	}
	n, err := count(policy.Refuse, "address", a.Address)
	if errors.Is(err, errFull) {
		e := crm.Fail(crm.TooMany, "您的网络提交得过于频繁。请稍后再试，急事请致电。", "Too much came from your network. Try again later, or call us if it is urgent.")
		e.RetryAfter = end.Sub(a.At)
		return "", e
	}
	if err != nil {
		return "", err
	}
	if suspicion := policy.Suspect(a); suspicion != "" {
		return suspicion, nil
	}
	if n > policy.Address {
		return crm.SuspectAddress, nil
	}
	for _, c := range claims {
		if _, err := count(policy.Person, string(c.Kind), c.Value); err != nil {
			return full(err, crm.SuspectPerson)
		}
	}
	if _, err := count(policy.Form, "all", ""); err != nil {
		return full(err, crm.SuspectForm)
	}
	return "", nil
}

// errFull says that a counter has reached its limit.
var errFull = errors.New("store: the limit is reached")

func full(err error, suspicion string) (string, error) {
	if errors.Is(err, errFull) {
		return suspicion, nil
	}
	return "", err
}

// count adds to a counter that is below its limit and returns what it says then. The row counts as absent a day after its window has ended.
func (s *Store) count(ctx context.Context, key item, weight, limit int64, ends time.Time) (int64, error) {
	out, err := s.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: aws.String(s.tables.Messages), Key: key,
		UpdateExpression:         aws.String("ADD #n :weight SET #ttl = :ttl"),
		ConditionExpression:      aws.String("attribute_not_exists(#n) OR #n < :limit"),
		ExpressionAttributeNames: map[string]string{"#n": "n", "#ttl": ttlAttr},
		ExpressionAttributeValues: item{
			":weight": number(weight), ":limit": number(limit), ":ttl": number(ends.Add(24 * time.Hour).Unix()),
		},
		ReturnValues: types.ReturnValueUpdatedNew,
	})
	if held, err := heldOr(err); err != nil {
		return 0, err
	} else if !held {
		return 0, errFull
	}
	n, _ := out.Attributes["n"].(*types.AttributeValueMemberN)
	if n == nil {
		return 0, unavailable(errors.New("the counter has no number"))
	}
	return strconv.ParseInt(n.Value, 10, 64)
}
