// Command grants lists what the roles of template.yaml allow and no test used. It also lists which methods of the store
// no test called under the role of the code that needs them. Both it knows from what the local cloud noted in a folder,
// and it fails where there is any: a grant that nobody needs is of use to a thief alone, and what no role has tried may
// be forbidden on AWS.
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
	unused, missed, err := list(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, "grants:", err)
		os.Exit(1)
	}
	for _, line := range unused {
		fmt.Println("granted and never used by a test:", line)
	}
	for _, line := range missed {
		fmt.Println("never called by a test under its role:", line)
	}
	if len(unused) > 0 {
		fmt.Fprintln(os.Stderr, "grants: take each of these out of template.yaml, or test the way that needs it")
	}
	if len(missed) > 0 {
		fmt.Fprintln(os.Stderr, "grants: test each of these through its door, the worker or the stream")
	}
	if len(unused)+len(missed) > 0 {
		os.Exit(1)
	}
}

func list(dir string) (unused, missed []string, err error) {
	root, err := engine.Root()
	if err != nil {
		return nil, nil, err
	}
	template, err := sam.Load(filepath.Join(root, "template.yaml"), map[string]string{"WorkerVpc": "local",
		"PublicUrl": "https://shop.example", "TemporalAddress": "localhost:7233", "SenderAddress": "shop@example.com"})
	if err != nil {
		return nil, nil, err
	}
	if unused, err = cloud.Unused(template, dir); err != nil {
		return nil, nil, err
	}
	missed, err = untried(root, dir)
	return unused, missed, err
}
