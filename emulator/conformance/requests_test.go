package conformance

import (
	"slices"
	"strings"
)

// apiVersion is what requests carry that do not say another.
const apiVersion = "api-version=6.5"

func request(verb, target, body string, header ...string) exchange {
	separator := "?"
	if strings.Contains(target, "?") {
		separator = "&"
	}
	return exchange{verb: verb, target: target + separator + apiVersion, body: body, header: header}
}

// bare is a request whose target is complete.
func bare(verb, target string) exchange { return exchange{verb: verb, target: target} }

func get(target string) exchange { return request("GET", target, "") }

func list(path string) exchange { return get("/ImageStore/" + path) }

func put(path, body string) exchange { return request("PUT", "/ImageStore/"+path, body) }

// stored is a PUT that succeeds.
func stored(path, body string) exchange { return put(path, body).is("200") }

func remove(path string) exchange { return request("DELETE", "/ImageStore/"+path, "") }

// copying takes the body's members in JSON, without the braces. Backslashes
// are meant as they stand.
func copying(members string) exchange {
	return request("POST", "/ImageStore/$/Copy", "{"+members+"}", "Content-Type: application/json")
}

// copied copies with the members for source and destination, and more.
func copied(source, destination, more string) exchange {
	return copying(`"RemoteSource":"` + source + `","RemoteDestination":"` + destination + `"` + more)
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

// at sends the request with another api-version.
func (x exchange) at(version string) exchange {
	x.target = strings.Replace(x.target, apiVersion, "api-version="+version, 1)
	return x
}
