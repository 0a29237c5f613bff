package centre

import (
	"context"

	"afterpress/shared/crm/gate"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store/table"
)

// unreleased is the error of a claim that waits until marketing is released.
func unreleased() error {
	e := fault.Fail(fault.TooMany, "营销消息已暂停发送。请等待系统运维人员放行。",
		"Marketing is stopped. Wait until the operator of the stack releases it.")
	e.RetryAfter = gate.ReleasePause
	return e
}

// Released reports whether marketing may go out of these tables.
func (s *Centre) Released(ctx context.Context) (bool, error) {
	r, err := s.release(ctx)
	return r.Releases(s.table.Names()), err
}

func (s *Centre) release(ctx context.Context) (gate.Release, error) {
	it, found, err := s.table.Get(ctx, s.table.Messages, table.MarketingKey())
	if err != nil || !found {
		return gate.Release{}, err
	}
	return table.Decode[gate.Release](it)
}

// SetRelease lets marketing go out of these tables, or has it wait. Item and event are one transaction. A message
// that was claimed before is still sent. Only the operator of the stack may call it: no function's role allows it.
func (s *Centre) SetRelease(ctx context.Context, released bool, by staff.Actor) error {
	_, err := table.Retry(ctx, table.Few, func(int) (gate.Release, error) {
		was, err := s.release(ctx)
		if err != nil {
			return was, err
		}
		next, e, changed := was.Set(released, s.table.Names(), by, s.table.Now())
		if !changed {
			return was, nil
		}
		it, err := table.Encode(next, table.MarketingKey())
		if err != nil {
			return was, err
		}
		b := table.NewBatch()
		b.Put(s.table.Messages, it, table.Seen(was.Version), func(table.Item) error { return table.ErrChanged })
		if err := s.table.PutEvent(b, e); err != nil {
			return was, err
		}
		return next, s.table.Commit(ctx, b, nil)
	})
	return err
}
