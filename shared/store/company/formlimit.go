package company

import (
	"context"
	"errors"

	"afterpress/shared/crm/form"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/store/table"
)

// Admit counts an arrival against the limits of its form: by address, and for the whole form. What one person may
// send is counted with the lead (enquiries.Capture). suspicion says why the arrival looks like abuse; empty means
// that it does not. An arrival that one limit stops does not count against the next. So a flood from few addresses
// uses up no share of other people. Beyond the form's last limit for one address the error is TooMany, with the
// time to wait. Each count is one conditional write, or none where this process holds places of the form.
func (s *Company) Admit(ctx context.Context, f form.Form, a form.Arrival) (suspicion string, err error) {
	policy := f.Limits()
	start, end := policy.WindowOf(a.At)
	key := table.CounterKey("form", f.ID, "address", s.table.Hashed(a.Address), table.At(start))
	n, err := s.table.Count(ctx, key, a.Weight(), policy.Refuse, end)
	if errors.Is(err, table.ErrFull) {
		e := fault.Fail(fault.TooMany, "您的网络提交得过于频繁。请稍后再试，急事请致电。",
			"Too much came from your network. Try again later, or call us if it is urgent.")
		e.RetryAfter = end.Sub(a.At)
		return "", e
	}
	if err != nil {
		return "", err
	}
	if suspicion := f.Suspect(a); suspicion != "" {
		return suspicion, nil
	}
	if n > policy.Address {
		return form.SuspectAddress, nil
	}
	if err := s.takePlace(ctx, f.Counting(a), policy.Form); errors.Is(err, table.ErrFull) {
		return form.SuspectForm, nil
	} else if err != nil {
		return "", err
	}
	return "", nil
}
