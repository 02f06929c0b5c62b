// Package credential loads what a person has to say who they are: a client certificate, the
// authorities to trust, a token.
//
//	certificate, err := credential.LoadCertificate("client.pfx", "", password)
//	if err != nil {
//		return err
//	}
//
// # Certificates
//
// What a file is is told by its content, not by its name: PEM, with the key in it or in a
// file of its own, or PKCS#12, as Windows and Azure Key Vault export it (.pfx, .p12). Keys may
// be encrypted, by PKCS#8 or by the older headers of OpenSSL; a [Password] comes from a file
// or from a variable. The certificate that belongs to the key is put first, whatever the order
// in the file, and the others follow as its chain.
//
// # Tokens
//
// A token is a text ([StaticToken]) or what a program prints ([TokenCommand]). It is kept
// until shortly before it expires, where it says when it does.
//
// # Secrets
//
// No error holds a password, a key, a token, a command line, or what a command printed. A
// [Password] prints as REDACTED.
package credential
