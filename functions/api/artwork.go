package api

import (
	"net/http"
	"time"

	"afterpress/shared/crm"
	"afterpress/shared/httpapi"
	"afterpress/shared/store"
)

func (s *Server) artworkRoutes() []httpapi.Route {
	return []httpapi.Route{
		on("GET /leads/{id}/artwork", crm.ReadLeads, s.listArtwork, httpapi.Doc{Summary: "List the files that came with a lead · 客户上传的文件", Answer: store.Page[crm.Artwork]{}}),
		on("GET /leads/{id}/artwork/{artwork}", crm.ReadLeads, s.readArtwork, httpapi.Doc{Summary: "Get a link from which a file can be downloaded for five minutes · 下载文件的临时链接", Answer: ArtworkLink{}}),
	}
}

// ArtworkLink is where a file can be downloaded for a while. The store hands it out as bytes to save (application/octet-stream, as an attachment), under
// its name with an ending of its kind. S3 adds no nosniff to what it hands out; a browser does not sniff what it saves, and no page of ours has that address.
type ArtworkLink struct {
	URL  string          `json:"url"`
	Ends time.Time       `json:"ends_at"`
	Name string          `json:"name"`
	Kind crm.ArtworkKind `json:"kind"`
	Size int64           `json:"bytes"`
}

// artwork reads what was handed in with the lead in the path.
func (s *Server) artwork(r *http.Request) (crm.Lead, crm.ArtworkFolder, error) {
	lead, err := s.lead(r)
	if err != nil || lead.Submission == "" { // it did not come through a form
		return lead, crm.ArtworkFolder{}, err
	}
	folder, err := s.Store.ArtworkFolder(r.Context(), lead.Submission)
	return lead, folder, err
}

// listArtwork lists the files that were kept. Who may read the lead may read those.
func (s *Server) listArtwork(r *http.Request) (httpapi.Answer, error) {
	_, folder, err := s.artwork(r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	return httpapi.OK(store.Page[crm.Artwork]{Items: folder.Attached()}), nil
}

// readArtwork gives a link to one file. Signing it asks nobody and changes nothing.
func (s *Server) readArtwork(r *http.Request) (httpapi.Answer, error) {
	lead, folder, err := s.artwork(r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	a, known := folder.File(r.PathValue("artwork"))
	if !known || a.State != crm.ArtworkAttached {
		return httpapi.Answer{}, crm.Missing("文件", "file")
	}
	link := ArtworkLink{Name: a.FileName(), Kind: a.Kind, Size: a.Bytes}
	if link.URL, link.Ends, err = s.Store.LinkArtwork(r.Context(), lead.Submission, a); err != nil {
		return httpapi.Answer{}, err
	}
	return httpapi.OK(link), nil
}
