package intake

import (
	"log/slog"
	"net/http"
	"slices"
	"time"

	"afterpress/functions/intake/hook"
	"afterpress/shared/app/frontdesk"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/token"
)

// maxBody is above the largest enquiry that the fields allow: 2,000 Chinese characters take 18 kB in a form.
const maxBody = 32 << 10

// Enquiries finds forms and keeps what comes through them.
type Enquiries = frontdesk.Enquiries

// Server is what the handlers need. NewID makes ids by time ("sub_" + UUIDv7); Now is the clock, UTC.
type Server struct {
	Enquiries  Enquiries
	Hook       hook.Server
	Receipts   httpapi.Receipts
	Consents   Consents
	Artworks   Artworks
	Complaints Complaints
	Holds      Holds
	Tokens     token.Tokens
	Log        *slog.Logger
	NewID      func(prefix string) string
	Now        func() time.Time

	UploadOrigin string // of the bucket that takes files: https://….s3.….amazonaws.com
	PublicURL    string // where people reach this door; empty: the gateway's own address
}

// Routes is everything that the door answers.
func (s *Server) Routes() []httpapi.Route {
	const page = "text/html; charset=utf-8"
	routes := slices.Concat([]httpapi.Route{
		{Pattern: "GET /forms/{form}", Action: permission.Public, Handle: s.form,
			Doc: httpapi.Doc{Summary: "A form as a page, in Chinese or English · 公开表单（网页）", Type: page}},
		{Pattern: "POST /forms/{form}", Action: permission.Public, Handle: s.submit,
			Doc: httpapi.Doc{Summary: "Send an enquiry through a form · 提交表单", Body: frontdesk.Enquiry{}, Answer: Received{},
				Status: http.StatusAccepted, Moves: true}},
		{Pattern: "GET /forms/{form}/thanks", Action: permission.Public, Handle: s.thanks,
			Doc: httpapi.Doc{Summary: "The page after an enquiry · 提交后的感谢页", Type: page}},
	}, s.Hook.Routes(), []httpapi.Route{
		{Pattern: "OPTIONS /forms/{form}", Action: permission.Public, Handle: s.preflight,
			Doc: httpapi.Doc{Summary: "Whether a page of another website may post the form · 跨站提交的预检",
				Status: http.StatusNoContent}},
		{Pattern: "GET /forms/{form}/embed.js", Action: permission.Public, Handle: s.embed,
			Doc: httpapi.Doc{Summary: "A script that puts the form on another website · 嵌入表单的脚本", Query: Embedding{},
				Type: "text/javascript"}},
		{Pattern: "GET /confirm/{token}", Action: permission.Public, Handle: s.showConfirm,
			Doc: httpapi.Doc{Summary: "The page behind a confirmation link; it changes nothing · 确认订阅的页面", Type: page}},
		{Pattern: "POST /confirm/{token}", Action: permission.Public, Handle: s.confirm,
			Doc: httpapi.Doc{Summary: "Confirm a yes to marketing · 确认订阅", Status: http.StatusSeeOther}},
		{Pattern: "GET /u/{token}", Action: permission.Public, Handle: s.showChoices,
			Doc: httpapi.Doc{Summary: "What a person wants to be sent, as a page; it changes nothing · 接收信息的选择（网页）",
				Type: page}},
		{Pattern: "POST /u/{token}", Action: permission.Public, Handle: s.choose,
			Doc: httpapi.Doc{Summary: "Unsubscribe by one click (RFC 8058: 200), or save the choices of the page · 一键退订或保存选择",
				Status: http.StatusSeeOther}},
		{Pattern: "GET /artwork/{token}", Action: permission.Public, Handle: s.showArtwork,
			Doc: httpapi.Doc{Summary: "The page on which files are handed in with an enquiry; it changes nothing · 上传文件（网页）",
				Type: page}},
		{Pattern: "POST /artwork/{token}", Action: permission.Public, Handle: s.offerArtwork,
			Doc: httpapi.Doc{Summary: "Announce a file, and get the form by which it is sent to the store · 登记要上传的文件",
				Body: OfferArtwork{}, Answer: ArtworkOffer{}, Status: http.StatusCreated, Moves: true}},
		{Pattern: "GET /artwork/{token}/{artwork}", Action: permission.Public, Handle: s.showUpload,
			Doc: httpapi.Doc{Summary: "The page on which one file is sent without scripts; it changes nothing · 不用脚本上传一个文件（网页）", Type: page, Moves: true}},
		{Pattern: "POST /artwork/{token}/{artwork}", Action: permission.Public, Handle: s.decideArtwork,
			Doc: httpapi.Doc{Summary: "Have a file that was sent looked at: it is attached, or refused and deleted · 检查并附上已上传的文件", Body: CheckArtwork{}, Answer: ArtworkResult{}, Moves: true}},
		{Pattern: "GET /c/{token}", Action: permission.Public, Handle: s.showCase,
			Doc: httpapi.Doc{Summary: "What a customer's link is about: a complaint, a form to open one, a question from production; it changes nothing · 客户链接（网页）", Type: page}},
		{Pattern: "POST /c/{token}", Action: permission.Public, Handle: s.sayCase, MaxBody: maxCase,
			Doc: httpapi.Doc{Summary: "Open a complaint, say something about it, or answer a question from production · 提交投诉、留言或答复", Status: http.StatusSeeOther}},
		{Pattern: "GET /assets/{file}", Action: permission.Public, Handle: s.asset,
			Doc: httpapi.Doc{Summary: "A style sheet, picture or script of the pages · 网页样式、图标与脚本", Type: "text/css",
				Types: []string{"image/svg+xml", "text/javascript"}}},
	})
	for i := range routes {
		routes[i].Doc.Pages = true
	}
	return routes
}

// Handler is the door.
func (s *Server) Handler() http.Handler {
	return s.shared(httpapi.Door{
		Name: "intake", Routes: s.Routes(), Receipts: s.Receipts, Log: s.Log, Now: s.Now, MaxBody: maxBody,
		ErrorPage: errorPage,
	}.Handler())
}
