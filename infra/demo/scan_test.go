package main

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"afterpress/functions/intake/file"
	"afterpress/functions/intake/form"
	"afterpress/infra/demo/people"
	"afterpress/infra/local/seed"
	"afterpress/shared/app"
	"afterpress/shared/crm/artwork"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"
)

// With ScanFiles a file waits for the scanner: staff see it and cannot open it. One that is clean then opens. One with
// malware goes, and its sender reads why.
func TestFilesAreScanned(t *testing.T) {
	p := started(t, map[string]string{"ScanFiles": "on"})
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	const email = "scanned@visitor.example"
	received := said[form.Received](t, ctx, "POST", p.API+"/forms/"+seed.Quote+"?lang=en", "",
		map[string]string{"name": "Tom", "email": email, "product": "book"})
	scanner := storetest.NewScanner(p.Stack.Addresses.Objects, "artwork")
	token, err := p.Token(seed.Subject("manager"))
	if err != nil {
		t.Fatal(err)
	}
	lead := p.API + "/leads/lead" + strings.TrimPrefix(received.Submission, "sub")
	for found, becomes := range map[string]string{artwork.TagClean: artwork.Attached,
		artwork.TagInfected: artwork.Infected} {
		offer := said[app.ArtworkOffer](t, ctx, "POST", p.API+received.Artwork, "",
			map[string]any{"name": becomes + ".pdf", "bytes": len(storetest.Brochure)})
		if status, answer := storetest.Post(t, offer.Upload, storetest.Brochure); status != http.StatusNoContent {
			t.Fatalf("%d %s", status, answer)
		}
		result := said[file.ArtworkResult](t, ctx, "POST", p.API+received.Artwork+"/"+offer.ID, "", struct{}{})
		if result.State != artwork.Scanning || result.Why == "" {
			t.Fatalf("%+v", result)
		}
		at := lead + "/artwork/" + offer.ID
		if status, answer := asked(t, ctx, "GET", at, token, nil); status != http.StatusNotFound {
			t.Errorf("it opens before it was scanned: %d %s", status, answer)
		}
		if status, answer := asked(t, ctx, "POST", at+"/release", token, app.ReleaseFile{
			Reason: artwork.ReleaseReasons[0]}); status != http.StatusUnprocessableEntity && status != http.StatusConflict {
			t.Errorf("released while it is scanned: %d %s", status, answer)
		}
		scanner.Says(t, offer.Upload.Fields["key"], "", found)
		stands := func() (bool, error) {
			for _, a := range said[table.Page[artwork.Artwork]](t, ctx, "GET", lead+"/artwork", token, nil).Items {
				if a.ID == offer.ID {
					return a.State == becomes && (a.Why != "") == (becomes == artwork.Infected), nil
				}
			}
			return false, nil
		}
		if err := people.Await(ctx, "file to become "+becomes, stands); err != nil {
			t.Fatal(err)
		}
		want := map[string]int{artwork.Attached: http.StatusOK, artwork.Infected: http.StatusNotFound}[becomes]
		if status, answer := asked(t, ctx, "GET", at, token, nil); status != want {
			t.Errorf("%s: %d %s", becomes, status, answer)
		}
	}
	mail, err := p.AwaitMail(ctx, email, "malware was found in it")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(mail.Text, "send us a clean copy") {
		t.Error(mail.Text)
	}
}
