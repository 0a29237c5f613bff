package notify

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/message"
)

// The worked example in Tencent Cloud's "Signature method v3", whose key is 32 asterisks.
func TestTencentSignsAsItsDocumentDoes(t *testing.T) {
	const body = `{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}`
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://cvm.tencentcloudapi.com/",
		strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-TC-Action", "DescribeInstances")
	masked := strings.Repeat("*", 32)
	tencentSign(r, "cvm", []byte(body), "AKID"+masked, masked, time.Unix(1551113065, 0))
	want := "TC3-HMAC-SHA256 Credential=AKID" + masked +
		"/2019-02-25/cvm/tc3_request, SignedHeaders=content-type;host;x-tc-action, " +
		"Signature=10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f"
	if got := r.Header.Get("Authorization"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func tencent(p *provider) *Tencent {
	return &Tencent{SMSAccount: account("tencent", p.URL), Client: p.client(), Now: func() time.Time { return noon }}
}

func TestTencentSends(t *testing.T) {
	p := newProvider(t, http.StatusOK,
		`{"Response":{"SendStatusSet":[{"SerialNo":"5000:1045710669157053657849499619","PhoneNumber":"+8613800138000","Fee":1,`+
			`"SessionContext":"x","Code":"Ok","Message":"send success","IsoCode":"CN"}],"RequestId":"a0aabda6"}}`)
	id, err := tencent(p).Send(t.Context(), thanks())
	if err != nil || id != "5000:1045710669157053657849499619" || len(p.asked) != 1 {
		t.Fatalf("%q, %v", id, err)
	}
	var sent struct {
		PhoneNumberSet, TemplateParamSet                  []string
		SmsSdkAppId, SignName, TemplateId, SessionContext string
	}
	if err := json.Unmarshal([]byte(p.said[0]), &sent); err != nil {
		t.Fatal(err)
	}
	if len(sent.PhoneNumberSet) != 1 || sent.PhoneNumberSet[0] != "+8613800138000" ||
		strings.Join(sent.TemplateParamSet, "|") != "晨光印务|7K3Q9" ||
		sent.SmsSdkAppId != "1400006666" || sent.SignName != "晨光印务" || sent.TemplateId != "SMS_1" ||
		sent.SessionContext != message.TagOf(thanks().Key) {
		t.Errorf("sent %s", p.said[0])
	}
	head := p.asked[0].Header
	if head.Get("X-TC-Action") != "SendSms" || head.Get("X-TC-Version") != "2021-01-11" ||
		head.Get("X-TC-Region") != "ap-guangzhou" || head.Get("X-TC-Timestamp") != "1795406400" {
		t.Errorf("asked with %v", head)
	}
}

func TestTencentSaysHowItFailed(t *testing.T) {
	status := func(code string) string { return `{"Response":{"SendStatusSet":[{"Code":"` + code + `"}]}}` }
	fault := func(code string) string {
		return `{"Response":{"Error":{"Code":"` + code + `","Message":"+8613800138000"}}}`
	}
	for _, c := range []struct {
		status     int
		body, code string
		kind       Kind
	}{
		{200, status("InvalidParameterValue.IncorrectPhoneNumber"), "InvalidParameterValue.IncorrectPhoneNumber", Rejected},
		{200, status("LimitExceeded.PhoneNumberDailyLimit"), "LimitExceeded.PhoneNumberDailyLimit", Rejected},
		{200, status("FailedOperation.InsufficientBalanceInSmsPackage"), "FailedOperation.InsufficientBalanceInSmsPackage",
			NotSent},
		{200, status("InternalError.Timeout"), "InternalError.Timeout", Unknown},
		{200, fault("AuthFailure.SignatureFailure"), "AuthFailure.SignatureFailure", NotSent},
		{200, fault("RequestLimitExceeded"), "RequestLimitExceeded", NotSent},
		{200, `{"Response":{}}`, "unreadable", Unknown},
		{200, `<html>`, "unreadable", Unknown},
		{502, `<html>`, "502", Unknown},
	} {
		p := newProvider(t, c.status, c.body)
		_, err := tencent(p).Send(t.Context(), thanks())
		if len(p.asked) != 1 {
			t.Errorf("%s: %d requests", c.code, len(p.asked))
		}
		fails(t, err, c.kind, c.code)
	}
}
