package org.ebpf4j.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import org.ebpf4j.elf.ElfEditor;
import org.ebpf4j.error.MalformedObjectException;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MapDefinitionTest {
  private static final int NO_PREALLOC = 1;
  private static final int NUMA_NODE = 4;

  private final ObjectSpec maps = read("core_maps");

  private static ObjectSpec read(String name) {
    return ObjectSpec.read(name + ".o", TestObjects.bytes(name));
  }

  private static void rejects(ElfEditor file, String message) {
    assertThatThrownBy(() -> ObjectSpec.read("t.o", file.bytes()))
        .isInstanceOf(MalformedObjectException.class)
        .hasMessage(message);
  }

  @Test
  void readsEveryFieldOfAMapThatBtfDefines() {
    var typed = maps.map("typed");
    assertThat(typed.typeLabel()).isEqualTo("hash");
    assertThat(typed.keySize()).isEqualTo(8);
    assertThat(typed.valueSize()).isEqualTo(24);
    assertThat(typed.maxEntries()).isEqualTo(100);
    assertThat(typed.flags()).isEqualTo(NO_PREALLOC | NUMA_NODE);
    assertThat(typed.numaNode()).isEqualTo(1);
    assertThat(typed.pinByName()).isTrue();
    assertThat(typed.extra()).isZero();
    assertThat(typed.inner()).isEmpty();
    assertThat(typed.content()).isEmpty();
    assertThat(typed.frozen()).isFalse();
    assertThat(typed.legacyWords()).isEmpty();
  }

  @Test
  void readsSizesGivenAsNumbers() {
    var sized = maps.map("sized");
    assertThat(sized.typeLabel()).isEqualTo("bloom_filter");
    assertThat(sized.keySize()).isZero();
    assertThat(sized.valueSize()).isEqualTo(12);
    assertThat(sized.extra()).isEqualTo(3);
    assertThat(sized.pinByName()).isFalse();
  }

  @Test
  void readsTheMapsThatGoIntoAMap() {
    var outer = maps.map("outer");
    assertThat(outer.typeLabel()).isEqualTo("array_of_maps");
    assertThat(outer.keySize()).isEqualTo(4);
    assertThat(outer.valueSize()).isEqualTo(4);
    var inner = outer.inner().orElseThrow();
    assertThat(inner)
        .usingRecursiveComparison()
        .ignoringFields("keyType", "valueType")
        .isEqualTo(MapSpec.of("outer.inner", MapType.ARRAY, 4, 2, 5));
  }

  @Test
  void aMapOfProgramsHasNoMapsInIt() {
    assertThat(maps.map("programs")).isEqualTo(MapSpec.of("programs", MapType.PROG_ARRAY, 4, 4, 6));
  }

  @Test
  void readsSizesAboveTwoGigabytesAsUnsigned() {
    assertThat(maps.map("ring").maxEntries()).isEqualTo(0x8000_0000L);
  }

  @Test
  void keepsTheOrderOfTheFile() {
    assertThat(maps.maps())
        .extracting(MapSpec::name)
        .containsExactly("typed", "sized", "programs", "outer", "ring");
    var file = new ElfEditor(TestObjects.bytes("core_maps"));
    file.put64(file.symbol("outer") + 8, 0x60).put64(file.symbol("programs") + 8, 0x78);
    assertThat(ObjectSpec.read("t.o", file.bytes()).maps())
        .extracting(MapSpec::name)
        .containsExactly("typed", "sized", "outer", "programs", "ring");
  }

  @Test
  void rejectsAFieldThatNoLoaderKnows() {
    var file = new ElfEditor(TestObjects.bytes("core_unknown_field"));
    rejects(
        file,
        "t.o, section .maps, offset 0x%x: field 'max_entires' of map 'misspelt' is unknown"
            .formatted(file.offset(".maps")));
  }

  @Test
  void rejectsMapsWithoutTheTypesThatDefineThem() {
    var file = new ElfEditor(TestObjects.bytes("core_maps"));
    file.put32(file.header(".BTF") + 4, 0);
    rejects(
        file,
        "t.o, section .maps, offset 0x%x: maps are defined by BTF, but the object has no .BTF section"
            .formatted(file.offset(".maps")));
  }

  @Test
  void rejectsAMapWithoutASymbol() {
    var file = new ElfEditor(TestObjects.bytes("core_maps"));
    file.put16(file.symbol("ring") + 6, 0);
    rejects(
        file,
        "t.o, section .maps, offset 0x%x: map 'ring' has no symbol"
            .formatted(file.offset(".maps")));
  }

  @Test
  void rejectsInitialValuesOfMaps() {
    var file = new ElfEditor(TestObjects.bytes("core_maps"));
    file.put32(file.header(".rel.BTF.ext") + 44, file.index(".maps"));
    rejects(
        file,
        "t.o, section .maps, offset 0x%x: map '%s' has initial values, but no field 'values' at its end"
            .formatted(file.offset(".maps") + 44, "typed"));
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 20, 28, 40})
  void readsLegacyDefinitionsOfAnySize(int size) {
    var spec = read("core_legacy" + size);
    assertThat(spec.maps())
        .extracting(
            MapSpec::name,
            MapSpec::typeLabel,
            MapSpec::keySize,
            MapSpec::valueSize,
            MapSpec::maxEntries)
        .containsExactly(tuple("first", "hash", 4, 8, 16L), tuple("second", "array", 4, 12, 32L));
    assertThat(spec.map("second").flags()).isEqualTo(size == 16 ? 0 : MapSpec.RDONLY_PROG);
    assertThat(spec.map("first").legacyWords()).isEmpty();
    assertThat(spec.types()).isEmpty();
    assertThat(spec.program("program").mapReferences())
        .extracting(MapReference::describe)
        .containsExactly("map[second]", "map[first]");
  }

  @Test
  void keepsTheWordsOfALegacyDefinitionThatItDoesNotKnow() {
    assertThat(read("core_legacy20").map("second").legacyWords()).isEmpty();
    assertThat(read("core_legacy28").map("second").legacyWords()).isEqualTo(List.of(0, 3));
    assertThat(read("core_legacy40").map("second").legacyWords())
        .isEqualTo(List.of(0, 3, 0, 0, -1));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, Integer.MIN_VALUE})
  void rejectsSizesThatNoMapTakes(int size) {
    var file = new ElfEditor(TestObjects.bytes("core_legacy20"));
    file.put32(file.offset("maps") + 20 + 8, size);
    rejects(
        file,
        "t.o, section maps, offset 0x%x: a size of map 'second' is %s, more than a map takes"
            .formatted(file.offset("maps") + 28, Integer.toUnsignedString(size)));
  }

  @ParameterizedTest
  @CsvSource({"39", "24", "8", "42", "36"})
  void rejectsLegacyDefinitionsOfUnequalSizes(int size) {
    var file = new ElfEditor(TestObjects.bytes("core_legacy20"));
    file.put64(file.header("maps") + 32, size);
    rejects(
        file,
        "t.o, section maps, offset 0x%x: %d bytes for 2 maps; definitions of one size were expected, at least 16 bytes each"
            .formatted(file.offset("maps"), size));
  }

  @ParameterizedTest
  @ValueSource(longs = {4, 21, -1})
  void rejectsALegacyMapThatStartsWithinAnother(long place) {
    var file = new ElfEditor(TestObjects.bytes("core_legacy20"));
    file.put64(file.symbol("second") + 8, place);
    assertThatThrownBy(() -> ObjectSpec.read("t.o", file.bytes()))
        .isInstanceOf(MalformedObjectException.class)
        .hasMessageContaining("map 'second' does not start where a definition of 20 bytes does");
  }

  @ParameterizedTest
  @ValueSource(longs = {40, -20, 0x7fff_ffff_ffff_fff0L})
  void rejectsALegacyMapBeyondItsSection(long place) {
    var file = new ElfEditor(TestObjects.bytes("core_legacy20"));
    file.put64(file.symbol("second") + 8, place - place % 20);
    assertThatThrownBy(() -> ObjectSpec.read("t.o", file.bytes()))
        .isInstanceOf(MalformedObjectException.class)
        .hasMessageContaining("the definition of map 'second' of 20 bytes at 0x");
  }

  @Test
  void rejectsLegacyMapsWithoutNames() {
    var file = new ElfEditor(TestObjects.bytes("core_legacy20"));
    file.put16(file.symbol("first") + 6, 0).put16(file.symbol("second") + 6, 0);
    rejects(
        file,
        "t.o, section maps, offset 0x%x: map definitions that no symbol names"
            .formatted(file.offset("maps")));
  }

  @Test
  void rejectsTwoMapsOfOneName() {
    var file = new ElfEditor(TestObjects.bytes("core_legacy20"));
    file.put32(file.symbol("first"), file.s32(file.symbol("second")));
    rejects(file, "t.o, offset 0x0: two maps with the name 'second'");
  }

  @Test
  void dataSectionsBecomeMaps() {
    var calls = read("core_calls");
    assertThat(calls.maps())
        .extracting(MapSpec::name)
        .containsExactly("sums", ".data", ".rodata", ".data.own", ".bss");
    var data = calls.map(".data");
    assertThat(data.typeLabel()).isEqualTo("array");
    assertThat(List.of(data.keySize(), data.valueSize())).containsExactly(4, 4);
    assertThat(data.maxEntries()).isEqualTo(1);
    assertThat(data.content()).contains(Bytes.of(new byte[] {3, 0, 0, 0}));
    assertThat(data.frozen()).isFalse();
    assertThat(data.flags()).isEqualTo(MapSpec.MMAPABLE);
    assertThat(calls.map(".data.own").content()).contains(Bytes.of(new byte[] {5, 0, 0, 0}));
  }

  @Test
  void constantsAreFrozenAndForbiddenToWrite() {
    var constants = read("core_calls").map(".rodata");
    assertThat(constants.content()).contains(Bytes.of(new byte[] {4, 0, 0, 0}));
    assertThat(constants.frozen()).isTrue();
    assertThat(constants.flags()).isEqualTo(MapSpec.RDONLY_PROG | MapSpec.MMAPABLE);
  }

  @Test
  void zeroesNeedNoContentHoweverManyThereAre() {
    var file = new ElfEditor(TestObjects.bytes("core_calls"));
    file.put64(file.header(".bss") + 32, Integer.MAX_VALUE);
    var zeroes = ObjectSpec.read("t.o", file.bytes()).map(".bss");
    assertThat(zeroes.valueSize()).isEqualTo(Integer.MAX_VALUE);
    assertThat(zeroes.content()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {0x8000_0000L, 0x1_0000_0000L, Long.MAX_VALUE, -1})
  void rejectsMoreZeroesThanAMapCanHold(long size) {
    var file = new ElfEditor(TestObjects.bytes("core_calls"));
    file.put64(file.header(".bss") + 32, size);
    rejects(
        file,
        "t.o, section .bss, offset 0x0: variables of %s bytes, of which at most 2147483647 fit in a map"
            .formatted(Long.toUnsignedString(size)));
  }

  @Test
  void fillsTheTypesOfDataSectionsFromTheSymbols() {
    var calls = read("core_calls");
    var elf = org.ebpf4j.elf.ElfFile.read("calls", TestObjects.bytes("core_calls"));
    var types = calls.types().orElseThrow();
    for (var name : List.of(".bss", ".data", ".rodata", ".maps", "license", "version")) {
      assertThat(types.dataSection(name).orElseThrow().size())
          .as(name)
          .isEqualTo(elf.section(name).orElseThrow().size());
    }
  }

  /// As cilium/ebpf has it: the type says what the events are.
  @Test
  void valuesOfBuffersHaveATypeButNoSize() {
    var spec = ObjectSpec.read("records.bpf.o", TestObjects.bytes("records"));
    assertThat(spec.map("lines").valueSize()).isZero();
    assertThat(spec.map("lines").valueType()).isNotZero();
    assertThat(spec.map("perf_calls").keySize()).isEqualTo(4);
    assertThat(spec.map("perf_calls").valueSize()).isEqualTo(4);
    assertThat(spec.map("perf_plain").keySize()).isEqualTo(4);
    assertThat(spec.map("perf_plain").valueSize()).isEqualTo(4);
    assertThat(EventType.declared(spec, spec.map("perf_calls")))
        .hasValueSatisfying(type -> assertThat(type.name()).isEqualTo("call"));
  }
}
