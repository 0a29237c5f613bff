package api_test

import (
	"maps"
	"reflect"
	"slices"

	"afterpress/shared/app"
	"afterpress/shared/crm/artwork"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/complaint/remedy"
	"afterpress/shared/crm/complaint/verdict"
	"afterpress/shared/crm/form"
	"afterpress/shared/httpapi/openapi"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/valid"
	"afterpress/shared/kernel/words"
)

// signInHow says where a token comes from.
const signInHow = "Staff sign in at the shop's Amazon Cognito user pool, or at the OpenID Connect issuer of the " +
	"parameter TokenIssuer. Send the access token; the ID token is refused. Another system signs in as a person with " +
	"the role integration. On your own machine, `make -s token ROLE=integration` prints one."

// hooksHow says how calls are signed.
const hooksHow = "Each call but those of Amazon SNS is signed by Standard Webhooks " +
	"(https://www.standardwebhooks.com): webhook-id, webhook-timestamp and " +
	"webhook-signature. The signature is `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`, with the bytes " +
	"behind whsec_ in the source's secret as the key. The timestamp may be 300 seconds off. A repeat under the same id " +
	"within 7 days has no second effect. No token is needed. · 除 Amazon SNS 外，" +
	"均按 Standard Webhooks 签名，密钥为 whsec_ 之后的字节；" +
	"时间戳相差不超过 300 秒；7 天内以同一编号重发只生效一次。"

// chapters are the groups of the description, in the order in which a newcomer needs them.
var chapters = []openapi.Group{
	{Name: "leads", Description: "Enquiries and their follow-up · 线索与跟进", Segments: []string{"leads"}},
	{Name: "customers", Description: "Customers, their contacts and what those agreed to · 客户、联系人与授权",
		Segments: []string{"customers", "contacts", "categories"}},
	{Name: "complaints", Description: "Complaints, from the first message to the correction · 投诉处理",
		Segments: []string{"complaints", "defects", "reports"}},
	{Name: "holds", Description: "Questions that production asks customers · 生产中的询问", Segments: []string{"holds"}},
	{Name: "tasks", Description: "Tasks and the desk · 任务与工作台", Segments: []string{"tasks", "desk"}},
	{Name: "forms", Description: "Forms, what came through them, files and letters · 表单、提交、文件与邮件",
		Segments: []string{"forms", "draws", "submissions", "artwork", "letters"}},
	{Name: "hooks", Description: hooksHow, Segments: []string{"hooks"}},
	{Name: "setup", Description: "Staff, branches, calendars and policies · 员工、网点、日历与规则",
		Segments: []string{"staff", "branches", "calendars", "policies"}},
	{Name: "operations", Description: "What needs an operator · 运维", Segments: []string{"operations", "messages"}},
	{Name: "links", Description: "Pages behind the links of customers · 客户链接页面",
		Segments: []string{"c", "u", "confirm"}},
	{Name: "api", Description: "You, this description, and the front page · 我的资料、接口说明与首页",
		Segments: []string{"me", "openapi.json", "docs", "health", "assets", "favicon.ico", "robots.txt", ""}},
}

