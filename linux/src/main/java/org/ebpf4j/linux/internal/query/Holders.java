package org.ebpf4j.linux.internal.query;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ebpf4j.linux.inspect.HoldingProcess;

/// Processes that hold objects of the kernel, found by the descriptors in `/proc` that this process
/// may read: for messages.
public final class Holders {
  private Holders() {}

  /// The processes that have a descriptor of a link, each as `process 1234 (java)`; none where none
  /// is found, as where only a pin holds it.
  public static List<String> ofLink(int id) {
    return of("link", "link_id:\t" + id);
  }

  /// The processes that have a descriptor of a map.
  public static List<String> ofMap(int id) {
    return of("map", "map_id:\t" + id);
  }

  /// The processes that have descriptors of objects of a kind, by the ids of these, in one walk
  /// over `/proc`.
  ///
  /// @param kind `prog`, `map` or `link`
  public static Map<Integer, List<HoldingProcess>> all(String kind) {
    var field = kind + "_id:\t";
    var holders = new HashMap<Integer, List<HoldingProcess>>();
    try (var processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (var process : processes) {
        var ids = ids(process, kind, field);
        if (!ids.isEmpty()) {
          var number = Integer.parseInt(process.getFileName().toString());
          var holder = new HoldingProcess(number, command(process));
          ids.forEach(id -> holders.computeIfAbsent(id, _ -> new ArrayList<>()).add(holder));
        }
      }
    } catch (IOException | DirectoryIteratorException _) {
      // Nobody is found where nobody can be looked at.
    }
    holders.values().forEach(all -> all.sort(Comparator.comparingInt(HoldingProcess::process)));
    return holders;
  }

  /// The ids of the objects that a process has descriptors of.
  private static Set<Integer> ids(Path process, String kind, String field) {
    var ids = new HashSet<Integer>();
    try (var descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
      for (var descriptor : descriptors) {
        if (isOf(descriptor, kind)) {
          text(process.resolve("fdinfo").resolve(descriptor.getFileName()))
              .lines()
              .filter(line -> line.startsWith(field))
              .forEach(line -> ids.add(Integer.parseUnsignedInt(line.substring(field.length()))));
        }
      }
    } catch (IOException | DirectoryIteratorException _) {
      // Gone meanwhile, or another user's.
    }
    return ids;
  }

  private static String text(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException _) {
      return ""; // Closed meanwhile.
    }
  }

  private static List<String> of(String kind, String line) {
    var holders = new ArrayList<String>();
    try (var processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (var process : processes) {
        if (holds(process, kind, line)) {
          holders.add("process " + process.getFileName() + " (" + command(process) + ")");
        }
      }
    } catch (IOException | DirectoryIteratorException _) {
      // Nobody is found where nobody can be looked at.
    }
    return holders;
  }

  private static boolean holds(Path process, String kind, String line) {
    try (var descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
      for (var descriptor : descriptors) {
        if (isOf(descriptor, kind)
            && Files.readString(
                    process.resolve("fdinfo").resolve(descriptor.getFileName()),
                    StandardCharsets.ISO_8859_1)
                .lines()
                .anyMatch(line::equals)) {
          return true;
        }
      }
    } catch (IOException | DirectoryIteratorException _) {
      // Gone meanwhile, or another user's.
      return false;
    }
    return false;
  }

  /// Descriptors are called `bpf-map`, and links `bpf_link` or `bpf-link`.
  private static boolean isOf(Path descriptor, String kind) {
    try {
      var target = Files.readSymbolicLink(descriptor).toString();
      return target.contains("bpf-" + kind) || target.contains("bpf_" + kind);
    } catch (IOException _) {
      return false;
    }
  }

  private static String command(Path process) {
    try {
      return Files.readString(process.resolve("comm"), StandardCharsets.ISO_8859_1).strip();
    } catch (IOException _) {
      return "gone";
    }
  }
}
