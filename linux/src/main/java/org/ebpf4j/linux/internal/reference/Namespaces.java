package org.ebpf4j.linux.internal.reference;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The namespaces of the machine, as far as they can be reached: those of threads, those that are
/// mounted, and those that a descriptor stands for.
///
/// @param network the file that stands for each network namespace, by its number; that of this
///   process comes first
/// @param mounts the mounts of each mount namespace; those of this process come first
record Namespaces(Map<Long, String> network, List<Mounts> mounts) {
  private static final String OWN = "/proc/thread-self";

  /// The mounts of a mount namespace.
  ///
  /// @param prefix what leads to its root; empty for that of this process
  /// @param lines those of `mountinfo`
  record Mounts(String prefix, List<String> lines) {}

  static Namespaces read(List<OpenedFile> files) {
    var found = new Namespaces(new LinkedHashMap<>(), new ArrayList<>());
    var seen = new HashSet<String>();
    found.addThread(OWN, "", seen);
    for (var process : Processes.all()) {
      for (var thread : Processes.threads(process)) {
        var path =
            thread.equals(process) ? "/proc/" + process : "/proc/" + process + "/task/" + thread;
        found.addThread(path, path + "/root", seen);
      }
    }
    for (var file : files) {
      if (file.kind.startsWith("net") && !file.places.isEmpty()) {
        var path = file.places.getFirst().path();
        found.addNetwork(Processes.target(path), path);
      }
    }
    return found;
  }

  private void addThread(String path, String root, HashSet<String> seen) {
    addNetwork(Processes.target(path + "/ns/net"), path + "/ns/net");
    var mountNamespace = Processes.target(path + "/ns/mnt");
    if (!mountNamespace.isEmpty() && seen.add(mountNamespace)) {
      var lines = Processes.text(path + "/mountinfo").lines().toList();
      mounts.add(new Mounts(root, lines));
      for (var line : lines) {
        if (line.contains(" - nsfs ")) {
          var fields = line.split(" ", 6);
          addNetwork(fields[3], root + fields[4]);
        }
      }
    }
  }

  /// `net:[4026531840]`
  private void addNetwork(String target, String path) {
    if (target.startsWith("net:[") && target.endsWith("]")) {
      network.putIfAbsent(Long.valueOf(target.substring(5, target.length() - 1)), path);
    }
  }
}
