package org.ebpf4j.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.ebpf4j.error.BpfException;

/// What is expected to be refused, and to leave nothing behind.
final class Refused {
  private static final String OURS = "bad_";

  private Refused() {}

  /// The failure, after which nothing is alive that was not before.
  static <E extends BpfException> E refused(Class<E> type, ThrowingCallable act) {
    var before = Alive.named(OURS);
    var failure = catchThrowableOfType(type, act);
    assertThat(failure).as("it was not refused").isNotNull();
    before.expectNothingNew(OURS);
    return failure;
  }
}
