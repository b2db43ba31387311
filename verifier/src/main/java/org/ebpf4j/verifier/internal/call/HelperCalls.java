package org.ebpf4j.verifier.internal.call;

import java.util.OptionalLong;
import java.util.Set;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.insn.HelperFunction;
import org.ebpf4j.insn.HelperSignature;
import org.ebpf4j.insn.HelperSignature.Argument;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.verifier.internal.engine.Refusal;
import org.ebpf4j.verifier.internal.engine.Walk;
import org.ebpf4j.verifier.internal.rule.SpecialField;
import org.ebpf4j.verifier.internal.state.Reg;
import org.ebpf4j.verifier.internal.state.RegisterKind;
import org.ebpf4j.verifier.result.Finding.Reason;
import org.jspecify.annotations.Nullable;

/// One call of a helper function: who may call it, its arguments, what it does, and its result
/// (`check_helper_call` in `kernel/bpf/verifier.c`).
final class HelperCalls {
  /// Functions whose rules are not followed here.
  private static final Set<String> NOT_FOLLOWED =
      Set.of(
          "d_path",
          "ima_inode_hash",
          "ima_file_hash",
          "kallsyms_lookup_name",
          "ringbuf_discard_dynptr");

  /// Maps that are put into this place may have another number of entries (`BPF_F_INNER_MAP`).
  private static final int INNER_MAP = 1 << 12;

  private final Walk walk;
  private final HelperFunction helper;
  private final String name;
  private @Nullable MapSpec map;
  private int mapUid;
  private int reference;
  private int released = -1;
  private long size;
  private int largest = -1;
  private OptionalLong key = OptionalLong.empty();
  private @Nullable Reg dynptr;
  private @Nullable SpecialField pointer;

  HelperCalls(Walk walk, HelperFunction helper) {
    this.walk = walk;
    this.helper = helper;
    this.name = helper.name().substring("bpf_".length());
  }

  void call() {
    var signature = HelperAccess.check(walk, helper);
    if (NOT_FOLLOWED.contains(name)) {
      throw new Refusal(Reason.GAVE_UP, -1, "calls of " + helper.name() + " are not followed here");
    }
    Sections.checkHelper(walk, helper);
    var arguments = signature.arguments();
    for (int i = 0; i < arguments.size(); i++) {
      argument(i + 1, arguments.get(i));
    }
    var known = map;
    if (known != null && !MapFunctions.takes(name, known.type(), updatesSockets())) {
      if (holdsSockets(known)
          && (name.equals("map_update_elem") || name.equals("map_delete_elem"))) {
        throw new Refusal(Reason.CALL, 1, "cannot update sockmap in this context");
      }
      throw new Refusal(
          Reason.CALL,
          1,
          (name.equals("tail_call") && walk.rules().atLeast(7, 3)
                  ? "expected prog array map for tail call"
                  : "cannot pass map_type %d into func %s#%d")
              .formatted(known.type(), helper.name(), helper.id()));
    }
    new HelperEffects(walk, this, name).apply();
    if (released >= 0) {
      if (!walk.releaseReference(released)) {
        throw new Refusal(
            Reason.REFERENCE, -1, "arg 1 is an unacquired reference", "", "release it only once");
      }
    }
    walk.clearCallerSaved();
    var exchanged = pointer;
    if (exchanged != null) {
      KernelPointers.exchanged(walk, walk.reg(0), exchanged);
      return;
    }
    new HelperResults(walk, helper, name).set(signature, map, mapUid, reference, size, largest);
    if (known != null && key.isPresent() && key.getAsLong() < known.maxEntries()) {
      // An array has an element at each index.
      walk.reg(0).flags &= ~Reg.MAYBE_NULL;
    }
    var given = dynptr;
    if (name.equals("dynptr_data") && given != null) {
      Dynptrs.slice(walk, walk.reg(0), given, (int) size, false);
    }
    if (name.equals("dynptr_write") && given != null && given.objectKind == Dynptrs.SOCKET_BUFFER) {
      walk.invalidatePackets();
    }
    if (Traits.changesPackets(name) && !name.equals("tail_call")) {
      walk.invalidatePackets();
    }
  }

  /// Whether each index below the number of entries has a value.
  private boolean isPlainArray(MapSpec of) {
    return walk.rules().atLeast(6, 14)
        && (of.flags() & INNER_MAP) == 0
        && (of.type() == MapType.ARRAY.number() || of.type() == MapType.PERCPU_ARRAY.number());
  }

