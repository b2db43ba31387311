package org.ebpf4j.linux.internal.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProbeNamesTest {
  @Test
  void areOfThisProcessAndEachOnce() {
    var first = ProbeNames.next("tun:tun_chr_open+4");
    var second = ProbeNames.next("tun:tun_chr_open+4");
    assertThat(first).matches("p([0-9a-z]+_){5}tun_tun_chr_open_4");
    assertThat(second).isNotEqualTo(first);
    assertThat(ProbeNames.next("x".repeat(100))).hasSize(63);
    assertThat(ProbeNames.stale(List.of("p:ebpf4j/" + first + " tun_chr_open+4"))).isEmpty();
  }

  @Test
  void whatThisProcessCouldNotTakeAwayIsStale() {
    var name = ProbeNames.next("do_exit");
    var lines = List.of("r16:ebpf4j/" + name + " do_exit", "p:other/" + name + " do_exit");
    ProbeNames.left(name);
    assertThat(ProbeNames.stale(lines)).containsExactly(name);
    ProbeNames.gone(name);
    assertThat(ProbeNames.stale(lines)).isEmpty();
  }

  @Test
  void thoseOfADeadProcessAreStaleAndOfAnotherNamespaceAreNot() throws Exception {
    var own = OwnerNote.own();
    var child = new ProcessBuilder("true").start();
    child.waitFor();
    var dead = new OwnerNote(child.pid(), own.start(), own.pidNamespace(), own.timeNamespace());
    var elsewhere = new OwnerNote(child.pid(), 1, own.pidNamespace() + 1, own.timeNamespace());
    var otherClock = new OwnerNote(child.pid(), 1, own.pidNamespace(), own.timeNamespace() + 1);
    assertThat(
            ProbeNames.stale(
                List.of(line(dead, "dead"), line(elsewhere, "far"), line(otherClock, "late"))))
        .containsExactly("p" + dead.word() + "_1_dead");
  }

  private static String line(OwnerNote owner, String label) {
    return "p:ebpf4j/p" + owner.word() + "_1_" + label + " do_exit";
  }

  @Test
  void eventsOfOthersAreLeftAlone() {
    assertThat(
            ProbeNames.stale(
                List.of(
                    "p:kprobes/p_do_exit_0 do_exit",
                    "p:ebpf4j/mine do_exit",
                    "p:ebpf4j/p1_zzzz_5_1_elsewhere do_exit",
                    "p:ebpf4jx/p1_zzzz_5_1_x do_exit",
                    "")))
        .isEmpty();
  }
}
