package notify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/message"
)

// DingTalk and Feishu publish the schemes as code, with secrets of this kind; the values were computed with
// Python's hmac, as that code is written.
func TestRobotsSignAsTheirDocumentsSay(t *testing.T) {
	if got := dingTalkSign("1577262236757", "this is secret"); got != "hmPWwU+7lVdm3ZZz0r9tSfx0L4Q26jWOZr9+Gs6EZQM=" {
		t.Errorf("DingTalk: %s", got)
	}
	if got := feishuSign("1599360473", "demo"); got != "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8=" {
		t.Errorf("Feishu: %s", got)
	}
}

var told = Notice{Staff: "陈立", Phone: "+8613800138000", Title: "新线索9F3A09BC：请在今天15:30之前联系",
	Text: "陈立，您好！\n线索9F3A09BC已分配给您。", Link: "https://shop.example/leads/lead_1"}

func TestRobotsPostAsTheirDocumentsSay(t *testing.T) {
	for kind, c := range map[string]struct{ answer, path, query, body string }{
		firm.ChannelWeCom: {`{"errcode":0,"errmsg":"ok"}`, "/cgi-bin/webhook/send?key=k", "key=k",
			`{"msgtype":"text","text":{"content":"陈立，您好！\n线索9F3A09BC已分配给您。","mentioned_mobile_list":["13800138000"]}}`},
		firm.ChannelDingTalk: {`{"errcode":0,"errmsg":"ok"}`, "/robot/send?access_token=k",
			"", `{"at":{"atMobiles":["13800138000"]},"msgtype":"text","text":{"content":"陈立，您好！\n线索9F3A09BC已分配给您。 @13800138000"}}`},
		firm.ChannelFeishu: {`{"code":0,"msg":"success","data":{},"StatusCode":0}`, "/open-apis/bot/v2/hook/k", "",
			`{"content":{"text":"陈立，您好！\n线索9F3A09BC已分配给您。"},"msg_type":"text","sign":"` + feishuSign("1795406400", "SEC1") +
				`","timestamp":"1795406400"}`},
	} {
		p := newProvider(t, http.StatusOK, c.answer)
		robots := Channels{Robots: map[string]RobotAddress{"pudong": {URL: p.URL + c.path,
			Secret: "SEC1"}}}.Group(p.client(), func() time.Time { return noon })
		if err := robots.Send(t.Context(), kind, "pudong", told); err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		r := p.asked[0]
		query := r.URL.Query().Encode()
		if kind == firm.ChannelDingTalk {
			c.query = "access_token=k&sign=" +
				strings.NewReplacer("+", "%2B", "/", "%2F", "=", "%3D").Replace(dingTalkSign("1795406400000", "SEC1")) +
				"&timestamp=1795406400000"
		}
		if query != c.query || p.said[0] != c.body || r.Method != http.MethodPost ||
			!strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
			t.Errorf("%s: %s?%s %s", kind, r.URL.Path, query, p.said[0])
		}
	}
}

func TestRobotsSayHowTheyFailed(t *testing.T) {
	for _, c := range []struct {
		status     int
		body, code string
		kind       Kind
	}{
		{200, `{"errcode":45009,"errmsg":"api freq out of limit"}`, "45009", NotSent},
		{200, `{"errcode":93000,"errmsg":"invalid webhook url"}`, "93000", NotSent},
		{200, `{"errcode":310000,"errmsg":"sign not match"}`, "310000", NotSent},
		{200, `{"errcode":40035,"errmsg":"bad"}`, "40035", Rejected},
		{200, `{"code":19021,"msg":"sign match fail"}`, "19021", NotSent},
		{400, `{"code":9499,"msg":"too many"}`, "9499", NotSent}, {200, `{"code":11246,"msg":"bad"}`, "11246", Rejected},
		{200, `{"StatusCode":0,"code":19001}`, "19001", NotSent}, {200, `<html>`, "unreadable", Unknown},
		{200, `{}`, "unreadable", Unknown}, {502, ``, "502", Unknown}, {429, ``, "429", NotSent},
		{302, ``, "302", Rejected}, {500, `{"errcode":0}`, "0", Unknown},
	} {
		p := newProvider(t, c.status, c.body)
		robots := Channels{Robots: map[string]RobotAddress{"pudong": {URL: p.URL}}}.Group(p.client(), time.Now)
		fails(t, robots.Send(t.Context(), firm.ChannelWeCom, "pudong", told), c.kind, c.code)
		fails(t, robots.Send(t.Context(), firm.ChannelWeCom, "minhang", told), Rejected, "no-robot")
		fails(t, robots.Send(t.Context(), message.ChannelEmail, "pudong", told), Rejected, "no-robot")
		if len(p.asked) != 1 {
			t.Errorf("%s: %d requests", c.code, len(p.asked))
		}
	}
}