// operationNames are those for which the rule finds no good words.
var operationNames = map[string]string{
	"GET /":                                                 "getFrontPage",
	"GET /artwork/{token}":                                  "getFilesPage",
	"POST /artwork/{token}":                                 "announceFile",
	"GET /artwork/{token}/{artwork}":                        "getUploadPage",
	"POST /artwork/{token}/{artwork}":                       "checkFile",
	"POST /artwork/{token}/{artwork}/remove":                "removeFile",
	"GET /assets/{file}":                                    "getAsset",
	"GET /c/{token}":                                        "getCasePage",
	"POST /c/{token}":                                       "sayOnCase",
	"POST /calendars/{id}/official-year":                    "addOfficialYear",
	"POST /calendars/{id}/explain":                          "explainDeadline",
	"POST /complaints/{id}/artwork":                         "announceComplaintFile",
	"GET /complaints/{id}/artwork":                          "listComplaintFiles",
	"GET /complaints/{id}/artwork/{artwork}":                "getComplaintFile",
	"POST /complaints/{id}/artwork/{artwork}/check":         "checkComplaintFile",
	"POST /complaints/{id}/reopen":                          "reopenComplaint",
	"GET /confirm/{token}":                                  "getConfirmationPage",
	"POST /confirm/{token}":                                 "confirmConsent",
	"DELETE /contacts/{id}":                                 "endContact",
	"POST /contacts/{id}/channels/code":                     "sendContactCode",
	"POST /contacts/{id}/channels/open":                     "openContactChannel",
	"POST /contacts/{id}/channels/prove":                    "proveContactChannel",
	"POST /contacts/{id}/complaint-link":                    "createComplaintLink",
	"POST /contacts/{id}/consents":                          "recordConsent",
	"GET /contacts/{id}/erase":                              "getErasure",
	"POST /contacts/{id}/erase":                             "askForErasure",
	"POST /contacts/{id}/erase/confirm":                     "confirmErasure",
	"POST /contacts/{id}/erase/take-back":                   "takeErasureBack",
	"POST /contacts/{id}/links/end":                         "endContactLinks",
	"DELETE /customers/{id}":                                "archiveCustomer",
	"GET /customers/{id}/360":                               "getCustomerOverview",
	"POST /customers/{id}/activities":                       "recordActivity",
	"POST /customers/{id}/preferences":                      "createPreference",
	"GET /customers/{id}/preferences/{preference}":          "getPreference",
	"PATCH /customers/{id}/preferences/{preference}":        "updatePreference",
	"DELETE /customers/{id}/preferences/{preference}":       "removePreference",
	"POST /customers/{id}/preferences/{preference}/confirm": "confirmPreference",
	"GET /docs":                                "getDocs",
	"GET /docs/style.css":                      "getDocsStyle",
	"GET /favicon.ico":                         "getFavicon",
	"GET /forms/{form}":                        "getFormPage",
	"POST /forms/{form}":                       "sendEnquiry",
	"OPTIONS /forms/{form}":                    "askWhetherFormIsShared",
	"GET /forms/{form}/embed.js":               "getFormScript",
	"GET /forms/{form}/thanks":                 "getThanksPage",
	"DELETE /forms/{id}/definition":            "closeForm",
	"POST /holds/{id}/artwork":                 "announceHoldFile",
	"GET /holds/{id}/artwork":                  "listHoldFiles",
	"GET /holds/{id}/artwork/{artwork}":        "getHoldFile",
	"POST /holds/{id}/artwork/{artwork}/check": "checkHoldFile",
	"POST /hooks/complaints":                   "handOverComplaint",
	"POST /hooks/leads":                        "handOverEnquiry",
	"POST /hooks/mail":                         "handOverMail",
	"POST /hooks/ses":                          "receiveDeliveryNotice",
	"GET /leads/{id}/artwork":                  "listLeadFiles",
	"GET /leads/{id}/artwork/{artwork}":        "getLeadFile",
	"GET /openapi.json":                        "getDescription",
	"GET /operations/stuck":                    "listStuck",
	"GET /operations/stuck/{id}":               "getStuck",
	"POST /operations/stuck/{id}/retry":        "retryStuck",
	"POST /operations/stuck/{id}/skip":         "skipStuck",
	"GET /reports/complaints":                  "getComplaintReport",
	"GET /robots.txt":                          "getRobots",
	"GET /staff":                               "listStaff",
	"POST /staff":                              "createStaffMember",
	"GET /staff/{id}":                          "getStaffMember",
	"PATCH /staff/{id}":                        "updateStaffMember",
	"GET /tasks/load":                          "getTaskLoad",
	"GET /u/{token}":                           "getChoicesPage",
	"POST /u/{token}":                          "saveChoices",
}

// closedLists are the lists of the rules, and those of types by which no form is checked.
func closedLists() valid.Lists {
	lists := maps.Clone(app.Forms.Lists())
	for _, d := range defect.Defects() {
		lists["defect"] = append(lists["defect"], string(d.Kind))
	}
	lists["lang"] = []string{string(words.Zh), string(words.En)}
	lists["remedy"] = valid.Of(remedy.Kinds...)
	lists["answered-liability"] = valid.Of(append(slices.Clone(verdict.Decisions), verdict.Unclear)...)
	return lists
}

// enumerated are the types whose words are a closed list. A field of type string names its list by the tag `of`.
var enumerated = map[reflect.Type]string{
	reflect.TypeFor[staff.Role]():        "role",
	reflect.TypeFor[words.Lang]():        "lang",
	reflect.TypeFor[artwork.Kind]():      "artwork-kind",
	reflect.TypeFor[defect.Kind]():       "defect",
	reflect.TypeFor[remedy.Kind]():       "remedy",
	reflect.TypeFor[verdict.Liability](): "answered-liability",
	reflect.TypeFor[form.FieldName]():    "form-field",
}
