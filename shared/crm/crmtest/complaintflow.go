package crmtest

import (
	"testing"

	"afterpress/shared/crm/complaint"

	"github.com/samber/lo"
)

// ComplaintIn is the complaint in the row of ComplaintRows with this name. It ends the test when there is
// none.
func ComplaintIn(t *testing.T, name string) complaint.Complaint {
	t.Helper()
	row, ok := lo.Find(ComplaintRows(t), func(r ComplaintRow) bool { return r.Name == name })
	if !ok {
		t.Fatalf("no row %s", name)
	}
	return row.C
}
