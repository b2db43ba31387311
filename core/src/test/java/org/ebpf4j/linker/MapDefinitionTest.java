package org.ebpf4j.linker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ebpf4j.btf.BtfBuilder;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.btf.BtfType.Member;
import org.ebpf4j.elf.FileBytes;
import org.ebpf4j.error.MalformedObjectException;
import org.junit.jupiter.api.Test;

final class MapDefinitionTest {
  private static final int HASH = 1;
  private static final int PROGRAM_ARRAY = 3;
  private static final int ARRAY_OF_MAPS = 12;

  private final BtfBuilder builder = BtfBuilder.empty(ByteOrder.LITTLE_ENDIAN);
  private final FileBytes data = FileBytes.of("t.o", new byte[0], ByteOrder.LITTLE_ENDIAN);
  private final int integer = builder.add(new BtfType.Int("int", 4, 1, 0, 32));
  private final int wide = builder.add(new BtfType.Int("long", 8, 1, 0, 64));

  private Member field(String name, int type) {
    return new Member(name, type, 0, 0);
  }

  private Member number(String name, int value) {
    return field(
        name,
        builder.add(new BtfType.Pointer(builder.add(new BtfType.Array(integer, integer, value)))));
  }

  private Member type(String name, int target) {
    return field(name, builder.add(new BtfType.Pointer(target)));
  }

  /// An array of pointers without a length.
  private Member values(int target) {
    var pointer = builder.add(new BtfType.Pointer(target));
    return field("values", builder.add(new BtfType.Array(pointer, integer, 0)));
  }

  private int struct(Member... fields) {
    return builder.add(new BtfType.Struct("", 0, false, List.of(fields)));
  }

  private MapDefinition read(Member... fields) {
    var variable = new BtfType.Variable("m", struct(fields), 1);
    return new MapDefinition.Reader(data, builder.build()).read(variable);
  }

  private Optional<String> difference(MapDefinition one, MapDefinition other) {
    var btf = builder.build();
    return one.difference(other, new TypeMatch(data, btf, btf));
  }

  private void fails(String problem, Member... fields) {
    assertThatExceptionOfType(MalformedObjectException.class)
        .isThrownBy(() -> read(fields))
        .withMessageContaining(problem);
  }

  @Test
  void readsEveryField() {
    var map =
        read(
            number("type", HASH),
            type("key", integer),
            type("value", wide),
            number("max_entries", 5),
            number("map_flags", 6),
            number("numa_node", 7),
            number("pinning", 1),
            number("map_extra", 8));
    assertThat(map)
        .isEqualTo(
            new MapDefinition(
                HASH, 4, Optional.of(integer), 8, Optional.of(wide), 5, 6, 7, 1, Optional.empty()));
  }

  @Test
  void readsMapsOfMapsAndOfPrograms() {
    var inner = struct(number("type", HASH), number("key_size", 4));
    assertThat(read(number("type", ARRAY_OF_MAPS), values(inner)).inner())
        .map(MapDefinition::keySize)
        .contains(4L);
    var prototype = builder.add(new BtfType.Prototype(integer, List.of()));
    var programs = read(number("type", PROGRAM_ARRAY), values(prototype));
    assertThat(programs.inner()).isEmpty();
    assertThat(programs.valueSize()).isEqualTo(4);
  }

  @Test
  void aLongNumberIsTheValueOfAnEnum() {
    var values = List.of(new BtfType.Enumerator("x", 1L << 40));
    var extra = builder.add(new BtfType.Enum("", 8, false, true, values));
    assertThat(read(number("type", HASH), field("map_extra", extra)).type()).isEqualTo(HASH);
    fails("is no number", field("type", extra));
  }

  @Test
  void refusesWhatMakesNoSense() {
    fails("map 'm' has no type", number("max_entries", 1));
    fails("field 'colour' of map 'm' is unknown", number("type", HASH), number("colour", 1));
    fails("field 'type' of map 'm' is no number", field("type", integer));
    fails("field 'key' of map 'm' is no type", field("key", integer));
    fails("says 4 bytes, where another field says 8", number("key_size", 8), type("key", integer));
    fails("says 8 bytes, where another field says 4", number("value_size", 4), type("value", wide));
    fails("is no way to pin a map", number("type", HASH), number("pinning", 2));
    var inner = struct(number("type", HASH));
    fails("belongs to a map of maps or of programs", number("type", HASH), values(inner));
    fails("is not the last", number("type", ARRAY_OF_MAPS), values(inner), number("key_size", 4));
    fails("is no array of pointers", number("type", PROGRAM_ARRAY), values(inner));
    fails("is no array of pointers", number("type", ARRAY_OF_MAPS), field("values", integer));
    var nested = struct(number("type", ARRAY_OF_MAPS), values(inner));
    fails(
        "is not the last of a map that is in no other",
        number("type", ARRAY_OF_MAPS),
        values(nested));
    var pinned = struct(number("type", HASH), number("pinning", 1));
    fails("is no way to pin a map", number("type", ARRAY_OF_MAPS), values(pinned));
    assertThatExceptionOfType(MalformedObjectException.class)
        .isThrownBy(() ->
            new MapDefinition.Reader(data, builder.build())
                .read(new BtfType.Variable("m", integer, 1)))
        .withMessageContaining("map 'm' is not defined by a struct");
  }

  @Test
  void everyFieldCountsButTheExtraOne() {
    var base = List.of(number("type", HASH), number("key_size", 4), number("value_size", 4));
    var map = read(base.toArray(Member[]::new));
    assertThat(difference(map, read(base.toArray(Member[]::new)))).isEmpty();
    assertThat(difference(map, with(base, number("max_entries", 1))))
        .contains("max_entries 0 and 1");
    assertThat(difference(map, with(base, number("map_flags", 1)))).contains("map_flags 0 and 1");
    assertThat(difference(map, with(base, number("numa_node", 1)))).contains("numa_node 0 and 1");
    assertThat(difference(map, with(base, number("pinning", 1)))).contains("pinning 0 and 1");
    assertThat(difference(map, with(base, number("map_extra", 1)))).isEmpty();
    assertThat(difference(map, with(base, type("key", integer))))
        .contains("a key type in one only");
    assertThat(difference(map, read(number("type", 2)))).contains("types 1 and 2");
    assertThat(difference(map, read(number("type", HASH), number("key_size", 8))))
        .contains("key sizes 4 and 8");
    assertThat(
            difference(
                map, read(number("type", HASH), number("key_size", 4), number("value_size", 8))))
        .contains("value sizes 4 and 8");
  }

  private MapDefinition with(List<Member> fields, Member another) {
    var all = new ArrayList<>(fields);
    all.add(another);
    return read(all.toArray(Member[]::new));
  }

  @Test
  void typesAndMapsInsideCount() {
    var one = read(number("type", HASH), type("value", struct(field("a", integer))));
    var other = read(number("type", HASH), type("value", struct(field("b", integer))));
    assertThat(difference(one, other)).contains("value types with fields 'a' and 'b'");
    var maps = read(number("type", ARRAY_OF_MAPS), values(struct(number("type", HASH))));
    var otherMaps = read(number("type", ARRAY_OF_MAPS), values(struct(number("type", 2))));
    assertThat(difference(maps, otherMaps)).contains("maps inside with types 1 and 2");
    var none = read(number("type", ARRAY_OF_MAPS), number("value_size", 4));
    assertThat(difference(maps, none)).contains("maps inside in one only");
  }
}
