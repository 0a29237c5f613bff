package company

import (
	"context"

	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// SavePolicy writes the next version of a policy with its event, and keeps the version before it beside the
// others. So what "standard@3" said can always be read. Its errors are those of SaveBranch.
func (s *Company) SavePolicy(ctx context.Context, before, next setup.Policy, e event.Event) error {
	return s.putSetup(ctx, setting{"POLICY", next.ID, next.Version, next, e}, func(b *table.Batch) error {
		if before.Version == 0 {
			return nil
		}
		it, err := table.Encode(before, table.PolicyVersionKey(before.ID, before.Version))
		if err == nil {
			b.Put(s.table.Records, it, table.Absent(), func(table.Item) error { return table.Conflict() })
		}
		return err
	})
}

// currentPolicy reads the current version.
func (s *Company) currentPolicy(ctx context.Context, id string) (setup.Policy, error) {
	it, found, err := s.table.Get(ctx, s.table.Records, table.ShopKey("POLICY", id))
	if err != nil || !found {
		return setup.Policy{}, table.MissingOr(err, fault.Missing("规则", "policy"))
	}
	return table.Decode[setup.Policy](it)
}

// PolicyVersion reads a policy as it was in a version. It reads the current one first: a change meanwhile only
// adds to the earlier ones. A missing policy or version is NotFound.
func (s *Company) PolicyVersion(ctx context.Context, id string, version int64) (setup.Policy, error) {
	now, err := s.currentPolicy(ctx, id)
	if err != nil || now.Version == version {
		return now, err
	}
	it, found, err := s.table.Get(ctx, s.table.Records, table.PolicyVersionKey(id, version))
	if err != nil || !found {
		return setup.Policy{}, table.MissingOr(err, fault.Missing("规则版本", "version of the policy"))
	}
	return table.Decode[setup.Policy](it)
}

// PolicyVersions lists the versions of a policy, newest first. A missing policy is NotFound.
func (s *Company) PolicyVersions(ctx context.Context, id string, p table.Paging) (table.Page[setup.Policy], error) {
	page, shape := table.Page[setup.Policy]{Items: []setup.Policy{}}, "versions|"+id
	upTo := func(version int64) string { return table.StringOf(table.PolicyVersionKey(id, version)["sk"]) }
	var last string
	if p.Cursor == "" {
		now, err := s.currentPolicy(ctx, id)
		if err != nil {
			return page, err
		}
		page.Items, last = append(page.Items, now), upTo(now.Version-1)
	} else {
		var err error
		if last, err = s.table.OpenCursor(p, shape); err != nil {
			return page, err
		}
	}
	earlier, err := table.Collect[setup.Policy](ctx, s.table, &dynamodb.QueryInput{
		TableName: aws.String(s.table.Records), ConsistentRead: aws.Bool(true), ScanIndexForward: aws.Bool(false),
		KeyConditionExpression:   aws.String("#pk = :pk AND #sk BETWEEN :first AND :last"),
		ExpressionAttributeNames: map[string]string{"#pk": "pk", "#sk": "sk"},
		ExpressionAttributeValues: table.Item{":pk": table.PolicyVersionKey(id, 0)["pk"],
			":first": table.Text(table.VersionSK), ":last": table.Text(last)},
	}, p.Limit+1)
	if err != nil {
		return page, err
	}
	page.Items = append(page.Items, earlier...)
	if len(page.Items) <= p.Limit {
		return page, nil
	}
	page.Items = page.Items[:p.Limit]
	next, err := s.table.SealCursor(p, shape, upTo(page.Items[p.Limit-1].Version-1))
	page.Next = aws.String(next)
	return page, err
}
