// The Lambda function of the staff API.
package main

import (
	"context"
	"log/slog"
	"net/http"
	"os"
	"runtime/debug"

	"afterpress/functions/api"
	"afterpress/shared/app"
	"afterpress/shared/boot"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/token"
	"afterpress/shared/store"
	"afterpress/shared/store/table"
)

func main() {
	door, err := wire(context.Background())
	if err != nil {
		slog.Error("start", "error", err.Error())
		os.Exit(1)
	}
	httpapi.Serve(door)
}

func wire(ctx context.Context) (http.Handler, error) {
	settings, err := boot.Load(ctx, boot.Keys, boot.Artwork)
	if err != nil {
		return nil, err
	}
	aws, err := boot.AWS(ctx)
	if err != nil {
		return nil, err
	}
	bucket, err := table.NewBucket(boot.Service(aws, "S3"), settings.ArtworkBucket, boot.Now)
	if err != nil {
		return nil, err
	}
	bucket.Scanned = settings.ScanFiles
	kept, err := store.New(table.Config{
		DB:     boot.Dynamo(aws),
		Tables: table.Tables{Records: settings.RecordsTable, Events: settings.EventsTable, Messages: settings.MessagesTable},
		Bucket: bucket, Ring: settings.Ring, NewID: boot.NewID, Now: boot.Now,
	})
	if err != nil {
		return nil, err
	}
	tokens := token.NewTokens(settings.Ring)
	log := boot.Logger(os.Stdout, settings)
	server := &api.Server{Log: log, Version: version(), Office: app.Office{
		Store: kept, Now: boot.Now, Tokens: tokens, PublicURL: settings.PublicURL}}
	return settings.Fresh(log, server.Door().Handler()), nil
}

// version is what the Go toolchain wrote into the binary about its source.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		return info.Main.Version
	}
	return "unknown"
}
