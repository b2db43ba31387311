package org.ebpf4j.cli.place;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.ebpf4j.attach.Kprobe;
import org.ebpf4j.attach.Tracepoint;
import org.ebpf4j.attach.Xdp;
import org.ebpf4j.cli.Cli;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTest {
  @Test
  void readsPlaces() {
    assertThat(Target.parse("tracepoint:sched/sched_switch").place())
        .isEqualTo(new Tracepoint("sched", "sched_switch"));
    assertThat(Target.parse("tp:sched/sched_switch").kind().name()).isEqualTo("tracepoint");
    assertThat(Target.parse("kprobe:do_exit+0x10").place()).isEqualTo(new Kprobe("do_exit", 16));
    assertThat(Target.parse("xdp:veth0,generic").place()).isEqualTo(Xdp.on("veth0").generic());
  }

  @Test
  void readsTheProgramItIsFor() {
    assertThat(Target.parse("drop=xdp:veth0").program()).isEqualTo("drop");
    assertThat(Target.parse("perf_event:cpu-clock,freq=99").program()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "veth0|no place to attach to; a place is [PROGRAM=]KIND:REST",
        "xdp:|no place to attach to; a place is [PROGRAM=]KIND:REST",
        "xpd:veth0|there is no kind of place 'xpd'; there are tracepoint,",
        "xpd:veth0|Did you mean 'xdp'?",
        "xdp:veth0,fast|xdp has no option 'fast'",
      })
  void saysWhatIsWrong(String text, String message) {
    assertThatThrownBy(() -> Target.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"fentry.multi:do_*", "p=lirc_mode2:x", "uprobe:libc.so.6:malloc"})
  void saysThatAKindCannotBeAttachedYet(String text) {
    assertThatThrownBy(() -> Target.parse(text))
        .isInstanceOf(UnsupportedFeatureException.class)
        .hasMessageStartingWith("--attach " + text + ": cannot attach ");
  }

  @Test
  void isAMistakeOfUsageOnTheCommandLine() {
    var run = Cli.run("run", "x.bpf.o", "--attach", "xpd:veth0");

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("there is no kind of place 'xpd'");
  }

  @Test
  void isNotSupportedOnTheCommandLine() {
    var run = Cli.run("run", "x.bpf.o", "--attach", "fentry.multi:do_*");

    assertThat(run.status()).isEqualTo(5);
    assertThat(run.err()).contains("cannot attach fentry.multi yet");
  }

  @Test
  void theHelpOfAnObjectSaysWhereItsProgramsGo() {
    assertThat(Cli.run("run", TestObjects.file("attach_choice"), "--help-object").out())
        .containsPattern(
            "optional +\\?raw_tp/task_rename  loaded if it is asked for: --attach"
                + " optional=raw_tracepoint:NAME\n")
        .containsPattern("there +tp/sched/sched_switch\n");
    assertThat(Cli.run("run", TestObjects.example("sections/xdp.bpf.o"), "--help-object").out())
        .contains("packet  xdp  --attach packet=xdp:DEVICE[,generic|,driver|,hardware|…]");
  }

  @Test
  void theHelpListsTheFormsOfTheTable() {
    assertThat(Cli.run("run", "--help").out())
        .contains("xdp:DEVICE[,generic|,driver|,hardware|…]", "socket:listen=ADDRESS:PORT");
  }
}
