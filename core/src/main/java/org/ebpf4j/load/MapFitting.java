package org.ebpf4j.load;

import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.insn.Opcode;
import org.ebpf4j.insn.Slot;
import org.ebpf4j.object.Bytes;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;

/// What one kernel is asked for to make a map. Its functions are pure, and any thread may call
/// them.
public final class MapFitting {
  private MapFitting() {}

  /// Whether a map is created with its object. A kernel without variables does without the maps of
  /// data sections.
  public static boolean isCreated(MapSpec spec, KernelFacts kernel) {
    return spec.create() && (!spec.isData() || kernel.has(KernelFeature.GLOBAL_DATA));
  }

  /// The number of entries. A perf event array without a size has a slot for each CPU; the size of
  /// a ring buffer is a power of two, and whole pages.
  public static long entries(MapSpec spec, KernelFacts kernel) {
    var entries = spec.maxEntries();
    if (spec.type() == MapType.PERF_EVENT_ARRAY.number() && entries == 0) {
      return kernel.possibleCpus();
    }
    var ring =
        spec.type() == MapType.RINGBUF.number() || spec.type() == MapType.USER_RINGBUF.number();
    if (ring && entries > 0 && (entries % kernel.pageSize() != 0 || Long.bitCount(entries) != 1)) {
      var rounded = Math.max(kernel.pageSize(), Long.highestOneBit(entries) << 1);
      return rounded >>> Integer.SIZE == 0 ? rounded : entries;
    }
    return entries;
  }

  /// The flags (`BPF_F_*`), without what the kernel does not know and the map can do without.
  public static int flags(MapSpec spec, KernelFacts kernel) {
    var unmappable =
        (spec.flags() & MapSpec.MMAPABLE) != 0
            && spec.isData()
            && !kernel.has(KernelFeature.MMAPABLE_ARRAYS);
    return unmappable ? spec.flags() & ~MapSpec.MMAPABLE : spec.flags();
  }

  /// Whether maps of that type take the types of their keys and values.
  public static boolean takesTypes(int type) {
    return MapType.of(type).map(MapFitting::takesTypes).orElse(true);
  }

  private static boolean takesTypes(MapType type) {
    return switch (type) {
      case PERF_EVENT_ARRAY,
          CGROUP_ARRAY,
          STACK_TRACE,
          ARRAY_OF_MAPS,
          HASH_OF_MAPS,
          DEVMAP,
          DEVMAP_HASH,
          CPUMAP,
          XSKMAP,
          SOCKMAP,
          SOCKHASH,
          QUEUE,
          STACK,
          ARENA ->
          false;
      default -> true;
    };
  }

  /// The byte of an arena at which its variables begin: in its last pages, or, where the kernel's
  /// verifier cannot look so far, in its first.
  ///
  /// @throws BpfException where they do not fit into it
  public static long arenaOffset(MapSpec arena, KernelFacts kernel) {
    var variables = arena.content().map(Bytes::size).orElse(0);
    var page = (long) kernel.pageSize();
    var pages = Math.ceilDiv(variables, page) * page;
    if (pages > arena.maxEntries() * page) {
      throw new BpfException(
          "arena '"
              + arena.name()
              + "' of "
              + arena.maxEntries()
              + " pages is too small for its "
              + variables
              + " bytes of variables");
    }
    return kernel.has(KernelFeature.WIDE_VALUE_OFFSETS) ? arena.maxEntries() * page - pages : 0;
  }

  /// What a kernel knows the only program that may use a map by: the SHA-256 of its instructions
  /// without the descriptors of maps. Empty for a map that any program may use.
  ///
  /// @param programs the programs that are to be loaded
  /// @throws NotFoundException where that program is not among them
  public static Bytes exclusiveHash(
      MapSpec spec, List<FittedProgram> programs, KernelFacts kernel) {
    return spec.exclusiveProgram()
        .map(name -> hash(spec, name, programs, kernel.order()))
        .orElse(Bytes.EMPTY);
  }

  private static Bytes hash(
      MapSpec spec, String program, List<FittedProgram> programs, ByteOrder order) {
    var fitted =
        programs.stream()
            .filter(p -> p.program().name().equals(program))
            .findFirst()
            .orElseThrow(() ->
                new NotFoundException(
                    "program that map '" + spec.name() + "' is for, among those that are loaded",
                    program,
                    programs.stream().map(p -> p.program().name()).toList()));
    var slots = fitted.instructions().toSlots();
    for (int i = 0; i < slots.length; i++) {
      if (Slot.isWide(slots[i])) {
        var map =
            Slot.src(slots[i]) == Opcode.PSEUDO_MAP_FD
                || Slot.src(slots[i]) == Opcode.PSEUDO_MAP_VALUE;
        if (map) {
          slots[i] = Slot.withImm(slots[i], 0);
          slots[i + 1] = Slot.withImm(slots[i + 1], 0);
        }
        i++;
      }
    }
    try {
      return Bytes.of(
          MessageDigest.getInstance("SHA-256").digest(Instructions.of(slots).toBytes(order)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
