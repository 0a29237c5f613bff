package table

import (
	"context"
	"encoding/xml"
	"io"
	"net/http"
	"net/url"
)

// versionHeader says which version of an object was read or written.
const versionHeader = "X-Amz-Version-Id"

// longestList bounds what is read of a list: a thousand versions, which is what the bucket lists at once.
const longestList = 2 << 20

// Tag reads what a tag says of one version of an object; empty where that has no such tag. missing says that the
// version is gone.
func (b *Bucket) Tag(ctx context.Context, key, version, name string) (says string, missing bool, err error) {
	answer, missing, err := b.call(ctx, http.MethodGet, key+"?"+url.Values{"tagging": {""},
		"versionId": {version}}.Encode())
	if err != nil || missing {
		return "", missing, err
	}
	var found struct {
		Tags []struct{ Key, Value string } `xml:"TagSet>Tag"`
	}
	if err := readXML(answer, &found); err != nil {
		return "", false, err
	}
	for _, t := range found.Tags {
		if t.Key == name {
			says = t.Value
		}
	}
	return says, false, nil
}

// Shred deletes every version of an object. An object that is already gone is no error.
func (b *Bucket) Shred(ctx context.Context, key string) error {
	answer, missing, err := b.call(ctx, http.MethodGet, "?"+url.Values{"versions": {""}, "prefix": {key}}.Encode())
	if err != nil || missing {
		return err
	}
	type version struct {
		Key       string
		VersionID string `xml:"VersionId"`
	}
	var listed struct {
		Versions []version `xml:"Version"`
		Markers  []version `xml:"DeleteMarker"`
	}
	if err := readXML(answer, &listed); err != nil {
		return err
	}
	for _, v := range append(listed.Versions, listed.Markers...) {
		if v.Key != key {
			continue
		}
		answer, _, err := b.call(ctx, http.MethodDelete, key+"?"+url.Values{"versionId": {v.VersionID}}.Encode())
		if err != nil {
			return err
		}
		if answer != nil {
			_ = answer.Body.Close() // 204
		}
	}
	return nil
}

func readXML(answer *http.Response, into any) error {
	defer answer.Body.Close() //nolint:errcheck // it was only read
	if err := xml.NewDecoder(io.LimitReader(answer.Body, longestList)).Decode(into); err != nil {
		return Unavailable(err)
	}
	return nil
}
