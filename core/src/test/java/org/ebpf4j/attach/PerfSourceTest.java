package org.ebpf4j.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import org.ebpf4j.attach.PerfSource.Breakpoint;
import org.ebpf4j.attach.PerfSource.Cache;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PerfSourceTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "cpu-clock",
        "page-faults-min",
        "L1-dcache-loads",
        "LLC-store-misses",
        "dTLB-prefetches",
        "branch-load-misses",
        "r1a2",
        "rffffffffffffffff",
        "mem:0x7f001000/8:w",
        "mem:0xffffffff81000000/8:x",
        "mem:0x10/1:rw",
      })
  void isReadAndWrittenAsPerfDoes(String label) {
    assertThat(PerfSource.parse(label).label()).isEqualTo(label);
    var point = PerfEvent.period(PerfSource.parse(label), 7).onCpu(1).inProcess(12).withCookie(3);
    assertThat(HookKind.of(point).parse(point.place())).isEqualTo(point);
  }

  @Test
  void cachesHaveTheNumbersOfTheKernel() {
    assertThat(new Cache(Cache.Unit.L1_DCACHE, Cache.Operation.LOAD, false).config()).isZero();
    assertThat(new Cache(Cache.Unit.LLC, Cache.Operation.STORE, true).config()).isEqualTo(0x10102);
    assertThat(new Cache(Cache.Unit.NODE, Cache.Operation.PREFETCH, true).config())
        .isEqualTo(0x10206);
    var labels = new HashSet<String>();
    for (var unit : Cache.Unit.values()) {
      for (var access : Cache.Operation.values()) {
        labels.add(new Cache(unit, access, true).label());
        labels.add(new Cache(unit, access, false).label());
      }
    }
    assertThat(labels).hasSize(42);
  }

  @Test
  void breakpointsHaveUsualLengths() {
    assertThat(PerfSource.parse("mem:16"))
        .isEqualTo(new Breakpoint(16, 4, Breakpoint.Access.READ_WRITE));
    assertThat(PerfSource.parse("mem:0x10:x"))
        .isEqualTo(new Breakpoint(16, 8, Breakpoint.Access.EXECUTE));
    assertThat(PerfEvent.parse("mem:16:w", PlaceOptions.NONE))
        .isEqualTo(PerfEvent.period(new Breakpoint(16, 4, Breakpoint.Access.WRITE), 1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cpu-clok|Did you mean 'cpu-clock'?",
        "sched:sched_switch|tracepoint:sched/sched_switch",
        "mem:x|a breakpoint is mem:ADDRESS",
        "mem:16:q|a breakpoint is mem:ADDRESS",
        "mem:16/3|1, 2, 4 or 8 bytes",
      })
  void saysWhatIsWrong(String label, String message) {
    assertThatThrownBy(() -> PerfSource.parse(label))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void refusesWhatCannotBe() {
    var clock = PerfEvent.frequency(PerfEvent.Counter.CPU_CLOCK, 1);
    assertThatThrownBy(() -> clock.onCpu(-2)).hasMessageContaining("no CPU -2");
    assertThatThrownBy(() -> clock.inProcess(0)).hasMessageContaining("no process 0");
  }
}
