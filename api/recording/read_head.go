package recording

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// head is the head of a request or a response.
type head struct {
	method, target string // of a request
	status         int    // of a response
	header         http.Header
}

// isStartLine reports whether a message may begin with a line.
func isStartLine(line string) bool {
	_, err := parseStartLine(strings.TrimSuffix(line, "\r"))
	return err == nil
}

func parseStartLine(line string) (head, error) {
	first, rest, _ := strings.Cut(line, " ")
	if strings.HasPrefix(first, "HTTP/") {
		digits, _, _ := strings.Cut(rest, " ")
		status, err := strconv.Atoi(digits)
		if err != nil || status < 100 || status > 999 || len(digits) != 3 {
			return head{}, fmt.Errorf("%.20q is not a status", digits)
		}
		return head{status: status}, nil
	}
	target, protocol, _ := strings.Cut(rest, " ")
	if !isToken(first) || target == "" || protocol != "" && !strings.HasPrefix(protocol, "HTTP/") {
		return head{}, fmt.Errorf("want a request or a status line, got %.20q", first)
	}
	if !strings.HasPrefix(target, "/") && !strings.Contains(target, "://") && target != "*" && first != http.MethodConnect {
		return head{}, fmt.Errorf("the target of the %.20s is not a URL", first)
	}
	return head{method: first, target: target}, nil
}

// readHead reads a head up to an empty line or the end of the file. Each line is passed to prefix
// first.
func readHead(l *lines) (head, error) {
	line, err := l.next()
	if err != nil {
		return head{}, err
	}
	h, err := parseStartLine(line)
	if err != nil {
		return h, err
	}
	h.header = make(http.Header)
	for range maxLines {
		line, err := l.next()
		if err != nil && err != io.EOF {
			return h, err
		}
		if line == "" {
			return h, nil
		}
		if err := h.add(line); err != nil {
			return h, err
		}
	}
	return h, fmt.Errorf("the head is longer than %d lines", maxLines)
}

func (h *head) add(line string) error {
	name, value, ok := strings.Cut(line, ":")
	if !ok {
		return badHeader(name)
	}
	if err := checkHeader(name, value); err != nil {
		return err
	}
	h.header.Add(name, strings.TrimSpace(value))
	return nil
}

func checkHeader(name, value string) error {
	if !isToken(name) {
		return badHeader(name)
	}
	if strings.ContainsRune(value, 0) {
		return fmt.Errorf("the header %.40s contains a NUL", name)
	}
	return nil
}

func badHeader(name string) error {
	return fmt.Errorf("want a header like Name: value, got %.20q", name)
}
