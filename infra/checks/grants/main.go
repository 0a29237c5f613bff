// Command grants lists what the roles of template.yaml allow and no test used, by what the local cloud noted in a
// folder, and fails where there is any. A grant that nobody needs is of use to a thief alone.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"afterpress/infra/local/cloud"
	"afterpress/infra/local/engine"
	"afterpress/infra/local/sam"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: grants FOLDER")
		os.Exit(2)
	}
	unused, err := list(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, "grants:", err)
		os.Exit(1)
	}
	for _, line := range unused {
		fmt.Println("granted and never used by a test:", line)
	}
	if len(unused) > 0 {
		fmt.Fprintln(os.Stderr, "grants: take each of these out of template.yaml, or test the way that needs it")
		os.Exit(1)
	}
}

func list(dir string) ([]string, error) {
	root, err := engine.Root()
	if err != nil {
		return nil, err
	}
	template, err := sam.Load(filepath.Join(root, "template.yaml"), map[string]string{"WorkerVpc": "local",
		"PublicUrl": "https://shop.example", "TemporalAddress": "localhost:7233", "SenderAddress": "shop@example.com"})
	if err != nil {
		return nil, err
	}
	return cloud.Unused(template, dir)
}
