package org.ebpf4j.btf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import org.ebpf4j.elf.FileBytes;
import org.jspecify.annotations.Nullable;

/// Writes BTF: from nothing, or as a copy of other BTF in which types are added and replaced. A
/// copy keeps every id and the place of every string, so that what refers to them stays right, such
/// as the line records of `.BTF.ext`. Each string is written once. Not for several threads.
public final class BtfBuilder {
  private static final int MAGIC = 0xeb9f;
  private static final int HEADER_SIZE = 24;
  private static final int LAYOUT_HEADER_SIZE = 32;
  private static final int MOST_ELEMENTS = 0xffffff;
  private static final int LAST_FIELD_OFFSET = 0xffffff;

  private final ByteOrder order;
  private final @Nullable Btf source;
  private final @Nullable Btf base;
  private final int firstId;
  private final Map<Integer, byte[]> replaced = new HashMap<>();
  private final List<byte[]> added = new ArrayList<>();
  private final ByteArrayOutputStream addedStrings = new ByteArrayOutputStream();
  private final byte[] strings;
  private final long firstString;
  private @Nullable Map<String, Integer> stringOffsets;

  /// Where the strings went that were copied from `copiedFrom`, by where they stand there.
  private final Map<Integer, Integer> copied = new HashMap<>();

  private @Nullable Btf copiedFrom;
  private long copiedBytes;
  private byte[] layout;

  private BtfBuilder(ByteOrder order, @Nullable Btf source, @Nullable Btf base) {
    this.order = order;
    this.source = source;
    this.base = base;
    this.firstId = base == null ? 1 : base.typeCount();
    this.firstString = base == null ? 0 : base.strings().end();
    this.strings = source == null ? new byte[base == null ? 1 : 0] : source.strings().area().copy();
    this.layout = source == null ? new byte[0] : source.layout().copy();
  }

  /// Starts with no types.
  public static BtfBuilder empty(ByteOrder order) {
    return new BtfBuilder(order, null, null);
  }

  /// Starts with no types, to continue `base`.
  public static BtfBuilder emptySplit(Btf base) {
    return new BtfBuilder(base.order(), null, base);
  }

  /// Starts with the types and strings of `source`; where that is split, the copy is of the same
  /// base.
  public static BtfBuilder copyOf(Btf source) {
    return new BtfBuilder(source.order(), source, source.base().orElse(null));
  }

  /// The byte order that it writes.
  public ByteOrder order() {
    return order;
  }

  /// One more than the highest id so far.
  public int typeCount() {
    return (source == null ? firstId : source.typeCount()) + added.size();
  }

  /// Adds a type; its id. The ids in it may be of types added later.
  ///
  /// @throws IllegalArgumentException for a type that the format cannot hold
  public int add(BtfType type) {
    added.add(encode(type));
    return typeCount() - 1;
  }

  /// Adds a type of other BTF as it stands there, with the ids that it names put through `ids`; the
  /// new id. Unlike [#add(BtfType)], this keeps the flag of tags.
  public int add(Btf other, int id, IntUnaryOperator ids) {
    added.add(translated(other, id, ids));
    return typeCount() - 1;
  }

  /// Replaces the type with that id, which must be one that is not of the base.
  ///
  /// @throws IllegalArgumentException for an id that is not there, or a type that the format cannot
  ///   hold
  public void set(int id, BtfType type) {
    if (id < firstId || id >= typeCount()) {
      throw new IllegalArgumentException(
          "no type " + id + " to replace; ids are " + firstId + " to " + (typeCount() - 1));
    }
    var sourceEnd = typeCount() - added.size();
    if (id >= sourceEnd) {
      added.set(id - sourceEnd, encode(type));
    } else {
      replaced.put(id, encode(type));
    }
  }

  /// Leaves out the area that says how large the types of each kind are, which kernels before 7.1
  /// do not take.
  public void dropLayout() {
    layout = new byte[0];
  }

