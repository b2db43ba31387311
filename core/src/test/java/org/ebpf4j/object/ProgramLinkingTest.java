package org.ebpf4j.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.btf.LineInfo;
import org.ebpf4j.elf.ElfEditor;
import org.ebpf4j.insn.Instruction;
import org.ebpf4j.insn.Opcode;
import org.ebpf4j.insn.Slot;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Programs put together from functions. The orders of functions are those that libbpf 1.1 gives
/// the same programs, by `bpftool prog dump xlated`.
final class ProgramLinkingTest {
  private final ObjectSpec calls = read(TestObjects.bytes("core_calls"));

  private static ObjectSpec read(byte[] bytes) {
    return ObjectSpec.read("t.o", bytes);
  }

  /// What each function of a program calls or points to, by walking over its instructions; a target
  /// that is no start of a function fails.
  private static List<String> references(ProgramSpec program) {
    var found = new ArrayList<String>();
    program
        .instructions()
        .forEach((slot, instruction) -> {
          var from = functionAt(program, slot).orElseThrow().name();
          if (instruction instanceof Instruction.Call.Subprogram call) {
            found.add(from + " calls " + startingAt(program, slot + 1 + call.offset()));
          }
          if (instruction instanceof Instruction.LoadImmediate64 load
              && load.pseudo() == Opcode.PSEUDO_FUNC) {
            found.add(from + " loads " + startingAt(program, slot + 1 + (int) load.value()));
          }
        });
    return found;
  }

  private static Optional<Subprogram> functionAt(ProgramSpec program, int slot) {
    return program.subprograms().stream().filter(s -> s.slot() <= slot).reduce((_, last) -> last);
  }

  private static String startingAt(ProgramSpec program, int slot) {
    return program.subprograms().stream()
        .filter(s -> s.slot() == slot)
        .map(Subprogram::name)
        .findFirst()
        .orElse("slot " + slot + ", where no function starts");
  }

  @Test
  void eachGlobalFunctionOutsideTextIsAProgram() {
    assertThat(calls.programs())
        .extracting(ProgramSpec::name, ProgramSpec::section, ProgramSpec::autoload)
        .containsExactly(
            tuple("nested", "socket", true),
            tuple("reversed", "socket", true),
            tuple("callback", "?socket", false),
            tuple("beside", "tc", true));
  }

  @Test
  void appendsAFunctionWhenItIsFirstMetTogetherWithWhatItCalls() {
    assertThat(calls.program("nested").subprograms())
        .containsExactly(
            new Subprogram("nested", 0),
            new Subprogram("outer", 13),
            new Subprogram("middle", 20),
            new Subprogram("deepest", 35),
            new Subprogram("unrelated", 42));
    assertThat(calls.program("nested").instructions().size()).isEqualTo(47);
    assertThat(calls.program("reversed").subprograms())
        .extracting(Subprogram::name)
        .containsExactly("reversed", "unrelated", "deepest", "outer", "middle");
  }

  @Test
  void callsLeadToTheFunctionsThatTheSourceNames() {
    assertThat(references(calls.program("nested")))
        .containsExactly(
            "nested calls outer",
            "nested calls deepest",
            "nested calls unrelated",
            "outer calls middle",
            "middle calls deepest",
            "middle calls deepest");
    assertThat(references(calls.program("reversed")))
        .containsExactly(
            "reversed calls unrelated",
            "reversed calls deepest",
            "reversed calls outer",
            "outer calls middle",
            "middle calls deepest",
            "middle calls deepest");
  }

  @Test
  void callbacksAreLoadedByTheirPlace() {
    var program = calls.program("callback");
    assertThat(program.subprograms())
        .extracting(Subprogram::name)
        .containsExactly("callback", "each", "deepest");
    assertThat(references(program)).containsExactly("callback loads each", "each calls deepest");
    assertThat(program.instructions().slot(7)).as("the second half of the load").isZero();
  }

  @Test
  void aStaticFunctionInTheSectionOfItsProgramIsNoProgramButIsCalled() {
    var program = calls.program("beside");
    assertThat(program.subprograms())
        .extracting(Subprogram::name)
        .containsExactly("beside", "neighbour");
    assertThat(references(program))
        .containsExactly("beside calls neighbour", "beside calls neighbour");
  }

  @Test
  void bodiesAreThoseOfTheSection() {
    var reversed = calls.program("reversed").instructions();
    var nested = calls.program("nested").instructions();
    assertThat(reversed.slice(12, 15)).as("unrelated").isEqualTo(nested.slice(42, 45));
    assertThat(nested.at(12)).isEqualTo(new Instruction.Exit());
    assertThat(nested.at(46)).isEqualTo(new Instruction.Exit());
  }

