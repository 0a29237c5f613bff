package cloud

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"afterpress/infra/local/sam"
)

// call is one request to the tables, as far as the cloud looks into it.
type call struct {
	operation string // Query
	asks      []ask
	writes    []key // items that it puts, changes or deletes, in the order of the request
	transacts bool
	loose     string // table whose index or whose loose state it reads; empty: it reads what is there now
	index     bool   // of loose: through an index
}

// key is the place of an item.
type key struct {
	table        string // as the request names it
	hash, within string // values of hash and range key
}

// wire is the part of a request's body that says which items it is about.
type wire struct {
	TableName, IndexName      string
	Key, Item                 map[string]attribute
	ConsistentRead            bool
	KeyConditionExpression    string
	ExpressionAttributeNames  map[string]string
	ExpressionAttributeValues map[string]attribute
	RequestItems              map[string]json.RawMessage
	TransactItems             []map[string]wire
	Keys                      []map[string]attribute // of a table in a BatchGetItem
}

// attribute is a value that can be a key.
type attribute struct{ S, N, B string }

func (a attribute) text() string { return a.S + a.N + a.B }

// tables knows the keys of the template's tables.
type tables map[string]schema

type schema struct {
	hash, within string
	indexes      map[string]string // hash key of each
}

func schemas(template *sam.Template) tables {
	all := tables{}
	for _, t := range template.Tables {
		in := t.CreateInput()
		s := schema{indexes: map[string]string{}}
		s.hash = *in.KeySchema[0].AttributeName
		if len(in.KeySchema) > 1 {
			s.within = *in.KeySchema[1].AttributeName
		}
		for _, index := range in.GlobalSecondaryIndexes {
			s.indexes[*index.IndexName] = *index.KeySchema[0].AttributeName
		}
		all[t.ID] = s
	}
	return all
}

// Logical is the template's name of a table. Tests make a table many times, each with a number after its name.
func Logical(table string) string {
	id, _, _ := strings.Cut(table, "-")
	return id
}

func arn(table, index string) string {
	resource := "${" + Logical(table) + ".Arn}"
	if index != "" {
		resource += "/index/" + index
	}
	return resource
}

// read says what a request asks for. A request that it cannot judge is an error: nothing passes unread.
func (t tables) read(r *http.Request, body []byte) (call, error) {
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	c := call{operation: operation}
	var w wire
	if err := json.Unmarshal(body, &w); err != nil {
		return c, fmt.Errorf("%s: %w", operation, err)
	}
	switch operation {
	case "GetItem":
		c.ask(operation, w.TableName, "", t.of(w.TableName, w.Key).hash)
		c.reads(w)
	case "Query":
		hash, err := t.queried(w)
		if err != nil {
			return c, err
		}
		c.ask(operation, w.TableName, w.IndexName, hash)
		c.reads(w)
	case "Scan":
		c.ask(operation, w.TableName, w.IndexName)
		c.reads(w)
	case "PutItem", "UpdateItem", "DeleteItem":
		c.write(operation, t.of(w.TableName, w.place()))
	case "TransactWriteItems":
		c.transacts = true
		for _, item := range w.TransactItems {
			for kind, one := range item {
				action := map[string]string{"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem",
					"ConditionCheck": "ConditionCheckItem"}[kind]
				c.write(action, t.of(one.TableName, one.place()))
			}
		}
	case "BatchGetItem":
		return c, c.batchGet(t, w)
	case "BatchWriteItem":
		return c, c.batchWrite(t, w)
	default:
		if w.TableName == "" {
			return c, fmt.Errorf("the local cloud does not know the operation %s", operation)
		}
		c.ask(operation, w.TableName, "")
	}
	return c, nil
}

// batchGet asks once a table, with the keys of all its items.
func (c *call) batchGet(t tables, w wire) error {
	for name, raw := range w.RequestItems {
		var of wire
		if err := json.Unmarshal(raw, &of); err != nil {
			return fmt.Errorf("%s: %w", c.operation, err)
		}
		var hashes []string
		for _, k := range of.Keys {
			hashes = append(hashes, t.of(name, k).hash)
		}
		c.ask(c.operation, name, "", hashes...)
	}
	return nil
}

func (c *call) batchWrite(t tables, w wire) error {
	for name, raw := range w.RequestItems {
		var items []map[string]wire
		if err := json.Unmarshal(raw, &items); err != nil {
			return fmt.Errorf("%s: %w", c.operation, err)
		}
		var hashes []string
		for _, item := range items {
			for _, one := range item { // PutRequest or DeleteRequest
				k := t.of(name, one.place())
				c.writes, hashes = append(c.writes, k), append(hashes, k.hash)
			}
		}
		c.ask(c.operation, name, "", hashes...)
	}
	return nil
}

func (w wire) place() map[string]attribute {
	if w.Item != nil {
		return w.Item
	}
	return w.Key
}

func (t tables) of(table string, item map[string]attribute) key {
	s := t[Logical(table)]
	return key{table, item[s.hash].text(), item[s.within].text()}
}

func (c *call) ask(action, table, index string, hashes ...string) {
	a := ask{action: "dynamodb:" + action, resource: arn(table, index), keys: map[string][]string{}}
	if len(hashes) > 0 {
		a.keys[leadingKeys] = hashes
	}
	c.asks = append(c.asks, a)
}

func (c *call) write(action string, k key) {
	c.ask(action, k.table, "", k.hash)
	c.writes = append(c.writes, k)
}

func (c *call) reads(w wire) {
	if w.IndexName != "" || !w.ConsistentRead {
		c.loose, c.index = w.TableName, w.IndexName != ""
	}
}

// equality is one part of a key condition: #pk = :pk, or pk = :pk.
var equality = regexp.MustCompile(`([#\w]+)\s*=\s*(:\w+)`)

// queried is the value that a query names for the hash key of its table or index.
func (t tables) queried(w wire) (string, error) {
	s, ok := t[Logical(w.TableName)]
	hash := s.hash
	if w.IndexName != "" {
		hash, ok = s.indexes[w.IndexName]
	}
	parts := equality.FindAllStringSubmatch(w.KeyConditionExpression, -1)
	i := slices.IndexFunc(parts, func(part []string) bool {
		name := part[1]
		if strings.HasPrefix(name, "#") {
			name = w.ExpressionAttributeNames[name]
		}
		return name == hash
	})
	if !ok || i < 0 {
		return "", fmt.Errorf("the local cloud does not find the hash key of %s in %q",
			arn(w.TableName, w.IndexName), w.KeyConditionExpression)
	}
	return w.ExpressionAttributeValues[parts[i][2]].text(), nil
}
