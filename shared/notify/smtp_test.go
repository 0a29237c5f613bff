package notify

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	"github.com/wneessen/go-mail"
)

// post is a real SMTP server whose answers a test sets.
type post struct {
	hello, from, rcpt func(*smtp.Conn) error
	data              func(*smtp.Conn, io.Reader) error
	accepted          chan letter // with room, so that an unexpected letter cannot block
	sessions          atomic.Int32
	attempts          atomic.Int32 // messages begun
	signedIn          atomic.Int32
}

type letter struct {
	from, to string
	raw      []byte
}

type session struct {
	*post
	conn *smtp.Conn
	letter
}

func yes(*smtp.Conn) error { return nil }

func newPost() *post {
	return &post{hello: yes, from: yes, rcpt: yes, accepted: make(chan letter, 8)}
}

func (p *post) NewSession(c *smtp.Conn) (smtp.Session, error) {
	p.sessions.Add(1)
	return &session{post: p, conn: c}, p.hello(c)
}

func (s *session) Reset()        { s.letter = letter{} }
func (s *session) Logout() error { return nil }

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.attempts.Add(1)
	s.letter.from = from
	return s.post.from(s.conn)
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = to
	return s.post.rcpt(s.conn)
}

func (s *session) Data(r io.Reader) error {
	if s.data != nil {
		return s.data(s.conn, r)
	}
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.raw = raw
	s.accepted <- s.letter
	return nil
}

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != "worker" || password != "p@ss word" {
			return smtp.ErrAuthFailed
		}
		s.signedIn.Add(1)
		return nil
	}), nil
}

// open starts p on this machine and returns a sender to it. dress changes the server and the sender before they start.
func (p *post) open(t *testing.T, address string, dress func(*smtp.Server, *SMTP)) *SMTP {
	t.Helper()
	server := smtp.NewServer(p)
	server.ErrorLog = log.New(io.Discard, "", 0)
	server.AllowInsecureAuth = true
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	sender, err := NewSMTP(address + listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if dress != nil {
		dress(server, sender)
	}
	if sender.implicitTLS {
		listener = tls.NewListener(listener, server.TLSConfig)
	}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	return sender
}

func TestSendIsAccepted(t *testing.T) {
	p := newPost()
	id, err := p.open(t, "smtp://", nil).Send(t.Context(), enquiry())
	if err != nil {
		t.Fatal(err)
	}
	got := <-p.accepted
	m := enquiry()
	if got.from != m.From.Email || got.to != m.To.Email {
		t.Errorf("envelope from %q to %q", got.from, got.to)
	}
	read := reread(t, got.raw)
	if read.header.Get("Message-Id") != "<"+id+">" || read.subject != m.Subject || !sameText(read.text, m.Text) ||
		!sameText(read.html, m.HTML) {
		t.Errorf("id %q, received\n%s", id, got.raw)
	}
}

// What the server says after it accepted a message, or does not say, changes nothing.
func TestSendIsAcceptedWhateverHappensAfterwards(t *testing.T) {
	p := newPost()
	p.data = func(c *smtp.Conn, r io.Reader) error {
		if _, err := io.ReadAll(r); err != nil {
			return err
		}
		_, err := c.Conn().Write([]byte("250 2.0.0 queued\r\n"))
		reset(c)
		return err
	}
	if _, err := p.open(t, "smtp://", nil).Send(t.Context(), enquiry()); err != nil {
		t.Fatal(err)
	}
}

// reset ends the connection as a crashed machine does.
func reset(c *smtp.Conn) {
	if tcp, ok := c.Conn().(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = c.Conn().Close()
}

func says(code int) func(*smtp.Conn) error {
	return func(*smtp.Conn) error {
		return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 1, 1},
			Message: "about chen@example.org"}
	}
}

func drops(c *smtp.Conn) error {
	reset(c)
	return io.EOF
}

func atEnd(answer func(*smtp.Conn) error) func(*smtp.Conn, io.Reader) error {
	return func(c *smtp.Conn, r io.Reader) error {
		if _, err := io.ReadAll(r); err != nil {
			return err
		}
		return answer(c)
	}
}

