package company

import (
	"context"

	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// setting is the next version of one record of the set-up, with its event.
type setting struct {
	kind, id string
	version  int64 // of value; 1 is a new record
	value    any
	event    event.Event
}

// putSetup writes the next version of a record of the set-up with its event. The condition is that the version
// before it is the current one. more adds to the transaction. This process knows the change at once, and so does
// a caller that looks at the stamp. Others do within 30 seconds. An event without a type means that nothing changed,
// and nothing is written.
func (s *Company) putSetup(ctx context.Context, in setting, more func(*table.Batch) error) error {
	if in.event.Type == "" {
		return nil
	}
	return s.writeSetup(ctx, in, []event.Event{in.event}, func(table.Item) error {
		if in.version == 1 {
			return fault.Faulty(fault.Field{Pointer: "/id",
				Text: words.Text{Zh: "这个编号已经用过。请换一个。", En: "This id was used before. Choose another one."}})
		}
		return table.Conflict()
	}, more)
}

// writeSetup is putSetup with any number of events. changed gives the error for a record that has another
// current version.
func (s *Company) writeSetup(ctx context.Context, in setting, events []event.Event, changed func(table.Item) error,
	more func(*table.Batch) error) error {
	it, err := table.Encode(in.value, table.ShopKey(in.kind, in.id))
	if err != nil {
		return err
	}
	b := table.NewBatch()
	b.Put(s.table.Records, it, table.Seen(in.version-1), changed)
	if more != nil {
		if err := more(b); err != nil {
			return err
		}
	}
	for _, e := range events {
		if err := s.table.PutEvent(b, e); err != nil {
			return err
		}
	}
	s.putStamp(b)
	err = s.table.Commit(ctx, b, in.value)
	s.shop.forget()
	return err
}

// ShopNow is the set-up as it is now, past the cache, for callers that change it.
func (s *Company) ShopNow(ctx context.Context) (setup.Shop, error) {
	s.shop.forget()
	return s.Shop(ctx)
}

// putStamp adds the stamp of the set-up to a transaction that changes it. The stamp is the transaction's own mark:
// it is never counted up, so nothing has to be read and no condition can fail. Two changes of the set-up at once
// still meet on the item, and one is repeated.
func (s *Company) putStamp(b *table.Batch) {
	it := table.StampKey()
	it[table.CommitAttr] = table.Text(b.ID)
	b.Add(types.TransactWriteItem{Put: &types.Put{TableName: aws.String(s.table.Records), Item: it}},
		func(table.Item) error { return table.Conflict() })
}

// stamp reads the stamp of the set-up. It is empty where no release that knows it has changed the set-up yet.
func (s *Company) stamp(ctx context.Context) (string, error) {
	it, _, err := s.table.Get(ctx, s.table.Records, table.StampKey())
	return table.StringOf(it[table.CommitAttr]), err
}
