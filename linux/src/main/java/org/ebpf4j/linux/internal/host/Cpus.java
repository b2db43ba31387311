package org.ebpf4j.linux.internal.host;

import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.error.BpfException;

/// The CPUs of this machine, by id. Ids may have holes.
public final class Cpus {
  /// Read once: the kernel fixes it when it starts. 0 before that.
  private static volatile int possible;

  private Cpus() {}

  /// How many values a per-CPU map has for each key: one for each CPU that could ever be.
  public static int possible() {
    var known = possible;
    if (known == 0) {
      known = list("/sys/devices/system/cpu/possible").size();
      possible = known;
    }
    return known;
  }

  /// The ids of the CPUs that are running.
  public static List<Integer> online() {
    return list("/sys/devices/system/cpu/online");
  }

  private static List<Integer> list(String path) {
    return parse(
        ProcFile.value(path).orElseThrow(() -> new BpfException(path + " cannot be read")));
  }

  /// Reads a list such as `0-3,8`.
  static List<Integer> parse(String text) {
    var ids = new ArrayList<Integer>();
    for (var part : text.isBlank() ? new String[0] : text.split(",")) {
      var bounds = part.split("-");
      var first = Integer.parseInt(bounds[0].strip());
      var last = bounds.length > 1 ? Integer.parseInt(bounds[1].strip()) : first;
      for (int i = first; i <= last; i++) {
        ids.add(i);
      }
    }
    return ids;
  }
}