func TestSendSaysWhatAFailureMeans(t *testing.T) {
	for name, c := range map[string]struct {
		fault func(*post)
		kind  Kind
		code  string
	}{
		"hello 421":       {func(p *post) { p.hello = says(421) }, NotSent, "421"},
		"hello 554":       {func(p *post) { p.hello = says(554) }, NotSent, "554"},
		"hello reset":     {func(p *post) { p.hello = drops }, NotSent, "connection"},
		"sender 550":      {func(p *post) { p.from = says(550) }, Rejected, "550"},
		"sender 451":      {func(p *post) { p.from = says(451) }, NotSent, "451"},
		"recipient 550":   {func(p *post) { p.rcpt = says(550) }, Rejected, "550"},
		"recipient 421":   {func(p *post) { p.rcpt = says(421) }, NotSent, "421"},
		"recipient 452":   {func(p *post) { p.rcpt = says(452) }, NotSent, "452"},
		"recipient reset": {func(p *post) { p.rcpt = drops }, NotSent, "connection"},
		"reset during DATA": {func(p *post) { p.data = func(c *smtp.Conn, _ io.Reader) error { return drops(c) } },
			Unknown, "connection"},
		"reset after DATA":     {func(p *post) { p.data = atEnd(drops) }, Unknown, "connection"},
		"550 after DATA":       {func(p *post) { p.data = atEnd(says(550)) }, Rejected, "550"},
		"421 after DATA":       {func(p *post) { p.data = atEnd(says(421)) }, NotSent, "421"},
		"odd reply after DATA": {func(p *post) { p.data = atEnd(says(354)) }, Unknown, "354"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPost()
			c.fault(p)
			_, err := p.open(t, "smtp://", nil).Send(t.Context(), enquiry())
			failed(t, err, c.kind, c.code)
			if p.attempts.Load() > 1 || len(p.accepted) != 0 {
				t.Errorf("%d attempts, %d letters", p.attempts.Load(), len(p.accepted))
			}
		})
	}
}

func failed(t *testing.T, err error, kind Kind, code string) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) || e.Kind != kind || e.Code != code {
		t.Fatalf("got %v (%v), want %s %s", err, errors.Unwrap(err), kind, code)
	}
	if e.Unwrap() == nil || strings.Contains(e.Error(), "@") {
		t.Errorf("error %q because of %v", e, e.Unwrap())
	}
}

func TestSendWithoutAServer(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = listener.Close()
	sender, err := NewSMTP("smtp://" + listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	_, err = sender.Send(t.Context(), enquiry())
	failed(t, err, NotSent, "connection")
}

func TestSendRefusesBeforeItDials(t *testing.T) {
	p := newPost()
	m := enquiry()
	m.To.Email = "chen@example.org\r\nBcc: evil@example.org"
	if _, err := p.open(t, "smtp://", nil).Send(t.Context(), m); KindOf(err) != Rejected || p.sessions.Load() != 0 {
		t.Errorf("got %v after %d sessions", err, p.sessions.Load())
	}
}

// A server that takes the connection and then says nothing.
func TestSendTimesOutBeforeTheText(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	sender, err := NewSMTP("smtp://" + listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	sender.timeout = 200 * time.Millisecond
	_, err = sender.Send(t.Context(), enquiry())
	failed(t, err, NotSent, "timeout")
}

func TestSendTimesOutAfterTheText(t *testing.T) {
	t.Parallel()
	p := newPost()
	patience := spent{t.Context(), make(chan struct{})}
	done := make(chan struct{})
	p.data = atEnd(func(*smtp.Conn) error {
		close(patience.over)
		<-done
		return nil
	})
	sender := p.open(t, "smtp://", nil)
	t.Cleanup(func() { close(done) })
	_, err := sender.Send(patience, enquiry())
	failed(t, err, Unknown, "timeout")
}

// spent is a time that is over when the test says so, however long a busy machine took to come so far.
type spent struct {
	context.Context
	over chan struct{}
}

func (s spent) Done() <-chan struct{} { return s.over }

func (s spent) Err() error {
	select {
	case <-s.over:
		return context.DeadlineExceeded
	default:
		return nil
	}
}

func TestSendIsCancelled(t *testing.T) {
	for name, c := range map[string]struct {
		fault func(*post, func(*smtp.Conn) error)
		kind  Kind
	}{
		"before the text": {func(p *post, stop func(*smtp.Conn) error) { p.rcpt = stop }, NotSent},
		"after the text":  {func(p *post, stop func(*smtp.Conn) error) { p.data = atEnd(stop) }, Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPost()
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan struct{})
			c.fault(p, func(*smtp.Conn) error {
				cancel()
				<-done
				return nil
			})
			sender := p.open(t, "smtp://", nil)
			t.Cleanup(func() { close(done) })
			_, err := sender.Send(ctx, enquiry())
			failed(t, err, c.kind, "cancelled")
		})
	}
}

// A text that broke off must not be ended as if it were whole: the server would deliver half a message.
func TestSendNeverEndsABrokenText(t *testing.T) {
	t.Parallel()
	p := newPost()
	hungUp, read := make(chan struct{}), make(chan error, 1)
	ctx, cancel := context.WithCancel(t.Context())
	p.data = func(_ *smtp.Conn, r io.Reader) error {
		_, err := io.ReadFull(r, make([]byte, 1))
		cancel()
		<-hungUp
		if err == nil {
			_, err = io.ReadAll(r)
		}
		read <- err
		return err
	}
	sender := p.open(t, "smtp://", nil)
	m := enquiry()
	m.Text = strings.Repeat("more than the system's buffers hold\n", 1<<19)
	_, err := sender.Send(ctx, m)
	close(hungUp)
	failed(t, err, Unknown, "cancelled")
	if err := <-read; err == nil {
		t.Error("the server read a whole text")
	}
}

