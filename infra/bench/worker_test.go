package main

import "testing"

func TestPeakOf(t *testing.T) {
	got, err := peakOf("Name:\tworker\nVmPeak:\t 99999 kB\nVmHWM:\t  262144 kB\nVmRSS:\t 1024 kB\n")
	if err != nil || got != 256 {
		t.Errorf("%g MB, %v", got, err)
	}
	for _, status := range []string{"", "VmRSS:\t 1024 kB\n", "VmHWM:\t 1 pages\n", "VmHWM:\t x kB\n"} {
		if _, err := peakOf(status); err == nil {
			t.Errorf("read %q", status)
		}
	}
}
