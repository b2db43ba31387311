package org.ebpf4j.linux.internal.probe;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.ebpf4j.load.KernelFeature;

/// Which features the running kernel has. Each is tried when it is first asked for; what was found
/// is kept, unless the attempt failed for a reason that may pass, such as a missing privilege: then
/// the feature counts as missing, and is tried again the next time.
public final class KernelFeatures {
  private static final KernelFeatures PLAIN = new KernelFeatures(0);

  private final Attempts attempts;
  private final Map<KernelFeature, Boolean> known = new ConcurrentHashMap<>();

  private KernelFeatures(int token) {
    this.attempts = new Attempts(token);
  }

  /// Those for this process, with its own privileges.
  public static KernelFeatures ofProcess() {
    return PLAIN;
  }

  /// Those for the holder of a token.
  ///
  /// @param token its descriptor, which stays open as long as questions are asked
  public static KernelFeatures ofToken(int token) {
    return new KernelFeatures(token);
  }

  /// Whether the kernel has it.
  public boolean has(KernelFeature feature) {
    var before = known.get(feature);
    if (before != null) {
      return before;
    }
    return switch (attempts.of(feature)) {
      case YES -> keep(feature, true);
      case NO -> keep(feature, false);
      case UNKNOWN -> false;
    };
  }

  private boolean keep(KernelFeature feature, boolean present) {
    known.put(feature, present);
    return present;
  }
}