// group is a chat that takes every text and notes when.
type group struct {
	mu    sync.Mutex
	at    []time.Time
	texts []string
}

func (g *group) RoundTrip(r *http.Request) (*http.Response, error) {
	var body struct{ Text struct{ Content string } }
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		return nil, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.at, g.texts = append(g.at, time.Now()), append(g.texts, body.Text.Content)
	return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(`{"errcode":0}`))}, nil
}

func TestAHundredNoticesAtOnceAreADigest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &group{}
		robots := Channels{Robots: map[string]RobotAddress{"pudong": {URL: "https://qyapi.weixin.qq.com/"}}}.Group(&http.Client{Transport: g}, time.Now)
		send := func(n int) {
			notice := told
			notice.Title = fmt.Sprintf("新线索%d", n)
			if err := robots.Send(t.Context(), firm.ChannelWeCom, "pudong", notice); err != nil {
				t.Error(err)
			}
		}
		for n := range robotBurst { // what may go out at once has gone; the rest has to wait for the next turn, together
			send(n)
		}
		var all sync.WaitGroup
		began := time.Now()
		for n := robotBurst; n < 100; n++ {
			all.Go(func() { send(n) })
		}
		all.Wait()
		if waited := time.Since(began); waited > robotEvery {
			t.Errorf("the last one waited %v", waited)
		}
		last := g.texts[len(g.texts)-1]
		if len(g.texts) != robotBurst+1 || !strings.Contains(last, "95 条提醒") ||
			!strings.Contains(last, "more in your mail") || len(last) > longestChat {
			t.Errorf("%d messages, the last of %d bytes: %s", len(g.texts), len(last), last)
		}
	})
}

func TestARobotNeverSpeaksTwentyOneTimesAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &group{}
		robots := Channels{Robots: map[string]RobotAddress{"pudong": {URL: "https://qyapi.weixin.qq.com/"}}}.Group(&http.Client{Transport: g}, time.Now)
		for range 200 {
			if err := robots.Send(t.Context(), firm.ChannelWeCom, "pudong", told); err != nil {
				t.Fatal(err)
			}
		}
		for i := 20; i < len(g.at); i++ {
			if within := g.at[i].Sub(g.at[i-20]); within < time.Minute {
				t.Fatalf("21 messages in %v", within)
			}
		}
		if len(g.at) != 200 || g.texts[7] != told.Text {
			t.Errorf("%d messages: %q", len(g.at), g.texts[7])
		}
	})
}

// table stands in for the counters that all workers share.
type table struct {
	mu    sync.Mutex
	taken map[time.Time]bool
	err   error
}

func (b *table) TakeTurn(_ context.Context, _ string, window time.Duration) (time.Duration, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	begin := time.Now().Truncate(window)
	if b.err != nil || !b.taken[begin] {
		b.taken[begin] = true
		return 0, b.err
	}
	return time.Until(begin.Add(window)), nil
}

