package stack

import (
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
)

// What asks through the cloud has the weather that the stack was started with; the engine itself has none.
func TestTheTablesHaveTheStacksWeather(t *testing.T) {
	throttled := func(err error) bool {
		var said smithy.APIError
		return errors.As(err, &said) && said.ErrorCode() == "ThrottlingException"
	}
	for name, c := range map[string]struct {
		weather     Weather
		busy, stale bool
	}{
		"fair":      {},
		"throttled": {weather: Weather{Throttle: 1, Seed: 1}, busy: true},
		"late":      {weather: Weather{Late: time.Hour}, stale: true},
	} {
		p := choose(t)
		p.Weather = c.weather
		s := p.start(t)
		options := s.DynamoDBClient().Options()
		options.BaseEndpoint, options.Retryer = aws.String(s.Tables), aws.NopRetryer{}
		through := dynamodb.New(options)
		item := map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: "LEAD#1"},
			"sk": &types.AttributeValueMemberS{Value: "RECORD"}}
		_, err := through.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("Records"), Item: item})
		if throttled(err) != c.busy || !c.busy && err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for client, shows := range map[*dynamodb.Client]bool{through: !c.stale && !c.busy, s.DynamoDBClient(): !c.busy} {
			got, err := client.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: aws.String("Records"), Key: item})
			if err != nil && !throttled(err) || err == nil && (got.Item != nil) != shows {
				t.Errorf("%s: %v, %v", name, got, err)
			}
		}
		s.Close()
	}
}
