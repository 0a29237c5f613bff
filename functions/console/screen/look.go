package screen

import (
	"embed"

	"afterpress/shared/httpapi"
	"afterpress/shared/page"
)

//go:embed assets/*.gz
var files embed.FS

// assetsPath is where the console's own files are. They have the names of the pages of the same build, and no other
// function has to be deployed with it.
const assetsPath = "/console"

var (
	look = page.NewAsset(files, "console.css", "text/css; charset=utf-8").Below(assetsPath)
	mark = page.Mark.Below(assetsPath)
)

// Assets answers with the style sheet or the picture of the pages.
func Assets() httpapi.Handler { return page.Assets(look, mark) }
