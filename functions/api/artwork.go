package api

import (
	"net/http"
	"time"

	"afterpress/shared/crm/artwork"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/store/table"
)

func (s *Server) artworkRoutes() []httpapi.Route {
	routes := []httpapi.Route{
		on("GET /leads/{id}/artwork", permission.ReadLeads, s.listArtwork,
			httpapi.Doc{Summary: "List the files that came with a lead · 客户上传的文件", Answer: table.Page[artwork.Artwork]{}}),
		on("GET /leads/{id}/artwork/{artwork}", permission.ReadLeads, s.readArtwork,
			httpapi.Doc{Summary: "Get a link from which a file can be downloaded for five minutes · 下载文件的临时链接",
				Answer: ArtworkLink{}}),
	}
	for _, of := range []struct {
		path, zh, en string
		read, add    permission.Action
	}{
		{"/complaints", "投诉", "complaint", permission.ReadComplaints, permission.CommentComplaint},
		{"/holds", "生产问题", "question from production", permission.ReadHolds, permission.OpenHold},
	} {
		at := of.path + "/{id}/artwork"
		routes = append(routes,
			on("GET "+at, of.read, s.listPhotos,
				httpapi.Doc{Summary: "List the files of a " + of.en + " · " + of.zh + "的照片与文件",
					Answer: table.Page[artwork.Artwork]{}}),
			on("POST "+at, of.add, s.offerPhoto,
				httpapi.Doc{Summary: "Announce a file of a " + of.en +
					", and get the form by which it is sent to the store · 登记要上传的" + of.zh + "照片",
					Body: OfferArtwork{}, Answer: ArtworkOffer{}, Status: created}),
			on("POST "+at+"/{artwork}/check", of.add, s.checkPhoto,
				httpapi.Doc{Summary: "Have a file that was sent looked at: it is attached, or refused and deleted · 检查并附上" +
					of.zh + "照片",
					Body: CheckArtwork{}, Answer: artwork.Artwork{}}))
	}
	return append(routes, on("GET /holds/{id}/artwork/{artwork}", permission.ReadHolds, s.readPhoto, httpapi.Doc{
		Summary: "Get a link from which a file of a question from production can be downloaded for five minutes · 下载生产问题照片的临时链接", Answer: ArtworkLink{}}))
}

// ArtworkLink is where a file can be downloaded for a while. The store hands it out as bytes to save
// (application/octet-stream, as an attachment), under its name with an ending of its kind. S3 adds no nosniff to
// what it hands out; a browser does not sniff what it saves, and no page of ours has that address.
type ArtworkLink struct {
	URL  string       `json:"url"`
	Ends time.Time    `json:"ends_at"`
	Name string       `json:"name"`
	Kind artwork.Kind `json:"kind"`
	Size int64        `json:"bytes"`
}

// OfferArtwork is a file that a colleague wants to send.
type OfferArtwork struct {
	Name  string `json:"name" validate:"required,max=200,oneline,shown" description:"As it is called; it is shown and nothing follows from it · 文件名，仅供显示"`
	Bytes int64  `json:"bytes" validate:"min=0" description:"Its size, if known: one that is too large is refused before it is sent · 文件大小（字节）"`
	Type  string `json:"type" validate:"max=100,oneline" description:"Media type as the sender's system says; nothing follows from it · 媒体类型，仅作记录"`
}

// ArtworkOffer is how a file is sent: post the fields and then the file, as "file", to the URL
// (multipart/form-data) before the time is over; then ask for the check.
type ArtworkOffer struct {
	ID     string       `json:"id"`
	Name   string       `json:"name"`
	Ends   time.Time    `json:"ends_at"`
	Upload table.Upload `json:"upload"`
}

// CheckArtwork takes nothing but the file in the path.
type CheckArtwork struct{}

// artwork reads what was handed in with the lead in the path.
func (s *Server) artwork(r *http.Request) (string, artwork.Folder, error) {
	lead, err := s.lead(r)
	if err != nil || lead.Submission == "" { // it did not come through a form
		return "", artwork.Folder{}, err
	}
	folder, err := s.Store.ArtworkFolder(r.Context(), lead.Submission)
	return lead.Submission, folder, err
}

