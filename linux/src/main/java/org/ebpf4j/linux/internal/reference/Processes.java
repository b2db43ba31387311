package org.ebpf4j.linux.internal.reference;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ebpf4j.linux.reference.FileHolder;

/// What `/proc` says of processes, each asked once.
final class Processes {
  private record Process(String command, String cgroup) {}

  private final Map<Integer, Process> known = new HashMap<>();

  /// The ids of all processes that this one sees.
  static List<Integer> all() {
    return numbers(Path.of("/proc"));
  }

  /// The ids of the threads of a process.
  static List<Integer> threads(int process) {
    return numbers(Path.of("/proc/" + process + "/task"));
  }

  /// The descriptors of a thread; none where they may not be seen.
  static List<Integer> descriptors(int process, int thread) {
    return numbers(Path.of("/proc/" + process + "/task/" + thread + "/fd"));
  }

  private static List<Integer> numbers(Path directory) {
    var found = new ArrayList<Integer>();
    try (var entries = Files.newDirectoryStream(directory)) {
      for (var entry : entries) {
        var name = entry.getFileName().toString();
        if (Character.isDigit(name.charAt(0))) {
          found.add(Integer.valueOf(name));
        }
      }
    } catch (IOException | DirectoryIteratorException _) {
      // Gone meanwhile, or another user's: what was seen is what there is to see.
    }
    return found;
  }

  /// A file of `/proc`; empty where it is gone or may not be read.
  static String text(String path) {
    try {
      return new String(Files.readAllBytes(Path.of(path)), StandardCharsets.ISO_8859_1);
    } catch (IOException _) {
      return "";
    }
  }

  /// Where a link of `/proc` leads; empty where it is gone or may not be read.
  static String target(String path) {
    try {
      return Files.readSymbolicLink(Path.of(path)).toString();
    } catch (IOException _) {
      return "";
    }
  }

  String command(int process) {
    return process(process).command;
  }

  FileHolder.Descriptor descriptor(OpenedFile.Place place) {
    var process = process(place.process());
    return new FileHolder.Descriptor(
        place.process(), place.thread(), place.number(), process.command, process.cgroup);
  }

  private Process process(int id) {
    return known.computeIfAbsent(
        id,
        _ -> {
          var command = text("/proc/" + id + "/comm").strip();
          return new Process(command.isEmpty() ? "?" : command, cgroup(id));
        });
  }

  /// The path of its cgroup: of the second version, or else of the first hierarchy with a name.
  private static String cgroup(int id) {
    var first = "";
    for (var line : text("/proc/" + id + "/cgroup").lines().toList()) {
      var path = line.substring(line.indexOf(':', line.indexOf(':') + 1) + 1);
      if (line.startsWith("0::")) {
        return path;
      }
      if (first.isEmpty()) {
        first = path;
      }
    }
    return first;
  }
}
