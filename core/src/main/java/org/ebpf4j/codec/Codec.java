package org.ebpf4j.codec;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles.Lookup;
import java.util.List;
import java.util.Optional;
import org.ebpf4j.btf.Btf;

/// How values of a Java type stand in memory as programs see them: keys and values of maps, records
/// of ring buffers. In the byte order of the machine. One codec may serve many threads.
///
/// # Types
///
/// | Java | C |
/// |---|---|
/// | `byte`, `short`, `int`, `long` and their boxes | integer, pointer or enum of that size, bit by bit; of the next smaller size, or 1 byte for `int`, by its value |
/// | the same with [U8], [U16], [U32], [S8], [S16], [S32] | integer of the size and sign that the annotation says, by its value |
/// | `boolean` | integer of any size; all but 0 is true |
/// | `float`, `double` | `float`, `double` |
/// | `BigInteger` | integer of 8 or 16 bytes |
/// | `String` | array of `char`: UTF-8 up to the first zero, or to its end |
/// | `enum` | enum, by the names of the constants or [Member]; without BTF, a number of 4 bytes by their order |
/// | `InetAddress`, `Inet4Address`, `Inet6Address` | 4 or 16 bytes, the highest first; of 16 bytes, `InetAddress` makes IPv4 of an IPv4 address in IPv6 |
/// | `byte[]` | bytes of anything |
/// | `String`, `byte[]` or array for the flexible array at the end of a struct (`char text[]`) | the rest of a record; empty in a map; written only where it is empty |
/// | array of these | array of as many elements |
/// | `record` of these | struct or union |
///
/// A component stands for the member of its name, or of its name in C's spelling (`minUs` for
/// `min_us`), or for that which [Member] names; also for one in a struct or union without a name.
/// Integers that are larger in Java are checked when they are written.
///
/// A record need not name all members. Then values can be read, but not written, and [#unnamed]
/// says which members are left out. Of a union, one member is enough; with several, values can be
/// read only, too.
///
/// # Access
///
/// A record may be private. Where it is in a named module, its package must be open to
/// `org.ebpf4j.core`, unless the record is public and its package exported; or the caller gives its
/// own rights, as a `Lookup`.
///
/// @param <T> the Java type
public interface Codec<T> {
  /// How many bytes a value takes.
  int size();

  /// How many bytes are read of a value: less than [#size()] where the type ends in members that no
  /// component stands for, or in padding. Events may end there.
  default int extent() {
    return size();
  }

  /// The value that starts at a byte of memory. What the constructor of a record throws comes
  /// through.
  ///
  /// @throws IndexOutOfBoundsException where the memory ends before the value does
  /// @throws org.ebpf4j.error.BpfException where an enum has no constant for a number
  T read(MemorySegment memory, long offset);

  /// Whether values end in a flexible array (`char text[]`), which is the rest of a record.
  default boolean flexible() {
    return false;
  }

  /// Whether a record of `length` bytes can be read: whether it is long enough, or ends between two
  /// numbers or inside text or bytes.
  default boolean reads(long length) {
    return length >= extent();
  }

  /// The value of a record of `length` bytes that starts at a byte of memory. The record may be
  /// longer: a flexible array at the end of the type has as many elements as it has whole, text up
  /// to its first zero; anything else is left out. It may be shorter where [#reads(long)] says so:
  /// bytes that are missing are 0, so that numbers that are missing are 0, text goes as far as it
  /// goes, and arrays have the length that is declared.
  ///
  /// @throws IllegalArgumentException where [#reads(long)] says no
  /// @throws IndexOutOfBoundsException where the memory ends before the record does
  default T read(MemorySegment memory, long offset, long length) {
    if (!reads(length)) {
      throw new IllegalArgumentException(
          "a record of " + length + " bytes is too short for " + extent() + " bytes");
    }
    return read(memory, offset);
  }

  /// Writes a value from a byte of memory on; bytes between its parts become 0. Where it throws,
  /// parts may have been written.
  ///
  /// @throws IndexOutOfBoundsException where the memory ends before the value does
  /// @throws IllegalArgumentException where the value does not fit its place: a text too long, a
  ///   number out of range; or where values can be read only
  /// @throws NullPointerException where a part of the value is null
  void write(MemorySegment memory, long offset, T value);

  /// The members of the C type that no component stands for, by path (`addr.port`). Bytes written
  /// without them would not be what somebody meant.
  default List<String> unnamed() {
    return List.of();
  }

  /// Why values can be read only; empty where they can be written.
  default Optional<String> whyReadOnly() {
    return Optional.empty();
  }

  /// A codec by the rules of C on 64-bit machines: each component at a multiple of its size,
  /// trailing bytes up to a multiple of the largest. Text and arrays want [Length].
  ///
  /// @throws IllegalArgumentException for a type that has no such layout, or that this module may
  ///   not use
  static <T> Codec<T> of(Class<T> type) {
    return CodecCache.codec(type, CRules.plan(type, null), null);
  }

  /// The same, with the caller's rights: `Codec.of(MethodHandles.lookup(), Flow.class)`.
  static <T> Codec<T> of(Lookup lookup, Class<T> type) {
    return CodecCache.codec(type, CRules.plan(type, lookup), lookup);
  }

  /// A codec for the type `typeId` of `btf`.
  ///
  /// @throws org.ebpf4j.error.LayoutMismatchException where the Java type does not fit that, with
  ///   both side by side
  /// @throws IllegalArgumentException for a type that this module may not use, or types of a
  ///   machine of another byte order
  static <T> Codec<T> of(Class<T> type, Btf btf, int typeId) {
    return CodecCache.codec(type, BtfMatch.plan(type, btf, typeId, null), null);
  }

  /// The same, with the caller's rights.
  static <T> Codec<T> of(Lookup lookup, Class<T> type, Btf btf, int typeId) {
    return CodecCache.codec(type, BtfMatch.plan(type, btf, typeId, lookup), lookup);
  }

  /// A codec of `size` bytes as they are.
  static Codec<byte[]> bytes(int size) {
    if (size < 0) {
      throw new IllegalArgumentException("a size of " + size + " bytes");
    }
    return CodecCache.codec(byte[].class, new Plan.Raw(byte[].class, size), null);
  }
}
