package cloud_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"afterpress/infra/local/cloud"
	"afterpress/infra/local/engine"
	"afterpress/infra/local/sam"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/credentials"
)

// shelf is the bucket of template.yaml behind a cloud, with what was refused.
type shelf struct {
	*table.Bucket
	t       *testing.T
	refused []cloud.Refusal
}

func shelve(t *testing.T) *shelf {
	t.Helper()
	s := &shelf{t: t}
	c, err := cloud.New(cloud.Options{Template: described(t, nil),
		Refused: func(r cloud.Refusal) { s.refused = append(s.refused, r) }})
	if err != nil {
		t.Fatal(err)
	}
	port, err := engine.FreePort()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	objects, err := engine.StartObjects(t.Context(), port, engine.Where{Data: dir, Log: filepath.Join(dir, "log")},
		"api", "intake", "stream", "worker")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(objects.Keeper.Stop)
	if err := objects.Prepare(t.Context(), "artwork", nil); err != nil {
		t.Fatal(err)
	}
	at, err := url.Parse(objects.Endpoint)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(c.Objects(at))
	t.Cleanup(server.Close)
	objects.Endpoint = server.URL
	s.Bucket, err = table.NewBucket(objects.Config(), "artwork", time.Now)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func described(t *testing.T, more map[string]string) *sam.Template {
	t.Helper()
	root, err := engine.Root()
	if err != nil {
		t.Fatal(err)
	}
	parameters := map[string]string{"WorkerVpc": "local", "PublicUrl": "https://shop.example",
		"TemporalAddress": "localhost:7233", "SenderAddress": "shop@example.com"}
	for name, value := range more {
		parameters[name] = value
	}
	template, err := sam.Load(filepath.Join(root, "template.yaml"), parameters)
	if err != nil {
		t.Fatal(err)
	}
	return template
}

func (s *shelf) as(role string) *table.Bucket {
	return s.Signed(credentials.NewStaticCredentialsProvider(role, engine.ObjectKey, ""))
}

// post posts a picture under a policy that the role has signed.
func (s *shelf) post(role, key string) int {
	s.t.Helper()
	upload, err := s.as(role).Invite(s.t.Context(), key, 1_000_000, time.Now().Add(time.Minute), "")
	if err != nil {
		s.t.Fatal(err)
	}
	status, _ := storetest.Post(s.t, upload, storetest.Photo(s.t))
	return status
}

// open fetches a link that the role has signed.
func (s *shelf) open(role, key string) int {
	s.t.Helper()
	link, err := s.as(role).Link(s.t.Context(), key, "a.jpg", time.Minute)
	if err != nil {
		s.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, link, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	status, _ := storetest.Fetch(s.t, r)
	return status
}

func TestWhoSignedALinkOrAFormIsJudgedWhenItIsUsed(t *testing.T) {
	s := shelve(t)
	for _, key := range []string{"attached/cmp_1", "attached/hld_1"} {
		if status := s.post(engine.ObjectKey, key); status != http.StatusNoContent {
			t.Fatalf("the operator's own form: %d", status)
		}
	}
	for _, c := range []struct {
		role, key    string
		posts, opens int
	}{
		{"intake", "quarantine/lead_1", http.StatusNoContent, http.StatusOK},
		{"intake", "elsewhere/1", http.StatusForbidden, http.StatusForbidden},
		{"intake", "attached/hld_1", http.StatusNoContent, http.StatusOK},
		{"intake", "attached/cmp_1", http.StatusNoContent, http.StatusForbidden},
		{"api", "quarantine/cmp_1", http.StatusNoContent, http.StatusOK},
		{"api", "quarantine/lead_2", http.StatusForbidden, http.StatusForbidden},
		{"api", "attached/lead_9", http.StatusForbidden, http.StatusNotFound},
		{"worker", "attached/cmp_1", http.StatusForbidden, http.StatusForbidden},
		{"stream", "quarantine/cmp_1", http.StatusForbidden, http.StatusForbidden},
	} {
		if posted, opened := s.post(c.role, c.key), s.open(c.role, c.key); posted != c.posts || opened != c.opens {
			t.Errorf("%s and %s: posting answers %d, opening %d", c.role, c.key, posted, opened)
		}
	}
}

func TestACopyAsksForBothItsPlaces(t *testing.T) {
	s := shelve(t)
	for _, key := range []string{"quarantine/cmp_1", "quarantine/lead_1"} {
		if status := s.post(engine.ObjectKey, key); status != http.StatusNoContent {
			t.Fatal(status)
		}
	}
	for _, c := range []struct {
		role, from, to string
		want           bool
	}{
		{"api", "quarantine/cmp_1", "attached/cmp_1", true},
		{"api", "quarantine/lead_1", "attached/cmp_1", false}, // it may not read the one
		{"api", "quarantine/cmp_1", "attached/lead_1", false}, // nor write the other
		{"intake", "quarantine/lead_1", "attached/lead_1", true},
	} {
		seen, _, err := s.Look(t.Context(), c.from, 10)
		if err != nil {
			t.Fatal(err)
		}
		s.refused = nil
		missing, err := s.as(c.role).Keep(t.Context(), c.from, c.to, seen.Mark)
		if (err == nil && !missing) != c.want {
			t.Errorf("%s copies %s to %s: missing %v, %v", c.role, c.from, c.to, missing, err)
		}
		if !c.want && (len(s.refused) != 1 || s.refused[0].Role != c.role) {
			t.Errorf("%s copies %s to %s: refused %v", c.role, c.from, c.to, s.refused)
		}
	}
	if err := s.as("stream").Drop(t.Context(), "attached/cmp_1"); err == nil {
		t.Error("the stream may delete")
	}
	for _, role := range []string{"api", "worker"} {
		if err := s.as(role).Drop(t.Context(), "attached/cmp_1"); err != nil {
			t.Error(role, err)
		}
	}
}

// Only a role that may list the bucket learns that an object is missing.
func TestWhatIsMissingIsForbiddenToWhoMayNotList(t *testing.T) {
	template := described(t, nil)
	for i, f := range template.Functions {
		if f.Name == "api" {
			template.Functions[i].Role = []sam.Statement{{Effect: "Allow", Action: sam.OneOrMany{"s3:GetObject"},
				Resource: sam.OneOrMany{"${Artwork.Arn}/*"}}}
		}
	}
	c, err := cloud.New(cloud.Options{Template: template})
	if err != nil {
		t.Fatal(err)
	}
	empty := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(empty.Close)
	at, err := url.Parse(empty.URL)
	if err != nil {
		t.Fatal(err)
	}
	for role, want := range map[string]int{"api": http.StatusForbidden, "intake": http.StatusNotFound} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/artwork/quarantine/1", nil)
		r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+role+"/20261201/us-east-1/s3/aws4_request")
		w := httptest.NewRecorder()
		c.Objects(at).ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("%s: %d, want %d", role, w.Code, want)
		}
	}
}

