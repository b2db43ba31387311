package org.ebpf4j.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.attach.Tracepoint;
import org.ebpf4j.insn.Instruction;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.insn.Register;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Specs that are built, not read.
final class BuilderTest {
  private static final Instructions NOTHING = Instructions.assemble(new Instruction.Exit());

  private static final Instructions LOAD =
      Instructions.assemble(
          new Instruction.LoadImmediate64(Register.R0, 0, 0), new Instruction.Exit());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "core_calls",
        "core_externs",
        "code_exception",
        "code_jump",
        "load_struct_ops_link"
      })
  void buildersKeepAllThatWasRead(String object) {
    var spec = ObjectSpec.read(object, TestObjects.bytes(object));
    assertThat(spec.toBuilder().build()).isEqualTo(spec);
    for (var program : spec.programs()) {
      assertThat(program.toBuilder().build()).isEqualTo(program);
    }
    for (var map : spec.maps()) {
      assertThat(map.toBuilder().build()).isEqualTo(map);
    }
  }

  @Test
  void sectionSaysTypeAndPlace() {
    var program =
        ProgramSpec.builder("p", NOTHING).ofSection("?tp/syscalls/sys_enter_execve").build();
    assertThat(program.type()).contains(ProgramType.TRACEPOINT);
    assertThat(program.attachPoint()).contains(new Tracepoint("syscalls", "sys_enter_execve"));
    assertThat(program.autoload()).isFalse();
    assertThat(program.subprograms()).containsExactly(new Subprogram("p", 0));
    var sleepable = ProgramSpec.builder("p", NOTHING).ofSection("fentry.s/vfs_read").build();
    assertThat(sleepable.flags()).isEqualTo(ProgramSpec.SLEEPABLE);
  }

  @Test
  void referencesMustBeThere() {
    var lost = ProgramSpec.builder("p", NOTHING);
    assertThatThrownBy(
            () -> lost.mapReferences(List.of(new MapReference(1, "counts", false, 0))).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("program 'p': a reference to map 'counts' is at instruction 1; it has 1");
    var program =
        ProgramSpec.builder("p", LOAD)
            .mapReferences(List.of(new MapReference(0, "counts", false, 0)))
            .build();
    assertThat(program.instructions().at(0))
        .isEqualTo(new Instruction.LoadImmediate64(Register.R0, 1, 0));
    assertThatThrownBy(
            () -> lost.mapReferences(List.of(new MapReference(0, "counts", false, 0))).build())
        .hasMessage("program 'p': instruction 0 refers to map 'counts', but is no ld_imm64");
    assertThatThrownBy(() -> ObjectSpec.builder("o").program(program).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("program 'p' refers to map 'counts', which object 'o' does not have");
    assertThatThrownBy(() -> ProgramSpec.builder("p", NOTHING).exceptionCallback("gone").build())
        .hasMessageContaining("no subprogram 'gone'");
  }

  @Test
  void namesMustDiffer() {
    var map = MapSpec.builder("m", MapType.HASH).keySize(4).valueSize(8).maxEntries(1).build();
    assertThatThrownBy(() -> ObjectSpec.builder("o").map(map).map(map).build())
        .hasMessage("object 'o' has two maps of the name 'm'");
  }

  @Test
  void sizesMustMakeSense() {
    assertThatThrownBy(() -> MapSpec.builder("m", MapType.HASH).keySize(-1).build())
        .hasMessageContaining("none may be below 0");
    assertThatThrownBy(
            () -> MapSpec.builder("m", MapType.ARRAY).valueSize(4).content(new byte[5]).build())
        .hasMessage("map 'm' has values of 4 bytes, not 5");
  }

  @Test
  void builtMapIsThatOfTheShortForm() {
    assertThat(MapSpec.builder("m", MapType.HASH).keySize(4).valueSize(8).maxEntries(16).build())
        .isEqualTo(MapSpec.of("m", MapType.HASH, 4, 8, 16));
  }
}
