package gate

import (
	"testing"
	"time"

	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/staff"
)

// Only a release of these very tables lets marketing out; what answers the customer needs none.
func TestReleasePermits(t *testing.T) {
	here, restored := []string{"Records-1", "Events-1", "Messages-1"}, []string{"Records-1", "Events-1", "Messages-2"}
	for _, c := range []struct {
		name    string
		release Release
		want    bool
	}{
		{"never said", Release{}, false},
		{"never said, of no tables", Release{Tables: here}, false},
		{"released", Release{Version: 1, Tables: here}, true},
		{"released, then stopped", Release{Version: 2, Tables: here, Stopped: true}, false},
		{"of the tables that these are a copy of", Release{Version: 1, Tables: restored}, false},
		{"of fewer tables", Release{Version: 1, Tables: here[:2]}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, purpose := range []string{message.PurposeMarketing, message.PurposeSurvey, message.PurposeReferral} {
				if got := c.release.Permits(purpose, here); got != c.want {
					t.Errorf("%s: %t", purpose, got)
				}
			}
			if !c.release.Permits(message.PurposeService, here) {
				t.Error("an answer waits")
			}
		})
	}
}

func TestReleaseIsSet(t *testing.T) {
	here, restored := []string{"Messages-1"}, []string{"Messages-2"}
	now := time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC)
	by := staff.Actor{ID: "operator"}
	var r Release
	for _, c := range []struct {
		name     string
		released bool
		tables   []string
		want     event.Type // "": nothing changes
	}{
		{"stopped before it was ever released", false, here, event.MarketingStopped},
		{"stopped again", false, here, ""},
		{"released", true, here, event.MarketingReleased},
		{"released again", true, here, ""},
		{"released of other tables", true, restored, event.MarketingReleased},
		{"stopped there", false, restored, event.MarketingStopped},
	} {
		next, e, changed := r.Set(c.released, c.tables, by, now)
		if changed != (c.want != "") || e.Type != c.want {
			t.Errorf("%s: changed %t, %q", c.name, changed, e.Type)
		}
		if changed && (next.Version != r.Version+1 || e.Seq != next.Version || e.Cause != by.ID || next.By != by.ID ||
			!next.CreatedAt.Equal(now) || e.Pending) {
			t.Errorf("%s: %+v, %+v", c.name, next, e)
		}
		if next.Releases(c.tables) != c.released {
			t.Errorf("%s: released %t", c.name, next.Releases(c.tables))
		}
		r = next
	}
}
