package org.ebpf4j.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.insn.Opcode;
import org.ebpf4j.insn.Slot;
import org.ebpf4j.linux.internal.host.Cpus;
import org.ebpf4j.linux.internal.host.Memlock;
import org.ebpf4j.linux.internal.host.Pages;
import org.ebpf4j.linux.internal.host.Privileges.Capability;
import org.ebpf4j.linux.internal.host.Refusal;
import org.ebpf4j.linux.internal.probe.KernelFeature;
import org.ebpf4j.linux.internal.probe.KernelFeatures;
import org.ebpf4j.linux.internal.query.ObjectInfo;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.internal.sys.MapCreate;
import org.ebpf4j.linux.internal.sys.Mapping;
import org.ebpf4j.linux.internal.sys.Result;
import org.ebpf4j.object.Bytes;
import org.ebpf4j.object.KernelStructOps;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.object.ObjectSpec;
import org.jspecify.annotations.Nullable;

/// Makes maps of specs.
final class MapCreation {
  private final LinuxKernel kernel;
  private final LoadOptions options;
  private final Context context;
  private final SharedMaps shared;

  /// What a map takes from the object around it.
  ///
  /// @param typesFd the descriptor of the object's types, or 0
  /// @param structOps what its maps of functions come to in this kernel, by name
  /// @param config gives the content of map `.kconfig` of some size
  /// @param programs the programs that are to be loaded
  /// @param tokenFd the descriptor of a token, or 0
  /// @param types the object's types, in which maps have theirs
  record Context(
      int typesFd,
      Map<String, KernelOperations> structOps,
      IntFunction<byte[]> config,
      List<Fitted> programs,
      int tokenFd,
      Optional<Btf> types) {
    static final Context NONE =
        new Context(0, Map.of(), byte[]::new, List.of(), 0, Optional.empty());
  }

  /// A struct of functions in this kernel, and the descriptor of the module that has it, or 0.
  record KernelOperations(KernelStructOps layout, int moduleFd) {}

  MapCreation(LinuxKernel kernel, LoadOptions options, Context context) {
    this.kernel = kernel;
    this.options = options;
    this.context = context;
    this.shared = new SharedMaps(kernel, options.pins());
  }

  /// The maps of an object that are to be created; all of them, or none where one fails.
  List<LinuxMap> createAll(ObjectSpec object) {
    var maps = new ArrayList<LinuxMap>();
    try {
      for (var spec : object.maps()) {
        if (isCreated(spec)) {
          maps.add(obtain(spec, KernelName.of(object, spec)));
        }
      }
      for (var map : object.maps()) {
        if (map.type() != MapType.PROG_ARRAY.number() && !map.slots().isEmpty()) {
          fillSlots(map, maps);
        }
      }
    } catch (RuntimeException | Error e) {
      Closing.after(e, maps);
      undo(e);
      throw e;
    }
    return maps;
  }

  /// Whether a map is created with its object. A kernel without variables does without the maps of
  /// data sections.
  static boolean isCreated(MapSpec spec) {
    return spec.create()
        && (!spec.isData() || KernelFeatures.ofProcess().has(KernelFeature.GLOBAL_DATA));
  }

  /// Takes away the pins that were made, as something failed later on.
  void undo(Throwable failure) {
    shared.unpin(failure);
  }

  /// The map that stands for a spec: one that the caller gave, one that is pinned, or a new one.
  private LinuxMap obtain(MapSpec spec, String kernelName) {
    var given = options.maps().get(spec.name());
    if (given != null) {
      MapCompatibility.check(spec, given, "the map that was given for it");
      kernel.report(
          Step.Action.REUSE, "map " + spec.name(), "the one that was given: id " + given.id());
      return given.duplicate(spec.name());
    }
    return spec.pinByName()
        ? shared.obtain(spec, () -> create(spec, kernelName))
        : create(spec, kernelName);
  }

  LinuxMap create(MapSpec spec, String kernelName) {
    if (spec.maxEntries() >>> Integer.SIZE != 0) {
      throw new BpfException(
          "map '"
              + spec.name()
              + "' cannot have "
              + spec.maxEntries()
              + " entries: the number must fit into 32 bits, unsigned");
    }
    var inner = spec.inner().map(s -> create(s, KernelName.of(s.name())));
    try {
      var fd = createEmpty(spec, kernelName, inner.map(LinuxMap::fd).orElse(0));
      try {
        return fill(spec, fd);
      } catch (RuntimeException | Error e) {
        fd.close();
        throw e;
      }
    } finally {
      // The kernel has copied what it wants to know of the maps inside.
      inner.ifPresent(LinuxMap::close);
    }
  }

