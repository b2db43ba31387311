package org.ebpf4j.btf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ebpf4j.btf.BtfType.DataSection;
import org.ebpf4j.btf.BtfType.Enumerator;
import org.ebpf4j.btf.BtfType.Member;
import org.ebpf4j.btf.BtfType.Parameter;
import org.ebpf4j.btf.BtfType.SectionVariable;
import org.ebpf4j.elf.FileBytes;
import org.ebpf4j.error.MalformedObjectException;
import org.jspecify.annotations.Nullable;

/// The types of one `.BTF` section, by id. Reading finds where each type stands and checks that it
/// is whole and that the ids and strings it names are there; a type is decoded when it is asked
/// for. The format is that of `Documentation/bpf/btf.rst`.
///
/// Split BTF, as a module has it, continues another: its ids follow those of its base, and its
/// types name those of the base by their ids there. Every method takes and gives ids of both.
///
/// Values are immutable and may be used by several threads.
public final class Btf {
  private static final int MAGIC = 0xeb9f;
  private static final int HEADER_SIZE = 24;
  private static final int LAYOUT_HEADER_SIZE = 32;
  private static final int TYPE_SIZE = 12;

  private final FileBytes data;
  private final @Nullable Btf base;
  private final FileBytes types;
  private final FileBytes layout;
  private final Strings strings;
  private final int firstId;
  private final int[] offsets;
  private volatile @Nullable NameIndex names;

  private Btf(FileBytes data, @Nullable Btf base) {
    this.data = data;
    this.base = base;
    this.firstId = base == null ? 1 : base.typeCount();
    var header = headerSize(data);
    data.check(header, data.u32(12), "BTF's type area");
    data.check(header, data.u32(20), "BTF's string area");
    this.types = data.part(".BTF", header + data.u32(8), data.u32(12));
    if (data.u32(8) % 4 != 0 || data.u32(8) + data.u32(12) > data.u32(16)) {
      throw data.malformed(8, "BTF's type area is not aligned, or not before the strings");
    }
    this.strings = strings(data, header, base);
    this.layout = layout(data, header);
    var words = types.words();
    this.offsets = index(words);
    checkReferences(words);
  }

  /// Reads the bytes of a `.BTF` section.
  ///
  /// @throws org.ebpf4j.error.MalformedObjectException where they are not BTF
  public static Btf read(FileBytes data) {
    return new Btf(data, null);
  }

  /// Reads BTF in the byte order that it is in. The array is not copied and must not change.
  ///
  /// @param name the name for messages
  /// @throws org.ebpf4j.error.MalformedObjectException where the bytes are not BTF
  public static Btf read(String name, byte[] bytes) {
    return new Btf(FileBytes.of(name, bytes, order(bytes)), null);
  }

  /// Reads split BTF, which continues `base`.
  ///
  /// @throws org.ebpf4j.error.MalformedObjectException where the bytes are not that
  public static Btf readSplit(FileBytes data, Btf base) {
    return new Btf(data, base);
  }

  /// The byte order of bytes that start with the magic number.
  private static ByteOrder order(byte[] bytes) {
    return bytes.length > 1 && bytes[0] == (byte) (MAGIC >> 8) && bytes[1] == (byte) MAGIC
        ? ByteOrder.BIG_ENDIAN
        : ByteOrder.LITTLE_ENDIAN;
  }

  private static long headerSize(FileBytes data) {
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
    if (header < HEADER_SIZE) {
      throw data.malformed(
          4, "a header of " + header + " bytes, where at least 24 were expected in BTF");
    }
    return header;
  }

  private static Strings strings(FileBytes data, long header, @Nullable Btf base) {
    var area = data.part(".BTF", header + data.u32(16), data.u32(20));
    var last = area.size() - 1;
    if (last < 0 ? base == null : area.u8(last) != 0) {
      throw area.malformed(area.size(), "BTF's last string has no end");
    }
    if (base != null) {
      return new Strings(area, base.strings.end(), base.strings);
    }
    if (area.u8(0) != 0) {
      throw area.malformed(0, "BTF's first string is not empty, as only that of split BTF may be");
    }
    return new Strings(area, 0, null);
  }

