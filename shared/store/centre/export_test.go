package centre

import (
	"context"

	"afterpress/shared/crm/message"
)

// TakeSMS takes one SMS of a class out of this process's slices, as a claim does. undo puts it back.
func (s *Centre) TakeSMS(ctx context.Context, class string, p message.SMSPolicy) (undo func(), ok bool, err error) {
	taken, ok, err := s.sms.Take(ctx, p.DayCap(class))
	return func() { s.sms.Undo(taken) }, ok, err
}

// UnusedSMS is how many SMS of today this process has reserved and not used.
func (s *Centre) UnusedSMS() int64 { return s.sms.Unused() }
