package org.ebpf4j.linux;

import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.insn.Opcode;
import org.ebpf4j.insn.Slot;
import org.ebpf4j.linux.internal.host.Cpus;
import org.ebpf4j.linux.internal.host.Pages;
import org.ebpf4j.linux.internal.probe.KernelFeatures;
import org.ebpf4j.linux.internal.sys.MapCreate;
import org.ebpf4j.load.KernelFeature;
import org.ebpf4j.object.Bytes;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.jspecify.annotations.Nullable;

/// What a kernel is asked for, for the maps of one object.
final class MapRequests {
  private final MapCreation.Context context;

  MapRequests(MapCreation.Context context) {
    this.context = context;
  }

  /// The request for a map.
  ///
  /// @param innerFd the descriptor of a map such as it is to hold, or 0
  MapCreate of(MapSpec spec, String kernelName, int innerFd) {
    var operations = context.structOps().get(spec.name());
    return new MapCreate(
        spec.type(),
        spec.keySize(),
        operations != null ? operations.layout().valueSize() : spec.valueSize(),
        entries(spec),
        flags(spec),
        innerFd,
        spec.numaNode(),
        KernelFeatures.ofProcess().has(KernelFeature.PROGRAM_NAMES) ? kernelName : "",
        spec.extra(),
        types(spec, operations),
        context.tokenFd(),
        spec.exclusiveProgram().map(program -> programHash(spec, program)).orElse(Bytes.EMPTY));
  }

  /// What the kernel knows the only program that may use a map by: the SHA-256 of its instructions
  /// without the descriptors of maps.
  private Bytes programHash(MapSpec spec, String program) {
    var fitted =
        context.programs().stream()
            .filter(p -> p.program().name().equals(program))
            .findFirst()
            .orElseThrow(() ->
                new NotFoundException(
                    "program that map '" + spec.name() + "' is for, among those that are loaded",
                    program,
                    context.programs().stream().map(p -> p.program().name()).toList()));
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
          MessageDigest.getInstance("SHA-256")
              .digest(Instructions.of(slots).toBytes(ByteOrder.nativeOrder())));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static int flags(MapSpec spec) {
    var unmappable =
        (spec.flags() & MapSpec.MMAPABLE) != 0
            && spec.isData()
            && !KernelFeatures.ofProcess().has(KernelFeature.MMAPABLE_ARRAYS);
    return unmappable ? spec.flags() & ~MapSpec.MMAPABLE : spec.flags();
  }

  /// The types of keys and values, which maps of some types do not take.
  private MapCreate.Types types(MapSpec spec, MapCreation.@Nullable KernelOperations operations) {
    if (context.typesFd() == 0 || MapType.of(spec.type()).filter(this::untyped).isPresent()) {
      return MapCreate.Types.NONE;
    }
    if (operations != null) {
      return new MapCreate.Types(
          context.typesFd(), 0, 0, operations.layout().valueType(), operations.moduleFd());
    }
    return spec.keyType() == 0 && spec.valueType() == 0
        ? MapCreate.Types.NONE
        : MapCreate.Types.of(context.typesFd(), spec.keyType(), spec.valueType());
  }

  private boolean untyped(MapType type) {
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
          true;
      default -> false;
    };
  }

  /// A perf event array without a size has a slot for each CPU; the size of a ring buffer is a
  /// power of two, and whole pages.
  static long entries(MapSpec spec) {
    var entries = spec.maxEntries();
    if (spec.type() == MapType.PERF_EVENT_ARRAY.number() && entries == 0) {
      return Cpus.possible();
    }
    var ring =
        spec.type() == MapType.RINGBUF.number() || spec.type() == MapType.USER_RINGBUF.number();
    if (ring && entries > 0 && (entries % Pages.size() != 0 || Long.bitCount(entries) != 1)) {
      var rounded = Math.max(Pages.size(), Long.highestOneBit(entries) << 1);
      return rounded >>> Integer.SIZE == 0 ? rounded : entries;
    }
    return entries;
  }
}