  /// The area that says how large the types of each kind are, by kind; empty where there is none.
  private static FileBytes layout(FileBytes data, long header) {
    if (header < LAYOUT_HEADER_SIZE || data.u32(28) == 0) {
      return data.part(".BTF", header, 0);
    }
    var offset = data.u32(24);
    var size = data.u32(28);
    data.check(header + offset, size, "BTF's layout area");
    if (offset % 4 != 0
        || size % 4 != 0
        || offset < data.u32(8) + data.u32(12)
        || offset + size > data.u32(16)) {
      throw data.malformed(
          24, "BTF's layout area is not aligned, or not between the types and the strings");
    }
    return data.part(".BTF", header + offset, size);
  }

  // A kernel has a hundred thousand types. What is done for each of them here is done in small
  // methods on plain numbers, which a JVM that has just started compiles first.

  private int[] index(int[] words) {
    var found = new int[Math.max(16, types.size() / 32)];
    var count = 0;
    var at = 0;
    while (at < types.size()) {
      if (count == found.length) {
        found = Arrays.copyOf(found, count * 2);
      }
      found[count++] = at;
      at = next(words, at, firstId + count - 1);
    }
    return Arrays.copyOf(found, count);
  }

  /// Where the type after that at `at` stands.
  private int next(int[] words, int at, int id) {
    if (types.size() - at < TYPE_SIZE) {
      types.check(at, TYPE_SIZE, "a type");
    }
    var size = TYPE_SIZE + trailing(words[at / 4 + 1], at, id);
    if (size > types.size() - at) {
      types.check(at, size, "BTF type " + id);
    }
    return at + (int) size;
  }

  /// How many bytes follow the common 12 of the type at `at`, whose second word is `info`.
  private long trailing(int info, int at, int id) {
    var kind = kindOf(info);
    if (Kind.known(kind)) {
      return Kind.fixedSize(kind) + (long) Kind.elementSize(kind) * countOf(info);
    }
    var sizes = layout.size() == 0 && base != null ? base.layout : layout;
    if (4 * kind >= sizes.size()) {
      throw types.malformed(at + 4, "BTF type " + id + " is of unknown kind " + kind);
    }
    var fixed = sizes.u8(4L * kind);
    var element = sizes.u8(4L * kind + 1);
    if (fixed % 4 != 0 || element % 4 != 0) {
      throw sizes.malformed(
          4L * kind, "kind " + kind + " has sizes that are no multiples of 4, in BTF");
    }
    return fixed + (long) element * countOf(info);
  }

  /// Checks that the ids and strings that the types name are there.
  private void checkReferences(int[] words) {
    var ends = new Ends(typeCount(), strings.end(), budget());
    for (int i = 0; i < offsets.length; i++) {
      checkReferences(words, offsets[i] / 4, firstId + i, ends);
    }
  }

  /// Where ids and strings end, and how much text may be named, where that has to be counted.
  private record Ends(int ids, long strings, @Nullable StringBudget budget) {}

  /// No string of a real file is so long that its names must be counted: each takes 8 bytes at
  /// least.
  private @Nullable StringBudget budget() {
    var most = types.size() / 8 * (long) strings.longest();
    return most <= StringBudget.limit(data.size()) ? null : new StringBudget(data.size());
  }

  private void checkReferences(int[] words, int at, int id, Ends ends) {
    checkString(words, at, ends);
    var kind = kindOf(words[at + 1]);
    if (!Kind.known(kind)) {
      return;
    }
    if (Kind.hasTarget(kind)) {
      checkId(words, at + 2, ends.ids, id);
    }
    if (kind == Kind.FUNCTION && kind(words[at + 2]) != Kind.PROTOTYPE) {
      throw types.malformed(4L * at + 8, "BTF type " + id + " is a function without a prototype");
    }
    var first = at + TYPE_SIZE / 4;
    var size = Kind.elementSize(kind) / 4;
    if (size > 0) {
      checkElements(words, first, id, kind, ends);
    } else {
      for (int w = 0; w < Kind.fixedSize(kind) / 4; w++) {
        if (Kind.isId(kind, w)) {
          checkId(words, first + w, ends.ids, id);
        }
      }
    }
  }

