package sink_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/infra/local/engine"
	"afterpress/infra/local/sink"
	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/words"
	"afterpress/shared/notify"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

// outside is the sink before a real inbox.
type outside struct {
	address string // host:port
	inbox   *engine.Inbox
}

func open(t *testing.T) outside {
	t.Helper()
	var ports [2]int
	for i := range ports {
		var err error
		if ports[i], err = engine.FreePort(); err != nil {
			t.Fatal(err)
		}
	}
	dir := t.TempDir()
	inbox, err := engine.StartInbox(t.Context(), ports[0], ports[1],
		engine.Where{Data: dir + "/mail", Log: dir + "/inbox.log"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(inbox.Keeper.Stop)
	server := httptest.NewServer(&sink.Sink{Inbox: inbox.SMTP, Now: time.Now})
	t.Cleanup(server.Close)
	return outside{server.Listener.Addr().String(), inbox}
}

// mails lists what lies in the inbox, as "address: text".
func (o outside) mails(t *testing.T) []string {
	t.Helper()
	response, err := http.Get(o.inbox.Web + "/email")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close() //nolint:errcheck // read to its end
	var list []struct {
		Text string
		To   []struct{ Address string }
	}
	if err := json.NewDecoder(response.Body).Decode(&list); err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, m := range list {
		out = append(out, m.To[0].Address+": "+strings.TrimSpace(m.Text))
	}
	slices.Sort(out)
	return out
}

// Whatever a shop's messages can take, a person sees it in the inbox.
func TestEverythingLandsInTheInbox(t *testing.T) {
	o := open(t)
	ctx, client := t.Context(), notify.Outbound(o.address)
	endpoint := "http://" + o.address
	cloud := aws.Config{Region: "us-east-1", BaseEndpoint: &endpoint,
		Credentials: credentials.NewStaticCredentialsProvider("local", "local", "")}
	values := map[string]string{"branch_phone": "021 6234 5678", "promise": "今天15:30", "reference": "9F3A09BC",
		"shop": "澜印印刷"}
	body, list, err := notify.RenderSMS(message.TemplateLeadAcknowledged, words.Zh, values)
	if err != nil {
		t.Fatal(err)
	}
	for i, provider := range []string{"aliyun", "tencent", "sns"} {
		account := notify.SMSAccount{Provider: provider, KeyID: "local", Key: "local", App: "1", Sign: "澜印",
			Endpoint:  endpoint,
			Templates: registered()}
		texter := notify.Channels{SMS: &account}.Texter(client, cloud, time.Now)
		if _, err := texter.Send(ctx,
			notify.Text{Key: "k", To: "+861380013800" + string(rune('0'+i)), Template: message.TemplateLeadAcknowledged,
				Lang: words.Zh, Body: body, Values: list}); err != nil {
			t.Errorf("%s: %v", provider, err)
		}
	}
	robots := map[string]notify.RobotAddress{}
	for _, kind := range firm.ChatChannels {
		robots[kind] = notify.RobotAddress{URL: endpoint + sink.Robot(kind, "shanghai"), Secret: sink.Secret}
	}
	group := notify.Channels{Robots: robots}.Group(client, time.Now)
	for _, kind := range firm.ChatChannels {
		if err := group.Send(ctx, kind, kind, notify.Notice{Staff: "陈立", Title: "新线索", Text: "新线索\n在 " + kind}); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
	if _, err := notify.NewSES(cloud, "afterpress").Send(ctx, notify.Message{
		Key: "k", To: notify.Address{Email: "wang@customer.example"}, From: notify.Address{Email: "hello@shop.example"},
		Subject: "收到", Text: "您好！", Lang: words.Zh,
	}); err != nil {
		t.Error(err)
	}
	want := []string{
		"8613800138000@sms.example: 【澜印】澜印印刷已收到您的询价（编号9F3A09BC），将在今天15:30之前与您联系。如需补充，请致电021 6234 5678。",
		"8613800138001@sms.example: 【澜印】lead-acknowledged.zh: 澜印印刷 | 9F3A09BC | 今天15:30 | 021 6234 5678",
		"8613800138002@sms.example: 澜印印刷已收到您的询价（编号9F3A09BC），将在今天15:30之前与您联系。如需补充，请致电021 6234 5678。",
		"shanghai@dingtalk.example: 新线索\n在 dingtalk", "shanghai@feishu.example: 新线索\n在 feishu",
		"shanghai@wecom.example: 新线索\n在 wecom",
		"wang@customer.example: 您好！",
	}
	if got := o.mails(t); !slices.Equal(got, want) {
		t.Errorf("the inbox has\n%s", strings.Join(got, "\n"))
	}
}

func TestTheSinkRefusesWhatTheRealOnesRefuse(t *testing.T) {
	o := open(t)
	endpoint := "http://" + o.address
	robots := map[string]notify.RobotAddress{}
	for _, kind := range firm.ChatChannels {
		robots[kind] = notify.RobotAddress{URL: endpoint + sink.Robot(kind, "NOBODY"), Secret: "another"}
	}
	group := notify.Channels{Robots: robots}.Group(notify.Outbound(o.address), time.Now)
	for kind, want := range map[string]string{firm.ChannelWeCom: "93000", firm.ChannelDingTalk: "310000",
		firm.ChannelFeishu: "19021"} {
		if err := group.Send(context.Background(), kind, kind, notify.Notice{Text: "x"}); err == nil ||
			!strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", kind, err)
		}
	}
	for _, path := range []string{"/", "/v2/email/outbound-emails", "/robot/send?access_token=x"} {
		r, err := http.Post(endpoint+path, "application/json", strings.NewReader("{"))
		if err != nil {
			t.Fatal(err)
		}
		_ = r.Body.Close()
	}
	if got := o.mails(t); len(got) != 0 {
		t.Errorf("the inbox has %q", got)
	}
}

// registered are the words of every SMS, under the names that they have with us.
func registered() map[string]string {
	out := map[string]string{}
	for _, name := range notify.SMSNames() {
		out[name+".zh"], out[name+".en"] = name+".zh", name+".en"
	}
	return out
}
