package notify

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"afterpress/shared/crm/message"
)

// Aliyun sends SMS through Alibaba Cloud's SendSms (version 2017-05-25), signed as its version 3 says. It is a
// Texter and safe for concurrent use.
type Aliyun struct {
	SMSAccount
	Client *http.Client
	Now    func() time.Time
}

const (
	aliyunEndpoint  = "https://dysmsapi.aliyuncs.com"
	aliyunAlgorithm = "ACS3-HMAC-SHA256"
)

// aliyunAbout are codes that speak of the account, the signature or the template.
var aliyunAbout = []string{
	"Throttling", "SignatureDoesNotMatch", "SignatureNonceUsed", "InvalidAccessKeyId", "InvalidTimeStamp", "Forbidden",
	"isp.RAM_PERMISSION_DENY", "isv.AMOUNT_NOT_ENOUGH",
	"isv.OUT_OF_SERVICE", "isv.ACCOUNT_", "isv.PRODUCT_UN_SUBSCRIPT", "isv.PRODUCT_UNSUBSCRIBE",
	"isv.SMS_TEMPLATE_ILLEGAL", "isv.SMS_SIGNATURE_ILLEGAL", "isv.SMS_SIGN_ILLEGAL",
}

// Send sends t with the template that the shop has registered for it. The provider's receipts repeat the key's hash
// as out_id.
func (a *Aliyun) Send(ctx context.Context, t Text) (string, error) {
	template, err := a.template(t)
	if err != nil {
		return "", err
	}
	values := map[string]string{}
	for _, v := range t.Values {
		values[v.Name] = v.Text
	}
	params, err := json.Marshal(values)
	if err != nil {
		return "", &Error{Kind: Rejected, Code: "text", cause: err}
	}
	ctx, cancel := context.WithTimeout(ctx, TextTimeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, a.endpoint(aliyunEndpoint)+"/?"+
		aliyunQuery(map[string]string{
			"PhoneNumbers": strings.TrimPrefix(t.To, "+"), "SignName": a.Sign, "TemplateCode": template,
			"TemplateParam": string(params), "OutId": message.TagOf(t.Key),
		}), nil)
	if err != nil {
		return "", &Error{Kind: NotSent, Code: "endpoint", cause: err}
	}
	r.Header.Set("x-acs-action", "SendSms")
	r.Header.Set("x-acs-version", "2017-05-25")
	aliyunSign(r, a.KeyID, a.Key, a.Now(), rand.Text())
	said, err := call(ctx, a.Client, r)
	if err != nil {
		return "", err
	}
	var out struct{ Code, BizId string }
	if err := json.Unmarshal(said.body, &out); err == nil && said.status == http.StatusOK && out.Code == "OK" {
		return out.BizId, nil
	}
	return "", said.refused(out.Code, aliyunAbout...)
}

// aliyunQuery is the canonical form of a query: sorted, every octet escaped but RFC 3986's unreserved ones.
func aliyunQuery(values map[string]string) string {
	pairs := make([]string, 0, len(values))
	for _, name := range slices.Sorted(maps.Keys(values)) {
		pairs = append(pairs, aliyunEscape(name)+"="+aliyunEscape(values[name]))
	}
	return strings.Join(pairs, "&")
}

func aliyunEscape(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

// aliyunSign signs a request without a body whose query is in canonical form.
func aliyunSign(r *http.Request, keyID, key string, now time.Time, nonce string) {
	empty := hexSHA256("")
	r.Header.Set("x-acs-date", now.UTC().Format("2006-01-02T15:04:05Z"))
	r.Header.Set("x-acs-signature-nonce", nonce)
	r.Header.Set("x-acs-content-sha256", empty)
	signed := map[string]string{"host": r.URL.Host}
	for name := range r.Header {
		if lower := strings.ToLower(name); strings.HasPrefix(lower, "x-acs-") {
			signed[lower] = r.Header.Get(name)
		}
	}
	names := slices.Sorted(maps.Keys(signed))
	var head strings.Builder
	for _, name := range names {
		head.WriteString(name + ":" + signed[name] + "\n")
	}
	list := strings.Join(names, ";")
	canonical := strings.Join([]string{r.Method, "/", r.URL.RawQuery, head.String(), list, empty}, "\n")
	signature := hex.EncodeToString(hmacSHA256([]byte(key), aliyunAlgorithm+"\n"+hexSHA256(canonical)))
	r.Header.Set("Authorization", aliyunAlgorithm+" Credential="+keyID+",SignedHeaders="+list+",Signature="+signature)
}

func hexSHA256(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

func hmacSHA256(key []byte, m string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(m))
	return mac.Sum(nil)
}
