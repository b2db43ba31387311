package org.ebpf4j.verifierlog;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What to try when the verifier says no: a sentence for each kind of fault, found by the line that
/// tells it. The first row that matches wins.
final class VerifierAdvice {
  private static final List<AdviceRow> TABLE =
      Stream.of(CallAdvice.ROWS, CodeAdvice.ROWS, AccessAdvice.ROWS, ArgumentAdvice.ROWS)
          .flatMap(List::stream)
          .toList();

  private VerifierAdvice() {}

  /// What to try about the fault that `telling` tells; empty where it is not in the table.
  static Optional<String> on(String telling, Fault fault) {
    for (var row : TABLE) {
      var match = row.pattern().matcher(telling);
      if (match.find()) {
        return Optional.of(row.text().apply(match.toMatchResult(), fault));
      }
    }
    return Optional.empty();
  }
}
