package cloud

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"

	"afterpress/infra/local/sam"
)

// Objects is the cloud before the object store at an address. A link that was signed in advance, and the policy of a
// form, are checked when they are used, against the role of their signer.
func (c *Cloud) Objects(store *url.URL) http.Handler {
	proxy := &httputil.ReverseProxy{Transport: c.next, ErrorHandler: broken, Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(store)
		r.Out.Host = r.In.Host // which the signature covers
	}, ModifyResponse: func(r *http.Response) error {
		if err := c.tell(r); err != nil {
			return err
		}
		return hideMissing(r)
	}}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, asks, err := c.readObject(r)
		role, bound := c.roles[name]
		if !bound || r.Method == http.MethodOptions { // an engine answers what is not signed, and the operator
			proxy.ServeHTTP(w, r)
			return
		}
		if err != nil {
			deny(w, http.StatusBadRequest, "InvalidRequest", err.Error())
			return
		}
		role = append(slices.Clone(role), c.buckets...)
		for _, a := range asks {
			statement, ok := allowed(role, a)
			if !ok {
				c.refused(Refusal{Role: name, Action: a.action, Resource: a.resource, Call: r.Method + " " + r.URL.Path})
				deny(w, http.StatusForbidden, "AccessDenied", "Access Denied")
				return
			}
			c.used.note(name, statement, a.action, a.resource)
		}
		list := ask{action: "s3:ListBucket", resource: c.bucket(r.URL.Path), keys: secure}
		if statement, ok := allowed(role, list); ok {
			c.used.note(name, statement, list.action, list.resource)
		} else {
			r = r.WithContext(context.WithValue(r.Context(), mayNotList{}, true))
		}
		proxy.ServeHTTP(w, r)
	})
}

// mayNotList marks a request whose role may not learn which objects there are.
type mayNotList struct{}

// hideMissing answers 403 in place of 404 to a role that may not list the bucket, as S3 does.
func hideMissing(r *http.Response) error {
	if r.StatusCode == http.StatusNotFound && r.Request.Context().Value(mayNotList{}) != nil {
		r.StatusCode, r.Status = http.StatusForbidden, "403 Forbidden"
	}
	return nil
}

func deny(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, "<Error><Code>%s</Code><Message>%s</Message></Error>", code, message) // the caller may be gone
}

// secure is what every local request counts as: the engines speak no TLS, the doors of AWS nothing else.
var secure = map[string][]string{"aws:SecureTransport": {"true"}, "s3:TlsVersion": {"1.3"}}

// bucket is the resource of the bucket that a path begins with.
func (c *Cloud) bucket(path string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	if id, ok := c.bucketIDs[name]; ok {
		name = id
	}
	return "${" + name + ".Arn}"
}

// readObject says who signed a request, and what it asks for.
func (c *Cloud) readObject(r *http.Request) (name string, asks []ask, err error) {
	_, object, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	name = signer(r.Header.Get("Authorization"))
	if credential := r.URL.Query().Get("X-Amz-Credential"); credential != "" {
		name, _, _ = strings.Cut(credential, "/")
	}
	to := func(action string) {
		resource := c.bucket(r.URL.Path)
		if object != "" {
			resource += "/" + object
		}
		asks = append(asks, ask{"s3:" + action, resource, secure})
	}
	query := r.URL.Query()
	version := "" // what S3 asks for where a call names a version
	if query.Has("versionId") {
		version = "Version"
	}
	switch {
	case r.Method == http.MethodPost && object == "":
		if name, object, err = form(r); err == nil {
			to("PutObject")
		}
	case object == "" && r.Method == http.MethodGet && query.Has("versions"):
		to("ListBucketVersions")
	case object == "" && r.Method == http.MethodGet:
		to("ListBucket")
	case object == "":
		err = fmt.Errorf("the local cloud does not know %s of a bucket", r.Method)
	case r.Method == http.MethodGet && query.Has("tagging"):
		to("GetObject" + version + "Tagging")
	case query.Has("tagging"):
		err = fmt.Errorf("the local cloud does not know %s of tags", r.Method)
	case r.Method == http.MethodGet, r.Method == http.MethodHead:
		to("GetObject" + version)
	case r.Method == http.MethodDelete:
		to("DeleteObject" + version)
	case r.Method == http.MethodPut:
		to("PutObject")
		if from := r.Header.Get("X-Amz-Copy-Source"); from != "" {
			if from, err = url.PathUnescape(from); err != nil {
				return name, nil, err
			}
			_, key, _ := strings.Cut(strings.TrimPrefix(from, "/"), "/")
			asks = append(asks, ask{"s3:GetObject", c.bucket("/"+strings.TrimPrefix(from, "/")) + "/" + key, secure})
		}
	default:
		err = fmt.Errorf("the local cloud does not know %s of an object", r.Method)
	}
	return name, asks, err
}

// form reads the signer and the object's key out of a posted form, up to its file. The body stays whole.
func form(r *http.Request) (name, object string, err error) {
	_, parameters, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return "", "", err
	}
	var read bytes.Buffer
	rest := r.Body
	defer func() {
		r.Body = struct {
			io.Reader
			io.Closer
		}{io.MultiReader(&read, rest), rest}
	}()
	parts := multipart.NewReader(io.TeeReader(rest, &read), parameters["boundary"])
	for {
		part, err := parts.NextPart()
		if err != nil || part.FormName() == "file" {
			return name, object, nil // what is missing, the store finds
		}
		value, err := io.ReadAll(io.LimitReader(part, 10_000))
		if err != nil {
			return "", "", err
		}
		switch strings.ToLower(part.FormName()) {
		case "key":
			object = string(value)
		case "x-amz-credential":
			name, _, _ = strings.Cut(string(value), "/")
		}
	}
}

func bucketIDs(buckets []sam.Bucket) map[string]string {
	ids := map[string]string{}
	for _, b := range buckets {
		ids[b.Name] = b.ID
	}
	return ids
}