  private boolean updatesSockets() {
    return switch (walk.program().type()) {
      case TRACING ->
          walk.program().attachType().filter(a -> a == AttachType.TRACE_ITER).isPresent();
      case SOCK_OPS -> name.equals("map_delete_elem");
      case SK_REUSEPORT, SK_LOOKUP -> true;
      default -> false;
    };
  }

  private void argument(int register, Argument argument) {
    walk.requireSet(register);
    var reg = walk.reg(register);
    if (argument.kind() == HelperSignature.Kind.ANYTHING) {
      if (reg.isPointer()) {
        // Who may load programs of this kind may see addresses.
        return;
      }
      return;
    }
    if (reg.kind.isPacket() && !helper.takesPackets()) {
      throw new Refusal(Reason.PERMISSION, register, "helper access to the packet is not allowed");
    }
    if (argument.nullable() && reg.isNull()) {
      walk.markPrecise(register);
      if (argument.releases()) {
        released = -1;
      }
      return;
    }
    var sockets =
        argument.kind() == HelperSignature.Kind.MAP_VALUE && map != null && holdsSockets(map);
    if (sockets) {
      Objects.checkSocket(walk, register);
      reference = reg.referenceId;
      return;
    }
    if (name.equals("kptr_xchg")) {
      exchange(register);
      return;
    }
    Arguments.check(walk, register, argument);
    HelperOffsets.check(walk, register, argument);
    if (argument.releases() && !isDynptr(argument)) {
      if (reg.referenceId == 0) {
        throw new Refusal(
            Reason.REFERENCE,
            register,
            walk.rules().atLeast(7, 3)
                ? "release helper %s expects referenced PTR_TO_BTF_ID passed to R%d"
                    .formatted(helper.name(), register)
                : "R%d must be referenced when passed to release function".formatted(register),
            "",
            "hand the pointer that the acquiring call gave, once");
      }
      released = reg.referenceId;
    }
    if (reg.referenceId != 0) {
      reference = reg.referenceId;
    }
    content(register, argument);
  }

  /// An argument of `bpf_kptr_xchg`: the place in a map, and what is put there.
  private void exchange(int register) {
    var reg = walk.reg(register);
    if (register == 1) {
      pointer = KernelPointers.destination(walk, register);
      return;
    }
    var field = pointer;
    if (field == null) {
      throw new Refusal(Reason.CALL, register, "off=0 doesn't point to kptr");
    }
    KernelPointers.match(walk, register, field);
    if (reg.mayBeNull() || reg.referenceId == 0) {
      throw new Refusal(
          Reason.REFERENCE,
          register,
          "R%d must be referenced when passed to release function".formatted(register),
          "",
          "hand the pointer that the acquiring call gave, once");
    }
    released = reg.referenceId;
  }

  private static boolean holdsSockets(MapSpec map) {
    return map.type() == 15 || map.type() == 18;
  }

