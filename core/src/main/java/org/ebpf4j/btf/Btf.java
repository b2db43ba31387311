package org.ebpf4j.btf;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ebpf4j.btf.BtfType.DataSection;
import org.ebpf4j.btf.BtfType.Enumerator;
import org.ebpf4j.btf.BtfType.Member;
import org.ebpf4j.btf.BtfType.Parameter;
import org.ebpf4j.btf.BtfType.SectionVariable;
import org.ebpf4j.elf.FileBytes;

/// The types of one `.BTF` section, by id. Reading finds where each type stands and checks that it
/// is whole; a type is decoded when it is asked for. The format is that of
/// `Documentation/bpf/btf.rst`.
public final class Btf {
  private static final int MAGIC = 0xeb9f;
  private static final int HEADER_SIZE = 24;
  private static final int TYPE_SIZE = 12;
  private static final int LAST_KIND = 19;

  private final FileBytes data;
  private final FileBytes types;
  private final FileBytes strings;
  private final int[] offsets;

  private Btf(FileBytes data, FileBytes types, FileBytes strings, int[] offsets) {
    this.data = data;
    this.types = types;
    this.strings = strings;
    this.offsets = offsets;
  }

  /// Reads the bytes of a `.BTF` section.
  ///
  /// @throws org.ebpf4j.error.MalformedObjectException where they are not BTF
  public static Btf read(FileBytes data) {
    if (data.size() < HEADER_SIZE) {
      throw data.malformed(data.size(), "BTF ends inside its header of 24 bytes");
    }
    if (data.u16(0) != MAGIC) {
      throw data.malformed(
          0,
          "not BTF: magic 0x" + Integer.toHexString(data.u16(0)) + ", where 0xeb9f was expected");
    }
    if (data.u8(2) != 1) {
      throw data.malformed(2, "BTF version " + data.u8(2) + ", where 1 was expected");
    }
    var header = data.u32(4);
    data.check(header, data.u32(12), "BTF's type area");
    data.check(header, data.u32(20), "BTF's string area");
    var types = data.part(".BTF", header + data.u32(8), data.u32(12));
    var strings = data.part(".BTF", header + data.u32(16), data.u32(20));
    return new Btf(data, types, strings, index(types));
  }

  private static int[] index(FileBytes types) {
    var offsets = new int[Math.max(16, types.size() / 16)];
    offsets[0] = -1;
    var count = 1;
    var at = 0;
    while (at < types.size()) {
      types.check(at, TYPE_SIZE, "a type");
      if (count == offsets.length) {
        offsets = java.util.Arrays.copyOf(offsets, count * 2);
      }
      offsets[count++] = at;
      var info = types.s32(at + 4);
      var kind = (info >>> 24) & 0x1f;
      var trailing = trailing(kind, info & 0xffff);
      if (kind == 0 || kind > LAST_KIND) {
        throw types.malformed(at + 4, "BTF type " + (count - 1) + " is of unknown kind " + kind);
      }
      types.check(at, TYPE_SIZE + trailing, "BTF type " + (count - 1));
      at += TYPE_SIZE + trailing;
    }
    return java.util.Arrays.copyOf(offsets, count);
  }

  /// How many bytes follow the common 12 of a type of `kind` with `count` elements.
  private static int trailing(int kind, int count) {
    return switch (kind) {
      case 1, 14, 17 -> 4;
      case 3 -> 12;
      case 4, 5, 15, 19 -> 12 * count;
      case 6, 13 -> 8 * count;
      default -> 0;
    };
  }

  /// One more than the highest id; id 0 is `void`.
  public int typeCount() {
    return offsets.length;
  }