  @Test
  void loadsOfMapsAndVariablesAreMarkedAndListed() {
    var callback = calls.program("callback");
    assertThat(callback.mapReferences().getFirst())
        .isEqualTo(new MapReference(4, "sums", false, 0));
    assertThat(callback.instructions().at(4))
        .isInstanceOfSatisfying(
            Instruction.LoadImmediate64.class,
            load -> {
              assertThat(load.pseudo()).isEqualTo(Opcode.PSEUDO_MAP_FD);
              assertThat(load.value()).isZero();
            });
    assertThat(calls.program("nested").mapReferences())
        .extracting(MapReference::describe)
        .containsExactlyInAnyOrder(
            "map[.data.own]+0", "map[.rodata]+0", "map[.data]+0", "map[.bss]+0", "map[.bss]+0");
    for (var program : calls.programs()) {
      for (var reference : program.mapReferences()) {
        var slot = program.instructions().slot(reference.slot());
        assertThat(Slot.isWide(slot)).isTrue();
        assertThat(Slot.src(slot))
            .isEqualTo(reference.value() ? Opcode.PSEUDO_MAP_VALUE : Opcode.PSEUDO_MAP_FD);
        assertThat(Slot.imm(program.instructions().slot(reference.slot() + 1)))
            .isEqualTo(reference.offset());
      }
    }
  }

  @Test
  void aVariableIsLoadedByItsPlaceInTheSection() {
    var file = new ElfEditor(TestObjects.bytes("core_calls"));
    // `middle` loads `start` of .data by its instruction 14 of .text.
    file.put64(file.symbol("start") + 8, 1).put32(file.offset(".text") + 8 * 14 + 4, 2);
    assertThat(read(file.bytes()).program("nested").mapReferences())
        .extracting(MapReference::describe)
        .contains("map[.data]+3");
  }

  @Test
  void functionAndLineRecordsMoveWithTheirFunctions() {
    var program = calls.program("reversed");
    var types = calls.types().orElseThrow();
    assertThat(program.functions())
        .extracting(f -> f.slot(), f -> ((BtfType.Function) types.type(f.type())).name())
        .containsExactlyElementsOf(
            program.subprograms().stream().map(s -> tuple(s.slot(), s.name())).toList());
    assertThat(program.lines()).extracting(LineInfo::slot).isSorted();
    for (var function : program.subprograms()) {
      assertThat(program.lines())
          .as("a line where %s starts", function.name())
          .anyMatch(l -> l.slot() == function.slot());
    }
    var deepest = program.subprograms().get(2).slot();
    assertThat(program.line(deepest).orElseThrow().text().strip())
        .isEqualTo("zeroes[2] += number;");
  }

  @Test
  void functionRecordsAreDroppedWhereOneIsMissing() {
    var file = new ElfEditor(TestObjects.bytes("core_calls"));
    var ext = file.offset(".BTF.ext");
    var records = ext + file.s32(ext + 4) + file.s32(ext + 8);
    // The first record of .text, of the function at instruction 0, moves into its middle.
    file.put32(records + 12, 8);
    var programs = read(file.bytes());
    assertThat(programs.program("nested").functions()).isEmpty();
    assertThat(programs.program("callback").functions()).hasSize(3);
  }

  @Test
  void sectionNamesGiveTypesAndFlags() {
    var beside = calls.program("beside");
    assertThat(beside.type()).contains(ProgramType.SCHED_CLS);
    assertThat(beside.attachType()).isEmpty();
    assertThat(beside.flags()).isZero();
    var classic = read(TestObjects.bytes("core_maps")).program("use");
    assertThat(classic.type()).contains(ProgramType.XDP);
    assertThat(classic.attachType()).contains(AttachType.XDP);
  }

  @ParameterizedTest
  @ValueSource(strings = {"kprobe", "xdp/xx", "lsm.s/x", "oddity"})
  void anySectionNameCanHoldAProgram(String name) {
    var program = read(renamed(name)).program("program");
    assertThat(program.section()).isEqualTo(name);
    assertThat(program.type()).isEqualTo(SectionName.find(name).map(SectionName::type));
    assertThat((program.flags() & ProgramSpec.SLEEPABLE) != 0).isEqualTo(name.startsWith("lsm.s"));
  }

  @Test
  void aPlaceThatIsWrittenWronglyIsNone() {
    var program = read(renamed("tp/x")).program("program");
    assertThat(program.type()).contains(org.ebpf4j.attach.ProgramType.TRACEPOINT);
    assertThat(program.attachPoint()).isEmpty();
  }

  /// An object whose only program is in a section of another name. There is room for 6 letters.
  private static byte[] renamed(String name) {
    var file = new ElfEditor(TestObjects.bytes("core_legacy16"));
    var at = file.offset(".strtab") + file.s32(file.header("socket"));
    var header = file.header("socket");
    // "socket" is the tail of ".relsocket"; take that one's whole room.
    var start = at - 4;
    var letters = name.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    for (int i = 0; i < letters.length; i++) {
      file.put8(start + i, letters[i]);
    }
    file.put8(start + letters.length, 0).put32(header, file.s32(header) - 4);
    return file.bytes();
  }

  @Test
  void anObjectOfTextAloneHasItsGlobalFunctionsAsPrograms() {
    var get = ObjectSpec.read(TestObjects.example("socket/get.bpf.o"));
    assertThat(get.programs()).extracting(ProgramSpec::name).containsExactly("get");
    assertThat(get.program("get").type()).isEmpty();
  }
}