// secured gives the server a certificate and, when trusted, the sender the reason to believe it.
func secured(t *testing.T, trusted bool) func(*smtp.Server, *SMTP) {
	ca := httptest.NewTLSServer(nil)
	t.Cleanup(ca.Close)
	return func(server *smtp.Server, s *SMTP) {
		server.TLSConfig = &tls.Config{Certificates: ca.TLS.Certificates}
		s.trust.RootCAs = x509.NewCertPool()
		if trusted {
			s.trust.RootCAs.AddCert(ca.Certificate())
		}
		s.policy = mail.TLSMandatory
	}
}

func TestSendSignsInOverTLS(t *testing.T) {
	for _, scheme := range []string{"smtp://", "smtps://"} {
		t.Run(scheme, func(t *testing.T) {
			p := newPost()
			var encrypted atomic.Bool
			p.from = func(c *smtp.Conn) error {
				_, is := c.TLSConnectionState()
				encrypted.Store(is)
				return nil
			}
			sender := p.open(t, scheme+"worker:p%40ss%20word@", secured(t, true))
			if _, err := sender.Send(t.Context(), enquiry()); err != nil {
				t.Fatal(err, errors.Unwrap(err))
			}
			if !encrypted.Load() || p.signedIn.Load() != 1 || len(p.accepted) != 1 {
				t.Errorf("encrypted %v, signed in %d times, %d letters", encrypted.Load(), p.signedIn.Load(), len(p.accepted))
			}
		})
	}
}

func TestSendKeepsThePasswordFromStrangers(t *testing.T) {
	for name, dress := range map[string]func(*smtp.Server, *SMTP){
		"no STARTTLS":            func(_ *smtp.Server, s *SMTP) { s.policy = mail.TLSMandatory },
		"an unknown certificate": secured(t, false),
		"a certificate of other name": func(server *smtp.Server, s *SMTP) {
			secured(t, true)(server, s)
			s.trust.ServerName = "mail.example.net"
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPost()
			_, err := p.open(t, "smtp://worker:p%40ss%20word@", dress).Send(t.Context(), enquiry())
			failed(t, err, NotSent, "session")
			if p.signedIn.Load() != 0 || len(p.accepted) != 0 {
				t.Error("it signed in or sent all the same")
			}
		})
	}
}

func TestSendWithAWrongPassword(t *testing.T) {
	p := newPost()
	_, err := p.open(t, "smtps://worker:wrong@", secured(t, true)).Send(t.Context(), enquiry())
	failed(t, err, NotSent, "535")
}

func TestNewSMTPReadsTheAddress(t *testing.T) {
	for address, want := range map[string]SMTP{
		"smtp://localhost:1025":      {host: "localhost", port: "1025", policy: mail.NoTLS},
		"smtp://[::1]:1025":          {host: "::1", port: "1025", policy: mail.NoTLS},
		"smtp://127.0.0.1:587":       {host: "127.0.0.1", port: "587", policy: mail.TLSOpportunistic},
		"smtp://mail.example.com":    {host: "mail.example.com", port: "587", policy: mail.TLSOpportunistic},
		"smtp://mail.example.com:25": {host: "mail.example.com", port: "25", policy: mail.TLSOpportunistic},
		"smtp://u:p%3A@mail.example.com:2587": {host: "mail.example.com", port: "2587", user: "u", password: "p:",
			policy: mail.TLSMandatory},
		"smtps://u:p@mail.example.com": {host: "mail.example.com", port: "465", user: "u", password: "p",
			implicitTLS: true, policy: mail.TLSMandatory},
	} {
		got, err := NewSMTP(address)
		if err != nil {
			t.Errorf("%s: %v", address, err)
			continue
		}
		want.trust, want.timeout = got.trust, SendTimeout
		if *got != want || got.trust.ServerName != want.host {
			t.Errorf("%s reads %+v", address, got)
		}
	}
}

func TestNewSMTPRefusesWithoutRepeatingThePassword(t *testing.T) {
	for _, address := range []string{
		"", "mail.example.com:587", "https://u:secret@mail.example.com", "smtp://u:secret@", "smtp://u:secret@h/path",
		"smtp://u:secret@h?x=1",
		"smtp://u:secret@h:port", "smtp://u:sec%ret@h", "smtp://u@h", "smtp://:secret@h", "smtp://u:secret@h#x",
	} {
		if _, err := NewSMTP(address); err == nil || strings.Contains(err.Error(), "sec") {
			t.Errorf("%q: %v", address, err)
		}
	}
}
