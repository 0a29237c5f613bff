// Package table is the engine of the store: three DynamoDB tables and a bucket. It knows keys, conditions,
// transactions, lists, cursors, counters, receipts and events. It knows nothing of the business. Every write
// states its condition, and a change and its event are one transaction. Errors are *fault.Error of the kinds
// NotFound, Conflict, Refused and so on. A request that was answered before gives *receipt.Replay.
package table

import (
	"errors"
	"sync"
	"time"

	"afterpress/shared/kernel/token"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// Tables holds the names of the three tables.
type Tables struct{ Records, Events, Messages string }

// Names lists them, always in the same order.
func (t Tables) Names() []string { return []string{t.Records, t.Events, t.Messages} }

// Config is what a Table needs. NewID makes ids that sort by time ("lead_" + UUIDv7). Now is the clock: UTC, in
// milliseconds.
type Config struct {
	DB     *dynamodb.Client
	Tables Tables
	Bucket *Bucket     // nil where the process handles no files
	Ring   *token.Ring // nil where the process neither hashes a value nor seals a cursor: it panics if it does
	NewID  func(prefix string) string
	Now    func() time.Time
}

// Table reads and writes the three tables. The areas of the store build on it; no other package writes through
// it.
type Table struct {
	DB *dynamodb.Client
	Tables
	Bucket *Bucket // nil where the process handles no files
	NewID  func(prefix string) string
	Now    func() time.Time
	seal   sealer
}

// New checks the configuration and makes a Table. It fails when a required field is empty.
func New(c Config) (*Table, error) {
	if c.DB == nil || c.NewID == nil || c.Now == nil || c.Tables.Records == "" || c.Tables.Events == "" ||
		c.Tables.Messages == "" {
		return nil, errors.New("table: the database, the three table names, NewID and Now are needed")
	}
	return &Table{DB: c.DB, Tables: c.Tables, Bucket: c.Bucket, NewID: c.NewID, Now: c.Now,
		seal: sealer{c.Ring, sync.OnceValue(func() []byte { return c.Ring.Hashing("afterpress counter v1") })}}, nil

}
