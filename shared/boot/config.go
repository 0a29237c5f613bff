package boot

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/mail"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"afterpress/shared/kernel/token"
)

// Config is what a process reads from its environment, once, at its start.
type Config struct {
	Stage         string     // STAGE, such as prod; appears in logs only
	LogLevel      slog.Level // LOG_LEVEL: debug, info, warn or error; info where it is not set
	RecordsTable  string     // RECORDS_TABLE
	EventsTable   string     // EVENTS_TABLE
	MessagesTable string     // MESSAGES_TABLE
	secrets       *secrets   // nil where every value stands in the environment

	// with Keys
	// SEAL_KEY or SEAL_KEY_SECRET, as token.NewRing reads it: seals links, reply addresses and cursors, and hashes
	// suppressed addresses
	Ring *token.Ring

	// with Temporal
	TemporalAddress   string // TEMPORAL_ADDRESS, host:port
	TemporalNamespace string // TEMPORAL_NAMESPACE
	// TEMPORAL_API_KEY or TEMPORAL_API_KEY_SECRET; nil where the server asks for none
	TemporalAPIKey func() string
	TemporalPlain  bool // TEMPORAL_TLS: on where it is not set; off speaks without TLS
	// TEMPORAL_CERTIFICATE or TEMPORAL_CERTIFICATE_SECRET, our certificate and its key in PEM; nil where the server
	// asks for none
	TemporalCertificate func() *tls.Certificate
	RestoreEpoch        int64 // RESTORE_EPOCH: one more with each restore of the tables; 0 where it is not set
	// TEMPORAL_CA: who may sign the server's certificate, in PEM; nil: the authorities of the system
	TemporalAuthorities *x509.CertPool

	// with Mail
	SMTPURL             string // SMTP_URL: smtp://user:pass@host:port; a secret. Empty: Amazon SES sends
	SESConfigurationSet string // SES_CONFIGURATION_SET, where SMTP_URL is not set
	// CHANNELS: accounts of SMS and chat as JSON, read by notify.ReadChannels; a secret. Empty: e-mail alone
	Channels string
	// OUTBOUND_ALLOW: host:port of a private address that CHANNELS may name, such as a gateway of the shop's own;
	// empty for none
	OutboundAllow string

	SenderAddress string // SENDER_ADDRESS: "Shop <hello@shop.example>" or the address alone
	PublicURL     string // PUBLIC_URL: where customers reach the doors, without a slash at its end

	// with Mail and Hooks
	ReplyDomain string // REPLY_DOMAIN: mail to it comes to /hooks/mail; empty: customers answer the sender

	// with Hooks
	// MAIL_HOSTS: hosts or domains whose checks of senders count, with commas; empty: Amazon SES and REPLY_DOMAIN
	MailHosts []string
	// HOOK_SECRETS or HOOK_SECRETS_SECRET: {"leads":["whsec_…"]}, one or two for a source; without: every hook is
	// refused
	HookSecrets *Held[map[string][][]byte]
	// SES_TOPIC: ARN of the topic that SES tells of its messages; empty: that hook is refused
	SESTopic string

	// with Front
	// ORIGIN_KEYS or ORIGIN_KEYS_SECRET: the one or two values of X-Origin-Key that CloudFront adds, a space between
	// them; without: nothing stands before the gateway
	OriginKeys *Held[[][]byte]

	// with Artwork
	ArtworkBucket string // ARTWORK_BUCKET
	ScanFiles     bool   // SCAN_FILES: off where it is not set; on waits for a scanner before a file can be opened

	// with SignIn
	SignInIssuer string // SIGN_IN_ISSUER: who signs the tokens of staff, an OpenID Connect issuer
	SignInClient string // SIGN_IN_CLIENT: what the issuer calls the console; empty: nobody can sign in yet
	// SIGN_IN_DISCOVERY: where the issuer describes itself; empty: at its own address
	SignInDiscovery string
}

// Part reads settings that only some processes need.
type Part func(*reader, *Config)

// Temporal reads where the Temporal server is.
func Temporal(r *reader, c *Config) {
	c.TemporalAddress = r.text("TEMPORAL_ADDRESS")
	c.TemporalNamespace = r.text("TEMPORAL_NAMESPACE")
	c.RestoreEpoch = r.count("RESTORE_EPOCH")
	key := new(Held[string])
	if r.secret("TEMPORAL_API_KEY", func(text string) error { key.now.Store(&text); return nil }) {
		c.TemporalAPIKey = key.Now
	}
	temporalTLS(r, c)
}