  private void checkElements(int[] words, int first, int id, int kind, Ends ends) {
    var size = Kind.elementSize(kind) / 4;
    var end = first + size * countOf(words[first - 2]);
    var named = Kind.hasNamedElements(kind);
    var reference = Kind.isId(kind, 0) ? 0 : Kind.isId(kind, 1) ? 1 : -1;
    for (int element = first; element < end; element += size) {
      if (named) {
        checkString(words, element, ends);
      }
      if (reference >= 0) {
        checkId(words, element + reference, ends.ids, id);
        if (kind == Kind.DATA_SECTION && ends.budget != null) {
          // Its variables are told by their names.
          var name = nameOffset(words[element + reference]);
          ends.budget.take(strings.length(name), types, 4L * element);
        }
      }
    }
  }

  private void checkString(int[] words, int at, Ends ends) {
    var string = Integer.toUnsignedLong(words[at]);
    if (string >= ends.strings) {
      throw types.malformed(
          4L * at, "a string at " + string + ", where the strings end at " + ends.strings);
    }
    if (ends.budget != null) {
      ends.budget.take(strings.length(string), types, 4L * at);
    }
  }

  private void checkId(int[] words, int at, int end, int by) {
    if (words[at] < 0 || words[at] >= end) {
      throw noSuchId(words[at], at, by);
    }
  }

  private MalformedObjectException noSuchId(int id, int at, int by) {
    return types.malformed(
        4L * at,
        "BTF type "
            + by
            + " names type "
            + Integer.toUnsignedString(id)
            + ", where ids end at "
            + (typeCount() - 1));
  }

  private static int kindOf(int info) {
    return (info >>> 24) & 0x7f;
  }

  private static int countOf(int info) {
    return info & 0xffffff;
  }

  /// What this BTF continues, where it is split.
  public Optional<Btf> base() {
    return Optional.ofNullable(base);
  }

  /// The byte order of its numbers.
  public ByteOrder order() {
    return data.order();
  }

  /// The id of the first type that is not of the base: 1, or the base's [#typeCount()].
  public int firstId() {
    return firstId;
  }

  /// One more than the highest id; id 0 is `void`.
  public int typeCount() {
    return firstId + offsets.length;
  }

  /// The kind of a type, as [Kind] names it; one that is not there is of a kind that later kernels
  /// know.
  public int kind(int id) {
    return id == 0 ? Kind.VOID : kindOf(word(id, 4));
  }

  /// How many members, values, parameters or variables a type has; the linkage of a function.
  public int elementCount(int id) {
    return id == 0 ? 0 : countOf(word(id, 4));
  }

  /// The flag of a type: that it has bit fields (a struct or union), is signed (an enumeration), is
  /// a union (a forward declaration), or is an attribute (a tag).
  public boolean flag(int id) {
    return id != 0 && word(id, 4) < 0;
  }

  /// The third word of a type: its size in bytes, or the id of the type it refers to.
  public int sizeOrType(int id) {
    return id == 0 ? 0 : word(id, 8);
  }

  /// How many bytes the description of a type takes.
  public int rawSize(int id) {
    var owner = owner(id);
    return TYPE_SIZE + (int) owner.trailing(word(id, 4), owner.offset(id), id);
  }

  /// The description of a type as it stands in the file, in [#order()].
  public byte[] raw(int id) {
    var owner = owner(id);
    return owner.types.copy(owner.offset(id), rawSize(id));
  }

  /// Where the name of a type stands in the strings; 0 where it has none.
  public long nameOffset(int id) {
    return id == 0 ? 0 : Integer.toUnsignedLong(word(id, 0));
  }

  /// The name of a type, empty where it has none.
  public String name(int id) {
    return strings.at(nameOffset(id));
  }

  /// The four bytes at `at` of the description of a type.
  int word(int id, int at) {
    var owner = owner(id);
    return owner.types.s32(owner.offset(id) + at);
  }

