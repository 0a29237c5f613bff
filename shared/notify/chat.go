package notify

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"afterpress/shared/crm/firm"

	"golang.org/x/time/rate"
)

// ChatTimeout bounds one Send of a Robot from the moment when it is its turn.
const ChatTimeout = 5 * time.Second

// WeCom and DingTalk take 20 messages a minute, and DingTalk then shuts the robot out for ten; Feishu takes 5 a
// second. 15 a minute and 5 at once are never more than 20 in any minute. Several processes share one turn in each
// window of 4 s, which is 16 in any minute.
const (
	robotEvery = 4 * time.Second
	robotBurst = 5
)

const longestChat = 2000 // bytes of a text; WeCom cuts at 2,048

// Notice is something that a group of colleagues is told.
type Notice struct {
	Staff string // whom it concerns
	Phone string // the number (E.164) by which WeCom and DingTalk mention the colleague; empty: nobody is mentioned
	Title string // in one line
	Text  string
	Link  string // where it is looked at
}

// Robot posts notices into the group of a branch. What comes faster than the group takes it is put together into
// one message. It is safe for concurrent use, and the only one in its process for the address.
type Robot struct {
	name    string
	kind    string // firm.ChannelWeCom, ChannelDingTalk or ChannelFeishu
	address RobotAddress
	client  *http.Client
	now     func() time.Time
	turns   *rate.Limiter
	shared  Turns

	mu   sync.Mutex
	next *digest
}

// Turns counts what all processes post. It is implemented by *store.Store.
type Turns interface {
	// TakeTurn takes the one turn that the name has in the window of this length; wait is 0 when it is the caller's,
	// else how long the window still lasts.
	TakeTurn(ctx context.Context, name string, window time.Duration) (wait time.Duration, err error)
}

// Robots are the robots of all branches, each made when it is first needed. It is safe for concurrent use.
type Robots struct {
	Turns     Turns // nil where no other process posts; to be set before the first Send
	addresses map[string]RobotAddress
	client    *http.Client
	now       func() time.Time

	mu   sync.Mutex
	made map[[2]string]*Robot
}

// Group is what posts for the branches, through client.
func (c Channels) Group(client *http.Client, now func() time.Time) *Robots {
	return &Robots{addresses: c.Robots, client: client, now: now, made: map[[2]string]*Robot{}}
}

// Send has the robot of this kind and name post n. A robot that the settings do not know, or of an unknown kind, is
// Rejected as "no-robot".
func (r *Robots) Send(ctx context.Context, kind, name string, n Notice) error {
	address, known := r.addresses[name]
	if !known || !slices.Contains(firm.ChatChannels, kind) {
		return &Error{Kind: Rejected, Code: "no-robot"}
	}
	r.mu.Lock()
	robot := r.made[[2]string{kind, name}]
	if robot == nil {
		robot = newRobot(kind, address, r.client, r.now)
		robot.name, robot.shared = kind+"/"+name, r.Turns
		r.made[[2]string{kind, name}] = robot
	}
	r.mu.Unlock()
	return robot.Send(ctx, n)
}

// digest is what goes out together at the next turn.
type digest struct {
	notices []Notice
	done    chan struct{}
	err     error
}

func newRobot(kind string, address RobotAddress, client *http.Client, now func() time.Time) *Robot {
	return &Robot{kind: kind, address: address, client: client, now: now,
		turns: rate.NewLimiter(rate.Every(robotEvery), robotBurst)}
}

// Send posts n at the robot's next turn, at most 4 s later, alone or with what else waits for it. It returns how that
// ended. A caller that joins others hears what became of them all. The error is an *Error: NotSent as "busy" where
// other processes had the turns of 4 s, and as "turns" where nobody can say.
func (r *Robot) Send(ctx context.Context, n Notice) error {
	d, first := r.join(n)
	if !first {
		<-d.done // the first caller's wait is bounded
		return d.err
	}
	defer close(d.done)
	err := r.turn(ctx)
	r.mu.Lock()
	r.next = nil
	r.mu.Unlock()
	if err != nil {
		d.err = err
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, ChatTimeout)
	defer cancel()
	d.err = r.post(ctx, d.notices)
	return d.err
}

// turn waits until the robot may post, in this process and among all. What joins meanwhile goes with it.
func (r *Robot) turn(ctx context.Context) error {
	if err := r.turns.Wait(ctx); err != nil {
		return &Error{Kind: NotSent, Code: "cancelled", cause: err}
	}
	for waited := time.Duration(0); r.shared != nil; {
		wait, err := r.shared.TakeTurn(ctx, r.name, robotEvery)
		if err != nil {
			return &Error{Kind: NotSent, Code: "turns", cause: err}
		}
		if wait <= 0 {
			return nil
		}
		if waited += wait; waited > robotEvery {
			return &Error{Kind: NotSent, Code: "busy"}
		}
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return &Error{Kind: NotSent, Code: "cancelled", cause: ctx.Err()}
		}
	}
	return nil
}

