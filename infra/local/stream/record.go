package stream

import (
	"encoding/base64"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"
)

// record is one change as Lambda's event has it.
type record struct {
	sequence string
	at       time.Time // to the second
	event    map[string]any
}

func newRecord(streamARN string, r types.Record) (record, error) {
	change := map[string]any{
		"SequenceNumber": aws.ToString(r.Dynamodb.SequenceNumber),
		"SizeBytes":      aws.ToInt64(r.Dynamodb.SizeBytes),
		"StreamViewType": string(r.Dynamodb.StreamViewType),
	}
	at := aws.ToTime(r.Dynamodb.ApproximateCreationDateTime)
	if !at.IsZero() {
		change["ApproximateCreationDateTime"] = at.Unix()
	}
	for name, image := range map[string]map[string]types.AttributeValue{
		"Keys": r.Dynamodb.Keys, "NewImage": r.Dynamodb.NewImage, "OldImage": r.Dynamodb.OldImage,
	} {
		if image == nil {
			continue
		}
		values, err := plainMap(image)
		if err != nil {
			return record{}, err
		}
		change[name] = values
	}
	return record{sequence: aws.ToString(r.Dynamodb.SequenceNumber), at: at, event: map[string]any{
		"eventID":        aws.ToString(r.EventID),
		"eventName":      string(r.EventName),
		"eventVersion":   aws.ToString(r.EventVersion),
		"eventSource":    "aws:dynamodb",
		"awsRegion":      aws.ToString(r.AwsRegion),
		"eventSourceARN": streamARN,
		"dynamodb":       change,
	}}, nil
}

// plain writes a value in DynamoDB's JSON: {"S": "text"}.
func plain(value types.AttributeValue) (map[string]any, error) {
	switch v := value.(type) {
	case *types.AttributeValueMemberS:
		return map[string]any{"S": v.Value}, nil
	case *types.AttributeValueMemberN:
		return map[string]any{"N": v.Value}, nil
	case *types.AttributeValueMemberBOOL:
		return map[string]any{"BOOL": v.Value}, nil
	case *types.AttributeValueMemberNULL:
		return map[string]any{"NULL": v.Value}, nil
	case *types.AttributeValueMemberB:
		return map[string]any{"B": base64.StdEncoding.EncodeToString(v.Value)}, nil
	case *types.AttributeValueMemberSS:
		return map[string]any{"SS": v.Value}, nil
	case *types.AttributeValueMemberNS:
		return map[string]any{"NS": v.Value}, nil
	case *types.AttributeValueMemberBS:
		return map[string]any{"BS": v.Value}, nil // encoding/json writes bytes as base64
	case *types.AttributeValueMemberL:
		list := make([]any, len(v.Value))
		for i, item := range v.Value {
			value, err := plain(item)
			if err != nil {
				return nil, err
			}
			list[i] = value
		}
		return map[string]any{"L": list}, nil
	case *types.AttributeValueMemberM:
		values, err := plainMap(v.Value)
		return map[string]any{"M": values}, err
	default:
		return nil, fmt.Errorf("a stream record holds a value of type %T", value)
	}
}

func plainMap(image map[string]types.AttributeValue) (map[string]any, error) {
	values := make(map[string]any, len(image))
	for name, item := range image {
		value, err := plain(item)
		if err != nil {
			return nil, err
		}
		values[name] = value
	}
	return values, nil
}
