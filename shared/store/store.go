// Package store keeps the facts: three DynamoDB tables, one file per entity, every write under a condition, a change and its event in one
// transaction. Errors are *crm.Error of the kinds NotFound, Conflict, Refused and so on, or *crm.Replay for a request that was answered before.
package store

import (
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// Tables are the names of the three tables.
type Tables struct{ Records, Events, Messages string }

// Config is what a Store needs. NewID makes ids by time ("lead_" + UUIDv7); Now is the clock, UTC in milliseconds; SealKey has at least 32 bytes.
type Config struct {
	DB      *dynamodb.Client
	Tables  Tables
	Bucket  *Bucket // nil where the process has nothing to do with files
	SealKey []byte
	NewID   func(prefix string) string
	Now     func() time.Time
}

// Store reads and writes the tables.
type Store struct {
	DB     *dynamodb.Client
	tables Tables
	Bucket *Bucket
	NewID  func(string) string
	Now    func() time.Time
	seal   sealer
	// hashKey hashes what a key of a table may not name.
	hashKey []byte
	shop    shopCache
}

// New checks the configuration and makes a Store.
func New(c Config) (*Store, error) {
	if c.DB == nil || c.NewID == nil || c.Now == nil || c.Tables.Records == "" || c.Tables.Events == "" || c.Tables.Messages == "" {
		return nil, errors.New("store: the database, the three table names, NewID and Now are needed")
	}
	seal, err := newSealer(c.SealKey)
	if err != nil {
		return nil, err
	}
	hashKey, err := newHashKey(c.SealKey)
	if err != nil {
		return nil, err
	}
	return &Store{DB: c.DB, tables: c.Tables, Bucket: c.Bucket, NewID: c.NewID, Now: c.Now, seal: seal, hashKey: hashKey, shop: newShopCache()}, nil
}
