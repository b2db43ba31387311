package org.ebpf4j.maven;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/// The search for a JDK that the library runs on. Maven itself may run on an older one.
final class Jdk {
  static final int OLDEST = 25;

  private Jdk() {}

  /// The command `java` of the first that is new enough.
  ///
  /// @param homes folders of JDKs, the most wanted first; those that are empty are passed over
  /// @return null where there is none
  static Path find(List<String> homes) {
    for (String home : homes) {
      if (home != null && !home.isEmpty() && feature(Path.of(home)) >= OLDEST) {
        return Path.of(home, "bin", "java");
      }
    }
    return null;
  }

  /// The places where JDKs are, beside those that somebody names.
  static List<String> installed() {
    List<String> homes = new ArrayList<>();
    for (String parent :
        new String[] {"/usr/lib/jvm", "/opt/java", "/Library/Java/JavaVirtualMachines"}) {
      try (var folders = Files.newDirectoryStream(Path.of(parent))) {
        for (Path folder : folders) {
          homes.add(folder.toString());
          homes.add(folder.resolve("Contents/Home").toString());
        }
      } catch (IOException e) {
        // There is no such folder.
      }
    }
    homes.sort(null);
    return homes;
  }

  /// The number of a JDK, as its file `release` says; 0 where there is none.
  private static int feature(Path home) {
    Path release = home.resolve("release");
    if (!Files.isExecutable(home.resolve("bin/java")) || !Files.isReadable(release)) {
      return 0;
    }
    Properties properties = new Properties();
    try (var reader = Files.newBufferedReader(release)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      return 0;
    }
    String digits =
        properties.getProperty("JAVA_VERSION", "").replace("\"", "").replaceFirst("[^0-9].*", "");
    return digits.isEmpty() || digits.length() > 4 ? 0 : Integer.parseInt(digits);
  }
}
