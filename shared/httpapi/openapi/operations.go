package openapi

import (
	"afterpress/shared/httpapi"

	"github.com/swaggest/openapi-go/openapi31"
)

const typeOperations = "application/json-patch+json"

// jsonPatch describes a JSON patch (RFC 6902), the same one for each record.
func (d describer) jsonPatch() openapi31.MediaType {
	pointer := map[string]any{"type": "string", "pattern": "^(/.*)?$"}
	operation := map[string]any{
		"type": "object", "required": []string{"op", "path"},
		"properties": map[string]any{
			"op":   map[string]any{"type": "string", "enum": httpapi.OperationKinds},
			"path": pointer, "from": pointer, "value": map[string]any{},
		},
	}
	d.Spec.ComponentsEns().WithSchemasItem("JSONPatch", map[string]any{
		"type": "array", "maxItems": httpapi.MaxOperations, "items": operation,
		"description": "Adds to a list or removes from it, and leaves the rest as it is (RFC 6902); " +
			"/holidays/- is the place after the last holiday.",
	})
	return openapi31.MediaType{Schema: map[string]any{"$ref": "#/components/schemas/JSONPatch"}}
}
