package org.ebpf4j.verifier.input;

import java.util.Set;

/// What one kernel version asks of programs: its limits and what it knows, as data.
///
/// @param version the version as `major << 8 | minor`
/// @param features what it knows beyond what all versions do
/// @param processedInstructions how many instructions are walked at most, each as often as it is
///   reached
/// @param pendingJumps how many branches may wait to be walked
/// @param stackBytes bytes of stack in a chain of calls
/// @param frames how many calls may be in each other
/// @param subprograms how many subprograms a program may have
/// @param maps how many maps a program may use
public record Rules(
    int version,
    Set<VerifierFeature> features,
    int processedInstructions,
    int pendingJumps,
    int stackBytes,
    int frames,
    int subprograms,
    int maps) {
  private static final int NEWEST = 0x703;

  public Rules {
    features = Set.copyOf(features);
  }

  /// The rules of a kernel version such as `5.10` or `6.12`; `newest` stands for the newest one
  /// that is known. Of a version between two that are known, those of the older one.
  ///
  /// @throws IllegalArgumentException where the text is no version
  public static Rules kernel(String version) {
    if (version.equals("newest")) {
      return newest();
    }
    var parts = version.split("\\.", -1);
    try {
      if (parts.length >= 2) {
        return of(Integer.parseInt(parts[0]), Integer.parseInt(parts[1].replaceAll("\\D.*", "")));
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + version + "' is no kernel version such as 6.12", e);
    }
    throw new IllegalArgumentException("'" + version + "' is no kernel version such as 6.12");
  }

  /// The rules of the newest kernel version that is known.
  public static Rules newest() {
    return of(NEWEST >> 8, NEWEST & 0xff);
  }

  private static Rules of(int major, int minor) {
    int code = major << 8 | minor;
    var features = java.util.EnumSet.noneOf(VerifierFeature.class);
    for (var feature : VerifierFeature.values()) {
      if (feature.since() <= code) {
        features.add(feature);
      }
    }
    return new Rules(code, features, 1_000_000, 8192, 512, code >= 0x703 ? 16 : 8, 256, 64);
  }

  /// Whether it is this version or a newer one.
  public boolean atLeast(int major, int minor) {
    return version >= (major << 8 | minor);
  }

  /// Whether it knows something.
  public boolean has(VerifierFeature feature) {
    return features.contains(feature);
  }

  /// The version as people write it, such as `6.12`.
  public String label() {
    return (version >> 8) + "." + (version & 0xff);
  }
}
