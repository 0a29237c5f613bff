package api_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/functions/api"
	"afterpress/infra/local/seed"
	"afterpress/shared/crm/setup"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store/storetest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Whose record it is that is asked for, as the asker stands to it. Records are of Shanghai.
const (
	ones       = "own"
	colleagues = "a colleague's"
	far        = "another branch's"
	farShared  = "another branch's, of a shared customer"
)

// cell is one square of the matrix: who asks, about whose record, and what the answer is.
type cell struct {
	who, record string
	role        staff.Role // empty: somebody who is not known here
	status      int
}

// elsewheres is what somebody of the role is called who works in Hangzhou.
func elsewheres(role staff.Role) string { return string(role) + "-elsewhere" }

// cells is the row of a route, by the permission table and the rules of its trial.
func cells(route httpapi.Route, try trial) []cell {
	out := []cell{{who: "", record: colleagues, status: http.StatusUnauthorized},
		{who: "unknown", record: colleagues, status: http.StatusUnauthorized}}
	for _, role := range staff.Roles {
		add := func(who, record string) {
			out = append(out, cell{who, record, role, try.answer(route, role, record)})
		}
		if try.record != nil && !try.ownerless {
			add(string(role), ones)
		}
		add(string(role), colleagues)
		add(elsewheres(role), far)
		if try.record != nil && !try.customerless {
			add(elsewheres(role), farShared)
		}
	}
	return out
}

// answer is the status that somebody of a role gets.
func (try trial) answer(route httpapi.Route, role staff.Role, record string) int {
	above, done := role == staff.Owner || role == staff.Manager, max(route.Doc.Status, http.StatusOK)
	if !slices.Contains(granted(route.Action), role) {
		return http.StatusForbidden
	}
	if record == far || record == farShared {
		return try.answerElsewhere(route, role, record == farShared, done)
	}
	mine := record == ones
	if try.whose == itsOwners && !mine && !above || try.whose == itsManagers && !above || try.whose == notItsOwners &&
		mine {
		return http.StatusForbidden
	}
	return done
}

func (try trial) answerElsewhere(route httpapi.Route, role staff.Role, shared bool, done int) int {
	_, path, _ := strings.Cut(route.Pattern, " ")
	switch {
	case shared && try.shared != 0:
		return try.shared
	case shared && (strings.HasPrefix(path, "/customers/") || strings.HasPrefix(path, "/contacts/")):
		if try.whose == itsOwners && role != staff.Owner && role != staff.Manager {
			return http.StatusForbidden
		}
		return done
	case try.elsewhere == http.StatusForbidden && role == staff.Owner:
		return done
	case try.elsewhere != 0:
		return try.elsewhere
	case try.record != nil && !slices.Contains(everybodys, route.Action):
		return http.StatusNotFound
	}
	return done
}

// TestThePermissionMatrix writes the matrix down, to be read. Where it makes no difference whose record it is, it
// says so.
func TestThePermissionMatrix(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	for _, route := range (&api.Server{}).Routes() {
		if route.Action == permission.Public {
			continue
		}
		said := map[string]string{}
		for _, record := range []string{ones, colleagues, far, farShared} {
			said[record] = replies(cells(route, trials[route.Pattern]), record)
		}
		fmt.Fprintln(&out, route.Pattern)
		if said[ones] == "" || said[ones] == said[colleagues] {
			said["the branch's"], said[ones], said[colleagues] = said[colleagues], "", ""
		}
		if said[far] == said[farShared] {
			said[farShared] = ""
		}
		for _, record := range []string{"the branch's", ones, colleagues, far, farShared} {
			if said[record] != "" {
				fmt.Fprintf(&out, "  %-39s%s\n", record, said[record])
			}
		}
	}
	golden(t, "permission-matrix.txt", out.String())
}

// replies lists who gets which answer about a record; empty where the route knows no such record.
func replies(row []cell, record string) string {
	by, out := map[int][]string{}, ""
	for _, c := range row {
		if c.record == record && c.role != "" {
			by[c.status] = append(by[c.status], string(c.role))
		}
	}
	for _, status := range slices.Sorted(maps.Keys(by)) {
		out += fmt.Sprintf(" %d: %s.", status, strings.Join(by[status], " "))
	}
	return out
}

