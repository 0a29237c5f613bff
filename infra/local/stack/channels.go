package stack

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/infra/local/sink"
	"afterpress/shared/kernel/words"
	"afterpress/shared/notify"
)

// startSink starts what takes SMS, chat, and mail by the API of SES, and shows all of it in the inbox.
func (s *Stack) startSink(context.Context) error {
	listener, err := net.Listen("tcp", s.Addresses.Sink)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: &sink.Sink{Inbox: s.SMTP, Now: time.Now}, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = server.Serve(listener) }() // ends with Close
	s.onClose(func() { closeServer(server) })
	return nil
}

// channels is the secret with the accounts of SMS and chat: all of them the sink's.
func (s *Stack) channels() (string, error) {
	at := "http://" + s.Addresses.Sink
	account := notify.SMSAccount{Provider: "aliyun", KeyID: "local", Key: "local", Sign: "澜印印刷", Endpoint: at,
		Templates: map[string]string{}}
	for _, message := range notify.SMSNames() {
		for _, lang := range []words.Lang{words.Zh, words.En} {
			name := message + "." + string(lang)
			account.Templates[name] = name
		}
	}
	robots := map[string]notify.RobotAddress{}
	for _, r := range seed.Robots {
		robots[r.Name] = notify.RobotAddress{URL: at + sink.Robot(r.Kind, r.Name), Secret: sink.Secret}
	}
	text, err := json.Marshal(notify.Channels{SMS: &account, Robots: robots})
	return string(text), err
}
