package conformance

import (
	"context"
	"slices"
	"strings"
	"sync"
)

// apiVersion is the default of requests: one that runtime 6.4, whose source has the facts, shares
// with all later ones.
const apiVersion = "api-version=6.4"

func request(verb, target, body string, header ...string) exchange {
	separator := "?"
	if strings.Contains(target, "?") {
		separator = "&"
	}
	return exchange{verb: verb, target: target + separator + apiVersion, body: body, header: header}
}

// getAsIs is a GET without an api-version, unless the target has one.
func getAsIs(target string) exchange { return exchange{verb: "GET", target: target} }

func get(target string) exchange { return request("GET", target, "") }

func list(path string) exchange { return get("/ImageStore/" + path) }

func put(path, body string) exchange { return request("PUT", "/ImageStore/"+path, body) }

// stored is a PUT that succeeds.
func stored(path, body string) exchange { return put(path, body).is("200") }

func remove(path string) exchange { return request("DELETE", "/ImageStore/"+path, "") }

// copying is a copy; the argument has the body's members in JSON, without the braces.
func copying(members string) exchange {
	return request("POST", "/ImageStore/$/Copy", "{"+members+"}", "Content-Type: application/json")
}

// copied copies with the members for source and destination, and more. The source is sent with
// backslashes, which both platforms accept.
func copied(source, destination, more string) exchange {
	return copiedAs(windowsPath(source), destination, more)
}

// copiedAs copies from a source as it is spelled in JSON.
func copiedAs(source, destination, more string) exchange {
	return copying(`"RemoteSource":"` + source + `","RemoteDestination":"` + destination + `"` + more)
}

// windowsPath spells a path with backslashes, in JSON.
func windowsPath(path string) string {
	return strings.ReplaceAll(strings.ReplaceAll(path, "{}", `{\}`), "/", `\\`)
}

func chunk(path, id, contentRange, body string) exchange {
	x := request("PUT", "/ImageStore/"+path+"/$/UploadChunk?session-id="+id, body)
	if contentRange != "" {
		x.header = []string{"Content-Range: " + contentRange}
	}
	return x
}

func session(id string) exchange { return get("/ImageStore/$/GetUploadSession?session-id=" + id) }

func sessionsOf(path string) exchange { return get("/ImageStore/" + path + "/$/GetUploadSession") }

func commit(id string) exchange {
	return request("POST", "/ImageStore/$/CommitUploadSession?session-id="+id, "")
}

func deletionOf(id string) exchange {
	return request("DELETE", "/ImageStore/$/DeleteUploadSession?session-id="+id, "")
}

// with adds a header.
func (x exchange) with(header ...string) exchange {
	x.header = append(slices.Clip(x.header), header...)
	return x
}

// oddly marks a request that succeeds although the contract does not have it.
func (x exchange) oddly() exchange {
	x.odd = true
	return x
}

// hidden keeps the body of the response out of reports.
func (x exchange) hidden() exchange {
	x.private = true
	return x
}

// at sends the request with another api-version.
func (x exchange) at(version string) exchange {
	x.target = strings.Replace(x.target, apiVersion, "api-version="+version, 1)
	return x
}

// together sends requests at the same time.
type together []exchange

func (xs together) run(ctx context.Context, t *trial) {
	replies, errs := make([]reply, len(xs)), make([]error, len(xs))
	prepared := make([]exchange, len(xs))
	for i, x := range xs {
		prepared[i] = x.prepare(t)
	}
	var senders sync.WaitGroup
	for i, x := range prepared {
		senders.Go(func() { replies[i], errs[i] = t.send(ctx, x) })
	}
	senders.Wait()
	for i, x := range prepared {
		x.judge(t, replies[i], errs[i])
	}
}
