package main

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"slices"
)

// row compares ours with another client that does the same work.
type row struct {
	work  work
	place place
	rival string
	ours  string // "ours" unless set
}

func (r row) name() string {
	return r.work.name + ", " + r.place.name + ": " + cmp.Or(r.ours, "ours") + " / " + r.rival
}

// work is a file of a size, or a folder of files of 4 KiB.
type work struct {
	name  string
	size  int64
	files int
	below string // the folder that they are in
}

// place is where the server is.
type place struct {
	name   string
	secure bool
	far    *far // nil for the same machine
}

var (
	bigFile    = work{name: "1 GiB", size: gib}
	mediumFile = work{name: "320 MiB", size: 320 << 20}
	manyFiles  = work{name: "10,000 files", files: smalls}
	deepFiles  = work{name: "8 files, 7 folders deep", files: 8, below: "2/3/4/5/6/7"}
	fewFiles   = work{name: "400 files", files: fewSmalls}
	nearby     = place{name: "HTTP"}
	nearbyTLS  = place{name: "HTTPS", secure: true}
	farAway    = place{name: "51 ms, 400 Mbit/s", far: &far{delay: roundTrip / 2, rate: linkRate}}
	lossyLine  = place{name: "51 ms, 400 Mbit/s, 0.1 % loss", far: &far{delay: roundTrip / 2, rate: linkRate, loss: 0.001}}
)

const withoutResuming = "ours without resuming"

var rows = []row{
	{work: bigFile, place: nearby, rival: "bare loop"},
	{work: bigFile, place: nearby, rival: "bare loop with two digests"},
	{work: bigFile, place: nearby, rival: "azblob"},
	{work: bigFile, place: nearby, rival: "azblob with CRC64"},
	{work: bigFile, place: nearby, rival: "minio-go"},
	{work: bigFile, place: nearby, rival: "minio-go with CRC32C"},
	{work: bigFile, place: nearby, rival: "azblob", ours: withoutResuming},
	{work: bigFile, place: nearby, rival: "minio-go with CRC32C", ours: withoutResuming},
	{work: bigFile, place: nearbyTLS, rival: "bare loop"},
	{work: bigFile, place: nearbyTLS, rival: "bare loop with two digests"},
	{work: bigFile, place: nearbyTLS, rival: "azblob"},
	{work: bigFile, place: nearbyTLS, rival: "minio-go"},
	{work: bigFile, place: nearbyTLS, rival: "azblob", ours: withoutResuming},
	{work: manyFiles, place: nearby, rival: "bare loop"},
	{work: manyFiles, place: nearby, rival: "azblob"},
	{work: manyFiles, place: nearby, rival: "azblob with CRC64"},
	{work: manyFiles, place: nearby, rival: "minio-go"},
	{work: manyFiles, place: nearby, rival: "minio-go with CRC32C"},
	{work: fewFiles, place: farAway, rival: "bare loop of 32"},
	{work: fewFiles, place: farAway, rival: "azblob"},
	{work: fewFiles, place: farAway, rival: "minio-go"},
	{work: deepFiles, place: farAway, rival: "bare loop"},
	{work: mediumFile, place: farAway, rival: "bare loop"},
	{work: mediumFile, place: farAway, rival: "azblob"},
	{work: mediumFile, place: farAway, rival: "minio-go"},
	{work: mediumFile, place: lossyLine, rival: "bare loop"},
	{work: mediumFile, place: lossyLine, rival: "azblob"},
}

// measure uploads by both clients in turn, the first pair uncounted.
func (r row) measure(rounds int) error {
	if r.place.far != nil {
		if reason := farMissing(); reason != "" {
			fmt.Fprintf(os.Stdout, "%-72s not measured: %s\n", r.name(), reason)
			return nil
		}
		rounds = min(rounds, 3) // they take long, and the line lets them vary little
	}
	path, remove, err := r.work.make()
	if err != nil {
		return err
	}
	defer remove()
	server, by, err := r.place.start()
	if err != nil {
		return err
	}
	defer server.stop()
	var sides [2][]result
	var ratios []float64
	for round := range rounds + 1 {
		order := []int{0, 1}
		if round%2 == 1 {
			slices.Reverse(order)
		}
		var pair [2]result
		for _, side := range order {
			if pair[side], err = send(by, [2]string{cmp.Or(r.ours, "ours"), r.rival}[side], server.url, path); err != nil {
				return err
			}
			if r.place.far == nil {
				first, err := firstByte(server.url)
				if err != nil {
					return err
				}
				pair[side].First = first.Sub(pair[side].Began).Seconds()
			}
		}
		if round > 0 {
			sides[0], sides[1] = append(sides[0], pair[0]), append(sides[1], pair[1])
			ratios = append(ratios, pair[1].Wall/pair[0].Wall)
		}
	}
	r.print(sides, ratios)
	return nil
}

func (r row) print(sides [2][]result, ratios []float64) {
	of := func(side int, value func(result) float64) float64 {
		var values []float64
		for _, r := range sides[side] {
			values = append(values, value(r))
		}
		return median(values)
	}
	both := func(value func(result) float64) (ours, rival float64) { return of(0, value), of(1, value) }
	a, b := both(func(r result) float64 { return r.Wall })
	fmt.Fprintf(os.Stdout, "%-72s %5.2f  (%.2f to %.2f)   %.2f s / %.2f s", r.name(), median(ratios), slices.Min(ratios), slices.Max(ratios), a, b)
	a, b = both(func(r result) float64 { return r.CPU })
	fmt.Fprintf(os.Stdout, "   CPU %.2f s / %.2f s", a, b)
	a, b = both(func(r result) float64 { return r.Memory })
	fmt.Fprintf(os.Stdout, "   %.0f MiB / %.0f MiB", a, b)
	if r.place.far == nil {
		a, b = both(func(r result) float64 { return r.First })
		fmt.Fprintf(os.Stdout, "   first byte %.3f s / %.3f s", a, b)
	}
	fmt.Fprintln(os.Stdout)
}

// make makes the file or the folder.
func (w work) make() (path string, remove func(), err error) {
	if w.files > 0 {
		path, _, err = makeFolder(w.files, w.below)
		return path, func() { _ = os.RemoveAll(path) }, err
	}
	file, err := makeFile(w.size)
	if err != nil {
		return "", nil, err
	}
	return file.Name(), func() { _ = os.Remove(file.Name()) }, file.Close()
}

// start starts a server, and returns how processes that reach it are made.
func (p place) start() (*process, func(args ...string) *exec.Cmd, error) {
	if p.far != nil {
		return p.far.start()
	}
	scheme := "http"
	if p.secure {
		scheme = "https"
	}
	server, err := startProcess("sink", scheme)
	return server, self, err
}
