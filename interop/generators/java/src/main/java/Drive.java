// The client of openapi-generator: one class, a method an operation, bodies as files.
import imagestore.ApiClient;
import imagestore.ApiException;
import imagestore.ApiResponse;
import imagestore.api.ImageStoreApi;
import imagestore.model.FabricError;
import imagestore.model.UploadSession;
import imagestore.model.UploadSessionInfo;
import java.io.File;
import java.nio.file.Files;
import java.util.List;
import java.util.UUID;

public class Drive {
  static final String PATH = "App\\data.bin";
  static final UUID SESSION = UUID.fromString("4a2340e8-32f3-4d5a-9a5c-1bdc2a1a1f0e");
  static ImageStoreApi store;

  public static void main(String[] args) throws Exception {
    store = new ImageStoreApi(new ApiClient().setBasePath(args[0]));
    System.out.println("sessions before: " + sessions().size());
    try {
      store.getImageStoreContent(PATH, "6.2", null, null, null);
    } catch (ApiException e) {
      System.out.println("listing before: " + e.getCode());
    }
    System.out.println("first chunk: " + chunk(0, "0123"));
    for (var s : sessions()) {
      for (var r : s.getExpectedRanges()) {
        System.out.println("session: " + s.getStoreRelativePath() + " " + s.getSessionId()
            + " expects " + r.getStartPosition() + "-" + r.getEndPosition() + " of " + s.getFileSize());
      }
    }
    System.out.println("same chunk again: " + chunk(0, "0123"));
    System.out.println("second chunk: " + chunk(4, "456789"));
    System.out.println("commit: " + store.commitImageStoreUploadSessionWithHttpInfo("6.0", SESSION, null, null).getStatusCode());
    System.out.println("delete session: " + store.deleteImageStoreUploadSessionWithHttpInfo("6.0", SESSION, null, null).getStatusCode());
    for (var f : store.getImageStoreContent(PATH, "6.2", null, null, null).getStoreFiles()) {
      System.out.println("listing: " + f.getStoreRelativePath() + " " + f.getFileSize());
    }
  }

  static List<UploadSessionInfo> sessions() throws ApiException {
    ApiResponse<UploadSession> r = store.getImageStoreUploadSessionByPathWithHttpInfo(PATH, "6.0", null, null);
    return r.getStatusCode() == 204 ? List.of() : r.getData().getUploadSessions();
  }

  static String chunk(int first, String data) throws Exception {
    File file = File.createTempFile("chunk", null);
    try {
      Files.writeString(file.toPath(), data);
      String range = "bytes " + first + "-" + (first + data.length() - 1) + "/10";
      store.uploadFileChunk(PATH, "6.0", SESSION, range, null, null, file);
      return "stored";
    } catch (ApiException e) {
      return FabricError.fromJson(e.getResponseBody()).getError().getCode();
    } finally {
      file.delete();
    }
  }
}
