package org.ebpf4j.cli.place;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.ebpf4j.attach.Fentry;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.error.WrongHookException;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;

class PlacementTest {
  private final ObjectSpec choice =
      ObjectSpec.read("attach_choice", TestObjects.bytes("attach_choice"));

  private final ObjectSpec sockmap =
      ObjectSpec.read("attach_sockmap", TestObjects.bytes("attach_sockmap"));

  private static Placement placement(ObjectSpec spec, String... targets) {
    return Placement.of(spec, Stream.of(targets).map(Target::parse).toList());
  }

  @Test
  void anOptionalProgramIsLoadedWhereItIsNamed() {
    assertThat(placement(choice).spec().program("optional").autoload()).isFalse();
    assertThat(
            placement(choice, "optional=raw_tracepoint:sched_switch")
                .spec()
                .program("optional")
                .autoload())
        .isTrue();
  }

  @Test
  void aProgramOfTheWrongTypeIsToldWhereItGoes() {
    assertThatThrownBy(() -> placement(choice, "optional=xdp:lo"))
        .isInstanceOf(WrongHookException.class)
        .hasMessage(
            "attaching 'optional' to xdp on lo: it is a raw_tracepoint program, and an xdp hook"
                + " takes xdp programs\n"
                + "  try: raw_tracepoint programs go to raw_tracepoint:NAME[,cookie=N]");
    assertThatThrownBy(() -> placement(choice, "xdp:lo"))
        .isInstanceOf(BpfException.class)
        .hasMessageContaining(
            "'there' (tracepoint), whose section says tracepoint/sched/sched_switch")
        .hasMessageContaining("'optional' (raw_tracepoint), which is loaded only if it is named");
  }

  @Test
  void theOnlyProgramIsHeldAgainstTheOnlyPlace() {
    var xdp = ObjectSpec.read(TestObjects.example("sections/xdp.bpf.o"));
    assertThatThrownBy(() -> placement(xdp, "tp:sched/sched_switch"))
        .isInstanceOf(WrongHookException.class)
        .hasMessageContaining("it is an xdp program, and a tracepoint hook takes tracepoint");
  }

  @Test
  void aProgramWithoutATypeHasNoPlace() {
    var spec = ObjectSpec.read("bad_section", TestObjects.bytes("bad_section"));
    assertThat(placement(spec).unplaced().values())
        .hasAtLeastOneElementOfType(NotFoundException.class);
  }

  @Test
  void aProgramThatIsNotThereIsNotFound() {
    assertThatThrownBy(() -> placement(choice, "ther=tp:sched/sched_switch"))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("no program 'ther'; near it: ")
        .hasMessageContaining("there");
  }

  @Test
  void aMapThatIsNoMapOfSocketsIsFoundBeforeLoading() {
    assertThatThrownBy(() -> placement(sockmap, "sockmap:socket"))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("sockets");
    assertThatThrownBy(() -> placement(sockmap, "sockmap:actions"))
        .hasMessageContaining("map 'actions' is no map of sockets");
  }

  @Test
  void aProgramIsLoadedForThePlaceThatIsSaid() {
    var spec = ObjectSpec.read("code_targets", TestObjects.bytes("code_targets"));
    var placement = placement(spec, "code_fentry=fentry:do_exit,cookie=7");

    assertThat(placement.spec().program("code_fentry").attachPoint())
        .contains(new Fentry("do_exit").withCookie(7));
  }

  @Test
  void aProgramThatCannotBeAttachedYetIsCalledThat() {
    var spec =
        ObjectSpec.read("code_targets", TestObjects.bytes("code_targets"))
            .withEachProgram(p -> p.withAutoload(false))
            .withProgram(
                "code_fentry",
                p -> p.toBuilder().ofSection("fentry.multi/do_*").autoload(true).build());
    var placement = placement(spec);

    assertThat(placement.unplaced().values())
        .singleElement()
        .isInstanceOf(UnsupportedFeatureException.class)
        .extracting(Throwable::getMessage)
        .asString()
        .contains("cannot attach fentry.multi yet");
    assertThatThrownBy(placement::requireAny).isInstanceOf(UnsupportedFeatureException.class);
  }

  @Test
  void somethingToDoIsEnough() {
    var placement =
        placement(
            ObjectSpec.read("code_targets", TestObjects.bytes("code_targets"))
                .withEachProgram(p -> p.withAutoload(false)));
    placement.requireAll();
    assertThat(List.of(placement.unplaced().keySet().toArray())).isEmpty();
  }
}
