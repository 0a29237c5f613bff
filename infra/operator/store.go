// Package operator is what the commands of an operator share: how they begin and end, and how they find its store and
// its settings.
package operator

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"

	"afterpress/shared/boot"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store"
	"afterpress/shared/store/table"
)

// Actor is who runs a command: no process, so that records made by the command start their processes.
var Actor = staff.Actor{ID: "operator", HeadOffice: true, Roles: []staff.Role{staff.Owner}}

// Main runs a command with its arguments until it ends or is interrupted, and says under its name what went wrong.
func Main(name string, run func(ctx context.Context, args []string) error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, name+":", err)
		os.Exit(1)
	}
}

// Settings reads the settings of the functions from the environment; dir names the folder of a stack that runs on this
// machine instead.
func Settings(ctx context.Context, dir string, parts ...boot.Part) (boot.Config, error) {
	if dir != "" {
		if err := settle(dir); err != nil {
			return boot.Config{}, err
		}
	}
	return boot.Load(ctx, parts...)
}

// Store makes the store as the functions do, by the settings of Settings.
func Store(ctx context.Context, dir string) (*store.Store, error) {
	config, err := Settings(ctx, dir, boot.Keys)
	if err != nil {
		return nil, err
	}
	aws, err := boot.AWS(ctx)
	if err != nil {
		return nil, err
	}
	return store.New(table.Config{
		DB:     boot.Dynamo(aws),
		Tables: table.Tables{Records: config.RecordsTable, Events: config.EventsTable, Messages: config.MessagesTable},
		Ring:   config.Ring, NewID: boot.NewID, Now: boot.Now,
	})
}

// settle puts the settings of a stack on this machine into the environment, with the keys of its doors: a command
// that makes a lead has to find what is suppressed at that person's addresses.
func settle(dir string) error {
	text, err := os.ReadFile(filepath.Join(dir, "stack.json"))
	if err != nil {
		return fmt.Errorf("no stack runs in %s: %w", dir, err)
	}
	var stack struct {
		DynamoDB string `json:"dynamodb"`
		Temporal string `json:"temporal"`
	}
	if err := json.Unmarshal(text, &stack); err != nil {
		return err
	}
	keys, err := os.ReadFile(filepath.Join(dir, "data", "seal-key"))
	if err != nil {
		return err
	}
	for name, value := range map[string]string{
		"STAGE": "local", "RECORDS_TABLE": "Records", "EVENTS_TABLE": "Events", "MESSAGES_TABLE": "Messages",
		"SEAL_KEY":                  string(keys),
		"AWS_ENDPOINT_URL_DYNAMODB": stack.DynamoDB, "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "local",
		"AWS_SECRET_ACCESS_KEY": "local",
		"TEMPORAL_ADDRESS":      stack.Temporal, "TEMPORAL_NAMESPACE": "afterpress",
		"TEMPORAL_TLS": "off",
	} {
		if err := os.Setenv(name, value); err != nil {
			return err
		}
	}
	return nil
}
