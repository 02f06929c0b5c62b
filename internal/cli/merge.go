package cli

// mergeSecurity takes each group of flags from the first source that gives one of them.
func (a *app) mergeSecurity(sources []*source) securityFlags {
	var merged securityFlags
	if s := a.take(sources, "client certificate", identityFlags...); s != nil {
		merged.cert, merged.key, merged.passwordFile = s.security.cert, s.security.key, s.security.passwordFile
		merged.stored = s.security.stored
	}
	a.mergeTrust(sources, &merged)
	if s := a.take(sources, "TLS 1.3", "allow-tls13"); s != nil {
		merged.allowTLS13 = s.security.allowTLS13
	}
	if s := a.take(sources, "token command", "token-command"); s != nil {
		merged.tokenCommand = s.security.tokenCommand
	}
	return merged
}

// mergeTrust takes the servers to trust. A source that only says that insecure is false names none:
// those of the next one count, and its insecure does not.
func (a *app) mergeTrust(sources []*source, merged *securityFlags) {
	for i, s := range sources {
		if !s.gives(trustFlags...) {
			continue
		}
		if !s.security.trusting() {
			merged.verify = true
			continue
		}
		a.take(sources[i:], "trust", trustFlags...)
		merged.ca, merged.thumbprints = s.security.ca, s.security.thumbprints
		merged.commonNames, merged.insecure = s.security.commonNames, s.security.insecure && !merged.verify
		return
	}
}

// take returns the first source that gives one of the flags, and logs which that is.
func (a *app) take(sources []*source, what string, flags ...string) *source {
	s := first(sources, flags...)
	if s != nil {
		a.verbose("%s: from %s", what, s.name)
	}
	return s
}
