package org.ebpf4j.btf;

import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.ebpf4j.btf.BtfType.DataSection;
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
  static final int MAGIC = 0xeb9f;

  /// What every type has: its name, a word with its kind, and its size or the type it refers to.
  static final int TYPE_SIZE = 12;

  private final FileBytes data;
  private final @Nullable Btf base;
  private final FileBytes types;
  private final FileBytes layout;
  private final Strings strings;
  private final int firstId;
  private final int[] offsets;

  /// Where what has a size ends in the structs that this was asked for.
  private final Map<Integer, Long> contentEnds = new ConcurrentHashMap<>();

  private volatile @Nullable NameIndex names;

  private Btf(FileBytes data, @Nullable Btf base) {
    this.data = data;
    this.base = base;
    this.firstId = base == null ? 1 : base.typeCount();
    var areas = BtfAreas.of(data, base == null ? null : base.strings);
    this.types = areas.types();
    this.strings = areas.strings();
    this.layout = areas.layout();
    var words = types.words();
    this.offsets = scan().offsets(words, firstId);
    new ReferenceCheck(this, words, data.size()).all(offsets);
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

  private TypeScan scan() {
    return new TypeScan(types, layout.size() == 0 && base != null ? base.layout : layout);
  }

  static int kindOf(int info) {
    return (info >>> 24) & 0x7f;
  }

  static int countOf(int info) {
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
    return (int) owner.scan().size(word(id, 4), owner.offset(id), id);
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

  /// Where a type of its own stands among its types.
  int offset(int id) {
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
    return name.substring(0, essentialLength(name));
  }

  /// Whether two names are the same without their flavours ([#essentialName(String)]).
  public static boolean sameEssentialName(String one, String other) {
    var length = essentialLength(one);
    return length == essentialLength(other) && one.regionMatches(0, other, 0, length);
  }

  private static int essentialLength(String name) {
    for (int i = name.length() - 5; i >= 0; i--) {
      if (name.charAt(i) != '_' && name.startsWith("___", i + 1) && name.charAt(i + 4) != '_') {
        return i + 1;
      }
    }
    return name.length();
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
    return new TypeDecoder(types, strings).type(id, offset(id));
  }

  /// The string at that offset of the strings, which continue those of the base.
  public String string(long offset) {
    return strings.at(offset);
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
    return TypeSizes.size(this, id);
  }

  /// Whether a member of a struct is its flexible array: an array without elements with nothing
  /// that has a size behind it, so that it is the rest of what the struct stands in.
  ///
  /// @param struct the struct or union
  /// @param type the type of the member, which may be a member of a member
  /// @param bitOffset where it starts, in bits from the start of `struct`
  /// @throws org.ebpf4j.error.MalformedObjectException for a type that nests too deep
  public boolean isFlexibleArray(int struct, int type, long bitOffset) {
    return type(resolve(type)) instanceof BtfType.Array array
        && array.count() == 0
        && bitOffset >= contentEnds.computeIfAbsent(struct, id -> TypeSizes.contentEnd(this, id));
  }

  /// What the place of a value of a type in memory is a multiple of; 1 for a packed struct.
  ///
  /// @throws org.ebpf4j.error.MalformedObjectException for a type that no value has, or nests too
  ///   deep
  public int alignment(int id) {
    return TypeSizes.alignment(this, id);
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
    var from = Math.toIntExact(types.fileOffset(0) - data.fileOffset(0));
    return DataSections.filled(this, from, layouts);
  }

  /// Equal where the bytes are, and those of the base.
  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof Btf that
            && Arrays.equals(bytes(), that.bytes())
            && base().equals(that.base()));
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes());
  }
}
