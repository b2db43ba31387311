package org.ebpf4j.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.ebpf4j.BpfMap.Update;
import org.ebpf4j.BpfVariable;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.error.VerifierException;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.KernelTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Global variables: what programs see of them, and what is seen of the programs in them.
@KernelTest
class LoadedDataTest {
  private static final ObjectSpec SPEC = Run.spec("load_data");

  private static LinuxObject load(ObjectSpec spec) {
    return LinuxKernel.open().load(spec);
  }

  @Test
  void programsSeeFirstValuesOfEverySection() {
    try (var object = load(SPEC)) {
      assertThat(Run.once(object, "sum")).isEqualTo(1_111_101);
      assertThat(object.variable("result").get()).isEqualTo(1_111_101);
    }
  }

  @Test
  void programsSeeValuesThatWereSetBeforeTheLoad() {
    var changed =
        SPEC.withVariable("chosen", 2)
            .withVariable("limit", 200)
            .withVariable("counter", -1000)
            .withVariable("more", 0)
            .withVariable("more_zeroes", 7)
            .withVariable("own", 300_000)
            .withVariable("hidden", 0)
            .withVariable("zero_at_first", -2);
    try (var object = load(changed)) {
      assertThat(Run.once(object, "sum")).isEqualTo(299_207);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 11", "2, 22", "3, 40", "0, 10"})
  void constantsDecideWhichBranchIsTaken(int chosen, int returned) {
    try (var object = load(SPEC.withVariable("chosen", chosen))) {
      assertThat(Run.once(object, "branch")).isEqualTo(returned);
    }
  }

  @Test
  void arraysAreSetByTheirBytes() {
    var table =
        ByteBuffer.allocate(8)
            .order(ByteOrder.nativeOrder())
            .putShort((short) 1)
            .putShort((short) 2)
            .putShort((short) 3)
            .putShort((short) -4)
            .array();
    assertThat(SPEC.variableBytes("table")).hasSize(8).isNotEqualTo(table);
    try (var object = load(SPEC.withVariable("table", table).withVariable("chosen", 3))) {
      assertThat(Run.once(object, "branch")).isEqualTo(-4);
      assertThat(object.variable("table").memory().byteSize()).isEqualTo(8);
    }
  }

  /// A branch that no program could have is accepted where a constant rules it out: the section is
  /// frozen before programs are loaded.
  @Test
  void verifierKnowsConstants() {
    try (var object = load(SPEC)) {
      assertThat(Run.once(object, "whole")).isEqualTo(1);
    }
    try (var object = load(SPEC.withVariable("wide", -1))) {
      assertThat(Run.once(object, "whole")).isEqualTo(2);
    }
    assertThat(
            catchThrowableOfType(
                VerifierException.class, () -> load(SPEC.withVariable("wide", 0)).close()))
        .hasMessageContaining("invalid func unknown#4711");
  }

  @ParameterizedTest
  @ValueSource(strings = {".rodata", ".rodata.limits"})
  void nobodyChangesConstants(String name) {
    try (var object = load(SPEC)) {
      var map = object.map(name);
      var value = map.lookup(new byte[4]).orElseThrow();
      assertThat(map.info().flags() & MapSpec.RDONLY_PROG).isNotZero();
      var failure =
          catchThrowableOfType(
              KernelException.class, () -> map.update(new byte[4], value, Update.ANY));
      assertThat(failure.errno()).isEqualTo(Errno.EPERM);
      assertThat(map.memory().isReadOnly()).isTrue();
    }
  }

  @Test
  void programsDoNotChangeConstants() {
    var spec = SPEC.withProgram("overwrite", p -> p.withAutoload(true));
    assertThat(catchThrowableOfType(VerifierException.class, () -> load(spec).close()))
        .hasMessageContaining("write into map forbidden")
        .hasMessageContaining("in program 'overwrite'");
  }

  @Test
  void constantsAreReadOnlyVariables() {
    try (var object = load(SPEC)) {
      var chosen = object.variable("chosen");
      assertThat(chosen.get()).isEqualTo(1);
      assertThat(chosen.variable().constant()).isTrue();
      assertThatThrownBy(() -> chosen.set(2))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("variable 'chosen' is a constant");
      assertThat(object.variable("wide").get()).isEqualTo(0x1122334455667788L);
    }
  }

  @Test
  void variablesAreSharedWhileProgramsRun() {
    try (var object = load(SPEC)) {
      var counter = object.variable("counter");
      var zeroes = object.variable("more_zeroes");
      var flag = object.variable("flag");
      var small = object.variable("small");
      assertThat(counter.get()).isEqualTo(1000);
      assertThat(small.get()).isEqualTo(-3);
      // A program wrote it, Java sees it.
      Run.once(object, "count");
      assertThat(counter.get()).isEqualTo(1001);
      assertThat(zeroes.get()).isEqualTo(-1);
      assertThat(flag.get()).isZero();
      assertThat(small.get()).isEqualTo(-4);
      // Java wrote it, a program sees it.
      counter.set(-7);
      zeroes.set(70);
      small.set(-128);
      object.variable("more").set(0);
      Run.once(object, "count");
      assertThat(counter.get()).isEqualTo(-6);
      assertThat(zeroes.get()).isEqualTo(69);
      assertThat(flag.get()).isEqualTo(1);
      assertThat(small.get()).isEqualTo(127);
      assertThat(Run.once(object, "sum")).isEqualTo(1 + 100 - 6 + 69 + 100_002 + 1_000_000);
      assertThat(Words.u32(-6))
          .isEqualTo(java.util.Arrays.copyOf(object.map(".data").lookup(new byte[4]).get(), 4));
    }
  }

  @Test
  void variablesGoWithTheirObject() {
    BpfVariable counter;
    try (var object = load(SPEC)) {
      counter = object.variable("counter");
    }
    assertThatThrownBy(counter::get).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> counter.set(1)).isInstanceOf(IllegalStateException.class);
  }

  /// Sections without a variable that others may see are no business of a process.
  @ParameterizedTest
  @CsvSource({".data.own, own", ".data.hidden, hidden"})
  void sectionsOfOwnVariablesAreNotMapped(String map, String variable) {
    try (var object = load(SPEC)) {
      assertThat(object.map(map).info().flags() & MapSpec.MMAPABLE).isZero();
      assertThat(object.map(".data").info().flags() & MapSpec.MMAPABLE).isNotZero();
      assertThat(catchThrowableOfType(KernelException.class, () -> object.variable(variable)))
          .hasMessageContaining("map '" + map + "' in memory: mmap");
    }
  }

  /// So that whoever inspects a program finds what it says of itself.
  @Test
  void programsKeepConstantsThatTheyDoNotUse() {
    try (var object = load(SPEC)) {
      assertThat(object.program("count").info().mapIds())
          .contains(object.map(".rodata").id(), object.map(".rodata.limits").id())
          .doesNotContain(object.map(".data.hidden").id());
    }
  }

  @Test
  void offersVariablesNearUnknownOne() {
    assertThat(
            catchThrowableOfType(NotFoundException.class, () -> SPEC.withVariable("countr", 1))
                .nearest())
        .contains("counter");
  }

  @Test
  void mapsOfSectionsHaveNamesAndTypes() {
    try (var object = load(SPEC)) {
      assertThat(object.map(".rodata").info().name()).isEqualTo("load_dat.rodata");
      assertThat(object.map(".data").info().name()).isEqualTo("load_dat.data");
      assertThat(object.map(".bss").info().name()).isEqualTo("load_dat.bss");
      assertThat(object.map(".rodata.limits").info().name()).isEqualTo(".rodata.limits");
      for (var map : object.maps()) {
        var types = map.info().types();
        assertThat(types.btfId()).as(map.name()).isPositive();
        assertThat(types.valueType()).isEqualTo(SPEC.map(map.name()).valueType()).isPositive();
      }
    }
  }
}
