package centre

import (
	"context"
	"slices"
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
// marketing. It costs three reads for any customer with fifty open items or fewer, and one more for each hundred. sees
// is asked once the customer is read. When it refuses, nothing else is read and its error is returned.
func (s *Centre) WholeFile(ctx context.Context, c string, sees func(customer.Customer) error) (overview.File, error) {
	f, err := s.CustomerFile(ctx, c)
	if err != nil {
		return f, err
	}
	if err := sees(f.Customer); err != nil {
		return f, err
	}
	open := openWith(c)
	keys, err := s.table.OpenKeys(ctx, open)
	if err != nil {
		return f, err
	}
	gates := gateKeys(f)
	first := keys[:min(len(keys), max(0, 100-len(gates)))] // as many as one request takes
	found, err := s.table.GetEach(ctx, map[string][]table.Item{s.table.Records: first, s.table.Messages: gates})
	if err != nil {
		return f, err
	}
	records := found[s.table.Records]
	for part := range slices.Chunk(keys[len(first):], 100) {
		more, err := s.table.GetAll(ctx, s.table.Records, part)
		if err != nil {
			return f, err
		}
		records = append(records, more...)
	}
	if f.Open, err = openItems(open.Open(records, "", openLines)); err != nil {
		return f, err
	}
	return f, placeGates(&f, found[s.table.Messages])
}

// openWith is the list of what is open for a customer.
func openWith(c string) table.List {
	return table.List{Index: table.AboutIndex, Partitions: []string{table.OpenOf(c)}}
}

// openItems are the lines of what is open as the overview has them.
func openItems(lines []table.Line) (out []overview.OpenItem, err error) {
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

// gateKeys are those of the customer's freeze and of the gates of contacts who have not left, at most one more than
// customer.ContactsPerCustomer.
func gateKeys(f overview.File) []table.Item {
	keys := []table.Item{table.FreezeKey(f.Customer.ID)}
	for _, c := range f.Contacts {
		if c.LeftAt == nil {
			keys = append(keys, table.GateKey(c.ID))
		}
	}
	return keys
}

// placeGates puts freeze and gates that were found into the file. A contact without a gate has no entry, which reads as
// an empty gate.
func placeGates(f *overview.File, found []table.Item) (err error) {
	f.Gates, f.Freeze = map[string]gate.Gate{}, gate.Freeze{Customer: f.Customer.ID}
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
	return nil
}
