package store_test

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// testdata/parts.txt holds rows as the code of December 2026 wrote them: complaints of which parts stand in items of
// their own, and events whose rows leave out what their keys say. As rows.txt, it is history.
const (
	storedParts       = "testdata/parts.txt"
	storedPartsGolden = "testdata/parts.golden"
)

// TestStoredPartsAreRead reads complaints and events of December 2026.
func TestStoredPartsAreRead(t *testing.T) {
	s := &storedShop{Bench: storetest.Empty(t), t: t, rows: readRows(t, storedParts)}
	s.Store = s.on(storedNow)
	tables, parts := map[string]string{"Records": s.Tables.Records, "Events": s.Tables.Events}, 0
	for _, r := range s.rows {
		_, err := s.DB.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String(tables[r.table]), Item: r.item})
		s.must(err)
	}
	for _, r := range s.rows {
		switch r.kind() {
		case "COMPLAINT RECORD":
			c, err := s.Complaint(t.Context(), after(r.pk))
			s.must(err)
			s.say("complaint", c.ID, c)
		case "COMPLAINT PART":
			parts++
		case "EVENT":
			e, err := table.DecodePending(r.item)
			s.must(err)
			counts, err := json.Marshal(e.Counts)
			s.must(err)
			s.say("event", string(counts), e)
		default:
			t.Errorf("nothing reads %s", r.kind())
		}
	}
	if *updateStored {
		s.must(os.WriteFile(storedPartsGolden, s.out.Bytes(), 0o644))
	}
	want, err := os.ReadFile(storedPartsGolden)
	s.must(err)
	if !bytes.Equal(s.out.Bytes(), want) || parts < 6 {
		t.Errorf("%d parts; read\n%.4000s\nwant\n%.4000s", parts, s.out.String(), want)
	}
}
