// Command bench measures the uploader against other clients and against loops that do nothing but
// send, and prints ratios. Both sides of a ratio are measured in turn, in one run, so that a machine
// that gets slower makes both slower; absolute figures say little beyond the machine.
//
//	make bench
//
// The rows of rows.go have a process for each client, so that its processor time and its memory
// can be measured; those of comparisons.go run in this one, with the server.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"
)

func main() {
	rounds := flag.Int("rounds", 5, "how often each side of a comparison is measured")
	only := flag.String("only", "", "measure only the comparisons whose names hold this text, or \"sweep\"")
	child := flag.Bool("as", false, "be a part of a measurement; for this program alone")
	flag.Parse()
	if *child {
		if err := childMain(flag.Args()); err != nil {
			fmt.Fprintf(os.Stderr, "bench: %v\n", err)
			os.Exit(1)
		}
		return
	}
	fmt.Fprintf(os.Stdout, "%s, %s, %d processors, %s\n\n", time.Now().Format(time.DateOnly), runtime.Version(), runtime.NumCPU(), processor())
	if err := measureAll(*rounds, *only); err != nil {
		fmt.Fprintf(os.Stderr, "bench: %v\n", err)
		os.Exit(1)
	}
	if *only != "" && *only != "sweep" {
		return
	}
	if err := sweep(min(*rounds, 3)); err != nil {
		fmt.Fprintf(os.Stderr, "bench: sweep: %v\n", err)
		os.Exit(1)
	}
}

// measureAll measures the rows whose names contain a text.
func measureAll(rounds int, only string) error {
	for _, r := range rows {
		if strings.Contains(r.name(), only) {
			if err := r.measure(rounds); err != nil {
				return fmt.Errorf("%s: %w", r.name(), err)
			}
		}
	}
	for _, c := range slices.Concat(comparisons, checkedRows) {
		if strings.Contains(c.name, only) {
			if err := c.measure(rounds); err != nil {
				return fmt.Errorf("%s: %w", c.name, err)
			}
		}
	}
	if strings.Contains(startName, only) {
		return startUp(rounds)
	}
	return nil
}

// comparison is a row within this process: ours against a floor.
type comparison struct {
	name  string
	bytes int64 // that one run moves, for the rate in the table
	setUp func() (ours, floor run, tearDown func(), err error)
}

// run does the work once.
type run func(context.Context) error

// measure runs both sides in turn, the first pair uncounted, and prints the median of the
// ratios of their times: above 1 ours is faster.
func (c comparison) measure(rounds int) error {
	ours, floor, tearDown, err := c.setUp()
	if err != nil {
		return err
	}
	defer tearDown()
	var ratios, own, other []float64
	for round := range rounds + 1 {
		pair := [2]float64{}
		order := []int{0, 1}
		if round%2 == 1 {
			slices.Reverse(order)
		}
		for _, side := range order {
			runtime.GC()
			debug.FreeOSMemory()
			began := time.Now()
			if err := [2]run{ours, floor}[side](context.Background()); err != nil {
				return err
			}
			pair[side] = time.Since(began).Seconds()
		}
		if round > 0 {
			own, other, ratios = append(own, pair[0]), append(other, pair[1]), append(ratios, pair[1]/pair[0])
		}
	}
	slices.Sort(ratios)
	mb := float64(c.bytes) / 1e6
	fmt.Fprintf(os.Stdout, "%-58s %5.2f  (%.2f to %.2f)   %7.0f MB/s against %7.0f MB/s\n",
		c.name, median(ratios), ratios[0], ratios[len(ratios)-1], mb/median(own), mb/median(other))
	return nil
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}

// processor is what Linux calls the processor.
func processor() string {
	text, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return runtime.GOARCH
	}
	for line := range strings.Lines(string(text)) {
		if name, ok := strings.CutPrefix(line, "model name"); ok {
			return strings.Trim(name, "\t :\n")
		}
	}
	return runtime.GOARCH
}
