package intake_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"afterpress/shared/httpapi"
)

// TestAssetsAreCompressed holds each gzipped file beside the files that it is made of; -update makes it.
func TestAssetsAreCompressed(t *testing.T) {
	t.Parallel()
	for asset, parts := range map[string][]string{
		"../../shared/page/assets/form.css":    {"tokens.css", "form.css"},
		"../../shared/page/assets/mark.svg":    {"mark.svg"},
		"../../shared/page/assets/favicon.ico": {"favicon.ico"},
		"form/assets/embed.css":                {"embed.css"},
		"file/assets/artwork.js":               {"artwork.js"},
		"../console/screen/assets/console.css": {"../../../../shared/page/assets/tokens.css",
			"../../../../shared/page/assets/form.css", "console.css"},
	} {
		var want []byte
		for _, part := range parts {
			text, err := os.ReadFile(filepath.Join(filepath.Dir(asset), part))
			if err != nil {
				t.Fatal(err)
			}
			want = append(want, text...)
		}
		if *update {
			if err := os.WriteFile(asset+".gz", httpapi.Zip(want), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		small, err := os.ReadFile(asset + ".gz")
		if err != nil {
			t.Fatal(err)
		}
		if got, err := httpapi.Unzip(small); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s.gz is not %v; run this test with -update. %v", asset, parts, err)
		}
	}
}
