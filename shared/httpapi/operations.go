package httpapi

import (
	"errors"
	"mime"
	"net/http"
	"slices"
	"strconv"

	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/words"

	jsonpatch "github.com/evanphx/json-patch/v5"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

const typeOperations = "application/json-patch+json"

// MaxOperations is how many operations one patch may have.
const MaxOperations = 64

const maxCopied = 64 << 10 // bytes that one copy operation may add

// OperationKinds are the operations of RFC 6902, section 4.
var OperationKinds = []string{"add", "remove", "replace", "move", "copy", "test"}

// operation is the head of an operation. Its value can be any JSON, so it is left to the library. Nil is a member that
// is not there.
type operation struct {
	Op    string         `json:"op"`
	Path  string         `json:"path"`
	From  *string        `json:"from"`
	Value jsontext.Value `json:"value"`
}

// lacks is the member that the operation needs and does not have (RFC 6902, section 4); empty where it has all.
func (o operation) lacks() string {
	switch o.Op {
	case "add", "replace", "test":
		if o.Value == nil {
			return "value"
		}
	case "move", "copy":
		if o.From == nil {
			return "from"
		}
	}
	return ""
}

// mediaType is the media type that the request names for its body; empty where none can be read.
func mediaType(r *http.Request) string {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return kind
}

// operated is the record after the request's JSON patch (RFC 6902). All operations are applied, or none is. The
// error is Unreadable for a body that is no such list. It is Invalid, with the operation's place in the list, for an
// operation that does not fit the record.
func operated(r *http.Request, before []byte) ([]byte, error) {
	body, err := bodyOf(r, typeOperations)
	if err != nil {
		return nil, err
	}
	if err := shapely(body, '[', maxDepth); err != nil {
		return nil, err
	}
	var heads []operation
	if err := json.Unmarshal(body, &heads); err != nil {
		return nil, misread(err)
	}
	if len(heads) > MaxOperations {
		n := strconv.Itoa(MaxOperations)
		return nil, unreadableAt("", "一次最多 "+n+" 个操作。请分几次发送。", "A patch has at most "+n+
			" operations. Send it in parts.")
	}
	for i, head := range heads {
		if !slices.Contains(OperationKinds, head.Op) {
			return nil, unreadableAt("/"+strconv.Itoa(i)+"/op", "请填写 add、remove、replace、move、copy 或 test。",
				"Enter add, remove, replace, move, copy or test.")
		}
		if member := head.lacks(); member != "" {
			return nil, fault.Faulty(fault.Field{Pointer: "/" + strconv.Itoa(i) + "/" + member, Text: words.Text{
				Zh: head.Op + " 操作需要 " + member + "。请补上。", En: "The operation " + head.Op + " needs " + member + ". Add it."}})
		}
	}
	operations, err := jsonpatch.DecodePatch(body)
	if err != nil {
		return nil, fault.Fail(fault.Unreadable, "请求正文不是 JSON Patch（RFC 6902）。",
			"The body is no JSON patch (RFC 6902).").Because(err)
	}
	options := jsonpatch.NewApplyOptions()
	options.SupportNegativeIndices = false
	options.AccumulatedCopySizeLimit = maxCopied
	// One after the other, so that an error can name the operation.
	for i := range operations {
		after, err := operations[i:i+1].ApplyWithOptions(before, options)
		if err != nil {
			return nil, fault.Faulty(unfit(i, heads[i], err)).Because(err)
		}
		before = after
	}
	return before, nil
}

// unfit says why an operation does not fit the record.
func unfit(i int, head operation, err error) fault.Field {
	out := fault.Field{Pointer: "/" + strconv.Itoa(i)}
	switch {
	case errors.Is(err, jsonpatch.ErrTestFailed):
		out.Text.Zh = "记录中 " + capped(head.Path) + " 的值与此不同。请重新读取后再修改。"
		out.Text.En = "The record has another value at " + capped(head.Path) + ". Read it again, then change it."
	case errors.Is(err, jsonpatch.ErrMissing), errors.Is(err, jsonpatch.ErrInvalidIndex):
		out.Text.Zh = "记录中没有 " + capped(head.Path) + "。请重新读取后填写正确的位置。"
		out.Text.En = "The record has no " + capped(head.Path) + ". Read it again, and enter the right place."
	default:
		out.Text.Zh = "这个操作不适用于此记录。请检查 op、path、from 和 value。"
		out.Text.En = "This operation does not fit the record. Check op, path, from and value."
	}
	return out
}
