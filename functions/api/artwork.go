package api

import (
	"net/http"

	"afterpress/shared/app"
	"afterpress/shared/crm/artwork"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/store/table"
)

func (s *Server) artworkRoutes() []httpapi.Route {
	var routes []httpapi.Route
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

// What is sent of files, and answered about them; until complaints and holds have moved.
type (
	ArtworkLink  = app.ArtworkLink
	OfferArtwork = app.OfferArtwork
	ArtworkOffer = app.ArtworkOffer
	CheckArtwork = app.CheckArtwork
)

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
