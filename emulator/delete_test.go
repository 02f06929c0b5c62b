package emulator

import (
	"fmt"
	"strings"
	"testing"
)

func TestDelete(t *testing.T) {
	const reservedName = "400 FABRIC_E_IMAGEBUILDER_RESERVED_DIRECTORY_ERROR"
	disk := func(b *bench) string { return strings.Join(b.onDisk(), "|") }
	runScenarios(t, []scenario{
		{"what is not there is deleted already", []step{
			{remove("a"), "200"},
			{remove("a/b"), "200"},
		}},
		{"a file and the folders it leaves empty", []step{
			{put("a/b/c", "x"), "200"},
			{put("a/d", "x"), "200"},
			{remove("a/b/c"), "200"},
			{ls("a"), `a\d 1`},
			{ls("a/b"), "404"},
			{disk, "a/d"},
			{put("a/b", "a file now"), "200"},
		}},
		{"a folder and all below, and nothing that only begins like it", []step{
			{put("a/b", "x"), "200"},
			{put("a/c/d", "x"), "200"},
			{put("ab", "x"), "200"},
			{remove("A"), "200"},
			{ls(""), "ab 1"},
			{disk, "ab"},
			{put("a", "a file now"), "200"},
		}},
		{"a reserved name stays, in any case", []step{
			{put("Store/a", "x"), "200"},
			{remove("Store"), reservedName},
			{remove("store"), reservedName},
			{remove("WINDOWSFABRICSTORE"), reservedName},
			{remove("Store/a"), "200"},
			{remove("Store"), reservedName},
		}},
	})
}

func TestLargeBodies(t *testing.T) {
	for _, row := range []struct {
		name         string
		verb, target string
		size         int
		framing      string
		want         string
	}{
		{"a DELETE of 4 MiB", "DELETE", "a", 4 << 20, "length", "200"},
		{"a DELETE of more", "DELETE", "a", 4<<20 + 1, "length", "413 FABRIC_E_MESSAGE_TOO_LARGE"},
		{"a DELETE of more, without a length", "DELETE", "a", 4<<20 + 1, "chunked", "413 FABRIC_E_MESSAGE_TOO_LARGE"},
		{"a POST of more", "POST", "$/Copy", 4<<20 + 1, "length", "413 FABRIC_E_MESSAGE_TOO_LARGE"},
		{"a PUT of more", "PUT", "b", 4<<20 + 1, "chunked", "200"},
	} {
		t.Run(row.name, func(t *testing.T) {
			b := newBench(t)
			body := strings.Repeat(" ", row.size)
			head := fmt.Sprintf("%s /ImageStore/%s?%s HTTP/1.1\r\nHost: x\r\n", row.verb, row.target, version)
			if row.framing == "length" {
				head += fmt.Sprintf("Content-Length: %d\r\n\r\n", row.size)
			} else {
				head += fmt.Sprintf("Transfer-Encoding: chunked\r\n\r\n%x\r\n", row.size)
				body += "\r\n0\r\n\r\n"
			}
			r, err := b.dial(head + body)
			if err != nil {
				t.Fatal(err)
			}
			b.want(r, row.want)
		})
	}
	b := newBench(t, WithPlatform(Linux))
	b.want(b.do("DELETE", "/ImageStore/a?"+version, strings.Repeat(" ", 4<<20+1)), "200")
}
