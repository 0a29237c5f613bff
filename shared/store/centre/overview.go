package centre

import (
	"context"
	"strings"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/overview"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// CustomerFile reads a customer with his contacts and preferences, requirements first, in one query.
func (s *Centre) CustomerFile(ctx context.Context, c string) (overview.File, error) {
	return s.customerFile(ctx, c, table.ContactSK)
}

// CustomerPreferences reads a customer with his preferences, requirements first, in one query, without his contacts.
func (s *Centre) CustomerPreferences(ctx context.Context, c string) (overview.File, error) {
	return s.customerFile(ctx, c, table.PreferenceSK)
}

// customerFile reads what stands under a customer from a place on, to himself.
func (s *Centre) customerFile(ctx context.Context, c, from string) (overview.File, error) {
	var f overview.File
	pages := dynamodb.NewQueryPaginator(s.table.DB, &dynamodb.QueryInput{
		TableName: aws.String(s.table.Records), ConsistentRead: aws.Bool(true),
		KeyConditionExpression:   aws.String("#pk = :pk AND #sk BETWEEN :from AND :r"),
		ExpressionAttributeNames: map[string]string{"#pk": "pk", "#sk": "sk"},
		ExpressionAttributeValues: table.Item{":pk": table.RecordKey("customer", c)["pk"], ":from": table.Text(from),
			":r": table.Text(table.RecordSK)},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return f, table.Unavailable(err)
		}
		for _, it := range page.Items {
			if err := placeInFile(&f, it); err != nil {
				return f, err
			}
		}
	}
	if f.Customer.ID == "" {
		return f, fault.Missing("客户", "customer")
	}
	customer.SortPreferences(f.Preferences)
	return f, nil
}

// placeInFile puts one item where it belongs.
func placeInFile(f *overview.File, it table.Item) error {
	switch sk := table.StringOf(it["sk"]); {
	case sk == table.RecordSK:
		c, err := table.Decode[customer.Customer](it)
		f.Customer = c
		return err
	case strings.HasPrefix(sk, table.ContactSK):
		return table.AppendTo(&f.Contacts, it)
	case strings.HasPrefix(sk, table.PreferenceSK):
		return table.AppendTo(&f.Preferences, it)
	}
	return nil
}

// openLines is how many open items of a customer his overview shows, the most urgent ones.
const openLines = 100

// WholeFile reads a customer's file with what is open for him, the gates of his contacts, and what freezes his
// marketing: three reads, whatever there is. sees is asked once the customer is read, and nothing else is read when it
// refuses.
func (s *Centre) WholeFile(ctx context.Context, c string, sees func(customer.Customer) error) (overview.File, error) {
	f, err := s.CustomerFile(ctx, c)
	if err != nil {
		return f, err
	}
	if err := sees(f.Customer); err != nil {
		return f, err
	}
	if f.Open, err = s.openItems(ctx, c); err != nil {
		return f, err
	}
	return f, s.readGates(ctx, &f)
}

// openItems reads what is open for a customer, the most urgent first.
func (s *Centre) openItems(ctx context.Context, c string) ([]overview.OpenItem, error) {
	lines, err := s.table.Partition(ctx, table.List{Index: table.OpenIndex}, table.OpenOf(c), "", openLines)
	if err != nil {
		return nil, err
	}
	var out []overview.OpenItem
	for _, l := range lines {
		open, err := table.DecodeValue[overview.OpenItem](l.Card)
		if err != nil {
			return nil, err
		}
		open.Kind, open.ID = l.Kind, l.ID
		out = append(out, open)
	}
	return out, nil
}

// readGates reads the gates of the file's contacts who are there and the freeze of the customer, in one call. A
// contact without a gate has an empty one.
func (s *Centre) readGates(ctx context.Context, f *overview.File) error {
	f.Gates, f.Freeze = map[string]gate.Gate{}, gate.Freeze{Customer: f.Customer.ID}
	keys := []table.Item{table.FreezeKey(f.Customer.ID)}
	// those who left need none, and BatchGetItem takes a hundred: customer.ContactsPerCustomer fit in
	for _, c := range f.Contacts {
		if c.LeftAt == nil {
			keys = append(keys, table.GateKey(c.ID))
		}
	}
	found, err := s.table.GetAll(ctx, s.table.Messages, keys)
	for _, it := range found {
		if table.StringOf(it["sk"]) == "FREEZE" {
			f.Freeze, err = table.Decode[gate.Freeze](it)
		} else {
			var g gate.Gate
			g, err = table.Decode[gate.Gate](it)
			f.Gates[g.Person] = g
		}
		if err != nil {
			return err
		}
	}
	return err
}
