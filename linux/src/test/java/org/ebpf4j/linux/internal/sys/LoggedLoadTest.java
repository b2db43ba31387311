package org.ebpf4j.linux.internal.sys;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.error.Errno;
import org.junit.jupiter.api.Test;

/// What comes of a log of some size from a kernel that keeps the end of a log, and from one that
/// keeps its beginning.
class LoggedLoadTest {
  private static final int MB = 1024 * 1024;
  private static final int EACCES = Errno.EACCES;

  private final List<String> calls = new ArrayList<>();

  /// A kernel that refuses with `errno`, and has so many bytes to say, in lines of 8.
  private LoggedLoad kernel(int logSize, int errno, boolean keepsEnd) {
    var lines = new StringBuilder();
    for (int i = 0; i < logSize / 8; i++) {
      lines.append("%07d\n".formatted(i % 10_000_000));
    }
    var log = lines.toString();
    return new LoggedLoad((level, size) -> {
      calls.add(level + ":" + size);
      var refused = Result.of(-errno);
      if (level == 0) {
        return outcome(refused, "", 0);
      }
      var needed = keepsEnd ? log.length() + 1 : 0;
      if (log.length() < size) {
        return outcome(refused, log, needed);
      }
      return outcome(
          Result.of(-Errno.ENOSPC),
          keepsEnd ? log.substring(log.length() - size + 1) : log.substring(0, size - 1),
          needed);
    });
  }

  private static ProgramLoad.Outcome outcome(Result result, String log, long needed) {
    return new ProgramLoad.Outcome(result, log, needed, ProgramLoad.Kept.ALL, 0);
  }

  @Test
  void keepsAllOfAShortLog() {
    for (var keepsEnd : new boolean[] {true, false}) {
      calls.clear();
      var outcome = kernel(80, EACCES, keepsEnd).explain(1, EACCES);

      assertThat(outcome.result().errno()).isEqualTo(EACCES);
      assertThat(outcome.kept()).isEqualTo(ProgramLoad.Kept.ALL);
      assertThat(outcome.log()).hasSize(80);
      assertThat(calls).containsExactly("1:" + LoggedLoad.FIRST);
    }
  }

  @Test
  void asksOnceMoreForALogWhoseSizeTheKernelSays() {
    var outcome = kernel(3 * MB, EACCES, true).explain(1, EACCES);

    assertThat(outcome.result().errno()).isEqualTo(EACCES);
    assertThat(outcome.kept()).isEqualTo(ProgramLoad.Kept.ALL);
    assertThat(outcome.log()).hasSize(3 * MB);
    assertThat(calls).containsExactly("1:" + LoggedLoad.FIRST, "1:" + (3 * MB + 1));
  }

  @Test
  void keepsTheEndOfALongLogInWholeLines() {
    var outcome = kernel(80 * MB, EACCES, true).explain(1, EACCES);

    assertThat(outcome.result().errno()).isEqualTo(EACCES);
    assertThat(outcome.kept()).isEqualTo(ProgramLoad.Kept.END);
    assertThat(outcome.log()).hasSizeLessThan(LoggedLoad.MOST).matches("(?s)\\d{7}\n.*\\d{7}\n");
    assertThat(outcome.log()).endsWith("%07d\n".formatted(80 * MB / 8 % 10_000_000 - 1));
    assertThat(calls).containsExactly("1:" + LoggedLoad.FIRST);
  }

  @Test
  void asksAgainForALogWhoseSizeTheKernelDoesNotSay() {
    var outcome = kernel(10 * MB, EACCES, false).explain(1, EACCES);

    assertThat(outcome.kept()).isEqualTo(ProgramLoad.Kept.ALL);
    assertThat(outcome.log()).hasSize(10 * MB);
    assertThat(calls).hasSize(3);
  }

  @Test
  void keepsTheBeginningWhereTheKernelDoes() {
    var outcome = kernel(80 * MB, EACCES, false).explain(1, EACCES);

    assertThat(outcome.result().errno()).isEqualTo(EACCES);
    assertThat(outcome.kept()).isEqualTo(ProgramLoad.Kept.BEGINNING);
    assertThat(outcome.log())
        .hasSizeLessThanOrEqualTo(LoggedLoad.MOST)
        .startsWith("0000000\n")
        .endsWith("\n");
    assertThat(calls).last().isEqualTo("1:" + LoggedLoad.MOST_OF_OLD);
  }

  @Test
  void doesNotAskAgainForTheLogOfAProgramThatIsTooLarge() {
    var outcome = kernel(80 * MB, Errno.E2BIG, false).explain(1, Errno.E2BIG);

    assertThat(outcome.result().errno()).isEqualTo(Errno.E2BIG);
    assertThat(outcome.kept()).isEqualTo(ProgramLoad.Kept.BEGINNING);
    assertThat(calls).containsExactly("1:" + LoggedLoad.FIRST);
  }

  @Test
  void findsOutWhatTheKernelThinksOfAProgramWhoseLogIsTooLong() {
    var outcome = kernel(80 * MB, EACCES, true).load(2);

    assertThat(outcome.result().errno()).isEqualTo(EACCES);
    assertThat(outcome.kept()).isEqualTo(ProgramLoad.Kept.END);
    assertThat(calls).containsExactly("2:" + LoggedLoad.FIRST, "0:0");
  }
}
