package stream

import (
	"fmt"

	"afterpress/shared/kernel/event"
	"afterpress/shared/store/table"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// decode reads an event from its image in the stream, whose types are Lambda's own.
func decode(image map[string]events.DynamoDBAttributeValue) (event.Event, error) {
	it, err := attributes(image)
	if err != nil {
		return event.Event{}, err
	}
	e, err := table.DecodePending(it)
	if err == nil && (e.ID == "" || e.Customer == "") {
		err = fmt.Errorf("stream: the image is not an event")
	}
	return e, err
}

func attributes(in map[string]events.DynamoDBAttributeValue) (map[string]types.AttributeValue, error) {
	out := make(map[string]types.AttributeValue, len(in))
	for name, v := range in {
		converted, err := attribute(v)
		if err != nil {
			return nil, err
		}
		out[name] = converted
	}
	return out, nil
}

// attribute knows the types that the store writes.
func attribute(v events.DynamoDBAttributeValue) (types.AttributeValue, error) {
	switch v.DataType() {
	case events.DataTypeString:
		return &types.AttributeValueMemberS{Value: v.String()}, nil
	case events.DataTypeNumber:
		return &types.AttributeValueMemberN{Value: v.Number()}, nil
	case events.DataTypeBoolean:
		return &types.AttributeValueMemberBOOL{Value: v.Boolean()}, nil
	case events.DataTypeNull:
		return &types.AttributeValueMemberNULL{Value: true}, nil
	case events.DataTypeMap:
		m, err := attributes(v.Map())
		return &types.AttributeValueMemberM{Value: m}, err
	case events.DataTypeList:
		list := make([]types.AttributeValue, len(v.List()))
		for i, element := range v.List() {
			var err error
			if list[i], err = attribute(element); err != nil {
				return nil, err
			}
		}
		return &types.AttributeValueMemberL{Value: list}, nil
	}
	return nil, fmt.Errorf("stream: an attribute has type %d, which the store never writes", v.DataType())
}
