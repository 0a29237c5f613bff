package checks

import (
	"path/filepath"
	"testing"

	"afterpress/infra/local/sam"
	"afterpress/shared/boot"
	"afterpress/shared/store/table"
	"afterpress/workflows"
)

// A transaction may be repeated until its time is up, and its last try may take as long as any call. That ends within
// the time of each function and activity: the caller learns that the tables are busy, and nobody is cut off.
func TestATransactionEndsInTime(t *testing.T) {
	template, err := sam.Load(filepath.Join("..", "..", "template.yaml"),
		map[string]string{"TemporalAddress": "temporal:7233", "SenderAddress": "shop@shop.example"})
	if err != nil {
		t.Fatal(err)
	}
	if len(template.Functions) < 3 {
		t.Fatalf("%d functions", len(template.Functions))
	}
	most := table.Persistence + boot.LongestCall
	for _, f := range template.Functions {
		if f.Timeout <= most {
			t.Errorf("%s has %s, and a transaction may take %s", f.ID, f.Timeout, most)
		}
	}
	if workflows.ActivityTime <= most {
		t.Errorf("an activity has %s, and a transaction may take %s", workflows.ActivityTime, most)
	}
}
