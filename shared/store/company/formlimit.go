package company

import (
	"context"
	"errors"

	"afterpress/shared/crm/form"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/store/table"
)

// Admit counts an arrival against the limits of its form: by address, by person and for the whole form.
// suspicion says why the arrival looks like abuse; empty means that it does not. An arrival that one limit stops
// does not count against the next. So a flood from few addresses uses up no share of other people. Beyond the
// form's last limit for one address the error is TooMany, with the time to wait. Each count is one conditional
// write.
func (s *Company) Admit(ctx context.Context, f form.Form, a form.Arrival,
	claims []identity.Claim) (suspicion string, err error) {
	policy := f.Limits()
	start, end := policy.WindowOf(a.At)
	count := func(limit int64, kind, value string) (int64, error) {
		return s.table.Count(ctx, table.CounterKey("form", f.ID, kind, s.table.Hashed(value), table.At(start)), a.Weight(),
			limit, end)
	}
	n, err := count(policy.Refuse, "address", a.Address)
	if errors.Is(err, table.ErrFull) {
		e := fault.Fail(fault.TooMany, "您的网络提交得过于频繁。请稍后再试，急事请致电。",
			"Too much came from your network. Try again later, or call us if it is urgent.")
		e.RetryAfter = end.Sub(a.At)
		return "", e
	}
	if err != nil {
		return "", err
	}
	if suspicion := policy.Suspect(a); suspicion != "" {
		return suspicion, nil
	}
	if n > policy.Address {
		return form.SuspectAddress, nil
	}
	for _, c := range claims {
		if _, err := count(policy.Person, string(c.Kind), c.Value); err != nil {
			return full(err, form.SuspectPerson)
		}
	}
	if _, err := count(policy.Form, "all", ""); err != nil {
		return full(err, form.SuspectForm)
	}
	return "", nil
}

func full(err error, suspicion string) (string, error) {
	if errors.Is(err, table.ErrFull) {
		return suspicion, nil
	}
	return "", err
}
