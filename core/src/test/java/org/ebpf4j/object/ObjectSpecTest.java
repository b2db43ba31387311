package org.ebpf4j.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.attach.Tracepoint;
import org.ebpf4j.elf.ElfEditor;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.MalformedObjectException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.insn.Instruction;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ObjectSpecTest {
  private static final Path HELLO = TestObjects.example("hello/hello.bpf.o");

  private final ObjectSpec hello = ObjectSpec.read(HELLO);

  @Test
  void readsTheFirstExample() {
    assertThat(hello.name()).isEqualTo("hello");
    assertThat(hello.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
    assertThat(hello.license()).isEqualTo("GPL");
    assertThat(hello.kernelVersion()).isZero();
    assertThat(hello.types()).isPresent();
    assertThat(hello.programs()).hasSize(1);
    var program = hello.program("hello");
    assertThat(program.section()).isEqualTo("tracepoint/syscalls/sys_enter_execve");
    assertThat(program.type()).contains(ProgramType.TRACEPOINT);
    assertThat(program.attachType()).isEmpty();
    assertThat(program.attachPoint()).contains(new Tracepoint("syscalls", "sys_enter_execve"));
    assertThat(program.flags()).isZero();
    assertThat(program.autoload()).isTrue();
    assertThat(program.subprograms()).containsExactly(new Subprogram("hello", 0));
    assertThat(program.functions()).hasSize(1);
    assertThat(program.coreRelocations()).isEmpty();
    assertThat(program.instructions().at(program.instructions().size() - 1))
        .isEqualTo(new Instruction.Exit());
  }

  @Test
  void createsNoMapOfStringsThatBecameInstructions() {
    assertThat(hello.maps()).extracting(MapSpec::name).containsExactly(".rodata.str1.1");
    assertThat(hello.map(".rodata.str1.1").create()).isFalse();
  }

  @Test
  void findsTheLineOfAnInstruction() {
    var program = hello.program("hello");
    assertThat(program.line(1).orElseThrow().describe())
        .isEqualTo("hello.bpf.c:9  char text[] = \"Hello\";");
    assertThat(program.line(program.instructions().size() - 1).orElseThrow().describe())
        .isEqualTo("hello.bpf.c:12  return 0;");
    assertThat(program.line(-1)).isEmpty();
  }

  @Test
  void readingTwiceGivesEqualValues() throws IOException {
    for (var name : List.of("core_calls", "core_maps", "core_types", "core_big_endian")) {
      var bytes = TestObjects.bytes(name);
      var one = ObjectSpec.read(name, bytes);
      var other = ObjectSpec.read(name, new ByteArrayInputStream(bytes));
      assertThat(one).isEqualTo(other).hasSameHashCodeAs(other);
    }
    assertThat(ObjectSpec.read(HELLO)).isEqualTo(hello);
  }

  @Test
  void doesNotSeeLaterChangesOfTheArray() {
    var bytes = TestObjects.bytes("core_calls");
    var spec = ObjectSpec.read("calls", bytes);
    java.util.Arrays.fill(bytes, (byte) 0);
    assertThat(spec).isEqualTo(ObjectSpec.read("calls", TestObjects.bytes("core_calls")));
  }

  @Test
  void readsLicenseAndVersion() {
    var calls = ObjectSpec.read("calls", TestObjects.bytes("core_calls"));
    assertThat(calls.license()).isEqualTo("Dual MIT/GPL");
    assertThat(calls.kernelVersion()).isEqualTo(0x060c00);
    assertThat(ObjectSpec.read("maps", TestObjects.bytes("core_maps")).license()).isEmpty();
    assertThat(calls.withLicense("GPL").license()).isEqualTo("GPL");
  }

  @Test
  void rejectsALicenseWithoutAnEnd() {
    var file = new ElfEditor(TestObjects.bytes("core_calls"));
    file.put8(file.offset("license") + 12, 'x');
    assertThatThrownBy(() -> ObjectSpec.read("calls.o", file.bytes()))
        .isInstanceOf(MalformedObjectException.class)
        .hasMessage(
            "calls.o, section license, offset 0x%x: a string that starts here has no end"
                .formatted(file.offset("license")));
  }

  @Test
  void rejectsAVersionThatIsNoNumber() {
    var file = new ElfEditor(TestObjects.bytes("core_calls"));
    file.put64(file.header("version") + 32, 3);
    assertThatThrownBy(() -> ObjectSpec.read("calls.o", file.bytes()))
        .isInstanceOf(MalformedObjectException.class)
        .hasMessage(
            "calls.o, section version, offset 0x%x: a version of 3 bytes, where 4 were expected"
                .formatted(file.offset("version")));
  }

  @Test
  void readsBigEndianObjects() {
    var big = ObjectSpec.read("big", TestObjects.bytes("core_big_endian"));
    assertThat(big.order()).isEqualTo(ByteOrder.BIG_ENDIAN);
    assertThat(big.map("counts").maxEntries()).isEqualTo(258);
    assertThat(big.map(".data").content()).contains(Bytes.of(new byte[] {1, 2, 3, 4}));
    var program = big.program("program");
    assertThat(program.subprograms())
        .extracting(Subprogram::name)
        .containsExactly("program", "add");
    assertThat(program.mapReferences())
        .extracting(MapReference::describe)
        .containsExactlyInAnyOrder("map[.data]+0", "map[counts]");
    assertThat(program.instructions().at(program.instructions().size() - 1))
        .isEqualTo(new Instruction.Exit());
  }

  @Test
  void changesGiveNewValues() {
    var changed = hello.withProgram("hello", p -> p.withType(ProgramType.KPROBE));
    assertThat(changed.program("hello").type()).contains(ProgramType.KPROBE);
    assertThat(changed.program("hello").attachPoint()).isEmpty();
    assertThat(hello.program("hello").type()).contains(ProgramType.TRACEPOINT);
    var typed = hello.withEachProgram(p -> p.withAttachType(AttachType.TRACE_FENTRY));
    assertThat(typed.program("hello").attachType()).contains(AttachType.TRACE_FENTRY);
    assertThat(hello.withoutProgram("hello").programs()).isEmpty();
    var calls = ObjectSpec.read("calls", TestObjects.bytes("core_calls"));
    assertThat(calls.withMap("sums", m -> m.withMaxEntries(99)).map("sums").maxEntries())
        .isEqualTo(99);
    assertThat(calls.map("sums").maxEntries()).isEqualTo(2);
  }

  @Test
  void offersTheNamesThatThereAre() {
    assertThatThrownBy(() -> hello.program("helo"))
        .isInstanceOf(NotFoundException.class)
        .hasMessage("no program 'helo'; near it: hello\n  try: hello");
    assertThatThrownBy(() -> hello.map("events"))
        .isInstanceOf(NotFoundException.class)
        .hasMessage("no map 'events'\n  try: another object, or leave it out: this one has no map");
    assertThatThrownBy(() -> hello.withProgram("x", p -> p)).isInstanceOf(NotFoundException.class);
    assertThatThrownBy(() -> hello.withoutProgram("x")).isInstanceOf(NotFoundException.class);
    assertThatThrownBy(() -> hello.withMap("x", m -> m)).isInstanceOf(NotFoundException.class);
  }

  @Test
  void aMissingFileIsNamed(@TempDir Path folder) throws IOException {
    var file = folder.resolve("none.bpf.o");
    assertThatThrownBy(() -> ObjectSpec.read(file))
        .isExactlyInstanceOf(NotFoundException.class)
        .hasMessage(
            file
                + ": no such file\n  try: look at the path: "
                + folder
                + " has no object files of such a name");
    assertThatThrownBy(() -> ObjectSpec.read(folder))
        .isExactlyInstanceOf(BpfException.class)
        .hasMessageStartingWith(folder + ": cannot be read: ");
    Files.write(file, TestObjects.bytes("core_legacy20"));
    assertThat(ObjectSpec.read(file).name()).isEqualTo("none");
  }

  @Test
  void readsBareInstructions() {
    var get =
        ObjectSpec.readInstructions(
            TestObjects.example("socket/get.text"), ProgramType.SOCKET_FILTER);
    assertThat(get.name()).isEqualTo("get");
    assertThat(get.license()).isEqualTo("GPL");
    assertThat(get.order()).isEqualTo(ByteOrder.nativeOrder());
    assertThat(get.maps()).isEmpty();
    assertThat(get.types()).isEmpty();
    var program = get.program("get");
    assertThat(program.type()).contains(ProgramType.SOCKET_FILTER);
    assertThat(program.section()).isEmpty();
    var compiled = ObjectSpec.read(TestObjects.example("socket/get.bpf.o")).program("get");
    assertThat(program.instructions()).isEqualTo(compiled.instructions());
    assertThat(compiled.type()).as("of a function in .text").isEmpty();
  }

  @Test
  void rejectsNoInstructions() {
    assertThatThrownBy(
            () -> ObjectSpec.readInstructions("x.text", new byte[0], ProgramType.SOCKET_FILTER))
        .isInstanceOf(MalformedObjectException.class)
        .hasMessage("x.text, offset 0x0: the file is empty, where instructions were expected");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 9, 23})
  void rejectsInstructionsCutOff(int size) {
    assertThatThrownBy(
            () -> ObjectSpec.readInstructions("x.text", new byte[size], ProgramType.SOCKET_FILTER))
        .isInstanceOf(MalformedObjectException.class)
        .hasMessage(
            "x.text, offset 0x%x: the file ends inside an instruction: its length of %d bytes is no multiple of 8"
                .formatted(size / 8 * 8, size));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a/b/hello.bpf.o", "hello.o", "hello", "/hello.tar.gz"})
  void isNamedAfterTheFileWithoutItsEndings(String file) {
    assertThat(ObjectSpec.read(file, TestObjects.bytes("core_legacy16")).name()).isEqualTo("hello");
  }

  @Test
  void programIsThereOnceMoreUnderAnotherName() {
    var spec = hello.withCopy("hello", "again");
    assertThat(spec.programs()).extracting(ProgramSpec::name).containsExactly("hello", "again");
    assertThat(spec.program("again").instructions())
        .isEqualTo(spec.program("hello").instructions());
    assertThatThrownBy(() -> spec.withCopy("hello", "again"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'again'");
    assertThatThrownBy(() -> spec.withCopy("helo", "other")).isInstanceOf(NotFoundException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "prefix, '', 0000000000000000",
    "prefix, seven77, 736576656e373700",
    "mode, OFF, 00000000",
    "mode, ON, 05000000",
    "mode, 7, 07000000",
    "verbose, true, 01",
    "verbose, false, 00",
    "verbose, 1, 01",
    "mask, 18446744073709551615, ffffffffffffffff",
    "mask, 0xFFFFffff00000000, 00000000ffffffff",
    "shift, -2, feffffff",
  })
  void variablesTakeWhatPeopleWrite(String name, String text, String bytes) {
    var spec = ObjectSpec.read("data_maps", TestObjects.bytes("data_maps"));
    assertThat(HexFormat.of().formatHex(spec.withVariable(name, text).variableBytes(name)))
        .isEqualTo(bytes);
  }

  @ParameterizedTest
  @CsvSource({
    "prefix, eight888, has room for 7 bytes",
    "mode, MAYBE, 'no value of variable ''mode''; near it: OFF, ON'",
    "mode, 4294967296, does not fit",
    "verbose, yes, is no number",
    "mask, -1x, is no number",
    "mask, 18446744073709551616, does not fit",
    "verbose, 2, 'holds 0 or 1, false or true'",
    "shift, 2147483648, does not fit",
    "shift, '', is no number",
  })
  void variablesRefuseWhatTheyCannotHold(String name, String text, String why) {
    var spec = ObjectSpec.read("data_maps", TestObjects.bytes("data_maps"));
    assertThatThrownBy(() -> spec.withVariable(name, text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }
}
