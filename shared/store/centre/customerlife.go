package centre

import (
	"context"
	"time"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/overview"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// AgeRule takes a customer and gives the next one; changed is false when there is nothing to write.
type AgeRule = func(customer.Customer) (next customer.Customer, changed bool)

// AgeCustomer reads a customer, applies the rule of the life cycle, and writes the result. The customer and the
// event of a new stage are one transaction, on condition that the customer has not changed meanwhile. When they
// have, the rule decides again on the customer as they are now.
func (s *Centre) AgeCustomer(ctx context.Context, id string, by staff.Actor, rule AgeRule) (customer.Customer, error) {
	return s.tend(ctx, id, by, func(c customer.Customer) (customer.Tended, error) {
		next, changed := rule(c)
		return customer.Tended{Customer: next, Changed: changed}, nil
	})
}

// TendRule takes a customer with the shop's dealings with them. It gives what the daily step makes of the
// customer, or the error that prevents it.
type TendRule = func(c customer.Customer, has customer.Dealings) (customer.Tended, error)

// TendCustomer is AgeCustomer with the tasks that open because a customer is silent. The tasks, their events,
// what the customer keeps of them and the life stage are one transaction. A task that exists already is left as
// it is. Open items come from an index, so a complaint opened at this very moment may be missed and holds
// nothing up.
func (s *Centre) TendCustomer(ctx context.Context, id string, by staff.Actor,
	rule TendRule) (customer.Customer, error) {
	return s.tend(ctx, id, by, func(c customer.Customer) (customer.Tended, error) {
		lines, err := s.table.Merge(ctx, openWith(id), "", openLines)
		if err != nil {
			return customer.Tended{Customer: c}, err
		}
		open, err := openItems(lines)
		if err != nil {
			return customer.Tended{Customer: c}, err
		}
		word, err := s.wordAfter(ctx, id, c.LastWord())
		if err != nil {
			return customer.Tended{Customer: c}, err
		}
		return rule(c, overview.DealingsOf(open, word))
	})
}

// wordAfter is when the shop and a customer last spoke about a complaint or a running job, if that was after a
// time. Otherwise it is zero. It reads the customer's log from the newest event back to that time. For a silent
// customer that is little.
func (s *Centre) wordAfter(ctx context.Context, c string, after time.Time) (time.Time, error) {
	pages := dynamodb.NewQueryPaginator(s.table.DB, &dynamodb.QueryInput{
		TableName: aws.String(s.table.Events), ScanIndexForward: aws.Bool(false), Limit: aws.Int32(50),
		ConsistentRead:            aws.Bool(true),
		KeyConditionExpression:    aws.String("#pk = :pk"),
		ExpressionAttributeNames:  map[string]string{"#pk": "pk"},
		ExpressionAttributeValues: table.Item{":pk": table.EventKey(c, "")["pk"]},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return time.Time{}, table.Unavailable(err)
		}
		for _, it := range page.Items {
			e, err := table.DecodeEvent(it)
			if err != nil {
				return time.Time{}, err
			}
			if !e.At.After(after) {
				return time.Time{}, nil
			}
			if e.IsWord() {
				return e.At, nil
			}
		}
	}
	return time.Time{}, nil
}

func (s *Centre) tend(ctx context.Context, id string, by staff.Actor,
	rule func(customer.Customer) (customer.Tended, error)) (customer.Customer, error) {
	return table.Retry(ctx, table.Few, func(try int) (customer.Customer, error) {
		c, err := s.Customer(ctx, id)
		if err != nil {
			return c, err
		}
		next, err := rule(c)
		if err != nil || !next.Changed {
			return c, err
		}
		b := table.NewBatch()
		if err := s.putAged(b, by, c, next.Customer); err != nil {
			return c, err
		}
		if err := s.putOpened(ctx, b, next.Opened, try > 0); err != nil {
			return c, err
		}
		return next.Customer, s.table.Commit(ctx, b, next.Customer)
	})
}

// putOpened adds tasks that open by themselves to a transaction. again says that an earlier try met another
// writer, who may have opened one of the tasks.
func (s *Centre) putOpened(ctx context.Context, b *table.Batch, opened []customer.Opening, again bool) error {
	for _, o := range opened {
		if again {
			if _, err := s.work.Task(ctx, o.Task.ID); err == nil {
				continue
			} else if fault.KindOf(err) != fault.NotFound {
				return err
			}
		}
		if err := s.work.PutTask(b, o.Task, 0, o.Event); err != nil {
			return err
		}
	}
	return nil
}