func (r *Robot) join(n Notice) (d *digest, first bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if first = r.next == nil; first {
		r.next = &digest{done: make(chan struct{})}
	}
	r.next.notices = append(r.next.notices, n)
	return r.next, first
}

// chatText is one notice in full, or several as a list that says how many it has no room for; those were mailed as
// well.
func chatText(notices []Notice) string {
	if len(notices) == 1 {
		return clip(notices[0].Text, longestChat)
	}
	text := fmt.Sprintf("%d 条提醒 / %d notices", len(notices), len(notices))
	for i, n := range notices {
		line := "\n• " + clip(n.Staff, 60) + "：" + clip(n.Title, 200) + " " + n.Link
		more := fmt.Sprintf("\n另有 %d 条，请看邮件 / %d more in your mail", len(notices)-i, len(notices)-i)
		if len(text)+len(line)+len(more) > longestChat {
			return text + more
		}
		text += line
	}
	return text
}

func clip(s string, longest int) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if len(s) <= longest {
		return s
	}
	end := longest - len("…")
	for !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end] + "…"
}

func (r *Robot) post(ctx context.Context, notices []Notice) error {
	address, body := r.wire(notices)
	raw, err := json.Marshal(body)
	if err != nil {
		return &Error{Kind: Rejected, Code: "text", cause: err}
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(raw))
	if err != nil {
		return &Error{Kind: NotSent, Code: "endpoint"} // the cause would hold the address
	}
	request.Header.Set("Content-Type", "application/json; charset=utf-8")
	said, err := call(ctx, r.client, request)
	if err != nil {
		return err
	}
	return said.chat()
}

// mobiles lists whom notices call. The apps know numbers of China by their eleven digits.
func mobiles(notices []Notice) []string {
	out := []string{}
	for _, n := range notices {
		if number, ok := strings.CutPrefix(n.Phone, "+86"); ok && !slices.Contains(out, number) &&
			!strings.Contains(number, ";") {
			out = append(out, number)
		}
	}
	return out
}

// wire is where and how notices are posted.
func (r *Robot) wire(notices []Notice) (address string, body map[string]any) {
	text, called := chatText(notices), mobiles(notices)
	if r.kind == firm.ChannelFeishu {
		body = map[string]any{"msg_type": "text", "content": map[string]string{"text": text}}
		if r.address.Secret != "" {
			stamp := strconv.FormatInt(r.now().Unix(), 10)
			body["timestamp"], body["sign"] = stamp, feishuSign(stamp, r.address.Secret)
		}
		return r.address.URL, body
	}
	if r.kind == firm.ChannelWeCom {
		return r.address.URL, map[string]any{"msgtype": "text",
			"text": map[string]any{"content": text, "mentioned_mobile_list": called}}
	}
	for _, number := range called {
		text += " @" + number // DingTalk calls those whom the text names
	}
	body = map[string]any{"msgtype": "text", "text": map[string]string{"content": text},
		"at": map[string]any{"atMobiles": called}}
	if r.address.Secret != "" {
		stamp := strconv.FormatInt(r.now().UnixMilli(), 10)
		join := "&"
		if !strings.Contains(r.address.URL, "?") {
			join = "?"
		}
		return r.address.URL + join +
			url.Values{"timestamp": {stamp}, "sign": {dingTalkSign(stamp, r.address.Secret)}}.Encode(), body
	}
	return r.address.URL, body
}

// dingTalkSign signs time (milliseconds) and secret with the secret.
func dingTalkSign(stamp, secret string) string {
	return base64.StdEncoding.EncodeToString(hmacSHA256([]byte(secret), stamp+"\n"+secret))
}

// feishuSign signs nothing with time (seconds) and secret.
func feishuSign(stamp, secret string) string {
	return base64.StdEncoding.EncodeToString(hmacSHA256([]byte(stamp+"\n"+secret), ""))
}

// chatAbout are codes that speak of the robot, its settings or the moment: WeCom's (45009 too fast, 93000 no such
// robot); DingTalk's (-1 busy, 130101 too fast, 300001 no such robot, 310000 signature, word or address); Feishu's
// (9499 and 11232 too fast, 19001 no such robot, 19021 signature, 19022 address, 19024 word).
var chatAbout = []string{"-1", "45009", "93000", "130101", "300001", "300005", "310000", "9499", "11232", "19001",
	"19021", "19022", "19024"}

// chat reads how a robot took a text: with status 200 and a code of 0, or not.
func (a answer) chat() error {
	var out struct {
		ErrCode    *int `json:"errcode"`    // WeCom, DingTalk
		Code       *int `json:"code"`       // Feishu
		StatusCode *int `json:"StatusCode"` // Feishu's older answer
	}
	_ = json.Unmarshal(a.body, &out) // what cannot be read has no code
	said := ""
	for _, code := range []*int{out.ErrCode, out.Code, out.StatusCode} {
		if code == nil {
			continue
		}
		if said = strconv.Itoa(*code); *code != 0 {
			break
		}
		if a.status == http.StatusOK {
			return nil
		}
	}
	return a.refused(said, chatAbout...)
}
