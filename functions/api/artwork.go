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
	return []httpapi.Route{
		on("GET /leads/{id}/artwork", permission.ReadLeads, s.listArtwork,
			httpapi.Doc{Summary: "List the files that came with a lead · 客户上传的文件", Answer: table.Page[artwork.Artwork]{}}),
		on("GET /leads/{id}/artwork/{artwork}", permission.ReadLeads, s.readArtwork,
			httpapi.Doc{Summary: "Get a link from which a file can be downloaded for five minutes · 下载文件的临时链接",
				Answer: app.ArtworkLink{}}),
	}
}

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
	link := app.ArtworkLink{Name: a.FileName(), Kind: a.Kind, Size: a.Bytes}
	var err error
	if link.URL, link.Ends, err = s.Store.LinkArtwork(r.Context(), of, a); err != nil {
		return httpapi.Answer{}, err
	}
	return httpapi.OK(link), nil
}