  private void content(int register, Argument argument) {
    var reg = walk.reg(register);
    switch (argument.kind()) {
      case MAP -> {
        sameMap(register);
        map = reg.requireMap();
        mapUid = reg.mapUid;
        if (reg.off != 0 || !reg.isConstant() || reg.constant() != 0) {
          throw Arguments.wrong(walk, register, "map_ptr");
        }
      }
      case MAP_KEY -> {
        walk.checkMemory(register, requireMap().keySize(), false, false);
        if (name.equals("map_lookup_elem") && isPlainArray(requireMap())) {
          key = walk.constantKey(register, requireMap().keySize());
        }
      }
      case MAP_VALUE -> value(register, argument);
      case MEMORY -> {
        if (argument.fixedSize()) {
          fixed(register, argument);
        }
      }
      case SIZE, SIZE_OR_ZERO -> {
        largest = (int) Math.max(-1, Math.min(reg.umax, Integer.MAX_VALUE));
        var access = before(register).access();
        walk.checkSizedMemory(
            register - 1,
            register,
            argument.kind() == HelperSignature.Kind.SIZE_OR_ZERO,
            access != HelperSignature.Access.READ,
            access == HelperSignature.Access.WRITE);
      }
      case ALLOCATION_SIZE -> {
        if (!reg.isConstant()) {
          throw new Refusal(
              Reason.CALL,
              register,
              "R%d is not a known constant'".formatted(register),
              "",
              "reserve the same number of bytes each time, or use bpf_ringbuf_output");
        }
        if (reg.constant() < 0 || reg.constant() >= 1 << 29) {
          throw new Refusal(
              Reason.BOUNDS,
              register,
              "invalid allocation size of " + Long.toUnsignedString(reg.constant()));
        }
        size = reg.constant();
        walk.markPrecise(register);
      }
      case SPIN_LOCK -> SpinLocks.call(walk, register, name.equals("spin_lock"));
      case BTF_OBJECT, BTF_SOCKET_COMMON -> Objects.check(walk, register, helper, argument);
      case SCALAR, ANYTHING, CONTEXT, SOCKET_COMMON, SOCKET, RINGBUF_RECORD, STACK -> {}
      case FUNCTION -> {}
      case TIMER -> {
        Timers.check(walk, register, SpecialField.Kind.TIMER);
        map = reg.requireMap();
        mapUid = reg.mapUid;
      }
      case CONSTANT_STRING -> ConstantText.check(walk, register);
      case DYNPTR, LOCAL_DYNPTR, RINGBUF_DYNPTR -> dynptr(register);
      case PERCPU_OBJECT, KPTR_DESTINATION ->
          throw new Refusal(
              Reason.GAVE_UP, register, "arguments of " + helper.name() + " are not followed here");
    }
  }

  /// What tells that map apart from others like it.
  int mapUid() {
    return mapUid;
  }

  private Argument before(int register) {
    return helper
        .signature(walk.program().type().number())
        .orElseThrow()
        .arguments()
        .get(register - 2);
  }

  static boolean isDynptr(Argument argument) {
    return argument.kind() == HelperSignature.Kind.DYNPTR
        || argument.kind() == HelperSignature.Kind.LOCAL_DYNPTR
        || argument.kind() == HelperSignature.Kind.RINGBUF_DYNPTR;
  }

  private void dynptr(int register) {
    var dynptrs = new Dynptrs(walk);
    switch (name) {
      case "dynptr_from_mem" -> dynptrs.make(register, Dynptrs.LOCAL, 0);
      case "ringbuf_reserve_dynptr" -> dynptrs.make(register, Dynptrs.RINGBUF, 0);
      case "ringbuf_submit_dynptr", "ringbuf_discard_dynptr" -> dynptrs.release(register);
      default -> dynptr = new Reg(dynptrs.require(register, 0));
    }
  }

  /// A timer and the map that it is in, handed together, belong together.
  private void sameMap(int register) {
    var before = map;
    var reg = walk.reg(register);
    if (before != null && (!before.equals(reg.map) || mapUid != reg.mapUid)) {
      throw new Refusal(
          Reason.CALL,
          register,
          "timer pointer in R1 map_uid=%d doesn't match map pointer in R2 map_uid=%d"
              .formatted(mapUid, reg.mapUid));
    }
  }

  private void value(int register, Argument argument) {
    int bytes = requireMap().valueSize();
    var bloom = name.equals("map_peek_elem") && requireMap().type() == 30;
    if (argument.access() == HelperSignature.Access.WRITE && !bloom) {
      walk.checkFilledMemory(register, bytes, false);
    } else {
      walk.checkMemory(register, bytes, false, false);
    }
  }

  private void fixed(int register, Argument argument) {
    int bytes = FixedSizes.of(helper, register);
    if (argument.access() == HelperSignature.Access.WRITE) {
      walk.checkFilledMemory(register, bytes, false);
    } else {
      walk.checkMemory(
          register, bytes, false, argument.access() == HelperSignature.Access.UNSPECIFIED);
    }
    var reg = walk.reg(register);
    if (bytes > 1
        && argument.access() == HelperSignature.Access.WRITE
        && reg.kind == RegisterKind.STACK
        && !(reg.isConstant() && (reg.off + reg.constant()) % bytes == 0)) {
      throw new Refusal(
          Reason.ALIGNMENT,
          register,
          "misaligned stack access off %d+0 size %d".formatted(reg.off, bytes),
          "",
          "use a variable of the type in the prototype");
    }
  }

  /// The map among the arguments.
  MapSpec requireMap() {
    var known = map;
    if (known == null) {
      throw new Refusal(Reason.CALL, -1, "invalid map_ptr to access map->key");
    }
    return known;
  }
}
