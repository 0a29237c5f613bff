package words

import (
	"strings"
)

// Reference is the short number by which customer and staff name a record: the last eight characters of its id,
// which are random.
func Reference(id string) string {
	return strings.ToUpper(id[max(0, len(id)-8):])
}
