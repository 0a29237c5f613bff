package message

import (
	"testing"
	"time"
)

func TestPaced(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 24, 22, 40, 0, 0, time.UTC)
	for _, c := range []struct {
		day, hour int64
		want      time.Duration
	}{
		{0, 0, 0}, {99, 19, 0}, {20, 20, 20 * time.Minute}, {100, 0, 80 * time.Minute}, {100, 20, 80 * time.Minute},
		{1000, 1000, 80 * time.Minute},
	} {
		if got := Paced(c.day, c.hour, at); got != c.want {
			t.Errorf("%d today, %d this hour: %s, want %s", c.day, c.hour, got, c.want)
		}
	}
	for doubt, side := range map[string]string{"": SideCustomer, "unknown": SideStranger} {
		if got := SideOf(doubt); got != side {
			t.Errorf("%q is of the %s", doubt, got)
		}
	}
}
