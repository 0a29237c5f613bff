package engine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"

	"afterpress/infra/local/process"
)

// Inbox is a mail server that keeps what it is sent and shows it: a web page, and GET /email for tests.
type Inbox struct {
	SMTP   string // host:port
	Web    string // address of its pages
	Keeper *process.Keeper
}

// StartInbox starts maildev with its mails as files under Data.
func StartInbox(ctx context.Context, smtpPort, webPort int, where Where) (*Inbox, error) {
	root, err := Root()
	if err != nil {
		return nil, err
	}
	script := filepath.Join(root, "infra", "local", "node_modules", "maildev", "bin", "maildev")
	if _, err := os.Stat(script); err != nil {
		return nil, fmt.Errorf("no inbox (run `make fetch`): %w", err)
	}
	node, err := exec.LookPath("node")
	if err != nil {
		return nil, errors.New("the inbox needs Node.js")
	}
	if err := os.MkdirAll(where.Data, 0o755); err != nil {
		return nil, err
	}
	keeper, err := where.keep(process.Spec{Name: "maildev", Path: node, Args: []string{script, "--ip", "127.0.0.1",
		"--smtp", strconv.Itoa(smtpPort), "--web", strconv.Itoa(webPort), "--mail-directory", where.Data}})
	if err != nil {
		return nil, err
	}
	for _, port := range []int{smtpPort, webPort} {
		if err := awaitPort(ctx, keeper, "maildev", port); err != nil {
			keeper.Stop()
			return nil, err
		}
	}
	return &Inbox{SMTP: fmt.Sprintf("127.0.0.1:%d", smtpPort), Web: fmt.Sprintf("http://127.0.0.1:%d", webPort),
		Keeper: keeper}, nil
}