  private Fd createEmpty(MapSpec spec, String kernelName, int innerFd) {
    var request = request(spec, kernelName, innerFd);
    var result = call(request);
    if (!result.ok() && (request.types().keyType() != 0 || request.types().valueType() != 0)) {
      var refused = result.errno();
      result = call(request.withTypes(request.types().kernelsOnly()));
      if (result.ok()) {
        kernel.report(
            Step.Action.CREATE,
            "map " + spec.name(),
            "refused with types (" + Errno.describe(refused) + "); again without");
      }
    }
    if (result.ok()) {
      return result.fd();
    }
    throw refusal(spec, request, result.errno());
  }

  private static BpfException refusal(MapSpec spec, MapCreate request, int errno) {
    if (spec.exclusiveProgram().isPresent() && isTakenForAll(request)) {
      return new UnsupportedFeatureException(
          "exclusive maps",
          "6.18",
          "map '"
              + spec.name()
              + "' is for program '"
              + spec.exclusiveProgram().get()
              + "' only, and this kernel has no such maps (since 6.18)");
    }
    var said = said(request);
    if (!said.isEmpty()) {
      return new KernelException(
          "MAP_CREATE",
          errno,
          "map '"
              + spec.name()
              + "': MAP_CREATE: "
              + Errno.describe(errno)
              + ": the kernel says: "
              + said);
    }
    if (errno == Errno.EINVAL) {
      return new KernelException(
          "MAP_CREATE",
          Errno.EINVAL,
          "map '"
              + spec.name()
              + "': MAP_CREATE: "
              + Errno.describe(Errno.EINVAL)
              + ": this kernel takes no "
              + spec.typeLabel()
              + " with keys of "
              + spec.keySize()
              + " bytes, values of "
              + request.valueSize()
              + ", "
              + entries(spec)
              + " entries and flags 0x"
              + Integer.toHexString(request.flags()));
    }
    return Refusal.of(
        "map '" + spec.name() + "'", "MAP_CREATE", errno, EnumSet.of(Capability.CAP_BPF));
  }

  /// Whether the kernel takes the map where it is for all programs.
  private static boolean isTakenForAll(MapCreate request) {
    var result = call(request.withoutProgramHash());
    if (result.ok()) {
      result.fd().close();
    }
    return result.ok();
  }

  /// What the kernel says to a request that it has refused, where it says anything.
  private static String said(MapCreate request) {
    var logged = Bpf.mapCreateLogged(request);
    if (logged.result().ok()) {
      logged.result().fd().close();
    }
    return logged.log().strip().replace("\n", "; ");
  }

  private static Result call(MapCreate request) {
    var result = Bpf.mapCreate(request);
    return result.errno() == Errno.EPERM && Memlock.lift() ? Bpf.mapCreate(request) : result;
  }

