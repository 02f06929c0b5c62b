package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/sfstore/sfstore/upload"
)

// sweep shows where the defaults of package upload come from: the same file under other chunk
// sizes and numbers of workers, as multiples of the time under the defaults.
func sweep(rounds int) error {
	for _, place := range []struct {
		name string
		size int64
		open func() (url string, stop func(), err error)
	}{
		{"51 ms and 400 Mbit/s, 128 MiB", linkSize, farSink},
		{"no round trip, HTTPS, 1 GiB", gib, func() (string, func(), error) { return startSink(true) }},
	} {
		if err := sweepAt(place.name, place.size, rounds, place.open); err != nil {
			return fmt.Errorf("%s: %w", place.name, err)
		}
	}
	return nil
}

var (
	sweptChunks  = []int64{1 << 20, upload.DefaultChunkSize, 16 << 20}
	sweptWorkers = []int{1, 4, workers, 16}
)

func sweepAt(name string, size int64, rounds int, open func() (string, func(), error)) error {
	file, err := makeFile(size)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close(); _ = os.Remove(file.Name()) }()
	url, stop, err := open()
	if err != nil {
		return err
	}
	defer stop()
	times := map[string][]float64{}
	cell := func(chunk int64, workers int) string { return fmt.Sprint(chunk, workers) }
	for round := range rounds + 1 { // the first opens connections and is not counted
		for _, chunk := range sweptChunks {
			for _, workers := range sweptWorkers {
				uploader, err := newUploader(url, upload.WithChunkSize(chunk), upload.WithWorkers(workers))
				if err != nil {
					return err
				}
				began := time.Now()
				if _, err := uploader.File(context.Background(), "App/big", file.Name()); err != nil {
					return err
				}
				if round > 0 {
					times[cell(chunk, workers)] = append(times[cell(chunk, workers)], time.Since(began).Seconds())
				}
			}
		}
	}
	base := median(times[cell(upload.DefaultChunkSize, workers)])
	fmt.Fprintf(os.Stdout, "\nspeed against the defaults (%d MiB, %d workers): %s\n%10s", upload.DefaultChunkSize>>20, workers, name, "workers")
	for _, workers := range sweptWorkers {
		fmt.Fprintf(os.Stdout, "%8d", workers)
	}
	for _, chunk := range sweptChunks {
		fmt.Fprintf(os.Stdout, "\n%6d MiB", chunk>>20)
		for _, workers := range sweptWorkers {
			fmt.Fprintf(os.Stdout, "%8.2f", base/median(times[cell(chunk, workers)]))
		}
	}
	fmt.Fprintln(os.Stdout)
	return nil
}
