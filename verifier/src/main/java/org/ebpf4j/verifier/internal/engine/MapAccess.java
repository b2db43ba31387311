package org.ebpf4j.verifier.internal.engine;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.verifier.internal.rule.SpecialField;
import org.ebpf4j.verifier.internal.state.Reg;
import org.ebpf4j.verifier.internal.state.RegisterKind;
import org.ebpf4j.verifier.result.Finding.Reason;
import org.jspecify.annotations.Nullable;

/// Loads from values of maps and stores to them.
final class MapAccess {
  private static final int WRITE_ONLY = 1 << 8;

  private final Walk walk;
  private final RegionCheck regions;
  private final Map<String, List<SpecialField>> fields = new HashMap<>();

  MapAccess(Walk walk, RegionCheck regions) {
    this.walk = walk;
    this.regions = regions;
  }

  /// The special fields of a map's values.
  List<SpecialField> fields(MapSpec map) {
    return fields.computeIfAbsent(
        map.name(),
        _ ->
            walk.program()
                .types()
                .map(types -> SpecialField.of(types, map.valueType()))
                .orElse(List.of()));
  }

  void value(MemoryCheck.Access access, Reg reg, int offset, @Nullable Reg target) {
    var map = reg.requireMap();
    requireAllowed(access.base(), map, access.write());
    var pointer = check(access.base(), reg, offset, access.size(), false, true);
    if (pointer != null) {
      kernelPointer(access, pointer, target);
    } else if (target != null) {
      read(access, reg, map, offset, target);
    }
  }

  /// Whether the flags of a map let programs do that.
  void requireAllowed(int register, MapSpec map, boolean write) {
    if (write && (map.flags() & MapSpec.RDONLY_PROG) != 0) {
      throw denied(register, "write into map forbidden, value_size=" + map.valueSize());
    }
    if (!write && (map.flags() & WRITE_ONLY) != 0) {
      throw denied(register, "read from map forbidden, value_size=" + map.valueSize());
    }
  }

  private static Refusal denied(int register, String message) {
    return new Refusal(Reason.PERMISSION, register, message);
  }

  /// Checks bounds and special fields.
  ///
  /// @param direct whether an instruction accesses it, not a function of the kernel
  /// @return the kernel pointer that is accessed, if one is
  @Nullable SpecialField check(
      int register, Reg reg, int offset, int size, boolean zeroAllowed, boolean direct) {
    var map = reg.requireMap();
    regions.region(register, offset, size, map.valueSize(), zeroAllowed);
    for (var field : fields(map)) {
      long start = reg.smin + offset;
      long end = reg.umax + offset + size;
      if (start >= field.offset() + field.size() || field.offset() >= end) {
        continue;
      }
      if (!field.kind().isPointer()) {
        throw denied(register, field.kind().label() + " cannot be accessed directly by load/store");
      }
      if (!direct) {
        throw denied(register, "kptr cannot be accessed indirectly by helper");
      }
      if (!reg.isConstant()) {
        throw denied(register, "kptr access cannot have variable offset");
      }
      if (field.offset() != offset + reg.constant()) {
        throw denied(
            register,
            "kptr access misaligned expected="
                + field.offset()
                + " off="
                + (offset + reg.constant()));
      }
      if (size != field.size()) {
        throw denied(register, "kptr access size must be BPF_DW");
      }
      return field;
    }
    return null;
  }

  private void kernelPointer(MemoryCheck.Access access, SpecialField field, @Nullable Reg target) {
    if (access.write()) {
      boolean zero =
          access.value() < 0
              ? access.immediate() != null && access.immediate() == 0
              : walk.reg(access.value()).isNull();
      if (field.kind() != SpecialField.Kind.UNTRUSTED_POINTER) {
        throw denied(access.base(), "store to referenced kptr disallowed");
      }
      if (zero && access.value() >= 0) {
        walk.markPrecise(access.value());
      } else if (!zero) {
        walk.storeKernelPointer(access.value(), field);
      }
      return;
    }
    if (target == null) {
      throw denied(access.base(), "kptr in map can only be accessed using BPF_LDX/BPF_STX/BPF_ST");
    }
    walk.loadKernelPointer(target, field);
  }

  private void read(MemoryCheck.Access access, Reg reg, MapSpec map, int offset, Reg target) {
    var content = map.content();
    boolean constant =
        reg.isConstant()
            && (map.flags() & MapSpec.RDONLY_PROG) != 0
            && map.frozen()
            && map.type() == MapType.ARRAY.number()
            && map.maxEntries() == 1;
    if (!constant || (map.name().equals(".kconfig") && content.isEmpty())) {
      target.markUnknown();
      return;
    }
    int at = offset + (int) reg.constant();
    long number = 0;
    if (content.isPresent()) {
      // A value may be longer than the image of what it holds from the start.
      int there = Math.clamp((long) content.get().size() - at, 0, access.size());
      var bytes = there == 0 ? new byte[0] : content.get().copy(at, there);
      for (int i = 0; i < bytes.length; i++) {
        int index = walk.bigEndian() ? access.size() - 1 - i : i;
        number |= (bytes[i] & 0xffL) << (index * Byte.SIZE);
      }
    }
    if (access.signed()) {
      int up = Long.SIZE - access.size() * Byte.SIZE;
      number = number << up >> up;
    }
    target.markKnown(number);
  }

  /// A pointer to a value, which is memory of a kind of its own where the map holds others.
  static void pointToValue(Reg reg, MapSpec map, int uid) {
    reg.markPointer(RegisterKind.MAP_VALUE);
    reg.map = map;
    reg.mapUid = uid;
  }
}
