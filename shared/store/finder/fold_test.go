package finder_test

import (
	"slices"
	"strings"
	"testing"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/directory"
	"afterpress/shared/store/finder"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// typed asks as a reader of the branch types, by pages of one.
func typed(t *testing.T, b *storetest.Bench, text string) []string {
	t.Helper()
	q := finder.CustomerQuery{Branches: []string{seed.Shanghai}, Others: directory.Others(text),
		Parts: directory.Parts(text)}
	q.Question, _ = directory.Question(text)
	return asked(t, b, q, 1)
}

// TestOneSpellingFindsTheOther asks for names in signs, letters and readings other than their own. Each customer
// stands on one page, however many of the texts find them.
func TestOneSpellingFindsTheOther(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	ids := map[string]string{}
	for _, c := range []customer.Customer{{Name: "龍華印務"}, {Name: "臺灣彩印"}, {Name: "⻓沙⼤华"}, {Name: "Ørsted"}, {Name: "单于静"},
		{Name: "吕布", LatinName: "Lyu Bu"}, {Name: "Lyubov"}, {Name: "Lübeck"}} {
		made := opened(t, b, c)
		indexed(t, b, made.ID)
		ids[c.Name] = made.ID
	}
	for text, names := range map[string][]string{
		"龙华": {"龍華印務"}, "龍華": {"龍華印務"}, "印务": {"龍華印務"}, "臺灣": {"臺灣彩印"}, "台湾": {"臺灣彩印"}, "长沙": {"⻓沙⼤华"},
		"大華": {"⻓沙⼤华"}, "orsted": {"Ørsted"}, "chanyu": {"单于静"}, "lvbu": {"吕布"}, "lyub": {"吕布", "Lyubov"},
		"龙华 印务": {"龍華印務"}, "臺灣 印务": nil, "lübu": {"吕布"}, "lübe": {"Lübeck"},
	} {
		var want []string
		for _, name := range names {
			want = append(want, ids[name])
		}
		got := typed(t, b, text)
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s finds %d of %d: %v", text, len(got), len(want), got)
		}
	}
}

// TestRowsOfBeforeAreFound has a customer whose rows keep traditional signs, as they were written before. Who types
// them as they are finds the customer until the rows are written anew, and afterwards.
func TestRowsOfBeforeAreFound(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	c := opened(t, b, customer.Customer{Name: "龍華"})
	for _, it := range []table.Item{
		table.DirectoryKey(table.TermPlace("龍華"), "龍華", c.ID), table.RowsKey(c.ID),
	} {
		it["run"], it["version"], it["branch"] = table.Number(1), table.Number(2), table.Text(c.Branch)
		it["says"], it["rows"] = table.Text(c.Branch+" false false"),
			&types.AttributeValueMemberL{Value: []types.AttributeValue{table.Text(" 龍華 0")}}
		if _, err := b.DB.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &b.Tables.Records, Item: it}); err != nil {
			t.Fatal(err)
		}
	}
	if got := typed(t, b, "龍華"); !slices.Equal(got, []string{c.ID}) {
		t.Errorf("before: %v", got)
	}
	indexed(t, b, c.ID)
	for _, text := range []string{"龍華", "龙华", "longhua"} {
		if got := typed(t, b, text); !slices.Equal(got, []string{c.ID}) {
			t.Errorf("%s after: %v", text, got)
		}
	}
	for _, row := range rowsOf(t, b, c.ID, true) {
		if strings.Contains(row, "龍") {
			t.Errorf("it stands still: %s", row)
		}
	}
}
