// Package testcert makes certificates for tests: good ones, and ones that are wrong in one way.
//
//	authority := testcert.NewAuthority()
//	server.TLS = &tls.Config{Certificates: []tls.Certificate{authority.Issue()}}
//	security := imagestore.Security{RootCAs: authority.Pool()}
//
// A certificate is good unless a [Change] makes it bad: valid from an hour ago for a day, for
// servers and clients both, in the names localhost, 127.0.0.1 and ::1. The functions panic
// where a certificate cannot be made, because then the test is wrong.
package testcert
