package org.ebpf4j.load;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.NotFoundException;

/// What file `kernel` of [StoredFacts] says, one thing on a line, `#` before comments:
///
/// - `release 6.1.0-18-amd64`: the version, as `uname -r` prints it.
/// - `page-size 4096`: the bytes in a page; 4096 where it is not said.
/// - `cpus 8`: how many CPUs there could be; 1 where it is not said.
/// - `without context_tag module_btf`: features that the kernel lacks, by the names of
///   [KernelFeature]; it has all others.
///
/// @param versionCode `LINUX_VERSION_CODE`; empty where it is not said
/// @param pageSize the bytes in a page of memory
/// @param cpus how many CPUs there could be
/// @param without what the kernel lacks
public record KernelLines(
    OptionalInt versionCode, int pageSize, int cpus, Set<KernelFeature> without) {
  static final KernelLines NONE = new KernelLines(OptionalInt.empty(), 4096, 1, Set.of());

  private static final Pattern RELEASE =
      Pattern.compile("(\\d{1,4})\\.(\\d{1,3})(?:\\.(\\d{1,4}))?.*");

  public KernelLines {
    without = Set.copyOf(without);
  }

  /// Reads the lines.
  ///
  /// @param file where they come from, for messages
  /// @throws BpfException for a line that says nothing of the kind
  public static KernelLines parse(String file, String text) {
    var version = OptionalInt.empty();
    var pageSize = NONE.pageSize;
    var cpus = NONE.cpus;
    var without = EnumSet.noneOf(KernelFeature.class);
    for (var line : text.lines().map(KernelLines::withoutComment).toList()) {
      if (line.isEmpty()) {
        continue;
      }
      var words = List.of(line.split("\\s+"));
      var values = words.subList(1, words.size());
      switch (words.getFirst()) {
        case "release" -> version = OptionalInt.of(code(file, line, values));
        case "page-size" -> pageSize = number(file, line, values);
        case "cpus" -> cpus = number(file, line, values);
        case "without" -> values.forEach(name -> without.add(feature(file, name)));
        default ->
            throw new BpfException(
                file + ": '" + line + "': a line says release, page-size, cpus or without");
      }
    }
    return new KernelLines(version, pageSize, cpus, without);
  }

  private static String withoutComment(String line) {
    var hash = line.indexOf('#');
    return (hash < 0 ? line : line.substring(0, hash)).strip();
  }

  private static int code(String file, String line, List<String> values) {
    var matcher = RELEASE.matcher(values.size() == 1 ? values.getFirst() : "");
    if (!matcher.matches()) {
      throw new BpfException(file + ": '" + line + "': a release is of the form 6.1.0");
    }
    var patch = matcher.group(3) == null ? 0 : Integer.parseInt(matcher.group(3));
    return (Integer.parseInt(matcher.group(1)) << 16)
        + (Integer.parseInt(matcher.group(2)) << 8)
        + Math.min(255, patch);
  }

  private static int number(String file, String line, List<String> values) {
    var value = values.size() == 1 && values.getFirst().matches("[1-9]\\d{0,8}");
    if (!value) {
      throw new BpfException(file + ": '" + line + "': one number was expected, greater than 0");
    }
    return Integer.parseInt(values.getFirst());
  }

  private static KernelFeature feature(String file, String name) {
    return Arrays.stream(KernelFeature.values())
        .filter(f -> f.name().equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(() ->
            new NotFoundException(
                "feature in " + file,
                name,
                Arrays.stream(KernelFeature.values())
                    .map(f -> f.name().toLowerCase(Locale.ROOT))
                    .toList()));
  }
}
