package table

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"time"

	"afterpress/shared/kernel/ladder"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// A lead is written with each of its steps, and most should cost no more than a kilobyte does. What its keys, its card
// or another of its attributes say is not written twice. A row that is folded holds its rungs packed, which an earlier
// release cannot read as rungs. So it leaves the record alone and loses nothing of it.

// copiesAttr holds the marks of what was left out of a folded row (copies), and carded.
const copiesAttr = "copies"

// carded marks a row whose attributes are left out where its card has them.
const carded = 'm'

// ofCard is what the card alone has: of a lead, the person has it.
var ofCard = []string{"name", "company", "phone"}

// copied is an attribute that mostly says what others say. of gives what it would be, nil where they say nothing.
type copied struct {
	mark rune
	name string // person.company is an attribute of a map
	of   func(it Item) types.AttributeValue
}

// errFolded says that a later release left something out of a row in a way that this one does not know.
var errFolded = errors.New("table: a folded row with another mark")

// copies are in the order in which they are put back: each is made of what stands before it.
var copies = []copied{
	{'i', "id", func(it Item) types.AttributeValue { return Text(keyID(it)) }},
	{'c', "customer", func(it Item) types.AttributeValue {
		id, found := strings.CutPrefix(StringOf(it[aboutAttr]), OpenOf(""))
		return textOr(id, found)
	}},
	{'t', "contact_id", func(it Item) types.AttributeValue {
		return textOr(FirstContact(StringOf(it["customer"])), it["customer"] != nil)
	}},
	{'s', "submission", func(it Item) types.AttributeValue {
		rest, found := strings.CutPrefix(StringOf(it["id"]), "lead")
		return textOr("sub"+rest, found)
	}},
	{'x', "attached", func(Item) types.AttributeValue { return &types.AttributeValueMemberBOOL{} }},
	{'d', "due_at", func(it Item) types.AttributeValue {
		place, _, _ := strings.Cut(StringOf(it[BoardIndex+"_sk"]), "#")
		due, err := time.Parse(stamp, place)
		return textOr(due.Format(time.RFC3339Nano), err == nil)
	}},
	{'u', "updated_at", func(it Item) types.AttributeValue { return it["created_at"] }},
	{'k', "clock_from", func(it Item) types.AttributeValue { return it["created_at"] }},
	{'n', "clock_from", func(it Item) types.AttributeValue { return it["updated_at"] }},
	{'f', "first_contact_due", func(it Item) types.AttributeValue { return it["due_at"] }},
	{'o', "owners", func(it Item) types.AttributeValue {
		if it["owner"] == nil {
			return nil
		}
		return &types.AttributeValueMemberL{Value: []types.AttributeValue{it["owner"]}}
	}},
	// an earlier release wrote the company's name as the card's
	{'p', "person.company", func(it Item) types.AttributeValue { return below(it, "card")["name"] }},
	{'q', "person.company", func(it Item) types.AttributeValue { return below(it, "card")["company"] }},
	{'r', "person.name", func(it Item) types.AttributeValue { return below(it, "card")["name"] }},
	{'h', "person.phone", func(it Item) types.AttributeValue { return below(it, "card")["phone"] }},
	{'a', "last_contact.at", func(it Item) types.AttributeValue { return it["updated_at"] }},
	{'b', "last_contact.by", func(it Item) types.AttributeValue { return it["owner"] }},
}

func textOr(text string, found bool) types.AttributeValue {
	if !found {
		return nil
	}
	return Text(text)
}

// idOf is the id of a record. A folded row has it in its key alone.
func idOf(it Item) string {
	if it["id"] != nil {
		return StringOf(it["id"])
	}
	return keyID(it)
}

func keyID(it Item) string {
	_, id, _ := strings.Cut(StringOf(it["pk"]), "#")
	return id
}

// below is a map among the attributes; it is empty where there is none.
func below(it Item, name string) Item {
	m, _ := it[name].(*types.AttributeValueMemberM)
	if m == nil {
		return Item{}
	}
	return m.Value
}

// place is the map that holds an attribute, and its name there.
func (c copied) place(it Item) (in Item, name string) {
	if above, rest, nested := strings.Cut(c.name, "."); nested {
		return below(it, above), rest
	}
	return it, c.name
}

// Fold leaves out of a lead's row what it says twice, and packs its rungs. Where they do not fit the packed form, the
// row stays as it is.
func Fold(it Item, rungs []ladder.Rung) {
	packed, ok := PackRungs(rungs)
	if !ok {
		return
	}
	marks := []rune{carded}
	var drop []func()
	gone := map[string]bool{}
	for _, c := range copies {
		in, name := c.place(it)
		if own := in[name]; own != nil && !gone[c.name] && reflect.DeepEqual(own, c.of(it)) {
			marks, gone[c.name] = append(marks, c.mark), true
			drop = append(drop, func() { delete(in, name) })
		}
	}
	for name, shown := range below(it, "card") {
		if !slices.Contains(ofCard, name) && reflect.DeepEqual(it[name], shown) {
			drop = append(drop, func() { delete(it, name) })
		}
	}
	for _, leaveOut := range drop {
		leaveOut()
	}
	it[rungsAttr], it[copiesAttr] = Text(packed), Text(string(marks))
}

// Unfold puts back what Fold left out. A row that is not folded stays as it is. A mark of a later release is an error.
func Unfold(it Item) error {
	marks := StringOf(it[copiesAttr])
	if marks == "" {
		return nil
	}
	known := string(carded)
	if strings.ContainsRune(marks, carded) {
		for name, shown := range below(it, "card") {
			if it[name] == nil && !slices.Contains(ofCard, name) {
				it[name] = shown
			}
		}
	}
	for _, c := range copies {
		known += string(c.mark)
		if strings.ContainsRune(marks, c.mark) {
			in, name := c.place(it)
			in[name] = c.of(it)
		}
	}
	if strings.Trim(marks, known) != "" {
		return Unavailable(errFolded)
	}
	delete(it, copiesAttr)
	return nil
}