  /// The type with that id.
  ///
  /// @throws org.ebpf4j.error.MalformedObjectException where there is none, or its name lies
  ///   outside the strings
  public BtfType type(int id) {
    if (id == 0) {
      return new BtfType.Void();
    }
    if (id < 0 || id >= offsets.length) {
      throw types.malformed(0, "BTF type id " + id + ", where ids end at " + (offsets.length - 1));
    }
    var at = offsets[id];
    var info = types.s32(at + 4);
    var flag = info < 0;
    var count = info & 0xffff;
    var target = types.s32(at + 8);
    var size = types.u32(at + 8);
    return switch ((info >>> 24) & 0x1f) {
      case 1 -> {
        var encoding = types.s32(at + 12);
        yield new BtfType.Int(
            name(at),
            smallSize(at),
            (encoding >>> 24) & 0xf,
            (encoding >>> 16) & 0xff,
            encoding & 0xff);
      }
      case 2 -> new BtfType.Pointer(target);
      case 3 -> new BtfType.Array(types.s32(at + 12), types.s32(at + 16), types.u32(at + 20));
      case 4 -> new BtfType.Struct(name(at), size, false, members(at, count, flag));
      case 5 -> new BtfType.Struct(name(at), size, true, members(at, count, flag));
      case 6 ->
          new BtfType.Enum(name(at), smallSize(at), flag, false, enumerators(at, count, flag));
      case 7 -> new BtfType.Forward(name(at), flag);
      case 8 -> new BtfType.Typedef(name(at), target);
      case 9 -> new BtfType.Volatile(target);
      case 10 -> new BtfType.Const(target);
      case 11 -> new BtfType.Restrict(target);
      case 12 -> new BtfType.Function(name(at), target, count);
      case 13 -> new BtfType.Prototype(target, parameters(at, count));
      case 14 -> new BtfType.Variable(name(at), target, types.s32(at + 12));
      case 15 -> new DataSection(name(at), size, variables(at, count));
      case 16 -> new BtfType.Floating(name(at), smallSize(at));
      case 17 -> new BtfType.DeclarationTag(name(at), target, types.s32(at + 12));
      case 18 -> new BtfType.TypeTag(name(at), target);
      default -> new BtfType.Enum(name(at), smallSize(at), flag, true, wideEnumerators(at, count));
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

  /// The string at that offset of the string area.
  public String string(long offset) {
    return strings.string(offset);
  }

  private String name(int at) {
    return strings.string(types.u32(at));
  }

  private List<Member> members(int at, int count, boolean bitFields) {
    var members = new ArrayList<Member>(count);
    for (int i = 0; i < count; i++) {
      var m = at + TYPE_SIZE + 12 * i;
      var offset = types.u32(m + 8);
      members.add(
          new Member(
              strings.string(types.u32(m)),
              types.s32(m + 4),
              bitFields ? offset & 0xffffff : offset,
              bitFields ? (int) (offset >>> 24) : 0));
    }
    return List.copyOf(members);
  }

  private List<Enumerator> enumerators(int at, int count, boolean signed) {
    var values = new ArrayList<Enumerator>(count);
    for (int i = 0; i < count; i++) {
      var v = at + TYPE_SIZE + 8 * i;
      values.add(
          new Enumerator(
              strings.string(types.u32(v)), signed ? types.s32(v + 4) : types.u32(v + 4)));
    }
    return List.copyOf(values);
  }

  private List<Enumerator> wideEnumerators(int at, int count) {
    var values = new ArrayList<Enumerator>(count);
    for (int i = 0; i < count; i++) {
      var v = at + TYPE_SIZE + 12 * i;
      values.add(
          new Enumerator(
              strings.string(types.u32(v)), types.u32(v + 4) | (types.u32(v + 8) << 32)));
    }
    return List.copyOf(values);
  }

  private List<Parameter> parameters(int at, int count) {
    var parameters = new ArrayList<Parameter>(count);
    for (int i = 0; i < count; i++) {
      var p = at + TYPE_SIZE + 8 * i;
      parameters.add(new Parameter(strings.string(types.u32(p)), types.s32(p + 4)));
    }
    return List.copyOf(parameters);
  }

  private List<SectionVariable> variables(int at, int count) {
    var variables = new ArrayList<SectionVariable>(count);
    for (int i = 0; i < count; i++) {
      var v = at + TYPE_SIZE + 12 * i;
      variables.add(new SectionVariable(types.s32(v), types.u32(v + 4), types.u32(v + 8)));
    }
    return List.copyOf(variables);
  }

  /// The data section of that name.
  public Optional<DataSection> dataSection(String name) {
    for (int id = 1; id < offsets.length; id++) {
      if (isDataSection(id)
          && type(id) instanceof DataSection section
          && section.name().equals(name)) {
        return Optional.of(section);
      }
    }
    return Optional.empty();
  }

  private boolean isDataSection(int id) {
    return ((types.s32(offsets[id] + 4) >>> 24) & 0x1f) == 15;
  }

  /// The type behind typedefs, qualifiers and tags; its id.
  ///
  /// @throws org.ebpf4j.error.MalformedObjectException for a chain that goes in a circle
  public int resolve(int id) {
    var current = id;
    for (int steps = 0; steps < offsets.length; steps++) {
      switch (type(current)) {
        case BtfType.Typedef t -> current = t.target();
        case BtfType.Const t -> current = t.target();
        case BtfType.Volatile t -> current = t.target();
        case BtfType.Restrict t -> current = t.target();
        case BtfType.TypeTag t -> current = t.target();
        default -> {
          return current;
        }
      }
    }
    throw types.malformed(0, "BTF type " + id + " is a chain of names without an end");
  }

  /// How many bytes a value of a type takes.
  ///
  /// @throws org.ebpf4j.error.MalformedObjectException for a type that has no size, or nests too
  ///   deep
  public long size(int id) {
    return size(id, 0);
  }

  private long size(int id, int depth) {
    if (depth > 32) {
      throw types.malformed(0, "BTF type " + id + " nests more than 32 deep");
    }
    return switch (type(resolve(id))) {
      case BtfType.Int t -> t.size();
      case BtfType.Pointer _ -> 8;
      case BtfType.Array t -> {
        var size = size(t.element(), depth + 1);
        if (size != 0 && t.count() > Integer.MAX_VALUE / size) {
          throw types.malformed(0, "BTF type " + id + " is an array of more than 2 GiB");
        }
        yield size * t.count();
      }
      case BtfType.Struct t -> t.size();
      case BtfType.Enum t -> t.size();
      case BtfType.Floating t -> t.size();
      case BtfType.DataSection t -> t.size();
      case BtfType.Variable t -> size(t.type(), depth + 1);
      case BtfType.Void _,
          BtfType.Forward _,
          BtfType.Typedef _,
          BtfType.Volatile _,
          BtfType.Const _,
          BtfType.Restrict _,
          BtfType.Function _,
          BtfType.Prototype _,
          BtfType.DeclarationTag _,
          BtfType.TypeTag _ ->
          throw types.malformed(0, "BTF type " + id + " has no size");
    };
  }

  /// The place of a variable in its section, as the symbol table of the object has it.
  ///
  /// @param sectionSize the size of the section in bytes
  /// @param offsets where in the section each variable starts, by name
  public record Layout(long sectionSize, Map<String, Long> offsets) {
    public Layout {
      offsets = Map.copyOf(offsets);
    }
  }

  /// The bytes of this BTF as a kernel takes them: sections that clang left without sizes and
  /// offsets get them from `layouts` (by section name), their variables in the order of their
  /// offsets.
  public byte[] bytes(Map<String, Layout> layouts) {
    var bytes = data.copy();
    var buffer = ByteBuffer.wrap(bytes).order(data.order());
    var base = Math.toIntExact(types.fileOffset(0) - data.fileOffset(0));
    for (int id = 1; id < offsets.length; id++) {
      if (isDataSection(id) && type(id) instanceof DataSection section) {
        var layout = layouts.get(section.name());
        if (layout != null) {
          fill(buffer, base + offsets[id], section, layout);
        }
      }
    }
    return bytes;
  }

  private void fill(ByteBuffer buffer, int at, DataSection section, Layout layout) {
    buffer.putInt(at + 8, Math.toIntExact(layout.sectionSize()));
    var placed = new ArrayList<SectionVariable>();
    for (var variable : section.variables()) {
      var offset =
          type(variable.variable()) instanceof BtfType.Variable v
              ? layout.offsets().getOrDefault(v.name(), variable.offset())
              : variable.offset();
      placed.add(new SectionVariable(variable.variable(), offset, variable.size()));
    }
    placed.sort(java.util.Comparator.comparingLong(SectionVariable::offset));
    for (int i = 0; i < placed.size(); i++) {
      var v = at + TYPE_SIZE + 12 * i;
      buffer.putInt(v, placed.get(i).variable());
      buffer.putInt(v + 4, (int) placed.get(i).offset());
      buffer.putInt(v + 8, (int) placed.get(i).size());
    }
  }
}