// temporalTLS reads how Temporal is spoken to.
func temporalTLS(r *reader, c *Config) {
	own := new(Held[*tls.Certificate])
	if r.secret("TEMPORAL_CERTIFICATE", func(text string) error {
		pair, err := tls.X509KeyPair([]byte(text), []byte(text))
		if err != nil {
			return errors.New("must be a certificate and its key in PEM")
		}
		found := &pair
		own.now.Store(&found)
		return nil
	}) {
		c.TemporalCertificate = own.Now
	}
	if text := os.Getenv("TEMPORAL_CA"); text != "" {
		c.TemporalAuthorities = x509.NewCertPool()
		if !c.TemporalAuthorities.AppendCertsFromPEM([]byte(text)) {
			r.fault("TEMPORAL_CA", "must be certificates in PEM")
		}
	}
	switch os.Getenv("TEMPORAL_TLS") {
	case "", "on":
	case "off":
		c.TemporalPlain = true
		if c.TemporalAPIKey != nil || c.TemporalCertificate != nil || c.TemporalAuthorities != nil {
			r.fault("TEMPORAL_TLS", "is off, and what is set beside it needs TLS: a key, a certificate or TEMPORAL_CA")
		}
	default:
		r.fault("TEMPORAL_TLS", "must be on or off")
	}
}

// Keys reads the keys that seal and hash.
func Keys(r *reader, c *Config) {
	if !r.secret("SEAL_KEY", func(text string) (err error) {
		if c.Ring != nil {
			return c.Ring.Turn(text)
		}
		c.Ring, err = token.NewRing(text)
		return err
	}) {
		r.fault("SEAL_KEY", "is not set")
	}
}

// Mail reads what sending needs.
func Mail(r *reader, c *Config) {
	c.SESConfigurationSet, c.Channels, c.OutboundAllow = os.Getenv("SES_CONFIGURATION_SET"), os.Getenv("CHANNELS"),
		os.Getenv("OUTBOUND_ALLOW")
	switch smtp := os.Getenv("SMTP_URL"); {
	case smtp == "" && c.SESConfigurationSet == "":
		r.fault("SMTP_URL", "is not set, and SES_CONFIGURATION_SET neither")
	case smtp != "" && c.SESConfigurationSet != "":
		r.fault("SMTP_URL", "and SES_CONFIGURATION_SET are both set; one of them sends e-mail")
	case smtp != "":
		c.SMTPURL = r.address("SMTP_URL", "smtp", "smtps")
	}
	c.PublicURL = strings.TrimRight(r.address("PUBLIC_URL", "https", "http"), "/")
	c.SenderAddress = r.text("SENDER_ADDRESS")
	if _, err := mail.ParseAddress(c.SenderAddress); c.SenderAddress != "" && err != nil {
		r.fault("SENDER_ADDRESS", "is not an e-mail address")
	}
	replyDomain(r, c)
}

// replyDomain reads where customers answer. The sending and the receiving side need it.
func replyDomain(r *reader, c *Config) {
	c.ReplyDomain = os.Getenv("REPLY_DOMAIN")
	if _, err := mail.ParseAddress("reply@" + c.ReplyDomain); c.ReplyDomain != "" && err != nil {
		r.fault("REPLY_DOMAIN", "is not a domain")
	}
}

// mailHosts reads which hosts check letters for the shop.
func mailHosts(r *reader, c *Config) {
	for _, host := range strings.Split(os.Getenv("MAIL_HOSTS"), ",") {
		if host = strings.ToLower(strings.TrimSpace(host)); host == "" {
			continue
		}
		if at, err := mail.ParseAddress("x@" + host); err != nil || at.Address != "x@"+host || !strings.Contains(host, ".") {
			r.fault("MAIL_HOSTS", "has a name that is no host")
			return
		}
		c.MailHosts = append(c.MailHosts, host)
	}
}

// Front reads how requests that came through CloudFront are known.
func Front(r *reader, c *Config) {
	c.OriginKeys = new(Held[[][]byte])
	r.secret("ORIGIN_KEYS", func(text string) error {
		var keys [][]byte
		for _, key := range strings.Fields(text) {
			if len(key) < 32 {
				return errors.New("has a key of less than 32 characters")
			}
			keys = append(keys, []byte(key))
		}
		if len(keys) < 1 || len(keys) > 2 {
			return errors.New("must be one key or two, with a space between them")
		}
		c.OriginKeys.now.Store(&keys)
		return nil
	})
}

// Artwork reads where files are kept, and what address the doors have for people where it is not the gateway's own.
func Artwork(r *reader, c *Config) {
	c.ArtworkBucket = r.text("ARTWORK_BUCKET")
	switch os.Getenv("SCAN_FILES") {
	case "", "off":
	case "on":
		c.ScanFiles = true
	default:
		r.fault("SCAN_FILES", "must be on or off")
	}
	if os.Getenv("PUBLIC_URL") != "" {
		c.PublicURL = strings.TrimRight(r.address("PUBLIC_URL", "https", "http"), "/")
	}
}