// However many workers there are, a robot speaks twenty times a minute at most, and every notice is posted or
// surely was not.
func TestManyWorkersShareARobotsTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g, turns := &group{}, &table{taken: map[time.Time]bool{}}
		var all sync.WaitGroup
		var mu sync.Mutex
		posted, busy := 0, 0
		for range 4 {
			robots := Channels{Robots: map[string]RobotAddress{"pudong": {URL: "https://qyapi.weixin.qq.com/"}}}.Group(&http.Client{Transport: g}, time.Now)
			robots.Turns = turns
			all.Go(func() {
				for range 60 {
					began := time.Now()
					err := robots.Send(t.Context(), firm.ChannelWeCom, "pudong", told)
					if time.Since(began) > robotEvery {
						t.Errorf("it took %v", time.Since(began))
					}
					mu.Lock()
					if err == nil {
						posted++
					} else {
						fails(t, err, NotSent, "busy")
						busy++
					}
					mu.Unlock()
				}
			})
		}
		all.Wait()
		for i := 20; i < len(g.at); i++ {
			if within := g.at[i].Sub(g.at[i-20]); within < time.Minute {
				t.Fatalf("21 messages in %v", within)
			}
		}
		if len(g.at) != posted || posted == 0 || posted+busy != 240 {
			t.Errorf("%d messages, %d posted, %d busy", len(g.at), posted, busy)
		}
		turns.err = errors.New("the table is away")
		robots := Channels{Robots: map[string]RobotAddress{"pudong": {URL: "https://qyapi.weixin.qq.com/"}}}.Group(&http.Client{Transport: g}, time.Now)
		robots.Turns = turns
		fails(t, robots.Send(t.Context(), firm.ChannelWeCom, "pudong", told), NotSent, "turns")
	})
}

func TestANoticeThatIsCancelledWhileItWaitsIsNotSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &group{}
		robots := Channels{Robots: map[string]RobotAddress{"pudong": {URL: "https://qyapi.weixin.qq.com/"}}}.Group(&http.Client{Transport: g}, time.Now)
		send := func(ctx context.Context) error { return robots.Send(ctx, firm.ChannelWeCom, "pudong", told) }
		for range robotBurst {
			if err := send(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		waiting := make(chan error)
		go func() { waiting <- send(ctx) }()
		synctest.Wait()
		cancel()
		fails(t, <-waiting, NotSent, "cancelled")
		if err := send(t.Context()); err != nil || len(g.texts) != robotBurst+1 {
			t.Errorf("afterwards: %v, %d messages", err, len(g.texts))
		}
	})
}

func TestADigestNamesEachAndFits(t *testing.T) {
	text := chatText([]Notice{told,
		{Staff: "Emily", Title: strings.Repeat("长", 500), Link: "https://shop.example/leads/lead_2"}})
	for _, want := range []string{"2 条提醒 / 2 notices", "• 陈立：新线索9F3A09BC", "lead_1", "• Emily：", "…", "lead_2"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q lacks %q", text, want)
		}
	}
	if called := mobiles([]Notice{told, told, {Phone: "+12015550123"},
		{Phone: "+8657188886666;ext=8001"}, {}}); !slices.Equal(called,
		[]string{"13800138000"}) {
		t.Errorf("it calls %q", called)
	}
	if long := chatText([]Notice{{Text: strings.Repeat("长", 5000)}}); len(long) > longestChat ||
		!strings.HasSuffix(long, "长…") {
		t.Errorf("%d bytes", len(long))
	}
}

// Addresses are secrets: no error says one, whatever its text is used for.
func TestNoErrorSaysTheAddress(t *testing.T) {
	for _, address := range []string{"http://" + nobody(t) + "/?key=s3cret", hangUp(t).URL + "/s3cret", "://s3cret",
		"https://[s3cret"} {
		robots := Channels{Robots: map[string]RobotAddress{"a": {URL: address}}}.Group(http.DefaultClient, time.Now)
		err := robots.Send(t.Context(), firm.ChannelWeCom, "a", told)
		for ; err != nil; err = errors.Unwrap(err) {
			if strings.Contains(err.Error(), "s3cret") {
				t.Errorf("%s: %v", address, err)
			}
		}
	}
}
