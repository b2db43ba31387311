package org.ebpf4j.relocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ebpf4j.relocation.CoreKind.ENUMVAL_VALUE;
import static org.ebpf4j.relocation.CoreKind.FIELD_BYTE_OFFSET;
import static org.ebpf4j.relocation.CoreKind.FIELD_BYTE_SIZE;
import static org.ebpf4j.relocation.CoreKind.FIELD_EXISTS;
import static org.ebpf4j.relocation.CoreKind.FIELD_LSHIFT_U64;
import static org.ebpf4j.relocation.CoreKind.TYPE_EXISTS;
import static org.ebpf4j.relocation.CoreKind.TYPE_MATCHES;
import static org.ebpf4j.relocation.CoreKind.TYPE_SIZE;
import static org.ebpf4j.relocation.TestTypes.at;
import static org.ebpf4j.relocation.TestTypes.bits;
import static org.ebpf4j.relocation.TestTypes.resolve;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.btf.BtfType.Enumerator;
import org.junit.jupiter.api.Test;

/// What relocations come to on the kernel's types, they come to on the few of them that are kept.
final class MinimalTypesTest {
  private record Ask(CoreKind kind, int type, String access) {}

  private final TestTypes local = new TestTypes();
  private final TestTypes kernel = new TestTypes();
  private final List<Ask> asked = new ArrayList<>();

  private void ask(CoreKind kind, int type, String access) {
    asked.add(new Ask(kind, type, access));
  }

  private List<Optional<Long>> answers(CoreRelocator relocator) {
    return asked.stream()
        .map(a -> resolve(relocator, a.kind(), a.type(), a.access()).value())
        .toList();
  }

  /// The types that are kept, on which everything comes to the same as on all.
  private Btf minimal() {
    var all = kernel.build();
    var relocator = local.on(all, ByteOrder.LITTLE_ENDIAN, List.of());
    var minimal = new MinimalTypes(all);
    asked.forEach(a -> minimal.add(resolve(relocator, a.kind(), a.type(), a.access())));
    var types = minimal.build();
    assertThat(answers(local.on(types, ByteOrder.LITTLE_ENDIAN, List.of())))
        .isEqualTo(answers(relocator));
    return types;
  }

  private static List<String> members(Btf types, String name) {
    return types.type(types.ids(name)[0]) instanceof BtfType.Struct struct
        ? struct.members().stream().map(BtfType.Member::name).toList()
        : List.of("not a struct");
  }

  @Test
  void onlyMembersThatAreAskedForAreKept() {
    var mine = local.struct("task", 8, at(0, "pid", local.s32), at(4, "flags", local.u32));
    kernel.struct("unrelated", 8, at(0, "a", kernel.s32));
    kernel.struct(
        "task",
        100,
        at(0, "other", kernel.u64),
        at(40, "pid", kernel.s32),
        at(44, "name", kernel.array(kernel.s8, 16)),
        bits(640, 5, "flags", kernel.u32));
    ask(FIELD_BYTE_OFFSET, mine, "0:0");
    ask(FIELD_LSHIFT_U64, mine, "0:1");
    var types = minimal();
    assertThat(members(types, "task")).containsExactly("pid", "flags");
    assertThat(types.ids("unrelated")).isEmpty();
    assertThat(types.typeCount()).isEqualTo(4);
  }

  @Test
  void theWayThroughMembersWithoutANameIsKept() {
    var mine = local.struct("task", 4, at(0, "deep", local.s32));
    var decoy = kernel.struct("", 4, at(0, "no", kernel.s32));
    var inner = kernel.union("", 8, at(0, "x", kernel.u64), at(0, "deep", kernel.s32));
    var outer = kernel.struct("", 16, at(0, "y", kernel.u64), at(8, "", inner));
    kernel.struct("task", 64, at(0, "", decoy), at(16, "", kernel.typedef("t", outer)));
    ask(FIELD_BYTE_OFFSET, mine, "0:0");
    assertThat(minimal().typeCount()).isEqualTo(6);
  }

  @Test
  void nestedStructsAndElementsAreFollowed() {
    var part = local.struct("part", 8, at(0, "a", local.s32), at(4, "b", local.s32));
    var mine = local.struct("whole", 32, at(0, "parts", local.array(part, 4)));
    var theirPart = kernel.struct("part", 16, at(0, "b", kernel.s32), at(8, "a", kernel.s32));
    kernel.struct("whole", 72, at(0, "x", kernel.u64), at(8, "parts", kernel.array(theirPart, 4)));
    ask(FIELD_BYTE_OFFSET, mine, "0:0:2:1");
    ask(FIELD_BYTE_SIZE, mine, "0:0");
    var types = minimal();
    assertThat(members(types, "part")).containsExactly("b");
    assertThat(members(types, "whole")).containsExactly("parts");
  }

