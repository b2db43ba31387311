package org.ebpf4j.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class NotFoundExceptionTest {
  private static final List<String> CALLS =
      List.of(
          "sys_enter_execve",
          "sys_exit_execve",
          "sys_enter_execveat",
          "sys_enter_open",
          "sys_enter_openat",
          "sched_switch",
          "sched_wakeup");

  private static List<String> near(String name, List<String> known) {
    return new NotFoundException("tracepoint", name, known).nearest();
  }

  @Test
  void saysWhatIsMissingAndWhatComesNear() {
    assertThat(new NotFoundException("tracepoint", "sched_swich", CALLS))
        .hasMessage("no tracepoint 'sched_swich'; near it: sched_switch\n  try: sched_switch");
    assertThat(new NotFoundException("map", "x", List.of(), "It is named in line 1"))
        .hasMessage("no map 'x'. It is named in line 1");
    assertThat(new NotFoundException("map", "b", List.of("a"), "It is named in line 1"))
        .hasMessage("no map 'b'; known: a. It is named in line 1\n  try: a");
  }

  @Test
  void theSecondLineIsWhatToTry() {
    assertThat(new NotFoundException("map", "unlike", List.of("a", "b")))
        .hasMessage("no map 'unlike'; known: a, b\n  try: one of these names");
    assertThat(new NotFoundException("tracepoint", "completely_different", CALLS))
        .hasMessage(
            "no tracepoint 'completely_different'\n"
                + "  try: another name: there are 7, such as sched_switch, sched_wakeup,"
                + " sys_enter_execve");
    assertThat(new NotFoundException("device", "veth1", List.of("veth0"), "", "ip link"))
        .hasMessage("no device 'veth1'; near it: veth0\n  try: veth0; or ip link");
    assertThat(new NotFoundException("device", "5", List.of(), "Here", "ip link"))
        .hasMessage("no device '5'. Here\n  try: ip link");
  }

  @Test
  void theNearestComesFirst() {
    assertThat(near("sys_enter_exece", CALLS))
        .startsWith("sys_enter_execve", "sys_enter_execveat")
        .doesNotContain("sched_switch", "sched_wakeup");
  }

  @Test
  void letterCaseCountsForNothing() {
    assertThat(near("SCHED_SWITCH", CALLS)).containsExactly("sched_switch");
  }

  @Test
  void aNameThatHoldsTheOtherIsNear() {
    assertThat(near("openat", CALLS)).containsExactly("sys_enter_openat");
    assertThat(near("tracepoint/sched_wakeup", CALLS)).contains("sched_wakeup");
  }

  @Test
  void ofFewNamesAllAreOffered() {
    assertThat(near("zzz", List.of("b", "a", "c"))).containsExactly("a", "b", "c");
  }

  @Test
  void offersNothingFarAwayAndAtMostFive() {
    assertThat(near("completely_different", CALLS)).isEmpty();
    var many = new ArrayList<String>();
    for (int i = 0; i < 50; i++) {
      many.add("event" + i);
    }
    assertThat(near("event", many)).hasSize(5).startsWith("event0", "event1");
    assertThat(near("", many)).isEmpty();
  }
}
