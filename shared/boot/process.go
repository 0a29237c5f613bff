package boot

import (
	"io"
	"log/slog"
	"time"

	"github.com/google/uuid"
)

// Logger writes one JSON object per line to w.
func Logger(w io.Writer, c Config) *slog.Logger {
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: c.LogLevel})).With("stage", c.Stage)
}

// NewID makes an id of the kind that prefix names: "lead_" and a UUIDv7, which sorts by time.
func NewID(prefix string) string { return prefix + "_" + uuid.Must(uuid.NewV7()).String() }

// Now is the time in UTC, to the millisecond that the tables keep.
func Now() time.Time { return time.Now().UTC().Truncate(time.Millisecond) }
