package org.ebpf4j.linux.reference;

import java.util.List;
import java.util.OptionalLong;

/// The references to one object: those that were found, held against the kernel's own count.
///
/// @param object the object
/// @param name its name; empty for none
/// @param typeLabel the name of its type, such as `xdp` or `hash`; empty for types
/// @param counter how many references the kernel counts, without those of this search; empty where
///   it could not be read
/// @param userCounter of a map: how many of them are descriptors, pins and links; when it falls to
///   0, entries that are programs and timers are gone
/// @param changed whether the count changed while references were looked for
/// @param found what was found
/// @param suspects what may hold the rest; empty where there is no rest
public record References(
    ObjectKey object,
    String name,
    String typeLabel,
    OptionalLong counter,
    OptionalLong userCounter,
    boolean changed,
    List<Reference> found,
    List<Suspect> suspects) {
  public References {
    found = List.copyOf(found);
    suspects = List.copyOf(suspects);
  }

  /// What comes of holding what was found against the count.
  public enum Verdict {
    /// As many as the kernel counts.
    EXPLAINED,
    /// Fewer than the kernel counts.
    UNEXPLAINED,
    /// More than the kernel counts: what holds it changed meanwhile, or was counted wrongly.
    CONTRADICTED,
    /// The kernel's count could not be read.
    UNKNOWN
  }

  /// How many references what was found holds.
  public long explained() {
    return found.stream().mapToLong(Reference::count).sum();
  }

  /// How many references nothing was found for; empty where the count is not known. Negative where
  /// more was found than the kernel counts.
  public OptionalLong unexplained() {
    return counter.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(counter.getAsLong() - explained());
  }

  /// What comes of holding what was found against the count.
  public Verdict verdict() {
    if (counter.isEmpty()) {
      return Verdict.UNKNOWN;
    }
    var rest = counter.getAsLong() - explained();
    return rest == 0 ? Verdict.EXPLAINED : rest > 0 ? Verdict.UNEXPLAINED : Verdict.CONTRADICTED;
  }

  /// The sum in words: `refcount 3 = 2 explained + 1 unexplained`.
  public String sum() {
    var sum =
        switch (verdict()) {
          case EXPLAINED -> "refcount " + counter.orElse(0) + " = " + explained() + " explained";
          case UNEXPLAINED ->
              "refcount "
                  + counter.orElse(0)
                  + " = "
                  + explained()
                  + " explained + "
                  + unexplained().orElse(0)
                  + " unexplained";
          case CONTRADICTED ->
              "refcount "
                  + counter.orElse(0)
                  + ", and "
                  + explained()
                  + " found: they do not agree";
          case UNKNOWN -> "refcount not known, " + explained() + " found";
        };
    return changed ? sum + " (it changed meanwhile)" : sum;
  }
}
