package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/lead"
	"afterpress/shared/kernel/staff"
)

// TestWhatOneProcessSetsUpAnotherUsesAtOnce makes and changes each kind of record of the set-up through one process
// of the door. Another one, which read the set-up before, shows it and uses it with its next request.
func TestWhatOneProcessSetsUpAnotherUsesAtOnce(t *testing.T) {
	t.Parallel()
	day := []fields{{"from": "09:00", "to": "10:00"}}
	for name, c := range map[string]struct {
		body  func() fields
		patch fields
		show  string // what the change has the record show
		used  func(b *bench, id string) response
	}{
		"staff": {newcomer, fields{"name": "周敏敏"}, "周敏敏", func(b *bench, _ string) response {
			return b.call("manager", "GET /staff", nil)
		}},
		"branches": {suzhou, fields{"name": fields{"en": "Changed"}}, "Changed", func(b *bench, id string) response {
			return b.call("owner", "POST /leads", with(b.walkIn(), fields{"branch": id}))
		}},
		"calendars": {mornings, fields{"week": fields{"sat": day}}, `"sat":[`, func(b *bench, id string) response {
			return b.call("sales", "POST /calendars/"+id+"/explain",
				fields{"start": "2026-11-24T10:00:00+08:00", "working_minutes": 30})
		}},
		"policies": {strict, fields{"lead": fields{"first_contact_s": 1234}}, "1234",
			func(b *bench, id string) response {
				return b.call("owner", "POST /branches", with(suzhou(), fields{"policy": id}))
			}},
		"forms": {leaflets, fields{"region": "DE"}, `"region":"DE"`,
			func(b *bench, _ string) response { return b.call("manager", "GET /forms", nil) }},
		"categories": {newCategory, fields{"name": fields{"en": "Changed"}}, "Changed",
			func(b *bench, id string) response {
				return b.call("manager", "POST /customers", with(newCompany(), fields{"category": id}))
			}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := start(t)
			here, elsewhere := b.handler, b.door()
			through := func(door http.Handler) *bench { b.handler = door; return b }
			through(elsewhere).call("owner", "GET /"+name, nil).want(http.StatusOK) // it has read the set-up
			body := c.body()
			place := through(here).call("owner", "POST /"+name, body).want(http.StatusCreated).Header().Get("Location")
			id := strings.Split(place, "/")[2]
			through(elsewhere).call("owner", "GET "+place, nil).want(http.StatusOK)
			if used := c.used(b, id); used.Code >= 300 {
				t.Errorf("used elsewhere: %d %s", used.Code, used.Body)
			}
			through(here).patchSetup("owner", place, 1, c.patch).want(http.StatusOK)
			if got := through(elsewhere).call("owner", "GET "+place, nil).want(http.StatusOK); !strings.Contains(
				got.Body.String(), c.show) {
				t.Errorf("changed, it shows elsewhere: %s", got.Body)
			}
		})
	}
}

// TestSomebodyNewSignsInAnywhere, and a colleague who has left is let in nowhere.
func TestSomebodyNewSignsInAnywhere(t *testing.T) {
	t.Parallel()
	b := start(t)
	here, elsewhere := b.handler, b.door()
	in := newcomer()
	subject := fmt.Sprint(in["subject"])
	who := strings.TrimPrefix(subject, "local|")
	b.handler = elsewhere
	b.call(who, "GET /me", nil).want(http.StatusUnauthorized)
	b.handler = here
	id := into[staff.Staff](b.call("owner", "POST /staff", in).want(http.StatusCreated)).ID
	b.handler = elsewhere
	b.call(who, "GET /me", nil).want(http.StatusOK)
	b.handler = here
	b.patchSetup("owner", "/staff/"+id, 1, fields{"leaves_at": "2026-11-24T00:00:00Z"}).want(http.StatusOK)
	b.handler = elsewhere
	b.call(who, "GET /me", nil).want(http.StatusUnauthorized)
}

// TestAChangedPolicyHoldsEverywhereAtOnce: customer and seller are told one time, by whatever process.
func TestAChangedPolicyHoldsEverywhereAtOnce(t *testing.T) {
	t.Parallel()
	b := start(t)
	here, elsewhere := b.handler, b.door()
	byPolicy := func(door http.Handler) string {
		b.handler = door
		return into[lead.Lead](b.call("sales", "POST /leads", b.walkIn()).want(http.StatusCreated)).Policy
	}
	byPolicy(elsewhere) // it has read the set-up
	b.handler = here
	b.patchSetup("owner", "/policies/standard", 1, fields{"lead": fields{"first_contact_s": 60}}).want(http.StatusOK)
	if at, then := byPolicy(here), byPolicy(elsewhere); at != "standard@2" || then != "standard@2" {
		t.Errorf("%s here, %s elsewhere", at, then)
	}
	b.handler = here
	b.patchSetup("owner", "/branches/"+seed.Shanghai, 1, fields{"policy": policy(b, staff.Staff{})}).want(http.StatusOK)
	if got := byPolicy(elsewhere); !strings.HasPrefix(got, "strict-") {
		t.Errorf("the branch works by %s", got)
	}
}
