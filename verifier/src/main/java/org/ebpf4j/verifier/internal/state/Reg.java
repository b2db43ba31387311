package org.ebpf4j.verifier.internal.state;

import org.ebpf4j.btf.Btf;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.verifier.internal.scalar.Scalar;
import org.jspecify.annotations.Nullable;

/// What is known of a register, or of what was stored of one on the stack, at one point of a walk.
/// It changes in place. Of a pointer, the number ([Scalar]) is the variable part of its offset.
public final class Reg extends Scalar {
  /// It may be null instead.
  public static final int MAYBE_NULL = 1;

  /// Memory that is read only.
  public static final int READ_ONLY = 1 << 1;

  /// An object that the program allocated.
  public static final int ALLOCATED = 1 << 2;

  /// An object that the kernel vouches for.
  public static final int TRUSTED = 1 << 3;

  /// An object that may be read under RCU.
  public static final int RCU = 1 << 4;

  /// An object of which nothing is sure; reads of it are checked at run time.
  public static final int UNTRUSTED = 1 << 5;

  /// A reference that a tree or list owns.
  public static final int NON_OWNING = 1 << 6;

  /// A per-CPU variable.
  public static final int PER_CPU = 1 << 7;

  /// Memory of user space.
  public static final int USER = 1 << 8;

  /// A record of a ring buffer.
  public static final int RINGBUF = 1 << 9;

  /// A slice of a packet, that a dynptr gave.
  public static final int SLICE = 1 << 10;

  /// Where [#range] says that a packet pointer is behind the end of the packet, or at or behind it.
  public static final int BEYOND_END = -2;

  public static final int AT_END = -1;

  public RegisterKind kind = RegisterKind.UNSET;
  public int flags;

  /// The fixed part of a pointer's offset; of a number, how far it is from that of its id.
  public int off;

  /// What has the same id has the same value: a number, a pointer that was not checked for null, a
  /// packet pointer with the same variable offset. 0 for none.
  public int id;

  /// Whether the number is [#off] away from that of its id.
  public boolean linkedByDelta;

  /// The reference that it holds or was derived from, or 0.
  public int referenceId;

  /// Of a packet pointer, how many bytes behind its base were compared with the end.
  public int range;

  /// The bytes of memory, of kinds that have it.
  public int memorySize;

  public @Nullable MapSpec map;

  /// Tells maps apart that were looked up in another one.
  public int mapUid;

  public @Nullable Btf btf;
  public int btfType;

  /// The frame of a stack pointer; of a function, the subprogram.
  public int frame;

  /// Whether the number matters for whether the program is safe.
  public boolean precise;

  /// Of dynptrs and iterators on the stack: what they are. The rules of calls say what the numbers
  /// mean.
  public int objectKind;

  public boolean objectStart;
  public int objectState;
  public int objectDepth;

  /// Whether the map's values have a lock, so that each lookup has to be told apart.
  public boolean holdsLock;

  public Reg() {}

  public Reg(Reg other) {
    set(other);
  }

  /// Takes over all that another knows.
  public void set(Reg other) {
    setNumber(other);
    kind = other.kind;
    flags = other.flags;
    off = other.off;
    id = other.id;
    linkedByDelta = other.linkedByDelta;
    referenceId = other.referenceId;
    range = other.range;
    memorySize = other.memorySize;
    map = other.map;
    mapUid = other.mapUid;
    btf = other.btf;
    btfType = other.btfType;
    frame = other.frame;
    precise = other.precise;
    objectKind = other.objectKind;
    objectStart = other.objectStart;
    objectState = other.objectState;
    objectDepth = other.objectDepth;
    holdsLock = other.holdsLock;
  }

  private void clear(RegisterKind other) {
    kind = other;
    flags = 0;
    off = 0;
    id = 0;
    linkedByDelta = false;
    referenceId = 0;
    range = 0;
    memorySize = 0;
    map = null;
    mapUid = 0;
    btf = null;
    btfType = 0;
    frame = 0;
    precise = false;
    objectKind = 0;
    objectStart = false;
    objectState = 0;
    objectDepth = 0;
    holdsLock = false;
  }

  /// Nothing was put into it.
  public void markUnset() {
    clear(RegisterKind.UNSET);
    setUnknown();
  }

  /// Some number.
  public void markUnknown() {
    clear(RegisterKind.SCALAR);
    setUnknown();
  }

  /// That number.
  public void markKnown(long number) {
    clear(RegisterKind.SCALAR);
    setConstant(number);
  }

  /// A pointer to the start of something.
  public void markPointer(RegisterKind other) {
    clear(other);
    setConstant(0);
  }

  /// It is not linked to others.
  public void unlink() {
    id = 0;
    off = 0;
    linkedByDelta = false;
  }

  public boolean isScalar() {
    return kind == RegisterKind.SCALAR;
  }

  /// Whether it is a pointer, as far as the kernel lets nobody see it: any value but a number.
  public boolean isPointer() {
    return kind != RegisterKind.SCALAR && kind != RegisterKind.UNSET;
  }

  public boolean has(int flag) {
    return (flags & flag) != 0;
  }

  public boolean mayBeNull() {
    return (flags & MAYBE_NULL) != 0;
  }

  /// Whether it is the number 0.
  public boolean isNull() {
    return isScalar() && isConstant() && constant() == 0;
  }

  /// The map, of kinds that have one.
  public MapSpec requireMap() {
    if (map == null) {
      throw new IllegalStateException(kind + " without a map");
    }
    return map;
  }
}
