package org.ebpf4j.linux.internal.host;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What is mounted where in this thread's mount namespace, as `/proc/thread-self/mountinfo` has it
/// (`proc_pid_mountinfo(5)`).
///
/// @param all the mounts, in the order they were made
public record Mounts(List<Mount> all) {

  /// One mount: the path within the filesystem, where it is mounted, and the type of the
  /// filesystem.
  public record Mount(String root, Path point, String type) {}

  public Mounts {
    all = List.copyOf(all);
  }

  /// The mounts as they are now.
  public static Mounts read() {
    return parse(ProcFile.lines("/proc/thread-self/mountinfo"));
  }

  static Mounts parse(List<String> lines) {
    var mounts = new ArrayList<Mount>();
    for (var line : lines) {
      var separator = line.indexOf(" - ");
      if (separator < 0) {
        continue;
      }
      var before = line.substring(0, separator).split(" ");
      var after = line.substring(separator + 3).split(" ");
      if (before.length >= 5 && after.length >= 1) {
        mounts.add(new Mount(unescape(before[3]), Path.of(unescape(before[4])), after[0]));
      }
    }
    return new Mounts(mounts);
  }

  /// Spaces and the like stand as three octal digits.
  private static String unescape(String text) {
    if (text.indexOf('\\') < 0) {
      return text;
    }
    var out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '\\' && i + 3 < text.length()) {
        out.append((char) Integer.parseInt(text.substring(i + 1, i + 4), 8));
        i += 3;
      } else {
        out.append(text.charAt(i));
      }
    }
    return out.toString();
  }

  /// Where the root of a filesystem of that type is mounted, if it is; of several, the first.
  public Optional<Path> pointOf(String type) {
    return all.stream()
        .filter(m -> m.type().equals(type) && m.root().equals("/"))
        .map(Mount::point)
        .findFirst();
  }

  /// The type of the filesystem that `path`, which must be absolute, is on: that of the last mount
  /// at the longest point above it.
  public String typeAt(Path path) {
    Mount best = null;
    for (var mount : all) {
      if (path.startsWith(mount.point())
          && (best == null || mount.point().getNameCount() >= best.point().getNameCount())) {
        best = mount;
      }
    }
    return best == null ? "" : best.type();
  }
}
