package org.ebpf4j.cli.place;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.attach.HookKind;
import org.ebpf4j.attach.Kprobe;
import org.ebpf4j.attach.Netkit;
import org.ebpf4j.attach.Tc;
import org.ebpf4j.attach.Tcx;
import org.ebpf4j.attach.Tracepoint;
import org.ebpf4j.attach.Xdp;
import org.ebpf4j.cli.Cli;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
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
        "xdp|a place is [PROGRAM=]KIND:REST, as in xdp:veth0,generic",
        "kprobe:|a place is [PROGRAM=]KIND:REST, as in kprobe:",
        "xpd:veth0|there is no kind of place 'xpd'. Did you mean 'xdp'?",
        "quark:veth0|there is no kind of place 'quark'",
        "xdp:veth0,fast|xdp has no option 'fast'",
        "xdp:a,b|a comma in a name is written \\,",
      })
  void saysWhatIsWrong(String text, String message) {
    assertThatThrownBy(() -> Target.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  /// All kinds in one line helped nobody.
  @ParameterizedTest
  @ValueSource(strings = {"veth0", "quark:veth0", "xpd:veth0"})
  void isShortAndSaysWhereTheKindsAre(String text) {
    assertThatThrownBy(() -> Target.parse(text))
        .satisfies(e ->
            assertThat(String.valueOf(e.getMessage()).lines())
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).hasSizeLessThan(100))
                .last()
                .isEqualTo("  try: ebpf4j attach --list, which has every kind"));
  }

  /// A device may have a name with a comma.
  @ParameterizedTest
  @ValueSource(strings = {"xdp:a\\,b,generic", "xdp:generic\\,generic", "lwt:10.0.0.0/8,dev=a\\,b"})
  void readsNamesWithCommas(String text) {
    var place = (AttachPoint) Target.parse(text).place();
    assertThat(place.kind() + ":" + place.place()).isEqualTo(text);
    assertThat(Target.parse(place.kind() + ":" + place.place()).place()).isEqualTo(place);
  }

  @Test
  void writesNamesWithCommasSoThatTheyAreReadAgain() {
    assertThat(Tcx.ingress("a,b").place()).isEqualTo("a\\,b,ingress");
    assertThat(Tc.egress("a,b").place()).isEqualTo("a\\,b,egress");
    assertThat(Netkit.peer("a,b").place()).isEqualTo("a\\,b,peer");
    for (var text : List.of("tcx:a\\,b,ingress", "tc:a\\,b,egress", "netkit:a\\,b,peer")) {
      assertThat(Target.parse(text).kind().name()).isEqualTo(text.substring(0, text.indexOf(':')));
    }
  }

  static List<String> notAttachable() {
    return HookKind.all().stream()
        .filter(k -> !k.isAttachable())
        .map(k -> k.name() + ":" + (k.example().isEmpty() ? "x" : k.example()))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("notAttachable")
  void saysThatAKindIsNotAttached(String text) {
    assertThatThrownBy(() -> Target.parse(text))
        .isInstanceOf(UnsupportedFeatureException.class)
        .hasMessageStartingWith("--attach " + text + ": ");
  }

  @Test
  void readsTheExampleOfEachKind() {
    for (var kind : HookKind.all()) {
      if (kind.isAttachable()) {
        assertThat(Target.parse(kind.name() + ":" + kind.example()).kind()).isEqualTo(kind);
      }
    }
  }

  @Test
  void isAMistakeOfUsageOnTheCommandLine() {
    var run = Cli.run("run", "x.bpf.o", "--attach", "xpd:veth0");

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("there is no kind of place 'xpd'");
  }

  @Test
  void isNotSupportedOnTheCommandLine() {
    var run = Cli.run("run", "x.bpf.o", "--attach", "syscall:x");

    assertThat(run.status()).isEqualTo(5);
    assertThat(run.err()).contains("syscall programs are attached to nothing");
  }

  @Test
  void theHelpOfAnObjectSaysWhereItsProgramsGo() {
    assertThat(Cli.run("run", TestObjects.file("attach_choice"), "--help-object").out())
        .containsPattern(
            "optional +\\?raw_tp/task_rename  loaded if it is asked for: --attach"
                + " optional=raw_tracepoint:NAME\\[")
        .containsPattern("there +tp/sched/sched_switch\n");
    assertThat(Cli.run("run", TestObjects.example("sections/xdp.bpf.o"), "--help-object").out())
        .contains("packet  xdp  --attach packet=xdp:DEVICE[,generic|,driver|");
  }

  @Test
  void theHelpListsTheFormsOfTheTable() {
    assertThat(Cli.run("run", "--help").out())
        .contains("xdp:DEVICE[,generic|,driver|", "socket:listen=ADDRESS:PORT");
  }
}
