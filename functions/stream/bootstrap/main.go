// The Lambda function that listens to the Events table.
package main

import (
	"context"
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"

	"afterpress/functions/stream"
	"afterpress/shared/boot"
	"afterpress/shared/crm/directory/pinyin"
	"afterpress/shared/store"
	"afterpress/shared/store/finder"
	"afterpress/shared/store/table"
	"afterpress/workflows"
	"afterpress/workflows/dial"
)

func main() {
	handle, err := wire(context.Background())
	if err != nil {
		slog.Error("start", "error", err.Error())
		os.Exit(1)
	}
	lambda.Start(handle)
}

type handler func(context.Context, stream.Input) (events.DynamoDBEventResponse, error)

func wire(ctx context.Context) (handler, error) {
	settings, err := boot.Load(ctx, boot.Temporal)
	if err != nil {
		return nil, err
	}
	aws, err := boot.AWS(ctx)
	if err != nil {
		return nil, err
	}
	kept, err := store.New(table.Config{
		DB: boot.Dynamo(aws),
		Tables: table.Tables{Records: settings.RecordsTable, Events: settings.EventsTable,
			Messages: settings.MessagesTable},
		NewID: boot.NewID, Now: boot.Now,
	})
	if err != nil {
		return nil, err
	}
	log := boot.Logger(os.Stdout, settings)
	settings.LogLevel = slog.LevelInfo
	temporal, err := dial.Connect(dial.Server{
		Address: settings.TemporalAddress, Namespace: settings.TemporalNamespace, APIKey: settings.TemporalAPIKey,
		Plain: settings.TemporalPlain, Certificate: settings.TemporalCertificate, Authorities: settings.TemporalAuthorities,
	}, log)
	if err != nil {
		return nil, err
	}
	processes := workflows.NewClient(temporal)
	processes.Epoch = settings.RestoreEpoch
	s := &stream.Stream{
		Events: kept, Processes: processes,
		Directory: finder.Directory{Finder: kept.Finder, Read: pinyin.Read}, Obstacles: kept, Log: log,
		Meter: boot.Logger(os.Stdout, settings), Now: boot.Now, Budget: stream.Budget, Pace: stream.Pace,
	}
	return func(ctx context.Context, in stream.Input) (events.DynamoDBEventResponse, error) {
		settings.Refresh(ctx, log)
		return s.Handle(ctx, in)
	}, nil
}
