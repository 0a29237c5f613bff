package words

import (
	"strconv"
	"strings"
)

// FileSize is a size in bytes as people write it: 640 kB, 1.5 MB, 100 MB. It counts by 1024, as the limits
// do.
func FileSize(bytes int64) string {
	mega := float64(bytes) / (1 << 20)
	switch {
	case mega < 1:
		return strconv.FormatInt((bytes+1023)/1024, 10) + " kB"
	case mega < 10:
		return strings.TrimSuffix(strconv.FormatFloat(mega, 'f', 1, 64), ".0") + " MB"
	}
	return strconv.FormatFloat(mega, 'f', 0, 64) + " MB"
}
