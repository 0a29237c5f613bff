package company_test

import (
	"slices"
	"testing"

	"afterpress/infra/local/seed"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// One record of the set-up that cannot be read closes no door: the rest holds. What it would say is not missing but
// unread, so that nothing is decided without it.
func TestAnUnreadableSetting(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	lost := map[string]string{"STAFF": seed.StaffID(4), "FORM": seed.Quote, "POLICY": "standard", "BRANCH": seed.Hangzhou,
		"CATEGORY": b.Shop.Categories[0].ID, "CALENDAR": b.Shop.Calendars[0].ID}
	for kind, id := range lost {
		if _, err := b.DB.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
			TableName: aws.String(b.Tables.Records), Key: table.ShopKey(kind, id),
			UpdateExpression:          aws.String("SET #v = :v"),
			ExpressionAttributeNames:  map[string]string{"#v": "version"},
			ExpressionAttributeValues: table.Item{":v": table.Text("a later release made a word of it")},
		}); err != nil {
			t.Fatal(err)
		}
	}
	shop, err := b.Open(t).Shop(t.Context())
	if err != nil || len(shop.Unreadable) != len(lost) {
		t.Fatalf("%v: %q cannot be read", err, shop.Unreadable)
	}
	for kind, id := range lost {
		if !shop.Unread(kind, id) || shop.Unread(kind, "another") {
			t.Errorf("%s %s is not known to be unread", kind, id)
		}
	}
	if len(shop.Staff) != len(b.Shop.Staff)-1 || len(shop.Forms) != len(b.Shop.Forms)-1 {
		t.Errorf("%d staff, %d forms", len(shop.Staff), len(shop.Forms))
	}
	s := b.Open(t)
	if _, _, err := s.Form(t.Context(), seed.Quote); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("the form that cannot be read: %v", err)
	}
	if _, _, err := s.Form(t.Context(), "none"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a form that is not there: %v", err)
	}
	for _, branch := range []string{seed.Hangzhou, seed.Shanghai} { // the one itself, the other by its policy
		if _, _, err := s.Terms(t.Context(), branch); fault.KindOf(err) != fault.Internal {
			t.Errorf("the terms of %s: %v", branch, err)
		}
	}
	if by, err := s.Actor(t.Context(), seed.Subject("manager")); err != nil || by.ID == "" {
		t.Errorf("a colleague whose record can be read: %+v, %v", by, err)
	}
	unread := b.Shop.Staff[slices.IndexFunc(b.Shop.Staff, func(p staff.Staff) bool { return p.ID == seed.StaffID(4) })]
	if _, err := s.Actor(t.Context(), unread.Subject); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("a colleague whose record cannot be read: %v", err)
	}
}
