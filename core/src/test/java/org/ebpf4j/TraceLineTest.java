package org.ebpf4j;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Lines as kernels print them (`kernel/trace/trace_output.c`).
class TraceLineTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        // 5.10: four flags. 6.1 and later: five. Without the option irq-info: none.
        "            bash-1234    [000] d... 51.123456: bpf_trace_printk: Hello|bash|1234|0|d...|51.123456|Hello",
        "            bash-1234    [001] d..21 1351.123456: bpf_trace_printk: Hello|bash|1234|1|d..21|1351.123456|Hello",
        "            bash-1234    [127] dNh2. 51.123456: bpf_trace_printk: Hello|bash|1234|127|dNh2.|51.123456|Hello",
        "            bash-1234    [000] 51.123456: bpf_trace_printk: Hello|bash|1234|0||51.123456|Hello",
        "            bash-1234    [000]    51.123456: bpf_trace_printk: Hello|bash|1234|0||51.123456|Hello",
        // The option record-tgid: a column for the process, which may not be known.
        "            bash-1234    (   1200) [000] d..2.    51.123456: bpf_trace_printk: Hello|bash|1234|0|d..2.|51.123456|Hello",
        "            bash-1234    (-------) [000] d..2.    51.123456: bpf_trace_printk: Hello|bash|1234|0|d..2.|51.123456|Hello",
        // The kernel has forgotten the name.
        "           <...>-1234    [000] d..2.    51.123456: bpf_trace_printk: Hello|<...>|1234|0|d..2.|51.123456|Hello",
        "          <idle>-0       [003] d.h1.    51.123456: bpf_trace_printk: Hello|<idle>|0|3|d.h1.|51.123456|Hello",
        // Names may hold anything.
        "       a b-1 [x]-1234    [000] d..2.    51.123456: bpf_trace_printk: Hello|a b-1 [x]|1234|0|d..2.|51.123456|Hello",
        "     kworker/0:1-77      [000] d..2.    51.123456: bpf_trace_printk: Hello|kworker/0:1|77|0|d..2.|51.123456|Hello",
        "  my-app-12-3456-4194303 [000] d..2.    51.123456: bpf_trace_printk: Hello|my-app-12-3456|4194303|0|d..2.|51.123456|Hello",
        "          x: y-1-1234    [000] d..2.    51.123456: bpf_trace_printk: Hello|x: y-1|1234|0|d..2.|51.123456|Hello",
        // The text is whatever the program prints.
        "            bash-1234    [000] d..2.    51.123456: bpf_trace_printk: |bash|1234|0|d..2.|51.123456|",
        "            bash-1234    [000] d..2.    51.123456: bpf_trace_printk: a: b-1 [000] 2.0: c: d|bash|1234|0|d..2.|51.123456|a: b-1 [000] 2.0: c: d",
      })
  void readsEvent(
      String line, String task, int pid, int cpu, String flags, double seconds, String text) {
    var expected =
        new TraceLine.Event(
            line,
            task,
            pid,
            cpu,
            flags == null ? "" : flags,
            seconds,
            "bpf_trace_printk",
            text == null ? "" : text);
    assertThat(TraceLine.parse(line)).isEqualTo(expected);
  }

  @Test
  void readsOtherEvents() {
    var line =
        "            java-99      [001] d..3.   100.000001: sched_switch: prev_comm=java ==> next_comm=x";
    assertThat(TraceLine.parse(line))
        .isInstanceOfSatisfying(
            TraceLine.Event.class,
            e -> {
              assertThat(e.event()).isEqualTo("sched_switch");
              assertThat(e.text()).isEqualTo("prev_comm=java ==> next_comm=x");
            });
  }

  @Test
  void readsEmptyTaskName() {
    var line = "                -1234    [000] d..2.    51.123456: bpf_trace_printk: Hello";
    assertThat(TraceLine.parse(line))
        .isInstanceOfSatisfying(
            TraceLine.Event.class,
            e -> {
              assertThat(e.task()).isEmpty();
              assertThat(e.pid()).isEqualTo(1234);
            });
  }

  @Test
  void readsHowManyLinesWereLost() {
    assertThat(TraceLine.parse("CPU:3 [LOST 1234 EVENTS]"))
        .isEqualTo(new TraceLine.Lost("CPU:3 [LOST 1234 EVENTS]", 3, 1234));
  }

  @Test
  void readsThatLinesWereLostWhereKernelDoesNotKnowHowMany() {
    assertThat(TraceLine.parse("CPU:0 [LOST EVENTS]"))
        .isEqualTo(new TraceLine.Lost("CPU:0 [LOST EVENTS]", 0, -1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "the second line of a text",
        "bash-1234",
        "bash-1234 [000]",
        "bash-99999999999 [000] d..2. 51.123456: bpf_trace_printk: Hello",
        "CPU:99999999999 [LOST 1 EVENTS]",
        "            bash-1234    [000] d..2.    51.123456: schedule <-do_syscall_64",
        "# tracer: nop",
      })
  void keepsAnyOtherLine(String line) {
    assertThat(TraceLine.parse(line)).isEqualTo(new TraceLine.Other(line));
  }
}
