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
			{remove("%20Store%20"), reservedName},
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

func TestOneOperationAtATimeOnAPath(t *testing.T) {
	const pending = "500 OperationsPending"
	b := newBench(t)
	b.put("a/b", "x")
	end, err := b.store.pending.begin("A/b", false)
	if err != nil {
		t.Fatal(err)
	}
	for name, row := range map[string]step{
		"a write of the same path":        {put("a/b", "y"), pending},
		"a deletion of the same path":     {remove("a/b"), pending},
		"a deletion of a folder above it": {remove("a"), pending},
		"a copy over it":                  {copying(`{"RemoteSource":"a/b","RemoteDestination":"a/B"}`), pending},
		"a write beside it":               {put("a/bc", "y"), "200"},
		"a deletion of a name like it":    {remove("a/bc"), "200"},
		"a listing":                       {ls("a"), `a\b 1`},
	} {
		if got := row.do(b); got != row.want {
			t.Errorf("%s: got %q, want %q", name, got, row.want)
		}
	}
	end()
	b.put("a/b", "y")

	end, err = b.store.pending.begin("a", true)
	if err != nil {
		t.Fatal(err)
	}
	b.want(b.do("PUT", "/ImageStore/a/new?"+version, "y"), pending)
	b.want(b.chunk("a/c", id1, "bytes 0-0/1", "x"), "200")
	b.want(b.commit(id1), pending)
	b.put("ab", "y")
	end()
	b.want(b.commit(id1), "200")
}
