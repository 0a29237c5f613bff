package storetest

import (
	"strings"

	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Size is the size of an item as DynamoDB counts it: names and texts are bytes of UTF-8 and binaries are as they
// are. Numbers have a byte for two digits and one more, and one for a minus. A map or a list has three bytes and one
// for each entry.
func Size(t interface{ Fatalf(string, ...any) }, it table.Item) int {
	n := 0
	for name, value := range it {
		n += len(name) + sizeOf(t, name, value)
	}
	return n
}

func sizeOf(t interface{ Fatalf(string, ...any) }, name string, value types.AttributeValue) int {
	switch v := value.(type) {
	case *types.AttributeValueMemberS:
		return len(v.Value)
	case *types.AttributeValueMemberN:
		digits := strings.TrimPrefix(v.Value, "-")
		return (len(digits)+1)/2 + 1 + len(v.Value) - len(digits)
	case *types.AttributeValueMemberB:
		return len(v.Value)
	case *types.AttributeValueMemberBOOL:
		return 1
	case *types.AttributeValueMemberM:
		return 3 + len(v.Value) + Size(t, v.Value)
	case *types.AttributeValueMemberL:
		n := 3 + len(v.Value)
		for _, one := range v.Value {
			n += sizeOf(t, name, one)
		}
		return n
	}
	t.Fatalf("%s is of a kind that is not counted: %T", name, value)
	return 0
}
