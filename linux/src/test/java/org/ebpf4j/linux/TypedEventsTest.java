package org.ebpf4j.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import org.ebpf4j.RunInput;
import org.ebpf4j.error.LayoutMismatchException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.Test;

/// Events as records that are held against what the object says of them.
@KernelTest
@RequiresKernel(value = "5.12", because = "the programs fetch what they add to")
class TypedEventsTest {
  private final LinuxKernel kernel = LinuxKernel.open();

  record Event(long sequence, int cpu, int check) {}

  record Swapped(int check, long sequence) {}

  record Wrong(long sequence, long cpu, long check, int more) {}

  @Test
  void recordsAreOfTheStructThatTheObjectNames() {
    try (var object = kernel.load(Run.spec("ring_events"));
        var ring = object.ringBuffer("events")) {
      object.program("emit").run(RunInput.packet(new byte[64]).repeat(3));
      var events = new ArrayList<Event>();
      assertThat(ring.as(Event.class).poll(Duration.ZERO, events::add)).isEqualTo(3);
      assertThat(events)
          .hasSize(3)
          .allSatisfy(e -> assertThat(e.check()).isEqualTo((int) e.sequence() ^ 0x5a5a5a5a));
      object.program("emit").run(RunInput.packet(new byte[64]));
      // Members are found by their names, in whatever order.
      var swapped = ring.as(Swapped.class).next(Duration.ZERO).orElseThrow();
      assertThat(swapped).isEqualTo(new Swapped(3 ^ 0x5a5a5a5a, 3));
    }
  }

  @Test
  void recordsThatDoNotFitAreRefused() {
    try (var object = kernel.load(Run.spec("ring_events"));
        var ring = object.ringBuffer("events")) {
      assertThatThrownBy(() -> ring.as(Wrong.class))
          .isInstanceOf(LayoutMismatchException.class)
          .hasMessageContaining("struct event")
          .hasMessageContaining("more");
      assertThatThrownBy(() -> ring.as(Event.class, "evnt"))
          .isInstanceOf(NotFoundException.class)
          .hasMessageContaining("event");
      object.program("emit").run(RunInput.packet(new byte[64]));
      assertThat(ring.as(Event.class, "event").next(Duration.ZERO).orElseThrow().sequence())
          .isZero();
    }
  }

  @Test
  void aRingOfNoObjectIsLaidOutAsInC() {
    try (var object = kernel.load(Run.spec("ring_events"));
        var ring = object.map("events").ringBuffer()) {
      object.program("emit").run(RunInput.packet(new byte[64]));
      assertThatThrownBy(() -> ring.as(Event.class, "event"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("no object with types");
      assertThat(ring.as(Event.class).next(Duration.ZERO).orElseThrow().check())
          .isEqualTo(0x5a5a5a5a);
    }
  }
}