  /// The offset of a string, which is added if it is not there.
  public int string(String text) {
    if (text.isEmpty()) {
      return 0;
    }
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("a string of BTF cannot hold a zero byte");
    }
    if (stringOffsets == null) {
      stringOffsets = new HashMap<>();
      if (base != null) {
        indexStrings(base.strings(), stringOffsets);
      }
      indexStrings(strings, firstString, stringOffsets);
    }
    var known = stringOffsets.get(text);
    if (known != null) {
      return known;
    }
    var offset = Math.toIntExact(firstString + strings.length + addedStrings.size());
    addedStrings.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    addedStrings.write(0);
    stringOffsets.put(text, offset);
    return offset;
  }

  /// The offset of the string that other BTF has at `offset`; it is added if it is not there.
  ///
  /// @throws org.ebpf4j.error.MalformedObjectException where there is none, or all that were copied
  ///   take more than such a file can have
  public int string(Btf other, int offset) {
    if (copiedFrom == null || !copiedFrom.equals(other)) {
      copied.clear();
      copiedFrom = other;
    }
    var known = copied.get(offset);
    if (known != null) {
      return known;
    }
    var text = other.string(Integer.toUnsignedLong(offset));
    copiedBytes += text.length();
    var most = StringBudget.limit(other.types().size());
    if (copiedBytes > most) {
      throw other.malformed(0, "the strings in use take more than " + most + " bytes together");
    }
    var added = string(text);
    copied.put(offset, added);
    return added;
  }

  private static void indexStrings(Strings strings, Map<String, Integer> offsets) {
    if (strings.base() != null) {
      indexStrings(strings.base(), offsets);
    }
    indexStrings(strings.area().copy(), strings.start(), offsets);
  }

  private static void indexStrings(byte[] bytes, long start, Map<String, Integer> offsets) {
    var from = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == 0) {
        offsets.putIfAbsent(
            new String(bytes, from, i - from, StandardCharsets.UTF_8),
            Math.toIntExact(start + from));
        from = i + 1;
      }
    }
  }

  /// What was built.
  ///
  /// @throws org.ebpf4j.error.MalformedObjectException where a type names an id that is not there
  public Btf build() {
    var data = FileBytes.of(source == null ? "BTF" : source.file(), toBytes(), order);
    return base == null ? Btf.read(data) : Btf.readSplit(data, base);
  }

  /// The bytes of what was built, as in a `.BTF` section.
  public byte[] toBytes() {
    var types = types();
    var stringSize = strings.length + addedStrings.size();
    var header = layout.length == 0 ? HEADER_SIZE : LAYOUT_HEADER_SIZE;
    var size = Math.addExact(header + layout.length, Math.addExact(types.length, stringSize));
    var buffer = ByteBuffer.allocate(size).order(order);
    buffer.putShort((short) MAGIC).put((byte) 1).put((byte) 0).putInt(header);
    buffer.putInt(0).putInt(types.length);
    buffer.putInt(types.length + layout.length).putInt(stringSize);
    if (layout.length > 0) {
      buffer.putInt(types.length).putInt(layout.length);
    }
    buffer.put(types).put(layout).put(strings).put(addedStrings.toByteArray());
    return buffer.array();
  }

  private byte[] types() {
    var types = new ByteArrayOutputStream();
    if (source != null && replaced.isEmpty()) {
      types.writeBytes(source.types().copy());
    } else if (source != null) {
      for (int id = firstId; id < source.typeCount(); id++) {
        var other = replaced.get(id);
        types.writeBytes(other == null ? source.raw(id) : other);
      }
    }
    added.forEach(types::writeBytes);
    return types.toByteArray();
  }

  private Words start(String name, int kind, boolean flag, int count, long sizeOrType) {
    if (count < 0 || count > MOST_ELEMENTS) {
      throw new IllegalArgumentException(
          "'" + name + "' has " + count + " elements, where BTF has room for " + MOST_ELEMENTS);
    }
    if (sizeOrType < 0 || sizeOrType > 0xffff_ffffL) {
      throw new IllegalArgumentException("'" + name + "' has an impossible size of " + sizeOrType);
    }
    var size = 12L + Kind.fixedSize(kind) + (long) Kind.elementSize(kind) * count;
    var words = new Words(Math.toIntExact(size), order);
    var info = (flag ? 1 << 31 : 0) | kind << 24 | count;
    return words.put(string(name)).put(info).put((int) sizeOrType);
  }

  private byte[] encode(BtfType type) {
    return switch (type) {
      case BtfType.Void _ ->
          throw new IllegalArgumentException("void is type 0, and stands in no BTF");
      case BtfType.Int t ->
          start(t.name(), Kind.INT, false, 0, t.size())
              .put(t.encoding() << 24 | t.bitOffset() << 16 | t.bits())
              .bytes();
      case BtfType.Pointer t -> start("", Kind.POINTER, false, 0, t.target()).bytes();
      case BtfType.Array t ->
          start("", Kind.ARRAY, false, 0, 0)
              .put(t.element())
              .put(t.index())
              .put((int) t.count())
              .bytes();
      case BtfType.Struct t -> struct(t);
      case BtfType.Enum t -> enumeration(t);
      case BtfType.Forward t -> start(t.name(), Kind.FORWARD, t.union(), 0, 0).bytes();
      case BtfType.Typedef t -> start(t.name(), Kind.TYPEDEF, false, 0, t.target()).bytes();
      case BtfType.Volatile t -> start("", Kind.VOLATILE, false, 0, t.target()).bytes();
      case BtfType.Const t -> start("", Kind.CONST, false, 0, t.target()).bytes();
      case BtfType.Restrict t -> start("", Kind.RESTRICT, false, 0, t.target()).bytes();
      case BtfType.Function t ->
          start(t.name(), Kind.FUNCTION, false, t.linkage(), t.prototype()).bytes();
      case BtfType.Prototype t -> {
        var words = start("", Kind.PROTOTYPE, false, t.parameters().size(), t.result());
        t.parameters().forEach(p -> words.put(string(p.name())).put(p.type()));
        yield words.bytes();
      }
      case BtfType.Variable t ->
          start(t.name(), Kind.VARIABLE, false, 0, t.type()).put(t.linkage()).bytes();
      case BtfType.DataSection t -> {
        var words = start(t.name(), Kind.DATA_SECTION, false, t.variables().size(), t.size());
        t.variables()
            .forEach(v -> words.put(v.variable()).put((int) v.offset()).put((int) v.size()));
        yield words.bytes();
      }
      case BtfType.Floating t -> start(t.name(), Kind.FLOATING, false, 0, t.size()).bytes();
      case BtfType.DeclarationTag t ->
          start(t.value(), Kind.DECLARATION_TAG, false, 0, t.target()).put(t.component()).bytes();
      case BtfType.TypeTag t ->
          start(t.value(), Kind.TYPE_TAG, t.attribute(), 0, t.target()).bytes();
    };
  }

  private byte[] struct(BtfType.Struct struct) {
    var bitFields = struct.members().stream().anyMatch(m -> m.bits() != 0);
    var kind = struct.union() ? Kind.UNION : Kind.STRUCT;
    var words = start(struct.name(), kind, bitFields, struct.members().size(), struct.size());
    for (var member : struct.members()) {
      if (bitFields && (member.bitOffset() > LAST_FIELD_OFFSET || member.bits() > 0xff)) {
        throw new IllegalArgumentException(
            "member '" + member.name() + "' lies too far from the start for one with bit fields");
      }
      words
          .put(string(member.name()))
          .put(member.type())
          .put(member.bits() << 24 | (int) member.bitOffset());
    }
    return words.bytes();
  }

  private byte[] enumeration(BtfType.Enum type) {
    var kind = type.wide() ? Kind.ENUM64 : Kind.ENUM;
    var words = start(type.name(), kind, type.signed(), type.values().size(), type.size());
    for (var value : type.values()) {
      words.put(string(value.name())).put((int) value.value());
      if (type.wide()) {
        words.put((int) (value.value() >>> 32));
      }
    }
    return words.bytes();
  }

  /// The words of a type of other BTF, with its strings and ids as they are here.
  private byte[] translated(Btf other, int id, IntUnaryOperator ids) {
    var kind = other.kind(id);
    if (!Kind.known(kind)) {
      throw other.malformed(id, "BTF type " + id + " is of unknown kind " + kind);
    }
    var from = ByteBuffer.wrap(other.raw(id)).order(other.order());
    var to = new Words(from.capacity(), order);
    to.put(string(other, from.getInt()));
    to.put(from.getInt());
    to.put(Kind.hasTarget(kind) ? ids.applyAsInt(from.getInt()) : from.getInt());
    var names = Kind.hasNamedElements(kind);
    var element = Kind.elementSize(kind) == 0 ? Kind.fixedSize(kind) : Kind.elementSize(kind);
    while (from.hasRemaining()) {
      for (int word = 0; word < element / 4; word++) {
        var value = from.getInt();
        if (names && word == 0) {
          to.put(string(other, value));
        } else {
          to.put(Kind.isId(kind, word) ? ids.applyAsInt(value) : value);
        }
      }
    }
    return to.bytes();
  }

  /// The description of one type, word by word.
  private static final class Words {
    private final byte[] bytes;
    private final ByteBuffer buffer;

    Words(int size, ByteOrder order) {
      this.bytes = new byte[size];
      this.buffer = ByteBuffer.wrap(bytes).order(order);
    }

    Words put(int word) {
      buffer.putInt(word);
      return this;
    }

    byte[] bytes() {
      return bytes;
    }
  }
}
