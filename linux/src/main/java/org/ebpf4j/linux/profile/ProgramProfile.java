package org.ebpf4j.linux.profile;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import org.ebpf4j.attach.PerfEvent.Counter;

/// What the machine counted while a program ran.
///
/// @param runs how often it ran
/// @param unmeasured for how many of these runs nothing was counted; see [ProfileSession]
/// @param counts what each counter came to, for all other runs together
/// @param estimated the counters that counted only a part of the time, as the machine has too few
///   of them: what they came to is put in proportion
public record ProgramProfile(
    long runs, long unmeasured, Map<Counter, Long> counts, Set<Counter> estimated) {
  /// Copies what can change.
  public ProgramProfile {
    var copy = new EnumMap<Counter, Long>(Counter.class);
    copy.putAll(counts);
    counts = Collections.unmodifiableMap(copy);
    estimated = Set.copyOf(estimated);
  }

  /// How many runs the counts are of.
  public long measured() {
    return runs - unmeasured;
  }

  /// What a counter came to for one measured run, on average; not a number where there was none.
  ///
  /// @throws IllegalArgumentException for one that was not asked for
  public double perRun(Counter counter) {
    var count = counts.get(counter);
    if (count == null) {
      throw new IllegalArgumentException(counter.label() + " was not counted");
    }
    return measured() == 0 ? Double.NaN : (double) count / measured();
  }
}
