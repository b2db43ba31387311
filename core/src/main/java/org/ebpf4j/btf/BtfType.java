package org.ebpf4j.btf;

import java.util.List;

/// One type of BTF (`Documentation/bpf/btf.rst`). Types name others by id, as BTF does: follow an
/// id with [Btf#type(int)]. Id 0 is `void`. A name is empty where a type has none. It never
/// changes, and any thread may use it.
public sealed interface BtfType {
  /// `void`, which stands in no file: type 0.
  record Void() implements BtfType {}

  /// An integer of `size` bytes; `encoding` has bits for signed (1), char (2) and bool (4).
  record Int(String name, int size, int encoding, int bitOffset, int bits) implements BtfType {}

  record Pointer(int target) implements BtfType {}

  record Array(int element, int index, long count) implements BtfType {}

  /// A struct or union of `size` bytes.
  record Struct(String name, long size, boolean union, List<Member> members) implements BtfType {}

  /// A member of a struct: `bitOffset` bits from its start, and `bits` wide where it is a bit field
  /// (else 0).
  record Member(String name, int type, long bitOffset, int bits) {}

  /// An enumeration of `size` bytes, with 32 or (`ENUM64`) 64-bit values. One that is announced
  /// only has size 0 and no values.
  record Enum(String name, int size, boolean signed, boolean wide, List<Enumerator> values)
      implements BtfType {}

  record Enumerator(String name, long value) {}

  record Forward(String name, boolean union) implements BtfType {}

  record Typedef(String name, int target) implements BtfType {}

  record Volatile(int target) implements BtfType {}

  record Const(int target) implements BtfType {}

  record Restrict(int target) implements BtfType {}

  /// A function: `linkage` is static (0), global (1) or extern (2).
  record Function(String name, int prototype, int linkage) implements BtfType {}

  record Prototype(int result, List<Parameter> parameters) implements BtfType {}

  record Parameter(String name, int type) {}

  /// A variable: `linkage` is static (0), global (1) or extern (2).
  record Variable(String name, int type, int linkage) implements BtfType {}

  /// A section of data; clang leaves `size` and the offsets zero for the loader to fill in.
  record DataSection(String name, long size, List<SectionVariable> variables) implements BtfType {}

  /// A variable in a section. `variable` is the id of a [Variable] (or of an extern [Function]).
  record SectionVariable(int variable, long offset, long size) {}

  record Floating(String name, int size) implements BtfType {}

  /// A tag on a declaration; `component` is the member or parameter, or -1 for the whole.
  record DeclarationTag(String value, int target, int component) implements BtfType {}

  /// A tag on a type: of its own (`btf_type_tag`), or any attribute of C where `attribute` is set.
  record TypeTag(String value, int target, boolean attribute) implements BtfType {
    /// A `btf_type_tag`.
    public TypeTag(String value, int target) {
      this(value, target, false);
    }
  }
}
