package notify

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/textproto"
	"net/url"
	"strconv"
	"time"

	"github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"
)

// SendTimeout bounds one Send from dialling to the server's last word, so a lease on a message has to be longer.
// RFC 5321, 4.5.3.2.6, asks for ten minutes at the end because a client that gives up sends twice; ours never does.
const SendTimeout = 30 * time.Second

// farewell bounds the goodbye after a message was accepted; nothing depends on its answer.
const farewell = time.Second

// SMTP sends e-mail through one server, one connection per message. It is a Sender and safe for concurrent use.
type SMTP struct {
	host, port     string
	user, password string
	implicitTLS    bool
	policy         mail.TLSPolicy
	trust          *tls.Config // the system's roots
	timeout        time.Duration
}

// NewSMTP reads an address: smtp://[user:password@]host[:port] (587) or smtps://… (465, TLS from the first byte).
// On smtp a password is only sent after STARTTLS, unless the server is this machine. Without a password STARTTLS is
// used where it is offered, and never on this machine but at port 587. The error does not repeat the address, which
// may hold a password.
func NewSMTP(address string) (*SMTP, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.Path != "" || u.RawQuery != "" || u.Fragment != "" {
		return nil, errors.New("the SMTP address is not smtp://[user:password@]host[:port]")
	}
	s := &SMTP{host: u.Hostname(), port: u.Port(), timeout: SendTimeout}
	s.trust = &tls.Config{ServerName: s.host, MinVersion: tls.VersionTLS12}
	s.user = u.User.Username()
	s.password, _ = u.User.Password()
	if (s.user == "") != (s.password == "") {
		return nil, errors.New("the SMTP address has a user without a password, or the reverse")
	}
	switch u.Scheme {
	case "smtp":
		s.port = orPort(s.port, mail.DefaultPortTLS)
	case "smtps":
		s.port = orPort(s.port, mail.DefaultPortSSL)
		s.implicitTLS = true
	default:
		return nil, errors.New("the SMTP address must begin with smtp:// or smtps://")
	}
	s.policy = s.tlsPolicy()
	return s, nil
}

func orPort(port string, standard int) string {
	if port == "" {
		return strconv.Itoa(standard)
	}
	return port
}

func (s *SMTP) tlsPolicy() mail.TLSPolicy {
	ip := net.ParseIP(s.host)
	here := s.host == "localhost" || ip != nil && ip.IsLoopback()
	switch {
	case here && s.port != strconv.Itoa(mail.DefaultPortTLS):
		return mail.NoTLS
	case s.password != "" && !here:
		return mail.TLSMandatory
	}
	return mail.TLSOpportunistic
}

// Send sends m and returns its Message-ID without the angle brackets. Up to the server's leave to send the text a
// failure is NotSent, or Rejected when the server refuses sender or recipient for good; after that it is Unknown
// unless the server's own answer says no.
func (s *SMTP) Send(ctx context.Context, m Message) (string, error) {
	msg, id, err := email(m)
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()

	client, hangUp, err := s.dial(ctx, domain(m.From.Email))
	defer hangUp()
	if err != nil {
		// The greeting, TLS and sign-in are about us, not about this message: even a reply for good may end when the
		// set-up is mended.
		return "", &Error{Kind: NotSent, Code: code(ctx, err), cause: err}
	}
	if kind, err := deliver(client, msg); err != nil {
		return "", &Error{Kind: kind, Code: code(ctx, err), cause: err}
	}
	_ = client.UpdateDeadline(farewell)
	_ = client.Quit()
	return id, nil
}

// deliver hands msg over and says what a failure means for it. It does not use go-mail's own Send: that hides the
// causes. After a text that could not be written to its end it says QUIT; that ends the text properly, and half a
// message would be accepted.
func deliver(client *smtp.Client, msg *mail.Msg) (Kind, error) {
	from, err := msg.GetSender(false)
	if err != nil {
		return Rejected, err
	}
	to, err := msg.GetRecipients()
	if err != nil {
		return Rejected, err
	}
	if err := client.Mail(from); err != nil {
		return answered(err, NotSent), err
	}
	if err := client.Rcpt(to[0]); err != nil {
		return answered(err, NotSent), err
	}
	text, err := client.Data()
	if err != nil {
		return answered(err, NotSent), err
	}
	if _, err := msg.WriteTo(text); err != nil {
		return Unknown, err
	}
	if err := text.Close(); err != nil {
		return answered(err, Unknown), err
	}
	return "", nil
}

// answered is what the server's refusal means; without one, or with an answer that is none, it is silent.
func answered(err error, silent Kind) Kind {
	var reply *textproto.Error
	switch {
	case errors.As(err, &reply) && reply.Code >= 500 && reply.Code < 600:
		return Rejected
	case errors.As(err, &reply) && reply.Code >= 400 && reply.Code < 500:
		return NotSent
	}
	return silent
}

// code names the failure in a word that is safe to keep. "session" is a server that speaks but with which there is
// no agreement: no STARTTLS, a certificate that nobody vouches for, no common way to sign in, an answer that is not
// SMTP.
func code(ctx context.Context, err error) string {
	var reply *textproto.Error
	var network net.Error
	switch {
	case errors.As(err, &reply):
		return strconv.Itoa(reply.Code)
	case errors.Is(ctx.Err(), context.Canceled):
		return "cancelled"
	case ctx.Err() != nil || errors.As(err, &network) && network.Timeout():
		return "timeout"
	case network != nil || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		return "connection"
	}
	return "session"
}

// dial opens a session; the function beside it hangs up and is never nil. go-mail neither ends a dialogue when its
// context ends nor closes a connection whose sign-in failed, so both are done here.
func (s *SMTP) dial(ctx context.Context, helo string) (*smtp.Client, func(), error) {
	hangUp := func() {}
	connect := func(dialling context.Context, network, _ string) (net.Conn, error) {
		conn, err := s.connect(dialling, network)
		if err != nil {
			return nil, err
		}
		stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
		hangUp = func() {
			stop()
			_ = conn.Close()
		}
		return conn, nil
	}
	dialler, err := mail.NewClient(s.host, append(s.options(helo), mail.WithDialContextFunc(connect))...)
	if err != nil {
		return nil, hangUp, err
	}
	client, err := dialler.DialToSMTPClientWithContext(ctx)
	return client, hangUp, err
}

func (s *SMTP) options(helo string) []mail.Option {
	options := []mail.Option{
		mail.WithTimeout(s.timeout), mail.WithHELO(helo), mail.WithTLSPolicy(s.policy), mail.WithTLSConfig(s.trust),
		mail.WithoutSMTPUTF8(), // our addresses are ASCII; asking for the extension could only make a relay refuse
	}
	if s.implicitTLS {
		options = append(options, mail.WithSSL())
	}
	if s.password != "" {
		options = append(options, mail.WithUsername(s.user), mail.WithPassword(s.password),
			mail.WithOpportunisticSMTPAuth(mail.SMTPAuthSCRAMSHA256, mail.SMTPAuthPlain, mail.SMTPAuthLogin))
	}
	return options
}

// connect stands in for go-mail's own dialling, whose address breaks on IPv6.
func (s *SMTP) connect(ctx context.Context, network string) (net.Conn, error) {
	address := net.JoinHostPort(s.host, s.port)
	if s.implicitTLS {
		return (&tls.Dialer{Config: s.trust}).DialContext(ctx, network, address)
	}
	return new(net.Dialer).DialContext(ctx, network, address)
}
