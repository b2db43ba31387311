package org.ebpf4j.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.ebpf4j.RunInput;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A ring whose reader is killed and that another one goes on to read. No record is lost by that;
/// those that the first reader was given and had not given back yet come again.
@KernelTest
@RequiresKernel(value = "5.8", because = "ring buffers")
@Timeout(140)
class KilledReaderTest {
  private static final int SIZE = 4096;

  /// What a reader gives back at a time, at most: an eighth of the ring, and a record.
  private static final int AGAIN = SIZE / 8 / 24 + 1;

  @Test
  void losesNothing() {
    try (var object = Run.ring(SIZE);
        var child = ChildJvm.start("read", String.valueOf(object.map("events").id()))) {
      var emit = object.program("emit");
      var input = RunInput.packet(new byte[64]).repeat(40);
      child.line("ready");
      for (int round = 0; round < 50; round++) {
        emit.run(input);
        if (round % 10 == 0) {
          child.line("event ");
        }
      }
      var first = sequences(child.kill());
      emit.run(input);

      var second = new ArrayList<Long>();
      try (var ring = object.ringBuffer("events")) {
        ring.consume(record -> second.add(record.get(ValueLayout.JAVA_LONG, 0)));
        emit.run(input);
        ring.consume(record -> second.add(record.get(ValueLayout.JAVA_LONG, 0)));
      }

      assertThat(first).isSorted().doesNotHaveDuplicates().isNotEmpty();
      assertThat(second).isSorted().doesNotHaveDuplicates().isNotEmpty();
      var all = new HashSet<>(first);
      all.addAll(second);
      assertThat(all.size() + object.variable("lost").get())
          .isEqualTo(object.variable("sent").get());
      assertThat(first.size() + second.size() - all.size()).isBetween(0, AGAIN);
    }
  }

  /// The sequence numbers in what the reader said; it may have been killed in the midst of a line.
  private static List<Long> sequences(String said) {
    return said.lines()
        .filter(line -> line.startsWith("event ") && line.endsWith(";"))
        .map(line -> Long.parseLong(line.substring(6, line.length() - 1)))
        .toList();
  }
}
