package org.ebpf4j.verifier.internal.state;

import java.util.Objects;
import org.ebpf4j.verifier.internal.scalar.Scalar;

/// Whether a state is one that the walk need not go on with, as an earlier one that was safe
/// allowed all that it allows.
public final class StateComparison {
  /// How much has to be the same.
  public enum Level {
    /// What the earlier state's continuation used.
    SAFE,
    /// All that is known.
    EXACT,
    /// All, but numbers and offsets may be narrower.
    WITHIN
  }

  /// Which registers and stack slots are live in a state.
  public interface Liveness {
    /// The registers, as bits.
    int registers(State state, int frame);

    /// Whether a slot is.
    boolean slot(State state, int frame, int slot);
  }

  private static final Reg ANY = new Reg();

  static {
    ANY.markUnknown();
  }

  private final IdMap ids = new IdMap();
  private final Liveness liveness;
  private final boolean readsUnset;

  /// @param readsUnset whether stack that was never written may be read
  public StateComparison(Liveness liveness, boolean readsUnset) {
    this.liveness = liveness;
    this.readsUnset = readsUnset;
  }

  /// Whether all that `now` allows was allowed by `old`.
  ///
  /// @param highestId the highest id that was given
  public boolean covers(State old, State now, Level level, int highestId) {
    if (old.depth != now.depth || old.inSleepable != now.inSleepable) {
      return false;
    }
    ids.reset(highestId);
    if (!sameReferences(old.references, now.references)) {
      return false;
    }
    for (int i = 0; i <= old.depth; i++) {
      if (old.frame(i).callSite != now.frame(i).callSite || !covers(old, now, i, level)) {
        return false;
      }
    }
    return true;
  }

  /// Whether two states are in the same calls.
  public static boolean sameCalls(State a, State b) {
    if (a.depth != b.depth) {
      return false;
    }
    for (int i = 0; i <= a.depth; i++) {
      if (a.frame(i).callSite != b.frame(i).callSite) {
        return false;
      }
    }
    return true;
  }

  private boolean covers(State oldState, State nowState, int number, Level level) {
    var old = oldState.frame(number);
    var now = nowState.frame(number);
    if (old.callbackDepth > now.callbackDepth) {
      return false;
    }
    int live = liveness.registers(oldState, number);
    for (int i = 0; i < Frame.REGISTERS; i++) {
      if ((live & 1 << i) != 0 && !covers(old.regs[i], now.regs[i], level)) {
        return false;
      }
    }
    return coversStack(oldState, number, old, now, level);
  }

  private boolean sameReferences(References old, References now) {
    if (old.held.size() != now.held.size()
        || old.rcuLocks != now.rcuLocks
        || old.preemptLocks != now.preemptLocks
        || old.activeLocks != now.activeLocks
        || !ids.match(old.activeIrqId, now.activeIrqId)) {
      return false;
    }
    for (int i = 0; i < old.held.size(); i++) {
      var before = old.held.get(i);
      var after = now.held.get(i);
      if (before.kind() != after.kind()
          || !ids.match(before.id(), after.id())
          || !before.pointer().equals(after.pointer())) {
        return false;
      }
    }
    return true;
  }

  @SuppressWarnings("ReferenceEquality") // A map or types are one object in a check.
  private static boolean sameShape(Reg old, Reg now) {
    return old.kind == now.kind
        && old.flags == now.flags
        && old.off == now.off
        && old.range == now.range
        && old.memorySize == now.memorySize
        && old.map == now.map
        && old.mapUid == now.mapUid
        && old.btf == now.btf
        && old.btfType == now.btfType
        && old.frame == now.frame
        && old.objectKind == now.objectKind
        && old.objectStart == now.objectStart
        && old.objectState == now.objectState;
  }

  private boolean isExact(Reg old, Reg now) {
    return sameShape(old, now)
        && old.isSameNumber(now)
        && old.linkedByDelta == now.linkedByDelta
        && ids.match(old.id, now.id)
        && ids.match(old.referenceId, now.referenceId);
  }

  private boolean covers(Reg old, Reg now, Level level) {
    if (level == Level.EXACT) {
      return isExact(old, now);
    }
    if (old.kind == RegisterKind.UNSET && (level == Level.SAFE || now.kind == RegisterKind.UNSET)) {
      return true;
    }
    if (old.kind != now.kind || old.flags != now.flags) {
      return false;
    }
    return switch (old.kind) {
      case SCALAR -> coversNumber(old, now, level);
      case MAP_KEY, MAP_VALUE, MEMORY, BUFFER, TP_BUFFER, INSTRUCTION ->
          sameShape(old, now)
              && isNarrower(old, now)
              && ids.match(old.id, now.id)
              && ids.match(old.referenceId, now.referenceId);
      case PACKET, PACKET_META ->
          hasRange(old, now)
              && old.off == now.off
              && ids.match(old.id, now.id)
              && isNarrower(old, now);
      case ARENA -> true;
      case UNSET,
          CONTEXT,
          MAP,
          STACK,
          PACKET_END,
          FLOW_KEYS,
          SOCKET,
          SOCKET_COMMON,
          TCP_SOCKET,
          XDP_SOCKET,
          BTF_OBJECT,
          FUNCTION,
          DYNPTR ->
          isExact(old, now);
    };
  }

