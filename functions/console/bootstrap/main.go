// The Lambda function of the staff console.
package main

import (
	"context"
	"log/slog"
	"net/http"
	"os"

	"afterpress/functions/console"
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
	settings, err := boot.Load(ctx, boot.Keys, boot.Artwork, boot.SignIn)
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
	kept, err := store.New(table.Config{
		DB:     boot.Dynamo(aws),
		Tables: table.Tables{Records: settings.RecordsTable, Events: settings.EventsTable, Messages: settings.MessagesTable},
		Bucket: bucket, Ring: settings.Ring, NewID: boot.NewID, Now: boot.Now,
	})
	if err != nil {
		return nil, err
	}
	log := boot.Logger(os.Stdout, settings)
	office := app.Office{Store: kept, Now: boot.Now, Tokens: token.NewTokens(settings.Ring), PublicURL: settings.PublicURL}
	issuer := &console.Issuer{Name: settings.SignInIssuer, Discovery: settings.SignInDiscovery,
		Client: settings.SignInClient}
	return settings.Fresh(log, console.New(office, kept, issuer, settings.Ring, log).Handler()), nil
}
