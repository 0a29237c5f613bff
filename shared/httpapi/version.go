package httpapi

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"afterpress/shared/kernel/fault"
)

var versionForm = regexp.MustCompile(`^"([1-9][0-9]{0,17})"$`)

// Version is the version that the caller has seen, from If-Match: "7". The second result reports whether the caller
// named one. Anything but one strong tag of a version is Unreadable.
func Version(r *http.Request) (int64, bool, error) {
	values := r.Header.Values("If-Match")
	if len(values) == 0 {
		return 0, false, nil
	}
	found := versionForm.FindStringSubmatch(strings.Join(values, ","))
	if found == nil {
		return 0, false, fault.Fail(fault.Unreadable,
			`If-Match 的格式不对。请原样填写您读到的 ETag，例如 "7"。`,
			`If-Match cannot be read. Send the ETag exactly as you received it, such as "7".`)
	}
	version, err := strconv.ParseInt(found[1], 10, 64)
	return version, err == nil, err
}

// MustVersion is Version where a change without one is Unversioned.
func MustVersion(r *http.Request) (int64, error) {
	version, named, err := Version(r)
	if err == nil && !named {
		err = fault.Fail(fault.Unversioned,
			"修改记录需要 If-Match。请先读取记录，再带上其 ETag 重试。",
			"Changing a record needs If-Match. Read the record first, then send its ETag.")
	}
	return version, err
}
