package org.ebpf4j.relocation;

import java.nio.ByteOrder;

/// What one candidate says to a relocation.
sealed interface Answer {
  Candidate candidate();

  /// It has what is asked for, there and with that value.
  record Fit(Candidate candidate, Spec spec, Value value) implements Answer {

    /// Fails where two candidates fit and do not say the same: either could be the one.
    void mustAgreeWith(Fit other) {
      if (spec.bitOffset() != other.spec.bitOffset() || value.number() != other.value.number()) {
        throw new Unresolvable("it is ambiguous: " + describe() + ", but " + other.describe());
      }
    }

    private String describe() {
      var bit = spec.bitOffset() % 8 == 0 ? "" : " bit " + spec.bitOffset() % 8;
      return candidate.describe()
          + " gives "
          + value.number()
          + (spec.path().isEmpty() ? "" : ", at byte " + spec.bitOffset() / 8 + bit);
    }
  }

  /// It does not have it.
  record Miss(Candidate candidate, String reason) implements Answer {}

  static Answer of(CoreKind kind, Spec local, Candidate candidate, ByteOrder order) {
    var search = new Search(local, candidate);
    var spec = search.find(kind);
    return spec == null
        ? new Miss(candidate, search.reason())
        : new Fit(candidate, spec, Value.of(kind, spec, order));
  }
}
