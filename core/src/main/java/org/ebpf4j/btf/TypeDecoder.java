package org.ebpf4j.btf;

import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.btf.BtfType.DataSection;
import org.ebpf4j.btf.BtfType.Enumerator;
import org.ebpf4j.btf.BtfType.Member;
import org.ebpf4j.btf.BtfType.Parameter;
import org.ebpf4j.btf.BtfType.SectionVariable;
import org.ebpf4j.elf.FileBytes;

/// Makes values of types as they stand in a file.
///
/// @param types the area of the types
/// @param strings what they are named by
record TypeDecoder(FileBytes types, Strings strings) {
  /// The type that stands at `at`, which has that id.
  ///
  /// @throws org.ebpf4j.error.MalformedObjectException where it is of a kind that later kernels
  ///   know
  BtfType type(int id, int at) {
    var info = types.s32(at + 4);
    var flag = info < 0;
    var count = Btf.countOf(info);
    var target = types.s32(at + 8);
    var size = types.u32(at + 8);
    return switch (Btf.kindOf(info)) {
      case Kind.INT -> {
        var encoding = types.s32(at + 12);
        yield new BtfType.Int(
            nameAt(at),
            smallSize(at),
            (encoding >>> 24) & 0xf,
            (encoding >>> 16) & 0xff,
            encoding & 0xff);
      }
      case Kind.POINTER -> new BtfType.Pointer(target);
      case Kind.ARRAY ->
          new BtfType.Array(types.s32(at + 12), types.s32(at + 16), types.u32(at + 20));
      case Kind.STRUCT -> new BtfType.Struct(nameAt(at), size, false, members(at, count, flag));
      case Kind.UNION -> new BtfType.Struct(nameAt(at), size, true, members(at, count, flag));
      case Kind.ENUM ->
          new BtfType.Enum(nameAt(at), enumSize(at), flag, false, enumerators(at, count, flag));
      case Kind.FORWARD -> new BtfType.Forward(nameAt(at), flag);
      case Kind.TYPEDEF -> new BtfType.Typedef(nameAt(at), target);
      case Kind.VOLATILE -> new BtfType.Volatile(target);
      case Kind.CONST -> new BtfType.Const(target);
      case Kind.RESTRICT -> new BtfType.Restrict(target);
      case Kind.FUNCTION -> new BtfType.Function(nameAt(at), target, count);
      case Kind.PROTOTYPE -> new BtfType.Prototype(target, parameters(at, count));
      case Kind.VARIABLE -> new BtfType.Variable(nameAt(at), target, types.s32(at + 12));
      case Kind.DATA_SECTION -> new DataSection(nameAt(at), size, variables(at, count));
      case Kind.FLOATING -> new BtfType.Floating(nameAt(at), smallSize(at));
      case Kind.DECLARATION_TAG ->
          new BtfType.DeclarationTag(nameAt(at), target, types.s32(at + 12));
      case Kind.TYPE_TAG -> new BtfType.TypeTag(nameAt(at), target, flag);
      case Kind.ENUM64 ->
          new BtfType.Enum(nameAt(at), enumSize(at), flag, true, wideEnumerators(at, count));
      default ->
          throw types.malformed(
              at + 4, "BTF type " + id + " is of unknown kind " + Btf.kindOf(info));
    };
  }

  /// The size of a number, which has 1 to 16 bytes.
  private int smallSize(int at) {
    var size = types.u32(at + 8);
    if (size < 1 || size > 16) {
      throw types.malformed(
          at + 8, "a number of " + size + " bytes, where 1 to 16 were expected in BTF");
    }
    return (int) size;
  }

  /// The size of an enumeration, which has none where it is only declared.
  private int enumSize(int at) {
    return types.s32(at + 8) == 0 ? 0 : smallSize(at);
  }

  private String nameAt(int at) {
    return strings.at(types.u32(at));
  }

  private List<Member> members(int at, int count, boolean bitFields) {
    var members = new ArrayList<Member>(count);
    for (int i = 0; i < count; i++) {
      var m = at + Btf.TYPE_SIZE + 12 * i;
      var offset = types.u32(m + 8);
      members.add(
          new Member(
              strings.at(types.u32(m)),
              types.s32(m + 4),
              bitFields ? offset & 0xffffff : offset,
              bitFields ? (int) (offset >>> 24) : 0));
    }
    return List.copyOf(members);
  }

  private List<Enumerator> enumerators(int at, int count, boolean signed) {
    var values = new ArrayList<Enumerator>(count);
    for (int i = 0; i < count; i++) {
      var v = at + Btf.TYPE_SIZE + 8 * i;
      values.add(
          new Enumerator(strings.at(types.u32(v)), signed ? types.s32(v + 4) : types.u32(v + 4)));
    }
    return List.copyOf(values);
  }

  private List<Enumerator> wideEnumerators(int at, int count) {
    var values = new ArrayList<Enumerator>(count);
    for (int i = 0; i < count; i++) {
      var v = at + Btf.TYPE_SIZE + 12 * i;
      values.add(
          new Enumerator(strings.at(types.u32(v)), types.u32(v + 4) | (types.u32(v + 8) << 32)));
    }
    return List.copyOf(values);
  }

  private List<Parameter> parameters(int at, int count) {
    var parameters = new ArrayList<Parameter>(count);
    for (int i = 0; i < count; i++) {
      var p = at + Btf.TYPE_SIZE + 8 * i;
      parameters.add(new Parameter(strings.at(types.u32(p)), types.s32(p + 4)));
    }
    return List.copyOf(parameters);
  }

  private List<SectionVariable> variables(int at, int count) {
    var variables = new ArrayList<SectionVariable>(count);
    for (int i = 0; i < count; i++) {
      var v = at + Btf.TYPE_SIZE + 12 * i;
      variables.add(new SectionVariable(types.s32(v), types.u32(v + 4), types.u32(v + 8)));
    }
    return List.copyOf(variables);
  }
}
