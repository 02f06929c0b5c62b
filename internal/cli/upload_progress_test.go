package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sfstore/sfstore/upload"
)

// feed simulates an upload of two files of 50 MiB, at 1 MiB a second. One of them fails.
func feed(p uploadProgress) {
	const mib = 1 << 20
	p.event(upload.Event{Kind: upload.Planned, Files: 2, Size: 100 * mib})
	time.Sleep(time.Second / 2) //nolint:forbidigo // inside synctest, where time is not real
	p.event(upload.Event{Kind: upload.Resumed, Path: "App/a", Bytes: 10 * mib})
	for range 40 {
		time.Sleep(time.Second) //nolint:forbidigo // inside synctest, where time is not real
		p.event(upload.Event{Kind: upload.Arrived, Path: "App/a", Bytes: mib})
	}
	p.event(upload.Event{Kind: upload.Stored, Path: "App/a", Size: 50 * mib})
	for range 30 {
		time.Sleep(time.Second) //nolint:forbidigo // inside synctest, where time is not real
		p.event(upload.Event{Kind: upload.Arrived, Path: "App/b", Bytes: mib})
	}
	p.event(upload.Event{Kind: upload.Failed, Path: "App/b", Err: errors.New("the disk is full")})
	p.close()
	p.close()
}

func TestALogShowsNowAndThenHowFarAnUploadIs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		a := &app{stderr: &out}
		feed(newProgressLines(a))
		want := `App/a: 10.0 MiB had already arrived
uploading: 19.0 MiB of 100.0 MiB, 0 of 2 files stored, 921.6 KiB/s, 1m31s left
uploading: 49.0 MiB of 100.0 MiB, 0 of 2 files stored, 993.0 KiB/s, 53s left
uploading: 79.0 MiB of 100.0 MiB, 1 of 2 files stored, 993.0 KiB/s, 22s left
`
		if got := out.String(); got != want {
			t.Errorf("got\n%s", got)
		}
	})
}

func TestALogShowsHowMuchIsReadBeforeSending(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		p := newProgressLines(&app{stderr: &out})
		const gib = 1 << 30
		p.event(upload.Event{Kind: upload.Planned, Files: 1, Size: 50 * gib})
		time.Sleep(time.Second / 2) //nolint:forbidigo // inside synctest, where time is not real
		for range 12 {
			time.Sleep(time.Second) //nolint:forbidigo // inside synctest, where time is not real
			p.event(upload.Event{Kind: upload.Reading, Path: "App/a", Bytes: gib})
		}
		if lines := p.tally.bars(120); len(lines) != 1 || !strings.HasPrefix(lines[0], "reading  [") || !strings.Contains(lines[0], "12.0 GiB of 50.0 GiB") {
			t.Errorf("bars: %q", lines)
		}
		p.event(upload.Event{Kind: upload.Begun, Path: "App/a", Size: 50 * gib})
		p.close()
		if want := "reading: 9.0 GiB of 50.0 GiB, 921.6 MiB/s, 46s left\n"; out.String() != want {
			t.Errorf("got\n%s", out.String())
		}
		if line := p.tally.line(); !strings.HasPrefix(line, "uploading: ") {
			t.Errorf("got %s after the first file was begun", line)
		}
	})
}

func TestAQuietLogShowsNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		a := &app{stderr: &out}
		a.flags.quiet = true
		feed(newProgressLines(a))
		if out.Len() > 0 {
			t.Errorf("got %s", out.String())
		}
	})
}

func TestEventsShowProgressOnceASecondAtMost(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		feed(newEventLines(&out))
		events := map[string]int{}
		var last progressLine
		for line := range strings.Lines(out.String()) {
			var p progressLine
			if err := json.Unmarshal([]byte(line), &struct{ Event *string }{&p.Event}); err != nil {
				t.Fatalf("%v in %s", err, line)
			}
			events[p.Event]++
			if p.Event == "progress" {
				if err := json.Unmarshal([]byte(line), &last); err != nil {
					t.Fatal(err)
				}
			}
		}
		if n := events["progress"]; n < 60 || n > 70 || events["stored"] != 1 || events["failed"] != 1 || events["resumed"] != 1 {
			t.Errorf("events %v", events)
		}
		if last.Stored != 1 || last.Size != 100<<20 || last.Arrived < 79<<20 || last.Rate < 900<<10 {
			t.Errorf("the last progress is %+v", last)
		}
	})
}

// TestTheJSONPageShowsEvents compares the lines of docs/json.md that no command prints reliably with
// what the command writes.
func TestTheJSONPageShowsEvents(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/json.md")
	if err != nil {
		t.Fatal(err)
	}
	for event, into := range map[string]any{"progress": new(progressLine), "interrupted": new(uploaded)} {
		_, line, ok := strings.Cut(string(page), "\n{\"event\":\""+event+"\"")
		line, _, _ = strings.Cut(line, "\n")
		decoder := json.NewDecoder(strings.NewReader(`{"event":"` + event + `"` + line))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(into); !ok || err != nil {
			t.Errorf("%s: %v", event, err)
		}
		again, err := json.Marshal(into)
		if err != nil {
			t.Fatal(err)
		}
		var want, got map[string]any
		if err := errors.Join(json.Unmarshal([]byte(`{"event":"`+event+`"`+line), &want), json.Unmarshal(again, &got)); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(got))) {
			t.Errorf("%s: the page has %v, the command %v", event, want, got)
		}
	}
}