  /// The BTF whose own type that is.
  private Btf owner(int id) {
    var owner = this;
    while (id < owner.firstId && owner.base != null) {
      owner = owner.base;
    }
    return owner;
  }

  private int offset(int id) {
    if (id < firstId || id >= typeCount()) {
      throw types.malformed(0, "BTF type id " + id + ", where ids end at " + (typeCount() - 1));
    }
    return offsets[id - firstId];
  }

  Strings strings() {
    return strings;
  }

  FileBytes types() {
    return types;
  }

  FileBytes layout() {
    return layout;
  }

  String file() {
    return data.file();
  }

  /// The bytes that were read.
  public byte[] bytes() {
    return data.copy();
  }

  /// What is wrong with a type, to be thrown by who sees it: with the place of the type in the
  /// file.
  public MalformedObjectException malformed(int id, String problem) {
    if (id == 0) {
      return types.malformed(0, problem);
    }
    var owner = owner(id);
    return owner.types.malformed(owner.offset(id), problem);
  }

  /// The ids of all types with exactly that name, in ascending order; those of the base come first.
  public int[] ids(String name) {
    var essential = essentialName(name).getBytes(StandardCharsets.UTF_8);
    return find(name.getBytes(StandardCharsets.UTF_8), Strings.hash(essential), true);
  }

  /// The ids of all types whose name without its flavour ([#essentialName(String)]) is `name`, in
  /// ascending order; those of the base come first.
  public int[] essentialIds(String name) {
    var bytes = name.getBytes(StandardCharsets.UTF_8);
    return find(bytes, Strings.hash(bytes), false);
  }

  /// A name without its flavour, which CO-RE leaves out of comparisons: `task_struct___old` is
  /// `task_struct`. The flavour begins at the last three underscores that stand between two other
  /// characters.
  public static String essentialName(String name) {
    for (int i = name.length() - 5; i >= 0; i--) {
      if (name.charAt(i) != '_' && name.startsWith("___", i + 1) && name.charAt(i + 4) != '_') {
        return name.substring(0, i + 1);
      }
    }
    return name;
  }

  private NameIndex names() {
    var index = names;
    if (index == null) {
      // Two threads may both make one; they are equal.
      index = NameIndex.of(this);
      names = index;
    }
    return index;
  }

  private int[] find(byte[] name, int hash, boolean exact) {
    if (name.length == 0) {
      return new int[0];
    }
    var found = base == null ? new int[4] : base.find(name, hash, exact);
    var count = base == null ? 0 : found.length;
    var index = names();
    for (var i = index.first(hash); i != 0; i = index.after(i)) {
      var at = types.u32(offsets[i - 1]);
      if (!strings.startsWith(at, name)) {
        continue;
      }
      var length = strings.length(at);
      if (name.length == (exact ? length : strings.essentialLength(at, length))) {
        if (count == found.length) {
          found = Arrays.copyOf(found, Math.max(4, count * 2));
        }
        found[count++] = firstId + i - 1;
      }
    }
    return count == found.length ? found : Arrays.copyOf(found, count);
  }

