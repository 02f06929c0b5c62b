// Package conformance checks over HTTP whether a gateway of the image store behaves like the
// open-source Service Fabric runtime. The facts are in tables.
//
//	suite, err := conformance.New("http://localhost:19080", http.DefaultClient)
//	if err != nil {
//		return err
//	}
//	report, err := suite.Run(ctx)
//
// Each fact names the lines of microsoft/service-fabric (commit ddfed33, a snapshot of runtime 6.4)
// that state it. A gateway may differ and be right: a later runtime may behave differently.
//
// # What it does to a cluster
//
// The suite works in one folder with a random name, which [Suite.Folder] returns. It stores small
// files there, the largest of 4 MiB, begins upload sessions for paths below it, and removes both,
// also if its context ends: the current request then has ten seconds to finish, so that
// nothing arrives after the removal. It sends one request at a time, except for facts about two
// writers, and after each response it pauses for as long as the response took, at most a second. So
// it causes half of the load that one client can cause, and a busy gateway gets fewer requests. A
// run takes seconds with the local store, and a few minutes with a cluster.
//
// A fact that would harm a cluster if it did not hold is not asked, and this package does not
// contain its requests: they are in the tests, which use only the local store. The same is true of
// facts that need an empty store, a clock that can be advanced, or a fault.
//
// # Platforms
//
// The gateways on Windows and on Linux differ. The suite recognizes the platform by the separator
// in a listing, and finds out with one request each whether upload sessions and api-version 6.5 are
// supported. Facts about other gateways are reported as not asked, with the reason.
//
// # Sources
//
// File names are relative to src/prod/src. GW is httpgateway, HT is Management/HttpTransport, FSS is
// Management/FileStoreService, ISH is httpgateway/imagestorehandler, HAO is
// httpgateway/RequestHandlerBase.HandlerAsyncOperation.cpp, GU is httpgateway/GatewayUri.cpp, NIS is
// Management/ImageStore/NativeImageStore.cpp, PARSE is Common/Parse.cpp, and SU is Common/StringUtility.
package conformance
