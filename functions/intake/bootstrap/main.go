// Command bootstrap is the Lambda function of the public door.
package main

import (
	"context"
	"fmt"
	"os"

	"afterpress/functions/intake"
	"afterpress/shared/boot"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/token"
	"afterpress/shared/store"
	"afterpress/shared/store/table"
)

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "intake:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	config, err := boot.Load(boot.Hooks, boot.Artwork)
	if err != nil {
		return err
	}
	aws, err := boot.AWS(ctx)
	if err != nil {
		return err
	}
	bucket, err := table.NewBucket(boot.Service(aws, "S3"), config.ArtworkBucket, boot.Now)
	if err != nil {
		return err
	}
	facts, err := store.New(table.Config{
		DB:     boot.Dynamo(aws),
		Tables: table.Tables{Records: config.RecordsTable, Events: config.EventsTable, Messages: config.MessagesTable},
		Bucket: bucket, SealKey: config.SealKey, NewID: boot.NewID, Now: boot.Now,
	})
	if err != nil {
		return err
	}
	replies, err := token.NewReplyAddresses(config.SealKey)
	if err != nil {
		return err
	}
	tokens, err := token.NewTokens(config.SealKey)
	if err != nil {
		return err
	}
	door := intake.Server{
		Enquiries: facts, Receipts: facts, Consents: facts, Tokens: tokens, Log: boot.Logger(os.Stdout, config),
		NewID: boot.NewID, Now: boot.Now,
		Hooks: facts, Secrets: config.HookSecrets, Replies: replies,
		Topic:    intake.Topic{ARN: config.SESTopic, SNS: intake.NewAmazon()},
		Artworks: facts, Complaints: facts, Holds: facts, Handed: facts, UploadOrigin: bucket.Origin(),
		PublicURL: config.PublicURL,
	}
	httpapi.Serve(door.Handler())
	return nil
}
