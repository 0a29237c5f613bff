package process

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

func keep(t *testing.T, script string) (*Keeper, <-chan string) {
	t.Helper()
	ended := make(chan string, 100)
	k, err := Keep(Spec{Name: "script", Path: "/bin/sh", Args: []string{"-c", script},
		Log: filepath.Join(t.TempDir(), "logs", "log")},
		func(how string) { ended <- how })
	if err != nil {
		t.Fatal(err)
	}
	return k, ended
}

func TestStartsAgainWhatEnds(t *testing.T) {
	k, ended := keep(t, "echo last words; exit 3")
	for range 3 {
		if how := <-ended; how != "exit status 3" {
			t.Errorf("ended with %s", how)
		}
	}
	k.Stop()
	if !strings.Contains(k.Tail(), "last words") {
		t.Errorf("log %q", k.Tail())
	}
}

func TestWhatAProcessLeavesBehindEndsWithIt(t *testing.T) {
	k, ended := keep(t, "sleep 1000 & echo $!; exec sleep 0.01")
	<-ended
	k.Stop()
	first, _, _ := strings.Cut(k.Tail(), "\n")
	child, err := strconv.Atoi(first)
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "the child ends", func() bool { return !running(child) })
}

func TestPauseKeepsItDown(t *testing.T) {
	k, ended := keep(t, "sleep 1000")
	first := k.Pid()
	k.Pause()
	<-ended
	k.Resume()
	eventually(t, "it comes back", func() bool { return k.Pid() != first })
	k.Stop()
}

// TestChildrenDieWithTheirParent kills a parent the hard way: this test's own binary, run again as one.
func TestChildrenDieWithTheirParent(t *testing.T) {
	if os.Getenv("PROCESS_PARENT") != "" {
		p, err := Start(Spec{Name: "child", Path: "/bin/sleep", Args: []string{"1000"},
			Log: filepath.Join(t.TempDir(), "log")})
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println("child", p.Pid())
		<-p.Done()
		return
	}
	parent := exec.Command(os.Args[0], "-test.run", "TestChildrenDieWithTheirParent")
	parent.Env = append(os.Environ(), "PROCESS_PARENT=1")
	out, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	var child int
	for lines := bufio.NewScanner(out); child == 0 && lines.Scan(); {
		_, _ = fmt.Sscanf(lines.Text(), "child %d", &child) // other lines are the test's
	}
	if child == 0 {
		t.Fatal("the parent started nothing")
	}
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = parent.Wait() // it was killed
	eventually(t, "the child ends", func() bool { return !running(child) })
}

// eventually waits for what happens by itself.
func eventually(t *testing.T, what string, happened func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !happened(); <-time.After(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("it did not happen: %s", what)
		}
	}
}

// running is false for a process that is gone, or dead and not yet collected.
func running(pid int) bool {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err == nil && !strings.Contains(string(text), ") Z ")
}
