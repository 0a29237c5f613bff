package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// tick is the unit of /proc's processor times: Linux shows them in hundredths of a second on every machine.
const tick = 10 * time.Millisecond

// cpu is the processor time that the processes have used so far.
func cpu(pids ...int) (time.Duration, error) {
	var sum time.Duration
	for _, pid := range pids {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			return 0, err
		}
		used, err := cpuOf(string(text))
		if err != nil {
			return 0, err
		}
		sum += used
	}
	return sum, nil
}

// cpuOf reads user and system time from a line of /proc/<pid>/stat. The name in brackets may hold anything, so
// fields count from its end.
func cpuOf(stat string) (time.Duration, error) {
	const user, system = 11, 12 // after the name
	fields := strings.Fields(stat[strings.LastIndexByte(stat, ')')+1:])
	if len(fields) <= system {
		return 0, fmt.Errorf("not a line of /proc/<pid>/stat: %q", stat)
	}
	var sum int64
	for _, field := range []string{fields[user], fields[system]} {
		n, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return 0, err
		}
		sum += n
	}
	return time.Duration(sum) * tick, nil
}
