package api_test

import (
	"net/http"
	"slices"
	"testing"

	"afterpress/infra/local/seed"
	"afterpress/shared/app/worklist"
	"afterpress/shared/crm/lead"
	"afterpress/shared/store/table"
)

// desk reads a desk: by id, the branch for which the reader answers, "" for the reader's own.
func (b *bench) desk(who, path string) map[string]string {
	b.t.Helper()
	out := map[string]string{}
	for _, l := range into[table.Page[worklist.DeskLine]](b.call(who, "GET "+path, nil).want(http.StatusOK)).Items {
		if _, again := out[l.ID]; again || l.Due == "" {
			b.t.Errorf("%s: %s again, or without a deadline", path, l.ID)
		}
		out[l.ID] = l.AnswersFor
	}
	return out
}

// What has no owner yet stands on the desk of who manages the branch, marked, with its deadline, until somebody has it.
func TestWhatIsNobodysStandsOnItsManagersDesk(t *testing.T) {
	t.Parallel()
	b := start(t)
	sales := b.staff("sales")
	fresh, pooled, his := b.lead(lead.StateNew, sales).ID, b.lead(lead.StatePooled, sales).ID,
		b.lead(lead.StateAssigned, b.staff("manager")).ID
	complaint := b.openedComplaint(nil).ID
	same := func(who, path string, want map[string]string) {
		t.Helper()
		got := b.desk(who, path)
		if len(got) != len(want) {
			t.Errorf("%s %s: %v, want %v", who, path, got, want)
		}
		for id, branch := range want {
			if at, there := got[id]; !there || at != branch {
				t.Errorf("%s %s: %s of %q %t, want of %q", who, path, id, at, there, branch)
			}
		}
	}
	manager := map[string]string{fresh: seed.Shanghai, pooled: seed.Shanghai, complaint: seed.Shanghai, his: ""}
	same("manager", "/desk", manager)
	same("owner", "/desk?staff="+b.staff("manager").ID, manager)
	for _, who := range []string{"owner", "sales", "service", "manager-hangzhou"} {
		same(who, "/desk", nil)
	}
	var all []string
	for id := range manager {
		all = append(all, id)
	}
	slices.Sort(all)
	got := b.ids("manager", "/desk", "id", 1) // the desks of person and branch are read as one
	if slices.Sort(got); !slices.Equal(got, all) {
		t.Errorf("line by line %v, want %v", got, all)
	}

	b.call("sales", "POST /leads/"+pooled+"/claim", fields{}).want(http.StatusOK)
	b.call("manager", "POST /leads/"+fresh+"/assign", fields{"owner": sales.ID}).want(http.StatusOK)
	b.call("manager", "POST /complaints/"+complaint+"/assign", fields{"owner": b.staff("service").ID}).want(http.StatusOK)
	same("manager", "/desk", map[string]string{his: ""})
	same("sales", "/desk", map[string]string{pooled: "", fresh: ""})
	b.call("sales", "POST /leads/"+fresh+"/recycle", fields{"reason": "no-capacity"}).want(http.StatusOK)
	same("manager", "/desk", map[string]string{his: "", fresh: seed.Shanghai})
}

// Where no manager is left, an owner of the shop answers for the branch.
func TestAnOwnerAnswersForABranchWithoutAManager(t *testing.T) {
	t.Parallel()
	b := start(t)
	l := b.lead(lead.StateNew, b.staff("sales")).ID
	b.patchSetup("owner", "/staff/"+b.staff("manager").ID, 1,
		fields{"leaves_at": "2026-11-24T00:00:00Z"}).want(http.StatusOK)
	if at, there := b.desk("owner", "/desk")[l]; !there || at != seed.Shanghai {
		t.Errorf("of %q, %t", at, there)
	}
}