func TestOnlyTheWorkerSends(t *testing.T) {
	var refused []cloud.Refusal
	c, err := cloud.New(cloud.Options{Template: described(t, map[string]string{"SesConfigurationSet": "afterpress",
		"ChannelsSecret": "Channels"}), Refused: func(r cloud.Refusal) { refused = append(refused, r) }})
	if err != nil {
		t.Fatal(err)
	}
	sent := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(sent.Close)
	at, err := url.Parse(sent.URL)
	if err != nil {
		t.Fatal(err)
	}
	const mail = `{"FromEmailAddress":"Shop <hello@shop.example>","ConfigurationSetName":"%s",
		"Content":{"Raw":{"Data":"YQ=="}}}`
	for _, c2 := range []struct {
		name, role, path, body string
		want                   int
	}{
		{"mail", "worker", "/v2/email/outbound-emails", fmt.Sprintf(mail, "afterpress"), http.StatusOK},
		{"mail under another set", "worker", "/v2/email/outbound-emails", fmt.Sprintf(mail, "theirs"), http.StatusForbidden},
		{"mail by a door", "api", "/v2/email/outbound-emails", fmt.Sprintf(mail, "afterpress"), http.StatusForbidden},
		{"a text message", "worker", "/", "Action=Publish&PhoneNumber=%2B8613800000000&Message=a", http.StatusOK},
		{"a topic", "worker", "/", "Action=Publish&TopicArn=arn:aws:sns:us-east-1:000000000000:alarms&Message=a",
			http.StatusForbidden},
		{"what is no sending", "worker", "/", "Action=DeleteTopic&TopicArn=arn:aws:sns:us-east-1:000000000000:alarms",
			http.StatusForbidden},
		{"the operator", "operator", "/", "Action=Publish", http.StatusOK},
	} {
		refused = nil
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, c2.path, strings.NewReader(c2.body))
		r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+c2.role+"/20261201/us-east-1/ses/aws4_request")
		w := httptest.NewRecorder()
		c.Senders(at).ServeHTTP(w, r)
		if w.Code != c2.want || (len(refused) == 1) != (c2.want == http.StatusForbidden) {
			t.Errorf("%s: %d, refused %v", c2.name, w.Code, refused)
		}
	}
}
