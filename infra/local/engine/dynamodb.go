package engine

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	_ "modernc.org/sqlite" // for the indexes on dynoxide's file

	"afterpress/infra/local/process"
)

// Database is a DynamoDB engine that listens.
type Database struct {
	Endpoint string
	Keeper   *process.Keeper // nil when the engine is not ours: ENGINE=http://…
	file     string          // dynoxide's file, if it is one
}

// StartDynamoDB starts the engine that the variable ENGINE names, on a free port, with its data under dir (empty: in
// memory). It is what tests use; stop ends the engine.
func StartDynamoDB(ctx context.Context, dir string) (endpoint string, stop func(), err error) {
	port, err := FreePort()
	if err != nil {
		return "", nil, err
	}
	root, err := Root()
	if err != nil {
		return "", nil, err
	}
	db, err := OpenDynamoDB(ctx, port,
		Where{Data: dir, Log: filepath.Join(root, ".local", "logs", "dynamodb-of-tests.log")})
	if err != nil {
		return "", nil, err
	}
	return db.Endpoint, db.Stop, nil
}

// OpenDynamoDB starts the engine on the port. ENGINE chooses it: empty for dynoxide, or for DynamoDB Local where
// dynoxide is missing; dynamodb-local; or the address of one that runs already.
func OpenDynamoDB(ctx context.Context, port int, where Where) (*Database, error) {
	chosen := os.Getenv("ENGINE")
	if Foreign() {
		return &Database{Endpoint: chosen}, nil
	}
	root, err := Root()
	if err != nil {
		return nil, err
	}
	if where.Data != "" {
		if err := os.MkdirAll(where.Data, 0o700); err != nil {
			return nil, err
		}
	}
	db := &Database{Endpoint: fmt.Sprintf("http://127.0.0.1:%d", port)}
	var spec process.Spec
	binary := dynoxide(root)
	switch {
	case chosen == "" && binary != "":
		spec = process.Spec{Name: "dynoxide", Path: binary, Args: []string{"serve", "--port", strconv.Itoa(port)}}
		if where.Data != "" {
			db.file = filepath.Join(where.Data, "dynamodb.sqlite")
			spec.Args = append(spec.Args, "--db-path", db.file)
		}
	case chosen == "" || chosen == "dynamodb-local":
		if spec, err = dynamoDBLocal(ctx, root, port, where.Data); err != nil {
			return nil, err
		}
	default:
		return nil, fmt.Errorf("ENGINE=%s: write dynamodb-local, an address, or nothing", chosen)
	}
	if db.Keeper, err = where.keep(spec); err != nil {
		return nil, err
	}
	if err := awaitPort(ctx, db.Keeper, spec.Name, port); err != nil {
		db.Stop()
		return nil, err
	}
	return db, nil
}

// Foreign says whether ENGINE names an engine that runs already and is not ours to start, stop or empty.
func Foreign() bool {
	chosen := os.Getenv("ENGINE")
	return strings.HasPrefix(chosen, "http://") || strings.HasPrefix(chosen, "https://")
}

// Stop ends the engine, if it is ours.
func (d *Database) Stop() {
	if d.Keeper != nil {
		d.Keeper.Stop()
	}
}

// dynoxide finds the binary in PATH or among the npm packages; empty means that there is none for this machine.
func dynoxide(root string) string {
	if path, err := exec.LookPath("dynoxide"); err == nil {
		return path
	}
	cpu := map[string]string{"amd64": "x64", "arm64": "arm64"}[runtime.GOARCH]
	path := filepath.Join(root, "infra", "local", "node_modules", "@dynoxide", runtime.GOOS+"-"+cpu, "dynoxide")
	if _, err := os.Stat(path); err != nil {
		return ""
	}
	return path
}

// IndexStreams gives dynoxide's table of stream records the two indexes that it lacks: without them each write to a
// table with a stream walks all records (at 100,000 records 32 ms per write). It is called once a table with a stream
// exists, and does nothing for other engines or in memory.
func (d *Database) IndexStreams(ctx context.Context) error {
	if d.file == "" {
		return nil
	}
	db, err := sql.Open("sqlite", "file:"+d.file+"?_pragma=busy_timeout(5000)")
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }() // each statement was committed
	for _, statement := range []string{
		`CREATE INDEX IF NOT EXISTS afterpress_stream ON _stream_records (table_name, CAST(sequence_number AS INTEGER))`,
		`CREATE INDEX IF NOT EXISTS afterpress_shard ON _stream_records (table_name, shard_id, CAST(sequence_number AS INTEGER))`,
	} {
		if _, err := db.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("index the stream records: %w", err)
		}
	}
	return nil
}

// dynamoDBLocal fetches AWS's DynamoDB Local when it is not there, and says how to run it.
func dynamoDBLocal(ctx context.Context, root string, port int, data string) (process.Spec, error) {
	lib := filepath.Join(root, ".local", "dynamodb-local")
	if err := fetchDynamoDBLocal(ctx, root, lib); err != nil {
		return process.Spec{}, err
	}
	java, err := exec.LookPath("java")
	if err != nil {
		return process.Spec{}, fmt.Errorf("DynamoDB Local needs Java: %w", err)
	}
	args := []string{"-Djava.library.path=" + lib, "-cp", filepath.Join(lib, "*"),
		"com.amazonaws.services.dynamodbv2.local.main.ServerRunner", "-port", strconv.Itoa(port), "-sharedDb"}
	if data == "" {
		args = append(args, "-inMemory")
	} else {
		args = append(args, "-dbPath", data)
	}
	return process.Spec{Name: "DynamoDB Local", Path: java, Args: args, Dir: lib}, nil // it leaves a file where it runs
}
