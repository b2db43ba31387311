package org.ebpf4j.linux.internal.host;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The processes that have a bpf link open, as far as this process may see: for messages.
public final class LinkHolders {
  private LinkHolders() {}

  /// The holders of a link, each as `process 123 (java)`.
  public static List<String> of(int link) {
    var holders = new ArrayList<String>();
    try (var processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (var process : processes) {
        if (holds(process, "link_id:\t" + link)) {
          var name = ProcFile.value(process + "/comm").orElse("?");
          holders.add("process " + process.getFileName() + " (" + name + ")");
        }
      }
    } catch (IOException | DirectoryIteratorException _) {
      // What can be told of them is told.
    }
    return holders;
  }

  private static boolean holds(Path process, String line) {
    try (var descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
      for (var descriptor : descriptors) {
        if (isLink(descriptor)
            && ProcFile.lines(process + "/fdinfo/" + descriptor.getFileName()).contains(line)) {
          return true;
        }
      }
    } catch (IOException | DirectoryIteratorException _) {
      // It ended, or belongs to somebody else.
    }
    return false;
  }

  private static boolean isLink(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().contains("bpf");
    } catch (IOException _) {
      return false;
    }
  }
}
