package stream

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
)

// checkpoint is how far a mapping has read. It belongs to one stream: a table that was made anew has another.
type checkpoint struct {
	path   string
	Stream string              `json:"stream"`
	Shards map[string]position `json:"shards"`
}

type position struct {
	After string `json:"after,omitempty"` // sequence number of the last record that is settled
	Done  bool   `json:"done,omitempty"`  // the shard has ended and is settled
}

func openCheckpoint(path, stream string) (*checkpoint, error) {
	c := &checkpoint{path: path}
	text, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(text, c)
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	if c.Stream != stream || c.Shards == nil {
		c.Stream, c.Shards = stream, map[string]position{}
	}
	return c, nil
}

func (c *checkpoint) set(shard string, p position) error {
	if c.Shards[shard] == p {
		return nil
	}
	c.Shards[shard] = p
	text, err := json.Marshal(c)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(c.path), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(c.path+".new", text, 0o644); err != nil {
		return err
	}
	return os.Rename(c.path+".new", c.path)
}
