// Command bootstrap is the Lambda function of the public door.
package main

import (
	"context"
	"fmt"
	"os"

	"afterpress/functions/intake"
	"afterpress/functions/intake/hook"
	"afterpress/shared/app"
	"afterpress/shared/app/casework"
	"afterpress/shared/app/frontdesk"
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
	config, err := boot.Load(ctx, boot.Keys, boot.Hooks, boot.Artwork, boot.Front)
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
	bucket.Scanned = config.ScanFiles
	facts, err := store.New(table.Config{
		DB:     boot.Dynamo(aws),
		Tables: table.Tables{Records: config.RecordsTable, Events: config.EventsTable, Messages: config.MessagesTable},
		Bucket: bucket, Ring: config.Ring, NewID: boot.NewID, Now: boot.Now,
	})
	if err != nil {
		return err
	}
	replies := token.NewReplyAddresses(config.Ring)
	tokens := token.NewTokens(config.Ring)
	log := boot.Logger(os.Stdout, config)
	office := app.Office{Store: facts, Now: boot.Now, Tokens: tokens, PublicURL: config.PublicURL}
	cases := casework.Desk{Office: office}
	door := intake.Server{
		Office: office, Receipts: facts, Log: log, UploadOrigin: bucket.Origin(),
		Front: httpapi.Front{Keys: config.OriginKeys.Now},
		Hook: hook.Server{
			Frontdesk: frontdesk.Desk{Office: office, Log: log, Replies: replies, Cases: cases,
				ReplyDomain: config.ReplyDomain, MailHosts: config.MailHosts},
			Casework: cases,
			Secrets:  config.HookSecrets.Now, Now: boot.Now,
			Topic: hook.Topic{ARN: config.SESTopic, SNS: hook.NewAmazon(boot.Now)},
		},
	}
	httpapi.ServeQueue(config.Fresh(log, door.Handler()), func(ctx context.Context, notice string) error {
		config.Refresh(ctx, log)
		return door.Hook.Arrived(ctx, notice)
	}, log)
	return nil
}
