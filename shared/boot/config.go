package boot

import (
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net/mail"
	"net/url"
	"os"
	"slices"
	"strings"
)

// Config is what a process reads from its environment, once, at its start.
type Config struct {
	Stage         string     // STAGE, such as prod; appears in logs only
	LogLevel      slog.Level // LOG_LEVEL: debug, info, warn or error; info where it is not set
	RecordsTable  string     // RECORDS_TABLE
	EventsTable   string     // EVENTS_TABLE
	MessagesTable string     // MESSAGES_TABLE
	SealKey       []byte     // SEAL_KEY, base64 of at least 32 random bytes: seals cursors and hashes suppressed addresses

	// with Temporal
	TemporalAddress   string // TEMPORAL_ADDRESS, host:port
	TemporalNamespace string // TEMPORAL_NAMESPACE
	TemporalAPIKey    string // TEMPORAL_API_KEY; empty where the server asks for none

	// with Mail
	SMTPURL             string // SMTP_URL: smtp://user:pass@host:port; a secret. Empty: Amazon SES sends
	SESConfigurationSet string // SES_CONFIGURATION_SET, where SMTP_URL is not set
	Channels            string // CHANNELS: accounts of SMS and chat as JSON, read by notify.ReadChannels; a secret. Empty: e-mail alone
	OutboundAllow       string // OUTBOUND_ALLOW: host:port of a private address that CHANNELS may name, such as a gateway of the shop's own; empty for none

	SenderAddress string // SENDER_ADDRESS: "Shop <hello@shop.example>" or the address alone
	PublicURL     string // PUBLIC_URL: where customers reach the doors, without a slash at its end
}

// Part reads settings that only some processes need.
type Part func(*reader, *Config)

// Temporal reads where the Temporal server is.
func Temporal(r *reader, c *Config) {
	c.TemporalAddress = r.text("TEMPORAL_ADDRESS")
	c.TemporalNamespace = r.text("TEMPORAL_NAMESPACE")
	c.TemporalAPIKey = os.Getenv("TEMPORAL_API_KEY")
}

// Mail reads what sending needs.
func Mail(r *reader, c *Config) {
	c.SESConfigurationSet, c.Channels, c.OutboundAllow = os.Getenv("SES_CONFIGURATION_SET"), os.Getenv("CHANNELS"), os.Getenv("OUTBOUND_ALLOW")
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
}

// Load reads the environment. One error names every setting that is missing or wrong, and no secret's value.
func Load(parts ...Part) (Config, error) {
	var r reader
	c := Config{
		Stage:         r.text("STAGE"),
		RecordsTable:  r.text("RECORDS_TABLE"),
		EventsTable:   r.text("EVENTS_TABLE"),
		MessagesTable: r.text("MESSAGES_TABLE"),
		SealKey:       r.key("SEAL_KEY"),
		LogLevel:      r.level("LOG_LEVEL"),
	}
	for _, part := range parts {
		part(&r, &c)
	}
	return c, errors.Join(r.faults...)
}

// reader collects every fault, so that a new deployment is put right in one go.
type reader struct{ faults []error }

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

func (r *reader) key(name string) []byte {
	value := r.text(name)
	key, err := base64.StdEncoding.DecodeString(value)
	if value != "" && (err != nil || len(key) < 32) {
		r.fault(name, "must be the base64 of at least 32 random bytes")
	}
	return key
}

func (r *reader) level(name string) slog.Level {
	var level slog.Level
	if value := os.Getenv(name); value != "" && level.UnmarshalText([]byte(value)) != nil {
		r.fault(name, "must be debug, info, warn or error")
	}
	return level
}

func (r *reader) address(name string, schemes ...string) string {
	value := r.text(name)
	u, err := url.Parse(value)
	if value != "" && (err != nil || u.Host == "" || !slices.Contains(schemes, u.Scheme)) {
		r.fault(name, fmt.Sprintf("must be an address of the form %s://host:port", schemes[0]))
	}
	return value
}