  private MapCreate request(MapSpec spec, String kernelName, int innerFd) {
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
  private MapCreate.Types types(MapSpec spec, @Nullable KernelOperations operations) {
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

  private LinuxMap fill(MapSpec spec, Fd fd) {
    var memory =
        spec.type() == MapType.ARENA.number()
            ? Optional.of(arena(spec, fd))
            : Optional.<Mapping>empty();
    try {
      if (memory.isEmpty()) {
        content(spec).ifPresent(image -> write(spec, fd, image));
      }
      var info = ObjectInfo.map(fd.number());
      kernel.report(
          Step.Action.CREATE,
          "map " + spec.name(),
          spec.typeLabel()
              + ", keys of "
              + spec.keySize()
              + " bytes, values of "
              + spec.valueSize()
              + ", "
              + entries(spec)
              + " entries"
              + (spec.frozen() ? ", frozen" : "")
              + ": "
              + fd
              + ", id "
              + info.id());
      return new LinuxMap(
          kernel, spec.name(), fd, info, memory, MapTypes.of(spec, context.types()));
    } catch (RuntimeException | Error e) {
      memory.ifPresent(Mapping::close);
      throw e;
    }
  }

  private Optional<byte[]> content(MapSpec spec) {
    if (spec.isData() && spec.name().equals(".kconfig") && spec.content().isEmpty()) {
      return Optional.of(context.config().apply(spec.valueSize()));
    }
    return spec.content().map(Bytes::toArray);
  }

  private static void write(MapSpec spec, Fd fd, byte[] image) {
    var value = Arrays.copyOf(image, spec.valueSize());
    var errno = Bpf.mapUpdate(fd.number(), new byte[spec.keySize()], value, 0);
    if (errno != 0) {
      throw KernelException.of(
          "the content of map '" + spec.name() + "'", "MAP_UPDATE_ELEM", errno);
    }
    if (spec.frozen()) {
      errno = Bpf.mapFreeze(fd.number());
      if (errno != 0) {
        throw KernelException.of("map '" + spec.name() + "'", "MAP_FREEZE", errno);
      }
    }
  }

  /// Maps an arena at its address, which programs must find in the kernel when they are loaded, and
  /// puts its variables where programs look for them.
  private static Mapping arena(MapSpec spec, Fd fd) {
    var size = spec.maxEntries() * Pages.size();
    var mapped =
        spec.extra() == 0
            ? Mapping.of(fd.number(), 0, size, Mapping.Access.READ_WRITE)
            : Mapping.at(spec.extra(), fd.number(), 0, size, Mapping.Access.READ_WRITE);
    if (!mapped.ok()) {
      throw KernelException.of(
          "arena '"
              + spec.name()
              + "' of "
              + size
              + " bytes"
              + (spec.extra() == 0 ? "" : " at address 0x" + Long.toHexString(spec.extra())),
          "mmap",
          mapped.errno());
    }
    var mapping = mapped.mapping();
    try {
      spec.content()
          .ifPresent(image ->
              MemorySegment.copy(
                  image.toArray(),
                  0,
                  mapping.memory(),
                  ValueLayout.JAVA_BYTE,
                  arenaOffset(spec),
                  image.size()));
      return mapping;
    } catch (RuntimeException | Error e) {
      mapping.close();
      throw e;
    }
  }

  /// Where the variables of an arena begin: in its last pages, or, where the kernel's verifier
  /// cannot look so far, in its first.
  static long arenaOffset(MapSpec arena) {
    var variables = arena.content().map(Bytes::size).orElse(0);
    var pages = Math.ceilDiv(variables, Pages.size()) * (long) Pages.size();
    if (pages > arena.maxEntries() * Pages.size()) {
      throw new BpfException(
          "arena '"
              + arena.name()
              + "' of "
              + arena.maxEntries()
              + " pages is too small for its "
              + variables
              + " bytes of variables");
    }
    return KernelFeatures.ofProcess().has(KernelFeature.WIDE_VALUE_OFFSETS)
        ? arena.maxEntries() * Pages.size() - pages
        : 0;
  }

  /// The maps that a map of maps holds from the start.
  private void fillSlots(MapSpec spec, List<LinuxMap> maps) {
    var outer = maps.stream().filter(m -> m.name().equals(spec.name())).findFirst();
    if (outer.isEmpty() || options.maps().containsKey(spec.name())) {
      return;
    }
    spec.slots()
        .forEach((index, name) -> {
          var held =
              maps.stream()
                  .filter(m -> m.name().equals(name))
                  .findFirst()
                  .orElseThrow(() ->
                      new BpfException(
                          "map '"
                              + spec.name()
                              + "' should hold map '"
                              + name
                              + "', which is not created"));
          fillSlot(outer.get(), index, held.fd(), "map '" + name + "'");
        });
  }

  void fillSlot(LinuxMap map, int index, int fd, String what) {
    var errno = Bpf.mapUpdate(map.fd(), number(index), number(fd), 0);
    if (errno != 0) {
      throw KernelException.of(
          "map '" + map.name() + "', slot " + index + ": " + what, "MAP_UPDATE_ELEM", errno);
    }
    kernel.report(Step.Action.FILL, "map " + map.name(), "slot " + index + " holds " + what);
  }

  /// Four bytes of this machine.
  private static byte[] number(int value) {
    return ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(value).array();
  }
}
