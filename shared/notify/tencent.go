package notify

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"afterpress/shared/crm/message"
)

// Tencent sends SMS through Tencent Cloud's SendSms (version 2021-01-11), signed with TC3-HMAC-SHA256. It is a
// Texter and safe for concurrent use.
type Tencent struct {
	SMSAccount
	Client *http.Client
	Now    func() time.Time
}

const (
	tencentEndpoint  = "https://sms.tencentcloudapi.com"
	tencentRegion    = "ap-guangzhou"
	tencentAlgorithm = "TC3-HMAC-SHA256"
	tencentType      = "application/json; charset=utf-8"
)

// tencentAbout are codes that speak of the account, the signature or the template.
var tencentAbout = []string{
	"AuthFailure", "UnauthorizedOperation", "RequestLimitExceeded", "FailedOperation.InsufficientBalanceInSmsPackage",
	"FailedOperation.TemplateIncorrectOrUnapproved",
	"FailedOperation.SignatureIncorrectOrUnapproved", "FailedOperation.TemplateUnapprovedOrNotExist",
	"FailedOperation.MissingSignature",
}

type tencentAnswer struct {
	Response struct {
		SendStatusSet []struct{ SerialNo, Code string }
		Error         struct{ Code string }
	}
}

// Send sends t with the template that the shop has registered for it. The provider's receipts repeat the key's hash
// as the session context.
func (c *Tencent) Send(ctx context.Context, t Text) (string, error) {
	template, err := c.template(t)
	if err != nil {
		return "", err
	}
	values := make([]string, len(t.Values))
	for i, v := range t.Values {
		values[i] = v.Text
	}
	body, err := json.Marshal(map[string]any{
		"PhoneNumberSet": []string{t.To}, "SmsSdkAppId": c.App, "SignName": c.Sign, "TemplateId": template,
		"TemplateParamSet": values, "SessionContext": message.TagOf(t.Key),
	})
	if err != nil {
		return "", &Error{Kind: Rejected, Code: "text", cause: err}
	}
	ctx, cancel := context.WithTimeout(ctx, TextTimeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.endpoint(tencentEndpoint)+"/", bytes.NewReader(body))
	if err != nil {
		return "", &Error{Kind: NotSent, Code: "endpoint", cause: err}
	}
	region := c.Region
	if region == "" {
		region = tencentRegion
	}
	r.Header.Set("X-TC-Action", "SendSms")
	r.Header.Set("X-TC-Version", "2021-01-11")
	r.Header.Set("X-TC-Region", region)
	tencentSign(r, "sms", body, c.KeyID, c.Key, c.Now())
	said, err := call(ctx, c.Client, r)
	if err != nil {
		return "", err
	}
	return said.tencent()
}

// tencent reads the fate of the one number.
func (a answer) tencent() (string, error) {
	var out tencentAnswer
	if err := json.Unmarshal(a.body, &out); err != nil {
		return "", a.refused("")
	}
	code := out.Response.Error.Code
	if sent := out.Response.SendStatusSet; code == "" && len(sent) == 1 {
		if sent[0].Code == "Ok" && a.status == http.StatusOK {
			return sent[0].SerialNo, nil
		}
		code = sent[0].Code
	}
	return "", a.refused(code, tencentAbout...)
}

// tencentSign signs a request with this body for a service.
func tencentSign(r *http.Request, service string, body []byte, keyID, key string, now time.Time) {
	const list = "content-type;host;x-tc-action"
	r.Header.Set("Content-Type", tencentType)
	stamp, day := strconv.FormatInt(now.Unix(), 10), now.UTC().Format(time.DateOnly)
	r.Header.Set("X-TC-Timestamp", stamp)
	head := "content-type:" + tencentType + "\nhost:" + r.URL.Host + "\nx-tc-action:" +
		strings.ToLower(r.Header.Get("X-TC-Action")) + "\n"
	canonical := strings.Join([]string{r.Method, "/", "", head, list, hexSHA256(string(body))}, "\n")
	scope := day + "/" + service + "/tc3_request"
	text := strings.Join([]string{tencentAlgorithm, stamp, scope, hexSHA256(canonical)}, "\n")
	signing := hmacSHA256(hmacSHA256(hmacSHA256([]byte("TC3"+key), day), service), "tc3_request")
	signature := hex.EncodeToString(hmacSHA256(signing, text))
	r.Header.Set("Authorization", tencentAlgorithm+" Credential="+keyID+"/"+scope+", SignedHeaders="+list+", Signature="+
		signature)
}
