package org.ebpf4j.linux.internal.reference;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The network namespaces of the machine, as far as they can be reached: those of threads, those
/// that are mounted, and those that a descriptor stands for.
final class NetworkNamespaces {
  private static final String OWN = "/proc/thread-self/ns/net";

  private NetworkNamespaces() {}

  /// By their numbers, the file that stands for each; that of this process comes first.
  static Map<Long, String> find(List<OpenedFile> files) {
    var found = new LinkedHashMap<Long, String>();
    add(found, Processes.target(OWN), OWN);
    var mountNamespaces = new java.util.HashSet<String>();
    for (var process : Processes.all()) {
      for (var thread : Processes.threads(process)) {
        var path =
            thread.equals(process)
                ? "/proc/" + process + "/ns/net"
                : "/proc/" + process + "/task/" + thread + "/ns/net";
        add(found, Processes.target(path), path);
      }
      if (mountNamespaces.add(Processes.target("/proc/" + process + "/ns/mnt"))) {
        mounted(found, "/proc/" + process);
      }
    }
    for (var file : files) {
      if (file.kind.startsWith("net") && !file.places.isEmpty()) {
        var path = file.places.getFirst().path();
        add(found, Processes.target(path), path);
      }
    }
    return found;
  }

  private static void mounted(Map<Long, String> found, String process) {
    for (var line : Processes.text(process + "/mountinfo").lines().toList()) {
      if (line.contains(" - nsfs ")) {
        var fields = line.split(" ", 6);
        add(found, fields[3], process + "/root" + fields[4]);
      }
    }
  }

  /// `net:[4026531840]`
  private static void add(Map<Long, String> found, String target, String path) {
    if (target.startsWith("net:[") && target.endsWith("]")) {
      found.putIfAbsent(Long.valueOf(target.substring(5, target.length() - 1)), path);
    }
  }
}
