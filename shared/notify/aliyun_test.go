package notify

import (
	"context"
	"net/http"
	"testing"
	"time"

	"afterpress/shared/crm/message"
)

// The example with fixed values in Alibaba Cloud's "V3 request syntax and signature method".
func TestAliyunSignsAsItsDocumentDoes(t *testing.T) {
	query := aliyunQuery(map[string]string{"RegionId": "cn-shanghai",
		"ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"})
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://ecs.cn-shanghai.aliyuncs.com/?"+query,
		nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("x-acs-action", "RunInstances")
	r.Header.Set("x-acs-version", "2014-05-26")
	aliyunSign(r, "YourAccessKeyId", "YourAccessKeySecret", time.Date(2023, 10, 26, 10, 22, 32, 0, time.UTC),
		"3156853299f313e23d1673dc12e1703d")
	const want = "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version," +
		"Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
	if got := r.Header.Get("Authorization"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestAliyunQueryIsCanonical(t *testing.T) {
	if got := aliyunQuery(map[string]string{"b": "a b*c~d/e+", "a": "印"}); got != "a=%E5%8D%B0&b=a%20b%2Ac~d%2Fe%2B" {
		t.Error(got)
	}
}

func aliyun(p *provider) *Aliyun {
	return &Aliyun{SMSAccount: account("aliyun", p.URL), Client: p.client(), Now: func() time.Time { return noon }}
}

func TestAliyunSends(t *testing.T) {
	p := newProvider(t, http.StatusOK, `{"Message":"OK","RequestId":"F655A8D5","Code":"OK","BizId":"9006197469364984^0"}`)
	id, err := aliyun(p).Send(t.Context(), thanks())
	if err != nil || id != "9006197469364984^0" || len(p.asked) != 1 {
		t.Fatalf("%q, %v, %d requests", id, err, len(p.asked))
	}
	q := p.asked[0].URL.Query()
	for name, want := range map[string]string{
		"PhoneNumbers": "8613800138000", "SignName": "晨光印务", "TemplateCode": "SMS_1",
		"TemplateParam": `{"reference":"7K3Q9","shop":"晨光印务"}`, "OutId": message.TagOf(thanks().Key),
	} {
		if q.Get(name) != want {
			t.Errorf("%s is %q", name, q.Get(name))
		}
	}
	head := p.asked[0].Header
	if head.Get("x-acs-action") != "SendSms" || head.Get("x-acs-version") != "2017-05-25" ||
		head.Get("x-acs-date") != "2026-11-23T04:00:00Z" || len(q) != 5 {
		t.Errorf("asked %v with %v", q, head)
	}
}

func TestAliyunSaysHowItFailed(t *testing.T) {
	for _, c := range []struct {
		status     int
		body, code string
		kind       Kind
	}{
		{200, `{"Code":"isv.MOBILE_NUMBER_ILLEGAL","Message":"8613800138000"}`, "isv.MOBILE_NUMBER_ILLEGAL", Rejected},
		{200, `{"Code":"isv.BUSINESS_LIMIT_CONTROL"}`, "isv.BUSINESS_LIMIT_CONTROL", Rejected},
		{200, `{"Code":"isv.AMOUNT_NOT_ENOUGH"}`, "isv.AMOUNT_NOT_ENOUGH", NotSent},
		{400, `{"Code":"Throttling.User"}`, "Throttling.User", NotSent},
		{404, `{"Code":"InvalidAccessKeyId.NotFound"}`, "InvalidAccessKeyId.NotFound", NotSent},
		{200, `{"Code":"isp.SYSTEM_ERROR"}`, "isp.SYSTEM_ERROR", Unknown},
		{503, `<html>`, "503", Unknown},
		{200, `<html>`, "unreadable", Unknown},
	} {
		p := newProvider(t, c.status, c.body)
		_, err := aliyun(p).Send(t.Context(), thanks())
		if len(p.asked) != 1 {
			t.Errorf("%s: %d requests", c.code, len(p.asked))
		}
		fails(t, err, c.kind, c.code)
	}
}

// What no provider is asked at all.
func TestTextersRefuseBeforeTheyAsk(t *testing.T) {
	p := newProvider(t, http.StatusOK, "{}")
	for _, texter := range []Texter{
		aliyun(p), tencent(p), newSNS(account("sns", p.URL), cloud(p.URL)),
	} {
		wrong := thanks()
		wrong.To += ",+8613900139000"
		_, err := texter.Send(t.Context(), wrong)
		fails(t, err, Rejected, "to")
		over, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := texter.Send(over, thanks()); KindOf(err) != NotSent {
			t.Errorf("%T: %v", texter, err)
		}
	}
	a := aliyun(p)
	a.Templates = nil
	_, err := a.Send(t.Context(), thanks())
	fails(t, err, Rejected, "template")
	if len(p.asked) > 0 {
		t.Error("it was asked")
	}
}