// SignIn reads where staff sign in to the console.
func SignIn(r *reader, c *Config) {
	c.SignInIssuer = r.address("SIGN_IN_ISSUER", "https", "http")
	c.SignInClient = os.Getenv("SIGN_IN_CLIENT")
	if os.Getenv("SIGN_IN_DISCOVERY") != "" {
		c.SignInDiscovery = r.address("SIGN_IN_DISCOVERY", "https", "http")
	}
}

// hookSources are the sources that sign with secrets.
var hookSources = []string{"leads", "complaints", "mail"}

// Hooks reads how signed calls are known.
func Hooks(r *reader, c *Config) {
	replyDomain(r, c)
	mailHosts(r, c)
	c.SESTopic = os.Getenv("SES_TOPIC")
	if c.SESTopic != "" && !strings.HasPrefix(c.SESTopic, "arn:aws") {
		r.fault("SES_TOPIC", "is not the ARN of a topic")
	}
	c.HookSecrets = new(Held[map[string][][]byte])
	r.secret("HOOK_SECRETS", func(text string) error {
		all, err := readHooks(text)
		if err == nil {
			c.HookSecrets.now.Store(&all)
		}
		return err
	})
}

func readHooks(text string) (map[string][][]byte, error) {
	var all map[string][]string
	if json.Unmarshal([]byte(text), &all) != nil {
		return nil, errors.New(`must be JSON: {"leads":["whsec_…"]}`)
	}
	out := map[string][][]byte{}
	for source, secrets := range all {
		keys, fault := hookKeys(source, secrets)
		if fault != "" {
			return nil, errors.New(fault)
		}
		out[source] = keys
	}
	return out, nil
}

// hookKeys reads the one or two secrets of a source; a secret is "whsec_" and the base64 of 24 to 64 bytes
// (Standard Webhooks).
func hookKeys(source string, secrets []string) (keys [][]byte, fault string) {
	if !slices.Contains(hookSources, source) {
		return nil, "knows the sources " + strings.Join(hookSources, " and ") + " only"
	}
	if len(secrets) > 2 {
		return nil, "has more than two secrets for " + source
	}
	for _, secret := range secrets {
		text, marked := strings.CutPrefix(secret, "whsec_")
		key, err := base64.StdEncoding.DecodeString(text)
		if !marked || err != nil || len(key) < 24 || len(key) > 64 {
			return nil, "has a secret for " + source + ` that is not "whsec_" and the base64 of 24 to 64 bytes`
		}
		keys = append(keys, key)
	}
	return keys, ""
}

// Load reads the environment, and the secrets that it names by their ARN. One error names every setting that is
// missing or wrong, and no secret's value.
func Load(ctx context.Context, parts ...Part) (Config, error) {
	var r reader
	c := &Config{
		Stage:         r.text("STAGE"),
		RecordsTable:  r.text("RECORDS_TABLE"),
		EventsTable:   r.text("EVENTS_TABLE"),
		MessagesTable: r.text("MESSAGES_TABLE"),
		LogLevel:      r.level("LOG_LEVEL"),
	}
	for _, part := range parts {
		part(&r, c)
	}
	if len(r.held) > 0 {
		settings, err := AWS(ctx)
		if err != nil {
			return *c, errors.Join(append(r.faults, err)...)
		}
		c.secrets = &secrets{client: secretsClient(settings), now: time.Now, held: r.held}
		c.secrets.begin(ctx, &r)
	}
	return *c, errors.Join(r.faults...)
}

// reader collects every fault, so that a new deployment is put right in one go.
type reader struct {
	faults []error
	held   []*secret // named by their ARN
}

func (r *reader) fault(name, what string) {
	r.faults = append(r.faults, fmt.Errorf("environment: %s %s", name, what))
}

func (r *reader) text(name string) string {
	value := os.Getenv(name)
	if value == "" {
		r.fault(name, "is not set")
	}
	return value
}

func (r *reader) level(name string) slog.Level {
	var level slog.Level
	if value := os.Getenv(name); value != "" && level.UnmarshalText([]byte(value)) != nil {
		r.fault(name, "must be debug, info, warn or error")
	}
	return level
}

// count reads a whole number; 0 where none is set.
func (r *reader) count(name string) int64 {
	value := os.Getenv(name)
	n, err := strconv.ParseInt(cmp.Or(value, "0"), 10, 64)
	if err != nil || n < 0 {
		r.fault(name, "must be a whole number, 0 or more")
	}
	return n
}

func (r *reader) address(name string, schemes ...string) string {
	value := r.text(name)
	u, err := url.Parse(value)
	if value != "" && (err != nil || u.Host == "" || !slices.Contains(schemes, u.Scheme)) {
		r.fault(name, fmt.Sprintf("must be an address of the form %s://host:port", schemes[0]))
	}
	return value
}
