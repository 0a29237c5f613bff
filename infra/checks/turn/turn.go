// Package turn says which share of a long check is today's, so that all of it is done in some days.
package turn

import (
	"fmt"
	"os"
	"strconv"
	"time"
)

// Now is the number of the day, or the number that the variable TURN names so that a share is tried again. Its error
// says that TURN is no number from 0.
func Now() (int, error) {
	named := os.Getenv("TURN")
	if named == "" {
		return int(time.Now().Unix() / (24 * 60 * 60)), nil
	}
	n, err := strconv.Atoi(named)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("TURN=%q is no number from 0", named)
	}
	return n, nil
}
