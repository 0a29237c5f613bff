package work

import (
	"time"

	"afterpress/shared/crm/message"
	"afterpress/shared/store/table"
)

// CountWord adds to a transaction that a side writes about a record. Beyond what an hour and a day allow, the
// transaction fails with a *message.Flood. Only writers of that record meet at the counter.
func (s *Work) CountWord(b *table.Batch, record, branch, side string) {
	now := s.table.Now().UTC()
	day, hour := now.Truncate(24*time.Hour), now.Format("h15")
	b.Update(s.table.Messages, table.CounterKey("words", record, side, table.At(day)),
		"ADD #n :one, #h :one SET #ttl = :ttl", table.Condition{
			Expr:  "(attribute_not_exists(#n) OR #n < :day) AND (attribute_not_exists(#h) OR #h < :hour)",
			Names: map[string]string{"#n": "n", "#h": hour, "#ttl": table.TTLAttr},
			Values: table.Item{":one": table.Number(1), ":day": table.Number(message.PerDay),
				":hour": table.Number(message.PerHour), ":ttl": table.Number(day.Add(48 * time.Hour).Unix())},
		}, func(old table.Item) error {
			return &message.Flood{Record: record, Branch: branch,
				Wait: message.Paced(table.Figure(old, "n"), table.Figure(old, hour), now)}
		})
}
