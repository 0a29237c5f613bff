package company

import (
	"context"
	"errors"

	"afterpress/shared/crm"
	"afterpress/shared/store/table"
)

// Admit counts an arrival against the limits of its form, by address, person and form, and says why it looks like
// abuse, or nothing. What is stopped by one limit does not count against the next, so that a flood from few addresses
// uses up nobody else's share. Beyond the form's last limit for one address it is refused with TooMany and the time to
// wait. Each count is one conditional write.
func (s *Company) Admit(ctx context.Context, form crm.Form, a crm.Arrival, claims []crm.Claim) (suspicion string, err error) {
	policy := form.Limits()
	start, end := policy.WindowOf(a.At)
	count := func(limit int64, kind, value string) (int64, error) {
		return s.table.Count(ctx, table.CounterKey("form", form.ID, kind, s.table.Hashed(value), table.At(start)), a.Weight(), limit, end)
	}
	n, err := count(policy.Refuse, "address", a.Address)
	if errors.Is(err, table.ErrFull) {
		e := crm.Fail(crm.TooMany, "您的网络提交得过于频繁。请稍后再试，急事请致电。", "Too much came from your network. Try again later, or call us if it is urgent.")
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
		return crm.SuspectAddress, nil
	}
	for _, c := range claims {
		if _, err := count(policy.Person, string(c.Kind), c.Value); err != nil {
			return full(err, crm.SuspectPerson)
		}
	}
	if _, err := count(policy.Form, "all", ""); err != nil {
		return full(err, crm.SuspectForm)
	}
	return "", nil
}

func full(err error, suspicion string) (string, error) {
	if errors.Is(err, table.ErrFull) {
		return suspicion, nil
	}
	return "", err
}