// TestEveryRouteByEveryRole tries each route as each role. The record is the caller's own, a colleague's, another
// branch's, or of a shared customer of another branch; as nobody; and as somebody unknown. What is refused changes
// nothing in any table, and neither does a GET.
func TestEveryRouteByEveryRole(t *testing.T) {
	t.Parallel()
	for _, route := range (&api.Server{}).Routes() {
		if route.Action == permission.Public {
			continue
		}
		t.Run(route.Pattern, func(t *testing.T) {
			t.Parallel()
			try, known := trials[route.Pattern]
			if !known {
				t.Fatal("this route is not tried")
			}
			b := serve(t, storetest.Furnished(t, "people elsewhere", peopleElsewhere))
			row := cells(route, try)
			ofShared := func(c cell) bool { return c.record == farShared }
			b.playRow(t, route, try, slices.DeleteFunc(slices.Clone(row), ofShared))
			b.playRow(t, route, try, slices.DeleteFunc(row, func(c cell) bool { return !ofShared(c) }))
		})
	}
}

// peopleElsewhere hires somebody of each role in Hangzhou. None of them is head office.
func peopleElsewhere(b *storetest.Bench) error {
	shop := setup.Shop{Name: b.Shop.Name}
	like, found := b.Shop.Subject(seed.Subject("sales-hangzhou"), b.Clock.Now())
	if !found {
		return errors.New("nobody works in Hangzhou")
	}
	for i, role := range staff.Roles {
		p := like
		p.ID, p.Subject, p.Email, p.Roles = seed.StaffID(101+i), seed.Subject(elsewheres(role)), elsewheres(role)+
			"@lanyin.example", []staff.Role{role}
		shop.Staff = append(shop.Staff, p)
	}
	return b.Establish(context.Background(), shop)
}

// playRow asks what a row says. Callers who change nothing ask for one record, or each for their own; a caller who
// changes it has a separate one.
func (b *bench) playRow(t *testing.T, route httpapi.Route, try trial, row []cell) {
	t.Helper()
	if len(row) == 0 {
		return
	}
	reads := strings.HasPrefix(route.Pattern, "GET ") || strings.HasSuffix(route.Pattern, "/explain") ||
		strings.HasSuffix(route.Pattern, complaintLink)
	quiet := func(c cell) bool { return reads || c.status >= 300 }
	lines, common := make([]string, len(row)), ""
	for i, c := range row {
		switch {
		case !quiet(c) || c.record == ones:
			lines[i] = b.line(route, try, c)
		case common == "":
			common = b.line(route, try, c)
			fallthrough
		default:
			lines[i] = common
		}
	}
	if row[0].record == farShared {
		b.shareCustomers()
	}
	before := b.State()
	for i, c := range row {
		if quiet(c) {
			b.try(t, lines[i], c, try)
		}
	}
	last := b.State()
	if last != before {
		t.Error("what was refused, or only read, changed something")
	}
	for i, c := range row {
		if quiet(c) {
			continue
		}
		if try.daily {
			b.Clock.Advance(24 * time.Hour)
		}
		b.try(t, lines[i], c, try)
		now := b.State()
		if now == last {
			t.Errorf("%s as %q changed nothing", lines[i], c.who)
		}
		last = now
	}
}

// line makes the record of a cell, and the request that names it.
func (b *bench) line(route httpapi.Route, try trial, c cell) string {
	b.t.Helper()
	if try.record == nil {
		return route.Pattern
	}
	owner, record := b.staff("sales-2"), try.record // nobody who asks
	if c.record == ones {
		owner = b.staff(c.who)
		if try.own != nil {
			record = try.own
		}
	}
	return strings.Replace(placed(route.Pattern, record(b, owner)), "{version}", "1", 1)
}

// shareCustomers shares every customer that there is.
func (b *bench) shareCustomers() {
	b.t.Helper()
	out, err := b.DB.Scan(b.t.Context(),
		&dynamodb.ScanInput{TableName: aws.String(b.Tables.Records),
			FilterExpression:         aws.String("begins_with(#p, :p) AND #s = :s"),
			ExpressionAttributeNames: map[string]string{"#p": "pk", "#s": "sk"},
			ExpressionAttributeValues: map[string]types.AttributeValue{":p": &types.AttributeValueMemberS{Value: "CUSTOMER#"},
				":s": &types.AttributeValueMemberS{Value: "RECORD"}}})
	if err != nil {
		b.t.Fatal(err)
	}
	for _, it := range out.Items {
		b.say(strings.TrimPrefix(it["pk"].(*types.AttributeValueMemberS).Value, "CUSTOMER#"), "shared",
			&types.AttributeValueMemberBOOL{Value: true})
	}
}

// try sends one request.
func (b *bench) try(t *testing.T, line string, c cell, try trial) {
	t.Helper()
	if got := b.call(c.who, line, try.sent(), try.header...); got.Code != c.status {
		t.Errorf("%s as %q about %s: %d, want %d: %s", line, c.who, c.record, got.Code, c.status, got.Body)
	}
}
