package org.ebpf4j.vm.internal.program;

import java.util.List;
import java.util.Optional;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.attach.Kprobe;
import org.ebpf4j.attach.KprobeMulti;
import org.ebpf4j.attach.Kretprobe;
import org.ebpf4j.attach.ProbeMode;
import org.ebpf4j.attach.Tc;
import org.ebpf4j.binary.Glob;

/// Whether a program that is attached to a place sees that a hook is reached.
public final class AttachedPlaces {
  private AttachedPlaces() {}

  /// The place that the program is at, where it sees it; empty otherwise. Of many functions at once
  /// it is the one that is reached, with its cookie.
  public static Optional<AttachPoint> reached(AttachPoint attached, AttachPoint hook) {
    if (isSame(attached, hook)) {
      return Optional.of(attached);
    }
    if (attached instanceof KprobeMulti many) {
      return switch (hook) {
        case Kprobe probe when many.mode() != ProbeMode.RETURN && probe.offset() == 0 ->
            cookie(many, probe.module(), probe.symbol()).map(probe::withCookie);
        case Kretprobe probe when many.mode() != ProbeMode.ENTRY ->
            cookie(many, probe.module(), probe.symbol()).map(probe::withCookie);
        default -> Optional.empty();
      };
    }
    return Optional.empty();
  }

  /// The cookie of a function that is among many; empty where it is not.
  private static Optional<Long> cookie(KprobeMulti many, String module, String function) {
    List<String> patterns = many.functions();
    for (int i = 0; i < patterns.size(); i++) {
      var pattern = patterns.get(i);
      var colon = pattern.indexOf(':');
      var fits =
          new Glob(pattern.substring(colon + 1)).matches(function)
              && (colon < 0 || pattern.substring(0, colon).equals(module));
      if (fits) {
        var cookies = many.cookies();
        return Optional.of(cookies.isEmpty() ? 0 : cookies.get(Math.min(i, cookies.size() - 1)));
      }
    }
    return Optional.empty();
  }

  /// Options behind the place do not count, but for those that say which of its hooks it is.
  private static boolean isSame(AttachPoint one, AttachPoint other) {
    return one.kind().equals(other.kind())
        && place(one).equals(place(other))
        && one.attachType().equals(other.attachType())
        && !(one instanceof Tc filter
            && other instanceof Tc reached
            && filter.parent() != reached.parent());
  }

  private static String place(AttachPoint point) {
    var text = point.place();
    var options = text.indexOf(',');
    return options < 0 ? text : text.substring(0, options);
  }
}
