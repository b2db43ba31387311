package org.ebpf4j.linux.internal.host;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What is mounted where in this thread's mount namespace, as `/proc/thread-self/mountinfo` has it
/// (`proc_pid_mountinfo(5)`).
///
/// @param all the mounts, in the order they were made
public record Mounts(List<Mount> all) {
  private static final Pattern ESCAPE = Pattern.compile("\\\\([0-3][0-7]{2})");
  private static final Charset NAMES = Charset.forName(System.getProperty("native.encoding"));

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
        try {
          mounts.add(new Mount(unescape(before[3]), Path.of(unescape(before[4])), after[0]));
        } catch (InvalidPathException _) {
          // A name that this JVM's encoding of paths does not have: no path leads there from here.
        }
      }
    }
    return new Mounts(mounts);
  }

  /// Spaces and the like stand as three octal digits. The characters are bytes, in the encoding
  /// that the machine has for names.
  private static String unescape(String text) {
    var bytes =
        ESCAPE
            .matcher(text)
            .replaceAll(escape ->
                Matcher.quoteReplacement(
                    String.valueOf((char) Integer.parseInt(escape.group(1), 8))))
            .getBytes(StandardCharsets.ISO_8859_1);
    return new String(bytes, NAMES);
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
