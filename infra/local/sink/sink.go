// Package sink stands in for the world outside on this machine: it takes SMS, group chat and mail as Alibaba Cloud,
// Tencent Cloud, Amazon, WeCom, DingTalk and Feishu take them. It puts each into the inbox as a mail, so that a person
// can look at it. It asks for what the real ones ask for, as far as a wrong request would be refused there.
package sink

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/smtp"
	"strings"
	"time"
)

// Secret is what the sink's robots are signed with.
const Secret = "SEC-of-the-local-stack"

// Sink is the handler of all providers. A provider is known by its own path or header, so that one address serves
// as each one's endpoint.
type Sink struct {
	Inbox string // host:port of the mail server that keeps everything
	Now   func() time.Time
}

// letter is what came in, as a person reads it.
type letter struct{ to, subject, text string }

// answer is what the provider says.
type answer struct {
	status int
	body   any
}

func (s *Sink) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil {
		http.Error(w, "unreadable", http.StatusBadRequest)
		return
	}
	out := s.take(r, body)
	if text, ok := out.body.(string); ok {
		w.Header().Set("Content-Type", "text/xml")
		w.WriteHeader(out.status)
		_, _ = io.WriteString(w, text)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(out.status)
	_ = json.NewEncoder(w).Encode(out.body)
}

func (s *Sink) take(r *http.Request, body []byte) answer {
	switch {
	case r.Method != http.MethodPost:
		return answer{http.StatusMethodNotAllowed, "use POST"}
	case r.Header.Get("X-Acs-Action") == "SendSms":
		return s.aliyun(r)
	case r.Header.Get("X-Tc-Action") == "SendSms":
		return s.tencent(r, body)
	case r.URL.Path == "/v2/email/outbound-emails":
		return s.ses(body)
	case r.URL.Path == "/cgi-bin/webhook/send":
		return s.weCom(r, body)
	case r.URL.Path == "/robot/send":
		return s.dingTalk(r, body)
	case strings.HasPrefix(r.URL.Path, "/open-apis/bot/v2/hook/"):
		return s.feishu(r, body)
	case strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded"):
		return s.sns(body)
	}
	return answer{http.StatusNotFound, "nobody is here"}
}

// keep puts a letter into the inbox.
func (s *Sink) keep(l letter) error {
	return s.post([]string{l.to},
		fmt.Sprintf("From: <sink@afterpress.example>\r\nTo: <%s>\r\nSubject: %s\r\nX-Afterpress-Key: %s\r\nMIME-Version: 1.0\r\n"+
			"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n%s\r\n",
			l.to, mime.BEncoding.Encode("utf-8", brief(l.subject)), rand.Text(), strings.ReplaceAll(l.text, "\n", "\r\n")))
}

// brief is the beginning of a text in one line.
func brief(text string) string {
	line := []rune(strings.Join(strings.Fields(text), " "))
	return string(line[:min(len(line), 80)])
}

func (s *Sink) post(to []string, raw string) error {
	if len(to) != 1 || strings.ContainsAny(to[0], "\r\n<> ") {
		return errors.New("sink: one recipient is needed")
	}
	return smtp.SendMail(s.Inbox, nil, "sink@afterpress.example", to, []byte(raw))
}