// listArtwork lists the files that were kept. Who may read the lead may read those.
func (s *Server) listArtwork(r *http.Request) (httpapi.Answer, error) {
	_, folder, err := s.artwork(r)
	return keptArtwork(folder, err)
}

// readArtwork gives a link to one file.
func (s *Server) readArtwork(r *http.Request) (httpapi.Answer, error) {
	of, folder, err := s.artwork(r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	return s.artworkLink(r, of, folder)
}

func keptArtwork(folder artwork.Folder, err error) (httpapi.Answer, error) {
	if err != nil {
		return httpapi.Answer{}, err
	}
	return httpapi.OK(table.Page[artwork.Artwork]{Items: folder.Attached()}), nil
}

// artworkLink makes a link to the file in the path. Signing it asks nobody and changes nothing.
func (s *Server) artworkLink(r *http.Request, of string, folder artwork.Folder) (httpapi.Answer, error) {
	a, known := folder.File(r.PathValue("artwork"))
	if !known || a.State != artwork.Attached {
		return httpapi.Answer{}, fault.Missing("文件", "file")
	}
	link := ArtworkLink{Name: a.FileName(), Kind: a.Kind, Size: a.Bytes}
	var err error
	if link.URL, link.Ends, err = s.Store.LinkArtwork(r.Context(), of, a); err != nil {
		return httpapi.Answer{}, err
	}
	return httpapi.OK(link), nil
}

// photos finds out where the files of the complaint or question in the path stand. Another branch's, and a record
// of another kind, are missing.
func (s *Server) photos(r *http.Request) (artwork.Place, error) {
	missing := fault.Missing("记录", "record")
	id, err := recordID(r, missing)
	if err != nil {
		return artwork.Place{}, err
	}
	place, err := s.Store.ArtworkPlace(r.Context(), id)
	if fault.KindOf(err) == fault.NotFound {
		err = missing
	}
	if err != nil {
		return place, err
	}
	by := httpapi.Actor(r)
	if !by.Sees(place.Branch) || !place.Under(r.URL.Path) {
		return artwork.Place{}, missing
	}
	place.By = by.ID
	return place, nil
}

// listPhotos lists the files that were kept, whoever sent them.
func (s *Server) listPhotos(r *http.Request) (httpapi.Answer, error) {
	place, err := s.photos(r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	return keptArtwork(s.Store.ArtworkFolder(r.Context(), place.Of))
}

// readPhoto gives a link to one file.
func (s *Server) readPhoto(r *http.Request) (httpapi.Answer, error) {
	place, err := s.photos(r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	folder, err := s.Store.ArtworkFolder(r.Context(), place.Of)
	if err != nil {
		return httpapi.Answer{}, err
	}
	return s.artworkLink(r, place.Of, folder)
}

// offerPhoto lets a file be sent by a colleague.
func (s *Server) offerPhoto(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Decode[OfferArtwork](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	place, err := s.photos(r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	a, err := s.Store.OfferArtwork(r.Context(), place, artwork.Artwork{Name: in.Name, Bytes: in.Bytes, Declared: in.Type})
	if err != nil {
		return httpapi.Answer{}, err
	}
	upload, err := s.Store.UploadArtwork(r.Context(), place, a, "")
	if err != nil {
		return httpapi.Answer{}, err
	}
	return httpapi.Created(r.URL.Path+"/"+a.ID, ArtworkOffer{ID: a.ID, Name: a.Name, Ends: a.Ends, Upload: upload}), nil
}

// checkPhoto looks at a file that was sent. Doing it again finds what was decided.
func (s *Server) checkPhoto(r *http.Request) (httpapi.Answer, error) {
	if _, err := httpapi.Decode[CheckArtwork](r); err != nil {
		return httpapi.Answer{}, err
	}
	place, err := s.photos(r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	a, err := s.Store.DecideArtwork(r.Context(), place, r.PathValue("artwork"))
	if err != nil {
		return httpapi.Answer{}, err
	}
	if a.State == artwork.Refused {
		a.Why = place.Policy.Refused(a.Refusal).In(httpapi.Lang(r))
	}
	return httpapi.OK(a), nil
}
