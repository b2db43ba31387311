package org.ebpf4j.vm.internal.compiler;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.ebpf4j.insn.Slot;
import org.ebpf4j.vm.internal.machine.Code;
import org.ebpf4j.vm.internal.machine.Memory;
import org.ebpf4j.vm.internal.machine.Region;

/// The fixed regions that a program names: global variables and the values of arrays.
final class Regions {
  /// So many, as their numbers are in a byte.
  private static final int MOST = 100;

  private final Code code;
  private final List<Region> regions = new ArrayList<>();
  private final Map<Integer, Integer> bySlot = new HashMap<>();

  Regions(Code code, Memory memory) {
    this.code = code;
    for (int slot = 0; slot < code.size(); slot++) {
      if (Slot.isWide(code.slot(slot))) {
        var found = code.region(slot, memory);
        if (found != null && (regions.contains(found) || regions.size() < MOST)) {
          if (!regions.contains(found)) {
            regions.add(found);
          }
          bySlot.put(slot, regions.indexOf(found));
        }
        slot++;
      }
    }
  }

  /// What a load of 64 bits gives.
  Value value(int slot) {
    long number = code.immediate(slot);
    var region = bySlot.get(slot);
    int offset = (int) number;
    return region == null ? Value.constant(number) : Value.address(region, offset);
  }

  long size(int region) {
    return regions.get(region).to();
  }

  /// The array of a region.
  byte[] bytes(int region) {
    return Objects.requireNonNull(regions.get(region).bytes());
  }

  long address(int region) {
    return regions.get(region).address();
  }

  long[] addresses() {
    return regions.stream().mapToLong(Region::address).toArray();
  }
}
