package sink

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"path"
	"regexp"
	"strconv"
	"time"
)

// Robot is the path of a robot of a kind in the group of this name.
func Robot(kind, group string) string {
	return map[string]string{
		"wecom": "/cgi-bin/webhook/send?key=", "dingtalk": "/robot/send?access_token=", "feishu": "/open-apis/bot/v2/hook/",
	}[kind] + group
}

var groupName = regexp.MustCompile(`^[a-z0-9-]{1,40}$`)

// chat keeps a group's text as a mail to the group.
func (s *Sink) chat(app, group, text string) bool {
	return text != "" && groupName.MatchString(group) &&
		s.keep(letter{to: group + "@" + app + ".example", subject: "群消息 Chat: " + text, text: text}) == nil
}

type posted struct {
	Type          string `json:"msgtype"`
	MsgType       string `json:"msg_type"`
	Text, Content struct{ Content, Text string }
	Timestamp     string
	Sign          string
}

// read reads a robot's text message; another one is empty.
func read(body []byte) posted {
	var p posted
	if json.Unmarshal(body, &p) != nil || p.Type+p.MsgType != "text" {
		return posted{}
	}
	return p
}

func errCode(code int) answer {
	return answer{http.StatusOK,
		map[string]any{"errcode": code, "errmsg": map[bool]string{true: "ok", false: "refused"}[code == 0]}}
}

func (s *Sink) weCom(r *http.Request, body []byte) answer {
	if text := read(body).Text.Content; len(text) > 2048 || !s.chat("wecom", r.URL.Query().Get("key"), text) {
		return errCode(93000)
	}
	return errCode(0)
}

func (s *Sink) dingTalk(r *http.Request, body []byte) answer {
	q := r.URL.Query()
	stamp := q.Get("timestamp")
	if !s.recent(stamp, time.Millisecond) || !signed(q.Get("sign"), Secret, stamp+"\n"+Secret) {
		return errCode(310000)
	}
	if !s.chat("dingtalk", q.Get("access_token"), read(body).Text.Content) {
		return errCode(300001)
	}
	return errCode(0)
}

func (s *Sink) feishu(r *http.Request, body []byte) answer {
	code, p := 0, read(body)
	switch {
	case !s.recent(p.Timestamp, time.Second) || !signed(p.Sign, p.Timestamp+"\n"+Secret, ""):
		code = 19021
	case !s.chat("feishu", path.Base(r.URL.Path), p.Content.Text):
		code = 19001
	}
	return answer{http.StatusOK, map[string]any{"code": code, "msg": "", "data": struct{}{}}}
}

// recent reports whether a stamp in units lies within the hour that both apps allow.
func (s *Sink) recent(stamp string, unit time.Duration) bool {
	n, err := strconv.ParseInt(stamp, 10, 64)
	return err == nil && s.Now().Sub(time.Unix(0, n*int64(unit))).Abs() < time.Hour
}

func signed(sign, key, text string) bool {
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(text))
	return hmac.Equal([]byte(sign), []byte(base64.StdEncoding.EncodeToString(mac.Sum(nil))))
}