  @Test
  void pointersAreKeptWithoutWhatTheyPointTo() {
    var mine =
        local.struct("task", 8, at(0, "parent", local.pointer(local.struct("task_parent", 4))));
    var parent = kernel.struct("task_parent", 1000, at(0, "a", kernel.u64));
    kernel.struct("task", 8, at(0, "parent", kernel.pointer(parent)));
    ask(FIELD_BYTE_OFFSET, mine, "0:0");
    var types = minimal();
    assertThat(types.ids("task_parent")).isEmpty();
    assertThat(types.typeCount()).isEqualTo(3);
  }

  @Test
  void flavoursAreKeptUnderTheirNames() {
    var mine = local.struct("task___new", 4, at(0, "pid", local.s32));
    kernel.struct("task", 64, at(8, "pid", kernel.s32));
    ask(FIELD_BYTE_OFFSET, mine, "0:0");
    assertThat(members(minimal(), "task")).containsExactly("pid");
  }

  @Test
  void whatIsNotThereKeepsNothing() {
    var mine = local.struct("task", 4, at(0, "nope", local.s32));
    kernel.struct("task", 64, at(8, "pid", kernel.s32));
    ask(FIELD_EXISTS, mine, "0:0");
    ask(TYPE_EXISTS, local.struct("other", 4), "0");
    assertThat(minimal().typeCount()).isEqualTo(1);
  }

  @Test
  void typesAndEnumeratorsAreKept() {
    var size = local.struct("sized", 4);
    var function = local.typedef("callback", local.pointer(local.prototype(local.s32, size)));
    var values = local.enumeration("e", false, new Enumerator("B", 1));
    var theirs = kernel.struct("sized", 88, at(0, "a", kernel.u64));
    kernel.typedef("callback", kernel.pointer(kernel.prototype(kernel.s32, theirs)));
    kernel.enumeration("e", false, new Enumerator("A", 5), new Enumerator("B", 6));
    ask(TYPE_SIZE, size, "0");
    ask(TYPE_EXISTS, function, "0");
    ask(ENUMVAL_VALUE, values, "0");
    var types = minimal();
    assertThat(members(types, "sized")).isEmpty();
    assertThat(types.type(types.ids("e")[0]))
        .isEqualTo(
            new BtfType.Enum(
                "e", 4, false, false, List.of(new Enumerator("A", 5), new Enumerator("B", 6))));
  }

  @Test
  void aMatchKeepsMembersButBehindAPointerOnlyNames() {
    var far = local.struct("far", 4, at(0, "x", local.s32));
    var near = local.struct("near", 4, at(0, "y", local.s32));
    var mine =
        local.struct(
            "task",
            24,
            at(0, "far", local.pointer(far)),
            at(8, "near", near),
            at(16, "call", local.pointer(local.prototype(local.s32, local.pointer(far)))));
    var theirFar = kernel.struct("far", 4, at(0, "z", kernel.u64));
    var theirNear = kernel.struct("near", 8, at(0, "y", kernel.s32), at(4, "z", kernel.s32));
    kernel.struct(
        "task",
        48,
        at(0, "near", theirNear),
        at(8, "far", kernel.pointer(theirFar)),
        at(16, "call", kernel.pointer(kernel.prototype(kernel.s32, kernel.pointer(theirFar)))),
        at(24, "more", kernel.array(kernel.u64, 3)));
    ask(TYPE_MATCHES, mine, "0");
    var types = minimal();
    assertThat(resolve(local.on(kernel), TYPE_MATCHES, mine, "0").value()).contains(1L);
    assertThat(members(types, "far")).isEmpty();
    assertThat(members(types, "near")).containsExactly("y", "z");
  }

  @Test
  void typesOfModulesAreNotKept() {
    var mine = local.struct("of_module", 4, at(0, "a", local.s32));
    var all = kernel.build();
    var module = TestTypes.module(all);
    module.struct("of_module", 8, at(4, "a", kernel.s32));
    var relocator = local.on(all, ByteOrder.LITTLE_ENDIAN, List.of(module.build()));
    var resolution = resolve(relocator, FIELD_BYTE_OFFSET, mine, "0:0");
    assertThat(resolution.value()).contains(4L);
    var minimal = new MinimalTypes(all);
    minimal.add(resolution);
    assertThat(minimal.build().typeCount()).isEqualTo(1);
  }
}
