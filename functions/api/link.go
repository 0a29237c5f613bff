package api

import (
	"net/http"

	"afterpress/shared/app/casework"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/permission"
)

// complaintLinkRoute makes a link by which a contact complains. It is no GET, since an address that is as good as a
// signature has no place in caches and histories. Where no public address is set, the request knows the gateway's own.
func complaintLinkRoute(d casework.Desk) route {
	line := func(d casework.Desk) route {
		return ask("POST /contacts/{id}/complaint-link", permission.OpenComplaints, d.MakeComplaintLink,
			"Make the link at which this contact opens a complaint, for you to send on · 生成该联系人的投诉链接，由您转发给联系人")
	}
	out := line(d)
	out.Handle = func(r *http.Request) (httpapi.Answer, error) {
		here := d
		here.PublicURL = httpapi.PublicURL(r, d.PublicURL)
		return line(here).Handle(r)
	}
	return out
}