  /// The type with that id.
  ///
  /// @throws org.ebpf4j.error.MalformedObjectException where there is none, or it is of a kind that
  ///   later kernels know
  public BtfType type(int id) {
    if (id == 0) {
      return new BtfType.Void();
    }
    if (base != null && id < firstId) {
      return base.type(id);
    }
    var at = offset(id);
    var info = types.s32(at + 4);
    var flag = info < 0;
    var count = countOf(info);
    var target = types.s32(at + 8);
    var size = types.u32(at + 8);
    return switch (kindOf(info)) {
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
          throw types.malformed(at + 4, "BTF type " + id + " is of unknown kind " + kindOf(info));
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

  /// The string at that offset of the strings, which continue those of the base.
  public String string(long offset) {
    return strings.at(offset);
  }

  private String nameAt(int at) {
    return strings.at(types.u32(at));
  }

  private List<Member> members(int at, int count, boolean bitFields) {
    var members = new ArrayList<Member>(count);
    for (int i = 0; i < count; i++) {
      var m = at + TYPE_SIZE + 12 * i;
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
      var v = at + TYPE_SIZE + 8 * i;
      values.add(
          new Enumerator(strings.at(types.u32(v)), signed ? types.s32(v + 4) : types.u32(v + 4)));
    }
    return List.copyOf(values);
  }

  private List<Enumerator> wideEnumerators(int at, int count) {
    var values = new ArrayList<Enumerator>(count);
    for (int i = 0; i < count; i++) {
      var v = at + TYPE_SIZE + 12 * i;
      values.add(
          new Enumerator(strings.at(types.u32(v)), types.u32(v + 4) | (types.u32(v + 8) << 32)));
    }
    return List.copyOf(values);
  }

  private List<Parameter> parameters(int at, int count) {
    var parameters = new ArrayList<Parameter>(count);
    for (int i = 0; i < count; i++) {
      var p = at + TYPE_SIZE + 8 * i;
      parameters.add(new Parameter(strings.at(types.u32(p)), types.s32(p + 4)));
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
    for (int id = 1; id < typeCount(); id++) {
      if (kind(id) == Kind.DATA_SECTION
          && type(id) instanceof DataSection section
          && section.name().equals(name)) {
        return Optional.of(section);
      }
    }
    return Optional.empty();
  }

  /// The type behind typedefs, qualifiers and tags; its id.
  ///
  /// @throws org.ebpf4j.error.MalformedObjectException for a chain that goes in a circle
  public int resolve(int id) {
    var current = id;
    for (int steps = 0; steps < typeCount(); steps++) {
      if (!Kind.alias(kind(current))) {
        return current;
      }
      current = sizeOrType(current);
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

  /// What the place of a value of a type in memory is a multiple of; 1 for a packed struct.
  ///
  /// @throws org.ebpf4j.error.MalformedObjectException for a type that no value has, or nests too
  ///   deep
  public int alignment(int id) {
    return alignment(id, 0, new HashMap<>());
  }

  private int alignment(int id, int depth, Map<Integer, Integer> known) {
    if (depth > 32) {
      throw types.malformed(0, "BTF type " + id + " nests more than 32 deep");
    }
    var alignment = known.get(id);
    if (alignment == null) {
      alignment =
          switch (type(resolve(id))) {
            case BtfType.Int t -> Math.min(8, t.size());
            case BtfType.Enum t -> Math.min(8, t.size());
            case BtfType.Floating t -> Math.min(8, t.size());
            case BtfType.Pointer _ -> 8;
            case BtfType.Array t -> alignment(t.element(), depth + 1, known);
            case BtfType.Struct t -> alignment(t, depth, known);
            case BtfType.Void _,
                BtfType.Forward _,
                BtfType.Typedef _,
                BtfType.Volatile _,
                BtfType.Const _,
                BtfType.Restrict _,
                BtfType.Function _,
                BtfType.Prototype _,
                BtfType.Variable _,
                BtfType.DataSection _,
                BtfType.DeclarationTag _,
                BtfType.TypeTag _ ->
                throw types.malformed(0, "BTF type " + id + " has no alignment");
          };
      known.put(id, alignment);
    }
    return alignment;
  }

  private int alignment(BtfType.Struct struct, int depth, Map<Integer, Integer> known) {
    var largest = 1;
    for (var member : struct.members()) {
      var alignment = alignment(member.type(), depth + 1, known);
      if (member.bits() == 0 && member.bitOffset() % (8L * alignment) != 0) {
        return 1;
      }
      largest = Math.max(largest, alignment);
    }
    return struct.size() % largest == 0 ? largest : 1;
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
    var from = Math.toIntExact(types.fileOffset(0) - data.fileOffset(0));
    for (int id = firstId; id < typeCount(); id++) {
      if (kind(id) == Kind.DATA_SECTION && type(id) instanceof DataSection section) {
        var layout = layouts.get(section.name());
        if (layout != null) {
          fill(buffer, from + offset(id), section, layout);
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

  /// Equal where the bytes are, and those of the base.
  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof Btf that
            && java.util.Arrays.equals(bytes(), that.bytes())
            && base().equals(that.base()));
  }

  @Override
  public int hashCode() {
    return java.util.Arrays.hashCode(bytes());
  }
}
