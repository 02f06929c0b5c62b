package conformance

func sizes() topic {
	const usage = `\{"UsedSpace":"\d+","FileCount":"\d+"\}`
	size := func(path string) exchange { return list(path + "/$/FolderSize").at("6.5") }
	return topic{name: "Sizes", source: "the published REST specification of 6.5", facts: []fact{
		{says: "The size of a folder is that of all files below.", on: since65, do: []step{
			stored("{}/a/b", "hello"), stored("{}/a/c/d", "x"),
			size("{}/a").is("200").looksLike(`\{"StoreRelativePath":"[^"]*a","FolderSize":"6"\}`),
		}},
		{says: "The size follows overwrites and deletions.", on: since65, do: []step{
			stored("{}/a/b", "hello"), stored("{}/a/b", "x"), stored("{}/a/c", "xx"), remove("{}/a/c").is("200"),
			size("{}/a").looksLike(`.*"FolderSize":"1"\}`),
		}},
		{says: "The whole store has a size.", on: since65, do: []step{
			stored("{}/a", "hello"),
			get("/ImageStore/$/FolderSize").at("6.5").is("200").looksLike(`\{"StoreRelativePath":"[^"]*","FolderSize":"\d+"\}`),
		}},
		{says: "The figures of the store have all their members.", on: since65, do: []step{
			get("/ImageStore/$/Info").at("6.5").is("200").looksLike(`\{"DiskInfo":\{"Capacity":"\d+","AvailableSpace":"\d+"\},"UsedByMetadata":` + usage +
				`,"UsedByStaging":` + usage + `,"UsedByCopy":` + usage + `,"UsedByRegister":` + usage + `\}`),
		}},
		{says: "Sizes and figures begin with api-version 6.5.", on: since65, do: []step{
			stored("{}/a", "x"),
			list("{}/$/FolderSize").is(invalid),
			get("/ImageStore/$/FolderSize").is(invalid),
			get("/ImageStore/$/Info").is(invalid),
		}},
		{says: "The figures of a path do not exist.", do: []step{list("{}/$/Info").is(invalid)}},
	}}
}

func around() topic {
	return topic{name: "Around the store", source: "GW/ClusterManagementHandler.cpp:121-126,1507-1525", facts: []fact{
		{says: "The root of the gateway is a page, without an api-version.", source: "GW/Constants.cpp:41", do: []step{getAsIs("/").hidden().is("200")}},
		{says: "The cluster's manifest names its image store.", do: []step{
			get("/$/GetClusterManifest").hidden().is("200").looksLike(`(?s)\{"Manifest":".*ImageStoreConnectionString.*"\}`),
			getAsIs("/$/GetClusterManifest").is(invalid),
		}},
		{says: "The cluster has a version.", do: []step{
			get("/$/GetClusterVersion").is("200").looksLike(`\{"Version":"[\d.]+"\}`),
		}},
		{says: "The metadata about tokens needs no credentials, but an api-version.", do: []step{
			get("/$/GetAadMetadata").hidden().is("200").looksLike(`\{"type":".*","metadata":\{.*\}\}`),
			getAsIs("/$/GetAadMetadata").is(invalid),
		}},
	}}
}

// faults are what the runtime does to itself in its own tests.
func faults() topic {
	return topic{name: "Faults", source: "FSS/RequestManager.cpp:1355; FSS/FileUploadAsyncOperation.cpp:413-421", facts: []fact{
		{says: "The runtime's own faults confirm the chunk at offset 30 MiB once without recording it.", on: withSessions, local: wantsFault},
		{says: "The runtime's own faults drop every 9th commit: it is not cut off, but waits, and is then 504.", on: withSessions, local: wantsFault},
	}}
}
