package words

import (
	"strings"
)

// Reference is the short number by which customers and staff name a record: the last eight characters of its
// id, in capitals. They are random.
func Reference(id string) string {
	return strings.ToUpper(id[max(0, len(id)-8):])
}
