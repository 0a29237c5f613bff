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

// CustomerFile reads a customer with their contacts and preferences, requirements first, in one query. A missing
// customer is NotFound.
func (s *Centre) CustomerFile(ctx context.Context, c string) (overview.File, error) {
	return s.customerFile(ctx, c, table.ContactSK)
}

// CustomerPreferences reads a customer with their preferences, requirements first, in one query, without
// contacts. A missing customer is NotFound.
func (s *Centre) CustomerPreferences(ctx context.Context, c string) (overview.File, error) {
	return s.customerFile(ctx, c, table.PreferenceSK)
}

// customerFile reads the items under a customer from a sort key up to the customer's own record.
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

// placeInFile puts one item into the part of the file where it belongs.
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

// openLines is how many of a customer's open items the overview shows, the most urgent ones.
const openLines = 100

// WholeFile reads a customer's file with their open items, the gates of their contacts, and the freeze of their
// marketing. It costs four reads for any customer with a hundred open items or fewer. sees is asked once the customer
// is read. When it refuses, nothing else is read and its error is returned.
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
	lines, err := s.table.Merge(ctx, table.List{Index: table.AboutIndex, Partitions: []string{table.OpenOf(c)}}, "",
		openLines)
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

// readGates reads the customer's freeze and the gates of contacts who have not left, in one call. A contact
// without a gate has no entry, which reads as an empty gate.
func (s *Centre) readGates(ctx context.Context, f *overview.File) error {
	f.Gates, f.Freeze = map[string]gate.Gate{}, gate.Freeze{Customer: f.Customer.ID}
	keys := []table.Item{table.FreezeKey(f.Customer.ID)}
	// contacts who left need no gate; BatchGetItem takes a hundred keys, and customer.ContactsPerCustomer fit in
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
			g, err = gateOf(it, f.Customer.ID)
			f.Gates[g.Person] = g
		}
		if err != nil {
			return err
		}
	}
	return err
}
