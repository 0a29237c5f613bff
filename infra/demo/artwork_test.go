package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"afterpress/functions/intake/file"
	"afterpress/functions/intake/form"
	"afterpress/infra/demo/premises"
	"afterpress/infra/local/seed"
	"afterpress/shared/app"
	"afterpress/shared/crm/artwork"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"
)

// fileSent sends an enquiry, a file with it as the page's script does, and one that is none; staff download what
// was kept.
func fileSent(t *testing.T, p *premises.Premises) {
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	received := said[form.Received](t, ctx, "POST", p.API+"/forms/"+seed.Quote, "",
		map[string]string{"name": "Tom", "email": "file@visitor.example", "product": "book"})
	for name, sent := range map[string][]byte{"book.pdf": storetest.Brochure,
		"page.pdf": []byte("<html>" + strings.Repeat("a page ", 100))} {
		offer := said[app.ArtworkOffer](t, ctx, "POST", p.API+received.Artwork, "",
			map[string]any{"name": name, "bytes": len(sent)})
		if status, answer := storetest.Post(t, offer.Upload, sent); status != http.StatusNoContent {
			t.Fatalf("%s: %d %s", name, status, answer)
		}
		result := said[file.ArtworkResult](t, ctx, "POST", p.API+received.Artwork+"/"+offer.ID, "", struct{}{})
		if (result.State == artwork.Attached) != (name == "book.pdf") {
			t.Errorf("%+v", result)
		}
	}
	token, err := p.Token(seed.Subject("manager"))
	if err != nil {
		t.Fatal(err)
	}
	lead := p.API + "/leads/lead" + strings.TrimPrefix(received.Submission, "sub")
	kept := said[table.Page[artwork.Artwork]](t, ctx, "GET", lead+"/artwork", token, nil)
	if len(kept.Items) != 1 || kept.Items[0].Name != "book.pdf" {
		t.Fatalf("%+v", kept)
	}
	link := said[app.ArtworkLink](t, ctx, "GET", lead+"/artwork/"+kept.Items[0].ID, token, nil)
	if _, saved := asked(t, ctx, "GET", link.URL, "", nil); !bytes.Equal(saved, storetest.Brochure) {
		t.Errorf("downloaded %d bytes", len(saved))
	}
}

// said makes a call that succeeds and reads what it says.
func said[T any](t *testing.T, ctx context.Context, method, address, token string, body any) T {
	t.Helper()
	status, answer := asked(t, ctx, method, address, token, body)
	var v T
	if err := json.Unmarshal(answer, &v); err != nil || status >= 300 {
		t.Fatalf("%s %s: %d %s, %v", method, address, status, answer, err)
	}
	return v
}

func asked(t *testing.T, ctx context.Context, method, address, token string, body any) (int, []byte) {
	t.Helper()
	sent, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(sent))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	if method == http.MethodGet {
		r.Body, r.ContentLength = nil, 0
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, text
}