  /// Whether as much of the packet may be accessed.
  private static boolean hasRange(Reg old, Reg now) {
    boolean end = old.range < 0 || now.range < 0;
    return end ? old.range == now.range : old.range <= now.range;
  }

  private boolean coversNumber(Reg old, Reg now, Level level) {
    if (!old.precise && level == Level.SAFE) {
      return true;
    }
    if (old.linkedByDelta && (!now.linkedByDelta || old.off != now.off)) {
      return false;
    }
    if (old.id != 0 && !old.linkedByDelta && now.linkedByDelta) {
      return false;
    }
    return ids.matchNumbers(old, now) && isNarrower(old, now);
  }

  private static boolean isNarrower(Scalar old, Scalar now) {
    return now.isWithin(old);
  }

  private boolean coversStack(State oldState, int number, Frame old, Frame now, Level level) {
    for (int slot = 0; slot < old.slots(); slot++) {
      if (level == Level.SAFE && !liveness.slot(oldState, number, slot)) {
        continue;
      }
      if (!coversSlot(old, now, slot, level)) {
        return false;
      }
    }
    return true;
  }

  private boolean coversSlot(Frame old, Frame now, int slot, Level level) {
    boolean there = slot < now.slots();
    int base = slot * Slots.BYTES;
    if (level != Level.SAFE) {
      for (int i = 0; i < Slots.BYTES; i++) {
        if (!there || old.types[base + i] != now.types[base + i]) {
          return false;
        }
      }
    }
    boolean used = false;
    for (int i = 0; i < Slots.BYTES && !used; i++) {
      used = isUsed(old.types[base + i]);
    }
    if (!used) {
      return true;
    }
    if (!there) {
      return false;
    }
    var oldNumber = number(old, slot);
    var nowNumber = number(now, slot);
    if (oldNumber != null && nowNumber != null) {
      return covers(oldNumber, nowNumber, level);
    }
    for (int i = 0; i < Slots.BYTES; i++) {
      byte before = old.types[base + i];
      byte after = now.types[base + i];
      if (isUsed(before) && before != after && !(before == Slots.MISC && after == Slots.ZERO)) {
        return false;
      }
    }
    return coversContent(old, now, slot, level);
  }

  private boolean isUsed(byte type) {
    return type != Slots.INVALID && !(readsUnset && type == Slots.MISC);
  }

  /// The number that a read of the whole slot gives; null for what is no number.
  private @org.jspecify.annotations.Nullable Reg number(Frame frame, int slot) {
    if (frame.isWholeSpill(slot) && frame.isScalarSpill(slot)) {
      return frame.requireSpill(slot);
    }
    for (int i = 0; i < Slots.BYTES; i++) {
      byte type = frame.types[slot * Slots.BYTES + i];
      if (type != Slots.MISC && !(type == Slots.INVALID && readsUnset)) {
        return null;
      }
    }
    return ANY;
  }

  private boolean coversContent(Frame old, Frame now, int slot, Level level) {
    return switch (old.types[slot * Slots.BYTES + Slots.BYTES - 1]) {
      case Slots.SPILL -> covers(old.requireSpill(slot), now.requireSpill(slot), level);
      case Slots.DYNPTR -> {
        var a = old.requireSpill(slot);
        var b = now.requireSpill(slot);
        yield a.objectKind == b.objectKind
            && a.objectStart == b.objectStart
            && ids.match(a.referenceId, b.referenceId);
      }
      case Slots.ITERATOR -> {
        var a = old.requireSpill(slot);
        var b = now.requireSpill(slot);
        // The depth tells turns of a loop apart, and does not matter for what is allowed.
        yield a.kind == b.kind
            && a.flags == b.flags
            && Objects.equals(a.btf, b.btf)
            && a.btfType == b.btfType
            && a.objectState == b.objectState
            && ids.match(a.referenceId, b.referenceId);
      }
      case Slots.IRQ_FLAG -> {
        var a = old.requireSpill(slot);
        var b = now.requireSpill(slot);
        yield a.objectKind == b.objectKind && ids.match(a.referenceId, b.referenceId);
      }
      default -> true;
    };
  }
}
